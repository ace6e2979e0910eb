//! What can go wrong between Usher and Graph, sorted by what a person can do about it.

use chrono::{DateTime, Utc};
use serde_json::Value;
use usher_identity::{Redacted, Scope, SignInError, Transport};

use crate::InvitationRefusal;

/// Names a request, for a support case: ids of Usher and of Graph, and Graph's clock.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Trace {
    /// The id Graph gave the request; `None` where no answer of Graph came.
    pub request_id: Option<String>,
    /// The id Usher gave the request.
    pub client_request_id: String,
    /// Graph's clock when it answered.
    pub date: Option<DateTime<Utc>>,
}

/// What a refused permission is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Denial {
    /// The permission was not granted to Usher.
    Scope,
    /// The person lacks a directory role.
    Role,
    /// The tenant lacks a licence (Microsoft Entra ID P1 or P2).
    Licence,
    /// A permission or a role: Graph does not say which.
    ScopeOrRole,
}

impl std::fmt::Display for Denial {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Scope => "a permission",
            Self::Role => "a directory role",
            Self::Licence => "a licence",
            Self::ScopeOrRole => "a permission or a directory role",
        })
    }
}

/// What is wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Unexpected {
    /// A web page, as of a proxy or a hotel's network.
    Html,
    /// Not JSON.
    NotJson,
    /// JSON, or a transfer, that ends too early.
    Truncated,
    /// JSON without what belongs into the answer.
    WrongShape,
    /// The next page would be on another host, or is the page just read.
    ForeignNextLink,
    /// A status that has no place here.
    Status(u16),
}

impl std::fmt::Display for Unexpected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Html => f.write_str("a web page instead of JSON"),
            Self::NotJson => f.write_str("something that is not JSON"),
            Self::Truncated => f.write_str("an answer that ends too early"),
            Self::WrongShape => f.write_str("an answer of an unknown shape"),
            Self::ForeignNextLink => f.write_str("a next page that is not its own"),
            Self::Status(status) => write!(f, "status {status}"),
        }
    }
}

/// A request to Graph that did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum GraphError {
    /// Graph kept asking to wait longer than is sensible.
    #[error("Microsoft Graph is busy")]
    Throttled {
        /// When to try again.
        until: DateTime<Utc>,
        /// Names the request.
        trace: Trace,
    },
    /// No token could be had.
    #[error("no access to Microsoft Graph without signing in")]
    SignIn(#[source] Box<SignInError>),
    /// Graph refuses a new token too: somebody must sign in again.
    #[error("the sign-in has expired")]
    SessionExpired {
        /// Names the request.
        trace: Trace,
    },
    /// A permission, a role or a licence is missing.
    #[error("{denial} is missing for this")]
    PermissionMissing {
        /// The permissions this needs; [`Scope::permission`] names role and licence.
        needs: &'static [Scope],
        /// What is missing.
        denial: Denial,
        /// Graph's code.
        code: String,
        /// Names the request.
        trace: Trace,
    },
    /// The object does not exist, or not yet: a new one takes seconds to be seen everywhere.
    #[error("it does not exist in the directory")]
    NotFound {
        /// Names the request.
        trace: Trace,
    },
    /// An invitation was refused.
    #[error(transparent)]
    InvitationRefused(#[from] Box<InvitationRefusal>),
    /// Graph refused for a reason of its own.
    #[error("Microsoft Graph refused: {code} (status {status})")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Graph's code.
        code: String,
        /// Graph's own words. They may name a person.
        message: Redacted,
        /// Names the request.
        trace: Trace,
    },
    /// A change was sent and its answer was lost. It may have happened: look before sending it again.
    #[error("the answer was lost; it may have happened all the same")]
    OutcomeUnknown {
        /// Names the request.
        trace: Trace,
    },
    /// Graph is not well.
    #[error("Microsoft Graph is not available (status {status})")]
    Unavailable {
        /// The HTTP status.
        status: u16,
        /// Names the request.
        trace: Trace,
    },
    /// The link to the next page is no longer valid: begin the list, or the slice of it, again.
    #[error("the next page has expired")]
    PageExpired {
        /// Names the request.
        trace: Trace,
    },
    /// The answer is not one of Graph's.
    #[error("Microsoft Graph's address answered with {what}")]
    UnexpectedAnswer {
        /// What came instead.
        what: Unexpected,
        /// Names the request.
        trace: Trace,
    },
    /// No answer in time.
    #[error("Microsoft Graph did not answer in time")]
    TimedOut {
        /// Names the request.
        trace: Trace,
    },
    /// Graph could not be reached; nothing was sent.
    #[error("Microsoft Graph could not be reached")]
    Offline(#[source] Transport),
    /// The caller gave up.
    #[error("cancelled")]
    Cancelled,
}

impl GraphError {
    /// Returns what names the request, where one was sent.
    pub fn trace(&self) -> Option<&Trace> {
        match self {
            Self::Throttled { trace, .. }
            | Self::SessionExpired { trace }
            | Self::PermissionMissing { trace, .. }
            | Self::NotFound { trace }
            | Self::Refused { trace, .. }
            | Self::OutcomeUnknown { trace }
            | Self::Unavailable { trace, .. }
            | Self::PageExpired { trace }
            | Self::UnexpectedAnswer { trace, .. }
            | Self::TimedOut { trace } => Some(trace),
            Self::InvitationRefused(refusal) => Some(&refusal.trace),
            Self::SignIn(_) | Self::Offline(_) | Self::Cancelled => None,
        }
    }

    /// Returns the id Graph gave the request.
    pub fn request_id(&self) -> Option<&str> {
        self.trace()?.request_id.as_deref()
    }

    /// Returns when to try again, where Graph said so.
    pub fn retry_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Throttled { until, .. } => Some(*until),
            _ => None,
        }
    }
}

impl From<SignInError> for GraphError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Offline(transport) => Self::Offline(transport),
            SignInError::Cancelled => Self::Cancelled,
            error => Self::SignIn(Box::new(error)),
        }
    }
}

/// The error body of Graph. Its members vary in case and may be missing.
#[derive(Debug, Default)]
pub(crate) struct ErrorBody {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) request_id: Option<String>,
}

impl ErrorBody {
    /// Reads what there is; a body that is no error of Graph reads as empty.
    pub(crate) fn read(body: &str) -> Self {
        let Ok(Value::Object(answer)) = serde_json::from_str(body) else {
            return Self::default();
        };
        let Some(error) = answer.get("error") else {
            return Self::default();
        };
        let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
        let inner = error.get("innerError").or_else(|| error.get("innererror"));

        Self {
            code: text(error, "code").unwrap_or_default(),
            message: text(error, "message").unwrap_or_default(),
            request_id: inner.and_then(|inner| text(inner, "request-id")),
        }
    }
}

impl Denial {
    /// Reads a 403's code ("Known issues with Microsoft Graph", reports; error resource type).
    pub(crate) fn of(code: &str) -> Self {
        match code {
            "Authentication_RequestFromNonPremiumTenantOrB2CTenant" => Self::Licence,
            "Authentication_RequestFromUnsupportedUserRole" => Self::Role,
            "Authentication_MSGraphPermissionMissing" => Self::Scope,
            _ => Self::ScopeOrRole,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_bodies_are_read_in_both_spellings_and_never_fail() {
        for inner in ["innerError", "innererror"] {
            let body = format!(
                r#"{{"error":{{"code":"X","message":"m","{inner}":{{"request-id":"r","extra":[1]}}}}}}"#
            );
            let error = ErrorBody::read(&body);
            assert_eq!((error.code.as_str(), error.message.as_str()), ("X", "m"));
            assert_eq!(error.request_id.as_deref(), Some("r"));
        }
        for nonsense in [
            "",
            "<html>",
            "[]",
            "{}",
            r#"{"error":null}"#,
            r#"{"error":"text"}"#,
            r#"{"error":{"code":7}}"#,
        ] {
            assert_eq!(ErrorBody::read(nonsense).code, "", "{nonsense}");
        }
    }

    #[test]
    fn an_error_shows_nothing_the_service_wrote() {
        let error = GraphError::Refused {
            status: 400,
            code: "Request_BadRequest".to_owned(),
            message: Redacted("adele@fabrikam.com is not welcome".to_owned()),
            trace: Trace::default(),
        };

        assert!(!format!("{error} {error:?}").contains("adele"));
    }
}
