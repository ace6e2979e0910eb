//! `cargo xtask bench`: the promised ratios, measured in one run. The measuring is a package of its own, built in
//! release, so that `cargo xtask` itself stays small.

use anyhow::Result;

use crate::{
    desktop::Desktop,
    step::{cargo, command, run, run_for_output},
    system::{self, Need},
    ui,
};

/// Builds the program and the bench in release and runs the bench with `arguments`.
pub(crate) fn bench(arguments: &[String]) -> Result<()> {
    system::require(Need::Test)?;
    ui::install()?;
    ui::build()?;
    // In one go, so that both are made of the same libraries and these are built once.
    let build = [
        "build",
        "--release",
        "--package",
        "usher",
        "--package",
        "usher-bench",
        "--features",
        "usher/custom-protocol,usher/empty-window",
    ];
    run("Usher and the bench in release", &mut cargo(&build))?;
    let desktop = Desktop::start()?;
    let bench = if cfg!(windows) {
        "target/release/usher-bench.exe"
    } else {
        "target/release/usher-bench"
    };
    run_for_output("measuring", desktop.around(&mut command(bench, arguments)))
}
