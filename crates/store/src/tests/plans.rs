//! The plans SQLite chooses for what screens wait for.

use sqlx::Row as _;

use super::build::*;
use crate::{
    Archive,
    guests::GUESTS_BY_KEY,
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
async fn the_guests_of_a_page_are_found_by_number_alone() {
    let place = Place::new();
    let archive = place.open().await;
    let plan = plan(&archive, GUESTS_BY_KEY).await;
    for table in ["g", "j", "e", "i"] {
        let search = format!("SEARCH {table} USING INTEGER PRIMARY KEY (rowid=?)");
        assert!(plan.contains(&search), "{plan}");
        assert!(!plan.contains(&format!("SCAN {table}\n")), "{plan}");
    }
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
