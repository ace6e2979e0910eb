//! Tokens that expire, claims challenges, missing permissions.

use rstest::rstest;
use serde_json::json;
use usher_graph::{Connection, Denial, GraphError, GraphMembership, UserId};
use usher_identity::{Scope, SignInError};
use wiremock::ResponseTemplate;

use crate::stage::{CountingCredential, GUEST, Stage, error_answer, json_answer, user};

fn guest() -> UserId {
    UserId::parse(GUEST).unwrap()
}

fn expired() -> ResponseTemplate {
    error_answer(
        401,
        "InvalidAuthenticationToken",
        "Access token has expired or is not yet valid.",
    )
}

#[tokio::test]
async fn an_expired_token_is_renewed_once() {
    let stage = Stage::new().await;
    stage
        .answers(vec![expired(), json_answer(200, &user(GUEST, "Adele"))])
        .await;

    stage.client.fetch_user(guest()).await.unwrap();

    let received = stage.received().await;
    assert_eq!(received[0].headers["authorization"], "Bearer token-1");
    assert_eq!(received[1].headers["authorization"], "Bearer token-2");
    let asked = stage.credential.asked.lock().unwrap();
    assert!(!asked[0].1.fresh && asked[1].1.fresh);
    assert!(!asked[1].1.may_open_browser, "reading never opens a browser");
    assert_eq!(
        asked[0].0.len(),
        Scope::READING.len(),
        "one token serves all reading"
    );
}

#[tokio::test]
async fn a_token_refused_again_means_the_session_is_over() {
    let stage = Stage::new().await;
    stage.answers(vec![expired()]).await;

    let error = stage.client.fetch_user(guest()).await.unwrap_err();

    assert!(matches!(error, GraphError::SessionExpired { .. }), "{error:?}");
    assert_eq!(error.request_id(), Some("graph-request"));
    assert_eq!(stage.received().await.len(), 2);
    assert!(matches!(
        *stage.client.connection().borrow(),
        Connection::SignInNeeded { .. }
    ));
}

#[rstest]
#[case::unauthorized(401)]
#[case::forbidden(403)]
#[tokio::test]
async fn a_claims_challenge_is_handed_to_the_sign_in(#[case] status: u16) {
    let stage = Stage::new().await;
    let challenge = r#"Bearer realm="", error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZX19fQ==""#;
    stage
        .answers(vec![
            error_answer(status, "InvalidAuthenticationToken", "")
                .append_header("www-authenticate", challenge),
            json_answer(200, &user(GUEST, "Adele")),
        ])
        .await;

    stage.client.fetch_user(guest()).await.unwrap();

    let asked = stage.credential.asked.lock().unwrap();
    assert_eq!(
        asked[1].1.claims.as_deref(),
        Some(r#"{"access_token":{"nbf":{"essential":true}}}"#)
    );
}

#[tokio::test]
async fn without_a_sign_in_nothing_is_sent() {
    let stage = Stage::with(CountingCredential {
        refuses: true,
        ..CountingCredential::default()
    })
    .await;

    let error = stage.client.fetch_organization().await.unwrap_err();

    let GraphError::SignIn(reason) = &error else {
        panic!("{error:?}")
    };
    assert!(matches!(**reason, SignInError::SignInNeeded { .. }));
    assert!(stage.received().await.is_empty());
    assert!(matches!(
        *stage.client.connection().borrow(),
        Connection::SignInNeeded { .. }
    ));
}

#[rstest]
#[case("Authentication_RequestFromNonPremiumTenantOrB2CTenant", Denial::Licence)]
#[case("Authentication_RequestFromUnsupportedUserRole", Denial::Role)]
#[case("Authentication_MSGraphPermissionMissing", Denial::Scope)]
#[case("Authorization_RequestDenied", Denial::ScopeOrRole)]
#[tokio::test]
async fn a_refused_permission_names_what_is_missing(#[case] code: &str, #[case] expected: Denial) {
    let stage = Stage::new().await;
    stage.answers(vec![error_answer(403, code, "denied")]).await;

    let error = stage.client.fetch_user(guest()).await.unwrap_err();

    let GraphError::PermissionMissing {
        needs,
        denial,
        code: found,
        ..
    } = &error
    else {
        panic!("{error:?}")
    };
    assert_eq!((*denial, found.as_str()), (expected, code));
    assert_eq!(*needs, [Scope::UserReadAll]);
    assert_eq!(stage.received().await.len(), 1);
}

#[tokio::test]
async fn the_tenant_and_the_roles_are_read() {
    let stage = Stage::new().await;
    stage
        .answers(vec![
            json_answer(
                200,
                &json!({"@odata.context": "x", "@microsoft.graph.tips": "y", "value": [{"id": "t", "displayName": "Contoso",
                    "verifiedDomains": [{"name": "contoso.com", "isDefault": true, "isInitial": false}]}]}),
            ),
            json_answer(
                200,
                &json!({"value": [
                    {"@odata.type": "#microsoft.graph.group", "id": "g", "displayName": null, "groupTypes": null,
                        "securityEnabled": null, "mailEnabled": null, "isAssignableToRole": null},
                    {"@odata.type": "#microsoft.graph.directoryRole", "id": "r", "displayName": "Global Reader",
                        "roleTemplateId": "f2ef992c-3afb-46b9-b7cf-a126ee74c451"}]}),
            ),
        ])
        .await;

    let tenant = stage.client.fetch_organization().await.unwrap();
    let roles = stage.client.fetch_my_directory_roles().await.unwrap();

    assert_eq!(tenant.default_domain(), Some("contoso.com"));
    assert_eq!(roles.len(), 1);
    assert_eq!(roles[0].display_name.as_deref(), Some("Global Reader"));
}

#[tokio::test]
async fn what_a_guest_was_given_needs_a_permission_of_its_own_and_asks_only_where_it_may() {
    let stage = Stage::new().await;
    let page = |next: Option<String>| {
        json_answer(
            200,
            &json!({"@odata.nextLink": next, "value": [
                {"@odata.type": "#microsoft.graph.group", "id": "g", "displayName": "Partners", "groupTypes": ["Unified"],
                    "securityEnabled": false, "mailEnabled": true, "isAssignableToRole": null},
                {"@odata.type": "#microsoft.graph.administrativeUnit", "id": "u", "displayName": "Berlin"},
                {"@odata.type": "#microsoft.graph.directoryRole", "id": "r", "displayName": null}]}),
        )
    };
    let next = stage.url(&format!("/v1.0/users/{GUEST}/memberOf?$skiptoken=x"));
    let nothing = json_answer(200, &json!({"value": []}));
    stage
        .answers(vec![page(Some(next)), page(None), page(None), nothing])
        .await;

    let given = stage.client.fetch_memberships(guest(), true).await.unwrap();

    assert_eq!(given.len(), 6);
    assert!(
        matches!(&given[0], GraphMembership::Group(group) if group.group_types.as_deref() == Some(&["Unified".to_owned()][..]))
    );
    assert_eq!(given[1], GraphMembership::Other);
    assert!(matches!(&given[2], GraphMembership::Role(role) if role.display_name.is_none()));
    let asked = stage.credential.asked.lock().unwrap().clone();
    assert_eq!(asked[0].0, ["https://graph.microsoft.com/Directory.Read.All"]);
    assert!(asked[0].1.may_open_browser);

    stage.client.fetch_memberships(guest(), false).await.unwrap();
    stage.client.fetch_app_role_assignments(guest()).await.unwrap();
    let asked = stage.credential.asked.lock().unwrap().clone();
    let quiet = &asked[asked.len() - 2..];
    assert!(quiet.iter().all(|(_, wish)| !wish.may_open_browser));
    let received = stage.received().await;
    let last = received.last().unwrap();
    assert_eq!(last.headers["consistencylevel"], "eventual");
    assert!(
        last.url
            .query_pairs()
            .any(|(name, value)| name == "$count" && value == "true")
    );
}
