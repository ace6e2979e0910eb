//! Reading one log, window by window, newest first.

use chrono::{DateTime, Utc};
use futures_util::{StreamExt as _, stream::BoxStream};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;
use usher_graph::{GraphClient, GraphError, LogPage as GraphLogPage, LogWindow};
use usher_store::{Archive, Coverage, Log, Saved, Slice, Source, WriteTx};

use super::{LogReport, Reading, Sync};
use crate::{
    SyncError,
    extract::{ReadyPage, make_page},
    plan::{Cutter, LogPlan, Window, plan_log},
};

/// Pages parsed at the same time, and parsed pages that wait. Each takes half a megabyte.
const PARSED_AT_ONCE: usize = 2;
const WAITING: usize = 4;
/// How often a window may begin anew because the link to its next page expired.
const RESTARTS: u32 = 3;

impl Sync {
    /// Reads what `log` has and the archive lacks.
    pub(super) async fn read_log(
        &self,
        graph: &GraphClient,
        log: Log,
        retention_days: u32,
        now: DateTime<Utc>,
        report: &mut LogReport,
        unreadable: &mut u64,
    ) -> Result<(), SyncError> {
        let plan = plan_log(&self.archive.load_coverage(log).await?, retention_days, now);
        self.reporter.expect_span(plan.span());
        let mut cutter = Cutter::new(&plan);
        let mut answered = false;
        let mut restarts = 0;
        while let Some(window) = cutter.next_window() {
            let reading = WindowReading {
                log,
                window,
                now,
                plan: (!answered).then_some(&plan),
            };
            match self.read_window(graph, reading, report, unreadable).await {
                Ok(pages) => {
                    answered = true;
                    restarts = 0;
                    cutter.completed(pages);
                    self.reporter.covered(window.span());
                }
                Err(SyncError::Graph(GraphError::PermissionMissing { denial, .. })) => {
                    report.reading = Reading::Denied(denial);
                    return Ok(());
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
                Err(SyncError::Graph(error)) if is_overload(&error) => {
                    if !cutter.halve(window) {
                        return Err(error.into());
                    }
                    tracing::debug!(?log, %error, "the window was too much; its halves follow");
                }
                Err(error) => return Err(error),
            }
        }
        report.reading = Reading::Read;
        Ok(())
    }

    /// Reads one window to its end; returns its pages.
    async fn read_window(
        &self,
        graph: &GraphClient,
        reading: WindowReading<'_>,
        report: &mut LogReport,
        unreadable: &mut u64,
    ) -> Result<u32, SyncError> {
        let WindowReading {
            log,
            window,
            now,
            plan,
        } = reading;
        let wanted = LogWindow::new(window.from, window.until);
        let pages = match log {
            Log::Audit => graph.audit_pages(wanted),
            Log::SignIn => graph.sign_in_pages(wanted),
        };
        let (mut ready, _fetching) = spawn_parsing(self.archive.clone(), log, pages);
        let slice = |coverage| Slice {
            log,
            from: window.from,
            until: window.until,
            coverage,
            source: Source::Api,
            fetched_at: now,
        };
        let mut count = 0;
        loop {
            let (pages, failed) = self
                .together(&mut ready, |page| page.is_last)
                .await
                .ok_or(SyncError::Interrupted)??;
            let is_last = pages.iter().any(|page| page.is_last);
            let mut tx = self.archive.write().await?;
            if count == 0 {
                if let Some(plan) = plan {
                    save_plan(&mut tx, log, plan, now).await?;
                }
                tx.save_slice(slice(Coverage::Partial)).await?;
            }
            let mut saved = Saved::default();
            // Oldest first: the file's trees grow best upward.
            for page in pages.iter().rev() {
                saved += tx.save_page(&page.ready.page).await?;
            }
            if is_last {
                tx.save_slice(slice(Coverage::Complete)).await?;
                tx.refresh_rollups().await?;
            }
            tx.commit().await?;
            report.saved += saved;
            for page in &pages {
                count += 1;
                report.pages += 1;
                *unreadable += page.ready.unreadable;
                self.reporter.page(log, page.ready.page.len() as u64);
            }
            if let Some(error) = failed {
                return Err(error);
            }
            if is_last {
                return Ok(count);
            }
        }
    }
}

/// A window to read, and the plan to write down with its first page, when the log is known to answer.
struct WindowReading<'p> {
    log: Log,
    window: Window,
    now: DateTime<Utc>,
    plan: Option<&'p LogPlan>,
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
) -> (mpsc::Receiver<Result<Parsed, SyncError>>, AbortOnDropHandle<()>) {
    let (sender, receiver) = mpsc::channel(WAITING);
    let parse = move |page: Result<GraphLogPage, GraphError>| {
        let archive = archive.clone();
        async move {
            let page = page?;
            let is_last = !page.has_more();
            let ready = tokio::task::spawn_blocking(move || make_page(&archive, log, &page))
                .await
                .map_err(|_| SyncError::Interrupted)??;
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

/// Writes down what the plan found: what is lost for good, and what must be read again before it counts as held.
async fn save_plan(tx: &mut WriteTx, log: Log, plan: &LogPlan, now: DateTime<Utc>) -> Result<(), SyncError> {
    let gone = plan.gone.iter().map(|window| (window, Coverage::Gone));
    let again = plan.again.iter().map(|window| (window, Coverage::Partial));
    for (window, coverage) in gone.chain(again) {
        tx.save_slice(Slice {
            log,
            from: window.from,
            until: window.until,
            coverage,
            source: Source::Api,
            fetched_at: now,
        })
        .await?;
    }
    Ok(())
}

/// Whether a smaller question may be answered where this one was not.
fn is_overload(error: &GraphError) -> bool {
    matches!(
        error,
        GraphError::Unavailable {
            status: 500..=504,
            ..
        } | GraphError::TimedOut { .. }
    )
}
