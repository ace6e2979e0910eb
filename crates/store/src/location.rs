//! Where one tenant's archive lies on disk, and its files.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};

use crate::{StoreError, TenantId};

/// The folder of one tenant's archive. Its files are readable by their owner alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveLocation {
    folder: PathBuf,
}

impl ArchiveLocation {
    /// The archive of `tenant` under the program's data folder: `tenants/<tenant id>/archive.db`.
    pub fn in_data_dir(data_dir: &Path, tenant: TenantId) -> Self {
        Self {
            folder: data_dir.join("tenants").join(tenant.to_string()),
        }
    }

    /// The tenants that have an archive under `data_dir`, in the order of their ids.
    pub fn list_tenants(data_dir: &Path) -> Result<Vec<TenantId>, StoreError> {
        let folder = data_dir.join("tenants");
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(StoreError::file(folder)(error)),
        };
        let mut tenants: Vec<TenantId> = entries
            .filter_map(Result::ok)
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
            .filter(|tenant| Self::in_data_dir(data_dir, *tenant).database().is_file())
            .collect();
        tenants.sort();
        Ok(tenants)
    }

    /// The encrypted database file.
    pub fn database(&self) -> PathBuf {
        self.folder.join("archive.db")
    }

    /// The folder that holds everything of this archive.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn lock_file(&self) -> PathBuf {
        self.folder.join("archive.lock")
    }

    pub(crate) fn key_mark(&self) -> PathBuf {
        self.folder.join("archive.keymark")
    }

    /// The database and the two files SQLite keeps beside it.
    pub(crate) fn database_files(&self) -> [PathBuf; 3] {
        ["archive.db", "archive.db-wal", "archive.db-shm"].map(|name| self.folder.join(name))
    }

    /// The name a damaged database gets, so that it is kept and never met again.
    pub(crate) fn set_aside(&self, at: DateTime<Utc>) -> PathBuf {
        self.stamped("archive.damaged", at)
    }

    /// The name of the copy made before a migration.
    pub(crate) fn backup(&self, schema: i64, at: DateTime<Utc>) -> PathBuf {
        self.stamped(&format!("archive.schema-{schema}"), at)
    }

    fn stamped(&self, stem: &str, at: DateTime<Utc>) -> PathBuf {
        let stamp = at.format("%Y%m%dT%H%M%SZ");
        let first = self.folder.join(format!("{stem}.{stamp}.db"));
        if !first.exists() {
            return first;
        }
        (2..10_000)
            .map(|n| self.folder.join(format!("{stem}.{stamp}-{n}.db")))
            .find(|path| !path.exists())
            .unwrap_or(first)
    }

    /// Makes the folder, open to its owner alone.
    pub(crate) fn create_folder(&self) -> Result<(), StoreError> {
        fs::create_dir_all(&self.folder).map_err(StoreError::file(&self.folder))?;
        restrict_folder(&self.folder).map_err(StoreError::file(&self.folder))
    }
}

/// Opens `path` for writing, made for its owner alone if it is not there. SQLite gives its companions the same rights.
pub(crate) fn open_private(path: &Path) -> Result<File, StoreError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path).map_err(StoreError::file(path))
}

#[cfg(unix)]
fn restrict_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

/// Windows: the folder lies in the user's profile, whose access list already names the owner alone.
#[cfg(not(unix))]
fn restrict_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}
