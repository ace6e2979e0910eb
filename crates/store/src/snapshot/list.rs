//! The guest list out of memory: filters, orders and places in them. Any filter in any order costs one pass over the
//! guests as they lie in memory, and pages are found by where the one before ended, never by counting.

use std::{borrow::Cow, sync::OnceLock};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    GuestSnapshot, Packed,
    cards::{Thresholds, is_in},
    search::{Haystack, folded},
};
use crate::{
    GuestKey,
    guests::{Card, Deadline, Deleted, GuestFilter, GuestSort, SortKey},
    time::micros,
};

/// A place in an order: what the guest there is ordered by, and the guest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Place<'s> {
    rank: Rank<'s>,
    guest: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
enum Rank<'s> {
    Numbers(i64, i64),
    Text(Cow<'s, str>),
}

impl Place<'_> {
    /// Whether it can be a place in an order by `key`.
    pub(crate) fn belongs_to(&self, key: SortKey) -> bool {
        matches!(self.rank, Rank::Text(_)) == (key == SortKey::Name)
    }
}

/// What is worked out from the guests when it is first asked for.
#[derive(Debug, Default)]
pub(super) struct Derived {
    orders: [OnceLock<Box<[u32]>>; SortKey::ALL.len()],
    names: OnceLock<Haystack>,
    /// Object ids without hyphens.
    ids: OnceLock<Haystack>,
    /// How many are deleted.
    deleted: OnceLock<usize>,
}

impl Clone for Derived {
    /// A snapshot is cloned to be changed; everything is worked out anew.
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// The guests that a filter means.
struct Matching {
    /// For each guest, in the order of their keys.
    is: Vec<bool>,
    count: usize,
}

/// The guests of a page.
pub(crate) struct ListedPage<'s> {
    /// In their order.
    pub(crate) keys: Vec<GuestKey>,
    /// Where the next page begins, unless this is the last.
    pub(crate) next: Option<Place<'s>>,
    /// How many guests match, on all pages.
    pub(crate) matching: usize,
}

impl GuestSnapshot {
    /// How many guests `filter` means.
    pub(crate) fn count(&self, filter: &GuestFilter, now: DateTime<Utc>) -> usize {
        self.matching(filter, now).count
    }

    /// How many guests are held, deleted ones only, with or without the others. Counted once.
    pub(crate) fn total(&self, deleted: Deleted) -> usize {
        let gone = *self
            .derived
            .deleted
            .get_or_init(|| self.guests.iter().filter(|guest| guest.is_deleted).count());
        match deleted {
            Deleted::Exclude => self.guests.len() - gone,
            Deleted::Only => gone,
            Deleted::Include => self.guests.len(),
        }
    }

    fn matching(&self, filter: &GuestFilter, now: DateTime<Utc>) -> Matching {
        let wanted = Wanted::new(self, filter, now);
        let mut is = match filter.search.as_deref().map(str::trim) {
            None | Some("") => vec![true; self.guests.len()],
            Some(text) => self.found(text),
        };
        for (is, guest) in is.iter_mut().zip(&self.guests) {
            *is = *is && wanted.is(guest);
        }
        Matching {
            count: is.iter().filter(|is| **is).count(),
            is,
        }
    }

    /// A page of the guests that `filter` means.
    pub(crate) fn page(
        &self,
        filter: &GuestFilter,
        sort: GuestSort,
        after: Option<&Place<'_>>,
        limit: usize,
        now: DateTime<Utc>,
    ) -> ListedPage<'_> {
        let matching = self.matching(filter, now);
        let order = self.order(sort.key);
        let place = |index: &u32| self.place(*index, sort.key);
        let mut page: Vec<u32> = if sort.descending {
            let end = after.map_or(order.len(), |after| {
                order.partition_point(|index| place(index) < *after)
            });
            matching.first(order[..end].iter().rev(), limit + 1)
        } else {
            let start = after.map_or(0, |after| order.partition_point(|index| place(index) <= *after));
            matching.first(order[start..].iter(), limit + 1)
        };
        let has_more = page.len() > limit;
        page.truncate(limit);
        ListedPage {
            next: page.last().filter(|_| has_more).map(place),
            keys: page
                .iter()
                .map(|index| GuestKey(self.guest(*index).key))
                .collect(),
            matching: matching.count,
        }
    }

    /// The guests one of whose names contains `text`.
    pub(crate) fn find_by_name(&self, text: &str) -> Vec<GuestKey> {
        let mut found = vec![false; self.guests.len()];
        self.names().mark(&folded(text), &mut found);
        let found = found.iter().zip(&self.guests).filter(|(is, _)| **is);
        found.map(|(_, guest)| GuestKey(guest.key)).collect()
    }

    /// The guests one of whose names contains `text`, or whose object id does.
    fn found(&self, text: &str) -> Vec<bool> {
        let text = folded(text);
        // Nothing but accents restricts nothing.
        let mut found = vec![text.is_empty(); self.guests.len()];
        self.names().mark(&text, &mut found);
        let digits = text.replace('-', "");
        if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            self.ids().mark(&digits, &mut found);
        }
        found
    }

    fn names(&self) -> &Haystack {
        let all = || Haystack::of(self.guests.iter().map(|guest| guest.names.text()));
        self.derived.names.get_or_init(all)
    }

    fn ids(&self) -> &Haystack {
        let all = || Haystack::of(self.guests.iter().map(|guest| guest.id.simple().to_string()));
        self.derived.ids.get_or_init(all)
    }

    fn guest(&self, index: u32) -> &Packed {
        // Orders hold the indexes of this snapshot's guests.
        &self.guests[index as usize]
    }

    fn order(&self, key: SortKey) -> &[u32] {
        self.derived.orders[key as usize].get_or_init(|| {
            let mut order: Box<[u32]> = (0..self.guests.len() as u32).collect();
            order.sort_by_cached_key(|index| self.place(*index, key));
            order
        })
    }

    fn place(&self, index: u32, key: SortKey) -> Place<'_> {
        let guest = self.guest(index);
        let rank = match key {
            SortKey::Urgency => Rank::Numbers(i64::from(guest.standing), guest.waiting_since),
            SortKey::Name => Rank::Text(Cow::Borrowed(guest.names.first())),
            SortKey::Invited => Rank::Numbers(guest.times[0], 0),
            SortKey::LastInvited => Rank::Numbers(guest.last_invited, 0),
            SortKey::LastSuccessful => Rank::Numbers(guest.last_successful, 0),
        };
        Place {
            rank,
            guest: guest.key,
        }
    }
}

impl Matching {
    /// The first `count` of `order` that match. Looking into the guests here would be looking all over the memory.
    fn first<'o>(&self, order: impl Iterator<Item = &'o u32>, count: usize) -> Vec<u32> {
        order
            .copied()
            .filter(|index| self.is[*index as usize])
            .take(count)
            .collect()
    }
}

/// A filter without its search, made ready to be asked about many guests. An empty list does not restrict.
struct Wanted {
    deleted: Deleted,
    states: Vec<u8>,
    stages: Vec<u8>,
    reached: u8,
    standings: Vec<u8>,
    reasons: Vec<u32>,
    domains: Vec<u32>,
    issuers: Vec<u32>,
    inviters: Vec<i64>,
    account_enabled: Option<bool>,
    invited_from: Option<i64>,
    invited_until: Option<i64>,
    cards: Vec<Card>,
    thresholds: Thresholds,
}

impl Wanted {
    fn new(snapshot: &GuestSnapshot, filter: &GuestFilter, now: DateTime<Utc>) -> Self {
        let numbers = |texts: &[String]| texts.iter().map(|text| snapshot.number_of(text)).collect();
        let deadline = filter.deadline.map(|deadline| match deadline {
            Deadline::Expiring => Card::Expiring,
            Deadline::Expired => Card::Expired,
        });
        Self {
            deleted: filter.deleted,
            states: filter.states.iter().map(|state| state.code() as u8).collect(),
            stages: filter.stages.iter().map(|stage| stage.code() as u8).collect(),
            reached: filter.reached.map_or(0, |stage| stage.code() as u8),
            standings: filter
                .standings
                .iter()
                .map(|standing| standing.code() as u8)
                .collect(),
            reasons: numbers(&filter.reasons),
            domains: numbers(&filter.domains),
            issuers: numbers(&filter.issuers),
            inviters: filter.inviters.iter().map(|inviter| inviter.0).collect(),
            account_enabled: filter.account_enabled,
            invited_from: filter.invited_from.map(micros),
            invited_until: filter.invited_until.map(micros),
            cards: deadline.into_iter().chain(filter.card).collect(),
            thresholds: Thresholds::at(now),
        }
    }

    fn is(&self, guest: &Packed) -> bool {
        let invited = guest.times[0];
        let is_deleted_as_wanted = match self.deleted {
            Deleted::Exclude => !guest.is_deleted,
            Deleted::Only => guest.is_deleted,
            Deleted::Include => true,
        };
        is_deleted_as_wanted
            && one_of(&self.states, guest.state)
            && one_of(&self.stages, guest.stage)
            && guest.stage >= self.reached
            && one_of(&self.standings, guest.standing)
            && one_of(&self.reasons, guest.reason)
            && one_of(&self.domains, guest.domain)
            && one_of(&self.issuers, guest.issuer)
            && one_of(&self.inviters, guest.inviter)
            && self
                .account_enabled
                .is_none_or(|enabled| guest.account_enabled == Some(enabled))
            && self
                .invited_from
                .is_none_or(|from| invited != 0 && invited >= from)
            && self
                .invited_until
                .is_none_or(|until| invited != 0 && invited < until)
            && self
                .cards
                .iter()
                .all(|card| is_in(guest, *card, &self.thresholds))
    }
}

fn one_of<T: PartialEq + Copy>(wanted: &[T], has: T) -> bool {
    wanted.is_empty() || wanted.contains(&has)
}
