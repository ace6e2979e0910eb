//! The Overview: cards, funnel, reasons, trend, coverage, needs attention.

mod attention;
mod cards;
mod coverage;
mod funnel;

use chrono::{DateTime, TimeDelta, Utc};
use usher_store::{CohortFilter, EntityKey, FacetCount, Facets, GuestFilter, GuestSnapshot};

use crate::{
    ConsoleError,
    guests::{issuer_of, provider_words},
    reason::Reason,
    tenant::OpenTenant,
    views::{
        CardKind, ChoiceView, Count, OverviewChoices, OverviewFilter, OverviewView, ReasonCountView, WeekView,
    },
};

/// The range where nobody chooses one.
const DAYS: u32 = 90;
/// The longest range.
const LONGEST_DAYS: u32 = 3650;
/// Choices per filter.
const CHOICES: usize = 200;
/// Invitations by one inviter on one day that count as a bulk job.
const BULK: u32 = 20;

impl OpenTenant {
    /// Everything the Overview shows.
    pub(crate) async fn overview(&self, filter: &OverviewFilter) -> Result<OverviewView, ConsoleError> {
        let now = self.now();
        let days = filter.days.unwrap_or(DAYS).clamp(1, LONGEST_DAYS);
        let from = now - TimeDelta::days(i64::from(days));
        let snapshot = self.archive.load_snapshot().await?;
        let sign_ins_known = self.archive.load_tenant().await?.premium != Some(false);

        // The cards and what stops guests now tell of everybody; the funnel of those invited in the range.
        let everybody = self.cohort(filter).await?;
        let with_card = CohortFilter {
            card: filter.card.map(Into::into),
            ..everybody.clone()
        };
        let invited = CohortFilter {
            invited_from: Some(from),
            ..with_card.clone()
        };
        let list = list_filter(&everybody, filter.card);

        let cards = cards::cards(&snapshot, &everybody, sign_ins_known, now);
        let blocked = cards
            .iter()
            .find(|card| card.kind == CardKind::Blocked)
            .and_then(|card| card.count);
        let at_least = blocked.is_some_and(|count| count.at_least);
        let reasons = reasons(&snapshot, &with_card, at_least, now);
        let stopped = Count {
            value: reasons.iter().map(|reason| reason.guests.value).sum(),
            at_least,
        };
        let (attention, attention_total) = self.attention(&snapshot, &with_card, &list).await?;

        Ok(OverviewView {
            cards,
            funnel: funnel::funnel(&snapshot, &invited, (from, now), sign_ins_known, now),
            reasons,
            stopped,
            weeks: weeks(&snapshot, &with_card, from, now),
            coverage: self.coverage(days).await?,
            attention,
            attention_total,
            choices: self
                .choices(snapshot.facets(&CohortFilter::default(), now))
                .await?,
        })
    }

    /// The guests of the filter's partner, inviter and identity provider, whenever invited.
    async fn cohort(&self, filter: &OverviewFilter) -> Result<CohortFilter, ConsoleError> {
        let inviter = match &filter.inviter {
            None => None,
            Some(id) => Some(
                self.archive
                    .find_entity(id)
                    .await?
                    .ok_or(ConsoleError::UnknownChoice { field: "inviter" })?,
            ),
        };
        Ok(CohortFilter {
            domain: filter.partner.as_deref().map(str::to_lowercase),
            inviter,
            issuer: filter.identity_provider.as_deref().map(issuer_of),
            ..CohortFilter::default()
        })
    }

    async fn choices(&self, facets: Facets) -> Result<OverviewChoices, ConsoleError> {
        let keys: Vec<EntityKey> = facets
            .inviters
            .iter()
            .take(CHOICES)
            .map(|facet| facet.value)
            .collect();
        let names = self.archive.load_names(&keys).await?;
        let inviters = facets
            .inviters
            .iter()
            .filter_map(|facet| {
                let name = names.iter().find(|name| name.key == facet.value)?;
                let label = [&name.name, &name.upn, &name.object_id]
                    .into_iter()
                    .find(|text| !text.is_empty())?;
                Some(ChoiceView {
                    value: name.object_id.clone(),
                    label: label.clone(),
                    guests: facet.guests,
                    code: None,
                })
            })
            .collect();
        Ok(OverviewChoices {
            partners: choices(&facets.domains, str::to_owned),
            inviters,
            identity_providers: choices(&facets.issuers, provider_words)
                .into_iter()
                .map(|choice| ChoiceView {
                    value: choice.label.clone(),
                    ..choice
                })
                .collect(),
            reasons: choices(&facets.reasons, |key| Reason::of(key, None).title())
                .into_iter()
                .map(|choice| ChoiceView {
                    code: Reason::of(&choice.value, None).code(),
                    ..choice
                })
                .collect(),
        })
    }
}

fn choices(facets: &[FacetCount<std::sync::Arc<str>>], label: impl Fn(&str) -> String) -> Vec<ChoiceView> {
    facets
        .iter()
        .take(CHOICES)
        .map(|facet| ChoiceView {
            value: facet.value.to_string(),
            label: label(&facet.value),
            guests: facet.guests,
            code: None,
        })
        .collect()
}

fn list_filter(cohort: &CohortFilter, card: Option<CardKind>) -> GuestFilter {
    GuestFilter {
        domains: cohort.domain.clone().into_iter().collect(),
        inviters: cohort.inviter.into_iter().collect(),
        issuers: cohort.issuer.clone().into_iter().collect(),
        card: card.map(Into::into),
        ..GuestFilter::default()
    }
}

fn reasons(
    snapshot: &GuestSnapshot,
    cohort: &CohortFilter,
    at_least: bool,
    now: DateTime<Utc>,
) -> Vec<ReasonCountView> {
    snapshot
        .reasons(cohort, now)
        .into_iter()
        .map(|count| {
            let reason = Reason::of(&count.reason, None);
            ReasonCountView {
                stops_before: reason.stops_before(),
                guests: Count {
                    value: count.guests,
                    at_least,
                },
                resend_helps: reason.resend_helps(),
                reason: reason.view(),
            }
        })
        .collect()
}

fn weeks(
    snapshot: &GuestSnapshot,
    cohort: &CohortFilter,
    from: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Vec<WeekView> {
    snapshot
        .weeks(cohort, from, now, now)
        .into_iter()
        .map(|week| WeekView {
            start: week.week.date_naive(),
            invited: week.invited,
            redeemed: week.redeemed,
            largest_bulk: Some(week.largest_bulk).filter(|guests| *guests >= BULK),
        })
        .collect()
}
