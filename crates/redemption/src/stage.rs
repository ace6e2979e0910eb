//! Where a journey stands, and how an attempt to get in ended.

use serde::{Deserialize, Serialize};

/// A stage of an invitation's journey, in order. A guest counts in a stage when that or a later one was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Stage {
    /// The guest object exists.
    Invited,
    /// An invitation mail left the tenant.
    MailSent,
    /// The guest came as far as a sign-in row.
    AttemptedSignIn,
    /// Every check before redemption was passed.
    RequirementsMet,
    /// `externalUserState` is Accepted.
    Redeemed,
    /// A first sign-in to an application worked.
    FirstAccess,
}

impl Stage {
    /// All stages, first to last.
    pub const ALL: [Self; 6] = [
        Self::Invited,
        Self::MailSent,
        Self::AttemptedSignIn,
        Self::RequirementsMet,
        Self::Redeemed,
        Self::FirstAccess,
    ];

    /// The words shown for the stage.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Invited => "Invited",
            Self::MailSent => "Mail sent",
            Self::AttemptedSignIn => "Attempted sign-in",
            Self::RequirementsMet => "Requirements met",
            Self::Redeemed => "Redeemed",
            Self::FirstAccess => "First access",
        }
    }
}

/// `externalUserState` of a guest object; "none" is an absent value, never "pending".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum InvitationState {
    /// Invited, not redeemed.
    PendingAcceptance,
    /// Redeemed.
    Accepted,
}

/// How one attempt to get in (or to invite) ended, in the words of the case format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Redeemed in this attempt and sent on.
    AcceptedAndRedirected,
    /// Was redeemed before, signed in and sent on.
    SignedIn,
    /// The invitation, or its reset, was never made.
    RefusedAtInvite,
    /// The link led nowhere.
    FailedAtLink,
    /// No identity provider vouched for the invited person.
    FailedAtIdentity,
    /// An administrator's consent to the application is missing.
    FailedAtConsent,
    /// The guest left the page "Review permissions".
    AbandonedAtConsent,
    /// The second factor was not set up or not passed.
    FailedAtMfa,
    /// A Conditional Access policy refused.
    FailedAtConditionalAccess,
    /// The terms of use were declined, left open or cannot be accepted.
    FailedAtTerms,
    /// Cross-tenant settings or tenant restrictions refused.
    FailedAtCrossTenant,
    /// The account or the application refused after every check of identity.
    FailedAtAccess,
}

impl Outcome {
    /// All outcomes, for tables and tests.
    pub const ALL: [Self; 12] = [
        Self::AcceptedAndRedirected,
        Self::SignedIn,
        Self::RefusedAtInvite,
        Self::FailedAtLink,
        Self::FailedAtIdentity,
        Self::FailedAtConsent,
        Self::AbandonedAtConsent,
        Self::FailedAtMfa,
        Self::FailedAtConditionalAccess,
        Self::FailedAtTerms,
        Self::FailedAtCrossTenant,
        Self::FailedAtAccess,
    ];

    /// Whether the guest got in.
    pub const fn got_in(self) -> bool {
        matches!(self, Self::AcceptedAndRedirected | Self::SignedIn)
    }

    /// The word of the case format.
    pub const fn word(self) -> &'static str {
        match self {
            Self::AcceptedAndRedirected => "accepted_and_redirected",
            Self::SignedIn => "signed_in",
            Self::RefusedAtInvite => "refused_at_invite",
            Self::FailedAtLink => "failed_at_link",
            Self::FailedAtIdentity => "failed_at_identity",
            Self::FailedAtConsent => "failed_at_consent",
            Self::AbandonedAtConsent => "abandoned_at_consent",
            Self::FailedAtMfa => "failed_at_mfa",
            Self::FailedAtConditionalAccess => "failed_at_conditional_access",
            Self::FailedAtTerms => "failed_at_terms",
            Self::FailedAtCrossTenant => "failed_at_cross_tenant",
            Self::FailedAtAccess => "failed_at_access",
        }
    }
}
