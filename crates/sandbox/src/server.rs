//! Starting the sandbox: one listener on loopback, another for HTTPS where it is asked for, everything behind both.

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, Uri, header, uri::Authority},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{
    clock::SandboxClock,
    control::{self, Received},
    faults::{self, Faults},
    graph, guest,
    login::{self, AdminAccount, ConfidentialClient, KeyError, Login, LoginConfig},
    seed::{self, SeedPlan},
    tls::{TlsError, TlsMaterial},
    world::{
        ADMINS, APP_CLIENT_ID, APP_CLIENT_SECRET, APP_OBJECT_ID, APP_ROLES, PUBLIC_CLIENT_ID, TENANT, TenantId, World,
    },
};

/// How a sandbox is made.
#[derive(Debug, Clone)]
pub struct SandboxConfig {
    /// Where to listen; loopback only. Port 0 takes any free one.
    pub listen: SocketAddr,
    /// Chance: the same seed and the same time give the same tenant.
    pub seed: u64,
    /// How many guests the tenant has. 0 gives an empty tenant with its administrators.
    pub guests: u32,
    /// Over how many days the lively part of the history is spread.
    pub days: u32,
    /// What the clock shows at the start; the computer's time where nothing is said.
    pub now: Option<DateTime<Utc>>,
    /// How many days of the logs Graph shows: 30 with Entra ID P1 or P2, 7 without.
    pub retention_days: u32,
    /// Whether to serve HTTPS as well, under an authority made on the spot.
    pub tls: bool,
}

impl Default for SandboxConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            seed: 1,
            guests: 2_140,
            days: 90,
            now: None,
            retention_days: 30,
            tls: false,
        }
    }
}

/// The sandbox could not be started.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// Somebody asked for an address that other computers can reach.
    #[error("the sandbox listens on loopback only")]
    NotLoopback,
    /// The address cannot be had, usually because the port is taken.
    #[error("cannot listen on {address}")]
    Listen {
        /// What was asked for.
        address: SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
    /// No signing key could be made.
    #[error("cannot make a signing key")]
    Key(#[from] KeyError),
    /// HTTPS could not be set up.
    #[error("cannot set up https")]
    Tls(#[from] TlsError),
}

/// What a client has to know to use a running sandbox; `usherctl sandbox serve` prints it as its ready line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ready {
    /// Root of everything.
    pub url: String,
    /// Graph, without version.
    pub graph: String,
    /// Authority, without tenant.
    pub login: String,
    /// The tenant.
    pub tenant_id: TenantId,
    /// The public client that people sign in with.
    pub client_id: String,
    /// The client that signs in as itself.
    pub app_only: AppOnly,
    /// The mailboxes.
    pub inbox: String,
    /// The same over HTTPS.
    pub tls: Option<ReadyTls>,
}

/// A client with a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AppOnly {
    /// Application (client) id.
    pub client_id: String,
    /// Its secret; it guards invented people only.
    pub client_secret: String,
}

/// Where HTTPS answers, and whom to trust for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadyTls {
    /// Root of everything.
    pub url: String,
    /// Graph, without version.
    pub graph: String,
    /// Authority, without tenant.
    pub login: String,
    /// File with the certificate of the sandbox's own authority, PEM.
    pub ca_cert: PathBuf,
}

/// What every part of a running sandbox shares. Clones share one state.
#[derive(Clone)]
pub struct SandboxState {
    inner: Arc<Inner>,
}

struct Inner {
    config: SandboxConfig,
    clock: SandboxClock,
    base_url: String,
    world: Mutex<World>,
    faults: Faults,
    received: Received,
    login: Login,
    guest_sessions: Mutex<guest::Sessions>,
}

impl SandboxState {
    fn new(config: SandboxConfig, base_url: String) -> Result<Self, SandboxError> {
        let clock = config.now.map_or_else(SandboxClock::starting_now, SandboxClock::starting_at);
        let world = Mutex::new(grow(&config, &clock, &base_url));
        let ticking = clock.clone();
        let login = Login::new(login_config(), Arc::new(move || ticking.now()))?;
        let inner =
            Inner {
                config,
                clock,
                base_url,
                world,
                faults: Faults::default(),
                received: Received::default(),
                login,
                guest_sessions: Mutex::default(),
            };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The tenant. Hold the guard for the length of one change and never over an await.
    pub fn world(&self) -> MutexGuard<'_, World> {
        // A panic of another request leaves whole rows behind: every change is finished before the next begins.
        self.inner.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The clock of it all.
    pub fn clock(&self) -> &SandboxClock {
        &self.inner.clock
    }

    /// Root of everything, without a trailing slash.
    pub fn base_url(&self) -> &str {
        &self.inner.base_url
    }

    /// The faults that are switched on.
    pub fn faults(&self) -> &Faults {
        &self.inner.faults
    }

    /// The changes that clients asked for, in order.
    pub fn received(&self) -> &Received {
        &self.inner.received
    }

    /// The guests' attempts under way. Whoever needs the tenant as well takes this lock first.
    pub(crate) fn guest_sessions(&self) -> MutexGuard<'_, guest::Sessions> {
        self.inner.guest_sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn login(&self) -> &Login {
        &self.inner.login
    }

    /// Makes the tenant as it was at the start, at the time the clock shows now.
    pub fn reset(&self) {
        let fresh = grow(&self.inner.config, &self.inner.clock, &self.inner.base_url);
        *self.world() = fresh;
        self.inner.faults.clear();
        self.inner.received.clear();
        self.inner.login.forget_grants();
        *self.guest_sessions() = guest::Sessions::default();
    }
}

fn grow(config: &SandboxConfig, clock: &SandboxClock, base_url: &str) -> World {
    let mut world = World::new(clock.clone(), base_url.to_owned(), config.retention_days, config.seed);
    seed::sow(&mut world, SeedPlan { seed: config.seed, guests: config.guests, days: config.days });
    world
}

fn login_config() -> LoginConfig {
    LoginConfig {
        tenant_id: TENANT.id.to_string(),
        tenant_name: TENANT.name.to_owned(),
        domains: vec![TENANT.domain.to_owned(), TENANT.initial_domain.to_owned()],
        admins: ADMINS
            .iter()
            .map(|admin| AdminAccount {
                id: admin.id.to_string(),
                name: admin.name.to_owned(),
                upn: admin.upn.to_owned(),
                role_names: admin.roles.iter().map(|role| role.name.to_owned()).collect(),
                role_template_ids: admin.roles.iter().map(|role| role.template_id.to_string()).collect(),
            })
            .collect(),
        public_client_id: PUBLIC_CLIENT_ID.to_string(),
        public_client_name: "Usher".to_owned(),
        confidential_clients: vec![ConfidentialClient {
            client_id: APP_CLIENT_ID.to_string(),
            client_secret: APP_CLIENT_SECRET.to_owned(),
            service_principal_id: APP_OBJECT_ID.to_string(),
            name: "Usher for schedules".to_owned(),
            roles: APP_ROLES.iter().map(|role| (*role).to_owned()).collect(),
        }],
    }
}

/// A running sandbox. Dropping it stops it.
pub struct Sandbox {
    state: SandboxState,
    tls: Option<Tls>,
    stop: CancellationToken,
    serving: Vec<JoinHandle<()>>,
}

struct Tls {
    url: String,
    // Holds the folder with the certificate for as long as the sandbox runs.
    material: TlsMaterial,
}

impl Sandbox {
    /// Makes the tenant and serves it until the value is dropped or [`Self::shutdown`] is called.
    pub async fn start(config: SandboxConfig) -> Result<Self, SandboxError> {
        if !config.listen.ip().is_loopback() {
            return Err(SandboxError::NotLoopback);
        }
        let address = config.listen;
        let failed = |source| SandboxError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let url = format!("http://{}", listener.local_addr().map_err(failed)?);
        let wants_tls = config.tls;
        // A big tenant takes seconds to grow, and the caller's other tasks go on meanwhile.
        let state = tokio::task::spawn_blocking(move || SandboxState::new(config, url))
            .await
            .map_err(|died| failed(std::io::Error::other(died)))??;
        let stop = CancellationToken::new();
        let mut serving = Vec::new();

        let plain = router(&state, state.base_url());
        let stopped = stop.clone();
        serving.push(tokio::spawn(async move {
            let served = axum::serve(listener, plain).with_graceful_shutdown(stopped.cancelled_owned()).await;
            if let Err(error) = served {
                tracing::error!(%error, "the sandbox stopped listening");
            }
        }));
        let tls = if wants_tls { Some(start_tls(&state, &stop, &mut serving)?) } else { None };
        Ok(Self { state, tls, stop, serving })
    }

    /// Root of everything, without a trailing slash.
    pub fn url(&self) -> &str {
        self.state.base_url()
    }

    /// The state behind it, for callers in the same process.
    pub fn state(&self) -> &SandboxState {
        &self.state
    }

    /// The clock of it all.
    pub fn clock(&self) -> &SandboxClock {
        self.state.clock()
    }

    /// What a client has to know.
    pub fn ready(&self) -> Ready {
        let url = self.url();
        Ready {
            url: url.to_owned(),
            graph: format!("{url}/graph"),
            login: format!("{url}/login"),
            tenant_id: TENANT.id,
            client_id: PUBLIC_CLIENT_ID.to_string(),
            app_only: AppOnly { client_id: APP_CLIENT_ID.to_string(), client_secret: APP_CLIENT_SECRET.to_owned() },
            inbox: format!("{url}/inbox"),
            tls: self.tls.as_ref().map(|tls| ReadyTls {
                url: tls.url.clone(),
                graph: format!("{}/graph", tls.url),
                login: format!("{}/login", tls.url),
                ca_cert: tls.material.ca_certificate().to_owned(),
            }),
        }
    }

    /// Stops listening and waits until requests that are under way are answered.
    pub async fn shutdown(mut self) {
        self.stop.cancel();
        for task in std::mem::take(&mut self.serving) {
            // A task that died has said why in the log.
            let _ = task.await;
        }
    }

    /// Waits until the sandbox stops.
    pub async fn stopped(&self) {
        self.stop.cancelled().await;
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn start_tls(
    state: &SandboxState,
    stop: &CancellationToken,
    serving: &mut Vec<JoinHandle<()>>,
) -> Result<Tls, SandboxError> {
    let material = TlsMaterial::generate()?;
    let address = SocketAddr::new(state.inner.config.listen.ip(), 0);
    let failed = |source| SandboxError::Listen { address, source };
    let listener = std::net::TcpListener::bind(address).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let url = format!("https://localhost:{}", listener.local_addr().map_err(failed)?.port());
    let service = router(state, &url).into_make_service();
    let server = axum_server::from_tcp_rustls(listener, material.config()).map_err(failed)?;
    let handle = axum_server::Handle::new();
    let stopped = stop.clone();
    let stopper = handle.clone();
    tokio::spawn(async move {
        stopped.cancelled().await;
        stopper.graceful_shutdown(None);
    });
    serving.push(tokio::spawn(async move {
        if let Err(error) = server.handle(handle).serve(service).await {
            tracing::error!(%error, "the sandbox stopped listening on https");
        }
    }));
    Ok(Tls { url, material })
}

/// Everything the sandbox serves, for a listener that is reached at `base`.
fn router(state: &SandboxState, base: &str) -> Router {
    Router::new()
        .nest("/graph", graph::router(state.clone()))
        .nest("/sandbox/api", control::router(state.clone()))
        .merge(guest::router(state.clone()))
        .merge(login::router(state.login().clone(), base))
        .layer(middleware::from_fn_with_state(state.clone(), faults::interfere))
        .layer(middleware::from_fn_with_state(state.clone(), at_the_door))
}

/// Lets in only what is meant for loopback (a page elsewhere cannot rebind a name to reach the sandbox), and stamps
/// each answer with the sandbox's own time.
async fn at_the_door(State(state): State<SandboxState>, request: Request, next: Next) -> Response {
    let mut answer = if is_meant_for_loopback(&request) {
        next.run(request).await
    } else {
        (StatusCode::MISDIRECTED_REQUEST, "the sandbox answers on loopback names only\n").into_response()
    };
    let date = state.clock().now().format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(date) = HeaderValue::try_from(date) {
        answer.headers_mut().insert(header::DATE, date);
    }
    answer
}

fn is_meant_for_loopback(request: &Request) -> bool {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let Some(authority) = host.or_else(|| request.uri().authority().map(Authority::as_str)) else { return false };
    let Ok(uri) = Uri::try_from(format!("http://{authority}/")) else { return false };
    matches!(uri.host(), Some("localhost" | "127.0.0.1" | "[::1]"))
}
