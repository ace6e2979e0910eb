//! OData query strings.

use chrono::{DateTime, SecondsFormat, Utc};
use url::Url;

/// Adds query options to `url`; a space becomes `%20`, since a plus sign is not read as a space everywhere.
pub(crate) fn with_query(mut url: Url, options: &[(&str, &str)]) -> Url {
    url.query_pairs_mut().extend_pairs(options);
    // The form encoding writes a space as + and a plus sign as %2B, so every + left is a space.
    let query = url.query().unwrap_or_default().replace('+', "%20");
    url.set_query(Some(&query));

    url
}

/// Writes a text literal: quotes are doubled.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Writes an instant as Graph's filters take it.
pub(crate) fn instant(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_typed_cannot_leave_its_literal() {
        let filter = format!(
            "mail eq {}",
            literal("o'neil+x@fabrikam.com' or '1' eq '1&$top=1#")
        );
        let url = with_query(
            Url::parse("https://graph.microsoft.com/v1.0/users").unwrap(),
            &[("$filter", &filter)],
        );

        assert_eq!(url.query_pairs().count(), 1, "{url}");
        assert_eq!(url.query_pairs().next().unwrap().1, filter);
        assert!(url.fragment().is_none());
        assert!(
            url.as_str().contains("o%27%27neil%2Bx") && !url.query().unwrap().contains('+'),
            "{url}"
        );
    }

    #[test]
    fn instants_are_written_in_utc_with_as_many_digits_as_they_need() {
        let whole = "2026-11-23T09:00:00+01:00".parse().unwrap();
        let part = "2026-11-23T08:00:00.1234567Z".parse().unwrap();

        assert_eq!(instant(whole), "2026-11-23T08:00:00Z");
        assert_eq!(instant(part), "2026-11-23T08:00:00.123456700Z");
    }
}
