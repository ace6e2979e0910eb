//! The guest object in the inviting tenant, as far as redemption reads and changes it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::identity::Path;
use crate::policy::Terms;
use crate::stage::InvitationState;

/// What the inviting tenant's directory holds about the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GuestObject {
    /// `externalUserState`; `None` for objects that were never invited.
    pub state: Option<InvitationState>,
    /// A member of the tenant who already owns the address, not a guest.
    #[serde(default)]
    pub internal: bool,
    /// `accountEnabled`.
    pub account_enabled: bool,
    /// Lies among the deleted users.
    #[serde(default)]
    pub deleted: bool,
    /// `mail` and `otherMails`, lower-case.
    pub addresses: Vec<String>,
    /// How the guest redeemed; `None` before and after a reset.
    #[serde(default)]
    pub identity: Option<Identity>,
    /// A second factor is registered in this tenant.
    #[serde(default)]
    pub mfa_registered: bool,
    /// Holds a directory role here.
    #[serde(default)]
    pub holds_role: bool,
    /// Terms of use accepted so far.
    #[serde(default)]
    pub terms_accepted: Vec<TermsAcceptance>,
    /// When the newest invitation was made; link and lifecycle deadlines count from here.
    pub invited_at: DateTime<Utc>,
}

impl GuestObject {
    /// A guest just invited at this address.
    pub fn pending(address: &str, invited_at: DateTime<Utc>) -> Self {
        Self {
            state: Some(InvitationState::PendingAcceptance),
            internal: false,
            account_enabled: true,
            deleted: false,
            addresses: vec![address.to_lowercase()],
            identity: None,
            mfa_registered: false,
            holds_role: false,
            terms_accepted: Vec::new(),
            invited_at,
        }
    }

    /// Whether the guest has redeemed.
    pub fn is_accepted(&self) -> bool {
        self.state == Some(InvitationState::Accepted)
    }

    /// Whether the guest is invited and has not redeemed.
    pub fn is_pending(&self) -> bool {
        self.state == Some(InvitationState::PendingAcceptance)
    }

    /// Whether these terms must be shown (again).
    pub fn owes_terms(&self, terms: &Terms, now: DateTime<Utc>) -> bool {
        !self.terms_accepted.iter().any(|given| {
            let is_fresh = terms
                .reaccept_after_days
                .is_none_or(|days| now < given.at + chrono::TimeDelta::days(i64::from(days)));
            given.name == terms.name && given.version == terms.version && is_fresh
        })
    }

    /// Brings the object to where an effect leaves it.
    pub fn apply(&mut self, effect: &Effect) {
        match effect {
            Effect::Created { guest } => *self = (**guest).clone(),
            Effect::InvitedAgain { at } => self.invited_at = *at,
            Effect::Reset { at, address } => {
                self.state = Some(InvitationState::PendingAcceptance);
                self.identity = None;
                self.invited_at = *at;
                let address = address.to_lowercase();
                self.addresses.retain(|known| *known != address);
                self.addresses.insert(0, address);
            }
            Effect::Redeemed { identity, .. } => {
                self.state = Some(InvitationState::Accepted);
                self.identity = Some(identity.clone());
            }
            Effect::MfaRegistered => self.mfa_registered = true,
            Effect::TermsAccepted(given) => {
                self.terms_accepted.retain(|known| known.name != given.name);
                self.terms_accepted.push(given.clone());
            }
            Effect::Deleted => self.deleted = true,
        }
    }
}

/// The identity a guest redeemed with; it stays until the redemption is reset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    /// The path taken.
    pub path: Path,
    /// Which home account of that name it was ([`HomeTenant::account_generation`](crate::HomeTenant)).
    #[serde(default)]
    pub account_generation: u32,
}

impl Identity {
    /// What `identities[].issuer` shows after redemption.
    pub const fn issuer(&self) -> Issuer {
        match self.path {
            Path::EntraId => Issuer::OtherDirectory,
            Path::MsaExisting | Path::MsaCreate => Issuer::MicrosoftAccount,
            Path::SamlWsfed => Issuer::Partner,
            Path::Google => Issuer::Google,
            Path::EmailOtp => Issuer::Mail,
        }
    }
}

/// `identities[].issuer` of a redeemed guest (Microsoft: user-properties).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Issuer {
    /// Another Entra organisation.
    #[serde(rename = "ExternalAzureAD")]
    OtherDirectory,
    /// A personal Microsoft account.
    MicrosoftAccount,
    /// E-mail one-time passcode.
    #[serde(rename = "mail")]
    Mail,
    /// Google.
    #[serde(rename = "google.com")]
    Google,
    /// The issuer URI stored for the SAML/WS-Fed federation.
    #[serde(rename = "{issuer URI of the partner}")]
    Partner,
}

impl Issuer {
    /// The text Entra shows; for a federation partner the placeholder of the case format.
    pub const fn word(self) -> &'static str {
        match self {
            Self::OtherDirectory => "ExternalAzureAD",
            Self::MicrosoftAccount => "MicrosoftAccount",
            Self::Mail => "mail",
            Self::Google => "google.com",
            Self::Partner => "{issuer URI of the partner}",
        }
    }
}

/// One acceptance of terms of use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TermsAcceptance {
    /// Name of the terms.
    pub name: String,
    /// Version accepted.
    #[serde(default)]
    pub version: u32,
    /// When.
    pub at: DateTime<Utc>,
}

/// What a step changes on the guest object. Whoever keeps the object applies it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Effect {
    /// The object comes into being.
    Created {
        /// The new object.
        guest: Box<GuestObject>,
    },
    /// A newer invitation; the older link is superseded.
    InvitedAgain {
        /// When.
        at: DateTime<Utc>,
    },
    /// Redemption was reset: pending again, no identity, same object.
    Reset {
        /// When.
        at: DateTime<Utc>,
        /// The address invited now.
        address: String,
    },
    /// The invitation was accepted.
    Redeemed {
        /// With which identity.
        identity: Identity,
        /// When.
        at: DateTime<Utc>,
    },
    /// A second factor was registered in this tenant.
    MfaRegistered,
    /// Terms of use were accepted.
    TermsAccepted(TermsAcceptance),
    /// The object went to the deleted users.
    Deleted,
}
