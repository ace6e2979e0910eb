//! Reading the guests, and those in the bin.

use std::pin::pin;

use futures_util::{StreamExt as _, stream::BoxStream};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;
use usher_graph::{GraphClient, GraphError, GuestPage, SignInActivityAccess};
use usher_store::{Archive, GuestBatch, GuestObject, Sweep, TenantFacts, WriteTx};

use super::{Reading, Sync, SyncReport};
use crate::{
    SyncError, SyncPhase,
    extract::{listed_guest, was_guest},
};

/// Pages of one transaction at most. A guest whom a log named before has the number given then, so guests go everywhere into their
/// tables, and many together write fewer blocks.
const TOGETHER: usize = 20;
/// Pages prepared at the same time, and prepared pages that wait: as many as are written together, so that reading goes on
/// while others are written. Each takes less than a megabyte.
const PREPARED_AT_ONCE: usize = 2;
const WAITING: usize = TOGETHER;

impl Sync {
    /// Reads all guests, then the bin. Only when both were read to their ends is it known who is gone.
    pub(super) async fn read_guests(
        &self,
        graph: &GraphClient,
        report: &mut SyncReport,
    ) -> Result<(), SyncError> {
        self.reporter.begin(SyncPhase::Guests);
        let mut tx = self.archive.write().await?;
        let sweep = tx.begin_sweep().await?;
        tx.commit().await?;

        let (mut pages, _fetching) = spawn_preparing(self.archive.clone(), graph.guest_pages());
        while let Some(ready) = self.together(&mut pages).await {
            let (mut tx, ready, failed) = ready?;
            for page in &ready {
                report.activity = Some(page.activity);
                report.guests += tx.save_guest_batch(&page.batch, Some(sweep)).await?;
            }
            tx.commit().await?;
            for page in &ready {
                self.count_page(page.rows, page.unreadable, report);
            }
            if let Some(error) = failed {
                return Err(error);
            }
        }

        self.reporter.begin(SyncPhase::DeletedGuests);
        report.bin = self.read_bin(graph, sweep, report).await?;

        let mut tx = self.archive.write().await?;
        // A bin that may not be read must not make its guests look gone for good.
        if report.bin == Reading::Read {
            report.gone = tx.finish_sweep(sweep, self.now()).await?;
        }
        tx.save_tenant(&TenantFacts {
            guests_read_at: Some(self.now()),
            ..TenantFacts::default()
        })
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// The next page, those that come while another transaction is under way, and the transaction to write them in:
    /// together they cost far less. Where Graph sets the pace it is one page. An error behind them is handed back beside
    /// them, for what came before it is kept. `None` at the end.
    async fn together(
        &self,
        pages: &mut mpsc::Receiver<Result<Prepared, SyncError>>,
    ) -> Option<Result<(WriteTx, Vec<Prepared>, Option<SyncError>), SyncError>> {
        let mut ready = match pages.recv().await? {
            Ok(first) => vec![first],
            Err(error) => return Some(Err(error)),
        };
        let mut failed = None;
        let mut write = pin!(self.archive.write());
        while ready.len() < TOGETHER && !ready.last().is_some_and(|page| page.is_last) {
            tokio::select! {
                biased;
                page = pages.recv() => match page {
                    Some(Ok(page)) => ready.push(page),
                    Some(Err(error)) => {
                        failed = Some(error);
                        break;
                    }
                    None => break,
                },
                tx = &mut write => return Some(tx.map(|tx| (tx, ready, None)).map_err(SyncError::from)),
            }
        }
        Some(write.await.map(|tx| (tx, ready, failed)).map_err(SyncError::from))
    }

    async fn read_bin(
        &self,
        graph: &GraphClient,
        sweep: Sweep,
        report: &mut SyncReport,
    ) -> Result<Reading, SyncError> {
        let mut pages = graph.deleted_user_pages();
        while let Some(page) = pages.next().await {
            let page = match page {
                Err(GraphError::PermissionMissing { denial, .. }) => return Ok(Reading::Denied(denial)),
                page => page?,
            };
            let guests: Vec<(GuestObject, &str)> = page
                .rows
                .iter()
                .filter(|row| was_guest(&row.value))
                .map(|row| (listed_guest(row.value.clone(), page.activity), row.raw.get()))
                .collect();
            let mut tx = self.archive.write().await?;
            report.guests += tx.save_partial_guests(&guests, Some(sweep)).await?;
            tx.commit().await?;
            self.count_page(guests.len(), page.unreadable.len(), report);
        }
        Ok(Reading::Read)
    }

    fn count_page(&self, guests: usize, unreadable: usize, report: &mut SyncReport) {
        if unreadable > 0 {
            tracing::warn!(
                count = unreadable,
                "users that could not be understood were left out"
            );
        }
        report.unreadable += unreadable as u64;
        self.reporter.guests(guests as u64);
    }
}

/// A page of guests, ready to be written.
struct Prepared {
    batch: GuestBatch,
    rows: usize,
    unreadable: usize,
    activity: SignInActivityAccess,
    is_last: bool,
}

/// Fetches and prepares in a task of its own, a few pages ahead of the writer.
fn spawn_preparing(
    archive: Archive,
    pages: BoxStream<'static, Result<GuestPage, GraphError>>,
) -> (mpsc::Receiver<Result<Prepared, SyncError>>, AbortOnDropHandle<()>) {
    let prepare = move |page: Result<GuestPage, GraphError>| {
        let archive = archive.clone();
        async move {
            let page = page?;
            tokio::task::spawn_blocking(move || prepare_page(&archive, page))
                .await
                .map_err(|_| SyncError::Interrupted)?
        }
    };
    let (sender, receiver) = mpsc::channel(WAITING);
    let task = tokio::spawn(async move {
        let mut prepared = pages.map(prepare).buffered(PREPARED_AT_ONCE);
        while let Some(page) = prepared.next().await {
            if sender.send(page).await.is_err() {
                return;
            }
        }
    });
    (receiver, AbortOnDropHandle::new(task))
}

fn prepare_page(archive: &Archive, page: GuestPage) -> Result<Prepared, SyncError> {
    let activity = page.activity;
    let (guests, raws): (Vec<_>, Vec<_>) = page
        .rows
        .into_iter()
        .map(|row| (listed_guest(row.value, activity), row.raw))
        .unzip();
    Ok(Prepared {
        rows: guests.len(),
        batch: archive.guest_batch(guests.into_iter().zip(raws.iter().map(|raw| raw.get())).collect())?,
        unreadable: page.unreadable.len(),
        activity,
        is_last: !page.has_more,
    })
}
