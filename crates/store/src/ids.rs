//! The names by which things are known: in the tenant, and inside the archive.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::time::seq_time;

/// A guest's object id in the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GuestId(pub Uuid);

impl fmt::Display for GuestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

impl FromStr for GuestId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(Self)
    }
}

/// A tenant's directory id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TenantId(pub Uuid);

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

impl FromStr for TenantId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(Self)
    }
}

/// A guest's number inside one archive. Means nothing in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GuestKey(pub(crate) i64);

/// The number of anybody or anything a log row names, inside one archive. A guest's is its [`GuestKey`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityKey(pub(crate) i64);

impl From<GuestKey> for EntityKey {
    fn from(key: GuestKey) -> Self {
        Self(key.0)
    }
}

/// Which of the tenant's logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Log {
    /// Directory audits.
    Audit,
    /// Interactive user sign-ins.
    SignIn,
}

impl Log {
    /// Both logs, audits first: they tell who was invited.
    pub const ALL: [Self; 2] = [Self::Audit, Self::SignIn];

    pub(crate) fn code(self) -> i64 {
        match self {
            Self::Audit => 1,
            Self::SignIn => 2,
        }
    }

    pub(crate) fn from_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|log| log.code() == code)
    }
}

/// One log row in this archive. Ordered by time within its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventRef {
    /// The log that holds the row.
    pub log: Log,
    pub(crate) seq: i64,
}

impl EventRef {
    /// When it happened, to the second.
    pub fn at(&self) -> DateTime<Utc> {
        seq_time(self.seq)
    }
}

impl fmt::Display for EventRef {
    /// Writes `audit-123` or `signin-123`, which [`FromStr`] reads again.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let log = match self.log {
            Log::Audit => "audit",
            Log::SignIn => "signin",
        };
        write!(f, "{log}-{}", self.seq)
    }
}

impl FromStr for EventRef {
    type Err = UnreadableEventRef;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (log, seq) = text.split_once('-').ok_or(UnreadableEventRef)?;
        let log = match log {
            "audit" => Log::Audit,
            "signin" => Log::SignIn,
            _ => return Err(UnreadableEventRef),
        };
        Ok(Self {
            log,
            seq: seq.parse().map_err(|_| UnreadableEventRef)?,
        })
    }
}

/// The text names no log row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this names no row of a log")]
pub struct UnreadableEventRef;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_reference_reads_what_it_writes() {
        for log in Log::ALL {
            let event = EventRef { log, seq: 1_234_567 };
            assert_eq!(event.to_string().parse(), Ok(event));
        }
        assert_eq!("mail-1".parse::<EventRef>(), Err(UnreadableEventRef));
        assert_eq!("audit-x".parse::<EventRef>(), Err(UnreadableEventRef));
    }
}
