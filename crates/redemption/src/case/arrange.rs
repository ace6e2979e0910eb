//! From the words of a case to the rule book's own types, and to the history that must be arranged before the guest
//! acts.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::format::{Case, CaseAction};
use super::words::{CaseClouds, CaseGrant, CaseHome, CaseInvitee, CaseNetwork, CaseTenant};
use crate::guest::{GuestObject, Identity, Issuer};
use crate::identity::{self, Path, Route};
use crate::invitee::{HomeTenant, Invitee, TenantKind};
use crate::link::{Browser, LinkKind};
use crate::page::GuestAction;
use crate::policy::{
    AccessPolicy, AppPolicy, CrossTenant, Grant, LifecyclePolicy, LinkPolicy, RedemptionOrder, TenantPolicy,
    Terms,
};
use crate::rows::{Activity, Actor};
use crate::stage::InvitationState;

/// Everything to arrange before the first action of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CaseSetup {
    /// The tenant.
    pub policy: TenantPolicy,
    /// The person.
    pub invitee: Invitee,
    /// The guest object already there when the case begins; `None`: the invitation is part of the case.
    pub guest_before: Option<GuestObject>,
    /// When the invitation was or is made: `ageDays` before the guest acts.
    pub invited_at: DateTime<Utc>,
    /// The invitation comes from entitlement management (no mail).
    pub via_entitlement: bool,
    /// The invitation is one line of this bulk file.
    pub bulk: Option<Vec<String>>,
    /// The admin resets to this address.
    pub new_email: Option<String>,
    /// Addresses the guest object has besides the invited one (`otherMails`).
    pub other_mails: Vec<String>,
    /// The guest has the invitation link even where no mail brings it: somebody handed it over.
    pub link_is_handed_over: bool,
    /// The guest object is blocked before the guest acts.
    pub blocked_by: Option<BlockedBy>,
    /// The guest object is deleted before the guest acts.
    pub is_deleted: bool,
    /// The guest has a second factor in this tenant before the guest acts.
    pub mfa_registered: bool,
    /// What guest and admin do.
    pub steps: Vec<CaseStep>,
}

/// Who blocked the guest object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum BlockedBy {
    /// An administrator.
    Administrator,
    /// An access review's decision.
    AccessReview,
}

impl BlockedBy {
    /// The audit rows of the block, in order, with who did it.
    pub const fn rows(self) -> &'static [(Activity, Actor)] {
        match self {
            Self::Administrator => &[(Activity::DisableAccount, Actor::Inviter)],
            Self::AccessReview => &[
                (Activity::ApplyDecision, Actor::Entra),
                (Activity::DisableAccount, Actor::Entra),
            ],
        }
    }
}

/// One step of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CaseStep {
    /// The guest opens a link.
    Open(LinkKind, Browser),
    /// The guest acts on the page in front.
    Act(GuestAction),
    /// Minutes pass.
    WaitMinutes(i64),
    /// The admin sends the invitation again.
    Resend,
    /// The admin resets the redemption.
    Reset,
}

impl CaseSetup {
    /// The person under another address. Whoever signed in by the old address signs in by the new one.
    #[must_use]
    pub fn person_at(&self, address: &str) -> Invitee {
        let upn = if self.invitee.is_alias() {
            self.invitee.upn.clone()
        } else {
            address.to_owned()
        };
        Invitee {
            email: address.to_owned(),
            upn,
            ..self.invitee.clone()
        }
    }
}

impl Case {
    /// What to arrange so that the guest's first action happens at `now`.
    pub fn setup(&self, now: DateTime<Utc>) -> CaseSetup {
        let policy = policy_of(&self.tenant, self.invitee.home_tenant.as_ref());
        let invitee = invitee_of(&self.invitee);
        let invited_at = now - TimeDelta::days(i64::from(self.invitee.age_days.unwrap_or(0)));
        let is_known = self.invitee.state_before.is_some() || self.invitee.deleted;
        let guest_before = is_known.then(|| self.guest_before(&policy, &invitee, invited_at));
        CaseSetup {
            guest_before,
            invited_at,
            via_entitlement: self.invitee.via_entitlement,
            bulk: self.invitee.bulk.as_ref().map(|bulk| bulk.rows.clone()),
            new_email: self.invitee.new_email.clone(),
            other_mails: self.other_mails(),
            link_is_handed_over: self.uses_invitation_link(),
            blocked_by: (self.invitee.account_enabled == Some(false)).then(|| self.blocked_by()),
            is_deleted: self.invitee.deleted,
            mfa_registered: self.has_registered_mfa(),
            steps: self
                .guest_actions
                .iter()
                .map(|action| self.step(*action))
                .collect(),
            policy,
            invitee,
        }
    }

    fn guest_before(
        &self,
        policy: &TenantPolicy,
        invitee: &Invitee,
        invited_at: DateTime<Utc>,
    ) -> GuestObject {
        let state = self
            .invitee
            .state_before
            .unwrap_or(InvitationState::PendingAcceptance);
        let identity = (state == InvitationState::Accepted).then(|| Identity {
            path: self.redeemed_by(policy, invitee),
            account_generation: 0,
        });
        GuestObject {
            state: Some(state),
            identity,
            ..GuestObject::pending(&invitee.email, invited_at)
        }
    }

    /// How an accepted guest redeemed. The format does not say, but the page the guest goes on to use does; without
    /// one, the order of a tenant that never changed it.
    fn redeemed_by(&self, policy: &TenantPolicy, invitee: &Invitee) -> Path {
        let shown = self
            .guest_actions
            .iter()
            .take_while(|action| **action != CaseAction::AdminResetsRedemption)
            .find_map(|action| match action {
                CaseAction::HomeSignIn | CaseAction::ChooseWorkAccount => {
                    invitee.entra_account().map(|_| Path::EntraId)
                }
                CaseAction::PartnerSignIn => Some(Path::SamlWsfed),
                CaseAction::GoogleSignIn => Some(Path::Google),
                CaseAction::MsaSignIn | CaseAction::ChoosePersonalAccount => Some(Path::MsaExisting),
                CaseAction::SendCode | CaseAction::EnterCode => Some(Path::EmailOtp),
                _ => None,
            });
        let shown = shown.or_else(|| self.lost_federation(policy, invitee));
        let untouched = TenantPolicy {
            email_otp: true,
            redemption_order: RedemptionOrder::default(),
            ..policy.clone()
        };
        shown.unwrap_or_else(|| match identity::route(&untouched, invitee, LinkKind::Email) {
            Route::Sign(path) => path,
            Route::Choice => Path::EntraId,
            Route::Nowhere(_) => Path::EmailOtp,
        })
    }

    /// The federation a guest redeemed with that the tenant has no more. No page tells of it, because none is shown;
    /// only the issuer that stays on the guest object does.
    fn lost_federation(&self, policy: &TenantPolicy, invitee: &Invitee) -> Option<Path> {
        let path = match self.expected.identity_issuer_after? {
            Issuer::Partner => Path::SamlWsfed,
            Issuer::Google => Path::Google,
            Issuer::OtherDirectory | Issuer::MicrosoftAccount | Issuer::Mail => return None,
        };
        identity::still_works(path, policy, invitee)
            .is_err()
            .then_some(path)
    }

    /// Whether the guest has a second factor in the tenant beforehand. The format does not say, but a guest who
    /// answers (or, once accepted, ignores) a challenge without registering first must have one.
    fn has_registered_mfa(&self) -> bool {
        let does = |wanted: CaseAction| self.guest_actions.contains(&wanted);
        let is_accepted = self.invitee.state_before == Some(InvitationState::Accepted);
        !does(CaseAction::RegisterMfa)
            && (does(CaseAction::AnswerMfa) || (is_accepted && does(CaseAction::IgnoreMfa)))
    }

    /// A reset to an address that is not on the guest object is refused, and the format has no word for the
    /// object's further addresses. Where the guest goes on after the reset, the admin had put the new one there.
    fn other_mails(&self) -> Vec<String> {
        let mut after_reset = self
            .guest_actions
            .iter()
            .skip_while(|action| **action != CaseAction::AdminResetsRedemption)
            .skip(1);
        let goes_on = after_reset.any(|action| !action.is_of_the_admin());
        self.invitee
            .new_email
            .iter()
            .filter(|_| goes_on)
            .map(|mail| mail.to_lowercase())
            .collect()
    }

    /// Whether the guest gets anywhere by the invitation link. Entitlement management and unsubscribed guests get no
    /// mail; the link can still be handed over, and was where the guest acts on the page it leads to.
    fn uses_invitation_link(&self) -> bool {
        self.guest_actions.windows(2).any(|pair| {
            pair[0] == CaseAction::OpenEmailLink && !pair[1].is_of_the_admin() && !pair[1].opens_a_link()
        })
    }

    /// The format has one word for a disabled account, whoever disabled it. Two histories lead there, and only the
    /// audit rows a case expects tell them apart, so the history is arranged from those.
    fn blocked_by(&self) -> BlockedBy {
        let by_review = self
            .expected
            .audit_activities
            .iter()
            .any(|activity| activity.eq_ignore_ascii_case(Activity::ApplyDecision.name()));
        if by_review {
            BlockedBy::AccessReview
        } else {
            BlockedBy::Administrator
        }
    }

    fn step(&self, action: CaseAction) -> CaseStep {
        let direct = if self.invitee.session.is_some() {
            Browser::OtherAccount
        } else {
            Browser::Fresh
        };
        match action {
            CaseAction::OpenEmailLink => CaseStep::Open(LinkKind::Email, direct),
            CaseAction::OpenSupersededLink => CaseStep::Open(LinkKind::Superseded, direct),
            CaseAction::OpenDirectLink => CaseStep::Open(LinkKind::Direct, direct),
            CaseAction::OpenDirectLinkWithOtherSession => {
                CaseStep::Open(LinkKind::Direct, Browser::OtherAccount)
            }
            CaseAction::OpenApp => CaseStep::Open(LinkKind::App, direct),
            CaseAction::OpenAppFails => CaseStep::Open(LinkKind::App, Browser::OwnAccount),
            CaseAction::HomeSignIn => CaseStep::Act(GuestAction::HomeSignIn),
            CaseAction::PartnerSignIn => CaseStep::Act(GuestAction::PartnerSignIn),
            CaseAction::GoogleSignIn => CaseStep::Act(GuestAction::GoogleSignIn),
            CaseAction::MsaSignIn => CaseStep::Act(GuestAction::MsaSignIn),
            CaseAction::ChooseWorkAccount => CaseStep::Act(GuestAction::ChooseWorkAccount),
            CaseAction::ChoosePersonalAccount => CaseStep::Act(GuestAction::ChoosePersonalAccount),
            CaseAction::SendCode => CaseStep::Act(GuestAction::SendCode),
            CaseAction::EnterCode => CaseStep::Act(GuestAction::EnterCode),
            CaseAction::Wait31Minutes => CaseStep::WaitMinutes(31),
            CaseAction::CreateMicrosoftAccount => CaseStep::Act(GuestAction::CreateMicrosoftAccount),
            CaseAction::AcceptPermissions => CaseStep::Act(GuestAction::AcceptPermissions),
            CaseAction::CloseBrowserAtPermissions => CaseStep::Act(GuestAction::CloseBrowserAtPermissions),
            CaseAction::RegisterMfa => CaseStep::Act(GuestAction::RegisterMfa),
            CaseAction::AnswerMfa => CaseStep::Act(GuestAction::AnswerMfa),
            CaseAction::AnswerHomeMfa => CaseStep::Act(GuestAction::AnswerHomeMfa),
            CaseAction::IgnoreMfa => CaseStep::Act(GuestAction::IgnoreMfa),
            CaseAction::AcceptTerms => CaseStep::Act(GuestAction::AcceptTerms),
            CaseAction::DeclineTerms => CaseStep::Act(GuestAction::DeclineTerms),
            CaseAction::AdminResendsInvitation => CaseStep::Resend,
            CaseAction::AdminResetsRedemption => CaseStep::Reset,
        }
    }
}

fn policy_of(tenant: &CaseTenant, home: Option<&CaseHome>) -> TenantPolicy {
    let app = AppPolicy {
        assignment_required: tenant.app.assignment_required,
        admin_consent_needed: tenant.app.admin_consent_needed,
        ..AppPolicy::default()
    };
    // A case has one application and no name for it: whatever is blocked is that one.
    let mut blocked_apps = tenant.cross_tenant.blocked_apps.clone();
    if !blocked_apps.is_empty() {
        blocked_apps.push(app.id.clone());
    }
    let clouds_enabled = match &tenant.cross_tenant.clouds_enabled {
        None | Some(CaseClouds::All(false)) => Vec::new(),
        Some(CaseClouds::All(true)) => home
            .and_then(|home| home.cloud.as_deref())
            .map(cloud_of)
            .into_iter()
            .collect(),
        Some(CaseClouds::One(cloud)) => vec![cloud_of(cloud)],
        Some(CaseClouds::Named(clouds)) => clouds.iter().map(|cloud| cloud_of(cloud)).collect(),
    };
    TenantPolicy {
        verified_domains: Vec::new(),
        email_otp: tenant.email_otp,
        google_federation: tenant.google_federation,
        facebook_federation: tenant.facebook_federation,
        saml_ws_fed_domains: tenant.saml_ws_fed_domains.clone(),
        saml_issuer_mismatch: tenant.saml_issuer_mismatch,
        redemption_order: RedemptionOrder {
            primary: tenant.redemption_order.primary.clone(),
            fallback: tenant.redemption_order.fallback,
        },
        allow_invites_from: tenant.allow_invites_from,
        domain_policy: tenant.domain_policy.clone().into(),
        cross_tenant: CrossTenant {
            inbound_b2b: tenant.cross_tenant.inbound_b2b,
            blocked_apps,
            trust_mfa: tenant.cross_tenant.trust_mfa,
            trust_compliant_device: tenant.cross_tenant.trust_compliant_device,
            trust_hybrid_joined: tenant.cross_tenant.trust_hybrid_joined,
            auto_redeem_inbound: tenant.cross_tenant.auto_redeem_inbound,
            clouds_enabled,
        },
        partners: Vec::new(),
        conditional_access: tenant
            .conditional_access
            .iter()
            .map(|policy| AccessPolicy {
                name: String::new(),
                grant: match policy.grant {
                    CaseGrant::Block => Grant::Block,
                    CaseGrant::Mfa => Grant::Mfa,
                    CaseGrant::CompliantDevice => Grant::CompliantDevice,
                    CaseGrant::PasswordChange => Grant::PasswordChange,
                },
                locations: policy.locations.clone(),
                sign_in_risk: policy.sign_in_risk.clone(),
                user_risk: policy.user_risk.clone(),
            })
            .collect(),
        terms_of_use: tenant
            .terms_of_use
            .iter()
            .map(|terms| Terms {
                name: terms.name.clone(),
                per_device: terms.per_device,
                version: 0,
                reaccept_after_days: None,
            })
            .collect(),
        guest_lifecycle_policy: tenant
            .guest_lifecycle_policy
            .as_ref()
            .map(|policy| LifecyclePolicy {
                redemption_threshold_days: policy.redemption_threshold_days,
                grace_period_days: policy.grace_period_days,
            }),
        app,
        invitation_link: tenant
            .invitation_link
            .as_ref()
            .map_or(LinkPolicy::UNLIMITED, |link| LinkPolicy {
                lifetime_days: link.lifetime_days,
                single_use: link.single_use,
            }),
    }
}

fn invitee_of(case: &CaseInvitee) -> Invitee {
    let home = case.home_tenant.as_ref().filter(|home| home.exists).map(|home| {
        let kind = home.kind.unwrap_or(TenantKind::Managed);
        HomeTenant {
            tenant_id: None,
            kind,
            verified_domain: home.verified_domain.unwrap_or(kind == TenantKind::Managed),
            account_exists: home.account_exists.unwrap_or(true),
            account_generation: u32::from(home.account_recreated),
            federated_on_prem: home.federated_on_prem,
            outbound_b2b: home.outbound_b2b,
            auto_redeem_outbound: home.auto_redeem_outbound,
            mfa_done: home.mfa_done,
            device_compliant: home.device_compliant,
            device_hybrid_joined: false,
            user_risk: home.user_risk,
            cloud: home
                .cloud
                .as_deref()
                .map(cloud_of)
                .filter(|cloud| cloud != COMMERCIAL),
        }
    });
    Invitee {
        email: case.email.clone(),
        upn: case.upn.clone().unwrap_or_else(|| case.email.clone()),
        home,
        has_msa: case.has_msa,
        country: case.country.clone(),
        sign_in_risk: case.sign_in_risk,
        unsubscribed: case.unsubscribed,
        network_restricted: case.network == Some(CaseNetwork::Restricted),
        other_session: case.session.clone(),
        contact_clash: case.contact_conflict,
        group_address: false,
    }
}

/// The cloud the inviting tenant itself lives in.
const COMMERCIAL: &str = "microsoftonline.com";

/// One name for each Microsoft cloud: the sign-in domain, as `allowedCloudEndpoints` has it. The format fixes no
/// spelling; a name not known here stands for itself.
fn cloud_of(name: &str) -> String {
    const NAMES: [(&str, &[&str]); 3] = [
        (
            COMMERCIAL,
            &["public", "global", "commercial", "worldwide", "azurecloud"],
        ),
        (
            "microsoftonline.us",
            &[
                "usgovernment",
                "usgov",
                "government",
                "gcchigh",
                "azureusgovernment",
            ],
        ),
        (
            "partner.microsoftonline.cn",
            &["china", "21vianet", "azurechina", "azurechinacloud", "mooncake"],
        ),
    ];
    let plain: String = name
        .to_lowercase()
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '_'))
        .collect();
    let known = NAMES
        .iter()
        .find(|(endpoint, names)| plain == *endpoint || names.contains(&plain.as_str()));
    known.map_or(plain.clone(), |(endpoint, _)| (*endpoint).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clouds_are_known_by_their_usual_names() {
        assert_eq!(cloud_of("US Government"), cloud_of("microsoftonline.us"));
        assert_eq!(cloud_of("usGovernment"), "microsoftonline.us");
        assert_eq!(cloud_of("china"), "partner.microsoftonline.cn");
        assert_eq!(cloud_of("public"), COMMERCIAL);
        assert_eq!(cloud_of("Elsewhere"), "elsewhere");
    }
}
