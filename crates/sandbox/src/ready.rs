//! What a client has to know to use a running sandbox.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{
    SandboxState,
    world::{APP_CLIENT_ID, APP_CLIENT_SECRET, PUBLIC_CLIENT_ID, TENANT, TenantId},
};

/// What a client has to know to use a running sandbox; `usherctl sandbox serve` prints it as its ready line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ready {
    /// Root of everything.
    pub url: String,
    /// Graph, without version.
    pub graph: String,
    /// Authority, without tenant.
    pub login: String,
    /// The tenant.
    pub tenant_id: TenantId,
    /// The public client that people sign in with.
    pub client_id: String,
    /// The client that signs in as itself.
    pub app_only: AppOnly,
    /// The mailboxes.
    pub inbox: String,
    /// The same over HTTPS.
    pub tls: Option<ReadyTls>,
}

/// A client with a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppOnly {
    /// Application (client) id.
    pub client_id: String,
    /// Its secret; it guards invented people only.
    pub client_secret: String,
}

/// Where HTTPS answers, and whom to trust for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadyTls {
    /// Root of everything.
    pub url: String,
    /// Graph, without version.
    pub graph: String,
    /// Authority, without tenant.
    pub login: String,
    /// File with the certificate of the sandbox's own authority, PEM.
    pub ca_cert: PathBuf,
}

impl SandboxState {
    /// What a client has to know.
    pub fn ready(&self) -> Ready {
        let url = self.base_url();
        Ready {
            url: url.to_owned(),
            graph: format!("{url}/graph"),
            login: format!("{url}/login"),
            tenant_id: TENANT.id,
            client_id: PUBLIC_CLIENT_ID.to_string(),
            app_only: AppOnly {
                client_id: APP_CLIENT_ID.to_string(),
                client_secret: APP_CLIENT_SECRET.to_owned(),
            },
            inbox: format!("{url}/inbox"),
            tls: self.tls().cloned(),
        }
    }
}

impl ReadyTls {
    pub(crate) fn new(url: &str, ca_cert: PathBuf) -> Self {
        Self {
            url: url.to_owned(),
            graph: format!("{url}/graph"),
            login: format!("{url}/login"),
            ca_cert,
        }
    }
}
