//! Where a sandbox tenant is.

use chrono::{DateTime, Utc};

/// A running sandbox, by its own words.
#[derive(Debug, Clone)]
pub struct SandboxPlace {
    /// Its base address.
    pub url: String,
    /// Base address of Graph, without version.
    pub graph: String,
    /// Base address of the identity platform, without tenant.
    pub login: String,
    /// Its tenant.
    pub tenant_id: String,
    /// The client ID of the public client.
    pub client_id: String,
    /// What its clock shows, where that is known before its first answer.
    pub now: Option<DateTime<Utc>>,
}

/// The application of a sandbox tenant.
#[derive(Clone)]
pub struct SandboxApp {
    /// Its client ID.
    pub client_id: String,
    /// Its client secret.
    pub client_secret: String,
}

impl std::fmt::Debug for SandboxApp {
    /// Leaves out the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SandboxApp")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}
