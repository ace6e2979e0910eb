//! One tenant's archive: an encrypted SQLite file with one writer, several readers and checkpoints beside them.

mod checkpoints;
mod indexes;
mod open;
mod salvage;
mod write;

use std::{
    fs::File,
    sync::{Arc, Mutex as StdMutex, PoisonError},
};

use sqlx::{Connection as _, SqliteConnection, SqlitePool};
use tokio::sync::Mutex;

use self::checkpoints::Checkpoints;
pub use self::{
    open::{OpenMode, OpenOptions},
    write::WriteTx,
};
use crate::{ArchiveLocation, StoreError, codec::Dictionaries, snapshot::SnapshotCache, strings::Strings};

/// One tenant's archive, open. Cloning shares it; the last clone closes it.
#[derive(Clone)]
pub struct Archive {
    pub(crate) inner: Arc<Inner>,
}

impl std::fmt::Debug for Archive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Archive")
            .field("location", &self.inner.location)
            .finish_non_exhaustive()
    }
}

pub(crate) struct Inner {
    pub(crate) location: ArchiveLocation,
    pub(crate) readers: SqlitePool,
    /// Absent in an archive opened for reading only.
    pub(crate) writer: Option<Writer>,
    pub(crate) strings: Strings,
    pub(crate) dictionaries: Dictionaries,
    pub(crate) snapshot: SnapshotCache,
}

pub(crate) struct Writer {
    pub(crate) memory: Arc<Mutex<WriterMemory>>,
    /// Held for as long as this process may write; the system frees it if the process dies.
    lock: StdMutex<Option<File>>,
    /// Shorten the write-ahead log while much is written.
    checkpoints: Checkpoints,
}

/// The writer's connection, and what it remembers between transactions so that it need not ask the file again.
pub(crate) struct WriterMemory {
    /// Absent once the archive is closed.
    connection: Option<SqliteConnection>,
    /// Whether a transaction was begun and neither committed nor known to have ended.
    is_open: bool,
    pub(crate) strings: foldhash::HashMap<Arc<str>, i64>,
    pub(crate) entities: foldhash::HashMap<crate::entities::ObjectId, i64>,
    pub(crate) strings_loaded: bool,
    /// Whether every entity of the file is among `entities`.
    pub(crate) knows_all_entities: bool,
    /// Guests known to be marked for derivation with the present mark.
    pub(crate) marked: foldhash::HashSet<i64>,
}

/// The checkpoint that says that the file has gaps worth closing.
const COMPACTION_DUE: &str = "compaction due";
const LARGEST_COMPACTED: u64 = 512 * 1024 * 1024;

/// How much room the archive takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArchiveSize {
    /// Bytes on disk, the write-ahead log included.
    pub bytes: u64,
    /// Audit rows held.
    pub audits: u64,
    /// Sign-in rows held.
    pub sign_ins: u64,
    /// Guests held, deleted ones included.
    pub guests: u64,
}

impl Archive {
    /// Where the archive lies.
    pub fn location(&self) -> &ArchiveLocation {
        &self.inner.location
    }

    /// Whether this process may write it.
    pub fn is_writable(&self) -> bool {
        self.inner.writer.is_some()
    }

    /// Measures the archive.
    pub async fn load_size(&self) -> Result<ArchiveSize, StoreError> {
        let (audits, sign_ins, guests): (i64, i64, i64) = sqlx::query_as(
            "SELECT (SELECT count(*) FROM audit_raw), (SELECT count(*) FROM signin_raw), (SELECT count(*) FROM guest)",
        )
        .fetch_one(&self.inner.readers)
        .await?;
        let bytes = self
            .inner
            .location
            .database_files()
            .iter()
            .filter_map(|path| std::fs::metadata(path).ok())
            .map(|file| file.len())
            .sum();
        Ok(ArchiveSize {
            bytes,
            audits: audits as u64,
            sign_ins: sign_ins as u64,
            guests: guests as u64,
        })
    }

    /// Reads the whole file and checks every page and every index. Takes about a second per 500 MB.
    pub async fn check(&self) -> Result<(), StoreError> {
        let broken: Option<String> = sqlx::query_scalar("PRAGMA cipher_integrity_check")
            .fetch_optional(&self.inner.readers)
            .await?;
        if broken.is_some() {
            return Err(StoreError::Corrupt);
        }
        let verdict: String = sqlx::query_scalar("PRAGMA quick_check(1)")
            .fetch_one(&self.inner.readers)
            .await?;
        if verdict == "ok" {
            Ok(())
        } else {
            Err(StoreError::Corrupt)
        }
    }

    /// Rewrites the file without its gaps, if a large reading may have left some. Takes a second or two per 100 MB and
    /// as much room again; does nothing where nothing is due or the file is too large to be worth it. Call it when the
    /// archive is at rest.
    pub async fn compact_if_due(&self) -> Result<bool, StoreError> {
        let writer = self.writer()?;
        if self.load_checkpoint(COMPACTION_DUE).await?.is_none()
            || std::fs::metadata(self.inner.location.database()).map_or(0, |file| file.len())
                > LARGEST_COMPACTED
        {
            return Ok(false);
        }
        let mut memory = writer.memory.lock().await;
        memory.end_what_was_left().await?;
        let connection = memory.connection()?;
        sqlx::query("VACUUM").execute(&mut *connection).await?;
        sqlx::query("DELETE FROM checkpoint WHERE name = ?1")
            .bind(COMPACTION_DUE)
            .execute(&mut *connection)
            .await?;
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(connection)
            .await?;
        Ok(true)
    }

    /// Closes the archive for every clone, lets other programs write it, and folds the write-ahead log into the file.
    pub async fn close(&self) {
        self.inner.readers.close().await;
        if let Some(writer) = &self.inner.writer {
            writer.checkpoints.close().await;
            if let Some(mut connection) = writer.memory.lock().await.connection.take() {
                // The last connection to close folds the log in; failing to do so here loses nothing.
                let _ = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
                    .execute(&mut connection)
                    .await;
                let _ = connection.close().await;
            }
            *writer.lock.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }

    pub(crate) fn writer(&self) -> Result<&Writer, StoreError> {
        self.inner.writer.as_ref().ok_or(StoreError::ReadOnly)
    }
}

/// What tests of migrations need below the surface.
#[cfg(test)]
pub(crate) mod test_access {
    use sqlx::{migrate::Migrator, sqlite::SqliteConnectOptions};

    use crate::{ArchiveKey, ArchiveLocation};

    pub(crate) fn connect_options(location: &ArchiveLocation, key: &ArchiveKey) -> SqliteConnectOptions {
        super::open::connect_options(location, key, false)
    }

    pub(crate) fn migrations() -> &'static Migrator {
        &super::open::MIGRATIONS
    }
}
