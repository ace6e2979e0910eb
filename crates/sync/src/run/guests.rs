//! Reading the guests, and those in the bin.

use futures_util::{StreamExt as _, stream::BoxStream};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;
use usher_graph::{GraphClient, GraphError, GuestPage};
use usher_store::{GuestObject, Sweep, TenantFacts};

use super::{Reading, Sync, SyncReport};
use crate::{
    SyncError, SyncPhase,
    extract::{listed_guest, was_guest},
};

/// Pages that wait to be written; each takes a few megabytes.
const WAITING: usize = 2;

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

        let (mut pages, _fetching) = read_ahead(graph.guest_pages());
        while let Some(ready) = self.together(&mut pages, |page| !page.has_more).await {
            let (ready, failed) = ready?;
            let mut tx = self.archive.write().await?;
            for page in &ready {
                report.activity = Some(page.activity);
                let guests: Vec<(GuestObject, &str)> = page
                    .rows
                    .iter()
                    .map(|row| (listed_guest(&row.value, page.activity), row.raw.get()))
                    .collect();
                report.guests += tx.save_guests(&guests, Some(sweep)).await?;
            }
            tx.commit().await?;
            for page in &ready {
                self.count_page(page, page.rows.len(), report);
            }
            if let Some(error) = failed {
                return Err(error.into());
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
                .map(|row| (listed_guest(&row.value, page.activity), row.raw.get()))
                .collect();
            let mut tx = self.archive.write().await?;
            report.guests += tx.save_partial_guests(&guests, Some(sweep)).await?;
            tx.commit().await?;
            self.count_page(&page, guests.len(), report);
        }
        Ok(Reading::Read)
    }

    fn count_page(&self, page: &GuestPage, guests: usize, report: &mut SyncReport) {
        if !page.unreadable.is_empty() {
            tracing::warn!(
                count = page.unreadable.len(),
                "users that could not be understood were left out"
            );
        }
        report.unreadable += page.unreadable.len() as u64;
        self.reporter.guests(guests as u64);
    }
}

/// Fetches in a task of its own, a few pages ahead of the writer.
fn read_ahead(
    mut pages: BoxStream<'static, Result<GuestPage, GraphError>>,
) -> (
    mpsc::Receiver<Result<GuestPage, GraphError>>,
    AbortOnDropHandle<()>,
) {
    let (sender, receiver) = mpsc::channel(WAITING);
    let task = tokio::spawn(async move {
        while let Some(page) = pages.next().await {
            if sender.send(page).await.is_err() {
                return;
            }
        }
    });
    (receiver, AbortOnDropHandle::new(task))
}
