//! Everything the logs say about given guests, in one pass: what journeys are derived from.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};

use super::page::AuditResult;
use crate::{
    Archive, EntityKey, EventRef, GuestKey, GuestRecord, InvitationRecord, Log, StoreError,
    sql::json_numbers, time::seq_time,
};

/// An audited activity that concerns a guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvidence {
    /// The row.
    pub event: EventRef,
    /// When, to the second.
    pub at: DateTime<Utc>,
    /// `activityDisplayName`.
    pub activity: Arc<str>,
    /// `loggedByService`.
    pub service: Option<Arc<str>>,
    /// How it ended.
    pub result: AuditResult,
    /// `resultReason`.
    pub reason: Option<Arc<str>>,
    /// Who did it.
    pub actor: Option<EntityKey>,
    /// Whether the guest did it himself or herself.
    pub by_guest: bool,
    /// Equal for rows with the same correlation id; 0 = none.
    pub correlation: i64,
}

/// A sign-in attempt of a guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInEvidence {
    /// The row.
    pub event: EventRef,
    /// When, to the second.
    pub at: DateTime<Utc>,
    /// The AADSTS code; 0 is success.
    pub code: i64,
    /// Microsoft's words for the code.
    pub reason: Option<Arc<str>>,
    /// Application, by name.
    pub app: Option<Arc<str>>,
    /// Application, by id.
    pub app_id: Option<Arc<str>>,
    /// The resource the application asked for.
    pub resource: Option<Arc<str>>,
    /// `conditionalAccessStatus`.
    pub conditional_access: Option<Arc<str>>,
    /// Equal for rows with the same correlation id; 0 = none.
    pub correlation: i64,
}

/// All that is held about one guest.
#[derive(Debug, Clone, PartialEq)]
pub struct GuestEvidence {
    /// The user object as last seen, with the journey as last derived.
    pub guest: GuestRecord,
    /// Audits, oldest first.
    pub audits: Vec<AuditEvidence>,
    /// Sign-ins, oldest first.
    pub sign_ins: Vec<SignInEvidence>,
    /// Invitations made here, oldest first.
    pub invitations: Vec<InvitationRecord>,
}

#[derive(sqlx::FromRow)]
struct AuditRow {
    guest: i64,
    seq: i64,
    activity: i64,
    service: i64,
    result: i64,
    reason: i64,
    actor: i64,
    corr: i64,
}

#[derive(sqlx::FromRow)]
struct SignInRow {
    guest: i64,
    seq: i64,
    error: i64,
    reason: i64,
    app: i64,
    app_id: i64,
    resource: i64,
    ca: i64,
    corr: i64,
}

/// The three ways an audit row concerns a guest; `CROSS JOIN` keeps the order, the indexes do the rest.
pub(crate) const AUDITS_OF_GUESTS: &str = "\
    SELECT a.target AS guest, a.seq, a.activity, a.service, a.result, a.reason, a.actor, a.corr \
      FROM json_each(?1) wanted CROSS JOIN audit a ON a.target = wanted.value \
     WHERE a.target <> 0 \
    UNION \
    SELECT a.actor, a.seq, a.activity, a.service, a.result, a.reason, a.actor, a.corr \
      FROM json_each(?1) wanted CROSS JOIN audit a ON a.actor = wanted.value \
     WHERE a.actor <> 0 \
    UNION \
    SELECT o.entity, a.seq, a.activity, a.service, a.result, a.reason, a.actor, a.corr \
      FROM json_each(?1) wanted CROSS JOIN audit_also o ON o.entity = wanted.value CROSS JOIN audit a ON a.seq = o.seq \
     ORDER BY 2";

pub(crate) const SIGN_INS_OF_GUESTS: &str = "\
    SELECT s.user AS guest, s.seq, s.error, s.reason, s.app, s.app_id, s.resource, s.ca, s.corr \
      FROM json_each(?1) wanted CROSS JOIN signin s ON s.user = wanted.value \
     ORDER BY s.seq";

impl Archive {
    /// Everything held about `guests`, in their order. Guests that are not held are left out.
    pub async fn load_evidence(&self, guests: &[GuestKey]) -> Result<Vec<GuestEvidence>, StoreError> {
        let records = self.load_guests(guests).await?;
        let wanted = json_numbers(records.iter().map(|guest| guest.key.0));
        let audits = self.load_audits_of(&wanted).await?;
        let sign_ins = self.load_sign_ins_of(&wanted).await?;
        let invitations = self
            .load_invitations_of(records.iter().map(|guest| guest.id))
            .await?;

        let mut of_guest: HashMap<i64, GuestEvidence> = records
            .iter()
            .cloned()
            .map(|guest| {
                let empty = GuestEvidence {
                    guest,
                    audits: Vec::new(),
                    sign_ins: Vec::new(),
                    invitations: Vec::new(),
                };
                (empty.guest.key.0, empty)
            })
            .collect();
        for (guest, audit) in audits {
            if let Some(evidence) = of_guest.get_mut(&guest) {
                evidence.audits.push(audit);
            }
        }
        for (guest, sign_in) in sign_ins {
            if let Some(evidence) = of_guest.get_mut(&guest) {
                evidence.sign_ins.push(sign_in);
            }
        }
        let key_of: HashMap<_, _> = records.iter().map(|guest| (guest.id, guest.key.0)).collect();
        for invitation in invitations {
            if let Some(evidence) = key_of
                .get(&invitation.guest)
                .and_then(|key| of_guest.get_mut(key))
            {
                evidence.invitations.push(invitation);
            }
        }
        Ok(records
            .iter()
            .filter_map(|guest| of_guest.remove(&guest.key.0))
            .collect())
    }

    pub(super) async fn load_audits_of(&self, wanted: &str) -> Result<Vec<(i64, AuditEvidence)>, StoreError> {
        let rows: Vec<AuditRow> = sqlx::query_as(AUDITS_OF_GUESTS)
            .bind(wanted)
            .fetch_all(&self.inner.readers)
            .await?;
        let highest = rows
            .iter()
            .map(|row| row.activity.max(row.service).max(row.reason))
            .max()
            .unwrap_or(0);
        let texts = self.inner.strings.reader(&self.inner.readers, highest).await?;
        Ok(rows
            .into_iter()
            .map(|row| {
                let evidence = AuditEvidence {
                    event: EventRef {
                        log: Log::Audit,
                        seq: row.seq,
                    },
                    at: seq_time(row.seq),
                    activity: texts.get(row.activity).unwrap_or_default(),
                    service: texts.get(row.service),
                    result: AuditResult::from_code(row.result),
                    reason: texts.get(row.reason),
                    actor: (row.actor != 0).then_some(EntityKey(row.actor)),
                    by_guest: row.actor == row.guest,
                    correlation: row.corr,
                };
                (row.guest, evidence)
            })
            .collect())
    }

    pub(super) async fn load_sign_ins_of(
        &self,
        wanted: &str,
    ) -> Result<Vec<(i64, SignInEvidence)>, StoreError> {
        let rows: Vec<SignInRow> = sqlx::query_as(SIGN_INS_OF_GUESTS)
            .bind(wanted)
            .fetch_all(&self.inner.readers)
            .await?;
        let highest = rows
            .iter()
            .map(|row| {
                row.reason
                    .max(row.app)
                    .max(row.app_id)
                    .max(row.resource)
                    .max(row.ca)
            })
            .max()
            .unwrap_or(0);
        let texts = self.inner.strings.reader(&self.inner.readers, highest).await?;
        Ok(rows
            .into_iter()
            .map(|row| {
                let evidence = SignInEvidence {
                    event: EventRef {
                        log: Log::SignIn,
                        seq: row.seq,
                    },
                    at: seq_time(row.seq),
                    code: row.error,
                    reason: texts.get(row.reason),
                    app: texts.get(row.app),
                    app_id: texts.get(row.app_id),
                    resource: texts.get(row.resource),
                    conditional_access: texts.get(row.ca),
                    correlation: row.corr,
                };
                (row.guest, evidence)
            })
            .collect())
    }
}
