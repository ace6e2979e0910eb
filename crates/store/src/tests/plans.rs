//! The plans SQLite chooses for what screens wait for.

use sqlx::Row as _;

use super::build::*;
use crate::{
    Archive, GuestFilter, GuestSort, SortKey, Standing,
    logs::queries::{AUDITS_OF_GUESTS, SIGN_INS_OF_GUESTS},
};

async fn plan(archive: &Archive, sql: &'static str) -> String {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")))
        .fetch_all(&archive.inner.readers)
        .await
        .unwrap();
    rows.iter()
        .map(|row| row.get::<String, _>("detail"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[tokio::test]
async fn the_guest_list_reads_its_order_from_an_index() {
    let place = Place::new();
    let archive = place.open().await;
    save_guests(&archive, 0..100).await;
    for (key, index) in [
        (SortKey::Urgency, "journey_urgency"),
        (SortKey::LastInvited, "journey_last_invited"),
        (SortKey::Stage, "journey_stage"),
        (SortKey::Name, "guest_name"),
        (SortKey::LastSuccessful, "guest_successful"),
    ] {
        for descending in [false, true] {
            let filter = GuestFilter {
                standings: vec![Standing::Stopped],
                ..GuestFilter::default()
            };
            for filter in [GuestFilter::default(), filter] {
                let plan = archive
                    .explain_list(&filter, GuestSort { key, descending }, now())
                    .await;
                assert!(plan.contains(&format!("INDEX {index}")), "{key:?}:\n{plan}");
                // Only the hundred rows of the page are put in order again.
                let before_page = plan.split("SCAN page").next().unwrap_or_default();
                assert!(
                    !before_page.contains("USE TEMP B-TREE"),
                    "{key:?} is sorted anew:\n{plan}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_search_asks_the_text_index() {
    let place = Place::new();
    let archive = place.open().await;
    save_guests(&archive, 0..100).await;
    let filter = GuestFilter {
        search: Some("guest".into()),
        ..GuestFilter::default()
    };
    let plan = archive.explain_list(&filter, GuestSort::default(), now()).await;
    assert!(plan.contains("guest_tri VIRTUAL TABLE INDEX"), "{plan}");
}

#[tokio::test]
async fn a_guests_rows_are_found_by_index_alone() {
    let place = Place::new();
    let archive = place.open().await;
    let audits = plan(&archive, AUDITS_OF_GUESTS).await;
    for index in ["audit_target", "audit_actor"] {
        assert!(
            audits.contains(&format!("SEARCH a USING INDEX {index}")),
            "{audits}"
        );
    }
    assert!(audits.contains("SEARCH o USING PRIMARY KEY"), "{audits}");
    assert!(!audits.contains("SCAN a"), "{audits}");
    let sign_ins = plan(&archive, SIGN_INS_OF_GUESTS).await;
    assert!(
        sign_ins.contains("SEARCH s USING INDEX signin_user"),
        "{sign_ins}"
    );
    assert!(!sign_ins.contains("SCAN s"), "{sign_ins}");
}
