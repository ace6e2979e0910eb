//! Bad days: throttling, sickness, wrong answers, expired links, missing rights.

use chrono::TimeDelta;
use rstest::rstest;
use usher_graph::{GraphError, Unexpected};
use usher_sandbox::{
    faults::Trouble,
    world::{NewSignIn, apps},
};
use usher_store::{ArchiveKey, ArchiveLocation, Coverage, Log, OpenOptions, StoreError, TenantId};
use usher_sync::{Reading, SyncError};

use crate::stage::{Held, Stage, held, start_of_test};

const GUESTS: &str = "/graph/v1.0/users";
const AUDITS: &str = "/graph/v1.0/auditLogs/directoryAudits";
const SIGN_INS: &str = "/graph/beta/auditLogs/signIns";

#[rstest]
#[case::storm_with_a_wait(Trouble::TooManyRequests { retry_after: Some("7".into()) }, 5)]
#[case::storm_with_a_fraction(Trouble::TooManyRequests { retry_after: Some("2.5".into()) }, 5)]
#[case::storm_without_a_wait(Trouble::TooManyRequests { retry_after: None }, 5)]
#[case::sick(Trouble::ServiceUnavailable { status: 503, retry_after: Some("3".into()) }, 2)]
#[case::sick_for_longer(Trouble::ServiceUnavailable { status: 504, retry_after: None }, 4)]
#[case::cut_off(Trouble::CutConnection { after_bytes: 300 }, 2)]
#[case::half_a_body(Trouble::TruncatedBody {}, 2)]
#[case::one_token_expired(Trouble::TokenExpired {}, 1)]
#[tokio::test]
async fn a_bad_hour_changes_no_row(#[case] trouble: Trouble, #[case] times: u32) {
    let stage = Stage::new(60).await;
    let undisturbed = stage.archive(1).await;
    stage.complete(&undisturbed).await;
    let expected = held(&undisturbed).await;

    for (name, prefix) in [(2, GUESTS), (3, AUDITS), (4, SIGN_INS)] {
        // The list of guests knows no smaller windows: it asks three times in all.
        let times = if prefix.ends_with("users") {
            times.min(2)
        } else {
            times
        };
        stage.fault(trouble.clone()).on(prefix).times(times).strike();
        let archive = stage.archive(name).await;
        let report = stage.complete(&archive).await;
        stage.calm();
        assert_eq!(
            (report.audits.reading, report.sign_ins.reading),
            (Reading::Read, Reading::Read)
        );
        assert!(held(&archive).await == expected, "{trouble:?} on {prefix}");
    }
}

#[tokio::test]
async fn a_window_that_is_too_much_is_halved() {
    let stage = Stage::new(60).await;
    let archive = stage.archive(1).await;
    let calm = stage.complete(&archive).await;
    let expected = held(&archive).await;

    let archive = stage.archive(2).await;
    // Three windows are read at once and each is tried three times: of seven failures one of them gets its third,
    // however the seven fall.
    stage
        .fault(Trouble::ServiceUnavailable {
            status: 504,
            retry_after: None,
        })
        .on(SIGN_INS)
        .after(1)
        .times(7)
        .strike();
    let report = stage.complete(&archive).await;
    assert!(
        report.sign_ins.pages > calm.sign_ins.pages,
        "smaller windows are more pages"
    );
    assert!(held(&archive).await == expected);
}

#[tokio::test]
async fn a_service_that_stays_away_ends_the_sync_and_loses_nothing() {
    let stage = Stage::new(60).await;
    let archive = stage.archive(1).await;
    stage
        .fault(Trouble::ServiceUnavailable {
            status: 503,
            retry_after: None,
        })
        .on(SIGN_INS)
        .after(2)
        .strike();
    let ended = stage.run(&archive).await;
    let Err(SyncError::Graph(GraphError::Unavailable { status: 503, trace })) = ended else {
        panic!("{ended:?}");
    };
    assert!(trace.request_id.is_some(), "the error names the request");
    assert!(archive.load_size().await.unwrap().guests > 0);
    let states: Vec<Coverage> = archive
        .load_coverage(Log::SignIn)
        .await
        .unwrap()
        .iter()
        .map(|slice| slice.coverage)
        .collect();
    assert!(
        states.contains(&Coverage::Complete),
        "the windows before are held: {states:?}"
    );
    stage.calm();
    stage.complete(&archive).await;
}

#[tokio::test]
async fn a_log_that_cannot_be_read_does_not_keep_the_guests_out() {
    // Several pages of guests, and a log that fails long before their end.
    let stage = Stage::new(1_300).await;
    stage
        .fault(Trouble::HtmlPage { status: 200 })
        .on(SIGN_INS)
        .strike();
    let archive = stage.archive(1).await;
    let ended = stage.run(&archive).await;
    assert!(
        matches!(ended, Err(SyncError::Graph(GraphError::UnexpectedAnswer { .. }))),
        "the cause is told, not what followed from it: {ended:?}"
    );
    let facts = archive.load_tenant().await.unwrap();
    assert!(facts.guests_read_at.is_some() && facts.last_sync_at.is_none());

    stage.calm();
    let whole = stage.archive(2).await;
    stage.complete(&whole).await;
    let guests = async |archive: &usher_store::Archive| archive.load_size().await.unwrap().guests;
    assert_eq!(guests(&archive).await, guests(&whole).await);
}

#[tokio::test]
async fn guests_that_cannot_be_read_end_the_logs_as_well() {
    let stage = Stage::new(60).await;
    stage.fault(Trouble::HtmlPage { status: 200 }).on(GUESTS).strike();
    let archive = stage.archive(1).await;
    let ended = stage.run(&archive).await;
    assert!(
        matches!(
            ended,
            Err(SyncError::Graph(GraphError::UnexpectedAnswer {
                what: Unexpected::Html,
                ..
            }))
        ),
        "{ended:?}"
    );
    let held = archive.load_coverage(Log::SignIn).await.unwrap();
    let days: i64 = held
        .iter()
        .filter(|slice| slice.coverage == Coverage::Complete)
        .map(|slice| (slice.until - slice.from).num_days())
        .sum();
    assert!(days < 29, "the log was read to its end: {days} days");
    stage.calm();
    stage.complete(&archive).await;
}

/// While Graph lets the guests wait, the tenant goes on; what its logs say of these guests must not be missing.
#[tokio::test]
async fn logs_reach_as_far_as_the_guests_that_came_late() {
    let stage = Stage::new(60).await;
    stage
        .fault(Trouble::TooManyRequests {
            retry_after: Some("600".into()),
        })
        .on(GUESTS)
        .times(1)
        .strike();
    let archive = stage.archive(1).await;
    let began = stage.clock().now();
    stage.complete(&archive).await;
    let read_at = archive.load_tenant().await.unwrap().guests_read_at.unwrap();
    assert!(read_at - began > TimeDelta::minutes(9), "nobody waited");
    for log in [Log::Audit, Log::SignIn] {
        let held = archive.load_coverage(log).await.unwrap();
        let newest = held
            .iter()
            .filter(|slice| slice.coverage == Coverage::Complete)
            .map(|slice| slice.until)
            .max();
        assert!(
            newest >= Some(read_at),
            "{log:?} is held until {newest:?}, the guests until {read_at}"
        );
    }
}

#[tokio::test]
async fn expired_links_begin_their_window_anew() {
    // Enough rows for windows of several pages.
    let stage = Stage::new(900).await;
    let archive = stage.archive(1).await;
    stage.complete(&archive).await;
    let size = archive.load_size().await.unwrap();

    stage
        .fault(Trouble::ExpiredSkipToken {})
        .on(SIGN_INS)
        .times(1)
        .strike();
    let archive = stage.archive(2).await;
    stage.complete(&archive).await;
    assert!(
        stage.sandbox.state().faults().all().is_empty(),
        "no link expired: the test proves nothing"
    );
    let again = archive.load_size().await.unwrap();
    assert_eq!((again.audits, again.sign_ins), (size.audits, size.sign_ins));
}

#[tokio::test]
async fn a_web_page_instead_of_json_is_named_as_one() {
    let stage = Stage::new(60).await;
    let archive = stage.archive(1).await;
    stage
        .fault(Trouble::HtmlPage { status: 200 })
        .on(AUDITS)
        .after(1)
        .strike();
    let ended = stage.run(&archive).await;
    assert!(
        matches!(
            ended,
            Err(SyncError::Graph(GraphError::UnexpectedAnswer {
                what: Unexpected::Html,
                ..
            }))
        ),
        "{ended:?}"
    );
    stage.calm();
    stage.complete(&archive).await;
}

#[tokio::test]
async fn waiting_for_graph_shows_in_the_progress() {
    let stage = Stage::new(20).await;
    let archive = stage.archive(1).await;
    stage
        .fault(Trouble::TooManyRequests {
            retry_after: Some("30".into()),
        })
        .on(AUDITS)
        .times(1)
        .strike();
    let sync = stage.sync(&archive);
    let mut watcher = sync.progress();
    let watching = tokio::spawn(async move {
        let waiting = watcher
            .wait_for(|progress| progress.waiting_until.is_some())
            .await;
        waiting.map(|progress| progress.waiting_until).ok().flatten()
    });
    sync.run(tokio_util::sync::CancellationToken::new())
        .await
        .unwrap();
    let until = watching.await.unwrap().expect("it waited");
    assert!(until >= start_of_test() + chrono::TimeDelta::seconds(29));
}

#[tokio::test]
async fn a_full_disk_ends_the_sync_and_what_was_written_stays() {
    let stage = Stage::new(300).await;
    let location = ArchiveLocation::in_data_dir(stage.folder.path(), TenantId(uuid::Uuid::from_u128(1)));
    let key = ArchiveKey::new([7; 32]);
    let small = OpenOptions {
        size_limit_bytes: Some(1_200_000),
        ..OpenOptions::read_write(start_of_test())
    };
    let archive = usher_store::Archive::open(location, &key, small).await.unwrap();
    let ended = stage.run(&archive).await;
    assert!(
        matches!(ended, Err(SyncError::Store(StoreError::DiskFull))),
        "{ended:?}"
    );
    archive.close().await;

    let archive = stage.archive(1).await;
    archive.check().await.unwrap();
    assert!(archive.load_size().await.unwrap().guests > 0);
    stage.complete(&archive).await;
}

#[tokio::test]
async fn rows_that_come_late_are_found_by_the_next_sync() {
    let stage = Stage::new(60).await;
    let archive = stage.archive(1).await;
    // A guest tries now, and the tenant's log shows it only in 30 hours.
    stage.fault(Trouble::LogLag { seconds: 30 * 3600 }).strike();
    {
        let state = stage.sandbox.state();
        let mut world = state.world();
        let tried = {
            let guest = world.users().find(|user| user.is_guest()).expect("a guest");
            NewSignIn::new(
                state.clock().now(),
                guest,
                None,
                50074,
                apps::MY_APPS,
                uuid::Uuid::nil(),
            )
        };
        world.append_sign_in(tried);
    }
    stage.complete(&archive).await;
    let early = archive.load_size().await.unwrap();

    stage.sandbox.clock().advance(TimeDelta::hours(31));
    let report = stage.complete(&archive).await;
    let late = archive.load_size().await.unwrap();
    assert_eq!(late.sign_ins, early.sign_ins + report.sign_ins.saved.new);
    let fresh = stage.archive(2).await;
    stage.complete(&fresh).await;
    let newest = |held: Held| {
        held.guests
            .into_iter()
            .flat_map(|(_, rows)| rows)
            .filter(|row| row.contains("50074"))
            .count()
    };
    assert_eq!(newest(held(&archive).await), newest(held(&fresh).await));
    assert!(
        report.sign_ins.saved.new >= 1,
        "nothing came late: the test proves nothing"
    );
}
