//! What happened to one guest, in order, with a way to each raw row.

use crate::{Archive, EventRef, GuestId, GuestKey, Log, StoreError, sql::json_numbers};

use super::evidence::{AuditEvidence, SignInEvidence};

/// One row of a guest's timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimelineEvent {
    /// Something was done to or by the guest.
    Audit(AuditEvidence),
    /// The guest tried to sign in.
    SignIn(SignInEvidence),
}

impl TimelineEvent {
    /// The row behind it.
    pub fn event(&self) -> EventRef {
        match self {
            Self::Audit(audit) => audit.event,
            Self::SignIn(sign_in) => sign_in.event,
        }
    }
}

/// A log row with everything Graph said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventDetail {
    /// The row.
    pub event: TimelineEvent,
    /// Its raw JSON.
    pub raw: String,
}

impl Archive {
    /// All rows that concern a guest, oldest first; `None` if the guest is not held.
    pub async fn load_timeline(&self, guest: GuestId) -> Result<Option<Vec<TimelineEvent>>, StoreError> {
        let Some(GuestKey(key)) = self.find_guest_key(guest).await? else {
            return Ok(None);
        };
        let wanted = json_numbers([key]);
        let audits = self
            .load_audits_of(&wanted)
            .await?
            .into_iter()
            .map(|(_, audit)| TimelineEvent::Audit(audit));
        let sign_ins = self
            .load_sign_ins_of(&wanted)
            .await?
            .into_iter()
            .map(|(_, sign_in)| TimelineEvent::SignIn(sign_in));
        let mut events: Vec<TimelineEvent> = audits.chain(sign_ins).collect();
        // Both logs number their rows by time. Within a second the audit comes first: what was done explains the
        // attempt that follows.
        events.sort_by_key(|event| {
            let EventRef { log, seq } = event.event();
            (seq >> 33, log == Log::SignIn, seq)
        });
        Ok(Some(events))
    }

    /// As [`load_timeline`](Self::load_timeline), each row with its raw JSON.
    pub async fn load_detailed_timeline(
        &self,
        guest: GuestId,
    ) -> Result<Option<Vec<EventDetail>>, StoreError> {
        let Some(events) = self.load_timeline(guest).await? else {
            return Ok(None);
        };
        let mut details = Vec::with_capacity(events.len());
        for event in events {
            let raw = self
                .load_raw(event.event())
                .await?
                .ok_or(StoreError::Unreadable("a raw row"))?;
            details.push(EventDetail { event, raw });
        }
        Ok(Some(details))
    }
}
