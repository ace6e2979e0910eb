//! The screens: their packages and their build.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result};

use crate::{
    step::{command, run},
    system::npm,
};

/// The stamp of the lock file that `node_modules` was installed from.
const STAMP: &str = "ui/node_modules/.usher-lock";

/// Returns `npm` with `arguments`, run in `ui/`.
pub(crate) fn in_ui(arguments: &[&str]) -> Command {
    let mut command = command(npm(), arguments);
    command.current_dir("ui");
    command
}

/// Installs the packages of the lock file, unless just those are there.
pub(crate) fn install() -> Result<()> {
    let lock = fs::read("ui/package-lock.json").context("ui/package-lock.json cannot be read")?;
    if fs::read(STAMP).is_ok_and(|stamp| stamp == lock) {
        return Ok(());
    }
    run(
        "packages of the screens (npm ci, about a minute)",
        &mut in_ui(&["ci", "--no-audit", "--no-fund"]),
    )?;
    fs::write(STAMP, lock).context("the stamp of node_modules cannot be written")
}

/// Builds `ui/dist`, which the window embeds.
pub(crate) fn build() -> Result<()> {
    run("screens", &mut in_ui(&["run", "build"]))
}

/// Makes sure that `ui/dist` exists: Tauri's macro wants the folder even where nothing is embedded.
pub(crate) fn ensure_dist() -> Result<()> {
    if !Path::new("ui/dist").exists() {
        fs::create_dir_all("ui/dist").context("ui/dist cannot be made")?;
    }
    Ok(())
}
