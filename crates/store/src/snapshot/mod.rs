//! All guests at once, packed in memory: what lists and counts over everybody are answered from. Loaded by few values,
//! then kept up to date by reading the guests that a commit changed.

mod cards;
mod funnel;
mod kept;
mod list;
mod search;

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

pub(crate) use self::list::Place;
pub use self::{
    cards::CardCounts,
    funnel::{CohortFilter, FacetCount, Facets, Funnel, FunnelStage, PartnerCluster, ReasonCount, WeekCount},
};
use self::{list::Derived, search::Names};
use crate::{Archive, EntityKey, StoreError, WriteTx, sql::json_numbers, time::from_micros};

/// A guest as lists and counts need it. Times are microseconds since 1970, 0 for "not known".
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Packed {
    key: i64,
    id: Uuid,
    names: Names,
    account_enabled: Option<bool>,
    state: u8,
    stage: u8,
    standing: u8,
    is_deleted: bool,
    at_least: bool,
    /// Invited, mailed, attempted, requirements, redeemed, access.
    times: [i64; 6],
    last_invited: i64,
    waiting_since: i64,
    last_successful: i64,
    /// The clock that decides about inactivity.
    deciding: i64,
    inviter: i64,
    domain: u32,
    issuer: u32,
    reason: u32,
}

/// A row as the database packs it: an array in this order.
#[derive(Deserialize)]
struct PackedRow<'j> {
    key: i64,
    id: Uuid,
    #[serde(borrow)]
    display_name: Cow<'j, str>,
    #[serde(borrow)]
    mail: Cow<'j, str>,
    #[serde(borrow)]
    upn: Cow<'j, str>,
    #[serde(borrow)]
    other_mails: Cow<'j, str>,
    account_enabled: Option<u8>,
    state: u8,
    stage: u8,
    standing: u8,
    is_deleted: u8,
    at_least: u8,
    invited: i64,
    mailed: i64,
    attempted: i64,
    requirements: i64,
    redeemed: i64,
    access: i64,
    last_invited: i64,
    waiting_since: i64,
    last_successful: i64,
    deciding: i64,
    inviter: i64,
    #[serde(borrow)]
    domain: Cow<'j, str>,
    #[serde(borrow)]
    issuer: Cow<'j, str>,
    #[serde(borrow)]
    reason: Cow<'j, str>,
}

const PACK: &str = "\
    SELECT json_group_array(json_array(g.id, hex(g.oid), g.display_name, g.mail, g.upn, \
           g.other_mails, g.account_enabled, g.state, j.stage, j.standing, \
           g.deleted_at IS NOT NULL OR g.gone_at IS NOT NULL, j.at_least, ifnull(j.invited_at, 0), \
           ifnull(j.mailed_at, 0), ifnull(j.attempted_at, 0), ifnull(j.requirements_at, 0), \
           ifnull(j.redeemed_at, 0), ifnull(j.access_at, 0), ifnull(j.last_invited_at, 0), j.waiting_since, \
           ifnull(g.last_successful_at, 0), ifnull(g.last_successful_at, \
           max(ifnull(g.last_sign_in_at, 0), ifnull(g.last_non_interactive_at, 0))), j.inviter, g.domain, \
           ifnull(g.issuer, ''), ifnull(j.reason, '')))";

/// Guests read by one statement.
const STRETCH: i64 = 10_000;

/// The checkpoint that counts the commits that changed guests.
const GUESTS_CHANGED: &str = "guests changed";

/// All guests, deleted ones included, as of one moment.
#[derive(Debug, Clone, Default)]
pub struct GuestSnapshot {
    /// In the order of their keys.
    guests: Vec<Packed>,
    texts: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u32>,
    derived: Derived,
}

impl GuestSnapshot {
    /// Guests held, deleted ones included.
    pub fn len(&self) -> usize {
        self.guests.len()
    }

    /// Whether no guest is held.
    pub fn is_empty(&self) -> bool {
        self.guests.is_empty()
    }

    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = self.texts.len() as u32;
        let text: Arc<str> = text.into();
        self.texts.push(Arc::clone(&text));
        self.numbers.insert(text, number);
        number
    }

    /// The number of a text, or one that no guest has.
    fn number_of(&self, text: &str) -> u32 {
        self.numbers.get(text).copied().unwrap_or(u32::MAX)
    }

    fn text(&self, number: u32) -> &Arc<str> {
        // Numbers come from `number` alone.
        &self.texts[number as usize]
    }

    fn pack(&mut self, row: &PackedRow<'_>) -> Packed {
        let listed_as = if row.display_name.is_empty() {
            &row.mail
        } else {
            &row.display_name
        };
        Packed {
            key: row.key,
            id: row.id,
            names: Names::new(listed_as, [&row.mail, &row.upn], &row.other_mails),
            account_enabled: row.account_enabled.map(|enabled| enabled != 0),
            state: row.state,
            stage: row.stage,
            standing: row.standing,
            is_deleted: row.is_deleted != 0,
            at_least: row.at_least != 0,
            times: [
                row.invited,
                row.mailed,
                row.attempted,
                row.requirements,
                row.redeemed,
                row.access,
            ],
            last_invited: row.last_invited,
            waiting_since: row.waiting_since,
            last_successful: row.last_successful,
            deciding: row.deciding,
            inviter: row.inviter,
            domain: self.number(&row.domain),
            issuer: self.number(&row.issuer),
            reason: self.number(&row.reason),
        }
    }

    /// Puts rows read later in place of what was known about their guests. Returns how many rows there are.
    fn merge(&mut self, json: &str) -> Result<usize, StoreError> {
        let rows: Vec<PackedRow<'_>> =
            serde_json::from_str(json).map_err(|_| StoreError::Unreadable("the guests"))?;
        let mut added = Vec::new();
        for row in &rows {
            let packed = self.pack(row);
            match self.guests.binary_search_by_key(&packed.key, |guest| guest.key) {
                Ok(index) => self.guests[index] = packed,
                Err(_) => added.push(packed),
            }
        }
        self.guests.append(&mut added);
        self.guests.sort_unstable_by_key(|guest| guest.key);
        self.derived = Derived::default();
        Ok(rows.len())
    }
}

/// The snapshot in memory, and who changed since it was made.
#[derive(Default)]
pub(crate) struct SnapshotCache {
    state: Mutex<CacheState>,
    /// Held while loading, so that several askers load once.
    loading: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct CacheState {
    current: Option<Arc<GuestSnapshot>>,
    /// The file's count of changes when it was read; only where another process may change them.
    as_of: Option<String>,
    changed: HashSet<i64>,
    /// Whether a snapshot was ever begun: there is nothing to mark before.
    has_begun: bool,
}

/// Who changed, taken out to be read again; given back where the reading ended without an outcome.
struct Taken<'c> {
    cache: &'c SnapshotCache,
    guests: HashSet<i64>,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        self.cache.lock().changed.extend(self.guests.drain());
    }
}

impl SnapshotCache {
    fn lock(&self) -> std::sync::MutexGuard<'_, CacheState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// After a commit: these guests must be read again.
    pub(crate) fn mark_changed(&self, guests: impl Iterator<Item = i64>) {
        let mut state = self.lock();
        if state.has_begun {
            state.changed.extend(guests);
        }
    }
}

impl Archive {
    /// All guests, packed. The first call takes what was kept, or reads every guest (100 ms for 20,000); later ones read
    /// who changed.
    pub async fn load_snapshot(&self) -> Result<Arc<GuestSnapshot>, StoreError> {
        let cache = &self.inner.snapshot;
        let _loading = cache.loading.lock().await;
        // Another process may have changed anybody; what this one changed is marked.
        let change = if self.is_writable() {
            None
        } else {
            self.load_checkpoint(GUESTS_CHANGED).await?
        };
        let (known, mut changed) = {
            let mut state = cache.lock();
            let known = state.current.clone().filter(|_| state.as_of == change);
            let guests = std::mem::take(&mut state.changed);
            // From here on commits are marked, also before there is anything in memory.
            state.has_begun = true;
            (known, Taken { cache, guests })
        };
        if let Some(known) = &known
            && changed.guests.is_empty()
        {
            return Ok(Arc::clone(known));
        }
        let fresh = match &known {
            Some(known) if changed.guests.len() * 4 < known.len() => {
                self.read_changed(known, &changed.guests).await?
            }
            _ => self.read_all().await?,
        };
        changed.guests.clear();
        let fresh = Arc::new(fresh);
        let mut state = cache.lock();
        state.current = Some(Arc::clone(&fresh));
        state.as_of = change;
        Ok(fresh)
    }

    async fn read_all(&self) -> Result<GuestSnapshot, StoreError> {
        match self.read_kept().await {
            Ok(Some(kept)) => return Ok(kept),
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(%error, "the list of guests that was kept cannot be read; every guest is read instead");
            }
        }
        self.read_in_stretches().await
    }

    /// One value for many guests is several times as fast as a row for each; one for all would take too much memory.
    async fn read_in_stretches(&self) -> Result<GuestSnapshot, StoreError> {
        let sql = format!(
            "{PACK} FROM (SELECT * FROM guest WHERE id > ?1 ORDER BY id LIMIT ?2) g \
             CROSS JOIN journey j ON j.guest = g.id"
        );
        let mut snapshot = GuestSnapshot::default();
        let mut reading = self.inner.readers.begin().await?;
        loop {
            let after = snapshot.guests.last().map_or(i64::MIN, |guest| guest.key);
            let json: String = sqlx::query_scalar(AssertSqlSafe(sql.clone()))
                .bind(after)
                .bind(STRETCH)
                .fetch_one(&mut *reading)
                .await?;
            if snapshot.merge(&json)? == 0 {
                return Ok(snapshot);
            }
        }
    }

    async fn read_changed(
        &self,
        known: &GuestSnapshot,
        changed: &HashSet<i64>,
    ) -> Result<GuestSnapshot, StoreError> {
        let sql = format!(
            "{PACK} FROM json_each(?1) wanted CROSS JOIN guest g ON g.id = wanted.value \
             CROSS JOIN journey j ON j.guest = g.id"
        );
        let json: String = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(json_numbers(changed.iter().copied()))
            .fetch_one(&self.inner.readers)
            .await?;
        let mut snapshot = known.clone();
        snapshot.merge(&json)?;
        Ok(snapshot)
    }
}

impl WriteTx {
    /// Says in the file that guests changed: for other processes that read it, and for the list that is kept.
    pub(crate) async fn note_changed_guests(&mut self) -> Result<(), StoreError> {
        if self.changed_guests.is_empty() {
            return Ok(());
        }
        sqlx::query(
            "INSERT INTO checkpoint(name, value) VALUES (?1, '1') \
             ON CONFLICT(name) DO UPDATE SET value = CAST(value AS INTEGER) + 1",
        )
        .bind(GUESTS_CHANGED)
        .execute(self.connection()?)
        .await?;
        Ok(())
    }
}

fn time(micros: i64) -> Option<DateTime<Utc>> {
    (micros != 0).then(|| from_micros(micros))
}

fn entity(key: i64) -> Option<EntityKey> {
    (key != 0).then_some(EntityKey(key))
}
