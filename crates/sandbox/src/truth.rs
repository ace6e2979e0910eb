//! What is true of every guest, computed from the whole history whatever the logs still show.
//!
//! A second, plain reading of the rules that the product applies to what it has read: a test computes both and
//! compares them number by number.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use uuid::Uuid;

use crate::world::{ExternalUserState, Moment, User, UserId, World, apps};

/// A link is meant to be used within this many days of the last invitation.
const DEADLINE_DAYS: i64 = 90;
/// A pending guest with no more days than this is expiring.
const EXPIRING_DAYS: i64 = 14;
/// A guest who signed in within so many days is active.
const ACTIVE_DAYS: i64 = 30;
/// A guest whose last sign-in is older is inactive.
const INACTIVE_DAYS: i64 = 90;
/// A success later than this after the redemption is an access of its own, not the redemption's.
const REDEMPTION_MINUTES: i64 = 10;

/// Codes that ask for something and refuse nothing (reference-error-codes.md).
const INTERRUPTS: &[u32] = &[
    16_000, 16_001, 16_003, 50_058, 50_059, 50_072, 50_074, 50_076, 50_078, 50_079, 50_097, 50_125, 50_127,
    50_129, 50_136, 50_140, 50_143, 50_158, 50_168, 50_199, 51_006, 65_001, 70_016, 81_010, 81_012, 90_095,
    900_561, 1_000_002,
];

/// Whether a code only asks for something.
pub(crate) fn is_interrupt(code: u32) -> bool {
    INTERRUPTS.contains(&code)
}

/// The stages of a journey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum TrueStage {
    /// Invited.
    Invited,
    /// The mail went out.
    MailSent,
    /// The guest came.
    AttemptedSignIn,
    /// What the tenant asks for was met.
    RequirementsMet,
    /// The invitation was redeemed.
    Redeemed,
    /// The guest used an application.
    FirstAccess,
}

/// How a guest stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum TrueStanding {
    /// Something stopped the guest, and nothing better happened since.
    Stopped,
    /// On the way, or waiting.
    Open,
    /// In.
    Fine,
}

/// Why a guest is stopped.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind", content = "code")]
pub enum TrueReason {
    /// A sign-in ended in this AADSTS number.
    Code(u32),
    /// The guest has blocked invitation mails.
    Unsubscribed,
    /// The tenant refused the redemption.
    RedemptionRefused,
    /// The account is blocked in the tenant.
    Blocked,
}

/// When each stage was reached, as far as something was written at that moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrueTimes {
    /// The first invitation.
    pub invited: Option<DateTime<Utc>>,
    /// The first row of a visit.
    pub attempted_sign_in: Option<DateTime<Utc>>,
    /// The first success or proof.
    pub requirements_met: Option<DateTime<Utc>>,
    /// The last change of the state to accepted.
    pub redeemed: Option<DateTime<Utc>>,
    /// The first success after it, elsewhere than at the redemption page.
    pub first_access: Option<DateTime<Utc>>,
}

/// The truth about one guest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrueGuest {
    /// Object id.
    pub id: UserId,
    /// Mail address.
    pub mail: String,
    /// Pending, accepted, or none.
    pub invitation_state: Option<ExternalUserState>,
    /// Whether sign-in is allowed.
    pub account_enabled: bool,
    /// Whether the object lies in the recycle bin.
    pub deleted: bool,
    /// The furthest stage; none for guests without an invitation.
    pub stage: Option<TrueStage>,
    /// When each was reached.
    pub times: TrueTimes,
    /// How the guest stands.
    pub standing: TrueStanding,
    /// Why, where stopped.
    pub reason: Option<TrueReason>,
    /// The last invitation, which the deadline counts from.
    pub last_invited: Option<DateTime<Utc>>,
    /// Active, that is signed in within 30 days.
    pub active: bool,
    /// Pending acceptance.
    pub pending: bool,
    /// Pending, at most 14 days left.
    pub expiring: bool,
    /// Pending, the deadline is past.
    pub expired: bool,
    /// Accepted, last sign-in older than 90 days.
    pub inactive: bool,
    /// Accepted, and no success known after the redemption.
    pub never_signed_in: bool,
}

/// How many guests the Overview should count.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrueCounts {
    /// Guests that are not deleted.
    pub total: u32,
    /// See [`TrueGuest::active`].
    pub active: u32,
    /// See [`TrueGuest::pending`].
    pub pending: u32,
    /// See [`TrueGuest::expiring`].
    pub expiring: u32,
    /// See [`TrueGuest::expired`].
    pub expired: u32,
    /// Guests whose standing is stopped.
    pub blocked: u32,
    /// See [`TrueGuest::inactive`].
    pub inactive: u32,
    /// See [`TrueGuest::never_signed_in`].
    pub never_signed_in: u32,
    /// How many guests reached each stage or a later one.
    pub funnel: Funnel,
    /// The same for guests first invited within the last 90 days.
    pub funnel_recent: Funnel,
    /// Stopped guests by reason: a code in digits, or a word.
    pub reasons: BTreeMap<String, u32>,
}

/// Guests per stage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Funnel {
    /// Invited.
    pub invited: u32,
    /// Not held back by an unsubscription.
    pub mail_sent: u32,
    /// Came.
    pub attempted_sign_in: u32,
    /// Met the requirements.
    pub requirements_met: u32,
    /// Redeemed.
    pub redeemed: u32,
    /// Used an application.
    pub first_access: u32,
}

/// Everything that is true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Truth {
    /// When it was true.
    pub now: DateTime<Utc>,
    /// In numbers.
    pub counts: TrueCounts,
    /// Guest by guest, in the order of ids; deleted ones that are still in the recycle bin included.
    pub guests: Vec<TrueGuest>,
}

/// The truth of the tenant at this moment.
pub fn truth(world: &World) -> Truth {
    let now = world.now();
    let guests: Vec<TrueGuest> = world
        .users()
        .chain(world.deleted_users())
        .filter(|user| user.is_guest())
        .map(|user| guest_truth(user, now))
        .collect();
    Truth {
        now,
        counts: count(&guests, now),
        guests,
    }
}

fn guest_truth(user: &User, now: DateTime<Utc>) -> TrueGuest {
    let history = &user.history;
    let invitations = || {
        history.iter().filter_map(|(at, moment)| match moment {
            Moment::Invited { unsubscribed, .. } => Some((*at, *unsubscribed)),
            _ => None,
        })
    };
    let last_invitation = invitations().next_back();
    // A reset begins the journey anew; what happened before it proves nothing about the new redemption.
    let begin = history
        .iter()
        .rposition(|(_, moment)| matches!(moment, Moment::Invited { reset: true, .. }))
        .unwrap_or_default();
    let course = &history[begin..];
    let accepted = user.external_user_state == Some(ExternalUserState::Accepted);
    let times = times(user, course, invitations().next().map(|(at, _)| at), accepted);
    let pending = user.external_user_state == Some(ExternalUserState::PendingAcceptance);
    let unsubscribed = pending && last_invitation.is_some_and(|(_, unsubscribed)| unsubscribed);
    let stage = stage(&times, unsubscribed);
    let reason = reason(user, course, unsubscribed && times.attempted_sign_in.is_none());
    let standing = match (&reason, stage) {
        (Some(_), _) => TrueStanding::Stopped,
        (None, Some(TrueStage::FirstAccess)) => TrueStanding::Fine,
        (None, _) => TrueStanding::Open,
    };
    let success = user.activity.last_successful.map(|(at, _)| at);
    let any = [user.activity.last_sign_in, user.activity.last_non_interactive]
        .iter()
        .flatten()
        .map(|(at, _)| *at)
        .max();
    let deadline = last_invitation.map(|(at, _)| at + TimeDelta::days(DEADLINE_DAYS));
    let expired = pending && deadline.is_some_and(|deadline| deadline <= now);
    let expiring = pending
        && !expired
        && deadline.is_some_and(|deadline| deadline - now <= TimeDelta::days(EXPIRING_DAYS));
    TrueGuest {
        id: user.id,
        mail: user.address().to_owned(),
        invitation_state: user.external_user_state,
        account_enabled: user.account_enabled,
        deleted: user.deleted.is_some(),
        stage,
        standing,
        reason,
        last_invited: last_invitation.map(|(at, _)| at),
        active: success.is_some_and(|at| now - at <= TimeDelta::days(ACTIVE_DAYS)),
        pending,
        expiring,
        expired,
        inactive: accepted
            && success
                .or(any)
                .is_some_and(|at| now - at > TimeDelta::days(INACTIVE_DAYS)),
        never_signed_in: accepted && times.first_access.is_none(),
        times,
    }
}

fn times(
    user: &User,
    course: &[(DateTime<Utc>, Moment)],
    first_invited: Option<DateTime<Utc>>,
    accepted: bool,
) -> TrueTimes {
    let sign_ins = || {
        course.iter().filter_map(|(at, moment)| match moment {
            Moment::SignIn { code, app_id, .. } => Some((*at, *code, *app_id)),
            _ => None,
        })
    };
    let redeemed_at = course
        .iter()
        .rev()
        .find(|(_, moment)| *moment == Moment::Redeemed)
        .map(|(at, _)| *at);
    let redeemed = if accepted {
        user.external_user_state_changed.or(redeemed_at)
    } else {
        redeemed_at
    };
    let first_success = sign_ins().find(|(_, code, _)| *code == 0).map(|(at, ..)| at);
    let proof = course.iter().enumerate().find(|(index, (_, moment))| {
        *moment == Moment::RequirementMet && last_stop(&course[*index..]).is_none()
    });
    let requirements_met = [first_success, proof.map(|(_, (at, _))| *at)]
        .into_iter()
        .flatten()
        .min();
    let first_access = redeemed.and_then(|redeemed| {
        let visit = sign_ins()
            .find(|(at, code, app)| *at > redeemed && *code == 0 && *app != apps::ACCEPTANCE_PORTAL.id)
            .map(|(at, ..)| at);
        let success = user.activity.last_successful.map(|(at, _)| at);
        visit.or(success.filter(|at| *at > redeemed + TimeDelta::minutes(REDEMPTION_MINUTES)))
    });
    TrueTimes {
        invited: first_invited,
        attempted_sign_in: sign_ins().next().map(|(at, ..)| at),
        requirements_met,
        redeemed,
        first_access,
    }
}

fn stage(times: &TrueTimes, unsubscribed: bool) -> Option<TrueStage> {
    if times.first_access.is_some() {
        Some(TrueStage::FirstAccess)
    } else if times.redeemed.is_some() {
        Some(TrueStage::Redeemed)
    } else if times.requirements_met.is_some() {
        Some(TrueStage::RequirementsMet)
    } else if times.attempted_sign_in.is_some() {
        Some(TrueStage::AttemptedSignIn)
    } else {
        times.invited.map(|_| {
            if unsubscribed {
                TrueStage::Invited
            } else {
                TrueStage::MailSent
            }
        })
    }
}

fn reason(user: &User, course: &[(DateTime<Utc>, Moment)], mail_held_back: bool) -> Option<TrueReason> {
    let stop = last_stop(course);
    match stop {
        Some(reason) => Some(reason),
        None if !user.account_enabled => Some(TrueReason::Blocked),
        None if mail_held_back => Some(TrueReason::Unsubscribed),
        None => None,
    }
}

/// What the last visit or refusal stopped at, unless something better came after it.
fn last_stop(course: &[(DateTime<Utc>, Moment)]) -> Option<TrueReason> {
    let mut visits: Vec<(Uuid, Vec<u32>)> = Vec::new();
    let mut stop = None;
    for (_, moment) in course {
        match moment {
            Moment::SignIn {
                code, correlation_id, ..
            } => {
                let visit = match visits.iter().position(|(id, _)| id == correlation_id) {
                    Some(known) => visits.remove(known),
                    None => (*correlation_id, Vec::new()),
                };
                let (id, mut codes) = visit;
                codes.push(*code);
                stop = judge(&codes);
                visits.push((id, codes));
            }
            Moment::RedemptionRefused => stop = Some(TrueReason::RedemptionRefused),
            Moment::Redeemed | Moment::RequirementMet => stop = None,
            Moment::Unblocked if stop == Some(TrueReason::Code(500_571)) => stop = None,
            Moment::Invited { .. } | Moment::Blocked | Moment::Unblocked => {}
        }
    }
    stop
}

/// How a visit counts: any success makes it one; prompts alone leave it open; else the last code stopped it.
fn judge(codes: &[u32]) -> Option<TrueReason> {
    if codes.contains(&0) || codes.iter().all(|code| INTERRUPTS.contains(code)) {
        return None;
    }
    codes
        .iter()
        .rev()
        .find(|code| !INTERRUPTS.contains(code))
        .map(|code| TrueReason::Code(*code))
}

fn count(guests: &[TrueGuest], now: DateTime<Utc>) -> TrueCounts {
    let mut counts = TrueCounts::default();
    let since = now - TimeDelta::days(90);
    for guest in guests.iter().filter(|guest| !guest.deleted) {
        counts.total += 1;
        counts.active += u32::from(guest.active);
        counts.pending += u32::from(guest.pending);
        counts.expiring += u32::from(guest.expiring);
        counts.expired += u32::from(guest.expired);
        counts.blocked += u32::from(guest.standing == TrueStanding::Stopped);
        counts.inactive += u32::from(guest.inactive);
        counts.never_signed_in += u32::from(guest.never_signed_in);
        counts.funnel.add(guest.stage);
        if guest.times.invited.is_some_and(|at| at >= since) {
            counts.funnel_recent.add(guest.stage);
        }
        if let Some(reason) = &guest.reason {
            let word = match reason {
                TrueReason::Code(code) => code.to_string(),
                TrueReason::Unsubscribed => "unsubscribed".to_owned(),
                TrueReason::RedemptionRefused => "redemptionRefused".to_owned(),
                TrueReason::Blocked => "blocked".to_owned(),
            };
            *counts.reasons.entry(word).or_default() += 1;
        }
    }
    counts
}

impl Funnel {
    fn add(&mut self, stage: Option<TrueStage>) {
        let reached = |wanted| u32::from(stage >= Some(wanted));
        self.invited += reached(TrueStage::Invited);
        self.mail_sent += reached(TrueStage::MailSent);
        self.attempted_sign_in += reached(TrueStage::AttemptedSignIn);
        self.requirements_met += reached(TrueStage::RequirementsMet);
        self.redeemed += reached(TrueStage::Redeemed);
        self.first_access += reached(TrueStage::FirstAccess);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign_in(code: u32, visit: u128) -> (DateTime<Utc>, Moment) {
        let moment = Moment::SignIn {
            code,
            app_id: apps::MY_APPS.id,
            correlation_id: Uuid::from_u128(visit),
        };
        (DateTime::UNIX_EPOCH, moment)
    }

    #[test]
    fn the_last_visit_decides() {
        assert_eq!(
            last_stop(&[sign_in(50_074, 1), sign_in(500_121, 1)]),
            Some(TrueReason::Code(500_121))
        );
        assert_eq!(
            last_stop(&[sign_in(500_121, 1), sign_in(50_058, 2), sign_in(0, 2)]),
            None
        );
        assert_eq!(
            last_stop(&[sign_in(0, 1), sign_in(53_003, 2)]),
            Some(TrueReason::Code(53_003))
        );
        assert_eq!(last_stop(&[sign_in(500_121, 1), sign_in(50_074, 2)]), None);
    }

    #[test]
    fn something_better_lifts_a_stop() {
        let refused = (DateTime::UNIX_EPOCH, Moment::RedemptionRefused);
        let redeemed = (DateTime::UNIX_EPOCH, Moment::Redeemed);
        assert_eq!(
            last_stop(std::slice::from_ref(&refused)),
            Some(TrueReason::RedemptionRefused)
        );
        assert_eq!(last_stop(&[refused, redeemed]), None);
    }
}
