//! What the console answers, in the words and shapes that leave it: the window's contract and `usherctl --json`.
//!
//! One contract for both, so that a number is never computed twice. Times are RFC 3339 in UTC; names are camelCase on
//! the wire; what cannot be known is `null`, never zero.

mod access;
mod act;
mod app;
mod from;
mod guest;
mod overview;

pub use access::*;
pub use act::*;
pub use app::*;
pub use guest::*;
pub use overview::*;

use serde::{Deserialize, Serialize};
use specta::Type;

/// A number that may rest on incomplete logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Count {
    /// The number as far as the archive knows.
    pub value: u32,
    /// True where logs of the range are incomplete: the truth is this number or more ("≥").
    pub at_least: bool,
}

/// A stage of a guest's journey, in order. See "The words" in `ARCHITECTURE.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum StageView {
    /// The guest object exists.
    Invited,
    /// The invitation mail was sent, as far as anybody can tell.
    MailSent,
    /// The guest reached the sign-in page of this tenant.
    AttemptedSignIn,
    /// Multifactor authentication, terms and policies were satisfied.
    RequirementsMet,
    /// The invitation was accepted.
    Redeemed,
    /// The guest reached an application.
    FirstAccess,
}

/// How a journey stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum StandingView {
    /// A failure stops the guest.
    Stopped,
    /// Nothing failed; the next step is the guest's.
    Open,
    /// The guest is in.
    Fine,
}

/// The invitation state, as the Entra admin center names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum InvitationStateView {
    /// `PendingAcceptance`.
    PendingAcceptance,
    /// `Accepted`.
    Accepted,
    /// Null: not created by the invitation service. This is not pending.
    None,
}

/// What became stale. Every query of the window starts with one of these words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Topic {
    /// What a guest was given; read from the tenant, never from the archive.
    Access,
    /// The guest list, guest details, deleted guests.
    Guests,
    /// Funnel, cards, reasons, trend, needs attention.
    Overview,
    /// Which days of the logs are held.
    Coverage,
    /// Clock, mails, log and faults of the sandbox tenant.
    Sandbox,
}
