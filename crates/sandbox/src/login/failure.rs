//! Mistakes and refusals of the authority, in the platform's error shapes.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

/// A refusal with its OAuth error word and `AADSTS` number (reference-error-codes.md).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// OAuth error word, for example `invalid_grant`.
    pub(super) error: &'static str,
    /// The number after `AADSTS`.
    pub(super) code: u32,
    /// The sentence after the number.
    pub(super) text: String,
    /// `suberror`, where the platform gives a finer reason.
    pub(super) suberror: Option<&'static str>,
    /// `claims` to hand to the authorize page, a JSON text.
    pub(super) claims: Option<String>,
    /// Whether the client may be told by a redirect. Not when the redirect itself is what is wrong.
    pub(super) redirectable: bool,
}

impl Failure {
    fn new(error: &'static str, code: u32, text: impl Into<String>) -> Self {
        Self {
            error,
            code,
            text: text.into(),
            suberror: None,
            claims: None,
            redirectable: true,
        }
    }

    fn shown_here(self) -> Self {
        Self {
            redirectable: false,
            ..self
        }
    }

    pub(super) fn missing_parameter(name: &str) -> Self {
        let text = format!("The request body must contain the following parameter: '{name}'.");
        Self::new("invalid_request", 900_144, text)
    }

    pub(super) fn unknown_tenant(segment: &str) -> Self {
        let text = format!(
            "Tenant '{segment}' not found. Check to make sure you have the correct tenant ID and are signing \
             into the correct cloud."
        );
        Self::new("invalid_tenant", 90_002, text).shown_here()
    }

    pub(super) fn unknown_client(client_id: &str) -> Self {
        let text = format!("Application with identifier '{client_id}' was not found in the directory.");
        Self::new("unauthorized_client", 700_016, text).shown_here()
    }

    pub(super) fn unregistered_redirect(redirect_uri: &str) -> Self {
        let text = format!(
            "The redirect URI '{redirect_uri}' specified in the request does not match the redirect URIs \
             configured for the application."
        );
        Self::new("invalid_request", 50_011, text).shown_here()
    }

    pub(super) fn unsupported_response_type(given: &str) -> Self {
        let text = format!("The response_type '{given}' is not supported; only 'code' is.");
        Self::new("unsupported_response_type", 700_054, text)
    }

    pub(super) fn unsupported_response_mode() -> Self {
        Self::new(
            "invalid_request",
            9_000_411,
            "The 'response_mode' is none of query, fragment and form_post.",
        )
    }

    pub(super) fn unsupported_prompt() -> Self {
        Self::new("invalid_request", 90_023, "Unsupported 'prompt' value.")
    }

    pub(super) fn proof_key_required() -> Self {
        let text = "Proof Key for Code Exchange is required for cross-origin and native redirection.";
        Self::new("invalid_request", 9_002_325, text)
    }

    pub(super) fn proof_key_malformed() -> Self {
        Self::new(
            "invalid_request",
            50_147,
            "Missing or invalid code challenge: it must be 43 characters of S256.",
        )
    }

    pub(super) fn proof_key_mismatch() -> Self {
        let text =
            "The Code_Verifier does not match the code_challenge supplied in the authorization request.";
        Self::new("invalid_grant", 501_481, text)
    }

    pub(super) fn malformed_claims() -> Self {
        Self::new(
            "invalid_request",
            9_000_117,
            "The 'claims' parameter is not a valid JSON object.",
        )
    }

    pub(super) fn malformed_redirect_for_code() -> Self {
        let text = "The redirect URI of the token request differs from the one the code was issued for.";
        Self::new("invalid_grant", 700_061, text)
    }

    pub(super) fn code_reused() -> Self {
        let text = "OAuth2 Authorization code was already redeemed, please retry with a new valid code.";
        Self::new("invalid_grant", 54_005, text)
    }

    pub(super) fn grant_expired() -> Self {
        let text = "The provided authorization code or refresh token has expired due to inactivity or age.";
        Self::new("invalid_grant", 70_008, text)
    }

    pub(super) fn grant_malformed() -> Self {
        Self::new(
            "invalid_grant",
            9_002_313,
            "Invalid request. The code or refresh token is malformed or invalid.",
        )
    }

    pub(super) fn grant_of_another_client() -> Self {
        Self::new(
            "invalid_grant",
            700_005,
            "The grant was issued to a different client.",
        )
    }

    pub(super) fn unsupported_grant_type() -> Self {
        Self::new(
            "unsupported_grant_type",
            70_003,
            "The app requested an unsupported grant type.",
        )
    }

    pub(super) fn public_client_with_secret() -> Self {
        Self::new(
            "invalid_client",
            700_025,
            "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
        )
    }

    pub(super) fn secret_missing() -> Self {
        let text =
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
        Self::new("invalid_client", 7_000_218, text)
    }

    pub(super) fn secret_wrong() -> Self {
        Self::new("invalid_client", 7_000_215, "Invalid client secret provided.")
    }

    pub(super) fn assertion_malformed() -> Self {
        Self::new("invalid_request", 50_027, "JWT token is invalid or malformed.")
    }

    pub(super) fn assertion_key_unknown(thumbprint: &str) -> Self {
        let text = format!(
            "The certificate with identifier used to sign the client assertion is not registered on application. \
             [Reason - The key was not found., Thumbprint of key used by client: '{thumbprint}']"
        );
        Self::new("invalid_client", 700_027, text)
    }

    pub(super) fn assertion_signature() -> Self {
        let text = "Client assertion failed signature validation.";
        Self::new("invalid_client", 700_027, text)
    }

    pub(super) fn assertion_of_another_client() -> Self {
        let text = "Client assertion application identifier doesn't match 'client_id' parameter.";
        Self::new("invalid_client", 700_021, text)
    }

    pub(super) fn assertion_audience() -> Self {
        let text = "Client assertion audience claim does not match Realm issuer.";
        Self::new("invalid_client", 700_023, text)
    }

    pub(super) fn assertion_out_of_time() -> Self {
        let text = "Client assertion is not within its valid time range.";
        Self::new("invalid_client", 700_024, text)
    }

    pub(super) fn client_credentials_scope() -> Self {
        let text = "The scope of a client credential request must be a resource followed by '/.default'.";
        Self::new("invalid_scope", 1_002_012, text)
    }

    pub(super) fn scope_missing() -> Self {
        Self::new(
            "invalid_scope",
            70_011,
            "The provided request must include a 'scope' input parameter.",
        )
    }

    pub(super) fn unknown_scope(name: &str) -> Self {
        let text = format!(
            "The application asked for scope '{name}' that doesn't exist on the resource. Contact the app vendor."
        );
        Self::new("invalid_scope", 650_053, text)
    }

    pub(super) fn unknown_resource(resource: &str) -> Self {
        let text = format!("The resource principal named {resource} was not found in the tenant.");
        Self::new("invalid_resource", 500_011, text)
    }

    pub(super) fn login_required() -> Self {
        let text = "Session information is not sufficient for single-sign-on.";
        Self::new("login_required", 50_058, text)
    }

    /// The platform words this as `interaction_required` on authorize; see [`Self::consent_for_grant`].
    pub(super) fn consent_required(client_name: &str) -> Self {
        Self::new("interaction_required", 65_001, consent_text(client_name))
    }

    /// A refresh that asks for a permission nobody consented to.
    pub(super) fn consent_for_grant(client_name: &str) -> Self {
        let failure = Self::new("invalid_grant", 65_001, consent_text(client_name));
        Self {
            suberror: Some("consent_required"),
            ..failure
        }
    }

    pub(super) fn consent_declined() -> Self {
        Self::new(
            "access_denied",
            65_004,
            "User declined to consent to access the app.",
        )
    }

    pub(super) fn sign_in_cancelled() -> Self {
        Self::new("access_denied", 50_126, "The sign-in was cancelled.")
    }

    /// A policy wants a fresh second factor before it gives a token (resilience-continuous-access).
    pub(super) fn interaction_required(now: DateTime<Utc>) -> Self {
        let text = "Due to a configuration change made by your administrator, or because you moved to a new \
                    location, you must use multi-factor authentication to access the resource.";
        let claims =
            json!({"access_token": {"nbf": {"essential": true, "value": now.timestamp().to_string()}}});
        let failure = Self::new("invalid_grant", 50_076, text);
        Self {
            suberror: Some("basic_action"),
            claims: Some(claims.to_string()),
            ..failure
        }
    }

    pub(super) fn unavailable() -> Self {
        Self::new(
            "temporarily_unavailable",
            90_033,
            "A transient error has occurred. Please try again.",
        )
    }

    pub(super) fn authorization_pending() -> Self {
        let text = "OAuth 2.0 device flow error. Authorization is pending. Continue polling.";
        Self::new("authorization_pending", 70_016, text)
    }

    pub(super) fn device_code_declined() -> Self {
        Self::new(
            "authorization_declined",
            70_000,
            "The device code was declined by the user.",
        )
    }

    pub(super) fn device_code_unknown() -> Self {
        Self::new(
            "bad_verification_code",
            70_018,
            "The verification code is invalid.",
        )
    }

    pub(super) fn device_code_expired() -> Self {
        Self::new("expired_token", 70_019, "The verification code has expired.")
    }

    /// The `error_description` and the JSON body, with one trace and correlation id for both.
    pub(super) fn body(&self, now: DateTime<Utc>) -> Value {
        let (trace_id, correlation_id) = (Uuid::new_v4(), Uuid::new_v4());
        let timestamp = now.format("%Y-%m-%d %H:%M:%SZ").to_string();
        let mut body = json!({
            "error": self.error,
            "error_description": format!(
                "AADSTS{}: {}\r\nTrace ID: {trace_id}\r\nCorrelation ID: {correlation_id}\r\nTimestamp: {timestamp}",
                self.code, self.text
            ),
            "error_codes": [self.code],
            "timestamp": timestamp,
            "trace_id": trace_id,
            "correlation_id": correlation_id,
            "error_uri": format!("https://login.microsoftonline.com/error?code={}", self.code),
        });
        if let Some(suberror) = self.suberror {
            body["suberror"] = json!(suberror);
        }
        if let Some(claims) = &self.claims {
            body["claims"] = json!(claims);
        }
        body
    }

    /// The answer of an endpoint that speaks JSON.
    pub(super) fn into_json(self, now: DateTime<Utc>) -> Response {
        let status = match self.error {
            "invalid_client" => StatusCode::UNAUTHORIZED,
            "temporarily_unavailable" => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        };
        let headers = [
            (header::CACHE_CONTROL, "no-store, no-cache"),
            (header::PRAGMA, "no-cache"),
        ];
        (status, headers, Json(self.body(now))).into_response()
    }
}

fn consent_text(client_name: &str) -> String {
    format!(
        "The user or administrator has not consented to use the application named '{client_name}'. Send an \
         interactive authorization request for this user and resource."
    )
}
