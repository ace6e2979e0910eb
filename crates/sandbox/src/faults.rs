//! Troubles that can be switched on: what a network, a service and a mail system do on a bad day.
//!
//! A fault of the wire hits the next so many requests whose path begins as said (all of them where no number is
//! given) and is gone then. The others change how the tenant behaves until they are switched off.

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{ConnectInfo, Request, State},
    http::{HeaderValue, Response, StatusCode, header},
    middleware::Next,
    response::IntoResponse,
};
use chrono::TimeDelta;
use futures_util::stream;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::{SandboxState, cuttable::Scissors, login::LoginFaults, world::World};

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "camelCase",
    tag = "kind",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum Trouble {
    /// 429, with `Retry-After` as it stands (seconds, decimals, a date) or without.
    TooManyRequests {
        /// The header's value.
        #[serde(default)]
        retry_after: Option<String>,
    },
    /// 5xx with an empty-handed error body.
    ServiceUnavailable {
        /// 500, 502, 503 or 504.
        #[serde(default = "default_status")]
        status: u16,
        /// The header's value.
        #[serde(default)]
        retry_after: Option<String>,
    },
    /// The answer comes late.
    Slow {
        /// So much.
        milliseconds: u64,
    },
    /// Nothing is carried out and no answer comes at all: the connection just ends.
    NetworkGone {},
    /// The connection breaks inside the body.
    CutConnection {
        /// After so many bytes of it.
        #[serde(default = "default_bytes")]
        after_bytes: usize,
    },
    /// The request is carried out, its answer is lost: the connection breaks before the first byte of the body.
    LostAnswer {},
    /// The body ends early although the answer looks whole.
    TruncatedBody {},
    /// A page of some proxy in place of the answer.
    HtmlPage {
        /// Its status.
        #[serde(default = "ok_status")]
        status: u16,
    },
    /// Requests with a skip token are told that it has expired.
    ExpiredSkipToken {},
    /// 401, as if the token's time were over.
    TokenExpired {},
    /// All tokens issued so far are answered with a claims challenge.
    ClaimsChallenge {},
    /// Refreshing a sign-in needs the person again.
    RefreshNeedsInteraction {},
    /// The token endpoint does not work.
    TokensUnavailable {},
    /// What is created stays unseen by reads for a while.
    ReplicationLag {
        /// So long.
        seconds: u32,
    },
    /// Log rows appear late.
    LogLag {
        /// So much.
        seconds: u32,
    },
    /// Spam filters eat the invitation mails.
    MailEaten {},
    /// The guests' own organisations do not answer.
    HomeOutage {},
}

const fn default_status() -> u16 {
    503
}
const fn ok_status() -> u16 {
    200
}
const fn default_bytes() -> usize {
    256
}

/// A fault as it is switched on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fault {
    /// What goes wrong.
    #[serde(flatten)]
    pub trouble: Trouble,
    /// Paths it hits, by how they begin, such as `/graph/v1.0/auditLogs`; all of Graph where nothing is said.
    #[serde(default)]
    pub path_prefix: Option<String>,
    /// HTTP method it hits; any where nothing is said.
    #[serde(default)]
    pub method: Option<String>,
    /// How many requests pass unharmed before it begins.
    #[serde(default)]
    pub skip: u32,
    /// How many requests it hits; all where nothing is said.
    #[serde(default)]
    pub count: Option<u32>,
}

impl Fault {
    /// A fault that hits everything until it is switched off.
    pub const fn new(trouble: Trouble) -> Self {
        Self {
            trouble,
            path_prefix: None,
            method: None,
            skip: 0,
            count: None,
        }
    }

    /// Hitting only paths that begin so.
    #[must_use]
    pub fn on(mut self, path_prefix: &str) -> Self {
        self.path_prefix = Some(path_prefix.to_owned());
        self
    }

    /// Hitting so many requests only.
    #[must_use]
    pub const fn times(mut self, count: u32) -> Self {
        self.count = Some(count);
        self
    }

    /// Letting so many requests pass first.
    #[must_use]
    pub const fn after(mut self, skip: u32) -> Self {
        self.skip = skip;
        self
    }

    fn is_about(&self, method: &str, path: &str, query: &str) -> bool {
        let prefix = self.path_prefix.as_deref().unwrap_or("/graph");
        path.starts_with(prefix)
            && self
                .method
                .as_ref()
                .is_none_or(|own| own.eq_ignore_ascii_case(method))
            && (self.trouble != Trouble::ExpiredSkipToken {} || query.contains("skiptoken="))
    }
}

/// The faults that are switched on.
#[derive(Debug, Default)]
pub struct Faults {
    active: Mutex<Vec<Fault>>,
}

impl Faults {
    /// All of them, in the order they were switched on.
    pub fn all(&self) -> Vec<Fault> {
        self.active().clone()
    }

    /// Switches all of them off. The tenant's own state follows with [`SandboxState::set_faults`].
    pub(crate) fn replace(&self, faults: Vec<Fault>) {
        *self.active() = faults;
    }

    fn active(&self) -> MutexGuard<'_, Vec<Fault>> {
        self.active.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The trouble that hits this request, counted.
    fn strike(&self, method: &str, path: &str, query: &str) -> Option<Trouble> {
        let mut active = self.active();
        let index = active.iter_mut().position(|fault| {
            if !fault.trouble.is_of_the_wire() || !fault.is_about(method, path, query) {
                return false;
            }
            if fault.skip > 0 {
                fault.skip -= 1;
                return false;
            }
            true
        })?;
        let trouble = active[index].trouble.clone();
        if let Some(left) = &mut active[index].count {
            *left = left.saturating_sub(1);
            if *left == 0 {
                active.remove(index);
            }
        }
        Some(trouble)
    }
}

impl Trouble {
    fn is_of_the_wire(&self) -> bool {
        !matches!(
            self,
            Self::ClaimsChallenge {}
                | Self::RefreshNeedsInteraction {}
                | Self::TokensUnavailable {}
                | Self::ReplicationLag { .. }
                | Self::LogLag { .. }
                | Self::MailEaten {}
                | Self::HomeOutage {}
        )
    }
}

impl SandboxState {
    /// Switches these faults on in place of all others.
    pub fn set_faults(&self, faults: Vec<Fault>) {
        self.faults().replace(faults);
        self.apply_standing_faults();
    }

    /// Switches one more fault on.
    pub fn add_fault(&self, fault: Fault) {
        let mut faults = self.faults().all();
        faults.push(fault);
        self.set_faults(faults);
    }

    fn apply_standing_faults(&self) {
        let faults = self.faults().all();
        let has = |wanted: &Trouble| faults.iter().any(|fault| fault.trouble == *wanted);
        let count_of = |wanted: &Trouble| {
            faults
                .iter()
                .find(|fault| fault.trouble == *wanted)
                .map_or(0, |fault| fault.count.unwrap_or(u32::MAX))
        };
        self.login().set_faults(LoginFaults {
            refreshes_needing_interaction: count_of(&Trouble::RefreshNeedsInteraction {}),
            unavailable_token_requests: count_of(&Trouble::TokensUnavailable {}),
        });
        if has(&Trouble::ClaimsChallenge {}) {
            self.login().revoke_issued_tokens();
            // It has happened; it does not go on happening.
            self.faults()
                .active()
                .retain(|fault| fault.trouble != Trouble::ClaimsChallenge {});
        }
        let mut world = self.world();
        set_lags(&mut world, &faults);
        world.mail_eaten = has(&Trouble::MailEaten {});
        world.home_outage = has(&Trouble::HomeOutage {});
    }
}

fn set_lags(world: &mut World, faults: &[Fault]) {
    world.log_lag = TimeDelta::zero();
    world.replication_lag = TimeDelta::zero();
    for fault in faults {
        match fault.trouble {
            Trouble::LogLag { seconds } => world.log_lag = TimeDelta::seconds(seconds.into()),
            Trouble::ReplicationLag { seconds } => world.replication_lag = TimeDelta::seconds(seconds.into()),
            _ => {}
        }
    }
}

/// Lets the faults of the wire strike.
pub(crate) async fn interfere(
    State(state): State<SandboxState>,
    request: Request,
    next: Next,
) -> Response<Body> {
    let uri = request.uri();
    // The control interface is how faults are switched off again; nothing hits it.
    if uri.path().starts_with("/sandbox/") {
        return next.run(request).await;
    }
    let query = uri.query().unwrap_or_default().replace("%24", "$");
    let Some(trouble) = state
        .faults()
        .strike(request.method().as_str(), uri.path(), &query)
    else {
        return next.run(request).await;
    };
    let request_id = state.world().fresh_uuid();
    let date = state.clock().now().format("%Y-%m-%dT%H:%M:%S").to_string();
    match trouble {
        Trouble::TooManyRequests { retry_after } => with_retry_after(
            error(
                StatusCode::TOO_MANY_REQUESTS,
                "TooManyRequests",
                "Please retry again later.",
                request_id,
                &date,
            ),
            retry_after.as_deref(),
        ),
        Trouble::ServiceUnavailable { status, retry_after } => with_retry_after(
            error(status_of(status), "UnknownError", "", request_id, &date),
            retry_after.as_deref(),
        ),
        Trouble::ExpiredSkipToken {} => error(
            StatusCode::BAD_REQUEST,
            "BadRequest",
            "The skip token is not valid or has expired. Start the query again without it.",
            request_id,
            &date,
        ),
        Trouble::TokenExpired {} => error(
            StatusCode::UNAUTHORIZED,
            "InvalidAuthenticationToken",
            "Lifetime validation failed, the token is expired.",
            request_id,
            &date,
        ),
        Trouble::HtmlPage { status } => html_page(status_of(status)),
        Trouble::Slow { milliseconds } => {
            wait(milliseconds).await;
            next.run(request).await
        }
        Trouble::NetworkGone {} => {
            if let Some(ConnectInfo(scissors)) = request.extensions().get::<ConnectInfo<Scissors>>() {
                scissors.cut();
            }
            // Seen only where the connection cannot be cut, over https: a body that never comes.
            cut(StatusCode::SERVICE_UNAVAILABLE.into_response(), 0).await
        }
        Trouble::CutConnection { after_bytes } => {
            cut(next.run(uncompressed(request)).await, after_bytes).await
        }
        Trouble::LostAnswer {} => cut(next.run(request).await, 0).await,
        Trouble::TruncatedBody {} => truncate(next.run(uncompressed(request)).await).await,
        Trouble::ClaimsChallenge {}
        | Trouble::RefreshNeedsInteraction {}
        | Trouble::TokensUnavailable {}
        | Trouble::ReplicationLag { .. }
        | Trouble::LogLag { .. }
        | Trouble::MailEaten {}
        | Trouble::HomeOutage {} => next.run(request).await,
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a slow network is slow in real time, whatever the sandbox's clock says"
)]
async fn wait(milliseconds: u64) {
    tokio::time::sleep(std::time::Duration::from_millis(milliseconds)).await;
}

fn status_of(number: u16) -> StatusCode {
    StatusCode::from_u16(number).unwrap_or(StatusCode::SERVICE_UNAVAILABLE)
}

fn error(status: StatusCode, code: &str, message: &str, request_id: Uuid, date: &str) -> Response<Body> {
    let body = json!({"error": {
        "code": code,
        "message": message,
        "innerError": {"date": date, "request-id": request_id, "client-request-id": request_id},
    }});
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("request-id", request_id.to_string()),
        ("client-request-id", request_id.to_string()),
    ];
    (status, headers, body.to_string()).into_response()
}

fn with_retry_after(mut response: Response<Body>, retry_after: Option<&str>) -> Response<Body> {
    if let Some(value) = retry_after.and_then(|value| HeaderValue::from_str(value).ok()) {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}

fn html_page(status: StatusCode) -> Response<Body> {
    let page = "<!DOCTYPE html><html lang=\"en\"><head><title>Sign in to the network</title></head>\
                <body><h1>Welcome to the guest network</h1><p>Please accept the terms to go on.</p></body></html>";
    (status, [("content-type", "text/html; charset=utf-8")], page).into_response()
}

/// The same request for an answer that is not compressed, so that half of it reads as text.
fn uncompressed(mut request: Request) -> Request {
    request.headers_mut().remove(header::ACCEPT_ENCODING);
    request
}

/// The head of the answer as announced, some of its body, then nothing more.
async fn cut(response: Response<Body>, after_bytes: usize) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    let whole = whole(body).await;
    let kept = whole.slice(..after_bytes.min(whole.len().saturating_sub(1)));
    parts
        .headers
        .insert(header::CONTENT_LENGTH, HeaderValue::from(whole.len().max(1)));
    parts.headers.remove(header::TRANSFER_ENCODING);
    let broken = std::io::Error::new(
        std::io::ErrorKind::ConnectionReset,
        "the connection was cut on purpose",
    );
    Response::from_parts(parts, Body::from_stream(stream::iter([Ok(kept), Err(broken)])))
}

/// Half of the body, announced as all of it.
async fn truncate(response: Response<Body>) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    let whole = whole(body).await;
    let half = whole.slice(..whole.len() / 2);
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(half))
}

async fn whole(body: Body) -> Bytes {
    to_bytes(body, usize::MAX).await.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_strikes_as_often_as_it_says_and_where_it_says() {
        let faults = Faults::default();
        let fault = Fault::new(Trouble::TokenExpired {})
            .on("/graph/v1.0/users")
            .after(1)
            .times(2);
        faults.replace(vec![fault]);
        let strike = |path: &str| faults.strike("GET", path, "").is_some();
        assert!(!strike("/graph/v1.0/organization"));
        assert_eq!(
            [1, 2, 3, 4].map(|_| strike("/graph/v1.0/users")),
            [false, true, true, false]
        );
        assert!(faults.all().is_empty());
    }

    #[test]
    fn faults_are_read_from_json_and_unknown_ones_refused() {
        let fault: Fault =
            serde_json::from_str(r#"{"kind":"tooManyRequests","retryAfter":"2.5","count":3}"#).unwrap();
        assert_eq!(
            fault.trouble,
            Trouble::TooManyRequests {
                retry_after: Some("2.5".to_owned())
            }
        );
        assert_eq!(fault.count, Some(3));
        assert!(serde_json::from_str::<Fault>(r#"{"kind":"earthquake"}"#).is_err());
    }
}
