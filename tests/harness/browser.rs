//! A web view under WebDriver, used as a person uses it: everything is found by what is on the screen, looked up anew
//! at each try, since a page may be drawn again at any moment.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, anyhow, bail};
use fantoccini::{
    Client, ClientBuilder, Locator,
    actions::{InputSource as _, MouseActions, PointerAction},
    elements::Element,
    error::CmdError,
};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value};
use tempfile::TempDir;

use super::{PATIENCE, free_port, until};

/// How often a session is tried.
const SESSION_TRIES: usize = 3;

/// A WebDriver session with a driver of its own. Dropping it ends both.
pub(crate) struct Browser {
    client: Client,
    _driver: Driver,
    _folder: TempDir,
}

impl Browser {
    /// Starts a driver and, under it, what `capabilities` name: a program of ours or, where they are empty, the plain
    /// browser that comes with WebKitGTK.
    pub(crate) async fn start(capabilities: Map<String, Value>) -> Result<Self> {
        if ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .all(|name| std::env::var_os(name).is_none())
        {
            bail!("no display: `cargo xtask test` starts one, or run this under `xvfb-run`");
        }
        let folder = tempfile::tempdir()?;
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        for _ in 0..SESSION_TRIES {
            let port = free_port()?;
            let driver = Driver::start(port, folder.path())?;
            let address = format!("http://127.0.0.1:{port}");
            // The driver needs a moment until it listens; it says so by refusing.
            let session = until(async || {
                ClientBuilder::new(connector.clone())
                    .capabilities(capabilities.clone())
                    .connect(&address)
                    .await
                    .ok()
            });
            // Once in a while a session never opens on a busy machine: another driver, another try.
            if let Some(client) = session.await {
                return Ok(Self {
                    client,
                    _driver: driver,
                    _folder: folder,
                });
            }
        }
        bail!("WebKitWebDriver opened no session")
    }

    /// The WebDriver client itself.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Opens an address.
    pub(crate) async fn open(&self, address: &str) -> Result<()> {
        self.client.goto(address).await?;
        Ok(())
    }

    /// Tells whether such an element is displayed now.
    pub(crate) async fn sees(&self, xpath: &str) -> bool {
        self.displayed(xpath).await.is_some()
    }

    /// Waits until such an element is displayed.
    pub(crate) async fn wait(&self, xpath: &str) -> Result<()> {
        match until(async || self.displayed(xpath).await).await {
            Some(_) => Ok(()),
            None => Err(self.told(&format!("no `{xpath}` on the screen")).await),
        }
    }

    /// Waits until no such element is there.
    pub(crate) async fn wait_gone(&self, xpath: &str) -> Result<()> {
        let gone = until(async || {
            let found = self.client.find_all(Locator::XPath(xpath)).await;
            found.is_ok_and(|found| found.is_empty()).then_some(())
        });
        match gone.await {
            Some(()) => Ok(()),
            None => Err(self.told(&format!("`{xpath}` is still on the screen")).await),
        }
    }

    /// Waits for a text in the smallest element that holds it.
    pub(crate) async fn wait_text(&self, text: &str) -> Result<()> {
        let text = quoted(text);
        self.wait(&format!(
            "//body//*[contains(normalize-space(.), {text})][not(*[contains(normalize-space(.), {text})])]"
        ))
        .await
    }

    /// Clicks the first displayed element of this kind, waiting until it can be clicked.
    pub(crate) async fn press(&self, xpath: &str) -> Result<()> {
        let mut last = None;
        let pressed = until(async || {
            let element = match self.displayed(xpath).await {
                Some(element) => element,
                // WebKit's driver takes some that clip their text for hidden (a tab that is not selected). What cannot be
                // clicked it refuses to click.
                None => self.client.find(Locator::XPath(xpath)).await.ok()?,
            };
            match element.click().await {
                Ok(()) => Some(()),
                // Drawn again, moving, or under something that goes away: look once more.
                Err(error) => {
                    last = Some(error);
                    None
                }
            }
        })
        .await;
        if pressed.is_some() {
            return Ok(());
        }
        let why = last.map_or_else(|| "it is not there".to_owned(), |error| error.to_string());
        Err(self.told(&format!("`{xpath}` cannot be clicked: {why}")).await)
    }

    /// Clicks the button, link, tab, menu item or radio with this accessible name, once it is there and enabled.
    pub(crate) async fn click(&self, name: &str) -> Result<()> {
        let name = quoted(name);
        let kinds = [
            "button",
            "a",
            "label",
            "*[@role='tab']",
            "*[@role='menuitem']",
            "*[@role='option']",
            "*[@role='radio']",
        ];
        let any = kinds.map(|kind| {
            format!(
                "//{kind}[normalize-space(.)={name} or @aria-label={name}][not(@disabled)][not(@aria-disabled='true')]"
            )
        });
        self.press(&any.join(" | ")).await
    }

    /// Types into the field with this label, in place of what is there.
    pub(crate) async fn fill(&self, label: &str, text: &str) -> Result<()> {
        let label = quoted(label);
        let field = format!(
            "//input[@aria-label={label}] | //textarea[@aria-label={label}] | //*[self::input or self::textarea][@id=//label[starts-with(normalize-space(.), {label})]/@for]"
        );
        self.type_into(&field, text).await
    }

    /// Types into the first displayed field of this kind, in place of what is there.
    pub(crate) async fn type_into(&self, xpath: &str, text: &str) -> Result<()> {
        let filled = until(async || {
            let element = self.displayed(xpath).await?;
            element.clear().await.ok()?;
            element.send_keys(text).await.ok()
        });
        match filled.await {
            Some(()) => Ok(()),
            None => Err(self.told(&format!("no `{xpath}` to type into")).await),
        }
    }

    /// Returns the text of the first displayed element of this kind.
    pub(crate) async fn text_of(&self, xpath: &str) -> Result<String> {
        let read = until(async || self.displayed(xpath).await?.text().await.ok());
        match read.await {
            Some(text) => Ok(text),
            None => Err(self.told(&format!("no `{xpath}` on the screen")).await),
        }
    }

    /// Returns an attribute of the first displayed element of this kind.
    pub(crate) async fn attribute_of(&self, xpath: &str, attribute: &str) -> Result<String> {
        let read = until(async || self.displayed(xpath).await?.attr(attribute).await.ok().flatten());
        match read.await {
            Some(value) => Ok(value),
            None => Err(self.told(&format!("no `{xpath}` with {attribute}")).await),
        }
    }

    /// Does something inside a frame. The frame may load a page at any moment, so it is entered anew for each call.
    pub(crate) async fn in_frame<T>(
        &self,
        frame: &str,
        mut act: impl AsyncFnMut() -> Option<T>,
    ) -> Result<T> {
        let done = until(async || {
            let element = self.displayed(frame).await?;
            element.enter_frame().await.ok()?;
            let done = act().await;
            self.client.enter_parent_frame().await.ok()?;
            done
        });
        match done.await {
            Some(done) => Ok(done),
            None => Err(self.told(&format!("not to be done in `{frame}`")).await),
        }
    }

    /// Returns the first displayed element of this kind.
    pub(crate) async fn displayed(&self, xpath: &str) -> Option<Element> {
        for element in self.client.find_all(Locator::XPath(xpath)).await.ok()? {
            if element.is_displayed().await.unwrap_or(false) {
                return Some(element);
            }
        }
        None
    }

    /// Runs a script and returns what it returns.
    pub(crate) async fn run(&self, script: &str, arguments: Vec<Value>) -> Result<Value, CmdError> {
        self.client.execute(script, arguments).await
    }

    /// Takes the pointer and the focus off everything, so that no tooltip stands in a picture.
    pub(crate) async fn let_go(&self) -> Result<()> {
        let away = PointerAction::MoveTo {
            duration: None,
            x: 4.0,
            y: 600.0,
        };
        let mouse = MouseActions::new("mouse".to_owned()).then(away);
        self.client.perform_actions(mouse).await?;
        self.run("document.activeElement?.blur()", Vec::new()).await?;
        // Hidden ones stay on the page: they name the buttons for screen readers.
        let tooltip = "//*[contains(@class, 'fui-Tooltip__content')]";
        match until(async || (!self.sees(tooltip).await).then_some(())).await {
            Some(()) => Ok(()),
            None => Err(self.told("a tooltip stays").await),
        }
    }

    /// Waits until fonts are loaded and two frames were drawn.
    pub(crate) async fn settle(&self) -> Result<()> {
        let script = "const done = arguments[arguments.length - 1];
            document.fonts.ready.then(() => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))";
        self.client.execute_async(script, Vec::new()).await?;
        Ok(())
    }

    /// Returns all visible text.
    pub(crate) async fn text(&self) -> String {
        let text = self.run("return document.body.innerText", Vec::new()).await;
        text.ok()
            .and_then(|value| value.as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    /// Runs axe over the page and returns its serious and critical findings, a line each.
    pub(crate) async fn serious_faults(&self) -> Result<Vec<String>> {
        let axe = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("ui/node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(axe).context("axe-core comes with the packages of the screens")?;
        self.run(&axe, Vec::new()).await?;
        let script = "const done = arguments[arguments.length - 1];
            axe.run(document, { resultTypes: ['violations'] }).then(
              (found) => done(found.violations
                .filter((one) => one.impact === 'serious' || one.impact === 'critical')
                .map((one) => `${one.id}: ${one.help}: ${one.nodes.map((node) => node.html).join(' ')}`)),
              (error) => done([`axe failed: ${error}`]))";
        let found = self.client.execute_async(script, Vec::new()).await?;
        let list = found.as_array().context("axe answered with a list")?;
        Ok(list
            .iter()
            .map(|line| line.as_str().unwrap_or("?").to_owned())
            .collect())
    }

    /// Writes what is shown as a PNG file.
    pub(crate) async fn screenshot(&self, file: &Path) -> Result<()> {
        let png = self.client.screenshot().await?;
        std::fs::write(file, png).with_context(|| format!("{} cannot be written", file.display()))
    }

    /// Tells what went wrong with all that is on the screen, and leaves a picture of it beside the built tests.
    async fn told(&self, what: &str) -> anyhow::Error {
        let name = std::thread::current()
            .name()
            .unwrap_or("browser")
            .replace("::", "-");
        let picture = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.png"));
        let look = async {
            let seen = match self.screenshot(&picture).await {
                Ok(()) => format!("picture: {}", picture.display()),
                Err(error) => format!("no picture: {error}"),
            };
            format!("{seen}\non the screen:\n{}", self.text().await)
        };
        let seen = tokio::time::timeout(PATIENCE, look).await;
        anyhow!(
            "{what}\n{}",
            seen.unwrap_or_else(|_| "the driver answers no more".to_owned())
        )
    }

    /// Ends the session; what is left of it goes with the driver.
    pub(crate) async fn close(self) -> Result<()> {
        match tokio::time::timeout(PATIENCE, self.client.clone().close()).await {
            Ok(closed) => Ok(closed?),
            Err(_) => bail!("the session did not end"),
        }
    }
}

/// The driver's process and all it started.
struct Driver(Child);

impl Driver {
    fn start(port: u16, folder: &Path) -> Result<Self> {
        let mut command = Command::new("WebKitWebDriver");
        command
            .arg(format!("--port={port}"))
            // Without it a session with a Tauri program opens and every command hangs.
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("XDG_CONFIG_HOME", folder.join("config"))
            .env("XDG_CACHE_HOME", folder.join("cache"))
            .env("XDG_DATA_HOME", folder.join("data"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let driver = command.spawn();
        driver
            .map(Self)
            .context("WebKitWebDriver cannot be started; `cargo xtask test` installs it")
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The program under a killed driver would live on; it is in the driver's group. Already gone is as good.
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.0.wait();
    }
}

/// Quotes a text for XPath.
pub(crate) fn quoted(text: &str) -> String {
    if text.contains('\'') {
        format!("\"{text}\"")
    } else {
        format!("'{text}'")
    }
}
