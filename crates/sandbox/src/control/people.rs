//! The people one can play, and their mailboxes.

use chrono::{DateTime, Utc};
use serde::Serialize;
use usher_redemption::{Invitee, TenantKind};

use crate::{
    SandboxState,
    world::{ExternalUserState, Mail, MailContent, MailId, User, UserId, World},
};

/// Somebody who was invited, or could be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonView {
    /// Mail address.
    pub mail: String,
    /// Name of the guest object, or the address where there is none.
    pub name: String,
    /// The guest object, where there is one.
    pub guest: Option<UserId>,
    /// Pending, accepted, or none.
    pub invitation_state: Option<ExternalUserState>,
    /// Where the person is at home, in words.
    pub home: &'static str,
    /// How many mails lie in the mailbox.
    pub mails: usize,
}

/// One mail of a mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MailView {
    /// Its id.
    pub id: MailId,
    /// The sender's name.
    pub from: String,
    /// The subject.
    pub subject: String,
    /// When it arrived.
    pub at: DateTime<Utc>,
    /// Where it can be read.
    pub url: String,
    /// What it is: `invitation`, `notice`, `passcode`, `note`.
    pub kind: &'static str,
    /// Whether a later invitation has taken its link's place.
    pub superseded: bool,
}

impl SandboxState {
    /// People whose name or address has `search` in it, the ones with something new first.
    pub fn people(&self, search: &str, limit: usize) -> Vec<PersonView> {
        let world = self.world();
        let search = search.trim().to_lowercase();
        let fits = |user: &&User| {
            user.is_guest()
                && (user.address().to_lowercase().contains(&search)
                    || user.display_name.to_lowercase().contains(&search))
        };
        let mut found: Vec<&User> = world.users().filter(fits).collect();
        let newest = |user: &User| user.history.last().map_or(user.created, |(at, _)| *at);
        found.sort_by_key(|user| {
            (
                user.external_user_state == Some(ExternalUserState::Accepted),
                std::cmp::Reverse(newest(user)),
            )
        });
        found
            .into_iter()
            .take(limit)
            .map(|user| view(&world, user.address()))
            .collect()
    }

    /// One person, known or not.
    pub fn person(&self, mail: &str) -> PersonView {
        view(&self.world(), mail)
    }

    /// A mailbox, newest first.
    pub fn inbox(&self, mail: &str) -> Vec<MailView> {
        let world = self.world();
        world
            .inbox(mail)
            .into_iter()
            .map(|mail| mail_view(&world, mail))
            .collect()
    }

    /// One mail.
    pub fn mail(&self, id: MailId) -> Option<MailView> {
        let world = self.world();
        world.mail(id).map(|mail| mail_view(&world, mail))
    }
}

fn view(world: &World, mail: &str) -> PersonView {
    let guest = world.user_by_mail(mail);
    PersonView {
        mail: mail.to_lowercase(),
        name: guest.map_or_else(|| mail.to_owned(), |user| user.display_name.clone()),
        guest: guest.map(|user| user.id),
        invitation_state: guest.and_then(|user| user.external_user_state),
        home: home_in_words(&world.person(mail)),
        mails: world.inbox(mail).len(),
    }
}

fn home_in_words(person: &Invitee) -> &'static str {
    match (&person.home, person.has_msa) {
        (Some(home), _) if home.kind == TenantKind::Unmanaged => "Unmanaged tenant",
        (Some(home), false) if !home.account_exists => "Managed tenant, without an account",
        (Some(home), false) if home.cloud.is_some() => "Managed tenant in another cloud",
        (Some(_), false) => "Managed home tenant",
        (Some(_), true) => "Managed home tenant and personal account",
        (None, true) => "Personal Microsoft account",
        (None, false) => "No Microsoft account",
    }
}

fn mail_view(world: &World, mail: &Mail) -> MailView {
    let (kind, invitation) = match &mail.content {
        MailContent::Invitation(id) => ("invitation", Some(*id)),
        MailContent::AccessNotice(id) => ("notice", Some(*id)),
        MailContent::Passcode { .. } => ("passcode", None),
        MailContent::Note(_) => ("note", None),
    };
    let superseded = invitation
        .and_then(|id| world.invitation(id))
        .is_some_and(|invitation| invitation.superseded.is_some());
    MailView {
        id: mail.id,
        from: mail.from_name.clone(),
        subject: mail.subject.clone(),
        at: mail.at,
        url: format!("{}/mail/{}", world.base_url, mail.id),
        kind,
        superseded,
    }
}
