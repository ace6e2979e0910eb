//! `usherctl sandbox`.

use std::{fs, path::Path, process::ExitCode};

use usher_console::one_line;
use usher_sandbox::{
    Sandbox, SandboxConfig,
    faults::{Fault, FaultOrder},
    play::play_cases,
};

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
    // A file that cannot be used is said before anything else happens.
    let faults = arguments.faults.as_deref().map(read_faults).transpose()?;
    let app_certificate = arguments.app_certificate.as_deref().map(read_text).transpose()?;
    let sandbox = Sandbox::start(SandboxConfig {
        listen: arguments.listen,
        seed: arguments.seed,
        guests: arguments.guests,
        days: arguments.days,
        now: arguments.now,
        retention_days: arguments.retention_days,
        tls: arguments.tls,
        app_certificate,
    })
    .await?;
    if let Some(faults) = faults {
        sandbox.state().set_faults(faults);
    }
    // Whoever reads the ready line may stop the program at once.
    let stopped = stopped()?;
    json_line(&sandbox.ready())?;
    stopped.await?;
    sandbox.shutdown().await;
    Ok(ExitCode::SUCCESS)
}

/// From now on a signal to stop is noticed; the future ends with it.
#[cfg(unix)]
fn stopped() -> Result<impl Future<Output = Result<(), Failure>>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate()).map_err(Failure::Runtime)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Failure::Runtime)?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => Ok(()),
            _ = terminate.recv() => Ok(()),
        }
    })
}

#[cfg(not(unix))]
fn stopped() -> Result<impl Future<Output = Result<(), Failure>>, Failure> {
    Ok(async { tokio::signal::ctrl_c().await.map_err(Failure::Runtime) })
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

/// The faults of a file.
fn read_faults(file: &Path) -> Result<Vec<Fault>, Failure> {
    let text = read_text(file)?;
    let order = serde_json::from_str(&text).map_err(|error| unusable(file, &error))?;
    Ok(
        match FaultOrder::read(order).map_err(|error| unusable(file, &error))? {
            FaultOrder::All(faults) => faults,
            FaultOrder::One(fault) => vec![fault],
        },
    )
}

fn read_text(file: &Path) -> Result<String, Failure> {
    fs::read_to_string(file).map_err(|error| unusable(file, &error))
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
