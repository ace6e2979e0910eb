//! What the rule book says to an invitation, and what a guest lifecycle policy does as time goes by.

use chrono::{DateTime, Utc};
use usher_redemption::{self as rules, AuditEntry, InviteRequest, Inviter as Asker, Mail};

use super::{
    World,
    id::UserId,
    order::{InviteOrder, InviteRefusal},
    rows::{Actor, AuditTarget, NewAudit},
    tenant::roles,
    user::ExternalUserState,
};

impl World {
    /// Asks the rule book whether the tenant's settings let this invitation be made. A refusal leaves the failed row
    /// that Entra writes for it, if it writes one.
    ///
    /// Who already is in the directory is judged by the directory itself, which can name the object.
    pub(super) fn check_settings(
        &mut self,
        order: &InviteOrder,
        at: DateTime<Utc>,
    ) -> Result<(), InviteRefusal> {
        let request = request_of(order);
        let person = self.person(&order.mail);
        let known = order
            .invited_user
            .or_else(|| self.user_by_mail(&order.mail).map(|user| user.id));
        let guest = known.and_then(|id| self.guest_object(id));
        let answer = match (order.reset, &guest) {
            (true, Some(guest)) => {
                rules::reset_redemption(&self.policy, &person, guest, request, Some(&order.mail), at)
            }
            _ => rules::invite(&self.policy, &person, guest.as_ref(), request, at),
        };
        let Err(refused) = answer else { return Ok(()) };
        match refused.refusal {
            rules::Refusal::AddressForm
            | rules::Refusal::OwnDomain
            | rules::Refusal::ExistsBlocked
            | rules::Refusal::ExistsInternal => Ok(()),
            refusal => {
                for entry in &refused.audits {
                    self.write_refusal(entry, order, known, at);
                }
                Err(InviteRefusal::BySettings(refusal))
            }
        }
    }

    fn write_refusal(
        &mut self,
        entry: &AuditEntry,
        order: &InviteOrder,
        known: Option<UserId>,
        at: DateTime<Utc>,
    ) {
        let activity = entry.activity;
        let mut row = NewAudit::new(
            activity.service(),
            activity.name(),
            "Add",
            at,
            order.actor.clone(),
        )
        .category(activity.category())
        .detail("invitedUserEmailAddress", order.mail.clone())
        .failed(entry.reason.as_deref().unwrap_or_default());
        if let Some(user) = known.and_then(|id| self.user(id)) {
            row = row.target(AuditTarget::user(user));
        }
        self.append_audit(row);
    }

    /// Whether a mere notice goes out in place of the invitation: both sides redeem automatically.
    pub(super) fn sends_notice(&self, mail: &str) -> bool {
        let person = self.person(mail);
        rules::invite(&self.policy, &person, None, InviteRequest::BY_ADMIN, self.now())
            .is_ok_and(|invited| invited.mail == Mail::Notification)
    }

    /// When the lifecycle policy deletes the next guest, if nobody redeems before.
    pub fn next_lifecycle_deletion(&self) -> Option<DateTime<Utc>> {
        let policy = self.policy.guest_lifecycle_policy?;
        self.users()
            .filter(|user| user.external_user_state == Some(ExternalUserState::PendingAcceptance))
            .filter_map(|user| self.guest_object(user.id))
            .map(|guest| policy.deletes_at(guest.invited_at))
            .min()
    }

    /// Deletes the guests whose time to redeem is over, where the tenant has a lifecycle policy for that. To be called
    /// when the clock was moved. Returns who went.
    pub fn apply_lifecycle_policy(&mut self) -> Vec<UserId> {
        if self.policy.guest_lifecycle_policy.is_none() {
            return Vec::new();
        }
        let now = self.now();
        let pending = self
            .users()
            .filter(|user| user.external_user_state == Some(ExternalUserState::PendingAcceptance));
        let pending: Vec<UserId> = pending.map(|user| user.id).collect();
        let worker = Actor::part_of_entra("Microsoft Entra Lifecycle Workflows");
        let is_due = |world: &Self, id: UserId| {
            world
                .guest_object(id)
                .is_some_and(|guest| rules::lifecycle_due(&world.policy, &guest, now).is_some())
        };
        pending
            .into_iter()
            .filter(|id| is_due(self, *id) && self.delete_user(*id, &worker, now))
            .collect()
    }
}

fn request_of(order: &InviteOrder) -> InviteRequest {
    let inviter = match &order.actor {
        Actor::App { .. } => Asker::Application,
        Actor::User { wids, .. } => {
            let holds = |role: super::tenant::DirectoryRole| wids.contains(&role.template_id);
            if holds(roles::GLOBAL_ADMINISTRATOR) || holds(roles::USER_ADMINISTRATOR) {
                Asker::Administrator
            } else if holds(roles::GUEST_INVITER) {
                Asker::GuestInviter
            } else if holds(roles::HELPDESK_ADMINISTRATOR) {
                Asker::HelpdeskAdministrator
            } else {
                Asker::Member
            }
        }
    };
    InviteRequest {
        inviter,
        send_mail: order.send_mail,
        via_entitlement: false,
    }
}
