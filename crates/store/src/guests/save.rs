//! Writing guests as they are read from the directory and from the bin.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::GuestObject;
use crate::{
    Archive, GuestId, GuestKey, Saved, StoreError, WriteTx,
    codec::RawKind,
    entities::{EntityKeys, EntityRow},
    logs::Compressed,
    sql::{insert_many, json_numbers},
    time::{hash64, micros},
};

/// How a known guest is replaced. `concat!` because the two texts must be static: the connection caches by them.
macro_rules! replace_with {
    ($sponsors:literal) => {
        concat!(
            "ON CONFLICT(id) DO UPDATE SET display_name = excluded.display_name, upn = excluded.upn, mail = excluded.mail, other_mails = excluded.other_mails, domain = excluded.domain, \
             user_type = excluded.user_type, creation_type = excluded.creation_type, state = excluded.state, \
             state_changed_at = excluded.state_changed_at, created_at = excluded.created_at, \
             account_enabled = excluded.account_enabled, company = excluded.company, \
             usage_location = excluded.usage_location, issuer = excluded.issuer, identities = excluded.identities, \
             activity_known = max(activity_known, excluded.activity_known), \
             last_sign_in_at = iif(excluded.activity_known, excluded.last_sign_in_at, last_sign_in_at), \
             last_non_interactive_at = \
             iif(excluded.activity_known, excluded.last_non_interactive_at, last_non_interactive_at), \
             last_successful_at = iif(excluded.activity_known, excluded.last_successful_at, last_successful_at), \
             deleted_at = excluded.deleted_at, gone_at = NULL, sweep = max(sweep, excluded.sweep), \
             content_hash = excluded.content_hash",
            $sponsors
        )
    };
}

const REPLACE: &str = replace_with!(", sponsors = excluded.sponsors");
const REPLACE_BUT_SPONSORS: &str = replace_with!("");

/// One reading of the whole guest list, so that guests who are no longer in it can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sweep(pub(crate) i64);

/// Guests made ready for writing away from the database: their raw user objects hashed and compressed.
pub struct GuestBatch {
    guests: Vec<GuestObject>,
    hashes: Vec<i64>,
    compressed: Compressed,
}

impl std::fmt::Debug for GuestBatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GuestBatch")
            .field("guests", &self.guests.len())
            .finish_non_exhaustive()
    }
}

impl Archive {
    /// Makes guests ready. Costs CPU time: belongs on a blocking thread where they are many.
    pub fn guest_batch(&self, guests: Vec<(GuestObject, &str)>) -> Result<GuestBatch, StoreError> {
        let compressed = self.compress(RawKind::User, guests.iter().map(|(_, raw)| *raw))?;
        let hashes = guests
            .iter()
            .map(|(guest, raw)| content_hash(guest, raw))
            .collect();
        Ok(GuestBatch {
            guests: guests.into_iter().map(|(guest, _)| guest).collect(),
            hashes,
            compressed,
        })
    }
}

impl WriteTx {
    /// Begins a reading of the guest list.
    pub async fn begin_sweep(&mut self) -> Result<Sweep, StoreError> {
        let number: i64 = sqlx::query_scalar("SELECT ifnull(max(sweep), 0) + 1 FROM guest")
            .fetch_one(self.connection()?)
            .await?;
        Ok(Sweep(number))
    }

    /// Writes guests with their raw user objects. Writing them again changes nothing but the sweep that saw them.
    ///
    /// Outside a sweep (a single guest read after a change), pass `None`.
    /// Clocks that could not be read do not erase those that are known.
    pub async fn save_guests(
        &mut self,
        guests: &[(GuestObject, &str)],
        sweep: Option<Sweep>,
    ) -> Result<Saved, StoreError> {
        let batch = self.archive().guest_batch(guests.to_vec())?;
        self.save_guest_batch(&batch, sweep).await
    }

    /// As [`save_guests`](Self::save_guests), of guests made ready before.
    pub async fn save_guest_batch(
        &mut self,
        batch: &GuestBatch,
        sweep: Option<Sweep>,
    ) -> Result<Saved, StoreError> {
        self.save(batch, sweep, REPLACE).await
    }

    /// As [`save_guests`](Self::save_guests), for user objects read without sponsors and sign-in activity (one guest
    /// alone, or the bin): what is known of these stays.
    pub async fn save_partial_guests(
        &mut self,
        guests: &[(GuestObject, &str)],
        sweep: Option<Sweep>,
    ) -> Result<Saved, StoreError> {
        let batch = self.archive().guest_batch(guests.to_vec())?;
        self.save(&batch, sweep, REPLACE_BUT_SPONSORS).await
    }

    async fn save(
        &mut self,
        batch: &GuestBatch,
        sweep: Option<Sweep>,
        tail: &'static str,
    ) -> Result<Saved, StoreError> {
        if batch.guests.is_empty() {
            return Ok(Saved::default());
        }
        self.save_fresh_dictionaries().await?;

        let entities: Vec<EntityRow> = batch.guests.iter().map(entity_row).collect();
        let EntityKeys { keys, first_new } = self.entity_keys(&entities.iter().collect::<Vec<_>>()).await?;
        let known = keys.iter().copied().filter(|key| *key < first_new);
        let held = self.held_hashes(known).await?;
        let mut saved = Saved::default();
        let mut changed: Vec<(i64, usize)> = Vec::new();
        let mut unchanged: Vec<i64> = Vec::new();
        let mut seen_here = HashSet::new();
        // From the back, so that of a guest listed twice the later one counts.
        for (index, (hash, key)) in batch.hashes.iter().zip(&keys).enumerate().rev() {
            if !seen_here.insert(*key) {
                continue;
            }
            match held.get(key) {
                None => saved.new += 1,
                Some(known) if known == hash => {
                    saved.unchanged += 1;
                    unchanged.push(*key);
                    continue;
                }
                Some(_) => saved.changed += 1,
            }
            changed.push((*key, index));
        }
        changed.sort_unstable();

        self.write_rows(batch, &changed, sweep, tail).await?;
        insert_many(
            self.connection()?,
            "INSERT OR REPLACE INTO guest_raw(id, dict, z)",
            3,
            "",
            &changed,
            |values, (key, index)| {
                values
                    .bind(*key)
                    .bind(batch.compressed.dictionary)
                    .bind(batch.compressed.row(*index).to_vec())
            },
        )
        .await?;
        self.add_journeys(&batch.guests, &changed).await?;
        self.rows += changed.len() as u64;
        self.touched.extend(changed.iter().map(|(key, _)| *key));
        if let Some(sweep) = sweep {
            self.note_seen(&unchanged, sweep).await?;
        }
        self.changed_guests.extend(changed.iter().map(|(key, _)| *key));
        Ok(saved)
    }

    /// Notes that guests were seen who need not be written again. Who was thought gone is back.
    async fn note_seen(&mut self, unchanged: &[i64], sweep: Sweep) -> Result<(), StoreError> {
        if unchanged.is_empty() {
            return Ok(());
        }
        let keys = json_numbers(unchanged.iter().copied());
        let back: Vec<i64> = sqlx::query_scalar(
            "UPDATE guest SET gone_at = NULL \
             WHERE gone_at IS NOT NULL AND id IN (SELECT value FROM json_each(?1)) RETURNING id",
        )
        .bind(&keys)
        .fetch_all(self.connection()?)
        .await?;
        self.touched.extend(&back);
        self.changed_guests.extend(back);
        sqlx::query("UPDATE guest SET sweep = ?1 WHERE id IN (SELECT value FROM json_each(?2))")
            .bind(sweep.0)
            .bind(keys)
            .execute(self.connection()?)
            .await?;
        Ok(())
    }

    /// Marks the guests that a complete reading of directory and bin did not show. They are kept. Returns how many.
    pub async fn finish_sweep(&mut self, sweep: Sweep, at: DateTime<Utc>) -> Result<u64, StoreError> {
        let gone: Vec<i64> = sqlx::query_scalar(
            "UPDATE guest SET gone_at = ?1 WHERE sweep < ?2 AND gone_at IS NULL RETURNING id",
        )
        .bind(micros(at))
        .bind(sweep.0)
        .fetch_all(self.connection()?)
        .await?;
        let count = gone.len() as u64;
        self.touched.extend(&gone);
        self.changed_guests.extend(gone);
        Ok(count)
    }

    /// Marks one guest as deleted here and now, ahead of the next reading. Deleting again changes nothing.
    pub async fn mark_deleted(&mut self, guest: GuestId, at: DateTime<Utc>) -> Result<(), StoreError> {
        let key: Option<i64> = sqlx::query_scalar(
            "UPDATE guest SET deleted_at = ifnull(deleted_at, ?1), content_hash = 0 \
             WHERE id = (SELECT id FROM entity WHERE oid = ?2) RETURNING id",
        )
        .bind(micros(at))
        .bind(guest.0.as_bytes().to_vec())
        .fetch_optional(self.connection()?)
        .await?;
        let key = key.ok_or(StoreError::NoGuest(guest))?;
        self.touched.insert(key);
        self.changed_guests.insert(key);
        Ok(())
    }

    /// The key of a guest that is held.
    pub async fn guest_key(&mut self, guest: GuestId) -> Result<GuestKey, StoreError> {
        let key: Option<i64> = sqlx::query_scalar(
            "SELECT guest.id FROM entity JOIN guest ON guest.id = entity.id WHERE entity.oid = ?1",
        )
        .bind(guest.0.as_bytes().to_vec())
        .fetch_optional(self.connection()?)
        .await?;
        key.map(GuestKey).ok_or(StoreError::NoGuest(guest))
    }

    async fn held_hashes(
        &mut self,
        keys: impl Iterator<Item = i64>,
    ) -> Result<HashMap<i64, i64>, StoreError> {
        let mut keys = keys.peekable();
        if keys.peek().is_none() {
            return Ok(HashMap::new());
        }
        let rows: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT id, content_hash FROM guest WHERE id IN (SELECT value FROM json_each(?1))",
        )
        .bind(json_numbers(keys))
        .fetch_all(self.connection()?)
        .await?;
        Ok(rows.into_iter().collect())
    }

    async fn write_rows(
        &mut self,
        batch: &GuestBatch,
        changed: &[(i64, usize)],
        sweep: Option<Sweep>,
        tail: &'static str,
    ) -> Result<(), StoreError> {
        insert_many(
            self.connection()?,
            "INSERT INTO guest\
             (id, oid, display_name, upn, mail, other_mails, domain, user_type, creation_type, state, \
              state_changed_at, created_at, account_enabled, company, usage_location, issuer, identities, sponsors, \
              activity_known, last_sign_in_at, last_non_interactive_at, last_successful_at, deleted_at, gone_at, \
              sweep, content_hash)",
            26,
            tail,
            changed,
            |values, (key, index)| {
                let guest = &batch.guests[*index];
                let clocks = guest.clocks.unwrap_or_default();
                values
                    .bind(*key)
                    .bind(guest.id.0.as_bytes().to_vec())
                    .bind(guest.display_name.clone())
                    .bind(guest.upn.clone())
                    .bind(guest.mail.clone())
                    .bind(json(&guest.other_mails))
                    .bind(guest.domain())
                    .bind(guest.user_type.clone())
                    .bind(guest.creation_type.clone())
                    .bind(guest.state.code())
                    .bind(guest.state_changed_at.map(micros))
                    .bind(guest.created_at.map(micros))
                    .bind(guest.account_enabled)
                    .bind(guest.company.clone())
                    .bind(guest.usage_location.clone())
                    .bind(guest.issuer().map(str::to_owned))
                    .bind(identities_json(guest))
                    .bind(sponsors_json(guest))
                    .bind(guest.clocks.is_some())
                    .bind(clocks.interactive.map(micros))
                    .bind(clocks.non_interactive.map(micros))
                    .bind(clocks.successful.map(micros))
                    .bind(guest.deleted_at.map(micros))
                    .bind(None::<i64>)
                    .bind(sweep.map_or(0, |sweep| sweep.0))
                    .bind(batch.hashes[*index])
            },
        )
        .await
    }

    /// Gives each new guest the journey of somebody of whom only the invitation is known.
    async fn add_journeys(
        &mut self,
        guests: &[GuestObject],
        changed: &[(i64, usize)],
    ) -> Result<(), StoreError> {
        insert_many(
            self.connection()?,
            "INSERT INTO journey(guest, stage, standing, waiting_since, invited_at, last_invited_at, inviter, at_least)",
            8,
            "ON CONFLICT(guest) DO NOTHING",
            changed,
            |values, (key, index)| {
                let created = guests[*index].created_at.map(micros);
                values
                    .bind(*key)
                    .bind(0)
                    .bind(1)
                    .bind(created.unwrap_or(0))
                    .bind(created)
                    .bind(created)
                    .bind(0)
                    .bind(true)
            },
        )
        .await
    }
}

fn entity_row(guest: &GuestObject) -> EntityRow {
    EntityRow {
        oid: guest.id.into(),
        name: String::new(),
        upn: String::new(),
    }
}

/// A user read with fewer properties (no `signInActivity`, no sponsors) is another content, as is one in the bin.
fn content_hash(guest: &GuestObject, raw: &str) -> i64 {
    let deleted = guest.deleted_at.map_or(0, micros) as u64;
    let known = u64::from(guest.clocks.is_some());
    // 0 is kept for "changed here, to be read again".
    ((hash64(raw) ^ deleted.rotate_left(7) ^ known) as i64).max(i64::MIN + 1) | 1
}

/// Without the names of the members: they would be most of the row.
fn identities_json(guest: &GuestObject) -> String {
    let identities = guest.identities.iter();
    let rows = identities.map(|identity| {
        (
            &identity.sign_in_type,
            &identity.issuer,
            &identity.issuer_assigned_id,
        )
    });
    json(&rows.collect::<Vec<_>>())
}

fn sponsors_json(guest: &GuestObject) -> String {
    json(
        &guest
            .sponsors
            .iter()
            .map(|sponsor| (&sponsor.id, &sponsor.display_name))
            .collect::<Vec<_>>(),
    )
}

/// JSON of our own small lists; they always serialise.
fn json<T: serde::Serialize>(list: &T) -> String {
    serde_json::to_string(list).unwrap_or_else(|_| "[]".into())
}
