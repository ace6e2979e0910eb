//! The writer of both logs: pages that are ready at the same time, of whichever window, share a transaction. A commit
//! writes every block of the file that its rows touch, and rows of any time touch the indexes everywhere: many small ones
//! write the same blocks again and again.

use tokio::sync::{mpsc, oneshot};
use usher_store::{Archive, Log, LogPage, Saved, Slice, StoreError};

use crate::progress::Reporter;

/// Pages of one transaction at most, and as many that wait for the next. Each takes half a megabyte. Where Entra sets the
/// pace a transaction is one page; this many come together only from a sandbox, and take a quarter of a second.
const TOGETHER: usize = 40;

/// A page, with what is to be noted about its window before and after its rows.
pub(super) struct WindowPage {
    pub(super) page: LogPage,
    pub(super) before: Vec<Slice>,
    pub(super) complete: Option<Slice>,
}

enum Job {
    Write(WindowPage),
    Flush(oneshot::Sender<()>),
}

/// The windows' way to the writer.
#[derive(Clone)]
pub(super) struct ToWriter(mpsc::Sender<Job>);

/// The writer ended; why is known to whoever runs it.
pub(super) struct WriterEnded;

impl ToWriter {
    /// Hands a page over, waiting for room. Pages are written in the order they are handed over.
    pub(super) async fn write(&self, page: WindowPage) -> Result<(), WriterEnded> {
        self.0.send(Job::Write(page)).await.map_err(|_| WriterEnded)
    }

    /// Waits until everything handed over before is lasting.
    pub(super) async fn flush(&self) -> Result<(), WriterEnded> {
        let (answer, lasting) = oneshot::channel();
        self.0.send(Job::Flush(answer)).await.map_err(|_| WriterEnded)?;
        lasting.await.map_err(|_| WriterEnded)
    }
}

/// Writes pages until nobody is left who has any.
pub(super) struct LogWriter<'a> {
    archive: &'a Archive,
    reporter: &'a Reporter,
    jobs: mpsc::Receiver<Job>,
    /// What was written of either log.
    pub(super) audits: Saved,
    pub(super) sign_ins: Saved,
}

impl<'a> LogWriter<'a> {
    pub(super) fn new(archive: &'a Archive, reporter: &'a Reporter) -> (Self, ToWriter) {
        let (sender, jobs) = mpsc::channel(TOGETHER);
        let writer = Self {
            archive,
            reporter,
            jobs,
            audits: Saved::default(),
            sign_ins: Saved::default(),
        };
        (writer, ToWriter(sender))
    }

    /// After an error nothing more is taken: whoever waits for the writer hears that it ended.
    pub(super) async fn run(&mut self) -> Result<(), StoreError> {
        let mut jobs = Vec::with_capacity(TOGETHER);
        while self.jobs.recv_many(&mut jobs, TOGETHER).await > 0 {
            let (mut pages, mut answers) = (Vec::new(), Vec::new());
            for job in jobs.drain(..) {
                match job {
                    Job::Write(page) => pages.push(page),
                    Job::Flush(answer) => answers.push(answer),
                }
            }
            let written = if pages.is_empty() {
                Ok(())
            } else {
                self.write(&pages).await
            };
            if let Err(error) = written {
                self.jobs.close();
                while self.jobs.try_recv().is_ok() {}
                return Err(error);
            }
            for answer in answers {
                // Who no longer waits needs no answer.
                let _ = answer.send(());
            }
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
        self.audits += audits;
        self.sign_ins += sign_ins;
        for WindowPage { page, .. } in pages {
            self.reporter.page(page.log(), page.len() as u64);
        }
        Ok(())
    }
}
