//! The eight cards.

use chrono::{DateTime, TimeDelta, Utc};
use usher_store::{Card, CohortFilter, GuestSnapshot};

use crate::{
    views::{CardKind, CardView, Count},
    words,
};

/// Counts the cards over `cohort`, whose range and card are left out: the cards tell of all guests, now.
///
/// `sign_ins_known` is false where the tenant has no licence that shows sign-ins.
pub(super) fn cards(
    snapshot: &GuestSnapshot,
    cohort: &CohortFilter,
    sign_ins_known: bool,
    now: DateTime<Utc>,
) -> Vec<CardView> {
    let counts = snapshot.cards(cohort, now);
    // Where logs are incomplete, a stop may be hidden in the missing part.
    let logs_incomplete = snapshot
        .funnel(cohort, now)
        .stages
        .last()
        .is_some_and(|first_access| first_access.uncertain > 0);
    Card::ALL
        .into_iter()
        .map(|card| {
            let needs_sign_ins = matches!(card, Card::Active | Card::Inactive | Card::NeverSignedIn);
            let count = (sign_ins_known || !needs_sign_ins).then(|| Count {
                value: counts.of(card),
                at_least: card == Card::Blocked && logs_incomplete,
            });
            CardView {
                kind: CardKind::from(card),
                count,
                note: note(card, snapshot, cohort, now),
            }
        })
        .collect()
}

fn note(card: Card, snapshot: &GuestSnapshot, cohort: &CohortFilter, now: DateTime<Utc>) -> String {
    match card {
        Card::Total => {
            let recent = CohortFilter {
                invited_from: Some(now - TimeDelta::days(30)),
                ..cohort.clone()
            };
            format!("+{} in 30 days", snapshot.cards(&recent, now).of(Card::Total))
        }
        Card::Active => "signed in, last 30 days".to_owned(),
        Card::Pending => match median_age_days(snapshot, cohort, now) {
            Some(days) => format!("median age {}", words::count(days as usize, "day")),
            None => "none waits".to_owned(),
        },
        Card::Expiring => "90-day link deadline".to_owned(),
        Card::Expired => "resend or revoke".to_owned(),
        Card::Blocked => "by the last failure".to_owned(),
        Card::Inactive => "no sign-in for 90 days".to_owned(),
        Card::NeverSignedIn => "accepted, none seen".to_owned(),
    }
}

/// The median age of pending invitations, in days: the smallest age that half of them do not exceed.
fn median_age_days(snapshot: &GuestSnapshot, cohort: &CohortFilter, now: DateTime<Utc>) -> Option<i64> {
    let pending = |from: Option<DateTime<Utc>>| {
        let cohort = CohortFilter {
            invited_from: from,
            ..cohort.clone()
        };
        snapshot.cards(&cohort, now).of(Card::Pending)
    };
    let all = pending(Some(DateTime::UNIX_EPOCH));
    if all == 0 {
        return None;
    }
    let (mut low, mut high) = (0, 20 * 365);
    while low < high {
        let middle = i64::midpoint(low, high);
        if pending(Some(now - TimeDelta::days(middle + 1))) * 2 >= all {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Some(low)
}
