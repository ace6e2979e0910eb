//! What is printed: JSON in a stable form, or tables for people.

mod table;

use std::io::{self, Write as _};

use serde::Serialize;
use usher_console::{one_line, views::ProblemView};

pub(crate) use table::Table;

/// Where answers go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    json: bool,
}

impl Output {
    /// Prints JSON or tables.
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether JSON was asked for.
    pub(crate) fn is_json(self) -> bool {
        self.json
    }

    /// Prints an answer: as JSON, or as what `people` makes of it.
    pub(crate) fn answer<T: Serialize>(self, value: &T, people: impl FnOnce(&T) -> String) -> io::Result<()> {
        if self.json {
            json_line(value)
        } else {
            print(&people(value))
        }
    }

    /// Says what went wrong, on standard error.
    pub(crate) fn problem(self, problem: &ProblemView) {
        let text = if self.json {
            serde_json::to_string(&serde_json::json!({ "error": problem })).unwrap_or_default()
        } else {
            let request = problem
                .request_id
                .as_ref()
                .map(|id| format!("\nRequest ID: {id}"))
                .unwrap_or_default();
            format!(
                "usherctl: {}\n{}{request}",
                one_line_long(&problem.message),
                problem.next_step
            )
        };
        note(&text);
    }
}

/// Prints one JSON line.
pub(crate) fn json_line<T: Serialize>(value: &T) -> io::Result<()> {
    let text = serde_json::to_string(value)?;
    print(&format!("{text}\n"))
}

fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Writes a line to standard error; that nobody reads it is no failure.
pub(crate) fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// A sentence without control characters; sentences may be longer than names.
fn one_line_long(text: &str) -> String {
    text.split_whitespace()
        .map(one_line)
        .collect::<Vec<_>>()
        .join(" ")
}
