//! Reading a guest anew after a change, and keeping what was read.

use chrono::{DateTime, Utc};
use usher_graph::{GraphError, GraphUser, RawRow};
use usher_store::{GuestId, GuestObject, GuestRecord, InvitationState};

use super::apply::Change;
use crate::{
    ConsoleError,
    journey::refresh_journeys,
    tenant::{Link, OpenTenant},
    views::Topic,
};

impl Change<'_> {
    /// Reads the guest from the directory.
    pub(super) async fn fetch(&self) -> Result<GuestObject, ConsoleError> {
        let user = self.link.graph.fetch_user(self.guest.id.0.into()).await?;
        self.tenant.keep_user(self.guest, user).await
    }

    /// Keeps what the change made true. The directory may lag behind its own answer, so what it says now comes first
    /// and the change on top of it.
    pub(super) async fn keep(&self, change: impl FnOnce(&mut GuestObject)) -> Result<(), ConsoleError> {
        let id = self.guest.id;
        let (mut object, raw) = if let Ok(user) = self.link.graph.fetch_user(id.0.into()).await {
            let object = merged(&self.guest.object, usher_sync::guest_object(user.value));
            (object, user.raw.get().to_owned())
        } else {
            let raw = self.tenant.archive.load_raw_guest(id).await?;
            (self.guest.object.clone(), raw.unwrap_or_else(|| "{}".to_owned()))
        };
        change(&mut object);
        self.tenant.save_guest(object, &raw).await
    }
}

impl OpenTenant {
    /// Keeps a user object as Graph just answered it.
    pub(super) async fn keep_user(
        &self,
        known: &GuestRecord,
        user: RawRow<GraphUser>,
    ) -> Result<GuestObject, ConsoleError> {
        let object = merged(&known.object, usher_sync::guest_object(user.value));
        self.save_guest(object.clone(), user.raw.get()).await?;
        Ok(object)
    }

    async fn save_guest(&self, object: GuestObject, raw: &str) -> Result<(), ConsoleError> {
        let mut tx = self.archive.write().await?;
        tx.save_guests(&[(object, raw)], None).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Reads a guest who was just made. The directory may not have it everywhere yet: then what is known of it is kept
    /// until the next sync.
    pub(super) async fn read_new_guest(
        &self,
        link: &Link,
        id: GuestId,
        mail: &str,
        name: Option<&str>,
        at: DateTime<Utc>,
    ) -> Result<(), ConsoleError> {
        match link.graph.fetch_user(id.0.into()).await {
            Ok(user) => {
                self.save_guest(usher_sync::guest_object(user.value), user.raw.get())
                    .await
            }
            Err(GraphError::Cancelled) => Err(GraphError::Cancelled.into()),
            Err(error) => {
                tracing::info!(error = %error, "The new guest is not readable yet; the next sync reads it");
                self.save_guest(expected_guest(id, mail, name, at), "{}").await
            }
        }
    }

    /// Derives the journeys of whoever changed and says what became stale.
    pub(super) async fn refresh_after_change(&self) -> Result<(), ConsoleError> {
        refresh_journeys(&self.archive, |_| ()).await?;
        self.announce(&[Topic::Guests, Topic::Overview, Topic::Sandbox]);
        Ok(())
    }
}

/// What one request does not read (sign-in activity, sponsors) stays as the last sync had it.
fn merged(known: &GuestObject, fresh: GuestObject) -> GuestObject {
    GuestObject {
        clocks: fresh.clocks.or(known.clocks),
        sponsors: if fresh.sponsors.is_empty() {
            known.sponsors.clone()
        } else {
            fresh.sponsors.clone()
        },
        ..fresh
    }
}

/// A guest as the invitation service makes it ("invitation resource type").
fn expected_guest(id: GuestId, mail: &str, name: Option<&str>, at: DateTime<Utc>) -> GuestObject {
    GuestObject {
        id,
        display_name: name.unwrap_or(mail).to_owned(),
        upn: String::new(),
        mail: mail.to_owned(),
        other_mails: Vec::new(),
        user_type: "Guest".to_owned(),
        creation_type: Some("Invitation".to_owned()),
        state: InvitationState::PendingAcceptance,
        state_changed_at: Some(at),
        created_at: Some(at),
        account_enabled: Some(true),
        company: None,
        usage_location: None,
        identities: Vec::new(),
        sponsors: Vec::new(),
        clocks: None,
        deleted_at: None,
    }
}
