//! A user of the tenant as the directory holds them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::id::UserId;

/// `userType`: what the directory takes the person for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserType {
    /// Belongs to the organisation.
    Member,
    /// Invited from outside.
    Guest,
}

impl UserType {
    /// The word Graph uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "Member",
            Self::Guest => "Guest",
        }
    }
}

/// `externalUserState`: how far an invited person's redemption has come. A user who was not invited has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExternalUserState {
    /// Invited, not redeemed.
    PendingAcceptance,
    /// Redeemed.
    Accepted,
}

impl ExternalUserState {
    /// The word Graph uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PendingAcceptance => "PendingAcceptance",
            Self::Accepted => "Accepted",
        }
    }
}

/// One entry of `identities`: how a user signs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    /// `federated`, `userPrincipalName` or `emailAddress`.
    pub sign_in_type: String,
    /// The identity provider: `ExternalAzureAD`, `MicrosoftAccount`, `mail`, `google.com`, a domain, an issuer URI.
    pub issuer: String,
    /// The name of the person there; null for Entra tenants.
    pub issuer_assigned_id: Option<String>,
}

impl Identity {
    /// The identity every user has in the own tenant.
    pub fn upn(initial_domain: &str, upn: &str) -> Self {
        Self {
            sign_in_type: "userPrincipalName".to_owned(),
            issuer: initial_domain.to_owned(),
            issuer_assigned_id: Some(upn.to_owned()),
        }
    }

    /// The identity a redemption adds.
    pub fn federated(issuer: &str, assigned_id: Option<&str>) -> Self {
        Self {
            sign_in_type: if issuer == "mail" {
                "emailAddress"
            } else {
                "federated"
            }
            .to_owned(),
            issuer: issuer.to_owned(),
            issuer_assigned_id: assigned_id.map(ToOwned::to_owned),
        }
    }
}

/// `signInActivity`: attempts move the first two clocks, only success moves the third.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignInActivity {
    /// The last interactive attempt, failures included, and its request id.
    pub last_sign_in: Option<(DateTime<Utc>, Uuid)>,
    /// The last non-interactive attempt, failures included, and its request id.
    pub last_non_interactive: Option<(DateTime<Utc>, Uuid)>,
    /// The last success of either kind, and its request id.
    pub last_successful: Option<(DateTime<Utc>, Uuid)>,
}

/// What happened to a guest, whole and in order: the ground the truth is computed from, whatever the logs still show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moment {
    /// An invitation was made: the first, a resend, or a reset of the redemption.
    Invited {
        /// Whether the mail went out; false when the link was handed over or the guest has unsubscribed.
        mailed: bool,
        /// Whether the guest's unsubscription held the mail back.
        unsubscribed: bool,
        /// Whether this put an accepted guest back to pending.
        reset: bool,
    },
    /// A sign-in row was written.
    SignIn {
        /// AADSTS number; 0 for success.
        code: u32,
        /// The application the guest wanted.
        app_id: Uuid,
        /// Groups the rows of one visit.
        correlation_id: Uuid,
    },
    /// The guest accepted the terms of use or registered for multifactor authentication.
    RequirementMet,
    /// The guest's state went to accepted.
    Redeemed,
    /// The tenant refused the redemption, with an audit row.
    RedemptionRefused,
    /// An admin, a review or a policy blocked the account.
    Blocked,
    /// The block was lifted.
    Unblocked,
}

/// A user: an administrator, a member, a guest.
#[derive(Debug, Clone)]
pub struct User {
    /// Object id.
    pub id: UserId,
    /// Name as shown; any text a person or a script may have typed.
    pub display_name: String,
    /// Given name.
    pub given_name: Option<String>,
    /// Surname.
    pub surname: Option<String>,
    /// Job title.
    pub job_title: Option<String>,
    /// Sign-in name in this tenant; a guest's contains `#EXT#`.
    pub user_principal_name: String,
    /// Mail address.
    pub mail: Option<String>,
    /// More mail addresses.
    pub other_mails: Vec<String>,
    /// `SMTP:` addresses.
    pub proxy_addresses: Vec<String>,
    /// Member or guest.
    pub user_type: UserType,
    /// `Invitation` for invited people, `SelfServiceSignUp`, null.
    pub creation_type: Option<String>,
    /// When the object was made.
    pub created: DateTime<Utc>,
    /// Pending, accepted, or none.
    pub external_user_state: Option<ExternalUserState>,
    /// When that state last changed.
    pub external_user_state_changed: Option<DateTime<Utc>>,
    /// False when sign-in is blocked.
    pub account_enabled: bool,
    /// How the user signs in.
    pub identities: Vec<Identity>,
    /// Company.
    pub company_name: Option<String>,
    /// Department.
    pub department: Option<String>,
    /// Two-letter country; null for fresh guests.
    pub usage_location: Option<String>,
    /// Language tag.
    pub preferred_language: Option<String>,
    /// Sessions older than this are void.
    pub sessions_valid_from: DateTime<Utc>,
    /// At most five users.
    pub sponsors: Vec<UserId>,
    /// Who invited; none for applications and for members.
    pub invited_by: Option<UserId>,
    /// When the object went to the recycle bin.
    pub deleted: Option<DateTime<Utc>>,
    /// The three clocks of the reporting store.
    pub activity: SignInActivity,
    /// Reads of Graph see the object from this instant on (replication).
    pub visible_from: DateTime<Utc>,
    /// Everything that happened, oldest first.
    pub history: Vec<(DateTime<Utc>, Moment)>,
}

impl User {
    /// Whether the directory takes the person for a guest.
    pub fn is_guest(&self) -> bool {
        self.user_type == UserType::Guest
    }

    /// The mail address, or the sign-in name where there is none.
    pub fn address(&self) -> &str {
        self.mail.as_deref().unwrap_or(&self.user_principal_name)
    }

    /// The issuer of the identity the guest redeemed with; the own tenant's domain before.
    pub fn issuer(&self) -> Option<&str> {
        self.identities
            .iter()
            .find(|identity| identity.sign_in_type != "userPrincipalName")
            .or(self.identities.first())
            .map(|identity| identity.issuer.as_str())
    }
}
