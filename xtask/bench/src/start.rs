//! From starting the program to an Overview that can be used, against an empty window of the same framework.

use std::{
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use fantoccini::ClientBuilder;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use tokio::{
    process::{Child, Command},
    time::timeout,
};
use usher_clock::{Clock as _, SystemClock};

use crate::{
    report::{Finding, Report, Unit, say},
    tenant::Held,
    timing::Times,
};

/// How much longer than an empty window the Overview may take.
const GOAL: f64 = 2.0;
/// How long a window may take at all.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often a start is tried.
const TRIES: usize = 3;
/// Between two looks at the page.
const LOOK: Duration = Duration::from_millis(5);

/// All eight cards and the funnel stand in the page.
const OVERVIEW_IS_USABLE: &str = "return document.querySelectorAll('[role=\"group\"][aria-label^=\"Guests by state\"] > button').length === 8
    && document.querySelector('[role=\"img\"][aria-label]') !== null";
const EMPTY_IS_THERE: &str = "return document.getElementById('empty') !== null";

/// A program to start.
struct Program {
    binary: PathBuf,
    arguments: Vec<String>,
    /// True once the window can be used.
    usable: &'static str,
    /// Keeps the web view's cache from start to start, as on a person's computer.
    cache: TempDir,
}

/// Starts both in turn and compares the medians.
pub(crate) async fn measure(held: &Held, starts: usize, report: &mut Report) -> Result<()> {
    if !cfg!(target_os = "linux") || !held.key.is_in_keychain {
        say("the start is measured under WebKitWebDriver with a keychain only");
        report.add(Finding::missing("startAgainstEmptyWindow").at_most(GOAL, Unit::Ratio));
        return Ok(());
    }
    make_last_tenant(held)?;
    let usher = Program {
        binary: beside("usher")?,
        arguments: vec!["--data-dir".to_owned(), held.data_dir.display().to_string()],
        usable: OVERVIEW_IS_USABLE,
        cache: TempDir::new()?,
    };
    let empty = Program {
        binary: beside("empty-window")?,
        arguments: Vec::new(),
        usable: EMPTY_IS_THERE,
        cache: TempDir::new()?,
    };
    // The first start of each fills caches and does not count.
    start(&usher).await?;
    start(&empty).await?;
    let (mut overview, mut window) = (Times::default(), Times::default());
    for _ in 0..starts.max(1) {
        window.note(start(&empty).await?);
        overview.note(start(&usher).await?);
    }
    let (overview, window) = (overview.median(), window.median());
    report.add(
        Finding::measured("startAgainstEmptyWindow", overview / window)
            .at_most(GOAL, Unit::Ratio)
            .part("overviewMs", overview)
            .part("emptyWindowMs", window),
    );
    Ok(())
}

/// Makes the tenant the one a new window opens: a sandbox tenant would not be, since it ends with its program.
fn make_last_tenant(held: &Held) -> Result<()> {
    let plate = held.location().folder().join("tenant.json");
    let mut names: Value = serde_json::from_str(&std::fs::read_to_string(&plate)?)?;
    ensure!(names["sandbox"] == true, "the archive is no sandbox tenant's");
    names["sandbox"] = Value::Bool(false);
    std::fs::write(plate, names.to_string())?;
    std::fs::write(held.data_dir.join("last-tenant"), held.tenant.to_string())?;
    Ok(())
}

/// A program that was built into the same folder.
fn beside(name: &str) -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let binary = own.parent().unwrap_or(Path::new(".")).join(name);
    ensure!(binary.is_file(), "{} is not built", binary.display());
    Ok(binary)
}

/// Starts a program and returns how long it took until its window was usable. Once in a while WebKitWebDriver opens no
/// session on a busy machine, or answers no more: that start does not count, and another follows.
async fn start(program: &Program) -> Result<Duration> {
    for _ in 1..TRIES {
        match start_once(program).await {
            Ok(elapsed) => return Ok(elapsed),
            Err(error) => say(&format!("a start that does not count: {error:#}")),
        }
    }
    start_once(program).await
}

async fn start_once(program: &Program) -> Result<Duration> {
    let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
    let driver = Driver::start(program, port)?;
    wait_until_it_listens(port).await?;
    let elapsed = timeout(PATIENCE, watch(program, port))
        .await
        .with_context(|| format!("{} was not usable in time", program.binary.display()))??;
    // The next start needs the data folder that this one holds until its end.
    timeout(PATIENCE, driver.wait_alone())
        .await
        .with_context(|| format!("{} did not end", program.binary.display()))?;
    Ok(elapsed)
}

/// The driver's process and all it started.
struct Driver(Child);

impl Driver {
    fn start(program: &Program, port: u16) -> Result<Self> {
        let mut command = Command::new("WebKitWebDriver");
        command
            .arg(format!("--port={port}"))
            // Without it the session opens and every command hangs.
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("XDG_CONFIG_HOME", program.cache.path().join("config"))
            .env("XDG_CACHE_HOME", program.cache.path().join("cache"))
            .env("XDG_DATA_HOME", program.cache.path().join("data"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        #[cfg(unix)]
        command.process_group(0);
        command
            .spawn()
            .map(Self)
            .context("WebKitWebDriver cannot be started")
    }

    /// Waits until nothing the driver started is left.
    async fn wait_alone(&self) {
        let group = self.0.id().unwrap_or_default().to_string();
        let count = async || {
            let listed = Command::new("pgrep").args(["--pgroup", &group]).output().await;
            listed.map_or(0, |listed| {
                String::from_utf8_lossy(&listed.stdout).lines().count()
            })
        };
        while count().await > 1 {
            SystemClock.sleep(LOOK).await;
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The program under a killed driver would live on; it is in the driver's group. Already gone is as good.
        if let Some(group) = self.0.id() {
            let _ = std::process::Command::new("kill")
                .args(["-KILL", "--", &format!("-{group}")])
                .status();
        }
    }
}

/// Opens the program's window through the driver, waits until it is usable and closes it.
async fn watch(program: &Program, port: u16) -> Result<Duration> {
    let mut capabilities = Map::new();
    capabilities.insert(
        "webkitgtk:browserOptions".to_owned(),
        json!({ "binary": program.binary, "args": program.arguments }),
    );
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let begin = Instant::now();
    let client = ClientBuilder::new(connector)
        .capabilities(capabilities)
        .connect(&format!("http://127.0.0.1:{port}"))
        .await
        .with_context(|| format!("{} does not come up", program.binary.display()))?;
    // Before the page is there the script fails; that is "not yet" too.
    while !matches!(
        client.execute(program.usable, Vec::new()).await,
        Ok(Value::Bool(true))
    ) {
        SystemClock.sleep(LOOK).await;
    }
    let elapsed = begin.elapsed();
    client.close().await?;
    Ok(elapsed)
}

async fn wait_until_it_listens(port: u16) -> Result<()> {
    let begin = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        ensure!(begin.elapsed() < PATIENCE, "WebKitWebDriver does not listen");
        SystemClock.sleep(LOOK).await;
    }
    Ok(())
}
