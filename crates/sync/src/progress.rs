//! How far a sync is: whole snapshots on a watch channel, at most ten times a second.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;
use usher_clock::SharedClock;
use usher_store::Log;

/// What a sync is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SyncPhase {
    /// Asking the tenant who it is.
    #[default]
    Connecting,
    /// Reading the guests, and the logs beside them.
    Guests,
    /// Reading the bin, and the logs beside it.
    DeletedGuests,
    /// Reading what is left of audits and sign-ins, newest first.
    Logs,
    /// Done, stopped or failed.
    Ended,
}

/// A whole picture of a running sync.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SyncProgress {
    /// What is being done.
    pub phase: SyncPhase,
    /// Guests read.
    pub guests: u64,
    /// Audit rows read.
    pub audits: u64,
    /// Sign-in rows read.
    pub sign_ins: u64,
    /// Pages read in this phase; of the logs, those read beside the guests as well.
    pub pages: u64,
    /// Pages this phase is expected to take, as far as can be told from the time already covered.
    pub pages_expected: Option<u64>,
    /// Rows a second in this phase.
    pub rows_per_second: f64,
    /// Seconds this phase is expected to take longer.
    pub seconds_left: Option<u64>,
    /// Microsoft asked to wait until then.
    pub waiting_until: Option<DateTime<Utc>>,
}

const SHORTEST_PAUSE: Duration = Duration::from_millis(100);

/// Collects what happens and publishes pictures of it.
#[derive(Debug)]
pub(crate) struct Reporter {
    clock: SharedClock,
    publish: watch::Sender<SyncProgress>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    now: SyncProgress,
    phase_began: Option<DateTime<Utc>>,
    phase_rows: u64,
    published: Option<DateTime<Utc>>,
    /// When reading the logs began: while the guests were still being read.
    logs_began: Option<DateTime<Utc>>,
    log_pages: u64,
    /// Time to cover and covered, both logs together.
    to_cover: TimeDelta,
    covered: TimeDelta,
}

impl Reporter {
    pub(crate) fn new(clock: SharedClock) -> (Self, watch::Receiver<SyncProgress>) {
        let (publish, watcher) = watch::channel(SyncProgress::default());
        (
            Self {
                clock,
                publish,
                state: Mutex::default(),
            },
            watcher,
        )
    }

    pub(crate) fn begin(&self, phase: SyncPhase) {
        self.change(true, |state, now| {
            if phase == SyncPhase::Connecting {
                // The same sync may run again.
                *state = State::default();
            }
            let (began, pages, rows) = match (phase, state.logs_began) {
                // Much of them may have come beside the guests.
                (SyncPhase::Logs, Some(began)) => {
                    (began, state.log_pages, state.now.audits + state.now.sign_ins)
                }
                _ => (now, 0, 0),
            };
            state.now = SyncProgress {
                phase,
                pages,
                guests: state.now.guests,
                audits: state.now.audits,
                sign_ins: state.now.sign_ins,
                waiting_until: state.now.waiting_until,
                ..SyncProgress::default()
            };
            state.phase_began = Some(began);
            state.phase_rows = rows;
        });
    }

    pub(crate) fn expect_span(&self, span: TimeDelta) {
        self.change(false, |state, now| {
            state.logs_began.get_or_insert(now);
            state.to_cover += span;
        });
    }

    pub(crate) fn covered(&self, span: TimeDelta) {
        self.change(false, |state, _| state.covered += span);
    }

    pub(crate) fn guests(&self, rows: u64) {
        self.change(false, |state, _| {
            state.now.guests += rows;
            state.now.pages += 1;
            state.phase_rows += rows;
        });
    }

    pub(crate) fn page(&self, log: Log, rows: u64) {
        self.change(false, |state, _| {
            match log {
                Log::Audit => state.now.audits += rows,
                Log::SignIn => state.now.sign_ins += rows,
            }
            state.log_pages += 1;
            if state.now.phase == SyncPhase::Logs {
                state.now.pages += 1;
                state.phase_rows += rows;
            }
        });
    }

    pub(crate) fn waiting(&self, until: Option<DateTime<Utc>>) {
        self.change(true, |state, _| state.now.waiting_until = until);
    }

    /// Applies a change; publishes at once if it is `important`, else when the last picture is old enough.
    fn change(&self, important: bool, apply: impl FnOnce(&mut State, DateTime<Utc>)) {
        let now = self.clock.now();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        apply(&mut state, now);
        let is_old = state
            .published
            .is_none_or(|at| (now - at).to_std().unwrap_or(SHORTEST_PAUSE) >= SHORTEST_PAUSE);
        if important || is_old {
            state.estimate(now);
            state.published = Some(now);
            self.publish.send_replace(state.now.clone());
        }
    }
}

impl State {
    /// Works out rate, expected pages and time left from what was covered so far.
    fn estimate(&mut self, now: DateTime<Utc>) {
        let seconds = self
            .phase_began
            .map_or(0.0, |began| (now - began).as_seconds_f64());
        self.now.rows_per_second = if seconds > 0.0 {
            self.phase_rows as f64 / seconds
        } else {
            0.0
        };
        let share = self.covered.as_seconds_f64() / self.to_cover.as_seconds_f64().max(1.0);
        if self.now.phase == SyncPhase::Logs && share > 0.0 {
            let share = share.min(1.0);
            self.now.pages_expected =
                Some(((self.now.pages as f64 / share).round() as u64).max(self.now.pages));
            self.now.seconds_left = Some((seconds / share - seconds).round() as u64);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use usher_clock::Clock as _;
    use usher_testkit::FakeClock;

    use super::*;

    fn at_ten() -> FakeClock {
        FakeClock::at("2026-11-23T10:00:00Z".parse().unwrap())
    }

    #[test]
    fn pictures_come_at_most_ten_times_a_second() {
        let clock = at_ten();
        let (reporter, mut watcher) = Reporter::new(Arc::new(clock.clone()));
        reporter.begin(SyncPhase::Guests);
        let mut pictures = 0;
        for _ in 0..1000 {
            clock.advance(Duration::from_millis(10));
            reporter.guests(100);
            if watcher.has_changed().unwrap() {
                watcher.borrow_and_update();
                pictures += 1;
            }
        }
        assert!((90..=101).contains(&pictures), "{pictures} in ten seconds");
        let last = watcher.borrow().clone();
        assert!(
            last.rows_per_second > 9_000.0 && last.rows_per_second < 11_000.0,
            "{last:?}"
        );
    }

    #[test]
    fn what_is_left_follows_from_the_time_covered() {
        let clock = at_ten();
        let (reporter, watcher) = Reporter::new(Arc::new(clock.clone()));
        reporter.begin(SyncPhase::Logs);
        reporter.expect_span(TimeDelta::days(30));
        reporter.expect_span(TimeDelta::days(30));
        for _ in 0..10 {
            clock.advance(Duration::from_secs(2));
            reporter.page(Log::Audit, 1000);
        }
        assert_eq!(
            watcher.borrow().pages_expected,
            None,
            "nothing covered, nothing known"
        );
        reporter.covered(TimeDelta::days(15));
        clock.advance(Duration::from_secs(1));
        reporter.page(Log::SignIn, 500);
        let now = watcher.borrow().clone();
        assert_eq!((now.audits, now.sign_ins, now.pages), (10_000, 500, 11));
        assert_eq!(now.pages_expected, Some(44));
        assert_eq!(now.seconds_left, Some(63));
    }

    #[test]
    fn pages_of_logs_that_came_beside_the_guests_count_in_their_own_phase() {
        let clock = at_ten();
        let (reporter, watcher) = Reporter::new(Arc::new(clock.clone()));
        reporter.begin(SyncPhase::Guests);
        reporter.expect_span(TimeDelta::days(30));
        for _ in 0..5 {
            clock.advance(Duration::from_secs(2));
            reporter.guests(500);
            reporter.page(Log::Audit, 1000);
        }
        clock.advance(Duration::from_secs(2));
        reporter.covered(TimeDelta::days(10));
        let now = watcher.borrow().clone();
        assert_eq!((now.pages, now.guests, now.audits), (5, 2500, 5000));
        assert_eq!(now.pages_expected, None, "nobody knows how many guests there are");

        reporter.begin(SyncPhase::Logs);
        let now = watcher.borrow().clone();
        assert_eq!(
            (now.pages, now.pages_expected, now.seconds_left),
            (5, Some(15), Some(24))
        );
        assert!((now.rows_per_second - 5000.0 / 12.0).abs() < 1.0, "{now:?}");
    }

    #[test]
    fn waiting_shows_at_once_and_survives_a_new_phase() {
        let clock = at_ten();
        let (reporter, watcher) = Reporter::new(Arc::new(clock.clone()));
        let until = clock.now() + TimeDelta::seconds(12);
        reporter.waiting(Some(until));
        assert_eq!(watcher.borrow().waiting_until, Some(until));
        reporter.begin(SyncPhase::Logs);
        assert_eq!(watcher.borrow().waiting_until, Some(until));
        reporter.waiting(None);
        assert_eq!(watcher.borrow().waiting_until, None);
    }
}
