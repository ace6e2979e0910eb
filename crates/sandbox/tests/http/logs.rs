//! Both logs: order, pages, windows, filters, versions, rights.

use reqwest::StatusCode;
use serde_json::{Value, json};
use usher_sandbox::SandboxConfig;

use crate::support::{ADELE, GRADY, MEGAN, Stage, error_of};

const AUDITS: &str = "/v1.0/auditLogs/directoryAudits";
const SIGN_INS: &str = "/v1.0/auditLogs/signIns";

fn times(rows: &[Value], name: &str) -> Vec<String> {
    rows.iter()
        .map(|row| row[name].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn pages_are_full_newest_first_and_complete() {
    let stage = Stage::with(SandboxConfig {
        guests: 500,
        retention_days: 200,
        ..SandboxConfig::default()
    })
    .await;
    let app = stage.app().await;
    for (path, time) in [(AUDITS, "activityDateTime"), (SIGN_INS, "createdDateTime")] {
        let first = app.get_json(path).await;
        assert_eq!(first["value"].as_array().unwrap().len(), 1_000, "{path}");
        let link = first["@odata.nextLink"].as_str().unwrap();
        assert!(
            link.starts_with(&format!("{}{path}?", stage.sandbox.ready().graph)),
            "{link}"
        );
        let rows = app.all(path).await;
        let found = times(&rows, time);
        assert!(found.is_sorted_by(|a, b| a >= b), "{path}");
        let mut ids: Vec<_> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), rows.len(), "{path}");
        let oldest = "2026-05-07T10:00:00Z";
        assert!(
            found.last().unwrap().as_str() >= oldest,
            "{path}: {:?}",
            found.last()
        );
        // In small pages the same comes out.
        let small = app.all(&format!("{path}?$top=333")).await;
        assert_eq!(small.len(), rows.len());
        assert_eq!(small, rows);
    }
}

#[tokio::test]
async fn a_window_and_its_halves_agree() {
    let stage = Stage::with_guests(300).await;
    let app = stage.app().await;
    for (path, time) in [(AUDITS, "activityDateTime"), (SIGN_INS, "createdDateTime")] {
        let between = |from: &str, to: &str| {
            format!("{path}?$filter={time}%20ge%20{from}%20and%20{time}%20lt%20{to}&$orderby={time}%20desc")
        };
        let (a, b, c) = (
            "2026-11-09T00:00:00Z",
            "2026-11-12T12:34:56Z",
            "2026-11-20T00:00:00Z",
        );
        let whole = app.all(&between(a, c)).await;
        let mut halves = app.all(&between(b, c)).await;
        halves.extend(app.all(&between(a, b)).await);
        assert!(!whole.is_empty());
        assert_eq!(whole, halves, "{path}");
        let ascending = app
            .all(&format!(
                "{path}?$filter={time}%20ge%20{a}%20and%20{time}%20lt%20{c}&$orderby={time}%20asc&$top=50"
            ))
            .await;
        assert!(ascending.iter().rev().eq(whole.iter()), "{path}");
    }
}

#[tokio::test]
async fn filters_find_what_they_say() {
    let stage = Stage::with_guests(400).await;
    let app = stage.app().await;
    let failures = app
        .all(&format!("{SIGN_INS}?$filter=status/errorCode%20eq%20500121"))
        .await;
    assert!(!failures.is_empty());
    assert!(failures.iter().all(|row| row["status"]["errorCode"] == 500_121));
    let one = &failures[0];
    for filter in [
        format!("userId%20eq%20'{}'", one["userId"].as_str().unwrap()),
        format!(
            "correlationId%20eq%20'{}'",
            one["correlationId"].as_str().unwrap()
        ),
        format!(
            "userPrincipalName%20eq%20'{}'",
            one["userPrincipalName"].as_str().unwrap()
        ),
        format!(
            "startsWith(userPrincipalName,'{}')",
            &one["userPrincipalName"].as_str().unwrap()[..4]
        ),
        format!(
            "location/countryOrRegion%20eq%20'{}'%20and%20status/errorCode%20eq%20500121",
            one["location"]["countryOrRegion"].as_str().unwrap()
        ),
    ] {
        let found = app.all(&format!("{SIGN_INS}?$filter={filter}")).await;
        assert!(found.contains(one), "{filter}");
        assert!(found.len() < 2_000);
    }
    let invited = app
        .all(&format!(
            "{AUDITS}?$filter=activityDisplayName%20eq%20'Invite%20external%20user'"
        ))
        .await;
    assert!(!invited.is_empty());
    let inviter = invited
        .iter()
        .find_map(|row| row["initiatedBy"]["user"]["id"].as_str())
        .unwrap();
    let by = app.all(&format!("{AUDITS}?$filter=initiatedBy/user/id%20eq%20'{inviter}'%20and%20loggedByService%20eq%20'Invited%20Users'")).await;
    assert!(
        by.iter()
            .all(|row| row["initiatedBy"]["user"]["id"] == inviter
                && row["loggedByService"] == "Invited Users")
    );
    assert!(!by.is_empty());
    for bad in [
        "userType%20eq%20'guest'",
        "status/errorCode",
        "createdDateTime%20ge%20yesterday%20and",
    ] {
        assert_eq!(
            app.get(&format!("{SIGN_INS}?$filter={bad}")).await.status(),
            StatusCode::BAD_REQUEST,
            "{bad}"
        );
    }
    assert_eq!(
        app.get(&format!(
            "{AUDITS}?$filter=targetResources/any(t:t/secret%20eq%20'x')"
        ))
        .await
        .status(),
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn one_row_can_be_read_by_its_id() {
    let stage = Stage::with_guests(60).await;
    let app = stage.app().await;
    for path in [AUDITS, SIGN_INS] {
        let row = app.get_json(&format!("{path}?$top=1")).await["value"][0].clone();
        let id = row["id"].as_str().unwrap().replace(' ', "%20");
        let mut single = app.get_json(&format!("{path}/{id}")).await;
        assert!(single.as_object_mut().unwrap().remove("@odata.context").is_some());
        assert_eq!(single, row);
        assert_eq!(
            app.get(&format!("{path}/nothing")).await.status(),
            StatusCode::NOT_FOUND
        );
    }
}

#[tokio::test]
async fn versions_differ_in_what_they_show() {
    let stage = Stage::with_guests(200).await;
    let app = stage.app().await;
    let v1 = app.get_json(&format!("{SIGN_INS}?$top=1")).await["value"][0].clone();
    for beta_only in [
        "userType",
        "crossTenantAccessType",
        "authenticationRequirement",
        "authenticationDetails",
        "signInEventTypes",
        "sessionId",
    ] {
        assert!(v1.get(beta_only).is_none(), "{beta_only}");
    }
    let beta = app.get_json("/beta/auditLogs/signIns?$top=1").await["value"][0].clone();
    assert_eq!(beta["id"], v1["id"]);
    assert_eq!(beta["userType"], "guest");
    assert_eq!(beta["crossTenantAccessType"], "b2bCollaboration");
    assert_eq!(beta["signInEventTypes"], json!(["interactiveUser"]));
    let silent = app
        .all("/beta/auditLogs/signIns?$filter=signInEventTypes/any(t:t%20eq%20'nonInteractiveUser')")
        .await;
    assert!(!silent.is_empty());
    assert!(silent.iter().all(|row| row["isInteractive"] == false));
    let usual = app.all(SIGN_INS).await;
    assert!(usual.iter().all(|row| row["isInteractive"] == true));
    assert_eq!(
        app.get(&format!(
            "{SIGN_INS}?$filter=signInEventTypes/any(t:t%20eq%20'nonInteractiveUser')"
        ))
        .await
        .status(),
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn guests_sign_in_under_their_home_names() {
    let stage = Stage::with_guests(100).await;
    let app = stage.app().await;
    for row in app.all(&format!("{SIGN_INS}?$top=500")).await {
        let upn = row["userPrincipalName"].as_str().unwrap();
        assert!(!upn.contains("#EXT#"), "{upn}");
        assert_eq!(upn, upn.to_lowercase());
        assert_ne!(row["homeTenantId"], row["resourceTenantId"]);
    }
}

#[tokio::test]
async fn policies_are_left_out_for_callers_without_the_right() {
    let stage = Stage::with_guests(60).await;
    let shows = |row: &Value| row.get("appliedConditionalAccessPolicies").is_some();
    let row = |body: Value| body["value"][0].clone();
    let path = format!("{SIGN_INS}?$top=1");
    assert!(shows(&row(stage.app().await.get_json(&path).await)));
    let both = ["AuditLog.Read.All", "Policy.Read.All"];
    assert!(shows(&row(stage.admin(GRADY, &both).await.get_json(&path).await)));
    // Reports Reader sees the sign-ins but not what the policies made of them.
    assert!(!shows(&row(stage
        .admin(ADELE, &both)
        .await
        .get_json(&path)
        .await)));
    assert!(!shows(&row(stage
        .admin(GRADY, &["AuditLog.Read.All"])
        .await
        .get_json(&path)
        .await)));
}

#[tokio::test]
async fn who_may_not_read_the_logs_learns_why() {
    let stage = Stage::with_guests(10).await;
    let refused = stage.admin(MEGAN, &["AuditLog.Read.All"]).await.get(AUDITS).await;
    assert_eq!(
        error_of(&refused.json().await.unwrap()).0,
        "Authentication_RequestFromUnsupportedUserRole"
    );
    let refused = stage.admin(ADELE, &["User.Read.All"]).await.get(AUDITS).await;
    let (code, message) = error_of(&refused.json().await.unwrap());
    assert_eq!(code, "Authentication_MSGraphPermissionMissing");
    assert!(message.ends_with("AuditLog.Read.All"));
    let free = Stage::with(SandboxConfig {
        guests: 40,
        retention_days: 7,
        ..SandboxConfig::default()
    })
    .await;
    let app = free.app().await;
    let refused = app.get(SIGN_INS).await;
    assert_eq!(
        error_of(&refused.json().await.unwrap()).0,
        "Authentication_RequestFromNonPremiumTenantOrB2CTenant"
    );
    let found = app.all(AUDITS).await;
    assert!(
        times(&found, "activityDateTime")
            .iter()
            .all(|at| at.as_str() >= "2026-11-16T10:00:00")
    );
}

#[tokio::test]
async fn the_window_moves_with_the_clock() {
    let stage = Stage::with_guests(200).await;
    let before = stage.app().await.all(AUDITS).await;
    stage
        .command("clock", &json!({"advanceSeconds": 10 * 86_400}))
        .await;
    let after = stage.app().await.all(AUDITS).await;
    let oldest = times(&after, "activityDateTime").pop().unwrap();
    assert!(oldest.as_str() >= "2026-11-03T10:00:00", "{oldest}");
    assert!(
        before.iter().any(|row| !after.contains(row)),
        "nothing was forgotten"
    );
}

#[tokio::test]
async fn a_skip_token_does_not_live_for_long() {
    let stage = Stage::with_guests(200).await;
    let app = stage.app().await;
    let link = app.get_json(&format!("{SIGN_INS}?$top=10")).await["@odata.nextLink"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(app.get(&link).await.status(), StatusCode::OK);
    stage
        .command("clock", &json!({"advanceSeconds": 2 * 3_600}))
        .await;
    let app = stage.app().await;
    let answer = app.get(&link).await;
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    assert!(error_of(&answer.json().await.unwrap()).1.contains("skip token"));
}

/// A client that unpacks nothing by itself, and so asks for nothing compressed.
fn plain_client() -> reqwest::Client {
    reqwest::Client::builder()
        .no_gzip()
        .timeout(std::time::Duration::from_mins(1))
        .build()
        .unwrap()
}

#[tokio::test]
async fn pages_come_compressed_to_those_who_ask() {
    let stage = Stage::with_guests(200).await;
    let app = stage.app().await;
    let client = plain_client();
    let ask = |request: reqwest::RequestBuilder| client.execute(request.build().unwrap());
    let request = || app.request(reqwest::Method::GET, AUDITS);
    let plain = ask(request()).await.unwrap();
    assert!(plain.headers().get("content-encoding").is_none());
    let plain = plain.bytes().await.unwrap().len();
    for wanted in ["gzip", "br, gzip;q=0.5", "GZIP"] {
        let zipped = ask(request().header("accept-encoding", wanted)).await.unwrap();
        assert_eq!(zipped.headers()["content-encoding"], "gzip", "{wanted}");
        let zipped = zipped.bytes().await.unwrap().len();
        assert!(zipped * 4 < plain, "{zipped} of {plain}");
    }
    for wanted in ["identity", "gzip;q=0", "br, GZIP; Q=0", ""] {
        let answer = ask(request().header("accept-encoding", wanted)).await.unwrap();
        assert!(answer.headers().get("content-encoding").is_none(), "{wanted}");
    }
}

#[tokio::test]
async fn compressed_or_not_the_rows_are_the_same_whatever_was_asked_before() {
    let stage = Stage::with_guests(200).await;
    let client = plain_client();
    let compare = async || {
        let app = stage.app().await;
        let mut seen = 0;
        for path in [
            // Each finds runs of the one before, begins and ends elsewhere, or wants another form of them.
            AUDITS.to_owned(),
            format!("{AUDITS}?$top=777"),
            format!("{AUDITS}?$orderby=activityDateTime asc"),
            format!(
                "{AUDITS}?$filter=activityDateTime ge 2026-11-01T00:00:00Z and activityDateTime lt 2026-11-20T00:00:00Z"
            ),
            format!("{AUDITS}?$filter=loggedByService eq 'Invited Users'"),
            format!("{AUDITS}?$filter=result eq 'no such result'"),
            "/beta/auditLogs/directoryAudits".to_owned(),
            SIGN_INS.to_owned(),
            format!("{SIGN_INS}?$top=1"),
            "/beta/auditLogs/signIns".to_owned(),
            format!("{SIGN_INS}?$select=id,userId"),
        ] {
            let request = app.request(reqwest::Method::GET, &path).build().unwrap();
            let plain = client.execute(request).await.unwrap().text().await.unwrap();
            let unpacked = app.get(&path).await.text().await.unwrap();
            // What stands before the rows may name the second it was asked.
            let rows = |page: &str| page[page.find("\"value\":").unwrap()..].to_owned();
            assert!(rows(&plain) == rows(&unpacked), "{path}");
            seen += plain.len();
        }
        seen
    };
    let before = compare().await;
    assert_eq!(compare().await, before, "asked again");
    stage.app().await.invite("new.guest@fabrikam.com").await;
    stage.command("clock", &json!({"advanceSeconds": 3_600})).await;
    assert_ne!(compare().await, before, "with new rows");
    stage.command("reset", &json!({})).await;
    compare().await;
}
