//! The Overview: cards, funnel, reasons, trend, coverage, needs attention.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;
use specta_typescript::Number;

use super::{ActionVerb, CardKind, Count, ReasonView, StageView};

/// Which guests the Overview speaks of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct OverviewFilter {
    /// Invited in the last so many days; absent: 90.
    pub days: Option<u32>,
    /// Domain of the mail address.
    pub partner: Option<String>,
    /// Object ID of the inviter.
    pub inviter: Option<String>,
    /// Identity provider, as shown.
    pub identity_provider: Option<String>,
    /// Pressed card.
    pub card: Option<CardKind>,
}

/// Everything the Overview shows.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OverviewView {
    /// The eight cards, in order.
    pub cards: Vec<CardView>,
    /// The funnel of the cohort.
    pub funnel: FunnelView,
    /// Reasons that stop guests now, most guests first.
    pub reasons: Vec<ReasonCountView>,
    /// Guests behind `reasons`.
    pub stopped: Count,
    /// Invited and redeemed, week by week (weeks start on Monday).
    pub weeks: Vec<WeekView>,
    /// The range of the chart, day by day.
    pub coverage: CoverageView,
    /// Guests or clusters that need somebody, clusters by size first, then longest wait. At most 50.
    pub attention: Vec<AttentionView>,
    /// All guests and clusters that need somebody.
    pub attention_total: u32,
    /// Choices for the filters.
    pub choices: OverviewChoices,
}

/// A card.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CardView {
    /// Which.
    pub kind: CardKind,
    /// Its number; null where it cannot be known (no licence).
    pub count: Option<Count>,
    /// The third line, e.g. "median age 11 days".
    pub note: String,
}

/// The redemption funnel of a cohort: the guests invited in the range.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FunnelView {
    /// Start of the range.
    pub from: DateTime<Utc>,
    /// End of the range.
    pub to: DateTime<Utc>,
    /// Six stages, in order.
    pub stages: Vec<FunnelStageView>,
}

/// A stage of the funnel.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FunnelStageView {
    /// The stage.
    pub stage: StageView,
    /// Guests who reached it or a later one; null where it cannot be known.
    pub guests: Option<Count>,
    /// Share of the stage before that got here, 0 to 1; null for the first.
    #[specta(type = Option<Number>)]
    pub conversion: Option<f64>,
    /// Median seconds from the stage before, over guests with both times.
    pub median_seconds: Option<u32>,
    /// Guests of the stage before who did not get here.
    pub lost: Option<u32>,
    /// Up to three reasons for it, most first; the rest is summed in the last.
    pub lost_reasons: Vec<LostView>,
}

/// A reason for a drop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LostView {
    /// Key of the reason; null for a sum of several.
    pub key: Option<String>,
    /// e.g. "MFA not completed".
    pub title: String,
    /// Guests.
    pub guests: u32,
}

/// A reason with its guests.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReasonCountView {
    /// The reason.
    pub reason: ReasonView,
    /// The stage it stops before.
    pub stops_before: StageView,
    /// Guests.
    pub guests: Count,
    /// Whether resending the invitation helps.
    pub resend_helps: bool,
}

/// A week of the trend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct WeekView {
    /// Its Monday, in UTC.
    pub start: NaiveDate,
    /// Guests invited.
    pub invited: u32,
    /// Guests who redeemed.
    pub redeemed: u32,
    /// Most guests invited by one person or app on one day of the week, where 20 or more: a bulk job.
    pub largest_bulk: Option<u32>,
}

/// Which log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum LogView {
    /// Directory audit log.
    Audit,
    /// Sign-in log.
    SignIn,
}

/// What is held of the logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CoverageView {
    /// One entry a log and day, oldest first.
    pub days: Vec<CoverageDayView>,
    /// Sign-in days of the range that are not complete.
    pub incomplete_sign_in_days: u32,
    /// Audit days of the range that are not complete.
    pub incomplete_audit_days: u32,
    /// Days of the range, by either log, that can still be fetched.
    pub fetchable_days: u32,
    /// Days in the range.
    pub total_days: u32,
}

/// How much of a day is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum CoverageState {
    /// All of it.
    Complete,
    /// Some of it.
    Partial,
    /// Nothing yet; it can still be fetched.
    Missing,
    /// The tenant no longer has it.
    Gone,
}

/// A day of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CoverageDayView {
    /// Which log.
    pub log: LogView,
    /// The day, in UTC.
    pub day: NaiveDate,
    /// How much is held.
    pub state: CoverageState,
    /// Rows held.
    pub rows: u32,
}

/// A guest, or a cluster of guests of one partner with one cause (three or more).
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AttentionView {
    /// Object ID, null for a cluster.
    pub guest_id: Option<String>,
    /// Name of the guest, or null for a cluster.
    pub name: Option<String>,
    /// Domain.
    pub partner: Option<String>,
    /// Guests it stands for: 1 or the cluster's size.
    pub guests: u32,
    /// When the wait began.
    pub since: Option<DateTime<Utc>>,
    /// Why.
    pub reason: ReasonView,
    /// The cure, where there is one action.
    pub cure: Option<ActionVerb>,
    /// The setting that cures it, as the admin center calls it, where it can be opened there.
    pub setting: Option<String>,
    /// What the cure button says, e.g. "Unblock sign-in".
    pub cure_label: String,
}

/// Choices for the filters, most guests first, at most 200 each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OverviewChoices {
    /// Partner domains.
    pub partners: Vec<ChoiceView>,
    /// Inviters.
    pub inviters: Vec<ChoiceView>,
    /// Identity providers.
    pub identity_providers: Vec<ChoiceView>,
    /// Reasons.
    pub reasons: Vec<ChoiceView>,
}

/// A choice of a filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ChoiceView {
    /// Value to pass back.
    pub value: String,
    /// What to show.
    pub label: String,
    /// Guests behind it.
    pub guests: u32,
    /// The AADSTS code of a reason that has one.
    pub code: Option<u32>,
}
