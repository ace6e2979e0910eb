//! What an invitation is asked for with, and what comes of it.

use super::{
    id::{InvitationId, UserId},
    rows::Actor,
    user::UserType,
};

/// What an inviter asks for.
#[derive(Debug, Clone)]
pub struct InviteOrder {
    /// `invitedUserEmailAddress`.
    pub mail: String,
    /// `inviteRedirectUrl`.
    pub redirect_url: String,
    /// `invitedUserDisplayName`.
    pub display_name: Option<String>,
    /// `invitedUserType`.
    pub user_type: UserType,
    /// `sendInvitationMessage`.
    pub send_mail: bool,
    /// `invitedUserMessageInfo`.
    pub message: MessageWish,
    /// `invitedUserSponsors`; the inviter where none is named.
    pub sponsors: Vec<UserId>,
    /// `invitedUser/id`.
    pub invited_user: Option<UserId>,
    /// `resetRedemption`.
    pub reset: bool,
    /// Who asks.
    pub actor: Actor,
}

impl InviteOrder {
    /// A plain invitation by mail.
    pub fn new(mail: &str, redirect_url: &str, actor: Actor) -> Self {
        Self {
            mail: mail.to_owned(),
            redirect_url: redirect_url.to_owned(),
            display_name: None,
            user_type: UserType::Guest,
            send_mail: true,
            message: MessageWish::default(),
            sponsors: Vec::new(),
            invited_user: None,
            reset: false,
            actor,
        }
    }
}

/// `invitedUserMessageInfo`: what the mail shall say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MessageWish {
    /// `messageLanguage`.
    pub language: Option<String>,
    /// `customizedMessageBody`.
    pub body: Option<String>,
    /// Name and address of the one further reader.
    pub cc: Option<(Option<String>, String)>,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invited {
    /// The new invitation.
    pub invitation: InvitationId,
    /// The guest, new or known.
    pub guest: UserId,
    /// Whether the guest had redeemed before and needs nothing more.
    pub completed: bool,
}

/// Why an invitation was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InviteRefusal {
    /// The address has a character or a shape that is not taken.
    InvalidAddress,
    /// The tenant's invite settings do not allow it to this caller.
    InvitationsNotAllowed,
    /// The address lies in a domain of this tenant.
    OwnDomain,
    /// The guest is there and blocked.
    Blocked(UserId),
    /// A member has the address.
    InternalMember(UserId),
    /// Another user has the address as a further one.
    AddressTaken,
    /// Cross-tenant access settings forbid it.
    CrossTenant,
    /// The list of allowed or denied domains forbids it.
    DomainDenied,
    /// `resetRedemption` without `invitedUser`.
    ResetNeedsUser,
    /// The user to reset or to convert is not there.
    UserNotFound,
    /// The new address is not among the addresses of the guest.
    ResetAddressUnknown,
    /// A sponsor is not there.
    SponsorNotFound,
    /// A setting of the tenant forbids it.
    BySettings(usher_redemption::Refusal),
}

/// Whether `POST /invitations` takes the address (invitation-post.md): one `@`, no forbidden character, no dot or
/// hyphen at either end of the local part, at most 254 bytes.
pub(crate) fn is_invitable_address(mail: &str) -> bool {
    const FORBIDDEN: &str = "~!#$%^&*()+=[]{}\\/|;:\"<>?, ";
    let Some((local, domain)) = mail.split_once('@') else {
        return false;
    };
    let ends_badly = |text: &str| text.starts_with(['.', '-']) || text.ends_with(['.', '-']);
    mail.len() <= 254
        && !local.is_empty()
        && domain.contains('.')
        && !domain.contains('@')
        && !ends_badly(local)
        && !ends_badly(domain)
        && !mail.contains("..")
        && !mail
            .chars()
            .any(|letter| FORBIDDEN.contains(letter) || letter.is_control())
}

/// A redirect address as the answer shows it: a bare host gets its slash.
pub(super) fn with_path(address: &str) -> String {
    url::Url::parse(address).map_or_else(
        |_| address.to_owned(),
        |parsed| match parsed.path() {
            "/" if parsed.query().is_none() => parsed.to_string(),
            _ => address.to_owned(),
        },
    )
}
