//! Invite one guest.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use usher_graph::{GraphUser, InvitationMessage, NewInvitation};
use usher_store::{DEADLINE_DAYS, GuestId, InvitationKind, InvitationRecord, InvitationState};

use super::{block::LeavesOutcomeOpen as _, resend::parse_url, step::Step};
use crate::{
    ConsoleError,
    tenant::OpenTenant,
    views::{InviteForm, InvitedView, OutcomeKind, PreflightVerdict},
};

/// Clocks are compared to the second, and an answer is dated somewhere between question and arrival.
const CLOCKS_APART: TimeDelta = TimeDelta::seconds(30);

impl OpenTenant {
    /// Invites, unless the pre-flight already knows that the service would refuse.
    pub(crate) async fn invite(&self, form: &InviteForm) -> Result<InvitedView, ConsoleError> {
        let preflight = self.preflight(form).await?;
        if preflight.verdict == PreflightVerdict::Blocked {
            let reason = preflight
                .findings
                .into_iter()
                .next()
                .map(|finding| finding.text)
                .unwrap_or_default();
            return Err(ConsoleError::Preflight { reason });
        }
        let known = match &preflight.existing_guest_id {
            Some(id) => {
                self.archive
                    .find_guest(id.parse().map_err(|_| ConsoleError::NoSuchGuest)?)
                    .await?
            }
            None => None,
        };
        let existed = known.as_ref().is_some_and(|guest| {
            !guest.is_deleted() && guest.object.state == InvitationState::PendingAcceptance
        });

        let link = self.link()?;
        let order = self.order(form)?;
        let detail = json!({ "mailRequested": order.sends_mail });
        let step = Step::open(
            self,
            &link,
            if existed { "resend" } else { "invite" },
            None,
            detail,
        )
        .await?;
        let sent_at = self.now();
        let made = match link.graph.create_invitation(&order).await {
            Ok(made) => made,
            Err(error) if error.leaves_outcome_open() => {
                return self
                    .settle_lost_answer(step, &order, (!existed).then_some(sent_at))
                    .await;
            }
            Err(error) => {
                step.close(self, OutcomeKind::Failed).await?;
                return Err(error.into());
            }
        };

        let Some(id) = made.guest().map(|id| GuestId(id.as_uuid())) else {
            step.close(self, OutcomeKind::Unknown).await?;
            return Err(ConsoleError::OutcomeUnknown);
        };
        let made_at = self.now();
        let record = InvitationRecord {
            id: made.id.clone(),
            guest: id,
            mail: order.mail.clone(),
            redeem_url: made
                .invite_redeem_url
                .as_ref()
                .map(|url| url.expose().to_owned())
                .unwrap_or_default(),
            redirect_url: order.redirect_url.to_string(),
            sent_message: order.sends_mail,
            message: order.message.as_ref().and_then(|message| message.body.clone()),
            language: order
                .message
                .as_ref()
                .and_then(|message| message.language.clone()),
            kind: if existed {
                InvitationKind::Resend
            } else {
                InvitationKind::Invite
            },
            made_by: link.actor(),
            made_at,
            superseded_at: None,
        };
        // First what nobody else keeps: the link. Then the ledger, then the guest, who may lag behind.
        let mut tx = self.archive.write().await?;
        tx.save_invitation(&record).await?;
        tx.commit().await?;
        step.close_for(self, OutcomeKind::Done, Some(id)).await?;
        self.read_new_guest(&link, id, &order.mail, order.display_name.as_deref(), made_at)
            .await?;
        self.refresh_after_change().await?;

        Ok(InvitedView {
            guest_id: id.to_string(),
            mail: order.mail,
            invited_at: made_at,
            expires_at: made_at + TimeDelta::days(DEADLINE_DAYS),
            mail_requested: order.sends_mail,
            existed,
        })
    }

    fn order(&self, form: &InviteForm) -> Result<NewInvitation, ConsoleError> {
        let given = |text: &Option<String>| {
            text.as_deref()
                .map(str::trim)
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
        };
        let sends_mail = form.send_message.unwrap_or(true);
        let redirect_url = given(&form.redirect_url).unwrap_or_else(|| self.default_redirect_url());
        let message = InvitationMessage {
            body: given(&form.message),
            language: given(&form.language),
            cc: given(&form.cc),
        };
        Ok(NewInvitation {
            mail: form.mail.trim().to_owned(),
            redirect_url: parse_url(&redirect_url)?,
            display_name: given(&form.display_name),
            sends_mail,
            message: Some(message).filter(|message| sends_mail && *message != InvitationMessage::default()),
            sponsors: Vec::new(),
            reset_of: None,
        })
    }

    /// The answer got lost: a guest of that address who came into being meanwhile was invited by it; one who was there
    /// before (`new_at` is `None` where that is known) tells nothing about this mail. It is never sent again, so that no
    /// guest is mailed twice.
    async fn settle_lost_answer(
        &self,
        step: Step,
        order: &NewInvitation,
        new_at: Option<DateTime<Utc>>,
    ) -> Result<InvitedView, ConsoleError> {
        let link = self.link()?;
        // A sandbox tenant's clock is the server's already; this computer's may be off.
        let skew = link
            .graph
            .clock_skew_seconds()
            .filter(|_| !self.is_sandbox)
            .unwrap_or(0);
        let since = new_at.map(|at| at + TimeDelta::seconds(skew) - CLOCKS_APART);
        let is_new = |user: &GraphUser| {
            since
                .zip(user.created_date_time)
                .is_some_and(|(since, created)| created >= since)
        };
        let found = match link.graph.find_users_by_mail(&order.mail).await {
            Ok(users) => users.into_iter().find(|user| is_new(&user.value)),
            Err(_) => None,
        };
        let Some(id) = found.map(|user| GuestId(user.value.id.as_uuid())) else {
            step.close(self, OutcomeKind::Unknown).await?;
            return Err(ConsoleError::OutcomeUnknown);
        };
        let now = self.now();
        step.close_for(self, OutcomeKind::Done, Some(id)).await?;
        self.read_new_guest(&link, id, &order.mail, order.display_name.as_deref(), now)
            .await?;
        self.refresh_after_change().await?;
        Ok(InvitedView {
            guest_id: id.to_string(),
            mail: order.mail.clone(),
            invited_at: now,
            expires_at: now + TimeDelta::days(DEADLINE_DAYS),
            mail_requested: order.sends_mail,
            existed: false,
        })
    }
}
