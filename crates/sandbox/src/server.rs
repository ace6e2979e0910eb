//! Starting the sandbox: one listener on loopback, another for HTTPS where it is asked for, everything behind both.

use std::net::SocketAddr;

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, Uri, header, uri::Authority},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{
    SandboxState,
    clock::SandboxClock,
    control,
    cuttable::{CuttableListener, Scissors},
    faults, graph, guest, lessons,
    login::{self, KeyError, NotACertificate},
    ready::{Ready, ReadyTls},
    staging,
    tls::{TlsError, TlsMaterial},
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
    /// A certificate, in PEM form, that the tenant's application may sign in with instead of its secret.
    pub app_certificate: Option<String>,
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
            app_certificate: None,
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
    /// The application's certificate is none.
    #[error(transparent)]
    AppCertificate(#[from] NotACertificate),
    /// HTTPS could not be set up.
    #[error("cannot set up https")]
    Tls(#[from] TlsError),
}

/// A running sandbox. Dropping it stops it.
pub struct Sandbox {
    state: SandboxState,
    // Holds the folder with the certificate for as long as the sandbox runs.
    _tls: Option<TlsMaterial>,
    stop: CancellationToken,
    serving: Vec<JoinHandle<()>>,
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

        let plain = router(&state, state.base_url()).into_make_service_with_connect_info::<Scissors>();
        let stopped = stop.clone();
        serving.push(tokio::spawn(async move {
            let served = axum::serve(CuttableListener(listener), plain)
                .with_graceful_shutdown(stopped.cancelled_owned())
                .await;
            if let Err(error) = served {
                tracing::error!(%error, "the sandbox stopped listening");
            }
        }));
        let tls = if wants_tls {
            Some(start_tls(&state, &stop, &mut serving)?)
        } else {
            None
        };
        Ok(Self {
            state,
            _tls: tls,
            stop,
            serving,
        })
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
        self.state.ready()
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
) -> Result<TlsMaterial, SandboxError> {
    let material = TlsMaterial::generate()?;
    let address = SocketAddr::new(state.listen_ip(), 0);
    let failed = |source| SandboxError::Listen { address, source };
    let listener = std::net::TcpListener::bind(address).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let url = format!(
        "https://localhost:{}",
        listener.local_addr().map_err(failed)?.port()
    );
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
    state.announce_tls(ReadyTls::new(&url, material.ca_certificate().to_owned()));
    Ok(material)
}

/// Everything the sandbox serves, for a listener that is reached at `base`.
fn router(state: &SandboxState, base: &str) -> Router {
    Router::new()
        .nest("/graph", graph::router(state.clone()))
        .nest("/sandbox/api", control::router(state.clone()))
        .merge(staging::router(state.clone()))
        .merge(lessons::router(state.clone()))
        .merge(guest::router(state.clone()))
        .merge(login::router(state.login().clone(), base))
        .layer(middleware::from_fn_with_state(state.clone(), faults::interfere))
        .layer(middleware::from_fn_with_state(state.clone(), at_the_door))
}

/// Lets in only what is meant for loopback (a page elsewhere cannot rebind a name to reach the sandbox), and stamps
/// each answer with the sandbox's own time.
async fn at_the_door(State(state): State<SandboxState>, request: Request, next: Next) -> Response {
    // Time passes by itself, and what is due happens before anybody looks.
    state.catch_up();
    let mut answer = if is_meant_for_loopback(&request) {
        next.run(request).await
    } else {
        (
            StatusCode::MISDIRECTED_REQUEST,
            "the sandbox answers on loopback names only\n",
        )
            .into_response()
    };
    let date = state
        .clock()
        .now()
        .format("%a, %d %b %Y %H:%M:%S GMT")
        .to_string();
    if let Ok(date) = HeaderValue::try_from(date) {
        answer.headers_mut().insert(header::DATE, date);
    }
    answer
}

fn is_meant_for_loopback(request: &Request) -> bool {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let Some(authority) = host.or_else(|| request.uri().authority().map(Authority::as_str)) else {
        return false;
    };
    let Ok(uri) = Uri::try_from(format!("http://{authority}/")) else {
        return false;
    };
    matches!(uri.host(), Some("localhost" | "127.0.0.1" | "[::1]"))
}
