//! Which days of the logs are held, and which can still be fetched.

use std::collections::{BTreeSet, HashMap};

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
        let mut to_fetch = BTreeSet::new();
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
                let (state, fetchable) = judge(&slices, day, rows, kept_since, now);
                views.push(CoverageDayView {
                    log: log.into(),
                    day,
                    state,
                    rows: rows as u32,
                });
                if fetchable {
                    to_fetch.insert(day);
                }
            }
        }
        views.sort_by_key(|view| (view.day, view.log));
        let incomplete = |log: Log| {
            let of_log = views.iter().filter(|day| day.log == log.into());
            of_log.filter(|day| day.state != CoverageState::Complete).count() as u32
        };
        Ok(CoverageView {
            incomplete_sign_in_days: incomplete(Log::SignIn),
            incomplete_audit_days: incomplete(Log::Audit),
            fetchable_days: to_fetch.len() as u32,
            total_days: (views.len() / Log::ALL.len()) as u32,
            days: views,
        })
    }
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

fn end_of(day: NaiveDate) -> DateTime<Utc> {
    midnight(day) + TimeDelta::days(1)
}

/// How a day is held, and whether anything of it can still be fetched.
fn judge(
    slices: &[Slice],
    day: NaiveDate,
    rows: u64,
    kept_since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> (CoverageState, bool) {
    let (start, end) = (midnight(day), end_of(day));
    let newest = slices.iter().map(|slice| slice.until).max();
    // A running day can be complete only up to the last reading.
    let end = match newest {
        Some(newest) if now < end && now - newest < FRESH => newest.min(end),
        _ => end,
    };
    let held = |coverage: Coverage, start: DateTime<Utc>| covered(slices, coverage, start, end);
    let length = end - start;
    if held(Coverage::Complete, start) >= length {
        return (CoverageState::Complete, false);
    }
    // What the tenant still has of the day, but for what is complete here or known to be gone.
    let kept = start.max(kept_since);
    let left = (end - kept) - held(Coverage::Complete, kept) - held(Coverage::Gone, kept);
    let fetchable = left > TimeDelta::zero();
    let some =
        rows > 0 || held(Coverage::Complete, start) + held(Coverage::Partial, start) > TimeDelta::zero();
    let state = match (some, fetchable) {
        (true, _) => CoverageState::Partial,
        (false, true) => CoverageState::Missing,
        (false, false) => CoverageState::Gone,
    };
    (state, fetchable)
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

    fn judged(slices: &[Slice], day: &str, rows: u64) -> (CoverageState, bool) {
        let day = day.parse().expect("a day");
        judge(
            slices,
            day,
            rows,
            at("2026-10-24T10:00:00Z"),
            at("2026-11-23T10:00:00Z"),
        )
    }

    fn state(slices: &[Slice], day: &str, rows: u64) -> CoverageState {
        judged(slices, day, rows).0
    }

    #[test]
    fn a_day_of_which_the_tenant_keeps_only_what_is_held_cannot_be_fetched() {
        let kept = [slice(
            "2026-10-24T10:00:00Z",
            "2026-11-20T00:00:00Z",
            Coverage::Complete,
        )];
        assert_eq!(judged(&kept, "2026-10-24", 3), (CoverageState::Partial, false));
        let half = [slice(
            "2026-10-24T12:00:00Z",
            "2026-11-20T00:00:00Z",
            Coverage::Complete,
        )];
        assert_eq!(judged(&half, "2026-10-24", 3), (CoverageState::Partial, true));
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
