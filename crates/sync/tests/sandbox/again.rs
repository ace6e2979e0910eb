//! Syncs that end early, anywhere, and go on.

use tokio_util::sync::CancellationToken;
use usher_graph::GraphError;
use usher_sandbox::faults::Trouble;
use usher_sync::{SyncEnd, SyncError};

use crate::stage::{Stage, held};

#[tokio::test]
async fn a_sync_that_fails_at_any_request_goes_on_to_the_same_rows() {
    let stage = Stage::new(60).await;
    let undisturbed = stage.archive(1).await;
    stage.complete(&undisturbed).await;
    let expected = held(&undisturbed).await;

    let mut failures = 0;
    for requests in 0_u32.. {
        // From this request on the session is over.
        stage
            .fault(Trouble::TokenExpired {})
            .on("/graph")
            .after(requests)
            .strike();
        let archive = stage.archive(100 + u128::from(requests)).await;
        let ended = stage.run(&archive).await;
        stage.calm();
        let is_over = match ended {
            Ok(SyncEnd::Completed(_)) => true,
            Err(SyncError::Graph(GraphError::SessionExpired { .. })) => false,
            other => panic!("after {requests} requests: {other:?}"),
        };
        assert!(
            !archive.build_indexes().await.unwrap(),
            "indexes were put off for good"
        );
        // As a program started anew would find it.
        archive.close().await;
        let archive = stage.archive(100 + u128::from(requests)).await;
        stage.complete(&archive).await;
        assert!(
            held(&archive).await == expected,
            "the rows differ after an end at request {requests}"
        );
        archive.check().await.unwrap();
        if is_over {
            break;
        }
        failures += 1;
    }
    assert!(failures > 10, "only {failures} requests were tried");
}

#[tokio::test]
async fn a_cancelled_sync_is_an_outcome_and_goes_on_later() {
    let stage = Stage::new(200).await;
    let undisturbed = stage.archive(1).await;
    stage.complete(&undisturbed).await;
    let expected = held(&undisturbed).await;

    let archive = stage.archive(2).await;
    let mut cancelled = 0;
    for pages in 1..8 {
        let sync = stage.sync(&archive);
        let cancel = CancellationToken::new();
        let mut watcher = sync.progress();
        let canceller = tokio::spawn({
            let cancel = cancel.clone();
            async move {
                let rows = |progress: &usher_sync::SyncProgress| {
                    progress.audits + progress.sign_ins + progress.guests
                };
                // Waits for a condition: so much was read, or the sync is over.
                let _ = watcher.wait_for(|progress| rows(progress) >= pages * 100).await;
                cancel.cancel();
            }
        });
        match sync.run(cancel).await.expect("cancelling is no error") {
            SyncEnd::Cancelled(_) => cancelled += 1,
            SyncEnd::Completed(_) => {}
        }
        canceller.abort();
    }
    assert!(cancelled > 0, "no run was cancelled in time");
    stage.complete(&archive).await;
    assert!(held(&archive).await == expected);
}

#[tokio::test]
async fn a_sync_cancelled_before_it_begins_reads_nothing() {
    let stage = Stage::new(20).await;
    let archive = stage.archive(1).await;
    let cancel = CancellationToken::new();
    cancel.cancel();
    let end = stage.sync(&archive).run(cancel).await.unwrap();
    assert!(matches!(end, SyncEnd::Cancelled(_)));
    assert_eq!(archive.load_size().await.unwrap().guests, 0);
}

#[tokio::test]
async fn a_sync_that_is_dropped_midway_leaves_a_usable_archive() {
    let stage = Stage::new(200).await;
    let undisturbed = stage.archive(1).await;
    stage.complete(&undisturbed).await;
    let expected = held(&undisturbed).await;

    let archive = stage.archive(2).await;
    let sync = stage.sync(&archive);
    let mut watcher = sync.progress();
    let running = tokio::spawn(async move { sync.run(CancellationToken::new()).await.map(|_| ()) });
    watcher
        .wait_for(|progress| progress.guests + progress.audits > 0)
        .await
        .unwrap();
    running.abort();
    let _ = running.await;
    stage.complete(&archive).await;
    assert!(held(&archive).await == expected);
}

#[tokio::test]
async fn another_tenants_account_is_refused_before_anything_is_read() {
    let stage = Stage::new(20).await;
    let archive = stage.archive(1).await;
    let mut tx = archive.write().await.unwrap();
    let elsewhere = usher_store::TenantFacts {
        id: Some("another".into()),
        ..Default::default()
    };
    tx.save_tenant(&elsewhere).await.unwrap();
    tx.commit().await.unwrap();
    assert!(matches!(stage.run(&archive).await, Err(SyncError::WrongTenant)));
    assert_eq!(archive.load_size().await.unwrap().guests, 0);
}
