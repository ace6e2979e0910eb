//! `user` ("user resource type", v1.0).

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The object id of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserId(Uuid);

/// The text is no object id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a user is named by the object id")]
pub struct InvalidUserId;

impl UserId {
    /// Reads an object id.
    pub fn parse(text: &str) -> Result<Self, InvalidUserId> {
        Uuid::parse_str(text).map(Self).map_err(|_| InvalidUserId)
    }

    /// Returns the id as a UUID.
    pub fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl From<Uuid> for UserId {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// What of a user is asked for.
pub(crate) const SELECT: &str = "id,displayName,userPrincipalName,mail,otherMails,proxyAddresses,userType,creationType,\
createdDateTime,externalUserState,externalUserStateChangeDateTime,accountEnabled,identities,companyName,usageLocation,\
signInSessionsValidFromDateTime,onPremisesSyncEnabled";

/// A user, guest or not.
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphUser {
    /// The object id.
    pub id: UserId,
    /// The name people see. Anything: markup, right-to-left marks, 64 kB.
    pub display_name: Option<String>,
    /// Of a guest: `{local}_{domain}#EXT#@{tenant}`.
    pub user_principal_name: Option<String>,
    /// The mail address.
    pub mail: Option<String>,
    /// More mail addresses.
    #[serde(default, deserialize_with = "super::text_list::null_is_empty")]
    pub other_mails: Vec<String>,
    /// Addresses as Exchange writes them, with `smtp:` before.
    #[serde(default, deserialize_with = "super::text_list::null_is_empty")]
    pub proxy_addresses: Vec<String>,
    /// `Guest` or `Member`.
    pub user_type: Option<String>,
    /// `Invitation` for one who was invited.
    pub creation_type: Option<String>,
    /// When the object was made; null for some made before June 2018.
    #[serde(default, deserialize_with = "super::instant::read_if_any")]
    pub created_date_time: Option<DateTime<Utc>>,
    /// `PendingAcceptance`, `Accepted`, or null, which is not pending.
    pub external_user_state: Option<String>,
    /// When that state changed last.
    #[serde(default, deserialize_with = "super::instant::read_if_any")]
    pub external_user_state_change_date_time: Option<DateTime<Utc>>,
    /// Whether the user may sign in.
    pub account_enabled: Option<bool>,
    /// How the user signs in.
    #[serde(default, deserialize_with = "super::text_list::null_is_empty")]
    pub identities: Vec<GraphIdentity>,
    /// The company.
    pub company_name: Option<String>,
    /// Two letters; null for most guests.
    pub usage_location: Option<String>,
    /// Sessions from before are not valid.
    #[serde(default, deserialize_with = "super::instant::read_if_any")]
    pub sign_in_sessions_valid_from_date_time: Option<DateTime<Utc>>,
    /// Whether the object comes from a directory on premises.
    pub on_premises_sync_enabled: Option<bool>,
    /// The last sign-ins; absent for one who never signed in, and where it was not asked for.
    pub sign_in_activity: Option<GraphSignInActivity>,
    /// Who vouches for the guest; `None` where it was not asked for.
    pub sponsors: Option<Vec<GraphSponsor>>,
    /// When the user was deleted, for one in the bin.
    #[serde(default, deserialize_with = "super::instant::read_if_any")]
    pub deleted_date_time: Option<DateTime<Utc>>,
}

// A user's names and addresses are for the archive and the screen, never for a log.
impl fmt::Debug for GraphUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GraphUser")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// One way a user signs in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphIdentity {
    /// Such as `federated`.
    pub sign_in_type: Option<String>,
    /// Such as `ExternalAzureAD`, `MicrosoftAccount`, `mail`, `google.com`, or a domain.
    pub issuer: Option<String>,
    /// The name at the issuer.
    pub issuer_assigned_id: Option<String>,
}

/// When a user signed in last. The first two count attempts, failed ones too; only the third proves access.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphSignInActivity {
    /// The last interactive attempt.
    #[serde(default, deserialize_with = "super::instant::read_if_any")]
    pub last_sign_in_date_time: Option<DateTime<Utc>>,
    /// The last attempt without the person.
    #[serde(default, deserialize_with = "super::instant::read_if_any")]
    pub last_non_interactive_sign_in_date_time: Option<DateTime<Utc>>,
    /// The last success, since December 2023.
    #[serde(default, deserialize_with = "super::instant::read_if_any")]
    pub last_successful_sign_in_date_time: Option<DateTime<Utc>>,
}

/// Somebody who vouches for a guest: a user or a group.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphSponsor {
    /// The object id.
    pub id: Uuid,
    /// The name.
    pub display_name: Option<String>,
    /// `#microsoft.graph.user` or `#microsoft.graph.group`.
    #[serde(rename = "@odata.type")]
    pub kind: Option<String>,
}

impl fmt::Debug for GraphSponsor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GraphSponsor")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
