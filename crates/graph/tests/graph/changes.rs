//! Changes: invitations above all, since sending one twice is a second mail.

use rstest::rstest;
use serde_json::{Value, json};
use url::Url;
use usher_graph::{Denial, GraphError, InvitationRefusalKind, NewInvitation, UserId};
use usher_identity::Scope;
use wiremock::ResponseTemplate;

use crate::stage::{GUEST, Stage, error_answer, json_answer, raw_answer, user};

pub(crate) fn invitation() -> NewInvitation {
    NewInvitation {
        mail: "adele@fabrikam.com".to_owned(),
        redirect_url: Url::parse("https://myapplications.microsoft.com/?tenantid=t").unwrap(),
        display_name: Some("Adele".to_owned()),
        sends_mail: true,
        message: None,
        sponsors: Vec::new(),
        reset_of: None,
    }
}

fn guest() -> UserId {
    UserId::parse(GUEST).unwrap()
}

fn created() -> ResponseTemplate {
    json_answer(
        201,
        &json!({"id": "i-1", "inviteRedeemUrl": "https://login.example/redeem?ticket=secret", "status": "PendingAcceptance",
            "invitedUser": {"id": GUEST}, "sendInvitationMessage": true}),
    )
}

#[tokio::test]
async fn an_invitation_is_sent_once_and_answered_with_the_guest() {
    let stage = Stage::new().await;
    stage.answers(vec![created()]).await;

    let made = stage.client.create_invitation(&invitation()).await.unwrap();

    assert_eq!(made.guest(), Some(guest()));
    let received = stage.received().await;
    assert_eq!(received.len(), 1);
    assert_eq!(
        (received[0].method.as_str(), received[0].url.path()),
        ("POST", "/graph/v1.0/invitations")
    );
    let sent: Value = received[0].body_json().unwrap();
    assert_eq!(sent["invitedUserEmailAddress"], "adele@fabrikam.com");
    let (scopes, wish) = stage.credential.asked.lock().unwrap()[0].clone();
    assert_eq!(scopes, ["https://graph.microsoft.com/User.Invite.All"]);
    assert!(
        wish.may_open_browser,
        "the person wanted this and may be asked to consent"
    );
}

#[rstest]
#[case::server_error(error_answer(500, "InternalServerError", ""))]
#[case::gateway(error_answer(502, "UnknownError", ""))]
#[case::unavailable(error_answer(503, "ServiceUnavailable", "").insert_header("retry-after", "1"))]
#[case::gateway_timeout(error_answer(504, "UnknownError", ""))]
#[case::unreadable_success(raw_answer(201, "{\"id\":"))]
#[case::html_success(ResponseTemplate::new(200).set_body_raw("<html>", "text/html"))]
#[tokio::test]
async fn an_invitation_whose_outcome_is_unknown_is_never_sent_again(#[case] answer: ResponseTemplate) {
    let stage = Stage::new().await;
    stage.answers(vec![answer, created()]).await;

    let error = stage.client.create_invitation(&invitation()).await.unwrap_err();

    assert!(matches!(error, GraphError::OutcomeUnknown { .. }), "{error:?}");
    assert!(!error.trace().unwrap().client_request_id.is_empty());
    assert_eq!(stage.received().await.len(), 1);
}

#[tokio::test]
async fn a_throttled_invitation_was_not_processed_and_is_sent_again() {
    let stage = Stage::new().await;
    stage
        .answers(vec![
            error_answer(429, "", "").insert_header("retry-after", "3"),
            created(),
        ])
        .await;

    assert!(stage.client.create_invitation(&invitation()).await.is_ok());
    assert_eq!(stage.received().await.len(), 2);
}

#[tokio::test]
async fn the_lost_answer_is_looked_up_by_mail() {
    let stage = Stage::new().await;
    stage
        .answers(vec![json_answer(200, &json!({"value": [user(GUEST, "Adele")]}))])
        .await;

    let found = stage
        .client
        .find_users_by_mail("o'neil+x@fabrikam.com")
        .await
        .unwrap();

    assert_eq!(found[0].value.id, guest());
    let url = stage.received().await[0].url.clone();
    let filter = url
        .query_pairs()
        .find(|(name, _)| name == "$filter")
        .unwrap()
        .1
        .into_owned();
    assert_eq!(
        filter,
        "mail eq 'o''neil+x@fabrikam.com' or otherMails/any(o:o eq 'o''neil+x@fabrikam.com')"
    );
}

#[rstest]
#[case(
    403,
    "Guest invitations not allowed for your company.",
    InvitationRefusalKind::InvitationsNotAllowed
)]
#[case(
    400,
    "domain is a VERIFIED DOMAIN OF THIS DIRECTORY.",
    InvitationRefusalKind::OwnDomain
)]
#[case(400, "adele@fabrikam.com: something new", InvitationRefusalKind::Unclassified)]
#[tokio::test]
async fn a_refused_invitation_says_why_and_keeps_the_words(
    #[case] status: u16,
    #[case] message: &str,
    #[case] kind: InvitationRefusalKind,
) {
    let stage = Stage::new().await;
    stage
        .answers(vec![error_answer(status, "BadRequest", message)])
        .await;

    let error = stage.client.create_invitation(&invitation()).await.unwrap_err();

    let GraphError::InvitationRefused(refusal) = &error else {
        panic!("{error:?}")
    };
    assert_eq!((refusal.kind, refusal.status), (kind, status));
    assert_eq!(refusal.message.expose(), message);
    assert_eq!(error.request_id(), Some("graph-request"));
    assert!(
        !format!("{error} {error:?}").contains("adele"),
        "the words may name a person"
    );
}

#[tokio::test]
async fn a_missing_permission_to_invite_is_no_refusal_of_the_guest() {
    let stage = Stage::new().await;
    let message = "Insufficient privileges to perform requested operation by the application '00000003'. \
                   ControllerName=MSGraphInviteAPI, ActionName=CreateInvite";
    stage
        .answers(vec![error_answer(403, "Unauthorized", message)])
        .await;

    let error = stage.client.create_invitation(&invitation()).await.unwrap_err();

    let GraphError::PermissionMissing { needs, denial, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(
        (*needs, *denial),
        ([Scope::UserInviteAll].as_slice(), Denial::ScopeOrRole)
    );
    assert_eq!(needs[0].permission().least_roles, ["Guest Inviter"]);
}

#[tokio::test]
async fn blocking_is_repeated_since_twice_is_as_good_as_once() {
    let stage = Stage::new().await;
    stage
        .answers(vec![error_answer(503, "", ""), ResponseTemplate::new(204)])
        .await;

    stage.client.set_account_enabled(guest(), false).await.unwrap();

    let received = stage.received().await;
    assert_eq!(received.len(), 2);
    assert_eq!(
        received[1].body_json::<Value>().unwrap(),
        json!({"accountEnabled": false})
    );
    assert_eq!(received[1].method.as_str(), "PATCH");
}

#[tokio::test]
async fn a_delete_whose_answer_was_lost_is_done_when_the_user_is_gone() {
    let stage = Stage::new().await;
    let gone = error_answer(404, "Request_ResourceNotFound", "does not exist");
    stage.answers(vec![error_answer(504, "", ""), gone.clone()]).await;
    stage.client.delete_user(guest()).await.unwrap();

    let stage = Stage::new().await;
    stage.answers(vec![gone]).await;
    let error = stage.client.delete_user(guest()).await.unwrap_err();
    assert!(
        matches!(error, GraphError::NotFound { .. }),
        "it was never there: {error:?}"
    );
}

#[tokio::test]
async fn a_restore_is_not_repeated() {
    let stage = Stage::new().await;
    stage.answers(vec![error_answer(503, "", "")]).await;

    let error = stage.client.restore_user(guest()).await.unwrap_err();

    assert!(matches!(error, GraphError::OutcomeUnknown { .. }), "{error:?}");
    let received = stage.received().await;
    assert_eq!(received.len(), 1);
    assert_eq!(
        received[0].url.path(),
        format!("/graph/v1.0/directory/deletedItems/{GUEST}/restore")
    );
}

#[test]
fn an_id_that_would_change_the_path_is_no_id() {
    for hostile in [
        "",
        "..",
        "me",
        "a/../../me",
        "cbb896f9-0000-4000-8000-000000000001/sponsors",
    ] {
        assert!(UserId::parse(hostile).is_err(), "{hostile}");
    }
}
