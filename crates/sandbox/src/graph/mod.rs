//! Microsoft Graph, versions 1.0 and beta, as far as guests are concerned.

use axum::Router;

use crate::SandboxState;

pub(crate) fn router(state: SandboxState) -> Router {
    Router::new().with_state(state)
}
