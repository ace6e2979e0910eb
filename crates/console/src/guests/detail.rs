//! One guest, whole.

use usher_store::{EventRef, GuestEvidence, GuestId, GuestRecord, Log};
use uuid::Uuid;

use super::{
    actions::actions,
    cause::cause,
    properties::{properties, sponsors},
    timeline::timeline,
    view::{guest_view, reason},
};
use crate::{
    ConsoleError,
    call::masked,
    reason::Waiting,
    tenant::OpenTenant,
    views::{EvidenceSource, FoundRowView, GuestDetailView, RawRowView},
    words,
};

impl OpenTenant {
    /// One guest with cause, timeline and actions.
    pub(crate) async fn guest(&self, id: &str) -> Result<GuestDetailView, ConsoleError> {
        let id: GuestId = id.parse().map_err(|_| ConsoleError::NoSuchGuest)?;
        let record = self
            .archive
            .find_guest(id)
            .await?
            .ok_or(ConsoleError::NoSuchGuest)?;
        let evidence = self
            .archive
            .load_evidence(&[record.key])
            .await?
            .pop()
            .ok_or(ConsoleError::NoSuchGuest)?;
        let ledger = self.archive.list_ledger_of(id).await?;
        let facts = self.archive.load_tenant().await?;
        let now = self.now();
        let predicted = self
            .predictions
            .lock()
            .await
            .of(&self.archive, &evidence.guest, now)
            .await?;

        Ok(GuestDetailView {
            guest: guest_view(&evidence.guest, predicted, now),
            cause: cause(&evidence, |reason| self.setting_of(reason), now),
            actions: actions(&evidence.guest, &self.rights(), self.is_signed_in(), now),
            timeline: timeline(&self.archive, &evidence, &ledger, facts.premium != Some(false)).await?,
            not_in_logs: not_in_logs(&evidence, facts.premium),
            properties: properties(&evidence.guest),
            sponsors: sponsors(&evidence.guest),
            read_at: facts.guests_read_at,
        })
    }

    /// The guest that goes by a name: object ID, mail, user principal name or another mail; or the one a log row with
    /// this correlation ID or request ID is about.
    pub(crate) async fn find_guest_id(&self, name: &str) -> Result<GuestId, ConsoleError> {
        if let Ok(id) = name.trim().parse() {
            if self.archive.find_guest(id).await?.is_some() {
                return Ok(id);
            }
            let (guest, _) = self.guest_of_row(id.0).await?.ok_or(ConsoleError::NoSuchGuest)?;
            return Ok(guest.id);
        }
        let guests = self.archive.find_guests_by_name(name).await?;
        guests
            .first()
            .map(|guest| guest.id)
            .ok_or(ConsoleError::NoSuchGuest)
    }

    /// The newest row about a guest that carries a correlation ID or request ID.
    pub(crate) async fn find_row(&self, id: &str) -> Result<Option<FoundRowView>, ConsoleError> {
        let Ok(id) = id.trim().parse() else {
            return Ok(None);
        };
        let found = self.guest_of_row(id).await?;
        Ok(found.map(|(guest, event)| FoundRowView {
            guest_id: guest.id.to_string(),
            display_name: guest.object.display_name,
            source: match event.log {
                Log::Audit => EvidenceSource::Audit,
                Log::SignIn => EvidenceSource::SignIn,
            },
            at: event.at(),
            row: event.to_string(),
        }))
    }

    async fn guest_of_row(&self, id: Uuid) -> Result<Option<(GuestRecord, EventRef)>, ConsoleError> {
        let Some((key, event)) = self.archive.find_row_by_id(id).await? else {
            return Ok(None);
        };
        let guest = self.archive.load_guests(&[key]).await?.pop();
        Ok(guest.map(|guest| (guest, event)))
    }

    /// A log row as Graph sent it, indented, with tickets and tokens masked.
    pub(crate) async fn raw_row(&self, row: &str) -> Result<RawRowView, ConsoleError> {
        let event: EventRef = row.parse().map_err(|_| ConsoleError::NoSuchRow)?;
        let raw = self
            .archive
            .load_raw(event)
            .await?
            .ok_or(ConsoleError::NoSuchRow)?;
        let json = serde_json::from_str::<serde_json::Value>(&raw)
            .and_then(|value| serde_json::to_string_pretty(&value))
            // A row that is no JSON is still shown as it came.
            .unwrap_or(raw);
        Ok(RawRowView { json: masked(&json) })
    }
}

/// What the logs of this tenant cannot show about a guest.
fn not_in_logs(evidence: &GuestEvidence, premium: Option<bool>) -> Vec<String> {
    let guest = &evidence.guest;
    let mut sentences = vec!["Opening the mail or the link.".to_owned()];
    if !guest.domain.is_empty() {
        sentences.push(format!(
            "Sign-in errors at {} itself.",
            words::one_line(&guest.domain)
        ));
    }
    if reason(guest).and_then(|reason| reason.waiting()) == Some(Waiting::LeftReviewPermissions) {
        sentences.push("Leaving the page \"Review permissions\".".to_owned());
    }
    if guest.journey.at_least {
        sentences.push("Whatever happened in the days that are not held here completely.".to_owned());
    }
    if premium == Some(false) {
        sentences.push("Sign-ins: the tenant has no Microsoft Entra ID P1 licence.".to_owned());
    }
    sentences
}
