//! What can be done to a guest, and why something cannot.

use chrono::{DateTime, Utc};
use usher_store::{GuestRecord, InvitationState};

use super::view::reason;
use crate::{
    permissions::{self, Rights, scope_of},
    reason::Reason,
    views::{ActionVerb, ActionView},
};

/// The buttons of the panel, in its order.
pub(crate) fn actions(
    guest: &GuestRecord,
    rights: &Rights,
    signed_in: bool,
    now: DateTime<Utc>,
) -> Vec<ActionView> {
    let verbs: &[ActionVerb] = if guest.is_deleted() {
        &[ActionVerb::Restore]
    } else if guest.object.account_enabled == Some(false) {
        &[
            ActionVerb::ResendInvitation,
            ActionVerb::ResetRedemption,
            ActionVerb::CopyDirectLink,
            ActionVerb::RevokeInvitation,
            ActionVerb::UnblockSignIn,
        ]
    } else {
        &[
            ActionVerb::ResendInvitation,
            ActionVerb::ResetRedemption,
            ActionVerb::CopyDirectLink,
            ActionVerb::RevokeInvitation,
            ActionVerb::BlockSignIn,
        ]
    };
    verbs
        .iter()
        .map(|verb| action(guest, *verb, rights, signed_in, now))
        .collect()
}

fn action(
    guest: &GuestRecord,
    verb: ActionVerb,
    rights: &Rights,
    signed_in: bool,
    now: DateTime<Utc>,
) -> ActionView {
    let scope = scope_of(verb);
    let not_held = scope.filter(|scope| rights.held(*scope) == Some(false));
    let disabled_reason = ruled_out(guest, verb, now)
        .or_else(|| {
            (scope.is_some() && !signed_in).then(|| "Sign in to this tenant to change anything.".to_owned())
        })
        .or_else(|| {
            not_held.map(|scope| format!("You may not do this: {}", permissions::line(scope, rights)))
        });
    ActionView {
        verb,
        label: label(verb).to_owned(),
        enabled: disabled_reason.is_none(),
        disabled_reason,
        permission: scope.map(|scope| permissions::line(scope, rights)),
    }
}

/// The words on a button.
pub(crate) fn label(verb: ActionVerb) -> &'static str {
    match verb {
        ActionVerb::ResendInvitation => "Resend invitation",
        ActionVerb::ResetRedemption => "Reset redemption status",
        ActionVerb::CopyDirectLink => "Copy direct link",
        ActionVerb::RevokeInvitation => "Revoke invitation (deletes the guest)",
        ActionVerb::BlockSignIn => "Block sign-in",
        ActionVerb::UnblockSignIn => "Unblock sign-in",
        ActionVerb::Restore => "Restore",
    }
}

/// The one cure of a guest and the words of its button. A cure that fits the cause but not this guest is not offered.
pub(crate) fn cure(
    guest: &GuestRecord,
    reason: &Reason,
    now: DateTime<Utc>,
) -> (Option<ActionVerb>, &'static str) {
    match reason.cure() {
        (Some(verb), _) if ruled_out(guest, verb, now).is_some() => (None, "Open guest"),
        cure => cure,
    }
}

/// Why the guest's state rules an action out.
pub(crate) fn ruled_out(guest: &GuestRecord, verb: ActionVerb, now: DateTime<Utc>) -> Option<String> {
    let object = &guest.object;
    match (verb, object.state) {
        (ActionVerb::Restore, _) if guest.gone_at.is_some() => {
            Some("Deleted for good: nobody can restore it any more.".to_owned())
        }
        (ActionVerb::Restore, _) if !guest.is_deleted() => Some("This guest is not deleted.".to_owned()),
        (ActionVerb::Restore, _) => None,
        _ if guest.is_deleted() => Some("This guest is deleted. Restore it first.".to_owned()),
        (ActionVerb::ResendInvitation, InvitationState::Accepted) => {
            let why = reason(guest)
                .map(|reason| reason.title_for(None, None, now))
                .filter(|title| !title.is_empty());
            Some(match why {
                Some(why) => format!("Already accepted. Resending does not help: {why}."),
                None => "Already accepted. Resending does not help.".to_owned(),
            })
        }
        (
            ActionVerb::ResendInvitation | ActionVerb::ResetRedemption,
            InvitationState::None | InvitationState::Other,
        ) => Some("This guest did not come by an invitation.".to_owned()),
        (ActionVerb::ResendInvitation | ActionVerb::ResetRedemption, _) if object.mail.is_empty() => {
            Some("The guest object has no mail address.".to_owned())
        }
        // The service refuses to invite an account that is blocked.
        (ActionVerb::ResendInvitation | ActionVerb::ResetRedemption, _)
            if object.account_enabled == Some(false) =>
        {
            Some(
                "Sign-in is blocked. Unblock sign-in first; no invitation can be sent until then.".to_owned(),
            )
        }
        (ActionVerb::ResetRedemption, InvitationState::PendingAcceptance) => {
            Some("Not accepted yet. Resend the invitation instead.".to_owned())
        }
        (ActionVerb::BlockSignIn, _) if object.account_enabled == Some(false) => {
            Some("Sign-in is blocked already.".to_owned())
        }
        (ActionVerb::UnblockSignIn, _) if object.account_enabled == Some(true) => {
            Some("Sign-in is not blocked.".to_owned())
        }
        _ => None,
    }
}
