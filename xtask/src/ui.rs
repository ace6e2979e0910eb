//! The screens: their packages and their build.

use std::{fs, path::Path, process::Command, time::SystemTime};

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

/// Builds `ui/dist`, which the window embeds, unless it is newer than all it is made of: writing it again would make the
/// program be linked again, which takes minutes in release.
pub(crate) fn build() -> Result<()> {
    let built = modified(Path::new("ui/dist/index.html"));
    let sources = newest(Path::new("ui"));
    if built.zip(sources).is_some_and(|(built, sources)| built > sources) {
        return Ok(());
    }
    run("screens", &mut in_ui(&["run", "build"]))
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|file| file.modified()).ok()
}

/// When something in `folder` changed last. A folder changes when a file in it comes or goes.
fn newest(folder: &Path) -> Option<SystemTime> {
    let inside = fs::read_dir(folder).ok()?.filter_map(Result::ok);
    let changes = inside.filter_map(|entry| {
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        match entry.file_name().to_str() {
            Some("dist" | "node_modules") => None,
            _ if is_folder => newest(&entry.path()).max(modified(&entry.path())),
            _ => modified(&entry.path()),
        }
    });
    changes.max()
}

/// Makes sure that `ui/dist` exists: Tauri's macro wants the folder even where nothing is embedded.
pub(crate) fn ensure_dist() -> Result<()> {
    if !Path::new("ui/dist").exists() {
        fs::create_dir_all("ui/dist").context("ui/dist cannot be made")?;
    }
    Ok(())
}
