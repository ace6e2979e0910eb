//! Keys: the master key, and what is derived from it.

use std::fmt;

use hkdf::Hkdf;
use rand::{TryRngCore as _, rngs::OsRng};
use sha2::Sha256;
use zeroize::{Zeroize as _, Zeroizing};

use crate::TenantId;

/// 32 bytes that must not be seen. Never printed, wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretKey(Zeroizing<[u8; 32]>);

/// The text is not a key in the form expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyFormError {
    /// Not 64 characters.
    #[error("a key is 64 hexadecimal digits; this has {found} characters")]
    Length {
        /// How many characters there are.
        found: usize,
    },
    /// A character is no hexadecimal digit.
    #[error("a key is 64 hexadecimal digits; character {position} is none")]
    Digit {
        /// Counted from 1.
        position: usize,
    },
}

/// The computer has no source of randomness.
#[derive(Debug, thiserror::Error)]
#[error("the computer gives no random numbers")]
pub struct NoRandomness(#[source] pub(crate) rand::rand_core::OsError);

impl SecretKey {
    /// Makes a new key from the operating system's randomness.
    pub fn generate() -> Result<Self, NoRandomness> {
        let mut key = Zeroizing::new([0; 32]);
        OsRng.try_fill_bytes(key.as_mut_slice()).map_err(NoRandomness)?;

        Ok(Self(key))
    }

    /// Reads 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Result<Self, KeyFormError> {
        let text = text.trim();
        let found = text.chars().count();
        if found != 64 {
            return Err(KeyFormError::Length { found });
        }

        let mut key = Zeroizing::new([0_u8; 32]);
        for (index, character) in text.chars().enumerate() {
            let digit = character
                .to_digit(16)
                .ok_or(KeyFormError::Digit { position: index + 1 })?;
            key[index / 2] = (key[index / 2] << 4) | digit as u8;
        }

        Ok(Self(key))
    }

    /// Writes the key as 64 hexadecimal digits: plain text, since some keychains keep nothing else.
    pub fn to_hex(&self) -> Zeroizing<String> {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = Zeroizing::new(String::with_capacity(64));
        for byte in self.0.iter() {
            text.push(char::from(DIGITS[usize::from(byte >> 4)]));
            text.push(char::from(DIGITS[usize::from(byte & 15)]));
        }

        text
    }

    /// The bytes, for the one place that encrypts with them.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// Derives the key for `purpose` (HKDF-SHA256, RFC 5869); different purposes tell nothing about each
    /// other.
    pub fn derive(&self, purpose: &[u8]) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(None, self.0.as_slice())
            .expand(purpose, key.as_mut_slice())
            .expect("32 bytes are within what SHA-256 can expand to");

        Self(key)
    }
}

impl Drop for SecretKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

/// Where the archive's keys come from.
#[derive(Debug, Clone)]
pub enum KeySource {
    /// The master key of the keychain (or of this session alone): every tenant's archive has a key of its
    /// own.
    Master(SecretKey),
    /// A key that was handed over, as `usherctl` takes it from its environment: used as it is.
    Given(SecretKey),
}

impl KeySource {
    /// Takes a key as a person hands it over: 64 hexadecimal digits, which are the archive's key itself.
    pub fn given(hex: &str) -> Result<Self, KeyFormError> {
        SecretKey::from_hex(hex).map(Self::Given)
    }

    /// Returns the key of the tenant's archive.
    pub fn archive_key(&self, tenant: TenantId) -> SecretKey {
        match self {
            Self::Master(master) => master.derive(format!("usher archive {tenant}").as_bytes()),
            Self::Given(key) => key.clone(),
        }
    }

    /// Returns the key of the token vault.
    pub(crate) fn vault_key(&self) -> SecretKey {
        let (Self::Master(key) | Self::Given(key)) = self;
        key.derive(b"usher token vault")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    #[test]
    fn a_key_is_read_and_written_as_hex() {
        let key = SecretKey::from_hex(&HEX.to_uppercase()).unwrap();

        assert_eq!(key.expose()[..3], [0, 1, 2]);
        assert_eq!(key.to_hex().as_str(), HEX);
        assert_eq!(
            SecretKey::from_hex("abcd"),
            Err(KeyFormError::Length { found: 4 })
        );
        assert_eq!(
            SecretKey::from_hex(&HEX.replace("1f", "1g")),
            Err(KeyFormError::Digit { position: 64 })
        );
        assert_eq!(
            SecretKey::from_hex(&"é".repeat(64)),
            Err(KeyFormError::Digit { position: 1 })
        );
    }

    #[test]
    fn each_tenant_and_the_vault_have_keys_of_their_own() {
        let keys = KeySource::Master(SecretKey::from_hex(HEX).unwrap());
        let one = TenantId::parse("11111111-1111-4111-8111-111111111111").unwrap();
        let two = TenantId::parse("22222222-2222-4222-8222-222222222222").unwrap();

        assert_eq!(keys.archive_key(one), keys.archive_key(one));
        assert_ne!(keys.archive_key(one), keys.archive_key(two));
        assert_ne!(keys.archive_key(one), keys.vault_key());

        let given = KeySource::given(HEX).unwrap();
        assert_eq!(
            given.archive_key(one).to_hex().as_str(),
            HEX,
            "a key handed over is the archive's key"
        );
    }

    #[test]
    fn derivation_is_hkdf_sha256_and_never_changes() {
        // Computed with Python's hmac module: another derivation would lock everybody out of their archives.
        let keys = KeySource::Master(SecretKey::from_hex(HEX).unwrap());
        let tenant = TenantId::parse("11111111-1111-4111-8111-111111111111").unwrap();

        assert_eq!(
            keys.archive_key(tenant).to_hex().as_str(),
            "588b330b1b6deb98650671910cbe34ff03e330e67fd08c1b30d6b14ecc0f56d7"
        );
    }

    #[test]
    fn a_key_is_never_printed() {
        let source = KeySource::given(HEX).unwrap();

        assert_eq!(format!("{source:?}"), "Given(SecretKey(..))");
    }
}
