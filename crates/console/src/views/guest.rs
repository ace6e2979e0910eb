//! The guest list and one guest.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{ActionView, InvitationStateView, StageView, StandingView};

/// Which guests to list. Every member that is absent does not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct GuestFilter {
    /// Case-insensitive infix over name, mail, UPN, other mails and object ID.
    pub search: Option<String>,
    /// Invitation state.
    pub invitation_state: Option<InvitationStateView>,
    /// Highest stage reached.
    pub stage: Option<StageView>,
    /// This stage or a later one was reached.
    pub reached: Option<StageView>,
    /// Standing.
    pub standing: Option<StandingView>,
    /// Key of the reason in the failure catalogue.
    pub reason: Option<String>,
    /// Domain of the mail address.
    pub partner: Option<String>,
    /// Object ID of the inviter.
    pub inviter: Option<String>,
    /// Identity provider, as shown.
    pub identity_provider: Option<String>,
    /// Account enabled.
    pub account_enabled: Option<bool>,
    /// Invited at or after this instant.
    pub invited_from: Option<DateTime<Utc>>,
    /// Invited before this instant.
    pub invited_to: Option<DateTime<Utc>>,
    /// One of the cards of the Overview.
    pub card: Option<CardKind>,
    /// Only soft-deleted guests.
    pub deleted: bool,
}

/// The cards of the Overview. They overlap; they are not a sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum CardKind {
    /// All guests.
    Total,
    /// Successful sign-in in the last 30 days.
    Active,
    /// Pending acceptance.
    Pending,
    /// The link deadline is within 14 days.
    Expiring,
    /// The link deadline has passed.
    Expired,
    /// A failure stops the guest.
    Blocked,
    /// No sign-in for 90 days, with evidence of an earlier one.
    Inactive,
    /// Accepted, no sign-in seen.
    NeverSignedIn,
}

/// What to sort by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum GuestSort {
    /// Stopped by a failure, then left open, then fine; inside by longest wait.
    #[default]
    Attention,
    /// Display name.
    Name,
    /// When invited.
    Invited,
    /// Link deadline.
    Expires,
    /// Last successful sign-in.
    LastSignIn,
}

/// A page request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct GuestQuery {
    /// Which guests.
    pub filter: GuestFilter,
    /// In which order.
    pub sort: GuestSort,
    /// Reverses the order.
    pub descending: bool,
    /// `next` of the page before, unchanged.
    pub after: Option<String>,
    /// Rows wanted, 1 to 1,000; absent: 100.
    pub limit: Option<u32>,
}

/// A column of the guest list, as it can be shown, hidden and downloaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum GuestColumnView {
    /// Display name and mail.
    Name,
    /// Invitation state.
    State,
    /// Stage reached, standing and reason.
    Attention,
    /// When invited.
    Invited,
    /// Days since.
    Age,
    /// Link deadline.
    Expires,
    /// Identity provider.
    Provider,
    /// Partner domain.
    Partner,
    /// Sponsors.
    Sponsors,
    /// Last successful sign-in.
    LastSignIn,
    /// Whether sign-in is allowed.
    Enabled,
    /// User principal name.
    UserPrincipalName,
    /// User type.
    UserType,
    /// When the invitation state changed.
    StateChanged,
    /// Creation type.
    CreationType,
    /// Company name.
    Company,
    /// When the object was created.
    Created,
    /// Last interactive sign-in, failed ones too.
    LastInteractive,
    /// Last non-interactive sign-in, failed ones too.
    LastNonInteractive,
    /// Days since the last successful sign-in.
    DaysSinceSignIn,
    /// Who invited.
    Inviter,
    /// Domain in the user principal name.
    SourceDomain,
    /// Object ID.
    ObjectId,
    /// When deleted.
    Deleted,
    /// Until when it can be restored.
    Left,
}

/// A page of guests.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct GuestPage {
    /// The rows.
    pub items: Vec<GuestView>,
    /// Cursor of the next page, null on the last.
    pub next: Option<String>,
    /// Guests that match the filter.
    pub matching: u32,
    /// All guests of the archive.
    pub total: u32,
    /// True where stages rest on incomplete logs.
    pub at_least: bool,
}

/// One guest as a row.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct GuestView {
    /// Object ID.
    pub id: String,
    /// The invited mail address, where the object has one.
    pub mail: Option<String>,
    /// Display name.
    pub display_name: String,
    /// User principal name (contains `#EXT#`).
    pub user_principal_name: String,
    /// Invitation state.
    pub invitation_state: InvitationStateView,
    /// The last stage completed.
    pub stage: StageView,
    /// How the journey stands.
    pub standing: StandingView,
    /// Why not further, or what was seen last.
    pub reason: Option<ReasonView>,
    /// When invited.
    pub invited_at: Option<DateTime<Utc>>,
    /// The link deadline kept by Usher; null unless pending.
    pub expires_at: Option<DateTime<Utc>>,
    /// Identity provider in the admin center's words; for a pending guest a prediction.
    pub identity_provider: Option<String>,
    /// True where the identity provider is a prediction.
    pub identity_provider_predicted: bool,
    /// Domain of the mail address.
    pub partner: Option<String>,
    /// Sponsors by name.
    pub sponsors: Vec<String>,
    /// Last successful sign-in.
    pub last_successful_sign_in_at: Option<DateTime<Utc>>,
    /// Account enabled.
    pub account_enabled: bool,
    /// User type: Guest or Member.
    pub user_type: Option<String>,
    /// When the invitation state changed last.
    pub invitation_state_changed_at: Option<DateTime<Utc>>,
    /// How the object came to be, e.g. "Invitation".
    pub creation_type: Option<String>,
    /// Company name.
    pub company_name: Option<String>,
    /// When the object was created.
    pub created_at: Option<DateTime<Utc>>,
    /// Last interactive sign-in, a failed one too ("signInActivity").
    pub last_interactive_sign_in_at: Option<DateTime<Utc>>,
    /// Last non-interactive sign-in, a failed one too.
    pub last_non_interactive_sign_in_at: Option<DateTime<Utc>>,
    /// Who invited, by name, where the audit log says so.
    pub inviter: Option<String>,
    /// The home domain in the user principal name, before `#EXT#`.
    pub source_domain: Option<String>,
    /// When deleted, for soft-deleted guests.
    pub deleted_at: Option<DateTime<Utc>>,
    /// True where the stage rests on incomplete logs.
    pub at_least: bool,
}

/// Why a guest is where they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReasonView {
    /// Key in the failure catalogue, or of a computed condition (`noAttempt`, `leftOpen`, …).
    pub key: String,
    /// Short title, e.g. "MFA not completed".
    pub title: String,
    /// AADSTS code, where there is one.
    pub code: Option<u32>,
    /// True for interrupts and waiting: never red, never counted as failure.
    pub interrupted: bool,
}

/// How sure a diagnosis is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum ConfidenceView {
    /// The logs say so.
    Certain,
    /// Signs point to it; something else is possible.
    Likely,
    /// One of several explanations.
    Possible,
}

/// One guest, whole.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct GuestDetailView {
    /// The row.
    pub guest: GuestView,
    /// Why the guest is not in; null where nothing is wrong.
    pub cause: Option<CauseView>,
    /// What can be done, in the order of the panel; what cannot says why.
    pub actions: Vec<ActionView>,
    /// The journey, stage by stage.
    pub timeline: Vec<TimelineStageView>,
    /// What the logs cannot show for this guest, one sentence each.
    pub not_in_logs: Vec<String>,
    /// Properties in the admin center's order.
    pub properties: Vec<PropertyView>,
    /// Sponsors.
    pub sponsors: Vec<SponsorView>,
    /// When the object was read last.
    pub read_at: Option<DateTime<Utc>>,
}

/// The cause card.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CauseView {
    /// Key in the failure catalogue.
    pub key: String,
    /// e.g. "Guest account disabled in your tenant".
    pub title: String,
    /// AADSTS code.
    pub code: Option<u32>,
    /// How sure.
    pub confidence: ConfidenceView,
    /// Two or three sentences: what happened, by which rows.
    pub explanation: String,
    /// What the administrator does.
    pub remedy: String,
    /// Text for the guest, ready to copy (English; never guesses a gender).
    pub text_for_guest: String,
    /// The action that cures it, where there is one in the panel.
    pub cure: Option<super::ActionVerb>,
    /// The setting that cures it, as the admin center calls it, where it can be opened there.
    pub setting: Option<String>,
    /// Whether the cure can be undone.
    pub can_be_undone: bool,
    /// Whether sending the invitation again would help.
    pub resend_helps: bool,
    /// True for interrupts: shown amber.
    pub interrupted: bool,
}

/// How a stage of the timeline stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum TimelineStandingView {
    /// Reached.
    Done,
    /// The guest was stopped before it.
    Stopped,
    /// Not reached yet.
    Open,
    /// Cannot be known (no licence, logs gone).
    NotKnown,
}

/// A stage with its evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TimelineStageView {
    /// The stage.
    pub stage: StageView,
    /// How it stands.
    pub standing: TimelineStandingView,
    /// When it was reached.
    pub at: Option<DateTime<Utc>>,
    /// Seconds since the stage before.
    pub seconds_since_previous: Option<u32>,
    /// True where no row proves it but a later stage implies it.
    pub inferred: bool,
    /// The rows that prove it, oldest first.
    pub evidence: Vec<EvidenceView>,
}

/// A row of a log, in words.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EvidenceView {
    /// When.
    pub at: DateTime<Utc>,
    /// e.g. "Failure 500571, SharePoint Online".
    pub text: String,
    /// Which log.
    pub source: EvidenceSource,
    /// Handle for [`RawRowView`]: pass it back unchanged. Null where there is no single row.
    pub row: Option<String>,
    /// How many like rows this line stands for.
    pub times: u32,
}

/// Where a line of evidence comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum EvidenceSource {
    /// Directory audit log.
    Audit,
    /// Sign-in log.
    SignIn,
    /// The guest object.
    Directory,
    /// What was done with Usher.
    Ledger,
}

/// A log row found by its correlation ID or request ID, and the guest it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FoundRowView {
    /// Object ID of the guest.
    pub guest_id: String,
    /// The guest's name.
    pub display_name: String,
    /// Which log.
    pub source: EvidenceSource,
    /// When, to the second.
    pub at: DateTime<Utc>,
    /// Handle for [`RawRowView`].
    pub row: String,
}

/// A raw row, as Graph sent it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RawRowView {
    /// JSON text, indented; tickets and tokens masked.
    pub json: String,
}

/// A property of the user object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PropertyView {
    /// Label as in the admin center.
    pub label: String,
    /// Graph's property name, for the tooltip.
    pub property: String,
    /// Value as text, null where the object has none.
    pub value: Option<String>,
    /// True for identifiers: monospace, with copy.
    pub identifier: bool,
}

/// A sponsor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SponsorView {
    /// Object ID.
    pub id: String,
    /// Display name.
    pub name: String,
}

/// A list or an action as calls that can be run elsewhere. Tickets and tokens never occur in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CallView {
    /// The Graph request.
    pub graph: String,
    /// The same in Microsoft Graph PowerShell.
    pub power_shell: String,
    /// The same with `usherctl`.
    pub cli: String,
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ExportView {
    /// Where.
    pub path: String,
    /// Rows in it.
    pub rows: u32,
}
