//! Invitations and their tickets.

use chrono::{DateTime, Utc};

use super::{
    World,
    id::{InvitationId, UserId},
    rows::Actor,
};

/// One invitation: each POST makes a new one, with a ticket of its own.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// Its id, the `user` part of the link.
    pub id: InvitationId,
    /// The guest.
    pub guest: UserId,
    /// The address it was made for.
    pub mail: String,
    /// Who invited.
    pub inviter: Actor,
    /// Where the guest goes afterwards.
    pub redirect_url: String,
    /// The bearer secret in the link. Never logged.
    pub ticket: String,
    /// The language the inviter asked for.
    pub language: Option<String>,
    /// The inviter's own words; dropped from the mail when an application invited.
    pub message: Option<String>,
    /// One more reader of the mail.
    pub cc: Option<String>,
    /// Whether a mail was asked for.
    pub send_mail: bool,
    /// When it was made.
    pub made: DateTime<Utc>,
    /// When a later invitation of the same guest took its place.
    pub superseded: Option<DateTime<Utc>>,
    /// When it was redeemed.
    pub used: Option<DateTime<Utc>>,
}

/// What a ticket opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketState {
    /// No invitation has it: damaged, invented, or of a guest deleted for good.
    Unknown,
    /// The guest was deleted.
    GuestDeleted(InvitationId),
    /// A later invitation took its place, whether it was redeemed before or not.
    Superseded(InvitationId),
    /// It was redeemed; opened again it is a sign-in link where the tenant does not insist on single use.
    Used(InvitationId),
    /// It can be redeemed. Its age against the tenant's lifetime is the rule book's to judge.
    Fresh(InvitationId),
}

impl World {
    /// The invitation with this id.
    pub fn invitation(&self, id: InvitationId) -> Option<&Invitation> {
        self.invitations.get(&id)
    }

    /// All invitations of a guest, oldest first.
    pub fn invitations_of(&self, guest: UserId) -> Vec<&Invitation> {
        let ids = self
            .invitations_by_guest
            .get(&guest)
            .map_or(&[][..], Vec::as_slice);
        let mut found: Vec<_> = ids.iter().filter_map(|id| self.invitations.get(id)).collect();
        found.sort_by_key(|invitation| (invitation.made, invitation.id));
        found
    }

    /// The newest invitation of a guest.
    pub fn latest_invitation(&self, guest: UserId) -> Option<&Invitation> {
        self.invitations_of(guest).pop()
    }

    /// What the `user` and `ticket` parts of a link open; both must belong together.
    pub fn ticket(&self, invitation: Option<InvitationId>, ticket: &str) -> TicketState {
        let Some(found) = self.tickets.get(ticket).and_then(|id| self.invitations.get(id)) else {
            return TicketState::Unknown;
        };
        if invitation.is_some_and(|id| id != found.id) {
            return TicketState::Unknown;
        }
        match self.users.get(&found.guest) {
            None => TicketState::Unknown,
            Some(guest) if guest.deleted.is_some() => TicketState::GuestDeleted(found.id),
            // Also a link that was used: after a reset only the newest one leads anywhere.
            Some(_) if found.superseded.is_some() => TicketState::Superseded(found.id),
            Some(_) if found.used.is_some() => TicketState::Used(found.id),
            Some(_) => TicketState::Fresh(found.id),
        }
    }

    /// The link of an invitation in Microsoft's shape, on the sandbox's own host so that it works.
    pub fn redeem_url(&self, invitation: &Invitation) -> String {
        let inner = format!(
            "{}/redeem/?tenant={}&user={}&ticket={}&ver=2.0",
            self.base_url,
            super::TENANT.id,
            invitation.id,
            escape(&invitation.ticket)
        );
        format!("{}/redeem?rd={}", self.base_url, escape(&inner))
    }

    /// Where a guest signs in without a link from a mail: My Apps of this tenant.
    pub fn direct_link(&self) -> String {
        format!("{}/redeem/direct?tenantid={}", self.base_url, super::TENANT.id)
    }

    pub(crate) fn put_invitation(&mut self, invitation: Invitation) {
        let made = invitation.made;
        let siblings = self.invitations_by_guest.entry(invitation.guest).or_default();
        for older in siblings.iter() {
            if let Some(older) = self.invitations.get_mut(older) {
                older.superseded.get_or_insert(made);
            }
        }
        siblings.push(invitation.id);
        self.tickets.insert(invitation.ticket.clone(), invitation.id);
        self.invitations.insert(invitation.id, invitation);
    }
}

/// Percent-encodes a query value with lower-case hex digits, as the links in invitation mails have them.
fn escape(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes())
        .collect::<String>()
        .replace('+', "%20")
        .to_lowercase_hex()
}

trait LowerCaseHex {
    fn to_lowercase_hex(&self) -> String;
}

impl LowerCaseHex for String {
    fn to_lowercase_hex(&self) -> String {
        let mut hex_left = 0;
        self.chars()
            .map(|letter| {
                if letter == '%' {
                    hex_left = 2;
                    letter
                } else if hex_left > 0 {
                    hex_left -= 1;
                    letter.to_ascii_lowercase()
                } else {
                    letter
                }
            })
            .collect()
    }
}
