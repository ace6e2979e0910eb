//! The encrypted archive: one SQLite file per tenant.
//!
//! Entra forgets its logs after 7 or 30 days, so what lies here may exist nowhere else. The archive holds the guests
//! as last seen, both logs with every raw row, how far each guest got, the invitations made here, which windows of
//! the logs are held, and the ledger. It is never deleted or rebuilt without being asked.
//!
//! [`Archive::open`] gives readers to everybody; writes exist only inside a [`WriteTx`]. This crate knows neither
//! Graph's wire format (its callers bring drafts and raw JSON) nor how a journey is judged (its callers derive it
//! from [`Archive::load_evidence`] and save it), and has no clock: every "now" is a parameter.

mod archive;
mod codec;
mod coverage;
mod entities;
mod error;
mod guests;
mod ids;
mod invitations;
mod journeys;
mod key;
mod ledger;
mod location;
mod logs;
mod meta;
mod snapshot;
mod sql;
mod strings;
mod time;

#[cfg(test)]
mod tests;

pub use archive::{Archive, ArchiveSize, OpenMode, OpenOptions, WriteTx};
pub use coverage::{Coverage, Slice, Source};
pub use error::{SalvageReport, SalvagedTable, StoreError};
pub use guests::{ACTIVE_DAYS, DEADLINE_DAYS, EXPIRING_DAYS, INACTIVE_DAYS, LARGEST_PAGE};
pub use guests::{
    Card, Cursor, Deadline, Deleted, EntityName, GuestBatch, GuestFilter, GuestObject, GuestPage,
    GuestRecord, GuestSort, Identity, InvitationState, SignInClocks, SortKey, Sponsor, Sweep,
};
pub use ids::{EntityKey, EventRef, GuestId, GuestKey, Log, TenantId, UnreadableEventRef};
pub use invitations::{InvitationKind, InvitationRecord};
pub use journeys::{DirtyGuests, EvidenceMark, JourneyRecord, StageReached, StageTimes, Standing};
pub use key::ArchiveKey;
pub use ledger::{EntryKind, LedgerCheck, LedgerDraft, LedgerEntry, StepId};
pub use location::ArchiveLocation;
pub use logs::{
    Actor, AuditDraft, AuditEvidence, AuditResult, DayRows, EventDetail, FailureCount, GuestEvidence,
    LogPage, Saved, SignInDraft, SignInEvidence, TimelineEvent,
};
pub use meta::TenantFacts;
pub use snapshot::{
    CardCounts, CohortFilter, FacetCount, Facets, Funnel, FunnelStage, GuestSnapshot, PartnerCluster,
    ReasonCount, WeekCount,
};
