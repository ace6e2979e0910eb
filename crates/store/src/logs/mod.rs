//! The tenant's logs: taken in page by page, kept in full, read by guest.

mod evidence;
mod find;
mod page;
mod place;
mod raw;
mod rollups;
mod save;
mod timeline;

pub(crate) use self::page::Compressed;
pub use self::{
    evidence::{AuditEvidence, GuestEvidence, SignInEvidence},
    page::{Actor, AuditDraft, AuditResult, LogPage, SignInDraft},
    rollups::{DayRows, FailureCount},
    save::Saved,
    timeline::{EventDetail, TimelineEvent},
};

/// The statements whose plans tests hold to the indexes.
#[cfg(test)]
pub(crate) mod queries {
    pub(crate) use super::{
        evidence::{AUDITS_OF_GUESTS, SIGN_INS_OF_GUESTS},
        find::HOME_TENANT,
    };
}
