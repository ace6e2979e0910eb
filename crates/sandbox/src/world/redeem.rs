//! What a redemption does to the tenant: the guest's state, identity, and the rows of it.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{
    World,
    id::{InvitationId, UserId},
    rows::{Actor, AuditTarget, HomeRow, ModifiedProperty, NewAudit},
    user::{ExternalUserState, Identity, Moment},
};

/// The identity provider a redemption went through, as the redeem row names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RedeemSource {
    /// A work account of another Entra tenant.
    EntraId,
    /// A personal Microsoft account.
    MicrosoftAccount,
    /// A code mailed to the invited address.
    OneTimePasscode,
    /// Google.
    Google,
    /// The partner's own SAML or WS-Federation provider, by its issuer.
    ExternalFederation(String),
}

impl RedeemSource {
    /// The word after `Source:`.
    pub fn label(&self) -> &'static str {
        match self {
            Self::EntraId => "Azure AD",
            Self::MicrosoftAccount => "Microsoft Account",
            Self::OneTimePasscode => "One Time Passcode",
            Self::Google => "Google",
            Self::ExternalFederation(_) => "SAML/WS-Fed",
        }
    }

    /// `identities/issuer` after the redemption.
    pub fn issuer(&self) -> &str {
        match self {
            Self::EntraId => "ExternalAzureAD",
            Self::MicrosoftAccount => "MicrosoftAccount",
            Self::OneTimePasscode => "mail",
            Self::Google => "google.com",
            Self::ExternalFederation(issuer) => issuer,
        }
    }
}

impl World {
    /// The guest has accepted: state, identity, the `Update user` row and the two redeem rows, and the invitation
    /// counts as used. A guest who has accepted already is left as it is.
    pub fn redeem(
        &mut self,
        guest: UserId,
        invitation: Option<InvitationId>,
        source: &RedeemSource,
        home_upn: &str,
        ip: &str,
        at: DateTime<Utc>,
    ) {
        let Some(user) = self.user_mut(guest) else { return };
        if user.external_user_state == Some(ExternalUserState::Accepted) {
            return;
        }
        let was = user.external_user_state.map_or("", ExternalUserState::as_str);
        user.external_user_state = Some(ExternalUserState::Accepted);
        user.external_user_state_changed = Some(at);
        let assigned = (*source != RedeemSource::EntraId).then_some(home_upn);
        user.identities
            .retain(|identity| identity.sign_in_type == "userPrincipalName");
        user.identities
            .insert(0, Identity::federated(source.issuer(), assigned));
        user.history.push((at, Moment::Redeemed));
        let target = AuditTarget::user(user);
        let (mail, upn) = (user.address().to_owned(), user.user_principal_name.clone());
        let invitation = invitation.or_else(|| self.latest_invitation(guest).map(|latest| latest.id));
        if let Some(invitation) = invitation.and_then(|id| self.invitations.get_mut(&id)) {
            invitation.used = Some(at);
        }
        let accepted_on = super::write::stamp(at - TimeDelta::seconds(1));
        let changes = vec![
            ModifiedProperty::json("AcceptedOn", &[] as &[&str], &[accepted_on.as_str()]),
            ModifiedProperty::json("UserState", &[was], &[ExternalUserState::Accepted.as_str()]),
            ModifiedProperty::included(&["AcceptedOn", "UserState"]),
        ];
        let worker = Actor::part_of_entra("Microsoft B2B Admin Worker");
        self.append_audit(
            NewAudit::core_directory("Update user", "Update", at, worker)
                .target(target.clone().with(changes)),
        );
        let text = format!(
            "UPN: {upn}, Email: {mail}, InvitationId: {}, Source: {}",
            invitation.map(|id| id.to_string()).unwrap_or_default(),
            source.label()
        );
        let correlation = self.fresh_uuid();
        let redeemed = NewAudit::new(
            "B2B Auth",
            "Redeem external user invite",
            "Update",
            at,
            Actor::guest(home_upn, ip),
        )
        .correlated(correlation);
        self.append_audit(redeemed.clone().target(target.named(&text)));
        // Entra often writes a second row of the same act, without a target.
        self.append_audit(redeemed);
    }

    /// The tenant refuses a redemption that came as far as accepting: a failed redeem row, the state stays.
    pub fn refuse_redemption(
        &mut self,
        guest: UserId,
        home_upn: &str,
        ip: &str,
        reason: &str,
        at: DateTime<Utc>,
    ) {
        let Some(target) = self.user(guest).map(AuditTarget::user) else {
            return;
        };
        self.remember(guest, at, Moment::RedemptionRefused);
        let row = NewAudit::new(
            "B2B Auth",
            "Redeem external user invite",
            "Update",
            at,
            Actor::guest(home_upn, ip),
        );
        self.append_audit(row.target(target).failed(reason));
    }

    /// Whether the address has blocked invitation mails.
    pub fn is_unsubscribed(&self, mail: &str) -> bool {
        self.unsubscribed.contains(&mail.to_lowercase())
    }

    /// The guest blocks invitation mails, or takes them again, with the row of it.
    pub fn set_unsubscribed(&mut self, mail: &str, unsubscribed: bool, at: DateTime<Utc>) {
        let mail = mail.to_lowercase();
        let changed = if unsubscribed {
            self.unsubscribed.insert(mail.clone())
        } else {
            self.unsubscribed.remove(&mail)
        };
        if !changed {
            return;
        }
        let activity = if unsubscribed {
            "Email unsubscribed"
        } else {
            "Email subscribed"
        };
        let mut row = NewAudit::new(
            "Invited Users",
            activity,
            "Update",
            at,
            Actor::guest(&mail, "198.51.100.7"),
        )
        .detail("invitedUserEmailAddress", mail.clone());
        if let Some(user) = self.user_by_mail(&mail) {
            row = row.target(AuditTarget::user(user));
        }
        self.append_audit(row);
    }

    /// Notes a sign-in that only the guest's own organisation sees.
    pub fn append_home_row(&mut self, row: HomeRow) {
        self.home_rows.push(row);
    }

    /// The sign-ins that only the guest's own organisation saw, oldest first.
    pub fn home_rows(&self, mail: &str) -> impl Iterator<Item = &HomeRow> {
        self.home_rows
            .iter()
            .filter(move |row| row.mail.eq_ignore_ascii_case(mail))
    }
}
