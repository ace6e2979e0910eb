//! The client against the sandbox tenant: two halves that share no wire type and must agree all the same.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::sync::Arc;

use chrono::TimeDelta;
use futures_util::TryStreamExt as _;
use url::Url;
use usher_clock::{SharedClock, SystemClock};
use usher_graph::{
    GraphClient, GraphError, InvitationRefusalKind, LogWindow, NewInvitation, SignInActivityAccess,
    Unexpected, UserId, http_client,
};
use usher_identity::{Cloud, Credential, SandboxAppCredential, Secret, Tenant, TokenWish};
use usher_sandbox::{Ready, Sandbox, SandboxConfig, world::UserType};

struct Stage {
    sandbox: Sandbox,
    ready: Ready,
    client: GraphClient,
    credential: Credential,
}

async fn stage() -> Stage {
    let sandbox = Sandbox::start(SandboxConfig {
        guests: 120,
        ..SandboxConfig::default()
    })
    .await
    .unwrap();
    let ready = sandbox.ready();
    let cloud = Cloud::sandbox(
        &Url::parse(&ready.login).unwrap(),
        &Url::parse(&ready.graph).unwrap(),
    )
    .unwrap();
    let tenant = Tenant::parse(&ready.tenant_id.to_string()).unwrap();
    let (http, clock): (_, SharedClock) = (http_client(&cloud).unwrap(), Arc::new(SystemClock));
    let secret = Secret::new(ready.app_only.client_secret.clone());
    let app = &ready.app_only.client_id;
    let credential =
        SandboxAppCredential::credential(&cloud, &tenant, app, &secret, http.clone(), clock.clone()).unwrap();
    let client = GraphClient::new(cloud, credential.clone(), http, clock);

    Stage {
        sandbox,
        ready,
        client,
        credential,
    }
}

fn invitation(mail: &str) -> NewInvitation {
    NewInvitation {
        mail: mail.to_owned(),
        redirect_url: Url::parse("https://myapplications.microsoft.com").unwrap(),
        display_name: Some("Nora <b>\u{202e}Lind</b>".to_owned()),
        sends_mail: true,
        message: None,
        sponsors: Vec::new(),
        reset_of: None,
    }
}

#[tokio::test]
async fn the_tenant_and_every_guest_are_read() {
    let stage = stage().await;

    let tenant = stage.client.fetch_organization().await.unwrap();
    assert_eq!(tenant.id, stage.ready.tenant_id.to_string());
    assert!(tenant.has_premium());
    assert_eq!(tenant.default_domain(), Some("contoso.com"));

    let pages: Vec<_> = stage.client.guest_pages().try_collect().await.unwrap();
    let rows: Vec<_> = pages.iter().flat_map(|page| &page.rows).collect();
    assert!(pages.iter().all(|page| page.unreadable.is_empty()));
    assert!(
        pages
            .iter()
            .all(|page| page.activity == SignInActivityAccess::Included)
    );
    let expected = stage
        .sandbox
        .state()
        .world()
        .users()
        .filter(|user| user.user_type == UserType::Guest)
        .count();
    assert_eq!(rows.len(), expected);
    assert!(rows.iter().any(|row| row.value.sign_in_activity.is_some()));
    assert!(rows.iter().any(|row| {
        row.value
            .sponsors
            .as_ref()
            .is_some_and(|sponsors| !sponsors.is_empty())
    }));
    assert!(
        rows.iter()
            .any(|row| row.value.external_user_state.as_deref() == Some("Accepted"))
    );
    assert!(stage.client.clock_skew_seconds().unwrap().abs() <= 2);
}

#[tokio::test]
async fn both_logs_are_read_without_a_row_that_cannot_be_understood() {
    let stage = stage().await;
    let now = stage.sandbox.clock().now();
    let window = LogWindow {
        page_size: 50,
        ..LogWindow::new(now - TimeDelta::days(30), now)
    };

    let audits: Vec<_> = stage.client.audit_pages(window).try_collect().await.unwrap();
    let sign_ins: Vec<_> = stage.client.sign_in_pages(window).try_collect().await.unwrap();

    assert!(
        audits.len() > 1 && sign_ins.len() > 1,
        "{} and {} pages",
        audits.len(),
        sign_ins.len()
    );
    let mut newest = now + TimeDelta::seconds(1);
    for page in &audits {
        assert!(page.audits().unwrap().unreadable.is_empty());
    }
    for row in audits.iter().flat_map(|page| page.audits().unwrap().rows) {
        assert!(row.value.activity_date_time <= newest && row.value.activity_date_time >= window.from);
        newest = row.value.activity_date_time;
    }
    let mut codes = std::collections::BTreeSet::new();
    for page in &sign_ins {
        assert!(page.sign_ins().unwrap().unreadable.is_empty());
    }
    for row in sign_ins.iter().flat_map(|page| page.sign_ins().unwrap().rows) {
        assert!(serde_json::from_str::<serde_json::Value>(row.raw).is_ok());
        codes.extend(row.value.status.and_then(|status| status.error_code));
    }
    assert!(codes.contains(&0) && codes.len() > 5, "{codes:?}");
}

#[tokio::test]
async fn a_guest_is_invited_found_blocked_deleted_and_brought_back() {
    let stage = stage().await;
    let (client, mail) = (&stage.client, "nora.o'lind@fabrikam.com");

    let first = client.create_invitation(&invitation(mail)).await.unwrap();
    let guest = first.guest().unwrap();
    let again = client.create_invitation(&invitation(mail)).await.unwrap();
    assert_eq!(again.guest(), Some(guest), "a resend is for the same guest");
    assert_ne!(
        again.invite_redeem_url, first.invite_redeem_url,
        "and has a new link"
    );
    let found = client.find_users_by_mail(mail).await.unwrap();
    assert_eq!(found.iter().map(|row| row.value.id).collect::<Vec<_>>(), [guest]);
    assert_eq!(
        found[0].value.display_name.as_deref(),
        Some("Nora <b>\u{202e}Lind</b>")
    );

    client.set_account_enabled(guest, false).await.unwrap();
    assert_eq!(
        client.fetch_user(guest).await.unwrap().value.account_enabled,
        Some(false)
    );
    let refused = client.create_invitation(&invitation(mail)).await.unwrap_err();
    let GraphError::InvitationRefused(refusal) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(refusal.kind, InvitationRefusalKind::ExistsBlocked);

    client.delete_user(guest).await.unwrap();
    assert!(matches!(
        client.fetch_user(guest).await,
        Err(GraphError::NotFound { .. })
    ));
    let bin: Vec<_> = client.deleted_user_pages().try_collect().await.unwrap();
    let deleted = bin
        .iter()
        .flat_map(|page| &page.rows)
        .find(|row| row.value.id == guest)
        .unwrap();
    assert!(deleted.value.deleted_date_time.is_some());
    client.restore_user(guest).await.unwrap();
    assert_eq!(
        client.fetch_user(guest).await.unwrap().value.mail.as_deref(),
        Some(mail)
    );

    client.delete_user(guest).await.unwrap();
    client.purge_user(guest).await.unwrap();
    assert!(matches!(
        client.restore_user(guest).await,
        Err(GraphError::NotFound { .. })
    ));
}

#[tokio::test]
async fn the_sandboxs_refusals_are_recognised() {
    let stage = stage().await;
    let refused = async |mail: &str| match stage
        .client
        .create_invitation(&invitation(mail))
        .await
        .unwrap_err()
    {
        GraphError::InvitationRefused(refusal) => refusal.kind,
        other => panic!("{other:?}"),
    };

    assert_eq!(
        refused("somebody.new@contoso.com").await,
        InvitationRefusalKind::OwnDomain
    );
    assert_eq!(refused("no address").await, InvitationRefusalKind::InvalidAddress);
    let nobody = UserId::parse("00000000-0000-4000-8000-000000000000").unwrap();
    assert!(matches!(
        stage.client.fetch_user(nobody).await,
        Err(GraphError::NotFound { .. })
    ));
}

#[tokio::test]
async fn the_sandboxs_faults_are_met() {
    let stage = stage().await;
    let base = &stage.ready.url;
    let token = stage
        .credential
        .fetch_token(stage.client.cloud(), &[], TokenWish::default())
        .await
        .unwrap();
    assert!(!token.token.secret().is_empty());
    let fault = async |json: &'static str| {
        let http = http_client(stage.client.cloud()).unwrap();
        let sent = http
            .post(format!("{base}/sandbox/api/faults"))
            .header("content-type", "application/json")
            .body(json)
            .send();
        assert!(sent.await.unwrap().status().is_success());
    };

    fault(r#"{"kind":"tooManyRequests","retryAfter":"0.1","count":2}"#).await;
    stage.client.fetch_organization().await.unwrap();
    fault(r#"{"kind":"truncatedBody","count":1}"#).await;
    stage.client.fetch_organization().await.unwrap();
    fault(r#"{"kind":"tokenExpired","count":1}"#).await;
    stage.client.fetch_organization().await.unwrap();
    fault(r#"{"kind":"htmlPage","status":200,"count":1}"#).await;
    let error = stage.client.fetch_organization().await.unwrap_err();
    assert!(
        matches!(
            error,
            GraphError::UnexpectedAnswer {
                what: Unexpected::Html,
                ..
            }
        ),
        "{error:?}"
    );

    fault(r#"{"kind":"lostAnswer","pathPrefix":"/graph/v1.0/invitations","count":1}"#).await;
    let mail = "lost.answer@fabrikam.com";
    let error = stage
        .client
        .create_invitation(&invitation(mail))
        .await
        .unwrap_err();
    assert!(matches!(error, GraphError::OutcomeUnknown { .. }), "{error:?}");
    assert_eq!(
        stage.client.find_users_by_mail(mail).await.unwrap().len(),
        1,
        "it had happened, and once"
    );
}

#[tokio::test]
async fn the_settings_that_shape_redemption_are_read() {
    let stage = stage().await;
    let client = &stage.client;

    let who = client.fetch_authorization_policy().await.unwrap();
    assert_eq!(who.allow_invites_from.as_deref(), Some("everyone"));
    assert_eq!(
        client
            .fetch_cross_tenant_policy()
            .await
            .unwrap()
            .allowed_cloud_endpoints,
        Vec::<String>::new()
    );
    let default = client.fetch_cross_tenant_default().await.unwrap();
    let order = default
        .invitation_redemption_identity_provider_configuration
        .unwrap();
    assert_eq!(
        order.primary_identity_provider_precedence_order,
        [
            "azureActiveDirectory",
            "externalFederation",
            "socialIdentityProviders"
        ]
    );
    assert_eq!(default.tenant_id, None);
    let partners = client.fetch_cross_tenant_partners().await.unwrap();
    assert_eq!(partners.len(), 1);
    let users = partners[0]
        .b2b_collaboration_inbound
        .as_ref()
        .and_then(|inbound| inbound.users_and_groups.as_ref())
        .unwrap();
    assert_eq!(
        (users.access_type.as_deref(), &*users.targets[0].target),
        (Some("blocked"), "AllUsers")
    );
    assert!(partners[0].tenant_id.is_some());
    let passcode = client.fetch_email_method().await.unwrap();
    assert_eq!(
        passcode.allow_external_id_to_use_email_otp.as_deref(),
        Some("default")
    );
    let policies = client.fetch_access_policies().await.unwrap();
    let enforced = policies
        .iter()
        .filter(|policy| policy.state.as_deref() == Some("enabled"));
    assert_eq!(enforced.count(), 2);
    assert!(policies[0].conditions["users"].is_object());
    let locations = client.fetch_named_locations().await.unwrap();
    assert!(!locations[0].countries_and_regions.is_empty());
    let federations = client.fetch_federations().await.unwrap();
    assert_eq!(federations[0].domains[0].id, "woodgrove.example");
    assert!(!client.fetch_identity_providers().await.unwrap().is_empty());
    let domains = client.fetch_b2b_management_policies().await.unwrap();
    assert!(domains[0].definition[0].contains("tailspintoys.example"));

    // Terms of use are for people alone: an application is refused, and hears what is missing.
    let refused = client.fetch_agreements().await.unwrap_err();
    assert!(
        matches!(refused, GraphError::PermissionMissing { .. }),
        "{refused:?}"
    );
}
