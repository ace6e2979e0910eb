//! How a fault of the wire strikes a request.

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{ConnectInfo, Request, State},
    http::{HeaderValue, Response, StatusCode, header},
    middleware::Next,
    response::IntoResponse,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use futures_util::stream;
use serde_json::json;
use uuid::Uuid;

use super::Trouble;
use crate::{SandboxState, cuttable::Scissors};

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
        Trouble::ClaimsChallenge {} => challenge(state.clock().now(), request_id, &date),
        Trouble::RefreshNeedsInteraction {}
        | Trouble::TokensUnavailable {}
        | Trouble::ReplicationLag { .. }
        | Trouble::LogLag { .. }
        | Trouble::LogDisorder { .. }
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

/// 401 with the claims the next token has to meet (claims-challenge.md).
fn challenge(now: DateTime<Utc>, request_id: Uuid, date: &str) -> Response<Body> {
    let claims = json!({"access_token": {
        "nbf": {"essential": true, "value": now.timestamp().to_string()},
    }});
    let claims = STANDARD.encode(claims.to_string());
    let text = format!("Bearer realm=\"\", error=\"insufficient_claims\", claims=\"{claims}\"");
    let mut response = error(
        StatusCode::UNAUTHORIZED,
        "InvalidAuthenticationToken",
        "Continuous access evaluation resulted in challenge with result: InteractionRequired",
        request_id,
        date,
    );
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
    }
    response
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
