//! usherctl: the same use cases as the window, for terminals and schedules.

mod acts;
mod arguments;
mod failure;
mod open;
mod output;
mod reads;
mod sandbox;
mod sync;

use std::{
    env,
    io::{self, IsTerminal as _},
    process::ExitCode,
};

use clap::Parser as _;
use usher_console::Console;

use crate::{
    arguments::{Arguments, Command},
    failure::Failure,
    output::Output,
};

/// Logs are many small pieces of text on several threads: half of the time of a list went to the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are no mistakes; clap knows where each is written to.
            if error.use_stderr() && env::args_os().any(|argument| argument == "--json") {
                return Failure::from(error).report(Output::new(true));
            }
            let code = if error.use_stderr() { failure::MISTAKE } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let output = Output::new(arguments.json);
    log_to_stderr(output);
    let ended = tokio::runtime::Runtime::new()
        .map_err(Failure::Runtime)
        .and_then(|runtime| runtime.block_on(run(&arguments, output)));
    match ended {
        Ok(code) => code,
        Err(failure) => failure.report(output),
    }
}

/// Errors go to standard error, more where `USHER_LOG` says so. Never anything personal. With `--json` standard error
/// is for the problem alone, so there is a log only where one was asked for.
fn log_to_stderr(output: Output) {
    let usual = if output.is_json() { "off" } else { "error" };
    let level = tracing_subscriber::EnvFilter::try_from_env("USHER_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(usual));
    tracing_subscriber::fmt()
        .with_env_filter(level)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        .init();
}

async fn run(arguments: &Arguments, output: Output) -> Result<ExitCode, Failure> {
    if let Command::Sandbox(command) = &arguments.command {
        return sandbox::run(command, output).await;
    }
    let console = open::console(&arguments.place)?;
    let done = run_in(&console, arguments, output).await;
    // However it went: a program that ends while its archive is being closed may crash.
    console.close().await;
    done
}

async fn run_in(console: &Console, arguments: &Arguments, output: Output) -> Result<ExitCode, Failure> {
    let place = &arguments.place;
    match &arguments.command {
        Command::Sandbox(command) => sandbox::run(command, output).await,
        Command::Sync => sync::run(console, place, output).await,
        Command::Guests(query) => reads::guests(console, place, query, output).await,
        Command::Guest { name } => reads::guest(console, place, name, output).await,
        Command::Funnel(filter) => reads::funnel(console, place, filter, output).await,
        Command::Failures(filter) => reads::failures(console, place, filter, output).await,
        Command::Coverage { days } => reads::coverage(console, place, *days, output).await,
        Command::Invite(form) => acts::invite(console, place, form, output).await,
        Command::Resend(target) => acts::act(console, place, target, acts::RESEND, output).await,
        Command::Reset(target) => acts::act(console, place, target, acts::RESET, output).await,
        Command::Revoke(target) => acts::act(console, place, target, acts::REVOKE, output).await,
        Command::Restore(target) => acts::act(console, place, target, acts::RESTORE, output).await,
        Command::Block(target) => acts::act(console, place, target, acts::BLOCK, output).await,
        Command::Unblock(target) => acts::act(console, place, target, acts::UNBLOCK, output).await,
    }
}
