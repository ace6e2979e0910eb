//! What the tests stand on: a server, a credential that counts, a clock that moves only when somebody waits.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use azure_core::{
    credentials::{AccessToken, TokenCredential, TokenRequestOptions},
    time::OffsetDateTime,
};
use serde_json::{Value, json};
use url::Url;
use usher_graph::{GraphClient, http_client};
use usher_identity::{Cloud, Credential, SignInError, TokenWish};
use usher_testkit::FakeClock;
use wiremock::{MockServer, Request, ResponseTemplate};

pub(crate) const START: &str = "2026-11-23T08:00:00Z";
pub(crate) const GUEST: &str = "cbb896f9-0000-4000-8000-000000000001";

/// Gives tokens `token-1`, `token-2`, … and keeps what was asked.
#[derive(Debug, Default)]
pub(crate) struct CountingCredential {
    pub(crate) asked: Mutex<Vec<(Vec<String>, TokenWish)>>,
    pub(crate) refuses: bool,
}

#[async_trait]
impl TokenCredential for CountingCredential {
    async fn get_token(
        &self,
        scopes: &[&str],
        options: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        let wish = options
            .unwrap()
            .method_options
            .context
            .value::<TokenWish>()
            .cloned()
            .unwrap();
        if self.refuses {
            return Err(SignInError::SignInNeeded { refusal: None }.into());
        }
        let mut asked = self.asked.lock().unwrap();
        asked.push((scopes.iter().map(|scope| (*scope).to_owned()).collect(), wish));

        Ok(AccessToken::new(
            format!("token-{}", asked.len()),
            OffsetDateTime::from_unix_timestamp(4_102_444_800).unwrap(),
        ))
    }
}

pub(crate) struct Stage {
    pub(crate) server: MockServer,
    pub(crate) client: GraphClient,
    pub(crate) clock: FakeClock,
    pub(crate) credential: Arc<CountingCredential>,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        Self::with(CountingCredential::default()).await
    }

    pub(crate) async fn with(credential: CountingCredential) -> Self {
        let server = MockServer::start().await;
        let (client, clock, credential) = client_for(&server.uri(), credential);
        Self {
            server,
            client,
            clock,
            credential,
        }
    }

    /// Answers every request, the first with the first answer, and the last answer for ever.
    pub(crate) async fn answers(&self, answers: Vec<ResponseTemplate>) {
        let last = answers.len() - 1;
        let count = std::sync::atomic::AtomicUsize::new(0);
        wiremock::Mock::given(wiremock::matchers::any())
            .respond_with(move |_: &Request| {
                let turn = count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                answers[turn.min(last)].clone()
            })
            .mount(&self.server)
            .await;
    }

    pub(crate) async fn received(&self) -> Vec<Request> {
        self.server.received_requests().await.unwrap()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}/graph{path}", self.server.uri())
    }
}

pub(crate) fn client_for(
    address: &str,
    credential: CountingCredential,
) -> (GraphClient, FakeClock, Arc<CountingCredential>) {
    let base = Url::parse(address).unwrap();
    let cloud = Cloud::sandbox(&base.join("login").unwrap(), &base.join("graph").unwrap()).unwrap();
    let clock = FakeClock::at(START.parse().unwrap());
    let credential = Arc::new(credential);
    let client = GraphClient::new(
        cloud.clone(),
        Credential::delegated(credential.clone()),
        http_client(&cloud).unwrap(),
        Arc::new(clock.clone()),
    );

    (client, clock, credential)
}

/// A JSON answer as Graph dresses it.
pub(crate) fn json_answer(status: u16, body: &Value) -> ResponseTemplate {
    raw_answer(status, &body.to_string())
}

pub(crate) fn raw_answer(status: u16, body: &str) -> ResponseTemplate {
    ResponseTemplate::new(status)
        .set_body_raw(
            body.to_owned(),
            "application/json;odata.metadata=minimal;charset=utf-8",
        )
        .insert_header("request-id", "graph-request")
        .insert_header("date", "Mon, 23 Nov 2026 08:00:00 GMT")
}

pub(crate) fn error_answer(status: u16, code: &str, message: &str) -> ResponseTemplate {
    json_answer(
        status,
        &json!({"error": {"code": code, "message": message,
            "innerError": {"date": "2026-11-23T08:00:00", "request-id": "inner", "client-request-id": "c"}}}),
    )
}

pub(crate) fn user(id: &str, name: &str) -> Value {
    json!({"id": id, "displayName": name, "userType": "Guest", "mail": "adele@fabrikam.com",
        "createdDateTime": "2026-09-22T17:09:48Z", "externalUserState": "PendingAcceptance", "otherMails": null})
}
