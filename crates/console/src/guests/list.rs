//! The guest list.

use usher_store::{
    Card, Cursor, Deleted, EntityKey, GuestFilter as StoreFilter, GuestSort as StoreSort, InvitationState,
    SortKey, StageReached, Standing,
};

use super::view::{guest_view, issuer_of};
use crate::{
    ConsoleError,
    tenant::OpenTenant,
    views::{CardKind, GuestFilter, GuestPage, GuestQuery, GuestSort, InvitationStateView},
};

/// Rows of a page, where nobody says how many.
const PAGE: u32 = 100;

impl OpenTenant {
    /// Lists a page of guests.
    pub(crate) async fn list_guests(&self, query: &GuestQuery) -> Result<GuestPage, ConsoleError> {
        let now = self.now();
        let filter = self.store_filter(&query.filter).await?;
        let after = query.after.as_ref().map(Cursor::from_text);
        let limit = query.limit.unwrap_or(PAGE);
        let page = self
            .archive
            .list_guests(&filter, store_sort(query), after.as_ref(), limit, now)
            .await?;

        let mut predictions = self.predictions.lock().await;
        let mut items = Vec::with_capacity(page.guests.len());
        for guest in &page.guests {
            let predicted = predictions.of(&self.archive, guest, now).await?;
            items.push(guest_view(guest, predicted, now));
        }
        Ok(GuestPage {
            at_least: items.iter().any(|guest| guest.at_least),
            items,
            next: page.next.map(|cursor| cursor.as_text().to_owned()),
            matching: page.matching as u32,
            total: page.total as u32,
        })
    }

    /// Reads the filter of the window. An inviter that is not held matches nobody.
    pub(crate) async fn store_filter(&self, filter: &GuestFilter) -> Result<StoreFilter, ConsoleError> {
        let inviters: Vec<EntityKey> = match &filter.inviter {
            None => Vec::new(),
            Some(id) => {
                vec![
                    self.archive
                        .find_entity(id)
                        .await?
                        .ok_or(ConsoleError::UnknownChoice { field: "inviter" })?,
                ]
            }
        };
        Ok(StoreFilter {
            search: filter.search.clone().filter(|text| !text.trim().is_empty()),
            states: filter
                .invitation_state
                .iter()
                .flat_map(|state| store_states(*state))
                .copied()
                .collect(),
            stages: filter.stage.map(StageReached::from).into_iter().collect(),
            reached: filter.reached.map(StageReached::from),
            standings: filter.standing.map(Standing::from).into_iter().collect(),
            reasons: filter.reason.clone().into_iter().collect(),
            domains: filter
                .partner
                .as_deref()
                .map(str::to_lowercase)
                .into_iter()
                .collect(),
            inviters,
            issuers: filter
                .identity_provider
                .as_deref()
                .map(issuer_of)
                .into_iter()
                .collect(),
            account_enabled: filter.account_enabled,
            invited_from: filter.invited_from,
            invited_until: filter.invited_to,
            deadline: None,
            card: filter.card.map(Card::from),
            deleted: if filter.deleted {
                Deleted::Only
            } else {
                Deleted::Exclude
            },
        })
    }
}

fn store_states(state: InvitationStateView) -> &'static [InvitationState] {
    match state {
        InvitationStateView::PendingAcceptance => &[InvitationState::PendingAcceptance],
        InvitationStateView::Accepted => &[InvitationState::Accepted],
        InvitationStateView::None => &[InvitationState::None, InvitationState::Other],
    }
}

/// The order of the window as the archive knows it.
pub(crate) fn store_sort(query: &GuestQuery) -> StoreSort {
    let key = match query.sort {
        GuestSort::Attention => SortKey::Urgency,
        GuestSort::Name => SortKey::Name,
        GuestSort::Invited => SortKey::Invited,
        GuestSort::Expires => SortKey::LastInvited,
        GuestSort::LastSignIn => SortKey::LastSuccessful,
    };
    StoreSort {
        key,
        descending: query.descending,
    }
}

impl From<CardKind> for Card {
    fn from(card: CardKind) -> Self {
        match card {
            CardKind::Total => Self::Total,
            CardKind::Active => Self::Active,
            CardKind::Pending => Self::Pending,
            CardKind::Expiring => Self::Expiring,
            CardKind::Expired => Self::Expired,
            CardKind::Blocked => Self::Blocked,
            CardKind::Inactive => Self::Inactive,
            CardKind::NeverSignedIn => Self::NeverSignedIn,
        }
    }
}

impl From<Card> for CardKind {
    fn from(card: Card) -> Self {
        match card {
            Card::Total => Self::Total,
            Card::Active => Self::Active,
            Card::Pending => Self::Pending,
            Card::Expiring => Self::Expiring,
            Card::Expired => Self::Expired,
            Card::Blocked => Self::Blocked,
            Card::Inactive => Self::Inactive,
            Card::NeverSignedIn => Self::NeverSignedIn,
        }
    }
}
