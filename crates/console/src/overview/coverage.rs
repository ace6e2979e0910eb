//! Which days of the logs are held, and which can still be fetched.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use usher_store::{Coverage, Log, Slice};

use crate::{
    ConsoleError,
    tenant::OpenTenant,
    views::{CoverageDayView, CoverageState, CoverageView},
};

/// Days a tenant keeps its logs where that is not known: with a P1 or P2 licence ("Microsoft Entra data retention").
const RETENTION_DAYS: u32 = 30;

/// Today counts as held up to a reading no older than this.
const FRESH: TimeDelta = TimeDelta::hours(1);

/// The longest range that is shown.
const LONGEST_DAYS: u32 = 3650;

impl OpenTenant {
    /// What is held of the logs in the last `days` days, today included.
    pub(crate) async fn coverage(&self, days: u32) -> Result<CoverageView, ConsoleError> {
        let now = self.now();
        let days = days.clamp(1, LONGEST_DAYS);
        let facts = self.archive.load_tenant().await?;
        let kept_since = now - TimeDelta::days(i64::from(facts.retention_days.unwrap_or(RETENTION_DAYS)));
        let first = now.date_naive() - TimeDelta::days(i64::from(days) - 1);

        let mut views = Vec::new();
        for log in Log::ALL {
            let slices = self.archive.load_coverage(log).await?;
            let rows: HashMap<NaiveDate, u64> = self
                .archive
                .load_rows_per_day(log, midnight(first), now)
                .await?
                .into_iter()
                .map(|day| (day.day.date_naive(), day.rows))
                .collect();
            for day in first.iter_days().take_while(|day| *day <= now.date_naive()) {
                let rows = rows.get(&day).copied().unwrap_or(0);
                let state = day_state(&slices, day, rows, kept_since, now);
                views.push(CoverageDayView {
                    log: log.into(),
                    day,
                    state,
                    rows: rows as u32,
                });
            }
        }
        views.sort_by_key(|view| (view.day, view.log));
        Ok(summary(views, kept_since))
    }
}

fn summary(days: Vec<CoverageDayView>, kept_since: DateTime<Utc>) -> CoverageView {
    let incomplete = |log: Log| {
        days.iter()
            .filter(|day| day.log == log.into() && day.state != CoverageState::Complete)
            .count() as u32
    };
    let fetchable = |day: &&CoverageDayView| {
        matches!(day.state, CoverageState::Missing | CoverageState::Partial) && end_of(day.day) > kept_since
    };
    let mut to_fetch: Vec<NaiveDate> = days.iter().filter(fetchable).map(|day| day.day).collect();
    to_fetch.dedup();
    CoverageView {
        incomplete_sign_in_days: incomplete(Log::SignIn),
        incomplete_audit_days: incomplete(Log::Audit),
        fetchable_days: to_fetch.len() as u32,
        total_days: (days.len() / Log::ALL.len()) as u32,
        days,
    }
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

fn end_of(day: NaiveDate) -> DateTime<Utc> {
    midnight(day) + TimeDelta::days(1)
}

fn day_state(
    slices: &[Slice],
    day: NaiveDate,
    rows: u64,
    kept_since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> CoverageState {
    let (start, end) = (midnight(day), end_of(day));
    let newest = slices.iter().map(|slice| slice.until).max();
    // A running day can be complete only up to the last reading.
    let end = match newest {
        Some(newest) if now < end && now - newest < FRESH => newest.min(end),
        _ => end,
    };
    let held = |coverage: Coverage| covered(slices, coverage, start, end);
    let length = end - start;
    if length <= TimeDelta::zero() || held(Coverage::Complete) >= length {
        return CoverageState::Complete;
    }
    let some = rows > 0 || held(Coverage::Complete) + held(Coverage::Partial) > TimeDelta::zero();
    match (some, end <= kept_since || held(Coverage::Gone) >= length) {
        (true, _) => CoverageState::Partial,
        (false, true) => CoverageState::Gone,
        (false, false) => CoverageState::Missing,
    }
}

/// How much of a span windows of one kind cover. Windows never overlap.
fn covered(slices: &[Slice], coverage: Coverage, start: DateTime<Utc>, end: DateTime<Utc>) -> TimeDelta {
    slices
        .iter()
        .filter(|slice| slice.coverage == coverage)
        .map(|slice| (slice.until.min(end) - slice.from.max(start)).max(TimeDelta::zero()))
        .sum()
}

#[cfg(test)]
mod tests {
    use usher_store::Source;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    fn slice(from: &str, until: &str, coverage: Coverage) -> Slice {
        Slice {
            log: Log::Audit,
            from: at(from),
            until: at(until),
            coverage,
            source: Source::Api,
            fetched_at: at(until),
        }
    }

    fn state(slices: &[Slice], day: &str, rows: u64) -> CoverageState {
        let day = day.parse().expect("a day");
        day_state(
            slices,
            day,
            rows,
            at("2026-10-24T10:00:00Z"),
            at("2026-11-23T10:00:00Z"),
        )
    }

    #[test]
    fn a_day_is_complete_only_as_a_whole() {
        let slices = [
            slice("2026-11-20T00:00:00Z", "2026-11-21T12:00:00Z", Coverage::Complete),
            slice("2026-11-21T12:00:00Z", "2026-11-22T00:00:00Z", Coverage::Partial),
        ];
        assert_eq!(state(&slices, "2026-11-20", 5), CoverageState::Complete);
        assert_eq!(state(&slices, "2026-11-21", 5), CoverageState::Partial);
        assert_eq!(state(&slices, "2026-11-22", 0), CoverageState::Missing);
    }

    #[test]
    fn what_the_tenant_no_longer_has_is_gone_and_not_missing() {
        assert_eq!(state(&[], "2026-10-01", 0), CoverageState::Gone);
        assert_eq!(state(&[], "2026-10-25", 0), CoverageState::Missing);
        assert_eq!(state(&[], "2026-10-01", 3), CoverageState::Partial);
    }

    #[test]
    fn today_is_held_up_to_the_last_reading() {
        let fresh = [slice(
            "2026-11-22T00:00:00Z",
            "2026-11-23T09:58:00Z",
            Coverage::Complete,
        )];
        assert_eq!(state(&fresh, "2026-11-23", 5), CoverageState::Complete);
        let old = [slice(
            "2026-11-22T00:00:00Z",
            "2026-11-23T05:00:00Z",
            Coverage::Complete,
        )];
        assert_eq!(state(&old, "2026-11-23", 5), CoverageState::Partial);
    }
}
