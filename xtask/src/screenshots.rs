//! `cargo xtask screenshots`: every screen of the real window, both themes, into a folder.

use std::{env, fs};

use anyhow::{Context, Result};

use crate::{
    desktop::Desktop,
    step::{cargo, run, say},
    system::{self, Need},
    ui,
};

/// Drives the real window on a display of its own and writes a PNG for each screen and theme.
pub(crate) fn screenshots(folder: &str) -> Result<()> {
    system::require(Need::Test)?;
    ui::install()?;
    ui::build()?;
    fs::create_dir_all(folder).with_context(|| format!("{folder} cannot be made"))?;
    let folder = env::current_dir()?.join(folder);
    let desktop = Desktop::start()?;
    let mut drive = cargo(&[
        "test",
        "--workspace",
        "--features",
        "custom-protocol",
        "--test",
        "screenshots",
    ]);
    run(
        "screenshots",
        desktop.around(&mut drive).env("USHER_SCREENSHOTS", &folder),
    )?;
    say(&format!("They are in {}", folder.display()));
    Ok(())
}
