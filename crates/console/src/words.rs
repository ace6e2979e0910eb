//! Ages, times and names in words.

use chrono::{DateTime, TimeDelta, Utc};

/// Longest name that goes into a sentence.
const NAME_LIMIT: usize = 80;

/// An age: "under 1 minute", "5 minutes", "3 hours", "42 days".
pub(crate) fn age(age: TimeDelta) -> String {
    let plural = |count: i64, unit: &str| format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
    if age < TimeDelta::minutes(1) {
        "under 1 minute".to_owned()
    } else if age < TimeDelta::hours(1) {
        plural(age.num_minutes(), "minute")
    } else if age < TimeDelta::days(2) {
        plural(age.num_hours(), "hour")
    } else {
        plural(age.num_days(), "day")
    }
}

/// How long ago: "just now", "2 hours ago", "yesterday", "3 days ago".
pub(crate) fn ago(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let past = now - at;
    if past < TimeDelta::minutes(1) {
        "just now".to_owned()
    } else if past >= TimeDelta::hours(24) && past < TimeDelta::hours(48) {
        "yesterday".to_owned()
    } else {
        format!("{} ago", age(past))
    }
}

/// A day as it stands in a sentence: "13 Oct", with the year where it is not `now`'s.
pub(crate) fn day(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    use chrono::Datelike as _;

    let with_year = at.year() != now.year();
    at.format(if with_year { "%-d %b %Y" } else { "%-d %b" })
        .to_string()
}

/// A count with its noun: "1 guest", "14 guests".
pub(crate) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Text from the tenant made safe for one line of a sentence or a terminal: no control characters, no marks that
/// turn the reading direction, no line breaks, and not longer than a line.
pub fn one_line(text: &str) -> String {
    let clean: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !is_unprintable(*c))
        .collect();
    let clean = clean.trim();
    if clean.chars().count() <= NAME_LIMIT {
        return clean.to_owned();
    }
    let mut short: String = clean.chars().take(NAME_LIMIT - 1).collect();
    short.push('…');
    short
}

/// Control characters, and the marks that isolate, embed or override the reading direction (Unicode Bidirectional
/// Algorithm, UAX 9) or hide (zero width).
fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{61c}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_grow_from_minutes_to_days() {
        let cases = [
            (30, "under 1 minute"),
            (60, "1 minute"),
            (7200, "2 hours"),
            (86400, "24 hours"),
            (3_628_800, "42 days"),
        ];
        for (seconds, words) in cases {
            assert_eq!(age(TimeDelta::seconds(seconds)), words);
        }
    }

    #[test]
    fn a_day_has_its_year_only_where_it_is_another() {
        let now = "2026-11-23T12:00:00Z".parse().expect("a time");
        assert_eq!(day("2026-10-05T12:00:00Z".parse().expect("a time"), now), "5 Oct");
        assert_eq!(
            day("2025-10-05T12:00:00Z".parse().expect("a time"), now),
            "5 Oct 2025"
        );
    }

    #[test]
    fn hostile_names_become_one_short_line() {
        assert_eq!(one_line("Eve\u{202e}gpj.exe\r\n\u{1b}[31m"), "Evegpj.exe  [31m");
        assert_eq!(one_line(&"x".repeat(65_536)).chars().count(), NAME_LIMIT);
        assert_eq!(one_line("  Dvořák 🙂 "), "Dvořák 🙂");
    }
}
