//! What a browser sign-in is told: where, as what, and what for.

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;
use usher_clock::SharedClock;

use crate::{BrowserOpener, Cloud, Scope, Tenant, Vault};

/// How long a person may take in the browser, second factor and password reset included.
pub const USUAL_PATIENCE: Duration = Duration::from_mins(10);

/// What a browser sign-in needs.
#[derive(Debug, Clone)]
pub struct BrowserSignInConfig {
    /// The cloud to sign in to.
    pub cloud: Cloud,
    /// The tenant. An administrator who is himself a guest must name the tenant he is a guest of.
    pub tenant: Tenant,
    /// The id of Usher's app registration in that cloud: a public client.
    pub client_id: String,
    /// The HTTP client for the token endpoint.
    pub http: reqwest::Client,
    /// Where the time comes from.
    pub clock: SharedClock,
    /// What opens the sign-in page.
    pub opener: Arc<dyn BrowserOpener>,
    /// Where refresh tokens are kept. [`Vault::session_only`] keeps nothing beyond the session.
    pub vault: Vault,
    /// The port of the redirect address; any free one where the app registration allows `http://localhost`.
    pub redirect_port: Option<u16>,
    /// How long to wait for the person, in real time.
    pub patience: Duration,
}

/// Which page the person sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prompt {
    /// Choose among the accounts that are signed in.
    SelectAccount,
    /// Type the password again.
    Login,
    /// See and grant the permissions.
    Consent,
}

impl Prompt {
    pub(crate) fn value(self) -> &'static str {
        match self {
            Self::SelectAccount => "select_account",
            Self::Login => "login",
            Self::Consent => "consent",
        }
    }
}

/// One sign-in.
#[derive(Debug, Clone)]
pub struct SignInRequest {
    /// What is asked for. Reading alone, at a first sign-in.
    pub scopes: Vec<Scope>,
    /// The name of the account, where it is known.
    pub login_hint: Option<String>,
    /// Which page the person sees; the service decides where this is `None`.
    pub prompt: Option<Prompt>,
    /// Ends the wait.
    pub cancel: CancellationToken,
}

impl SignInRequest {
    /// The first sign-in: reading permissions, and the person chooses the account.
    pub fn first() -> Self {
        Self {
            scopes: Scope::READING.to_vec(),
            login_hint: None,
            prompt: Some(Prompt::SelectAccount),
            cancel: CancellationToken::new(),
        }
    }

    /// A sign-in that lets the account `login_hint` straight in where the service knows it: the sandbox's one
    /// click.
    pub fn hinted(login_hint: &str) -> Self {
        Self {
            login_hint: Some(login_hint.to_owned()),
            prompt: None,
            ..Self::first()
        }
    }
}
