//! One entry of the failure catalogue.

use serde::{Deserialize, Serialize};

use crate::stage::Stage;

/// One thing that can go wrong, or look as if it had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Entry {
    /// Stable key: `aadsts-<code>`, or a name.
    pub key: String,
    /// By what the entry is recognised.
    #[serde(rename = "match")]
    pub matches: Match,
    /// What sort of event it is.
    pub kind: Kind,
    /// Where on the way in it happens.
    pub area: Area,
    /// The stage a guest does not reach because of it.
    pub stops_before: Stage,
    /// A few words for lists.
    pub title: String,
    /// What it means, for the administrator.
    pub cause: String,
    /// What the administrator can do.
    pub remedy: String,
    /// What to tell the guest; `None` where the guest never meets it or can do nothing.
    #[serde(deserialize_with = "present")]
    pub guest: Option<String>,
    /// Whether sending the invitation again helps.
    pub resend_helps: bool,
    /// The one action that cures it.
    pub cure: Cure,
    /// Where it is documented.
    pub source: String,
    /// The cause was read somewhere rather than inferred from a name.
    pub verified: bool,
}

/// `null` is a value here, absence an error.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer)
}

/// By what an entry is recognised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Match {
    /// An AADSTS code.
    Code(u32),
    /// Words in a message of the API or of a page.
    Message(String),
    /// An audit row.
    Audit(AuditMatch),
    /// A condition the console computes; equal to the key.
    Condition(String),
}

/// An audit row that stands for a failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuditMatch {
    /// `activityDisplayName`.
    pub activity: String,
    /// Only rows that did not succeed count.
    pub failure_only: bool,
}

/// What sort of event it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// Somebody or something refused.
    Failure,
    /// A page on the way; never counts as a failure.
    Interrupt,
    /// The guest did or left something.
    UserAction,
    /// A passing fault of the service.
    Service,
}

/// Where on the way in it happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Area {
    /// Making the invitation.
    Invite,
    /// The mail.
    Delivery,
    /// The link.
    Link,
    /// Finding who vouches for the guest.
    Identity,
    /// Signing in.
    SignIn,
    /// Privacy page and application consent.
    Consent,
    /// Second factor.
    Mfa,
    /// Conditional Access.
    ConditionalAccess,
    /// Terms of use.
    Terms,
    /// Cross-tenant settings and tenant restrictions.
    CrossTenant,
    /// The account and the application.
    Access,
    /// The service itself.
    Service,
}

/// The one action that cures a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Cure {
    /// Unblock the guest's sign-in.
    UnblockSignIn,
    /// Send the invitation again.
    ResendInvitation,
    /// Reset the redemption status.
    ResetRedemption,
    /// Copy a link that names the tenant and hand it over.
    CopyDirectLink,
    /// Open a setting of the tenant.
    OpenSetting(Setting),
    /// Add the guest to a group or application.
    AddToGroup,
    /// The partner's administrator must act.
    AskPartner,
    /// Nothing the administrator can click.
    None,
}

/// A setting of the inviting tenant, as the admin center groups them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Setting {
    /// Access reviews.
    AccessReviews,
    /// Consent and permissions of an application.
    AppConsent,
    /// App registrations.
    AppRegistration,
    /// Authentication methods (e-mail passcode).
    AuthenticationMethods,
    /// Bulk operation results.
    BulkOperations,
    /// Conditional Access policies.
    ConditionalAccess,
    /// Cross-tenant access, inbound B2B collaboration.
    CrossTenantInbound,
    /// Cross-tenant access, inbound trust.
    CrossTenantTrust,
    /// Enterprise applications.
    EnterpriseApp,
    /// Entitlement management.
    EntitlementManagement,
    /// External collaboration settings: who may invite, domain list, guest permissions.
    ExternalCollaboration,
    /// All identity providers (federations).
    IdentityProviders,
    /// Guest lifecycle policies.
    LifecyclePolicies,
    /// MFA registration policy of ID Protection.
    MfaRegistrationPolicy,
    /// Microsoft cloud settings.
    MicrosoftClouds,
    /// Redemption order.
    RedemptionOrder,
    /// Risk policies of ID Protection.
    RiskPolicies,
    /// Security defaults.
    SecurityDefaults,
    /// Sharing in the SharePoint admin center.
    SharePointSharing,
    /// Terms of use.
    TermsOfUse,
    /// The guest's own properties.
    UserProperties,
}
