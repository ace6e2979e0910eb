//! What a stored sign-in meets: a service that refuses its refresh token in every way it can.

use std::sync::Arc;

use rstest::rstest;
use serde_json::{Value, json};
use url::Url;
use usher_identity::{
    Account, AccountId, BrowserSignIn, BrowserSignInConfig, Cloud, CloudKind, SandboxBrowser, Scope,
    SignInError, SignInMethod, Tenant, TenantId, TokenWish, USUAL_PATIENCE, Vault,
};
use uuid::Uuid;
use wiremock::{MockServer, ResponseTemplate, matchers::any};

use crate::stage::{clock, http};

const TENANT: &str = "11111111-1111-4111-8111-111111111111";

struct Resumed {
    server: MockServer,
    cloud: Cloud,
    vault: Vault,
    account: Account,
    sign_in: Arc<BrowserSignIn>,
}

/// A sign-in taken up from the vault, at a service that gives `answer` to everything.
async fn resumed(answer: ResponseTemplate) -> Resumed {
    let server = MockServer::start().await;
    wiremock::Mock::given(any())
        .respond_with(answer)
        .mount(&server)
        .await;
    let base = Url::parse(&server.uri()).unwrap();
    let cloud = Cloud::sandbox(&base.join("login").unwrap(), &base.join("graph").unwrap()).unwrap();
    let id = AccountId {
        cloud: CloudKind::Sandbox,
        tenant: TenantId::parse(TENANT).unwrap(),
        object_id: Uuid::from_u128(1),
    };
    let account = Account {
        id,
        user_principal_name: "adele.vance@contoso.com".to_owned(),
        display_name: None,
        method: SignInMethod::Sandbox,
    };
    let vault = Vault::session_only();
    vault
        .remember(account.clone(), Some("refresh-1".to_owned().into()))
        .await
        .unwrap();
    let sign_in = BrowserSignIn::new(BrowserSignInConfig {
        cloud: cloud.clone(),
        tenant: Tenant::organizations(),
        client_id: "client".to_owned(),
        http: http(),
        clock: clock(),
        opener: Arc::new(SandboxBrowser::new().unwrap()),
        vault: vault.clone(),
        redirect_port: None,
        patience: USUAL_PATIENCE,
    });
    assert!(sign_in.resume(account.clone()).await.unwrap());

    Resumed {
        server,
        cloud,
        vault,
        account,
        sign_in,
    }
}

impl Resumed {
    async fn token(&self) -> Result<String, SignInError> {
        let wish = TokenWish {
            fresh: true,
            ..TokenWish::default()
        };
        let token = self
            .sign_in
            .credential()
            .fetch_token(&self.cloud, Scope::READING, wish)
            .await?;
        Ok(token.token.secret().to_owned())
    }

    async fn asked(&self) -> usize {
        self.server.received_requests().await.unwrap().len()
    }
}

fn refusal(error: &str, code: u32, more: &Value) -> ResponseTemplate {
    let mut body = json!({"error": error, "error_codes": [code], "correlation_id": "corr", "trace_id": "trace",
        "error_description": format!("AADSTS{code}: adele.vance@contoso.com may not.\r\nTrace ID: trace")});
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    ResponseTemplate::new(400).set_body_json(body)
}

#[tokio::test]
async fn the_new_refresh_token_of_an_answer_is_kept_and_used_next() {
    let answer = json!({"token_type": "Bearer", "expires_in": 3599, "access_token": "at", "refresh_token": "refresh-2"});
    let stage = resumed(ResponseTemplate::new(200).set_body_json(answer)).await;

    assert_eq!(stage.token().await.unwrap(), "at");
    stage.token().await.unwrap();

    let kept = stage
        .vault
        .refresh_token(&stage.account.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(kept.as_str(), "refresh-2");
    let requests = stage.server.received_requests().await.unwrap();
    let form = |index: usize| -> std::collections::HashMap<String, String> {
        url::form_urlencoded::parse(&requests[index].body)
            .into_owned()
            .collect()
    };
    assert_eq!(form(0)["refresh_token"], "refresh-1");
    assert_eq!(form(1)["refresh_token"], "refresh-2");
    assert_eq!(form(0)["client_id"], "client");
    assert!(!form(0).contains_key("client_secret") && form(0)["scope"].contains("offline_access"));
    assert!(form(0)["claims"].contains("cp1"));
    assert_eq!(
        requests[0].url.path(),
        format!("/login/{TENANT}/oauth2/v2.0/token"),
        "the account's own tenant"
    );
}

#[rstest]
#[case::expired(700_082)]
#[case::revoked(50173)]
#[case::sign_in_frequency(70043)]
#[tokio::test]
async fn a_dead_refresh_token_is_used_once_and_never_again(#[case] code: u32) {
    let stage = resumed(refusal("invalid_grant", code, &json!({}))).await;

    let error = stage.token().await.unwrap_err();
    assert!(
        matches!(error, SignInError::SignInNeeded { refusal: Some(_) }),
        "{error:?}"
    );
    assert_eq!(error.aadsts(), Some(code));
    assert!(
        !format!("{error} {error:?}").contains("adele"),
        "the service's words name the account"
    );
    assert_eq!(stage.asked().await, 1);

    let again = stage.token().await.unwrap_err();
    assert!(
        matches!(again, SignInError::SignInNeeded { refusal: None }),
        "{again:?}"
    );
    assert_eq!(stage.asked().await, 1);
}

#[tokio::test]
async fn a_second_factor_wanted_leaves_the_refresh_token_as_it_is() {
    let claims = r#"{"access_token":{"acrs":{"essential":true,"value":"c1"}}}"#;
    let stage = resumed(refusal(
        "invalid_grant",
        50076,
        &json!({"suberror": "basic_action", "claims": claims}),
    ))
    .await;

    let error = stage.token().await.unwrap_err();

    assert!(matches!(error, SignInError::SignInNeeded { .. }), "{error:?}");
    assert_eq!(error.refusal().unwrap().claims.as_deref(), Some(claims));
    assert_eq!(error.refusal().unwrap().suberror.as_deref(), Some("basic_action"));
    stage.token().await.unwrap_err();
    assert_eq!(
        stage.asked().await,
        2,
        "it may work again once the person has shown up"
    );
}

#[tokio::test]
async fn an_approval_is_named_as_such() {
    let stage = resumed(refusal(
        "invalid_grant",
        65001,
        &json!({"suberror": "consent_required"}),
    ))
    .await;

    let error = stage.token().await.unwrap_err();

    assert!(matches!(error, SignInError::ApprovalNeeded(_)), "{error:?}");
}

#[tokio::test]
async fn a_service_that_is_not_well_does_not_cost_the_session() {
    let stage = resumed(refusal("temporarily_unavailable", 90033, &json!({}))).await;

    let error = stage.token().await.unwrap_err();

    assert!(matches!(error, SignInError::Refused(_)), "{error:?}");
    stage.token().await.unwrap_err();
    assert_eq!(stage.asked().await, 2);
}

#[rstest]
#[case::html(ResponseTemplate::new(200).set_body_raw("<html>hotel", "text/html"))]
#[case::half(ResponseTemplate::new(200).set_body_raw(r#"{"access_token":"#, "application/json"))]
#[case::outage(ResponseTemplate::new(502).set_body_raw("bad gateway", "text/plain"))]
#[tokio::test]
async fn an_answer_that_is_none_is_no_reason_to_sign_in_again(#[case] answer: ResponseTemplate) {
    let stage = resumed(answer).await;

    let error = stage.token().await.unwrap_err();

    assert!(matches!(error, SignInError::UnexpectedAnswer), "{error:?}");
    assert!(
        stage
            .vault
            .refresh_token(&stage.account.id)
            .await
            .unwrap()
            .is_some()
    );
}
