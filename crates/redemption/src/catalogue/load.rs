//! Reading the catalogue and refusing one that is not sound.

use std::collections::BTreeMap;

use super::Catalogue;
use super::entry::{Entry, Match};

/// A catalogue that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// Not JSON, a missing field, or a word that is not known.
    #[error("the failure catalogue cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// Two entries would answer to the same thing.
    #[error("the failure catalogue has {what} twice")]
    Duplicate {
        /// What is there twice.
        what: String,
    },
    /// A text is empty.
    #[error("the failure catalogue lacks a text in {key}")]
    Empty {
        /// Key of the entry.
        key: String,
    },
    /// Key and match of an entry do not fit each other.
    #[error("the failure catalogue names {key} differently in key and match")]
    KeyMismatch {
        /// Key of the entry.
        key: String,
    },
}

pub(super) fn load(json: &str) -> Result<Catalogue, CatalogueError> {
    let entries: Vec<Entry> = serde_json::from_str(json)?;
    let mut by_key = BTreeMap::new();
    let mut by_code = BTreeMap::new();
    let mut by_match = BTreeMap::new();
    let mut messages = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        check_texts(entry)?;
        unique(&mut by_key, entry.key.clone(), index)?;
        let matched = match &entry.matches {
            Match::Code(code) => {
                unique(&mut by_code, *code, index)?;
                format!("code {code}")
            }
            Match::Message(words) => {
                messages.push((words.to_lowercase(), index));
                format!("message {}", words.to_lowercase())
            }
            Match::Audit(row) => format!("audit {}", row.activity.to_lowercase()),
            Match::Condition(name) => format!("condition {name}"),
        };
        unique(&mut by_match, matched, index)?;
    }
    Ok(Catalogue {
        entries,
        by_key,
        by_code,
        messages,
    })
}

fn check_texts(entry: &Entry) -> Result<(), CatalogueError> {
    let key = &entry.key;
    let texts = [
        &entry.key,
        &entry.title,
        &entry.cause,
        &entry.remedy,
        &entry.source,
    ];
    let guest = entry.guest.as_deref().unwrap_or("-");
    if texts.iter().any(|text| text.trim().is_empty()) || guest.trim().is_empty() {
        return Err(CatalogueError::Empty { key: key.clone() });
    }
    let fits = match &entry.matches {
        Match::Code(code) => *key == format!("aadsts-{code}"),
        Match::Condition(name) => key == name,
        Match::Message(words) => !words.trim().is_empty(),
        Match::Audit(row) => !row.activity.trim().is_empty(),
    };
    if fits {
        Ok(())
    } else {
        Err(CatalogueError::KeyMismatch { key: key.clone() })
    }
}

fn unique<K: Ord + std::fmt::Display>(
    map: &mut BTreeMap<K, usize>,
    key: K,
    index: usize,
) -> Result<(), CatalogueError> {
    let what = key.to_string();
    match map.insert(key, index) {
        None => Ok(()),
        Some(_) => Err(CatalogueError::Duplicate { what }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn entry() -> Value {
        json!({
            "key": "aadsts-50105", "match": {"code": 50105}, "kind": "failure", "area": "access",
            "stopsBefore": "firstAccess", "title": "T", "cause": "C", "remedy": "R", "guest": null,
            "resendHelps": false, "cure": {"openSetting": "enterpriseApp"}, "source": "S", "verified": true
        })
    }

    fn load_all(entries: &[Value]) -> Result<Catalogue, CatalogueError> {
        load(&Value::from(entries.to_vec()).to_string())
    }

    #[test]
    fn the_catalogue_compiled_in_is_sound_and_whole() {
        let catalogue = load(include_str!("../../data/failure-reasons.json")).expect("it loads");
        assert_eq!(
            catalogue.entries.len(),
            245,
            "243 of Entra and two of the link rule"
        );
        assert_eq!(catalogue.by_code.len(), 160);
        assert_eq!(catalogue.messages.len(), 20);
    }

    #[test]
    fn a_missing_field_is_refused() {
        assert!(load_all(&[entry()]).is_ok());
        let fields: Vec<String> = entry().as_object().expect("an object").keys().cloned().collect();
        for field in fields {
            let mut broken = entry();
            broken.as_object_mut().expect("an object").remove(&field);
            assert!(
                matches!(load_all(&[broken]), Err(CatalogueError::Unreadable(_))),
                "{field}"
            );
        }
    }

    #[test]
    fn an_unknown_field_or_word_is_refused() {
        for (field, value) in [
            ("titel", json!("T")),
            ("kind", json!("mistake")),
            ("cure", json!("pray")),
        ] {
            let mut broken = entry();
            broken[field] = value;
            assert!(
                matches!(load_all(&[broken]), Err(CatalogueError::Unreadable(_))),
                "{field}"
            );
        }
    }

    #[test]
    fn a_duplicate_is_refused() {
        assert!(matches!(
            load_all(&[entry(), entry()]),
            Err(CatalogueError::Duplicate { .. })
        ));
        let condition = |key: &str| {
            let mut entry = entry();
            entry["key"] = json!(key);
            entry["match"] = json!({"message": "Same Words"});
            entry
        };
        assert!(matches!(
            load_all(&[condition("a"), condition("b")]),
            Err(CatalogueError::Duplicate { .. })
        ));
    }

    #[test]
    fn an_empty_text_or_a_key_of_another_code_is_refused() {
        let mut empty = entry();
        empty["title"] = json!("  ");
        assert!(matches!(load_all(&[empty]), Err(CatalogueError::Empty { .. })));
        let mut other = entry();
        other["match"] = json!({"code": 50106});
        assert!(matches!(
            load_all(&[other]),
            Err(CatalogueError::KeyMismatch { .. })
        ));
    }
}
