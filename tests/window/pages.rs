//! The pages as a person uses them. Nothing here asserts.

use anyhow::{Context, Result, bail};
use fantoccini::Locator;

use crate::harness::{AppWindow, PATIENCE, quoted};

/// Chooses the sandbox tenant and waits until it is read.
pub(crate) async fn explore_sandbox(window: &AppWindow) -> Result<()> {
    let button = window
        .wait_xpath("//button[normalize-space(.)='Explore the sandbox tenant']")
        .await?;
    window.press(button).await?;
    wait_read(window).await
}

/// Waits until the status bar says that a reading is complete.
async fn wait_read(window: &AppWindow) -> Result<()> {
    window
        .wait_xpath("//footer//*[starts-with(normalize-space(.), 'Read ')]")
        .await
        .map(drop)
}

/// Reads the tenant again and waits for the end.
pub(crate) async fn sync(window: &AppWindow) -> Result<()> {
    try_sync(window).await?;
    wait_read(window).await
}

/// Starts a reading, whatever comes of it.
pub(crate) async fn try_sync(window: &AppWindow) -> Result<()> {
    window.go("overview").await?;
    window.click("Refresh").await
}

/// Presses the primary button of the open dialog, whose name starts like this, and waits for its end.
pub(crate) async fn confirm(window: &AppWindow, name: &str) -> Result<()> {
    let button = format!(
        "//*[@role='dialog']//button[starts-with(normalize-space(.), {})][not(@aria-disabled='true')]",
        quoted(name)
    );
    let element = window.wait_xpath(&button).await?;
    window.press(element).await?;
    window.wait_gone("//*[@role='dialog']").await
}

/// Numbers of the funnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Funnel {
    pub(crate) invited: u32,
    pub(crate) redeemed: u32,
}

/// The Overview.
pub(crate) struct OverviewPage<'w>(&'w AppWindow);

impl<'w> OverviewPage<'w> {
    pub(crate) async fn open(window: &'w AppWindow) -> Result<Self> {
        window.go("overview").await?;
        window.wait_xpath("//h1[normalize-space(.)='Overview']").await?;
        Ok(Self(window))
    }

    pub(crate) async fn funnel(&self) -> Result<Funnel> {
        Ok(Funnel {
            invited: self.stage("Invited").await?,
            redeemed: self.stage("Redeemed").await?,
        })
    }

    /// Waits until the funnel is as `wanted`.
    pub(crate) async fn funnel_when(&self, wanted: impl Fn(&Funnel) -> bool) -> Result<Funnel> {
        let begin = tokio::time::Instant::now();
        loop {
            let funnel = self.funnel().await?;
            if wanted(&funnel) {
                return Ok(funnel);
            }
            if begin.elapsed() > PATIENCE {
                bail!("the funnel stays at {funnel:?}");
            }
        }
    }

    /// Reads the number of a stage from its bar's name: "Invited: 642 guests".
    async fn stage(&self, stage: &str) -> Result<u32> {
        let bar = format!("//*[starts-with(@aria-label, {})]", quoted(&format!("{stage}: ")));
        let label = self
            .0
            .wait_xpath(&bar)
            .await?
            .attr("aria-label")
            .await?
            .context("the bar has a name")?;
        let digits: String = label.chars().filter(char::is_ascii_digit).collect();
        digits.parse().with_context(|| format!("`{label}` has a number"))
    }
}

/// The Guests page.
pub(crate) struct GuestsPage<'w>(&'w AppWindow);

impl<'w> GuestsPage<'w> {
    pub(crate) async fn search(window: &'w AppWindow, search: &str) -> Result<Self> {
        window.go(&format!("guests?search={search}")).await?;
        Ok(Self(window))
    }

    pub(crate) async fn deleted(window: &'w AppWindow, search: &str) -> Result<Self> {
        window.go(&format!("guests?deleted=true&search={search}")).await?;
        Ok(Self(window))
    }

    /// Opens the panel of the guest with this mail address.
    pub(crate) async fn open(&self, mail: &str) -> Result<()> {
        let row = format!("//*[@role='row'][contains(., {})]", quoted(mail));
        let row = self.0.wait_xpath(&row).await?;
        self.0.press(row).await?;
        self.0
            .wait_xpath(&format!(
                "//aside[@aria-label='Guest'][contains(., {})]",
                quoted(mail)
            ))
            .await
            .map(drop)
    }

    /// Presses an action of the panel and confirms its plan.
    pub(crate) async fn act(&self, action: &str, confirmation: &str) -> Result<()> {
        let button = format!(
            "//aside[@aria-label='Guest']//button[normalize-space(.)={}][not(@aria-disabled='true')]",
            quoted(action)
        );
        let element = self.0.wait_xpath(&button).await?;
        self.0.press(element).await?;
        confirm(self.0, confirmation).await
    }

    /// The panel's text.
    pub(crate) async fn state(&self) -> Result<String> {
        Ok(self
            .0
            .wait_xpath("//aside[@aria-label='Guest']")
            .await?
            .text()
            .await?)
    }

    pub(crate) async fn wait_state(&self, state: &str) -> Result<()> {
        self.0
            .wait_xpath(&format!(
                "//aside[@aria-label='Guest']//*[normalize-space(.)={}]",
                quoted(state)
            ))
            .await
            .map(drop)
    }

    /// Opens the timeline and waits for its first stage.
    pub(crate) async fn wait_timeline(&self) -> Result<()> {
        let tab = self
            .0
            .wait_xpath("//aside[@aria-label='Guest']//*[@role='tab'][normalize-space(.)='Timeline']")
            .await?;
        self.0.press(tab).await?;
        self.0.wait_xpath("//aside[@aria-label='Guest']//*[contains(., 'Invite external user') or contains(., 'Invited')]").await.map(drop)
    }
}

/// The Sandbox page, playing one guest.
pub(crate) struct SandboxPage<'w>(&'w AppWindow);

impl<'w> SandboxPage<'w> {
    pub(crate) async fn play(window: &'w AppWindow, mail: &str) -> Result<Self> {
        window.go(&format!("sandbox?mail={mail}")).await?;
        window.wait_xpath("//iframe[starts-with(@title, 'Mail')]").await?;
        Ok(Self(window))
    }

    /// Presses "Accept invitation" in the mail; the page opens in the guest's pane.
    pub(crate) async fn accept_from_mail(&self) -> Result<()> {
        self.in_frame(
            "//iframe[starts-with(@title, 'Mail')]",
            "//a[normalize-space(.)='Accept invitation']",
        )
        .await
    }

    /// Presses a button of the guest's page.
    pub(crate) async fn press_on_page(&self, name: &str) -> Result<()> {
        let button = format!("//button[starts-with(normalize-space(.), {})]", quoted(name));
        self.in_frame("//iframe[@title=\"The guest's page\"]", &button)
            .await
    }

    /// Waits until the tenant logged a row with this text.
    pub(crate) async fn wait_logged(&self, row: &str) -> Result<()> {
        self.0.wait_text(row).await.map(drop)
    }

    async fn in_frame(&self, frame: &str, target: &str) -> Result<()> {
        let begin = tokio::time::Instant::now();
        loop {
            // The frame may load a new page at any moment: look it up anew each time.
            let frame = self.0.wait_xpath(frame).await?;
            frame.enter_frame().await?;
            let found = self.0.client.find(Locator::XPath(target)).await;
            let pressed = match found {
                Ok(element) => element.click().await.is_ok(),
                Err(_) => false,
            };
            self.0.client.enter_parent_frame().await?;
            if pressed {
                return Ok(());
            }
            if begin.elapsed() > PATIENCE {
                bail!("`{target}` is not on the page");
            }
        }
    }
}
