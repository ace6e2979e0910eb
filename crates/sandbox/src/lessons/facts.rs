//! What really happened to a lesson's guest: rows of the logs, mails, pages.

use std::sync::Arc;

use chrono::{DateTime, SubsecRound as _, Utc};
use usher_redemption::{Page, Prompt, Stop};

use crate::{
    guest::Sessions,
    world::{AuditRow, ExternalUserState, MailContent, User, UserId, World, apps},
};

/// What has to have happened for a step to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Check {
    /// An audit row of this activity about the guest, successful or failed.
    Audit(&'static str, bool),
    /// A sign-in row of the guest with this code.
    SignIn(u32),
    /// A successful sign-in to another application than the acceptance portal.
    Access,
    /// The guest got as far as this page.
    Shown(Prompt),
    /// An attempt of the guest ended like this.
    Stopped(Stop),
    /// A passcode was mailed.
    PasscodeMailed,
    /// An invitation mail was delivered to this address.
    InvitationMailed(&'static str),
    /// The guest redeemed with an identity of this issuer.
    RedeemedWith(&'static str),
    /// This address was added to the guest object.
    AddressAdded(&'static str),
}

/// The facts about one guest since an instant.
pub(super) struct Facts<'a> {
    pub(super) world: &'a World,
    pub(super) sessions: &'a Sessions,
    pub(super) mail: &'static str,
    /// The step before happened then.
    pub(super) since: DateTime<Utc>,
    /// Rows up to these numbers were there when the lesson began.
    pub(super) before: Marks,
}

/// How many rows each log had ever written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Marks {
    audits: u64,
    sign_ins: u64,
}

impl Marks {
    /// Where the logs stand. Rows may be dated back, so the newest row need not be the last one written.
    pub(super) fn of(world: &World) -> Self {
        Self {
            audits: world
                .audit_rows()
                .iter()
                .map(|row| row.sequence)
                .max()
                .unwrap_or_default(),
            sign_ins: world
                .sign_in_rows()
                .iter()
                .map(|row| row.sequence)
                .max()
                .unwrap_or_default(),
        }
    }
}

impl Facts<'_> {
    /// When it first happened, if it did.
    pub(super) fn find(&self, check: &Check) -> Option<DateTime<Utc>> {
        match *check {
            Check::Audit(activity, success) => self.audit(activity, success),
            Check::SignIn(code) => self.sign_in(|row_code, _| row_code == code),
            Check::Access => self.sign_in(|code, app| code == 0 && app != apps::ACCEPTANCE_PORTAL.id),
            Check::Shown(prompt) => self.attempt(|play| play.prompts().contains(&prompt)),
            Check::Stopped(stop) => self.attempt(
                |play| matches!(play.page(), Page::Ended { stop: Some(ended), .. } if ended == stop),
            ),
            Check::PasscodeMailed => self.mailed(self.mail, |content| {
                matches!(content, MailContent::Passcode { .. })
            }),
            Check::InvitationMailed(address) => {
                self.mailed(address, |content| matches!(content, MailContent::Invitation(_)))
            }
            Check::RedeemedWith(issuer) => {
                let guest = self.guest().filter(|guest| guest.issuer() == Some(issuer))?;
                let accepted = guest.external_user_state == Some(ExternalUserState::Accepted);
                guest
                    .external_user_state_changed
                    .filter(|at| accepted && self.counts(*at))
            }
            Check::AddressAdded(address) => {
                let known = |guest: &&User| {
                    let addresses = guest.mail.iter().chain(&guest.other_mails);
                    addresses
                        .into_iter()
                        .any(|known| known.eq_ignore_ascii_case(address))
                };
                // The directory keeps no time of it; it counts from the moment it is looked for.
                self.guest().filter(known).map(|_| self.since)
            }
        }
    }

    /// Times in the sign-in log are cut to the second, so the second of the step before counts too.
    fn counts(&self, at: DateTime<Utc>) -> bool {
        at >= self.since.trunc_subsecs(0)
    }

    /// The guest object. A reset leaves the first address on it, so it is found by that one throughout.
    fn guest(&self) -> Option<&User> {
        self.world.user_by_mail(self.mail)
    }

    fn guest_id(&self) -> Option<UserId> {
        self.guest().map(|guest| guest.id)
    }

    fn audit(&self, activity: &str, success: bool) -> Option<DateTime<Utc>> {
        let guest = self.guest_id();
        // A refused invitation has no object to point at, but names the address.
        let names_address = |row: &AuditRow| String::from_utf8_lossy(&row.core).contains(self.mail);
        let rows = self.world.audit_rows();
        let recent = &rows[rows.partition_point(|row| !self.counts(row.at))..];
        let recent = recent
            .iter()
            .map(Arc::as_ref)
            .filter(|row| row.sequence > self.before.audits);
        let mut found = recent.filter(|row| row.activity == activity && row.success == success);
        found
            .find(|row| (row.target.is_some() && row.target == guest) || names_address(row))
            .map(|row| row.at)
    }

    fn sign_in(&self, fits: impl Fn(u32, uuid::Uuid) -> bool) -> Option<DateTime<Utc>> {
        let guest = self.guest_id()?;
        let rows = self.world.sign_in_rows();
        let recent = &rows[rows.partition_point(|row| !self.counts(row.at))..];
        recent
            .iter()
            .filter(|row| row.sequence > self.before.sign_ins)
            .find(|row| row.user == guest && fits(row.code, row.app_id))
            .map(|row| row.at)
    }

    fn attempt(&self, fits: impl Fn(&usher_redemption::Play) -> bool) -> Option<DateTime<Utc>> {
        self.sessions
            .attempts_of(self.mail)
            .filter(|(last, play)| self.counts(*last) && fits(play))
            .map(|(last, _)| last)
            .min()
    }

    fn mailed(&self, address: &str, fits: impl Fn(&MailContent) -> bool) -> Option<DateTime<Utc>> {
        let mails = self.world.inbox(address).into_iter();
        mails
            .filter(|mail| self.counts(mail.at) && fits(&mail.content))
            .map(|mail| mail.at)
            .min()
    }
}
