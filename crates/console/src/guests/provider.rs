//! Which identity provider a guest who has not redeemed will probably use.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use usher_store::{Archive, GuestFilter, GuestRecord, GuestSort, InvitationState, StoreError};

use super::view::provider_words;

/// Mail domains of personal Microsoft accounts.
const MICROSOFT_ACCOUNT_DOMAINS: [&str; 4] = ["outlook.com", "hotmail.com", "live.com", "msn.com"];

/// Predictions by domain. What guests of the same domain redeemed with is the best sign there is.
#[derive(Debug, Default)]
pub(crate) struct Predictions(HashMap<String, Option<String>>);

impl Predictions {
    /// Forgets what was predicted, as after a sync.
    pub(crate) fn forget(&mut self) {
        self.0.clear();
    }

    /// Predicts for a guest, in the admin center's words; `None` for one who has redeemed.
    pub(crate) async fn of(
        &mut self,
        archive: &Archive,
        guest: &GuestRecord,
        now: DateTime<Utc>,
    ) -> Result<Option<String>, StoreError> {
        if guest.object.state != InvitationState::PendingAcceptance || guest.domain.is_empty() {
            return Ok(None);
        }
        self.of_domain(archive, &guest.domain, now).await
    }

    /// Predicts for an address of a domain (lower case).
    pub(crate) async fn of_domain(
        &mut self,
        archive: &Archive,
        domain: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<String>, StoreError> {
        if let Some(known) = self.0.get(domain) {
            return Ok(known.clone());
        }
        let accepted = GuestFilter {
            domains: vec![domain.to_owned()],
            states: vec![InvitationState::Accepted],
            ..GuestFilter::default()
        };
        let page = archive
            .list_guests(&accepted, GuestSort::default(), None, 1, now)
            .await?;
        let colleague = page
            .guests
            .first()
            .and_then(|guest| guest.object.issuer())
            .map(provider_words);
        let predicted = colleague.or_else(|| by_name(domain));
        self.0.insert(domain.to_owned(), predicted.clone());
        Ok(predicted)
    }
}

fn by_name(domain: &str) -> Option<String> {
    MICROSOFT_ACCOUNT_DOMAINS
        .contains(&domain)
        .then(|| "Microsoft account".to_owned())
}
