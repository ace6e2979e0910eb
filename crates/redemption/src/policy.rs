//! What the inviting tenant has set: everything that shapes how an invitation is redeemed.

mod controls;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub use controls::{AccessPolicy, Grant, RiskLevel, Terms};

use crate::address;

/// The settings of the inviting ("resource") tenant. `default()` is a new commercial tenant with Usher's own
/// link rule (90 days, single use) on top.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TenantPolicy {
    /// Domains verified in this tenant, lower-case. Addresses under them cannot be invited.
    pub verified_domains: Vec<String>,
    /// E-mail one-time passcode for guests (`allowExternalIdToUseEmailOtp`); on unless switched off.
    pub email_otp: bool,
    /// Google federation.
    pub google_federation: bool,
    /// Facebook federation; self-service sign-up only, never used for invitations.
    pub facebook_federation: bool,
    /// Domains with SAML/WS-Fed federation, lower-case.
    pub saml_ws_fed_domains: Vec<String>,
    /// The issuer stored for the federation differs from the one the partner sends (AADSTS50107).
    pub saml_issuer_mismatch: bool,
    /// Order in which identity providers are tried.
    pub redemption_order: RedemptionOrder,
    /// `authorizationPolicy.allowInvitesFrom`.
    pub allow_invites_from: AllowInvitesFrom,
    /// Collaboration restrictions: one allow list or one block list.
    pub domain_policy: DomainPolicy,
    /// Default cross-tenant access settings, inbound side.
    pub cross_tenant: CrossTenant,
    /// Organisational settings; each beats the default for its partner.
    pub partners: Vec<PartnerAccess>,
    /// Conditional Access policies that include guests.
    pub conditional_access: Vec<AccessPolicy>,
    /// Terms of use asked of guests, in the order they are shown.
    pub terms_of_use: Vec<Terms>,
    /// Guest lifecycle policy, rule "guest redemption" (preview).
    pub guest_lifecycle_policy: Option<LifecyclePolicy>,
    /// The application the guest is sent to.
    pub app: AppPolicy,
    /// Usher's own rule for invitation links; Entra enforces none today.
    pub invitation_link: LinkPolicy,
}

impl Default for TenantPolicy {
    fn default() -> Self {
        Self {
            verified_domains: Vec::new(),
            email_otp: true,
            google_federation: false,
            facebook_federation: false,
            saml_ws_fed_domains: Vec::new(),
            saml_issuer_mismatch: false,
            redemption_order: RedemptionOrder::default(),
            allow_invites_from: AllowInvitesFrom::Everyone,
            domain_policy: DomainPolicy::default(),
            cross_tenant: CrossTenant::default(),
            partners: Vec::new(),
            conditional_access: Vec::new(),
            terms_of_use: Vec::new(),
            guest_lifecycle_policy: None,
            app: AppPolicy::default(),
            invitation_link: LinkPolicy::default(),
        }
    }
}

impl TenantPolicy {
    /// The inbound settings that count for a partner: its own entry where there is one, else the default.
    ///
    /// `tenant_id` is the home tenant where known; the domain is the fallback.
    pub fn inbound_for(&self, tenant_id: Option<&str>, domain: &str) -> &CrossTenant {
        self.partners
            .iter()
            .find(|partner| partner.is_about(tenant_id, domain))
            .map_or(&self.cross_tenant, |partner| &partner.settings)
    }

    /// Whether the domain is federated by SAML/WS-Fed in this tenant.
    pub fn federates(&self, domain: &str) -> bool {
        self.saml_ws_fed_domains
            .iter()
            .any(|federated| federated.eq_ignore_ascii_case(domain))
    }
}

/// `invitationRedemptionIdentityProviderConfiguration` of the default cross-tenant configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RedemptionOrder {
    /// Primary providers in order; one that is missing is off.
    pub primary: Vec<PrimaryProvider>,
    /// What is used when no primary provider fits.
    pub fallback: FallbackProvider,
}

impl Default for RedemptionOrder {
    fn default() -> Self {
        Self {
            primary: vec![
                PrimaryProvider::AzureActiveDirectory,
                PrimaryProvider::ExternalFederation,
                PrimaryProvider::SocialIdentityProviders,
            ],
            fallback: FallbackProvider::DefaultConfiguredIdp,
        }
    }
}

/// A primary provider of the redemption order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PrimaryProvider {
    /// Microsoft Entra ID of the guest's own organisation.
    AzureActiveDirectory,
    /// SAML/WS-Fed federation.
    ExternalFederation,
    /// Google.
    SocialIdentityProviders,
}

/// The fallback of the redemption order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FallbackProvider {
    /// Microsoft account if there is one, else passcode if on, else a new Microsoft account.
    DefaultConfiguredIdp,
    /// Passcode only; Microsoft accounts are off.
    EmailOneTimePasscode,
    /// Microsoft account only.
    MicrosoftAccount,
}

/// `allowInvitesFrom`: who may invite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AllowInvitesFrom {
    /// Members and guests.
    Everyone,
    /// Administrators, guest inviters and all members.
    AdminsGuestInvitersAndAllMembers,
    /// Administrators and guest inviters.
    AdminsAndGuestInviters,
    /// Nobody, administrators and apps included.
    None,
}

/// Collaboration restrictions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DomainPolicy {
    /// Which kind of list is in force.
    pub mode: DomainMode,
    /// Its domains, lower-case.
    pub domains: Vec<String>,
}

impl DomainPolicy {
    /// Whether an address under `domain` may be invited, and may redeem while pending.
    pub fn permits(&self, domain: &str) -> bool {
        let listed = self
            .domains
            .iter()
            .any(|entry| entry.eq_ignore_ascii_case(domain));
        match self.mode {
            DomainMode::Any => true,
            DomainMode::Block => !listed,
            DomainMode::Allow => listed,
        }
    }
}

/// Kind of the collaboration restriction; a tenant has one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DomainMode {
    /// No list.
    #[default]
    Any,
    /// The listed domains are refused.
    Block,
    /// Only the listed domains are accepted.
    Allow,
}

/// Allow or block, as cross-tenant access settings say it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Access {
    /// Allowed (Entra's default for B2B collaboration both ways).
    #[default]
    Allow,
    /// Blocked.
    Block,
}

/// Inbound cross-tenant access settings: the default, or those for one partner.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CrossTenant {
    /// B2B collaboration inbound.
    #[serde(rename = "inboundB2B")]
    pub inbound_b2b: Access,
    /// Applications guests may not open, by application id; [`CrossTenant::ALL_APPS`] means all.
    pub blocked_apps: Vec<String>,
    /// MFA done at home counts here.
    pub trust_mfa: bool,
    /// The home tenant's word on a compliant device counts here.
    pub trust_compliant_device: bool,
    /// The home tenant's word on a hybrid joined device counts here.
    pub trust_hybrid_joined: bool,
    /// Automatic redemption, inbound half; works only together with the partner's outbound half.
    pub auto_redeem_inbound: bool,
    /// Other Microsoft clouds switched on here and, with this tenant's id, at the partner.
    pub clouds_enabled: Vec<String>,
}

impl CrossTenant {
    /// The target that stands for every application.
    pub const ALL_APPS: &'static str = "AllApplications";

    /// Whether inbound settings refuse this application.
    pub fn blocks_app(&self, app_id: &str) -> bool {
        self.blocked_apps
            .iter()
            .any(|app| app == Self::ALL_APPS || app.eq_ignore_ascii_case(app_id))
    }

    /// Whether guests of that Microsoft cloud may come in.
    pub fn enables_cloud(&self, cloud: &str) -> bool {
        self.clouds_enabled
            .iter()
            .any(|enabled| enabled.eq_ignore_ascii_case(cloud))
    }
}

/// Organisational cross-tenant settings for one partner.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PartnerAccess {
    /// The partner's tenant id.
    pub tenant_id: String,
    /// Domains known to belong to it, lower-case; used where a home tenant id is not known.
    pub domains: Vec<String>,
    /// The settings in force for the partner, inherited values filled in.
    pub settings: CrossTenant,
}

impl PartnerAccess {
    fn is_about(&self, tenant_id: Option<&str>, domain: &str) -> bool {
        match tenant_id {
            Some(id) if !self.tenant_id.is_empty() => self.tenant_id.eq_ignore_ascii_case(id),
            _ => self.domains.iter().any(|own| own.eq_ignore_ascii_case(domain)),
        }
    }
}

/// Guest lifecycle policy, rule "guest redemption" (Microsoft: guest-lifecycle-policies, preview 2026).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LifecyclePolicy {
    /// Days a guest may stay pending, 1 to 30.
    pub redemption_threshold_days: u32,
    /// Days of grace after the threshold.
    #[serde(default)]
    pub grace_period_days: u32,
}

impl LifecyclePolicy {
    /// When a guest invited at `invited_at` is deleted if still pending.
    pub fn deletes_at(self, invited_at: DateTime<Utc>) -> DateTime<Utc> {
        invited_at + TimeDelta::days(i64::from(self.redemption_threshold_days + self.grace_period_days))
    }
}

/// The application the guest is sent to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AppPolicy {
    /// Application id, as `blockedApps` names it.
    pub id: String,
    /// Name on pages and rows.
    pub name: String,
    /// "Assignment required" is on and this guest is not assigned.
    pub assignment_required: bool,
    /// The application asks for permissions no administrator has consented to.
    pub admin_consent_needed: bool,
}

impl Default for AppPolicy {
    fn default() -> Self {
        Self {
            id: "2793995e-0a7d-40d7-bd35-6968ba142197".into(),
            name: "My Apps".into(),
            assignment_required: false,
            admin_consent_needed: false,
        }
    }
}

/// How long an invitation link lives and how often it works. This is Usher's rule, not Entra's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkPolicy {
    /// Days from the newest invitation; `None` is no end.
    pub lifetime_days: Option<u32>,
    /// The link stops working once the invitation is accepted.
    pub single_use: bool,
}

impl Default for LinkPolicy {
    fn default() -> Self {
        Self {
            lifetime_days: Some(90),
            single_use: true,
        }
    }
}

impl LinkPolicy {
    /// What Entra itself does today: no end, and a way back in after acceptance.
    pub const UNLIMITED: Self = Self {
        lifetime_days: None,
        single_use: false,
    };

    /// The last moment at which a link made at `invited_at` works.
    pub fn expires_at(self, invited_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        Some(invited_at + TimeDelta::days(i64::from(self.lifetime_days?)))
    }

    /// Whether such a link is dead at `now`.
    pub fn is_expired(self, invited_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        self.expires_at(invited_at).is_some_and(|end| now > end)
    }
}

impl DomainPolicy {
    /// Whether the mail address may be invited under the list.
    pub fn permits_address(&self, mail: &str) -> bool {
        self.permits(address::domain_of(mail))
    }
}
