//! What clients asked the tenant to change, so that a test can say what reached it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

/// How many requests are remembered; the oldest go first.
const MOST: usize = 50_000;

/// Names of members whose values are not kept.
const SECRET_MEMBERS: &[&str] = &[
    "password",
    "passwordProfile",
    "client_secret",
    "clientSecret",
    "ticket",
    "code",
];

/// The first line of a request and its caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestLine {
    /// HTTP method.
    pub method: String,
    /// Path below `/graph`, decoded, with the version.
    pub path: String,
    /// The caller's sign-in name, or the application id.
    pub principal: String,
}

/// A request that would change something.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceivedRequest {
    /// HTTP method.
    pub method: String,
    /// Path below `/graph`, decoded, with the version.
    pub path: String,
    /// When, on the sandbox clock.
    pub time: DateTime<Utc>,
    /// The caller's sign-in name, or the application id.
    pub principal: String,
    /// The body without secrets; null where it was none or no JSON.
    pub body: Value,
}

/// The history of such requests.
#[derive(Debug, Default)]
pub struct Received {
    requests: Mutex<Vec<ReceivedRequest>>,
}

impl Received {
    /// All of them, oldest first.
    pub fn all(&self) -> Vec<ReceivedRequest> {
        self.requests().clone()
    }

    /// Forgets them.
    pub fn clear(&self) {
        self.requests().clear();
    }

    pub(crate) fn note_graph(&self, line: RequestLine, body: &[u8], time: DateTime<Utc>) {
        let mut body = serde_json::from_slice(body).unwrap_or(Value::Null);
        hide_secrets(&mut body);
        let mut requests = self.requests();
        if requests.len() >= MOST {
            requests.drain(..MOST / 10);
        }
        let RequestLine {
            method,
            path,
            principal,
        } = line;
        requests.push(ReceivedRequest {
            method,
            path,
            time,
            principal,
            body,
        });
    }

    fn requests(&self) -> MutexGuard<'_, Vec<ReceivedRequest>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn hide_secrets(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                if SECRET_MEMBERS.contains(&name.as_str()) {
                    *value = Value::from("(left out)");
                } else {
                    hide_secrets(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide_secrets),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_do_not_stay() {
        let received = Received::default();
        let line = RequestLine {
            method: "PATCH".into(),
            path: "/v1.0/users/x".into(),
            principal: "p".into(),
        };
        let body = json!({"a": [{"passwordProfile": {"password": "hunter2"}}], "accountEnabled": false});
        received.note_graph(line, body.to_string().as_bytes(), DateTime::UNIX_EPOCH);
        let kept = &received.all()[0].body;
        assert_eq!(kept["accountEnabled"], false);
        assert!(!kept.to_string().contains("hunter2"));
    }
}
