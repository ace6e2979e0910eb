//! The control interface under `/sandbox/api`: the clock, the people, the mailboxes, the truth, the faults.

mod received;

use axum::Router;

pub use received::{Received, ReceivedRequest, RequestLine};

use crate::SandboxState;

pub(crate) fn router(state: SandboxState) -> Router {
    Router::new().with_state(state)
}
