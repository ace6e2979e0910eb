//! Acting on guests: what can be done, what it would do, what it did.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::ProblemView;

/// Something an administrator can do to a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum ActionVerb {
    /// Same guest, new mail, the older link is superseded.
    ResendInvitation,
    /// Same object and access, redeem again.
    ResetRedemption,
    /// Copies the link with the tenant in it; no change.
    CopyDirectLink,
    /// Deletes the guest; restorable for 30 days.
    RevokeInvitation,
    /// `accountEnabled` false.
    BlockSignIn,
    /// `accountEnabled` true.
    UnblockSignIn,
    /// Brings a deleted guest back.
    Restore,
}

/// An action as a button: whether it can be pressed and why not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ActionView {
    /// Which.
    pub verb: ActionVerb,
    /// The button's words.
    pub label: String,
    /// Whether it can be pressed.
    pub enabled: bool,
    /// Why not, where it cannot; shown in the tooltip.
    pub disabled_reason: Option<String>,
    /// Permission, least role, licence, and whether the account has it; null where none is needed.
    pub permission: Option<String>,
}

/// The plan for one guest: what a confirmation shows. Nothing has been sent yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PlanView {
    /// What.
    pub verb: ActionVerb,
    /// Object ID of the guest.
    pub guest_id: String,
    /// Name of the guest.
    pub guest_name: String,
    /// The confirmation's title, e.g. "Resend invitation".
    pub title: String,
    /// What really changes, in one or two sentences.
    pub effect: String,
    /// Whether and how it can be undone.
    pub undo: String,
    /// Permission it uses.
    pub permission: String,
    /// What the plan was built on; applying checks it again just before.
    pub basis: String,
}

/// What came of an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OutcomeView {
    /// What was done.
    pub verb: ActionVerb,
    /// Object ID.
    pub guest_id: String,
    /// How it ended.
    pub result: OutcomeKind,
    /// One sentence for the toast.
    pub message: String,
    /// The opposite action, offered as Undo.
    pub undo: Option<ActionVerb>,
    /// The problem, where it failed.
    pub problem: Option<ProblemView>,
}

/// How an action ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum OutcomeKind {
    /// Done.
    Done,
    /// Something changed since the plan was made: left alone. Never a failure.
    Skipped,
    /// It failed; nothing changed.
    Failed,
    /// The answer was lost and a look-up could not settle it.
    Unknown,
}

/// An invitation to make.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct InviteForm {
    /// Mail address.
    pub mail: String,
    /// Display name; empty: the mail address.
    pub display_name: Option<String>,
    /// Where the guest lands; empty: My Apps of this tenant.
    pub redirect_url: Option<String>,
    /// Whether Microsoft sends the mail. Absent: yes.
    pub send_message: Option<bool>,
    /// Plain text in the mail.
    pub message: Option<String>,
    /// Language of the mail, e.g. `de-DE`. Ignored by Microsoft where there is a message.
    pub language: Option<String>,
    /// One more recipient.
    pub cc: Option<String>,
}

/// What is known about an address before anything is sent.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PreflightView {
    /// Verdict.
    pub verdict: PreflightVerdict,
    /// Findings, problems first.
    pub findings: Vec<FindingView>,
    /// The guest who already has this address.
    pub existing_guest_id: Option<String>,
    /// Steps of the predicted redemption path, at most four; empty where unknown.
    pub path: Vec<String>,
    /// What cannot be known from here.
    pub not_knowable: Vec<String>,
    /// When the tenant's settings were last read; null before the first sync.
    pub settings_read_at: Option<DateTime<Utc>>,
}

/// Verdict of a pre-flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum PreflightVerdict {
    /// Nothing speaks against it.
    Ready,
    /// It can be sent; read the findings.
    Warning,
    /// It would be refused; nothing is sent.
    Blocked,
}

/// A finding of a pre-flight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FindingView {
    /// How bad.
    pub verdict: PreflightVerdict,
    /// The field of the form it belongs to, e.g. `mail`; null: the whole.
    pub field: Option<String>,
    /// What and what to do.
    pub text: String,
}

/// An invitation that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct InvitedView {
    /// Object ID of the guest.
    pub guest_id: String,
    /// Mail address.
    pub mail: String,
    /// When.
    pub invited_at: DateTime<Utc>,
    /// Usher's deadline for the link.
    pub expires_at: DateTime<Utc>,
    /// Whether a mail was asked for.
    pub mail_requested: bool,
    /// True where the guest already existed: this was a resend.
    pub existed: bool,
}
