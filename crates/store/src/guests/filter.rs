//! Which guests are meant, and in which order they are wanted.

use chrono::{DateTime, Utc};

use super::InvitationState;
use crate::{
    EntityKey,
    journeys::{StageReached, Standing},
};

/// Days an invitation is meant to live, counted from the last one. Entra does not enforce it.
pub const DEADLINE_DAYS: i64 = 90;
/// Days before the deadline at which an invitation counts as expiring.
pub const EXPIRING_DAYS: i64 = 14;
/// A successful sign-in within this many days makes a guest active.
pub const ACTIVE_DAYS: i64 = 30;
/// Nothing for longer than this many days, with evidence of earlier sign-ins, makes a guest inactive.
pub const INACTIVE_DAYS: i64 = 90;

/// The most guests one page may have.
pub const LARGEST_PAGE: u32 = 1000;

/// Where a pending invitation stands against its deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Deadline {
    /// At most 14 days are left.
    Expiring,
    /// It has passed.
    Expired,
}

/// The groups the Overview counts. They overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Card {
    /// Everybody not deleted.
    Total,
    /// A successful sign-in within 30 days.
    Active,
    /// Pending acceptance.
    Pending,
    /// Pending, at most 14 days left.
    Expiring,
    /// Pending, deadline passed.
    Expired,
    /// Stopped by a failure.
    Blocked,
    /// Accepted, evidence of a sign-in, but none for 90 days. A null clock is never inactive.
    Inactive,
    /// Accepted, no sign-in after redemption known.
    NeverSignedIn,
}

impl Card {
    /// All cards, in the order of the Overview.
    pub const ALL: [Self; 8] = [
        Self::Total,
        Self::Active,
        Self::Pending,
        Self::Expiring,
        Self::Expired,
        Self::Blocked,
        Self::Inactive,
        Self::NeverSignedIn,
    ];
}

/// Whether deleted guests are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Deleted {
    /// Only guests in the directory.
    #[default]
    Exclude,
    /// Only deleted guests.
    Only,
    /// All that are held.
    Include,
}

/// Which guests are meant. Empty fields do not restrict.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GuestFilter {
    /// Infix, without regard to case and accents, over name, mail, user principal name, other mails and object id.
    pub search: Option<String>,
    /// Invitation states.
    pub states: Vec<InvitationState>,
    /// Stages reached last.
    pub stages: Vec<StageReached>,
    /// This stage or a later one was reached (a bar of the funnel).
    pub reached: Option<StageReached>,
    /// Standings.
    pub standings: Vec<Standing>,
    /// Keys of reasons.
    pub reasons: Vec<String>,
    /// Partner domains, lower case.
    pub domains: Vec<String>,
    /// Who invited.
    pub inviters: Vec<EntityKey>,
    /// Identity issuers.
    pub issuers: Vec<String>,
    /// Whether sign-in is allowed.
    pub account_enabled: Option<bool>,
    /// First invited at or after.
    pub invited_from: Option<DateTime<Utc>>,
    /// First invited before.
    pub invited_until: Option<DateTime<Utc>>,
    /// Against the deadline.
    pub deadline: Option<Deadline>,
    /// A group of the Overview.
    pub card: Option<Card>,
    /// Deleted ones too?
    pub deleted: Deleted,
}

/// What the list is ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SortKey {
    /// Stopped, then open, then fine; inside, the longest wait first.
    #[default]
    Urgency,
    /// Display name, without regard to case and accents.
    Name,
    /// First invitation.
    Invited,
    /// Last invitation, which is also the order of the deadlines.
    LastInvited,
    /// Last successful sign-in.
    LastSuccessful,
}

impl SortKey {
    /// All orders.
    pub const ALL: [Self; 5] = [
        Self::Urgency,
        Self::Name,
        Self::Invited,
        Self::LastInvited,
        Self::LastSuccessful,
    ];
}

/// An order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct GuestSort {
    /// What by.
    pub key: SortKey,
    /// Turned round.
    pub descending: bool,
}
