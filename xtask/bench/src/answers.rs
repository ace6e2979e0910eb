//! How soon questions are answered from the archive, warm.

use std::{future::Future, time::Instant};

use anyhow::{Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use usher_clock::{Clock as _, SystemClock};
use usher_console::{
    Console,
    views::{
        CardKind, GuestFilter as ListFilter, GuestQuery, GuestSort as ListOrder, InvitationStateView,
        OverviewFilter, StandingView,
    },
};
use usher_store::{
    Archive, CohortFilter, Cursor, Deadline, Facets, GuestFilter, GuestSort, InvitationState, SortKey,
    Standing,
};

use crate::{
    close,
    report::{Finding, Measured, Report, Unit, say},
    tenant::Held,
    timing::Times,
};

/// Every question is asked at least so often.
const RUNS: usize = 1000;
/// Rows of a page.
const PAGE: u32 = 100;
/// Pages of one list that are measured, spread over its whole length.
const PAGES_OF_A_LIST: usize = 8;
/// What the p95 of each may be.
const GOAL_MS: f64 = 5.0;

/// Measures pages, the console's list and the funnel.
pub(crate) async fn measure(held: &Held, report: &mut Report) -> Result<()> {
    let archive = held.archive().await?;
    let snapshot = archive.load_snapshot().await?;
    let now = SystemClock.now();
    let facets = snapshot.facets(&CohortFilter::default(), now);
    ensure!(!snapshot.is_empty(), "the archive holds no guests");
    report.add(finding(
        "guestPageP95",
        measure_pages(&archive, &facets, now).await?,
    )?);
    let funnel = measure_funnel(&archive, &facets, now).await?;
    close(archive).await;

    let console = held.console();
    console.open_archive(&held.tenant.to_string()).await?;
    let list = measure_list(&console, &facets).await?;
    report.add(finding("guestListP95", list)?);
    let mut overview = measure_overview(&console, &facets).await?;
    console.close().await;
    report.add(
        finding("funnelP95", funnel)?
            .part("guests", snapshot.len() as f64)
            .part("wholeOverviewP95Ms", overview.p95()),
    );
    Ok(())
}

fn finding(name: &'static str, mut times: Times) -> Result<Finding> {
    ensure!(
        times.runs() >= RUNS,
        "{name} was measured {} times only",
        times.runs()
    );
    let measured: Measured = Finding::measured(name, times.p95());
    Ok(measured
        .at_most(GOAL_MS, Unit::Milliseconds)
        .part("medianMs", times.median())
        .part("runs", times.runs() as f64))
}

/// Asks all `questions` once to warm up, then round after round until there are enough runs.
async fn ask_all<Q, A, F>(questions: &[Q], ask: impl Fn(Q) -> F) -> Result<Times>
where
    Q: Clone,
    F: Future<Output = Result<A>>,
{
    for question in questions {
        ask(question.clone()).await?;
    }
    let mut times = Times::default();
    while times.runs() < RUNS {
        for question in questions {
            let question = question.clone();
            let begin = Instant::now();
            let answer = ask(question).await?;
            times.note(begin.elapsed());
            drop(answer);
        }
    }
    Ok(times)
}

/// Pages of 100 anywhere in the list, by the archive.
async fn measure_pages(archive: &Archive, facets: &Facets, now: DateTime<Utc>) -> Result<Times> {
    let keys = [
        (SortKey::Urgency, false),
        (SortKey::Name, false),
        (SortKey::Invited, true),
        (SortKey::LastInvited, false),
        (SortKey::LastSuccessful, true),
    ];
    let mut questions = Vec::new();
    for filter in store_filters(facets, now) {
        for (key, descending) in keys {
            let sort = GuestSort { key, descending };
            for after in cursors(archive, &filter, sort, now).await? {
                questions.push((filter.clone(), sort, after));
            }
        }
    }
    say(&format!("guest pages: {} different ones", questions.len()));
    ask_all(&questions, |(filter, sort, after)| async move {
        Ok(archive
            .list_guests(&filter, sort, after.as_ref(), PAGE, now)
            .await?)
    })
    .await
}

/// The start of a list and some cursors spread over it.
async fn cursors(
    archive: &Archive,
    filter: &GuestFilter,
    sort: GuestSort,
    now: DateTime<Utc>,
) -> Result<Vec<Option<Cursor>>> {
    let mut all = vec![None];
    loop {
        let after = all.last().and_then(Option::as_ref);
        // Large pages only to get about quickly.
        let page = archive.list_guests(filter, sort, after, 1000, now).await?;
        match page.next {
            Some(next) => all.push(Some(next)),
            None => break,
        }
    }
    let step = all.len().div_ceil(PAGES_OF_A_LIST);
    Ok(all.into_iter().step_by(step).collect())
}

fn store_filters(facets: &Facets, now: DateTime<Utc>) -> Vec<GuestFilter> {
    let mut filters = vec![
        GuestFilter::default(),
        GuestFilter {
            states: vec![InvitationState::PendingAcceptance],
            ..GuestFilter::default()
        },
        GuestFilter {
            standings: vec![Standing::Stopped],
            ..GuestFilter::default()
        },
        GuestFilter {
            deadline: Some(Deadline::Expired),
            ..GuestFilter::default()
        },
        GuestFilter {
            account_enabled: Some(false),
            ..GuestFilter::default()
        },
        GuestFilter {
            invited_from: Some(now - TimeDelta::days(7)),
            ..GuestFilter::default()
        },
        GuestFilter {
            search: Some("mar".to_owned()),
            ..GuestFilter::default()
        },
    ];
    filters.extend(facets.domains.iter().take(2).map(|domain| GuestFilter {
        domains: vec![domain.value.to_string()],
        ..GuestFilter::default()
    }));
    filters.extend(facets.reasons.iter().take(2).map(|reason| GuestFilter {
        reasons: vec![reason.value.to_string()],
        ..GuestFilter::default()
    }));
    filters.extend(facets.inviters.iter().take(1).map(|inviter| GuestFilter {
        inviters: vec![inviter.value],
        ..GuestFilter::default()
    }));
    filters
}

/// The first page with both counts, as the window asks for it.
async fn measure_list(console: &Console, facets: &Facets) -> Result<Times> {
    let orders = [
        ListOrder::Attention,
        ListOrder::Name,
        ListOrder::Invited,
        ListOrder::Expires,
        ListOrder::LastSignIn,
    ];
    let mut filters = vec![
        ListFilter::default(),
        ListFilter {
            invitation_state: Some(InvitationStateView::PendingAcceptance),
            ..ListFilter::default()
        },
        ListFilter {
            standing: Some(StandingView::Stopped),
            ..ListFilter::default()
        },
        ListFilter {
            search: Some("mar".to_owned()),
            ..ListFilter::default()
        },
    ];
    filters.extend(
        [
            CardKind::Expiring,
            CardKind::Blocked,
            CardKind::Inactive,
            CardKind::NeverSignedIn,
        ]
        .into_iter()
        .map(|card| ListFilter {
            card: Some(card),
            ..ListFilter::default()
        }),
    );
    filters.extend(facets.domains.iter().take(2).map(|domain| ListFilter {
        partner: Some(domain.value.to_string()),
        ..ListFilter::default()
    }));
    let questions: Vec<GuestQuery> = filters
        .iter()
        .flat_map(|filter| {
            orders.map(|sort| GuestQuery {
                filter: filter.clone(),
                sort,
                ..GuestQuery::default()
            })
        })
        .collect();
    ask_all(&questions, |query| async move {
        Ok(console.list_guests(query).await?)
    })
    .await
}

/// The funnel over varied ranges and partners, with looking up the snapshot as every answer does.
async fn measure_funnel(archive: &Archive, facets: &Facets, now: DateTime<Utc>) -> Result<Times> {
    let domains = facets
        .domains
        .iter()
        .take(20)
        .map(|domain| Some(domain.value.to_string()));
    let mut questions = Vec::new();
    for domain in domains.chain([None]) {
        for days in [1, 7, 30, 90, 365] {
            questions.push(CohortFilter {
                invited_from: Some(now - TimeDelta::days(days)),
                domain: domain.clone(),
                ..CohortFilter::default()
            });
        }
    }
    ask_all(&questions, |cohort| async move {
        let snapshot = archive.load_snapshot().await?;
        Ok(snapshot.funnel(&cohort, now))
    })
    .await
}

/// Everything on the Overview's page: cards, funnel, reasons, weeks, coverage, who needs attention, choices.
async fn measure_overview(console: &Console, facets: &Facets) -> Result<Times> {
    let domains = facets
        .domains
        .iter()
        .take(3)
        .map(|domain| Some(domain.value.to_string()));
    let mut questions = Vec::new();
    for partner in domains.chain([None]) {
        for days in [7, 30, 90] {
            questions.push(OverviewFilter {
                days: Some(days),
                partner: partner.clone(),
                ..OverviewFilter::default()
            });
        }
    }
    ask_all(
        &questions,
        |filter| async move { Ok(console.overview(filter).await?) },
    )
    .await
}
