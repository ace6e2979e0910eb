//! `cargo xtask run`: from a clone to the window.

use anyhow::Result;

use crate::{
    step::{cargo, command, run as run_step, say},
    system::{self, Need},
    ui,
};

/// Checks the machine, builds the screens and the program in release, and starts it with `arguments`.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    system::require(Need::Build)?;
    ui::install()?;
    ui::build()?;
    run_step(
        "Usher in release (the first time takes some minutes)",
        &mut cargo(&[
            "build",
            "--release",
            "--package",
            "usher",
            "--features",
            "custom-protocol",
        ]),
    )?;
    say("\nUsher starts. Choose \"Explore the sandbox tenant\" to look around without a Microsoft tenant.");
    let program = if cfg!(windows) {
        "target/release/usher.exe"
    } else {
        "target/release/usher"
    };
    run_step("Usher", &mut command(program, arguments))
}
