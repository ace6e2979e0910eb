//! The tenant's settings as they were last read: what a pre-flight predicts from, without network too.

mod access;
mod domains;
mod inbound;
mod read;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use usher_redemption::{TenantPolicy, UnreadSetting};

use crate::{ConsoleError, tenant::OpenTenant};

/// The checkpoint that keeps the settings.
const SETTINGS: &str = "tenant settings";

/// What is known of the settings. What was never read stands at Entra's default.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Settings {
    /// The settings as the rules judge by them.
    pub(crate) policy: TenantPolicy,
    /// Which were read, and when. The state of a setting that can no longer be read keeps its age.
    pub(crate) read: Vec<(UnreadSetting, DateTime<Utc>)>,
    /// When the settings were last asked for.
    pub(crate) asked_at: Option<DateTime<Utc>>,
    /// Conditional Access policies about guests whose conditions are not judged here, by name.
    pub(crate) unjudged: Vec<String>,
}

impl Settings {
    /// Notes that a setting was read.
    fn note(&mut self, setting: UnreadSetting, at: DateTime<Utc>) {
        self.read.retain(|(known, _)| *known != setting);
        self.read.push((setting, at));
    }

    /// When a setting was read.
    pub(crate) fn read_at(&self, setting: UnreadSetting) -> Option<DateTime<Utc>> {
        self.read
            .iter()
            .find(|(known, _)| *known == setting)
            .map(|(_, at)| *at)
    }
}

impl OpenTenant {
    /// The settings as last read.
    pub(crate) async fn settings(&self) -> Result<Settings, ConsoleError> {
        let kept = self.archive.load_checkpoint(SETTINGS).await?;
        // Settings that a newer version kept in another shape are read anew by the next sync.
        Ok(kept
            .and_then(|json| serde_json::from_str(&json).ok())
            .unwrap_or_default())
    }

    /// Reads what the account may read and keeps it. What cannot be read stays as it was known, with its age.
    pub(crate) async fn refresh_settings(&self, cancel: CancellationToken) -> Result<(), ConsoleError> {
        let graph = self.link()?.graph.with_cancel(cancel.clone());
        let heard = read::read(&graph).await;
        if cancel.is_cancelled() {
            return Ok(());
        }
        let now = self.now();
        let mut settings = self.settings().await?;
        settings.hear(heard, now);
        settings.asked_at = Some(now);
        if settings.read_at(UnreadSetting::DomainPolicy) != Some(now) {
            self.recall_domain_list(&mut settings).await?;
        }
        let json = serde_json::to_string(&settings).unwrap_or_default();
        let mut tx = self.archive.write().await?;
        tx.save_checkpoint(SETTINGS, Some(&json)).await?;
        tx.commit().await?;
        Ok(())
    }
}
