//! The tenant's logs: taken in page by page, kept in full, read by guest.

mod evidence;
mod page;
mod raw;
mod rollups;
mod save;
mod timeline;

pub use self::{
    evidence::{AuditEvidence, GuestEvidence, SignInEvidence},
    page::{Actor, AuditDraft, AuditResult, LogPage, SignInDraft},
    rollups::{DayRows, FailureCount},
    save::Saved,
    timeline::{EventDetail, TimelineEvent},
};
