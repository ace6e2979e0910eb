//! Who stands behind an access token.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::tokens::AccessClaims;
use super::{GRAPH_APP_ID, Login};

/// Whether a person or an application acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PrincipalKind {
    /// Delegated: an administrator through an application.
    User,
    /// App-only: an application as itself.
    App,
}

/// The caller of a Graph request, as its access token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Principal {
    /// Person or application.
    pub kind: PrincipalKind,
    /// Object id of the user, or of the application's service principal.
    pub object_id: String,
    /// User principal name; absent for an application.
    pub upn: Option<String>,
    /// Display name of the user or the application.
    pub name: String,
    /// Delegated permissions (`scp`); empty for an application.
    pub scopes: BTreeSet<String>,
    /// Application permissions (`roles`); empty for a person.
    pub roles: BTreeSet<String>,
    /// Template ids of the directory roles the person holds (`wids`).
    pub role_template_ids: BTreeSet<String>,
    /// Application id of the client.
    pub app_id: String,
    /// When the token ends, on the sandbox clock.
    pub expires: DateTime<Utc>,
    /// The client declared that it understands claims challenges.
    pub understands_challenges: bool,
}

impl Principal {
    /// Whether the token carries the permission, delegated or application as fits its kind.
    pub(crate) fn may(&self, permission: &str) -> bool {
        match self.kind {
            PrincipalKind::User => self.scopes.contains(permission),
            PrincipalKind::App => self.roles.contains(permission),
        }
    }
}

/// Why a bearer token was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Rejection {
    /// No token was sent.
    #[error("access token is empty")]
    Missing,
    /// It is no token of this authority: unreadable, changed, or signed by somebody else.
    #[error("token is malformed or its signature is wrong")]
    Invalid,
    /// It is made for another resource.
    #[error("token is for another audience")]
    WrongAudience,
    /// Its time is over, or has not begun, on the sandbox clock.
    #[error("lifetime validation failed, the token is expired")]
    Expired,
    /// It was issued before access was re-evaluated; the client must come back with these claims.
    #[error("token was issued before access was re-evaluated")]
    Challenged {
        /// Base64 JSON for the `claims` parameter of the `WWW-Authenticate` header (claims-challenge.md).
        claims: String,
    },
}

impl Login {
    /// The caller behind a bearer token (the part of the header after `Bearer `).
    ///
    /// # Errors
    /// [`Rejection`], each of which Graph answers with 401.
    pub(crate) fn verify(&self, bearer: &str) -> Result<Principal, Rejection> {
        let bearer = bearer.trim();
        if bearer.is_empty() {
            return Err(Rejection::Missing);
        }
        let claims: Value = self.inner.key.read(bearer).map_err(|_| Rejection::Invalid)?;
        // An id token is signed by the same key but made for the client.
        if claims["aud"] != GRAPH_APP_ID {
            return Err(Rejection::WrongAudience);
        }
        let claims: AccessClaims = serde_json::from_value(claims).map_err(|_| Rejection::Invalid)?;
        let now = self.now();
        let expires = DateTime::from_timestamp(claims.exp, 0).ok_or(Rejection::Invalid)?;
        if expires <= now {
            return Err(Rejection::Expired);
        }
        if let Some(valid_from) = self.grants().tokens_valid_from
            && claims.iat < valid_from.timestamp()
        {
            let challenge = json!({"access_token": {
                "nbf": {"essential": true, "value": valid_from.timestamp().to_string()},
            }});
            return Err(Rejection::Challenged {
                claims: STANDARD.encode(challenge.to_string()),
            });
        }
        Ok(claims.into_principal(expires))
    }
}
