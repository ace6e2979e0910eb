//! Saving, finding and listing guests.

use std::collections::{BTreeMap, HashSet};

use chrono::TimeDelta;

use super::build::*;
use crate::{
    Archive, Card, Cursor, Deadline, Deleted, GuestFilter, GuestObject, GuestRecord, GuestSort,
    InvitationState, JourneyRecord, Saved, SortKey, StageReached, Standing, StoreError,
};

/// What a filter should mean.
type Rule = Box<dyn Fn(&GuestRecord) -> bool>;

/// Gives guests many different journeys.
async fn derive(archive: &Archive) {
    loop {
        let dirty = archive.load_dirty_guests(500).await.unwrap();
        if dirty.guests.is_empty() {
            return;
        }
        let journeys: Vec<JourneyRecord> = archive
            .load_guests(&dirty.guests)
            .await
            .unwrap()
            .into_iter()
            .enumerate()
            .map(|(i, guest)| {
                let stage = match guest.object.state {
                    InvitationState::Accepted => StageReached::ALL[4 + i % 2],
                    _ => StageReached::ALL[i % 4],
                };
                let standing = [Standing::Stopped, Standing::Open, Standing::Fine][i % 3];
                JourneyRecord {
                    stage,
                    standing,
                    reason: (standing == Standing::Stopped).then(|| format!("reason-{}", i % 5)),
                    ..guest.journey
                }
            })
            .collect();
        let mut tx = archive.write().await.unwrap();
        tx.save_journeys(&journeys, dirty.mark).await.unwrap();
        tx.commit().await.unwrap();
    }
}

async fn all(archive: &Archive, filter: &GuestFilter, sort: GuestSort, limit: u32) -> Vec<GuestRecord> {
    let mut guests = Vec::new();
    let mut after: Option<Cursor> = None;
    loop {
        let page = archive
            .list_guests(filter, sort, after.as_ref(), limit, now())
            .await
            .unwrap();
        assert!(page.guests.len() <= limit as usize);
        guests.extend(page.guests);
        match page.next {
            // Through text, as a window or a command line would hand it back.
            Some(next) => after = Some(Cursor::from_text(next.as_text())),
            None => return guests,
        }
    }
}

#[tokio::test]
async fn every_order_pages_through_every_guest_once() {
    let place = Place::new();
    let archive = place.open().await;
    save_guests(&archive, 0..230).await;
    derive(&archive).await;
    let filter = GuestFilter {
        deleted: Deleted::Include,
        ..GuestFilter::default()
    };
    for key in SortKey::ALL {
        for descending in [false, true] {
            let sort = GuestSort { key, descending };
            let paged: Vec<_> = all(&archive, &filter, sort, 37)
                .await
                .iter()
                .map(|guest| guest.id)
                .collect();
            let whole: Vec<_> = all(&archive, &filter, sort, 1000)
                .await
                .iter()
                .map(|guest| guest.id)
                .collect();
            assert_eq!(paged, whole, "{sort:?}");
            assert_eq!(paged.iter().collect::<HashSet<_>>().len(), 230, "{sort:?}");
        }
    }
}

#[tokio::test]
async fn the_usual_order_puts_the_stopped_first_and_the_longest_wait_before_the_others() {
    let place = Place::new();
    let archive = place.open().await;
    save_guests(&archive, 0..120).await;
    derive(&archive).await;
    let guests = all(&archive, &GuestFilter::default(), GuestSort::default(), 50).await;
    let order: Vec<_> = guests
        .iter()
        .map(|guest| (guest.journey.standing, guest.journey.waiting_since))
        .collect();
    assert!(order.is_sorted());
    assert_eq!(order.first().map(|first| first.0), Some(Standing::Stopped));
    assert_eq!(order.last().map(|last| last.0), Some(Standing::Fine));
}

#[tokio::test]
async fn every_filter_means_what_it_says() {
    let place = Place::new();
    let archive = place.open().await;
    save_guests(&archive, 0..300).await;
    derive(&archive).await;
    let include = GuestFilter {
        deleted: Deleted::Include,
        ..GuestFilter::default()
    };
    let everybody = all(&archive, &include, GuestSort::default(), 1000).await;
    let cut = now() - TimeDelta::days(100);
    let day = TimeDelta::days(1);
    let cases: Vec<(&str, GuestFilter, Rule)> = vec![
        (
            "not deleted",
            GuestFilter::default(),
            Box::new(|guest| !guest.is_deleted()),
        ),
        (
            "deleted",
            GuestFilter {
                deleted: Deleted::Only,
                ..GuestFilter::default()
            },
            Box::new(GuestRecord::is_deleted),
        ),
        (
            "states",
            GuestFilter {
                states: vec![InvitationState::None, InvitationState::PendingAcceptance],
                ..include.clone()
            },
            Box::new(|guest| guest.object.state != InvitationState::Accepted),
        ),
        (
            "stages",
            GuestFilter {
                stages: vec![StageReached::MailSent],
                ..include.clone()
            },
            Box::new(|guest| guest.journey.stage == StageReached::MailSent),
        ),
        (
            "reached",
            GuestFilter {
                reached: Some(StageReached::Redeemed),
                ..include.clone()
            },
            Box::new(|guest| guest.journey.stage >= StageReached::Redeemed),
        ),
        (
            "standings",
            GuestFilter {
                standings: vec![Standing::Open],
                ..include.clone()
            },
            Box::new(|guest| guest.journey.standing == Standing::Open),
        ),
        (
            "reasons",
            GuestFilter {
                reasons: vec!["reason-3".into()],
                ..include.clone()
            },
            Box::new(|guest| guest.journey.reason.as_deref() == Some("reason-3")),
        ),
        (
            "domains",
            GuestFilter {
                domains: vec!["gmail.com".into(), "adatum.com".into()],
                ..include.clone()
            },
            Box::new(|guest| guest.domain == "gmail.com" || guest.domain == "adatum.com"),
        ),
        (
            "issuers",
            GuestFilter {
                issuers: vec!["mail".into()],
                ..include.clone()
            },
            Box::new(|guest| guest.object.issuer() == Some("mail")),
        ),
        (
            "account enabled",
            GuestFilter {
                account_enabled: Some(false),
                ..include.clone()
            },
            Box::new(|guest| guest.object.account_enabled == Some(false)),
        ),
        (
            "invited range",
            GuestFilter {
                invited_from: Some(cut),
                invited_until: Some(cut + day * 60),
                ..include.clone()
            },
            Box::new(move |guest| {
                guest
                    .journey
                    .times
                    .invited
                    .is_some_and(|invited| invited >= cut && invited < cut + day * 60)
            }),
        ),
        (
            "expired",
            GuestFilter {
                deadline: Some(Deadline::Expired),
                ..include.clone()
            },
            Box::new(move |guest| {
                guest.object.state == InvitationState::PendingAcceptance
                    && guest
                        .journey
                        .times
                        .last_invited
                        .is_some_and(|last| last < now() - day * 90)
            }),
        ),
        (
            "expiring",
            GuestFilter {
                deadline: Some(Deadline::Expiring),
                ..include.clone()
            },
            Box::new(move |guest| {
                guest.object.state == InvitationState::PendingAcceptance
                    && guest
                        .journey
                        .times
                        .last_invited
                        .is_some_and(|last| last >= now() - day * 90 && last <= now() - day * 76)
            }),
        ),
        (
            "search in a name, any case, beyond ASCII",
            GuestFilter {
                search: Some(" ADA łukasz 000".into()),
                ..include.clone()
            },
            Box::new(|guest| guest.object.display_name.contains("Ada Łukasz 000")),
        ),
        (
            "search without accents",
            GuestFilter {
                search: Some("BELA łuk".into()),
                ..include.clone()
            },
            Box::new(|guest| guest.object.display_name.contains("Béla")),
        ),
        (
            "search in the outside name",
            GuestFilter {
                search: Some("_litware.example#ext#".into()),
                ..include.clone()
            },
            Box::new(|guest| guest.object.upn.contains("_litware.example#EXT#")),
        ),
        (
            "search in other mails",
            GuestFilter {
                search: Some("@personal.exa".into()),
                ..include.clone()
            },
            Box::new(|guest| !guest.object.other_mails.is_empty()),
        ),
        (
            "search by object id",
            GuestFilter {
                search: Some(guest_id(77).to_string().to_uppercase()),
                ..include.clone()
            },
            Box::new(|guest| guest.id == guest_id(77)),
        ),
        (
            "search with quotes finds nothing and breaks nothing",
            GuestFilter {
                search: Some("\"' OR 1=1 --".into()),
                ..include.clone()
            },
            Box::new(|_| false),
        ),
        (
            "a short search",
            GuestFilter {
                search: Some("G9".into()),
                ..include.clone()
            },
            Box::new(|guest| guest.object.mail.contains("g9")),
        ),
        (
            "several together",
            GuestFilter {
                search: Some("guest".into()),
                domains: vec!["gmail.com".into()],
                standings: vec![Standing::Stopped],
                ..GuestFilter::default()
            },
            Box::new(|guest| {
                !guest.is_deleted()
                    && guest.domain == "gmail.com"
                    && guest.journey.standing == Standing::Stopped
            }),
        ),
    ];
    for (name, filter, rule) in cases {
        let listed: HashSet<_> = all(&archive, &filter, GuestSort::default(), 100)
            .await
            .iter()
            .map(|guest| guest.id)
            .collect();
        let expected: HashSet<_> = everybody
            .iter()
            .filter(|guest| rule(guest))
            .map(|guest| guest.id)
            .collect();
        assert_eq!(listed, expected, "{name}");
        assert_eq!(
            archive.count_guests(&filter, now()).await.unwrap(),
            expected.len() as u64,
            "{name}"
        );
        let page = archive
            .list_guests(&filter, GuestSort::default(), None, 3, now())
            .await
            .unwrap();
        let as_deleted = everybody.iter().filter(|guest| match filter.deleted {
            Deleted::Exclude => !guest.is_deleted(),
            Deleted::Only => guest.is_deleted(),
            Deleted::Include => true,
        });
        assert_eq!(
            (page.matching, page.total),
            (expected.len() as u64, as_deleted.count() as u64),
            "{name}: the counts beside a page"
        );
        let is_empty_case = name.contains("finds nothing");
        assert_eq!(
            expected.is_empty(),
            is_empty_case,
            "{name} must tell guests apart"
        );
    }
}

#[tokio::test]
async fn list_and_cards_count_the_same_guests() {
    let place = Place::new();
    let archive = place.open().await;
    save_guests(&archive, 0..400).await;
    derive(&archive).await;
    let cards = archive
        .load_snapshot()
        .await
        .unwrap()
        .cards(&crate::CohortFilter::default(), now());
    for card in Card::ALL {
        let filter = GuestFilter {
            card: Some(card),
            ..GuestFilter::default()
        };
        let listed = archive.count_guests(&filter, now()).await.unwrap();
        assert_eq!(u64::from(cards.of(card)), listed, "{card:?}");
        assert!(listed > 0, "{card:?} has nobody to count");
    }
}

#[tokio::test]
async fn a_cursor_belongs_to_its_order() {
    let place = Place::new();
    let archive = place.open().await;
    save_guests(&archive, 0..30).await;
    let by_name = GuestSort {
        key: SortKey::Name,
        descending: false,
    };
    let filter = GuestFilter::default();
    let page = archive
        .list_guests(&filter, by_name, None, 10, now())
        .await
        .unwrap();
    let cursor = page.next.unwrap();
    for (cursor, sort) in [
        (
            cursor.clone(),
            GuestSort {
                key: SortKey::Name,
                descending: true,
            },
        ),
        (cursor, GuestSort::default()),
        (Cursor::from_text("nonsense"), by_name),
        (Cursor::from_text("e30"), by_name),
    ] {
        let refused = archive.list_guests(&filter, sort, Some(&cursor), 10, now()).await;
        assert!(matches!(refused, Err(StoreError::BadCursor)));
    }
}

#[tokio::test]
async fn guests_are_found_by_every_name_they_have() {
    let place = Place::new();
    let archive = place.open().await;
    save_guests(&archive, 0..30).await;
    for name in [
        "g7@gmail.com",
        "G7@GMAIL.COM",
        "g7_gmail.com#EXT#@contosob2b.onmicrosoft.com",
        " other7@personal.example ",
    ] {
        let found = archive.find_guests_by_name(name).await.unwrap();
        assert_eq!(
            found.iter().map(|guest| guest.id).collect::<Vec<_>>(),
            [guest_id(7)],
            "{name}"
        );
    }
    assert!(
        archive
            .find_guests_by_name("nobody@example.com")
            .await
            .unwrap()
            .is_empty()
    );
    let found = archive.find_guest(guest_id(7)).await.unwrap().unwrap();
    assert_eq!(found.object, guest(7));
    assert_eq!(found.journey.stage, StageReached::Invited);
    assert_eq!(archive.find_guest(guest_id(9999)).await.unwrap(), None);
}

#[tokio::test]
async fn saving_again_changes_only_what_changed_and_the_name_moves_with_it() {
    let place = Place::new();
    let archive = place.open().await;
    save_guests(&archive, 0..50).await;
    let dirty = archive.load_dirty_guests(100).await.unwrap();
    let journeys: Vec<JourneyRecord> = archive
        .load_guests(&dirty.guests)
        .await
        .unwrap()
        .into_iter()
        .map(|guest| guest.journey)
        .collect();
    let mut tx = archive.write().await.unwrap();
    tx.save_journeys(&journeys, dirty.mark).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(archive.count_dirty_guests().await.unwrap(), 0);

    let renamed = GuestObject {
        display_name: "Zoë Newname".into(),
        ..guest(3)
    };
    let same = guest(4);
    let raws = [raw_guest(&renamed), raw_guest(&same)];
    let mut tx = archive.write().await.unwrap();
    let saved = tx
        .save_guests(&[(renamed, &raws[0]), (same, &raws[1])], None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        saved,
        Saved {
            new: 0,
            changed: 1,
            unchanged: 1
        }
    );
    assert_eq!(archive.count_dirty_guests().await.unwrap(), 1);

    let find = |text: &str| GuestFilter {
        search: Some(text.into()),
        ..GuestFilter::default()
    };
    assert_eq!(archive.count_guests(&find("zoë new"), now()).await.unwrap(), 1);
    assert_eq!(
        archive.count_guests(&find("łukasz 00003"), now()).await.unwrap(),
        0,
        "the old name is forgotten"
    );
}

#[tokio::test]
async fn evidence_that_comes_while_a_journey_is_derived_is_not_forgotten() {
    let place = Place::new();
    let archive = place.open().await;
    save_guests(&archive, 0..2).await;
    let dirty = archive.load_dirty_guests(100).await.unwrap();
    let evidence = archive.load_evidence(&dirty.guests).await.unwrap();

    save_page(
        &archive,
        &sign_in_page(&archive, &[SignIn::new(1, 1, now(), 50074)]),
    )
    .await;

    let journeys: Vec<JourneyRecord> = evidence
        .into_iter()
        .map(|evidence| evidence.guest.journey)
        .collect();
    let mut tx = archive.write().await.unwrap();
    tx.save_journeys(&journeys, dirty.mark).await.unwrap();
    tx.commit().await.unwrap();
    let left = archive.load_dirty_guests(100).await.unwrap();
    let left: Vec<_> = archive
        .load_guests(&left.guests)
        .await
        .unwrap()
        .iter()
        .map(|guest| guest.id)
        .collect();
    assert_eq!(left, [guest_id(1)]);
}

#[tokio::test]
async fn an_older_derivation_that_ends_later_does_not_undo_a_newer_one() {
    let place = Place::new();
    let archive = place.open().await;
    save_guests(&archive, 0..1).await;
    let derived = |standing| {
        let archive = archive.clone();
        async move {
            let dirty = archive.load_dirty_guests(100).await.unwrap();
            let evidence = archive.load_evidence(&dirty.guests).await.unwrap();
            let journeys: Vec<_> = evidence
                .into_iter()
                .map(|evidence| JourneyRecord {
                    standing,
                    ..evidence.guest.journey
                })
                .collect();
            (journeys, dirty.mark)
        }
    };
    let save = async |(journeys, mark): (Vec<JourneyRecord>, _)| {
        let mut tx = archive.write().await.unwrap();
        tx.save_journeys(&journeys, mark).await.unwrap();
        tx.commit().await.unwrap();
    };
    let standing = async || {
        let guest = archive.find_guest(guest_id(0)).await.unwrap().unwrap();
        guest.journey.standing
    };

    let older = derived(Standing::Open).await;
    save_page(
        &archive,
        &sign_in_page(&archive, &[SignIn::new(0, 1, now(), 50074)]),
    )
    .await;
    let newer = derived(Standing::Stopped).await;
    assert_eq!((older.0.len(), newer.0.len()), (1, 1));
    save(newer).await;
    save(older).await;
    assert_eq!(standing().await, Standing::Stopped);
    assert_eq!(archive.count_dirty_guests().await.unwrap(), 0);

    // Where a third row came in between, the older journey stands only until the mark is seen to.
    save_page(
        &archive,
        &sign_in_page(&archive, &[SignIn::new(0, 2, now(), 50074)]),
    )
    .await;
    let older = derived(Standing::Open).await;
    save_page(
        &archive,
        &sign_in_page(&archive, &[SignIn::new(0, 3, now(), 50074)]),
    )
    .await;
    save(older).await;
    assert_eq!(archive.count_dirty_guests().await.unwrap(), 1);
    save(derived(Standing::Stopped).await).await;
    assert_eq!(standing().await, Standing::Stopped);
    archive.close().await;
}

#[tokio::test]
async fn evidence_of_a_write_that_is_open_when_guests_are_asked_for_is_not_forgotten() {
    let place = Place::new();
    let archive = place.open().await;
    save_guests(&archive, 0..2).await;
    let mut open = archive.write().await.unwrap();
    open.save_page(&sign_in_page(&archive, &[SignIn::new(1, 1, now(), 50074)]))
        .await
        .unwrap();

    let derive = async {
        let dirty = archive.load_dirty_guests(100).await.unwrap();
        let evidence = archive.load_evidence(&dirty.guests).await.unwrap();
        (dirty.mark, evidence)
    };
    let commit = async {
        // Time enough for whoever does not wait.
        for _ in 0..50 {
            archive.count_dirty_guests().await.unwrap();
        }
        open.commit().await.unwrap();
    };
    let ((mark, evidence), ()) = tokio::join!(derive, commit);

    let seen: usize = evidence.iter().map(|guest| guest.sign_ins.len()).sum();
    let journeys: Vec<JourneyRecord> = evidence.into_iter().map(|guest| guest.guest.journey).collect();
    let mut tx = archive.write().await.unwrap();
    tx.save_journeys(&journeys, mark).await.unwrap();
    tx.commit().await.unwrap();
    let left = archive.count_dirty_guests().await.unwrap();
    assert!(
        seen == 1 || left == 1,
        "{seen} sign-ins seen, {left} guests marked"
    );
}

#[tokio::test]
async fn who_is_in_neither_list_nor_bin_is_kept_and_marked_until_seen_again() {
    let place = Place::new();
    let archive = place.open().await;
    let sweep = |range: std::ops::Range<u32>| {
        let archive = archive.clone();
        async move {
            let guests: Vec<GuestObject> = range.map(guest).collect();
            let raws: Vec<String> = guests.iter().map(raw_guest).collect();
            let rows: Vec<_> = guests.into_iter().zip(raws.iter().map(String::as_str)).collect();
            let mut tx = archive.write().await.unwrap();
            let sweep = tx.begin_sweep().await.unwrap();
            tx.save_guests(&rows, Some(sweep)).await.unwrap();
            let gone = tx.finish_sweep(sweep, now()).await.unwrap();
            tx.commit().await.unwrap();
            gone
        }
    };
    assert_eq!(sweep(1..11).await, 0);
    assert_eq!(sweep(1..9).await, 2);
    let gone = archive.find_guest(guest_id(10)).await.unwrap().unwrap();
    assert!(gone.is_deleted() && gone.object.deleted_at.is_none());
    assert_eq!(
        archive
            .count_guests(&GuestFilter::default(), now())
            .await
            .unwrap(),
        8
    );
    assert_eq!(sweep(1..11).await, 0);
    assert_eq!(
        archive
            .count_guests(&GuestFilter::default(), now())
            .await
            .unwrap(),
        10,
        "who is back is listed again"
    );
    assert!(
        !archive
            .find_guest(guest_id(10))
            .await
            .unwrap()
            .unwrap()
            .is_deleted()
    );
}

#[tokio::test]
async fn a_guest_deleted_here_is_deleted_at_once_and_restored_by_the_next_reading() {
    let place = Place::new();
    let archive = place.open().await;
    save_guests(&archive, 1..3).await;
    let mut tx = archive.write().await.unwrap();
    tx.mark_deleted(guest_id(1), now()).await.unwrap();
    assert!(matches!(
        tx.mark_deleted(guest_id(99), now()).await,
        Err(StoreError::NoGuest(_))
    ));
    tx.commit().await.unwrap();
    assert!(
        archive
            .find_guest(guest_id(1))
            .await
            .unwrap()
            .unwrap()
            .is_deleted()
    );
    let snapshot = archive.load_snapshot().await.unwrap();
    assert_eq!(
        snapshot
            .cards(&crate::CohortFilter::default(), now())
            .of(Card::Total),
        1
    );

    save_guests(&archive, 1..2).await;
    assert!(
        !archive
            .find_guest(guest_id(1))
            .await
            .unwrap()
            .unwrap()
            .is_deleted()
    );
}

#[tokio::test]
async fn hostile_names_are_kept_whole_and_found() {
    let place = Place::new();
    let archive = place.open().await;
    let huge = "x".repeat(64 * 1024);
    let names: BTreeMap<u32, String> = [
        (1, "<script>alert('1')</script>".to_owned()),
        (2, "\u{202e}gnp.exe\u{202c} \u{200b}zero".to_owned()),
        (3, format!("Robert'); DROP TABLE guest;-- {huge}")),
        (4, "👩‍👩‍👧‍👦 שלום \0 nul".to_owned()),
    ]
    .into();
    let guests: Vec<GuestObject> = names
        .iter()
        .map(|(n, name)| GuestObject {
            display_name: name.clone(),
            ..guest(*n)
        })
        .collect();
    let rows: Vec<_> = guests.iter().cloned().map(|guest| (guest, "{}")).collect();
    let mut tx = archive.write().await.unwrap();
    tx.save_guests(&rows, None).await.unwrap();
    tx.commit().await.unwrap();
    for (n, name) in &names {
        assert_eq!(
            &archive
                .find_guest(guest_id(*n))
                .await
                .unwrap()
                .unwrap()
                .object
                .display_name,
            name
        );
    }
    for search in ["<script>", "drop table", "שלום", "gnp.exe"] {
        let filter = GuestFilter {
            search: Some(search.into()),
            ..GuestFilter::default()
        };
        assert_eq!(archive.count_guests(&filter, now()).await.unwrap(), 1, "{search}");
    }
    let by_name = GuestSort {
        key: SortKey::Name,
        descending: true,
    };
    assert_eq!(all(&archive, &GuestFilter::default(), by_name, 1).await.len(), 4);
}

#[tokio::test]
async fn what_was_not_read_does_not_erase_what_is_known() {
    let place = Place::new();
    let archive = place.open().await;
    save_guests(&archive, 1..3).await;
    let alone = GuestObject {
        clocks: None,
        sponsors: Vec::new(),
        account_enabled: Some(false),
        ..guest(1)
    };
    let mut tx = archive.write().await.unwrap();
    tx.save_partial_guests(&[(alone.clone(), "{}")], None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let held = archive.find_guest(guest_id(1)).await.unwrap().unwrap().object;
    assert_eq!(
        held,
        GuestObject {
            account_enabled: Some(false),
            ..guest(1)
        }
    );

    let mut tx = archive.write().await.unwrap();
    tx.save_guests(&[(alone, "{ }")], None).await.unwrap();
    tx.commit().await.unwrap();
    let held = archive.find_guest(guest_id(1)).await.unwrap().unwrap().object;
    assert_eq!(
        (held.clocks, held.sponsors),
        (guest(1).clocks, Vec::new()),
        "a list without sponsors says there are none"
    );
}
