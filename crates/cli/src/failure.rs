//! How the program ends when something went wrong.

use std::{io, path::PathBuf, process::ExitCode};

use usher_console::{
    ConsoleError,
    views::{ProblemCode, ProblemView},
};
use usher_sandbox::{ClientError, SandboxError};

use crate::output::Output;

/// It did not happen.
pub(crate) const NOT_DONE: u8 = 1;
/// The command line, the key or the archive is not right.
pub(crate) const MISTAKE: u8 = 2;

/// Why a command ended early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A use case.
    #[error("{}", .0.message)]
    Problem(Box<ProblemView>),
    /// The sandbox could not be started.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// The sandbox that was named does not answer as one.
    #[error(transparent)]
    NoSandbox(#[from] ClientError),
    /// The command line cannot be read.
    #[error("{}", command_line_words(.0))]
    CommandLine(#[from] clap::Error),
    /// The system names no folder for data.
    #[error("this system names no folder for data; give one with --data-dir")]
    NoDataDir,
    /// A file that was named cannot be used.
    #[error("{} cannot be used: {reason}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// Nothing can be written to standard output.
    #[error("the output could not be written")]
    Output(#[from] io::Error),
    /// The program could not begin.
    #[error("the program could not begin")]
    Runtime(#[source] io::Error),
}

/// What clap found, without its heading and its hints.
fn command_line_words(error: &clap::Error) -> String {
    let text = error.to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    first.trim_start_matches("error: ").trim().to_owned()
}

impl From<ConsoleError> for Failure {
    fn from(error: ConsoleError) -> Self {
        Self::Problem(Box::new(error.into()))
    }
}

impl Failure {
    /// Says what went wrong on standard error and chooses the exit code.
    pub(crate) fn report(self, output: Output) -> ExitCode {
        // Whoever closed the pipe has read enough.
        if matches!(&self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe) {
            return ExitCode::SUCCESS;
        }
        let code = self.code();
        output.problem(&self.into_problem());
        ExitCode::from(code)
    }

    fn code(&self) -> u8 {
        match self {
            Self::Problem(problem) => match problem.code {
                ProblemCode::WrongKey | ProblemCode::InvalidInput => MISTAKE,
                _ => NOT_DONE,
            },
            Self::CommandLine(_)
            | Self::NoDataDir
            | Self::File { .. }
            | Self::NoSandbox(ClientError::Address)
            | Self::Sandbox(SandboxError::NotLoopback | SandboxError::AppCertificate(_)) => MISTAKE,
            Self::Sandbox(_) | Self::NoSandbox(_) | Self::Output(_) | Self::Runtime(_) => NOT_DONE,
        }
    }

    fn into_problem(self) -> ProblemView {
        let (code, next_step) = match &self {
            Self::Problem(problem) => return ProblemView::clone(problem),
            Self::Sandbox(SandboxError::Listen { .. }) => (
                ProblemCode::Busy,
                "Close the program that uses the port, or give another with --listen.",
            ),
            Self::Sandbox(SandboxError::NotLoopback) => (
                ProblemCode::InvalidInput,
                "Give an address that begins with 127.0.0.1.",
            ),
            Self::Sandbox(SandboxError::AppCertificate(_)) => (
                ProblemCode::InvalidInput,
                "Give a PEM file with a certificate; its private key stays with whoever signs in.",
            ),
            Self::Sandbox(SandboxError::Key(_) | SandboxError::Tls(_)) => {
                (ProblemCode::Unexpected, "Try again.")
            }
            Self::NoSandbox(ClientError::Address) => (
                ProblemCode::InvalidInput,
                "Give the url that `usherctl sandbox serve` prints, such as http://127.0.0.1:4000.",
            ),
            Self::NoSandbox(_) => (
                ProblemCode::Offline,
                "Start one with `usherctl sandbox serve` and give the url that it prints.",
            ),
            Self::CommandLine(_) => (
                ProblemCode::InvalidInput,
                "Correct the command line; `usherctl --help` lists what there is.",
            ),
            Self::NoDataDir => (ProblemCode::InvalidInput, "Give a folder with --data-dir."),
            Self::File { .. } => (ProblemCode::InvalidInput, "Correct the file and try again."),
            Self::Output(_) | Self::Runtime(_) => (ProblemCode::Unexpected, "Try again."),
        };
        // The innermost cause is the one a person can do something about.
        let causes = std::iter::successors(std::error::Error::source(&self), |error| error.source());
        let cause = causes
            .last()
            .map(|cause| format!(": {cause}"))
            .unwrap_or_default();
        ProblemView {
            code,
            message: format!("{self}{cause}"),
            next_step: next_step.to_owned(),
            retry_after_seconds: None,
            request_id: None,
        }
    }
}
