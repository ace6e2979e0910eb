//! The names of things: one type each, so that a mail is never looked up as a guest.

use rand::{Rng, RngCore};
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// The object id of a user of the tenant.
    UserId
);
id!(
    /// The id of one invitation; the `user` part of its link.
    InvitationId
);
id!(
    /// The id of a mail in a sandbox mailbox.
    MailId
);
id!(
    /// The id of an Entra tenant.
    TenantId
);

/// A version 4 UUID out of `chance`.
pub(crate) fn uuid_from(chance: &mut impl RngCore) -> Uuid {
    let mut bytes = [0; 16];
    chance.fill_bytes(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

pub(crate) fn token_from(chance: &mut impl RngCore, length: usize) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    (0..length)
        .map(|_| char::from(ALPHABET[chance.random_range(0..ALPHABET.len())]))
        .collect()
}

pub(crate) fn digits_from(chance: &mut impl RngCore, digits: usize) -> String {
    (0..digits)
        .map(|_| char::from(b'0' + chance.random_range(0..10_u8)))
        .collect()
}
