//! Plays the project's redemption cases against the rule book.

use std::fs;
use std::path::Path;

use chrono::{DateTime, Utc};
use usher_redemption::case::{self, Case};

fn noon() -> DateTime<Utc> {
    "2026-11-23T12:00:00Z".parse().expect("a time")
}

fn cases_of(file: &Path) -> Vec<Case> {
    let json = fs::read_to_string(file).expect("the file can be read");
    case::parse_cases(&json).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn play_all(file: &Path) -> usize {
    let cases = cases_of(file);
    let mut report = String::new();
    for case in &cases {
        let actual = case::play(case, noon());
        for difference in case.expected.differences(&actual) {
            use std::fmt::Write as _;
            writeln!(
                report,
                "{}: {}: expected {}, came {}",
                case.name, difference.field, difference.expected, difference.actual
            )
            .expect("a string takes it");
        }
    }
    assert!(report.is_empty(), "\n{report}");
    cases.len()
}

#[test]
fn every_case_comes_out_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let mut played = 0;
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let file = entry.expect("an entry").path();
        if file.extension().is_some_and(|extension| extension == "json") {
            played += play_all(&file);
        }
    }
    assert!(played >= 220, "only {played} cases were played");
}

/// Plays a file given from outside: `USHER_CASES=file.json cargo test -p usher-redemption --test cases`.
#[test]
fn cases_given_from_outside_come_out_as_written() {
    if let Some(file) = std::env::var_os("USHER_CASES") {
        assert_ne!(play_all(Path::new(&file)), 0, "the file holds no case");
    }
}
