//! Writing down what a step did: rows of the tenant, rows only the home tenant sees, the guest object.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use usher_redemption::{
    Activity, Actor as RowActor, AuditEntry, Effect, Invitee, Path, RiskLevel, SignInApp, SignInEntry, Step,
};
use uuid::Uuid;

use super::{judgement::judge, session::Visit};
use crate::world::{
    Actor, AppRef, AuditTarget, ClientEnvironment, HomeRow, NewAudit, NewSignIn, RedeemSource, TenantId,
    World, apps,
};

/// What the rows of one step have in common.
pub(super) struct Scribe<'a> {
    pub(super) world: &'a mut World,
    pub(super) visit: &'a Visit,
    pub(super) invitee: &'a Invitee,
    pub(super) path: Option<Path>,
    pub(super) correlation_id: Uuid,
    pub(super) at: DateTime<Utc>,
}

impl Scribe<'_> {
    /// Writes everything of a step. Audit rows come before sign-in rows: a success is logged last.
    pub(super) fn write(&mut self, step: &Step) {
        for entry in &step.audits {
            self.audit(entry, &step.effects);
        }
        for effect in &step.effects {
            self.change(effect);
        }
        for entry in &step.sign_ins {
            self.sign_in(*entry);
        }
        for entry in &step.home_sign_ins {
            let row = HomeRow {
                at: self.at,
                mail: self.visit.mail.clone(),
                code: entry.code,
                reason: super::words::home_reason(entry.code).to_owned(),
            };
            self.world.append_home_row(row);
        }
    }

    fn audit(&mut self, entry: &AuditEntry, effects: &[Effect]) {
        let redeems = effects
            .iter()
            .any(|effect| matches!(effect, Effect::Redeemed { .. }));
        match entry.activity {
            // The two rows of a redemption are one act of the world; see `redeem`.
            Activity::UpdateUser if redeems => {}
            Activity::RedeemExternalUserInvite if redeems && entry.succeeded => self.redeem(effects),
            _ => self.plain_audit(entry),
        }
    }

    fn redeem(&mut self, effects: &[Effect]) {
        let Some(guest) = self.visit.guest else { return };
        let Some(Effect::Redeemed { identity, at }) = effects
            .iter()
            .find(|effect| matches!(effect, Effect::Redeemed { .. }))
        else {
            return;
        };
        let source = source_of(identity.path, self.invitee, self.world);
        let ip = self.environment().ip;
        self.world
            .redeem(guest, self.visit.invitation, &source, &self.invitee.upn, &ip, *at);
        self.world.set_redeemed_with(guest, identity.clone());
    }

    fn plain_audit(&mut self, entry: &AuditEntry) {
        let activity = entry.activity;
        let actor = match entry.actor {
            RowActor::Guest => Actor::guest(&self.invitee.upn, &self.environment().ip),
            RowActor::Inviter | RowActor::Entra => Actor::part_of_entra("Microsoft B2B Admin Worker"),
        };
        let mut row = NewAudit::new(
            activity.service(),
            activity.name(),
            operation_of(activity),
            self.at,
            actor,
        )
        .category(activity.category())
        .correlated(self.correlation_id);
        if let Some(user) = self.visit.guest.and_then(|id| self.world.user(id)) {
            row = row.target(AuditTarget::user(user));
        }
        if !entry.succeeded {
            row = row.failed(entry.reason.as_deref().unwrap_or_default());
        }
        self.world.append_audit(row);
    }

    fn change(&mut self, effect: &Effect) {
        let Some(guest) = self.visit.guest else { return };
        match effect {
            Effect::MfaRegistered => self.world.set_mfa_registered(guest, true),
            Effect::TermsAccepted(given) => self.world.accept_terms(guest, given.clone()),
            // Redeeming is written with its rows; the others are no doing of a guest.
            Effect::Redeemed { .. }
            | Effect::Created { .. }
            | Effect::InvitedAgain { .. }
            | Effect::Reset { .. }
            | Effect::Deleted => {}
        }
    }

    fn sign_in(&mut self, entry: SignInEntry) {
        let policies = judge(self.world, self.invitee, entry.code, entry.conditional_access);
        // A person without an object here leaves no row here.
        let Some(user) = self.visit.guest.and_then(|id| self.world.user(id)) else {
            return;
        };
        let app = match entry.app {
            SignInApp::AcceptancePortal => apps::ACCEPTANCE_PORTAL,
            SignInApp::Target => self.visit.app.clone(),
        };
        let row = NewSignIn {
            home_upn: self.invitee.upn.clone(),
            environment: self.environment(),
            policies,
            mfa_required: matches!(entry.code, 50072 | 50074 | 50076 | 50079 | 500_121),
            methods: self.methods(entry.code),
            risk: Cow::Borrowed(risk_word(self.invitee.sign_in_risk)),
            ..NewSignIn::new(
                self.at,
                user,
                self.home_tenant(),
                entry.code,
                app,
                self.correlation_id,
            )
        };
        self.world.append_sign_in(row);
    }

    fn home_tenant(&self) -> Option<TenantId> {
        if self.path.is_some_and(|path| path != Path::EntraId) {
            return None;
        }
        self.invitee
            .home_tenant_id()
            .and_then(|id| Uuid::parse_str(id).ok())
            .map(TenantId)
    }

    fn environment(&self) -> ClientEnvironment {
        let usual = ClientEnvironment::default();
        match &self.invitee.country {
            Some(country) if !country.eq_ignore_ascii_case(&usual.country) => ClientEnvironment {
                ip: "203.0.113.77".to_owned(),
                city: Cow::Borrowed(""),
                state: Cow::Borrowed(""),
                country: Cow::Owned(country.to_uppercase()),
                ..usual
            },
            _ => usual,
        }
    }

    /// What the guest proved up to this row.
    fn methods(&self, code: u32) -> Vec<(Cow<'static, str>, bool)> {
        let first = match self.path {
            Some(Path::EmailOtp) => "Email one-time passcode",
            Some(Path::SamlWsfed | Path::Google) => "Federated",
            Some(_) => "Password",
            None => return Vec::new(),
        };
        match code {
            50058 | 16000 => Vec::new(),
            500_121 => vec![
                (Cow::Borrowed(first), true),
                (Cow::Borrowed("Mobile app notification"), false),
            ],
            _ => vec![(Cow::Borrowed(first), true)],
        }
    }
}

/// The application a policy names as the one guests are sent to.
pub(super) fn target_app(world: &World) -> AppRef {
    let app = &world.policy.app;
    match Uuid::parse_str(&app.id) {
        Ok(id) => AppRef {
            id,
            name: Cow::Owned(app.name.clone()),
        },
        Err(_) => apps::MY_APPS,
    }
}

pub(crate) fn source_of(path: Path, invitee: &Invitee, world: &mut World) -> RedeemSource {
    match path {
        Path::EntraId => RedeemSource::EntraId,
        Path::MsaExisting | Path::MsaCreate => RedeemSource::MicrosoftAccount,
        Path::EmailOtp => RedeemSource::OneTimePasscode,
        Path::Google => RedeemSource::Google,
        Path::SamlWsfed => RedeemSource::ExternalFederation(world.federation_issuer(invitee.domain())),
    }
}

const fn operation_of(activity: Activity) -> &'static str {
    match activity {
        Activity::AddUser | Activity::InviteExternalUser | Activity::RegisteredSecurityInfo => "Add",
        Activity::AddUserSponsor => "Assign",
        Activity::DeleteUser => "Delete",
        _ => "Update",
    }
}

const fn risk_word(risk: Option<RiskLevel>) -> &'static str {
    match risk {
        None | Some(RiskLevel::None) => "none",
        Some(RiskLevel::Low) => "low",
        Some(RiskLevel::Medium) => "medium",
        Some(RiskLevel::High) => "high",
    }
}
