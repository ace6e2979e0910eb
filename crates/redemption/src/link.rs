//! By which link the guest comes, and whether it leads anywhere.

use serde::{Deserialize, Serialize};

use crate::step::Scene;
use crate::stops::Stop;

/// The link a guest opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LinkKind {
    /// The newest invitation link (`inviteRedeemUrl`), from the mail or handed over.
    Email,
    /// An invitation link older than the newest one.
    Superseded,
    /// A link that names the inviting tenant, such as `myapplications.microsoft.com/?tenantid=`.
    Direct,
    /// A link of the application.
    App,
    /// A general address that names no tenant.
    Common,
}

impl LinkKind {
    /// Whether the link carries an invitation ticket.
    pub const fn carries_ticket(self) -> bool {
        matches!(self, Self::Email | Self::Superseded)
    }
}

/// The browser a link is opened in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Browser {
    /// Nobody is signed in.
    #[default]
    Fresh,
    /// Another account is signed in and is used at first.
    OtherAccount,
    /// The guest's own account is signed in: no sign-in page is shown.
    OwnAccount,
}

/// Checks the link before any page is shown.
pub(crate) fn check(scene: &Scene<'_>, link: LinkKind) -> Result<(), Stop> {
    let guest = scene.guest.filter(|guest| !guest.deleted);
    let rule = scene.policy.invitation_link;
    let Some(guest) = guest else {
        // Without a ticket the guest signs in first; the missing object shows afterwards.
        return if link.carries_ticket() {
            Err(Stop::GuestDeleted)
        } else {
            Ok(())
        };
    };
    let ticket = link.carries_ticket();
    let domain_is_blocked = !scene.policy.domain_policy.permits(scene.invitee.domain());
    let dead = [
        (link == LinkKind::Superseded, Stop::SupersededLink),
        (ticket && guest.is_accepted() && rule.single_use, Stop::LinkUsed),
        (
            ticket && rule.is_expired(guest.invited_at, scene.now),
            Stop::LinkExpired,
        ),
        (
            guest.is_pending() && domain_is_blocked,
            Stop::DomainBlockedWhilePending,
        ),
    ];
    dead.into_iter()
        .find(|(holds, _)| *holds)
        .map_or(Ok(()), |(_, stop)| Err(stop))
}
