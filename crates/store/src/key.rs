//! The key of one archive.

use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// The 32-byte key of one tenant's archive. Wiped from memory when dropped, never printed.
#[derive(Clone)]
pub struct ArchiveKey(Zeroizing<[u8; 32]>);

impl ArchiveKey {
    /// Takes the key as derived for this tenant.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The raw-key form SQLCipher takes without deriving anything again.
    pub(crate) fn pragma(&self) -> String {
        use fmt::Write as _;

        let mut text = String::with_capacity(70);
        text.push_str("\"x'");
        for byte in self.0.iter() {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text.push_str("'\"");
        text
    }

    /// A one-way mark of the key, kept beside the archive: a damaged first page and a wrong key look the same to
    /// SQLCipher, and only this tells them apart. The key is 32 random bytes, so the mark gives nothing away.
    pub(crate) fn mark(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"usher archive key mark v1");
        hash.update(self.0.as_slice());
        hash.finalize().into()
    }
}

impl fmt::Debug for ArchiveKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ArchiveKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_never_prints_itself() {
        let key = ArchiveKey::new([0xAB; 32]);
        assert_eq!(format!("{key:?}"), "ArchiveKey(…)");
        assert_eq!(key.pragma().len(), 64 + 5);
    }

    #[test]
    fn two_keys_have_different_marks() {
        assert_ne!(ArchiveKey::new([1; 32]).mark(), ArchiveKey::new([2; 32]).mark());
    }
}
