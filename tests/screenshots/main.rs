//! Drives the real window through every screen in both themes. Run by `cargo xtask screenshots`, which names the folder.

#[path = "../harness/mod.rs"]
mod harness;

use std::{env, path::PathBuf};

use anyhow::{Context, Result};
use fantoccini::Locator;
use harness::{AppWindow, WindowOptions};

/// Name of the picture, address, and what must be on the screen before it is taken.
const SCREENS: &[(&str, &str, &str)] = &[
    ("01-overview", "overview", "//h2[contains(., 'Needs attention')]"),
    ("02-guests", "guests", "//*[@role='row'][@aria-rowindex='5']"),
    ("04-invite", "invite", "//h1"),
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
        window
            .wait_xpath("//button[normalize-space(.)='Explore the sandbox tenant']")
            .await?;
        take(&window, &folder, "10-sign-in", theme).await?;
    }
    let explore = window
        .wait_xpath("//button[normalize-space(.)='Explore the sandbox tenant']")
        .await?;
    window.press(explore).await?;
    window
        .wait_xpath("//footer//*[starts-with(normalize-space(.), 'Read ')]")
        .await?;
    for theme in ["light", "dark"] {
        set_theme(&window, theme).await?;
        for (name, address, sign) in SCREENS {
            window.go(address).await?;
            window.wait_xpath(sign).await?;
            take(&window, &folder, name, theme).await?;
        }
        window.go("guests?standing=stopped").await?;
        let row = window.wait_xpath("//*[@role='row'][@aria-rowindex='2']").await?;
        window.press(row).await?;
        let tab = window
            .wait_xpath("//*[@role='tab'][normalize-space(.)='Timeline']")
            .await?;
        window.press(tab).await?;
        window.wait_xpath("//*[@role='tabpanel']").await?;
        take(&window, &folder, "02-guests-detail", theme).await?;
    }
    window.close().await
}

/// Switches the theme where it is the other one.
async fn set_theme(window: &AppWindow, theme: &str) -> Result<()> {
    let toggle = format!("//button[@aria-label='Use the {theme} theme']");
    if let Ok(button) = window.client.find(Locator::XPath(&toggle)).await {
        window.press(button).await?;
    }
    Ok(())
}

async fn take(window: &AppWindow, folder: &std::path::Path, name: &str, theme: &str) -> Result<()> {
    window.settle().await?;
    window
        .screenshot(&folder.join(format!("{name}-{theme}.png")))
        .await
}
