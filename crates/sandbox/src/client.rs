//! A small HTTP client for loopback: what plays a case through the sandbox's real surface, and what asks a running
//! sandbox who it is. It follows no redirect by itself and keeps no cookie.

use std::time::Duration;

use axum::{
    body::Bytes,
    http::{HeaderMap, Method, Request, StatusCode, Uri, header},
};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;

/// No answer of a sandbox is longer.
const LARGEST_ANSWER_BYTES: usize = 64 << 20;

/// How long one request may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// A request that got no usable answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The address is none.
    #[error("not an http address")]
    Address,
    /// Nobody answers there, or the connection broke.
    #[error("the sandbox does not answer")]
    Connection(#[source] hyper_util::client::legacy::Error),
    /// The answer broke off or is too long.
    #[error("the answer of the sandbox broke off")]
    Body,
    /// No answer in time.
    #[error("the sandbox did not answer in time")]
    TimedOut,
    /// It answered with something else than what was asked for.
    #[error("the sandbox answered {status} to {what}")]
    Unexpected {
        /// What was asked for.
        what: &'static str,
        /// HTTP status.
        status: u16,
    },
    /// The answer is no JSON, or not of the expected shape.
    #[error("the sandbox answered {what} in an unknown shape")]
    Shape {
        /// What was asked for.
        what: &'static str,
    },
}

/// An answer, whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// The body as JSON, if the status is a success.
    pub(crate) fn json(&self, what: &'static str) -> Result<Value, ClientError> {
        if !self.status.is_success() {
            return Err(ClientError::Unexpected {
                what,
                status: self.status.as_u16(),
            });
        }
        serde_json::from_slice(&self.body).map_err(|_| ClientError::Shape { what })
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn location(&self) -> Option<&str> {
        self.headers.get(header::LOCATION)?.to_str().ok()
    }
}

/// What a request carries.
pub(crate) enum Payload<'a> {
    Nothing,
    Form(&'a [(&'a str, &'a str)]),
    Json(&'a Value),
}

/// A client for plain HTTP. Clones share connections.
#[derive(Clone, Debug)]
pub(crate) struct HttpClient {
    inner: Client<HttpConnector, Full<Bytes>>,
}

impl HttpClient {
    pub(crate) fn new() -> Self {
        Self {
            inner: Client::builder(TokioExecutor::new()).build_http(),
        }
    }

    pub(crate) async fn get(&self, address: &str) -> Result<Answer, ClientError> {
        self.send(Method::GET, address, None, Payload::Nothing).await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        address: &str,
        bearer: Option<&str>,
        payload: Payload<'_>,
    ) -> Result<Answer, ClientError> {
        let uri: Uri = address.parse().map_err(|_| ClientError::Address)?;
        let mut request = Request::builder().method(method).uri(uri);
        if let Some(bearer) = bearer {
            request = request.header(header::AUTHORIZATION, format!("Bearer {bearer}"));
        }
        let (content_type, body) = match payload {
            Payload::Nothing => (None, Bytes::new()),
            Payload::Form(fields) => {
                let text = url::form_urlencoded::Serializer::new(String::new())
                    .extend_pairs(fields)
                    .finish();
                (Some("application/x-www-form-urlencoded"), text.into())
            }
            Payload::Json(value) => (Some("application/json"), value.to_string().into()),
        };
        if let Some(content_type) = content_type {
            request = request.header(header::CONTENT_TYPE, content_type);
        }
        let request = request.body(Full::new(body)).map_err(|_| ClientError::Address)?;
        let answered = tokio::time::timeout(PATIENCE, async {
            let answer = self
                .inner
                .request(request)
                .await
                .map_err(ClientError::Connection)?;
            let (parts, body) = answer.into_parts();
            let body = Limited::new(body, LARGEST_ANSWER_BYTES)
                .collect()
                .await
                .map_err(|_| ClientError::Body)?;
            Ok(Answer {
                status: parts.status,
                headers: parts.headers,
                body: body.to_bytes(),
            })
        });
        answered.await.map_err(|_| ClientError::TimedOut)?
    }
}

/// Asks a running sandbox for its ready line.
///
/// # Errors
/// [`ClientError`] when nobody answers at `url` (its root, without a slash at the end) or the answer is no ready line.
pub async fn fetch_ready(url: &str) -> Result<crate::Ready, ClientError> {
    let address = format!("{}/sandbox/api/ready", url.trim_end_matches('/'));
    let answer = HttpClient::new().get(&address).await?;
    serde_json::from_value(answer.json("its ready line")?).map_err(|_| ClientError::Shape {
        what: "its ready line",
    })
}
