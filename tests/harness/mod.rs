//! The real window under WebDriver, and a look at what reached the sandbox. Page objects are in the tests; nothing here asserts.

#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "each test target uses its own part of the harness"
)]

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use fantoccini::{Client, ClientBuilder, Locator, elements::Element};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

/// How long a screen may take to show what it is asked for, on a busy two-core machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// How to open the window.
#[derive(Debug, Clone)]
pub(crate) struct WindowOptions {
    /// The folder of archives and vault; kept by the caller, so that a second window can open the same.
    pub(crate) data_dir: PathBuf,
    /// Where the in-process sandbox listens.
    pub(crate) sandbox_port: u16,
    /// Guests of the sandbox.
    pub(crate) guests: u32,
    /// More arguments.
    pub(crate) more: Vec<String>,
}

impl WindowOptions {
    /// A small sandbox on a free port.
    pub(crate) fn small(data_dir: &Path) -> Result<Self> {
        Ok(Self {
            data_dir: data_dir.to_owned(),
            sandbox_port: free_port()?,
            guests: 120,
            more: Vec::new(),
        })
    }

    fn arguments(&self) -> Vec<String> {
        let mut arguments = vec![
            "--data-dir".to_owned(),
            self.data_dir.display().to_string(),
            "--sandbox-listen".to_owned(),
            format!("127.0.0.1:{}", self.sandbox_port),
            "--sandbox-guests".to_owned(),
            self.guests.to_string(),
        ];
        arguments.extend(self.more.iter().cloned());
        arguments
    }
}

/// The real window. Closed with [`AppWindow::close`]; dropping it ends the driver too.
pub(crate) struct AppWindow {
    /// The WebDriver session.
    pub(crate) client: Client,
    driver: Child,
    _folder: TempDir,
}

impl AppWindow {
    /// Starts a driver of its own and the program under it.
    pub(crate) async fn open(options: &WindowOptions) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let port = free_port()?;
        let driver = Command::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            // Without it the session opens and every command hangs.
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("XDG_CONFIG_HOME", folder.path().join("config"))
            .env("XDG_CACHE_HOME", folder.path().join("cache"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("WebKitWebDriver cannot be started; `cargo xtask test` installs it")?;
        let mut capabilities = Map::new();
        capabilities.insert(
            "webkitgtk:browserOptions".to_owned(),
            json!({ "binary": env!("CARGO_BIN_EXE_usher"), "args": options.arguments() }),
        );
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let address = format!("http://127.0.0.1:{port}");
        let mut window = Self {
            client: connect(connector, capabilities, &address).await?,
            driver,
            _folder: folder,
        };
        window.client.set_window_size(1320, 860).await.ok();
        window.wait_css("#root *").await.inspect_err(|_| {
            let _ = window.driver.kill();
        })?;
        Ok(window)
    }

    /// Waits for the first element that matches a CSS selector.
    pub(crate) async fn wait_css(&self, css: &str) -> Result<Element> {
        let found = self
            .client
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::Css(css))
            .await;
        match found {
            Ok(element) => Ok(element),
            Err(error) => bail!("no `{css}` on the screen: {error}\n{}", self.text().await),
        }
    }

    /// Waits for the first element that matches an XPath expression.
    pub(crate) async fn wait_xpath(&self, xpath: &str) -> Result<Element> {
        let found = self
            .client
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::XPath(xpath))
            .await;
        match found {
            Ok(element) => Ok(element),
            Err(error) => bail!("no `{xpath}` on the screen: {error}\n{}", self.text().await),
        }
    }

    /// Waits until an element that matches is gone.
    pub(crate) async fn wait_gone(&self, xpath: &str) -> Result<()> {
        let begin = tokio::time::Instant::now();
        while begin.elapsed() < PATIENCE {
            if self.client.find_all(Locator::XPath(xpath)).await?.is_empty() {
                return Ok(());
            }
            tokio::task::yield_now().await;
        }
        bail!("`{xpath}` is still on the screen\n{}", self.text().await);
    }

    /// Waits for a text anywhere on the screen.
    pub(crate) async fn wait_text(&self, text: &str) -> Result<Element> {
        self.wait_xpath(&format!(
            "//*[contains(normalize-space(.), {})][not(self::script)]",
            quoted(text)
        ))
        .await
    }

    /// Clicks the button, link, tab, menu item or radio with this accessible name, once it is there and enabled.
    pub(crate) async fn click(&self, name: &str) -> Result<()> {
        let name = quoted(name);
        let named = format!("[normalize-space(.)={name} or @aria-label={name}]");
        let kinds = [
            "button",
            "a",
            "label",
            "*[@role='tab']",
            "*[@role='menuitem']",
            "*[@role='option']",
            "*[@role='radio']",
        ];
        let any: Vec<String> = kinds
            .iter()
            .map(|kind| format!("//{kind}{named}[not(@disabled)][not(@aria-disabled='true')]"))
            .collect();
        let element = self.wait_xpath(&any.join(" | ")).await?;
        self.press(element).await
    }

    /// Clicks an element; where something still moves over it, by script.
    pub(crate) async fn press(&self, element: Element) -> Result<()> {
        if element.click().await.is_err() {
            let argument = serde_json::to_value(&element)?;
            self.client
                .execute("arguments[0].click()", vec![argument])
                .await?;
        }
        Ok(())
    }

    /// Types into the field with this label.
    pub(crate) async fn fill(&self, label: &str, text: &str) -> Result<()> {
        let label = quoted(label);
        let field = format!(
            "//input[@aria-label={label}] | //textarea[@aria-label={label}] | //*[self::input or self::textarea][@id=//label[starts-with(normalize-space(.), {label})]/@for]"
        );
        let element = self.wait_xpath(&field).await?;
        element.clear().await?;
        element.send_keys(text).await?;
        Ok(())
    }

    /// Goes to a page by its address, as a copied link does.
    pub(crate) async fn go(&self, address: &str) -> Result<()> {
        let argument = Value::String(format!("#/{address}"));
        self.client
            .execute("window.location.hash = arguments[0]", vec![argument])
            .await?;
        Ok(())
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
        let text = self
            .client
            .execute("return document.body.innerText", Vec::new())
            .await;
        text.ok()
            .and_then(|value| value.as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    /// Writes what the window shows as a PNG file.
    pub(crate) async fn screenshot(&self, file: &Path) -> Result<()> {
        let png = self.client.screenshot().await?;
        std::fs::write(file, png).with_context(|| format!("{} cannot be written", file.display()))
    }

    /// Closes the window and the driver.
    pub(crate) async fn close(mut self) -> Result<()> {
        self.client.clone().close().await?;
        self.driver.kill()?;
        self.driver.wait()?;
        Ok(())
    }
}

impl Drop for AppWindow {
    fn drop(&mut self) {
        // Already gone after `close`.
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

async fn connect(
    connector: HttpConnector,
    capabilities: Map<String, Value>,
    address: &str,
) -> Result<Client> {
    let begin = tokio::time::Instant::now();
    loop {
        // The driver needs a moment until it listens; it says so by refusing.
        let session = ClientBuilder::new(connector.clone())
            .capabilities(capabilities.clone())
            .connect(address)
            .await;
        match session {
            Ok(client) => return Ok(client),
            Err(error) if begin.elapsed() > PATIENCE => bail!("no WebDriver session: {error}"),
            Err(_) => tokio::task::yield_now().await,
        }
    }
}

/// The sandbox of the window, looked at from outside.
#[derive(Debug, Clone)]
pub(crate) struct SandboxProbe {
    base: String,
    http: reqwest::Client,
}

impl SandboxProbe {
    /// Looks at the sandbox on this port.
    pub(crate) fn on(port: u16) -> Result<Self> {
        let http = reqwest::Client::builder().timeout(PATIENCE).build()?;
        Ok(Self {
            base: format!("http://127.0.0.1:{port}/sandbox/api"),
            http,
        })
    }

    /// Asks the control API.
    pub(crate) async fn get(&self, path: &str) -> Result<Value> {
        Ok(self
            .http
            .get(format!("{}/{path}", self.base))
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?)
    }

    /// Tells the control API.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let answer = self
            .http
            .post(format!("{}/{path}", self.base))
            .json(body)
            .send()
            .await?
            .error_for_status()?;
        Ok(answer.json().await.unwrap_or(Value::Null))
    }

    /// The truth about one guest.
    pub(crate) async fn guest_truth(&self, id: &str) -> Result<Value> {
        let truth = self.get("truth").await?;
        let guests = truth
            .get("guests")
            .and_then(Value::as_array)
            .context("the truth lists guests")?;
        guests
            .iter()
            .find(|guest| text(guest, "id") == id)
            .cloned()
            .context("the truth knows the guest")
    }

    /// Counts the mutating requests of this method whose path contains `part`.
    pub(crate) async fn received_like(&self, method: &str, part: &str) -> Result<usize> {
        let received = self.received().await?;
        Ok(received
            .iter()
            .filter(|(verb, path)| verb == method && path.contains(part))
            .count())
    }

    /// Waits until such a request arrived, and counts them.
    pub(crate) async fn wait_received(&self, method: &str, part: &str) -> Result<usize> {
        let begin = tokio::time::Instant::now();
        loop {
            let count = self.received_like(method, part).await?;
            if count > 0 {
                return Ok(count);
            }
            if begin.elapsed() > PATIENCE {
                bail!("no {method} …{part} reached the sandbox");
            }
        }
    }

    /// Mutating Graph requests that reached the sandbox: method and path.
    pub(crate) async fn received(&self) -> Result<Vec<(String, String)>> {
        let list = self.get("received").await?;
        let rows = list
            .get("items")
            .or(Some(&list))
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        Ok(rows
            .iter()
            .map(|row| (text(row, "method"), text(row, "path")))
            .collect())
    }
}

/// Returns a member as text, empty where it is absent.
pub(crate) fn text(value: &Value, member: &str) -> String {
    value
        .get(member)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

/// Returns a port that is free now.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// Quotes a text for XPath.
pub(crate) fn quoted(text: &str) -> String {
    if text.contains('\'') {
        format!("\"{text}\"")
    } else {
        format!("'{text}'")
    }
}
