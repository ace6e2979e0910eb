//! What is derived from the logs agrees with what is true of the tenant, guest by guest.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use usher_console::views::{GuestFilter, GuestView, OverviewFilter, StageView};
use usher_sandbox::{
    Sandbox, SandboxConfig,
    truth::{TrueGuest, TrueReason, Truth, truth},
};

use crate::support::{ADELE, Desk, sync};

type Setting = (u64, u32, &'static str);

/// Seeds, days of lively history, instants: nothing of it is the default. Here all that happened lies in the logs.
const IN_THE_LOGS: [Setting; 3] = [
    (7, 20, "2026-11-23T09:00:00Z"),
    (2_026, 28, "2026-03-01T23:30:00Z"),
    (424_242, 12, "2027-01-02T00:10:00Z"),
];

/// Here the logs have forgotten most of it.
const FORGOTTEN: [Setting; 2] = [
    (8, 45, "2026-03-01T23:30:00Z"),
    (31_337, 90, "2027-01-02T00:10:00Z"),
];

fn tenant((seed, days, now): Setting, retention_days: u32) -> SandboxConfig {
    SandboxConfig {
        seed,
        days,
        guests: 200,
        now: Some(now.parse().expect("a time")),
        retention_days,
        ..SandboxConfig::default()
    }
}

fn true_of(sandbox: &Sandbox) -> Truth {
    truth(&sandbox.state().world())
}

/// All rows, those in the bin too, by object id.
async fn rows(desk: &Desk) -> HashMap<String, GuestView> {
    let mut rows = desk.guests(GuestFilter::default()).await;
    let bin = GuestFilter {
        deleted: true,
        ..GuestFilter::default()
    };
    rows.extend(desk.guests(bin).await);
    rows.into_iter().map(|row| (row.id.clone(), row)).collect()
}

fn word(value: impl serde::Serialize) -> Value {
    serde_json::to_value(value).expect("a word")
}

/// Whether the row tells why the guest is stopped as the truth has it.
fn tells(row: &GuestView, guest: &TrueGuest) -> bool {
    let Some(reason) = &row.reason else { return false };
    match &guest.reason {
        // A blocked account is the cause, whatever else went wrong before.
        Some(_) if !guest.account_enabled => reason.code == Some(500_571),
        Some(TrueReason::Code(code)) => reason.code == Some(*code),
        Some(TrueReason::Blocked) => reason.code == Some(500_571),
        Some(TrueReason::Unsubscribed) => reason.title.to_lowercase().contains("unsubscribed"),
        Some(TrueReason::RedemptionRefused) => reason.code.is_none() && !reason.interrupted,
        None => row.standing != usher_console::views::StandingView::Stopped,
    }
}

/// What differs between a row and the truth, in words.
fn difference(row: &GuestView, guest: &TrueGuest) -> Option<String> {
    let invited = guest.stage.is_some();
    let state = guest.invitation_state.map_or(json!("none"), camel);
    let differing: Vec<String> = [
        ("state", word(row.invitation_state) == state),
        ("enabled", row.account_enabled == guest.account_enabled),
        ("deleted", row.deleted_at.is_some() == guest.deleted),
        // Whoever was never invited has no stage in truth; the list shows how far the logs got anyway.
        ("stage", !invited || word(row.stage) == word(guest.stage)),
        ("standing", !invited || word(row.standing) == word(guest.standing)),
        ("reason", !invited || tells(row, guest)),
    ]
    .into_iter()
    .filter(|(_, same)| !same)
    .map(|(name, _)| name.to_owned())
    .collect();
    (!differing.is_empty()).then(|| format!("{}: {row:?} {guest:?}", differing.join(", ")))
}

fn camel(state: impl serde::Serialize) -> Value {
    let text = word(state).as_str().unwrap_or_default().to_owned();
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_ascii_lowercase());
    Value::from(first.into_iter().chain(letters).collect::<String>())
}

/// Whether a row whose journey began before the logs claims no more than is true. That a mail was sent is assumed until a
/// row says otherwise, so that one stage may be said too early.
fn claims_too_much(row: &GuestView, guest: &TrueGuest) -> bool {
    let real = guest.stage.map_or(0, |stage| stage as usize);
    row.stage as usize > real && row.stage > StageView::MailSent
}

async fn compare(desk: &Desk, setting: &str) -> usize {
    let truth = true_of(&desk.sandbox);
    let rows = rows(desk).await;
    let known: HashSet<String> = truth.guests.iter().map(|guest| guest.id.to_string()).collect();
    // Who left the bin for good is no longer true of the tenant, and not forgotten here.
    assert!(
        rows.values()
            .all(|row| known.contains(&row.id) || row.deleted_at.is_some()),
        "{setting}"
    );
    let mut whole = 0;
    for guest in &truth.guests {
        let row = &rows[&guest.id.to_string()];
        if row.at_least && guest.stage.is_some() {
            assert!(!claims_too_much(row, guest), "{setting}: {row:?} {guest:?}");
        } else {
            whole += 1;
            assert_eq!(difference(row, guest), None, "{setting}");
        }
    }
    whole
}

/// Compares the numbers of the Overview.
async fn compare_numbers(desk: &Desk, setting: &str) {
    let counts = word(true_of(&desk.sandbox).counts);
    let everything = OverviewFilter {
        days: Some(3_650),
        ..OverviewFilter::default()
    };
    let overview = desk.console.overview(everything).await.expect("an overview");
    for stage in &overview.funnel.stages {
        let name = word(stage.stage);
        let name = name.as_str().expect("a stage");
        let seen = stage.guests.expect("a count");
        assert_eq!(json!(seen.value), counts["funnel"][name], "{setting} {name}");
    }
    for card in &overview.cards {
        let name = word(card.kind);
        let name = name.as_str().expect("a card");
        let seen = card.count.expect("a count").value;
        assert_eq!(json!(seen), counts[name], "{setting} {name}");
    }
    for reason in overview
        .reasons
        .iter()
        .filter(|own| own.reason.code != Some(500_571))
    {
        if let Some(code) = reason.reason.code {
            let real = &counts["reasons"][code.to_string()];
            assert_eq!(json!(reason.guests.value), *real, "{setting} {code}");
        }
    }
}

#[tokio::test]
async fn with_the_history_in_the_logs_every_guest_and_every_number_is_as_is_true() {
    for setting in IN_THE_LOGS {
        let desk = Desk::of(tenant(setting, 30), ADELE).await;
        assert!(compare(&desk, &format!("{setting:?}")).await > 40);
        // What lies before the logs is known from the user objects, as long as these are not in the bin.
        let truth = true_of(&desk.sandbox);
        let rows = rows(&desk).await;
        for guest in truth.guests.iter().filter(|guest| !guest.deleted) {
            assert_eq!(
                difference(&rows[&guest.id.to_string()], guest),
                None,
                "{setting:?}"
            );
        }
        compare_numbers(&desk, &format!("{setting:?}")).await;
    }
}

/// Medians are those of guests whose whole journey is in the logs.
async fn compare_medians(desk: &Desk, setting: &str) {
    let truth = true_of(&desk.sandbox);
    let rows = rows(desk).await;
    let overview = desk
        .console
        .overview(OverviewFilter::default())
        .await
        .expect("an overview");
    let since = truth.now - TimeDelta::days(90);
    let whole = || {
        truth.guests.iter().filter(|guest| {
            !guest.deleted
                && guest.times.invited.is_some_and(|at| at >= since)
                && !rows[&guest.id.to_string()].at_least
        })
    };
    let attempted = median(whole().map(|guest| {
        // Who was redeemed automatically did not come before.
        let came = guest.times.attempted_sign_in;
        let came = came.filter(|at| guest.times.redeemed.is_none_or(|redeemed| *at <= redeemed));
        (guest.times.invited, came)
    }));
    let access = median(
        whole()
            .filter(|guest| guest.stage == Some(usher_sandbox::truth::TrueStage::FirstAccess))
            .map(|guest| (guest.times.redeemed, guest.times.first_access)),
    );
    let seen = |index: usize| overview.funnel.stages[index].median_seconds.map(i64::from);
    // Log rows are kept to the second.
    let near = |a: Option<i64>, b: Option<i64>| a.zip(b).map_or(a == b, |(a, b)| (a - b).abs() <= 1);
    assert!(near(seen(2), attempted), "{setting}: {:?} {attempted:?}", seen(2));
    assert!(near(seen(5), access), "{setting}: {:?} {access:?}", seen(5));
}

#[tokio::test]
async fn with_forgetful_logs_nothing_is_claimed_that_is_not_true() {
    for setting in FORGOTTEN {
        let desk = Desk::of(tenant(setting, 30), ADELE).await;
        assert!(compare(&desk, &format!("{setting:?}")).await > 15);
        compare_medians(&desk, &format!("{setting:?}")).await;
    }
}

type Step = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

fn median(steps: impl Iterator<Item = Step>) -> Option<i64> {
    let mut waits: Vec<i64> = steps
        .filter_map(|(from, to)| Some((to? - from?).num_seconds()))
        .collect();
    waits.sort_unstable();
    waits.get(waits.len().checked_sub(1)? / 2).copied()
}

#[tokio::test]
async fn what_happens_after_the_first_reading_is_taken_in() {
    let desk = Desk::of(tenant(IN_THE_LOGS[0], 30), ADELE).await;
    for days in [3, 9, 40] {
        desk.sandbox.state().advance(TimeDelta::days(days));
        desk.console.follow_sandbox_clock(desk.sandbox.clock().now());
        sync(&desk.console).await;
        compare(&desk, &format!("after {days} more days")).await;
    }
}

#[tokio::test]
async fn without_a_licence_what_only_sign_ins_show_is_not_known() {
    let desk = Desk::of(tenant(IN_THE_LOGS[0], 7), ADELE).await;
    let overview = desk
        .console
        .overview(OverviewFilter::default())
        .await
        .expect("an overview");
    for stage in &overview.funnel.stages {
        let name = word(stage.stage);
        let only_sign_ins = ["attemptedSignIn", "firstAccess"].iter().any(|own| name == *own);
        assert_eq!(stage.guests.is_none(), only_sign_ins, "{name}");
        assert!(!only_sign_ins || stage.median_seconds.is_none(), "{name}");
    }
    for card in &overview.cards {
        let name = word(card.kind);
        let only_sign_ins = ["active", "inactive", "neverSignedIn"]
            .iter()
            .any(|own| name == *own);
        assert_eq!(card.count.is_none(), only_sign_ins, "{name}");
    }
    compare(&desk, "no licence").await;
    let rows = rows(&desk).await;
    assert!(
        rows.values()
            .all(|row| row.at_least && row.last_successful_sign_in_at.is_none())
    );
}
