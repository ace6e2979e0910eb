//! The words of a case about tenant and person. They are types of their own, apart from the rule book's, because
//! the format has fewer words and other defaults.

use serde::Deserialize;

use crate::policy::{
    Access, AllowInvitesFrom, DomainMode, DomainPolicy, FallbackProvider, PrimaryProvider, RiskLevel,
};
use crate::stage::InvitationState;

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CaseTenant {
    #[serde(default = "on")]
    pub(super) email_otp: bool,
    #[serde(default)]
    pub(super) google_federation: bool,
    #[serde(default)]
    pub(super) facebook_federation: bool,
    #[serde(default)]
    pub(super) saml_ws_fed_domains: Vec<String>,
    #[serde(default)]
    pub(super) saml_issuer_mismatch: bool,
    #[serde(default)]
    pub(super) redemption_order: CaseOrder,
    #[serde(default = "everyone")]
    pub(super) allow_invites_from: AllowInvitesFrom,
    #[serde(default)]
    pub(super) domain_policy: CaseDomains,
    #[serde(default)]
    pub(super) cross_tenant: CaseCrossTenant,
    #[serde(default)]
    pub(super) conditional_access: Vec<CaseAccessPolicy>,
    #[serde(default)]
    pub(super) terms_of_use: Option<CaseTerms>,
    #[serde(default)]
    pub(super) guest_lifecycle_policy: Option<CaseLifecycle>,
    #[serde(default)]
    pub(super) app: CaseApp,
    #[serde(default)]
    pub(super) invitation_link: Option<CaseLink>,
}

const fn on() -> bool {
    true
}

const fn everyone() -> AllowInvitesFrom {
    AllowInvitesFrom::Everyone
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CaseOrder {
    pub(super) primary: Vec<PrimaryProvider>,
    pub(super) fallback: FallbackProvider,
}

impl Default for CaseOrder {
    fn default() -> Self {
        let order = crate::policy::RedemptionOrder::default();
        Self {
            primary: order.primary,
            fallback: order.fallback,
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CaseDomains {
    mode: DomainMode,
    #[serde(default)]
    domains: Vec<String>,
}

impl From<CaseDomains> for DomainPolicy {
    fn from(case: CaseDomains) -> Self {
        Self {
            mode: case.mode,
            domains: case.domains,
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct CaseCrossTenant {
    #[serde(rename = "inboundB2B")]
    pub(super) inbound_b2b: Access,
    pub(super) blocked_apps: Vec<String>,
    pub(super) trust_mfa: bool,
    pub(super) trust_compliant_device: bool,
    pub(super) trust_hybrid_joined: bool,
    pub(super) auto_redeem_inbound: bool,
    pub(super) clouds_enabled: Option<CaseClouds>,
}

/// The format leaves open whether clouds are named or just switched on.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub(super) enum CaseClouds {
    All(bool),
    One(String),
    Named(Vec<String>),
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CaseAccessPolicy {
    pub(super) grant: CaseGrant,
    /// Read so that a word other than `guests` is refused.
    #[serde(default)]
    users: CaseUsers,
    #[serde(default)]
    pub(super) locations: Vec<String>,
    #[serde(default)]
    pub(super) sign_in_risk: Vec<RiskLevel>,
    #[serde(default)]
    pub(super) user_risk: Vec<RiskLevel>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum CaseUsers {
    #[default]
    Guests,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum CaseGrant {
    Block,
    Mfa,
    CompliantDevice,
    PasswordChange,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CaseTerms {
    pub(super) name: String,
    #[serde(default)]
    pub(super) per_device: bool,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CaseLifecycle {
    pub(super) redemption_threshold_days: u32,
    #[serde(default)]
    pub(super) grace_period_days: u32,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct CaseApp {
    pub(super) assignment_required: bool,
    pub(super) admin_consent_needed: bool,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CaseLink {
    #[serde(default)]
    pub(super) lifetime_days: Option<u32>,
    #[serde(default)]
    pub(super) single_use: bool,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CaseInvitee {
    pub(super) email: String,
    #[serde(default)]
    pub(super) upn: Option<String>,
    #[serde(default)]
    pub(super) home_tenant: Option<CaseHome>,
    #[serde(default)]
    pub(super) has_msa: bool,
    #[serde(default)]
    pub(super) state_before: Option<InvitationState>,
    #[serde(default)]
    pub(super) link: CaseLinkKind,
    #[serde(default)]
    pub(super) age_days: Option<u32>,
    #[serde(default)]
    pub(super) account_enabled: Option<bool>,
    #[serde(default)]
    pub(super) deleted: bool,
    #[serde(default)]
    pub(super) contact_conflict: bool,
    #[serde(default)]
    pub(super) country: Option<String>,
    #[serde(default)]
    pub(super) sign_in_risk: Option<RiskLevel>,
    #[serde(default)]
    pub(super) unsubscribed: bool,
    #[serde(default)]
    pub(super) network: Option<CaseNetwork>,
    #[serde(default)]
    pub(super) session: Option<String>,
    #[serde(default)]
    pub(super) new_email: Option<String>,
    #[serde(default)]
    pub(super) via_entitlement: bool,
    #[serde(default)]
    pub(super) bulk: Option<CaseBulk>,
    /// Says that `email` and `upn` differ on purpose; the two addresses already show it.
    #[serde(default)]
    alias: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum CaseLinkKind {
    #[default]
    Email,
    Direct,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum CaseNetwork {
    Restricted,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CaseBulk {
    pub(super) rows: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CaseHome {
    pub(super) exists: bool,
    #[serde(default)]
    pub(super) kind: Option<crate::invitee::TenantKind>,
    #[serde(default)]
    pub(super) verified_domain: Option<bool>,
    #[serde(default)]
    pub(super) account_exists: Option<bool>,
    #[serde(default)]
    pub(super) account_recreated: bool,
    #[serde(default)]
    pub(super) federated_on_prem: bool,
    #[serde(rename = "outboundB2B", default)]
    pub(super) outbound_b2b: Access,
    #[serde(default)]
    pub(super) auto_redeem_outbound: bool,
    #[serde(default)]
    pub(super) mfa_done: bool,
    #[serde(default)]
    pub(super) device_compliant: bool,
    #[serde(default)]
    pub(super) user_risk: Option<RiskLevel>,
    #[serde(default)]
    pub(super) cloud: Option<String>,
}
