//! Lists that a service leaves out or writes as null.

use serde::{Deserialize, Deserializer};

/// Reads a list; null is an empty one.
pub(crate) fn null_is_empty<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
