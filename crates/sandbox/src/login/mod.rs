//! Signing in: an OpenID Connect authority on loopback with the manners of the Microsoft identity platform.
//!
//! It issues RS256 tokens for the seeded administrators and the app-only client, checks PKCE, redirects and
//! consent as the platform does, and answers mistakes with the platform's `AADSTS` error bodies. It knows no
//! password: whoever opens the page chooses an administrator. Nothing in here writes a log line, because
//! everything in here is a secret.

mod assertion;
mod authorize;
mod device;
mod discovery;
mod failure;
mod grants;
mod keys;
mod pages;
mod principal;
mod scopes;
#[cfg(test)]
mod tests;
mod token;
mod tokens;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::routing::{get, post};
use chrono::{DateTime, Utc};

pub use assertion::NotACertificate;
pub(crate) use assertion::TrustedCertificate;
pub use keys::KeyError;
pub(crate) use principal::{Principal, PrincipalKind, Rejection};

use grants::Grants;
use keys::SigningKey;

/// The application id of Microsoft Graph, the audience of every access token issued here.
pub(crate) const GRAPH_APP_ID: &str = "00000003-0000-0000-c000-000000000000";

/// Lifetime of an access token and an id token in seconds, as the platform announces it.
pub(crate) const ACCESS_TOKEN_LIFETIME_SECONDS: i64 = 3_599;

/// Reads the sandbox clock. Every lifetime in this module is measured with it.
pub(crate) type Now = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// An administrator who may be chosen on the sign-in page.
#[derive(Clone, Debug)]
pub(crate) struct AdminAccount {
    /// Object id of the user, a GUID.
    pub id: String,
    /// Display name.
    pub name: String,
    /// User principal name, which is also the name one signs in with.
    pub upn: String,
    /// Directory roles in words, as shown on the sign-in page.
    pub role_names: Vec<String>,
    /// Template ids of the directory roles, issued as the `wids` claim.
    pub role_template_ids: Vec<String>,
}

/// A client that signs in as itself, with a secret or a certificate.
#[derive(Clone)]
pub(crate) struct ConfidentialClient {
    /// Application (client) id, a GUID.
    pub client_id: String,
    /// The client secret.
    pub client_secret: String,
    /// The certificate of its registration.
    pub certificate: Option<TrustedCertificate>,
    /// Object id of the client's service principal.
    pub service_principal_id: String,
    /// Display name of the application.
    pub name: String,
    /// Application permissions with admin consent, issued as the `roles` claim.
    pub roles: Vec<String>,
}

impl fmt::Debug for ConfidentialClient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ConfidentialClient")
            .field("client_id", &self.client_id)
            .field("roles", &self.roles)
            .finish_non_exhaustive()
    }
}

/// Who may sign in, and through which applications.
#[derive(Clone, Debug)]
pub(crate) struct LoginConfig {
    /// Tenant id, a GUID.
    pub tenant_id: String,
    /// Name of the organisation, shown on the pages.
    pub tenant_name: String,
    /// Domain names that may stand for the tenant id in a URL.
    pub domains: Vec<String>,
    /// The administrators of the sign-in page, in its order.
    pub admins: Vec<AdminAccount>,
    /// Application id of the public client (desktop, redirects to loopback).
    pub public_client_id: String,
    /// Display name of the public client, shown on the consent page.
    pub public_client_name: String,
    /// Clients with a secret.
    pub confidential_clients: Vec<ConfidentialClient>,
}

/// Troubles of the sign-in side that can be switched on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LoginFaults {
    /// Answer the next refreshes of a delegated token with `invalid_grant` 50076, a suberror and claims, as
    /// a Conditional Access policy that wants a fresh second factor does.
    pub refreshes_needing_interaction: u32,
    /// Answer the next token requests with `temporarily_unavailable` 90033.
    pub unavailable_token_requests: u32,
}

/// The authority. Cheap to clone; all clones share one state.
#[derive(Clone)]
pub(crate) struct Login {
    inner: Arc<Inner>,
}

struct Inner {
    config: LoginConfig,
    key: SigningKey,
    now: Now,
    grants: Mutex<Grants>,
}

impl Login {
    /// Makes an authority with a fresh signing key.
    ///
    /// # Errors
    /// [`KeyError`] when the cryptography library cannot make a key.
    pub(crate) fn new(config: LoginConfig, now: Now) -> Result<Self, KeyError> {
        let key = SigningKey::generate()?;
        let grants = Mutex::new(Grants::default());
        Ok(Self {
            inner: Arc::new(Inner {
                config,
                key,
                now,
                grants,
            }),
        })
    }

    /// The sign-in faults, as far as they have not struck.
    pub(crate) fn faults(&self) -> LoginFaults {
        self.grants().faults.clone()
    }

    /// Replaces the sign-in faults.
    pub(crate) fn set_faults(&self, faults: LoginFaults) {
        self.grants().faults = faults;
    }

    /// From now on, tokens issued before this moment are refused with a claims challenge (continuous access
    /// evaluation, claims-challenge.md).
    pub(crate) fn revoke_issued_tokens(&self) {
        let now = self.now();
        self.grants().tokens_valid_from = Some(now);
    }

    /// Forgets every session, consent, code and refresh token, as after a reset of the sandbox. Access tokens
    /// already issued stay valid until they expire, as on the platform.
    pub(crate) fn forget_grants(&self) {
        *self.grants() = Grants::default();
    }

    fn config(&self) -> &LoginConfig {
        &self.inner.config
    }

    fn now(&self) -> DateTime<Utc> {
        (self.inner.now)()
    }

    /// A poisoned lock is taken over: the state behind it is a set of independent entries, each written whole.
    fn grants(&self) -> MutexGuard<'_, Grants> {
        self.inner.grants.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn admin(&self, id: &str) -> Option<&AdminAccount> {
        self.config().admins.iter().find(|admin| admin.id == id)
    }

    fn admin_by_name(&self, name: &str) -> Option<&AdminAccount> {
        self.config()
            .admins
            .iter()
            .find(|admin| admin.upn.eq_ignore_ascii_case(name))
    }

    fn confidential_client(&self, client_id: &str) -> Option<&ConfidentialClient> {
        self.config()
            .confidential_clients
            .iter()
            .find(|client| client.client_id == client_id)
    }

    /// Whether the tenant segment of a URL means this tenant: its id, one of its domains, or a shared name.
    fn is_tenant(&self, segment: &str) -> bool {
        segment.eq_ignore_ascii_case(&self.config().tenant_id)
            || self
                .config()
                .domains
                .iter()
                .any(|domain| domain.eq_ignore_ascii_case(segment))
            || matches!(segment, "common" | "organizations")
    }
}

/// What a handler needs: the authority and the address under which this listener is reached.
#[derive(Clone)]
struct Door {
    login: Login,
    /// Scheme, host and port, without a slash at the end.
    base: Arc<str>,
}

/// The routes of the authority for a listener reached at `base` (scheme, host and port, no slash at the end).
///
/// The same routes stand under `/login/{tenant}` and, for clients that accept only a host as authority such as
/// `azure_identity`, under `/{tenant}`.
pub(crate) fn router(login: Login, base: &str) -> Router {
    let door = Door {
        login,
        base: base.into(),
    };
    Router::new()
        .merge(authority_routes("/login/{tenant}"))
        .merge(authority_routes("/{tenant}"))
        .route("/login/pages.css", get(crate::page::stylesheet))
        .with_state(door)
}

fn authority_routes(prefix: &str) -> Router<Door> {
    let at = |path: &str| format!("{prefix}{path}");
    Router::new()
        .route(
            &at("/v2.0/.well-known/openid-configuration"),
            get(discovery::openid_configuration),
        )
        .route(&at("/discovery/v2.0/keys"), get(discovery::keys))
        .route(&at("/discovery/instance"), get(discovery::instance))
        .route(
            &at("/openid/userinfo"),
            get(discovery::userinfo).post(discovery::userinfo),
        )
        .route(&at("/oauth2/v2.0/authorize"), get(authorize::begin))
        .route(
            &at("/oauth2/v2.0/flow/{flow}/account"),
            post(authorize::choose_account),
        )
        .route(
            &at("/oauth2/v2.0/flow/{flow}/consent"),
            post(authorize::decide_consent),
        )
        .route(&at("/oauth2/v2.0/token"), post(token::issue))
        .route(&at("/oauth2/v2.0/devicecode"), post(device::begin))
        .route(
            &at("/oauth2/v2.0/deviceauth"),
            get(device::page).post(device::decide),
        )
        .route(
            &at("/oauth2/v2.0/logout"),
            get(authorize::logout).post(authorize::logout),
        )
}
