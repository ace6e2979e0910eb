//! Counts over everybody.

use chrono::{DateTime, TimeDelta, Utc};

use super::build::*;
use crate::{
    Archive, CohortFilter, GuestFilter, GuestObject, GuestSort, JourneyRecord, OpenOptions, SortKey,
    StageReached, StageTimes, Standing,
};

struct Told {
    n: u32,
    stage: StageReached,
    standing: Standing,
    reason: Option<&'static str>,
    invited: DateTime<Utc>,
    attempted: Option<DateTime<Utc>>,
    redeemed: Option<DateTime<Utc>>,
}

fn told(n: u32, stage: StageReached, standing: Standing) -> Told {
    Told {
        n,
        stage,
        standing,
        reason: None,
        invited: now() - TimeDelta::days(10),
        attempted: None,
        redeemed: None,
    }
}

/// Writes guests with these journeys; domains go by the guest's number.
async fn tell(archive: &Archive, told: &[Told]) {
    let guests: Vec<GuestObject> = told
        .iter()
        .map(|told| GuestObject {
            deleted_at: None,
            ..guest(told.n)
        })
        .collect();
    let rows: Vec<_> = guests.iter().cloned().map(|guest| (guest, "{}")).collect();
    let mut tx = archive.write().await.unwrap();
    tx.save_guests(&rows, None).await.unwrap();
    // Also who was told of before.
    tx.mark_all_dirty().await.unwrap();
    tx.commit().await.unwrap();
    let dirty = archive.load_dirty_guests(10_000).await.unwrap();
    let mut journeys = Vec::new();
    for told in told {
        let record = archive.find_guest(guest_id(told.n)).await.unwrap().unwrap();
        journeys.push(JourneyRecord {
            stage: told.stage,
            standing: told.standing,
            reason: told.reason.map(Into::into),
            waiting_since: Some(told.invited),
            times: StageTimes {
                invited: Some(told.invited),
                last_invited: Some(told.invited),
                mailed: Some(told.invited + TimeDelta::seconds(60)),
                attempted: told.attempted,
                redeemed: told.redeemed,
                ..StageTimes::default()
            },
            at_least: told.n.is_multiple_of(2),
            ..record.journey
        });
    }
    let mut tx = archive.write().await.unwrap();
    tx.save_journeys(&journeys, dirty.mark).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn the_funnel_counts_a_guest_in_every_stage_up_to_the_last() {
    use StageReached::*;
    let place = Place::new();
    let archive = place.open().await;
    let blocked = |n| Told {
        reason: Some("blocked"),
        ..told(n, AttemptedSignIn, Standing::Stopped)
    };
    tell(
        &archive,
        &[
            told(1, Invited, Standing::Open),
            told(2, MailSent, Standing::Open),
            blocked(3),
            blocked(4),
            Told {
                reason: Some("other"),
                ..told(5, AttemptedSignIn, Standing::Stopped)
            },
            told(6, FirstAccess, Standing::Fine),
        ],
    )
    .await;
    let funnel = archive
        .load_snapshot()
        .await
        .unwrap()
        .funnel(&CohortFilter::default(), now());
    assert_eq!(funnel.guests, 6);
    assert_eq!(
        funnel
            .stages
            .iter()
            .map(|stage| stage.reached)
            .collect::<Vec<_>>(),
        [6, 5, 4, 1, 1, 1]
    );
    let attempted = &funnel.stages[2];
    assert_eq!(attempted.stopped, 3);
    let reasons: Vec<_> = attempted
        .reasons
        .iter()
        .map(|reason| (&*reason.reason, reason.guests))
        .collect();
    assert_eq!(reasons, [("blocked", 2), ("other", 1)]);
    assert_eq!(funnel.stages[1].median_seconds, Some(60));
    assert_eq!(funnel.stages[3].median_seconds, None, "no times, no median");
    assert_eq!(
        funnel.stages[5].uncertain, 2,
        "guests 2 and 4 may have got further"
    );
    archive.close().await;
}

#[tokio::test]
async fn a_median_from_the_logs_is_of_guests_whose_whole_journey_is_held() {
    let place = Place::new();
    let archive = place.open().await;
    let after = |n, minutes| Told {
        attempted: Some(now() - TimeDelta::days(10) + TimeDelta::seconds(60) + TimeDelta::minutes(minutes)),
        ..told(n, StageReached::AttemptedSignIn, Standing::Open)
    };
    // Even guests were invited before the logs begin: the attempts that are held are not their first.
    tell(&archive, &[after(2, 9000), after(4, 9000), after(6, 9000)]).await;
    let median = |archive: Archive| async move {
        let snapshot = archive.load_snapshot().await.unwrap();
        let funnel = snapshot.funnel(&CohortFilter::default(), now());
        (funnel.stages[1].median_seconds, funnel.stages[2].median_seconds)
    };
    assert_eq!(median(archive.clone()).await, (Some(60), None), "not known");

    tell(&archive, &[after(1, 5), after(3, 7)]).await;
    assert_eq!(median(archive.clone()).await, (Some(60), Some(300)));
    archive.close().await;
}

#[tokio::test]
async fn a_cohort_is_cut_by_range_partner_inviter_and_issuer() {
    use StageReached::*;
    let place = Place::new();
    let archive = place.open().await;
    let early = Told {
        invited: now() - TimeDelta::days(40),
        ..told(5, Invited, Standing::Open)
    };
    tell(
        &archive,
        &[
            early,
            told(6, Invited, Standing::Open),
            told(10, Redeemed, Standing::Open),
        ],
    )
    .await;
    let snapshot = archive.load_snapshot().await.unwrap();
    let count = |cohort: CohortFilter| snapshot.funnel(&cohort, now()).guests;
    let all = CohortFilter::default;
    assert_eq!(count(all()), 3);
    assert_eq!(
        count(CohortFilter {
            invited_from: Some(now() - TimeDelta::days(30)),
            ..all()
        }),
        2
    );
    assert_eq!(
        count(CohortFilter {
            invited_until: Some(now() - TimeDelta::days(30)),
            ..all()
        }),
        1
    );
    assert_eq!(
        count(CohortFilter {
            domain: Some("fabrikam.com".into()),
            ..all()
        }),
        2,
        "5 and 10"
    );
    assert_eq!(
        count(CohortFilter {
            domain: Some("unheard.example".into()),
            ..all()
        }),
        0
    );
    assert_eq!(
        count(CohortFilter {
            issuer: Some("google.com".into()),
            ..all()
        }),
        1,
        "5"
    );
    assert_eq!(
        count(CohortFilter {
            inviter: Some(crate::EntityKey(1)),
            ..all()
        }),
        0
    );
    let facets = snapshot.facets(&all(), now());
    assert_eq!(&*facets.domains[0].value, "fabrikam.com");
    assert_eq!(facets.domains[0].guests, 2);
    assert!(facets.inviters.is_empty());
    archive.close().await;
}

#[tokio::test]
async fn weeks_count_invitations_and_redemptions_each_in_their_own_week() {
    use StageReached::*;
    let place = Place::new();
    let archive = place.open().await;
    let monday = at("2026-11-09T00:00:00Z");
    let redeemed = Told {
        invited: monday,
        redeemed: Some(monday + TimeDelta::days(8)),
        ..told(1, Redeemed, Standing::Open)
    };
    let before = Told {
        invited: monday - TimeDelta::days(30),
        redeemed: Some(monday),
        ..told(2, Redeemed, Standing::Open)
    };
    tell(&archive, &[redeemed, before]).await;
    let record = archive.find_guest(guest_id(1)).await.unwrap().unwrap();
    let inviter = Some(crate::EntityKey(record.key.0));
    let dirty = archive.load_dirty_guests(10).await.unwrap();
    let mut tx = archive.write().await.unwrap();
    tx.mark_all_dirty().await.unwrap();
    tx.save_journeys(
        &[JourneyRecord {
            inviter,
            ..record.journey
        }],
        dirty.mark,
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let snapshot = archive.load_snapshot().await.unwrap();
    let cohort = CohortFilter {
        invited_from: Some(monday),
        ..CohortFilter::default()
    };
    let weeks = snapshot.weeks(&cohort, monday + TimeDelta::days(2), now(), now());
    let counts: Vec<_> = weeks
        .iter()
        .map(|week| (week.week, week.invited, week.redeemed, week.largest_bulk))
        .collect();
    assert_eq!(
        counts,
        [
            (monday, 1, 1, 1),
            (monday + TimeDelta::weeks(1), 0, 1, 0),
            (monday + TimeDelta::weeks(2), 0, 0, 0)
        ]
    );
    archive.close().await;
}

#[tokio::test]
async fn guests_of_one_partner_with_one_cause_are_a_cluster() {
    use StageReached::*;
    let place = Place::new();
    let archive = place.open().await;
    // Numbers with the same rest by five share a domain.
    let stopped = |n, reason| Told {
        reason: Some(reason),
        ..told(n, AttemptedSignIn, Standing::Stopped)
    };
    let oldest = Told {
        invited: now() - TimeDelta::days(50),
        ..stopped(1, "inbound")
    };
    tell(
        &archive,
        &[
            oldest,
            stopped(6, "inbound"),
            stopped(11, "inbound"),
            stopped(16, "mfa"),
            stopped(2, "inbound"),
            told(21, Invited, Standing::Open),
        ],
    )
    .await;
    let snapshot = archive.load_snapshot().await.unwrap();
    let clusters = snapshot.clusters(&CohortFilter::default(), 3, now());
    assert_eq!(clusters.len(), 1);
    assert_eq!(
        (&*clusters[0].domain, &*clusters[0].reason),
        ("litware.example", "inbound")
    );
    assert_eq!(clusters[0].guests.len(), 3);
    assert_eq!(clusters[0].waiting_since, Some(now() - TimeDelta::days(50)));
    let reasons = snapshot.reasons(&CohortFilter::default(), now());
    let reasons: Vec<_> = reasons
        .iter()
        .map(|reason| (&*reason.reason, reason.stage, reason.guests))
        .collect();
    assert_eq!(
        reasons,
        [("inbound", AttemptedSignIn, 4), ("mfa", AttemptedSignIn, 1)]
    );
    archive.close().await;
}

#[tokio::test]
async fn the_snapshot_follows_every_commit() {
    use StageReached::*;
    let place = Place::new();
    let archive = place.open().await;
    assert!(archive.load_snapshot().await.unwrap().is_empty());
    tell(
        &archive,
        &(1..40)
            .map(|n| told(n, Invited, Standing::Open))
            .collect::<Vec<_>>(),
    )
    .await;
    let reached = |stage: usize| {
        let archive = archive.clone();
        async move {
            archive
                .load_snapshot()
                .await
                .unwrap()
                .funnel(&CohortFilter::default(), now())
                .stages[stage]
                .reached
        }
    };
    assert_eq!(reached(4).await, 0);
    // A few of many: only these are read again.
    tell(
        &archive,
        &[
            told(7, Redeemed, Standing::Open),
            told(41, FirstAccess, Standing::Fine),
        ],
    )
    .await;
    assert_eq!(reached(4).await, 2);
    assert_eq!(reached(0).await, 40);
    let held = archive.load_snapshot().await.unwrap();
    let again = archive.load_snapshot().await.unwrap();
    assert!(
        std::sync::Arc::ptr_eq(&held, &again),
        "nothing changed, nothing is read"
    );
    archive.close().await;
}

/// What is answered from the snapshot, in words.
async fn answers(archive: &Archive) -> String {
    let snapshot = archive.load_snapshot().await.unwrap();
    let mut words = vec![format!(
        "{:?} {:?} {:?}",
        snapshot.cards(&CohortFilter::default(), now()),
        snapshot.funnel(&CohortFilter::default(), now()),
        snapshot.reasons(&CohortFilter::default(), now()),
    )];
    let search = GuestFilter {
        search: Some("fabrikam".to_owned()),
        ..GuestFilter::default()
    };
    for filter in [GuestFilter::default(), search] {
        for key in SortKey::ALL {
            let sort = GuestSort {
                key,
                ..GuestSort::default()
            };
            let page = archive
                .list_guests(&filter, sort, None, 100, now())
                .await
                .unwrap();
            let keys: Vec<_> = page.guests.iter().map(|guest| guest.key).collect();
            words.push(format!("{keys:?}"));
        }
    }
    words.join("\n")
}

async fn some_guests(archive: &Archive) {
    let told: Vec<_> = (1..60)
        .map(|n| Told {
            reason: (n % 3 == 0).then_some("mfa"),
            ..told(n, StageReached::AttemptedSignIn, Standing::Stopped)
        })
        .collect();
    tell(archive, &told).await;
}

/// Breaks what is kept without the archive knowing: answers that stay as they were come from the guests themselves.
async fn break_kept(archive: &Archive) {
    let mut tx = archive.write().await.unwrap();
    let broken = sqlx::query("UPDATE guest_list SET z = x'00'")
        .execute(tx.connection().unwrap())
        .await
        .unwrap();
    assert_eq!(broken.rows_affected(), 1);
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_kept_list_answers_as_the_guests_themselves_do() {
    let place = Place::new();
    let archive = place.open().await;
    some_guests(&archive).await;
    let before = answers(&archive).await;
    archive.keep_guest_list().await.unwrap();
    archive.close().await;

    let archive = place.open().await;
    // Whoever reads the list and not the guests does not see this.
    let mut tx = archive.write().await.unwrap();
    sqlx::query("UPDATE journey SET stage = 5")
        .execute(tx.connection().unwrap())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(answers(&archive).await, before);
    archive.close().await;
}

#[tokio::test]
async fn a_kept_list_is_read_neither_after_a_change_nor_broken() {
    let place = Place::new();
    let archive = place.open().await;
    some_guests(&archive).await;
    archive.keep_guest_list().await.unwrap();
    tell(&archive, &[told(7, StageReached::FirstAccess, Standing::Fine)]).await;
    let changed = answers(&archive).await;
    archive.close().await;
    let archive = place.open().await;
    assert_eq!(
        answers(&archive).await,
        changed,
        "the list is older than the change"
    );

    archive.keep_guest_list().await.unwrap();
    break_kept(&archive).await;
    archive.close().await;
    let archive = place.open().await;
    assert_eq!(answers(&archive).await, changed);
    archive.close().await;
}

#[tokio::test]
async fn a_list_is_kept_once_a_change_and_never_by_who_only_reads() {
    let place = Place::new();
    let archive = place.open().await;
    archive.keep_guest_list().await.unwrap();
    let kept = async |archive: &Archive| -> Vec<(String, i64)> {
        sqlx::query_as("SELECT as_of, length(z) FROM guest_list")
            .fetch_all(&archive.inner.readers)
            .await
            .unwrap()
    };
    assert!(kept(&archive).await.is_empty(), "there is no guest to keep");
    some_guests(&archive).await;
    archive.keep_guest_list().await.unwrap();
    assert_eq!(kept(&archive).await.len(), 1);
    // Told by what lies there: it would be whole again if it were written again.
    break_kept(&archive).await;
    archive.keep_guest_list().await.unwrap();
    assert_eq!(kept(&archive).await[0].1, 1);
    tell(&archive, &[told(7, StageReached::FirstAccess, Standing::Fine)]).await;
    let before = kept(&archive).await;
    archive.close().await;

    let reader = Archive::open(place.location(), &key(), OpenOptions::read_only(now()))
        .await
        .unwrap();
    reader.keep_guest_list().await.unwrap();
    assert_eq!(kept(&reader).await, before);
    reader.close().await;
}

/// Begins to read the guests while nobody gets a connection, and drops it.
async fn give_up_reading(archive: &Archive) {
    let readers = &archive.inner.readers;
    let mut busy = Vec::new();
    for _ in 0..readers.options().get_max_connections() {
        busy.push(readers.acquire().await.unwrap());
    }
    let mut reading = std::pin::pin!(archive.load_snapshot());
    assert!(futures_util::poll!(&mut reading).is_pending());
}

#[tokio::test]
async fn a_reading_that_is_given_up_leaves_nothing_behind() {
    let place = Place::new();
    let archive = place.open().await;
    some_guests(&archive).await;
    archive.close().await;

    let archive = place.open().await;
    give_up_reading(&archive).await;
    archive.keep_guest_list().await.unwrap();
    assert_eq!(archive.load_snapshot().await.unwrap().len(), 59);
    archive.close().await;
    let archive = place.open().await;
    assert_eq!(archive.load_snapshot().await.unwrap().len(), 59);
    // The same where guests changed: they are still known to have.
    tell(&archive, &[told(7, StageReached::FirstAccess, Standing::Fine)]).await;
    give_up_reading(&archive).await;
    let stages = archive
        .load_snapshot()
        .await
        .unwrap()
        .funnel(&CohortFilter::default(), now())
        .stages;
    assert_eq!(stages[5].reached, 1);
    archive.close().await;
}
