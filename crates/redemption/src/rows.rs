//! The rows a step leaves in the logs: audit rows and sign-in rows of the inviting tenant, and sign-in rows that
//! only the guest's home tenant sees.

use serde::{Deserialize, Serialize};

/// An audit activity that redemption writes (Microsoft: reference-audit-activities).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Activity {
    /// The guest object is made.
    AddUser,
    /// An invitation, or a newer one for the same guest.
    InviteExternalUser,
    /// The inviter becomes sponsor.
    AddUserSponsor,
    /// The person blocked mails of this tenant.
    EmailNotSent,
    /// The state of the object moves to Accepted.
    UpdateUser,
    /// The redemption itself.
    RedeemExternalUserInvite,
    /// Reset of the redemption, with a new invitation.
    InviteWithReset,
    /// The object goes to the deleted users.
    DeleteUser,
    /// `accountEnabled` goes to false.
    DisableAccount,
    /// An access review's decision is carried out.
    ApplyDecision,
    /// A second factor is registered here.
    RegisteredSecurityInfo,
    /// Its registration is cancelled.
    CanceledSecurityInfo,
    /// Terms accepted.
    AcceptTerms,
    /// Terms declined.
    DeclineTerms,
    /// A bulk job starts.
    BulkStarted,
    /// A bulk job of invitations ends.
    BulkFinished,
}

impl Activity {
    /// All activities.
    pub const ALL: [Self; 16] = [
        Self::AddUser,
        Self::InviteExternalUser,
        Self::AddUserSponsor,
        Self::EmailNotSent,
        Self::UpdateUser,
        Self::RedeemExternalUserInvite,
        Self::InviteWithReset,
        Self::DeleteUser,
        Self::DisableAccount,
        Self::ApplyDecision,
        Self::RegisteredSecurityInfo,
        Self::CanceledSecurityInfo,
        Self::AcceptTerms,
        Self::DeclineTerms,
        Self::BulkStarted,
        Self::BulkFinished,
    ];

    /// `activityDisplayName`, `category` and `loggedByService`.
    const fn row(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::AddUser => ("Add user", "UserManagement", "Core Directory"),
            Self::InviteExternalUser => ("Invite external user", "UserManagement", "Invited Users"),
            Self::AddUserSponsor => ("Add user sponsor", "UserManagement", "Core Directory"),
            Self::EmailNotSent => (
                "Email not sent, user unsubscribed",
                "UserManagement",
                "Invited Users",
            ),
            Self::UpdateUser => ("Update user", "UserManagement", "Core Directory"),
            Self::RedeemExternalUserInvite => ("Redeem external user invite", "UserManagement", "B2B Auth"),
            Self::InviteWithReset => (
                "Invite external user with reset invitation status",
                "UserManagement",
                "Invited Users",
            ),
            Self::DeleteUser => ("Delete user", "UserManagement", "Core Directory"),
            Self::DisableAccount => ("Disable account", "UserManagement", "Core Directory"),
            Self::ApplyDecision => ("Apply decision", "UserManagement", "Access Reviews"),
            Self::RegisteredSecurityInfo => (
                "User registered security info",
                "UserManagement",
                "Authentication Methods",
            ),
            Self::CanceledSecurityInfo => (
                "User canceled security info registration",
                "UserManagement",
                "Authentication Methods",
            ),
            Self::AcceptTerms => ("Accept Terms Of Use", "Policy", "Terms Of Use"),
            Self::DeclineTerms => ("Decline Terms Of Use", "Policy", "Terms Of Use"),
            Self::BulkStarted => (
                "started (bulk)",
                "UserManagement",
                "Microsoft Entra Management UX",
            ),
            Self::BulkFinished => (
                "Bulk invite users - finished (bulk)",
                "UserManagement",
                "Microsoft Entra Management UX",
            ),
        }
    }

    /// `activityDisplayName`.
    pub const fn name(self) -> &'static str {
        self.row().0
    }

    /// `category`.
    pub const fn category(self) -> &'static str {
        self.row().1
    }

    /// `loggedByService`; never filter on it alone, real rows vary.
    pub const fn service(self) -> &'static str {
        self.row().2
    }
}

/// Who did what an audit row tells (`initiatedBy`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Actor {
    /// The person or app that invites.
    Inviter,
    /// The guest, under the own address.
    Guest,
    /// An app of Entra itself.
    Entra,
}

/// One audit row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    /// What happened.
    pub activity: Activity,
    /// Who did it.
    pub actor: Actor,
    /// `result` is success; else failure.
    pub succeeded: bool,
    /// `resultReason` of a failure, in the service's words.
    pub reason: Option<String>,
    /// In redeem rows: the word after "Source:" that names the identity provider.
    pub source: Option<String>,
}

impl AuditEntry {
    /// A row with result success.
    pub fn success(activity: Activity, actor: Actor) -> Self {
        Self {
            activity,
            actor,
            succeeded: true,
            reason: None,
            source: None,
        }
    }

    /// A row with result failure.
    pub fn failure(activity: Activity, actor: Actor, reason: impl Into<String>) -> Self {
        Self {
            activity,
            actor,
            succeeded: false,
            reason: Some(reason.into()),
            source: None,
        }
    }
}

/// The application a sign-in row names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SignInApp {
    /// "Microsoft Invitation Acceptance Portal" (4660504c-45b3-4674-a709-71951a6b0763).
    AcceptancePortal,
    /// The application of [`AppPolicy`](crate::AppPolicy).
    Target,
}

/// `conditionalAccessStatus` of a sign-in row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CaStatus {
    /// No policy applied, or the row is an interrupt.
    NotApplied,
    /// All policies were met.
    Success,
    /// A policy refused.
    Failure,
}

/// One sign-in row. All rows of one [`Play`](crate::Play) share a correlation id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignInEntry {
    /// `status.errorCode`; 0 is a success.
    pub code: u32,
    /// The application the row names.
    pub app: SignInApp,
    /// `conditionalAccessStatus`.
    pub conditional_access: CaStatus,
}

impl SignInEntry {
    /// Codes of prompts: a row that only says "the guest was asked".
    pub const INTERRUPTS: [u32; 5] = [16000, 50058, 50074, 50079, 50158];

    /// Whether the row is a prompt rather than an end.
    pub fn is_interrupt(&self) -> bool {
        Self::INTERRUPTS.contains(&self.code)
    }
}
