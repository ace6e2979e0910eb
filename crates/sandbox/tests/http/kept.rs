//! What a client writes into a setting it reads back, and what a partner does not say it inherits.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Caller, GRADY, NESTOR, REDIRECT, Stage};

const POLICIES: &str = "/v1.0/policies/crossTenantAccessPolicy";
const AUDITS: &str = "/v1.0/auditLogs/directoryAudits";

async fn patched(caller: &Caller, path: &str, body: Value) {
    let (status, answer) = caller.patch(path, &body).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{path}: {answer}");
}

/// Every member of `wish` as it is read back.
async fn reads_back(caller: &Caller, path: &str, wish: &Value) {
    let now = caller.get_json(path).await;
    for (name, value) in wish.as_object().unwrap() {
        assert_eq!(&now[name], value, "{path}: {name}");
    }
}

async fn newest(app: &Caller) -> Value {
    app.get_json(&format!("{AUDITS}?$top=1")).await["value"][0].clone()
}

fn side(access: &str) -> Value {
    json!({
        "usersAndGroups": {"accessType": access, "targets": [{"target": "AllUsers", "targetType": "user"}]},
        "applications": {"accessType": access, "targets": [{"target": "AllApplications", "targetType": "application"}]},
    })
}

#[tokio::test]
async fn every_member_that_can_be_written_is_read_back() {
    let stage = Stage::with_guests(0).await;
    let app = stage.app().await;
    for (path, wish, activity) in [
        (
            "/v1.0/policies/authorizationPolicy",
            json!({"allowInvitesFrom": "adminsAndGuestInviters", "allowedToUseSSPR": false, "blockMsolPowerShell": true,
                "allowUserConsentForRiskyApps": false, "guestUserRoleId": "2af84b1e-32c8-42b7-82bc-daa82404023b",
                "description": "Ours."}),
            "Update authorization policy",
        ),
        (
            "/v1.0/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/email",
            json!({"state": "disabled", "allowExternalIdToUseEmailOtp": "disabled",
                "excludeTargets": [{"id": "3e000001-0b5e-4f7c-9a11-5a4db0c50011", "targetType": "group"}]}),
            "Authentication Methods Policy Update",
        ),
        (
            "/v1.0/policies/crossTenantAccessPolicy/default",
            json!({"b2bCollaborationInbound": side("blocked"), "b2bDirectConnectInbound": side("allowed"),
                "inboundTrust": {"isMfaAccepted": true, "isCompliantDeviceAccepted": true,
                    "isHybridAzureADJoinedDeviceAccepted": false}}),
            "Update the company default cross-tenant access setting",
        ),
    ] {
        patched(&app, path, wish.clone()).await;
        reads_back(&app, path, &wish).await;
        let row = newest(&app).await;
        assert_eq!(row["activityDisplayName"], activity);
        let changes = row["targetResources"][0]["modifiedProperties"]
            .as_array()
            .unwrap();
        assert!(changes.len() >= wish.as_object().unwrap().len(), "{row}");
    }
    // A member of an object that is not named stays.
    patched(
        &app,
        "/v1.0/policies/authorizationPolicy",
        json!({"defaultUserRolePermissions": {"allowedToCreateApps": false}}),
    )
    .await;
    let permissions = app
        .get_json("/v1.0/policies/authorizationPolicy?$select=defaultUserRolePermissions")
        .await;
    assert_eq!(
        permissions["defaultUserRolePermissions"]["allowedToCreateApps"],
        false
    );
    assert_eq!(
        permissions["defaultUserRolePermissions"]["allowedToReadOtherUsers"],
        true
    );
    assert!(permissions.get("allowInvitesFrom").is_none());
    for wrong in [
        json!({"allowedToUseSSPR": "yes"}),
        json!({"guestUserRoleId": "00000000-0000-0000-0000-000000000001"}),
        json!({"defaultUserRolePermissions": {"allowedToCreateApps": 1}}),
    ] {
        let (status, _) = app.patch("/v1.0/policies/authorizationPolicy", &wrong).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{wrong}");
    }
}

#[tokio::test]
async fn a_partner_inherits_what_it_does_not_say() {
    let stage = Stage::with_guests(60).await;
    let app = stage.app().await;
    let lookup = "/v1.0/tenantRelationships/findTenantInformationByDomainName(domainName='fabrikam.com')";
    let tenant = app.get_json(lookup).await["tenantId"]
        .as_str()
        .unwrap()
        .to_owned();
    let consent = json!({"inboundAllowed": true, "outboundAllowed": true});
    let (status, made) = app
        .post(
            &format!("{POLICIES}/partners"),
            &json!({"tenantId": tenant, "automaticUserConsentSettings": consent, "isServiceProvider": false}),
        )
        .await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let path = format!("{POLICIES}/partners/{tenant}");
    let own = app.get_json(&path).await;
    assert_eq!(
        (&own["automaticUserConsentSettings"], &own["isServiceProvider"]),
        (&consent, &json!(false))
    );
    assert_eq!(
        (&own["inboundTrust"], &own["b2bCollaborationInbound"]),
        (&Value::Null, &Value::Null)
    );

    // The default shuts everybody out, this partner with them.
    patched(
        &app,
        &format!("{POLICIES}/default"),
        json!({"b2bCollaborationInbound": side("blocked")}),
    )
    .await;
    assert_eq!(app.invite("one@fabrikam.com").await.0, StatusCode::FORBIDDEN);
    assert_eq!(app.get_json(&path).await["b2bCollaborationInbound"], Value::Null);
    // Its own word beats the default, and null takes the word back.
    patched(&app, &path, json!({"b2bCollaborationInbound": side("allowed")})).await;
    assert_eq!(app.invite("one@fabrikam.com").await.0, StatusCode::CREATED);
    assert_eq!(app.get_json(&path).await["automaticUserConsentSettings"], consent);
    patched(&app, &path, json!({"b2bCollaborationInbound": null})).await;
    assert_eq!(app.invite("two@fabrikam.com").await.0, StatusCode::FORBIDDEN);
    let refused = app
        .patch(
            &path,
            &json!({"b2bCollaborationInbound": {"usersAndGroups": side("blocked")["usersAndGroups"],
                "applications": side("allowed")["applications"]}}),
        )
        .await;
    assert_eq!(refused.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_domain_policy_keeps_the_words_it_was_written_in() {
    let stage = Stage::with_guests(0).await;
    let app = stage.app().await;
    let path = "/beta/policies/b2bManagementPolicies";
    // The documented sample: single quotes, and no list at all. It is shown as JSON.
    let sample = "{'B2BManagementPolicy':{'Version':1}}";
    let (status, made) = app
        .post(
            path,
            &json!({"definition": [sample], "displayName": "Ours", "isOrganizationDefault": true}),
        )
        .await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let own = format!("{path}/{}", made["id"].as_str().unwrap());
    reads_back(
        &app,
        &own,
        &json!({"definition": [sample.replace('\'', "\"")], "displayName": "Ours"}),
    )
    .await;
    assert_eq!(app.get_json(path).await["value"].as_array().unwrap().len(), 1);
    let allow = json!({"B2BManagementPolicy": {"InvitationsAllowedAndBlockedDomainsPolicy": {"AllowedDomains": ["fabrikam.com"]}}});
    patched(&app, &own, json!({"definition": [allow.to_string()]})).await;
    assert_eq!(app.invite("a@wingtiptoys.example").await.0, StatusCode::FORBIDDEN);
    assert_eq!(app.invite("a@fabrikam.com").await.0, StatusCode::CREATED);
    assert_eq!(app.delete(&own).await.0, StatusCode::NO_CONTENT);
    assert_eq!(app.get(&own).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(app.invite("a@wingtiptoys.example").await.0, StatusCode::CREATED);
    let row = newest(&app).await;
    assert_ne!(row["activityDisplayName"], "Update policy", "inviting came after");
    let filter = format!("{AUDITS}?$filter=activityDisplayName%20eq%20'Update%20policy'");
    assert_eq!(app.all(&filter).await.len(), 3);
}

#[tokio::test]
async fn conditional_access_changes_in_parts_and_survives_what_others_change() {
    let stage = Stage::with_guests(60).await;
    let app = stage.app().await;
    let path = "/v1.0/identity/conditionalAccess/policies";
    let seeded = app.get_json(path).await["value"].as_array().unwrap().clone();
    // Rows of sign-ins name policies that can be found.
    let rows = app.all("/v1.0/auditLogs/signIns").await;
    for policy in rows
        .iter()
        .flat_map(|row| row["appliedConditionalAccessPolicies"].as_array().unwrap())
    {
        assert!(seeded.iter().any(|own| own["id"] == policy["id"]), "{policy}");
    }
    let trial = seeded
        .iter()
        .find(|own| own["state"] == "enabledForReportingButNotEnforced")
        .unwrap();
    let own = format!("{path}/{}", trial["id"].as_str().unwrap());
    patched(
        &app,
        &own,
        json!({"description": "On trial", "conditions": {"signInRiskLevels": ["high"]}}),
    )
    .await;
    let now = app.get_json(&own).await;
    assert_eq!(
        (&now["description"], &now["conditions"]["signInRiskLevels"]),
        (&json!("On trial"), &json!(["high"]))
    );
    assert_eq!(now["conditions"]["users"], trial["conditions"]["users"]);
    stage
        .command("scenarios/terms-of-use", &json!({"on": true}))
        .await;
    assert_eq!(app.get_json(&own).await["description"], "On trial");
    let names = app.get_json(&format!("{path}?$select=displayName&$top=2")).await;
    assert_eq!(names["value"].as_array().unwrap().len(), 2);
    assert_eq!(names["value"][0].as_object().unwrap().len(), 1);
    let rest = app.get_json(names["@odata.nextLink"].as_str().unwrap()).await;
    assert_eq!(rest["value"].as_array().unwrap().len(), seeded.len() + 1 - 2);
}

#[tokio::test]
async fn the_global_administrator_writes_terms_of_use() {
    let stage = Stage::with_guests(0).await;
    let scopes = ["Agreement.ReadWrite.All", "AgreementAcceptance.Read.All"];
    let nestor = stage.admin(NESTOR, &scopes).await;
    let path = "/v1.0/identityGovernance/termsOfUse/agreements";
    let wish = json!({"displayName": "House rules", "isViewingBeforeAcceptanceRequired": true,
        "isPerDeviceAcceptanceRequired": false, "userReacceptRequiredFrequency": "P90D",
        "termsExpiration": {"startDateTime": "2027-01-01T00:00:00Z", "frequency": "P365D"}});
    let (status, made) = nestor.post(path, &wish).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let own = format!("{path}/{}", made["id"].as_str().unwrap());
    reads_back(&nestor, &own, &wish).await;
    patched(
        &nestor,
        &own,
        json!({"termsExpiration": null, "displayName": "New rules"}),
    )
    .await;
    reads_back(
        &nestor,
        &own,
        &json!({"termsExpiration": null, "displayName": "New rules"}),
    )
    .await;
    assert_eq!(
        nestor.get_json(&format!("{own}/acceptances")).await["value"],
        json!([])
    );
    let grady = stage.admin(GRADY, &scopes).await;
    assert_eq!(
        grady.patch(&own, &json!({"displayName": "x"})).await.0,
        StatusCode::FORBIDDEN
    );
    assert_eq!(nestor.delete(&own).await.0, StatusCode::NO_CONTENT);
    let rows = stage
        .app()
        .await
        .all(&format!(
            "{AUDITS}?$filter=loggedByService%20eq%20'Terms%20Of%20Use'"
        ))
        .await;
    assert_eq!(rows.len(), 3);
}

#[tokio::test]
async fn providers_and_grants_are_changed_in_place() {
    let stage = Stage::with_guests(60).await;
    let app = stage.app().await;
    let path = "/v1.0/identity/identityProviders";
    let wish = json!({"@odata.type": "#microsoft.graph.socialIdentityProvider", "identityProviderType": "Google",
        "displayName": "Sign in with Google", "clientId": "abc.apps", "clientSecret": "s3cret"});
    let (status, made) = app.post(path, &wish).await;
    assert_eq!(
        (status, &made["clientId"]),
        (StatusCode::CREATED, &json!("abc.apps"))
    );
    assert!(!made.to_string().contains("s3cret"));
    let own = format!("{path}/{}", made["id"].as_str().unwrap());
    patched(
        &app,
        &own,
        json!({"displayName": "Google", "clientSecret": "other"}),
    )
    .await;
    reads_back(
        &app,
        &own,
        &json!({"displayName": "Google", "clientId": "abc.apps"}),
    )
    .await;
    assert_eq!(
        app.patch(&format!("{path}/MSASignup-OAUTH"), &json!({"displayName": "x"}))
            .await
            .0,
        StatusCode::METHOD_NOT_ALLOWED
    );

    let grants = "/v1.0/oauth2PermissionGrants";
    let grant = app.get_json(grants).await["value"][0].clone();
    let own = format!("{grants}/{}", grant["id"].as_str().unwrap());
    patched(&app, &own, json!({"scope": "openid profile"})).await;
    reads_back(
        &app,
        &own,
        &json!({"scope": "openid profile", "clientId": grant["clientId"]}),
    )
    .await;
    assert_eq!(app.get_json(grants).await["value"].as_array().unwrap().len(), 1);
    let guest = app
        .get_json("/v1.0/users?$filter=userType%20eq%20'Guest'&$top=1")
        .await["value"][0]["id"]
        .clone();
    let wish = json!({"clientId": grant["clientId"], "resourceId": grant["resourceId"], "consentType": "Principal",
        "principalId": guest, "scope": "User.Read"});
    assert_eq!(app.post(grants, &wish).await.0, StatusCode::CREATED);
    let of_guest = format!("/v1.0/users/{}/oauth2PermissionGrants", guest.as_str().unwrap());
    assert_eq!(app.get_json(&of_guest).await["value"][0]["scope"], "User.Read");
}

#[tokio::test]
async fn whoever_only_invites_makes_no_members() {
    let stage = Stage::with_guests(0).await;
    let megan = stage.admin(crate::support::MEGAN, &["User.Invite.All"]).await;
    let wish = json!({"invitedUserEmailAddress": "m@fabrikam.com", "inviteRedirectUrl": REDIRECT, "invitedUserType": "Member"});
    let (status, answer) = megan.post("/v1.0/invitations", &wish).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "{answer}");
    assert_eq!(megan.invite("m@fabrikam.com").await.0, StatusCode::CREATED);
}
