//! Drives the real window through every screen in both themes. Run by `cargo xtask screenshots`, which names the folder.

#[path = "../harness/mod.rs"]
mod harness;

use std::{env, path::Path, path::PathBuf};

use anyhow::{Context, Result};
use harness::{AppWindow, WindowOptions};

const EXPLORE: &str = "//button[normalize-space(.)='Explore the sandbox tenant']";

/// What the status bar says when all is read.
const READ: &str = "//footer//button[starts-with(normalize-space(.), 'Read ')]";

/// Name of the picture, address, and what must be on the screen before it is taken.
const SCREENS: &[(&str, &str, &str)] = &[
    (
        "01-overview",
        "overview",
        "//section[.//h2[contains(., 'Needs attention')]]//button",
    ),
    ("02-guests", "guests", "//*[@role='row'][@aria-rowindex='5']"),
    ("04-invite", "invite", "//h1[normalize-space(.)='Invite']"),
    ("11-sandbox", "sandbox", "//iframe[starts-with(@title, 'Mail')]"),
];

#[tokio::main]
async fn main() -> Result<()> {
    let folder =
        PathBuf::from(env::var_os("USHER_SCREENSHOTS").context("run this by `cargo xtask screenshots`")?);
    let data = tempfile::tempdir()?;
    let options = WindowOptions {
        guests: 2140,
        ..WindowOptions::small(data.path())?
    };
    let window = AppWindow::open(&options).await?;
    for theme in ["light", "dark"] {
        set_theme(&window, theme).await?;
        window.wait(EXPLORE).await?;
        take(&window, &folder, "10-sign-in", theme).await?;
    }
    window.press(EXPLORE).await?;
    // Growing and reading the whole tenant takes minutes where nothing is optimised: patience of its own.
    for _ in 0..9 {
        if window.wait(READ).await.is_ok() {
            break;
        }
    }
    window.wait(READ).await?;
    for theme in ["light", "dark"] {
        set_theme(&window, theme).await?;
        for (name, address, sign) in SCREENS {
            window.go(address).await?;
            window.wait(sign).await?;
            take(&window, &folder, name, theme).await?;
        }
        window.go("guests?standing=stopped").await?;
        window.press("//*[@role='row'][@aria-rowindex='2']").await?;
        window
            .press("//*[@role='tab'][normalize-space(.)='Timeline']")
            .await?;
        window
            .wait("//*[@role='tabpanel']//*[normalize-space(.)='Invited']")
            .await?;
        take(&window, &folder, "02-guests-detail", theme).await?;
    }
    window.close().await
}

/// Switches the theme where it is the other one.
async fn set_theme(window: &AppWindow, theme: &str) -> Result<()> {
    let toggle = format!("//button[@aria-label='Use the {theme} theme']");
    if window.sees(&toggle).await {
        window.press(&toggle).await?;
    }
    Ok(())
}

async fn take(window: &AppWindow, folder: &Path, name: &str, theme: &str) -> Result<()> {
    window.let_go().await?;
    window.settle().await?;
    window
        .screenshot(&folder.join(format!("{name}-{theme}.png")))
        .await
}
