//! `usherctl sandbox`.

use std::{fs, path::Path, process::ExitCode};

use usher_console::one_line;
use usher_sandbox::{Sandbox, SandboxConfig, faults::Fault, play::play_cases};

use crate::{
    arguments::{SandboxCommand, ServeArguments},
    failure::{Failure, NOT_DONE},
    output::{Output, json_line, note},
};

pub(crate) async fn run(command: &SandboxCommand, output: Output) -> Result<ExitCode, Failure> {
    match command {
        SandboxCommand::Serve(arguments) => serve(arguments).await,
        SandboxCommand::Play { file } => play(file, output).await,
    }
}

/// Serves until the program is stopped by a signal.
async fn serve(arguments: &ServeArguments) -> Result<ExitCode, Failure> {
    let sandbox = Sandbox::start(SandboxConfig {
        listen: arguments.listen,
        seed: arguments.seed,
        guests: arguments.guests,
        days: arguments.days,
        now: arguments.now,
        retention_days: arguments.retention_days,
        tls: arguments.tls,
    })
    .await?;
    if let Some(file) = &arguments.faults {
        switch_faults_on(&sandbox, file)?;
    }
    json_line(&sandbox.ready())?;
    stopped().await?;
    sandbox.shutdown().await;
    Ok(ExitCode::SUCCESS)
}

#[cfg(unix)]
async fn stopped() -> Result<(), Failure> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::Runtime)?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted.map_err(Failure::Runtime),
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn stopped() -> Result<(), Failure> {
    tokio::signal::ctrl_c().await.map_err(Failure::Runtime)
}

/// Plays the cases of a file through a sandbox of its own, over its real HTTP surface.
async fn play(file: &Path, output: Output) -> Result<ExitCode, Failure> {
    let text = fs::read_to_string(file).map_err(|error| unusable(file, &error))?;
    let reports = play_cases(&text, &mut |report| {
        if !output.is_json() {
            note(&format!(
                "{} {}",
                if report.passed { "ok    " } else { "FAILED" },
                one_line(&report.name)
            ));
        }
    })
    .await
    .map_err(|error| unusable(file, &error))?;
    let failed = reports.iter().filter(|report| !report.passed).count();
    output.answer(&reports, |reports| {
        format!("{} of {} cases passed.\n", reports.len() - failed, reports.len())
    })?;
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(NOT_DONE)
    })
}

/// Switches on the faults of a file.
fn switch_faults_on(sandbox: &Sandbox, file: &Path) -> Result<(), Failure> {
    let text = fs::read_to_string(file).map_err(|error| unusable(file, &error))?;
    let faults: Vec<Fault> = serde_json::from_str(&text).map_err(|error| unusable(file, &error))?;
    sandbox.state().set_faults(faults);
    Ok(())
}

fn unusable(file: &Path, error: &dyn std::error::Error) -> Failure {
    let reason = std::iter::successors(Some(error), |error| error.source())
        .map(ToString::to_string)
        .collect::<Vec<_>>();
    Failure::File {
        path: file.to_owned(),
        reason: reason.join(": "),
    }
}
