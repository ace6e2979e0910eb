//! What it means that the directory knows the address already.

use chrono::{DateTime, TimeDelta, Utc};
use usher_redemption::{GuestObject, Identity, InvitationState as State, Path};
use usher_store::{GuestRecord, InvitationState};

use super::{blocked, warning};
use crate::{act::BIN_DAYS, guests::reason, views::FindingView, words};

/// What inviting such a guest would do.
pub(super) fn finding(guest: &GuestRecord, now: DateTime<Utc>) -> FindingView {
    let text = match (guest.gone_at, guest.object.deleted_at) {
        (None, Some(deleted)) => format!(
            "Deleted users holds this guest until {}. Restore instead, with groups: inviting makes a second object.",
            words::day(deleted + TimeDelta::days(BIN_DAYS), now)
        ),
        (Some(_), _) => {
            "A guest with this address was deleted for good. Inviting makes a new one.".to_owned()
        }
        (None, None) if guest.object.account_enabled == Some(false) => {
            let text = "Already in the directory, sign-in blocked: the invitation would be refused. Unblock sign-in first.";
            return blocked("mail", text.to_owned());
        }
        (None, None) => of_state(guest, now),
    };
    warning("mail", text)
}

fn of_state(guest: &GuestRecord, now: DateTime<Utc>) -> String {
    match guest.object.state {
        InvitationState::PendingAcceptance if is_unsubscribed(guest) => {
            "Unsubscribed: hand over the direct link. This guest has blocked your invitations, so no mail will be sent."
                .to_owned()
        }
        InvitationState::PendingAcceptance => {
            let since = guest.journey.times.last_invited;
            let since = since.map(|at| format!(" Last invited on {};", words::day(at, now)));
            format!(
                "Already in the directory, pending: this resends.{} the older link is superseded.",
                since.unwrap_or_else(|| " With it".to_owned())
            )
        }
        InvitationState::Accepted => {
            "Already in the directory, accepted: another invitation changes nothing.".to_owned()
        }
        InvitationState::None | InvitationState::Other => {
            "Already in the directory, without an invitation.".to_owned()
        }
    }
}

/// Whether the service said that this guest wants no mail.
pub(super) fn is_unsubscribed(guest: &GuestRecord) -> bool {
    reason(guest).is_some_and(|reason| reason.is_unsubscribed())
}

/// The guest as the rules see one; `None` for one who is in the directory no more.
pub(super) fn object(guest: &GuestRecord, now: DateTime<Utc>) -> Option<GuestObject> {
    if guest.is_deleted() {
        return None;
    }
    let object = &guest.object;
    let invited_at = guest
        .journey
        .times
        .last_invited
        .or(object.created_at)
        .unwrap_or(now);
    let mut known = GuestObject::pending(&object.mail, invited_at);
    known.account_enabled = object.account_enabled.unwrap_or(true);
    known.state = match object.state {
        InvitationState::PendingAcceptance => Some(State::PendingAcceptance),
        InvitationState::Accepted => Some(State::Accepted),
        InvitationState::None | InvitationState::Other => None,
    };
    known
        .addresses
        .extend(object.other_mails.iter().map(|mail| mail.to_lowercase()));
    known.identity = object
        .issuer()
        .filter(|_| object.state == InvitationState::Accepted)
        .map(|issuer| Identity {
            path: path_of(issuer),
            account_generation: 0,
        });
    Some(known)
}

/// The path behind an issuer of `identities` ("user properties").
pub(super) fn path_of(issuer: &str) -> Path {
    match issuer {
        "ExternalAzureAD" => Path::EntraId,
        "MicrosoftAccount" => Path::MsaExisting,
        "mail" => Path::EmailOtp,
        "google.com" => Path::Google,
        // The issuer URI of a federation.
        _ => Path::SamlWsfed,
    }
}
