//! Single questions to the logs.

use uuid::Uuid;

use super::page::hash_of_id;
use crate::{Archive, EventRef, GuestKey, Log, StoreError};

/// Rows whose hash fits that are looked into; more than one is a coincidence or one attempt of many rows.
const CANDIDATES: u32 = 20;

/// The home tenant in a sign-in of a guest of the domain `?1`, unless it is one of the list `?2`.
pub(crate) const HOME_TENANT: &str = "\
    SELECT t.s FROM guest g CROSS JOIN signin s ON s.user = g.id CROSS JOIN str t ON t.id = s.home_tenant \
     WHERE g.domain = ?1 AND s.home_tenant <> 0 AND t.s <> '' AND t.s NOT IN (SELECT value FROM json_each(?2)) LIMIT 1";

impl Archive {
    /// The newest log row about a guest that carries this correlation ID or request ID, as guests read them off the page
    /// that stopped them; sign-ins before audits. Reads the columns of both logs, the newest first: for somebody who asks.
    pub async fn find_row_by_id(&self, id: Uuid) -> Result<Option<(GuestKey, EventRef)>, StoreError> {
        let id = id.as_hyphenated().to_string();
        for (log, sql) in [
            (
                Log::SignIn,
                "SELECT s.seq, s.user FROM signin s CROSS JOIN guest g ON g.id = s.user \
                 WHERE s.corr = ?1 OR s.id_hash = ?1 ORDER BY s.seq DESC LIMIT ?2",
            ),
            (
                Log::Audit,
                "SELECT a.seq, a.target FROM audit a CROSS JOIN guest g ON g.id = a.target \
                 WHERE a.corr = ?1 ORDER BY a.seq DESC LIMIT ?2",
            ),
        ] {
            let rows: Vec<(i64, i64)> = sqlx::query_as(sql)
                .bind(hash_of_id(&id))
                .bind(CANDIDATES)
                .fetch_all(&self.inner.readers)
                .await?;
            for (seq, guest) in rows {
                let event = EventRef { log, seq };
                // Hashes have 32 bits; the row itself has the last word.
                let raw = self.load_raw(event).await?.unwrap_or_default();
                if raw.contains(&id) {
                    return Ok(Some((GuestKey(guest), event)));
                }
            }
        }
        Ok(None)
    }

    /// The home tenant that guests of a domain (lower case) were seen to come from, by its id; `besides` never counts.
    pub async fn find_home_tenant(
        &self,
        domain: &str,
        besides: &[&str],
    ) -> Result<Option<String>, StoreError> {
        let besides = serde_json::to_string(besides).unwrap_or_else(|_| "[]".into());
        Ok(sqlx::query_scalar(HOME_TENANT)
            .bind(domain)
            .bind(besides)
            .fetch_optional(&self.inner.readers)
            .await?)
    }

    /// The newest audit rows of an activity that succeeded, newest first. Reads the whole log: for once a sync.
    pub async fn list_audits_of_activity(
        &self,
        activity: &str,
        limit: u32,
    ) -> Result<Vec<EventRef>, StoreError> {
        let rows: Vec<i64> = sqlx::query_scalar(
            "SELECT seq FROM audit WHERE result = 0 AND activity IN (SELECT id FROM str WHERE s = ?1) \
             ORDER BY seq DESC LIMIT ?2",
        )
        .bind(activity)
        .bind(limit)
        .fetch_all(&self.inner.readers)
        .await?;
        let event = |seq| EventRef { log: Log::Audit, seq };
        Ok(rows.into_iter().map(event).collect())
    }
}
