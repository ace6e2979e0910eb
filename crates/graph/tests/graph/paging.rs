//! Lists of guests, page by page.

use futures_util::{StreamExt as _, TryStreamExt as _};
use rstest::rstest;
use serde_json::json;
use usher_graph::{GraphError, SignInActivityAccess, Unexpected};

use crate::stage::{GUEST, Stage, error_answer, json_answer, raw_answer, user};

#[tokio::test]
async fn pages_are_followed_as_linked_through_empty_ones_to_the_last() {
    let stage = Stage::new().await;
    let second = stage.url("/v1.0/users?$skiptoken=RFNw%2BdAo$$A");
    let third = stage.url("/v1.0/users?$skiptoken=2");
    stage
        .answers(vec![
            json_answer(
                200,
                &json!({"value": [user(GUEST, "One")], "@odata.nextLink": second}),
            ),
            json_answer(200, &json!({"value": [], "@odata.nextLink": third})),
            json_answer(200, &json!({"value": [user(GUEST, "Two")]})),
        ])
        .await;

    let pages: Vec<_> = stage.client.guest_pages().try_collect().await.unwrap();

    assert_eq!(
        pages.iter().map(|page| page.rows.len()).collect::<Vec<_>>(),
        [1, 0, 1]
    );
    assert_eq!(
        pages.iter().map(|page| page.has_more).collect::<Vec<_>>(),
        [true, true, false]
    );
    assert!(
        pages
            .iter()
            .all(|page| page.activity == SignInActivityAccess::Included)
    );
    let received = stage.received().await;
    assert!(
        second.ends_with(&received[1].url[url::Position::BeforePath..]),
        "a link is followed to the letter: {}",
        received[1].url
    );
    let query: Vec<_> = received[0].url.query_pairs().collect();
    assert!(
        query.contains(&("$filter".into(), "userType eq 'Guest'".into())),
        "{query:?}"
    );
    assert!(query.contains(&("$top".into(), "500".into())));
    assert!(
        query
            .iter()
            .any(|(name, value)| name == "$select" && value.ends_with(",signInActivity"))
    );
}

#[tokio::test]
async fn a_guest_is_kept_byte_for_byte_and_a_stranger_does_not_hide_the_others() {
    let stage = Stage::new().await;
    let hostile = format!(
        r#"{{ "id":"{GUEST}",  "displayName":"\u202e<script>&{}", "new2031":[1.50,{{}}], "mail":null }}"#,
        "x".repeat(64 * 1024)
    );
    stage
        .answers(vec![raw_answer(
            200,
            &format!(r#"{{"value":[{hostile},{{"id":"no id"}}]}}"#),
        )])
        .await;

    let pages: Vec<_> = stage.client.guest_pages().try_collect().await.unwrap();

    assert_eq!(pages[0].rows[0].raw.get(), hostile);
    assert!(
        pages[0].rows[0]
            .value
            .display_name
            .as_ref()
            .unwrap()
            .starts_with("\u{202e}<script>&x")
    );
    assert_eq!(pages[0].unreadable[0].get(), r#"{"id":"no id"}"#);
}

#[rstest]
#[case(
    "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
    SignInActivityAccess::NotLicensed
)]
#[case(
    "Authentication_RequestFromUnsupportedUserRole",
    SignInActivityAccess::NotPermitted
)]
#[tokio::test]
async fn without_the_right_to_sign_in_activity_guests_are_listed_without_it(
    #[case] code: &str,
    #[case] expected: SignInActivityAccess,
) {
    let stage = Stage::new().await;
    let next = stage.url("/v1.0/users?$skiptoken=2");
    stage
        .answers(vec![
            error_answer(403, code, ""),
            json_answer(
                200,
                &json!({"value": [user(GUEST, "One")], "@odata.nextLink": next}),
            ),
            json_answer(200, &json!({"value": [user(GUEST, "Two")]})),
        ])
        .await;

    let pages: Vec<_> = stage.client.guest_pages().try_collect().await.unwrap();

    assert_eq!(pages.len(), 2);
    assert!(pages.iter().all(|page| page.activity == expected));
    let again = &stage.received().await[1].url;
    assert!(
        !again.as_str().contains("signInActivity") && again.as_str().contains("999"),
        "{again}"
    );
}

#[tokio::test]
async fn where_sponsors_cannot_be_expanded_guests_are_listed_without_them() {
    let stage = Stage::new().await;
    stage
        .answers(vec![
            error_answer(400, "Request_UnsupportedQuery", "expand"),
            json_answer(200, &json!({"value": [user(GUEST, "One")]})),
        ])
        .await;

    let pages: Vec<_> = stage.client.guest_pages().try_collect().await.unwrap();

    assert_eq!(pages[0].rows[0].value.sponsors, None);
    assert!(!stage.received().await[1].url.as_str().contains("expand"));
}

#[tokio::test]
async fn a_refusal_that_leaving_things_out_does_not_cure_is_told() {
    let stage = Stage::new().await;
    stage
        .answers(vec![error_answer(403, "Authorization_RequestDenied", "")])
        .await;

    let outcome: Vec<_> = stage.client.guest_pages().collect().await;

    assert_eq!(outcome.len(), 1);
    assert!(matches!(outcome[0], Err(GraphError::PermissionMissing { .. })));
    assert_eq!(stage.received().await.len(), 1);
}

#[rstest]
#[case::another_host("https://graph.evil.example/v1.0/users?$skiptoken=1")]
#[case::another_path("{server}/elsewhere")]
#[case::user_info("http://user@{authority}/graph/v1.0/users")]
#[case::no_address("next")]
#[tokio::test]
async fn a_link_to_elsewhere_does_not_get_the_token(#[case] link: &str) {
    let stage = Stage::new().await;
    let authority = stage.server.address().to_string();
    let link = link
        .replace("{server}", &stage.server.uri())
        .replace("{authority}", &authority);
    stage
        .answers(vec![json_answer(
            200,
            &json!({"value": [user(GUEST, "One")], "@odata.nextLink": link}),
        )])
        .await;

    let outcome: Vec<_> = stage.client.guest_pages().collect().await;

    assert!(
        matches!(
            outcome.last(),
            Some(Err(GraphError::UnexpectedAnswer {
                what: Unexpected::ForeignNextLink,
                ..
            }))
        ),
        "{outcome:?}"
    );
    assert_eq!(stage.received().await.len(), 1);
}

#[tokio::test]
async fn a_page_that_links_to_itself_does_not_go_round_for_ever() {
    let stage = Stage::new().await;
    let link = stage.url("/v1.0/users?$skiptoken=same");
    stage
        .answers(vec![json_answer(
            200,
            &json!({"value": [], "@odata.nextLink": link}),
        )])
        .await;

    let outcome: Vec<_> = stage.client.guest_pages().collect().await;

    assert!(matches!(
        outcome.last(),
        Some(Err(GraphError::UnexpectedAnswer { .. }))
    ));
    assert_eq!(stage.received().await.len(), 2);
}

#[tokio::test]
async fn the_bin_is_read_with_its_dates() {
    let stage = Stage::new().await;
    let mut deleted = user(GUEST, "One");
    deleted["deletedDateTime"] = json!("2026-11-20T10:00:00Z");
    stage
        .answers(vec![json_answer(200, &json!({"value": [deleted]}))])
        .await;

    let pages: Vec<_> = stage.client.deleted_user_pages().try_collect().await.unwrap();

    assert!(pages[0].rows[0].value.deleted_date_time.is_some());
    assert_eq!(
        stage.received().await[0].url.path(),
        "/graph/v1.0/directory/deletedItems/microsoft.graph.user"
    );
}
