//! Moving the clock, and what happens on the way.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use crate::{SandboxState, seed, world::UserId};

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EventView {
    /// When it happened.
    pub at: DateTime<Utc>,
    /// To whom.
    pub guest: Option<UserId>,
    /// In a sentence, for a toast.
    pub text: String,
}

/// Where the clock stands, and what happened meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClockMove {
    /// What the clock shows now.
    pub now: DateTime<Utc>,
    /// What happened, in order.
    pub events: Vec<EventView>,
}

impl SandboxState {
    /// Moves the clock forward and lets everything happen that was due on the way.
    pub fn advance(&self, span: TimeDelta) -> ClockMove {
        self.clock().advance(span);
        let events = self.catch_up();
        ClockMove {
            now: self.clock().now(),
            events,
        }
    }

    /// Moves the clock to the next thing that is due. Without any it stays.
    pub fn advance_to_next_event(&self) -> ClockMove {
        let now = self.clock().now();
        let due = {
            let world = self.world();
            let next = world.due_events().first().map(|event| event.at);
            next.into_iter().chain(world.next_lifecycle_deletion()).min()
        };
        // One second on, so that the instant itself has passed.
        self.advance(due.map_or(TimeDelta::zero(), |at| {
            (at - now).max(TimeDelta::zero()) + TimeDelta::seconds(1)
        }))
    }

    /// Lets everything happen whose time has come; time also passes by itself.
    pub(crate) fn catch_up(&self) -> Vec<EventView> {
        let mut world = self.world();
        let mut events: Vec<EventView> = seed::run_due(&mut world)
            .into_iter()
            .map(|happened| EventView {
                at: happened.at,
                guest: happened.guest,
                text: happened.text,
            })
            .collect();
        let at = world.now();
        for guest in world.apply_lifecycle_policy() {
            let name = world
                .user(guest)
                .map_or("A guest", |user| user.display_name.as_str());
            let text = format!("The guest lifecycle policy deleted {name}, who had not redeemed in time");
            events.push(EventView {
                at,
                guest: Some(guest),
                text,
            });
        }
        events
    }
}
