//! The cause card: why a guest is not in, told by the rows that show it.

use std::fmt::Write as _;

use chrono::{DateTime, TimeDelta, Utc};
use usher_store::{GuestEvidence, InvitationState, Standing};

use super::{
    actions::cure,
    view::{deadline, reason},
};
use crate::{
    journey::{Attempt, What, attempts, traces},
    reason::{Reason, Waiting},
    views::{ActionVerb, CauseView, ConfidenceView},
    words,
};

/// A guest invited more recently is simply not due yet.
const PATIENCE: TimeDelta = TimeDelta::days(3);

/// The cause card of a guest; `None` where nothing is wrong. `setting_of` names the setting that cures a reason.
pub(crate) fn cause(
    evidence: &GuestEvidence,
    setting_of: impl Fn(&Reason) -> Option<String>,
    now: DateTime<Utc>,
) -> Option<CauseView> {
    let guest = &evidence.guest;
    let reason = reason(guest)?;
    if guest.is_deleted() || !needs_a_card(evidence, &reason, now) {
        return None;
    }
    let (cure, _) = cure(guest, &reason, now);
    let entry = reason.entry();
    Some(CauseView {
        key: reason.view().key,
        title: reason.title_for(guest.journey.waiting_since, None, now),
        code: reason.code(),
        confidence: confidence(evidence, &reason),
        explanation: explanation(evidence, &reason, now),
        remedy: remedy(evidence, &reason, now),
        text_for_guest: entry
            .and_then(|entry| entry.guest.clone())
            .unwrap_or_else(|| text_for_waiting(&reason)),
        cure,
        setting: setting_of(&reason),
        can_be_undone: matches!(
            cure,
            Some(
                ActionVerb::UnblockSignIn
                    | ActionVerb::BlockSignIn
                    | ActionVerb::RevokeInvitation
                    | ActionVerb::Restore
            )
        ),
        resend_helps: reason.resend_helps() && guest.object.state == InvitationState::PendingAcceptance,
        interrupted: guest.journey.standing != Standing::Stopped,
    })
}

fn needs_a_card(evidence: &GuestEvidence, reason: &Reason, now: DateTime<Utc>) -> bool {
    match reason.waiting() {
        Some(Waiting::SignedIn) => false,
        Some(Waiting::NoAttempt | Waiting::NoSignInSeen) => evidence
            .guest
            .journey
            .waiting_since
            .is_none_or(|since| now - since > PATIENCE),
        Some(Waiting::LinkHandedOver | Waiting::LeftReviewPermissions) | None => true,
    }
}

/// A row that names the cause is certain; a state computed from missing rows is less so.
fn confidence(evidence: &GuestEvidence, reason: &Reason) -> ConfidenceView {
    match reason.waiting() {
        None if reason.entry().is_none() => ConfidenceView::Possible,
        None if reason.is_interrupted() => ConfidenceView::Likely,
        None | Some(Waiting::LinkHandedOver) => ConfidenceView::Certain,
        Some(waiting) if waiting == Waiting::NoSignInSeen || evidence.guest.journey.at_least => {
            ConfidenceView::Possible
        }
        Some(_) => ConfidenceView::Likely,
    }
}

/// Two or three sentences over the real rows: how far the guest came, what happened how often, what it means.
fn explanation(evidence: &GuestEvidence, reason: &Reason, now: DateTime<Utc>) -> String {
    let mut text = how_far(evidence, now);
    let blocked = traces(evidence)
        .into_iter()
        .rfind(|trace| trace.what == What::Blocked)
        .map(|trace| trace.at);
    if let Some(at) = blocked.filter(|_| evidence.guest.object.account_enabled == Some(false)) {
        // Writing to a String cannot fail.
        let _ = write!(text, " Sign-in was blocked on {}.", words::day(at, now));
    }
    if let Some(sentence) = attempts_in_words(evidence, reason, blocked, now) {
        let _ = write!(text, " {sentence}");
    }
    let meaning = match (reason.waiting(), reason.entry()) {
        (Some(waiting), _) => meaning_of_waiting(waiting, evidence).to_owned(),
        (None, Some(entry)) => entry.cause.clone(),
        (None, None) => "Usher does not know this code; the raw row has Microsoft's own words.".to_owned(),
    };
    let _ = write!(text, " {meaning}");
    if reason.waiting().is_none() && !reason.resend_helps() {
        text.push_str(" Resending would not help.");
    }
    text
}

fn how_far(evidence: &GuestEvidence, now: DateTime<Utc>) -> String {
    let times = &evidence.guest.journey.times;
    match (times.access, times.redeemed, times.last_invited, times.invited) {
        (Some(at), ..) => format!("First seen in an application on {}.", words::day(at, now)),
        (None, Some(at), ..) => format!("Redeemed on {}.", words::day(at, now)),
        (None, None, Some(last), Some(first)) if last > first => {
            format!(
                "Invited on {}, last on {}.",
                words::day(first, now),
                words::day(last, now)
            )
        }
        (None, None, Some(at), _) => format!("Invited on {}.", words::day(at, now)),
        (None, None, None, _) => "Not invited by an invitation that is known here.".to_owned(),
    }
}

/// The attempts that show the cause: how many, since when, the last one to what.
fn attempts_in_words(
    evidence: &GuestEvidence,
    reason: &Reason,
    since: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<String> {
    let code = reason.code()?;
    let shown: Vec<Attempt> = attempts(&traces(evidence))
        .into_iter()
        .filter(|attempt| attempt.code == code && since.is_none_or(|since| attempt.ended_at >= since))
        .collect();
    let (first, last) = (shown.first()?, shown.last()?);
    let app = evidence
        .sign_ins
        .iter()
        .find(|row| Some(row.event) == last.last)
        .and_then(|row| row.app.as_deref())
        .map(|app| format!(" ({})", words::one_line(app)))
        .unwrap_or_default();
    let ended = if reason.is_interrupted() {
        "left open at"
    } else {
        "ended in"
    };
    Some(match shown.len() {
        1 => format!(
            "One attempt on {}{app} {ended} {code}.",
            words::day(last.ended_at, now)
        ),
        count => format!(
            "{count} attempts since {}, the last on {}{app}, {ended} {code}.",
            words::day(first.began_at, now),
            words::day(last.ended_at, now)
        ),
    })
}

fn meaning_of_waiting(waiting: Waiting, evidence: &GuestEvidence) -> &'static str {
    let partial = evidence.guest.journey.at_least;
    match waiting {
        Waiting::NoAttempt if partial => {
            "No attempt is in the logs held here, but they do not reach back to the invitation."
        }
        Waiting::NoAttempt => {
            "No attempt is in the logs: the mail may not have arrived, or was not opened. Neither can be seen from here."
        }
        Waiting::LinkHandedOver => {
            "The invitation was made without a mail, so the guest knows only the link that was handed over."
        }
        Waiting::LeftReviewPermissions => {
            "Sign-in worked, but the page \"Review permissions\" was not accepted. Leaving it writes no row."
        }
        Waiting::NoSignInSeen => {
            "The invitation is accepted, but no sign-in to an application is known since."
        }
        Waiting::SignedIn => "The guest is in.",
    }
}

fn remedy(evidence: &GuestEvidence, reason: &Reason, now: DateTime<Utc>) -> String {
    if let Some(entry) = reason
        .entry()
        .filter(|_| reason.waiting() != Some(Waiting::LeftReviewPermissions))
    {
        return entry.remedy.clone();
    }
    let expired = deadline(&evidence.guest).is_some_and(|deadline| deadline <= now);
    match reason.waiting() {
        Some(Waiting::NoAttempt) if expired => "Resend the invitation, or revoke it.",
        Some(Waiting::NoAttempt) => "Resend the invitation, and ask the guest to look into the spam folder.",
        Some(Waiting::LinkHandedOver) => {
            "Copy the direct link and send it to the guest, or resend the invitation as a mail."
        }
        Some(Waiting::LeftReviewPermissions) => {
            "Ask the guest to open the invitation again and to accept on the last page."
        }
        Some(Waiting::NoSignInSeen) => "Copy the direct link and send it to the guest.",
        Some(Waiting::SignedIn) | None => "Look at the raw row for Microsoft's own words.",
    }
    .to_owned()
}

fn text_for_waiting(reason: &Reason) -> String {
    match reason.waiting() {
        Some(Waiting::NoAttempt) => {
            "You were invited to our organization. Please look for the invitation mail, also in your spam folder, and choose \
             \"Accept invitation\". If you cannot find it, tell us and we will send it again."
        }
        Some(Waiting::LinkHandedOver) => {
            "You were invited to our organization. Please open the link we sent you and accept the invitation."
        }
        Some(Waiting::LeftReviewPermissions) => {
            "You signed in, but did not accept on the page \"Review permissions\". Please open the invitation again and choose \
             \"Accept\" on that page."
        }
        Some(Waiting::NoSignInSeen) => {
            "Your invitation is accepted. Please open the link below to reach the applications that are shared with you."
        }
        None if reason.is_interrupted() => {
            "You began to sign in to our organization and did not come to the end. Please open the invitation again and follow \
             the pages. If one shows an error, tell us its code and time."
        }
        Some(Waiting::SignedIn) | None => {
            "Something stops your sign-in to our organization. Please tell us the code and the time shown on the page."
        }
    }
    .to_owned()
}
