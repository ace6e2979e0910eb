//! A sync without trouble.

use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;
use usher_store::{CohortFilter, Coverage, GuestFilter, Log, Saved};
use usher_sync::{Reading, SyncEnd, SyncPhase};

use crate::stage::{Stage, held};

#[tokio::test]
async fn a_first_sync_holds_everything_the_tenant_shows() {
    let stage = Stage::new(300).await;
    let archive = stage.archive(1).await;
    let report = stage.complete(&archive).await;

    assert_eq!(report.bin, Reading::Read);
    assert_eq!(
        (report.audits.reading, report.sign_ins.reading),
        (Reading::Read, Reading::Read)
    );
    assert_eq!(report.unreadable, 0);
    let size = archive.load_size().await.unwrap();
    assert_eq!(report.audits.saved.new, size.audits);
    assert_eq!(report.sign_ins.saved.new, size.sign_ins);
    assert!(size.audits > 300 && size.sign_ins > 300, "{size:?}");

    // Compared with what the tenant itself holds.
    let state = stage.sandbox.state();
    let (listed, binned) = {
        let world = state.world();
        (
            world.users().filter(|user| user.is_guest()).count(),
            world.deleted_users().count(),
        )
    };
    let now = stage.clock().now();
    assert_eq!(
        archive.count_guests(&GuestFilter::default(), now).await.unwrap(),
        listed as u64
    );
    assert_eq!(size.guests, (listed + binned) as u64);

    let facts = archive.load_tenant().await.unwrap();
    assert_eq!(facts.name.as_deref(), Some("Contoso"));
    assert_eq!(facts.default_domain.as_deref(), Some("contoso.com"));
    assert_eq!(
        facts.initial_domain.as_deref(),
        Some("contosob2b.onmicrosoft.com")
    );
    assert_eq!((facts.retention_days, facts.premium), (Some(30), Some(true)));
    assert_eq!(facts.cloud.as_deref(), Some("sandbox"));
    assert!(facts.last_sync_at.is_some() && facts.guests_read_at.is_some());
    assert!(facts.clock_skew_seconds.is_some());

    for log in Log::ALL {
        let slices = archive.load_coverage(log).await.unwrap();
        let kinds: Vec<Coverage> = slices.iter().map(|slice| slice.coverage).collect();
        assert_eq!(kinds, [Coverage::Gone, Coverage::Complete], "{slices:?}");
        assert_eq!((slices[1].until - slices[1].from).num_days(), 30);
        let rows = archive
            .load_rows_per_day(log, slices[1].from, slices[1].until)
            .await
            .unwrap();
        let counted: u64 = rows.iter().map(|day| day.rows).sum();
        assert_eq!(
            counted,
            if log == Log::Audit {
                size.audits
            } else {
                size.sign_ins
            }
        );
    }
    let everybody = archive.load_snapshot().await.unwrap();
    assert_eq!(
        everybody.funnel(&CohortFilter::default(), now).guests,
        listed as u32
    );
}

#[tokio::test]
async fn every_raw_row_is_the_tenants_own() {
    let stage = Stage::new(40).await;
    let archive = stage.archive(1).await;
    stage.complete(&archive).await;
    let held = held(&archive).await;
    let rows: usize = held.guests.iter().map(|(_, rows)| rows.len()).sum();
    assert!(rows > 100);
    for (guest, rows) in &held.guests {
        for row in rows {
            let value: serde_json::Value = serde_json::from_str(row).expect("whole JSON");
            let id = guest.id.to_string();
            assert!(row.contains(&id), "the row names the guest: {value}");
        }
    }
}

#[tokio::test]
async fn syncing_again_changes_nothing_and_reads_little() {
    let stage = Stage::new(300).await;
    let archive = stage.archive(1).await;
    let first = stage.complete(&archive).await;
    let before = held(&archive).await;

    let second = stage.complete(&archive).await;
    assert_eq!(
        second.guests.new + second.guests.changed,
        0,
        "{:?}",
        second.guests
    );
    for (first, second) in [(first.audits, second.audits), (first.sign_ins, second.sign_ins)] {
        assert_eq!(
            Saved {
                unchanged: 0,
                ..second.saved
            },
            Saved::default(),
            "{second:?}"
        );
        assert!(second.pages < first.pages);
        assert!(
            second.saved.unchanged < first.saved.new / 2,
            "two days are read again, not thirty"
        );
    }
    assert_eq!(held(&archive).await, before);
}

#[tokio::test]
async fn the_days_between_two_syncs_are_fetched_and_what_the_tenant_forgot_stays() {
    let stage = Stage::new(120).await;
    let archive = stage.archive(1).await;
    stage.complete(&archive).await;
    let before = archive.load_size().await.unwrap();

    stage.sandbox.clock().advance(TimeDelta::days(20));
    stage.complete(&archive).await;
    let after = archive.load_size().await.unwrap();
    assert!(after.audits >= before.audits && after.sign_ins >= before.sign_ins);
    for log in Log::ALL {
        let slices = archive.load_coverage(log).await.unwrap();
        let complete: Vec<_> = slices
            .iter()
            .filter(|slice| slice.coverage == Coverage::Complete)
            .collect();
        assert_eq!(complete.len(), 1, "{slices:?}");
        assert_eq!((complete[0].until - complete[0].from).num_days(), 50);
    }

    // Away longer than the tenant remembers: the days between are gone for good.
    stage.sandbox.clock().advance(TimeDelta::days(40));
    stage.complete(&archive).await;
    let slices = archive.load_coverage(Log::Audit).await.unwrap();
    let kinds: Vec<Coverage> = slices.iter().map(|slice| slice.coverage).collect();
    assert_eq!(
        kinds,
        [
            Coverage::Gone,
            Coverage::Complete,
            Coverage::Gone,
            Coverage::Complete
        ]
    );
    assert_eq!((slices[2].until - slices[2].from).num_days(), 10);
}

#[tokio::test]
async fn progress_tells_phases_in_order_and_ends() {
    let stage = Stage::new(120).await;
    let archive = stage.archive(1).await;
    let sync = stage.sync(&archive);
    let mut watcher = sync.progress();
    let watching = tokio::spawn(async move {
        let mut phases = vec![];
        loop {
            let phase = watcher.borrow_and_update().phase;
            if phases.last() != Some(&phase) {
                phases.push(phase);
            }
            if phase == SyncPhase::Ended || watcher.changed().await.is_err() {
                return (phases, watcher.borrow().clone());
            }
        }
    });
    let end = sync.run(CancellationToken::new()).await.unwrap();
    let (phases, last) = watching.await.unwrap();
    assert!(phases.is_sorted_by_key(|phase| *phase as u8), "{phases:?}");
    assert_eq!(phases.last(), Some(&SyncPhase::Ended));
    let SyncEnd::Completed(report) = end else {
        panic!("not completed")
    };
    assert_eq!(last.audits, report.audits.saved.new);
    assert_eq!(last.sign_ins, report.sign_ins.saved.new);
}
