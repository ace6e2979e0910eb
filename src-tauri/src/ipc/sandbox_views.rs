//! The sandbox screen: clock, inbox, the guest's page, what the tenant logged.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use specta::Type;

/// The sandbox tenant as its screen shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SandboxView {
    /// The sandbox clock.
    pub now: DateTime<Utc>,
    /// Base URL of the guest's pages (loopback).
    pub url: String,
    /// Who can be signed in as.
    pub admins: Vec<SandboxAdminView>,
    /// Faults, each a switch.
    pub faults: Vec<FaultView>,
    /// Lessons.
    pub lessons: Vec<LessonView>,
    /// Scenarios: policy settings of the tenant that can be switched at once.
    pub scenarios: Vec<ScenarioView>,
}

/// An administrator of the sandbox tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SandboxAdminView {
    /// Display name.
    pub name: String,
    /// User principal name.
    pub user_principal_name: String,
    /// Directory role.
    pub role: String,
}

/// A guest who can be played.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PlayableGuestView {
    /// Mail address.
    pub mail: String,
    /// Display name.
    pub name: String,
    /// Object ID.
    pub guest_id: String,
    /// What the home is, e.g. "Managed home tenant".
    pub home: String,
    /// Mails in the inbox.
    pub mails: u32,
}

/// A played guest: inbox and what the tenant logged.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct GuestSideView {
    /// Who.
    pub guest: PlayableGuestView,
    /// The inbox, newest first.
    pub inbox: Vec<MailView>,
    /// What the tenant logged about this guest, newest first, at most 50 rows.
    pub log: Vec<SandboxLogView>,
}

/// A mail of the sandbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MailView {
    /// Its id.
    pub id: String,
    /// Sender's name.
    pub from: String,
    /// Subject.
    pub subject: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Page that shows it, on loopback.
    pub url: String,
    /// True for an invitation whose link a newer one superseded.
    pub superseded: bool,
}

/// A row the tenant logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SandboxLogView {
    /// When.
    pub at: DateTime<Utc>,
    /// Audit, or how the sign-in ended.
    pub kind: SandboxLogKind,
    /// e.g. "50058, not signed in yet".
    pub text: String,
}

/// Kind of a logged row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum SandboxLogKind {
    /// Directory audit.
    Audit,
    /// Sign-in with code 0.
    Success,
    /// A prompt that was not answered yet.
    Interrupted,
    /// A failure.
    Failure,
}

/// A fault that can be switched on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FaultView {
    /// Its id.
    pub id: String,
    /// e.g. "Too many requests (429)".
    pub label: String,
    /// What it does, for the tooltip.
    pub effect: String,
    /// Whether it is on.
    pub on: bool,
}

/// A scenario: a set of policies that can be switched at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ScenarioView {
    /// Its id.
    pub id: String,
    /// e.g. "Inbound block for fabrikam.com".
    pub label: String,
    /// What it changes.
    pub effect: String,
    /// Whether it is on.
    pub on: bool,
}

/// A guided lesson.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LessonView {
    /// Its id.
    pub id: String,
    /// e.g. "Redeem with Entra ID".
    pub title: String,
    /// What it teaches, one sentence.
    pub purpose: String,
    /// The guest it plays, once started.
    pub mail: Option<String>,
    /// How it stands.
    pub state: LessonState,
    /// Its steps.
    pub steps: Vec<LessonStepView>,
}

/// How a lesson stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum LessonState {
    /// Not started.
    NotStarted,
    /// Running.
    Running,
    /// All steps really happened.
    Done,
}

/// A step of a lesson.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LessonStepView {
    /// What to do.
    pub text: String,
    /// Whether it really happened.
    pub done: bool,
}

/// How to move the sandbox clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "to", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ClockMove {
    /// Forward by so many seconds.
    Forward {
        /// Seconds, up to one year.
        seconds: u32,
    },
    /// To the next due event.
    NextEvent,
}

/// Where the clock came to stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ClockMovedView {
    /// The new instant.
    pub now: DateTime<Utc>,
    /// What happened on the way, one sentence each.
    pub events: Vec<String>,
}
