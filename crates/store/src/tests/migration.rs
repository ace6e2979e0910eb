//! From every earlier schema to this one.

use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, migrate::Migrator};

use super::build::*;
use crate::{Archive, GuestFilter, GuestSort, OpenOptions, StoreError, archive::test_access};

/// An archive as the version that knew only the first `count` migrations left it, with rows in it.
async fn left_by_an_earlier_version(place: &Place, count: usize) {
    let location = place.location();
    // The current version makes folder, lock and key mark; the file itself is made anew, as it was then.
    place.open().await.close().await;
    for file in location.database_files() {
        let _ = std::fs::remove_file(file);
    }
    let mut connection = test_access::connect_options(&location, &key())
        .create_if_missing(true)
        .connect()
        .await
        .unwrap();
    let earlier = Migrator::with_migrations(test_access::migrations().iter().take(count).cloned().collect());
    earlier.run(&mut connection).await.unwrap();
    sqlx::raw_sql(
        "INSERT INTO meta(key, value) VALUES ('name', 'Contoso'), ('a fact of tomorrow', 'kept');
         INSERT INTO str(id, s) VALUES (1, 'Invite external user');
         INSERT INTO entity(id, oid, name, upn) VALUES (1, x'00112233445566778899aabbccddeeff', 'Ada', '');
         INSERT INTO audit(seq, id_hash, content_hash, corr, activity, category, service, result, reason, actor, target)
           VALUES (1861577361212776448, 5, 6, 0, 1, 0, 0, 0, 0, 0, 1);
         INSERT INTO coverage(log, lo, hi, state, source, fetched_at) VALUES (1, 10, 20, 0, 1, 30);",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    if count >= WITH_GUESTS {
        let (column, name) = if count < WITHOUT_SEARCH_INDEX {
            ("sort_name, ", "'ada', ")
        } else {
            ("", "")
        };
        let guest = format!(
            "INSERT INTO guest(id, oid, display_name, {column}upn, mail, other_mails, domain, user_type, state, \
             identities, sponsors, activity_known, sweep, content_hash)
               VALUES (1, x'00112233445566778899aabbccddeeff', 'Ada', {name}'', 'ada@fabrikam.com', '[]', \
             'fabrikam.com', 'Guest', 1, '[]', '[]', 0, 1, 2);
             INSERT INTO journey(guest, stage, standing, waiting_since, inviter, at_least, evidence)
               VALUES (1, 0, 1, 0, 0, 1, '[]');"
        );
        sqlx::raw_sql(AssertSqlSafe(guest))
            .execute(&mut connection)
            .await
            .unwrap();
        if count < WITHOUT_SEARCH_INDEX {
            sqlx::raw_sql("INSERT INTO guest_tri(rowid, doc) VALUES (1, 'ada')")
                .execute(&mut connection)
                .await
                .unwrap();
        }
    }
    connection.close().await.unwrap();
}

/// The first number of migrations that make a table of guests.
const WITH_GUESTS: usize = 2;
/// The first number of migrations after which names are searched in memory.
const WITHOUT_SEARCH_INDEX: usize = 4;

#[tokio::test]
async fn every_earlier_schema_becomes_this_one_and_keeps_its_rows() {
    let all = test_access::migrations().iter().count();
    assert!(all >= 4);
    for count in 1..all {
        let place = Place::new();
        left_by_an_earlier_version(&place, count).await;
        let before = std::fs::read(place.location().database()).unwrap();

        let archive = place.open().await;
        assert_eq!(
            archive.load_tenant().await.unwrap().name.as_deref(),
            Some("Contoso")
        );
        let audits: i64 = sqlx::query_scalar("SELECT count(*) FROM audit")
            .fetch_one(&archive.inner.readers)
            .await
            .unwrap();
        assert_eq!(audits, 1);
        assert_eq!(archive.load_coverage(crate::Log::Audit).await.unwrap().len(), 1);
        archive.check().await.unwrap();
        let search = GuestFilter {
            search: Some("FABRIKAM".into()),
            ..GuestFilter::default()
        };
        let found = archive
            .list_guests(&search, GuestSort::default(), None, 10, now())
            .await
            .unwrap();
        let names: Vec<_> = found
            .guests
            .iter()
            .map(|guest| &*guest.object.display_name)
            .collect();
        let held: &[&str] = if count >= WITH_GUESTS { &["Ada"] } else { &[] };
        assert_eq!(names, held, "from schema {count}");
        save_guests(&archive, 0..5).await;
        archive.close().await;

        let backups: Vec<_> = std::fs::read_dir(place.location().folder())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.to_string_lossy().contains("archive.schema-"))
            .collect();
        assert_eq!(backups.len(), 1, "one copy before migrating from schema {count}");
        assert_eq!(
            std::fs::read(&backups[0]).unwrap(),
            before,
            "the copy is the file as it was"
        );
        drop(archive);
        place.open().await.close().await;
        let still = std::fs::read_dir(place.location().folder())
            .unwrap()
            .filter(|entry| {
                entry
                    .as_ref()
                    .unwrap()
                    .path()
                    .to_string_lossy()
                    .contains("archive.schema-")
            })
            .count();
        assert_eq!(still, 1, "no copy where nothing migrates");
    }
}

#[tokio::test]
async fn an_older_schema_is_not_read_without_migrating_it() {
    let place = Place::new();
    left_by_an_earlier_version(&place, 1).await;
    let opened = Archive::open(place.location(), &key(), OpenOptions::read_only(now())).await;
    assert!(matches!(opened, Err(StoreError::Migration(_))), "{opened:?}");
}

#[tokio::test]
async fn a_newer_archive_is_left_alone() {
    let place = Place::new();
    place.open().await.close().await;
    let mut connection = test_access::connect_options(&place.location(), &key())
        .connect()
        .await
        .unwrap();
    sqlx::raw_sql(
        "INSERT INTO _sqlx_migrations(version, description, success, checksum, execution_time)
         VALUES (29990101000000, 'from the future', 1, x'00', 0)",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    connection.close().await.unwrap();
    for options in [OpenOptions::read_write(now()), OpenOptions::read_only(now())] {
        let opened = Archive::open(place.location(), &key(), options).await;
        assert!(
            matches!(
                opened,
                Err(StoreError::TooNew {
                    found: 29_990_101_000_000,
                    ..
                })
            ),
            "{opened:?}"
        );
    }
}
