//! Syncs in the background, one at a time, with progress in the frame.

use std::sync::Arc;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use usher_sync::{Sync, SyncEnd, SyncPhase, SyncProgress};

use super::{Console, supervisor};
use crate::{
    ConsoleError,
    journey::refresh_journeys,
    tenant::OpenTenant,
    views::{ProblemView, SyncPhaseView, SyncView, Topic},
};

impl Console {
    /// Starts a sync; its progress arrives in the frame.
    pub fn start_sync(&self) -> Result<(), ConsoleError> {
        let tenant = self.tenant()?;
        tenant.link()?;
        let cancel = CancellationToken::new();
        self.change(|state| {
            if state.sync_cancel.is_some() {
                return Err(ConsoleError::SyncRunning);
            }
            state.sync_cancel = Some(cancel.clone());
            state.sync = starting();
            Ok(())
        })?;
        let (console, on_panic) = (self.clone(), self.clone());
        supervisor::spawn_with(
            "sync",
            self.inner.end.clone(),
            async move { console.run_sync(tenant, cancel).await },
            move || {
                on_panic.sync_ended(|at| SyncView::Failed {
                    at,
                    problem: ConsoleError::TaskEnded.into(),
                });
            },
        );
        Ok(())
    }

    /// Runs a sync to its end, for programs that wait for it. The frame follows as with [`Console::start_sync`].
    pub async fn sync(&self) -> Result<SyncView, ConsoleError> {
        self.start_sync()?;
        let mut frames = self.frames();
        // The frame may still show the sync before this one; the state never does.
        frames
            .wait_for(|_| self.state().sync_cancel.is_none())
            .await
            .map_err(|_| ConsoleError::TaskEnded)?;
        Ok(self.state().sync.clone())
    }

    /// Stops the running sync. What was read is kept.
    pub fn cancel_sync(&self) {
        if let Some(cancel) = &self.state().sync_cancel {
            cancel.cancel();
        }
    }

    fn sync_ended(&self, end: impl FnOnce(chrono::DateTime<chrono::Utc>) -> SyncView) {
        let now = self.now();
        self.change(|state| {
            state.sync_cancel = None;
            state.sync = end(now);
        });
        self.announce(&[Topic::Guests, Topic::Overview, Topic::Coverage, Topic::Sandbox]);
    }

    async fn run_sync(&self, tenant: Arc<OpenTenant>, cancel: CancellationToken) {
        let outcome = self.read_and_derive(&tenant, cancel).await;
        self.sync_ended(|at| match outcome {
            Ok((SyncEnd::Completed(_), rows)) => SyncView::Completed { at, rows },
            Ok((SyncEnd::Cancelled(_), _)) => SyncView::Cancelled { at },
            Err(error) => SyncView::Failed {
                at,
                problem: ProblemView::from(error),
            },
        });
    }

    async fn read_and_derive(
        &self,
        tenant: &OpenTenant,
        cancel: CancellationToken,
    ) -> Result<(SyncEnd, u64), ConsoleError> {
        let link = tenant.link()?;
        let run = Sync::new(tenant.archive.clone(), link.graph.clone(), tenant.clock.clone());
        let progress = run.progress();
        let following = self.follow_progress(tenant, progress.clone());
        let end = tokio::select! {
            end = run.run(cancel.clone()) => end,
            // Progress alone never ends a sync.
            never = following => match never {},
        };
        let rows = rows(&progress.borrow());
        // Whatever was read is worth deriving, however the reading ended.
        let derived = refresh_journeys(&tenant.archive, |_| self.show(deriving(rows))).await;
        tenant.reload_facts().await?;
        self.remember(tenant);
        let end = end?;
        derived?;
        if matches!(end, SyncEnd::Completed(_)) {
            compact(tenant).await;
            tenant.keep_guest_list().await;
            tenant.refresh_settings(cancel).await?;
        }
        Ok((end, rows))
    }

    fn show(&self, sync: SyncView) {
        self.change(|state| state.sync = sync);
    }

    /// Shows the progress; the end of a phase makes its topic stale.
    async fn follow_progress(
        &self,
        tenant: &OpenTenant,
        mut progress: watch::Receiver<SyncProgress>,
    ) -> std::convert::Infallible {
        let mut phase = SyncPhase::Connecting;
        loop {
            if progress.changed().await.is_err() {
                return std::future::pending().await;
            }
            let now = progress.borrow_and_update().clone();
            if now.phase != phase {
                phase = now.phase;
                tenant.announce(&[Topic::Guests, Topic::Coverage]);
            }
            if now.phase != SyncPhase::Ended {
                self.show(running(&now));
            }
        }
    }
}

/// Closes the gaps a first reading leaves in the archive. Everything is kept either way, so trouble only waits for the
/// next sync.
async fn compact(tenant: &OpenTenant) {
    match tenant.archive.compact_if_due().await {
        Ok(true) => tracing::info!("the archive was rewritten without its gaps"),
        Ok(false) => {}
        Err(error) => tracing::warn!(%error, "the archive could not be rewritten; its gaps stay"),
    }
}

fn starting() -> SyncView {
    SyncView::Running {
        phase: SyncPhaseView::Guests,
        pages_done: 0,
        pages_total: None,
        rows: 0,
        seconds_left: None,
    }
}

fn rows(progress: &SyncProgress) -> u64 {
    progress.guests + progress.audits + progress.sign_ins
}

fn running(progress: &SyncProgress) -> SyncView {
    let phase = match progress.phase {
        SyncPhase::Connecting | SyncPhase::Guests | SyncPhase::DeletedGuests => SyncPhaseView::Guests,
        // Both logs are read side by side, newest first.
        SyncPhase::Logs | SyncPhase::Ended if progress.sign_ins > 0 => SyncPhaseView::SignIns,
        SyncPhase::Logs | SyncPhase::Ended => SyncPhaseView::Audits,
    };
    SyncView::Running {
        phase,
        pages_done: progress.pages as u32,
        pages_total: progress.pages_expected.map(|pages| pages as u32),
        rows: rows(progress),
        seconds_left: progress.seconds_left.map(|seconds| seconds as u32),
    }
}

fn deriving(rows: u64) -> SyncView {
    SyncView::Running {
        phase: SyncPhaseView::Journeys,
        pages_done: 0,
        pages_total: None,
        rows,
        seconds_left: None,
    }
}
