//! Inviting, resending, resetting a redemption: what `POST /invitations` does to the tenant.

use chrono::{DateTime, Utc};

use super::{
    World,
    id::{InvitationId, UserId},
    invitation::Invitation,
    mail::MailContent,
    order::{InviteOrder, InviteRefusal, Invited, is_invitable_address, with_path},
    rows::{Actor, AuditTarget, ModifiedProperty, NewAudit},
    tenant::TENANT,
    user::{ExternalUserState, Identity, Moment, SignInActivity, User},
};

/// The sender of invitation mails (invitation-email-elements.md).
const INVITATION_SENDER: (&str, &str) = (
    "Microsoft Invitations (on behalf of Contoso)",
    "invites@microsoft.com",
);

impl World {
    /// Makes an invitation: a new guest, the same guest again with a fresh ticket, a reset, or the conversion of a
    /// member.
    pub fn invite(&mut self, order: &InviteOrder) -> Result<Invited, InviteRefusal> {
        let at = self.now();
        self.check_settings(order, at)?;
        self.invite_at(order, at)
    }

    /// The same at another instant; the seed lives through its history with it.
    pub(crate) fn invite_at(
        &mut self,
        order: &InviteOrder,
        at: DateTime<Utc>,
    ) -> Result<Invited, InviteRefusal> {
        if !is_invitable_address(&order.mail) {
            return Err(InviteRefusal::InvalidAddress);
        }
        if order
            .sponsors
            .iter()
            .any(|sponsor| self.user(*sponsor).is_none_or(|user| user.deleted.is_some()))
        {
            return Err(InviteRefusal::SponsorNotFound);
        }
        if order.reset {
            let guest = order.invited_user.ok_or(InviteRefusal::ResetNeedsUser)?;
            return self.reset_redemption(guest, order, at);
        }
        let domain = order.mail.rsplit_once('@').map_or("", |(_, domain)| domain);
        if let Some(id) = order.invited_user {
            return self.invite_internal(id, order, at);
        }
        if [TENANT.domain, TENANT.initial_domain]
            .iter()
            .any(|own| own.eq_ignore_ascii_case(domain))
        {
            return Err(self
                .user_by_mail(&order.mail)
                .map_or(InviteRefusal::OwnDomain, |member| {
                    InviteRefusal::InternalMember(member.id)
                }));
        }
        match self
            .user_by_mail(&order.mail)
            .map(|user| (user.id, user.is_guest(), user.account_enabled))
        {
            Some((id, true, true)) => Ok(self.invite_again(id, order, at)),
            Some((id, true, false)) => Err(InviteRefusal::Blocked(id)),
            Some((id, false, _)) => Err(InviteRefusal::InternalMember(id)),
            None => Ok(self.invite_newcomer(order, at)),
        }
    }

    fn invite_newcomer(&mut self, order: &InviteOrder, at: DateTime<Utc>) -> Invited {
        let guest = UserId(self.fresh_uuid());
        let upn = self.free_guest_upn(&order.mail);
        let inviter = order.actor.user_id().map(UserId);
        let sponsors = if order.sponsors.is_empty() {
            inviter.into_iter().collect()
        } else {
            order.sponsors.clone()
        };
        let local_part = order.mail.split('@').next().unwrap_or(&order.mail);
        let user = User {
            id: guest,
            display_name: order
                .display_name
                .clone()
                .unwrap_or_else(|| local_part.to_owned()),
            given_name: None,
            surname: None,
            job_title: None,
            identities: vec![Identity::upn(TENANT.initial_domain, &upn)],
            user_principal_name: upn,
            mail: Some(order.mail.clone()),
            other_mails: vec![order.mail.clone()],
            proxy_addresses: vec![format!("SMTP:{}", order.mail)],
            user_type: order.user_type,
            creation_type: Some("Invitation".to_owned()),
            created: at,
            external_user_state: Some(ExternalUserState::PendingAcceptance),
            external_user_state_changed: Some(at),
            account_enabled: true,
            company_name: None,
            department: None,
            usage_location: None,
            preferred_language: None,
            sessions_valid_from: at,
            sponsors,
            invited_by: inviter,
            deleted: None,
            activity: SignInActivity::default(),
            visible_from: at + self.replication_lag,
            history: Vec::new(),
        };
        let target = AuditTarget::user(&user);
        let sponsor_ids: Vec<_> = user.sponsors.clone();
        self.put_user(user);
        let correlation = self.fresh_uuid();
        let changes = vec![
            ModifiedProperty::json("AccountEnabled", &[] as &[bool], &[true]),
            ModifiedProperty::json("CreationType", &[] as &[&str], &["Invitation"]),
            ModifiedProperty::json(
                "DisplayName",
                &[] as &[&str],
                &[order.display_name.as_deref().unwrap_or(local_part)],
            ),
            ModifiedProperty::json("UserState", &[] as &[&str], &["PendingAcceptance"]),
            ModifiedProperty::json("UserType", &[] as &[&str], &[order.user_type.as_str()]),
            ModifiedProperty::included(&[
                "AccountEnabled",
                "CreationType",
                "DisplayName",
                "UserState",
                "UserType",
            ]),
        ];
        self.append_audit(
            NewAudit::core_directory(
                "Add user",
                "Add",
                at,
                Actor::part_of_entra("Microsoft B2B Admin Worker"),
            )
            .target(target.clone().with(changes))
            .correlated(correlation),
        );
        let invitation = self.issue(guest, order, at);
        self.write_invite_row("Invite external user", "Add", guest, invitation, order, at);
        for sponsor in sponsor_ids {
            let change = ModifiedProperty::json("User.Sponsors", &[] as &[String], &[sponsor.to_string()]);
            self.append_audit(
                NewAudit::core_directory("Add user sponsor", "Assign", at, order.actor.clone())
                    .target(target.clone().with(vec![change]))
                    .correlated(correlation),
            );
        }
        self.send_invitation(invitation, at, false);
        Invited {
            invitation,
            guest,
            completed: false,
        }
    }

    /// The same guest again: same object, fresh ticket, the older link superseded (field reports in graph-api notes).
    fn invite_again(&mut self, guest: UserId, order: &InviteOrder, at: DateTime<Utc>) -> Invited {
        let completed = self
            .user(guest)
            .is_some_and(|user| user.external_user_state == Some(ExternalUserState::Accepted));
        let invitation = self.issue(guest, order, at);
        self.write_invite_row("Invite external user", "Add", guest, invitation, order, at);
        self.send_invitation(invitation, at, false);
        Invited {
            invitation,
            guest,
            completed,
        }
    }

    /// Puts an accepted guest back to pending; id, groups and sign-in name stay (reset-redemption-status.md).
    fn reset_redemption(
        &mut self,
        guest: UserId,
        order: &InviteOrder,
        at: DateTime<Utc>,
    ) -> Result<Invited, InviteRefusal> {
        let user = self
            .user_mut(guest)
            .filter(|user| user.deleted.is_none())
            .ok_or(InviteRefusal::UserNotFound)?;
        let known = user
            .mail
            .iter()
            .chain(&user.other_mails)
            .any(|mail| mail.eq_ignore_ascii_case(&order.mail));
        if !known {
            return Err(InviteRefusal::ResetAddressUnknown);
        }
        if !user.account_enabled {
            return Err(InviteRefusal::Blocked(guest));
        }
        let was = user.external_user_state;
        user.external_user_state = Some(ExternalUserState::PendingAcceptance);
        user.external_user_state_changed = Some(at);
        user.identities
            .retain(|identity| identity.sign_in_type == "userPrincipalName");
        if user.identities.is_empty() {
            user.identities
                .push(Identity::upn(TENANT.initial_domain, &user.user_principal_name));
        }
        let change = ModifiedProperty::json(
            "UserState",
            &[was.map_or("", ExternalUserState::as_str)],
            &[ExternalUserState::PendingAcceptance.as_str()],
        );
        let target = AuditTarget::user(user).with(vec![change, ModifiedProperty::included(&["UserState"])]);
        let invitation = self.issue(guest, order, at);
        self.append_audit(
            NewAudit::core_directory(
                "Update user",
                "Update",
                at,
                Actor::part_of_entra("Microsoft B2B Admin Worker"),
            )
            .target(target),
        );
        let activity = "Invite external user with reset invitation status";
        self.write_invite_row(activity, "Update", guest, invitation, order, at);
        self.send_invitation(invitation, at, true);
        Ok(Invited {
            invitation,
            guest,
            completed: false,
        })
    }

    /// Lets a member of the tenant sign in with an outside identity from now on; type and names stay.
    fn invite_internal(
        &mut self,
        id: UserId,
        order: &InviteOrder,
        at: DateTime<Utc>,
    ) -> Result<Invited, InviteRefusal> {
        let user = self
            .user_mut(id)
            .filter(|user| user.deleted.is_none())
            .ok_or(InviteRefusal::UserNotFound)?;
        if user.external_user_state.is_some() {
            return Ok(self.invite_again(id, order, at));
        }
        user.creation_type = Some("Invitation".to_owned());
        user.external_user_state = Some(ExternalUserState::PendingAcceptance);
        user.external_user_state_changed = Some(at);
        let invitation = self.issue(id, order, at);
        self.write_invite_row(
            "Invite internal user to B2B collaboration",
            "Update",
            id,
            invitation,
            order,
            at,
        );
        self.send_invitation(invitation, at, false);
        Ok(Invited {
            invitation,
            guest: id,
            completed: false,
        })
    }

    fn issue(&mut self, guest: UserId, order: &InviteOrder, at: DateTime<Utc>) -> InvitationId {
        let id = InvitationId(self.fresh_uuid());
        let ticket = self.fresh_token(43);
        let by_app = order.actor.user_id().is_none();
        self.put_invitation(Invitation {
            id,
            guest,
            mail: order.mail.clone(),
            inviter: order.actor.clone(),
            redirect_url: with_path(&order.redirect_url),
            ticket,
            language: order.message.language.clone(),
            message: if by_app { None } else { order.message.body.clone() },
            cc: order.message.cc.as_ref().map(|(_, address)| address.clone()),
            send_mail: order.send_mail,
            made: at,
            superseded: None,
            used: None,
        });
        id
    }

    fn write_invite_row(
        &mut self,
        activity: &'static str,
        operation: &'static str,
        guest: UserId,
        invitation: InvitationId,
        order: &InviteOrder,
        at: DateTime<Utc>,
    ) {
        let Some(user) = self.user(guest) else { return };
        let mut row = NewAudit::new("Invited Users", activity, operation, at, order.actor.clone())
            .target(AuditTarget::user(user));
        if let Actor::User {
            id: Some(id),
            ip,
            wids,
            ..
        } = &order.actor
        {
            let wids: Vec<_> = wids.iter().map(ToString::to_string).collect();
            row = row
                .detail("oid", id.to_string())
                .detail("tid", TENANT.id.to_string())
                .detail("ipaddr", ip.clone())
                .detail("wids", wids.join(","));
        }
        let row = row
            .detail("InvitationId", invitation.to_string())
            .detail("invitedUserEmailAddress", order.mail.clone());
        self.append_audit(row);
    }

    /// Sends the mail of an invitation if one was asked for and the guest takes mail, and notes what became of it.
    fn send_invitation(&mut self, id: InvitationId, at: DateTime<Utc>, reset: bool) {
        let Some(invitation) = self.invitation(id).cloned() else {
            return;
        };
        let unsubscribed = invitation.send_mail && self.is_unsubscribed(&invitation.mail);
        let mailed = invitation.send_mail && !unsubscribed;
        self.remember(
            invitation.guest,
            at,
            Moment::Invited {
                mailed,
                unsubscribed,
                reset,
            },
        );
        if unsubscribed {
            self.write_unsubscribed_row(&invitation, at);
        }
        if !mailed || self.mail_eaten {
            return;
        }
        let (name, reply_to) = match &invitation.inviter {
            Actor::User {
                id: Some(inviter), ..
            } => self.user(UserId(*inviter)).map_or((None, None), |user| {
                (Some(user.display_name.clone()), user.mail.clone())
            }),
            Actor::User { .. } | Actor::App { .. } => (None, None),
        };
        let subject = format!(
            "{} invited you to access applications within their organization",
            name.as_deref().unwrap_or(TENANT.name)
        );
        let notice = self.sends_notice(&invitation.mail);
        let content = if notice {
            MailContent::AccessNotice(id)
        } else {
            MailContent::Invitation(id)
        };
        for reader in std::iter::once(&invitation.mail).chain(&invitation.cc) {
            let mail = self.deliver(reader, INVITATION_SENDER, &subject, content.clone(), at);
            self.set_reply_to(mail, reply_to.clone());
        }
    }

    fn write_unsubscribed_row(&mut self, invitation: &Invitation, at: DateTime<Utc>) {
        let Some(user) = self.user(invitation.guest) else {
            return;
        };
        let row = NewAudit::new(
            "Invited Users",
            "Email not sent, user unsubscribed",
            "Update",
            at,
            Actor::part_of_entra("Microsoft Invitation Acceptance Portal"),
        )
        .target(AuditTarget::user(user))
        .detail("InvitationId", invitation.id.to_string())
        .detail("invitedUserEmailAddress", invitation.mail.clone());
        self.append_audit(row);
    }

    /// The user principal name a guest of this address gets; a number is added while it is taken.
    pub(super) fn free_guest_upn(&self, mail: &str) -> String {
        let stem = mail.replace('@', "_");
        let mut upn = format!("{stem}#EXT#@{}", TENANT.initial_domain);
        let mut number = 1;
        while self.by_upn.contains_key(&upn.to_lowercase()) {
            upn = format!("{stem}{number}#EXT#@{}", TENANT.initial_domain);
            number += 1;
        }
        upn
    }
}
