//! `$search`: quoted `"property:word"` clauses joined by AND and OR.

use serde_json::Value;

use super::{SyntaxError, evaluate::Record};

/// A search, read: any of several groups of clauses that must all hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::graph) struct Search(Vec<Vec<(String, String)>>);

/// Reads a `$search`.
pub(in crate::graph) fn parse_search(text: &str) -> Result<Search, SyntaxError> {
    let mut groups = vec![Vec::new()];
    let mut rest = text.trim();
    loop {
        let position = text.len() - rest.len();
        let error = SyntaxError { position };
        let body = rest.strip_prefix('"').ok_or(error)?;
        let end = body.find('"').ok_or(error)?;
        let (property, word) = body[..end].split_once(':').ok_or(error)?;
        let clause = (property.trim().to_owned(), word.trim().to_lowercase());
        if let Some(group) = groups.last_mut() {
            group.push(clause);
        }
        rest = body[end + 1..].trim_start();
        if rest.is_empty() {
            return Ok(Search(groups));
        }
        if let Some(after) = rest.strip_prefix("OR ") {
            groups.push(Vec::new());
            rest = after.trim_start();
        } else {
            rest = rest
                .strip_prefix("AND ")
                .ok_or(SyntaxError {
                    position: text.len() - rest.len(),
                })?
                .trim_start();
        }
    }
}

impl Search {
    /// The properties that are searched.
    pub(in crate::graph) fn properties(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flatten().map(|(property, _)| property.as_str())
    }

    /// Whether some word of each property begins as asked for.
    pub(in crate::graph) fn finds(&self, record: &impl Record) -> bool {
        self.0.iter().any(|group| {
            group
                .iter()
                .all(|(property, word)| has_word(&record.property(property), word))
        })
    }
}

fn has_word(value: &Value, word: &str) -> bool {
    match value {
        Value::String(text) => {
            let text = text.to_lowercase();
            text.starts_with(word)
                || text
                    .match_indices(word)
                    .any(|(at, _)| !text[..at].ends_with(char::is_alphanumeric))
        }
        Value::Array(items) => items.iter().any(|item| has_word(item, word)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn finds_the_beginnings_of_words() {
        let record = json!({"displayName": "Grace Liu", "mail": "grace.liu@northwind.example"});
        let finds = |text: &str| parse_search(text).unwrap().finds(&record);
        assert!(finds("\"displayName:li\""));
        assert!(finds("\"displayName:nobody\" OR \"mail:northwind\""));
        assert!(!finds("\"displayName:iu\""));
        assert!(!finds("\"displayName:grace\" AND \"mail:fabrikam\""));
    }

    #[test]
    fn refuses_what_is_not_quoted() {
        for text in ["", "displayName:x", "\"displayName\"", "\"a:b\" \"c:d\"", "\"a:b"] {
            assert!(parse_search(text).is_err(), "{text} was read");
        }
    }
}
