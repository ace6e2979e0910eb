//! Taking log pages in and reading them back.

use std::collections::HashMap;

use chrono::TimeDelta;

use super::build::*;
use crate::{
    Archive, AuditResult, Coverage, Log, Saved, Slice, Source, StoreError, TimelineEvent,
    time::{hash64, seq_of},
};

fn many_sign_ins(guests: u32, each: u32) -> Vec<SignIn> {
    (0..guests)
        .flat_map(|n| (0..each).map(move |turn| (n, turn)))
        .map(|(n, turn)| {
            let at = now() - TimeDelta::hours(i64::from(n * 3 + turn * 11));
            SignIn::new(n, turn, at, [0, 50074, 53003][(n + turn) as usize % 3])
        })
        .collect()
}

#[tokio::test]
async fn a_page_written_twice_changes_nothing() {
    let place = Place::new();
    let archive = place.open().await;
    let sign_ins = many_sign_ins(60, 5);
    let first = save_page(&archive, &sign_in_page(&archive, &sign_ins)).await;
    assert_eq!(
        first,
        Saved {
            new: 300,
            changed: 0,
            unchanged: 0
        }
    );
    let before = dump(&archive).await;

    let again = save_page(&archive, &sign_in_page(&archive, &sign_ins)).await;
    assert_eq!(
        again,
        Saved {
            new: 0,
            changed: 0,
            unchanged: 300
        }
    );
    assert_eq!(dump(&archive).await, before);
}

#[tokio::test]
async fn pages_written_together_read_as_those_written_one_by_one() {
    let sign_ins = many_sign_ins(60, 5);
    let changed = SignIn::new(0, 0, sign_ins[0].at, 90_095);
    let audits: Vec<Audit> = (1..20)
        .map(|n| Audit::invite(n, now() - TimeDelta::hours(i64::from(n))))
        .collect();
    let pages = |archive: &Archive| {
        vec![
            audit_page(archive, &audits[..7]),
            audit_page(archive, &audits[5..]),
            sign_in_page(archive, &sign_ins[..200]),
            sign_in_page(archive, &sign_ins[150..]),
            sign_in_page(archive, std::slice::from_ref(&changed)),
            sign_in_page(archive, &[]),
        ]
    };
    let (one_by_one, together) = (Place::new(), Place::new());

    let archive = one_by_one.open().await;
    let mut saved = Saved::default();
    for page in pages(&archive) {
        saved += save_page(&archive, &page).await;
    }
    let expected = dump(&archive).await;

    let archive = together.open().await;
    let pages = pages(&archive);
    let mut tx = archive.write().await.unwrap();
    let at_once = tx.save_pages(&pages.iter().collect::<Vec<_>>()).await.unwrap();
    tx.refresh_rollups().await.unwrap();
    tx.commit().await.unwrap();

    assert_eq!(dump(&archive).await, expected);
    assert_eq!(at_once, saved);
    assert_eq!((saved.new, saved.changed, saved.unchanged), (319, 1, 52));
}

#[tokio::test]
async fn a_row_that_changed_is_replaced() {
    let place = Place::new();
    let archive = place.open().await;
    let instant = at("2026-11-20T10:00:00Z");
    save_page(
        &archive,
        &sign_in_page(&archive, &[SignIn::new(1, 1, instant, 50074)]),
    )
    .await;
    let changed = SignIn::new(1, 1, instant, 53003);
    let saved = save_page(&archive, &sign_in_page(&archive, std::slice::from_ref(&changed))).await;
    assert_eq!(
        saved,
        Saved {
            new: 0,
            changed: 1,
            unchanged: 0
        }
    );

    let failures = archive
        .list_failures(instant - TimeDelta::days(1), now())
        .await
        .unwrap();
    assert_eq!(
        failures
            .iter()
            .map(|failure| (failure.code, failure.rows))
            .collect::<Vec<_>>(),
        [(53003, 1)]
    );
    save_guests(&archive, 1..2).await;
    let events = archive
        .load_detailed_timeline(guest_id(1))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].raw, changed.raw(), "the raw row is the new one");
}

#[tokio::test]
async fn a_raw_row_that_a_salvaged_file_holds_without_its_row_is_replaced() {
    let place = Place::new();
    let archive = place.open().await;
    let instant = at("2026-11-20T10:00:00Z");
    save_guests(&archive, 1..2).await;
    let former = [SignIn::new(1, 1, instant, 50074)];
    save_page(&archive, &sign_in_page(&archive, &former)).await;
    let mut tx = archive.write().await.unwrap();
    sqlx::query("DELETE FROM signin")
        .execute(tx.connection().unwrap())
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let read_anew = [
        SignIn::new(1, 1, instant, 53003),
        SignIn::new(1, 2, instant + TimeDelta::hours(1), 0),
    ];
    let saved = save_page(&archive, &sign_in_page(&archive, &read_anew)).await;
    assert_eq!(saved.new, 2);
    let events = archive
        .load_detailed_timeline(guest_id(1))
        .await
        .unwrap()
        .unwrap();
    let mut raws: Vec<_> = events.into_iter().map(|event| event.raw).collect();
    let mut expected = read_anew.map(|row| row.raw());
    raws.sort();
    expected.sort();
    assert_eq!(raws, expected);
}

#[tokio::test]
async fn an_audit_that_changed_is_replaced_among_new_ones_and_where_it_stands_twice() {
    let place = Place::new();
    let archive = place.open().await;
    let instant = at("2026-11-20T10:00:00Z");
    let audit = |n, activity| Audit {
        activity,
        ..Audit::invite(n, instant + TimeDelta::seconds(i64::from(n)))
    };
    save_page(
        &archive,
        &audit_page(&archive, &[audit(1, "first"), audit(2, "first")]),
    )
    .await;
    let page = audit_page(
        &archive,
        &[
            audit(3, "second"),
            audit(3, "third"),
            audit(2, "second"),
            audit(2, "third"),
        ],
    );
    let saved = save_page(&archive, &page).await;
    assert_eq!((saved.new, saved.changed), (1, 3));
    let held: Vec<(String, i64)> = sqlx::query_as(
        "SELECT str.s, (SELECT count(*) FROM audit_raw WHERE audit_raw.seq = audit.seq) FROM audit \
         JOIN str ON str.id = audit.activity ORDER BY audit.seq",
    )
    .fetch_all(&archive.inner.readers)
    .await
    .unwrap();
    let held: Vec<_> = held.iter().map(|(activity, raws)| (&**activity, *raws)).collect();
    assert_eq!(
        held,
        [("first", 1), ("third", 1), ("third", 1)],
        "the later content wins"
    );
}

#[tokio::test]
async fn raw_rows_come_back_byte_for_byte_before_and_after_a_dictionary_exists() {
    let place = Place::new();
    let archive = place.open().await;
    save_guests(&archive, 0..40).await;
    let few = many_sign_ins(2, 1);
    save_page(&archive, &sign_in_page(&archive, &few)).await;
    let many = many_sign_ins(40, 10);
    save_page(&archive, &sign_in_page(&archive, &many)).await;
    archive.close().await;
    drop(archive);

    let archive = place.open().await;
    let mut expected: HashMap<u32, Vec<String>> = HashMap::new();
    for sign_in in &many {
        expected.entry(sign_in.n).or_default().push(sign_in.raw());
    }
    for (n, mut raws) in expected {
        let mut held: Vec<String> = archive
            .load_detailed_timeline(guest_id(n))
            .await
            .unwrap()
            .unwrap()
            .into_iter()
            .map(|event| event.raw)
            .collect();
        held.sort();
        raws.sort();
        assert_eq!(held, raws);
    }
    let raw = archive.load_raw_guest(guest_id(3)).await.unwrap();
    assert_eq!(raw, Some(raw_guest(&guest(3))));
}

#[tokio::test]
async fn rows_that_fall_on_one_number_are_all_kept_and_found_again() {
    // Two ids whose hashes agree in the bits that a number has room for.
    let instant = at("2026-11-20T10:00:00Z");
    let mut seen: HashMap<i64, String> = HashMap::new();
    let (a, b) = (0..)
        .map(|i| format!("row {i}"))
        .find_map(|id| {
            let seq = seq_of(instant, hash64(&id));
            seen.insert(seq, id.clone()).map(|earlier| (earlier, id))
        })
        .unwrap();
    let audit = |id: &str, n| Audit {
        id: id.into(),
        ..Audit::invite(n, instant)
    };

    let place = Place::new();
    let archive = place.open().await;
    let together = [audit(&a, 1), audit(&b, 2)];
    assert_eq!(save_page(&archive, &audit_page(&archive, &together)).await.new, 2);
    // Again, alone and in the other order: each meets itself.
    assert_eq!(
        save_page(&archive, &audit_page(&archive, &together[1..]))
            .await
            .unchanged,
        1
    );
    assert_eq!(
        save_page(&archive, &audit_page(&archive, &together[..1]))
            .await
            .unchanged,
        1
    );
    assert_eq!(archive.load_size().await.unwrap().audits, 2);
}

#[tokio::test]
async fn the_timeline_has_both_logs_in_order_with_what_was_done_before_what_was_tried() {
    let place = Place::new();
    let archive = place.open().await;
    save_guests(&archive, 1..3).await;
    let instant = at("2026-11-20T10:00:00Z");
    let audits = [
        Audit {
            result: AuditResult::Failure,
            ..Audit::invite(1, instant)
        },
        Audit {
            id: "second".into(),
            ..Audit::invite(1, instant + TimeDelta::seconds(60))
        },
        Audit {
            id: "of another".into(),
            ..Audit::invite(2, instant)
        },
    ];
    save_page(&archive, &audit_page(&archive, &audits)).await;
    save_page(
        &archive,
        &sign_in_page(&archive, &[SignIn::new(1, 1, instant, 50074)]),
    )
    .await;

    let events = archive.load_timeline(guest_id(1)).await.unwrap().unwrap();
    let kinds: Vec<&str> = events
        .iter()
        .map(|event| match event {
            TimelineEvent::Audit(audit) if audit.result == AuditResult::Failure => "failed invitation",
            TimelineEvent::Audit(_) => "invitation",
            TimelineEvent::SignIn(_) => "sign-in",
        })
        .collect();
    assert_eq!(kinds, ["failed invitation", "sign-in", "invitation"]);
    assert_eq!(archive.load_timeline(guest_id(77)).await.unwrap(), None);
    let reference = events[1].event();
    assert_eq!(
        archive
            .load_raw(reference.to_string().parse().unwrap())
            .await
            .unwrap()
            .map(|raw| raw.len() > 50),
        Some(true)
    );
}

#[tokio::test]
async fn evidence_comes_for_many_guests_at_once_with_their_own_acts_and_second_targets() {
    let place = Place::new();
    let archive = place.open().await;
    save_guests(&archive, 1..4).await;
    let instant = at("2026-11-20T10:00:00Z");
    let (one, two) = (guest_id(1).to_string(), guest_id(2).to_string());
    let named = |id: &'static str| crate::Actor {
        id,
        name: "",
        upn: "",
    };
    let draft = crate::AuditDraft {
        id: "terms",
        at: instant,
        correlation_id: "c",
        activity: "Accept Terms Of Use",
        category: "Policy",
        service: "Terms Of Use",
        result: AuditResult::Success,
        reason: "",
        actor: Some(crate::Actor {
            id: &one,
            name: "",
            upn: "",
        }),
        targets: vec![
            named("a policy"),
            crate::Actor {
                id: &two,
                name: "",
                upn: "",
            },
        ],
    };
    let page = archive.audit_page(&[(draft, "{}")]).unwrap();
    save_page(&archive, &page).await;
    save_page(
        &archive,
        &audit_page(&archive, &[Audit::invite(1, instant - TimeDelta::days(2))]),
    )
    .await;
    save_page(
        &archive,
        &sign_in_page(&archive, &[SignIn::new(2, 1, instant, 0)]),
    )
    .await;

    let keys = archive.load_dirty_guests(10).await.unwrap().guests;
    assert_eq!(keys.len(), 3);
    let evidence = archive.load_evidence(&keys).await.unwrap();
    let of = |n: u32| {
        evidence
            .iter()
            .find(|evidence| evidence.guest.id == guest_id(n))
            .unwrap()
    };
    let activities: Vec<&str> = of(1).audits.iter().map(|audit| &*audit.activity).collect();
    assert_eq!(activities, ["Invite external user", "Accept Terms Of Use"]);
    assert!(of(1).audits[1].by_guest && !of(1).audits[0].by_guest);
    assert_eq!(of(2).audits.len(), 1, "the second target has the row too");
    assert_eq!(of(2).sign_ins.len(), 1);
    assert_eq!(of(2).sign_ins[0].app.as_deref(), Some("My Apps"));
    assert!(of(3).audits.is_empty() && of(3).sign_ins.is_empty());
    let inviter = of(1).audits[0].actor.unwrap();
    let names = archive.load_names(&[inviter]).await.unwrap();
    assert_eq!(
        (names[0].name.as_str(), names[0].object_id.as_str()),
        ("Adele Vance", ADMIN)
    );
    assert_eq!(
        archive.find_entity(&ADMIN.to_uppercase()).await.unwrap(),
        Some(inviter)
    );
}

#[tokio::test]
async fn the_home_tenant_of_a_domain_and_the_newest_changes_of_a_kind_are_found() {
    let place = Place::new();
    let archive = place.open().await;
    save_guests(&archive, 0..4).await;
    let domain = guest(1).domain();
    assert_eq!(archive.find_home_tenant(&domain, &[]).await.unwrap(), None);
    let sign_ins = [SignIn::new(1, 1, now() - TimeDelta::hours(2), 0)];
    save_page(&archive, &sign_in_page(&archive, &sign_ins)).await;
    assert_eq!(
        archive.find_home_tenant(&domain, &[]).await.unwrap().as_deref(),
        Some("fab")
    );
    assert_eq!(archive.find_home_tenant(&domain, &["fab"]).await.unwrap(), None);
    assert_eq!(
        archive.find_home_tenant("nowhere.example", &[]).await.unwrap(),
        None
    );

    let audits: Vec<Audit> = (0..3)
        .map(|n| Audit::invite(n, now() - TimeDelta::hours(i64::from(n))))
        .collect();
    save_page(&archive, &audit_page(&archive, &audits)).await;
    let newest = archive
        .list_audits_of_activity("Invite external user", 2)
        .await
        .unwrap();
    assert_eq!(newest.len(), 2);
    assert!(newest[0] > newest[1], "newest first");
    assert!(
        archive
            .list_audits_of_activity("Update policy", 2)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_dropped_write_leaves_nothing_and_spoils_nothing() {
    let place = Place::new();
    let archive = place.open().await;
    let page = sign_in_page(&archive, &many_sign_ins(40, 5));
    {
        let mut tx = archive.write().await.unwrap();
        tx.save_page(&page).await.unwrap();
    }
    assert_eq!(archive.load_size().await.unwrap().sign_ins, 0);
    assert_eq!(
        save_page(&archive, &page).await.new,
        200,
        "texts, people and dictionary are written anew"
    );
    save_guests(&archive, 5..6).await;
    let events = archive
        .load_detailed_timeline(guest_id(5))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(events.len(), 5);

    // A second one, which has met everybody: nobody may be written twice afterwards.
    let later = now() - TimeDelta::days(60);
    let of_the_same: Vec<_> = (0..40).map(|n| SignIn::new(n, 9, later, 0)).collect();
    let page = sign_in_page(&archive, &of_the_same);
    {
        let mut tx = archive.write().await.unwrap();
        tx.save_page(&page).await.unwrap();
    }
    assert_eq!(save_page(&archive, &page).await.new, 40);

    // And a writer that has met nobody, though all but one are held.
    archive.close().await;
    let archive = place.open().await;
    let others: Vec<_> = (0..41).map(|n| SignIn::new(n, 10, later, 0)).collect();
    assert_eq!(
        save_page(&archive, &sign_in_page(&archive, &others)).await.new,
        41
    );
    save_guests(&archive, 5..42).await;
    let last = archive
        .load_detailed_timeline(guest_id(40))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(last.len(), 1);
    archive.check().await.unwrap();
}

#[tokio::test]
async fn of_pages_written_together_only_those_are_compared_where_something_lies() {
    let place = Place::new();
    let archive = place.open().await;
    let page = |days: i64, code| {
        let at = now() - TimeDelta::days(days);
        let rows: Vec<_> = (0..5).map(|n| SignIn::new(n, days as u32, at, code)).collect();
        sign_in_page(&archive, &rows)
    };
    save_page(&archive, &page(20, 0)).await;
    let mut tx = archive.write().await.unwrap();
    let saved = tx
        .save_pages(&[&page(30, 0), &page(20, 0), &page(10, 0)])
        .await
        .unwrap();
    assert_eq!((saved.new, saved.changed, saved.unchanged), (10, 0, 5));
    let saved = tx
        .save_pages(&[&page(40, 0), &page(10, 53_003), &page(30, 0)])
        .await
        .unwrap();
    assert_eq!((saved.new, saved.changed, saved.unchanged), (5, 5, 5));
    tx.refresh_rollups().await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(archive.load_size().await.unwrap().sign_ins, 20);
    archive.check().await.unwrap();
}

#[tokio::test]
async fn day_counts_follow_the_rows_even_after_a_stop_before_the_recount() {
    let place = Place::new();
    let archive = place.open().await;
    let page = sign_in_page(&archive, &many_sign_ins(40, 5));
    let mut tx = archive.write().await.unwrap();
    tx.save_page(&page).await.unwrap();
    tx.commit().await.unwrap();
    let from = now() - TimeDelta::days(100);
    assert!(
        archive
            .load_rows_per_day(Log::SignIn, from, now())
            .await
            .unwrap()
            .is_empty()
    );

    // The next window, whatever it holds, catches up.
    let mut tx = archive.write().await.unwrap();
    tx.refresh_rollups().await.unwrap();
    tx.commit().await.unwrap();
    let days = archive
        .load_rows_per_day(Log::SignIn, from, now() + TimeDelta::days(1))
        .await
        .unwrap();
    assert_eq!(days.iter().map(|day| day.rows).sum::<u64>(), 200);
    let failures = archive
        .list_failures(from, now() + TimeDelta::days(1))
        .await
        .unwrap();
    let expected = many_sign_ins(40, 5).iter().filter(|row| row.code != 0).count() as u64;
    assert_eq!(failures.iter().map(|failure| failure.rows).sum::<u64>(), expected);
}

fn slice(from: i64, until: i64, coverage: Coverage) -> Slice {
    let hour = |n| at("2026-11-01T00:00:00Z") + TimeDelta::hours(n);
    Slice {
        log: Log::Audit,
        from: hour(from),
        until: hour(until),
        coverage,
        source: Source::Api,
        fetched_at: now(),
    }
}

#[tokio::test]
async fn what_is_said_last_about_a_window_holds() {
    use Coverage::{Complete, Gone, Partial};
    let cases: [(&[Slice], &[Slice]); 6] = [
        (
            &[slice(0, 6, Complete), slice(6, 9, Complete)],
            &[slice(0, 9, Complete)],
        ),
        (
            &[slice(0, 9, Complete), slice(3, 5, Partial)],
            &[slice(0, 3, Complete), slice(3, 5, Partial), slice(5, 9, Complete)],
        ),
        (
            &[slice(2, 4, Partial), slice(6, 8, Gone), slice(0, 9, Complete)],
            &[slice(0, 9, Complete)],
        ),
        (
            &[slice(0, 4, Complete), slice(2, 6, Gone)],
            &[slice(0, 2, Complete), slice(2, 6, Gone)],
        ),
        (&[slice(4, 4, Complete)], &[]),
        (
            &[
                slice(0, 2, Complete),
                slice(4, 6, Complete),
                slice(2, 4, Complete),
            ],
            &[slice(0, 6, Complete)],
        ),
    ];
    for (written, expected) in cases {
        let place = Place::new();
        let archive = place.open().await;
        let mut tx = archive.write().await.unwrap();
        for slice in written {
            tx.save_slice(*slice).await.unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!(archive.load_coverage(Log::Audit).await.unwrap(), expected);
        assert!(archive.load_coverage(Log::SignIn).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_reader_beside_the_writer_sees_what_is_committed_and_cannot_write() {
    let place = Place::new();
    let writer = place.open().await;
    save_guests(&writer, 0..3).await;
    let reader = crate::Archive::open(place.location(), &key(), crate::OpenOptions::read_only(now()))
        .await
        .unwrap();
    save_page(&writer, &sign_in_page(&writer, &many_sign_ins(40, 5))).await;
    let events = reader.load_detailed_timeline(guest_id(1)).await.unwrap().unwrap();
    assert_eq!(
        events.len(),
        5,
        "dictionary and texts of another process are loaded when met"
    );
    assert_eq!(reader.load_snapshot().await.unwrap().len(), 3);
    let (first, again) = (
        reader.load_snapshot().await.unwrap(),
        reader.load_snapshot().await.unwrap(),
    );
    assert!(
        std::sync::Arc::ptr_eq(&first, &again),
        "nothing changed, nothing is read"
    );
    save_guests(&writer, 3..5).await;
    assert_eq!(reader.load_snapshot().await.unwrap().len(), 5);
    assert!(matches!(reader.write().await, Err(StoreError::ReadOnly)));
}

#[tokio::test]
async fn gaps_are_closed_once_when_they_are_due() {
    let place = Place::new();
    let archive = place.open().await;
    save_guests(&archive, 0..100).await;
    // Newest first, as Graph sends them.
    for turn in 0..12 {
        let sign_ins: Vec<SignIn> = (0..500)
            .map(|i| {
                SignIn::new(
                    i % 100,
                    turn * 500 + i,
                    now() - TimeDelta::minutes(i64::from(turn * 500 + i)),
                    0,
                )
            })
            .collect();
        save_page(&archive, &sign_in_page(&archive, &sign_ins)).await;
    }
    assert!(!archive.compact_if_due().await.unwrap(), "nobody said so");
    let before = dump(&archive).await;
    let mut tx = archive.write().await.unwrap();
    tx.note_compaction_due().await.unwrap();
    tx.commit().await.unwrap();
    archive.close().await;
    let archive = place.open().await;
    let loose = std::fs::metadata(place.location().database()).unwrap().len();

    assert!(archive.compact_if_due().await.unwrap());
    assert!(!archive.compact_if_due().await.unwrap(), "once");
    let tight = std::fs::metadata(place.location().database()).unwrap().len();
    assert!(tight < loose * 95 / 100, "{loose} to {tight}");
    assert_eq!(dump(&archive).await, before);
    save_guests(&archive, 100..120).await;
    archive.check().await.unwrap();
}

#[tokio::test]
async fn a_row_is_found_by_the_ids_a_guest_reads_off_the_page() {
    let place = Place::new();
    let archive = place.open().await;
    save_guests(&archive, 1..3).await;
    let early = at("2026-11-20T10:00:00Z");
    let sign_ins = [
        SignIn::new(1, 1, early, 50_074),
        SignIn::new(2, 2, early + TimeDelta::hours(1), 0),
    ];
    save_page(&archive, &sign_in_page(&archive, &sign_ins)).await;
    let [first, _] = &sign_ins;

    let id: uuid::Uuid = first.id.parse().unwrap();
    let (guest, event) = archive.find_row_by_id(id).await.unwrap().expect("a row");
    assert_eq!(archive.load_guests(&[guest]).await.unwrap()[0].id, guest_id(1));
    assert_eq!(event.at(), early);
    assert!(
        archive
            .load_raw(event)
            .await
            .unwrap()
            .unwrap()
            .contains(&first.id)
    );

    // An audit row has it too; of a hash that fits by chance the row itself says that it is another.
    let correlation = "8d5e0000-0000-4000-8000-000000000001";
    let two = guest_id(2).to_string();
    let draft = |id: &'static str| crate::AuditDraft {
        id,
        at: early,
        correlation_id: correlation,
        activity: "Redeem external user invite",
        category: "UserManagement",
        service: "B2B Auth",
        result: AuditResult::Failure,
        reason: "",
        actor: None,
        targets: vec![crate::Actor {
            id: &two,
            name: "",
            upn: "",
        }],
    };
    let id = correlation.parse().unwrap();
    save_page(&archive, &archive.audit_page(&[(draft("other"), "{}")]).unwrap()).await;
    assert_eq!(archive.find_row_by_id(id).await.unwrap(), None);
    let raw = format!(r#"{{"correlationId":"{correlation}"}}"#);
    save_page(&archive, &archive.audit_page(&[(draft("this"), &raw)]).unwrap()).await;
    let (guest, _) = archive.find_row_by_id(id).await.unwrap().expect("a row");
    assert_eq!(archive.load_guests(&[guest]).await.unwrap()[0].id, guest_id(2));
    assert_eq!(archive.find_row_by_id(uuid::Uuid::nil()).await.unwrap(), None);
}
