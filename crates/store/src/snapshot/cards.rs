//! The Overview's cards.

use chrono::{DateTime, TimeDelta, Utc};

use super::{CohortFilter, GuestSnapshot, Packed};
use crate::{
    guests::{ACTIVE_DAYS, Card, DEADLINE_DAYS, EXPIRING_DAYS, INACTIVE_DAYS},
    time::micros,
};

/// Guests per card. Cards overlap: they are not a sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CardCounts([u32; 8]);

impl CardCounts {
    /// The count of one card.
    pub fn of(&self, card: Card) -> u32 {
        Card::ALL
            .iter()
            .position(|other| *other == card)
            .map_or(0, |index| self.0[index])
    }
}

/// The instants at which the cards' rules change their answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Thresholds {
    active: i64,
    inactive: i64,
    expired: i64,
    expiring: i64,
}

impl Thresholds {
    pub(super) fn at(now: DateTime<Utc>) -> Self {
        let before = |days| micros(now - TimeDelta::days(days));
        Self {
            active: before(ACTIVE_DAYS),
            inactive: before(INACTIVE_DAYS),
            expired: before(DEADLINE_DAYS),
            expiring: before(DEADLINE_DAYS - EXPIRING_DAYS),
        }
    }
}

/// Whether a guest belongs to a card.
pub(super) fn is_in(guest: &Packed, card: Card, at: &Thresholds) -> bool {
    const PENDING: u8 = 1;
    const ACCEPTED: u8 = 2;
    const STOPPED: u8 = 0;
    const FIRST_ACCESS: u8 = 5;
    let has_deadline = guest.state == PENDING && guest.last_invited != 0;
    match card {
        Card::Total => true,
        Card::Active => guest.last_successful != 0 && guest.last_successful >= at.active,
        Card::Pending => guest.state == PENDING,
        Card::Expiring => has_deadline && (at.expired..=at.expiring).contains(&guest.last_invited),
        Card::Expired => has_deadline && guest.last_invited < at.expired,
        Card::Blocked => guest.standing == STOPPED,
        Card::Inactive => guest.state == ACCEPTED && guest.deciding != 0 && guest.deciding < at.inactive,
        Card::NeverSignedIn => guest.state == ACCEPTED && guest.stage < FIRST_ACCESS,
    }
}

impl GuestSnapshot {
    /// Counts the cards over the guests of `cohort` that are not deleted.
    pub fn cards(&self, cohort: &CohortFilter, now: DateTime<Utc>) -> CardCounts {
        let at = Thresholds::at(now);
        let mut counts = CardCounts::default();
        for guest in self.cohort(cohort, now) {
            for (count, card) in counts.0.iter_mut().zip(Card::ALL) {
                *count += u32::from(is_in(guest, card, &at));
            }
        }
        counts
    }
}
