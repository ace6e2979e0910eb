//! Reading what a client wants a setting to be.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::{
    graph::{
        answer::{GraphAnswer, GraphBody, GraphError},
        request::GraphRequest,
    },
    world::ModifiedProperty,
};

const LARGEST_PAGE: usize = 999;

/// Refuses members that the type does not have.
pub(super) fn only_known(body: &Map<String, Value>, kind: &str, known: &[&str]) -> Result<(), GraphError> {
    match body
        .keys()
        .find(|name| !name.contains('@') && !known.contains(&name.as_str()))
    {
        None => Ok(()),
        Some(name) => Err(GraphError::plain_bad_request(format!(
            "The property '{}' does not exist on type 'microsoft.graph.{kind}'.",
            name.chars().take(100).collect::<String>()
        ))),
    }
}

/// A member as its type; none where it is missing or null.
pub(super) fn read<T: DeserializeOwned>(
    body: &Map<String, Value>,
    name: &str,
) -> Result<Option<T>, GraphError> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => serde_json::from_value(value.clone())
            .map(Some)
            .map_err(|_| invalid(name)),
    }
}

/// A member that has to be there.
pub(super) fn need<T: DeserializeOwned>(body: &Map<String, Value>, name: &str) -> Result<T, GraphError> {
    read(body, name)?.ok_or_else(|| invalid(name))
}

pub(super) fn invalid(name: &str) -> GraphError {
    GraphError::plain_bad_request(format!("Invalid value specified for property '{name}'."))
}

/// The names of an object's members.
pub(super) fn names(object: &Value) -> Vec<&str> {
    let members = object.as_object();
    members
        .map(|own| own.keys().map(String::as_str).collect())
        .unwrap_or_default()
}

/// What a client wants members to be, each of the kind it is shown in; objects are merged member by member.
pub(super) fn same_kinds(shown: &Value, wish: &Map<String, Value>) -> Result<Map<String, Value>, GraphError> {
    let mut written = Map::new();
    for (name, wanted) in wish.iter().filter(|(name, _)| !name.contains('@')) {
        let new = match (&shown[name.as_str()], wanted) {
            (Value::Object(old), Value::Object(wanted)) => {
                let mut whole = old.clone();
                whole.extend(same_kinds(&shown[name.as_str()], wanted)?);
                Value::Object(whole)
            }
            (Value::Null, Value::Bool(_) | Value::String(_))
            | (Value::String(_), Value::String(_) | Value::Null)
            | (Value::Array(_), Value::Array(_) | Value::Null)
            | (Value::Bool(_), Value::Bool(_)) => wanted.clone(),
            _ => return Err(invalid(name)),
        };
        written.insert(name.clone(), new);
    }
    Ok(written)
}

/// Puts what a client wrote into an object, as far as this version of it has the members.
pub(super) fn show(object: &mut Value, written: Map<String, Value>) {
    let Some(members) = object.as_object_mut() else {
        return;
    };
    for (name, value) in written {
        match members.get_mut(&name) {
            Some(Value::Object(own)) if value.is_object() => {
                own.extend(value.as_object().cloned().unwrap_or_default());
            }
            Some(own) => *own = value,
            None => {}
        }
    }
}

/// What differs between an object before and after, for the log.
pub(super) fn changes(old: &Value, new: &Value) -> Vec<ModifiedProperty> {
    names(new)
        .into_iter()
        .filter(|name| old[*name] != new[*name])
        .map(|name| ModifiedProperty::json(name, &[&old[name]], &[&new[name]]))
        .collect()
}

/// `$select` and `$top` of a read, which all settings know.
pub(super) fn shaped(request: &GraphRequest, answer: GraphAnswer) -> Result<GraphAnswer, GraphError> {
    let (select, top) = (
        request.query.select(),
        request.query.top(usize::MAX, LARGEST_PAGE)?,
    );
    let skip = match request.query.get("skiptoken") {
        None => 0,
        Some(token) => token
            .parse()
            .map_err(|_| GraphError::plain_bad_request("Invalid page token."))?,
    };
    let GraphBody::Json(bytes) = &answer.body else {
        return Ok(answer);
    };
    if select.is_none() && top == usize::MAX && skip == 0 {
        return Ok(answer);
    }
    let mut body: Value = serde_json::from_slice(bytes).unwrap_or_default();
    let keep = |object: &mut Value| {
        if let (Some(select), Some(members)) = (&select, object.as_object_mut()) {
            members.retain(|name, _| name.contains('@') || select.contains(name));
        }
    };
    match body.get_mut("value") {
        Some(Value::Array(items)) => {
            let rest = items.split_off(skip.min(items.len()));
            let more = rest.len() > top;
            *items = rest.into_iter().take(top).collect();
            items.iter_mut().for_each(keep);
            if more {
                let (path, query) = (request.segments.join("/"), &request.query);
                let query = query.with_skip_token(&(skip + top).to_string());
                body["@odata.nextLink"] = Value::from(format!("{}/{path}?{query}", request.root));
            }
        }
        _ => keep(&mut body),
    }
    Ok(GraphAnswer::json(answer.status, &body))
}
