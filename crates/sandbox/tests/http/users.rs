//! Users over a real socket: lists, filters, paging, changes, the recycle bin.

use crate::support::{ADELE, GRADY, MEGAN, Stage, error_of};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const GUESTS: &str = "/v1.0/users?$filter=userType%20eq%20'Guest'";

#[tokio::test]
async fn every_guest_comes_once_over_all_pages() {
    let stage = Stage::with_guests(250).await;
    let app = stage.app().await;
    let found = app
        .all(&format!("{GUESTS}&$select=id,mail,externalUserState&$top=60"))
        .await;
    let mut ids: Vec<_> = found.iter().map(|user| user["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 250);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 250);
    assert_eq!(found[0].as_object().unwrap().len(), 3);
}

#[tokio::test]
async fn without_select_come_the_default_properties() {
    let stage = Stage::with_guests(3).await;
    let page = stage.app().await.get_json(&format!("{GUESTS}&$top=1")).await;
    let names: Vec<_> = page["value"][0]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let mut wanted = vec![
        "businessPhones",
        "displayName",
        "givenName",
        "jobTitle",
        "mail",
        "mobilePhone",
        "officeLocation",
        "preferredLanguage",
        "surname",
        "userPrincipalName",
        "id",
    ];
    let mut names = names;
    names.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(names, wanted);
}

#[tokio::test]
async fn filters_agree_with_the_truth() {
    let stage = Stage::with_guests(300).await;
    let app = stage.app().await;
    let truth = stage.control("truth").await;
    let pending = app
        .all("/v1.0/users?$filter=externalUserState%20eq%20'PendingAcceptance'&$select=id&$top=999")
        .await;
    assert_eq!(pending.len() as u64, truth["counts"]["pending"].as_u64().unwrap());
    let count = app
        .get_eventual("/v1.0/users/$count?$filter=userType%20eq%20'Guest'")
        .await;
    assert_eq!(count.headers()["content-type"], "text/plain");
    assert_eq!(count.text().await.unwrap(), "300");
    let page = app
        .get_eventual(&format!("{GUESTS}&$count=true&$top=5&$select=id"))
        .await
        .json::<Value>()
        .await
        .unwrap();
    assert_eq!(page["@odata.count"], 300);
    assert_eq!(page["value"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn advanced_queries_need_header_and_count() {
    let stage = Stage::with_guests(40).await;
    let app = stage.app().await;
    for filter in [
        "userType%20ne%20'Member'",
        "endsWith(mail,'fabrikam.com')",
        "not(userType%20eq%20'Member')",
    ] {
        let path = format!("/v1.0/users?$filter={filter}&$select=id");
        let refused = app.get(&path).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{filter}");
        assert_eq!(
            error_of(&refused.json().await.unwrap()).0,
            "Request_UnsupportedQuery"
        );
        assert_eq!(
            app.get_eventual(&format!("{path}&$count=true")).await.status(),
            StatusCode::OK,
            "{filter}"
        );
    }
    // Without the header the count is left out in silence, and the count resource is refused.
    let silent = app.get_json(&format!("{GUESTS}&$count=true")).await;
    assert!(silent.get("@odata.count").is_none());
    assert_eq!(
        app.get("/v1.0/users/$count").await.status(),
        StatusCode::BAD_REQUEST
    );
    let search = "/v1.0/users?$search=%22displayName:a%22";
    assert_eq!(
        error_of(&app.get(search).await.json().await.unwrap()).0,
        "Request_UnsupportedQuery"
    );
    let found = app.get_eventual(search).await.json::<Value>().await.unwrap();
    assert!(!found["value"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn what_graph_refuses_is_refused() {
    let stage = Stage::with_guests(5).await;
    let app = stage.app().await;
    for (path, status, code) in [
        ("/v1.0/users?$skip=10", 400, "Request_BadRequest"),
        ("/v1.0/users?$top=1000", 400, "Request_UnsupportedQuery"),
        (
            "/v1.0/users?$filter=externalUserStateChangeDateTime%20ge%202026-01-01T00:00:00Z",
            400,
            "Request_UnsupportedQuery",
        ),
        (
            "/v1.0/users?$filter=companyName%20like%20'x'",
            400,
            "Request_BadRequest",
        ),
        (
            "/v1.0/users?$filter=aboutMe%20eq%20'x'",
            400,
            "Request_UnsupportedQuery",
        ),
        ("/v1.0/users?$select=aboutMe", 501, "NotImplemented"),
        ("/v1.0/users?$select=shoeSize", 400, "BadRequest"),
        (
            "/v1.0/users?$skiptoken=nonsense",
            400,
            "Directory_ExpiredPageToken",
        ),
        (
            "/v1.0/users/00000000-0000-4000-8000-000000000000",
            404,
            "Request_ResourceNotFound",
        ),
        (
            "/v1.0/users/nobody%40contoso.com",
            404,
            "Request_ResourceNotFound",
        ),
        ("/v1.0/invitations", 405, "Request_BadRequest"),
        ("/v1.0/teapots", 400, "BadRequest"),
    ] {
        let answer = app.get(path).await;
        assert_eq!(answer.status().as_u16(), status, "{path}");
        assert!(answer.headers().contains_key("request-id"));
        let body: Value = answer.json().await.unwrap();
        assert_eq!(error_of(&body).0, code, "{path}: {body}");
        assert!(body["error"]["innerError"]["date"].as_str().unwrap().len() == 19);
    }
}

#[tokio::test]
async fn sign_in_activity_lowers_the_page_and_is_left_out_where_there_is_none() {
    let stage = Stage::with_guests(620).await;
    let app = stage.app().await;
    let page = app
        .get_json(&format!("{GUESTS}&$select=id,signInActivity&$top=999"))
        .await;
    let users = page["value"].as_array().unwrap();
    assert_eq!(users.len(), 500);
    let truth = stage.control("truth").await;
    let guests = truth["guests"].as_array().unwrap();
    let mut seen_none = false;
    for user in users {
        let told = guests.iter().find(|guest| guest["id"] == user["id"]).unwrap();
        let attempted = told["times"]["attemptedSignIn"].is_string();
        assert!(
            !attempted || user["signInActivity"]["lastSignInDateTime"].is_string(),
            "{user} {told}"
        );
        seen_none |= user.get("signInActivity").is_none();
        if let (Some(last), Some(success)) = (
            user["signInActivity"]["lastSignInDateTime"].as_str(),
            user["signInActivity"]["lastSuccessfulSignInDateTime"].as_str(),
        ) {
            assert!(
                success <= last || user["signInActivity"]["lastNonInteractiveSignInDateTime"].is_string()
            );
        }
    }
    assert!(seen_none);
}

#[tokio::test]
async fn rights_are_those_of_scope_and_role() {
    let stage = Stage::with_guests(20).await;
    let reads = ["User.Read.All", "AuditLog.Read.All"];
    let megan = stage.admin(MEGAN, &reads).await;
    let activity = format!("{GUESTS}&$select=id,signInActivity");
    let refused = megan.get(&activity).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    assert_eq!(
        error_of(&refused.json().await.unwrap()).0,
        "Authentication_RequestFromUnsupportedUserRole"
    );
    let adele = stage.admin(ADELE, &reads).await;
    assert_eq!(adele.get(&activity).await.status(), StatusCode::OK);
    let narrow = stage.admin(ADELE, &["User.Read.All"]).await;
    let refused = narrow.get(&activity).await;
    assert_eq!(
        error_of(&refused.json().await.unwrap()).0,
        "Authentication_MSGraphPermissionMissing"
    );
    // A reader with a writing scope is no writer, and a writer without the scope is none either.
    let id = adele.get_json(&format!("{GUESTS}&$select=id&$top=1")).await["value"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/v1.0/users/{id}");
    let grady = stage.admin(GRADY, &["User.ReadWrite.All"]).await;
    let (status, body) = grady.patch(&path, &json!({"accountEnabled": false})).await;
    assert_eq!(
        (status, error_of(&body).0.as_str()),
        (StatusCode::FORBIDDEN, "Authorization_RequestDenied")
    );
    assert_eq!(
        adele.patch(&path, &json!({"accountEnabled": false})).await.0,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn the_person_signed_in_and_the_tenant_say_who_they_are() {
    let stage = Stage::with_guests(2).await;
    let adele = stage.admin(ADELE, &["User.Read", "User.Read.All"]).await;
    assert_eq!(adele.get_json("/v1.0/me").await["userPrincipalName"], ADELE);
    let roles = adele.get_json("/v1.0/me/memberOf").await;
    let names: Vec<_> = roles["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|role| role["displayName"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["User Administrator", "Reports Reader"]);
    let tenant = adele.get_json("/v1.0/organization").await["value"][0].clone();
    assert_eq!(tenant["displayName"], "Contoso");
    assert_eq!(tenant["assignedPlans"].as_array().unwrap().len(), 2);
    assert_eq!(
        stage.app().await.get("/v1.0/me").await.status(),
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn a_batch_answers_each_request_by_its_id() {
    let stage = Stage::with_guests(5).await;
    let app = stage.app().await;
    let item = |id: &str, url: &str| json!({"id": id, "method": "GET", "url": url});
    let body = json!({"requests": [
        item("1", "/users?$top=1&$select=id"),
        item("2", "users/00000000-0000-4000-8000-000000000000"),
        {"id": "3", "method": "GET", "url": "/organization", "dependsOn": ["2"]},
        {"id": "4", "method": "POST", "url": "/invitations", "headers": {"Content-Type": "application/json"},
         "body": {"invitedUserEmailAddress": "batch@fabrikam.com", "inviteRedirectUrl": crate::support::REDIRECT}},
    ]});
    let (status, answer) = app.post("/v1.0/$batch", &body).await;
    assert_eq!(status, StatusCode::OK);
    let status_of = |id: &str| {
        answer["responses"]
            .as_array()
            .unwrap()
            .iter()
            .find(|item| item["id"] == id)
            .unwrap()["status"]
            .as_u64()
            .unwrap()
    };
    assert_eq!(["1", "2", "3", "4"].map(status_of), [200, 404, 424, 201]);
    let too_many: Vec<_> = (0..21).map(|n| item(&n.to_string(), "/organization")).collect();
    for bad in [
        json!({"requests": too_many}),
        json!({"requests": [item("a", "/x"), item("A", "/x")]}),
        json!({"requests": []}),
        json!({}),
    ] {
        assert_eq!(app.post("/v1.0/$batch", &bad).await.0, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn hostile_requests_get_an_error_and_break_nothing() {
    let stage = Stage::with_guests(5).await;
    let app = stage.app().await;
    let long = "a".repeat(7_000);
    let deep = "(".repeat(2_000);
    for path in [
        format!("/v1.0/users?$filter=displayName%20eq%20'{long}"),
        format!("/v1.0/users?$filter={deep}"),
        format!("/v1.0/users/{long}"),
        "/v1.0/users/%00%ff".to_owned(),
        "/v1.0/users/%F0%9F%92%A9%3Cscript%3E".to_owned(),
        "/v1.0/../../etc/passwd".to_owned(),
        "/v9/users".to_owned(),
        "/v1.0/auditLogs/signIns?$skiptoken=zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz_1".to_owned(),
        "/v1.0/auditLogs/signIns?$skiptoken=ffffffffffffffffffffffffffffffffffffffff_1".to_owned(),
        "/v1.0/auditLogs/signIns?$skiptoken=%E2%82%AC%E2%82%AC_1".to_owned(),
    ] {
        let status = app.get(&path).await.status();
        assert!(
            status.is_client_error(),
            "{status} for {}",
            &path[..path.len().min(80)]
        );
    }
    let truncated = app
        .request(Method::POST, "/v1.0/invitations")
        .body("{\"invitedUser")
        .send()
        .await
        .unwrap();
    assert_eq!(truncated.status(), StatusCode::BAD_REQUEST);
    let huge = app
        .request(Method::POST, "/v1.0/invitations")
        .body(vec![b' '; 5 << 20])
        .send()
        .await;
    assert!(huge.is_err() || huge.unwrap().status() == StatusCode::PAYLOAD_TOO_LARGE);
    let rebound = app
        .request(Method::GET, "/v1.0/organization")
        .header("Host", "evil.example")
        .send()
        .await
        .unwrap();
    assert_eq!(rebound.status(), StatusCode::MISDIRECTED_REQUEST);
    assert_eq!(app.get("/v1.0/organization").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn without_a_good_token_there_is_a_401() {
    let stage = Stage::with_guests(0).await;
    let address = format!("{}/v1.0/users", stage.sandbox.ready().graph);
    for (token, message) in [
        (None, "Access token is empty."),
        (
            Some("x.y.z"),
            "CompactToken parsing failed with error code: 80049217",
        ),
    ] {
        let request = stage.http.get(&address);
        let request = match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        assert!(answer.headers().contains_key("www-authenticate"));
        assert_eq!(
            error_of(&answer.json().await.unwrap()),
            ("InvalidAuthenticationToken".to_owned(), message.to_owned())
        );
    }
    let app = stage.app().await;
    stage.command("clock", &json!({"advanceSeconds": 4_000})).await;
    assert_eq!(app.get("/v1.0/users").await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn expanded_sponsors_show_what_is_selected_of_them() {
    let stage = Stage::with_guests(20).await;
    let app = stage.app().await;
    let path = format!("{GUESTS}&$select=id&$expand=sponsors($select=displayName)");
    let guests = app.get_json(&path).await["value"].clone();
    let sponsored = guests
        .as_array()
        .unwrap()
        .iter()
        .find(|guest| guest["sponsors"][0].is_object());
    let names: Vec<_> = sponsored.unwrap()["sponsors"][0]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    assert_eq!(names, ["@odata.type", "displayName", "id"]);
    let wrong = app
        .get(&format!("{GUESTS}&$expand=sponsors($select=shoeSize)"))
        .await;
    assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_user_looks_the_same_in_a_list_and_alone() {
    const SELECT: &str = "$select=accountEnabled,assignedLicenses,city,companyName,createdDateTime,creationType,\
        deletedDateTime,department,displayName,externalUserState,externalUserStateChangeDateTime,givenName,id,\
        identities,jobTitle,mail,mailNickname,otherMails,preferredLanguage,proxyAddresses,securityIdentifier,\
        showInAddressList,signInActivity,signInSessionsValidFromDateTime,surname,usageLocation,userPrincipalName,userType";
    let stage = Stage::with_guests(20).await;
    let app = stage.app().await;
    let users = app.all(&format!("/v1.0/users?{SELECT}")).await;
    let has_clocks = |user: &Value| user["signInActivity"].is_object();
    assert!(users.iter().any(has_clocks) && !users.iter().all(has_clocks));
    for user in users {
        let id = user["id"].as_str().unwrap();
        let mut alone = app.get_json(&format!("/v1.0/users/{id}?{SELECT}")).await;
        alone.as_object_mut().unwrap().remove("@odata.context");
        assert_eq!(alone, user);
    }
}
