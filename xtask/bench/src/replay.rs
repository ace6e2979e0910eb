//! The other side of the wire, as a service with processors of its own: every answer of the sandbox is made and
//! compressed once, and sent again from memory.
//!
//! A sync of a real tenant waits for Microsoft's processors and never pays for them. Served live, the sandbox took a
//! quarter of the time of both cores that the sync was measured on. What is asked for the first time is still made.

use std::{
    collections::HashMap,
    io::Write as _,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use anyhow::{Context as _, Result};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use flate2::{Compression, write::GzEncoder};
use tokio::net::TcpListener;
use url::Url;
use usher_sandbox::Ready;

/// Compressed as web servers do it by default.
const COMPRESSION: Compression = Compression::new(6);

/// Where the replay says how many answers it had to make.
const MADE: &str = "/made";

/// Serves what `ready` names once more, out of memory from the second time on; returns where.
pub(crate) async fn serve(ready: &Ready) -> Result<Ready> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let replay = Replay {
        inner: ready.url.clone(),
        outer: url.clone(),
        http: reqwest::Client::builder()
            .no_gzip()
            .no_proxy()
            .build()
            .context("no client for the sandbox")?,
        kept: Arc::default(),
        made: Arc::default(),
    };
    let router = Router::new()
        .route(MADE, get(made))
        .fallback(answer)
        .with_state(replay);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(Ready {
        graph: ready.graph.replace(&ready.url, &url),
        ..ready.clone()
    })
}

/// How many answers the replay at `ready` has made so far.
pub(crate) async fn answers_made(ready: &Ready) -> Result<u64> {
    let url = Url::parse(&ready.graph)?.join(MADE)?;
    let http = reqwest::Client::builder().no_proxy().build()?;
    Ok(http.get(url).send().await?.text().await?.parse()?)
}

#[derive(Clone)]
struct Replay {
    /// The sandbox.
    inner: String,
    /// Ourselves.
    outer: String,
    http: reqwest::Client,
    /// By path and query.
    kept: Arc<Mutex<HashMap<String, Kept>>>,
    made: Arc<AtomicU64>,
}

/// An answer, ready to be sent again.
#[derive(Clone)]
struct Kept {
    content_type: HeaderValue,
    gzip: Bytes,
}

impl Kept {
    fn answer(self) -> Response {
        let head = [
            (header::CONTENT_TYPE, self.content_type),
            (header::CONTENT_ENCODING, HeaderValue::from_static("gzip")),
        ];
        (head, self.gzip).into_response()
    }
}

impl Replay {
    fn kept(&self) -> std::sync::MutexGuard<'_, HashMap<String, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the sandbox; what it says about its own address becomes ours.
    async fn ask(&self, method: Method, place: &str, headers: HeaderMap, body: Bytes) -> Result<Response> {
        let mut headers = headers;
        headers.remove(header::HOST);
        headers.remove(header::ACCEPT_ENCODING);
        let reads = method == Method::GET;
        let asked = self.http.request(method, format!("{}{place}", self.inner));
        let answer = asked.headers(headers).body(body).send().await?;
        let status = answer.status();
        let content_type = answer.headers().get(header::CONTENT_TYPE).cloned();
        let text = answer.text().await?.replace(&self.inner, &self.outer);
        self.made.fetch_add(1, Relaxed);
        let content_type = content_type.unwrap_or(HeaderValue::from_static("text/plain"));
        if !reads || status != StatusCode::OK {
            return Ok((status, [(header::CONTENT_TYPE, content_type)], text).into_response());
        }
        let mut encoder = GzEncoder::new(Vec::new(), COMPRESSION);
        encoder.write_all(text.as_bytes())?;
        let kept = Kept {
            content_type,
            gzip: encoder.finish()?.into(),
        };
        self.kept().insert(place.to_owned(), kept.clone());
        Ok(kept.answer())
    }
}

async fn made(State(replay): State<Replay>) -> String {
    replay.made.load(Relaxed).to_string()
}

async fn answer(State(replay): State<Replay>, request: Request<Body>) -> Response {
    let (head, body) = request.into_parts();
    let place = head.uri.path_and_query().map_or("/", |place| place.as_str());
    if head.method == Method::GET {
        let kept = replay.kept().get(place).cloned();
        if let Some(kept) = kept {
            return kept.answer();
        }
    }
    let asked = async {
        let body = axum::body::to_bytes(body, usize::MAX).await?;
        replay.ask(head.method, place, head.headers, body).await
    };
    asked
        .await
        .unwrap_or_else(|error| (StatusCode::BAD_GATEWAY, error.to_string()).into_response())
}
