//! What was done from here: an entry before each change is sent, another when its outcome is known. Entries are only
//! ever added, and each carries the hash of the one before: a changed or missing entry shows.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::{
    Archive, GuestId, StoreError, WriteTx,
    time::{from_micros, micros},
};

/// What an entry says about its step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// It is about to be sent.
    Opened,
    /// Its outcome is known.
    Closed,
    /// Entra's own audit row confirms it.
    Confirmed,
}

impl EntryKind {
    fn code(self) -> i64 {
        match self {
            Self::Opened => 0,
            Self::Closed => 1,
            Self::Confirmed => 2,
        }
    }

    fn from_code(code: i64) -> Result<Self, StoreError> {
        match code {
            0 => Ok(Self::Opened),
            1 => Ok(Self::Closed),
            2 => Ok(Self::Confirmed),
            _ => Err(StoreError::Unreadable("the ledger")),
        }
    }
}

/// One change to one guest, from its opening to its confirmation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StepId(pub Uuid);

/// What is to be written into the ledger. Never put a ticket, a token or a link into `detail`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerDraft {
    /// The step.
    pub step: StepId,
    /// The plan it belongs to.
    pub plan: Option<String>,
    /// What is said about it.
    pub kind: EntryKind,
    /// When.
    pub at: DateTime<Utc>,
    /// Who acts: user principal name, or the application.
    pub actor: String,
    /// What is done: `invite`, `resend`, `revoke`, `block`, …
    pub verb: String,
    /// To whom, where the guest exists already.
    pub guest: Option<GuestId>,
    /// Closed: `done`, `failed`, `unknown`, `skipped`.
    pub outcome: Option<String>,
    /// More, as JSON.
    pub detail: String,
}

/// An entry of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// Its place, from 1 without gaps.
    pub number: u64,
    /// What it says.
    pub draft: LedgerDraft,
    /// SHA-256 over the hash before and this entry.
    pub hash: [u8; 32],
}

/// Whether the ledger is as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LedgerCheck {
    /// Every entry fits the one before.
    Intact {
        /// Entries.
        entries: u64,
    },
    /// From this entry on, something was changed or is missing.
    Broken {
        /// The first entry that does not fit.
        at: u64,
    },
}

#[derive(sqlx::FromRow)]
struct LedgerRow {
    n: i64,
    step: String,
    plan: Option<String>,
    entry: i64,
    at: i64,
    actor: String,
    verb: String,
    guest_oid: Option<Vec<u8>>,
    outcome: Option<String>,
    detail: String,
    previous: Vec<u8>,
    hash: Vec<u8>,
}

impl LedgerRow {
    fn read(self) -> Result<(LedgerEntry, Vec<u8>), StoreError> {
        const WHAT: StoreError = StoreError::Unreadable("the ledger");
        let guest = match self.guest_oid {
            Some(oid) => Some(GuestId(Uuid::from_slice(&oid).map_err(|_| WHAT)?)),
            None => None,
        };
        let draft = LedgerDraft {
            step: StepId(Uuid::parse_str(&self.step).map_err(|_| WHAT)?),
            plan: self.plan,
            kind: EntryKind::from_code(self.entry)?,
            at: from_micros(self.at),
            actor: self.actor,
            verb: self.verb,
            guest,
            outcome: self.outcome,
            detail: self.detail,
        };
        let hash = self.hash.try_into().map_err(|_| WHAT)?;
        Ok((
            LedgerEntry {
                number: self.n as u64,
                draft,
                hash,
            },
            self.previous,
        ))
    }
}

/// The hash of an entry: each field with its length before it, so that no two entries run together.
fn hash_of(number: u64, previous: &[u8], draft: &LedgerDraft) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut add = |part: &[u8]| {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    };
    add(previous);
    add(&number.to_be_bytes());
    add(draft.step.0.as_bytes());
    add(draft.plan.as_deref().unwrap_or_default().as_bytes());
    add(&draft.kind.code().to_be_bytes());
    add(&micros(draft.at).to_be_bytes());
    add(draft.actor.as_bytes());
    add(draft.verb.as_bytes());
    add(draft
        .guest
        .map(|guest| guest.0.as_bytes().to_vec())
        .unwrap_or_default()
        .as_slice());
    add(draft.outcome.as_deref().unwrap_or_default().as_bytes());
    add(draft.detail.as_bytes());
    hash.finalize().into()
}

const COLUMNS: &str = "n, step, plan, entry, at, actor, verb, guest_oid, outcome, detail, previous, hash";

impl Archive {
    /// Entries with a number below `before` (all, if `None`), newest first.
    pub async fn list_ledger(&self, before: Option<u64>, limit: u32) -> Result<Vec<LedgerEntry>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM ledger WHERE n < ?1 ORDER BY n DESC LIMIT ?2");
        let rows: Vec<LedgerRow> = sqlx::query_as(AssertSqlSafe(sql))
            .bind(before.map_or(i64::MAX, |n| n as i64))
            .bind(limit)
            .fetch_all(&self.inner.readers)
            .await?;
        rows.into_iter()
            .map(|row| row.read().map(|(entry, _)| entry))
            .collect()
    }

    /// The entries about one guest, oldest first.
    pub async fn list_ledger_of(&self, guest: GuestId) -> Result<Vec<LedgerEntry>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM ledger WHERE guest_oid = ?1 ORDER BY n");
        let rows: Vec<LedgerRow> = sqlx::query_as(AssertSqlSafe(sql))
            .bind(guest.0.as_bytes().to_vec())
            .fetch_all(&self.inner.readers)
            .await?;
        rows.into_iter()
            .map(|row| row.read().map(|(entry, _)| entry))
            .collect()
    }

    /// Steps that were opened and never closed: the program ended between sending and knowing. Oldest first.
    pub async fn list_open_steps(&self) -> Result<Vec<LedgerEntry>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM ledger opened WHERE entry = 0 AND NOT EXISTS \
             (SELECT 1 FROM ledger closed WHERE closed.step = opened.step AND closed.entry = 1) ORDER BY n"
        );
        let rows: Vec<LedgerRow> = sqlx::query_as(AssertSqlSafe(sql))
            .fetch_all(&self.inner.readers)
            .await?;
        rows.into_iter()
            .map(|row| row.read().map(|(entry, _)| entry))
            .collect()
    }

    /// Reads the whole ledger and checks every hash.
    pub async fn check_ledger(&self) -> Result<LedgerCheck, StoreError> {
        let mut previous = Vec::new();
        let mut checked: u64 = 0;
        loop {
            let sql = format!("SELECT {COLUMNS} FROM ledger WHERE n > ?1 ORDER BY n LIMIT 1000");
            let rows: Vec<LedgerRow> = sqlx::query_as(AssertSqlSafe(sql))
                .bind(checked as i64)
                .fetch_all(&self.inner.readers)
                .await?;
            if rows.is_empty() {
                return Ok(LedgerCheck::Intact { entries: checked });
            }
            for row in rows {
                let (entry, carried) = row.read()?;
                let expected = hash_of(checked + 1, &previous, &entry.draft);
                if entry.number != checked + 1 || carried != previous || entry.hash != expected {
                    return Ok(LedgerCheck::Broken { at: checked + 1 });
                }
                previous = entry.hash.to_vec();
                checked = entry.number;
            }
        }
    }
}

impl WriteTx {
    /// Adds an entry. Commit before anything is sent: an opened step must outlive a crash.
    pub async fn append_ledger(&mut self, draft: &LedgerDraft) -> Result<LedgerEntry, StoreError> {
        let last: Option<(i64, Vec<u8>)> =
            sqlx::query_as("SELECT n, hash FROM ledger ORDER BY n DESC LIMIT 1")
                .fetch_optional(self.connection()?)
                .await?;
        let (last_number, previous) = last.unwrap_or_default();
        let number = last_number as u64 + 1;
        // Times are kept to the microsecond, and the hash is over what is kept.
        let draft = LedgerDraft {
            at: from_micros(micros(draft.at)),
            ..draft.clone()
        };
        let hash = hash_of(number, &previous, &draft);
        sqlx::query(
            "INSERT INTO ledger(n, step, plan, entry, at, actor, verb, guest_oid, outcome, detail, previous, hash) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )
        .bind(number as i64)
        .bind(draft.step.0.to_string())
        .bind(&draft.plan)
        .bind(draft.kind.code())
        .bind(micros(draft.at))
        .bind(&draft.actor)
        .bind(&draft.verb)
        .bind(draft.guest.map(|guest| guest.0.as_bytes().to_vec()))
        .bind(&draft.outcome)
        .bind(&draft.detail)
        .bind(previous)
        .bind(hash.to_vec())
        .execute(self.connection()?)
        .await?;
        Ok(LedgerEntry { number, draft, hash })
    }
}
