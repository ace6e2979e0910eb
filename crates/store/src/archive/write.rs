//! Writing: only ever inside a transaction.

use std::{collections::BTreeSet, sync::Arc};

use foldhash::{HashMap, HashSet};
use sqlx::SqliteConnection;
use tokio::sync::OwnedMutexGuard;

use super::{Archive, Inner, WriterMemory};
use crate::StoreError;

/// An open write. Dropping it without [`commit`](Self::commit) changes nothing.
///
/// There is one at a time; a second [`Archive::write`] waits for the first to end.
pub struct WriteTx {
    pub(crate) memory: OwnedMutexGuard<WriterMemory>,
    pub(crate) archive: Arc<Inner>,
    /// Guests whose row or journey changed; the snapshot reads them again after the commit.
    pub(crate) changed_guests: HashSet<i64>,
    /// Entities about whom something new was written; the guests among them are to be derived again.
    pub(crate) touched: HashSet<i64>,
    /// Dictionaries written by this transaction.
    pub(crate) dictionaries: Vec<i64>,
    /// Days whose rollups are out of date, per log.
    pub(crate) changed_days: BTreeSet<(i64, i64)>,
    /// Rows of logs and guests written by this transaction.
    pub(crate) rows: u64,
}

impl std::fmt::Debug for WriteTx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WriteTx")
            .field("changed_guests", &self.changed_guests.len())
            .finish_non_exhaustive()
    }
}

impl Archive {
    /// Opens a write, waiting for the one before to end.
    pub async fn write(&self) -> Result<WriteTx, StoreError> {
        let mut memory = Arc::clone(&self.writer()?.memory).lock_owned().await;
        memory.begin().await?;
        Ok(WriteTx {
            memory,
            archive: Arc::clone(&self.inner),
            changed_guests: HashSet::default(),
            touched: HashSet::default(),
            dictionaries: Vec::new(),
            changed_days: BTreeSet::new(),
            rows: 0,
        })
    }
}

impl WriteTx {
    /// Makes everything written since [`Archive::write`] lasting, at once.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        self.flush_day_marks().await?;
        self.flush_dirty_marks().await?;
        self.note_changed_guests().await?;
        sqlx::query("COMMIT").execute(self.connection()?).await?;
        self.memory.is_open = false;
        self.archive.dictionaries.committed(&self.dictionaries);
        self.archive.snapshot.mark_changed(self.changed_guests.drain());
        if let Some(writer) = &self.archive.writer {
            writer.checkpoints.note_commit(self.rows);
        }
        Ok(())
    }

    /// Says that so much was added out of order that [`Archive::compact_if_due`] is worth its while.
    pub async fn note_compaction_due(&mut self) -> Result<(), StoreError> {
        self.save_checkpoint(super::COMPACTION_DUE, Some("1")).await
    }

    /// The archive that is written.
    pub(crate) fn archive(&self) -> Archive {
        Archive {
            inner: Arc::clone(&self.archive),
        }
    }

    pub(crate) fn connection(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        self.memory.connection()
    }
}

impl WriterMemory {
    pub(super) fn new(connection: SqliteConnection) -> Self {
        Self {
            connection: Some(connection),
            is_open: false,
            strings: HashMap::default(),
            entities: HashMap::default(),
            strings_loaded: false,
            knows_all_entities: false,
            marked: HashSet::default(),
        }
    }

    pub(super) fn connection(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        self.connection
            .as_mut()
            .ok_or(StoreError::Sqlite(sqlx::Error::PoolClosed))
    }

    /// Ends what was left open and begins anew. By hand, for SQLite ends a transaction by itself when the disk is
    /// full, and whoever counts transactions from outside is wrong then.
    async fn begin(&mut self) -> Result<(), StoreError> {
        self.end_what_was_left().await?;
        // Before it is: whoever stops waiting for it half-way does not stop SQLite.
        self.is_open = true;
        sqlx::query("BEGIN IMMEDIATE").execute(self.connection()?).await?;
        Ok(())
    }

    pub(super) async fn end_what_was_left(&mut self) -> Result<(), StoreError> {
        if std::mem::take(&mut self.is_open) {
            // Fails where SQLite has ended it already, which is what is wanted.
            let _ = sqlx::query("ROLLBACK").execute(self.connection()?).await;
        }
        Ok(())
    }

    /// Numbers given out by a transaction that did not happen must not be used again.
    fn forget(&mut self) {
        self.strings.clear();
        self.entities.clear();
        self.strings_loaded = false;
        self.knows_all_entities = false;
        self.marked.clear();
    }
}

impl Drop for WriteTx {
    fn drop(&mut self) {
        if self.memory.is_open {
            self.memory.forget();
        }
    }
}
