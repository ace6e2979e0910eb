//! A sync: the tenant, then its guests and both logs side by side, the logs newest first. A page, or the few that are ready
//! together, is one transaction with what it covers, so a sync may end anywhere and the next one goes on from there.

mod guests;
mod logs;
mod parsers;
mod writer;

use std::sync::Arc;

use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};
use usher_clock::SharedClock;
use usher_graph::{Connection, Denial, GraphClient, GraphError, SignInActivityAccess};
use usher_store::{Archive, Log, Saved, TenantFacts};

use self::{
    logs::{LogTask, Reach},
    parsers::Parsers,
    writer::LogWriter,
};
use crate::{
    RETENTION_DAYS_FREE, RETENTION_DAYS_PREMIUM, SyncError, SyncPhase, SyncProgress, progress::Reporter,
};

/// How much newer than the logs the guests may be. Entra itself shows rows some minutes late.
const LEFT_TO_THE_NEXT_SYNC: TimeDelta = TimeDelta::minutes(1);

/// Reads a tenant into its archive.
#[derive(Debug)]
pub struct Sync {
    archive: Archive,
    graph: GraphClient,
    clock: SharedClock,
    reporter: Arc<Reporter>,
    watcher: watch::Receiver<SyncProgress>,
    /// For all chains together.
    parsers: Parsers,
}

/// How a sync ended without an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyncEnd {
    /// Everything the tenant has was read.
    Completed(SyncReport),
    /// It was cancelled; what was read is kept.
    Cancelled(SyncReport),
}

impl SyncEnd {
    /// What was read, either way.
    pub fn report(&self) -> &SyncReport {
        match self {
            Self::Completed(report) | Self::Cancelled(report) => report,
        }
    }
}

/// What a sync read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncReport {
    /// When it began, on the tenant's clock.
    pub began_at: DateTime<Utc>,
    /// Guests, those in the bin included.
    pub guests: Saved,
    /// Guests found to be in neither the directory nor the bin.
    pub gone: u64,
    /// Whether guests came with their sign-in activity; `None` if no guest was read.
    pub activity: Option<SignInActivityAccess>,
    /// Whether the bin could be read.
    pub bin: Reading,
    /// Audits.
    pub audits: LogReport,
    /// Sign-ins.
    pub sign_ins: LogReport,
    /// Rows and objects that could not be understood and were left out.
    pub unreadable: u64,
}

/// Whether something could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reading {
    /// Not tried, or not to the end.
    #[default]
    Unfinished,
    /// To the end.
    Read,
    /// The tenant or the account does not allow it.
    Denied(Denial),
}

/// What a sync read of one log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LogReport {
    /// Rows.
    pub saved: Saved,
    /// Pages.
    pub pages: u64,
    /// Whether everything planned was read.
    pub reading: Reading,
}

impl Sync {
    /// Prepares a sync. `clock` must follow the tenant's time: it decides what is recent and what is lost, and in a
    /// sandbox tenant it may be far from this computer's.
    pub fn new(archive: Archive, graph: GraphClient, clock: SharedClock) -> Self {
        let (reporter, watcher) = Reporter::new(Arc::clone(&clock));
        Self {
            archive,
            graph,
            clock,
            reporter: Arc::new(reporter),
            watcher,
            parsers: Parsers::new(),
        }
    }

    /// Follows the sync: a whole picture at most ten times a second.
    pub fn progress(&self) -> watch::Receiver<SyncProgress> {
        self.watcher.clone()
    }

    /// Runs until everything is read, `cancel` is cancelled, or something stands in the way. In every case what was
    /// read is kept, and running again goes on.
    pub async fn run(&self, cancel: CancellationToken) -> Result<SyncEnd, SyncError> {
        let mut report = SyncReport {
            began_at: self.now(),
            guests: Saved::default(),
            gone: 0,
            activity: None,
            bin: Reading::Unfinished,
            audits: LogReport::default(),
            sign_ins: LogReport::default(),
            unreadable: 0,
        };
        let _waiting = self.follow_throttling();
        let ended = self.run_phases(&cancel, &mut report).await;
        // However it ended: who is asked about next is looked up by person.
        let built = self.archive.build_indexes().await;
        self.reporter.begin(SyncPhase::Ended);
        match ended.and_then(|()| Ok(built?)) {
            Ok(_) => Ok(SyncEnd::Completed(report)),
            Err(SyncError::Graph(GraphError::Cancelled)) if cancel.is_cancelled() => {
                Ok(SyncEnd::Cancelled(report))
            }
            Err(error) => Err(error),
        }
    }

    async fn run_phases(&self, cancel: &CancellationToken, report: &mut SyncReport) -> Result<(), SyncError> {
        let graph = self.graph.with_cancel(cancel.clone());
        self.reporter.begin(SyncPhase::Connecting);
        let retention_days = self.read_tenant(&graph).await?;

        self.archive.put_off_indexes().await?;
        let began_at = self.now();
        // All side by side: while one page is on its way another is parsed, and Graph counts requests, each kind by
        // itself. A log that cannot be read does not end the guests: lists need nothing else.
        let cancel = cancel.child_token();
        let cancel_logs = cancel.child_token();
        let guests = async {
            let read = self
                .read_guests(&self.graph.with_cancel(cancel.clone()), report)
                .await;
            match &read {
                Ok(()) => self.reporter.begin(SyncPhase::Logs),
                Err(_) => cancel_logs.cancel(),
            }
            read
        };
        let reach = Reach::Retention { days: retention_days };
        let mut logs = LogsRead::default();
        let (guests, from_logs) = tokio::join!(
            guests,
            self.read_logs(&cancel, &cancel_logs, (reach, began_at), &mut logs)
        );
        let mut ended = first_cause(guests, from_logs);
        // The guests, last of them, must not be newer than what the logs say of them.
        let now = self.now();
        if ended.is_ok() && now - began_at > LEFT_TO_THE_NEXT_SYNC {
            let since = Reach::Since(began_at);
            ended = self
                .read_logs(&cancel, &cancel_logs, (since, now), &mut logs)
                .await;
        }
        let LogsRead {
            audits,
            sign_ins,
            unreadable,
        } = logs;
        report.audits = audits;
        report.sign_ins = sign_ins;
        report.unreadable += unreadable;
        ended?;

        let mut tx = self.archive.write().await?;
        if 2 * (audits.saved.new + sign_ins.saved.new) > tx.count_log_rows().await? {
            tx.note_compaction_due().await?;
        }
        tx.save_tenant(&TenantFacts {
            last_sync_at: Some(now),
            clock_skew_seconds: self.sandbox_skew(),
            ..TenantFacts::default()
        })
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Reads both logs. One that cannot be read ends the other, by `cancel_logs`; where nothing can be written, nothing
    /// is read any longer: `cancel` is cancelled.
    async fn read_logs(
        &self,
        cancel: &CancellationToken,
        cancel_logs: &CancellationToken,
        (reach, now): (Reach, DateTime<Utc>),
        read: &mut LogsRead,
    ) -> Result<(), SyncError> {
        let graph = self.graph.with_cancel(cancel_logs.clone());
        let (mut writer, to_writer) = LogWriter::new(&self.archive, &self.reporter);
        let (mut lost_audits, mut lost_sign_ins) = (0, 0);
        let task = |log| LogTask { log, reach, now };
        let written = async { writer.run().await.inspect_err(|_| cancel.cancel()) };
        let (from_audits, from_sign_ins, written) = tokio::join!(
            self.read_log(
                &graph,
                cancel_logs,
                to_writer.clone(),
                task(Log::Audit),
                &mut read.audits,
                &mut lost_audits
            ),
            self.read_log(
                &graph,
                cancel_logs,
                to_writer,
                task(Log::SignIn),
                &mut read.sign_ins,
                &mut lost_sign_ins
            ),
            written,
        );
        read.audits.saved += writer.audits;
        read.sign_ins.saved += writer.sign_ins;
        read.unreadable += lost_audits + lost_sign_ins;
        written?;
        first_cause(from_audits, from_sign_ins)
    }

    /// Reads who the tenant is; returns how many days it keeps its logs.
    async fn read_tenant(&self, graph: &GraphClient) -> Result<u32, SyncError> {
        let organization = graph.fetch_organization().await?;
        let known = self.archive.load_tenant().await?;
        if known
            .id
            .is_some_and(|id| !id.eq_ignore_ascii_case(&organization.id))
        {
            return Err(SyncError::WrongTenant);
        }
        let premium = organization.has_premium();
        let retention_days = if premium {
            RETENTION_DAYS_PREMIUM
        } else {
            RETENTION_DAYS_FREE
        };
        let initial = organization
            .verified_domains
            .iter()
            .find(|domain| domain.is_initial);
        let cloud = if graph.cloud().is_sandbox() {
            "sandbox"
        } else {
            graph.cloud().kind().name()
        };
        let facts = TenantFacts {
            id: Some(organization.id.clone()),
            name: organization.display_name.clone(),
            initial_domain: initial.map(|domain| domain.name.clone()),
            default_domain: organization.default_domain().map(str::to_owned),
            cloud: Some(cloud.to_owned()),
            retention_days: Some(retention_days),
            premium: Some(premium),
            clock_skew_seconds: self.sandbox_skew(),
            ..TenantFacts::default()
        };
        let mut tx = self.archive.write().await?;
        tx.save_tenant(&facts).await?;
        tx.commit().await?;
        Ok(retention_days)
    }

    /// How far the sandbox's clock is from this computer's; Microsoft's is right.
    fn sandbox_skew(&self) -> Option<i64> {
        self.graph
            .cloud()
            .is_sandbox()
            .then(|| self.graph.clock_skew_seconds())
            .flatten()
    }

    /// The tenant's time, in whole seconds: finer bounds of windows only make longer filters.
    fn now(&self) -> DateTime<Utc> {
        self.clock.now().trunc_subsecs(0)
    }

    /// Shows in the progress when Graph asks to wait. Ends with the handle.
    fn follow_throttling(&self) -> AbortOnDropHandle<()> {
        let mut connection = self.graph.connection();
        let reporter = Arc::clone(&self.reporter);
        AbortOnDropHandle::new(tokio::spawn(async move {
            let mut shown = None;
            while connection.changed().await.is_ok() {
                let until = match *connection.borrow_and_update() {
                    Connection::Throttled { until } => Some(until),
                    _ => None,
                };
                if until != shown {
                    shown = until;
                    reporter.waiting(until);
                }
            }
        }))
    }
}

/// What was read of both logs.
#[derive(Debug, Default)]
struct LogsRead {
    audits: LogReport,
    sign_ins: LogReport,
    unreadable: u64,
}

/// The error to tell: where one part failed, the other was cancelled because of it.
fn first_cause(one: Result<(), SyncError>, other: Result<(), SyncError>) -> Result<(), SyncError> {
    let is_consequence = matches!(one, Ok(()) | Err(SyncError::Graph(GraphError::Cancelled)));
    if is_consequence && other.is_err() {
        other
    } else {
        one
    }
}
