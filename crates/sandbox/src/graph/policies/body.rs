//! Reading what a client wants a setting to be.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::graph::answer::GraphError;

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

/// A word of an enumeration of the rule book, which bears the wire's names.
pub(super) fn word(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}
