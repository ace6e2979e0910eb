//! `cargo xtask bench`: the promised ratios, measured in one run. The measuring is a package of its own, built in
//! release, so that `cargo xtask` itself stays small.

use anyhow::Result;

use crate::{
    desktop::Desktop,
    step::{cargo, run},
    system::{self, Need},
    ui,
};

/// Builds the program and the bench in release and runs the bench with `arguments`.
pub(crate) fn bench(arguments: &[String]) -> Result<()> {
    system::require(Need::Test)?;
    ui::install()?;
    ui::build()?;
    let program = [
        "build",
        "--release",
        "--package",
        "usher",
        "--features",
        "custom-protocol",
    ];
    run("Usher in release", &mut cargo(&program))?;
    run(
        "the bench in release",
        &mut cargo(&["build", "--release", "--package", "usher-bench"]),
    )?;
    let desktop = Desktop::start()?;
    let mut measure = cargo(&["run", "--release", "--quiet", "--package", "usher-bench", "--"]);
    run("measuring", desktop.around(measure.args(arguments)))
}
