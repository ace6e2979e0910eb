use rstest::rstest;
use usher_store::{Log, Source};

use super::*;

fn hour(n: i64) -> DateTime<Utc> {
    "2026-11-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::hours(n)
}

/// Hours since the first of the month; 1000 is "now".
const NOW: i64 = 1000;
/// Ten days before now.
const HORIZON: i64 = NOW - 240;

fn slice(from: i64, until: i64, coverage: Coverage) -> Slice {
    Slice {
        log: Log::Audit,
        from: hour(from),
        until: hour(until),
        coverage,
        source: Source::Api,
        fetched_at: hour(until),
    }
}

fn hours(windows: &[Window]) -> Vec<(i64, i64)> {
    let since = |at: DateTime<Utc>| (at - hour(0)).num_hours();
    windows
        .iter()
        .map(|window| (since(window.from), since(window.until)))
        .collect()
}

use Coverage::{Complete, Gone, Partial};

const LOOK_BACK: i64 = NOW - LOOK_BACK_DAYS * 24;

#[rstest]
#[case::nothing_held(&[], &[(HORIZON, NOW)], &[], &[(LOOK_BACK, HORIZON)])]
#[case::synced_just_now(&[slice(500, NOW, Complete)], &[(NOW - 48, NOW)], &[(NOW - 48, NOW)], &[(LOOK_BACK, 500)])]
#[case::synced_long_ago(
    &[slice(500, 900, Complete)], &[(852, NOW)], &[(852, 900)], &[(LOOK_BACK, 500)]
)]
#[case::a_hole_between(
    &[slice(700, 800, Complete), slice(850, NOW, Complete)],
    &[(NOW - 48, NOW), (800, 850)],
    &[(NOW - 48, NOW)],
    &[(LOOK_BACK, 700)],
)]
#[case::a_window_left_half(
    &[slice(760, 900, Complete), slice(900, 920, Partial), slice(920, NOW, Complete)],
    &[(NOW - 48, NOW), (900, 920)],
    &[(NOW - 48, NOW)],
    &[(LOOK_BACK, HORIZON)],
)]
#[case::what_the_tenant_forgot_is_gone(
    &[slice(600, 650, Complete), slice(650, 700, Partial), slice(700, NOW, Complete)],
    &[(NOW - 48, NOW)],
    &[(NOW - 48, NOW)],
    &[(LOOK_BACK, 600), (650, 700)],
)]
#[case::gone_is_not_asked_for_again_but_stays_gone(
    &[slice(LOOK_BACK, HORIZON, Gone), slice(HORIZON, NOW, Complete)],
    &[(NOW - 48, NOW)],
    &[(NOW - 48, NOW)],
    &[(LOOK_BACK, HORIZON)],
)]
#[case::longer_than_the_retention_ago(&[slice(100, 500, Complete)], &[(HORIZON, NOW)], &[], &[(LOOK_BACK, 100), (500, HORIZON)])]
#[case::a_clock_that_went_back(
    &[slice(700, NOW + 100, Complete)], &[(NOW - 48, NOW)], &[(NOW - 48, NOW)], &[(LOOK_BACK, 700)]
)]
fn a_plan_fetches_what_is_not_held(
    #[case] held: &[Slice],
    #[case] fetch: &[(i64, i64)],
    #[case] again: &[(i64, i64)],
    #[case] gone: &[(i64, i64)],
) {
    let plan = plan_log(held, 10, hour(NOW));
    assert_eq!(hours(&plan.fetch), fetch, "fetch");
    assert_eq!(hours(&plan.again), again, "again");
    assert_eq!(hours(&plan.gone), gone, "gone");
    let mut shuffled = held.to_vec();
    shuffled.reverse();
    assert_eq!(
        plan_log(&shuffled, 10, hour(NOW)),
        plan,
        "the order of slices means nothing"
    );
}

fn plan(fetch: &[(i64, i64)]) -> LogPlan {
    let fetch = fetch
        .iter()
        .map(|(from, until)| Window {
            from: hour(*from),
            until: hour(*until),
        })
        .collect();
    LogPlan {
        fetch,
        ..LogPlan::default()
    }
}

fn cut(mut cutter: Cutter, pages: u32) -> Vec<(i64, i64)> {
    let mut windows = Vec::new();
    while let Some(window) = cutter.next_window() {
        windows.push(window);
        cutter.completed(pages);
    }
    hours(&windows)
}

#[test]
fn windows_widen_where_there_is_little() {
    let cutter = Cutter::new(&plan(&[(900, 1000)]));
    assert_eq!(
        cut(cutter, 1),
        [(994, 1000), (982, 994), (958, 982), (910, 958), (900, 910)]
    );
}

#[test]
fn windows_narrow_where_there_is_much_and_stay_where_it_fits() {
    let cutter = Cutter::new(&plan(&[(980, 1000)]));
    assert_eq!(
        cut(cutter.clone(), 80)[..3],
        [(994, 1000), (991, 994), (989, 991)],
        "6 h, 3 h, 1.5 h, …"
    );
    assert_eq!(cut(cutter, 20), [(994, 1000), (988, 994), (982, 988), (980, 982)]);
}

#[test]
fn windows_together_are_the_plan_without_gaps_and_newest_first() {
    let whole = plan(&[(700, 1000), (100, 333)]);
    for pages in [1, 20, 90] {
        let mut windows = cut(Cutter::new(&whole), pages);
        assert!(
            windows.is_sorted_by(|newer, older| newer.0 >= older.1),
            "{pages} pages"
        );
        windows.reverse();
        let covered: i64 = windows.iter().map(|(from, until)| until - from).sum();
        // Windows below an hour round to nothing here; their span is checked exactly below.
        if pages < 90 {
            assert_eq!(covered, 533);
        }
    }
    let mut cutter = Cutter::new(&whole);
    let mut span = TimeDelta::zero();
    while let Some(window) = cutter.next_window() {
        span += window.span();
        cutter.completed(90);
    }
    assert_eq!(span, whole.span());
}

#[test]
fn a_window_with_trouble_comes_again_in_halves_until_it_is_small() {
    let mut cutter = Cutter::new(&plan(&[(900, 1000)]));
    let window = cutter.next_window().unwrap();
    assert!(cutter.halve(window));
    assert_eq!(
        hours(&[cutter.next_window().unwrap(), cutter.next_window().unwrap()]),
        [(997, 1000), (994, 997)]
    );
    let mut window = Window {
        from: hour(10),
        until: hour(11),
    };
    let mut halvings = 0;
    while cutter.halve(window) {
        window = cutter.next_window().unwrap();
        halvings += 1;
    }
    assert_eq!((halvings, window.span()), (2, TimeDelta::minutes(15)));
}

#[test]
fn a_window_put_back_comes_first() {
    let mut cutter = Cutter::new(&plan(&[(990, 1000)]));
    let window = cutter.next_window().unwrap();
    cutter.put_back(window);
    assert_eq!(cutter.next_window(), Some(window));
    let last = cutter.next_window().unwrap();
    assert_eq!(cutter.next_window(), None);
    cutter.put_back(last);
    assert_eq!(cutter.next_window(), Some(last));
}
