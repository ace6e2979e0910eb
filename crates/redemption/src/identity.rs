//! Which identity provider vouches for the guest: the redemption order as a list of candidates.
//!
//! Microsoft: redemption-experience (order of the e-mail link), cross-tenant-access-overview (configurable order),
//! direct-federation-overview, one-time-passcode.

use serde::{Deserialize, Serialize};

use crate::address;
use crate::invitee::Invitee;
use crate::link::LinkKind;
use crate::page::Prompt;
use crate::policy::{FallbackProvider, PrimaryProvider, TenantPolicy};
use crate::stops::Stop;

/// An identity path, in the words of the case format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Path {
    /// The account of the guest's own Entra organisation.
    EntraId,
    /// An existing Microsoft account.
    MsaExisting,
    /// A Microsoft account made during redemption: the only path with a new password.
    MsaCreate,
    /// The partner's own identity provider.
    SamlWsfed,
    /// Google.
    Google,
    /// A code mailed to the invited address.
    EmailOtp,
}

impl Path {
    /// All paths.
    pub const ALL: [Self; 6] = [
        Self::EntraId,
        Self::MsaExisting,
        Self::MsaCreate,
        Self::SamlWsfed,
        Self::Google,
        Self::EmailOtp,
    ];

    /// The page on which the guest proves who they are.
    pub const fn first_prompt(self) -> Prompt {
        match self {
            Self::EntraId => Prompt::HomeSignIn,
            Self::MsaExisting => Prompt::MsaSignIn,
            Self::MsaCreate => Prompt::MsaCreate,
            Self::SamlWsfed => Prompt::PartnerIdpSignIn,
            Self::Google => Prompt::GoogleSignIn,
            Self::EmailOtp => Prompt::OtpSendCode,
        }
    }

    /// The word of the case format.
    pub const fn word(self) -> &'static str {
        match self {
            Self::EntraId => "entra_id",
            Self::MsaExisting => "msa_existing",
            Self::MsaCreate => "msa_create",
            Self::SamlWsfed => "saml_wsfed",
            Self::Google => "google",
            Self::EmailOtp => "email_otp",
        }
    }

    /// The word after "Source:" in redeem rows. Only the passcode's was seen in a real row.
    pub const fn source(self) -> &'static str {
        match self {
            Self::EntraId => "Azure AD",
            Self::MsaExisting | Self::MsaCreate => "Microsoft Account",
            Self::SamlWsfed => "SAML/WS-Fed",
            Self::Google => "Google",
            Self::EmailOtp => "One Time Passcode",
        }
    }
}

/// Where the redemption order leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// One provider.
    Sign(Path),
    /// An Entra account and a Microsoft account of the same name: the guest is asked.
    Choice,
    /// No provider.
    Nowhere(Stop),
}

/// Chooses the provider for a guest who has not redeemed yet.
pub(crate) fn route(policy: &TenantPolicy, invitee: &Invitee, link: LinkKind) -> Route {
    let chosen = candidates(policy)
        .into_iter()
        .find(|path| fits(*path, policy, invitee, link));
    match chosen {
        // The choice page ignores the switch for Microsoft accounts: a known limit of the configurable order.
        Some(Path::EntraId) if invitee.has_msa => Route::Choice,
        Some(path) => Route::Sign(path),
        None if invitee.missing_from_directory() => Route::Nowhere(Stop::NotInPartnerDirectory),
        None => Route::Nowhere(Stop::NoIdentityProvider),
    }
}

/// Whether the provider a guest redeemed with still works for them.
pub(crate) fn still_works(path: Path, policy: &TenantPolicy, invitee: &Invitee) -> Result<(), Stop> {
    match path {
        Path::EntraId | Path::MsaExisting | Path::MsaCreate => Ok(()),
        Path::EmailOtp => policy.email_otp.then_some(()).ok_or(Stop::PasscodeSwitchedOff),
        Path::Google => policy
            .google_federation
            .then_some(())
            .ok_or(Stop::FederationRemoved),
        Path::SamlWsfed => policy
            .federates(invitee.domain())
            .then_some(())
            .ok_or(Stop::FederationRemoved),
    }
}

/// The order of the tenant, spelled out as paths.
pub(crate) fn candidates(policy: &TenantPolicy) -> Vec<Path> {
    let primary = policy
        .redemption_order
        .primary
        .iter()
        .map(|provider| match provider {
            PrimaryProvider::AzureActiveDirectory => Path::EntraId,
            PrimaryProvider::ExternalFederation => Path::SamlWsfed,
            PrimaryProvider::SocialIdentityProviders => Path::Google,
        });
    let fallback: &[Path] = match policy.redemption_order.fallback {
        FallbackProvider::DefaultConfiguredIdp if policy.email_otp => &[Path::MsaExisting, Path::EmailOtp],
        FallbackProvider::EmailOneTimePasscode => &[Path::EmailOtp],
        FallbackProvider::DefaultConfiguredIdp | FallbackProvider::MicrosoftAccount => {
            &[Path::MsaExisting, Path::MsaCreate]
        }
    };
    primary.chain(fallback.iter().copied()).collect()
}

/// One row of the decision table: when a path is open to a person.
fn fits(path: Path, policy: &TenantPolicy, invitee: &Invitee, link: LinkKind) -> bool {
    match path {
        Path::EntraId => invitee.entra_account().is_some(),
        // A person a synced partner left out of the cloud is not helped by federation unless it is asked first.
        Path::SamlWsfed => {
            policy.federates(invitee.domain())
                && (!invitee.missing_from_directory() || federation_comes_first(policy))
        }
        Path::Google => policy.google_federation && address::is_gmail(&invitee.email),
        Path::MsaExisting => invitee.has_msa,
        Path::EmailOtp => policy.email_otp,
        // Only the invitation link offers a new account, and only where no organisation owns the domain.
        Path::MsaCreate => link.carries_ticket() && !invitee.missing_from_directory(),
    }
}

fn federation_comes_first(policy: &TenantPolicy) -> bool {
    let place = |wanted| {
        policy
            .redemption_order
            .primary
            .iter()
            .position(|provider| *provider == wanted)
    };
    match (
        place(PrimaryProvider::ExternalFederation),
        place(PrimaryProvider::AzureActiveDirectory),
    ) {
        (Some(federation), Some(entra)) => federation < entra,
        (Some(_), None) => true,
        (None, _) => false,
    }
}
