//! The redemption funnel and what belongs to it: reasons, weeks, clusters, facets.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use chrono::{DateTime, Datelike as _, TimeDelta, Utc};

use super::{
    GuestSnapshot, Packed,
    cards::{Thresholds, is_in},
    entity, time,
};
use crate::{EntityKey, GuestKey, guests::Card, journeys::StageReached, time::micros};

const STOPPED: u8 = 0;
/// Twenty years: no tenant's guests are older.
const LARGEST_SPAN_WEEKS: i64 = 1044;
const DAY_MICROS: i64 = 86_400 * 1_000_000;
/// The first stage whose time comes from the logs: attempted sign-in.
const FIRST_FROM_LOGS: usize = 2;
/// Reasons shown below a stage.
const REASONS_PER_STAGE: usize = 3;

/// Which guests a count is over. Deleted ones never are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CohortFilter {
    /// First invited at or after.
    pub invited_from: Option<DateTime<Utc>>,
    /// First invited before.
    pub invited_until: Option<DateTime<Utc>>,
    /// Partner domain, lower case.
    pub domain: Option<String>,
    /// Who invited.
    pub inviter: Option<EntityKey>,
    /// Identity issuer.
    pub issuer: Option<String>,
    /// A card of the Overview.
    pub card: Option<Card>,
}

/// A reason and the guests it stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonCount {
    /// Key into the failure catalogue.
    pub reason: Arc<str>,
    /// The last stage most of these guests had completed.
    pub stage: StageReached,
    /// Guests stopped by it.
    pub guests: u32,
}

/// One bar of the funnel.
#[derive(Debug, Clone, PartialEq)]
pub struct FunnelStage {
    /// The stage.
    pub stage: StageReached,
    /// Guests who reached it or a later one.
    pub reached: u32,
    /// Guests for whom this is the last stage completed and whom a failure stopped.
    pub stopped: u32,
    /// The most frequent reasons among those, most first.
    pub reasons: Vec<ReasonCount>,
    /// Median time since the stage before, in seconds, over the guests for whom both times are known. Where a time comes
    /// from the logs, only guests count whose whole journey lies in days that are held completely; `None` where none do.
    pub median_seconds: Option<i64>,
    /// Guests not counted here whose journey rests on incomplete logs: the bar may be higher.
    pub uncertain: u32,
}

/// The funnel over a cohort.
#[derive(Debug, Clone, PartialEq)]
pub struct Funnel {
    /// Guests in the cohort.
    pub guests: u32,
    /// The six stages, in order.
    pub stages: Vec<FunnelStage>,
}

/// Invitations and redemptions of one week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeekCount {
    /// Monday, midnight UTC.
    pub week: DateTime<Utc>,
    /// Guests first invited in it.
    pub invited: u32,
    /// Guests who redeemed in it.
    pub redeemed: u32,
    /// The most guests one inviter invited on one of its days (UTC); 0 where no inviter is known.
    pub largest_bulk: u32,
}

/// Guests of one partner stopped by one cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerCluster {
    /// The partner's domain.
    pub domain: Arc<str>,
    /// Key into the failure catalogue.
    pub reason: Arc<str>,
    /// The guests.
    pub guests: Vec<GuestKey>,
    /// Since when the one who waits longest has been waiting.
    pub waiting_since: Option<DateTime<Utc>>,
}

/// A value to filter by and how many guests have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetCount<T> {
    /// The value.
    pub value: T,
    /// Guests that have it.
    pub guests: u32,
}

/// What can be filtered by, most guests first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facets {
    /// Partner domains.
    pub domains: Vec<FacetCount<Arc<str>>>,
    /// Inviters.
    pub inviters: Vec<FacetCount<EntityKey>>,
    /// Identity issuers.
    pub issuers: Vec<FacetCount<Arc<str>>>,
    /// Reasons.
    pub reasons: Vec<FacetCount<Arc<str>>>,
}

impl GuestSnapshot {
    /// The guests a filter means. A text that no guest has means nobody.
    pub(super) fn cohort<'s>(
        &'s self,
        filter: &CohortFilter,
        now: DateTime<Utc>,
    ) -> impl Iterator<Item = &'s Packed> + use<'s> {
        let wanted = |text: &Option<String>| text.as_deref().map(|text| self.number_of(text));
        let (domain, issuer) = (wanted(&filter.domain), wanted(&filter.issuer));
        let from = filter.invited_from.map(micros);
        let until = filter.invited_until.map(micros);
        let inviter = filter.inviter;
        let card = filter.card;
        let thresholds = Thresholds::at(now);
        self.guests.iter().filter(move |guest| {
            let invited = guest.times[0];
            !guest.is_deleted
                && from.is_none_or(|from| invited >= from && invited != 0)
                && until.is_none_or(|until| invited < until && invited != 0)
                && domain.is_none_or(|domain| guest.domain == domain)
                && issuer.is_none_or(|issuer| guest.issuer == issuer)
                && inviter.is_none_or(|inviter| guest.inviter == inviter.0)
                && card.is_none_or(|card| is_in(guest, card, &thresholds))
        })
    }

    /// The funnel over a cohort.
    pub fn funnel(&self, cohort: &CohortFilter, now: DateTime<Utc>) -> Funnel {
        let mut reached = [0u32; 6];
        let mut uncertain = [0u32; 6];
        let mut waits: [Vec<i64>; 6] = Default::default();
        let mut stopped: [HashMap<u32, u32>; 6] = Default::default();
        let mut guests = 0;
        for guest in self.cohort(cohort, now) {
            guests += 1;
            let last = usize::from(guest.stage).min(5);
            for stage in 0..6 {
                if stage <= last {
                    reached[stage] += 1;
                } else if guest.at_least {
                    uncertain[stage] += 1;
                }
                let both_known = stage > 0 && guest.times[stage] != 0 && guest.times[stage - 1] != 0;
                // Where older rows are gone, the first attempt that is held is a late one.
                let is_first = !guest.at_least || stage < FIRST_FROM_LOGS;
                if stage <= last && both_known && is_first {
                    waits[stage].push((guest.times[stage] - guest.times[stage - 1]).max(0));
                }
            }
            if guest.standing == STOPPED {
                *stopped[last].entry(guest.reason).or_default() += 1;
            }
        }
        let stages = StageReached::ALL
            .into_iter()
            .enumerate()
            .map(|(index, stage)| {
                let mut reasons: Vec<ReasonCount> = stopped[index]
                    .iter()
                    .map(|(reason, guests)| ReasonCount {
                        reason: Arc::clone(self.text(*reason)),
                        stage,
                        guests: *guests,
                    })
                    .collect();
                most_first(&mut reasons);
                reasons.truncate(REASONS_PER_STAGE);
                FunnelStage {
                    stage,
                    reached: reached[index],
                    stopped: stopped[index].values().sum(),
                    reasons,
                    median_seconds: median(&mut waits[index]).map(|micros| micros / 1_000_000),
                    uncertain: uncertain[index],
                }
            })
            .collect();
        Funnel { guests, stages }
    }

    /// Why guests of a cohort are stopped, most frequent first. Interrupts are no reasons: they stop nobody.
    pub fn reasons(&self, cohort: &CohortFilter, now: DateTime<Utc>) -> Vec<ReasonCount> {
        let mut counts: HashMap<u32, [u32; 6]> = HashMap::new();
        for guest in self.cohort(cohort, now).filter(|guest| guest.standing == STOPPED) {
            counts.entry(guest.reason).or_default()[usize::from(guest.stage).min(5)] += 1;
        }
        let mut reasons: Vec<ReasonCount> = counts
            .into_iter()
            .map(|(reason, stages)| {
                // Of stages with the same count the earlier one.
                let most = (0..6).rev().max_by_key(|stage| stages[*stage]).unwrap_or(0);
                ReasonCount {
                    reason: Arc::clone(self.text(reason)),
                    stage: StageReached::ALL[most],
                    guests: stages.iter().sum(),
                }
            })
            .collect();
        most_first(&mut reasons);
        reasons
    }

    /// Invitations and redemptions per week, for every week that touches `from..until`, oldest first. The cohort's
    /// own range of invitation is not used: a guest redeems in another week than the one of the invitation.
    pub fn weeks(
        &self,
        cohort: &CohortFilter,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Vec<WeekCount> {
        let cohort = CohortFilter {
            invited_from: None,
            invited_until: None,
            ..cohort.clone()
        };
        let first = monday(from);
        let count = (until - first).num_weeks().clamp(0, LARGEST_SPAN_WEEKS) + 1;
        let mut weeks: Vec<WeekCount> = (0..count)
            .map(|n| first + TimeDelta::weeks(n))
            .take_while(|week| *week < until)
            .map(|week| WeekCount {
                week,
                invited: 0,
                redeemed: 0,
                largest_bulk: 0,
            })
            .collect();
        let start = micros(first);
        let day_of = |at: i64| usize::try_from((at - start).div_euclid(DAY_MICROS)).ok();
        let mut bulks: HashMap<(usize, i64), u32> = HashMap::new();
        for guest in self.cohort(&cohort, now) {
            if let Some(day) = day_of(guest.times[0])
                && let Some(week) = weeks.get_mut(day / 7)
            {
                week.invited += 1;
                if guest.inviter != 0 {
                    *bulks.entry((day, guest.inviter)).or_default() += 1;
                }
            }
            if let Some(week) = day_of(guest.times[4]).and_then(|day| weeks.get_mut(day / 7)) {
                week.redeemed += 1;
            }
        }
        for ((day, _), guests) in bulks {
            let week = &mut weeks[day / 7];
            week.largest_bulk = week.largest_bulk.max(guests);
        }
        weeks
    }

    /// Causes that stop at least `smallest` guests of one partner: largest first, then the longest wait.
    pub fn clusters(
        &self,
        cohort: &CohortFilter,
        smallest: usize,
        now: DateTime<Utc>,
    ) -> Vec<PartnerCluster> {
        let mut groups: HashMap<(u32, u32), Vec<&Packed>> = HashMap::new();
        for guest in self.cohort(cohort, now).filter(|guest| guest.standing == STOPPED) {
            if !self.text(guest.domain).is_empty() && !self.text(guest.reason).is_empty() {
                groups
                    .entry((guest.domain, guest.reason))
                    .or_default()
                    .push(guest);
            }
        }
        let mut clusters: Vec<PartnerCluster> = groups
            .into_iter()
            .filter(|(_, guests)| guests.len() >= smallest.max(1))
            .map(|((domain, reason), guests)| PartnerCluster {
                domain: Arc::clone(self.text(domain)),
                reason: Arc::clone(self.text(reason)),
                waiting_since: guests
                    .iter()
                    .map(|guest| guest.waiting_since)
                    .filter(|since| *since != 0)
                    .min()
                    .and_then(time),
                guests: guests.iter().map(|guest| GuestKey(guest.key)).collect(),
            })
            .collect();
        clusters.sort_by(|a, b| {
            let longest =
                |cluster: &PartnerCluster| cluster.waiting_since.unwrap_or(DateTime::<Utc>::MAX_UTC);
            b.guests
                .len()
                .cmp(&a.guests.len())
                .then_with(|| longest(a).cmp(&longest(b)))
                .then_with(|| (&a.domain, &a.reason).cmp(&(&b.domain, &b.reason)))
        });
        clusters
    }

    /// What a cohort can be filtered by.
    pub fn facets(&self, cohort: &CohortFilter, now: DateTime<Utc>) -> Facets {
        let mut domains = HashMap::new();
        let mut inviters = HashMap::new();
        let mut issuers = HashMap::new();
        let mut reasons = HashMap::new();
        for guest in self.cohort(cohort, now) {
            *domains.entry(guest.domain).or_insert(0) += 1;
            *issuers.entry(guest.issuer).or_insert(0) += 1;
            *reasons.entry(guest.reason).or_insert(0) += 1;
            if let Some(inviter) = entity(guest.inviter) {
                *inviters.entry(inviter).or_insert(0) += 1;
            }
        }
        Facets {
            domains: self.texts_most_first(domains),
            inviters: facets_most_first(inviters.into_iter().collect()),
            issuers: self.texts_most_first(issuers),
            reasons: self.texts_most_first(reasons),
        }
    }

    fn texts_most_first(&self, counts: HashMap<u32, u32>) -> Vec<FacetCount<Arc<str>>> {
        let named = counts
            .into_iter()
            .map(|(text, guests)| (Arc::clone(self.text(text)), guests));
        facets_most_first(named.filter(|(text, _)| !text.is_empty()).collect())
    }
}

fn facets_most_first<T: Ord + Hash>(counts: Vec<(T, u32)>) -> Vec<FacetCount<T>> {
    let mut facets: Vec<FacetCount<T>> = counts
        .into_iter()
        .map(|(value, guests)| FacetCount { value, guests })
        .collect();
    facets.sort_by(|a, b| b.guests.cmp(&a.guests).then_with(|| a.value.cmp(&b.value)));
    facets
}

fn most_first(reasons: &mut [ReasonCount]) {
    reasons.sort_by(|a, b| b.guests.cmp(&a.guests).then_with(|| a.reason.cmp(&b.reason)));
}

fn monday(at: DateTime<Utc>) -> DateTime<Utc> {
    let date = at.date_naive();
    let monday = date - TimeDelta::days(i64::from(date.weekday().num_days_from_monday()));
    monday.and_time(chrono::NaiveTime::MIN).and_utc()
}

/// The lower median.
fn median(values: &mut [i64]) -> Option<i64> {
    if values.is_empty() {
        return None;
    }
    let middle = (values.len() - 1) / 2;
    Some(*values.select_nth_unstable(middle).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_lower_middle() {
        assert_eq!(median(&mut []), None);
        assert_eq!(median(&mut [9, 1, 5]), Some(5));
        assert_eq!(median(&mut [4, 1, 3, 2]), Some(2));
    }

    #[test]
    fn a_week_begins_on_monday() {
        let sunday = "2026-11-22T23:59:59Z".parse().unwrap();
        assert_eq!(
            monday(sunday),
            "2026-11-16T00:00:00Z".parse::<DateTime<Utc>>().unwrap()
        );
        let start = "2026-11-23T00:00:00Z".parse().unwrap();
        assert_eq!(monday(start), start);
    }
}
