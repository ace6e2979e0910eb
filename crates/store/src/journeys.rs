//! How far each guest got: derived elsewhere from the evidence, kept here.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use crate::{
    Archive, EntityKey, GuestKey, StoreError, WriteTx,
    sql::{insert_many, json_numbers},
    time::micros,
};

/// The last stage of the journey that was completed. A guest counts in a stage when that or a later one was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StageReached {
    /// The user object was made.
    Invited,
    /// The invitation mail is assumed sent.
    MailSent,
    /// The guest tried to sign in.
    AttemptedSignIn,
    /// Everything asked for was fulfilled.
    RequirementsMet,
    /// The invitation was accepted.
    Redeemed,
    /// A first real sign-in after it.
    FirstAccess,
}

impl StageReached {
    /// All stages, in order.
    pub const ALL: [Self; 6] = [
        Self::Invited,
        Self::MailSent,
        Self::AttemptedSignIn,
        Self::RequirementsMet,
        Self::Redeemed,
        Self::FirstAccess,
    ];

    pub(crate) fn code(self) -> i64 {
        self as i64
    }

    pub(crate) fn from_code(code: i64) -> Result<Self, StoreError> {
        usize::try_from(code)
            .ok()
            .and_then(|index| Self::ALL.get(index).copied())
            .ok_or(StoreError::Unreadable("a journey"))
    }
}

/// Where a guest stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// A failure stopped the guest and nothing better happened since.
    Stopped,
    /// On the way, or left open.
    Open,
    /// In.
    Fine,
}

impl Standing {
    pub(crate) fn code(self) -> i64 {
        self as i64
    }

    pub(crate) fn from_code(code: i64) -> Result<Self, StoreError> {
        match code {
            0 => Ok(Self::Stopped),
            1 => Ok(Self::Open),
            2 => Ok(Self::Fine),
            _ => Err(StoreError::Unreadable("a journey")),
        }
    }
}

/// When each stage was reached, as far as that is known. A later stage without a time for an earlier one is normal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StageTimes {
    /// First invitation.
    pub invited: Option<DateTime<Utc>>,
    /// Last invitation: the deadline counts from here.
    pub last_invited: Option<DateTime<Utc>>,
    /// The mail.
    pub mailed: Option<DateTime<Utc>>,
    /// First attempt.
    pub attempted: Option<DateTime<Utc>>,
    /// Requirements met.
    pub requirements: Option<DateTime<Utc>>,
    /// Redemption.
    pub redeemed: Option<DateTime<Utc>>,
    /// First access.
    pub access: Option<DateTime<Utc>>,
}

impl StageTimes {
    /// When `stage` was reached.
    pub fn of(&self, stage: StageReached) -> Option<DateTime<Utc>> {
        match stage {
            StageReached::Invited => self.invited,
            StageReached::MailSent => self.mailed,
            StageReached::AttemptedSignIn => self.attempted,
            StageReached::RequirementsMet => self.requirements,
            StageReached::Redeemed => self.redeemed,
            StageReached::FirstAccess => self.access,
        }
    }
}

/// A guest's journey as derived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JourneyRecord {
    /// Whose.
    pub guest: GuestKey,
    /// The last stage completed.
    pub stage: StageReached,
    /// Where the guest stands.
    pub standing: Standing,
    /// Key into the failure catalogue: why not further.
    pub reason: Option<String>,
    /// The AADSTS code behind the reason.
    pub reason_code: Option<i64>,
    /// When the guest was stopped.
    pub stopped_at: Option<DateTime<Utc>>,
    /// Since when the guest has been waiting; the list puts the longest wait first.
    pub waiting_since: Option<DateTime<Utc>>,
    /// When each stage was reached.
    pub times: StageTimes,
    /// Who invited the guest.
    pub inviter: Option<EntityKey>,
    /// Whether this rests on logs that are not completely held.
    pub at_least: bool,
}

/// Guests whose journey must be derived again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirtyGuests {
    /// The guests.
    pub guests: Vec<GuestKey>,
    /// How new the evidence is that these journeys will rest on; goes back into [`WriteTx::save_journeys`].
    pub mark: EvidenceMark,
}

/// A point in the growth of the evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EvidenceMark(i64);

impl Archive {
    /// Up to `limit` guests whose journey must be derived again, in no particular order.
    ///
    /// Where there are some, waits for an open write to end: what it brings is either seen by whoever derives now, or newer
    /// than the mark.
    pub async fn load_dirty_guests(&self, limit: u32) -> Result<DirtyGuests, StoreError> {
        let is_any: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM dirty_guest)")
            .fetch_one(&self.inner.readers)
            .await?;
        if !is_any {
            return Ok(DirtyGuests {
                guests: Vec::new(),
                mark: EvidenceMark(0),
            });
        }
        let mut tx = self.write().await?;
        let mark = tx.advance_mark().await?;
        tx.commit().await?;
        let guests: Vec<i64> = sqlx::query_scalar("SELECT guest FROM dirty_guest ORDER BY guest LIMIT ?1")
            .bind(limit)
            .fetch_all(&self.inner.readers)
            .await?;
        Ok(DirtyGuests {
            guests: guests.into_iter().map(GuestKey).collect(),
            mark,
        })
    }

    /// How many guests wait for their journey to be derived.
    pub async fn count_dirty_guests(&self) -> Result<u64, StoreError> {
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM dirty_guest")
            .fetch_one(&self.inner.readers)
            .await?;
        Ok(count as u64)
    }
}

impl WriteTx {
    /// Marks the guests among the entities touched by this transaction for derivation.
    pub(crate) async fn flush_dirty_marks(&mut self) -> Result<(), StoreError> {
        let mut entities = std::mem::take(&mut self.touched);
        // A sync meets the same guests again and again.
        entities.retain(|entity| !self.memory.marked.contains(entity));
        if entities.is_empty() {
            return Ok(());
        }
        let mark = self.current_mark().await?;
        // Who is marked already is left alone.
        sqlx::query(
            "INSERT INTO dirty_guest(guest, mark) SELECT touched.value, ?2 FROM json_each(?1) touched \
             WHERE NOT EXISTS (SELECT 1 FROM dirty_guest d WHERE d.guest = touched.value AND d.mark = ?2) \
             AND EXISTS (SELECT 1 FROM guest g WHERE g.id = touched.value) \
             ON CONFLICT(guest) DO UPDATE SET mark = excluded.mark",
        )
        .bind(json_numbers(entities.iter().copied()))
        .bind(mark.0)
        .execute(self.connection()?)
        .await?;
        // Whoever else is among them may be no guest yet, and become one.
        let guests = entities.intersection(&self.changed_guests);
        self.memory.marked.extend(guests);
        Ok(())
    }

    /// The mark of evidence that is written now.
    async fn current_mark(&mut self) -> Result<EvidenceMark, StoreError> {
        let mark: Option<i64> =
            sqlx::query_scalar("SELECT CAST(value AS INTEGER) FROM checkpoint WHERE name = 'evidence mark'")
                .fetch_optional(self.connection()?)
                .await?;
        Ok(EvidenceMark(mark.unwrap_or(0)))
    }

    /// Gives evidence that is written from now on a higher mark, and returns that of what was written until now.
    /// Counted in the file, for marks must never come twice.
    async fn advance_mark(&mut self) -> Result<EvidenceMark, StoreError> {
        self.memory.marked.clear();
        let mark: i64 = sqlx::query_scalar(
            "INSERT INTO checkpoint(name, value) VALUES ('evidence mark', '1') \
             ON CONFLICT(name) DO UPDATE SET value = CAST(value AS INTEGER) + 1 RETURNING CAST(value AS INTEGER)",
        )
        .fetch_one(self.connection()?)
        .await?;
        Ok(EvidenceMark(mark - 1))
    }

    /// Marks every guest for derivation, as after a change of the rules that derive.
    pub async fn mark_all_dirty(&mut self) -> Result<(), StoreError> {
        let mark = self.current_mark().await?;
        sqlx::query("INSERT OR REPLACE INTO dirty_guest(guest, mark) SELECT id, ?1 FROM guest")
            .bind(mark.0)
            .execute(self.connection()?)
            .await?;
        Ok(())
    }

    /// Writes derived journeys. A guest about whom newer evidence than `mark` came meanwhile stays marked; one who is no
    /// longer marked was derived by somebody else from this evidence or newer, and is left alone.
    pub async fn save_journeys(
        &mut self,
        journeys: &[JourneyRecord],
        mark: EvidenceMark,
    ) -> Result<(), StoreError> {
        self.memory.marked.clear();
        let marked = self.still_marked(journeys).await?;
        let journeys: Vec<&JourneyRecord> = journeys
            .iter()
            .filter(|journey| marked.contains(&journey.guest.0))
            .collect();
        insert_many(
            self.connection()?,
            "INSERT INTO journey\
             (guest, stage, standing, reason, reason_code, stopped_at, waiting_since, invited_at, last_invited_at, \
              mailed_at, attempted_at, requirements_at, redeemed_at, access_at, inviter, at_least)",
            16,
            "ON CONFLICT(guest) DO UPDATE SET stage = excluded.stage, standing = excluded.standing, \
             reason = excluded.reason, reason_code = excluded.reason_code, stopped_at = excluded.stopped_at, \
             waiting_since = excluded.waiting_since, invited_at = excluded.invited_at, \
             last_invited_at = excluded.last_invited_at, mailed_at = excluded.mailed_at, \
             attempted_at = excluded.attempted_at, requirements_at = excluded.requirements_at, \
             redeemed_at = excluded.redeemed_at, access_at = excluded.access_at, inviter = excluded.inviter, \
             at_least = excluded.at_least",
            &journeys,
            |values, journey| {
                let times = &journey.times;
                values
                    .bind(journey.guest.0)
                    .bind(journey.stage.code())
                    .bind(journey.standing.code())
                    .bind(journey.reason.clone())
                    .bind(journey.reason_code)
                    .bind(journey.stopped_at.map(micros))
                    .bind(journey.waiting_since.map_or(0, micros))
                    .bind(times.invited.map(micros))
                    .bind(times.last_invited.map(micros))
                    .bind(times.mailed.map(micros))
                    .bind(times.attempted.map(micros))
                    .bind(times.requirements.map(micros))
                    .bind(times.redeemed.map(micros))
                    .bind(times.access.map(micros))
                    .bind(journey.inviter.map_or(0, |key| key.0))
                    .bind(journey.at_least)
            },
        )
        .await?;
        sqlx::query(
            "DELETE FROM dirty_guest WHERE mark <= ?1 AND guest IN (SELECT value FROM json_each(?2))",
        )
        .bind(mark.0)
        .bind(json_numbers(journeys.iter().map(|journey| journey.guest.0)))
        .execute(self.connection()?)
        .await?;
        self.changed_guests
            .extend(journeys.iter().map(|journey| journey.guest.0));
        Ok(())
    }

    /// The guests of `journeys` that still wait for a derivation.
    async fn still_marked(&mut self, journeys: &[JourneyRecord]) -> Result<HashSet<i64>, StoreError> {
        let marked: Vec<i64> = sqlx::query_scalar(
            "SELECT guest FROM json_each(?1) derived CROSS JOIN dirty_guest ON dirty_guest.guest = derived.value",
        )
        .bind(json_numbers(journeys.iter().map(|journey| journey.guest.0)))
        .fetch_all(self.connection()?)
        .await?;
        Ok(marked.into_iter().collect())
    }
}
