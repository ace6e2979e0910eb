//! What the tests stand on: a small sandbox tenant, and a sign-in prepared for it.

use std::sync::Arc;

use url::Url;
use usher_clock::{SharedClock, SystemClock};
use usher_identity::{
    BrowserOpener, BrowserSignIn, BrowserSignInConfig, Cloud, SandboxBrowser, Tenant, USUAL_PATIENCE, Vault,
};
use usher_sandbox::{Ready, Sandbox, SandboxConfig};

pub(crate) const ADELE: &str = "adele.vance@contoso.com";
pub(crate) const MEGAN: &str = "megan.bowen@contoso.com";

pub(crate) async fn sandbox(tls: bool) -> (Sandbox, Ready) {
    sandbox_with(SandboxConfig {
        tls,
        ..SandboxConfig::default()
    })
    .await
}

pub(crate) async fn sandbox_with(config: SandboxConfig) -> (Sandbox, Ready) {
    let config = SandboxConfig { guests: 60, ..config };
    let sandbox = Sandbox::start(config).await.unwrap();
    let ready = sandbox.ready();
    (sandbox, ready)
}

pub(crate) fn cloud(ready: &Ready) -> Cloud {
    Cloud::sandbox(
        &Url::parse(&ready.login).unwrap(),
        &Url::parse(&ready.graph).unwrap(),
    )
    .unwrap()
}

pub(crate) fn tenant(ready: &Ready) -> Tenant {
    Tenant::parse(&ready.tenant_id.to_string()).unwrap()
}

pub(crate) fn http() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

pub(crate) fn clock() -> SharedClock {
    Arc::new(SystemClock)
}

pub(crate) fn config(ready: &Ready, vault: Vault) -> BrowserSignInConfig {
    BrowserSignInConfig {
        cloud: cloud(ready),
        tenant: tenant(ready),
        client_id: ready.client_id.clone(),
        http: http(),
        clock: clock(),
        opener: Arc::new(SandboxBrowser::new().unwrap()),
        vault,
        redirect_port: None,
        patience: USUAL_PATIENCE,
    }
}

pub(crate) fn sign_in_with(ready: &Ready, opener: impl BrowserOpener + 'static) -> Arc<BrowserSignIn> {
    BrowserSignIn::new(BrowserSignInConfig {
        opener: Arc::new(opener),
        ..config(ready, Vault::session_only())
    })
}

/// Asks the sandbox's Graph who holds the token; returns the status and the body.
pub(crate) async fn ask(ready: &Ready, path: &str, token: &str) -> (u16, serde_json::Value) {
    let answer = http()
        .get(format!("{}/v1.0/{path}", ready.graph))
        .bearer_auth(token)
        .send()
        .await
        .unwrap();
    let status = answer.status().as_u16();
    (
        status,
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap(),
    )
}
