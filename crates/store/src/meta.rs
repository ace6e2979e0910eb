//! Facts about the archive and its tenant, and where long jobs stopped.

use chrono::{DateTime, Utc};

use crate::{
    Archive, StoreError, WriteTx,
    time::{from_micros, micros},
};

/// What is known about the tenant and its last sync.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TenantFacts {
    /// The directory id, so that one tenant's rows never end in another's archive.
    pub id: Option<String>,
    /// `displayName` of the organization.
    pub name: Option<String>,
    /// The initial domain (`….onmicrosoft.com`).
    pub initial_domain: Option<String>,
    /// The default verified domain.
    pub default_domain: Option<String>,
    /// The cloud, by its name in the sign-in settings; `sandbox` for a sandbox tenant.
    pub cloud: Option<String>,
    /// Days the tenant keeps its logs.
    pub retention_days: Option<u32>,
    /// Whether the tenant has a premium licence, as far as that could be read.
    pub premium: Option<bool>,
    /// When the last complete sync ended, on the tenant's clock.
    pub last_sync_at: Option<DateTime<Utc>>,
    /// When guests were last read completely.
    pub guests_read_at: Option<DateTime<Utc>>,
    /// How far the tenant's clock is ahead of this computer's, in seconds; kept for sandbox tenants only.
    pub clock_skew_seconds: Option<i64>,
}

impl Archive {
    /// What is known about the tenant.
    pub async fn load_tenant(&self) -> Result<TenantFacts, StoreError> {
        let rows: Vec<(String, String)> = sqlx::query_as("SELECT key, value FROM meta")
            .fetch_all(&self.inner.readers)
            .await?;
        let mut facts = TenantFacts::default();
        for (key, value) in rows {
            match key.as_str() {
                "tenant_id" => facts.id = Some(value),
                "name" => facts.name = Some(value),
                "initial_domain" => facts.initial_domain = Some(value),
                "default_domain" => facts.default_domain = Some(value),
                "cloud" => facts.cloud = Some(value),
                "retention_days" => facts.retention_days = value.parse().ok(),
                "premium" => facts.premium = value.parse().ok(),
                "last_sync_at" => facts.last_sync_at = value.parse().ok().map(from_micros),
                "guests_read_at" => facts.guests_read_at = value.parse().ok().map(from_micros),
                "clock_skew_seconds" => facts.clock_skew_seconds = value.parse().ok(),
                // A newer version's fact: kept, not understood.
                _ => {}
            }
        }
        Ok(facts)
    }

    /// Where the job `name` stopped.
    pub async fn load_checkpoint(&self, name: &str) -> Result<Option<String>, StoreError> {
        Ok(sqlx::query_scalar("SELECT value FROM checkpoint WHERE name = ?1")
            .bind(name)
            .fetch_optional(&self.inner.readers)
            .await?)
    }
}

impl WriteTx {
    /// Writes what is known about the tenant; what is `None` stays as it was.
    pub async fn save_tenant(&mut self, facts: &TenantFacts) -> Result<(), StoreError> {
        let rows = [
            ("tenant_id", facts.id.clone()),
            ("name", facts.name.clone()),
            ("initial_domain", facts.initial_domain.clone()),
            ("default_domain", facts.default_domain.clone()),
            ("cloud", facts.cloud.clone()),
            (
                "retention_days",
                facts.retention_days.map(|days| days.to_string()),
            ),
            ("premium", facts.premium.map(|premium| premium.to_string())),
            (
                "last_sync_at",
                facts.last_sync_at.map(|at| micros(at).to_string()),
            ),
            (
                "guests_read_at",
                facts.guests_read_at.map(|at| micros(at).to_string()),
            ),
            (
                "clock_skew_seconds",
                facts.clock_skew_seconds.map(|skew| skew.to_string()),
            ),
        ];
        for (key, value) in rows {
            let Some(value) = value else { continue };
            sqlx::query("INSERT OR REPLACE INTO meta(key, value) VALUES (?1, ?2)")
                .bind(key)
                .bind(value)
                .execute(self.connection()?)
                .await?;
        }
        Ok(())
    }

    /// Writes where the job `name` stopped, in the transaction of the rows that got it there; `None` forgets it.
    pub async fn save_checkpoint(&mut self, name: &str, value: Option<&str>) -> Result<(), StoreError> {
        match value {
            Some(value) => sqlx::query("INSERT OR REPLACE INTO checkpoint(name, value) VALUES (?1, ?2)")
                .bind(name)
                .bind(value),
            None => sqlx::query("DELETE FROM checkpoint WHERE name = ?1").bind(name),
        }
        .execute(self.connection()?)
        .await?;
        Ok(())
    }
}
