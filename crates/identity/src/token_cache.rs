//! Access tokens at hand, per set of scopes.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use azure_core::{credentials::AccessToken, time::OffsetDateTime};
use chrono::{DateTime, TimeDelta, Utc};

/// A token that ends sooner than this is not handed out any more: the request it is for has to arrive first.
const RESERVE: TimeDelta = TimeDelta::minutes(5);

/// What is assumed where an answer does not say how long its token lives.
const USUAL_LIFE: Duration = Duration::from_hours(1);

/// Access tokens by the scopes they were asked for.
#[derive(Default)]
pub(crate) struct TokenCache(Mutex<HashMap<Vec<String>, AccessToken>>);

impl fmt::Debug for TokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenCache({})", self.lock().len())
    }
}

impl TokenCache {
    /// Finds a token for just these scopes that still lives long enough at `now`.
    pub(crate) fn find(&self, scopes: &[&str], now: DateTime<Utc>) -> Option<AccessToken> {
        let ends_after = (now + RESERVE).timestamp();
        self.lock()
            .get(&key(scopes))
            .filter(|token| token.expires_on.unix_timestamp() > ends_after)
            .cloned()
    }

    /// Keeps a token for these scopes.
    pub(crate) fn keep(&self, scopes: &[&str], token: AccessToken) {
        self.lock().insert(key(scopes), token);
    }

    /// Forgets every token.
    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Vec<String>, AccessToken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(scopes: &[&str]) -> Vec<String> {
    let mut key: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    key.sort_unstable();
    key.dedup();
    key
}

/// Makes an access token that lives `life` from `now`.
pub(crate) fn access_token(secret: &str, life: Option<Duration>, now: DateTime<Utc>) -> AccessToken {
    let life = life.unwrap_or(USUAL_LIFE).as_secs();
    let ends = now.timestamp().saturating_add_unsigned(life);
    // A life beyond the year 9999 is no life a service gives.
    let ends = OffsetDateTime::from_unix_timestamp(ends).unwrap_or(OffsetDateTime::UNIX_EPOCH);

    AccessToken::new(secret.to_owned(), ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_for_its_scopes_in_any_order_until_shortly_before_it_ends() {
        let cache = TokenCache::default();
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        cache.keep(
            &["b", "a"],
            access_token("t", Some(Duration::from_secs(3599)), now),
        );

        assert!(cache.find(&["a", "b"], now).is_some());
        assert!(
            cache.find(&["a"], now).is_none(),
            "a token for other scopes may lack what is needed"
        );
        assert!(cache.find(&["a", "b"], now + TimeDelta::seconds(3298)).is_some());
        assert!(cache.find(&["a", "b"], now + TimeDelta::seconds(3299)).is_none());

        cache.clear();
        assert!(cache.find(&["a", "b"], now).is_none());
        assert_eq!(format!("{cache:?}"), "TokenCache(0)");
    }

    #[test]
    fn an_absurd_lifetime_is_no_lifetime() {
        let token = access_token("t", Some(Duration::MAX), DateTime::UNIX_EPOCH);

        assert_eq!(token.expires_on, OffsetDateTime::UNIX_EPOCH);
    }
}
