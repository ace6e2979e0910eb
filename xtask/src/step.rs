//! Steps: a heading, a command, how long it took.

use std::{
    env,
    ffi::OsStr,
    io::{self, Write},
    path::PathBuf,
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context, Result, bail};

/// Writes a line for the person at the terminal.
pub(crate) fn say(text: &str) {
    // A closed terminal is no reason to stop a build.
    let _ = writeln!(io::stderr(), "{text}");
}

/// Returns the repository's root.
pub(crate) fn root() -> Result<PathBuf> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent()
        .map(PathBuf::from)
        .context("xtask lies one folder below the root")
}

/// Returns the command `program` with `arguments`.
pub(crate) fn command<S: AsRef<OsStr>>(program: &str, arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    command
}

/// Returns `cargo` with `arguments`.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    command(&cargo, arguments)
}

/// Says what comes and runs it with its output in view. All of it goes to standard error: standard output is for what
/// somebody asked `cargo xtask` for.
pub(crate) fn run(what: &str, command: &mut Command) -> Result<()> {
    run_for_output(what, command.stdout(io::stderr()))
}

/// As [`run`], where what the command prints is what was asked for.
pub(crate) fn run_for_output(what: &str, command: &mut Command) -> Result<()> {
    say(&format!("\n\u{25b8} {what}"));
    let begin = Instant::now();
    let status = command.stdin(Stdio::null()).status();
    let status = status.with_context(|| format!("{what}: {} cannot be started", shown(command)))?;
    if !status.success() {
        bail!("{what} failed ({status}): {}", shown(command));
    }
    say(&format!("  {what}: {} s", begin.elapsed().as_secs()));
    Ok(())
}

/// Runs a command out of view and returns what it printed, or nothing where it failed or does not exist.
pub(crate) fn ask(program: &str, arguments: &[&str]) -> Option<String> {
    let output = command(program, arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}
