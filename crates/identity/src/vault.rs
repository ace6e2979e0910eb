//! The token vault: the refresh tokens of signed-in accounts, in one small file encrypted under the master
//! key.
//!
//! The file is never deleted. One that cannot be read is set aside under a name with the time in it, and the
//! person signs in again.

mod file;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde::{Deserialize, Serialize};
use usher_clock::SharedClock;
use zeroize::Zeroizing;

use crate::{Account, AccountId, KeySource};
use file::VaultFile;

/// What kept a vault file from being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum VaultDamage {
    /// The file is whole, but was encrypted under another key.
    #[error("the token vault was encrypted under another key")]
    WrongKey,
    /// The file ends too early.
    #[error("the token vault is cut off")]
    Truncated,
    /// The file is not what was written.
    #[error("the token vault is damaged")]
    Corrupted,
}

/// A vault file that could not be read, and where it lies now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{damage}; it was set aside, and signing in again starts a new one")]
pub struct SetAside {
    /// Where the file lies now. Nothing was deleted.
    pub path: PathBuf,
    /// What is wrong with it.
    #[source]
    pub damage: VaultDamage,
}

/// The vault could not be opened or written.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// A newer Usher wrote it; it is left alone.
    #[error("the token vault was written by a newer version of Usher")]
    TooNew,
    /// The disk is full.
    #[error("the disk is full; the sign-in is remembered for this session only")]
    DiskFull(#[source] std::io::Error),
    /// Reading or writing the file failed.
    #[error("the token vault could not be read or written")]
    Io(#[from] std::io::Error),
    /// The computer gave no random numbers.
    #[error("the token vault could not be encrypted")]
    NoRandomness(#[from] crate::NoRandomness),
    /// The content could not be encrypted or written down.
    #[error("the token vault could not be encrypted")]
    NotEncrypted,
}

/// A vault that was opened, and the unreadable one it replaces, if there was one.
#[derive(Debug)]
pub struct OpenedVault {
    /// The vault.
    pub vault: Vault,
    /// The file that could not be read. The person is told.
    pub set_aside: Option<SetAside>,
}

/// The refresh tokens of signed-in accounts. Cheap to clone; all clones are the same vault.
#[derive(Debug, Clone)]
pub struct Vault(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    file: Option<VaultFile>,
    content: Mutex<Content>,
}

/// What the file says, in clear.
#[derive(Clone, Default, Serialize, Deserialize)]
struct Content {
    entries: Vec<Entry>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    account: Account,
    refresh_token: Option<String>,
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Content")
            .field("entries", &self.entries.len())
            .finish()
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.refresh_token);
    }
}

impl Vault {
    /// Opens the vault at `path`, or starts one there. A file that cannot be read is set aside, never
    /// deleted.
    pub async fn open(path: &Path, keys: &KeySource, clock: SharedClock) -> Result<OpenedVault, VaultError> {
        let file = VaultFile::new(path.to_owned(), keys.vault_key(), clock);

        blocking(move || {
            let (content, set_aside) = file.load_or_set_aside()?;
            let vault = Self(Arc::new(Inner {
                file: Some(file),
                content: Mutex::new(content),
            }));

            Ok(OpenedVault { vault, set_aside })
        })
        .await
    }

    /// A vault in memory: signed-in accounts are forgotten when the program ends.
    pub fn session_only() -> Self {
        Self(Arc::new(Inner {
            file: None,
            content: Mutex::default(),
        }))
    }

    /// Says whether accounts are still known after the program ends.
    pub fn is_lasting(&self) -> bool {
        self.0.file.is_some()
    }

    /// Returns the accounts that are remembered, the one signed in last first.
    pub fn accounts(&self) -> Vec<Account> {
        self.lock()
            .entries
            .iter()
            .rev()
            .map(|entry| entry.account.clone())
            .collect()
    }

    /// Remembers `account`, with its refresh token where it has one, in place of what was known of it.
    pub async fn remember(
        &self,
        account: Account,
        refresh_token: Option<Zeroizing<String>>,
    ) -> Result<(), VaultError> {
        self.change(move |content| {
            content.entries.retain(|entry| entry.account.id != account.id);
            let refresh_token = refresh_token.map(|token| token.as_str().to_owned());
            content.entries.push(Entry {
                account,
                refresh_token,
            });
        })
        .await
    }

    /// Returns the refresh token of `account`. Another program may have stored a newer one since: the file is
    /// read again.
    pub async fn refresh_token(&self, account: &AccountId) -> Result<Option<Zeroizing<String>>, VaultError> {
        let this = self.clone();
        let id = account.clone();

        blocking(move || {
            if let Some(file) = &this.0.file
                && let (content, None) = file.load_or_set_aside()?
            {
                *this.lock() = content;
            }

            let content = this.lock();
            let entry = content.entries.iter().find(|entry| entry.account.id == id);
            Ok(entry
                .and_then(|entry| entry.refresh_token.clone())
                .map(Zeroizing::new))
        })
        .await
    }

    /// Forgets `account` and its tokens.
    pub async fn forget(&self, account: &AccountId) -> Result<(), VaultError> {
        let id = account.clone();
        self.change(move |content| content.entries.retain(|entry| entry.account.id != id))
            .await
    }

    /// Applies `change` to what the file says now, and to what is kept in memory whatever becomes of the
    /// file.
    async fn change(&self, change: impl FnOnce(&mut Content) + Send + 'static) -> Result<(), VaultError> {
        let this = self.clone();

        blocking(move || {
            let Some(file) = &this.0.file else {
                change(&mut this.lock());
                return Ok(());
            };

            let _alone = file.lock_out_others()?;
            let loaded = file.load_or_set_aside();
            let mut content = match &loaded {
                Ok((content, None)) => content.clone(),
                // What this program knows is better than nothing.
                Ok((_, Some(_))) | Err(_) => this.lock().clone(),
            };
            change(&mut content);
            // A file that is there and cannot be read is not written over.
            let saved = loaded.and_then(|_| file.save(&content));
            *this.lock() = content;

            saved
        })
        .await
    }

    fn lock(&self) -> MutexGuard<'_, Content> {
        self.0.content.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs file work where it may block.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
) -> Result<T, VaultError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(VaultError::Io(std::io::Error::other(error))),
    }
}

#[cfg(test)]
mod tests;
