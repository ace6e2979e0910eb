//! The vault as bytes on the disk.
//!
//! `USHVAULT`, version (1), key check (16), nonce (12), length of the rest (4, little endian),
//! AES-256-GCM over JSON. The key check tells a wrong key from a damaged file; everything before the nonce is
//! authenticated with the content.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use aes_gcm::{
    Aes256Gcm, KeyInit as _, Nonce,
    aead::{Aead as _, Payload},
};
use rand::{TryRngCore as _, rngs::OsRng};
use usher_clock::SharedClock;
use zeroize::Zeroizing;

use super::{Content, SetAside, VaultDamage, VaultError};
use crate::{NoRandomness, SecretKey};

const MAGIC: &[u8; 8] = b"USHVAULT";
const VERSION: u8 = 1;
const CHECK: usize = 16;
const NONCE: usize = 12;
const AUTHENTICATED: usize = MAGIC.len() + 1 + CHECK;
const HEADER: usize = AUTHENTICATED + NONCE + 4;

/// The vault's file and its key.
#[derive(Debug)]
pub(super) struct VaultFile {
    path: PathBuf,
    key: SecretKey,
    check: [u8; CHECK],
    clock: SharedClock,
}

/// Why bytes are not a vault.
enum Unreadable {
    TooNew,
    Damaged(VaultDamage),
}

impl VaultFile {
    pub(super) fn new(path: PathBuf, key: SecretKey, clock: SharedClock) -> Self {
        let mut check = [0; CHECK];
        check.copy_from_slice(&key.derive(b"usher token vault key check").expose()[..CHECK]);

        Self {
            path,
            key,
            check,
            clock,
        }
    }

    /// Reads the file; one that is not there is empty, one that cannot be read is set aside and empty.
    pub(super) fn load_or_set_aside(&self) -> Result<(Content, Option<SetAside>), VaultError> {
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((Content::default(), None)),
            Err(error) => return Err(error.into()),
        };

        match self.open(&bytes) {
            Ok(content) => Ok((content, None)),
            Err(Unreadable::TooNew) => Err(VaultError::TooNew),
            Err(Unreadable::Damaged(damage)) => {
                let path = self.set_aside()?;
                tracing::warn!(%damage, "the token vault was set aside");
                Ok((Content::default(), Some(SetAside { path, damage })))
            }
        }
    }

    /// Replaces the file: whole or not at all, readable by its owner alone.
    pub(super) fn save(&self, content: &Content) -> Result<(), VaultError> {
        let bytes = self.seal(content)?;
        let directory = self.directory();
        create_private_directory(directory)?;

        let temporary = self.path.with_extension(format!("new-{}", uuid::Uuid::new_v4()));
        let written = write_private(&temporary, &bytes).and_then(|()| fs::rename(&temporary, &self.path));
        if let Err(error) = written {
            // Only the copy that nobody has seen goes.
            fs::remove_file(&temporary).ok();
            return Err(match error.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => VaultError::DiskFull(error),
                _ => VaultError::Io(error),
            });
        }
        sync_directory(directory);

        Ok(())
    }

    /// Keeps other programs of this person from changing the vault until the returned file is dropped.
    pub(super) fn lock_out_others(&self) -> Result<File, VaultError> {
        create_private_directory(self.directory())?;
        let lock = private_options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(self.path.with_extension("lock"))?;
        lock.lock()?;

        Ok(lock)
    }

    fn directory(&self) -> &Path {
        match self.path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        }
    }

    fn seal(&self, content: &Content) -> Result<Vec<u8>, VaultError> {
        let clear = Zeroizing::new(serde_json::to_vec(content).map_err(|_| VaultError::NotEncrypted)?);
        let mut nonce = [0; NONCE];
        OsRng.try_fill_bytes(&mut nonce).map_err(NoRandomness)?;

        let mut bytes = Vec::with_capacity(HEADER + clear.len() + 16);
        bytes.extend_from_slice(MAGIC);
        bytes.push(VERSION);
        bytes.extend_from_slice(&self.check);
        let sealed = self
            .cipher()
            .encrypt(
                Nonce::from_slice(&nonce),
                Payload {
                    msg: &clear,
                    aad: &bytes,
                },
            )
            .map_err(|_| VaultError::NotEncrypted)?;
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(
            &u32::try_from(sealed.len())
                .map_err(|_| VaultError::NotEncrypted)?
                .to_le_bytes(),
        );
        bytes.extend_from_slice(&sealed);

        Ok(bytes)
    }

    fn open(&self, bytes: &[u8]) -> Result<Content, Unreadable> {
        let damaged = |damage| Err(Unreadable::Damaged(damage));
        if bytes.len() <= MAGIC.len() {
            return damaged(VaultDamage::Truncated);
        }
        if &bytes[..MAGIC.len()] != MAGIC {
            return damaged(VaultDamage::Corrupted);
        }
        match bytes[MAGIC.len()] {
            VERSION => {}
            0 => return damaged(VaultDamage::Corrupted),
            _ => return Err(Unreadable::TooNew),
        }
        let Some((header, sealed)) = bytes.split_at_checked(HEADER) else {
            return damaged(VaultDamage::Truncated);
        };
        let (authenticated, rest) = header.split_at(AUTHENTICATED);
        let (nonce, length) = rest.split_at(NONCE);
        if authenticated[MAGIC.len() + 1..] != self.check {
            return damaged(VaultDamage::WrongKey);
        }
        let length = length
            .iter()
            .rev()
            .fold(0_usize, |sum, byte| (sum << 8) | usize::from(*byte));
        if sealed.len() < length {
            return damaged(VaultDamage::Truncated);
        }

        let clear = self
            .cipher()
            .decrypt(
                Nonce::from_slice(nonce),
                Payload {
                    msg: sealed,
                    aad: authenticated,
                },
            )
            .map(Zeroizing::new)
            .map_err(|_| Unreadable::Damaged(VaultDamage::Corrupted))?;
        serde_json::from_slice(&clear).map_err(|_| Unreadable::Damaged(VaultDamage::Corrupted))
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new(self.key.expose().into())
    }

    /// Moves the file to a free name beside it, with the time in it.
    fn set_aside(&self) -> Result<PathBuf, VaultError> {
        let time = self.clock.now().format("%Y%m%dT%H%M%SZ");
        let name = |copy: u32| {
            let copy = if copy == 0 {
                String::new()
            } else {
                format!("-{copy}")
            };
            self.path.with_extension(format!("set-aside-{time}{copy}"))
        };
        let mut copy = 0;
        while name(copy).try_exists()? {
            copy += 1;
        }
        let aside = name(copy);
        fs::rename(&self.path, &aside)?;

        Ok(aside)
    }
}

fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = private_options().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(unix)]
fn private_options() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = OpenOptions::new();
    options.mode(0o600);
    options
}

/// The profile folder of Windows is its owner's alone already.
#[cfg(not(unix))]
fn private_options() -> OpenOptions {
    OpenOptions::new()
}

#[cfg(unix)]
fn create_private_directory(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

#[cfg(not(unix))]
fn create_private_directory(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// Makes the rename last through a power cut where the system can; elsewhere the older file is as good.
fn sync_directory(path: &Path) {
    if cfg!(unix)
        && let Ok(directory) = File::open(path)
    {
        directory.sync_all().ok();
    }
}
