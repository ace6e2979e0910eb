//! Conditional Access, and the terms of use that are one of its controls.

use serde::{Deserialize, Serialize};

/// One Conditional Access policy in state "enabled" that includes guests.
///
/// All conditions that are set must hold (a condition left empty always holds).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessPolicy {
    /// Name for rows and pages.
    #[serde(default)]
    pub name: String,
    /// The control.
    pub grant: Grant,
    /// Countries (ISO 3166) the policy is limited to.
    #[serde(default)]
    pub locations: Vec<String>,
    /// Sign-in risk levels, judged in this tenant.
    #[serde(default)]
    pub sign_in_risk: Vec<RiskLevel>,
    /// User risk levels, judged in the guest's home tenant.
    #[serde(default)]
    pub user_risk: Vec<RiskLevel>,
}

impl AccessPolicy {
    /// A policy with this control and no condition.
    pub fn always(grant: Grant) -> Self {
        Self {
            name: String::new(),
            grant,
            locations: Vec::new(),
            sign_in_risk: Vec::new(),
            user_risk: Vec::new(),
        }
    }
}

/// The control of a Conditional Access policy, in the order Entra applies them
/// (Microsoft: concept-conditional-access-policies, "Phase 2: Enforcement").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Grant {
    /// Refuse. Decided before any prompt.
    Block,
    /// Require MFA.
    Mfa,
    /// Require an authentication strength; only guests with an Entra account can meet it.
    AuthenticationStrength,
    /// Require a compliant device.
    CompliantDevice,
    /// Require a hybrid joined device.
    HybridJoinedDevice,
    /// Require an approved client app; not supported for guests.
    ApprovedApplication,
    /// Require an app protection policy; not supported for guests.
    CompliantApplication,
    /// Require a password change; not supported for guests.
    PasswordChange,
}

/// A risk level of ID Protection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RiskLevel {
    /// No risk.
    None,
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
}

/// Terms of use, a Conditional Access control of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Terms {
    /// Their name; acceptances are kept by it.
    pub name: String,
    /// To be accepted on every device; Microsoft does not support that for B2B guests (terms-of-use).
    #[serde(default)]
    pub per_device: bool,
    /// Raised when a new version must be accepted again.
    #[serde(default)]
    pub version: u32,
    /// Days after which an acceptance must be given again.
    #[serde(default)]
    pub reaccept_after_days: Option<u32>,
}
