//! Troubles that can be switched on: what a network, a service and a mail system do on a bad day.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};

use crate::SandboxState;

/// The faults that are switched on.
#[derive(Debug, Default)]
pub struct Faults {}

impl Faults {
    /// Switches all of them off.
    pub fn clear(&self) {}
}

pub(crate) async fn interfere(State(_state): State<SandboxState>, request: Request, next: Next) -> Response {
    next.run(request).await
}
