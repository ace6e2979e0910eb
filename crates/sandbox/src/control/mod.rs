//! The control interface under `/sandbox/api`: the clock, the people, the mailboxes, the truth, the faults.

use axum::Router;

use crate::SandboxState;

/// The changes that clients asked for.
#[derive(Debug, Default)]
pub struct Received {}

impl Received {
    /// Forgets them.
    pub fn clear(&self) {}
}

pub(crate) fn router(state: SandboxState) -> Router {
    Router::new().with_state(state)
}
