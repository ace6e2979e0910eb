//! A running sandbox and callers that have signed in to it.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::{Client, RequestBuilder, Response, StatusCode, redirect::Policy};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use usher_sandbox::{Sandbox, SandboxConfig};

pub(crate) const ADELE: &str = "adele.vance@contoso.com";
pub(crate) const MEGAN: &str = "megan.bowen@contoso.com";
pub(crate) const GRADY: &str = "grady.archie@contoso.com";
pub(crate) const NESTOR: &str = "nestor.wilke@contoso.com";
pub(crate) const REDIRECT: &str = "https://myapplications.microsoft.com/?tenantid=x";

/// A sandbox and an HTTP client for it.
pub(crate) struct Stage {
    pub(crate) sandbox: Sandbox,
    pub(crate) http: Client,
}

/// Somebody with a token.
pub(crate) struct Caller {
    http: Client,
    graph: String,
    token: String,
}

impl Stage {
    pub(crate) async fn with_guests(guests: u32) -> Self {
        Self::with(SandboxConfig {
            guests,
            ..SandboxConfig::default()
        })
        .await
    }

    pub(crate) async fn with(config: SandboxConfig) -> Self {
        let now = chrono::DateTime::parse_from_rfc3339("2026-11-23T10:00:00Z")
            .unwrap()
            .to_utc();
        let config = SandboxConfig {
            now: config.now.or(Some(now)),
            ..config
        };
        let sandbox = Sandbox::start(config).await.unwrap();
        let http = Client::builder()
            .redirect(Policy::none())
            .timeout(Duration::from_mins(1))
            .build()
            .unwrap();
        Self { sandbox, http }
    }

    /// The application that acts for itself.
    pub(crate) async fn app(&self) -> Caller {
        let ready = self.sandbox.ready();
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &ready.app_only.client_id),
            ("client_secret", &ready.app_only.client_secret),
            ("scope", "https://graph.microsoft.com/.default"),
        ];
        let token = format!("{}/{}/oauth2/v2.0/token", ready.login, ready.tenant_id);
        let answer: Value = self
            .http
            .post(token)
            .form(&form)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        self.caller(&answer)
    }

    /// An administrator with these delegated permissions.
    pub(crate) async fn admin(&self, upn: &str, scopes: &[&str]) -> Caller {
        let ready = self.sandbox.ready();
        let verifier = "0123456789-0123456789-0123456789-0123456789-0123456789";
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
        let scope = scopes
            .iter()
            .map(|scope| format!("https://graph.microsoft.com/{scope}"))
            .chain(["openid".to_owned(), "offline_access".to_owned()])
            .collect::<Vec<_>>()
            .join(" ");
        let authority = format!("{}/{}/oauth2/v2.0", ready.login, ready.tenant_id);
        let redirect = "http://localhost:50123";
        let asked = self
            .http
            .get(format!("{authority}/authorize"))
            .query(&[
                ("client_id", ready.client_id.as_str()),
                ("response_type", "code"),
                ("redirect_uri", redirect),
                ("scope", &scope),
                ("state", "s"),
                ("nonce", "n"),
                ("code_challenge", &challenge),
                ("code_challenge_method", "S256"),
                ("login_hint", upn),
            ])
            .send()
            .await
            .unwrap();
        let location = asked.headers()["location"].to_str().unwrap();
        let location = url::Url::parse(location).unwrap();
        let code = location
            .query_pairs()
            .find(|(name, _)| name == "code")
            .unwrap()
            .1
            .into_owned();
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", &ready.client_id),
            ("code", &code),
            ("redirect_uri", redirect),
            ("code_verifier", verifier),
            ("scope", &scope),
        ];
        let answer = self
            .http
            .post(format!("{authority}/token"))
            .form(&form)
            .send()
            .await
            .unwrap();
        self.caller(&answer.json::<Value>().await.unwrap())
    }

    fn caller(&self, answer: &Value) -> Caller {
        let token = answer["access_token"]
            .as_str()
            .unwrap_or_else(|| panic!("no token in {answer}"))
            .to_owned();
        Caller {
            http: self.http.clone(),
            graph: self.sandbox.ready().graph,
            token,
        }
    }

    pub(crate) async fn control(&self, path: &str) -> Value {
        let address = format!("{}/sandbox/api/{path}", self.sandbox.url());
        self.http.get(address).send().await.unwrap().json().await.unwrap()
    }

    pub(crate) async fn command(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let address = format!("{}/sandbox/api/{path}", self.sandbox.url());
        let answer = self.http.post(address).json(body).send().await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }
}

impl Caller {
    pub(crate) fn request(&self, method: reqwest::Method, path: &str) -> RequestBuilder {
        let address = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.graph)
        };
        self.http.request(method, address).bearer_auth(&self.token)
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.request(reqwest::Method::GET, path).send().await.unwrap()
    }

    /// With `ConsistencyLevel: eventual`.
    pub(crate) async fn get_eventual(&self, path: &str) -> Response {
        self.request(reqwest::Method::GET, path)
            .header("ConsistencyLevel", "eventual")
            .send()
            .await
            .unwrap()
    }

    pub(crate) async fn get_json(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        let status = answer.status();
        let body: Value = answer.json().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {body}");
        body
    }

    pub(crate) async fn send(
        &self,
        method: reqwest::Method,
        path: &str,
        body: &Value,
    ) -> (StatusCode, Value) {
        let answer = self.request(method, path).json(body).send().await.unwrap();
        let status = answer.status();
        let bytes = answer.bytes().await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        self.send(reqwest::Method::POST, path, body).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        self.send(reqwest::Method::PATCH, path, body).await
    }

    pub(crate) async fn delete(&self, path: &str) -> (StatusCode, Value) {
        self.send(reqwest::Method::DELETE, path, &json!({})).await
    }

    /// All values of all pages.
    pub(crate) async fn all(&self, path: &str) -> Vec<Value> {
        let mut values = Vec::new();
        let mut next = Some(path.to_owned());
        while let Some(path) = next {
            let page = self.get_json(&path).await;
            values.extend(page["value"].as_array().unwrap().iter().cloned());
            next = page["@odata.nextLink"].as_str().map(ToOwned::to_owned);
        }
        values
    }

    pub(crate) async fn invite(&self, mail: &str) -> (StatusCode, Value) {
        let body = json!({"invitedUserEmailAddress": mail, "inviteRedirectUrl": REDIRECT, "sendInvitationMessage": true});
        self.post("/v1.0/invitations", &body).await
    }
}

/// `code` and `message` of an error body.
pub(crate) fn error_of(body: &Value) -> (String, String) {
    let text = |name: &str| body["error"][name].as_str().unwrap_or_default().to_owned();
    (text("code"), text("message"))
}
