//! Making, repeating and resetting an invitation: who may, for which address, and what it leaves behind.
//!
//! Order of the checks and the messages: graph-api notes on POST /invitations; Microsoft documents neither codes nor
//! texts for all of them, so a client should match on the parts of the message the failure catalogue names.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::address;
use crate::guest::{Effect, GuestObject};
use crate::invitee::Invitee;
use crate::policy::{Access, AllowInvitesFrom, TenantPolicy};
use crate::refusal::{Refusal, Refused};
use crate::rows::{Activity, Actor, AuditEntry};

/// Who asks for the invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Inviter {
    /// Global Administrator or User Administrator.
    Administrator,
    /// Helpdesk Administrator: may reset, but invites only as a member does.
    HelpdeskAdministrator,
    /// Guest Inviter role.
    GuestInviter,
    /// A member without such a role.
    Member,
    /// A guest.
    Guest,
    /// An application with its own permission.
    Application,
}

impl Inviter {
    /// All callers.
    pub const ALL: [Self; 6] = [
        Self::Administrator,
        Self::HelpdeskAdministrator,
        Self::GuestInviter,
        Self::Member,
        Self::Guest,
        Self::Application,
    ];

    /// Whether the invite settings let this caller invite (Microsoft: external-collaboration-settings-configure).
    pub const fn may_invite(self, setting: AllowInvitesFrom) -> bool {
        match setting {
            AllowInvitesFrom::Everyone => true,
            AllowInvitesFrom::AdminsGuestInvitersAndAllMembers => !matches!(self, Self::Guest),
            // For applications the documents differ; a field report of 2026 still met a refusal.
            AllowInvitesFrom::AdminsAndGuestInviters => {
                matches!(self, Self::Administrator | Self::GuestInviter)
            }
            AllowInvitesFrom::None => false,
        }
    }

    /// Whether this caller may reset a redemption (Microsoft: reset-redemption-status).
    pub const fn may_reset(self, guest_holds_role: bool) -> bool {
        match self {
            Self::Administrator | Self::HelpdeskAdministrator => true,
            Self::Application => !guest_holds_role,
            Self::GuestInviter | Self::Member | Self::Guest => false,
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InviteRequest {
    /// Who asks.
    pub inviter: Inviter,
    /// `sendInvitationMessage`.
    pub send_mail: bool,
    /// Made by entitlement management, which sends no invitation mail.
    pub via_entitlement: bool,
}

impl InviteRequest {
    /// An administrator's invitation with mail.
    pub const BY_ADMIN: Self = Self {
        inviter: Inviter::Administrator,
        send_mail: true,
        via_entitlement: false,
    };
}

/// What became of the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Mail {
    /// An invitation mail left.
    Invitation,
    /// Automatic redemption on both sides: only a notification left.
    Notification,
    /// None was asked for.
    NotWanted,
    /// The person has blocked mails of this tenant.
    Unsubscribed,
}

/// An invitation made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Invited {
    /// Audit rows, in order.
    pub audits: Vec<AuditEntry>,
    /// Changes of the guest object, in order; the first creates it where there was none.
    pub effects: Vec<Effect>,
    /// The mail.
    pub mail: Mail,
    /// An older link stopped working.
    pub supersedes_older_link: bool,
    /// `status` of the invitation is Completed rather than PendingAcceptance.
    pub is_completed: bool,
}

/// Invites a person. For a guest who is already there the invitation is repeated: same object, newer link.
pub fn invite(
    policy: &TenantPolicy,
    invitee: &Invitee,
    existing: Option<&GuestObject>,
    request: InviteRequest,
    now: DateTime<Utc>,
) -> Result<Invited, Refused> {
    let existing = existing.filter(|guest| !guest.deleted);
    first_refusal(policy, invitee, existing, request.inviter).map_or(Ok(()), |refusal| {
        Err(refusal.refuse(Activity::InviteExternalUser))
    })?;

    let mut audits = Vec::new();
    let effect = if existing.is_some() {
        audits.push(AuditEntry::success(Activity::InviteExternalUser, Actor::Inviter));
        Effect::InvitedAgain { at: now }
    } else {
        for activity in [
            Activity::AddUser,
            Activity::InviteExternalUser,
            Activity::AddUserSponsor,
        ] {
            audits.push(AuditEntry::success(activity, Actor::Inviter));
        }
        Effect::Created {
            guest: Box::new(GuestObject::pending(&invitee.email, now)),
        }
    };
    let mail = send(policy, invitee, request, &mut audits);

    Ok(Invited {
        audits,
        effects: vec![effect],
        mail,
        supersedes_older_link: existing.is_some(),
        is_completed: existing.is_some_and(GuestObject::is_accepted),
    })
}

/// Resets a guest's redemption and invites again, to the same or another address.
///
/// The guest keeps object, groups and assignments and must redeem anew. Another address must already be in `mail`
/// or `otherMails` of the object.
pub fn reset_redemption(
    policy: &TenantPolicy,
    invitee: &Invitee,
    guest: &GuestObject,
    request: InviteRequest,
    new_address: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Invited, Refused> {
    let address = new_address.unwrap_or(&invitee.email);
    let is_known = guest
        .addresses
        .iter()
        .any(|known| known.eq_ignore_ascii_case(address));
    let refusal = if !request.inviter.may_reset(guest.holds_role) {
        Some(Refusal::MayNotReset)
    } else if !address::is_invitable(address) {
        Some(Refusal::AddressForm)
    } else if !is_known {
        Some(Refusal::AddressNotOnGuest)
    } else {
        // The caller's right to reset was checked; what is left are the rules about the person.
        let newly = Invitee {
            email: address.into(),
            ..invitee.clone()
        };
        first_refusal(policy, &newly, Some(guest), Inviter::Administrator)
    };
    refusal.map_or(Ok(()), |refusal| Err(refusal.refuse(Activity::InviteWithReset)))?;

    let mut audits = vec![AuditEntry::success(Activity::InviteWithReset, Actor::Inviter)];
    let mail = send(policy, invitee, request, &mut audits);
    Ok(Invited {
        audits,
        effects: vec![Effect::Reset {
            at: now,
            address: address.into(),
        }],
        mail,
        supersedes_older_link: true,
        is_completed: false,
    })
}

/// What a guest lifecycle policy does to a guest by `now`: it deletes those still pending after their time.
pub fn lifecycle_due(
    policy: &TenantPolicy,
    guest: &GuestObject,
    now: DateTime<Utc>,
) -> Option<(AuditEntry, Effect)> {
    let end = policy.guest_lifecycle_policy?.deletes_at(guest.invited_at);
    (guest.is_pending() && !guest.deleted && now > end).then(|| {
        (
            AuditEntry::success(Activity::DeleteUser, Actor::Entra),
            Effect::Deleted,
        )
    })
}

/// The row with which a bulk job begins.
pub fn bulk_started() -> AuditEntry {
    AuditEntry::success(Activity::BulkStarted, Actor::Inviter)
}

/// The row with which a bulk invitation ends; a failure as soon as one line failed.
pub fn bulk_finished(all_lines_fine: bool) -> AuditEntry {
    if all_lines_fine {
        AuditEntry::success(Activity::BulkFinished, Actor::Inviter)
    } else {
        AuditEntry::failure(
            Activity::BulkFinished,
            Actor::Inviter,
            "At least one line of the file failed.",
        )
    }
}

/// The first rule that refuses: who, then the address, then the domain list, then cross-tenant settings.
pub(crate) fn first_refusal(
    policy: &TenantPolicy,
    invitee: &Invitee,
    existing: Option<&GuestObject>,
    inviter: Inviter,
) -> Option<Refusal> {
    let domain = invitee.domain();
    // Cross-tenant settings are about Entra organisations only.
    let home = invitee.entra_account();
    let inbound = policy.inbound_for(invitee.home_tenant_id(), domain);
    let is_own = policy
        .verified_domains
        .iter()
        .any(|own| own.eq_ignore_ascii_case(domain));
    let cloud_is_off = invitee
        .foreign_cloud()
        .is_some_and(|cloud| !inbound.enables_cloud(cloud));
    let rules = [
        (
            !inviter.may_invite(policy.allow_invites_from),
            Refusal::InvitationsNotAllowed,
        ),
        (!address::is_invitable(&invitee.email), Refusal::AddressForm),
        (invitee.group_address, Refusal::GroupAddress),
        (
            existing.is_some_and(|user| !user.account_enabled),
            Refusal::ExistsBlocked,
        ),
        (
            existing.is_some_and(|user| user.internal),
            Refusal::ExistsInternal,
        ),
        (is_own, Refusal::OwnDomain),
        (!policy.domain_policy.permits(domain), Refusal::DomainNotAllowed),
        (
            home.is_some() && inbound.inbound_b2b == Access::Block,
            Refusal::InboundBlocked,
        ),
        (cloud_is_off, Refusal::CloudNotEnabled),
        (
            invitee.foreign_cloud().is_some() && invitee.is_alias(),
            Refusal::CloudNeedsUpn,
        ),
    ];
    rules
        .into_iter()
        .find(|(holds, _)| *holds)
        .map(|(_, refusal)| refusal)
}

fn send(
    policy: &TenantPolicy,
    invitee: &Invitee,
    request: InviteRequest,
    audits: &mut Vec<AuditEntry>,
) -> Mail {
    let inbound = policy.inbound_for(invitee.home_tenant_id(), invitee.domain());
    let automatic = inbound.auto_redeem_inbound
        && invitee
            .entra_account()
            .is_some_and(|home| home.auto_redeem_outbound);
    if !request.send_mail || request.via_entitlement {
        Mail::NotWanted
    } else if invitee.unsubscribed {
        audits.push(AuditEntry::success(Activity::EmailNotSent, Actor::Entra));
        Mail::Unsubscribed
    } else if automatic {
        Mail::Notification
    } else {
        Mail::Invitation
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_means_nobody() {
        assert!(
            Inviter::ALL
                .iter()
                .all(|inviter| !inviter.may_invite(AllowInvitesFrom::None))
        );
        assert!(
            Inviter::ALL
                .iter()
                .all(|inviter| inviter.may_invite(AllowInvitesFrom::Everyone))
        );
    }

    #[test]
    fn each_wider_setting_lets_in_everybody_the_narrower_one_does() {
        use AllowInvitesFrom as From;
        let widening = [
            From::None,
            From::AdminsAndGuestInviters,
            From::AdminsGuestInvitersAndAllMembers,
            From::Everyone,
        ];
        for pair in widening.windows(2) {
            for inviter in Inviter::ALL {
                assert!(
                    !inviter.may_invite(pair[0]) || inviter.may_invite(pair[1]),
                    "{inviter:?} {pair:?}"
                );
            }
        }
    }

    #[test]
    fn an_application_may_not_reset_a_guest_with_a_role() {
        assert!(Inviter::Application.may_reset(false));
        assert!(!Inviter::Application.may_reset(true));
        assert!(!Inviter::GuestInviter.may_reset(false));
    }
}
