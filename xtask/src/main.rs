//! The developer's commands: `cargo xtask <command>`.
//!
//! This package has few dependencies on purpose: it is the first thing a newcomer compiles.

mod bench;
mod codegen;
mod desktop;
mod run;
mod screenshots;
mod step;
mod system;
mod test;
mod tidy;
mod ui;

use std::{env, process::ExitCode};

use anyhow::{Result, bail};

const USAGE: &str = "\
usage: cargo xtask <command>

  run [ARGS]    check this machine, build Usher in release and start it; ARGS go to the program
  test          everything: format, lints, unit, store, sandbox, screens, contract, real window
  ci            the same, without colours
  codegen       rewrite what is generated: the window's bindings, docs/redemption.md
  tidy          check the arrows between the crates and the house rules
  screenshots [FOLDER]
                drive the real window through every screen in both themes (default: screenshots/)
  bench         measure the promised ratios, one JSON object on standard output
";

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let command = arguments.next();
    let rest: Vec<String> = arguments.collect();
    match dispatch(command.as_deref(), &rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            step::say(&format!("\nxtask: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: Option<&str>, rest: &[String]) -> Result<()> {
    env::set_current_dir(step::root()?)?;
    match (command, rest) {
        (Some("run"), arguments) => run::run(arguments),
        (Some("test"), []) => test::test(test::Colours::AsTheTerminalLikes),
        (Some("ci"), []) => test::test(test::Colours::Never),
        (Some("codegen"), []) => codegen::codegen(),
        (Some("tidy"), []) => tidy::tidy(),
        (Some("screenshots"), []) => screenshots::screenshots("screenshots"),
        (Some("screenshots"), [folder]) => screenshots::screenshots(folder),
        (Some("bench"), arguments) => bench::bench(arguments),
        (None | Some("help" | "--help" | "-h"), _) => {
            step::say(USAGE);
            Ok(())
        }
        (Some(command), _) => bail!("there is no command `{command}` with these arguments\n\n{USAGE}"),
    }
}
