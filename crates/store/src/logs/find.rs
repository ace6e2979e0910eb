//! Single questions to the logs, for predictions.

use crate::{Archive, EventRef, Log, StoreError};

impl Archive {
    /// The home tenant that guests of a domain (lower case) were seen to come from, by its id; `besides` never counts.
    pub async fn find_home_tenant(
        &self,
        domain: &str,
        besides: &[&str],
    ) -> Result<Option<String>, StoreError> {
        let besides = serde_json::to_string(besides).unwrap_or_else(|_| "[]".into());
        Ok(sqlx::query_scalar(
            "SELECT t.s FROM guest g \
             CROSS JOIN signin s INDEXED BY signin_user ON s.user = g.id \
             CROSS JOIN str t ON t.id = s.home_tenant \
             WHERE g.domain = ?1 AND s.home_tenant <> 0 AND t.s <> '' \
               AND t.s NOT IN (SELECT value FROM json_each(?2)) LIMIT 1",
        )
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
