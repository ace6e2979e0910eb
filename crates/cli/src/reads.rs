//! Reading: guests, one guest, the funnel, what stops guests, coverage.

use std::{fmt::Write as _, process::ExitCode};

use chrono::{DateTime, Utc};
use serde::Serialize;
use usher_console::{
    Console, one_line,
    views::{
        CardKind, Count, CoverageState, CoverageView, GuestDetailView, GuestFilter, GuestPage, GuestQuery,
        GuestView, InvitationStateView, LogView, LostView, OverviewFilter, OverviewView, StageView,
        StandingView,
    },
};

use crate::{
    arguments::{FilterArguments, GuestsArguments, Place},
    failure::Failure,
    open,
    output::{Output, Table},
};

/// Rows asked for at a time where all are wanted.
const LARGEST_PAGE: u32 = 1000;

/// `usherctl guests`.
pub(crate) async fn guests(
    console: &Console,
    place: &Place,
    arguments: &GuestsArguments,
    output: Output,
) -> Result<ExitCode, Failure> {
    open::archive(console, place).await?;
    let mut query = GuestQuery {
        filter: GuestFilter {
            search: arguments.search.clone(),
            invitation_state: arguments.state,
            stage: arguments.stage,
            reached: arguments.reached,
            standing: arguments.standing,
            reason: arguments.reason.clone(),
            partner: arguments.partner.clone(),
            inviter: arguments.inviter.clone(),
            identity_provider: arguments.identity_provider.clone(),
            account_enabled: arguments.account_enabled,
            invited_from: arguments.invited_from,
            invited_to: arguments.invited_to,
            card: arguments.card,
            deleted: arguments.deleted,
        },
        sort: arguments.sort,
        descending: arguments.descending,
        after: arguments.after.clone(),
        limit: Some(if arguments.all {
            LARGEST_PAGE
        } else {
            arguments.limit
        }),
    };
    let mut page = console.list_guests(query.clone()).await?;
    while let Some(after) = page.next.take_if(|_| arguments.all) {
        query.after = Some(after);
        let more = console.list_guests(query.clone()).await?;
        page.at_least |= more.at_least;
        page.items.extend(more.items);
        page.next = more.next;
    }
    output.answer(&page, guests_in_words)?;
    Ok(ExitCode::SUCCESS)
}

fn guests_in_words(page: &GuestPage) -> String {
    let mut table = Table::new(&["Name", "Mail", "State", "Stage", "Reason", "Invited"]);
    for guest in &page.items {
        table.row([
            guest.display_name.clone(),
            guest.mail.clone().unwrap_or_default(),
            state(guest.invitation_state).to_owned(),
            guest.stage.label().to_owned(),
            reason(guest),
            day(guest.invited_at),
        ]);
    }
    let mut text = table.text();
    // Writing to a String cannot fail.
    let _ = writeln!(text, "\n{} of {} guests match.", page.matching, page.total);
    if page.at_least {
        text.push_str("Some stages rest on incomplete logs: see `usherctl coverage`.\n");
    }
    if let Some(next) = &page.next {
        let _ = writeln!(text, "Next page: --after {next}");
    }
    text
}

/// `usherctl guest MAIL`.
pub(crate) async fn guest(
    console: &Console,
    place: &Place,
    name: &str,
    output: Output,
) -> Result<ExitCode, Failure> {
    open::archive(console, place).await?;
    let detail = console.guest_by_name(name).await?;
    output.answer(&detail, guest_in_words)?;
    Ok(ExitCode::SUCCESS)
}

fn guest_in_words(detail: &GuestDetailView) -> String {
    let guest = &detail.guest;
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "{}  {}",
        one_line(&guest.display_name),
        one_line(guest.mail.as_deref().unwrap_or_default())
    );
    let _ = writeln!(
        text,
        "{}, {}, {}",
        state(guest.invitation_state),
        guest.stage.label(),
        standing(guest.standing)
    );
    if let Some(cause) = &detail.cause {
        let code = cause
            .code
            .map(|code| format!(" (AADSTS{code})"))
            .unwrap_or_default();
        let _ = writeln!(
            text,
            "\n{}{code}\n{}\nWhat you do: {}",
            one_line(&cause.title),
            cause.explanation,
            cause.remedy
        );
    }
    text.push('\n');
    for stage in &detail.timeline {
        let _ = writeln!(text, "{:<18} {}", stage.stage.label(), minute(stage.at));
        for line in &stage.evidence {
            let times = if line.times > 1 {
                format!(", {} times", line.times)
            } else {
                String::new()
            };
            let _ = writeln!(
                text,
                "  {}  {}{times}",
                minute(Some(line.at)),
                one_line(&line.text)
            );
        }
    }
    let _ = writeln!(text, "\nNot in your logs: {}", detail.not_in_logs.join(" "));
    text
}

/// The funnel in the shape of `--json`: one flat object a stage.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FunnelReport {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    stages: Vec<StageReport>,
    cards: Vec<CardReport>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct StageReport {
    stage: StageView,
    /// Null where it cannot be known.
    guests: Option<u32>,
    at_least: bool,
    conversion: Option<f64>,
    median_seconds: Option<u32>,
    lost: Option<u32>,
    lost_reasons: Vec<LostView>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct CardReport {
    card: CardKind,
    /// Null where it cannot be known.
    guests: Option<u32>,
    at_least: bool,
}

fn at_least(count: Option<Count>) -> bool {
    count.is_some_and(|count| count.at_least)
}

fn filter(arguments: &FilterArguments) -> OverviewFilter {
    OverviewFilter {
        days: Some(arguments.days),
        partner: arguments.partner.clone(),
        inviter: arguments.inviter.clone(),
        identity_provider: arguments.identity_provider.clone(),
        card: None,
    }
}

async fn overview(
    console: &Console,
    place: &Place,
    arguments: &FilterArguments,
) -> Result<OverviewView, Failure> {
    open::archive(console, place).await?;
    let overview = console.overview(filter(arguments)).await?;
    Ok(overview)
}

/// `usherctl funnel`.
pub(crate) async fn funnel(
    console: &Console,
    place: &Place,
    arguments: &FilterArguments,
    output: Output,
) -> Result<ExitCode, Failure> {
    let overview = overview(console, place, arguments).await?;
    let stages = overview.funnel.stages.into_iter().map(|stage| StageReport {
        stage: stage.stage,
        guests: stage.guests.map(|count| count.value),
        at_least: at_least(stage.guests),
        conversion: stage.conversion,
        median_seconds: stage.median_seconds,
        lost: stage.lost,
        lost_reasons: stage.lost_reasons,
    });
    let cards = overview.cards.into_iter().map(|card| CardReport {
        card: card.kind,
        guests: card.count.map(|count| count.value),
        at_least: at_least(card.count),
    });
    let report = FunnelReport {
        from: overview.funnel.from,
        to: overview.funnel.to,
        stages: stages.collect(),
        cards: cards.collect(),
    };
    output.answer(&report, funnel_in_words)?;
    Ok(ExitCode::SUCCESS)
}

fn funnel_in_words(report: &FunnelReport) -> String {
    let mut table = Table::new(&["Stage", "Guests", "Of stage before", "Median", "Lost", "Why"]);
    for stage in &report.stages {
        let why: Vec<String> = stage
            .lost_reasons
            .iter()
            .map(|lost| format!("{} {}", lost.guests, lost.title))
            .collect();
        table.row([
            stage.stage.label().to_owned(),
            number(stage.guests, stage.at_least),
            stage
                .conversion
                .map(|share| format!("{:.0} %", share * 100.0))
                .unwrap_or_default(),
            stage.median_seconds.map(duration).unwrap_or_default(),
            stage.lost.map(|lost| lost.to_string()).unwrap_or_default(),
            why.join(", "),
        ]);
    }
    let mut cards = Table::new(&["Card", "Guests"]);
    for card in &report.cards {
        cards.row([
            card_words(card.card).to_owned(),
            number(card.guests, card.at_least),
        ]);
    }
    format!(
        "Guests invited from {} to {}\n\n{}\n{}",
        day(Some(report.from)),
        day(Some(report.to)),
        table.text(),
        cards.text()
    )
}

/// What stops guests, in the shape of `--json`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FailuresReport {
    stopped: u32,
    at_least: bool,
    reasons: Vec<FailureReport>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FailureReport {
    key: String,
    title: String,
    code: Option<u32>,
    stops_before: StageView,
    guests: u32,
    at_least: bool,
    resend_helps: bool,
}

/// `usherctl failures`.
pub(crate) async fn failures(
    console: &Console,
    place: &Place,
    arguments: &FilterArguments,
    output: Output,
) -> Result<ExitCode, Failure> {
    let overview = overview(console, place, arguments).await?;
    let reasons = overview.reasons.into_iter().map(|count| FailureReport {
        key: count.reason.key,
        title: count.reason.title,
        code: count.reason.code,
        stops_before: count.stops_before,
        guests: count.guests.value,
        at_least: count.guests.at_least,
        resend_helps: count.resend_helps,
    });
    let report = FailuresReport {
        stopped: overview.stopped.value,
        at_least: overview.stopped.at_least,
        reasons: reasons.collect(),
    };
    output.answer(&report, failures_in_words)?;
    Ok(ExitCode::SUCCESS)
}

fn failures_in_words(report: &FailuresReport) -> String {
    let mut table = Table::new(&["Reason", "Code", "Stopped before", "Guests", "Resending helps"]);
    for reason in &report.reasons {
        table.row([
            reason.title.clone(),
            reason.code.map(|code| code.to_string()).unwrap_or_default(),
            reason.stops_before.label().to_owned(),
            number(Some(reason.guests), reason.at_least),
            if reason.resend_helps { "yes" } else { "no" }.to_owned(),
        ]);
    }
    format!(
        "{}\n{} guests are stopped.\n",
        table.text(),
        number(Some(report.stopped), report.at_least)
    )
}

/// `usherctl coverage`.
pub(crate) async fn coverage(
    console: &Console,
    place: &Place,
    days: u32,
    output: Output,
) -> Result<ExitCode, Failure> {
    open::archive(console, place).await?;
    let coverage = console.coverage(days).await?;
    output.answer(&coverage, coverage_in_words)?;
    Ok(ExitCode::SUCCESS)
}

fn coverage_in_words(coverage: &CoverageView) -> String {
    let strip = |log: LogView| -> String {
        coverage
            .days
            .iter()
            .filter(|day| day.log == log)
            .map(|day| sign(day.state))
            .collect()
    };
    let from = coverage
        .days
        .first()
        .map(|day| day.day.to_string())
        .unwrap_or_default();
    let to = coverage
        .days
        .last()
        .map(|day| day.day.to_string())
        .unwrap_or_default();
    format!(
        "{from} to {to}\nAudit    {}\nSign-in  {}\n\n# complete  + partial  - missing  . no longer obtainable\n\
         Not complete: {} audit days, {} sign-in days of {}. Can still be fetched: {}.\n",
        strip(LogView::Audit),
        strip(LogView::SignIn),
        coverage.incomplete_audit_days,
        coverage.incomplete_sign_in_days,
        coverage.total_days,
        coverage.fetchable_days,
    )
}

fn sign(state: CoverageState) -> char {
    match state {
        CoverageState::Complete => '#',
        CoverageState::Partial => '+',
        CoverageState::Missing => '-',
        CoverageState::Gone => '.',
    }
}

fn number(guests: Option<u32>, at_least: bool) -> String {
    match guests {
        None => "not known".to_owned(),
        Some(guests) if at_least => format!("≥ {guests}"),
        Some(guests) => guests.to_string(),
    }
}

fn duration(seconds: u32) -> String {
    match seconds {
        0..60 => "under 1 min".to_owned(),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..172_800 => format!("{:.1} h", f64::from(seconds) / 3_600.0),
        _ => format!("{:.1} days", f64::from(seconds) / 86_400.0),
    }
}

fn reason(guest: &GuestView) -> String {
    guest
        .reason
        .as_ref()
        .map(|reason| reason.title.clone())
        .unwrap_or_default()
}

fn state(state: InvitationStateView) -> &'static str {
    match state {
        InvitationStateView::PendingAcceptance => "Pending acceptance",
        InvitationStateView::Accepted => "Accepted",
        InvitationStateView::None => "(none)",
    }
}

fn standing(standing: StandingView) -> &'static str {
    match standing {
        StandingView::Stopped => "stopped by a failure",
        StandingView::Open => "open",
        StandingView::Fine => "in",
    }
}

fn card_words(card: CardKind) -> &'static str {
    match card {
        CardKind::Total => "Total guests",
        CardKind::Active => "Active",
        CardKind::Pending => "Pending acceptance",
        CardKind::Expiring => "Expiring in 14 days",
        CardKind::Expired => "Expired",
        CardKind::Blocked => "Blocked by a failure",
        CardKind::Inactive => "Inactive",
        CardKind::NeverSignedIn => "Never signed in",
    }
}

fn day(at: Option<DateTime<Utc>>) -> String {
    at.map(|at| at.format("%Y-%m-%d").to_string()).unwrap_or_default()
}

fn minute(at: Option<DateTime<Utc>>) -> String {
    at.map(|at| at.format("%Y-%m-%d %H:%M").to_string())
        .unwrap_or_default()
}
