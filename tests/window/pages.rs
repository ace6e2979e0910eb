//! The pages as a person uses them. Nothing here asserts.

use anyhow::{Context, Result, bail};
use fantoccini::Locator;

use crate::harness::{AppWindow, quoted, until};

const PANEL: &str = "//aside[@aria-label='Guest']";

/// Chooses the sandbox tenant and waits until it is read.
pub(crate) async fn explore_sandbox(window: &AppWindow) -> Result<()> {
    window
        .press("//button[normalize-space(.)='Explore the sandbox tenant']")
        .await?;
    wait_read(window).await
}

/// Waits until the status bar says that a reading is complete.
pub(crate) async fn wait_read(window: &AppWindow) -> Result<()> {
    window
        .wait("//footer//button[starts-with(normalize-space(.), 'Read ')]")
        .await
}

/// Reads the tenant again and waits until the reading that began is over.
pub(crate) async fn refresh(window: &AppWindow) -> Result<()> {
    window.go("overview").await?;
    window.wait("//h1[normalize-space(.)='Overview']").await?;
    window.click("Refresh").await
}

/// Presses the primary button of the open dialog, whose name starts like this, and waits for its end.
pub(crate) async fn confirm(window: &AppWindow, name: &str) -> Result<()> {
    let name = quoted(name);
    window
        .press(&format!(
            "//*[@role='dialog']//button[starts-with(normalize-space(.), {name})][not(@aria-disabled='true')]"
        ))
        .await?;
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
        window.wait("//h1[normalize-space(.)='Overview']").await?;
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
        let found = until(async || self.funnel().await.ok().filter(&wanted)).await;
        match found {
            Some(funnel) => Ok(funnel),
            None => bail!("the funnel stays at {:?}", self.funnel().await?),
        }
    }

    /// Reads the number of a stage from its bar's name: "Invited: 642 guests".
    async fn stage(&self, stage: &str) -> Result<u32> {
        let bar = format!("//*[starts-with(@aria-label, {})]", quoted(&format!("{stage}: ")));
        let label = self.0.attribute_of(&bar, "aria-label").await?;
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

    /// Finds a guest by the command palette and waits until the panel is filled.
    pub(crate) async fn find(window: &'w AppWindow, mail: &str) -> Result<Self> {
        window
            .type_into("//header//input[@role='combobox']", mail)
            .await?;
        let mail = quoted(mail);
        window
            .press(&format!("//*[@role='option'][.//bdi[normalize-space(.)={mail}]]"))
            .await?;
        window
            .wait(&format!("{PANEL}[contains(., {mail})]//*[@role='tab']"))
            .await?;
        Ok(Self(window))
    }

    pub(crate) async fn deleted(window: &'w AppWindow, search: &str) -> Result<Self> {
        window.go(&format!("guests?deleted=true&search={search}")).await?;
        Ok(Self(window))
    }

    /// Opens the panel of the guest with this mail address and waits until it is filled.
    pub(crate) async fn open(&self, mail: &str) -> Result<()> {
        let mail = quoted(mail);
        self.0
            .press(&format!("//*[@role='row'][contains(., {mail})]"))
            .await?;
        self.0
            .wait(&format!("{PANEL}[contains(., {mail})]//*[@role='tab']"))
            .await
    }

    /// Presses an action of the panel and confirms its plan.
    pub(crate) async fn act(&self, action: &str, confirmation: &str) -> Result<()> {
        let action = quoted(action);
        self.0
            .press(&format!(
                "{PANEL}//button[normalize-space(.)={action}][not(@aria-disabled='true')]"
            ))
            .await?;
        confirm(self.0, confirmation).await
    }

    /// Waits for a badge of the panel.
    pub(crate) async fn wait_state(&self, state: &str) -> Result<()> {
        let state = quoted(state);
        self.0
            .wait(&format!("{PANEL}//*[normalize-space(.)={state}]"))
            .await
    }

    /// Opens a tab of the panel and waits for a text in it.
    pub(crate) async fn wait_tab(&self, tab: &str, text: &str) -> Result<()> {
        let (name, text) = (quoted(tab), quoted(text));
        self.0
            .press(&format!("{PANEL}//*[@role='tab'][normalize-space(.)={name}]"))
            .await?;
        self.0
            .wait(&format!(
                "//*[@id='guest-tab-panel'][@aria-labelledby='guest-tab-{tab}']//*[contains(normalize-space(.), {text})]"
            ))
            .await
    }

    /// What the Access tab says of groups.
    pub(crate) async fn groups(&self) -> Result<String> {
        self.wait_tab("Access", "All guests").await?;
        self.0
            .text_of("//*[@id='guest-tab-panel']//section[@aria-label='Groups']")
            .await
    }
}

/// The Sandbox page, playing one guest.
pub(crate) struct SandboxPage<'w>(&'w AppWindow);

const MAIL_FRAME: &str = "//iframe[starts-with(@title, 'Mail')]";
const GUEST_FRAME: &str = "//iframe[@title=\"The guest's page\"]";

impl<'w> SandboxPage<'w> {
    pub(crate) async fn play(window: &'w AppWindow, mail: &str) -> Result<Self> {
        window.go(&format!("sandbox?mail={mail}")).await?;
        window.wait(MAIL_FRAME).await?;
        Ok(Self(window))
    }

    /// Presses "Accept invitation" in the mail; the page opens in the guest's pane.
    pub(crate) async fn accept_from_mail(&self) -> Result<()> {
        self.press_in(MAIL_FRAME, "//a[normalize-space(.)='Accept invitation']")
            .await
    }

    /// Presses a button of the guest's page.
    pub(crate) async fn press_on_page(&self, name: &str) -> Result<()> {
        let name = quoted(name);
        self.press_in(GUEST_FRAME, &format!("//button[normalize-space(.)={name}]"))
            .await
    }

    /// Waits until the pane of the log shows a row with this text.
    pub(crate) async fn wait_logged(&self, row: &str) -> Result<()> {
        self.0.wait_text(row).await
    }

    async fn press_in(&self, frame: &str, target: &str) -> Result<()> {
        self.0
            .in_frame(frame, async || {
                let element = self.0.client().find(Locator::XPath(target)).await.ok()?;
                element.click().await.ok()
            })
            .await
    }
}
