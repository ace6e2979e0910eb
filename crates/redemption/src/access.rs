//! The gates between a guest who has proved who they are and the application, in the order they are asked.
//!
//! Microsoft: authentication-conditional-access (cross-tenant check), concept-conditional-access-policies (order of
//! the controls), terms-of-use. Not documented, and chosen here: the disabled account before cross-tenant settings,
//! "Review permissions" before MFA, and consent and assignment last.

use chrono::{DateTime, Utc};

use crate::guest::GuestObject;
use crate::identity::Path;
use crate::invitee::{HomeTenant, Invitee};
use crate::page::Prompt;
use crate::policy::{Access, AccessPolicy, CrossTenant, Grant, TenantPolicy, Terms};
use crate::stops::Stop;

/// What a gate says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gate {
    /// Nothing in the way.
    Pass,
    /// The guest is asked.
    Ask(Prompt),
    /// The invitation is redeemed at this point.
    Redeem,
    /// The guest is stopped.
    Stop(Stop),
}

/// What the gates look at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) policy: &'a TenantPolicy,
    pub(crate) invitee: &'a Invitee,
    pub(crate) guest: Option<&'a GuestObject>,
    pub(crate) now: DateTime<Utc>,
    pub(crate) path: Path,
    pub(crate) came_by_ticket: bool,
    pub(crate) permissions_accepted: bool,
    pub(crate) mfa_passed: bool,
}

type GateFn = fn(&View<'_>) -> Gate;

/// The gates in order, with the words `docs/redemption.md` prints.
pub(crate) const GATES: [(&str, GateFn); 14] = [
    ("Tenant restrictions at the guest's site", network),
    ("The account is the one invited", invited_account),
    ("Guest account enabled", account_enabled),
    ("Cross-tenant settings and clouds", cross_tenant),
    ("Conditional Access: block", block_policies),
    ("Review permissions, then redemption", permissions),
    ("Inbound settings for the application", inbound_app),
    ("Conditional Access: MFA", mfa),
    ("Conditional Access: authentication strength", strength),
    ("Conditional Access: device", device),
    ("Conditional Access: controls guests cannot meet", unsupported),
    ("Terms of use", terms),
    ("Administrator's consent to the application", admin_consent),
    ("Assignment to the application", assignment),
];

/// The first gate that does not simply let the guest pass.
pub(crate) fn next_gate(view: &View<'_>) -> Gate {
    GATES
        .iter()
        .map(|(_, gate)| gate(view))
        .find(|gate| *gate != Gate::Pass)
        .unwrap_or(Gate::Pass)
}

/// Terms the guest has to accept now, first of them.
pub(crate) fn owed_terms<'p>(
    policy: &'p TenantPolicy,
    guest: &GuestObject,
    now: DateTime<Utc>,
) -> Option<&'p Terms> {
    policy
        .terms_of_use
        .iter()
        .find(|terms| guest.owes_terms(terms, now))
}

/// Whether a Conditional Access policy applies to this sign-in: every condition that is set holds.
pub(crate) fn applies(policy: &AccessPolicy, invitee: &Invitee) -> bool {
    let home_risk = invitee.home.as_ref().and_then(|home| home.user_risk);
    let place = policy.locations.is_empty()
        || invitee.country.as_deref().is_some_and(|country| {
            policy
                .locations
                .iter()
                .any(|location| location.eq_ignore_ascii_case(country))
        });
    let sign_in_risk = policy.sign_in_risk.is_empty()
        || invitee
            .sign_in_risk
            .is_some_and(|risk| policy.sign_in_risk.contains(&risk));
    let user_risk =
        policy.user_risk.is_empty() || home_risk.is_some_and(|risk| policy.user_risk.contains(&risk));
    place && sign_in_risk && user_risk
}

impl<'a> View<'a> {
    /// The home tenant, when it is the one that vouches for the guest.
    fn home(&self) -> Option<&'a HomeTenant> {
        self.invitee
            .entra_account()
            .filter(|_| self.path == Path::EntraId)
    }

    fn inbound(&self) -> &'a CrossTenant {
        self.policy
            .inbound_for(self.invitee.home_tenant_id(), self.invitee.domain())
    }

    fn applying(&self, grant: Grant) -> impl Iterator<Item = &'a AccessPolicy> {
        let invitee = self.invitee;
        self.policy
            .conditional_access
            .iter()
            .filter(move |policy| policy.grant == grant && applies(policy, invitee))
    }

    fn asks_for(&self, grant: Grant) -> bool {
        self.applying(grant).next().is_some()
    }

    fn is_pending(&self) -> bool {
        self.guest.is_some_and(GuestObject::is_pending)
    }
}

fn stop_if(condition: bool, stop: Stop) -> Gate {
    if condition { Gate::Stop(stop) } else { Gate::Pass }
}

fn network(view: &View<'_>) -> Gate {
    stop_if(view.invitee.network_restricted, Stop::NetworkRestricted)
}

fn invited_account(view: &View<'_>) -> Gate {
    let Some(guest) = view.guest.filter(|guest| !guest.deleted) else {
        return Gate::Stop(Stop::GuestObjectGone);
    };
    let generation = view.home().map_or(0, |home| home.account_generation);
    let bound_to_older = guest
        .identity
        .as_ref()
        .is_some_and(|identity| identity.account_generation != generation);
    match view.path {
        Path::SamlWsfed => stop_if(view.policy.saml_issuer_mismatch, Stop::IssuerMismatch),
        Path::EntraId if bound_to_older => Gate::Stop(Stop::HomeAccountRecreated),
        Path::EntraId if guest.is_pending() && view.invitee.is_alias() && !view.came_by_ticket => {
            Gate::Stop(Stop::AliasOnDirectLink)
        }
        _ => Gate::Pass,
    }
}

fn account_enabled(view: &View<'_>) -> Gate {
    stop_if(
        view.guest.is_some_and(|guest| !guest.account_enabled),
        Stop::AccountDisabled,
    )
}

/// Applies to Entra organisations only: for every other path the collaboration settings alone count.
fn cross_tenant(view: &View<'_>) -> Gate {
    let Some(home) = view.home() else {
        return Gate::Pass;
    };
    let inbound = view.inbound();
    let cloud_is_off = home
        .cloud
        .as_deref()
        .is_some_and(|cloud| !inbound.enables_cloud(cloud));
    match (cloud_is_off, home.outbound_b2b, inbound.inbound_b2b) {
        (true, _, _) => Gate::Stop(Stop::CloudNotEnabled),
        (_, Access::Block, _) => Gate::Stop(Stop::OutboundBlocked),
        (_, _, Access::Block) => Gate::Stop(Stop::InboundBlocked),
        _ => Gate::Pass,
    }
}

fn block_policies(view: &View<'_>) -> Gate {
    match view.applying(Grant::Block).next() {
        None => Gate::Pass,
        Some(policy) if !policy.user_risk.is_empty() => Gate::Stop(Stop::UserRisk),
        Some(_) => Gate::Stop(Stop::BlockedByPolicy),
    }
}

fn permissions(view: &View<'_>) -> Gate {
    let automatic =
        view.home().is_some_and(|home| home.auto_redeem_outbound) && view.inbound().auto_redeem_inbound;
    let domain_is_blocked = !view.policy.domain_policy.permits(view.invitee.domain());
    match view.is_pending() {
        false => Gate::Pass,
        true if domain_is_blocked => Gate::Stop(Stop::DomainBlockedWhilePending),
        true if automatic || view.permissions_accepted => Gate::Redeem,
        true => Gate::Ask(Prompt::ReviewPermissions),
    }
}

fn inbound_app(view: &View<'_>) -> Gate {
    stop_if(
        view.home().is_some() && view.inbound().blocks_app(&view.policy.app.id),
        Stop::AppBlockedInbound,
    )
}

fn mfa(view: &View<'_>) -> Gate {
    if view.mfa_passed || !(view.asks_for(Grant::Mfa) || view.asks_for(Grant::AuthenticationStrength)) {
        return Gate::Pass;
    }
    if let Some(home) = view.home().filter(|_| view.inbound().trust_mfa) {
        return if home.mfa_done {
            Gate::Pass
        } else {
            Gate::Ask(Prompt::MfaHomeChallenge)
        };
    }
    let registered = view.guest.is_some_and(|guest| guest.mfa_registered);
    let is_risky = view
        .applying(Grant::Mfa)
        .any(|policy| !policy.sign_in_risk.is_empty());
    match (registered, is_risky) {
        (true, _) => Gate::Ask(Prompt::MfaChallenge),
        (false, true) => Gate::Stop(Stop::RiskWithoutMfa),
        (false, false) => Gate::Ask(Prompt::MfaRegister),
    }
}

fn strength(view: &View<'_>) -> Gate {
    stop_if(
        view.home().is_none() && view.asks_for(Grant::AuthenticationStrength),
        Stop::StrengthNotMet,
    )
}

fn device(view: &View<'_>) -> Gate {
    let compliant = view.asks_for(Grant::CompliantDevice);
    let hybrid = view.asks_for(Grant::HybridJoinedDevice);
    let Some(home) = view.home() else {
        // Nobody vouches for the device of a guest without an Entra organisation.
        return match (compliant, hybrid) {
            (true, _) => Gate::Stop(Stop::DeviceNotCompliant),
            (_, true) => Gate::Stop(Stop::DeviceNotHybridJoined),
            _ => Gate::Pass,
        };
    };
    let trust = view.inbound();
    if (compliant && !trust.trust_compliant_device) || (hybrid && !trust.trust_hybrid_joined) {
        return Gate::Stop(Stop::DeviceClaimsNotTrusted);
    }
    match (
        compliant && !home.device_compliant,
        hybrid && !home.device_hybrid_joined,
    ) {
        (true, _) => Gate::Stop(Stop::DeviceNotCompliant),
        (_, true) => Gate::Stop(Stop::DeviceNotHybridJoined),
        _ => Gate::Pass,
    }
}

fn unsupported(view: &View<'_>) -> Gate {
    let change = view.applying(Grant::PasswordChange).next();
    if view.asks_for(Grant::ApprovedApplication) {
        Gate::Stop(Stop::ApprovedAppRequired)
    } else if view.asks_for(Grant::CompliantApplication) {
        Gate::Stop(Stop::AppProtectionRequired)
    } else {
        match change {
            Some(policy) if !policy.user_risk.is_empty() => Gate::Stop(Stop::UserRisk),
            Some(_) => Gate::Stop(Stop::PasswordChangeRequired),
            None => Gate::Pass,
        }
    }
}

fn terms(view: &View<'_>) -> Gate {
    match view
        .guest
        .and_then(|guest| owed_terms(view.policy, guest, view.now))
    {
        None => Gate::Pass,
        Some(_) => Gate::Ask(Prompt::TermsOfUse),
    }
}

fn admin_consent(view: &View<'_>) -> Gate {
    stop_if(view.policy.app.admin_consent_needed, Stop::AdminConsentNeeded)
}

fn assignment(view: &View<'_>) -> Gate {
    stop_if(view.policy.app.assignment_required, Stop::NotAssigned)
}
