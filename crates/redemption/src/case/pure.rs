//! Plays a case against the rule book alone.

use chrono::{DateTime, TimeDelta, Utc};

use super::arrange::{CaseSetup, CaseStep};
use super::compare::Actual;
use super::format::Case;
use crate::guest::{Effect, GuestObject};
use crate::identity::Path;
use crate::invite::{self, InviteRequest, Invited, Mail};
use crate::invitee::Invitee;
use crate::page::Prompt;
use crate::play::Play;
use crate::refusal::Refused;
use crate::rows::{Activity, Actor, AuditEntry};
use crate::stage::Outcome;
use crate::step::{Note, Scene, Step};

/// Plays a case; the guest's first action happens at `now`.
pub fn play(case: &Case, now: DateTime<Utc>) -> Actual {
    let mut table = Table::set(case.setup(now), now);
    let steps = table.setup.steps.clone();
    for step in steps {
        if !table.perform(step) {
            break;
        }
    }
    table.clear()
}

/// The tenant, the person and what has happened so far.
struct Table {
    setup: CaseSetup,
    now: DateTime<Utc>,
    guest: Option<GuestObject>,
    has_mail: bool,
    refused: bool,
    play: Option<Play>,
    earlier_prompts: Vec<Prompt>,
    /// The path of the last attempt that got as far as a provider.
    path: Option<Path>,
    audits: Vec<AuditEntry>,
    sign_ins: Vec<u32>,
    home_sign_ins: Vec<u32>,
}

impl Table {
    /// Arranges the history of the case.
    fn set(setup: CaseSetup, now: DateTime<Utc>) -> Self {
        let mut table = Self {
            guest: setup.guest_before.clone(),
            has_mail: setup.guest_before.is_some(),
            setup,
            now,
            refused: false,
            play: None,
            earlier_prompts: Vec::new(),
            path: None,
            audits: Vec::new(),
            sign_ins: Vec::new(),
            home_sign_ins: Vec::new(),
        };
        if table.guest.is_none() {
            table.invite_first();
        }
        table.age();
        table
    }

    fn invite_first(&mut self) {
        let rows = self
            .setup
            .bulk
            .clone()
            .unwrap_or_else(|| vec![self.setup.invitee.email.clone()]);
        let is_bulk = self.setup.bulk.is_some();
        let mut all_fine = true;
        if is_bulk {
            self.audits.push(invite::bulk_started());
        }
        for address in rows {
            let is_the_guest = address.eq_ignore_ascii_case(&self.setup.invitee.email);
            // Of the other lines of a bulk file a case tells nothing but the address.
            let person = if is_the_guest {
                self.setup.invitee.clone()
            } else {
                Invitee::unknown(address)
            };
            let request = InviteRequest {
                via_entitlement: self.setup.via_entitlement,
                ..InviteRequest::BY_ADMIN
            };
            let answer = invite::invite(&self.setup.policy, &person, None, request, self.setup.invited_at);
            all_fine &= answer.is_ok();
            if is_the_guest {
                self.take(answer);
            } else {
                self.audits
                    .extend(answer.map_or_else(|refused| refused.audits, |invited| invited.audits));
            }
        }
        if is_bulk {
            self.audits.push(invite::bulk_finished(all_fine));
        }
    }

    /// What happened to the object between the invitation and the guest's first action.
    fn age(&mut self) {
        let Some(guest) = &mut self.guest else {
            return;
        };
        guest.mfa_registered = self.setup.mfa_registered;
        guest.addresses.extend(self.setup.other_mails.iter().cloned());
        if self.setup.is_deleted {
            guest.apply(&Effect::Deleted);
            self.audits
                .push(AuditEntry::success(Activity::DeleteUser, Actor::Inviter));
        } else if let Some((row, effect)) = invite::lifecycle_due(&self.setup.policy, guest, self.now) {
            guest.apply(&effect);
            self.audits.push(row);
        }
        if let Some(blocked_by) = self.setup.blocked_by
            && !guest.deleted
        {
            guest.account_enabled = false;
            let rows = blocked_by.rows().iter();
            self.audits
                .extend(rows.map(|(activity, actor)| AuditEntry::success(*activity, *actor)));
        }
    }

    /// Does one step; `false` ends the play.
    fn perform(&mut self, step: CaseStep) -> bool {
        match step {
            CaseStep::WaitMinutes(minutes) => {
                self.now += TimeDelta::minutes(minutes);
                true
            }
            CaseStep::Resend => {
                let answer = invite::invite(
                    &self.setup.policy,
                    &self.setup.invitee,
                    self.guest.as_ref(),
                    InviteRequest::BY_ADMIN,
                    self.now,
                );
                self.take(answer);
                true
            }
            CaseStep::Reset => self.reset(),
            // Nobody was invited: the flow has ended before any page.
            CaseStep::Open(..) if self.guest.is_none() => false,
            CaseStep::Open(link, _) if link.carries_ticket() && !self.has_link() => false,
            CaseStep::Open(link, browser) => {
                let (play, step) = Play::open(&self.scene(), link, browser);
                self.keep_attempt();
                self.play = Some(play);
                self.refused = false;
                self.record(&step);
                true
            }
            CaseStep::Act(action) => {
                let Some(mut play) = self.play.take() else {
                    return false;
                };
                let step = play.act(&self.scene(), action);
                self.play = Some(play);
                self.record(&step);
                step.note != Some(Note::FitsNoPage)
            }
        }
    }

    fn reset(&mut self) -> bool {
        let Some(guest) = self.guest.as_ref().filter(|guest| !guest.deleted) else {
            return false;
        };
        let answer = invite::reset_redemption(
            &self.setup.policy,
            &self.setup.invitee,
            guest,
            InviteRequest::BY_ADMIN,
            self.setup.new_email.as_deref(),
            self.now,
        );
        if answer.is_ok()
            && let Some(address) = &self.setup.new_email
        {
            self.setup.invitee = self.setup.person_at(address);
        }
        self.take(answer);
        true
    }

    fn take(&mut self, answer: Result<Invited, Refused>) {
        match answer {
            Ok(invited) => {
                self.has_mail = matches!(invited.mail, Mail::Invitation | Mail::Notification);
                self.audits.extend(invited.audits);
                self.apply(&invited.effects);
            }
            Err(refused) => {
                self.refused = true;
                self.audits.extend(refused.audits);
            }
        }
    }

    fn record(&mut self, step: &Step) {
        self.audits.extend(step.audits.iter().cloned());
        self.sign_ins.extend(step.sign_ins.iter().map(|row| row.code));
        self.home_sign_ins
            .extend(step.home_sign_ins.iter().map(|row| row.code));
        self.apply(&step.effects);
    }

    fn apply(&mut self, effects: &[Effect]) {
        for effect in effects {
            match (effect, &mut self.guest) {
                (Effect::Created { guest }, slot) => *slot = Some((**guest).clone()),
                (effect, Some(guest)) => guest.apply(effect),
                (_, None) => {}
            }
        }
    }

    const fn has_link(&self) -> bool {
        self.has_mail || self.setup.link_is_handed_over
    }

    /// Keeps what an attempt showed before it is left for another link.
    fn keep_attempt(&mut self) {
        if let Some(play) = &self.play {
            self.earlier_prompts.extend_from_slice(play.prompts());
            self.path = play.path().or(self.path);
        }
    }

    fn scene(&self) -> Scene<'_> {
        Scene {
            policy: &self.setup.policy,
            invitee: &self.setup.invitee,
            guest: self.guest.as_ref(),
            now: self.now,
        }
    }

    fn clear(mut self) -> Actual {
        self.keep_attempt();
        let guest = self.guest.filter(|guest| !guest.deleted);
        // A guest to whom no link came has nothing to open.
        let without_play = if self.refused {
            Outcome::RefusedAtInvite
        } else {
            Outcome::FailedAtLink
        };
        let play = self.play.as_ref().filter(|_| !self.refused);
        Actual {
            path: self.path.filter(|_| !self.refused),
            prompts: self.earlier_prompts,
            outcome: play.map_or(without_play, Play::outcome),
            audit_activities: self
                .audits
                .iter()
                .map(|row| row.activity.name().to_owned())
                .collect(),
            sign_in_error_codes: self.sign_ins,
            home_tenant_sign_in_error_codes: self.home_sign_ins,
            state_after: guest.as_ref().and_then(|guest| guest.state),
            identity_issuer_after: guest
                .and_then(|guest| guest.identity)
                .map(|identity| identity.issuer()),
        }
    }
}
