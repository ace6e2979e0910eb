//! The control interface: the clock, the people, the mailboxes, the log, the truth, the faults.
//!
//! The desktop window calls it in its own process, on [`SandboxState`](crate::SandboxState); everybody else under
//! `/sandbox/api`. Both get the same views.

mod clock;
mod log;
mod people;
mod received;
mod routes;
mod switches;

pub use clock::{ClockMove, EventView};
pub use log::{LogEntry, LogKind};
pub use people::{MailView, PersonView};
pub use received::{Received, ReceivedRequest, RequestLine};
pub(crate) use routes::router;
pub use switches::{Switch, UnknownSwitch};
