//! Guests: the user object as last seen, and how far the guest got.

mod filter;
mod list;
mod load;
mod save;

use chrono::{DateTime, Utc};

use crate::{EntityKey, GuestId, GuestKey, JourneyRecord};

#[cfg(test)]
pub(crate) use self::load::GUESTS_BY_KEY;
pub use self::{
    filter::{
        ACTIVE_DAYS, Card, DEADLINE_DAYS, Deadline, Deleted, EXPIRING_DAYS, GuestFilter, GuestSort,
        INACTIVE_DAYS, LARGEST_PAGE, SortKey,
    },
    list::{Cursor, GuestPage},
    save::{GuestBatch, Sweep},
};

/// `externalUserState` of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum InvitationState {
    /// Null: self-service sign-up, cross-tenant synchronisation, or created otherwise. Not pending.
    None,
    /// Not redeemed.
    PendingAcceptance,
    /// Redeemed.
    Accepted,
    /// A word this version does not know; the raw object has it.
    Other,
}

impl InvitationState {
    /// Reads Graph's word.
    pub fn from_graph(word: Option<&str>) -> Self {
        match word {
            None | Some("") => Self::None,
            Some("PendingAcceptance") => Self::PendingAcceptance,
            Some("Accepted") => Self::Accepted,
            Some(_) => Self::Other,
        }
    }

    pub(crate) fn code(self) -> i64 {
        match self {
            Self::None => 0,
            Self::PendingAcceptance => 1,
            Self::Accepted => 2,
            Self::Other => 3,
        }
    }

    pub(crate) fn from_code(code: i64) -> Self {
        match code {
            0 => Self::None,
            1 => Self::PendingAcceptance,
            2 => Self::Accepted,
            _ => Self::Other,
        }
    }
}

/// One way a user signs in (`objectIdentity`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// `federated`, `userPrincipalName`, `emailAddress`, …
    pub sign_in_type: Option<String>,
    /// `ExternalAzureAD`, `MicrosoftAccount`, `mail`, `google.com`, a domain.
    pub issuer: Option<String>,
    /// The name at the issuer.
    pub issuer_assigned_id: Option<String>,
}

/// A user or group that vouches for a guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sponsor {
    /// Object id.
    pub id: String,
    /// Display name, where it could be read.
    pub display_name: Option<String>,
}

/// The three clocks of `signInActivity`. Null is "not known", never "never".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SignInClocks {
    /// Last interactive attempt, failures included.
    pub interactive: Option<DateTime<Utc>>,
    /// Last non-interactive attempt, failures included.
    pub non_interactive: Option<DateTime<Utc>>,
    /// Last successful sign-in, the only proof of access.
    pub successful: Option<DateTime<Utc>>,
}

impl SignInClocks {
    /// The clock that decides about inactivity: the last success, or the last attempt where none is recorded.
    pub fn deciding(&self) -> Option<DateTime<Utc>> {
        self.successful.or(self.interactive.max(self.non_interactive))
    }
}

/// A guest's user object as Graph showed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestObject {
    /// Object id.
    pub id: GuestId,
    /// `displayName`.
    pub display_name: String,
    /// `userPrincipalName`, with `#EXT#`.
    pub upn: String,
    /// `mail`; empty when null.
    pub mail: String,
    /// `otherMails`.
    pub other_mails: Vec<String>,
    /// `userType`.
    pub user_type: String,
    /// `creationType`.
    pub creation_type: Option<String>,
    /// `externalUserState`.
    pub state: InvitationState,
    /// `externalUserStateChangeDateTime`.
    pub state_changed_at: Option<DateTime<Utc>>,
    /// `createdDateTime`.
    pub created_at: Option<DateTime<Utc>>,
    /// `accountEnabled`; `None` when it may not be read.
    pub account_enabled: Option<bool>,
    /// `companyName`.
    pub company: Option<String>,
    /// `usageLocation`.
    pub usage_location: Option<String>,
    /// `identities`.
    pub identities: Vec<Identity>,
    /// `sponsors`.
    pub sponsors: Vec<Sponsor>,
    /// `signInActivity`; `None` when the tenant or the role does not let it be read.
    pub clocks: Option<SignInClocks>,
    /// `deletedDateTime`, for guests in the bin.
    pub deleted_at: Option<DateTime<Utc>>,
}

impl GuestObject {
    /// The partner: the domain of the mail in lower case, or of the home name inside the user principal name.
    pub fn domain(&self) -> String {
        if let Some((_, domain)) = self.mail.rsplit_once('@') {
            return domain.to_lowercase();
        }
        let home = self.upn.split("#EXT#").next().unwrap_or_default();
        match home.rsplit_once('_') {
            Some((_, domain)) if self.upn.contains("#EXT#") => domain.to_lowercase(),
            _ => String::new(),
        }
    }

    /// The issuer of the identity the guest signs in with: an outside one before the tenant's own name.
    pub fn issuer(&self) -> Option<&str> {
        let outside = self
            .identities
            .iter()
            .find(|identity| identity.sign_in_type.as_deref() != Some("userPrincipalName"))
            .or(self.identities.first());
        outside.and_then(|identity| identity.issuer.as_deref())
    }
}

/// A guest as the archive holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct GuestRecord {
    /// The guest's number in this archive.
    pub key: GuestKey,
    /// Object id.
    pub id: GuestId,
    /// The user object.
    pub object: GuestObject,
    /// The partner's domain, lower case; empty when unknown.
    pub domain: String,
    /// When the guest was found to be in neither the directory nor the bin.
    pub gone_at: Option<DateTime<Utc>>,
    /// How far the guest got. Until it is derived for the first time: invited, open.
    pub journey: JourneyRecord,
    /// Who invited the guest, where that is known.
    pub inviter: Option<EntityName>,
}

impl GuestRecord {
    /// Whether the guest is no longer in the directory.
    pub fn is_deleted(&self) -> bool {
        self.object.deleted_at.is_some() || self.gone_at.is_some()
    }
}

/// Somebody or something by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityName {
    /// Number in this archive.
    pub key: EntityKey,
    /// Object id in the tenant.
    pub object_id: String,
    /// Display name; may be empty.
    pub name: String,
    /// User principal name; may be empty.
    pub upn: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object() -> GuestObject {
        GuestObject {
            id: GuestId(uuid::Uuid::nil()),
            display_name: String::new(),
            upn: "adele_fabrikam.com#EXT#@contoso.onmicrosoft.com".into(),
            mail: String::new(),
            other_mails: Vec::new(),
            user_type: "Guest".into(),
            creation_type: None,
            state: InvitationState::None,
            state_changed_at: None,
            created_at: None,
            account_enabled: None,
            company: None,
            usage_location: None,
            identities: Vec::new(),
            sponsors: Vec::new(),
            clocks: None,
            deleted_at: None,
        }
    }

    #[test]
    fn the_partner_comes_from_the_mail_or_else_from_the_home_name() {
        assert_eq!(object().domain(), "fabrikam.com");
        assert_eq!(
            GuestObject {
                mail: "a@Northwind.Example".into(),
                ..object()
            }
            .domain(),
            "northwind.example"
        );
        assert_eq!(
            GuestObject {
                upn: "a_b@contoso.com".into(),
                ..object()
            }
            .domain(),
            ""
        );
    }

    #[test]
    fn the_outside_identity_counts() {
        let identity = |kind: &str, issuer: &str| Identity {
            sign_in_type: Some(kind.into()),
            issuer: Some(issuer.into()),
            issuer_assigned_id: None,
        };
        let own = identity("userPrincipalName", "contoso.onmicrosoft.com");
        let outside = identity("federated", "ExternalAzureAD");
        let both = GuestObject {
            identities: vec![own.clone(), outside],
            ..object()
        };
        assert_eq!(both.issuer(), Some("ExternalAzureAD"));
        let only_own = GuestObject {
            identities: vec![own],
            ..object()
        };
        assert_eq!(only_own.issuer(), Some("contoso.onmicrosoft.com"));
    }

    #[test]
    fn null_is_no_state_and_an_unknown_word_is_kept_apart() {
        assert_eq!(InvitationState::from_graph(None), InvitationState::None);
        assert_eq!(
            InvitationState::from_graph(Some("unknownFutureValue")),
            InvitationState::Other
        );
        for state in [
            InvitationState::None,
            InvitationState::PendingAcceptance,
            InvitationState::Accepted,
            InvitationState::Other,
        ] {
            assert_eq!(InvitationState::from_code(state.code()), state);
        }
    }
}
