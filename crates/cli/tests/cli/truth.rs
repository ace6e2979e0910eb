//! What is printed agrees with what is true of the sandbox tenant, number by number and guest by guest.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::{Desk, Served};

const NOW: &str = "2026-11-23T09:00:00Z";

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("no number: {value}"))
}

/// The rows of a list by one of their members.
fn by<'v>(rows: &'v Value, key: &str) -> BTreeMap<String, &'v Value> {
    let rows = rows.as_array().expect("a list").iter();
    rows.map(|row| (row[key].as_str().expect("a key").to_owned(), row))
        .collect()
}

#[tokio::test]
async fn with_the_whole_history_in_the_logs_every_number_is_the_true_one() {
    let served = Served::start(&[
        "--now",
        NOW,
        "--guests",
        "600",
        "--days",
        "20",
        "--retention-days",
        "400",
    ]);
    let desk = Desk::synced(&served);
    let truth = served.ask("truth").await;
    let funnel = desk.ask(&["funnel", "--days", "3650"]);

    let stages = by(&funnel["stages"], "stage");
    assert_eq!(stages.len(), 6);
    for (stage, row) in &stages {
        assert_eq!(row["guests"], truth["counts"]["funnel"][stage], "{stage}");
    }
    let cards = by(&funnel["cards"], "card");
    assert_eq!(cards.len(), 8);
    for (card, row) in &cards {
        assert_eq!(row["guests"], truth["counts"][card], "{card}");
    }

    let guests = desk.ask(&["guests", "--all"]);
    let seen = by(&guests["items"], "id");
    let invited = truth["guests"]
        .as_array()
        .expect("guests")
        .iter()
        .filter(|guest| guest["deleted"] == false);
    let mut compared = 0;
    for guest in invited {
        let row = seen[guest["id"].as_str().expect("an id")];
        assert_eq!(row["mail"], guest["mail"]);
        // Whoever was never invited has no stage in truth; the list shows how far the logs got anyway.
        if !guest["stage"].is_null() {
            assert_eq!(row["stage"], guest["stage"], "{row}");
            assert_eq!(row["standing"], guest["standing"], "{row}");
        }
        compared += 1;
    }
    assert_eq!((compared, seen.len()), (600, 600));
    assert_eq!(guests["next"], Value::Null);

    let failures = desk.ask(&["failures"]);
    let by_code: i64 = failures["reasons"]
        .as_array()
        .expect("reasons")
        .iter()
        .map(|row| number(&row["guests"]))
        .sum();
    assert_eq!(by_code, number(&truth["counts"]["blocked"]));
    for reason in failures["reasons"].as_array().expect("reasons") {
        if let Some(code) = reason["code"].as_u64() {
            assert_eq!(
                reason["guests"],
                truth["counts"]["reasons"][code.to_string()],
                "{code}"
            );
        }
    }
}

#[tokio::test]
async fn what_the_logs_no_longer_hold_makes_a_number_at_least_and_never_too_large() {
    let served = Served::start(&["--now", NOW, "--guests", "600"]);
    let desk = Desk::synced(&served);
    let truth = served.ask("truth").await;
    let funnel = desk.ask(&["funnel"]);

    for stage in ["attemptedSignIn", "requirementsMet", "firstAccess"] {
        let row = by(&funnel["stages"], "stage")[stage].clone();
        assert_eq!(row["atLeast"], true, "{stage}");
        assert!(
            number(&row["guests"]) <= number(&truth["counts"]["funnelRecent"][stage]),
            "{stage}"
        );
    }
    for stage in ["invited", "mailSent", "redeemed"] {
        let row = by(&funnel["stages"], "stage")[stage].clone();
        assert_eq!(row["atLeast"], false, "{stage}");
        assert_eq!(row["guests"], truth["counts"]["funnelRecent"][stage], "{stage}");
    }
    for card in [
        "total",
        "active",
        "pending",
        "expiring",
        "expired",
        "inactive",
        "neverSignedIn",
    ] {
        let row = by(&funnel["cards"], "card")[card].clone();
        assert_eq!(
            (&row["guests"], &row["atLeast"]),
            (&truth["counts"][card], &Value::Bool(false)),
            "{card}"
        );
    }
    let coverage = desk.ask(&["coverage", "--days", "90"]);
    assert_eq!(coverage["totalDays"], 90);
    assert!(number(&coverage["incompleteSignInDays"]) >= 59);
    assert_eq!(coverage["fetchableDays"], 0);
}

#[tokio::test]
async fn pages_join_to_the_whole_list() {
    let served = Served::start(&["--now", NOW, "--guests", "60"]);
    let desk = Desk::synced(&served);
    let all = desk.ask(&["guests", "--all"]);
    let mut joined = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let mut arguments = vec!["guests", "--limit", "7"];
        arguments.extend(after.iter().flat_map(|cursor| ["--after", cursor.as_str()]));
        let page = desk.ask(&arguments);
        joined.extend(page["items"].as_array().expect("items").clone());
        let Some(next) = page["next"].as_str() else { break };
        after = Some(next.to_owned());
    }
    assert_eq!(Value::from(joined), all["items"]);
    assert_eq!(all["matching"], 60);
}
