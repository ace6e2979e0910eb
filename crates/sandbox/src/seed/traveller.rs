//! One guest on the way, and the rows each step of the way leaves.

use std::borrow::Cow;

use chrono::{DateTime, TimeDelta, Utc};
use rand::{Rng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;

use super::{partners::PartnerRow, places::MFA_COUNTRIES};
use crate::world::{
    Actor, AppRef, AppliedPolicy, AuditTarget, ClientEnvironment, GUEST_GROUPS, InvitationId,
    ModifiedProperty, NewAudit, NewSignIn, UserId, World, access_policy_id, apps,
};

/// A guest whose journey is being written.
pub(super) struct Traveller {
    pub(super) id: UserId,
    pub(super) mail: String,
    pub(super) partner: &'static PartnerRow,
    pub(super) environment: ClientEnvironment,
    pub(super) invitation: Option<InvitationId>,
    pub(super) inviter: Actor,
    pub(super) invited: DateTime<Utc>,
}

/// What one visit was like.
pub(super) struct Visit<'a> {
    pub(super) app: AppRef,
    /// The codes of its rows in order; they share one correlation id.
    pub(super) codes: &'a [u32],
    pub(super) risk: &'static str,
    pub(super) interactive: bool,
}

impl<'a> Visit<'a> {
    pub(super) fn new(app: AppRef, codes: &'a [u32]) -> Self {
        Self {
            app,
            codes,
            risk: "none",
            interactive: true,
        }
    }
}

impl Traveller {
    /// The rows of one visit, some seconds apart. Returns when the last was written.
    pub(super) fn visit(
        &self,
        world: &mut World,
        chance: &mut ChaCha8Rng,
        at: DateTime<Utc>,
        visit: &Visit<'_>,
    ) -> DateTime<Utc> {
        let correlation_id = world.fresh_uuid();
        let mut when = at;
        for (index, code) in visit.codes.iter().enumerate() {
            if index > 0 {
                when += TimeDelta::seconds(chance.random_range(4..70));
            }
            let Some(guest) = world.user(self.id) else {
                return when;
            };
            let asks_mfa = MFA_COUNTRIES.contains(&&*self.environment.country);
            let mut row = NewSignIn::new(
                when,
                guest,
                self.partner.tenant(),
                *code,
                visit.app.clone(),
                correlation_id,
            );
            row.home_upn.clone_from(&self.mail);
            row.environment = self.environment.clone();
            row.policies = applied_policies(*code, asks_mfa);
            row.interactive = visit.interactive;
            row.mfa_required = asks_mfa;
            row.methods = methods(*code, asks_mfa, visit.interactive);
            row.risk = Cow::Borrowed(visit.risk);
            row.duration_ms = chance.random_range(60..900);
            world.append_sign_in(row);
        }
        when
    }

    /// The guest opens the mail, signs in, accepts.
    pub(super) fn redeem(
        &self,
        world: &mut World,
        chance: &mut ChaCha8Rng,
        at: DateTime<Utc>,
    ) -> DateTime<Utc> {
        let asks_mfa = MFA_COUNTRIES.contains(&&*self.environment.country);
        let codes: &[u32] = match (asks_mfa, chance.random_range(0..10)) {
            (true, 0..4) => &[50_058, 50_072, 0],
            (true, _) => &[50_072, 0],
            (false, 0..3) => &[50_058, 0],
            (false, 3) => &[50_058, 50_140, 0],
            (false, _) => &[0],
        };
        let done = self.visit(world, chance, at, &Visit::new(apps::ACCEPTANCE_PORTAL, codes));
        if codes.contains(&50_072) {
            self.write_security_info(world, done);
        }
        let accepted = done + TimeDelta::seconds(chance.random_range(8..90));
        world.redeem(
            self.id,
            self.invitation,
            &self.partner.source(),
            &self.mail,
            &self.environment.ip,
            accepted,
        );
        accepted
    }

    /// The guest has registered a second factor in the tenant.
    pub(super) fn write_security_info(&self, world: &mut World, at: DateTime<Utc>) {
        let Some(target) = world.user(self.id).map(AuditTarget::user) else {
            return;
        };
        world.set_mfa_registered(self.id, true);
        let row = NewAudit::new(
            "Authentication Methods",
            "User registered security info",
            "Add",
            at,
            Actor::guest(&self.mail, &self.environment.ip),
        );
        world.append_audit(row.target(target).detail("Method", "Mobile app notification"));
    }

    /// The guest has accepted the terms the tenant used to have.
    pub(super) fn write_terms(&self, world: &mut World, at: DateTime<Utc>) {
        let Some(target) = world.user(self.id).map(AuditTarget::user) else {
            return;
        };
        let row = NewAudit::new(
            "Terms Of Use",
            "Accept Terms Of Use",
            "Add",
            at,
            Actor::guest(&self.mail, &self.environment.ip),
        );
        world.append_audit(row.category("Policy").target(target).target(AuditTarget::other(
            "Other",
            None,
            "Contoso guest terms",
        )));
    }

    /// What the guest opens next; the tenant's own application only if it is assigned.
    pub(super) fn app(&self, world: &World, chance: &mut ChaCha8Rng) -> AppRef {
        match chance.random_range(0..10) {
            0..4 => apps::TEAMS,
            4..7 => apps::SHAREPOINT,
            7 if world.has_supplier_portal(self.id) => apps::SUPPLIER_PORTAL,
            _ => apps::MY_APPS,
        }
    }

    /// The inviter fills in the company and puts the guest into a group, as people do after an invitation.
    pub(super) fn settle_in(
        &self,
        world: &mut World,
        chance: &mut ChaCha8Rng,
        at: DateTime<Utc>,
        gets_the_app: bool,
    ) {
        let Some(guest) = world.user_mut(self.id) else {
            return;
        };
        guest.company_name = Some(self.partner.name.to_owned());
        let target = AuditTarget::user(guest);
        let change = ModifiedProperty::json("CompanyName", &[] as &[&str], &[self.partner.name]);
        let changes = vec![change, ModifiedProperty::included(&["CompanyName"])];
        let minutes = TimeDelta::seconds(chance.random_range(40..1_500));
        world.append_audit(
            NewAudit::core_directory("Update user", "Update", at + minutes, self.inviter.clone())
                .target(target.with(changes)),
        );
        if let Some(group) = GUEST_GROUPS.choose(chance) {
            world.add_to_group(self.id, group, self.inviter.clone(), at + minutes + minutes);
        }
        if chance.random_bool(0.55) && gets_the_app {
            world.assign_supplier_portal(self.id, self.inviter.clone(), at + minutes * 3);
        }
    }
}

/// The Conditional Access policies of the seeded tenant.
pub(super) const SECOND_FACTOR: &str = "Guests: second factor outside Europe";
pub(super) const HIGH_RISK: &str = "Guests: no access at high sign-in risk";
pub(super) const TRIAL: &str = "Guests: compliant device (trial)";

/// The policies of the seeded tenant as they came out for a row of this code. A prompt judges none of them yet.
fn applied_policies(code: u32, asks_mfa: bool) -> Vec<AppliedPolicy> {
    let policy = |name: &'static str, control: &'static str, result: &'static str| AppliedPolicy {
        id: access_policy_id(name).to_string(),
        display_name: Cow::Borrowed(name),
        enforced_grant_controls: vec![Cow::Borrowed(control)],
        enforced_session_controls: Vec::new(),
        result: Cow::Borrowed(result),
    };
    let mfa = match code {
        0 if asks_mfa => "success",
        500_121 | 53_004 => "failure",
        _ => "notApplied",
    };
    vec![
        policy(SECOND_FACTOR, "Mfa", mfa),
        policy(
            HIGH_RISK,
            "Block",
            if code == 53_003 { "failure" } else { "notApplied" },
        ),
        policy(
            TRIAL,
            "RequireCompliantDevice",
            if code == 0 {
                "reportOnlyFailure"
            } else {
                "reportOnlyNotApplied"
            },
        ),
    ]
}

fn methods(code: u32, asks_mfa: bool, interactive: bool) -> Vec<(Cow<'static, str>, bool)> {
    if !interactive {
        return vec![(Cow::Borrowed("Previously satisfied"), true)];
    }
    match code {
        0 if asks_mfa => vec![
            (Cow::Borrowed("Password"), true),
            (Cow::Borrowed("Mobile app notification"), true),
        ],
        0 => vec![(Cow::Borrowed("Password"), true)],
        500_121 => vec![
            (Cow::Borrowed("Password"), true),
            (Cow::Borrowed("Mobile app notification"), false),
        ],
        50_181 => vec![(Cow::Borrowed("Email OTP"), false)],
        _ => Vec::new(),
    }
}
