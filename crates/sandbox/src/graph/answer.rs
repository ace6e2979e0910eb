//! What Graph answers: bodies, errors, and the headers that come with each.

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Response, StatusCode, header},
};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::borrow::Cow;
use uuid::Uuid;

/// An answer without the headers that all have.
#[derive(Debug)]
pub(super) struct GraphAnswer {
    pub(super) status: StatusCode,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: GraphBody,
}

#[derive(Debug)]
pub(super) enum GraphBody {
    Empty,
    Json(Vec<u8>),
    Text(String),
}

impl GraphAnswer {
    pub(super) fn json(status: StatusCode, body: &Value) -> Self {
        Self::raw(status, body.to_string().into_bytes())
    }

    pub(super) fn ok(body: &Value) -> Self {
        Self::json(StatusCode::OK, body)
    }

    pub(super) fn raw(status: StatusCode, body: Vec<u8>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: GraphBody::Json(body),
        }
    }

    /// A page that is compressed already.
    pub(super) fn gzip(body: Vec<u8>) -> Self {
        Self::raw(StatusCode::OK, body)
            .header("content-encoding", "gzip")
            .header("vary", "accept-encoding")
    }

    pub(super) fn no_content() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            headers: Vec::new(),
            body: GraphBody::Empty,
        }
    }

    pub(super) fn text(body: String) -> Self {
        Self {
            status: StatusCode::OK,
            headers: Vec::new(),
            body: GraphBody::Text(body),
        }
    }

    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(super) fn into_response(self, request_id: Uuid, client_request_id: &str) -> Response<Body> {
        let (content_type, body) = match self.body {
            GraphBody::Empty => (None, Body::empty()),
            GraphBody::Json(bytes) => (Some(JSON), Body::from(bytes)),
            GraphBody::Text(text) => (Some("text/plain"), Body::from(text)),
        };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        let mut put = |name: HeaderName, value: &str| {
            // A header somebody echoes into here may hold anything; what is no header value is left out.
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        };
        if let Some(content_type) = content_type {
            put(header::CONTENT_TYPE, content_type);
        }
        put(header::CACHE_CONTROL, "no-cache");
        put(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
        put(HeaderName::from_static("request-id"), &request_id.to_string());
        put(HeaderName::from_static("client-request-id"), client_request_id);
        put(HeaderName::from_static("odata-version"), "4.0");
        put(HeaderName::from_static("x-ms-resource-unit"), "1");
        put(HeaderName::from_static("x-ms-ags-diagnostic"), DIAGNOSTIC);
        for (name, value) in &self.headers {
            if let Ok(name) = HeaderName::try_from(*name) {
                put(name, value);
            }
        }
        response
    }
}

const JSON: &str =
    "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";
const DIAGNOSTIC: &str = r#"{"ServerInfo":{"DataCenter":"Sandbox","Slice":"E","Ring":"0","ScaleUnit":"000","RoleInstance":"SANDBOX0"}}"#;

/// A refusal, as Graph words it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GraphError {
    pub(super) status: StatusCode,
    pub(super) code: Cow<'static, str>,
    pub(super) message: Cow<'static, str>,
    pub(super) headers: Vec<(&'static str, String)>,
}

impl GraphError {
    pub(super) fn new(
        status: StatusCode,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into(),
            headers: Vec::new(),
        }
    }

    pub(super) fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Request_BadRequest", message)
    }

    pub(super) fn plain_bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadRequest", message)
    }

    pub(super) fn unsupported_query(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Request_UnsupportedQuery", message)
    }

    pub(super) fn forbidden() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "Authorization_RequestDenied",
            "Insufficient privileges to complete the operation.",
        )
    }

    pub(super) fn not_found(what: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "Request_ResourceNotFound",
            format!(
                "Resource '{what}' does not exist or one of its queried reference-property objects are not present."
            ),
        )
    }

    pub(super) fn no_such_segment(segment: &str) -> Self {
        Self::plain_bad_request(format!("Resource not found for the segment '{segment}'."))
    }

    pub(super) fn wrong_method() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "Request_BadRequest",
            "Specified HTTP method is not allowed for the request target.",
        )
    }

    pub(super) fn into_answer(
        self,
        now: DateTime<Utc>,
        request_id: Uuid,
        client_request_id: &str,
    ) -> GraphAnswer {
        let body = json!({"error": {
            "code": self.code,
            "message": self.message,
            "innerError": {
                "date": now.format("%Y-%m-%dT%H:%M:%S").to_string(),
                "request-id": request_id,
                "client-request-id": client_request_id,
            },
        }});
        let mut answer = GraphAnswer::json(self.status, &body);
        answer.headers = self.headers;
        answer
    }
}
