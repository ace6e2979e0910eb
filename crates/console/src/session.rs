//! One running Usher: which tenant is open, who is signed in, what runs in the background.

mod data_dir;
mod fields;
mod frame;
mod known;
mod open;
mod places;
mod sign_in;
mod supervisor;
mod sync;
mod tenant_clock;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use tokio::sync::{Notify, OnceCell, broadcast, watch};
use tokio_util::sync::CancellationToken;
use usher_clock::SharedClock;
use usher_identity::{BrowserOpener, OpenedKeychain, Vault};

pub use data_dir::default_data_dir;
pub use places::{SandboxApp, SandboxPlace};
pub(crate) use tenant_clock::TenantClock;

use crate::{
    ConsoleError,
    call::list_call,
    tenant::OpenTenant,
    views::{
        ActionVerb, AppView, CallView, CoverageView, ExportView, FoundRowView, GuestAccessView,
        GuestColumnView, GuestDetailView, GuestPage, GuestQuery, InviteForm, InvitedView, OutcomeView,
        OverviewFilter, OverviewView, PlanView, PreflightView, ProblemView, RawRowView, SyncView, TenantView,
        Topic,
    },
};

/// The frame's state is sent at most this often.
const FRAME_PAUSE: Duration = Duration::from_millis(100);

/// The checkpoint that keeps the client ID a tenant was signed in with, to take the sign-in up again.
const CLIENT_ID: &str = "client id";

/// Announcements that wait for a slow listener; beyond them it is told that it missed some.
const TOPICS_WAITING: usize = 64;

/// Where the master key comes from.
#[derive(Debug, Clone)]
pub enum Keys {
    /// The system keychain, under this service name; without one, keys for this session only.
    Keychain {
        /// The name of the entry's service.
        service: String,
    },
    /// As above, but where there is no keychain it is an error.
    KeychainOnly {
        /// The name of the entry's service.
        service: String,
    },
    /// 64 hex digits that are the archive key.
    Given {
        /// The digits.
        hex: String,
    },
}

/// What a console runs with. Chosen in one place by each program.
#[derive(Debug, Clone)]
pub struct ConsoleConfig {
    /// Where archives, vault and logs lie.
    pub data_dir: PathBuf,
    /// The program's version.
    pub version: String,
    /// The computer's clock.
    pub clock: SharedClock,
    /// Where the master key comes from.
    pub keys: Keys,
    /// What opens the sign-in page.
    pub browser: Arc<dyn BrowserOpener>,
}

/// Hides what a future is made of behind the promise that it can move between threads. Without it the compiler cannot
/// see that promise through some borrows of the libraries below (rust-lang/rust 100013).
fn sendable<'a, T>(
    future: impl Future<Output = T> + Send + 'a,
) -> std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>> {
    Box::pin(future)
}

/// The use cases over one open tenant. Cheap to clone.
#[derive(Clone)]
pub struct Console {
    inner: Arc<Inner>,
}

impl std::fmt::Debug for Console {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Console")
            .field("data_dir", &self.inner.config.data_dir)
            .finish_non_exhaustive()
    }
}

struct Inner {
    config: ConsoleConfig,
    keychain: OnceCell<OpenedKeychain>,
    vault: OnceCell<Vault>,
    /// Archives of a session without keychain: nobody can open them afterwards, so they go with the session.
    session_folder: OnceCell<tempfile::TempDir>,
    state: Mutex<State>,
    frame: watch::Sender<AppView>,
    changed: Notify,
    topics: broadcast::Sender<Vec<Topic>>,
    /// Ends what runs in the background.
    end: CancellationToken,
    /// Held while an archive is being opened, which is waited for at the end: it would be left open otherwise.
    opening: tokio::sync::Mutex<()>,
}

/// What the frame shows.
struct State {
    open: Option<Arc<OpenTenant>>,
    /// Whether the tenant of the last session is being opened.
    opening: bool,
    /// Why it could not be.
    not_opened: Option<ProblemView>,
    known: Vec<TenantView>,
    sync: SyncView,
    sync_cancel: Option<CancellationToken>,
    sign_in_cancel: Option<CancellationToken>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.end.cancel();
    }
}

impl Console {
    /// Starts a console. It opens nothing yet, so that a window can be there at once.
    pub fn start(config: ConsoleConfig) -> Self {
        let (topics, _) = broadcast::channel(TOPICS_WAITING);
        let state = State {
            open: None,
            opening: false,
            not_opened: None,
            known: known::list(&config.data_dir),
            sync: SyncView::Idle,
            sync_cancel: None,
            sign_in_cancel: None,
        };
        let first = frame::build(&config, None, &state);
        let inner = Arc::new(Inner {
            config,
            keychain: OnceCell::new(),
            vault: OnceCell::new(),
            session_folder: OnceCell::new(),
            state: Mutex::new(state),
            frame: watch::Sender::new(first),
            changed: Notify::new(),
            topics,
            end: CancellationToken::new(),
            opening: tokio::sync::Mutex::default(),
        });
        let console = Self { inner };
        console.publish_frames();
        console
    }

    /// Sends the frame's state whole after every change, at most ten times a second.
    fn publish_frames(&self) {
        let inner = Arc::downgrade(&self.inner);
        let end = self.inner.end.clone();
        let clock = Arc::clone(&self.inner.config.clock);
        supervisor::spawn("frame", end.clone(), async move {
            loop {
                let Some(strong) = inner.upgrade() else { return };
                let console = Self { inner: strong };
                tokio::select! {
                    () = console.inner.changed.notified() => {}
                    () = end.cancelled() => return,
                }
                let view = console.app();
                console.inner.frame.send_replace(view);
                drop(console);
                clock.sleep(FRAME_PAUSE).await;
            }
        });
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what the frame shows.
    fn change<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        let result = change(&mut self.state());
        self.inner.changed.notify_one();
        result
    }

    /// Opens web pages.
    pub(crate) fn web_browser(&self) -> &dyn BrowserOpener {
        &*self.inner.config.browser
    }

    /// The open tenant.
    pub(crate) fn tenant(&self) -> Result<Arc<OpenTenant>, ConsoleError> {
        self.state().open.clone().ok_or(ConsoleError::NoTenant)
    }

    /// The state of the frame.
    pub fn app(&self) -> AppView {
        let keychain = self.inner.keychain.get();
        frame::build(&self.inner.config, keychain, &self.state())
    }

    /// The state of the frame, whole, after every change.
    pub fn frames(&self) -> watch::Receiver<AppView> {
        self.inner.frame.subscribe()
    }

    /// What becomes stale.
    pub fn topics(&self) -> broadcast::Receiver<Vec<Topic>> {
        self.inner.topics.subscribe()
    }

    /// Says what became stale by something outside of the console, such as a step played in the sandbox.
    pub fn announce(&self, topics: &[Topic]) {
        let _ = self.inner.topics.send(topics.to_vec());
    }

    /// The present instant by the open tenant's clock.
    pub fn now(&self) -> DateTime<Utc> {
        self.tenant()
            .map_or_else(|_| self.inner.config.clock.now(), |tenant| tenant.now())
    }

    /// Follows a sandbox clock that was moved, without waiting for its next answer.
    pub fn follow_sandbox_clock(&self, now: DateTime<Utc>) {
        if let Ok(tenant) = self.tenant()
            && tenant.is_sandbox
        {
            tenant.clock.set(now);
            tenant.announce(&[Topic::Guests, Topic::Overview, Topic::Coverage, Topic::Sandbox]);
        }
        self.inner.changed.notify_one();
    }

    /// Lists a page of guests.
    pub async fn list_guests(&self, query: GuestQuery) -> Result<GuestPage, ConsoleError> {
        self.tenant()?.list_guests(&query).await
    }

    /// One guest with cause, timeline and actions.
    pub async fn guest(&self, id: &str) -> Result<GuestDetailView, ConsoleError> {
        self.tenant()?.guest(id).await
    }

    /// One guest by mail address, user principal name or object ID.
    pub async fn guest_by_name(&self, name: &str) -> Result<GuestDetailView, ConsoleError> {
        let tenant = self.tenant()?;
        let id = tenant.find_guest_id(name).await?;
        tenant.guest(&id.to_string()).await
    }

    /// What a guest was given, read from the tenant now. `may_ask`: the person may be asked for the permission.
    pub async fn guest_access(&self, id: &str, may_ask: bool) -> Result<GuestAccessView, ConsoleError> {
        self.tenant()?.guest_access(id, may_ask).await
    }

    /// The newest log row about a guest with this correlation ID or request ID; `None` too where the text is no ID.
    pub async fn find_row(&self, id: &str) -> Result<Option<FoundRowView>, ConsoleError> {
        self.tenant()?.find_row(id).await
    }

    /// A log row as Graph sent it.
    pub async fn raw_row(&self, row: &str) -> Result<RawRowView, ConsoleError> {
        self.tenant()?.raw_row(row).await
    }

    /// Writes the guests of a query as CSV into a folder: the columns named, or everything that is known of a row.
    pub async fn export_guests(
        &self,
        query: GuestQuery,
        columns: Option<Vec<GuestColumnView>>,
        folder: PathBuf,
    ) -> Result<ExportView, ConsoleError> {
        self.tenant()?
            .export_guests(&query, columns.as_deref(), &folder)
            .await
    }

    /// The calls behind a list.
    pub fn list_call(&self, query: &GuestQuery) -> CallView {
        list_call(query)
    }

    /// Everything the Overview shows.
    pub async fn overview(&self, filter: OverviewFilter) -> Result<OverviewView, ConsoleError> {
        self.tenant()?.overview(&filter).await
    }

    /// What is held of the logs in the last `days` days.
    pub async fn coverage(&self, days: u32) -> Result<CoverageView, ConsoleError> {
        self.tenant()?.coverage(days).await
    }

    /// Says what an action would do. Nothing is sent.
    pub async fn plan(&self, guest_id: &str, verb: ActionVerb) -> Result<PlanView, ConsoleError> {
        self.tenant()?.plan(guest_id, verb).await
    }

    /// Applies a plan after checking its basis again.
    pub async fn apply(&self, plan: PlanView) -> Result<OutcomeView, ConsoleError> {
        let outcome = self.tenant()?.apply(&plan).await;
        self.inner.changed.notify_one();
        outcome
    }

    /// The link that leads a guest into this tenant.
    pub async fn direct_link(&self, guest_id: &str) -> Result<String, ConsoleError> {
        let tenant = self.tenant()?;
        let id = guest_id.parse().map_err(|_| ConsoleError::NoSuchGuest)?;
        tenant
            .archive
            .find_guest(id)
            .await?
            .ok_or(ConsoleError::NoSuchGuest)?;
        Ok(tenant.direct_link())
    }

    /// What is known about an invitation before it is sent.
    pub async fn preflight(&self, form: &InviteForm) -> Result<PreflightView, ConsoleError> {
        self.tenant()?.preflight(form).await
    }

    /// Invites one guest.
    pub async fn invite(&self, form: InviteForm) -> Result<InvitedView, ConsoleError> {
        let invited = self.tenant()?.invite(&form).await;
        self.inner.changed.notify_one();
        invited
    }

    /// Whether the ledger is as it was written.
    pub async fn ledger_is_intact(&self) -> Result<bool, ConsoleError> {
        let check = self.tenant()?.check_ledger().await?;
        Ok(matches!(check, usher_store::LedgerCheck::Intact { .. }))
    }

    /// Ends what runs and closes the archive.
    pub async fn close(&self) {
        self.inner.end.cancel();
        let _opening = sendable(self.inner.opening.lock()).await;
        let (open, sync) = {
            let mut state = self.state();
            (state.open.take(), state.sync_cancel.take())
        };
        if let Some(sync) = sync {
            sync.cancel();
        }
        if let Some(tenant) = open {
            sendable(tenant.close()).await;
        }
    }
}
