//! A sandbox and a console that has read it.

use std::{ops::Deref, path::Path, sync::Arc, time::Duration};

use async_trait::async_trait;
use tempfile::TempDir;
use url::Url;
use usher_clock::SystemClock;
use usher_console::{
    BrowserNotOpened, BrowserOpener, Console, ConsoleConfig, Keys, SandboxApp, SandboxPlace,
    views::{GuestFilter, GuestQuery, GuestView, SyncView},
};
use usher_sandbox::{Sandbox, SandboxConfig};

/// User Administrator.
pub(crate) const ADELE: &str = "adele.vance@contoso.com";
/// Guest Inviter.
pub(crate) const MEGAN: &str = "megan.bowen@contoso.com";
/// Global Reader.
pub(crate) const GRADY: &str = "grady.archie@contoso.com";

#[derive(Debug)]
struct NoBrowser;

#[async_trait]
impl BrowserOpener for NoBrowser {
    async fn open(&self, _url: &Url) -> Result<(), BrowserNotOpened> {
        Err(BrowserNotOpened::NotLoopback)
    }
}

/// Starts a sandbox.
pub(crate) async fn start(config: SandboxConfig) -> Sandbox {
    Sandbox::start(config).await.expect("a sandbox")
}

/// Starts a sandbox of this size.
pub(crate) async fn sandbox(guests: u32) -> Sandbox {
    start(SandboxConfig {
        guests,
        ..SandboxConfig::default()
    })
    .await
}

/// A console that is closed when its test ends. An archive that is left open would still be closing, in a thread of its
/// own, when SQLCipher cleans up at the end of the program: that is a crash.
pub(crate) struct OpenConsole(Console);

impl Deref for OpenConsole {
    type Target = Console;

    fn deref(&self) -> &Console {
        &self.0
    }
}

impl Drop for OpenConsole {
    fn drop(&mut self) {
        let console = self.0.clone();
        // The test's own runtime stands still here; what runs in it may hold the archive, so it is not waited for long.
        let closing = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let closed = async { tokio::time::timeout(Duration::from_secs(2), console.close()).await };
            runtime.map(|runtime| runtime.block_on(closed))
        });
        let _ = closing.join();
    }
}

/// A console over a folder.
pub(crate) fn console(folder: &Path) -> OpenConsole {
    console_with(folder, Arc::new(NoBrowser))
}

/// A console over a folder, with a browser of one's own.
pub(crate) fn console_with(folder: &Path, browser: Arc<dyn BrowserOpener>) -> OpenConsole {
    // For where closing it takes longer than its guard waits.
    usher_testkit::outlive_connections();
    OpenConsole(Console::start(ConsoleConfig {
        data_dir: folder.to_owned(),
        version: "0.0.0".to_owned(),
        clock: Arc::new(SystemClock),
        keys: Keys::Given { hex: "ab".repeat(32) },
        browser,
    }))
}

/// Where a sandbox is.
pub(crate) fn place(sandbox: &Sandbox) -> SandboxPlace {
    let ready = sandbox.ready();
    SandboxPlace {
        url: ready.url,
        graph: ready.graph,
        login: ready.login,
        tenant_id: ready.tenant_id.to_string(),
        client_id: ready.client_id,
        now: Some(sandbox.clock().now()),
    }
}

/// The application of a sandbox's tenant.
pub(crate) fn app(sandbox: &Sandbox) -> SandboxApp {
    let ready = sandbox.ready();
    SandboxApp {
        client_id: ready.app_only.client_id,
        client_secret: ready.app_only.client_secret,
    }
}

/// Reads everything there is.
pub(crate) async fn sync(console: &Console) {
    let end = console.sync().await.expect("a sync");
    assert!(matches!(end, SyncView::Completed { .. }), "{end:?}");
}

/// A console that has read the sandbox in somebody's name.
pub(crate) async fn synced(sandbox: &Sandbox, folder: &Path, admin: &str) -> OpenConsole {
    let console = console(folder);
    console
        .sign_in_to_sandbox(&place(sandbox), admin)
        .await
        .expect("a sign-in");
    sync(&console).await;
    console
}

/// A sandbox with a console that has read it.
pub(crate) struct Desk {
    pub(crate) sandbox: Sandbox,
    pub(crate) console: OpenConsole,
    pub(crate) folder: TempDir,
}

impl Desk {
    /// One for a person.
    pub(crate) async fn of(config: SandboxConfig, admin: &str) -> Self {
        let sandbox = start(config).await;
        let folder = tempfile::tempdir().expect("a folder");
        let console = synced(&sandbox, folder.path(), admin).await;
        Self {
            sandbox,
            console,
            folder,
        }
    }

    /// One for the application, which may read every setting.
    pub(crate) async fn of_app(config: SandboxConfig) -> Self {
        let sandbox = start(config).await;
        let folder = tempfile::tempdir().expect("a folder");
        let console = console(folder.path());
        let app = app(&sandbox);
        console
            .sign_in_as_sandbox_app(&place(&sandbox), &app)
            .await
            .expect("a sign-in");
        sync(&console).await;
        Self {
            sandbox,
            console,
            folder,
        }
    }

    /// All guests that a filter finds.
    pub(crate) async fn guests(&self, filter: GuestFilter) -> Vec<GuestView> {
        let mut found = Vec::new();
        let mut query = GuestQuery {
            filter,
            limit: Some(1_000),
            ..GuestQuery::default()
        };
        loop {
            let page = self.console.list_guests(query.clone()).await.expect("a page");
            found.extend(page.items);
            query.after = page.next;
            if query.after.is_none() {
                return found;
            }
        }
    }
}
