//! The writer of both logs: pages that are ready at the same time, of whichever window, share a transaction. A commit
//! writes every block of the file that its rows touch, and rows of any time touch the indexes everywhere: many small ones
//! write the same blocks again and again.

use tokio::sync::mpsc;
use usher_store::{Archive, Log, LogPage, Saved, Slice, StoreError};

use crate::progress::Reporter;

/// Pages of one transaction at most, and as many that wait for the next. Each takes half a megabyte. Where Entra sets the
/// pace a transaction is one page; this many come together only from a sandbox, and take a quarter of a second.
const TOGETHER: usize = 40;
/// Rows of a first sync after which the indexes by person are made: a quarter of an hour at Entra's pace.
const ROWS_WITHOUT_INDEXES: u64 = 500_000;

/// A page, with what is to be noted about its window before and after its rows.
pub(super) struct WindowPage {
    pub(super) page: LogPage,
    pub(super) before: Vec<Slice>,
    pub(super) complete: Option<Slice>,
}

/// The windows' way to the writer.
#[derive(Clone)]
pub(super) struct ToWriter(mpsc::Sender<WindowPage>);

/// The writer ended; why is known to whoever runs it.
pub(super) struct WriterEnded;

impl ToWriter {
    /// Hands a page over, waiting for room. Pages are written in the order they are handed over.
    pub(super) async fn write(&self, page: WindowPage) -> Result<(), WriterEnded> {
        self.0.send(page).await.map_err(|_| WriterEnded)
    }
}

/// Writes pages until nobody is left who has any.
pub(super) struct LogWriter<'a> {
    archive: &'a Archive,
    reporter: &'a Reporter,
    pages: mpsc::Receiver<WindowPage>,
    /// What was written of either log.
    pub(super) audits: Saved,
    pub(super) sign_ins: Saved,
}

impl<'a> LogWriter<'a> {
    pub(super) fn new(archive: &'a Archive, reporter: &'a Reporter) -> (Self, ToWriter) {
        let (sender, pages) = mpsc::channel(TOGETHER);
        let writer = Self {
            archive,
            reporter,
            pages,
            audits: Saved::default(),
            sign_ins: Saved::default(),
        };
        (writer, ToWriter(sender))
    }

    /// After an error nothing more is taken: whoever waits for the writer hears that it ended.
    pub(super) async fn run(&mut self) -> Result<(), StoreError> {
        let mut pages = Vec::with_capacity(TOGETHER);
        while self.pages.recv_many(&mut pages, TOGETHER).await > 0 {
            if let Err(error) = self.write(&pages).await {
                self.pages.close();
                while self.pages.try_recv().is_ok() {}
                return Err(error);
            }
            pages.clear();
        }
        Ok(())
    }

    async fn write(&mut self, pages: &[WindowPage]) -> Result<(), StoreError> {
        // In the order they were fetched: of a row that stands in two, the later knows more.
        let of = |log| -> Vec<&LogPage> {
            let pages = pages.iter().map(|page| &page.page);
            pages.filter(|page| page.log() == log).collect()
        };
        let mut tx = self.archive.write().await?;
        for slice in pages.iter().flat_map(|page| &page.before) {
            tx.save_slice(*slice).await?;
        }
        let audits = tx.save_pages(&of(Log::Audit)).await?;
        let sign_ins = tx.save_pages(&of(Log::SignIn)).await?;
        let mut is_any_complete = false;
        for slice in pages.iter().filter_map(|page| page.complete) {
            tx.save_slice(slice).await?;
            is_any_complete = true;
        }
        if is_any_complete {
            tx.refresh_rollups().await?;
        }
        tx.commit().await?;
        let before = self.audits.new + self.sign_ins.new;
        self.audits += audits;
        self.sign_ins += sign_ins;
        if before < ROWS_WITHOUT_INDEXES && self.audits.new + self.sign_ins.new >= ROWS_WITHOUT_INDEXES {
            self.archive.build_indexes().await?;
        }
        for WindowPage { page, complete, .. } in pages {
            if let Some(window) = complete {
                self.reporter.covered(window.until - window.from);
            }
            self.reporter.page(page.log(), page.len() as u64);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use chrono::{DateTime, TimeDelta, Utc};
    use tokio::time::timeout;
    use usher_store::{
        ArchiveKey, ArchiveLocation, AuditDraft, AuditResult, Coverage, OpenOptions, Source, TenantId,
    };
    use usher_testkit::FakeClock;
    use uuid::Uuid;

    use super::*;
    use crate::SyncPhase;

    fn now() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
    }

    async fn archive(folder: &tempfile::TempDir) -> Archive {
        usher_testkit::outlive_connections();
        let location = ArchiveLocation::in_data_dir(folder.path(), TenantId(Uuid::from_u128(1)));
        let key = ArchiveKey::new([7; 32]);
        Archive::open(location, &key, OpenOptions::read_write(now()))
            .await
            .unwrap()
    }

    /// The first page of a window that began so many days ago and took one, with one row in it.
    fn page(archive: &Archive, days: i64) -> WindowPage {
        let from = now() - TimeDelta::days(days);
        let id = format!("Directory_{days}");
        let row = AuditDraft {
            id: &id,
            at: from,
            correlation_id: "",
            activity: "Invite external user",
            category: "UserManagement",
            service: "Invited Users",
            result: AuditResult::Success,
            reason: "",
            actor: None,
            targets: Vec::new(),
        };
        let slice = |coverage| Slice {
            log: Log::Audit,
            from,
            until: from + TimeDelta::days(1),
            coverage,
            source: Source::Api,
            fetched_at: now(),
        };
        WindowPage {
            page: archive.audit_page(&[(row, "{}")]).unwrap(),
            before: vec![slice(Coverage::Partial)],
            complete: Some(slice(Coverage::Complete)),
        }
    }

    /// A writer that never ends is a fault, not a test that never ends.
    const PATIENCE: Duration = Duration::from_mins(1);

    #[tokio::test]
    async fn everything_handed_over_is_lasting_in_the_end() {
        let folder = tempfile::TempDir::new().unwrap();
        let archive = archive(&folder).await;
        let (reporter, progress) = Reporter::new(Arc::new(FakeClock::at(now())));
        reporter.expect_span(TimeDelta::days(6));
        let (mut writer, to_writer) = LogWriter::new(&archive, &reporter);
        let windows = async {
            // Two windows that do not touch, in one transaction; a third later, in its own.
            for days in [3, 9] {
                assert!(to_writer.write(page(&archive, days)).await.is_ok());
            }
            while archive.load_size().await.unwrap().audits == 0 {}
            let held = archive.load_coverage(Log::Audit).await.unwrap();
            let begun: Vec<_> = held.iter().map(|slice| (now() - slice.from).num_days()).collect();
            assert_eq!(begun, [9, 3]);
            assert!(held.iter().all(|slice| slice.coverage == Coverage::Complete));

            assert!(to_writer.write(page(&archive, 6)).await.is_ok());
            drop(to_writer);
        };
        let (ended, ()) = timeout(PATIENCE, async { tokio::join!(writer.run(), windows) })
            .await
            .unwrap();
        ended.unwrap();
        assert_eq!(archive.load_size().await.unwrap().audits, 3);
        assert_eq!((writer.audits.new, writer.sign_ins.new), (3, 0));
        reporter.begin(SyncPhase::Logs);
        let shown = progress.borrow().clone();
        assert_eq!(
            (shown.audits, shown.pages_expected),
            (3, Some(6)),
            "half of the time is covered"
        );
        archive.close().await;
    }

    #[tokio::test]
    async fn after_an_error_everybody_hears_that_the_writer_ended() {
        let folder = tempfile::TempDir::new().unwrap();
        let archive = archive(&folder).await;
        let (reporter, progress) = Reporter::new(Arc::new(FakeClock::at(now())));
        reporter.expect_span(TimeDelta::days(6));
        let (mut writer, to_writer) = LogWriter::new(&archive, &reporter);
        let lost = page(&archive, 3);
        archive.close().await;
        let windows = async {
            assert!(
                to_writer.write(lost).await.is_ok(),
                "it takes the page, and fails then"
            );
            // Until it has noticed there is room for more.
            while to_writer.write(page(&archive, 5)).await.is_ok() {
                tokio::task::yield_now().await;
            }
        };
        let (ended, ()) = timeout(PATIENCE, async { tokio::join!(writer.run(), windows) })
            .await
            .unwrap();
        assert!(ended.is_err());
        assert_eq!(writer.audits.new, 0);
        reporter.begin(SyncPhase::Logs);
        let shown = progress.borrow().clone();
        assert_eq!(
            (shown.audits, shown.pages_expected),
            (0, None),
            "nothing is covered"
        );
    }
}
