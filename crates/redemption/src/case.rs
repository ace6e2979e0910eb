//! Redemption cases: a tenant and a person set up, what the guest (and sometimes the admin) does, and what must
//! come out. The same file is played purely here and through the sandbox's real surface.

mod arrange;
mod compare;
mod format;
mod pure;
mod words;

pub use arrange::{BlockedBy, CaseSetup, CaseStep};
pub use compare::{Actual, Difference};
pub use format::{Case, CaseAction, CaseError, Expected, parse_cases};
pub use pure::play;
