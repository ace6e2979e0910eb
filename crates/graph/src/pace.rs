//! Keeping within what the reporting endpoints allow ("Microsoft Graph service-specific throttling limits",
//! identity and access reports): asking more often only makes every answer later.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use usher_clock::Clock;

/// How often report endpoints may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportPace {
    reports: Option<Limit>,
    activity: Option<Limit>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Limit {
    requests: usize,
    within: TimeDelta,
}

impl ReportPace {
    /// Entra's limits: 5 requests in 10 seconds for logs, 10 in a minute for sign-in activity, per app and
    /// tenant.
    pub fn entra() -> Self {
        Self {
            reports: Some(Limit {
                requests: 5,
                within: TimeDelta::seconds(10),
            }),
            activity: Some(Limit {
                requests: 10,
                within: TimeDelta::minutes(1),
            }),
        }
    }

    /// No limit, for the sandbox on this computer.
    pub fn unlimited() -> Self {
        Self {
            reports: None,
            activity: None,
        }
    }
}

/// Which limit a request counts against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    /// The directory: its limits are far above what Usher asks.
    Directory,
    /// Audit and sign-in logs.
    Report,
    /// Users with their sign-in activity.
    Activity,
}

/// Lets requests through at the pace agreed.
#[derive(Debug)]
pub(crate) struct Turnstile {
    reports: Gate,
    activity: Gate,
}

impl Turnstile {
    pub(crate) fn new(pace: ReportPace) -> Self {
        Self {
            reports: Gate::new(pace.reports),
            activity: Gate::new(pace.activity),
        }
    }

    /// Waits until a request of this lane may go. Cancel safe: a request that does not go is not counted.
    pub(crate) async fn pass(&self, lane: Lane, clock: &dyn Clock) {
        match lane {
            Lane::Directory => {}
            Lane::Report => self.reports.pass(clock).await,
            Lane::Activity => self.activity.pass(clock).await,
        }
    }
}

#[derive(Debug)]
struct Gate {
    limit: Option<Limit>,
    passed: Mutex<VecDeque<DateTime<Utc>>>,
}

impl Gate {
    fn new(limit: Option<Limit>) -> Self {
        Self {
            limit,
            passed: Mutex::default(),
        }
    }

    async fn pass(&self, clock: &dyn Clock) {
        let Some(limit) = self.limit else { return };
        while let Some(wait) = self.take_turn(limit, clock.now()) {
            clock.sleep(wait).await;
        }
    }

    /// Takes a turn at `now`, or says how long to wait for one.
    fn take_turn(&self, limit: Limit, now: DateTime<Utc>) -> Option<Duration> {
        let mut passed = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back must not close the gate for good.
        passed.retain(|at| *at <= now && now - *at < limit.within);
        if passed.len() < limit.requests {
            passed.push_back(now);
            return None;
        }
        let opens = *passed.front()? + limit.within;

        Some(
            (opens - now)
                .to_std()
                .unwrap_or(Duration::ZERO)
                .max(Duration::from_millis(1)),
        )
    }
}

#[cfg(test)]
mod tests {
    use usher_testkit::FakeClock;

    use super::*;

    #[tokio::test]
    async fn the_sixth_report_request_waits_until_the_first_is_ten_seconds_old() {
        let start = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let clock = FakeClock::at(start);
        let turnstile = Turnstile::new(ReportPace::entra());

        for _ in 0..5 {
            turnstile.pass(Lane::Report, &clock).await;
        }
        assert_eq!(clock.now(), start);

        turnstile.pass(Lane::Directory, &clock).await;
        turnstile.pass(Lane::Activity, &clock).await;
        assert_eq!(clock.now(), start, "other lanes are not held up");

        turnstile.pass(Lane::Report, &clock).await;
        assert_eq!(clock.now(), start + TimeDelta::seconds(10));
    }

    #[tokio::test]
    async fn a_clock_set_back_does_not_close_the_gate() {
        let gate = Gate::new(ReportPace::entra().reports);
        let later = FakeClock::at(DateTime::from_timestamp(1_800_000_000, 0).unwrap());
        for _ in 0..5 {
            gate.pass(&later).await;
        }

        let earlier = FakeClock::at(DateTime::from_timestamp(1_700_000_000, 0).unwrap());
        gate.pass(&earlier).await;

        assert_eq!(earlier.now().timestamp(), 1_700_000_000);
    }

    #[tokio::test]
    async fn the_sandbox_is_not_held_up() {
        let start = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let clock = FakeClock::at(start);
        let turnstile = Turnstile::new(ReportPace::unlimited());

        for _ in 0..50 {
            turnstile.pass(Lane::Report, &clock).await;
        }

        assert_eq!(clock.now(), start);
    }
}
