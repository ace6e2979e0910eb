//! The other side of the wire, as a service with processors of its own: every answer of the sandbox is made and
//! compressed once, and sent again from memory.
//!
//! A sync of a real tenant waits for Microsoft's processors and never pays for them. Served live, the sandbox took a
//! quarter of the time of both cores that the sync was measured on.

use std::{
    collections::HashMap,
    io::Write as _,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context as _, Result};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use flate2::{Compression, write::GzEncoder};
use tokio::net::TcpListener;
use usher_sandbox::Ready;

/// Compressed as web servers do it by default.
const COMPRESSION: Compression = Compression::new(6);

/// Serves what `ready` names once more, out of memory from the second time on; returns where.
pub(crate) async fn serve(ready: &Ready) -> Result<Ready> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let service = Service {
        inner: ready.url.clone(),
        outer: url.clone(),
        http: reqwest::Client::builder()
            .no_gzip()
            .no_proxy()
            .build()
            .context("no client for the sandbox")?,
        kept: Arc::default(),
    };
    let router = Router::new().fallback(answer).with_state(service);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(Ready {
        graph: ready.graph.replace(&ready.url, &url),
        ..ready.clone()
    })
}

#[derive(Clone)]
struct Service {
    /// The sandbox.
    inner: String,
    /// Ourselves.
    outer: String,
    http: reqwest::Client,
    /// By path and query.
    kept: Arc<Mutex<HashMap<String, Kept>>>,
}

/// An answer, ready to be sent again.
#[derive(Clone)]
struct Kept {
    content_type: header::HeaderValue,
    gzip: Bytes,
}

impl Kept {
    fn answer(self) -> Response {
        let head = [
            (header::CONTENT_TYPE, self.content_type),
            (header::CONTENT_ENCODING, header::HeaderValue::from_static("gzip")),
        ];
        (head, self.gzip).into_response()
    }
}

impl Service {
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
        let Some(content_type) = content_type.filter(|_| reads && status == StatusCode::OK) else {
            return Ok((status, text).into_response());
        };
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

async fn answer(State(service): State<Service>, request: Request<Body>) -> Response {
    let (head, body) = request.into_parts();
    let place = head.uri.path_and_query().map_or("/", |place| place.as_str());
    if head.method == Method::GET {
        let kept = service.kept().get(place).cloned();
        if let Some(kept) = kept {
            return kept.answer();
        }
    }
    let asked = async {
        let body = axum::body::to_bytes(body, usize::MAX).await?;
        service.ask(head.method, place, head.headers, body).await
    };
    asked
        .await
        .unwrap_or_else(|error| (StatusCode::BAD_GATEWAY, error.to_string()).into_response())
}
