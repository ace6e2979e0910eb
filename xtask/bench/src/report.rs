//! What the bench prints.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write as _},
    process::Command,
    thread,
};

use anyhow::Result;
use chrono::{DateTime, Utc};
use serde::Serialize;
use usher_clock::{Clock as _, SystemClock};

/// Writes a line for the person at the terminal.
pub(crate) fn say(text: &str) {
    // A closed terminal is no reason to stop measuring.
    let _ = writeln!(io::stderr(), "  {text}");
}

/// Everything measured in one run.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    machine: Machine,
    commit: Option<String>,
    /// Whether files differ from the commit.
    changed: bool,
    at: DateTime<Utc>,
    results: Vec<Finding>,
}

/// Where it was measured.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Machine {
    os: &'static str,
    arch: &'static str,
    cpu: Option<String>,
    cores: Option<usize>,
    memory_bytes: Option<u64>,
    /// Programs that wanted a core in the minute before the first measurement: beyond the cores, figures suffer.
    load: Option<f64>,
}

/// The unit of a figure and of its goal.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) enum Unit {
    /// One figure of this run divided by another.
    #[serde(rename = "ratio")]
    Ratio,
    /// Milliseconds.
    #[serde(rename = "ms")]
    Milliseconds,
}

/// One promise.
#[derive(Debug, Serialize)]
pub(crate) struct Finding {
    name: &'static str,
    measured: Option<f64>,
    goal: f64,
    unit: Unit,
    met: Option<bool>,
    /// The figures behind it.
    parts: BTreeMap<&'static str, f64>,
}

/// A finding without its goal.
#[derive(Debug)]
pub(crate) struct Measured {
    name: &'static str,
    value: Option<f64>,
}

impl Finding {
    /// Something measured; with its goal it is a finding.
    pub(crate) fn measured(name: &'static str, value: f64) -> Measured {
        Measured {
            name,
            value: Some(value),
        }
    }

    /// Something that cannot be measured on this system.
    pub(crate) fn missing(name: &'static str) -> Measured {
        Measured { name, value: None }
    }

    /// Adds a figure behind it.
    pub(crate) fn part(mut self, name: &'static str, value: f64) -> Self {
        self.parts.insert(name, rounded(value));
        self
    }
}

impl Measured {
    /// The goal is `goal` or more.
    pub(crate) fn at_least(self, goal: f64, unit: Unit) -> Finding {
        self.judged(goal, unit, |value| value >= goal)
    }

    /// The goal is `goal` or less.
    pub(crate) fn at_most(self, goal: f64, unit: Unit) -> Finding {
        self.judged(goal, unit, |value| value <= goal)
    }

    fn judged(self, goal: f64, unit: Unit, met: impl FnOnce(f64) -> bool) -> Finding {
        Finding {
            name: self.name,
            measured: self.value.map(rounded),
            goal,
            unit,
            met: self.value.map(met),
            parts: BTreeMap::new(),
        }
    }
}

impl Report {
    /// An empty report of this machine and this commit.
    pub(crate) fn new() -> Self {
        Self {
            machine: Machine::this(),
            commit: git(&["rev-parse", "HEAD"]),
            changed: git(&["status", "--porcelain"]).is_some_and(|files| !files.is_empty()),
            at: SystemClock.now(),
            results: Vec::new(),
        }
    }

    /// Adds a result, and says it at once.
    pub(crate) fn add(&mut self, finding: Finding) {
        let judged = match finding.met {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "not measured here",
        };
        say(&format!(
            "{}: {:?} (goal {}) {judged} {:?}",
            finding.name, finding.measured, finding.goal, finding.parts
        ));
        self.results.push(finding);
    }

    /// How many goals were missed.
    pub(crate) fn misses(&self) -> usize {
        self.results
            .iter()
            .filter(|finding| finding.met == Some(false))
            .count()
    }

    /// Prints it as one JSON object.
    pub(crate) fn print(&self) -> Result<()> {
        let mut out = io::stdout().lock();
        serde_json::to_writer(&mut out, self)?;
        writeln!(out)?;
        Ok(())
    }
}

impl Machine {
    fn this() -> Self {
        Self {
            os: std::env::consts::OS,
            arch: std::env::consts::ARCH,
            cpu: proc_value("/proc/cpuinfo", "model name"),
            cores: thread::available_parallelism().ok().map(usize::from),
            memory_bytes: proc_value("/proc/meminfo", "MemTotal")
                .and_then(|text| text.trim_end_matches(" kB").parse::<u64>().ok())
                .map(|kilobytes| kilobytes * 1024),
            load: fs::read_to_string("/proc/loadavg")
                .ok()
                .and_then(|text| text.split(' ').next()?.parse().ok()),
        }
    }
}

/// Four digits are more than the machine repeats.
fn rounded(value: f64) -> f64 {
    if value >= 1000.0 {
        value.round()
    } else {
        (value * 1e4).round() / 1e4
    }
}

fn proc_value(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
