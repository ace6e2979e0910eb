//! Sending requests: tokens, waiting, repeating, and sorting out what came back.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::TimeDelta;
use reqwest::{
    header::{ACCEPT_ENCODING, CONTENT_ENCODING},
    redirect::Policy,
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use usher_clock::SharedClock;
use usher_identity::{Cloud, Credential, Redacted, SignInError, TokenWish, Transport};
use uuid::Uuid;

use crate::{
    Connection, Denial, GraphError, InvitationRefusal, InvitationRefusalKind, ReportPace, Trace, Unexpected,
    body::{Body, Room},
    call::{Answer, Call, Repeat, trace_of},
    connection::ConnectionLight,
    error::ErrorBody,
    gzip::{GZIP, inflate},
    pace::Turnstile,
    retry::{LONGEST_WAIT, backoff, retry_after},
};

/// How often Graph may say "later" before the caller hears of it.
const THROTTLE_TRIES: u32 = 8;
/// How often a request that can be repeated is sent when Graph is unwell or answers break off.
const SICK_TRIES: u32 = 3;

/// Makes the HTTP client that [`GraphClient`] and the sign-in use: time limits, no
/// redirects (a token must not follow one), and no proxy on the way to the sandbox.
pub fn http_client(cloud: &Cloud) -> Result<reqwest::Client, GraphError> {
    let builder = reqwest::Client::builder()
        .user_agent(concat!("Usher/", env!("CARGO_PKG_VERSION")))
        // Answers of Graph are inflated by the client, whole.
        .no_gzip()
        .connect_timeout(Duration::from_secs(15))
        .read_timeout(Duration::from_mins(1))
        .timeout(Duration::from_mins(3))
        .redirect(Policy::none());
    let builder = if cloud.is_sandbox() {
        builder.no_proxy()
    } else {
        builder
    };

    builder
        .build()
        .map_err(|error| GraphError::Offline(Transport::of_request(&error)))
}

/// Microsoft Graph for one credential. Cheap to clone; clones share pace and connection state.
#[derive(Clone)]
pub struct GraphClient {
    shared: Arc<Shared>,
    cancel: CancellationToken,
    /// Of this one and its clones. What [`with_cancel`](Self::with_cancel) returns has its own, so that what a sync read goes with it.
    room: Arc<Room>,
}

struct Shared {
    cloud: Cloud,
    credential: Credential,
    http: reqwest::Client,
    clock: SharedClock,
    turnstile: Turnstile,
    light: ConnectionLight,
    skew: Mutex<Option<TimeDelta>>,
}

impl fmt::Debug for GraphClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GraphClient")
            .field("cloud", &self.shared.cloud.kind())
            .finish_non_exhaustive()
    }
}

/// What came of sending a request once.
enum Sent {
    Answered(Answer),
    /// Nothing reached Graph.
    Unreachable(Transport),
    /// It may have been sent, and nothing at all came back.
    Unanswered(Transport, Trace),
    /// It was sent, and no whole answer came back.
    Lost(Transport, Trace),
}

/// How often a request was sent, and why again.
#[derive(Default)]
struct Tries {
    throttled: u32,
    sick: u32,
    token_renewed: bool,
    /// An earlier try may have done what was asked.
    in_doubt: bool,
}

impl GraphClient {
    /// Makes a client. Report endpoints are asked at Entra's pace, in the sandbox as fast as it answers.
    pub fn new(cloud: Cloud, credential: Credential, http: reqwest::Client, clock: SharedClock) -> Self {
        let pace = if cloud.is_sandbox() {
            ReportPace::unlimited()
        } else {
            ReportPace::entra()
        };

        Self::paced(cloud, credential, http, clock, pace)
    }

    /// Makes a client with a pace of its own.
    pub fn paced(
        cloud: Cloud,
        credential: Credential,
        http: reqwest::Client,
        clock: SharedClock,
        pace: ReportPace,
    ) -> Self {
        let shared = Shared {
            cloud,
            credential,
            http,
            clock,
            turnstile: Turnstile::new(pace),
            light: ConnectionLight::new(),
            skew: Mutex::default(),
        };

        Self {
            shared: Arc::new(shared),
            cancel: CancellationToken::new(),
            room: Arc::default(),
        }
    }

    /// Returns a client whose requests end with [`GraphError::Cancelled`] when `cancel` is. A change that is
    /// under way is waited for, so that its outcome is known.
    pub fn with_cancel(&self, cancel: CancellationToken) -> Self {
        Self {
            shared: self.shared.clone(),
            cancel,
            room: Arc::default(),
        }
    }

    /// Returns the cloud this client speaks to.
    pub fn cloud(&self) -> &Cloud {
        &self.shared.cloud
    }

    /// Watches how requests go.
    pub fn connection(&self) -> watch::Receiver<Connection> {
        self.shared.light.subscribe()
    }

    /// Returns how far Graph's clock is ahead of ours, by the last answer. Graph tells whole seconds.
    pub fn clock_skew_seconds(&self) -> Option<i64> {
        self.shared
            .skew
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .map(|skew| skew.num_seconds())
    }

    /// Sends `call` until there is an answer to act on, and reads it.
    pub(crate) async fn send<T>(
        &self,
        call: &Call,
        read: impl Fn(Answer) -> Result<T, (Unexpected, Trace)>,
    ) -> Result<T, GraphError> {
        let mut tries = Tries::default();
        let mut wish = TokenWish {
            may_open_browser: call.may_ask,
            ..TokenWish::default()
        };

        loop {
            let token = self.token(call, wish.clone()).await?;
            self.until_cancelled(self.shared.turnstile.pass(call.lane, &*self.shared.clock))
                .await?;

            let answer = match self.send_once(call, &token).await? {
                Sent::Answered(answer) => answer,
                Sent::Unreachable(transport) => {
                    self.shared.light.show(Connection::Offline {
                        since: self.shared.clock.now(),
                    });
                    // An earlier try may have done it, and now nobody can tell.
                    return Err(if tries.in_doubt && !call.reads() {
                        GraphError::OutcomeUnknown {
                            trace: Trace::default(),
                        }
                    } else {
                        GraphError::Offline(transport)
                    });
                }
                Sent::Unanswered(transport, trace) => {
                    // Again and again no answer at all: whatever it is, it is no network.
                    let end = || {
                        self.shared.light.show(Connection::Offline {
                            since: self.shared.clock.now(),
                        });
                        GraphError::Offline(transport)
                    };
                    self.repeat_or(call, &mut tries, None, end, &trace).await?;
                    continue;
                }
                Sent::Lost(transport, trace) => {
                    self.repeat_or(call, &mut tries, None, || lost(transport, &trace), &trace)
                        .await?;
                    continue;
                }
            };

            match answer.status {
                200..=299 => match read(answer) {
                    Err((Unexpected::Truncated, trace)) if call.reads() => {
                        let what = Unexpected::Truncated;
                        let end = || GraphError::UnexpectedAnswer {
                            what,
                            trace: trace.clone(),
                        };
                        self.repeat_or(call, &mut tries, None, end, &trace).await?;
                    }
                    // What was asked was done, only how it went cannot be read.
                    Err((_, trace)) if !call.reads() => return Err(GraphError::OutcomeUnknown { trace }),
                    outcome => {
                        return outcome.map_err(|(what, trace)| GraphError::UnexpectedAnswer { what, trace });
                    }
                },
                401 | 403 if answer.status == 401 || answer.demanded_claims.is_some() => {
                    if std::mem::replace(&mut tries.token_renewed, true) {
                        self.shared.light.show(Connection::SignInNeeded {
                            since: self.shared.clock.now(),
                        });
                        return Err(GraphError::SessionExpired { trace: answer.trace });
                    }
                    wish.fresh = true;
                    wish.claims = answer.demanded_claims;
                }
                429 => self.wait_as_asked(&mut tries, &answer).await?,
                500 | 502..=504 => {
                    let (status, trace) = (answer.status, answer.trace);
                    let end = || GraphError::Unavailable {
                        status,
                        trace: trace.clone(),
                    };
                    self.repeat_or(call, &mut tries, answer.retry_after.as_deref(), end, &trace)
                        .await?;
                }
                404 if call.repeat == Repeat::Removing && tries.in_doubt => {
                    // The try whose answer was lost has removed it.
                    let done = Answer {
                        status: 204,
                        body: Body::default(),
                        ..answer
                    };
                    return read(done).map_err(|(what, trace)| GraphError::UnexpectedAnswer { what, trace });
                }
                _ => return Err(refused(call, answer)),
            }
        }
    }

    /// Gets a token, where the request may ask the person only if the person waits for it.
    async fn token(&self, call: &Call, wish: TokenWish) -> Result<String, GraphError> {
        let scopes = call.scopes();
        let fetched = self
            .shared
            .credential
            .fetch_token(&self.shared.cloud, scopes, wish);
        match self.until_cancelled(fetched).await? {
            Ok(token) => Ok(token.token.secret().to_owned()),
            Err(error) => {
                let now = self.shared.clock.now();
                match &error {
                    SignInError::Offline(_) => self.shared.light.show(Connection::Offline { since: now }),
                    SignInError::SignInNeeded { .. } => {
                        self.shared.light.show(Connection::SignInNeeded { since: now });
                    }
                    _ => {}
                }
                Err(error.into())
            }
        }
    }

    async fn send_once(&self, call: &Call, token: &str) -> Result<Sent, GraphError> {
        let client_request_id = Uuid::new_v4().to_string();
        let mut request = self
            .shared
            .http
            .request(call.method.clone(), call.url.clone())
            .bearer_auth(token)
            .header("client-request-id", &client_request_id)
            .header("accept", "application/json")
            .header(ACCEPT_ENCODING, GZIP);
        for (name, value) in call.headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = &call.body {
            request = request
                .header("content-type", "application/json")
                .body(body.clone());
        }

        let exchange = async {
            let asked_at = self.shared.clock.now();
            let answer = match request.send().await {
                Ok(answer) => answer,
                Err(error) if error.is_connect() || error.is_builder() => {
                    return Sent::Unreachable(Transport::of_request(&error));
                }
                Err(error) => {
                    let trace = Trace {
                        client_request_id: client_request_id.clone(),
                        ..Trace::default()
                    };
                    let transport = Transport::of_request(&error);
                    return match transport {
                        Transport::TimedOut => Sent::Lost(transport, trace),
                        _ => Sent::Unanswered(transport, trace),
                    };
                }
            };
            let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
            let trace = trace_of(&headers, &client_request_id);
            self.note_answer(&trace, asked_at);
            let body = match answer.bytes().await {
                Ok(body) => body,
                Err(error) => return Sent::Lost(Transport::of_request(&error), trace),
            };
            let body = if headers.get(CONTENT_ENCODING).is_some_and(|name| name == GZIP) {
                match inflate(&body, &self.room) {
                    Some(inflated) => inflated,
                    None => return Sent::Lost(Transport::Cut, trace),
                }
            } else {
                body.into()
            };
            let body = Body::new(body, &self.room);
            Sent::Answered(Answer::new(status, &headers, body, trace))
        };

        if call.reads() {
            self.until_cancelled(exchange).await
        } else {
            Ok(exchange.await)
        }
    }

    fn note_answer(&self, trace: &Trace, asked_at: chrono::DateTime<chrono::Utc>) {
        let now = self.shared.clock.now();
        self.shared.light.show(Connection::Online { at: now });
        if let Some(date) = trace.date {
            // The answer was dated somewhere between the question and now.
            let middle = asked_at + (now - asked_at) / 2;
            *self.shared.skew.lock().unwrap_or_else(PoisonError::into_inner) = Some(date - middle);
        }
    }

    /// Waits before another try of a request that may be repeated; else returns how it ends.
    async fn repeat_or(
        &self,
        call: &Call,
        tries: &mut Tries,
        asked: Option<&str>,
        end: impl FnOnce() -> GraphError,
        trace: &Trace,
    ) -> Result<(), GraphError> {
        tries.sick += 1;
        tries.in_doubt = true;
        if call.repeat == Repeat::Never {
            return Err(GraphError::OutcomeUnknown { trace: trace.clone() });
        }
        if tries.sick >= SICK_TRIES {
            return Err(if call.reads() {
                end()
            } else {
                GraphError::OutcomeUnknown { trace: trace.clone() }
            });
        }

        let wait = self.wait_for(asked, trace, tries.sick);
        self.until_cancelled(self.shared.clock.sleep(wait)).await
    }

    /// Waits as long as a 429 asks; its sender did nothing, so any request may be sent again.
    async fn wait_as_asked(&self, tries: &mut Tries, answer: &Answer) -> Result<(), GraphError> {
        tries.throttled += 1;
        let wait = self.wait_for(answer.retry_after.as_deref(), &answer.trace, tries.throttled);
        let until = self.shared.clock.now() + wait;
        self.shared.light.show(Connection::Throttled { until });
        if tries.throttled > THROTTLE_TRIES || wait > LONGEST_WAIT {
            return Err(GraphError::Throttled {
                until,
                trace: answer.trace.clone(),
            });
        }
        tracing::debug!(
            wait_ms = wait.as_millis() as u64,
            request_id = answer.trace.request_id,
            "throttled"
        );

        self.until_cancelled(self.shared.clock.sleep(wait)).await
    }

    fn wait_for(&self, asked: Option<&str>, trace: &Trace, tries: u32) -> Duration {
        let server_now = trace.date.unwrap_or_else(|| self.shared.clock.now());
        asked
            .and_then(|header| retry_after(header, server_now))
            .unwrap_or_else(|| backoff(tries.saturating_sub(1), &mut rand::rng()))
    }

    async fn until_cancelled<T>(&self, work: impl Future<Output = T>) -> Result<T, GraphError> {
        self.cancel
            .run_until_cancelled(work)
            .await
            .ok_or(GraphError::Cancelled)
    }
}

fn lost(transport: Transport, trace: &Trace) -> GraphError {
    let trace = trace.clone();
    match transport {
        Transport::TimedOut => GraphError::TimedOut { trace },
        Transport::Cut | Transport::NotConnected | Transport::Untrusted => GraphError::UnexpectedAnswer {
            what: Unexpected::Truncated,
            trace,
        },
    }
}

/// Sorts out a refusal.
fn refused(call: &Call, answer: Answer) -> GraphError {
    let body = ErrorBody::read(&answer.body);
    let mut trace = answer.trace;
    trace.request_id = trace.request_id.or(body.request_id);
    let status = answer.status;
    if body.code.is_empty() && body.message.is_empty() && answer.body.trim_start().starts_with('<') {
        return GraphError::UnexpectedAnswer {
            what: Unexpected::Html,
            trace,
        };
    }

    let privileges = body
        .message
        .to_ascii_lowercase()
        .contains("insufficient privileges");
    if call.invites && !privileges && matches!(status, 400 | 403 | 409 | 422) {
        let kind = InvitationRefusalKind::of(&body.message);
        let message = Redacted(body.message);
        return Box::new(InvitationRefusal {
            kind,
            status,
            code: body.code,
            message,
            trace,
        })
        .into();
    }
    match status {
        400 | 410 if call.continues => GraphError::PageExpired { trace },
        300..=399 => GraphError::UnexpectedAnswer {
            what: Unexpected::Status(status),
            trace,
        },
        403 => {
            let denial = if privileges {
                Denial::ScopeOrRole
            } else {
                Denial::of(&body.code)
            };
            GraphError::PermissionMissing {
                needs: call.needs,
                denial,
                code: body.code,
                trace,
            }
        }
        404 => GraphError::NotFound { trace },
        _ => GraphError::Refused {
            status,
            code: body.code,
            message: Redacted(body.message),
            trace,
        },
    }
}
