//! What to fetch and fetching it: guests, audits and sign-ins into the archive.
//!
//! [`plan_log`] decides (pure: what is held, what the tenant still has, the time), [`Sync`] does. A sync may be
//! cancelled or die at any page: each page is written together with what it covers, and reading a row twice changes
//! nothing. Journeys are derived elsewhere, from what lies in the archive afterwards.

mod error;
mod extract;
mod plan;
mod progress;
mod run;

pub use error::SyncError;
pub use extract::guest_object;
pub use plan::{
    Cutter, LOOK_BACK_DAYS, LogPlan, OVERLAP_HOURS, RETENTION_DAYS_FREE, RETENTION_DAYS_PREMIUM, Window,
    plan_log,
};
pub use progress::{SyncPhase, SyncProgress};
pub use run::{LogReport, Reading, Sync, SyncEnd, SyncReport};
