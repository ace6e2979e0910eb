//! Changing one user: block, delete, restore, purge, sponsors; and the recycle bin as a list.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{ADELE, Stage};

const GUESTS: &str = "/v1.0/users?$filter=userType%20eq%20'Guest'";
const BIN: &str = "/v1.0/directory/deletedItems/microsoft.graph.user";

#[tokio::test]
async fn blocking_writes_rows_and_shows() {
    let stage = Stage::with_guests(20).await;
    let adele = stage
        .admin(
            ADELE,
            &["User.ReadWrite.All", "User.Read.All", "AuditLog.Read.All"],
        )
        .await;
    let guest = adele
        .get_json(&format!("{GUESTS}&$select=id,userPrincipalName&$top=1"))
        .await["value"][0]
        .clone();
    let id = guest["id"].as_str().unwrap();
    // By user principal name, with its number sign written as it has to be.
    let upn = guest["userPrincipalName"].as_str().unwrap().replace('#', "%23");
    assert_eq!(
        adele
            .patch(&format!("/v1.0/users/{upn}"), &json!({"accountEnabled": false}))
            .await
            .0,
        StatusCode::NO_CONTENT
    );
    let seen = adele
        .get_json(&format!("/v1.0/users/{id}?$select=accountEnabled"))
        .await;
    assert_eq!(seen["accountEnabled"], false);
    let audits = adele
        .get_json(&format!(
            "/v1.0/auditLogs/directoryAudits?$filter=targetResources/any(t:t/id%20eq%20'{id}')&$top=2"
        ))
        .await;
    let names: Vec<_> = audits["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["activityDisplayName"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Disable account", "Update user"]);
    assert_eq!(
        audits["value"][0]["initiatedBy"]["user"]["userPrincipalName"],
        ADELE
    );
    let received = stage.control("received").await;
    let last = received["requests"].as_array().unwrap().last().unwrap();
    assert_eq!(last["method"], "PATCH");
    assert_eq!(last["principal"], ADELE);
    assert_eq!(last["body"]["accountEnabled"], false);
}

#[tokio::test]
async fn a_bad_change_changes_nothing() {
    let stage = Stage::with_guests(5).await;
    let app = stage.app().await;
    let before = app
        .get_json(&format!("{GUESTS}&$top=1&$select=id,displayName,accountEnabled"))
        .await["value"][0]
        .clone();
    let path = format!("/v1.0/users/{}", before["id"].as_str().unwrap());
    for body in [
        json!({"displayName": "New", "userType": "Member"}),
        json!({"displayName": "New", "accountEnabled": "no"}),
        json!({"displayName": ""}),
        json!({"displayName": "x".repeat(65_536)}),
        json!(["displayName"]),
    ] {
        assert_eq!(app.patch(&path, &body).await.0, StatusCode::BAD_REQUEST, "{body}");
    }
    let after = app
        .get_json(&format!("{path}?$select=id,displayName,accountEnabled"))
        .await;
    assert_eq!(before["displayName"], after["displayName"]);
}

#[tokio::test]
async fn deleted_guests_come_back_with_everything() {
    let stage = Stage::with_guests(30).await;
    let app = stage.app().await;
    let bin = "/v1.0/directory/deletedItems/microsoft.graph.user?$select=id,deletedDateTime";
    let binned = app.all(bin).await.len();
    let guest = app
        .get_json(&format!("{GUESTS}&$top=1&$select=id,mail,externalUserState"))
        .await["value"][0]
        .clone();
    let id = guest["id"].as_str().unwrap();
    assert_eq!(
        app.delete(&format!("/v1.0/users/{id}")).await.0,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        app.get(&format!("/v1.0/users/{id}")).await.status(),
        StatusCode::NOT_FOUND
    );
    let now_binned = app.all(bin).await;
    assert_eq!(now_binned.len(), binned + 1);
    assert!(now_binned.iter().all(|user| user["deletedDateTime"].is_string()));
    let (status, body) = app
        .post(&format!("/v1.0/directory/deletedItems/{id}/restore"), &json!({}))
        .await;
    assert_eq!(
        (status, &body["@odata.type"]),
        (StatusCode::OK, &json!("#microsoft.graph.user"))
    );
    let back = app
        .get_json(&format!("/v1.0/users/{id}?$select=id,mail,externalUserState"))
        .await;
    assert_eq!(back["mail"], guest["mail"]);
    assert_eq!(back["externalUserState"], guest["externalUserState"]);
    app.delete(&format!("/v1.0/users/{id}")).await;
    let item = format!("/v1.0/directory/deletedItems/{id}");
    assert_eq!(app.delete(&item).await.0, StatusCode::NO_CONTENT);
    assert_eq!(app.delete(&item).await.0, StatusCode::NOT_FOUND);
    assert_eq!(
        app.post(&format!("{item}/restore"), &json!({})).await.0,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn the_bin_forgets_after_thirty_days() {
    let stage = Stage::with_guests(10).await;
    let app = stage.app().await;
    let id = app.get_json(&format!("{GUESTS}&$top=1&$select=id")).await["value"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    app.delete(&format!("/v1.0/users/{id}")).await;
    stage
        .command("clock", &json!({"advanceSeconds": 31 * 86_400}))
        .await;
    let app = stage.app().await;
    assert_eq!(
        app.get(&format!("/v1.0/directory/deletedItems/{id}"))
            .await
            .status(),
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn sponsors_come_go_and_are_five_at_most() {
    let stage = Stage::with_guests(8).await;
    let app = stage.app().await;
    let users = app.all("/v1.0/users?$select=id,userType&$top=999").await;
    let guest = users.iter().find(|user| user["userType"] == "Guest").unwrap()["id"]
        .as_str()
        .unwrap();
    let members: Vec<_> = users.iter().filter(|user| user["userType"] == "Member").collect();
    let path = format!("/v1.0/users/{guest}/sponsors");
    for user in app.all(&path).await {
        let id = user["id"].as_str().unwrap();
        assert_eq!(
            app.delete(&format!("{path}/{id}/$ref")).await.0,
            StatusCode::NO_CONTENT
        );
    }
    let reference = |user: &Value| json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/users/{}", user["id"].as_str().unwrap())});
    for member in &members[..5] {
        assert_eq!(
            app.post(&format!("{path}/$ref"), &reference(member)).await.0,
            StatusCode::NO_CONTENT
        );
    }
    assert_eq!(
        app.post(&format!("{path}/$ref"), &reference(members[5])).await.0,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(app.all(&path).await.len(), 5);
    let expanded = app
        .get_json(&format!("/v1.0/users/{guest}?$select=id&$expand=sponsors"))
        .await;
    assert_eq!(expanded["sponsors"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn revoking_sessions_answers_true() {
    let stage = Stage::with_guests(2).await;
    let app = stage.app().await;
    let id = app.get_json(&format!("{GUESTS}&$top=1&$select=id")).await["value"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let (status, body) = app
        .post(&format!("/v1.0/users/{id}/revokeSignInSessions"), &json!({}))
        .await;
    assert_eq!((status, &body["value"]), (StatusCode::OK, &json!(true)));
}

#[tokio::test]
async fn the_bin_is_sorted_and_counted() {
    let stage = Stage::with_guests(400).await;
    let app = stage.app().await;
    let advanced =
        format!("{BIN}?$orderby=deletedDateTime%20desc&$count=true&$top=3&$select=deletedDateTime");
    assert_eq!(app.get(&advanced).await.status(), StatusCode::BAD_REQUEST);
    let mut page: Value = app.get_eventual(&advanced).await.json().await.unwrap();
    let count = page["@odata.count"].as_u64().unwrap();
    let mut times = Vec::new();
    loop {
        let rows = page["value"].as_array().unwrap().iter();
        times.extend(rows.map(|row| row["deletedDateTime"].as_str().unwrap().to_owned()));
        let Some(next) = page["@odata.nextLink"].as_str() else {
            break;
        };
        page = app.get_eventual(next).await.json().await.unwrap();
    }
    assert!(count > 3);
    assert_eq!(times.len() as u64, count);
    assert!(times.is_sorted_by(|a, b| a >= b), "{times:?}");
    let counted = app
        .get_eventual(&format!("{BIN}/$count"))
        .await
        .text()
        .await
        .unwrap();
    assert_eq!(counted, count.to_string());
    let by_name = app
        .get_json(&format!("{BIN}?$orderby=displayName&$select=displayName"))
        .await;
    let names: Vec<String> = by_name["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["displayName"].as_str().unwrap().to_lowercase())
        .collect();
    assert!(names.is_sorted(), "{names:?}");
}
