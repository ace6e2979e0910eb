//! Bad days, as clients see them.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{ADELE, Stage, error_of};

async fn with(stage: &Stage, faults: Value) {
    let (status, body) = stage.command("faults", &faults).await;
    assert_eq!(status, StatusCode::OK, "{body}");
}

#[tokio::test]
async fn throttling_counts_down_and_says_how_long() {
    let stage = Stage::with_guests(5).await;
    let app = stage.app().await;
    with(
        &stage,
        json!([
            {"kind": "tooManyRequests", "retryAfter": "2.128", "count": 1},
            {"kind": "tooManyRequests", "count": 1, "pathPrefix": "/graph/v1.0/users"},
        ]),
    )
    .await;
    let first = app.get("/v1.0/users").await;
    assert_eq!(
        (first.status(), first.headers()["retry-after"].to_str().unwrap()),
        (StatusCode::TOO_MANY_REQUESTS, "2.128")
    );
    assert_eq!(app.get("/v1.0/organization").await.status(), StatusCode::OK);
    let second = app.get("/v1.0/users").await;
    assert_eq!(second.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(second.headers().get("retry-after").is_none());
    assert_eq!(error_of(&second.json().await.unwrap()).0, "TooManyRequests");
    assert_eq!(app.get("/v1.0/users").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn the_wire_breaks_in_every_way_asked_for() {
    let stage = Stage::with_guests(50).await;
    let app = stage.app().await;
    with(
        &stage,
        json!([{"kind": "serviceUnavailable", "status": 504, "retryAfter": "1", "count": 1}]),
    )
    .await;
    assert_eq!(app.get("/v1.0/users").await.status(), StatusCode::GATEWAY_TIMEOUT);
    with(&stage, json!([{"kind": "htmlPage", "count": 1}])).await;
    let page = app.get("/v1.0/users").await;
    assert!(
        page.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
    with(&stage, json!([{"kind": "truncatedBody", "count": 1}])).await;
    let half = app.get("/v1.0/users").await;
    assert_eq!(half.status(), StatusCode::OK);
    assert!(serde_json::from_slice::<Value>(&half.bytes().await.unwrap()).is_err());
    with(
        &stage,
        json!([{"kind": "cutConnection", "afterBytes": 64, "count": 1}]),
    )
    .await;
    let broken = match app.request(reqwest::Method::GET, "/v1.0/users").send().await {
        Ok(answer) => answer.bytes().await.is_err(),
        Err(_) => true,
    };
    assert!(broken);
    with(&stage, json!([{"kind": "slow", "milliseconds": 300, "count": 1}])).await;
    let started = std::time::Instant::now();
    assert_eq!(app.get("/v1.0/users").await.status(), StatusCode::OK);
    assert!(started.elapsed().as_millis() >= 300);
    assert_eq!(app.get("/v1.0/users").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn without_a_network_nothing_is_answered_and_nothing_done() {
    let stage = Stage::with_guests(0).await;
    let app = stage.app().await;
    with(&stage, json!([{"kind": "networkGone"}])).await;
    let body =
        json!({"invitedUserEmailAddress": "kim@fabrikam.com", "inviteRedirectUrl": crate::support::REDIRECT});
    let post = app
        .request(reqwest::Method::POST, "/v1.0/invitations")
        .json(&body);
    assert!(post.send().await.is_err());
    assert!(
        app.request(reqwest::Method::GET, "/v1.0/users")
            .send()
            .await
            .is_err()
    );
    with(&stage, json!([])).await;
    let found = app
        .get_json("/v1.0/users?$filter=mail%20eq%20'kim@fabrikam.com'")
        .await;
    assert!(found["value"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_lost_answer_is_a_deed_done() {
    let stage = Stage::with_guests(0).await;
    let app = stage.app().await;
    with(
        &stage,
        json!([{"kind": "lostAnswer", "count": 1, "pathPrefix": "/graph/v1.0/invitations"}]),
    )
    .await;
    let body =
        json!({"invitedUserEmailAddress": "kim@fabrikam.com", "inviteRedirectUrl": crate::support::REDIRECT});
    let lost = match app
        .request(reqwest::Method::POST, "/v1.0/invitations")
        .json(&body)
        .send()
        .await
    {
        Ok(answer) => answer.bytes().await.is_err(),
        Err(_) => true,
    };
    assert!(lost);
    let found = app
        .get_json("/v1.0/users?$filter=mail%20eq%20'kim@fabrikam.com'")
        .await;
    assert_eq!(found["value"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn tokens_and_skip_tokens_stop_being_taken() {
    let stage = Stage::with_guests(50).await;
    let app = stage.app().await;
    let link = app.get_json("/v1.0/auditLogs/directoryAudits?$top=5").await["@odata.nextLink"]
        .as_str()
        .unwrap()
        .to_owned();
    with(&stage, json!([{"kind": "expiredSkipToken", "count": 1}, {"kind": "tokenExpired", "count": 1, "pathPrefix": "/graph/v1.0/organization"}])).await;
    assert_eq!(app.get(&link).await.status(), StatusCode::BAD_REQUEST);
    assert_eq!(app.get(&link).await.status(), StatusCode::OK);
    assert_eq!(
        app.get("/v1.0/organization").await.status(),
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(app.get("/v1.0/organization").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_claims_challenge_names_its_claims() {
    let stage = Stage::with_guests(0).await;
    let adele = stage.admin(ADELE, &["User.Read"]).await;
    stage.command("clock", &json!({"advanceSeconds": 5})).await;
    with(&stage, json!({"kind": "claimsChallenge"})).await;
    let refused = adele.get("/v1.0/me").await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    let header = refused.headers()["www-authenticate"].to_str().unwrap().to_owned();
    assert!(
        header.contains("error=\"insufficient_claims\"") && header.contains("claims=\""),
        "{header}"
    );
    assert_eq!(
        stage
            .admin(ADELE, &["User.Read"])
            .await
            .get("/v1.0/me")
            .await
            .status(),
        StatusCode::OK
    );
}

#[tokio::test]
async fn fresh_guests_and_rows_can_lag() {
    let stage = Stage::with_guests(0).await;
    let app = stage.app().await;
    with(
        &stage,
        json!([{"kind": "replicationLag", "seconds": 60}, {"kind": "logLag", "seconds": 120}]),
    )
    .await;
    let (_, invitation) = app.invite("lee@fabrikam.com").await;
    let path = format!(
        "/v1.0/users/{}",
        invitation["invitedUser"]["id"].as_str().unwrap()
    );
    let audits = "/v1.0/auditLogs/directoryAudits";
    assert_eq!(app.get(&path).await.status(), StatusCode::NOT_FOUND);
    stage.command("clock", &json!({"advanceSeconds": 61})).await;
    assert_eq!(app.get(&path).await.status(), StatusCode::OK);
    assert!(app.all(audits).await.is_empty());
    stage.command("clock", &json!({"advanceSeconds": 60})).await;
    assert_eq!(app.all(audits).await.len(), 2);
}

#[tokio::test]
async fn rows_can_come_out_of_order() {
    let stage = Stage::with_guests(0).await;
    let app = stage.app().await;
    with(&stage, json!({"kind": "logDisorder", "seconds": 600})).await;
    let audits = "/v1.0/auditLogs/directoryAudits";
    for mail in ["a@fabrikam.com", "b@fabrikam.com", "c@fabrikam.com"] {
        app.invite(mail).await;
        stage.command("clock", &json!({"advanceSeconds": 1})).await;
    }
    let seen_first = app.all(audits).await;
    stage.command("clock", &json!({"advanceSeconds": 600})).await;
    let whole = app.all(audits).await;
    assert!(!seen_first.is_empty() && seen_first.len() < whole.len());
    let time = |row: &Value| row["activityDateTime"].as_str().unwrap().to_owned();
    let newest_seen = seen_first.iter().map(time).max().unwrap();
    let late: Vec<&Value> = whole.iter().filter(|row| !seen_first.contains(row)).collect();
    assert!(
        late.iter().any(|row| time(row) < newest_seen),
        "a late row is older than one seen before"
    );
}

#[tokio::test]
async fn a_fault_of_the_sign_in_that_has_struck_does_not_come_back_with_another() {
    let stage = Stage::with_guests(0).await;
    with(&stage, json!({"kind": "tokensUnavailable", "count": 1})).await;
    let ready = stage.sandbox.ready();
    let address = format!("{}/{}/oauth2/v2.0/token", ready.login, ready.tenant_id);
    let ask = || {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", ready.app_only.client_id.as_str()),
            ("client_secret", ready.app_only.client_secret.as_str()),
            ("scope", "https://graph.microsoft.com/.default"),
        ];
        stage.http.post(&address).form(&form).send()
    };
    assert!(!ask().await.unwrap().status().is_success());
    assert_eq!(stage.control("faults").await["faults"], json!([]));
    with(&stage, json!({"kind": "mailEaten"})).await;
    assert_eq!(ask().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn a_counted_claims_challenge_strikes_so_many_requests() {
    let stage = Stage::with_guests(0).await;
    let app = stage.app().await;
    with(&stage, json!({"kind": "claimsChallenge", "count": 1})).await;
    let challenged = app.get("/v1.0/organization").await;
    assert_eq!(challenged.status(), StatusCode::UNAUTHORIZED);
    let header = challenged.headers()["www-authenticate"].to_str().unwrap();
    assert!(header.contains("insufficient_claims"), "{header}");
    assert_eq!(app.get("/v1.0/organization").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn eaten_mail_does_not_arrive_and_leaves_no_trace() {
    let stage = Stage::with_guests(0).await;
    let app = stage.app().await;
    with(&stage, json!({"kind": "mailEaten"})).await;
    app.invite("max@fabrikam.com").await;
    assert_eq!(stage.control("inbox/max@fabrikam.com").await["mails"], json!([]));
    let rows = app.all("/v1.0/auditLogs/directoryAudits").await;
    assert!(
        rows.iter()
            .all(|row| !row["activityDisplayName"].as_str().unwrap().contains("Email"))
    );
}

#[tokio::test]
async fn a_fault_nobody_knows_is_refused() {
    let stage = Stage::with_guests(0).await;
    for bad in [
        json!({"kind": "earthquake"}),
        json!([{"kind": "slow"}]),
        json!("slow"),
        json!({"kind": "slow", "milliseconds": 1, "colour": "red"}),
    ] {
        assert_eq!(
            stage.command("faults", &bad).await.0,
            StatusCode::BAD_REQUEST,
            "{bad}"
        );
    }
}
