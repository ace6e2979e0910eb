//! Reading guests one by one.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

use super::{EntityName, GuestObject, GuestRecord, Identity, InvitationState, SignInClocks, Sponsor};
use crate::{
    Archive, EntityKey, GuestId, GuestKey, JourneyRecord, StageTimes, StoreError,
    entities::ObjectId,
    journeys::{StageReached, Standing},
    sql::json_numbers,
    time::from_micros,
};

/// Guests by their keys, as one JSON value: a row handed over for each would cost several times as much.
pub(crate) const GUESTS_BY_KEY: &str = "\
    SELECT json_group_array(json_array(\
    g.id, hex(g.oid), g.display_name, g.upn, g.mail, g.other_mails, g.domain, g.user_type, g.creation_type, g.state, \
    g.state_changed_at, g.created_at, g.account_enabled, g.company, g.usage_location, g.identities, g.sponsors, \
    g.activity_known, g.last_sign_in_at, g.last_non_interactive_at, g.last_successful_at, g.deleted_at, g.gone_at, \
    j.stage, j.standing, j.reason, j.reason_code, j.stopped_at, j.waiting_since, j.invited_at, j.last_invited_at, \
    j.mailed_at, j.attempted_at, j.requirements_at, j.redeemed_at, j.access_at, j.inviter, j.at_least, \
    hex(e.oid), ifnull(i.display_name, e.name), ifnull(i.upn, e.upn))) \
    FROM json_each(?1) wanted CROSS JOIN guest g ON g.id = wanted.value CROSS JOIN journey j ON j.guest = g.id \
    LEFT JOIN entity e ON e.id = j.inviter LEFT JOIN guest i ON i.id = e.id";

/// A guest as the database packs it: an array in the order of [`GUESTS_BY_KEY`].
#[derive(Deserialize)]
struct GuestRow {
    id: i64,
    oid: Uuid,
    display_name: String,
    upn: String,
    mail: String,
    other_mails: String,
    domain: String,
    user_type: String,
    creation_type: Option<String>,
    state: i64,
    state_changed_at: Option<i64>,
    created_at: Option<i64>,
    account_enabled: Option<u8>,
    company: Option<String>,
    usage_location: Option<String>,
    identities: String,
    sponsors: String,
    activity_known: u8,
    last_sign_in_at: Option<i64>,
    last_non_interactive_at: Option<i64>,
    last_successful_at: Option<i64>,
    deleted_at: Option<i64>,
    gone_at: Option<i64>,
    stage: i64,
    standing: i64,
    reason: Option<String>,
    reason_code: Option<i64>,
    stopped_at: Option<i64>,
    waiting_since: i64,
    invited_at: Option<i64>,
    last_invited_at: Option<i64>,
    mailed_at: Option<i64>,
    attempted_at: Option<i64>,
    requirements_at: Option<i64>,
    redeemed_at: Option<i64>,
    access_at: Option<i64>,
    inviter: i64,
    at_least: u8,
    inviter_oid: String,
    inviter_name: Option<String>,
    inviter_upn: Option<String>,
}

/// An object id of [`GUESTS_BY_KEY`]; none is empty.
fn bytes_of_hex(hex: &str) -> Vec<u8> {
    let digits = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    hex.as_bytes().chunks_exact(2).filter_map(digits).collect()
}

fn time(micros: Option<i64>) -> Option<DateTime<Utc>> {
    micros.map(from_micros)
}

fn list<T: serde::de::DeserializeOwned>(json: &str) -> Result<Vec<T>, StoreError> {
    serde_json::from_str(json).map_err(|_| StoreError::Unreadable("a guest"))
}

impl TryFrom<GuestRow> for GuestRecord {
    type Error = StoreError;

    fn try_from(row: GuestRow) -> Result<Self, StoreError> {
        let id = GuestId(row.oid);
        let object = GuestObject {
            id,
            display_name: row.display_name,
            upn: row.upn,
            mail: row.mail,
            other_mails: list(&row.other_mails)?,
            user_type: row.user_type,
            creation_type: row.creation_type,
            state: InvitationState::from_code(row.state),
            state_changed_at: time(row.state_changed_at),
            created_at: time(row.created_at),
            account_enabled: row.account_enabled.map(|enabled| enabled != 0),
            company: row.company,
            usage_location: row.usage_location,
            identities: list(&row.identities)?
                .into_iter()
                .map(|(sign_in_type, issuer, issuer_assigned_id)| Identity {
                    sign_in_type,
                    issuer,
                    issuer_assigned_id,
                })
                .collect(),
            sponsors: list(&row.sponsors)?
                .into_iter()
                .map(|(id, display_name)| Sponsor { id, display_name })
                .collect(),
            clocks: (row.activity_known != 0).then(|| SignInClocks {
                interactive: time(row.last_sign_in_at),
                non_interactive: time(row.last_non_interactive_at),
                successful: time(row.last_successful_at),
            }),
            deleted_at: time(row.deleted_at),
        };
        let journey = JourneyRecord {
            guest: GuestKey(row.id),
            stage: StageReached::from_code(row.stage)?,
            standing: Standing::from_code(row.standing)?,
            reason: row.reason,
            reason_code: row.reason_code,
            stopped_at: time(row.stopped_at),
            waiting_since: (row.waiting_since != 0).then(|| from_micros(row.waiting_since)),
            times: StageTimes {
                invited: time(row.invited_at),
                last_invited: time(row.last_invited_at),
                mailed: time(row.mailed_at),
                attempted: time(row.attempted_at),
                requirements: time(row.requirements_at),
                redeemed: time(row.redeemed_at),
                access: time(row.access_at),
            },
            inviter: (row.inviter != 0).then_some(EntityKey(row.inviter)),
            at_least: row.at_least != 0,
        };
        let inviter = journey.inviter.map(|key| EntityName {
            key,
            object_id: ObjectId::from_bytes(&bytes_of_hex(&row.inviter_oid)).to_string(),
            name: row.inviter_name.unwrap_or_default(),
            upn: row.inviter_upn.unwrap_or_default(),
        });
        Ok(Self {
            key: GuestKey(row.id),
            id,
            object,
            domain: row.domain,
            gone_at: time(row.gone_at),
            journey,
            inviter,
        })
    }
}

impl Archive {
    /// The guest with this object id, deleted or not.
    pub async fn find_guest(&self, guest: GuestId) -> Result<Option<GuestRecord>, StoreError> {
        match self.find_guest_key(guest).await? {
            Some(key) => Ok(self.load_guests(&[key]).await?.pop()),
            None => Ok(None),
        }
    }

    pub(crate) async fn find_guest_key(&self, guest: GuestId) -> Result<Option<GuestKey>, StoreError> {
        let key: Option<i64> = sqlx::query_scalar(
            "SELECT guest.id FROM entity JOIN guest ON guest.id = entity.id WHERE entity.oid = ?1",
        )
        .bind(guest.0.as_bytes().to_vec())
        .fetch_optional(&self.inner.readers)
        .await?;
        Ok(key.map(GuestKey))
    }

    /// The guests with these keys, in their order; unknown keys are left out.
    pub async fn load_guests(&self, keys: &[GuestKey]) -> Result<Vec<GuestRecord>, StoreError> {
        let json: String = sqlx::query_scalar(GUESTS_BY_KEY)
            .bind(json_numbers(keys.iter().map(|key| key.0)))
            .fetch_one(&self.inner.readers)
            .await?;
        let rows: Vec<GuestRow> = list(&json)?;
        let mut rows: HashMap<i64, GuestRow> = rows.into_iter().map(|row| (row.id, row)).collect();
        keys.iter()
            .filter_map(|key| rows.remove(&key.0))
            .map(GuestRecord::try_from)
            .collect()
    }

    /// The guests one of whose names is exactly `name`: mail, user principal name or another mail, in any case.
    /// Guests still in the directory come first.
    pub async fn find_guests_by_name(&self, name: &str) -> Result<Vec<GuestRecord>, StoreError> {
        let name = name.trim().to_lowercase();
        if name.chars().count() < 3 {
            return Ok(Vec::new());
        }
        // Infix search finds candidates, the comparison decides.
        let keys = self.load_snapshot().await?.find_by_name(&name);
        let mut guests = self.load_guests(&keys).await?;
        guests.retain(|GuestRecord { object, .. }| {
            let names = [&object.mail, &object.upn].into_iter().chain(&object.other_mails);
            names.into_iter().any(|known| known.to_lowercase() == name)
        });
        guests.sort_by_key(GuestRecord::is_deleted);
        Ok(guests)
    }

    /// The raw user object of a guest, byte for byte.
    pub async fn load_raw_guest(&self, guest: GuestId) -> Result<Option<String>, StoreError> {
        let Some(GuestKey(key)) = self.find_guest_key(guest).await? else {
            return Ok(None);
        };
        let (dictionary, z): (i64, Vec<u8>) = sqlx::query_as("SELECT dict, z FROM guest_raw WHERE id = ?1")
            .bind(key)
            .fetch_one(&self.inner.readers)
            .await?;
        self.restore(dictionary, &z).await.map(Some)
    }

    /// The names of people and things, in the order of `keys`; unknown ones are left out.
    pub async fn load_names(&self, keys: &[EntityKey]) -> Result<Vec<EntityName>, StoreError> {
        let rows: Vec<(i64, Vec<u8>, String, String)> = sqlx::query_as(
            "SELECT e.id, e.oid, ifnull(g.display_name, e.name), ifnull(g.upn, e.upn) FROM json_each(?1) wanted \
             CROSS JOIN entity e ON e.id = wanted.value LEFT JOIN guest g ON g.id = e.id ORDER BY wanted.key",
        )
        .bind(json_numbers(keys.iter().map(|key| key.0)))
        .fetch_all(&self.inner.readers)
        .await?;
        Ok(rows
            .into_iter()
            .map(|(id, oid, name, upn)| EntityName {
                key: EntityKey(id),
                object_id: ObjectId::from_bytes(&oid).to_string(),
                name,
                upn,
            })
            .collect())
    }

    /// Whoever has this object id, if any log row or user object named them.
    pub async fn find_entity(&self, id: &str) -> Result<Option<EntityKey>, StoreError> {
        let key: Option<i64> = sqlx::query_scalar("SELECT id FROM entity WHERE oid = ?1")
            .bind(ObjectId::read(id.trim()).as_bytes().to_vec())
            .fetch_optional(&self.inner.readers)
            .await?;
        Ok(key.map(EntityKey))
    }
}
