//! The tenant's settings that shape how guests get in, as far as Usher reads them.
//!
//! Settings are the administrators' own words, and every service adds to them: what is not known here is left out, and
//! words stay text.

use serde::Deserialize;

use super::text_list::null_is_empty;

/// `authorizationPolicy`: who may invite.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphAuthorizationPolicy {
    /// `none`, `adminsAndGuestInviters`, `adminsGuestInvitersAndAllMembers`, `everyone`.
    pub allow_invites_from: Option<String>,
}

/// `crossTenantAccessPolicy`: the clouds that are switched on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphCrossTenantPolicy {
    /// Other Microsoft clouds, by the host of their sign-in.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub allowed_cloud_endpoints: Vec<String>,
}

/// `crossTenantAccessPolicyConfigurationDefault` or `…Partner`. What a partner leaves null it inherits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GraphCrossTenantSettings {
    /// The partner's tenant id; `None` in the default.
    pub tenant_id: Option<String>,
    /// What of the home tenant is trusted.
    pub inbound_trust: Option<GraphInboundTrust>,
    /// Who may come, and to what.
    pub b2b_collaboration_inbound: Option<GraphB2bSetting>,
    /// Automatic redemption.
    pub automatic_user_consent_settings: Option<GraphAutomaticConsent>,
    /// In which order identity providers are tried; in the default alone.
    pub invitation_redemption_identity_provider_configuration: Option<GraphRedemptionOrder>,
}

/// `crossTenantAccessPolicyInboundTrust`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GraphInboundTrust {
    /// MFA done at home counts.
    pub is_mfa_accepted: Option<bool>,
    /// The home tenant's word on a compliant device counts.
    pub is_compliant_device_accepted: Option<bool>,
    /// The home tenant's word on a hybrid joined device counts.
    #[serde(rename = "isHybridAzureADJoinedDeviceAccepted")]
    pub is_hybrid_joined_device_accepted: Option<bool>,
}

/// `crossTenantAccessPolicyB2BSetting`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GraphB2bSetting {
    /// Whom it is about.
    pub users_and_groups: Option<GraphAccessTargets>,
    /// Which applications it is about.
    pub applications: Option<GraphAccessTargets>,
}

/// `crossTenantAccessPolicyTargetConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GraphAccessTargets {
    /// `allowed`, `blocked`.
    pub access_type: Option<String>,
    /// Object ids, or `AllUsers`, `AllApplications`, `Office365`.
    #[serde(deserialize_with = "null_is_empty")]
    pub targets: Vec<GraphAccessTarget>,
}

/// `crossTenantAccessPolicyTarget`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GraphAccessTarget {
    /// The id or word.
    pub target: String,
}

/// `inboundOutboundPolicyConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GraphAutomaticConsent {
    /// Guests of there redeem without "Review permissions", if their tenant agrees.
    pub inbound_allowed: Option<bool>,
}

/// `defaultInvitationRedemptionIdentityProviderConfiguration`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GraphRedemptionOrder {
    /// `azureActiveDirectory`, `externalFederation`, `socialIdentityProviders`, in order.
    #[serde(deserialize_with = "null_is_empty")]
    pub primary_identity_provider_precedence_order: Vec<String>,
    /// `defaultConfiguredIdp`, `emailOneTimePasscode`, `microsoftAccount`.
    pub fallback_identity_provider: Option<String>,
}

/// `emailAuthenticationMethodConfiguration`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphEmailMethod {
    /// `default` (on since October 2021), `enabled`, `disabled`.
    pub allow_external_id_to_use_email_otp: Option<String>,
}

/// `conditionalAccessPolicy`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GraphAccessPolicy {
    /// Its name.
    pub display_name: Option<String>,
    /// `enabled`, `disabled`, `enabledForReportingButNotEnforced`.
    pub state: Option<String>,
    /// When it applies. Conditions come in many shapes and more are added every year, so they stay JSON.
    pub conditions: serde_json::Value,
    /// What it asks for.
    pub grant_controls: Option<GraphGrantControls>,
}

/// `conditionalAccessGrantControls`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GraphGrantControls {
    /// `AND`, `OR`.
    pub operator: Option<String>,
    /// `block`, `mfa`, `compliantDevice`, …
    #[serde(deserialize_with = "null_is_empty")]
    pub built_in_controls: Vec<String>,
    /// Agreements, by id.
    #[serde(deserialize_with = "null_is_empty")]
    pub terms_of_use: Vec<String>,
    /// An authentication strength.
    pub authentication_strength: Option<serde_json::Value>,
}

/// `namedLocation`: of countries, or of addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GraphNamedLocation {
    /// Its id.
    pub id: String,
    /// Countries (ISO 3166), of those made of countries.
    #[serde(deserialize_with = "null_is_empty")]
    pub countries_and_regions: Vec<String>,
}

/// `agreement`: terms of use.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GraphAgreement {
    /// Its id.
    pub id: String,
    /// Its name.
    pub display_name: Option<String>,
    /// Whether it is asked on every device.
    pub is_per_device_acceptance_required: Option<bool>,
}

/// `identityProviderBase`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphIdentityProvider {
    /// `Google`, `Facebook`, `MicrosoftAccount`, `EmailOTP`, …
    pub identity_provider_type: Option<String>,
}

/// `samlOrWsFedExternalDomainFederation`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GraphFederation {
    /// The partner's domains.
    #[serde(deserialize_with = "null_is_empty")]
    pub domains: Vec<GraphExternalDomain>,
}

/// `externalDomainName`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphExternalDomain {
    /// The domain.
    pub id: String,
}

/// `b2bManagementPolicy` (beta): the list of allowed or denied domains.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphB2bManagementPolicy {
    /// JSON in a text, one element.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub definition: Vec<String>,
}
