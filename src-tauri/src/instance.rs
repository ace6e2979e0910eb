//! One program a data folder: the archive has one writer, and a second window would only disagree with the first.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::Path,
};

/// The lock of a data folder, held while the program runs; the system frees it if the program dies.
#[derive(Debug)]
pub struct Alone {
    _lock: File,
}

/// Why the program cannot be alone.
#[derive(Debug, thiserror::Error)]
pub enum NotAlone {
    /// Another one runs with this folder.
    #[error("Usher is already running with this data folder")]
    Running,
    /// The folder cannot be used.
    #[error("the data folder cannot be used")]
    Folder(#[source] io::Error),
}

impl Alone {
    /// Takes the lock of `data_dir`, making the folder where it is not there.
    pub fn in_folder(data_dir: &Path) -> Result<Self, NotAlone> {
        fs::create_dir_all(data_dir).map_err(NotAlone::Folder)?;
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(data_dir.join("usher.lock"))
            .map_err(NotAlone::Folder)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(NotAlone::Running),
            Err(TryLockError::Error(error)) => Err(NotAlone::Folder(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_and_the_folder_is_free_again_after_the_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = Alone::in_folder(folder.path()).expect("nobody else is here");
        assert!(matches!(Alone::in_folder(folder.path()), Err(NotAlone::Running)));
        drop(first);
        assert!(Alone::in_folder(folder.path()).is_ok());
    }

    #[test]
    fn a_folder_that_cannot_be_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("file");
        fs::write(&file, "").expect("a file");
        assert!(matches!(
            Alone::in_folder(&file.join("below")),
            Err(NotAlone::Folder(_))
        ));
    }
}
