//! Invitations made here. Graph cannot list invitations: the link, the text and who sent it are known only to
//! whoever kept the answer.

use std::fmt;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    Archive, GuestId, StoreError, WriteTx,
    time::{from_micros, micros},
};

/// Why an invitation was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InvitationKind {
    /// The first one.
    Invite,
    /// Again, to a guest who is pending.
    Resend,
    /// To redeem anew with the same user object.
    Reset,
}

impl InvitationKind {
    fn code(self) -> i64 {
        match self {
            Self::Invite => 0,
            Self::Resend => 1,
            Self::Reset => 2,
        }
    }

    fn from_code(code: i64) -> Result<Self, StoreError> {
        match code {
            0 => Ok(Self::Invite),
            1 => Ok(Self::Resend),
            2 => Ok(Self::Reset),
            _ => Err(StoreError::Unreadable("an invitation")),
        }
    }
}

/// An invitation made here.
#[derive(Clone, PartialEq, Eq)]
pub struct InvitationRecord {
    /// Graph's invitation id. A resend answers with the same id: `(id, made_at)` names the record.
    pub id: String,
    /// The guest.
    pub guest: GuestId,
    /// The address invited.
    pub mail: String,
    /// The redemption link. Whoever has it can redeem: it is shown to nobody but the administrator who asks.
    pub redeem_url: String,
    /// Where the guest lands afterwards.
    pub redirect_url: String,
    /// Whether Microsoft sent a mail; if not, the link was handed over.
    pub sent_message: bool,
    /// The administrator's own words in the mail.
    pub message: Option<String>,
    /// Language of the mail.
    pub language: Option<String>,
    /// Why it was made.
    pub kind: InvitationKind,
    /// Who made it: user principal name, or the application.
    pub made_by: String,
    /// When.
    pub made_at: DateTime<Utc>,
    /// When a later invitation made this link useless.
    pub superseded_at: Option<DateTime<Utc>>,
}

impl fmt::Debug for InvitationRecord {
    /// Leaves out address, link and words: records end up in logs by accident.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InvitationRecord")
            .field("id", &self.id)
            .field("guest", &self.guest)
            .field("kind", &self.kind)
            .field("made_at", &self.made_at)
            .finish_non_exhaustive()
    }
}

#[derive(sqlx::FromRow)]
struct InvitationRow {
    id: String,
    guest_oid: Vec<u8>,
    mail: String,
    redeem_url: String,
    redirect_url: String,
    sent_message: bool,
    message: Option<String>,
    language: Option<String>,
    kind: i64,
    made_by: String,
    made_at: i64,
    superseded_at: Option<i64>,
}

impl TryFrom<InvitationRow> for InvitationRecord {
    type Error = StoreError;

    fn try_from(row: InvitationRow) -> Result<Self, StoreError> {
        let guest = Uuid::from_slice(&row.guest_oid).map_err(|_| StoreError::Unreadable("an invitation"))?;
        Ok(Self {
            id: row.id,
            guest: GuestId(guest),
            mail: row.mail,
            redeem_url: row.redeem_url,
            redirect_url: row.redirect_url,
            sent_message: row.sent_message,
            message: row.message,
            language: row.language,
            kind: InvitationKind::from_code(row.kind)?,
            made_by: row.made_by,
            made_at: from_micros(row.made_at),
            superseded_at: row.superseded_at.map(from_micros),
        })
    }
}

const OF_GUESTS: &str = "\
    SELECT i.id, i.guest_oid, i.mail, i.redeem_url, i.redirect_url, i.sent_message, i.message, i.language, i.kind, \
           i.made_by, i.made_at, i.superseded_at \
      FROM json_each(?1) wanted CROSS JOIN invitation i ON i.guest_oid = unhex(wanted.value) \
     ORDER BY i.n";

impl Archive {
    /// The invitations made here for one guest, oldest first.
    pub async fn list_invitations(&self, guest: GuestId) -> Result<Vec<InvitationRecord>, StoreError> {
        self.load_invitations_of([guest]).await
    }

    /// The invitation whose link works now, if it was made here.
    pub async fn load_live_invitation(&self, guest: GuestId) -> Result<Option<InvitationRecord>, StoreError> {
        let mut invitations = self.list_invitations(guest).await?;
        invitations.retain(|invitation| invitation.superseded_at.is_none());
        Ok(invitations.pop())
    }

    pub(crate) async fn load_invitations_of(
        &self,
        guests: impl IntoIterator<Item = GuestId>,
    ) -> Result<Vec<InvitationRecord>, StoreError> {
        let ids: Vec<String> = guests
            .into_iter()
            .map(|guest| guest.0.simple().to_string())
            .collect();
        let wanted = serde_json::Value::from(ids).to_string();
        let rows: Vec<InvitationRow> = sqlx::query_as(OF_GUESTS)
            .bind(wanted)
            .fetch_all(&self.inner.readers)
            .await?;
        rows.into_iter().map(InvitationRecord::try_from).collect()
    }
}

impl WriteTx {
    /// Writes an invitation and marks the guest's earlier ones as superseded, for their links stop working.
    pub async fn save_invitation(&mut self, invitation: &InvitationRecord) -> Result<(), StoreError> {
        let guest = invitation.guest.0.as_bytes().to_vec();
        sqlx::query(
            "UPDATE invitation SET superseded_at = ?1 WHERE guest_oid = ?2 AND superseded_at IS NULL",
        )
        .bind(micros(invitation.made_at))
        .bind(&guest)
        .execute(self.connection()?)
        .await?;
        sqlx::query(
            "INSERT INTO invitation(id, guest_oid, mail, redeem_url, redirect_url, sent_message, message, language, \
             kind, made_by, made_at, superseded_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )
        .bind(&invitation.id)
        .bind(&guest)
        .bind(&invitation.mail)
        .bind(&invitation.redeem_url)
        .bind(&invitation.redirect_url)
        .bind(invitation.sent_message)
        .bind(&invitation.message)
        .bind(&invitation.language)
        .bind(invitation.kind.code())
        .bind(&invitation.made_by)
        .bind(micros(invitation.made_at))
        .bind(invitation.superseded_at.map(micros))
        .execute(self.connection()?)
        .await?;
        let key: Option<i64> = sqlx::query_scalar("SELECT id FROM entity WHERE oid = ?1")
            .bind(guest)
            .fetch_optional(self.connection()?)
            .await?;
        self.touched.extend(key);
        Ok(())
    }
}
