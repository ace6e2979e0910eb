//! Wrong keys, readable bytes, damage, full disks, second programs, sudden death.

use std::{fs, process::Command};

use chrono::TimeDelta;

use super::build::*;
use crate::{Archive, ArchiveKey, OpenOptions, StoreError};

async fn fill(archive: &Archive, guests: u32) {
    save_guests(archive, 0..guests).await;
    let sign_ins: Vec<SignIn> = (0..guests * 10)
        .map(|i| SignIn::new(i % guests, i, now() - TimeDelta::minutes(i64::from(i) * 7), 0))
        .collect();
    save_page(archive, &sign_in_page(archive, &sign_ins)).await;
}

/// What every test with an archive relies on when it ends.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_connection_is_known_by_the_name_of_its_thread() {
    let place = Place::new();
    let archive = place.open().await;
    assert!(usher_testkit::has_connections());
    archive.close().await;
}

#[tokio::test]
async fn the_write_ahead_log_moves_into_the_file_beside_the_writer() {
    let place = Place::new();
    let archive = place.open().await;
    let bytes = || fs::read(place.location().database()).unwrap();
    let before = bytes();
    let mut tx = archive.write().await.unwrap();
    tx.save_guests(&[(guest(1), "{}")], None).await.unwrap();
    // As many as it takes.
    tx.rows = 1_000_000;
    tx.commit().await.unwrap();
    let moved = async {
        while bytes() == before {
            archive.count_dirty_guests().await.unwrap();
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), moved)
        .await
        .expect("the writer alone begins only after 128 MB");
    archive.close().await;
    place.open().await.check().await.unwrap();
}

#[tokio::test]
async fn nothing_readable_lies_on_disk_and_nobody_else_may_open_it() {
    let place = Place::new();
    let archive = place.open().await;
    fill(&archive, 50).await;
    let check = |when: &str| {
        let mut files = 0;
        for entry in fs::read_dir(place.location().folder()).unwrap() {
            let path = entry.unwrap().path();
            let bytes = fs::read(&path).unwrap();
            for secret in [
                "g7@gmail.com",
                "gmail.com",
                "Łukasz",
                "SQLite format 3",
                "Microsoft Graph",
                "CREATE TABLE",
            ] {
                let found = bytes
                    .windows(secret.len())
                    .any(|window| window == secret.as_bytes());
                assert!(!found, "{secret} in {} {when}", path.display());
            }
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt as _;
                assert_eq!(
                    fs::metadata(&path).unwrap().permissions().mode() & 0o077,
                    0,
                    "{}",
                    path.display()
                );
            }
            files += 1;
        }
        files
    };
    assert!(
        check("while open") >= 4,
        "database, write-ahead log, lock, key mark"
    );
    archive.close().await;
    assert!(check("after closing") >= 3);
}

#[tokio::test]
async fn a_wrong_key_is_said_and_touches_nothing() {
    let place = Place::new();
    let archive = place.open().await;
    fill(&archive, 5).await;
    archive.close().await;
    drop(archive);
    let before = fs::read(place.location().database()).unwrap();
    let wrong = ArchiveKey::new([8; 32]);
    for has_mark in [true, false] {
        if !has_mark {
            fs::remove_file(place.location().key_mark()).unwrap();
        }
        for options in [OpenOptions::read_write(now()), OpenOptions::read_only(now())] {
            let opened = Archive::open(place.location(), &wrong, options).await;
            assert!(
                matches!(opened, Err(StoreError::WrongKey)),
                "mark {has_mark}: {opened:?}"
            );
        }
        let salvaged =
            Archive::open_or_salvage(place.location(), &wrong, OpenOptions::read_write(now())).await;
        assert!(matches!(salvaged, Err(StoreError::WrongKey)));
    }
    assert_eq!(fs::read(place.location().database()).unwrap(), before);
    assert_eq!(place.open().await.load_size().await.unwrap().guests, 5);
}

#[tokio::test]
async fn without_an_archive_there_is_nothing_to_read() {
    let place = Place::new();
    let opened = Archive::open(place.location(), &key(), OpenOptions::read_only(now())).await;
    assert!(matches!(opened, Err(StoreError::NoArchive)));
    assert!(!place.location().folder().exists(), "reading makes nothing");
}

#[tokio::test]
async fn a_second_writer_is_refused_until_the_first_is_gone() {
    let place = Place::new();
    let first = place.open().await;
    assert!(matches!(place.try_open().await, Err(StoreError::Locked)));
    first.close().await;
    // Also while somebody still holds the closed one.
    place.open().await;
    assert!(first.write().await.is_err());
}

fn damage(path: &std::path::Path, from: usize, len: usize) {
    let mut bytes = fs::read(path).unwrap();
    let end = (from + len).min(bytes.len());
    for byte in &mut bytes[from..end] {
        *byte = !*byte;
    }
    fs::write(path, bytes).unwrap();
}

#[tokio::test]
async fn a_damaged_first_page_is_told_from_a_wrong_key_and_set_aside() {
    let place = Place::new();
    let archive = place.open().await;
    fill(&archive, 20).await;
    archive.close().await;
    drop(archive);
    let location = place.location();
    damage(&location.database(), 0, 4096);
    let damaged = fs::read(location.database()).unwrap();
    assert!(matches!(place.try_open().await, Err(StoreError::Corrupt)));

    let options = OpenOptions::read_write(now());
    let (archive, report) = Archive::open_or_salvage(location.clone(), &key(), options)
        .await
        .unwrap();
    let report = report.unwrap();
    assert!(!report.is_complete());
    assert_eq!(fs::read(&report.set_aside).unwrap(), damaged, "kept as it was");
    assert!(report.set_aside.to_string_lossy().contains("20261123T120000Z"));
    assert_eq!(archive.load_size().await.unwrap().guests, 0);
    fill(&archive, 3).await;
}

#[tokio::test]
async fn damage_is_called_damage_whichever_page_it_is_on() {
    let place = Place::new();
    let archive = place.open().await;
    fill(&archive, 60).await;
    archive.close().await;
    drop(archive);
    let database = place.location().database();
    let whole = fs::read(&database).unwrap();
    for page in 0..whole.len() / 8192 {
        fs::write(&database, &whole).unwrap();
        damage(&database, page * 8192 + 100, 200);
        let found = match place.try_open().await {
            Ok(archive) => {
                let read = read_everything(&archive).await;
                let checked = archive.check().await;
                archive.close().await;
                assert!(
                    matches!(checked, Err(StoreError::Corrupt)),
                    "page {page}: {checked:?}"
                );
                read
            }
            Err(error) => Err(error),
        };
        // What reads no damaged page is none the worse for it.
        assert!(
            matches!(found, Ok(()) | Err(StoreError::Corrupt)),
            "page {page}: {found:?}"
        );
    }
}

/// Reads whatever a window would: guests, their raw objects, what happened to them.
async fn read_everything(archive: &Archive) -> Result<(), StoreError> {
    archive.load_size().await?;
    for n in 0..60 {
        archive.load_raw_guest(guest_id(n)).await?;
        archive.load_detailed_timeline(guest_id(n)).await?;
    }
    Ok(())
}

#[tokio::test]
async fn what_can_be_read_of_a_damaged_archive_is_saved() {
    let place = Place::new();
    let archive = place.open().await;
    fill(&archive, 300).await;
    archive.close().await;
    drop(archive);
    let location = place.location();
    let length = fs::metadata(location.database()).unwrap().len() as usize;
    // A few pages in the middle of the file.
    damage(&location.database(), length / 2 / 8192 * 8192, 3 * 8192);

    match place.try_open().await {
        Ok(archive) => {
            let checked = archive.check().await;
            assert!(
                matches!(checked, Err(StoreError::Corrupt)),
                "the check reads every page: {checked:?}"
            );
            archive.close().await;
        }
        Err(error) => assert!(matches!(error, StoreError::Corrupt), "{error:?}"),
    }

    let report = Archive::salvage(&location, &key(), now()).await.unwrap();
    assert!(!report.is_complete());
    let archive = place.open().await;
    archive.check().await.unwrap();
    let size = archive.load_size().await.unwrap();
    let saved = |name: &str| {
        report
            .tables
            .iter()
            .find(|table| table.table == name)
            .unwrap()
            .saved
    };
    assert_eq!(size.guests, saved("guest"));
    assert!(size.guests + size.sign_ins > 1500, "most of 3300 rows: {size:?}");
    // The next sync brings back what was lost, and everything works.
    fill(&archive, 300).await;
    let size = archive.load_size().await.unwrap();
    assert_eq!((size.guests, size.sign_ins), (300, 3000));
    let filter = crate::GuestFilter {
        search: Some("g123@".into()),
        ..crate::GuestFilter::default()
    };
    assert_eq!(archive.count_guests(&filter, now()).await.unwrap(), 1);
    let details = archive
        .load_detailed_timeline(guest_id(123))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(details.len(), 10);
}

#[tokio::test]
async fn a_whole_archive_survives_salvaging() {
    let place = Place::new();
    let archive = place.open().await;
    fill(&archive, 60).await;
    let before = dump(&archive).await;
    archive.close().await;
    drop(archive);
    let report = Archive::salvage(&place.location(), &key(), now()).await.unwrap();
    assert!(report.is_complete(), "{report:?}");
    let archive = place.open().await;
    let mut tx = archive.write().await.unwrap();
    tx.refresh_rollups().await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(dump(&archive).await, before);
}

#[tokio::test]
async fn a_full_disk_is_said_and_what_was_there_stays() {
    let place = Place::new();
    let archive = place.open().await;
    fill(&archive, 20).await;
    let before = dump(&archive).await;
    let bytes = archive.load_size().await.unwrap().bytes;
    archive.close().await;
    drop(archive);

    let options = OpenOptions {
        size_limit_bytes: Some(bytes),
        ..OpenOptions::read_write(now())
    };
    let archive = Archive::open(place.location(), &key(), options).await.unwrap();
    let sign_ins: Vec<SignIn> = (0..5000)
        .map(|i| {
            SignIn::new(
                i % 20,
                90_000 + i,
                now() - TimeDelta::minutes(i64::from(i)),
                50074,
            )
        })
        .collect();
    let page = sign_in_page(&archive, &sign_ins);
    let mut tx = archive.write().await.unwrap();
    let failed = tx.save_page(&page).await;
    assert!(matches!(failed, Err(StoreError::DiskFull)), "{failed:?}");
    drop(tx);
    assert_eq!(dump(&archive).await, before);
    // What needs no more room still works.
    let mut tx = archive.write().await.unwrap();
    tx.save_checkpoint("small", Some("fits")).await.unwrap();
    tx.commit().await.unwrap();
    archive.close().await;
    drop(archive);

    let archive = place.open().await;
    assert_eq!(
        save_page(&archive, &page_again(&archive, &sign_ins)).await.new,
        5000
    );
}

fn page_again(archive: &Archive, sign_ins: &[SignIn]) -> crate::LogPage {
    sign_in_page(archive, sign_ins)
}

const DIES_IN: &str = "USHER_TEST_DIES_IN";

/// Started by the next test in a process of its own: commits one page, writes a second and dies before its commit.
#[tokio::test]
async fn child_that_dies_while_writing() {
    let Some(folder) = std::env::var_os(DIES_IN) else {
        return;
    };
    let location = crate::ArchiveLocation::in_data_dir(
        std::path::Path::new(&folder),
        crate::TenantId(uuid::Uuid::from_u128(0xC0)),
    );
    let archive = Archive::open(location, &key(), OpenOptions::read_write(now()))
        .await
        .unwrap();
    fill(&archive, 30).await;
    let sign_ins: Vec<SignIn> = (0..4000)
        .map(|i| SignIn::new(i % 30, 50_000 + i, now(), 0))
        .collect();
    let mut tx = archive.write().await.unwrap();
    tx.save_page(&sign_in_page(&archive, &sign_ins)).await.unwrap();
    std::process::abort();
}

#[tokio::test]
async fn a_program_that_dies_while_writing_leaves_what_it_had_committed() {
    let place = Place::new();
    let child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "tests::damage::child_that_dies_while_writing",
            "--nocapture",
        ])
        .env(DIES_IN, place.folder.path())
        .output()
        .unwrap();
    assert!(!child.status.success(), "it was meant to die");

    let archive = place.open().await;
    archive.check().await.unwrap();
    let size = archive.load_size().await.unwrap();
    assert_eq!((size.guests, size.sign_ins), (30, 300));
    let undisturbed = Place::new();
    let other = undisturbed.open().await;
    fill(&other, 30).await;
    assert_eq!(dump(&archive).await, dump(&other).await);
}

#[tokio::test]
async fn whoever_stops_waiting_for_a_write_leaves_the_next_one_its_turn() {
    let place = Place::new();
    let archive = place.open().await;
    for looks in 0..40 {
        let mut waiting = Box::pin(archive.write());
        for _ in 0..looks {
            if futures_util::poll!(&mut waiting).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(waiting);
        let tx = archive.write().await.unwrap();
        tx.commit().await.unwrap();
    }
}
