//! The guest's side: mailboxes and the pages of a redemption.

use axum::Router;

use crate::SandboxState;

pub(crate) fn router(state: SandboxState) -> Router {
    Router::new().with_state(state)
}
