//! Times as Graph writes them: RFC 3339, in UTC.
//!
//! What chrono offers for serde is laxer about how a time is written, and takes six times as long.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, de};

/// Reads a time that must be there.
pub(crate) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    Instant::deserialize(deserializer).map(|instant| instant.0)
}

/// Reads a time that may be null. A field that may be missing needs `default` beside it.
pub(crate) fn read_if_any<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<DateTime<Utc>>, D::Error> {
    Ok(Option::<Instant>::deserialize(deserializer)?.map(|instant| instant.0))
}

struct Instant(DateTime<Utc>);

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Visitor)
    }
}

struct Visitor;

impl de::Visitor<'_> for Visitor {
    type Value = Instant;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time as RFC 3339 writes it")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Instant, E> {
        DateTime::parse_from_rfc3339(text)
            .map(|time| Instant(time.to_utc()))
            .map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[derive(Deserialize)]
    struct Row {
        #[serde(deserialize_with = "read")]
        at: DateTime<Utc>,
        #[serde(default, deserialize_with = "read_if_any")]
        seen: Option<DateTime<Utc>>,
    }

    #[rstest]
    #[case("2026-11-20T10:00:00Z", 1_795_168_800, 0)]
    #[case("2026-11-20T10:00:00.1234567Z", 1_795_168_800, 123_456_700)]
    #[case("2026-11-20T12:00:00+02:00", 1_795_168_800, 0)]
    #[case("0001-01-01T00:00:00Z", -62_135_596_800, 0)]
    fn every_way_graph_writes_a_time_is_read(#[case] text: &str, #[case] seconds: i64, #[case] nanos: u32) {
        let row: Row = serde_json::from_str(&format!(r#"{{"at":"{text}","seen":"{text}"}}"#)).unwrap();
        assert_eq!(
            (row.at.timestamp(), row.at.timestamp_subsec_nanos()),
            (seconds, nanos)
        );
        assert_eq!(row.seen, Some(row.at));
    }

    #[rstest]
    #[case(r#"{"at":"2026-11-20T10:00:00Z"}"#)]
    #[case(r#"{"at":"2026-11-20T10:00:00Z","seen":null}"#)]
    fn a_time_may_be_missing_where_it_may_be(#[case] json: &str) {
        assert_eq!(serde_json::from_str::<Row>(json).unwrap().seen, None);
    }

    #[rstest]
    #[case("null")]
    #[case(r#""""#)]
    #[case(r#""yesterday""#)]
    #[case(r#""2026-13-40T10:00:00Z""#)]
    #[case("1795168800")]
    fn what_is_no_time_is_an_error(#[case] at: &str) {
        assert!(serde_json::from_str::<Row>(&format!(r#"{{"at":{at}}}"#)).is_err());
        if at != "null" {
            let json = format!(r#"{{"at":"2026-11-20T10:00:00Z","seen":{at}}}"#);
            assert!(serde_json::from_str::<Row>(&json).is_err());
        }
    }
}
