//! The plan for one guest: what a confirmation shows. Nothing is sent.

use chrono::{DateTime, TimeDelta, Utc};
use usher_store::{GuestId, GuestRecord};

use super::basis::Basis;
use crate::{
    ConsoleError,
    guests::{label, reason, ruled_out},
    permissions::{self, scope_of},
    tenant::OpenTenant,
    views::{ActionVerb, PlanView},
    words,
};

/// Days a deleted user stays in the bin ("Restore or remove a recently deleted user").
pub(crate) const BIN_DAYS: i64 = 30;

impl OpenTenant {
    /// Says what an action would do.
    pub(crate) async fn plan(&self, guest_id: &str, verb: ActionVerb) -> Result<PlanView, ConsoleError> {
        let id: GuestId = guest_id.parse().map_err(|_| ConsoleError::NoSuchGuest)?;
        let guest = self
            .archive
            .find_guest(id)
            .await?
            .ok_or(ConsoleError::NoSuchGuest)?;
        let now = self.now();
        if let Some(reason) = ruled_out(&guest, verb, now) {
            return Err(ConsoleError::RuledOut { reason });
        }
        let permission = scope_of(verb).map(|scope| permissions::line(scope, &self.rights()));
        Ok(PlanView {
            verb,
            guest_id: id.to_string(),
            guest_name: guest.object.display_name.clone(),
            title: label(verb).to_owned(),
            effect: effect(&guest, verb, now),
            undo: undo(verb, now),
            permission: permission.unwrap_or_else(|| "none: nothing is changed".to_owned()),
            basis: Basis::of_record(&guest).to_text(),
        })
    }
}

/// What really changes.
fn effect(guest: &GuestRecord, verb: ActionVerb, now: DateTime<Utc>) -> String {
    let name = words::one_line(&guest.object.display_name);
    let mail = words::one_line(&guest.object.mail);
    match verb {
        ActionVerb::ResendInvitation => resend_effect(guest, &mail),
        ActionVerb::ResetRedemption => {
            format!("{name} keeps groups and apps and must redeem again. Until then sign-in does not work.")
        }
        ActionVerb::CopyDirectLink => {
            "Puts the link with your tenant in it on the clipboard. Nothing is changed.".to_owned()
        }
        ActionVerb::RevokeInvitation => format!(
            "This deletes 1 guest: {name}. It can be restored until {}, with its groups.",
            words::day(now + TimeDelta::days(BIN_DAYS), now)
        ),
        ActionVerb::BlockSignIn => format!(
            "{name} cannot sign in from now on. You can unblock any time. While blocked, adding the guest in Teams gives an error."
        ),
        ActionVerb::UnblockSignIn => format!("{name} can sign in again, with the groups and apps of before."),
        ActionVerb::Restore => format!("{name} comes back with the same object ID, groups and apps."),
    }
}

/// A resend is sent whatever stops the guest, but where it does not help the confirmation says so.
fn resend_effect(guest: &GuestRecord, mail: &str) -> String {
    let plain = format!(
        "Send the invitation to {mail} again? The older link is superseded. A sent mail cannot be taken back."
    );
    match reason(guest) {
        Some(reason) if reason.is_unsubscribed() => format!(
            "This guest has blocked your invitations: unless that was taken back, no mail is sent to {mail}. The older link is superseded all the same. Hand over the direct link instead."
        ),
        Some(reason) if !reason.resend_helps() => {
            format!("{plain} Resending alone does not help: {}.", reason.title())
        }
        _ => plain,
    }
}

fn undo(verb: ActionVerb, now: DateTime<Utc>) -> String {
    match verb {
        ActionVerb::ResendInvitation => "Cannot be undone.".to_owned(),
        ActionVerb::ResetRedemption => "Cannot be undone: the guest redeems again.".to_owned(),
        ActionVerb::CopyDirectLink => "There is nothing to undo.".to_owned(),
        ActionVerb::RevokeInvitation => {
            format!(
                "Can be undone until {}: Restore.",
                words::day(now + TimeDelta::days(BIN_DAYS), now)
            )
        }
        ActionVerb::BlockSignIn => "Can be undone: Unblock sign-in.".to_owned(),
        ActionVerb::UnblockSignIn => "Can be undone: Block sign-in.".to_owned(),
        ActionVerb::Restore => "Can be undone: Revoke invitation.".to_owned(),
    }
}
