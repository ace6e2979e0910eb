//! `POST /invitations`: what it makes, what it repeats, what it refuses.

use reqwest::StatusCode;
use serde_json::{Value, json};
use usher_sandbox::world::{InvitationId, TicketState, UserId};
use uuid::Uuid;

use crate::support::{ADELE, GRADY, MEGAN, REDIRECT, Stage, error_of};

fn ticket_of(invitation: &Value) -> (InvitationId, String) {
    let outer = url::Url::parse(invitation["inviteRedeemUrl"].as_str().unwrap()).unwrap();
    let inner = outer
        .query_pairs()
        .find(|(name, _)| name == "rd")
        .unwrap()
        .1
        .into_owned();
    let inner = url::Url::parse(&inner).unwrap();
    let part = |name: &str| {
        inner
            .query_pairs()
            .find(|(key, _)| key == name)
            .unwrap()
            .1
            .into_owned()
    };
    assert_eq!(part("ver"), "2.0");
    (
        InvitationId(Uuid::parse_str(&part("user")).unwrap()),
        part("ticket"),
    )
}

fn guest_of(invitation: &Value) -> String {
    invitation["invitedUser"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_invitation_makes_a_guest_a_mail_and_its_rows() {
    let stage = Stage::with_guests(0).await;
    let adele = stage
        .admin(ADELE, &["User.Invite.All", "User.Read.All", "AuditLog.Read.All"])
        .await;
    let body = json!({
        "invitedUserEmailAddress": "Ana.Silva@fabrikam.com",
        "inviteRedirectUrl": "https://myapp.contoso.com",
        "invitedUserDisplayName": "Ana Silva",
        "sendInvitationMessage": true,
        "invitedUserMessageInfo": {
            "messageLanguage": "de-DE",
            "customizedMessageBody": "Willkommen",
            "ccRecipients": [{"emailAddress": {"name": null, "address": "pm@contoso.com"}}],
        },
    });
    let (status, invitation) = adele.post("/v1.0/invitations", &body).await;
    assert_eq!(status, StatusCode::CREATED, "{invitation}");
    assert_eq!(invitation["status"], "PendingAcceptance");
    assert_eq!(invitation["inviteRedirectUrl"], "https://myapp.contoso.com/");
    assert_eq!(invitation["invitedUserType"], "Guest");
    assert_eq!(invitation["invitedUser"].as_object().unwrap().len(), 1);
    let (id, ticket) = ticket_of(&invitation);
    assert_eq!(invitation["id"], id.to_string());
    assert_eq!(
        stage.sandbox.state().world().ticket(Some(id), &ticket),
        TicketState::Fresh(id)
    );
    assert!(
        invitation["inviteRedeemUrl"]
            .as_str()
            .unwrap()
            .contains("/redeem?rd=http%3a%2f%2f")
    );

    let guest = adele
        .get_json(&format!(
            "/v1.0/users/{}?$select=displayName,mail,userPrincipalName,userType,creationType,externalUserState,accountEnabled,usageLocation,otherMails,proxyAddresses,identities&$expand=sponsors",
            guest_of(&invitation)
        ))
        .await;
    assert_eq!(
        guest["userPrincipalName"],
        "Ana.Silva_fabrikam.com#EXT#@contosob2b.onmicrosoft.com"
    );
    assert_eq!(guest["externalUserState"], "PendingAcceptance");
    assert_eq!(guest["creationType"], "Invitation");
    assert_eq!(guest["proxyAddresses"], json!(["SMTP:Ana.Silva@fabrikam.com"]));
    assert_eq!(guest["usageLocation"], Value::Null);
    assert_eq!(guest["sponsors"][0]["userPrincipalName"], ADELE);

    let rows = adele.get_json("/v1.0/auditLogs/directoryAudits?$top=10").await["value"].clone();
    let names: Vec<_> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["activityDisplayName"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Add user sponsor", "Invite external user", "Add user"]);
    let details = rows[1]["additionalDetails"].as_array().unwrap();
    let detail = |key: &str| details.iter().find(|detail| detail["key"] == key).unwrap()["value"].clone();
    assert_eq!(detail("InvitationId"), invitation["id"]);
    assert_eq!(detail("invitedUserEmailAddress"), "Ana.Silva@fabrikam.com");
    assert_eq!(rows[1]["targetResources"][0]["id"], guest_of(&invitation));

    for reader in ["ana.silva@fabrikam.com", "pm@contoso.com"] {
        let mails = stage.control(&format!("inbox/{reader}")).await["mails"].clone();
        assert_eq!(mails.as_array().unwrap().len(), 1, "{reader}");
        assert_eq!(
            mails[0]["subject"],
            "Adele Vance invited you to access applications within their organization"
        );
    }
}

#[tokio::test]
async fn what_is_not_sent_comes_back_as_null() {
    let stage = Stage::with_guests(0).await;
    let app = stage.app().await;
    let body = json!({"invitedUserEmailAddress": "bo@fabrikam.com", "inviteRedirectUrl": REDIRECT});
    let (_, invitation) = app.post("/v1.0/invitations", &body).await;
    assert_eq!(invitation["invitedUserDisplayName"], Value::Null);
    assert_eq!(invitation["sendInvitationMessage"], false);
    assert_eq!(
        invitation["invitedUserMessageInfo"],
        json!({"messageLanguage": null, "customizedMessageBody": null,
               "ccRecipients": [{"emailAddress": {"name": null, "address": null}}]})
    );
    assert!(
        stage.control("inbox/bo@fabrikam.com").await["mails"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn the_same_again_keeps_the_guest_and_supersedes_the_link() {
    let stage = Stage::with_guests(0).await;
    let app = stage.app().await;
    let (_, first) = app.invite("cy@fabrikam.com").await;
    let (status, second) = app.invite("CY@fabrikam.com").await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(guest_of(&first), guest_of(&second));
    let ((old_id, old), (new_id, new)) = (ticket_of(&first), ticket_of(&second));
    assert_ne!(old, new);
    let world = stage.sandbox.state().world();
    assert_eq!(world.ticket(Some(old_id), &old), TicketState::Superseded(old_id));
    assert_eq!(world.ticket(Some(new_id), &new), TicketState::Fresh(new_id));
    assert_eq!(world.ticket(Some(old_id), &new), TicketState::Unknown);
    assert_eq!(world.inbox("cy@fabrikam.com").len(), 2);
}

#[tokio::test]
async fn a_deleted_guest_s_link_is_dead_and_a_restored_one_s_lives() {
    let stage = Stage::with_guests(0).await;
    let app = stage.app().await;
    let (_, invitation) = app.invite("di@fabrikam.com").await;
    let (id, ticket) = ticket_of(&invitation);
    let guest = guest_of(&invitation);
    app.delete(&format!("/v1.0/users/{guest}")).await;
    assert_eq!(
        stage.sandbox.state().world().ticket(None, &ticket),
        TicketState::GuestDeleted(id)
    );
    app.post(
        &format!("/v1.0/directory/deletedItems/{guest}/restore"),
        &json!({}),
    )
    .await;
    assert_eq!(
        stage.sandbox.state().world().ticket(None, &ticket),
        TicketState::Fresh(id)
    );
}

#[tokio::test]
async fn an_accepted_guest_is_completed_and_can_be_reset() {
    let stage = Stage::with_guests(120).await;
    let app = stage.app().await;
    let path = "/v1.0/users?$filter=externalUserState%20eq%20'Accepted'%20and%20accountEnabled%20eq%20true&$top=1&$select=id,mail,userPrincipalName";
    let guest = app.get_json(path).await["value"][0].clone();
    let (mail, id) = (guest["mail"].as_str().unwrap(), guest["id"].as_str().unwrap());
    let (_, again) = app.invite(mail).await;
    assert_eq!(
        (again["status"].as_str(), guest_of(&again).as_str()),
        (Some("Completed"), id),
        "{mail}"
    );

    let reset = |body: Value| {
        let mut whole =
            json!({"invitedUserEmailAddress": mail, "inviteRedirectUrl": REDIRECT, "resetRedemption": true});
        whole
            .as_object_mut()
            .unwrap()
            .extend(body.as_object().unwrap().clone());
        whole
    };
    assert_eq!(
        app.post("/v1.0/invitations", &reset(json!({}))).await.0,
        StatusCode::BAD_REQUEST
    );
    let foreign = reset(json!({"invitedUser": {"id": id}, "invitedUserEmailAddress": "other@fabrikam.com"}));
    assert_eq!(
        app.post("/v1.0/invitations", &foreign).await.0,
        StatusCode::BAD_REQUEST
    );
    let inviter = stage.admin(MEGAN, &["User.ReadWrite.All"]).await;
    assert_eq!(
        inviter
            .post("/v1.0/invitations", &reset(json!({"invitedUser": {"id": id}})))
            .await
            .0,
        StatusCode::FORBIDDEN
    );
    let (status, body) = app
        .post("/v1.0/invitations", &reset(json!({"invitedUser": {"id": id}})))
        .await;
    assert_eq!(
        (status, body["status"].as_str()),
        (StatusCode::CREATED, Some("PendingAcceptance")),
        "{body}"
    );
    let after = app
        .get_json(&format!(
            "/v1.0/users/{id}?$select=externalUserState,userPrincipalName,identities"
        ))
        .await;
    assert_eq!(after["externalUserState"], "PendingAcceptance");
    assert_eq!(after["userPrincipalName"], guest["userPrincipalName"]);
    assert_eq!(after["identities"][0]["issuer"], "contosob2b.onmicrosoft.com");
    let row = app.get_json("/v1.0/auditLogs/directoryAudits?$top=1&$filter=activityDisplayName%20eq%20'Invite%20external%20user%20with%20reset%20invitation%20status'").await;
    assert_eq!(row["value"][0]["targetResources"][0]["id"], id);
}

#[tokio::test]
async fn each_refusal_has_its_message() {
    let stage = Stage::with_guests(60).await;
    let app = stage.app().await;
    let blocked = app
        .get_json("/v1.0/users?$filter=accountEnabled%20eq%20false&$select=mail,id&$top=1")
        .await["value"][0]
        .clone();
    for (mail, status, part) in [
        (
            "adele.vance@contoso.com",
            400,
            "already exists in the directory as object ID: ad000001",
        ),
        (
            "nobody@contoso.com",
            400,
            "is a verified domain of this directory",
        ),
        (
            blocked["mail"].as_str().unwrap(),
            400,
            "but the account is blocked from signing in",
        ),
        ("plus+tag@fabrikam.com", 400, "email address"),
        (".dot@fabrikam.com", 400, "email address"),
        ("two@at@fabrikam.com", 400, "email address"),
        ("", 400, "invitedUserEmailAddress"),
        (
            "someone@litware.example",
            403,
            "blocked by cross-tenant access settings",
        ),
        ("someone@tailspintoys.example", 403, "domain"),
    ] {
        let (found, body) = app.invite(mail).await;
        let (_, message) = error_of(&body);
        assert_eq!(found.as_u16(), status, "{mail}: {body}");
        assert!(
            message.to_lowercase().contains(&part.to_lowercase()),
            "{mail}: {message}"
        );
    }
}

#[tokio::test]
async fn a_refused_invitation_leaves_no_guest() {
    let stage = Stage::with_guests(0).await;
    let app = stage.app().await;
    let long = format!("{}@fabrikam.com", "a".repeat(1 << 20));
    let redirect = |to: &str| json!({"invitedUserEmailAddress": "eve@fabrikam.com", "inviteRedirectUrl": to});
    for body in [
        json!({"invitedUserEmailAddress": long, "inviteRedirectUrl": REDIRECT}),
        redirect("javascript:alert(1)"),
        redirect(""),
        json!({"invitedUserEmailAddress": "eve@fabrikam.com"}),
        json!({"invitedUserEmailAddress": 7, "inviteRedirectUrl": REDIRECT}),
        json!({"invitedUserEmailAddress": "eve@fabrikam.com", "inviteRedirectUrl": REDIRECT, "companyName": "x"}),
        json!({"invitedUserEmailAddress": "eve@fabrikam.com", "inviteRedirectUrl": REDIRECT, "invitedUserSponsors": [{"id": "00000000-0000-4000-8000-000000000000"}]}),
    ] {
        let (status, _) = app.post("/v1.0/invitations", &body).await;
        assert!(status.is_client_error(), "{status}");
    }
    assert!(
        app.all("/v1.0/users?$filter=userType%20eq%20'Guest'")
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn the_invite_settings_bind_members_and_applications() {
    let stage = Stage::with_guests(0).await;
    stage
        .command("scenarios/admins-invite-only", &json!({"on": true}))
        .await;
    let grady = stage.admin(GRADY, &["User.Invite.All"]).await;
    let (status, body) = grady.invite("fay@fabrikam.com").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(
        error_of(&body)
            .1
            .starts_with("Guest invitations not allowed for your company.")
    );
    let megan = stage.admin(MEGAN, &["User.Invite.All"]).await;
    assert_eq!(megan.invite("fay@fabrikam.com").await.0, StatusCode::CREATED);
    let reader = stage.admin(MEGAN, &["User.Read.All"]).await;
    let (status, body) = reader.invite("gus@fabrikam.com").await;
    assert_eq!(
        (status, error_of(&body).0.as_str()),
        (StatusCode::FORBIDDEN, "Unauthorized")
    );
}

#[tokio::test]
async fn unsubscribed_people_get_no_mail_and_a_row_says_so() {
    let stage = Stage::with_guests(0).await;
    let app = stage.app().await;
    let at = stage.sandbox.clock().now();
    stage
        .sandbox
        .state()
        .world()
        .set_unsubscribed("hal@fabrikam.com", true, at);
    let (status, invitation) = app.invite("hal@fabrikam.com").await;
    assert_eq!(status, StatusCode::CREATED);
    let id = UserId(Uuid::parse_str(&guest_of(&invitation)).unwrap());
    assert!(stage.sandbox.state().inbox("hal@fabrikam.com").is_empty());
    let rows = app.get_json("/v1.0/auditLogs/directoryAudits?$filter=activityDisplayName%20eq%20'Email%20not%20sent,%20user%20unsubscribed'").await;
    assert_eq!(rows["value"][0]["targetResources"][0]["id"], id.to_string());
}
