//! The control interface: clock, people, mailboxes, log, truth, reset.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::Stage;

#[tokio::test]
async fn the_ready_line_can_be_asked_for() {
    let stage = Stage::with_guests(0).await;
    let told: usher_sandbox::Ready = serde_json::from_value(stage.control("ready").await).unwrap();
    assert_eq!(told, stage.sandbox.ready());
    assert_eq!(told.graph, format!("{}/graph", told.url));
}

#[tokio::test]
async fn the_clock_moves_and_events_happen() {
    let stage = Stage::with_guests(300).await;
    let (_, hour) = stage.command("clock", &json!({"advanceSeconds": 3_600})).await;
    assert!(hour["now"].as_str().unwrap() >= "2026-11-23T11:00:00");
    let (_, next) = stage.command("clock", &json!({"nextEvent": true})).await;
    let event = &next["events"][0];
    assert!(!event["text"].as_str().unwrap().is_empty(), "{next}");
    // As instants: written out, a whole second sorts behind its fractions.
    let instant = |value: &Value| {
        value
            .as_str()
            .unwrap()
            .parse::<chrono::DateTime<chrono::Utc>>()
            .unwrap()
    };
    assert!(instant(&event["at"]) <= instant(&next["now"]));
    let date = stage
        .http
        .get(stage.sandbox.url())
        .send()
        .await
        .unwrap()
        .headers()["date"]
        .to_str()
        .unwrap()
        .to_owned();
    let date = chrono::DateTime::parse_from_rfc2822(&date).unwrap();
    assert!((date.to_utc() - stage.sandbox.clock().now()).num_seconds().abs() < 5);
    for bad in [
        json!({}),
        json!({"advanceSeconds": -5}),
        json!({"advanceSeconds": 1, "nextEvent": true}),
        json!({"advanceSeconds": 9_000_000_000_u64}),
    ] {
        assert_eq!(
            stage.command("clock", &bad).await.0,
            StatusCode::BAD_REQUEST,
            "{bad}"
        );
    }
}

#[tokio::test]
async fn the_next_event_may_be_a_deletion_by_policy() {
    let stage = Stage::with_guests(0).await;
    let app = stage.app().await;
    let (_, invited) = app.invite("ida@fabrikam.com").await;
    let guest = invited["invitedUser"]["id"].as_str().unwrap();
    let policy = "policy";
    let mut settings = stage.control(policy).await;
    settings["guestLifecyclePolicy"] = json!({"redemptionThresholdDays": 10, "gracePeriodDays": 2});
    let address = format!("{}/sandbox/api/{policy}", stage.sandbox.url());
    let put = stage.http.put(address).json(&settings).send().await.unwrap();
    assert_eq!(put.status(), StatusCode::NO_CONTENT);
    let before = stage.sandbox.clock().now();
    let (_, moved) = stage.command("clock", &json!({"nextEvent": true})).await;
    let event = &moved["events"][0];
    assert_eq!(event["guest"], guest);
    assert!(
        event["text"]
            .as_str()
            .unwrap()
            .contains("lifecycle policy deleted"),
        "{event}"
    );
    assert_eq!((stage.sandbox.clock().now() - before).num_days(), 12);
    let (_, nothing) = stage.command("clock", &json!({"nextEvent": true})).await;
    assert_eq!(nothing["events"], json!([]));
}

#[tokio::test]
async fn a_redeeming_guest_shows_everywhere() {
    let stage = Stage::with_guests(400).await;
    let before = stage.control("truth").await;
    let (_, moved) = stage
        .command("clock", &json!({"advanceSeconds": 10 * 86_400}))
        .await;
    let redeemed = moved["events"]
        .as_array()
        .unwrap()
        .iter()
        .find(|event| {
            event["text"]
                .as_str()
                .unwrap()
                .ends_with("redeemed the invitation")
        })
        .unwrap();
    let guest = redeemed["guest"].as_str().unwrap();
    let of = |truth: &Value| {
        truth["guests"]
            .as_array()
            .unwrap()
            .iter()
            .find(|own| own["id"] == guest)
            .unwrap()
            .clone()
    };
    let after = stage.control("truth").await;
    assert_eq!(of(&before)["pending"], true);
    assert_eq!(of(&after)["stage"], "firstAccess");
    let app = stage.app().await;
    let user = app
        .get_json(&format!(
            "/v1.0/users/{guest}?$select=externalUserState,mail,signInActivity,identities"
        ))
        .await;
    assert_eq!(user["externalUserState"], "Accepted");
    assert!(user["signInActivity"]["lastSuccessfulSignInDateTime"].is_string());
    assert_ne!(user["identities"][0]["issuer"], "contosob2b.onmicrosoft.com");
    let mail = user["mail"].as_str().unwrap();
    let rows = stage.control(&format!("log?mail={mail}&limit=20")).await["rows"].clone();
    let texts: Vec<_> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["text"].as_str().unwrap())
        .collect();
    assert!(
        texts
            .iter()
            .any(|text| text.starts_with("Redeem external user invite")),
        "{texts:?}"
    );
    assert!(texts.contains(&"Signed in to Microsoft Teams"), "{texts:?}");
    let audits = app
        .get_json(&format!("/v1.0/auditLogs/directoryAudits?$filter=activityDisplayName%20eq%20'Redeem%20external%20user%20invite'%20and%20targetResources/any(t:t/id%20eq%20'{guest}')"))
        .await;
    let text = audits["value"][0]["targetResources"][0]["displayName"]
        .as_str()
        .unwrap();
    assert!(
        text.starts_with("UPN: ") && text.contains(", InvitationId: ") && text.contains(", Source: "),
        "{text}"
    );
}

#[tokio::test]
async fn the_truth_counts_what_it_lists() {
    let stage = Stage::with_guests(500).await;
    let truth = stage.control("truth").await;
    let alive: Vec<_> = truth["guests"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|guest| guest["deleted"] == false)
        .collect();
    let counts = &truth["counts"];
    assert_eq!(counts["total"], alive.len());
    for card in [
        "active",
        "pending",
        "expiring",
        "expired",
        "inactive",
        "neverSignedIn",
    ] {
        let listed = alive.iter().filter(|guest| guest[card] == true).count();
        assert_eq!(counts[card], listed, "{card}");
    }
    let stopped: Vec<_> = alive
        .iter()
        .filter(|guest| guest["standing"] == "stopped")
        .collect();
    assert_eq!(counts["blocked"], stopped.len());
    assert!(stopped.iter().all(|guest| guest["reason"].is_object()));
    let reasons: u64 = counts["reasons"]
        .as_object()
        .unwrap()
        .values()
        .map(|count| count.as_u64().unwrap())
        .sum();
    assert_eq!(reasons, stopped.len() as u64);
    let funnel = &counts["funnel"];
    let steps = [
        "invited",
        "mailSent",
        "attemptedSignIn",
        "requirementsMet",
        "redeemed",
        "firstAccess",
    ]
    .map(|step| funnel[step].as_u64().unwrap());
    assert!(steps.is_sorted_by(|a, b| a >= b), "{steps:?}");
}

#[tokio::test]
async fn facts_about_people_are_kept_and_checked() {
    let stage = Stage::with_guests(0).await;
    let address = format!("{}/sandbox/api/people/ivy@northwind.example", stage.sandbox.url());
    let put = |body: Value| stage.http.put(&address).json(&body).send();
    let kept = put(json!({"hasMsa": true, "country": "NG"})).await.unwrap();
    assert_eq!(kept.status(), StatusCode::OK);
    let facts = stage.control("people/ivy@northwind.example").await["facts"].clone();
    assert_eq!(
        (&facts["hasMsa"], &facts["email"]),
        (&json!(true), &json!("ivy@northwind.example"))
    );
    assert_eq!(
        put(json!({"hasMsa": "perhaps"})).await.unwrap().status(),
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn people_can_be_searched() {
    let stage = Stage::with_guests(200).await;
    let people = stage.control("people?search=grace.liu&limit=5").await["people"].clone();
    assert_eq!(people[0]["mail"], "grace.liu@northwind.example");
    assert_eq!(people[0]["home"], "Managed home tenant");
    assert_eq!(people[0]["mails"], 1);
    assert!(
        stage.control("people?search=nobody-like-this").await["people"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_reset_brings_the_first_day_back() {
    let stage = Stage::with_guests(80).await;
    let app = stage.app().await;
    app.invite("jo@fabrikam.com").await;
    stage
        .command("faults", &json!({"kind": "slow", "milliseconds": 1}))
        .await;
    stage.command("reset", &json!({})).await;
    let state = stage.control("state").await;
    assert_eq!(state["counts"]["guests"], 80);
    assert_eq!(state["faults"], json!([]));
    assert_eq!(stage.control("received").await["requests"], json!([]));
    let (status, _) = stage.app().await.invite("jo@fabrikam.com").await;
    assert_eq!(status, StatusCode::CREATED);
}

#[tokio::test]
async fn switches_say_whether_they_are_on() {
    let stage = Stage::with_guests(60).await;
    for (list, id) in [("faults", "mail-eaten"), ("scenarios", "require-mfa")] {
        let is_on = |all: &Value| {
            let key = if list == "faults" { "switches" } else { "scenarios" };
            all[key]
                .as_array()
                .unwrap()
                .iter()
                .find(|own| own["id"] == id)
                .unwrap()["on"]
                .clone()
        };
        assert_eq!(is_on(&stage.control(list).await), false);
        let (status, told) = stage.command(&format!("{list}/{id}"), &json!({"on": true})).await;
        assert_eq!((status, is_on(&told)), (StatusCode::OK, json!(true)));
        stage
            .command(&format!("{list}/{id}"), &json!({"on": false}))
            .await;
        assert_eq!(is_on(&stage.control(list).await), false);
        assert_eq!(
            stage
                .command(&format!("{list}/no-such"), &json!({"on": true}))
                .await
                .0,
            StatusCode::NOT_FOUND
        );
    }
}
