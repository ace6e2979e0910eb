//! Writing: only ever inside a transaction.

use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
};

use sqlx::{Sqlite, SqliteConnection, Transaction};
use tokio::sync::OwnedMutexGuard;

use super::{Archive, Inner, WriterMemory};
use crate::StoreError;

/// An open write. Dropping it without [`commit`](Self::commit) changes nothing.
///
/// There is one at a time; a second [`Archive::write`] waits for the first to end.
pub struct WriteTx {
    tx: Option<Transaction<'static, Sqlite>>,
    pub(crate) memory: OwnedMutexGuard<WriterMemory>,
    pub(crate) archive: Arc<Inner>,
    /// Guests whose row or journey changed; the snapshot reads them again after the commit.
    pub(crate) changed_guests: HashSet<i64>,
    /// Dictionaries written by this transaction.
    pub(crate) dictionaries: Vec<i64>,
    /// Days whose rollups are out of date, per log.
    pub(crate) changed_days: BTreeSet<(i64, i64)>,
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
        let writer = self.writer()?;
        let memory = Arc::clone(&writer.memory).lock_owned().await;
        let tx = writer.pool.begin_with("BEGIN IMMEDIATE").await?;
        Ok(WriteTx {
            tx: Some(tx),
            memory,
            archive: Arc::clone(&self.inner),
            changed_guests: HashSet::new(),
            dictionaries: Vec::new(),
            changed_days: BTreeSet::new(),
        })
    }
}

impl WriteTx {
    /// Makes everything written since [`Archive::write`] lasting, at once.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        self.flush_day_marks().await?;
        if let Some(tx) = self.tx.take()
            && let Err(error) = tx.commit().await
        {
            self.forget();
            return Err(error.into());
        }
        self.archive.dictionaries.committed(&self.dictionaries);
        self.archive.snapshot.mark_changed(self.changed_guests.drain());
        Ok(())
    }

    pub(crate) fn connection(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        self.tx.as_deref_mut().ok_or(StoreError::ReadOnly)
    }

    /// Numbers given out by a transaction that did not happen must not be used again.
    fn forget(&mut self) {
        *self.memory = WriterMemory::default();
    }
}

impl Drop for WriteTx {
    fn drop(&mut self) {
        if self.tx.is_some() {
            self.forget();
        }
    }
}
