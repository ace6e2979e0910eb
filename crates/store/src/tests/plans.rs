//! The plans SQLite chooses for what screens wait for.

use sqlx::Row as _;

use super::build::*;
use crate::{
    Archive,
    guests::GUESTS_BY_KEY,
    logs::queries::{AUDITS_OF_GUESTS, HOME_TENANT, SIGN_INS_OF_GUESTS},
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
    uses_the_indexes_by_person(&archive).await;
    archive.close().await;
}

async fn uses_the_indexes_by_person(archive: &Archive) {
    let audits = plan(archive, AUDITS_OF_GUESTS).await;
    for index in ["audit_target", "audit_actor"] {
        assert!(
            audits.contains(&format!("SEARCH a USING INDEX {index}")),
            "{audits}"
        );
    }
    assert!(audits.contains("SEARCH o USING PRIMARY KEY"), "{audits}");
    assert!(!audits.contains("SCAN a"), "{audits}");
    let sign_ins = plan(archive, SIGN_INS_OF_GUESTS).await;
    assert!(
        sign_ins.contains("SEARCH s USING INDEX signin_user"),
        "{sign_ins}"
    );
    assert!(!sign_ins.contains("SCAN s"), "{sign_ins}");
    let home = plan(archive, HOME_TENANT).await;
    assert!(home.contains("SEARCH s USING INDEX signin_user"), "{home}");
}

/// What the file says of its indexes.
async fn indexes(archive: &Archive) -> Vec<(String, String)> {
    sqlx::query_as(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name",
    )
    .fetch_all(&archive.inner.readers)
    .await
    .unwrap()
}

#[tokio::test]
async fn indexes_by_person_are_put_off_in_an_empty_archive_alone_and_come_back_as_they_were() {
    let place = Place::new();
    let archive = place.open().await;
    let made_by_migrations = indexes(&archive).await;
    archive.put_off_indexes().await.unwrap();
    assert_eq!(indexes(&archive).await.len(), made_by_migrations.len() - 3);

    // Who asks meanwhile gets the same answer, by a look at every row.
    save_guests(&archive, 0..3).await;
    let rows = [
        SignIn::new(1, 1, now(), 50074),
        SignIn::new(2, 2, now(), 0),
        SignIn::new(1, 3, now(), 53003),
    ];
    save_page(&archive, &sign_in_page(&archive, &rows)).await;
    let ask = async || {
        let guest = archive.find_guest(guest_id(1)).await.unwrap().unwrap();
        archive.load_evidence(&[guest.key]).await.unwrap()
    };
    let before = ask().await;
    assert_eq!(before[0].sign_ins.len(), 2);

    assert!(archive.build_indexes().await.unwrap());
    assert!(!archive.build_indexes().await.unwrap(), "they are there");
    let words = |indexes: Vec<(String, String)>| -> Vec<(String, String)> {
        let plain = |sql: String| sql.split_whitespace().collect::<Vec<_>>().join(" ");
        indexes
            .into_iter()
            .map(|(name, sql)| (name, plain(sql)))
            .collect()
    };
    assert_eq!(words(indexes(&archive).await), words(made_by_migrations.clone()));
    assert_eq!(ask().await, before);

    // Where rows are held they stay.
    archive.put_off_indexes().await.unwrap();
    assert_eq!(indexes(&archive).await.len(), made_by_migrations.len());
    archive.check().await.unwrap();
    archive.close().await;
}

#[tokio::test]
async fn indexes_a_program_did_not_live_to_make_are_made_when_the_archive_is_opened() {
    let place = Place::new();
    let archive = place.open().await;
    let all = indexes(&archive).await.len();
    archive.put_off_indexes().await.unwrap();
    archive.close().await;
    drop(archive);

    let archive = place.open().await;
    assert_eq!(indexes(&archive).await.len(), all);
    uses_the_indexes_by_person(&archive).await;
    archive.close().await;
}
