//! What can go wrong when somebody signs in.

use std::{error::Error, fmt};

use azure_core::error::ErrorKind;

use crate::{
    certificate::CertificateError, id_token::IdTokenError, opener::BrowserNotOpened, vault::VaultError,
};

/// A sign-in that did not succeed, or a token that could not be had.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The person declined, or closed the page by its own button. Nothing was granted.
    #[error("the sign-in was declined")]
    Declined(#[source] Box<AuthorityRefusal>),
    /// An administrator must approve Usher first (AADSTS65001, 90094, 90095).
    #[error("your organization must approve Usher first")]
    ApprovalNeeded(#[source] Box<AuthorityRefusal>),
    /// The sign-in service refused for another reason.
    #[error("the sign-in was refused")]
    Refused(#[source] Box<AuthorityRefusal>),
    /// A token needs the person's consent or presence, and this request may not open the browser.
    #[error("signing in again is needed")]
    SignInNeeded {
        /// Why the stored sign-in does not do, where the service said so.
        #[source]
        refusal: Option<Box<AuthorityRefusal>>,
    },
    /// The answer belongs to another sign-in than the one that was begun. It was thrown away.
    #[error("the browser came back with an answer to another sign-in")]
    StateMismatch,
    /// A different account signed in than the one this session belongs to.
    #[error("a different account signed in")]
    OtherAccount,
    /// Nobody came back from the browser in time. Its window may have been closed.
    #[error("nobody signed in in time")]
    TimedOut,
    /// The person cancelled in Usher.
    #[error("the sign-in was cancelled")]
    Cancelled,
    /// Another program uses the port of the redirect address.
    #[error("port {port} on this computer is used by another program")]
    PortOccupied {
        /// The port.
        port: u16,
    },
    /// No port of this computer could be opened for the redirect.
    #[error("no address on this computer could be opened for the sign-in to return to")]
    NoLoopback(#[source] std::io::Error),
    /// The browser could not be opened.
    #[error("the browser could not be opened")]
    BrowserNotOpened(#[from] BrowserNotOpened),
    /// The sign-in service could not be reached.
    #[error("the sign-in service could not be reached")]
    Offline(#[source] Transport),
    /// The service answered with something that is no answer to a sign-in.
    #[error("the sign-in service gave an unexpected answer")]
    UnexpectedAnswer,
    /// The identity token does not prove who signed in.
    #[error("the sign-in could not be verified")]
    Unverified(#[from] IdTokenError),
    /// The vault could not be read or changed.
    #[error("the token vault failed")]
    Vault(#[from] VaultError),
    /// The Azure CLI is not installed, or not where programs are looked for.
    #[error("the Azure CLI was not found")]
    CliNotFound,
    /// Nobody is signed in to the Azure CLI.
    #[error("nobody is signed in to the Azure CLI; run az login")]
    CliSignedOut,
    /// The certificate file is of no use.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// A configured credential is unusable: a tenant, client id, secret or address in a form the service
    /// cannot take.
    #[error("the credential is not configured properly")]
    Misconfigured(#[source] Redacted),
}

impl SignInError {
    /// Returns the service's error number (the one after `AADSTS`), where it gave one.
    pub fn aadsts(&self) -> Option<u32> {
        self.refusal().and_then(|refusal| refusal.aadsts)
    }

    /// Returns what the sign-in service said, where it refused.
    pub fn refusal(&self) -> Option<&AuthorityRefusal> {
        match self {
            Self::Declined(refusal) | Self::ApprovalNeeded(refusal) | Self::Refused(refusal) => Some(refusal),
            Self::SignInNeeded { refusal } => refusal.as_deref(),
            _ => None,
        }
    }

    /// Reads what a credential of any kind answered: ours carry this type, Microsoft's are recognised by what
    /// they say.
    pub fn from_credential(error: azure_core::Error) -> Self {
        match error.into_downcast::<Self>() {
            Ok(own) => own,
            Err(error) => Self::from_foreign(&error),
        }
    }

    fn from_foreign(error: &azure_core::Error) -> Self {
        let chain =
            || std::iter::successors(Some(error as &(dyn Error + 'static)), |error| (*error).source());
        if let Some(request) = chain().find_map(|error| error.downcast_ref::<reqwest::Error>()) {
            return Self::Offline(Transport::of_request(request));
        }
        let text = chain().map(ToString::to_string).collect::<Vec<_>>().join(": ");
        let lower = text.to_ascii_lowercase();

        if let Some(aadsts) = aadsts_in(&text) {
            return AuthorityRefusal {
                error: "invalid_request".to_owned(),
                aadsts: Some(aadsts),
                description: Redacted(text),
                ..AuthorityRefusal::default()
            }
            .into();
        }
        if lower.contains("az login") {
            return Self::CliSignedOut;
        }
        if lower.contains("az not found")
            || lower.contains("cli not found")
            || lower.contains("not found on path")
        {
            return Self::CliNotFound;
        }
        Self::Misconfigured(Redacted(text))
    }
}

impl From<SignInError> for azure_core::Error {
    fn from(error: SignInError) -> Self {
        Self::new(ErrorKind::Credential, error)
    }
}

/// What the sign-in service said when it refused ("Microsoft Entra authentication and authorization error
/// codes").
#[derive(Debug, Clone, Default, PartialEq, Eq, thiserror::Error)]
#[error("{error}{}", .aadsts.map(|code| format!(" (AADSTS{code})")).unwrap_or_default())]
pub struct AuthorityRefusal {
    /// The OAuth error, such as `invalid_grant`.
    pub error: String,
    /// The number after `AADSTS`.
    pub aadsts: Option<u32>,
    /// What a person could do about it, such as `basic_action`.
    pub suberror: Option<String>,
    /// Names the request in the service's own logs.
    pub correlation_id: Option<String>,
    /// Names the answer in the service's own logs.
    pub trace_id: Option<String>,
    /// Claims the next authorize request must carry, as JSON.
    pub claims: Option<String>,
    /// The service's own words. They may name the account: for the screen only.
    pub description: Redacted,
}

impl AuthorityRefusal {
    /// Says whether an administrator must consent before anybody can go on.
    fn wants_approval(&self) -> bool {
        matches!(self.aadsts, Some(65001 | 90094 | 90095))
            || self.suberror.as_deref() == Some("consent_required")
    }

    /// Says whether the service is merely not well at the moment.
    pub(crate) fn is_passing(&self) -> bool {
        matches!(self.error.as_str(), "temporarily_unavailable" | "server_error")
    }

    /// Says whether the refresh token itself is of no use any more, whatever it is asked for.
    pub(crate) fn ends_session(&self) -> bool {
        self.error == "invalid_grant" && !self.wants_approval() && !self.wants_person()
    }

    /// Says whether the person must show up: second factor, a new password, a condition of the tenant.
    pub(crate) fn wants_person(&self) -> bool {
        matches!(self.aadsts, Some(50072 | 50074 | 50076 | 50079 | 50158))
            || matches!(
                self.error.as_str(),
                "interaction_required" | "login_required" | "consent_required"
            )
    }
}

impl From<AuthorityRefusal> for SignInError {
    fn from(refusal: AuthorityRefusal) -> Self {
        let refusal = Box::new(refusal);
        if refusal.wants_approval() {
            Self::ApprovalNeeded(refusal)
        } else if refusal.error == "access_denied" {
            Self::Declined(refusal)
        } else {
            Self::Refused(refusal)
        }
    }
}

/// Text of a service that may name a person. It is never printed by accident: ask for it with
/// [`Redacted::expose`].
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Redacted(pub String);

impl Redacted {
    /// The text, for the screen and never for a log.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({} characters)", self.0.chars().count())
    }
}

impl fmt::Display for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Error for Redacted {}

/// How a request failed before an answer was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Transport {
    /// No connection: no network, no name, no listener.
    #[error("no connection")]
    NotConnected,
    /// The certificate of the other side is not trusted.
    #[error("the certificate is not trusted")]
    Untrusted,
    /// No answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// The connection ended before the answer did.
    #[error("the connection was cut")]
    Cut,
}

impl Transport {
    /// Reads what went wrong, without the address: it may carry names.
    pub fn of_request(error: &reqwest::Error) -> Self {
        let chain = std::iter::successors(error.source(), |error| (*error).source());
        let text = chain
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(": ")
            .to_ascii_lowercase();
        match () {
            () if text.contains("certificate") => Self::Untrusted,
            () if error.is_timeout() => Self::TimedOut,
            () if error.is_connect() => Self::NotConnected,
            () => Self::Cut,
        }
    }
}

/// Finds the number after `AADSTS` in a text of the service.
pub(crate) fn aadsts_in(text: &str) -> Option<u32> {
    let (_, after) = text.split_once("AADSTS")?;
    let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    after[..digits].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(error: &str, aadsts: Option<u32>) -> AuthorityRefusal {
        AuthorityRefusal {
            error: error.to_owned(),
            aadsts,
            ..AuthorityRefusal::default()
        }
    }

    #[test]
    fn refusals_are_sorted_by_what_a_person_can_do() {
        let sorted = |error, aadsts| SignInError::from(refusal(error, aadsts));

        assert!(matches!(
            sorted("invalid_grant", Some(65001)),
            SignInError::ApprovalNeeded(_)
        ));
        assert!(matches!(
            sorted("access_denied", Some(90094)),
            SignInError::ApprovalNeeded(_)
        ));
        assert!(matches!(
            sorted("access_denied", Some(65004)),
            SignInError::Declined(_)
        ));
        assert!(matches!(
            sorted("invalid_client", Some(7_000_218)),
            SignInError::Refused(_)
        ));
        assert_eq!(
            sorted("invalid_client", Some(7_000_218)).aadsts(),
            Some(7_000_218)
        );
    }

    #[test]
    fn a_refresh_token_is_given_up_only_when_it_is_dead() {
        assert!(refusal("invalid_grant", Some(700_082)).ends_session());
        assert!(refusal("invalid_grant", Some(50173)).ends_session());
        assert!(!refusal("invalid_grant", Some(65001)).ends_session());
        assert!(!refusal("invalid_grant", Some(50076)).ends_session());
        assert!(!refusal("temporarily_unavailable", None).ends_session());
    }

    #[test]
    fn an_error_crosses_the_credential_trait_and_comes_back_whole() {
        let sent: azure_core::Error = SignInError::PortOccupied { port: 8400 }.into();

        assert!(matches!(
            SignInError::from_credential(sent),
            SignInError::PortOccupied { port: 8400 }
        ));
    }

    #[test]
    fn what_the_service_wrote_is_not_printed() {
        let mut refusal = refusal("invalid_grant", Some(50034));
        refusal.description =
            Redacted("AADSTS50034: the account adele@contoso.com does not exist".to_owned());
        let error = SignInError::from(refusal);

        assert!(!format!("{error:?} {error} {}", error.source().unwrap()).contains("adele"));
        assert!(error.refusal().unwrap().description.expose().contains("adele"));
    }

    #[test]
    fn the_number_is_found_wherever_it_stands() {
        assert_eq!(
            aadsts_in("ClientSecretCredential. AADSTS7000215: Invalid"),
            Some(7_000_215)
        );
        assert_eq!(aadsts_in("AADSTS: none"), None);
        assert_eq!(aadsts_in("nothing"), None);
    }
}
