//! Reading one log, window by window, newest first.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use chrono::{DateTime, Utc};
use futures_util::{
    StreamExt as _,
    stream::{BoxStream, FuturesUnordered},
};
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};
use usher_graph::{GraphClient, GraphError, LogPage as GraphLogPage, LogWindow, Unexpected};
use usher_store::{Archive, Coverage, Log, Slice, Source};

use super::{
    LogReport, Reading, Sync,
    parsers::ToParsers,
    writer::{ToWriter, WindowPage, WriterEnded},
};
use crate::{
    SyncError,
    extract::{ReadyPage, make_page},
    plan::{Cutter, LogPlan, Window, plan_log},
};

/// Windows of a log that are read at once: each is a chain of pages, and one chain alone waits for each page's answer.
/// Six chains in all use Entra's pace to the full as long as an answer takes no more than ten seconds.
const WINDOWS_AT_ONCE: usize = 3;
/// Pages of a window parsed at the same time, and parsed pages that wait for room at the writer's. Each takes half a
/// megabyte.
const PARSED_AT_ONCE: usize = 2;
const WAITING: usize = 2;
/// How often windows may begin anew because the link to their next page expired, until one is complete again: three times
/// each, for after a night's sleep all of them do.
const RESTARTS: u32 = 3 * WINDOWS_AT_ONCE as u32;

impl Sync {
    /// Reads what `log` has and the archive lacks, several windows at once. After an error no window is begun; those
    /// that are under way end with it, for it cancels `cancel`, and keep what had come.
    pub(super) async fn read_log(
        &self,
        graph: &GraphClient,
        cancel: &CancellationToken,
        writer: ToWriter,
        task: LogTask,
        report: &mut LogReport,
        unreadable: &mut u64,
    ) -> Result<(), SyncError> {
        let LogTask { log, reach, now } = task;
        let plan = match reach {
            Reach::Retention { days } => {
                let held = self.archive.load_coverage(log).await;
                plan_log(&held.inspect_err(|_| cancel.cancel())?, days, now)
            }
            Reach::Since(from) => LogPlan {
                fetch: vec![Window { from, until: now }],
                again: Vec::new(),
                gone: Vec::new(),
            },
        };
        self.reporter.expect_span(plan.span());
        let mut cutter = Cutter::new(&plan);
        let plan_is_saved = AtomicBool::new(false);
        let mut restarts = 0;
        let mut end = None;
        let mut under_way = FuturesUnordered::new();
        loop {
            while end.is_none()
                && under_way.len() < WINDOWS_AT_ONCE
                && let Some(window) = cutter.next_window()
            {
                under_way.push(self.read_window(graph, &writer, task, window, &plan, &plan_is_saved));
            }
            let Some(WindowRead {
                window,
                pages,
                unreadable: lost,
                outcome,
            }) = under_way.next().await
            else {
                break;
            };
            report.pages += pages;
            *unreadable += lost;
            match outcome {
                Ok(()) => {
                    restarts = 0;
                    cutter.completed(pages as u32);
                }
                Err(SyncError::Graph(GraphError::PermissionMissing { denial, .. })) => {
                    report.reading = Reading::Denied(denial);
                    end.get_or_insert(Ok(()));
                }
                Err(SyncError::Graph(GraphError::PageExpired { .. })) if restarts < RESTARTS => {
                    restarts += 1;
                    tracing::debug!(
                        ?log,
                        restarts,
                        "the link to the next page expired; the window begins anew"
                    );
                    // Smaller windows end before their links do.
                    if !cutter.halve(window) {
                        cutter.put_back(window);
                    }
                }
                Err(SyncError::Graph(error)) if is_overload(&error) && cutter.halve(window) => {
                    tracing::debug!(?log, %error, "the window was too much; its halves follow");
                }
                Err(error) if end.is_none() => {
                    cancel.cancel();
                    end = Some(Err(error));
                }
                // What ended the reading is known; this is its consequence.
                Err(_) => {}
            }
        }
        if end.is_none() {
            report.reading = Reading::Read;
        }
        end.unwrap_or(Ok(()))
    }

    /// Reads one window to its end.
    async fn read_window(
        &self,
        graph: &GraphClient,
        writer: &ToWriter,
        task: LogTask,
        window: Window,
        plan: &LogPlan,
        plan_is_saved: &AtomicBool,
    ) -> WindowRead {
        let mut read = WindowRead {
            window,
            pages: 0,
            unreadable: 0,
            outcome: Err(SyncError::Interrupted),
        };
        read.outcome = self
            .read_pages(graph, writer, task, &mut read, plan, plan_is_saved)
            .await;
        read
    }

    async fn read_pages(
        &self,
        graph: &GraphClient,
        writer: &ToWriter,
        LogTask { log, now, .. }: LogTask,
        read: &mut WindowRead,
        plan: &LogPlan,
        plan_is_saved: &AtomicBool,
    ) -> Result<(), SyncError> {
        let window = read.window;
        let wanted = LogWindow::new(window.from, window.until);
        let pages = match log {
            Log::Audit => graph.audit_pages(wanted),
            Log::SignIn => graph.sign_in_pages(wanted),
        };
        let (mut ready, _fetching) = spawn_parsing(self.archive.clone(), log, pages, self.parsers.way());
        loop {
            let Parsed { ready, is_last } = ready.recv().await.ok_or(SyncError::Interrupted)??;
            let mut before = Vec::new();
            // With the first page of the log, when it is known to answer.
            if !plan_is_saved.swap(true, Relaxed) {
                before = planned(log, plan, now);
            }
            if read.pages == 0 {
                before.push(slice(log, window, Coverage::Partial, now));
            }
            read.pages += 1;
            read.unreadable += ready.unreadable;
            writer
                .write(WindowPage {
                    page: ready.page,
                    before,
                    complete: is_last.then(|| slice(log, window, Coverage::Complete, now)),
                })
                .await?;
            if is_last {
                return Ok(());
            }
        }
    }
}

impl From<WriterEnded> for SyncError {
    fn from(WriterEnded: WriterEnded) -> Self {
        Self::Interrupted
    }
}

/// A log to read.
#[derive(Debug, Clone, Copy)]
pub(super) struct LogTask {
    pub(super) log: Log,
    pub(super) reach: Reach,
    /// The tenant's time when reading it began.
    pub(super) now: DateTime<Utc>,
}

/// How far back a log is read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reach {
    /// What the tenant still has and the archive lacks.
    Retention { days: u32 },
    /// What came after a sync began with it.
    Since(DateTime<Utc>),
}

/// What came of reading a window: what was handed to the writer, whether or not it was read to its end.
struct WindowRead {
    window: Window,
    pages: u64,
    unreadable: u64,
    outcome: Result<(), SyncError>,
}

struct Parsed {
    ready: ReadyPage,
    is_last: bool,
}

/// Fetches and parses in a task of its own, a few pages ahead of the writer.
fn spawn_parsing(
    archive: Archive,
    log: Log,
    pages: BoxStream<'static, Result<GraphLogPage, GraphError>>,
    parsers: ToParsers,
) -> (mpsc::Receiver<Result<Parsed, SyncError>>, AbortOnDropHandle<()>) {
    let (sender, receiver) = mpsc::channel(WAITING);
    let parse = move |page: Result<GraphLogPage, GraphError>| {
        let archive = archive.clone();
        // Begins at once, also while this chain waits for the writer.
        let begun = page.map(|page| {
            let is_last = !page.has_more();
            (is_last, parsers.spawn(move || make_page(&archive, log, &page)))
        });
        async move {
            let (is_last, made) = begun?;
            let ready = made.await.map_err(|_| SyncError::Interrupted)??;
            Ok(Parsed { ready, is_last })
        }
    };
    let task = tokio::spawn(async move {
        let mut parsed = pages.map(parse).buffered(PARSED_AT_ONCE);
        while let Some(page) = parsed.next().await {
            if sender.send(page).await.is_err() {
                return;
            }
        }
    });
    (receiver, AbortOnDropHandle::new(task))
}

/// What the plan found: what is lost for good, and what must be read again before it counts as held.
fn planned(log: Log, plan: &LogPlan, now: DateTime<Utc>) -> Vec<Slice> {
    let gone = plan.gone.iter().map(|window| (window, Coverage::Gone));
    let again = plan.again.iter().map(|window| (window, Coverage::Partial));
    gone.chain(again)
        .map(|(window, coverage)| slice(log, *window, coverage, now))
        .collect()
}

fn slice(log: Log, window: Window, coverage: Coverage, now: DateTime<Utc>) -> Slice {
    Slice {
        log,
        from: window.from,
        until: window.until,
        coverage,
        source: Source::Api,
        fetched_at: now,
    }
}

/// Whether a smaller question may be answered where this one was not.
fn is_overload(error: &GraphError) -> bool {
    matches!(
        error,
        GraphError::Unavailable {
            status: 500..=504,
            ..
        } | GraphError::TimedOut { .. }
            | GraphError::UnexpectedAnswer {
                what: Unexpected::Truncated,
                ..
            }
    )
}
