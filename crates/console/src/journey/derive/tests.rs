use super::*;

fn minute(minute: i64) -> DateTime<Utc> {
    "2026-10-12T09:00:00Z".parse::<DateTime<Utc>>().expect("a time") + TimeDelta::minutes(minute)
}

fn trace(at: i64, what: What) -> Trace {
    Trace {
        at: minute(at),
        correlation: 0,
        event: None,
        what,
    }
}

fn sign_in(at: i64, correlation: i64, code: u32) -> Trace {
    Trace {
        correlation,
        ..trace(at, What::SignIn { code, portal: false })
    }
}

fn portal(at: i64, code: u32) -> Trace {
    trace(at, What::SignIn { code, portal: true })
}

/// Invited at minute 0, pending, all logs held.
fn pending(traces: Vec<Trace>) -> Subject {
    Subject {
        state: InvitationState::PendingAcceptance,
        state_changed_at: Some(minute(0)),
        created_at: Some(minute(0)),
        created_by_invitation: true,
        account_enabled: Some(true),
        last_successful_at: None,
        own_invitations: Vec::new(),
        traces,
        logs_complete_since: Some(minute(-1)),
    }
}

/// Accepted at minute 100.
fn accepted(traces: Vec<Trace>) -> Subject {
    Subject {
        state: InvitationState::Accepted,
        state_changed_at: Some(minute(100)),
        ..pending(traces)
    }
}

#[track_caller]
fn check(subject: &Subject, stage: StageReached, standing: Standing, cause: Cause) {
    let journey = derive(subject);
    assert_eq!(
        (journey.stage, journey.standing, journey.cause),
        (stage, standing, cause)
    );
}

use StageReached::{AttemptedSignIn, FirstAccess, Invited, MailSent, Redeemed, RequirementsMet};
use Standing::{Fine, Open, Stopped};

#[test]
fn nothing_but_an_invitation_is_mail_sent_and_open() {
    check(
        &pending(vec![]),
        MailSent,
        Open,
        Cause::Waiting(Waiting::NoAttempt),
    );
    check(
        &pending(vec![trace(0, What::Invited)]),
        MailSent,
        Open,
        Cause::Waiting(Waiting::NoAttempt),
    );
}

#[test]
fn a_link_handed_over_is_not_a_mail() {
    let subject = Subject {
        own_invitations: vec![(minute(0), false)],
        ..pending(vec![trace(0, What::Invited)])
    };
    check(&subject, Invited, Open, Cause::Waiting(Waiting::LinkHandedOver));
}

#[test]
fn unsubscribed_stops_until_a_later_invitation_is_mailed() {
    let refused = vec![trace(0, What::Invited), trace(0, What::MailRefused)];
    check(
        &pending(refused.clone()),
        Invited,
        Stopped,
        Cause::Audit("Email not sent, user unsubscribed", true),
    );

    let mailed = [refused, vec![trace(5000, What::Invited)]].concat();
    let journey = derive(&pending(mailed));
    assert_eq!((journey.stage, journey.standing), (MailSent, Open));
    assert_eq!(
        (journey.times.mailed, journey.times.last_invited),
        (Some(minute(5000)), Some(minute(5000)))
    );
}

#[test]
fn an_unsubscribed_guest_who_comes_by_another_way_is_judged_by_the_attempt() {
    let rows = vec![trace(0, What::MailRefused), sign_in(50, 1, 53003)];
    check(&pending(rows), AttemptedSignIn, Stopped, Cause::Code(53003));
}

#[test]
fn interrupts_alone_are_left_open() {
    check(
        &pending(vec![sign_in(10, 1, 50058), sign_in(11, 1, 50072)]),
        AttemptedSignIn,
        Open,
        Cause::Code(50072),
    );
}

#[test]
fn the_last_failure_stops() {
    let rows = vec![sign_in(10, 1, 50058), sign_in(11, 1, 500_121)];
    let journey = derive(&pending(rows));
    assert_eq!(
        (journey.standing, journey.cause.clone()),
        (Stopped, Cause::Code(500_121))
    );
    assert_eq!(
        (journey.stopped_at, journey.times.attempted),
        (Some(minute(11)), Some(minute(10)))
    );
}

#[test]
fn a_failure_before_an_attempt_left_open_does_not_stop() {
    check(
        &pending(vec![sign_in(10, 1, 53003), sign_in(60, 2, 50074)]),
        AttemptedSignIn,
        Open,
        Cause::Code(50074),
    );
}

#[test]
fn accepted_terms_lift_an_earlier_stop() {
    let rows = vec![sign_in(10, 1, 53003), trace(60, What::TermsAccepted)];
    check(
        &pending(rows),
        RequirementsMet,
        Open,
        Cause::Waiting(Waiting::LeftReviewPermissions),
    );
}

#[test]
fn a_code_nobody_knows_is_a_failure() {
    check(
        &pending(vec![sign_in(10, 1, 987_654_321)]),
        AttemptedSignIn,
        Stopped,
        Cause::Code(987_654_321),
    );
}

#[test]
fn success_without_redemption_is_a_page_left() {
    check(
        &pending(vec![portal(10, 0)]),
        RequirementsMet,
        Open,
        Cause::Waiting(Waiting::LeftReviewPermissions),
    );
}

#[test]
fn accepted_terms_meet_the_requirements_only_where_no_stop_follows() {
    let accepted_terms = vec![sign_in(10, 1, 50158), trace(11, What::TermsAccepted)];
    assert_eq!(derive(&pending(accepted_terms.clone())).stage, RequirementsMet);

    let then_stopped = [accepted_terms, vec![sign_in(12, 2, 53003)]].concat();
    check(
        &pending(then_stopped),
        AttemptedSignIn,
        Stopped,
        Cause::Code(53003),
    );
}

#[test]
fn declined_terms_and_a_refused_redemption_stop() {
    check(
        &pending(vec![sign_in(10, 1, 50158), trace(11, What::TermsDeclined)]),
        AttemptedSignIn,
        Stopped,
        Cause::Audit("Decline Terms Of Use", true),
    );
    check(
        &pending(vec![trace(11, What::RedemptionFailed)]),
        MailSent,
        Stopped,
        Cause::Audit("Redeem external user invite", false),
    );
}

#[test]
fn accepted_without_a_sign_in_is_open() {
    check(
        &accepted(vec![portal(99, 0)]),
        Redeemed,
        Open,
        Cause::Waiting(Waiting::NoSignInSeen),
    );
}

#[test]
fn the_sign_in_that_redeems_is_no_access() {
    let subject = Subject {
        last_successful_at: Some(minute(105)),
        ..accepted(vec![portal(99, 0), portal(101, 0)])
    };
    assert_eq!(derive(&subject).stage, Redeemed);
}

#[test]
fn an_application_or_a_later_success_is_access() {
    let by_row = derive(&accepted(vec![portal(99, 0), sign_in(103, 2, 0)]));
    assert_eq!(
        (by_row.stage, by_row.standing, by_row.times.access),
        (FirstAccess, Fine, Some(minute(103)))
    );

    let by_object = Subject {
        last_successful_at: Some(minute(5000)),
        ..accepted(vec![])
    };
    check(&by_object, FirstAccess, Fine, Cause::Waiting(Waiting::SignedIn));
    assert_eq!(
        derive(&by_object).times.access,
        None,
        "the last success is not the first"
    );
}

#[test]
fn a_sign_in_after_the_redemption_is_no_step_towards_it() {
    let times = derive(&accepted(vec![sign_in(500, 2, 50058), sign_in(501, 2, 0)])).times;
    assert_eq!((times.attempted, times.requirements), (None, None));
    assert_eq!(
        (times.redeemed, times.access),
        (Some(minute(100)), Some(minute(501)))
    );
}

#[test]
fn a_failure_after_access_stops_unless_a_success_followed() {
    let rows = vec![sign_in(103, 2, 0), sign_in(9000, 3, 50105)];
    check(&accepted(rows.clone()), FirstAccess, Stopped, Cause::Code(50105));

    let later = Subject {
        last_successful_at: Some(minute(9001)),
        ..accepted(rows)
    };
    check(&later, FirstAccess, Fine, Cause::Waiting(Waiting::SignedIn));
}

#[test]
fn a_blocked_account_stops_whatever_else_happened() {
    let rows = vec![sign_in(103, 2, 0), trace(7000, What::Blocked)];
    let subject = Subject {
        account_enabled: Some(false),
        ..accepted(rows)
    };
    let journey = derive(&subject);
    assert_eq!(
        (journey.standing, journey.cause),
        (Stopped, Cause::AccountBlocked)
    );
    assert_eq!(journey.stopped_at, Some(minute(7000)));
}

#[test]
fn unblocking_ends_a_stop_by_the_block() {
    let rows = vec![
        trace(7000, What::Blocked),
        sign_in(7100, 2, 500_571),
        trace(7200, What::Unblocked),
    ];
    check(
        &accepted(rows),
        Redeemed,
        Open,
        Cause::Waiting(Waiting::NoSignInSeen),
    );
}

#[test]
fn a_reset_begins_the_journey_anew_but_keeps_the_first_invitation() {
    let rows = vec![
        sign_in(90, 1, 0),
        trace(100, What::Redeemed),
        sign_in(200, 2, 0),
        trace(5000, What::Reset),
    ];
    let journey = derive(&pending(rows));
    assert_eq!((journey.stage, journey.standing), (MailSent, Open));
    assert_eq!(
        (journey.times.invited, journey.times.last_invited),
        (Some(minute(0)), Some(minute(5000)))
    );
    assert_eq!((journey.times.attempted, journey.times.redeemed), (None, None));
}

#[test]
fn whoever_was_never_invited_is_in_with_the_first_access() {
    let subject = Subject {
        state: InvitationState::None,
        state_changed_at: None,
        created_by_invitation: false,
        ..pending(vec![sign_in(10, 1, 0)])
    };
    let journey = derive(&subject);
    assert_eq!(
        (journey.stage, journey.standing, journey.times.invited),
        (FirstAccess, Fine, None)
    );
}

#[test]
fn an_invitation_before_the_held_logs_makes_it_at_least() {
    assert!(!derive(&pending(vec![])).at_least);
    let later = Subject {
        logs_complete_since: Some(minute(1)),
        ..pending(vec![])
    };
    assert!(derive(&later).at_least);
    let never = Subject {
        logs_complete_since: None,
        ..pending(vec![])
    };
    assert!(derive(&never).at_least);
}

#[test]
fn three_signs_of_one_invitation_are_one() {
    let subject = Subject {
        own_invitations: vec![(minute(1), true)],
        ..pending(vec![trace(0, What::Invited)])
    };
    assert_eq!(invitations(&subject).len(), 1);
}
