//! `usherctl sandbox`: cases played from a file, faults switched on from a file.

use std::{fs, path::Path};

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Served, client, json as printed, text, usherctl};

fn case(name: &str, outcome: &str) -> Value {
    json!({
        "name": name,
        "tenant": {"crossTenant": {"inboundB2B": "block"}},
        "invitee": {
            "email": "mia.berg@fabrikam.com",
            "homeTenant": {"exists": true, "kind": "managed", "accountExists": true},
        },
        "guest_actions": [],
        "expected": {"path": "none", "outcome": outcome, "audit_activities": ["Invite external user"]},
    })
}

fn play(file: &Value, flags: &[&str]) -> std::process::Output {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("cases.json");
    fs::write(&path, file.to_string()).expect("a file");
    usherctl(folder.path())
        .args(["sandbox", "play"])
        .arg(&path)
        .args(flags)
        .output()
        .expect("usherctl runs")
}

#[test]
fn a_played_file_tells_of_each_case_and_ends_in_1_where_one_differs() {
    let cases = json!([
        case("as it is", "refused_at_invite"),
        case("as it is not", "signed_in")
    ]);
    let output = play(&cases, &["--json"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let reports = printed(&output);
    let members = |report: &Value| {
        report
            .as_object()
            .expect("an object")
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(
        members(&reports[0]),
        ["actual", "differences", "expected", "name", "passed"]
    );
    assert_eq!(
        (&reports[0]["passed"], &reports[0]["differences"]),
        (&json!(true), &json!([]))
    );
    assert_eq!(
        (&reports[1]["name"], &reports[1]["passed"]),
        (&json!("as it is not"), &json!(false))
    );
    assert_eq!(
        reports[1]["differences"],
        json!([{"field": "outcome", "expected": "signed_in", "actual": "refused_at_invite"}])
    );
    assert_eq!(reports[1]["expected"]["outcome"], "signed_in");
    assert_eq!(reports[1]["actual"]["outcome"], "refused_at_invite");

    let all_fine = play(&json!([case("as it is", "refused_at_invite")]), &[]);
    assert_eq!(all_fine.status.code(), Some(0));
    assert_eq!(text(&all_fine.stdout), "1 of 1 cases passed.\n");
}

#[test]
fn a_word_nobody_knows_names_the_case_and_the_word() {
    let mut odd = case("odd one", "refused_at_invite");
    odd["guest_actions"] = json!(["open_email_link", "open_the_window"]);
    let output = play(&json!([case("fine", "refused_at_invite"), odd]), &["--json"]);
    assert_eq!(output.status.code(), Some(2));
    let message = text(&output.stderr);
    for word in ["odd one", "guest_actions[1]", "open_the_window"] {
        assert!(message.contains(word), "{word}: {message}");
    }
}

async fn get(served: &Served, token: &str, path: &str) -> Result<reqwest::Response, reqwest::Error> {
    let graph = served.ready()["graph"].as_str().expect("an address");
    client()
        .get(format!("{graph}{path}"))
        .bearer_auth(token)
        .send()
        .await
}

async fn status(served: &Served, token: &str, path: &str) -> StatusCode {
    get(served, token, path).await.expect("an answer").status()
}

fn serve_with(folder: &Path, faults: &Value) -> Served {
    let file = folder.join("faults.json");
    fs::write(&file, faults.to_string()).expect("a file");
    Served::start(&[
        "--guests",
        "30",
        "--now",
        "2026-11-23T09:00:00Z",
        "--faults",
        file.to_str().expect("a path"),
    ])
}

#[tokio::test]
async fn faults_of_the_wire_come_from_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let once = |kind: &str, path: &str| json!({"kind": kind, "count": 1, "pathPrefix": format!("/graph/v1.0/{path}")});
    let mut with_retry_after = once("tooManyRequests", "organization");
    with_retry_after["retryAfter"] = json!("7");
    let mut slow = once("slow", "identity");
    slow["milliseconds"] = json!(250);
    let faults = json!({"faults": [
        with_retry_after, once("tooManyRequests", "organization"), once("serviceUnavailable", "domains"), slow,
        once("cutConnection", "policies/authorizationPolicy"), once("expiredSkipToken", "auditLogs"),
        once("tokenExpired", "users"), once("claimsChallenge", "policies/crossTenantAccessPolicy"),
    ]});
    let served = serve_with(folder.path(), &faults);
    assert_eq!(
        served.ask("faults").await["faults"].as_array().map(Vec::len),
        Some(8)
    );
    let token = served.token().await;

    let first = get(&served, &token, "/v1.0/organization")
        .await
        .expect("an answer");
    assert_eq!(first.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(first.headers()["retry-after"], "7");
    let second = get(&served, &token, "/v1.0/organization")
        .await
        .expect("an answer");
    assert_eq!(second.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(second.headers().get("retry-after").is_none());
    assert_eq!(
        status(&served, &token, "/v1.0/organization").await,
        StatusCode::OK
    );

    assert_eq!(
        status(&served, &token, "/v1.0/domains").await,
        StatusCode::SERVICE_UNAVAILABLE
    );
    let started = std::time::Instant::now();
    assert_eq!(
        status(&served, &token, "/v1.0/identity/identityProviders").await,
        StatusCode::OK
    );
    assert!(started.elapsed().as_millis() >= 250);
    let cut = match get(&served, &token, "/v1.0/policies/authorizationPolicy").await {
        Ok(answer) => answer.bytes().await.is_err(),
        Err(_) => true,
    };
    assert!(cut, "the answer must break off");
    let page: Value = get(&served, &token, "/v1.0/auditLogs/directoryAudits?$top=5")
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    let next = page["@odata.nextLink"].as_str().expect("a next page").to_owned();
    let follow = || client().get(&next).bearer_auth(&token).send();
    assert_eq!(
        follow().await.expect("an answer").status(),
        StatusCode::BAD_REQUEST
    );
    assert_eq!(follow().await.expect("an answer").status(), StatusCode::OK);
    assert_eq!(
        status(&served, &token, "/v1.0/users").await,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(status(&served, &token, "/v1.0/users").await, StatusCode::OK);
    let challenged = get(&served, &token, "/v1.0/policies/crossTenantAccessPolicy")
        .await
        .expect("an answer");
    assert_eq!(challenged.status(), StatusCode::UNAUTHORIZED);
    let header = challenged.headers()["www-authenticate"]
        .to_str()
        .expect("text")
        .to_owned();
    assert!(
        header.contains("insufficient_claims") && header.contains("claims=\""),
        "{header}"
    );
    assert_eq!(
        served.ask("faults").await["faults"],
        json!([]),
        "each struck once"
    );
}

#[tokio::test]
async fn faults_of_the_tenant_come_from_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let faults = json!([
        {"kind": "replicationLag", "seconds": 60},
        {"kind": "logLag", "seconds": 3600},
        {"kind": "logDisorder", "seconds": 600},
        {"kind": "mailEaten"},
        {"kind": "homeOutage"},
    ]);
    let served = serve_with(folder.path(), &faults);
    let token = served.token().await;
    let graph = served.ready()["graph"].as_str().expect("an address");
    let body = json!({"invitedUserEmailAddress": "kim@fabrikam.com", "inviteRedirectUrl": "https://example.com",
        "sendInvitationMessage": true});
    let made: Value = client()
        .post(format!("{graph}/v1.0/invitations"))
        .bearer_auth(&token)
        .json(&body)
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    let guest = format!(
        "/v1.0/users/{}",
        made["invitedUser"]["id"].as_str().expect("an id")
    );
    let about_kim = async || {
        let path = "/v1.0/auditLogs/directoryAudits?$filter=activityDisplayName%20eq%20'Invite%20external%20user'%20and%20activityDateTime%20ge%202026-11-23T09:00:00Z";
        let rows: Value = get(&served, &token, path)
            .await
            .expect("an answer")
            .json()
            .await
            .expect("JSON");
        rows["value"].as_array().expect("rows").len()
    };
    assert_eq!(status(&served, &token, &guest).await, StatusCode::NOT_FOUND);
    assert_eq!(about_kim().await, 0, "the row is late");
    assert_eq!(served.ask("inbox/kim@fabrikam.com").await["mails"], json!([]));
    served.tell("clock", &json!({"advanceSeconds": 61})).await;
    assert_eq!(status(&served, &token, &guest).await, StatusCode::OK);
    served.tell("clock", &json!({"advanceSeconds": 1_800})).await;
    assert_eq!(about_kim().await, 0, "the row is still late");
    let kinds = served.ask("faults").await["switches"].clone();
    let on: Vec<&str> = kinds
        .as_array()
        .expect("switches")
        .iter()
        .filter(|switch| switch["on"] == true)
        .filter_map(|switch| switch["id"].as_str())
        .collect();
    assert!(
        on.contains(&"home-outage") && on.contains(&"mail-eaten"),
        "{on:?}"
    );
}

#[test]
fn a_file_of_faults_nobody_knows_is_told_before_anything_is_served() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("faults.json");
    for (bad, word) in [
        ("[{\"kind\": \"earthquake\"}]", "earthquake"),
        ("[{\"kind\": \"slow\"}]", "milliseconds"),
        ("not JSON", "expected"),
    ] {
        fs::write(&file, bad).expect("a file");
        let output = usherctl(folder.path())
            .args(["sandbox", "serve", "--faults"])
            .arg(&file)
            .output()
            .expect("usherctl runs");
        assert_eq!(output.status.code(), Some(2), "{bad}");
        assert!(
            text(&output.stderr).contains(word),
            "{bad}: {}",
            text(&output.stderr)
        );
        assert!(output.stdout.is_empty(), "nothing is served");
    }
}
