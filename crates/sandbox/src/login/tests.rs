//! The authority over a real socket: what a desktop client, an app-only client and an attacker would send.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::StatusCode;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;
use url::Url;

use super::*;

mod grants;

const TENANT: &str = "2d9e6a4c-0d53-4f7e-9a55-6b0a1f4e7c01";
const CLIENT: &str = "b8a3f0f2-7a60-4f0e-8a1f-0c5f5c1d2e03";
const APP: &str = "5c1f2b77-9f7e-4a35-8a51-1f5b1c9f7a04";
const VERIFIER: &str = "a-code-verifier-of-at-least-forty-three-letters";
const ADELE: &str = "adele.vance@contoso.com";
const REDIRECT: &str = "http://localhost:49152/";

struct Fixture {
    login: Login,
    base: String,
    clock: Arc<AtomicI64>,
    http: reqwest::Client,
}

impl Fixture {
    async fn start() -> Self {
        let clock = Arc::new(AtomicI64::new(1_790_000_000));
        let hand = Arc::clone(&clock);
        let now: Now = Arc::new(move || DateTime::from_timestamp(hand.load(Ordering::SeqCst), 0).unwrap());
        let admin = |id: &str, name: &str, upn: &str, role: &str| AdminAccount {
            id: id.to_owned(),
            name: name.to_owned(),
            upn: upn.to_owned(),
            role_names: vec![role.to_owned()],
            role_template_ids: vec![format!("template-of-{role}")],
        };
        let config = LoginConfig {
            tenant_id: TENANT.to_owned(),
            tenant_name: "Contoso".to_owned(),
            domains: vec!["contoso.com".to_owned()],
            admins: vec![
                admin("id-adele", "Adele Vance", ADELE, "User Administrator"),
                admin(
                    "id-megan",
                    "Megan <b>Bowen</b>",
                    "megan.bowen@contoso.com",
                    "Guest Inviter",
                ),
            ],
            public_client_id: CLIENT.to_owned(),
            public_client_name: "Usher".to_owned(),
            confidential_clients: vec![ConfidentialClient {
                client_id: APP.to_owned(),
                client_secret: "s3cr+t value".to_owned(),
                certificate: None,
                service_principal_id: "id-principal".to_owned(),
                name: "Nightly report".to_owned(),
                roles: vec!["User.Read.All".to_owned()],
            }],
        };
        let login = Login::new(config, now).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let routes = router(login.clone(), &base);
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self {
            login,
            base,
            clock,
            http,
        }
    }

    fn advance(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
    }

    fn authorize_parameters(scope: &str) -> HashMap<&'static str, String> {
        HashMap::from([
            ("client_id", CLIENT.to_owned()),
            ("response_type", "code".to_owned()),
            ("redirect_uri", REDIRECT.to_owned()),
            ("scope", scope.to_owned()),
            ("state", "state-1 & more".to_owned()),
            ("nonce", "nonce-1".to_owned()),
            ("code_challenge", challenge(VERIFIER)),
            ("code_challenge_method", "S256".to_owned()),
        ])
    }

    async fn authorize(&self, parameters: &HashMap<&str, String>) -> reqwest::Response {
        let address = format!("{}/login/{TENANT}/oauth2/v2.0/authorize", self.base);
        self.http.get(address).query(parameters).send().await.unwrap()
    }

    /// A code by the way that needs no click.
    async fn code(&self, scope: &str) -> String {
        let mut parameters = Self::authorize_parameters(scope);
        parameters.insert("login_hint", ADELE.to_owned());
        answer_of(&self.authorize(&parameters).await)["code"].clone()
    }

    async fn token(&self, fields: &[(&str, &str)]) -> (StatusCode, Value) {
        let address = format!("{}/login/{TENANT}/oauth2/v2.0/token", self.base);
        let response = self.http.post(address).form(fields).send().await.unwrap();
        assert!(
            response.headers()["cache-control"]
                .to_str()
                .unwrap()
                .contains("no-store")
        );
        (response.status(), response.json().await.unwrap())
    }

    async fn redeem(&self, code: &str) -> (StatusCode, Value) {
        self.token(&[
            ("grant_type", "authorization_code"),
            ("client_id", CLIENT),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ])
        .await
    }

    async fn post_page(&self, page: &str, step: &str, fields: &[(&str, &str)]) -> reqwest::Response {
        let action = page.split("action=\"").nth(1).unwrap().split('"').next().unwrap();
        assert!(action.ends_with(step), "{action}");
        self.http
            .post(format!("{}{action}", self.base))
            .form(fields)
            .send()
            .await
            .unwrap()
    }
}

fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// The parameters a redirect carries back to the client.
fn answer_of(response: &reqwest::Response) -> HashMap<String, String> {
    assert_eq!(response.status(), StatusCode::FOUND);
    let address = Url::parse(response.headers()["location"].to_str().unwrap()).unwrap();
    assert_eq!(address.host_str(), Some("localhost"));
    address.query_pairs().into_owned().collect()
}

fn claims_of(token: &Value) -> Value {
    let payload = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[tokio::test]
async fn a_browser_sign_in_goes_through_both_pages_and_yields_verifiable_tokens() {
    let fixture = Fixture::start().await;
    let parameters = Fixture::authorize_parameters("openid profile offline_access User.Read.All");
    let response = fixture.authorize(&parameters).await;
    let policy = response.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        policy.contains("frame-ancestors 'none'") && !policy.contains("script-src"),
        "{policy}"
    );
    let page = response.text().await.unwrap();
    assert!(page.contains("Megan &lt;b&gt;Bowen&lt;/b&gt;"));

    let response = fixture
        .post_page(&page, "/account", &[("account", "id-adele")])
        .await;
    assert!(response.headers().contains_key("set-cookie"));
    let page = response.text().await.unwrap();
    assert!(page.contains("<code>User.Read.All</code>"));

    let answer = answer_of(
        &fixture
            .post_page(&page, "/consent", &[("decision", "accept")])
            .await,
    );
    assert_eq!(answer["state"], "state-1 & more");
    let (status, body) = fixture.redeem(&answer["code"]).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(body["expires_in"], 3599);
    assert_eq!(body["token_type"], "Bearer");

    let principal = fixture
        .login
        .verify(body["access_token"].as_str().unwrap())
        .unwrap();
    assert_eq!(principal.kind, PrincipalKind::User);
    assert_eq!(principal.upn.as_deref(), Some(ADELE));
    assert!(principal.may("User.Read.All") && !principal.may("User.Invite.All"));
    assert!(
        principal
            .role_template_ids
            .contains("template-of-User Administrator")
    );

    let id_token = claims_of(&body["id_token"]);
    assert_eq!(id_token["nonce"], "nonce-1");
    assert_eq!(id_token["aud"], CLIENT);
    assert_eq!(id_token["iss"], format!("{}/login/{TENANT}/v2.0", fixture.base));
    // An id token is no key to Graph, although the same authority signed it.
    let rejection = fixture
        .login
        .verify(body["id_token"].as_str().unwrap())
        .unwrap_err();
    assert_eq!(rejection, Rejection::WrongAudience);
}

#[tokio::test]
async fn the_documents_name_endpoints_that_exist_and_the_key_that_signs() {
    let fixture = Fixture::start().await;
    let address = format!(
        "{}/login/contoso.com/v2.0/.well-known/openid-configuration",
        fixture.base
    );
    let document: Value = fixture
        .http
        .get(address)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        document["issuer"],
        format!("{}/login/{TENANT}/v2.0", fixture.base)
    );
    let keys = fixture
        .http
        .get(document["jwks_uri"].as_str().unwrap())
        .send()
        .await
        .unwrap();
    let keys: Value = keys.json().await.unwrap();

    let code = fixture.code("openid User.Read").await;
    let (_, body) = fixture.redeem(&code).await;
    let token = body["access_token"].as_str().unwrap();
    let key = &keys["keys"][0];
    let public = jsonwebtoken::DecodingKey::from_rsa_components(
        key["n"].as_str().unwrap(),
        key["e"].as_str().unwrap(),
    )
    .unwrap();
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::RS256);
    validation.validate_exp = false;
    validation.set_audience(&[GRAPH_APP_ID]);
    jsonwebtoken::decode::<Value>(token, &public, &validation).unwrap();
    assert_eq!(
        jsonwebtoken::decode_header(token).unwrap().kid.as_deref(),
        key["kid"].as_str()
    );

    let userinfo = fixture
        .http
        .get(document["userinfo_endpoint"].as_str().unwrap())
        .bearer_auth(token);
    let userinfo: Value = userinfo.send().await.unwrap().json().await.unwrap();
    assert_eq!(userinfo["email"], ADELE);

    // A client that accepts only a host as authority finds the same routes at the root.
    let bare = format!("{}/{TENANT}/v2.0/.well-known/openid-configuration", fixture.base);
    assert_eq!(
        fixture.http.get(bare).send().await.unwrap().status(),
        StatusCode::OK
    );
    let foreign = format!(
        "{}/login/fabrikam.com/v2.0/.well-known/openid-configuration",
        fixture.base
    );
    let refusal: Value = fixture
        .http
        .get(foreign)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(refusal["error_codes"][0], 90_002);
}

#[tokio::test]
async fn a_code_is_spent_by_its_first_use_right_or_wrong() {
    let fixture = Fixture::start().await;
    let code = fixture.code("User.Read").await;
    assert_eq!(fixture.redeem(&code).await.0, StatusCode::OK);
    assert_eq!(fixture.redeem(&code).await.1["error_codes"][0], 54_005);

    let code = fixture.code("User.Read").await;
    let (status, body) = fixture
        .token(&[
            ("grant_type", "authorization_code"),
            ("client_id", CLIENT),
            ("code", &code),
            ("redirect_uri", REDIRECT),
            (
                "code_verifier",
                "another-verifier-of-at-least-forty-three-letters",
            ),
        ])
        .await;
    assert_eq!(
        (status, &body["error_codes"][0]),
        (StatusCode::BAD_REQUEST, &Value::from(501_481))
    );
    assert_eq!(fixture.redeem(&code).await.1["error_codes"][0], 54_005);

    let code = fixture.code("User.Read").await;
    fixture.advance(601);
    assert_eq!(fixture.redeem(&code).await.1["error_codes"][0], 70_008);
    assert_eq!(fixture.redeem("invented").await.1["error_codes"][0], 9_002_313);
}

#[tokio::test]
async fn an_error_body_has_every_member_of_the_platform() {
    let fixture = Fixture::start().await;
    let (status, body) = fixture.redeem("invented").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(body["error"], "invalid_grant");
    let description = body["error_description"].as_str().unwrap();
    let (trace, correlation) = (
        body["trace_id"].as_str().unwrap(),
        body["correlation_id"].as_str().unwrap(),
    );
    let tail = format!(
        "\r\nTrace ID: {trace}\r\nCorrelation ID: {correlation}\r\nTimestamp: {}",
        body["timestamp"].as_str().unwrap()
    );
    assert!(
        description.starts_with("AADSTS9002313: ") && description.ends_with(&tail),
        "{description}"
    );
    assert_eq!(body["timestamp"], "2026-09-21 14:13:20Z");
    assert!(body["error_uri"].as_str().unwrap().ends_with("code=9002313"));
}

#[tokio::test]
async fn redirects_go_to_registered_loopback_addresses_only() {
    let fixture = Fixture::start().await;
    for good in [
        "http://localhost",
        "http://localhost:1/",
        "http://127.0.0.1:65535",
    ] {
        let mut parameters = Fixture::authorize_parameters("User.Read");
        parameters.insert("redirect_uri", good.to_owned());
        assert_eq!(
            fixture.authorize(&parameters).await.status(),
            StatusCode::OK,
            "{good}"
        );
    }
    for bad in [
        "http://localhost:1/callback",
        "https://localhost:1",
        "http://[::1]:1",
        "http://localhost.evil.example",
        "http://localhost@evil.example/",
        "http://user@localhost/",
        "http://localhost:1/#x",
        "javascript:alert(1)",
        "",
    ] {
        let mut parameters = Fixture::authorize_parameters("User.Read");
        parameters.insert("redirect_uri", bad.to_owned());
        parameters.insert("login_hint", ADELE.to_owned());
        let response = fixture.authorize(&parameters).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{bad}");
        assert!(!response.headers().contains_key("location"), "{bad}");
    }
}

#[tokio::test]
async fn mistakes_are_told_to_the_client_by_redirect() {
    let fixture = Fixture::start().await;
    for (name, value, error, code) in [
        ("response_type", "token", "unsupported_response_type", "700054"),
        ("code_challenge", "short", "invalid_request", "50147"),
        ("code_challenge_method", "plain", "invalid_request", "50147"),
        ("scope", "Mail.Fly", "invalid_scope", "650053"),
        ("claims", "no json", "invalid_request", "9000117"),
        ("prompt", "none", "login_required", "50058"),
    ] {
        let mut parameters = Fixture::authorize_parameters("User.Read");
        parameters.insert(name, value.to_owned());
        let answer = answer_of(&fixture.authorize(&parameters).await);
        assert_eq!(answer["error"], error, "{name}");
        assert!(
            answer["error_description"].starts_with(&format!("AADSTS{code}: ")),
            "{name}"
        );
        assert_eq!(answer["state"], "state-1 & more");
        assert!(!answer.contains_key("code"));
    }
}

#[tokio::test]
async fn cancelling_either_page_is_access_denied_and_pages_answer_once() {
    let fixture = Fixture::start().await;
    let parameters = Fixture::authorize_parameters("User.Read");
    let page = fixture.authorize(&parameters).await.text().await.unwrap();
    let answer = answer_of(&fixture.post_page(&page, "/account", &[("cancel", "yes")]).await);
    assert_eq!(answer["error"], "access_denied");
    let again = fixture
        .post_page(&page, "/account", &[("account", "id-adele")])
        .await;
    assert_eq!(again.status(), StatusCode::GONE);

    let page = fixture.authorize(&parameters).await.text().await.unwrap();
    // The consent step cannot be reached around the account page.
    let around = page.replace("/account", "/consent");
    let response = fixture
        .post_page(&around, "/consent", &[("decision", "accept")])
        .await;
    assert_eq!(response.status(), StatusCode::GONE);
    let consent = fixture
        .post_page(&page, "/account", &[("account", "id-adele")])
        .await;
    let consent = consent.text().await.unwrap();
    let answer = answer_of(
        &fixture
            .post_page(&consent, "/consent", &[("decision", "cancel")])
            .await,
    );
    assert!(answer["error_description"].starts_with("AADSTS65004: "));
}
