//! The sandbox's own clock: starts where it is told, ticks with real time, can be moved forward.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Instant,
};

use chrono::{DateTime, TimeDelta, Utc};

/// A clock that everything in the sandbox follows: rows, mails, deadlines, token lifetimes, the `Date` header.
///
/// Clones share one clock.
#[derive(Debug, Clone)]
pub struct SandboxClock {
    started_at: DateTime<Utc>,
    started: Instant,
    moved_milliseconds: Arc<AtomicI64>,
}

impl SandboxClock {
    /// A clock that shows `now` at this moment.
    pub fn starting_at(now: DateTime<Utc>) -> Self {
        Self {
            started_at: now,
            started: Instant::now(),
            moved_milliseconds: Arc::default(),
        }
    }

    /// A clock that shows the computer's time.
    #[expect(
        clippy::disallowed_methods,
        reason = "the sandbox's clock starts from the computer's where nobody sets it"
    )]
    pub fn starting_now() -> Self {
        Self::starting_at(Utc::now())
    }

    /// What the sandbox takes for the present.
    pub fn now(&self) -> DateTime<Utc> {
        let ticked = TimeDelta::from_std(self.started.elapsed()).unwrap_or_default();
        self.started_at + ticked + TimeDelta::milliseconds(self.moved_milliseconds.load(Ordering::SeqCst))
    }

    /// Moves the clock forward; a negative span is taken for none, for time in the sandbox never runs back.
    pub fn advance(&self, span: TimeDelta) {
        self.moved_milliseconds
            .fetch_add(span.num_milliseconds().max(0), Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_forward_and_never_back() {
        let clock = SandboxClock::starting_at(DateTime::UNIX_EPOCH);
        clock.advance(TimeDelta::days(7));
        let later = clock.now();
        assert!(later >= DateTime::UNIX_EPOCH + TimeDelta::days(7));
        clock.advance(TimeDelta::days(-7));
        assert!(clock.now() >= later);
    }
}
