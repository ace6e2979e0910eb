//! The settings that shape redemption, through Graph: read, changed, logged, and at work.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{ADELE, Caller, GRADY, MEGAN, Stage, error_of};

const AUTHORIZATION: &str = "/v1.0/policies/authorizationPolicy";
const DEFAULT: &str = "/v1.0/policies/crossTenantAccessPolicy/default";
const PARTNERS: &str = "/v1.0/policies/crossTenantAccessPolicy/partners";
const DOMAINS: &str = "/beta/policies/b2bManagementPolicies";
const EMAIL: &str = "/v1.0/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/email";
const ACCESS: &str = "/v1.0/identity/conditionalAccess/policies";
const AGREEMENTS: &str = "/v1.0/identityGovernance/termsOfUse/agreements";
const PROVIDERS: &str = "/v1.0/identity/identityProviders";
const FEDERATIONS: &str =
    "/v1.0/directory/federationConfigurations/graph.samlOrWsFedExternalDomainFederation";
const GRANTS: &str = "/v1.0/oauth2PermissionGrants";

async fn newest_audit(app: &Caller) -> Value {
    app.get_json("/v1.0/auditLogs/directoryAudits?$top=1").await["value"][0].clone()
}

async fn patched(app: &Caller, path: &str, body: Value) {
    let (status, answer) = app.patch(path, &body).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{path}: {answer}");
}

#[tokio::test]
async fn who_may_invite_is_set_and_holds() {
    let stage = Stage::with_guests(0).await;
    let app = stage.app().await;
    assert_eq!(app.get_json(AUTHORIZATION).await["allowInvitesFrom"], "everyone");
    patched(&app, AUTHORIZATION, json!({"allowInvitesFrom": "none"})).await;
    assert_eq!(
        app.get_json("/beta/policies/authorizationPolicy").await["value"][0]["allowInvitesFrom"],
        "none"
    );
    assert_eq!(app.invite("ana@fabrikam.com").await.0, StatusCode::FORBIDDEN);
    let rows = app
        .all("/v1.0/auditLogs/directoryAudits?$filter=activityDisplayName%20eq%20'Update%20authorization%20policy'")
        .await;
    assert_eq!(
        rows[0]["targetResources"][0]["modifiedProperties"][0]["newValue"],
        "[\"none\"]"
    );
    for bad in [
        json!({"allowInvitesFrom": "friends"}),
        json!({"shoeSize": 4}),
        json!({"guestUserRoleId": "x"}),
    ] {
        assert_eq!(
            app.patch(AUTHORIZATION, &bad).await.0,
            StatusCode::BAD_REQUEST,
            "{bad}"
        );
    }
    assert_eq!(app.get_json(AUTHORIZATION).await["allowInvitesFrom"], "none");
}

#[tokio::test]
async fn a_partner_can_be_let_in_and_shut_out() {
    let stage = Stage::with_guests(50).await;
    let app = stage.app().await;
    let partners = app.get_json(PARTNERS).await["value"].clone();
    let litware = partners[0]["tenantId"].as_str().unwrap();
    assert_eq!(
        partners[0]["b2bCollaborationInbound"]["usersAndGroups"]["accessType"],
        "blocked"
    );
    let side = |access: &str| {
        json!({"b2bCollaborationInbound": {
            "usersAndGroups": {"accessType": access, "targets": [{"target": "AllUsers", "targetType": "user"}]},
            "applications": {"accessType": access, "targets": [{"target": "AllApplications", "targetType": "application"}]},
        }})
    };
    assert_eq!(app.invite("new@litware.example").await.0, StatusCode::FORBIDDEN);
    patched(&app, &format!("{PARTNERS}/{litware}"), side("allowed")).await;
    assert_eq!(
        newest_audit(&app).await["activityDisplayName"],
        "Update a partner cross-tenant access setting"
    );
    assert_eq!(app.invite("new@litware.example").await.0, StatusCode::CREATED);
    assert_eq!(
        app.delete(&format!("{PARTNERS}/{litware}")).await.0,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        app.get(&format!("{PARTNERS}/{litware}")).await.status(),
        StatusCode::NOT_FOUND
    );
    let mut body = side("blocked");
    body["tenantId"] = json!(litware);
    assert_eq!(app.post(PARTNERS, &body).await.0, StatusCode::CREATED);
    assert_eq!(app.post(PARTNERS, &body).await.0, StatusCode::CONFLICT);
    assert_eq!(app.invite("newer@litware.example").await.0, StatusCode::FORBIDDEN);
    let half = json!({"b2bCollaborationInbound": {"usersAndGroups": {"accessType": "blocked", "targets": []},
        "applications": {"accessType": "allowed", "targets": []}}});
    assert_eq!(app.patch(DEFAULT, &half).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_default_keeps_what_is_written() {
    let stage = Stage::with_guests(0).await;
    let app = stage.app().await;
    let fresh = app.get_json(DEFAULT).await;
    assert_eq!(fresh["isServiceDefault"], true);
    let trust = json!({"isMfaAccepted": true, "isCompliantDeviceAccepted": false, "isHybridAzureADJoinedDeviceAccepted": true});
    let order = json!({"primaryIdentityProviderPrecedenceOrder": ["externalFederation", "azureActiveDirectory"],
        "fallbackIdentityProvider": "emailOneTimePasscode"});
    let outbound = json!({"usersAndGroups": {"accessType": "blocked", "targets": [{"target": "AllUsers", "targetType": "user"}]},
        "applications": {"accessType": "blocked", "targets": [{"target": "AllApplications", "targetType": "application"}]}});
    patched(
        &app,
        DEFAULT,
        json!({"inboundTrust": trust, "invitationRedemptionIdentityProviderConfiguration": order,
        "b2bCollaborationOutbound": outbound}),
    )
    .await;
    let now = app.get_json(DEFAULT).await;
    assert_eq!(now["isServiceDefault"], false);
    assert_eq!(now["inboundTrust"], trust);
    assert_eq!(now["invitationRedemptionIdentityProviderConfiguration"], order);
    assert_eq!(now["b2bCollaborationOutbound"], outbound);
    assert!(stage.sandbox.state().world().policy.cross_tenant.trust_mfa);
    patched(
        &app,
        "/v1.0/policies/crossTenantAccessPolicy",
        json!({"allowedCloudEndpoints": ["microsoftonline.us"]}),
    )
    .await;
    assert_eq!(
        app.get_json("/v1.0/policies/crossTenantAccessPolicy").await["allowedCloudEndpoints"],
        json!(["microsoftonline.us"])
    );
    let (status, _) = app
        .post(&format!("{DEFAULT}/resetToSystemDefault"), &json!({}))
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(app.get_json(DEFAULT).await["inboundTrust"], fresh["inboundTrust"]);
}

#[tokio::test]
async fn the_domain_list_is_text_in_a_text() {
    let stage = Stage::with_guests(0).await;
    let app = stage.app().await;
    assert_eq!(app.get_json(DOMAINS).await["value"], json!([]));
    assert_eq!(
        app.get("/v1.0/policies/b2bManagementPolicies").await.status(),
        StatusCode::BAD_REQUEST
    );
    let wish = |definition: &str| json!({"displayName": "B2BManagementPolicy", "definition": [definition]});
    let quoted = "{'B2BManagementPolicy':{'Version':1,'InvitationsAllowedAndBlockedDomainsPolicy':{'BlockedDomains':['adatum.com']}}}";
    let (status, made) = app.post(DOMAINS, &wish(quoted)).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let inner: Value = serde_json::from_str(made["definition"][0].as_str().unwrap()).unwrap();
    assert_eq!(
        inner["B2BManagementPolicy"]["InvitationsAllowedAndBlockedDomainsPolicy"],
        json!({"BlockedDomains": ["adatum.com"]})
    );
    assert_eq!(made["isOrganizationDefault"], "true");
    assert_eq!(
        newest_audit(&app).await["targetResources"][0]["displayName"],
        "B2BManagementPolicy"
    );
    assert_eq!(app.invite("x@adatum.com").await.0, StatusCode::FORBIDDEN);
    let one = format!("{DOMAINS}/{}", made["id"].as_str().unwrap());
    patched(&app, &one, wish("{\"B2BManagementPolicy\":{\"InvitationsAllowedAndBlockedDomainsPolicy\":{\"AllowedDomains\":[\"adatum.com\"]}}}")).await;
    assert_eq!(app.invite("x@adatum.com").await.0, StatusCode::CREATED);
    assert_eq!(app.invite("x@fabrikam.com").await.0, StatusCode::FORBIDDEN);
    for bad in [
        "nonsense",
        "{\"B2BManagementPolicy\":{\"InvitationsAllowedAndBlockedDomainsPolicy\":{\"AllowedDomains\":[\"a.b\"],\"BlockedDomains\":[\"c.d\"]}}}",
    ] {
        assert_eq!(
            app.patch(&one, &wish(bad)).await.0,
            StatusCode::BAD_REQUEST,
            "{bad}"
        );
    }
    assert_eq!(app.delete(&one).await.0, StatusCode::NO_CONTENT);
    assert_eq!(app.invite("x@fabrikam.com").await.0, StatusCode::CREATED);
    let grady = stage.admin(GRADY, &["Policy.Read.B2BManagementPolicy"]).await;
    assert_eq!(grady.get(DOMAINS).await.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn passcodes_and_social_providers_are_switched() {
    let stage = Stage::with_guests(0).await;
    let app = stage.app().await;
    assert_eq!(
        app.get_json(EMAIL).await["allowExternalIdToUseEmailOtp"],
        "default"
    );
    patched(&app, EMAIL, json!({"allowExternalIdToUseEmailOtp": "disabled"})).await;
    assert!(!stage.sandbox.state().world().policy.email_otp);
    patched(&app, EMAIL, json!({"allowExternalIdToUseEmailOtp": "enabled"})).await;
    assert_eq!(
        app.get_json(EMAIL).await["allowExternalIdToUseEmailOtp"],
        "enabled"
    );
    // A scenario that switches it off is seen through Graph.
    stage
        .command("scenarios/passcode-off", &json!({"on": true}))
        .await;
    assert_eq!(
        app.get_json(EMAIL).await["allowExternalIdToUseEmailOtp"],
        "disabled"
    );

    let google = json!({"identityProviderType": "Google", "displayName": "Google", "clientId": "c", "clientSecret": "s"});
    let (status, made) = app.post(PROVIDERS, &google).await;
    assert_eq!(
        (status, &made["clientSecret"]),
        (StatusCode::CREATED, &json!("******"))
    );
    assert!(stage.sandbox.state().world().policy.google_federation);
    assert_eq!(app.post(PROVIDERS, &google).await.0, StatusCode::BAD_REQUEST);
    let ids = |all: &Value| {
        all["value"]
            .as_array()
            .unwrap()
            .iter()
            .map(|own| own["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert!(ids(&app.get_json(PROVIDERS).await).contains(&"Google-OAUTH".to_owned()));
    assert_eq!(
        app.delete(&format!("{PROVIDERS}/Google-OAUTH")).await.0,
        StatusCode::NO_CONTENT
    );
    assert!(!stage.sandbox.state().world().policy.google_federation);
    let received = stage.control("received").await;
    assert!(
        !received.to_string().contains("\"clientSecret\":\"s\""),
        "the secret was kept"
    );
}

#[tokio::test]
async fn federations_come_and_go() {
    let stage = Stage::with_guests(60).await;
    let app = stage.app().await;
    let seeded = app.get_json(&format!("{FEDERATIONS}?$expand=domains")).await;
    assert_eq!(seeded["value"][0]["domains"][0]["id"], "woodgrove.example");
    let id = seeded["value"][0]["id"].as_str().unwrap();
    let domains = app
        .get_json(&format!(
            "/v1.0/directory/federationConfigurations/{id}/graph.samlOrWsFedExternalDomainFederation/domains"
        ))
        .await;
    assert_eq!(domains["value"], json!([{"id": "woodgrove.example"}]));
    // Changing them needs a Global Administrator; the application has no such permission.
    let wish = json!({"displayName": "x", "issuerUri": "https://idp.x.example", "passiveSignInUri": "https://idp.x.example/in",
        "preferredAuthenticationProtocol": "saml", "domains": [{"id": "x.example"}]});
    assert_eq!(app.post(FEDERATIONS, &wish).await.0, StatusCode::CREATED);
    assert!(
        stage
            .sandbox
            .state()
            .world()
            .policy
            .saml_ws_fed_domains
            .contains(&"x.example".to_owned())
    );
    assert_eq!(app.post(FEDERATIONS, &wish).await.0, StatusCode::BAD_REQUEST);
}

fn policy(name: &str, controls: &Value) -> Value {
    json!({
        "displayName": name,
        "state": "enabled",
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": {"includeApplications": ["All"]},
            "users": {"includeUsers": ["GuestsOrExternalUsers"]},
        },
        "grantControls": controls,
    })
}

#[tokio::test]
async fn conditional_access_takes_effect() {
    let stage = Stage::with_guests(0).await;
    let app = stage.app().await;
    let mfa = json!({"operator": "OR", "builtInControls": ["mfa"]});
    let (status, made) = app.post(ACCESS, &policy("Guests need MFA", &mfa)).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let enforced = || stage.sandbox.state().world().policy.conditional_access.len();
    assert_eq!(enforced(), 1);
    let one = format!("{ACCESS}/{}", made["id"].as_str().unwrap());
    patched(&app, &one, json!({"state": "enabledForReportingButNotEnforced"})).await;
    assert_eq!(enforced(), 0);
    assert_eq!(app.get_json(&one).await["displayName"], "Guests need MFA");
    let row = newest_audit(&app).await;
    assert_eq!(
        (
            row["loggedByService"].as_str(),
            row["activityDisplayName"].as_str()
        ),
        (
            Some("Conditional Access"),
            Some("Update conditional access policy")
        )
    );
    for (name, bad) in [
        ("state", json!({"state": "perhaps"})),
        (
            "controls",
            json!({"grantControls": {"operator": "OR", "builtInControls": ["magic"]}}),
        ),
        (
            "terms",
            json!({"grantControls": {"operator": "OR", "termsOfUse": ["no-such"]}}),
        ),
        ("conditions", json!({"conditions": {}})),
        ("member", json!({"colour": "red"})),
    ] {
        assert_eq!(app.patch(&one, &bad).await.0, StatusCode::BAD_REQUEST, "{name}");
    }
    assert_eq!(app.delete(&one).await.0, StatusCode::NO_CONTENT);
    assert_eq!(app.get(&one).await.status(), StatusCode::NOT_FOUND);
    // What a scenario sets is seen through Graph, and stays when another policy is added.
    stage.command("scenarios/require-mfa", &json!({"on": true})).await;
    let seen = app.get_json(ACCESS).await["value"].clone();
    assert_eq!(seen[0]["grantControls"]["builtInControls"], json!(["mfa"]));
    app.post(
        ACCESS,
        &policy(
            "Guests blocked",
            &json!({"operator": "OR", "builtInControls": ["block"]}),
        ),
    )
    .await;
    assert_eq!(enforced(), 2);
}

#[tokio::test]
async fn policies_bound_to_places_keep_their_countries() {
    let stage = Stage::with_guests(60).await;
    let app = stage.app().await;
    let seeded = stage.sandbox.state().world().policy.conditional_access.clone();
    let policies = app.get_json(ACCESS).await["value"].clone();
    // One more is on trial and not enforced.
    assert_eq!(policies.as_array().unwrap().len(), seeded.len() + 1);
    // Touching one of them leaves the others as they are.
    let path = format!("{ACCESS}/{}", policies[1]["id"].as_str().unwrap());
    patched(&app, &path, json!({"displayName": "Renamed"})).await;
    let now = stage.sandbox.state().world().policy.conditional_access.clone();
    assert_eq!(now[0], seeded[0]);
    assert_eq!((now[1].name.as_str(), now[1].grant), ("Renamed", seeded[1].grant));
    assert_eq!(now[1].sign_in_risk, seeded[1].sign_in_risk);
}

#[tokio::test]
async fn terms_are_for_people_only_and_bind_through_a_policy() {
    let stage = Stage::with_guests(0).await;
    let app = stage.app().await;
    assert_eq!(app.get(AGREEMENTS).await.status(), StatusCode::FORBIDDEN);
    let grady = stage
        .admin(GRADY, &["Agreement.Read.All", "AgreementAcceptance.Read.All"])
        .await;
    assert_eq!(grady.get_json(AGREEMENTS).await["value"], json!([]));
    stage
        .command("scenarios/terms-of-use", &json!({"on": true}))
        .await;
    let agreement = grady.get_json(AGREEMENTS).await["value"][0].clone();
    assert_eq!(agreement["displayName"], "Contoso guest terms");
    let policies = app.get_json(ACCESS).await["value"].clone();
    assert_eq!(
        policies[0]["grantControls"]["termsOfUse"],
        json!([agreement["id"]])
    );
    let accepted = grady
        .get_json(&format!(
            "{AGREEMENTS}/{}/acceptances",
            agreement["id"].as_str().unwrap()
        ))
        .await;
    assert_eq!(accepted["value"], json!([]));
    let path = format!("{ACCESS}/{}", policies[0]["id"].as_str().unwrap());
    patched(&app, &path, json!({"state": "disabled"})).await;
    assert!(stage.sandbox.state().world().policy.terms_of_use.is_empty());
    assert_eq!(
        grady.get_json(AGREEMENTS).await["value"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn consent_for_everybody_is_consent() {
    let stage = Stage::with_guests(0).await;
    let app = stage.app().await;
    let grant = app.get_json(GRANTS).await["value"][0].clone();
    assert_eq!(grant["consentType"], "AllPrincipals");
    let needed = || stage.sandbox.state().world().policy.app.admin_consent_needed;
    assert_eq!(
        app.delete(&format!("{GRANTS}/{}", grant["id"].as_str().unwrap()))
            .await
            .0,
        StatusCode::NO_CONTENT
    );
    assert!(needed());
    let again = json!({"clientId": grant["clientId"], "consentType": "AllPrincipals", "principalId": null,
        "resourceId": grant["resourceId"], "scope": "User.Read"});
    assert_eq!(app.post(GRANTS, &again).await.0, StatusCode::CREATED);
    assert!(!needed());
    let found = app
        .get_json(&format!("{GRANTS}?$filter=consentType%20eq%20'AllPrincipals'"))
        .await;
    assert_eq!(found["value"].as_array().unwrap().len(), 1);
    assert_eq!(
        app.post(
            GRANTS,
            &json!({"clientId": "x", "consentType": "Some", "resourceId": "y"})
        )
        .await
        .0,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn tenants_are_found_by_domain_and_by_id() {
    let stage = Stage::with_guests(50).await;
    let app = stage.app().await;
    let by_domain = |domain: &str| {
        format!("/v1.0/tenantRelationships/findTenantInformationByDomainName(domainName='{domain}')")
    };
    let found = app.get_json(&by_domain("fabrikam.com")).await;
    assert_eq!(
        (found["displayName"].as_str(), found["defaultDomainName"].as_str()),
        (Some("Fabrikam"), Some("fabrikam.com"))
    );
    let id = found["tenantId"].as_str().unwrap();
    let same = app
        .get_json(&format!(
            "/v1.0/tenantRelationships/findTenantInformationByTenantId(tenantId='{id}')"
        ))
        .await;
    assert_eq!(same["displayName"], "Fabrikam");
    for unknown in ["gmail.com", "nowhere.example", "'"] {
        assert_eq!(
            app.get(&by_domain(unknown)).await.status(),
            StatusCode::NOT_FOUND,
            "{unknown}"
        );
    }
}

#[tokio::test]
async fn readers_read_and_nobody_else_writes() {
    let stage = Stage::with_guests(0).await;
    let scopes = [
        "Policy.Read.All",
        "Policy.ReadWrite.CrossTenantAccess",
        "Policy.ReadWrite.ConditionalAccess",
    ];
    let grady = stage.admin(GRADY, &scopes).await;
    let megan = stage.admin(MEGAN, &scopes).await;
    let adele = stage.admin(ADELE, &["User.Read.All"]).await;
    for path in [DEFAULT, PARTNERS, ACCESS] {
        assert_eq!(grady.get(path).await.status(), StatusCode::OK, "{path}");
        assert_eq!(megan.get(path).await.status(), StatusCode::FORBIDDEN, "{path}");
        let refused = adele.get(path).await;
        assert_eq!(
            error_of(&refused.json().await.unwrap()).0,
            "Authorization_RequestDenied",
            "{path}"
        );
    }
    let trust = json!({"inboundTrust": {"isMfaAccepted": true}});
    assert_eq!(grady.patch(DEFAULT, &trust).await.0, StatusCode::FORBIDDEN);
    assert!(!stage.sandbox.state().world().policy.cross_tenant.trust_mfa);
    assert_eq!(
        stage.app().await.send(Method::PUT, DEFAULT, &trust).await.0,
        StatusCode::METHOD_NOT_ALLOWED
    );
}
