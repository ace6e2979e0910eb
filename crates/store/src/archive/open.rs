//! Opening an archive: lock, key, pragmas, schema.

use std::{
    fs::{self, File, TryLockError},
    io::Write as _,
    sync::{Arc, Mutex},
    time::Duration,
};

use chrono::{DateTime, Utc};
use sqlx::{
    ConnectOptions as _, Connection as _, SqliteConnection,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::OnceCell;

use super::{Archive, Inner, Writer, WriterMemory, checkpoints::Checkpoints, indexes};
use crate::{
    ArchiveKey, ArchiveLocation, SalvageReport, StoreError, codec::Dictionaries, location::open_private,
    snapshot::SnapshotCache, strings::Strings,
};

/// Forward only; each file is never edited once released.
pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

pub(super) const PAGE_BYTES: u32 = 8192;
const READERS: u32 = 4;

/// Whether an archive is opened for writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OpenMode {
    /// Made if it is not there. One process at a time.
    #[default]
    ReadWrite,
    /// Must be there, and be of this version's schema. Any number of processes, also beside a writer.
    ReadOnly,
}

/// How to open an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenOptions {
    /// For writing or for reading only.
    pub mode: OpenMode,
    /// The present instant: it goes into the names of backups and files set aside.
    pub now: DateTime<Utc>,
    /// The largest size the file may grow to, in bytes; none by default. Beyond it writes fail as on a full disk.
    pub size_limit_bytes: Option<u64>,
}

impl OpenOptions {
    /// Opens for writing.
    pub fn read_write(now: DateTime<Utc>) -> Self {
        Self {
            mode: OpenMode::ReadWrite,
            now,
            size_limit_bytes: None,
        }
    }

    /// Opens for reading only.
    pub fn read_only(now: DateTime<Utc>) -> Self {
        Self {
            mode: OpenMode::ReadOnly,
            now,
            size_limit_bytes: None,
        }
    }
}

impl Archive {
    /// Opens the archive, making or migrating it when it is opened for writing.
    ///
    /// A damaged file is an error and stays untouched: [`Archive::salvage`] deals with it.
    pub async fn open(
        location: ArchiveLocation,
        key: &ArchiveKey,
        options: OpenOptions,
    ) -> Result<Self, StoreError> {
        match options.mode {
            OpenMode::ReadWrite => open_for_writing(location, key, options).await,
            OpenMode::ReadOnly => open_for_reading(location, key).await,
        }
    }

    /// Opens the archive for writing; a damaged one is set aside and what can be read of it saved into a new one.
    pub async fn open_or_salvage(
        location: ArchiveLocation,
        key: &ArchiveKey,
        options: OpenOptions,
    ) -> Result<(Self, Option<SalvageReport>), StoreError> {
        match Self::open(location.clone(), key, options).await {
            Err(error) if error.is_damage() => {
                let report = Self::salvage(&location, key, options.now).await?;
                Ok((Self::open(location, key, options).await?, Some(report)))
            }
            opened => Ok((opened?, None)),
        }
    }
}

async fn open_for_writing(
    location: ArchiveLocation,
    key: &ArchiveKey,
    options: OpenOptions,
) -> Result<Archive, StoreError> {
    location.create_folder()?;
    let lock = lock(&location)?;
    let is_new = !location.database().is_file();
    if is_new {
        write_key_mark(&location, key)?;
        open_private(&location.database())?;
    } else {
        check_key_mark(&location, key)?;
    }

    let mut connection = connect(&location, key, false).await?;
    if !location.key_mark().is_file() {
        write_key_mark(&location, key)?;
    }
    let migrated = migrate(&location, &mut connection, is_new, options.now).await;
    let built = match &migrated {
        Ok(()) => indexes::build(&mut connection).await,
        Err(_) => Ok(()),
    };
    connection.close().await?;
    migrated?;
    match built {
        // Without them everything is right, and slow.
        Err(StoreError::DiskFull) => tracing::warn!("no room for the indexes of the archive"),
        built => built?,
    }

    let mut connect_options = connect_options(&location, key, false);
    if let Some(bytes) = options.size_limit_bytes {
        let pages = (bytes / u64::from(PAGE_BYTES)).max(1);
        connect_options = connect_options.pragma("max_page_count", pages.to_string());
    }
    let connection = connect_options.connect().await?;
    let writer = Writer {
        memory: Arc::new(tokio::sync::Mutex::new(WriterMemory::new(connection))),
        lock: Mutex::new(Some(lock)),
        checkpoints: Checkpoints::new(connect_options),
    };
    finish(location, key, Some(writer)).await
}

async fn open_for_reading(location: ArchiveLocation, key: &ArchiveKey) -> Result<Archive, StoreError> {
    if !location.database().is_file() {
        return Err(StoreError::NoArchive);
    }
    check_key_mark(&location, key)?;
    let mut connection = connect(&location, key, true).await?;
    let found = schema_version(&mut connection).await;
    connection.close().await?;
    let (found, known) = (found?, newest_schema());
    if found > known {
        return Err(StoreError::TooNew { found, known });
    }
    if found < known {
        return Err(StoreError::Migration(
            sqlx::migrate::MigrateError::VersionNotPresent(known),
        ));
    }
    finish(location, key, None).await
}

async fn finish(
    location: ArchiveLocation,
    key: &ArchiveKey,
    writer: Option<Writer>,
) -> Result<Archive, StoreError> {
    let readers = SqlitePoolOptions::new()
        .max_connections(READERS)
        .idle_timeout(None)
        // A file does not hang up: asking first whether it is still there would double the questions.
        .test_before_acquire(false)
        .max_lifetime(None)
        .connect_lazy_with(connect_options(&location, key, true));
    let archive = Archive {
        inner: Arc::new(Inner {
            location,
            readers,
            writer,
            strings: Strings::default(),
            dictionaries: Dictionaries::default(),
            snapshot: SnapshotCache::default(),
        }),
    };
    match load_dictionaries(&archive).await {
        Ok(()) => Ok(archive),
        Err(error) => {
            archive.close().await;
            Err(error)
        }
    }
}

async fn load_dictionaries(archive: &Archive) -> Result<(), StoreError> {
    let stored: Vec<(i64, i64, i64, Vec<u8>)> =
        sqlx::query_as("SELECT id, kind, trained_on, d FROM zdict ORDER BY id")
            .fetch_all(&archive.inner.readers)
            .await?;
    for (id, kind, trained_on, bytes) in &stored {
        archive
            .inner
            .dictionaries
            .add_stored(*id, *kind, *trained_on, bytes);
    }
    Ok(())
}

/// The connection settings of `read_only` readers, and of the writer and its checkpoints.
pub(super) fn connect_options(
    location: &ArchiveLocation,
    key: &ArchiveKey,
    read_only: bool,
) -> SqliteConnectOptions {
    let options = SqliteConnectOptions::new()
        .filename(location.database())
        .read_only(read_only)
        .pragma("key", key.pragma())
        .pragma("cipher_page_size", PAGE_BYTES.to_string())
        .page_size(PAGE_BYTES)
        // Wrong keys are an answer, not something to write about on standard error.
        .pragma("cipher_log_level", "NONE")
        .pragma("cache_size", "-65536")
        .pragma("temp_store", "MEMORY")
        .pragma("trusted_schema", "OFF")
        .statement_cache_capacity(256)
        .busy_timeout(Duration::from_secs(10))
        // The statements of a connection include its key.
        .disable_statement_logging();
    if read_only {
        return options.pragma("query_only", "ON");
    }
    options
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        // Sooner or later within the writer's commits, where the checkpoints beside it cannot keep up: 64 MB.
        .pragma("wal_autocheckpoint", "8000")
        .pragma("journal_size_limit", "33554432")
        .foreign_keys(true)
}

/// Starts SQLCipher, once a process. Until it returns there must be no other connection.
///
/// SQLite says that it is ready before SQLCipher has started within it. A second connection that comes meanwhile is
/// refused with "sqlcipher not initialized".
async fn start_sqlcipher() -> Result<(), sqlx::Error> {
    static STARTED: OnceCell<()> = OnceCell::const_new();
    let started = STARTED.get_or_try_init(async || {
        // Its OpenSSL would clean up at the end of the process, under connections that are still being closed on
        // threads of their own: "double free or corruption" after everything was done.
        #[cfg(target_os = "linux")]
        openssl_sys::init();
        SqliteConnectOptions::new().connect().await?.close().await
    });
    started.await.copied()
}

/// Connects, and proves that the key opens the file. Whoever opens an archive begins here.
///
/// A connection that is dropped is closed by a thread of its own, some time later; a program must not end meanwhile, for
/// SQLCipher cleans up then. So what is opened here is closed and waited for, also where something fails.
pub(super) async fn connect(
    location: &ArchiveLocation,
    key: &ArchiveKey,
    read_only: bool,
) -> Result<SqliteConnection, StoreError> {
    let opened = async {
        start_sqlcipher().await?;
        let mut connection = connect_options(location, key, read_only).connect().await?;
        let read = sqlx::query("SELECT count(*) FROM sqlite_schema")
            .execute(&mut connection)
            .await;
        match read {
            Ok(_) => Ok(connection),
            Err(error) => {
                let _ = connection.close().await;
                Err(error)
            }
        }
    };
    opened.await.map_err(|error| match StoreError::from(error) {
        // Without a mark (a file copied from elsewhere) a wrong key and a damaged first page look the same. Doubt
        // counts as a wrong key: nothing is set aside then.
        StoreError::Corrupt if !location.key_mark().is_file() => StoreError::WrongKey,
        known => known,
    })
}

fn lock(location: &ArchiveLocation) -> Result<File, StoreError> {
    let path = location.lock_file();
    let file = open_private(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked),
        Err(TryLockError::Error(source)) => Err(StoreError::File { path, source }),
    }
}

fn write_key_mark(location: &ArchiveLocation, key: &ArchiveKey) -> Result<(), StoreError> {
    let path = location.key_mark();
    let mut file = open_private(&path)?;
    file.set_len(0).map_err(StoreError::file(&path))?;
    file.write_all(&key.mark()).map_err(StoreError::file(&path))
}

/// Tells a wrong key before SQLCipher mistakes it for damage.
pub(super) fn check_key_mark(location: &ArchiveLocation, key: &ArchiveKey) -> Result<(), StoreError> {
    match fs::read(location.key_mark()) {
        Ok(found) if found != key.mark() => Err(StoreError::WrongKey),
        _ => Ok(()),
    }
}

pub(super) fn newest_schema() -> i64 {
    MIGRATIONS
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or_default()
}

async fn schema_version(connection: &mut SqliteConnection) -> Result<i64, StoreError> {
    let has_table: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = '_sqlx_migrations')")
            .fetch_one(&mut *connection)
            .await?;
    if !has_table {
        return Ok(0);
    }
    Ok(
        sqlx::query_scalar("SELECT ifnull(max(version), 0) FROM _sqlx_migrations")
            .fetch_one(connection)
            .await?,
    )
}

/// Brings the file to this version's schema, after copying it.
async fn migrate(
    location: &ArchiveLocation,
    connection: &mut SqliteConnection,
    is_new: bool,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let found = schema_version(connection).await?;
    let known = newest_schema();
    if found > known {
        return Err(StoreError::TooNew { found, known });
    }
    if found == known {
        return Ok(());
    }
    if !is_new && found > 0 {
        // Everything into the one file, then a copy of it: the lock keeps other writers out.
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&mut *connection)
            .await?;
        let backup = location.backup(found, now);
        open_private(&backup)?;
        fs::copy(location.database(), &backup).map_err(StoreError::file(&backup))?;
        tracing::info!(from = found, to = known, "migrating the archive; a copy was made");
    }
    MIGRATIONS.run(&mut *connection).await?;
    Ok(())
}
