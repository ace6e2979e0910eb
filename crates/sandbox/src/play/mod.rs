//! Playing redemption cases through the sandbox's real surface: invitations by Graph with a token of the authority,
//! the guest by mails, links and forms over HTTP. The rule book is asked nothing; what came out is read from the
//! pages and from the logs Graph gives.

mod admin;
mod guest;
mod html;
mod policy;
mod stage;
#[cfg(test)]
mod tests;

use chrono::DateTime;
use futures_util::{StreamExt as _, stream};
use serde::Serialize;
use serde_json::Value;
use usher_redemption::case::{Actual, Case, CaseError, Difference, Expected, parse_cases};

use crate::{ClientError, Sandbox, SandboxConfig, SandboxError};
use stage::Stage;

/// The instant at which every case is played: case files know ages, not dates.
const CURTAIN: i64 = 1_795_000_000;

/// A file of cases that could not be played.
#[derive(Debug, thiserror::Error)]
pub enum PlayError {
    /// The file is no file of cases.
    #[error(transparent)]
    Cases(#[from] CaseError),
    /// A sandbox could not be started for it.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// The sandbox did not answer as it must.
    #[error(transparent)]
    Client(#[from] ClientError),
}

/// How one case went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CaseReport {
    /// Name of the case.
    pub name: String,
    /// Nothing came out differently.
    pub passed: bool,
    /// What must come out.
    pub expected: Value,
    /// What came out.
    pub actual: Value,
    /// The fields that came out differently.
    pub differences: Vec<Difference>,
}

impl CaseReport {
    fn new(case: &Case, actual: &Actual) -> Self {
        let differences = case.expected.differences(actual);
        Self {
            name: case.name.clone(),
            passed: differences.is_empty(),
            expected: expected_value(&case.expected),
            actual: serde_json::to_value(actual).unwrap_or_default(),
            differences,
        }
    }
}

fn expected_value(expected: &Expected) -> Value {
    serde_json::to_value(expected).unwrap_or_default()
}

/// Called with each report as soon as its case is over.
pub type Listener<'a> = &'a mut (dyn FnMut(&CaseReport) + Send);

/// How many cases are on stage at a time. Each has a sandbox of its own, so they cannot meet.
const STAGES: usize = 4;

/// Plays the cases of a file (the text of it), each in a sandbox of its own; reports come in the order of the file.
///
/// # Errors
/// [`PlayError`]. A word the format does not know names the case and the field, and nothing is played then.
pub async fn play_cases(text: &str, heard: Listener<'_>) -> Result<Vec<CaseReport>, PlayError> {
    let cases = parse_cases(text)?;
    let mut reports = Vec::with_capacity(cases.len());
    let mut played = stream::iter(cases.iter().map(play_case)).buffered(STAGES);
    while let Some(report) = played.next().await {
        let report = report?;
        heard(&report);
        reports.push(report);
    }
    Ok(reports)
}

/// Plays one case in a sandbox of its own, over loopback.
pub async fn play_case(case: &Case) -> Result<CaseReport, PlayError> {
    let now = DateTime::from_timestamp(CURTAIN, 0).unwrap_or_default();
    let setup = case.setup(now);
    let config = SandboxConfig {
        guests: 0,
        now: Some(setup.invited_at),
        // Old histories are part of a case: nothing of them may fall out of the logs.
        retention_days: 3_650,
        ..SandboxConfig::default()
    };
    let sandbox = Sandbox::start(config).await?;
    let mut stage = Stage::set(&sandbox.ready(), setup, now).await?;
    stage.perform().await?;
    let actual = stage.clear().await?;
    sandbox.shutdown().await;
    Ok(CaseReport::new(case, &actual))
}
