//! `$batch`: up to twenty requests in one.

use std::collections::{HashMap, HashSet};

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

use super::{
    answer::{GraphAnswer, GraphBody, GraphError},
    body_bytes, dispatch,
    request::{GraphRequest, Query},
};
use crate::SandboxState;

const MOST: usize = 20;

pub(super) fn run(state: &SandboxState, outer: &GraphRequest) -> GraphAnswer {
    let refuse = |error: GraphError| {
        error.into_answer(state.clock().now(), outer.request_id, &outer.client_request_id)
    };
    if outer.method != Method::POST {
        return refuse(GraphError::wrong_method());
    }
    let items = match read(outer) {
        Ok(items) => items,
        Err(error) => return refuse(error),
    };
    let mut statuses = HashMap::new();
    let mut responses = Vec::new();
    for item in &items {
        let answer = if item
            .depends_on
            .iter()
            .any(|id| !statuses.get(id).is_some_and(StatusCode::is_success))
        {
            refuse(GraphError::new(
                StatusCode::FAILED_DEPENDENCY,
                "FailedDependency",
                "A request this one depends on has failed.",
            ))
        } else {
            dispatch(state, &item.request)
        };
        statuses.insert(item.id.to_lowercase(), answer.status);
        responses.push(response(&item.id, answer));
    }
    // The service answers in any order; clients that trust the order have to find out here.
    responses.reverse();
    GraphAnswer::ok(&json!({"responses": responses}))
}

struct Item {
    id: String,
    depends_on: Vec<String>,
    request: GraphRequest,
}

fn read(outer: &GraphRequest) -> Result<Vec<Item>, GraphError> {
    let body = outer.object()?;
    let requests = body
        .get("requests")
        .and_then(Value::as_array)
        .ok_or_else(|| GraphError::plain_bad_request("Invalid batch payload format."))?;
    if requests.is_empty() || requests.len() > MOST {
        return Err(GraphError::plain_bad_request(format!(
            "Number of batch request steps should be between 1 and {MOST}."
        )));
    }
    let items = requests
        .iter()
        .map(|request| read_item(outer, request))
        .collect::<Result<Vec<_>, _>>()?;
    let ids: HashSet<_> = items.iter().map(|item| item.id.to_lowercase()).collect();
    if ids.len() < items.len() {
        return Err(GraphError::plain_bad_request(
            "Request Id has to be unique in the batch.",
        ));
    }
    if items
        .iter()
        .flat_map(|item| &item.depends_on)
        .any(|id| !ids.contains(id))
    {
        return Err(GraphError::plain_bad_request(
            "Dependent request id does not exist in the batch.",
        ));
    }
    Ok(items)
}

fn read_item(outer: &GraphRequest, item: &Value) -> Result<Item, GraphError> {
    let wrong = || GraphError::plain_bad_request("Invalid batch payload format.");
    let text = |name: &str| item.get(name).and_then(Value::as_str);
    let id = text("id")
        .filter(|id| !id.is_empty())
        .ok_or_else(wrong)?
        .to_owned();
    let method = text("method").and_then(|method| Method::from_bytes(method.to_uppercase().as_bytes()).ok());
    let url = text("url").ok_or_else(wrong)?;
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let segments = super::split_path(&format!(
        "{}/{}",
        outer.version.segment(),
        path.trim_start_matches('/')
    ))
    .ok_or_else(wrong)?
    .1;
    let mut headers = HeaderMap::new();
    if let Some(given) = item.get("headers").and_then(Value::as_object) {
        for (name, value) in given {
            let (name, value) = (
                HeaderName::try_from(name.as_str()),
                value.as_str().map(HeaderValue::try_from),
            );
            if let (Ok(name), Some(Ok(value))) = (name, value) {
                headers.insert(name, value);
            }
        }
    }
    let body = item.get("body").map(body_bytes).unwrap_or_default();
    if !body.is_empty() && !headers.contains_key("content-type") {
        return Err(GraphError::plain_bad_request(
            "Content-Type header is required when a body is present.",
        ));
    }
    let depends_on = item
        .get("dependsOn")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|id| id.as_str().map(str::to_lowercase))
        .collect();
    Ok(Item {
        id,
        depends_on,
        request: GraphRequest {
            version: outer.version,
            method: method.ok_or_else(wrong)?,
            segments,
            query: Query::parse(query),
            takes_gzip: false,
            headers,
            body,
            root: outer.root.clone(),
            caller: outer.caller.clone(),
            request_id: outer.request_id,
            client_request_id: outer.client_request_id.clone(),
        },
    })
}

fn response(id: &str, answer: GraphAnswer) -> Value {
    let mut members = Map::new();
    members.insert("id".to_owned(), json!(id));
    members.insert("status".to_owned(), json!(answer.status.as_u16()));
    let mut headers: Map<String, Value> = answer
        .headers
        .into_iter()
        .map(|(name, value)| (name.to_owned(), json!(value)))
        .collect();
    headers.insert("Cache-Control".to_owned(), json!("no-cache"));
    match answer.body {
        GraphBody::Empty => {}
        GraphBody::Json(bytes) => {
            headers.insert("Content-Type".to_owned(), json!("application/json"));
            members.insert(
                "body".to_owned(),
                serde_json::from_slice(&bytes).unwrap_or(Value::Null),
            );
        }
        GraphBody::Text(text) => {
            headers.insert("Content-Type".to_owned(), json!("text/plain"));
            members.insert("body".to_owned(), json!(STANDARD.encode(text)));
        }
    }
    members.insert("headers".to_owned(), Value::Object(headers));
    Value::Object(members)
}
