//! Moving the write-ahead log into the file, beside the writer.
//!
//! SQLite does it within a commit as soon as the log is long enough, and whoever writes waits for the disk meanwhile. A large
//! reading of the tenant would wait a tenth of its time. So a connection of its own does it. The log begins anew only when all of it
//! was moved, which somebody who writes on and on prevents: the writer's own limit ends that.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
};

use sqlx::{
    SqlitePool,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};

/// Rows of logs and guests after which it is worth while: 30 to 50 MB of the write-ahead log.
const ROWS_BETWEEN: u64 = 50_000;

/// Moves the log now and then while much is written.
pub(crate) struct Checkpoints {
    pool: SqlitePool,
    rows: AtomicU64,
    is_running: Arc<AtomicBool>,
}

impl Checkpoints {
    /// Connects when there is something to do for the first time.
    pub(super) fn new(options: SqliteConnectOptions) -> Self {
        Self {
            pool: SqlitePoolOptions::new()
                .max_connections(1)
                .idle_timeout(None)
                .max_lifetime(None)
                .test_before_acquire(false)
                .connect_lazy_with(options),
            rows: AtomicU64::new(0),
            is_running: Arc::default(),
        }
    }

    /// Counts what was committed, and begins where enough was.
    pub(super) fn note_commit(&self, rows: u64) {
        let rows = rows + self.rows.fetch_add(rows, Relaxed);
        if rows < ROWS_BETWEEN || self.is_running.swap(true, Relaxed) {
            return;
        }
        self.rows.store(0, Relaxed);
        let (pool, is_running) = (self.pool.clone(), Arc::clone(&self.is_running));
        tokio::spawn(async move {
            // What it leaves is taken along by the next one, or by the writer's own.
            if let Err(error) = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(&pool).await {
                tracing::debug!(%error, "the write-ahead log was not moved into the file");
            }
            is_running.store(false, Relaxed);
        });
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }
}
