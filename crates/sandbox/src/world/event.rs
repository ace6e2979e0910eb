//! What is going to happen in the tenant when its clock gets there.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{World, id::UserId};

/// Something that is due at an instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DueEvent {
    /// When.
    pub at: DateTime<Utc>,
    /// To whom; none for events of the tenant.
    pub guest: Option<UserId>,
    /// What.
    pub kind: EventKind,
}

/// What can be due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum EventKind {
    /// A pending guest opens the mail and redeems.
    GuestRedeems,
    /// An accepted guest signs in again.
    GuestSignsIn,
    /// A pending guest tries and is stopped as before.
    GuestTriesAgain,
    /// An access review blocks an inactive guest.
    ReviewBlocks,
}

impl World {
    /// What is still to come, soonest first.
    pub fn due_events(&self) -> &[DueEvent] {
        &self.events
    }

    /// Takes out the soonest event, if it is due at `now`.
    pub(crate) fn take_due(&mut self, now: DateTime<Utc>) -> Option<DueEvent> {
        self.events
            .first()
            .is_some_and(|event| event.at <= now)
            .then(|| self.events.remove(0))
    }

    pub(crate) fn schedule(&mut self, event: DueEvent) {
        let place = self.events.partition_point(|other| other.at <= event.at);
        self.events.insert(place, event);
    }
}
