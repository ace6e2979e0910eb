//! Who needs somebody: clusters of a partner first, then single guests.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use usher_store::{CohortFilter, GuestFilter, GuestKey, GuestRecord, GuestSnapshot, GuestSort, Standing};

use crate::{
    ConsoleError,
    guests::{cure, reason},
    reason::{OPEN_GUEST, OPEN_SETTING, Reason},
    tenant::OpenTenant,
    views::AttentionView,
};

/// Guests of one partner with one cause are told as one from this many on.
const SMALLEST_CLUSTER: usize = 3;
/// Rows shown.
const SHOWN: usize = 50;
/// The button of a cluster.
const SHOW_GUESTS: &str = "Show guests";

impl OpenTenant {
    /// Clusters and guests that a failure stops, and how many there are in all.
    pub(super) async fn attention(
        &self,
        snapshot: &GuestSnapshot,
        cohort: &CohortFilter,
        filter: &GuestFilter,
    ) -> Result<(Vec<AttentionView>, u32), ConsoleError> {
        let now = self.now();
        let clusters = snapshot.clusters(cohort, SMALLEST_CLUSTER, now);
        let clustered: HashSet<GuestKey> = clusters
            .iter()
            .flat_map(|cluster| cluster.guests.iter().copied())
            .collect();
        let stopped = GuestFilter {
            standings: vec![Standing::Stopped],
            ..filter.clone()
        };
        let all_stopped = self.archive.count_guests(&stopped, now).await? as usize;

        let mut rows: Vec<AttentionView> = Vec::new();
        for cluster in clusters.iter().take(SHOWN) {
            rows.push(AttentionView {
                guest_id: None,
                name: None,
                partner: Some(cluster.domain.to_string()),
                guests: cluster.guests.len() as u32,
                since: cluster.waiting_since,
                reason: Reason::of(&cluster.reason, None).view(),
                cure: None,
                // Several guests are looked at first.
                setting: None,
                cure_label: SHOW_GUESTS.to_owned(),
            });
        }
        let mut after = None;
        while rows.len() < SHOWN {
            let page = self
                .archive
                .list_guests(
                    &stopped,
                    GuestSort::default(),
                    after.as_ref(),
                    2 * SHOWN as u32,
                    now,
                )
                .await?;
            let alone = page.guests.iter().filter(|guest| !clustered.contains(&guest.key));
            rows.extend(alone.filter_map(|guest| self.row(guest, now)));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        rows.truncate(SHOWN);
        let total = clusters.len() + all_stopped.saturating_sub(clustered.len());
        Ok((rows, total as u32))
    }

    fn row(&self, guest: &GuestRecord, now: DateTime<Utc>) -> Option<AttentionView> {
        let reason = reason(guest)?;
        let (cure, label) = cure(guest, &reason, now);
        let setting = self.setting_of(&reason);
        let label = if label == OPEN_SETTING && setting.is_none() {
            OPEN_GUEST
        } else {
            label
        };
        Some(AttentionView {
            guest_id: Some(guest.id.to_string()),
            name: Some(guest.object.display_name.clone()),
            partner: Some(guest.domain.clone()).filter(|domain| !domain.is_empty()),
            guests: 1,
            since: guest.journey.stopped_at.or(guest.journey.waiting_since),
            cure_label: label.to_owned(),
            reason: reason.view(),
            cure,
            setting,
        })
    }
}
