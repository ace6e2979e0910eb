//! The sandbox tenant in a process of its own, and the archives read from it.

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use async_trait::async_trait;
use chrono::Utc;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};
use tokio_util::sync::CancellationToken;
use url::Url;
use usher_clock::{Clock as _, SharedClock, SystemClock};
use usher_console::{
    BrowserNotOpened, BrowserOpener, Console, ConsoleConfig, Keys, SandboxApp, SandboxPlace, views::SyncView,
};
use usher_graph::{GraphClient, http_client};
use usher_identity::{
    Cloud, Keychain, OpenedKeychain, SandboxAppCredential, Secret, SecretKey, Tenant, open_keychain,
};
use usher_sandbox::{Ready, Sandbox, SandboxConfig};
use usher_store::{Archive, ArchiveKey, ArchiveLocation, OpenOptions, TenantId};
use usher_sync::{Sync, SyncEnd};

use crate::{close, report::say};

/// Days of history and of retention: all of it can be read.
const DAYS: u32 = 30;

/// The window's entry in the keychain, so that it opens the archive the bench made.
const SERVICE: &str = "io.usher.console";

/// The sandbox tenant, served by a process of its own as Graph is.
#[derive(Debug)]
pub(crate) struct SandboxProcess {
    process: Child,
    /// What it said about itself.
    pub(crate) ready: Ready,
}

impl SandboxProcess {
    /// Starts it and waits until the tenant has grown.
    pub(crate) async fn start(guests: u32) -> Result<Self> {
        say(&format!("growing a sandbox tenant of {guests} guests"));
        let mut process = Command::new(std::env::current_exe()?)
            .args(["sandbox", &guests.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("the sandbox cannot be started")?;
        let out = process.stdout.take().context("the sandbox has no output")?;
        let line = BufReader::new(out).lines().next_line().await?;
        let ready = serde_json::from_str(&line.context("the sandbox ended at once")?)?;
        Ok(Self { process, ready })
    }

    /// The tenant.
    pub(crate) fn tenant(&self) -> Result<TenantId> {
        let text = self.ready.tenant_id.to_string();
        text.parse().ok().context("the sandbox names no tenant")
    }

    /// Ends it, so that it takes no time from what is measured next.
    pub(crate) async fn stop(mut self) -> Result<()> {
        self.process.kill().await.context("the sandbox cannot be ended")
    }

    fn graph(&self, clock: &SharedClock) -> Result<GraphClient> {
        let cloud = Cloud::sandbox(&Url::parse(&self.ready.login)?, &Url::parse(&self.ready.graph)?)?;
        let http = http_client(&cloud)?;
        let credential = SandboxAppCredential::credential(
            &cloud,
            &Tenant::parse(&self.ready.tenant_id.to_string())?,
            &self.ready.app_only.client_id,
            &Secret::new(self.ready.app_only.client_secret.clone()),
            http.clone(),
            Arc::clone(clock),
        )?;
        Ok(GraphClient::new(cloud, credential, http, Arc::clone(clock)))
    }
}

/// Serves a sandbox tenant until standard input ends.
pub(crate) async fn serve(guests: u32) -> Result<()> {
    let config = SandboxConfig {
        guests,
        days: DAYS,
        retention_days: DAYS,
        ..SandboxConfig::default()
    };
    let sandbox = Sandbox::start(config).await?;
    writeln!(io::stdout(), "{}", serde_json::to_string(&sandbox.ready())?)?;
    // It ends with the process that started it, however that ends.
    tokio::task::spawn_blocking(|| io::copy(&mut io::stdin(), &mut io::sink())).await??;
    sandbox.shutdown().await;
    Ok(())
}

/// The key of the archives.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    secret: SecretKey,
    /// Its 64 digits.
    pub(crate) hex: String,
    /// Whether the window finds it in the keychain.
    pub(crate) is_in_keychain: bool,
}

/// The key that the window would use; where there is no keychain, one for this run.
pub(crate) async fn archive_key(sandbox: &SandboxProcess) -> Result<Key> {
    let tenant = usher_identity::TenantId::from(sandbox.tenant()?.0);
    let OpenedKeychain { keychain, keys } = open_keychain(SERVICE).await?;
    let secret = keys.archive_key(tenant);
    Ok(Key {
        hex: secret.to_hex().to_string(),
        secret,
        is_in_keychain: matches!(keychain, Keychain::Os { .. }),
    })
}

/// A measured sync.
#[derive(Debug)]
pub(crate) struct ReadTenant {
    /// The tenant.
    pub(crate) tenant: TenantId,
    /// Its archive, closed.
    pub(crate) location: ArchiveLocation,
    /// Rows of both logs.
    pub(crate) rows: u64,
    /// From the first request to the last commit.
    pub(crate) elapsed: Duration,
}

/// Reads the whole tenant into a fresh encrypted archive.
pub(crate) async fn read_tenant(
    sandbox: &SandboxProcess,
    key: &Key,
    data_dir: &Path,
    rows_of_each_log: u64,
) -> Result<ReadTenant> {
    let clock: SharedClock = Arc::new(SystemClock);
    let tenant = sandbox.tenant()?;
    let location = ArchiveLocation::in_data_dir(data_dir, tenant);
    let options = OpenOptions::read_write(clock.now());
    let archive = Archive::open(location.clone(), &ArchiveKey::new(*key.secret.expose()), options).await?;
    let sync = Sync::new(archive.clone(), sandbox.graph(&clock)?, Arc::clone(&clock));

    let begin = Instant::now();
    let end = sync.run(CancellationToken::new()).await?;
    let elapsed = begin.elapsed();

    let SyncEnd::Completed(report) = end else {
        bail!("the sync was cancelled");
    };
    close(archive).await;
    let (audits, sign_ins) = (report.audits.saved.new, report.sign_ins.saved.new);
    ensure!(
        audits >= rows_of_each_log && sign_ins >= rows_of_each_log,
        "the tenant has {audits} audits and {sign_ins} sign-ins; give it more --guests"
    );
    say(&format!(
        "sync: {} guests, {audits} audits, {sign_ins} sign-ins in {:.1} s",
        report.guests.new,
        elapsed.as_secs_f64()
    ));
    Ok(ReadTenant {
        tenant,
        location,
        rows: audits + sign_ins,
        elapsed,
    })
}

/// A tenant that was read.
#[derive(Debug)]
pub(crate) struct Held {
    /// The key of its archive.
    pub(crate) key: Key,
    /// The data folder.
    pub(crate) data_dir: PathBuf,
    /// The tenant.
    pub(crate) tenant: TenantId,
    /// Bytes of all rows and user objects as Graph sent them.
    pub(crate) json_bytes: u64,
}

impl Held {
    /// Where the archive lies.
    pub(crate) fn location(&self) -> ArchiveLocation {
        ArchiveLocation::in_data_dir(&self.data_dir, self.tenant)
    }

    /// The archive, opened anew.
    pub(crate) async fn archive(&self) -> Result<Archive> {
        let key = ArchiveKey::new(*self.key.secret.expose());
        let now: chrono::DateTime<Utc> = SystemClock.now();
        Ok(Archive::open(self.location(), &key, OpenOptions::read_write(now)).await?)
    }

    /// A console over it, with nothing open.
    pub(crate) fn console(&self) -> Console {
        Console::start(ConsoleConfig {
            data_dir: self.data_dir.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            clock: Arc::new(SystemClock),
            keys: Keys::Given {
                hex: self.key.hex.clone(),
            },
            browser: Arc::new(NoBrowser),
        })
    }

    /// Lets the console derive all journeys, as it does after every sync.
    pub(crate) async fn derive_journeys(&self, sandbox: &SandboxProcess) -> Result<()> {
        let ready = sandbox.ready.clone();
        let app = SandboxApp {
            client_id: ready.app_only.client_id.clone(),
            client_secret: ready.app_only.client_secret.clone(),
        };
        let place = SandboxPlace {
            url: ready.url,
            graph: ready.graph,
            login: ready.login,
            tenant_id: ready.tenant_id.to_string(),
            client_id: ready.client_id,
            now: None,
        };
        let console = self.console();
        console.sign_in_as_sandbox_app(&place, &app).await?;
        let end = console.sync().await?;
        console.close().await;
        ensure!(
            matches!(end, SyncView::Completed { .. }),
            "the second sync did not complete"
        );
        Ok(())
    }
}

/// Nobody signs in while something is measured.
#[derive(Debug)]
struct NoBrowser;

#[async_trait]
impl BrowserOpener for NoBrowser {
    async fn open(&self, _url: &Url) -> Result<(), BrowserNotOpened> {
        Err(BrowserNotOpened::NotStarted(std::io::Error::from(
            std::io::ErrorKind::Unsupported,
        )))
    }
}
