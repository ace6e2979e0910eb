//! The operating system's keychain. It holds one thing of ours, the master key: some keychains take no more
//! than 2.5 kB, and refresh tokens are longer than that.

use std::{error::Error as _, sync::Arc, time::Duration};

use keyring_core::{CredentialStore, Error as KeyringError};

use crate::{KeyFormError, KeySource, SecretKey, keys::NoRandomness};

/// The entry that holds the master key.
const MASTER_ENTRY: &str = "master-key";

/// How long a keychain may take to answer: long enough for a person to type a password into its prompt.
const PATIENCE: Duration = Duration::from_mins(2);

/// Where the master key lives.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Keychain {
    /// In the operating system's keychain, named as the system names it.
    Os {
        /// The name of the keychain.
        name: String,
    },
    /// Nowhere: what is kept now cannot be read after the program ends.
    SessionOnly {
        /// Why there is no keychain.
        reason: NoKeychain,
    },
}

/// Why the keychain cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, thiserror::Error)]
#[serde(rename_all = "camelCase")]
pub enum NoKeychain {
    /// There is one, but it is locked or its prompt was dismissed.
    #[error("the system keychain is locked")]
    Locked,
    /// There is none on this computer, or no session that offers one.
    #[error("this computer offers no system keychain")]
    Absent,
    /// It answered, but did not keep what was written.
    #[error("the system keychain did not keep what was written to it")]
    Unusable,
}

/// The keychain works, but what it holds for Usher cannot be used. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum KeychainError {
    /// The entry is not a key. It is left alone: it may be what opens an archive.
    #[error("the keychain entry \"{MASTER_ENTRY}\" is not a key")]
    EntryMalformed(#[source] KeyFormError),
    /// There is more than one entry, and one of them may be what opens an archive.
    #[error("the keychain holds more than one entry \"{MASTER_ENTRY}\"")]
    EntryAmbiguous,
    /// The computer has no source of randomness.
    #[error("no key could be made")]
    NoRandomness(#[from] NoRandomness),
}

/// The keychain, tried out, and the keys that come from it.
#[derive(Debug, Clone)]
pub struct OpenedKeychain {
    /// Where the master key lives.
    pub keychain: Keychain,
    /// What archives and vault are opened with.
    pub keys: KeySource,
}

/// Opens the system keychain and loads the master key of `service`. At the first start it makes one, after proving that the
/// keychain works by writing, reading and deleting an entry.
///
/// Without a usable keychain the key lives for this session only, and [`Keychain::SessionOnly`] says why.
pub async fn open_keychain(service: &str) -> Result<OpenedKeychain, KeychainError> {
    open_with(service, system_store).await
}

/// Opens the keychain that `store` gives; its calls block and may wait for a person.
pub(crate) async fn open_with(
    service: &str,
    store: impl FnOnce() -> Result<Arc<CredentialStore>, KeyringError> + Send + 'static,
) -> Result<OpenedKeychain, KeychainError> {
    let service = service.to_owned();
    let (answer, attempt) = tokio::sync::oneshot::channel();
    // A thread of its own: a runtime waits at its end for blocking tasks, and this one may wait for a person for ever.
    std::thread::spawn(move || {
        // Nobody listens any more once the patience is over.
        let _ = answer.send(try_out(store, service));
    });

    match tokio::time::timeout(PATIENCE, attempt).await {
        Ok(Ok(Ok((name, master)))) => Ok(OpenedKeychain {
            keychain: Keychain::Os { name },
            keys: KeySource::Master(master),
        }),
        Ok(Ok(Err(Failure::Entry(error)))) => Err(error),
        Ok(Ok(Err(Failure::None(reason)))) => session_only(reason),
        // The thread panicked: there is no telling what the keychain is.
        Ok(Err(_)) => session_only(NoKeychain::Unusable),
        // Nobody answered its prompt.
        Err(_) => session_only(NoKeychain::Locked),
    }
}

/// Loads the master key; where there is none yet, proves that the store works and makes one. Blocks.
fn try_out(
    store: impl FnOnce() -> Result<Arc<CredentialStore>, KeyringError>,
    service: String,
) -> Result<(String, SecretKey), Failure> {
    let store = store().map_err(|error| Failure::None(reason(&error)))?;
    let name = store.vendor();
    let entries = Entries { store, service };
    // A key that is there proves enough; writing at each start would cost more than opening the archive.
    let key = match load_master(&entries)? {
        Some(key) => key,
        None => make_master(&entries)?,
    };

    Ok((name, key))
}

fn session_only(reason: NoKeychain) -> Result<OpenedKeychain, KeychainError> {
    tracing::warn!(%reason, "the master key is kept for this session only");

    Ok(OpenedKeychain {
        keychain: Keychain::SessionOnly { reason },
        keys: KeySource::Master(SecretKey::generate()?),
    })
}

enum Failure {
    None(NoKeychain),
    Entry(KeychainError),
}

impl From<KeychainError> for Failure {
    fn from(error: KeychainError) -> Self {
        Self::Entry(error)
    }
}

/// The entries of one service in one store.
struct Entries {
    store: Arc<CredentialStore>,
    service: String,
}

impl Entries {
    fn load(&self, name: &str) -> Result<Option<Vec<u8>>, KeyringError> {
        match self.entry(name)?.get_secret() {
            Ok(secret) => Ok(Some(secret)),
            Err(KeyringError::NoEntry) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn save(&self, name: &str, secret: &[u8]) -> Result<(), KeyringError> {
        self.entry(name)?.set_secret(secret)
    }

    fn remove(&self, name: &str) -> Result<(), KeyringError> {
        self.entry(name)?.delete_credential()
    }

    fn entry(&self, name: &str) -> Result<keyring_core::Entry, KeyringError> {
        self.store.build(&self.service, name, None)
    }
}

/// Writes, reads back and deletes an entry of its own.
fn prove(entries: &Entries) -> Result<(), KeyringError> {
    let name = format!("probe-{}", uuid::Uuid::new_v4());
    entries.save(&name, b"probe")?;
    let kept = entries.load(&name);
    entries.remove(&name)?;

    if kept?.as_deref() == Some(b"probe".as_slice()) {
        Ok(())
    } else {
        Err(KeyringError::NoEntry)
    }
}

/// Loads the master key, if there is one.
fn load_master(entries: &Entries) -> Result<Option<SecretKey>, Failure> {
    match entries.load(MASTER_ENTRY) {
        Ok(secret) => secret.map(read_key).transpose(),
        Err(KeyringError::Ambiguous(_)) => Err(Failure::Entry(KeychainError::EntryAmbiguous)),
        Err(error) => Err(Failure::None(reason(&error))),
    }
}

/// Makes a master key, in a keychain that keeps what it is given.
fn make_master(entries: &Entries) -> Result<SecretKey, Failure> {
    prove(entries).map_err(|error| Failure::None(reason(&error)))?;
    let key = SecretKey::generate().map_err(KeychainError::from)?;
    entries
        .save(MASTER_ENTRY, key.to_hex().as_bytes())
        .map_err(|error| Failure::None(reason(&error)))?;

    // Another process may have made its own at the same moment; the keychain decides whose it is.
    load_master(entries)?.ok_or(Failure::None(NoKeychain::Unusable))
}

fn read_key(secret: Vec<u8>) -> Result<SecretKey, Failure> {
    let secret = zeroize::Zeroizing::new(secret);
    let text = std::str::from_utf8(&secret).unwrap_or("");

    SecretKey::from_hex(text).map_err(|error| KeychainError::EntryMalformed(error).into())
}

fn reason(error: &KeyringError) -> NoKeychain {
    // The platform's own text names no secret; it is the only trace of what is wrong with a desktop session.
    let platform = error.source().map(ToString::to_string);
    tracing::debug!(platform, "the keychain refused");

    match error {
        KeyringError::NoStorageAccess(_) => NoKeychain::Locked,
        KeyringError::PlatformFailure(_) | KeyringError::NoDefaultStore => NoKeychain::Absent,
        _ => NoKeychain::Unusable,
    }
}

#[cfg(target_os = "linux")]
fn system_store() -> Result<Arc<CredentialStore>, KeyringError> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn system_store() -> Result<Arc<CredentialStore>, KeyringError> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
fn system_store() -> Result<Arc<CredentialStore>, KeyringError> {
    Ok(windows_native_keyring_store::Store::new()?)
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn system_store() -> Result<Arc<CredentialStore>, KeyringError> {
    Err(KeyringError::NoDefaultStore)
}

#[cfg(test)]
mod tests {
    use keyring_core::{
        Entry,
        api::{CredentialApi, CredentialStoreApi as _},
        mock,
    };

    use super::*;
    use crate::TenantId;

    fn tenant() -> TenantId {
        TenantId::parse("11111111-1111-4111-8111-111111111111").unwrap()
    }

    #[tokio::test]
    async fn the_master_key_is_made_once_and_found_again() {
        let store: Arc<CredentialStore> = mock::Store::new().unwrap();

        let first = open_with("usher", {
            let store = store.clone();
            move || Ok(store)
        })
        .await
        .unwrap();
        let again = open_with("usher", {
            let store = store.clone();
            move || Ok(store)
        })
        .await
        .unwrap();
        let other = open_with("another", move || Ok(store)).await.unwrap();

        assert!(matches!(&first.keychain, Keychain::Os { name } if !name.is_empty()));
        assert_eq!(first.keys.archive_key(tenant()), again.keys.archive_key(tenant()));
        assert_ne!(first.keys.archive_key(tenant()), other.keys.archive_key(tenant()));
    }

    #[tokio::test]
    async fn a_start_with_a_key_writes_nothing() {
        let key = SecretKey::generate().unwrap();
        let store = Arc::new(Odd::Holds(key.to_hex().as_bytes().to_vec()));

        let opened = open_with("usher", move || Ok(store)).await.unwrap();

        assert!(matches!(opened.keychain, Keychain::Os { .. }));
        assert_eq!(
            opened.keys.archive_key(tenant()),
            KeySource::Master(key).archive_key(tenant())
        );
    }

    #[tokio::test]
    async fn an_entry_that_is_no_key_is_an_error_and_stays_as_it_is() {
        let store = mock::Store::new().unwrap();
        let entry = store.build("usher", MASTER_ENTRY, None).unwrap();
        entry.set_secret(b"swordfish").unwrap();

        let error = open_with("usher", move || Ok(store)).await.unwrap_err();

        assert!(
            matches!(
                error,
                KeychainError::EntryMalformed(KeyFormError::Length { found: 9 })
            ),
            "{error:?}"
        );
        assert_eq!(entry.get_secret().unwrap(), b"swordfish");
    }

    #[tokio::test]
    async fn locked_and_absent_are_told_apart() {
        let locked = open_with("usher", || Err(KeyringError::NoStorageAccess("locked".into())))
            .await
            .unwrap();
        let absent = open_with("usher", || Err(KeyringError::PlatformFailure("no bus".into())))
            .await
            .unwrap();

        assert_eq!(
            locked.keychain,
            Keychain::SessionOnly {
                reason: NoKeychain::Locked
            }
        );
        assert_eq!(
            absent.keychain,
            Keychain::SessionOnly {
                reason: NoKeychain::Absent
            }
        );
        assert_ne!(
            locked.keys.archive_key(tenant()),
            absent.keys.archive_key(tenant()),
            "a key of one session is not that of another"
        );
    }

    #[tokio::test]
    async fn a_keychain_that_forgets_is_not_trusted_with_the_key() {
        let opened = open_with("usher", || Ok(Arc::new(Odd::Forgets))).await.unwrap();

        assert_eq!(
            opened.keychain,
            Keychain::SessionOnly {
                reason: NoKeychain::Unusable
            }
        );
    }

    /// A store with a manner of its own.
    #[derive(Debug, Clone)]
    enum Odd {
        /// Takes every secret and keeps none.
        Forgets,
        /// Holds this one and takes no other.
        Holds(Vec<u8>),
    }

    impl keyring_core::api::CredentialStoreApi for Odd {
        fn vendor(&self) -> String {
            "odd".to_owned()
        }

        fn id(&self) -> String {
            "odd".to_owned()
        }

        fn build(
            &self,
            _: &str,
            _: &str,
            _: Option<&std::collections::HashMap<&str, &str>>,
        ) -> keyring_core::Result<Entry> {
            Ok(Entry::new_with_credential(Arc::new(self.clone())))
        }

        fn as_any(&self) -> &dyn std::any::Any {
            self
        }
    }

    impl CredentialApi for Odd {
        fn set_secret(&self, _: &[u8]) -> keyring_core::Result<()> {
            match self {
                Self::Forgets => Ok(()),
                Self::Holds(_) => Err(KeyringError::NoStorageAccess("read only".into())),
            }
        }

        fn get_secret(&self) -> keyring_core::Result<Vec<u8>> {
            match self {
                Self::Forgets => Err(KeyringError::NoEntry),
                Self::Holds(secret) => Ok(secret.clone()),
            }
        }

        fn delete_credential(&self) -> keyring_core::Result<()> {
            Ok(())
        }

        fn get_credential(&self) -> keyring_core::Result<Option<Arc<keyring_core::Credential>>> {
            Ok(None)
        }

        fn get_specifiers(&self) -> Option<(String, String)> {
            None
        }

        fn as_any(&self) -> &dyn std::any::Any {
            self
        }
    }
}
