//! What can go wrong with an archive.

use std::{io, path::PathBuf};

use chrono::{DateTime, Utc};
use sqlx::migrate::MigrateError;

/// A failure of the archive. Every text is safe to show: none carries an address, a key or a ticket.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The key does not open this file.
    #[error("the key does not open this archive")]
    WrongKey,
    /// The file is damaged; [`Archive::salvage`](crate::Archive::salvage) sets it aside and saves what it can.
    #[error("the archive file is damaged")]
    Corrupt,
    /// No room is left where the archive lies. Nothing of the write that met it was kept.
    #[error("the disk that holds the archive is full")]
    DiskFull,
    /// Another running program is writing this archive.
    #[error("another program has this archive open")]
    Locked,
    /// The archive was opened for reading only.
    #[error("the archive is open for reading only")]
    ReadOnly,
    /// There is no archive for this tenant yet.
    #[error("there is no archive for this tenant yet")]
    NoArchive,
    /// A newer version of Usher wrote this archive.
    #[error("a newer version of Usher wrote this archive (schema {found}, this version knows {known})")]
    TooNew {
        /// The schema the file has.
        found: i64,
        /// The newest schema this version knows.
        known: i64,
    },
    /// Bringing the archive to this version's schema failed; it is as it was, and a copy lies beside it.
    #[error("the archive could not be brought to this version's schema")]
    Migration(#[source] MigrateError),
    /// The page marker does not belong to this list or this order.
    #[error("the page marker does not belong to this list")]
    BadCursor,
    /// No guest has this id.
    #[error("no guest with the id {0} is held here")]
    NoGuest(crate::GuestId),
    /// A stored value is not what this version writes.
    #[error("the archive holds a value it should not in {0}")]
    Unreadable(&'static str),
    /// Reading or writing a file beside the database failed.
    #[error("a file of the archive could not be used")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Anything else SQLite reports.
    #[error("the archive could not be read or written")]
    Sqlite(#[source] sqlx::Error),
}

impl StoreError {
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::File { path, source },
        }
    }

    /// Whether the file itself is at fault, so that salvaging helps.
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Corrupt | Self::Unreadable(_))
    }
}

/// SQLite result codes, <https://sqlite.org/rescode.html>.
mod code {
    pub(super) const ERROR: i32 = 1;
    pub(super) const BUSY: i32 = 5;
    pub(super) const LOCKED: i32 = 6;
    pub(super) const NO_MEMORY: i32 = 7;
    pub(super) const READONLY: i32 = 8;
    pub(super) const CORRUPT: i32 = 11;
    pub(super) const FULL: i32 = 13;
    pub(super) const NOT_A_DATABASE: i32 = 26;
    pub(super) const IOERR_WRITE: i32 = 778;
    pub(super) const IOERR_FSYNC: i32 = 1034;
    pub(super) const IOERR_TRUNCATE: i32 = 1546;
    pub(super) const IOERR_SHMSIZE: i32 = 4874;
}

/// SQLite's text for `SQLITE_ERROR` where nothing is known beside the code.
const NO_MORE_IS_KNOWN: &str = "SQL logic error";

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let extended = error
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code)
            .and_then(|code| code.parse::<i32>().ok());
        let Some(extended) = extended else {
            return match error {
                sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Self::Corrupt,
                other => Self::Sqlite(other),
            };
        };
        let says_no_more = error
            .as_database_error()
            .is_some_and(|error| error.message() == NO_MORE_IS_KNOWN);
        match extended {
            // Both are what SQLCipher says of a damaged page, one or the other (a test meets both). Statements that are wrong
            // have texts of their own; where memory really runs out the file is set aside whole, and nothing is lost.
            code::ERROR if says_no_more => Self::Corrupt,
            code::NO_MEMORY => Self::Corrupt,
            code::IOERR_WRITE | code::IOERR_FSYNC | code::IOERR_TRUNCATE | code::IOERR_SHMSIZE => {
                Self::DiskFull
            }
            _ => match extended & 0xff {
                code::CORRUPT | code::NOT_A_DATABASE => Self::Corrupt,
                code::FULL => Self::DiskFull,
                code::BUSY | code::LOCKED => Self::Locked,
                code::READONLY => Self::ReadOnly,
                _ => Self::Sqlite(error),
            },
        }
    }
}

impl From<MigrateError> for StoreError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::Execute(source) | MigrateError::ExecuteMigration(source, _) => {
                match Self::from(source) {
                    Self::Sqlite(source) => Self::Migration(MigrateError::Execute(source)),
                    known => known,
                }
            }
            other => Self::Migration(other),
        }
    }
}

/// What became of a damaged archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SalvageReport {
    /// Where the damaged file lies; it is never deleted.
    pub set_aside: PathBuf,
    /// When it was set aside.
    pub at: DateTime<Utc>,
    /// Table by table, what was saved.
    pub tables: Vec<SalvagedTable>,
}

impl SalvageReport {
    /// Whether every row that can be counted was saved.
    pub fn is_complete(&self) -> bool {
        self.tables.iter().all(|table| table.complete)
    }
}

/// What was saved of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SalvagedTable {
    /// The table's name in the archive.
    pub table: &'static str,
    /// Rows saved.
    pub saved: u64,
    /// Whether the whole table could be read. If not, an unknown number of rows is lost.
    pub complete: bool,
}
