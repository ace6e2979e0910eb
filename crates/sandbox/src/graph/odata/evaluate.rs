//! Judging a record by a filter.

use std::cmp::Ordering::{self, Equal, Greater, Less};

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::filter::{Comparison, Expression, Literal, TextTest};

/// Something with properties: a user, a row of a log.
pub(in crate::graph) trait Record {
    /// The value of a first-level property as the wire shows it; null where there is none.
    fn property(&self, name: &str) -> Value;

    /// The property as an instant, where the record holds it as one: the logs are asked for nothing more often.
    fn instant(&self, _name: &str) -> Option<DateTime<Utc>> {
        None
    }
}

impl Record for Value {
    fn property(&self, name: &str) -> Value {
        if name.is_empty() {
            self.clone()
        } else {
            member(self, name)
        }
    }
}

/// Whether the record passes the filter. Text is compared without regard to case, as the directory does.
pub(in crate::graph) fn matches(expression: &Expression, record: &impl Record) -> bool {
    match expression {
        Expression::And(left, right) => matches(left, record) && matches(right, record),
        Expression::Or(left, right) => matches(left, record) || matches(right, record),
        Expression::Not(inner) => !matches(inner, record),
        Expression::Compare {
            path,
            operator,
            literal,
        } => match (record.instant(path), literal) {
            (Some(at), Literal::Time(time)) => holds(*operator, Some(at.cmp(time))),
            _ => compare(&value_at(record, path), *operator, literal),
        },
        Expression::In { path, literals } => {
            let value = value_at(record, path);
            literals
                .iter()
                .any(|literal| compare(&value, Comparison::Equal, literal))
        }
        Expression::Text { test, path, part } => {
            let value = value_at(record, path);
            let Value::String(text) = value else { return false };
            let (text, part) = (text.to_lowercase(), part.to_lowercase());
            match test {
                TextTest::StartsWith => text.starts_with(&part),
                TextTest::EndsWith => text.ends_with(&part),
                TextTest::Contains => text.contains(&part),
            }
        }
        Expression::Any { collection, body } => {
            let Value::Array(items) = value_at(record, collection) else {
                return false;
            };
            body.as_ref().map_or(!items.is_empty(), |body| {
                items.iter().any(|item| matches(body, item))
            })
        }
        Expression::All { collection, body } => {
            let Value::Array(items) = value_at(record, collection) else {
                return true;
            };
            items.iter().all(|item| matches(body, item))
        }
    }
}

/// The instants a filter confines a property to by conditions that must all hold: not before, not after.
pub(in crate::graph) fn time_bounds(
    expression: &Expression,
    property: &str,
) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
    match expression {
        Expression::And(left, right) => {
            let (a, b) = (time_bounds(left, property), time_bounds(right, property));
            let later = match (a.0, b.0) {
                (Some(a), Some(b)) => Some(a.max(b)),
                (a, b) => a.or(b),
            };
            let earlier = match (a.1, b.1) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            (later, earlier)
        }
        Expression::Compare {
            path,
            operator,
            literal: Literal::Time(time),
        } if path == property => match operator {
            Comparison::Equal => (Some(*time), Some(*time)),
            Comparison::Greater | Comparison::GreaterOrEqual => (Some(*time), None),
            Comparison::Less | Comparison::LessOrEqual => (None, Some(*time)),
            Comparison::NotEqual => (None, None),
        },
        _ => (None, None),
    }
}

fn value_at(record: &impl Record, path: &str) -> Value {
    let mut parts = path.split('/');
    let mut value = record.property(parts.next().unwrap_or_default());
    for part in parts {
        value = if part == "$count" {
            Value::from(value.as_array().map_or(0, Vec::len))
        } else {
            member(&value, part)
        };
    }
    value
}

fn member(value: &Value, name: &str) -> Value {
    value.get(name).cloned().unwrap_or(Value::Null)
}

fn compare(value: &Value, operator: Comparison, literal: &Literal) -> bool {
    let order = match (value, literal) {
        (Value::Null, Literal::Null) => Some(Equal),
        (Value::Bool(value), Literal::Boolean(literal)) => Some(value.cmp(literal)),
        (Value::Number(value), Literal::Number(literal)) => {
            value.as_f64().and_then(|value| value.partial_cmp(literal))
        }
        (Value::String(value), Literal::Time(literal)) => DateTime::parse_from_rfc3339(value)
            .ok()
            .map(|value| value.to_utc().cmp(literal)),
        (Value::String(value), Literal::Text(literal)) => {
            Some(value.to_lowercase().cmp(&literal.to_lowercase()))
        }
        _ => None,
    };
    holds(operator, order)
}

/// Whether an operator holds between two values in this order; `None` where they cannot be compared.
fn holds(operator: Comparison, order: Option<Ordering>) -> bool {
    match operator {
        Comparison::Equal => order == Some(Equal),
        Comparison::NotEqual => order != Some(Equal),
        Comparison::Greater => order == Some(Greater),
        Comparison::GreaterOrEqual => matches!(order, Some(Greater | Equal)),
        Comparison::Less => order == Some(Less),
        Comparison::LessOrEqual => matches!(order, Some(Less | Equal)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::graph::odata::parse;

    fn passes(filter: &str) -> bool {
        let record = json!({
            "userType": "Guest", "mail": "Ana@fabrikam.com", "enabled": true, "state": null, "n": 3,
            "created": "2026-10-01T00:00:00Z", "status": {"errorCode": 53003},
            "otherMails": ["a@x.example", "b@y.example"],
            "identities": [{"issuer": "mail", "issuerAssignedId": "ana@fabrikam.com"}],
        });
        matches(&parse(filter).unwrap(), &record)
    }

    #[test]
    fn judges_every_kind_of_test() {
        for filter in [
            "userType eq 'guest'",
            "not (userType eq 'Member')",
            "state eq null and enabled eq true",
            "state ne 'Accepted'",
            "userType in ('Member','Guest')",
            "startswith(mail,'ana') and endsWith(mail,'fabrikam.com')",
            "created ge 2026-09-30T12:00:00Z and created lt 2026-10-02T00:00:00Z",
            "status/errorCode eq 53003",
            "otherMails/any(m:endswith(m,'y.example'))",
            "otherMails/$count eq 2",
            "identities/any(c:c/issuerAssignedId eq 'ana@fabrikam.com' and c/issuer eq 'mail')",
        ] {
            assert!(passes(filter), "{filter}");
        }
        for filter in [
            "userType eq 'Member'",
            "state ne null",
            "n gt 3",
            "otherMails/any(m:m eq 'c')",
            "missing eq 'x'",
        ] {
            assert!(!passes(filter), "{filter}");
        }
    }

    #[test]
    fn bounds_hold_only_where_they_must() {
        let bounds = |filter: &str| time_bounds(&parse(filter).unwrap(), "at");
        let (from, to) = bounds(
            "at ge 2026-01-01T00:00:00Z and (at le 2026-02-01T00:00:00Z and at ge 2026-01-05T00:00:00Z)",
        );
        assert_eq!(from.unwrap().to_rfc3339(), "2026-01-05T00:00:00+00:00");
        assert_eq!(to.unwrap().to_rfc3339(), "2026-02-01T00:00:00+00:00");
        assert_eq!(bounds("at ge 2026-01-01T00:00:00Z or code eq 1"), (None, None));
        assert_eq!(bounds("not (at ge 2026-01-01T00:00:00Z)"), (None, None));
    }
}
