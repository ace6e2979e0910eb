//! How far a guest got and why not further, from the user object, the logs and the invitations made here.
//!
//! Pure: the same evidence always gives the same journey. The stages and what proves them are in "The words" of
//! `ARCHITECTURE.md`.

use chrono::{DateTime, TimeDelta, Utc};
use usher_store::{InvitationState, StageReached, StageTimes, Standing};

use super::{
    attempts::attempts,
    trace::{Trace, What},
};
use crate::reason::{self, Cause, Waiting};

/// Two signs of one invitation (the user object, the audit row, what was recorded here) lie no further apart.
const SAME_INVITATION: TimeDelta = TimeDelta::minutes(2);

/// A successful sign-in this long after the redemption is an access of its own; before, it is the redemption itself.
/// `signInActivity` does not say which application it was.
const AFTER_REDEMPTION: TimeDelta = TimeDelta::minutes(10);

/// What a journey is derived from.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    /// `externalUserState`.
    pub(crate) state: InvitationState,
    /// `externalUserStateChangeDateTime`.
    pub(crate) state_changed_at: Option<DateTime<Utc>>,
    /// `createdDateTime`.
    pub(crate) created_at: Option<DateTime<Utc>>,
    /// Whether the user object came into being by an invitation.
    pub(crate) created_by_invitation: bool,
    /// `accountEnabled`; `None` where it cannot be read.
    pub(crate) account_enabled: Option<bool>,
    /// `signInActivity/lastSuccessfulSignInDateTime`.
    pub(crate) last_successful_at: Option<DateTime<Utc>>,
    /// Invitations made here: when, and whether a mail was asked for.
    pub(crate) own_invitations: Vec<(DateTime<Utc>, bool)>,
    /// Log rows, oldest first.
    pub(crate) traces: Vec<Trace>,
    /// From here on, both logs are held without a gap up to the last sync.
    pub(crate) logs_complete_since: Option<DateTime<Utc>>,
}

/// A derived journey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Journey {
    /// The last stage completed.
    pub(crate) stage: StageReached,
    /// How it stands.
    pub(crate) standing: Standing,
    /// Why not further.
    pub(crate) cause: Cause,
    /// When the guest was stopped.
    pub(crate) stopped_at: Option<DateTime<Utc>>,
    /// Since when somebody waits.
    pub(crate) waiting_since: Option<DateTime<Utc>>,
    /// When each stage was reached.
    pub(crate) times: StageTimes,
    /// Rests on incomplete logs.
    pub(crate) at_least: bool,
}

/// Derives the journey of one guest.
pub(crate) fn derive(subject: &Subject) -> Journey {
    let invitations = invitations(subject);
    let times = stage_times(subject, &invitations);
    let stage = stage_reached(subject, &times);
    let stop = stop(subject, &times, &invitations);
    let standing = match (&stop, stage) {
        (Some(_), _) => Standing::Stopped,
        (None, StageReached::FirstAccess) => Standing::Fine,
        (None, _) => Standing::Open,
    };
    let waiting_since = times.last_invited.or(subject.created_at);
    let (cause, stopped_at) = match stop {
        Some(stop) => (stop.cause, stop.at.or(waiting_since)),
        None => (open_cause(subject, stage, &invitations), None),
    };
    let at_least = times.invited.or(subject.created_at).is_none_or(|since| {
        subject
            .logs_complete_since
            .is_none_or(|complete| since < complete)
    });

    Journey {
        stage,
        standing,
        cause,
        stopped_at,
        waiting_since,
        times,
        at_least,
    }
}

/// One invitation, however many signs there are of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Invitation {
    at: DateTime<Utc>,
    mail: Mail,
}

/// What is known of an invitation's mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mail {
    /// Nothing speaks against it.
    Sent,
    /// It was made here without one: the link was handed over.
    HandedOver,
    /// The service reported then that the guest has unsubscribed.
    Refused(DateTime<Utc>),
}

/// The invitations, oldest first.
fn invitations(subject: &Subject) -> Vec<Invitation> {
    let object = subject
        .created_at
        .filter(|_| subject.created_by_invitation)
        .map(|at| (at, None));
    let audited = subject
        .traces
        .iter()
        .filter(|trace| matches!(trace.what, What::Invited | What::Reset));
    let mut signs: Vec<(DateTime<Utc>, Option<bool>)> = object
        .into_iter()
        .chain(audited.map(|trace| (trace.at, None)))
        .chain(
            subject
                .own_invitations
                .iter()
                .map(|(at, mailed)| (*at, Some(*mailed))),
        )
        .collect();
    signs.sort_unstable();

    let mut found: Vec<Invitation> = Vec::new();
    for (at, mailed) in signs {
        let mail = if mailed == Some(false) {
            Mail::HandedOver
        } else {
            Mail::Sent
        };
        match found.last_mut().filter(|last| at - last.at <= SAME_INVITATION) {
            Some(last) if mail == Mail::HandedOver => last.mail = mail,
            Some(_) => {}
            None => found.push(Invitation { at, mail }),
        }
    }
    for refusal in subject
        .traces
        .iter()
        .filter(|trace| trace.what == What::MailRefused)
    {
        if let Some(refused) = found
            .iter_mut()
            .rfind(|one| one.at <= refusal.at + SAME_INVITATION)
        {
            refused.mail = Mail::Refused(refusal.at);
        }
    }
    found
}

/// The rows of the present journey: a reset begins it anew, and nothing before it proves anything of the new redemption.
fn present_journey(subject: &Subject) -> &[Trace] {
    let reset = subject
        .traces
        .iter()
        .rposition(|trace| trace.what == What::Reset)
        .unwrap_or(0);
    &subject.traces[reset..]
}

fn stage_times(subject: &Subject, invitations: &[Invitation]) -> StageTimes {
    let first = |is: &dyn Fn(&Trace) -> bool| {
        present_journey(subject)
            .iter()
            .find(|trace| is(trace))
            .map(|trace| trace.at)
    };
    let redeem_row = first(&|trace| trace.what == What::Redeemed);
    let redeemed = match subject.state {
        InvitationState::Accepted => subject.state_changed_at.or(redeem_row),
        InvitationState::PendingAcceptance | InvitationState::None | InvitationState::Other => redeem_row,
    };
    // `signInActivity` tells of the last success alone, which says that the guest was in, not since when.
    let access = access_from(subject, redeemed).and_then(|from| {
        first(&|trace| {
            trace.what
                == What::SignIn {
                    code: 0,
                    portal: false,
                }
                && trace.at >= from
        })
    });

    // A sign-in after the redemption is no step towards it: where the redemption was automatic there was none, and where
    // the logs begin later it is not held.
    let towards = |at: &DateTime<Utc>| redeemed.is_none_or(|redeemed| *at <= redeemed);

    StageTimes {
        invited: invitations.first().map(|one| one.at),
        last_invited: invitations.last().map(|one| one.at),
        mailed: mailed_at(invitations),
        attempted: first(&|trace| matches!(trace.what, What::SignIn { .. })).filter(towards),
        requirements: requirements_met_at(subject).filter(towards),
        redeemed,
        access,
    }
}

/// From when on a success is an access. Whoever was not invited needs no redemption: any success is.
fn access_from(subject: &Subject, redeemed: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    redeemed.or(match subject.state {
        InvitationState::Accepted => subject.created_at,
        InvitationState::None | InvitationState::Other if !subject.created_by_invitation => {
            subject.created_at
        }
        _ => None,
    })
}

/// Whether the guest was in an application, by a row or by the user object.
fn was_in(subject: &Subject, times: &StageTimes) -> bool {
    let by_object = || {
        access_from(subject, times.redeemed)
            .zip(subject.last_successful_at)
            .is_some_and(|(from, success)| success > from + AFTER_REDEMPTION)
    };
    times.access.is_some() || by_object()
}

/// The first mail, unless the service refuses to mail this guest by now.
fn mailed_at(invitations: &[Invitation]) -> Option<DateTime<Utc>> {
    let refused = invitations
        .last()
        .is_some_and(|last| matches!(last.mail, Mail::Refused(..)));
    invitations
        .iter()
        .find(|one| !refused && one.mail == Mail::Sent)
        .map(|one| one.at)
}

/// A success proves it; so do accepted terms or a registered factor that no stop followed.
fn requirements_met_at(subject: &Subject) -> Option<DateTime<Utc>> {
    let rows = present_journey(subject);
    rows.iter()
        .enumerate()
        .find(|(index, trace)| match trace.what {
            What::SignIn { code, .. } => code == 0,
            What::TermsAccepted | What::FactorRegistered => last_stop(&rows[*index..]).is_none(),
            _ => false,
        })
        .map(|(_, trace)| trace.at)
}

fn stage_reached(subject: &Subject, times: &StageTimes) -> StageReached {
    let redeemed = times.redeemed.is_some() || subject.state == InvitationState::Accepted;
    if was_in(subject, times) {
        StageReached::FirstAccess
    } else if redeemed {
        StageReached::Redeemed
    } else if times.requirements.is_some() {
        StageReached::RequirementsMet
    } else if times.attempted.is_some() {
        StageReached::AttemptedSignIn
    } else if times.mailed.is_some() {
        StageReached::MailSent
    } else {
        StageReached::Invited
    }
}

/// What stops a guest.
#[derive(Debug, Clone)]
struct Stop {
    cause: Cause,
    at: Option<DateTime<Utc>>,
}

/// The stop that stands: a blocked account before anything else, then what went wrong last, then a mail that the service
/// did not send.
fn stop(subject: &Subject, times: &StageTimes, invitations: &[Invitation]) -> Option<Stop> {
    if subject.account_enabled == Some(false) {
        let row = subject.traces.iter().rfind(|trace| trace.what == What::Blocked);
        return Some(Stop {
            cause: Cause::AccountBlocked,
            at: row.map(|row| row.at),
        });
    }
    let in_since = |stop: &Stop| {
        subject
            .last_successful_at
            .zip(stop.at)
            .is_some_and(|(success, stop)| success > stop)
    };
    last_stop(present_journey(subject))
        .filter(|stop| !in_since(stop))
        .or_else(|| {
            mail_refused(invitations).filter(|_| times.attempted.is_none() && times.redeemed.is_none())
        })
}

/// What the last attempt or refusal stopped at, unless something better came after it.
fn last_stop(rows: &[Trace]) -> Option<Stop> {
    let mut stop: Option<Stop> = None;
    for (index, row) in rows.iter().enumerate() {
        let audited = |activity, succeeded| {
            Some(Stop {
                cause: Cause::Audit(activity, succeeded),
                at: Some(row.at),
            })
        };
        stop = match row.what {
            What::SignIn { .. } => failed_attempt(&rows[..=index]),
            What::RedemptionFailed => audited("Redeem external user invite", false),
            What::TermsDeclined => audited("Decline Terms Of Use", true),
            What::FactorCanceled => audited("User canceled security info registration", true),
            What::Redeemed | What::TermsAccepted | What::FactorRegistered => None,
            What::Unblocked => stop.filter(|stop| !stop.cause.is_blocked_account()),
            What::Invited | What::Reset | What::MailRefused | What::Blocked | What::Other => stop,
        };
    }
    stop
}

/// The attempt that the last row belongs to, where it ended in a failure.
fn failed_attempt(rows: &[Trace]) -> Option<Stop> {
    let last_row = rows.last()?;
    let attempt = match last_row.correlation {
        0 => attempts([last_row]).pop(),
        correlation => attempts(rows.iter().filter(|row| row.correlation == correlation)).pop(),
    }?;
    reason::is_failure(attempt.code).then_some(Stop {
        cause: Cause::Code(attempt.code),
        at: Some(attempt.ended_at),
    })
}

/// The last invitation was not mailed, because the service was told not to.
fn mail_refused(invitations: &[Invitation]) -> Option<Stop> {
    match invitations.last()?.mail {
        Mail::Refused(at) => Some(Stop {
            cause: Cause::Audit("Email not sent, user unsubscribed", true),
            at: Some(at),
        }),
        Mail::Sent | Mail::HandedOver => None,
    }
}

/// Why a guest whom nothing stops is where they are.
fn open_cause(subject: &Subject, stage: StageReached, invitations: &[Invitation]) -> Cause {
    let last = attempts(present_journey(subject)).pop();
    match stage {
        StageReached::FirstAccess => Cause::Waiting(Waiting::SignedIn),
        StageReached::Redeemed => match last.filter(|attempt| attempt.code != 0) {
            Some(attempt) if !reason::is_failure(attempt.code) => Cause::Code(attempt.code),
            _ => Cause::Waiting(Waiting::NoSignInSeen),
        },
        StageReached::RequirementsMet => match last.filter(|attempt| attempt.code != 0) {
            Some(attempt) if !reason::is_failure(attempt.code) => Cause::Code(attempt.code),
            _ => Cause::Waiting(Waiting::LeftReviewPermissions),
        },
        StageReached::AttemptedSignIn => match last.filter(|attempt| attempt.code != 0) {
            Some(attempt) => Cause::Code(attempt.code),
            None => Cause::Waiting(Waiting::NoAttempt),
        },
        StageReached::Invited | StageReached::MailSent => match invitations.last().map(|one| one.mail) {
            Some(Mail::HandedOver) => Cause::Waiting(Waiting::LinkHandedOver),
            _ => Cause::Waiting(Waiting::NoAttempt),
        },
    }
}

#[cfg(test)]
mod tests;
