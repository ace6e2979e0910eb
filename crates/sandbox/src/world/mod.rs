//! The tenant's state: who is in it, what was sent, what was logged.
//!
//! One [`World`] lies behind one lock ([`crate::SandboxState::world`]); nobody holds it over an await. Each change that
//! Entra would log is a method here that writes its rows, so that no caller can change a guest without leaving the trace.

mod access;
mod assignments;
mod codes;
mod directory;
mod event;
mod id;
mod invitation;
mod invite;
mod log;
mod mail;
mod order;
mod people;
mod redeem;
mod rows;
mod rules;
mod settings;
mod tenant;
mod user;
mod wire;
mod write;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use chrono::{DateTime, TimeDelta, Utc};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use usher_redemption::TenantPolicy;
use uuid::Uuid;

pub(crate) use access::access_policy_id;
pub(crate) use assignments::{AppAssignment, GUEST_GROUPS, Group};
pub(crate) use codes::failure_reason;
pub use directory::RestoreRefusal;
pub use event::{DueEvent, EventKind};
pub use id::{InvitationId, MailId, TenantId, UserId};
pub use invitation::{Invitation, TicketState};

pub use log::{AuditRow, LogRow, SignInRow};
pub use mail::{Mail, MailContent};
#[cfg(test)]
pub(crate) use order::is_invitable_address;
pub use order::{InviteOrder, InviteRefusal, Invited, MessageWish};
pub use redeem::RedeemSource;
pub use rows::{
    Actor, AppRef, AppliedPolicy, AuditTarget, ClientEnvironment, HomeRow, ModifiedProperty, NewAudit,
    NewSignIn, apps,
};
pub(crate) use settings::{AccessObject, Agreement, CountryLocation, Federation, PermissionGrant, id_for};
pub use tenant::{
    ADMINS, APP_CLIENT_ID, APP_CLIENT_SECRET, APP_OBJECT_ID, APP_ROLES, Admin, DirectoryRole,
    PUBLIC_CLIENT_ID, Partner, TENANT, Tenant, roles,
};
pub use user::{ExternalUserState, Identity, Moment, SignInActivity, User, UserType};
pub(crate) use write::stamp;

use crate::clock::SandboxClock;

/// Everything the sandbox tenant holds.
#[derive(Debug)]
pub struct World {
    /// The clock all of it follows.
    pub clock: SandboxClock,
    /// Where the sandbox is reached, without a trailing slash; the links in mails start with it.
    pub base_url: String,
    /// What the tenant has set, as far as it shapes how guests get in.
    pub policy: TenantPolicy,
    pub(crate) settings: settings::Settings,
    /// How many days of the logs Graph still shows (30 with Entra ID P1 or P2, 7 without).
    pub retention_days: u32,
    users: BTreeMap<UserId, User>,
    by_mail: HashMap<String, UserId>,
    by_upn: HashMap<String, UserId>,
    invitations: BTreeMap<InvitationId, Invitation>,
    invitations_by_guest: HashMap<UserId, Vec<InvitationId>>,
    tickets: HashMap<String, InvitationId>,
    mails: Vec<Mail>,
    partners: Vec<Partner>,
    audits: log::Log<AuditRow>,
    sign_ins: log::Log<SignInRow>,
    home_rows: Vec<rows::HomeRow>,
    unsubscribed: BTreeSet<String>,
    people: people::People,
    assignments: HashMap<UserId, assignments::Assignments>,
    events: Vec<DueEvent>,
    /// How long fresh log rows stay unseen (a fault that can be switched on).
    pub(crate) log_lag: TimeDelta,
    /// By how much every other row comes later still.
    pub(crate) log_disorder: TimeDelta,
    /// How long fresh objects stay unseen by reads (a fault that can be switched on).
    pub(crate) replication_lag: TimeDelta,
    /// Whether invitation mails get lost on the way (a fault that can be switched on).
    pub(crate) mail_eaten: bool,
    /// Whether the guests' own organisations fail to answer (a fault that can be switched on).
    pub(crate) home_outage: bool,
    chance: ChaCha8Rng,
}

impl World {
    /// An empty tenant with its administrators.
    pub fn new(clock: SandboxClock, base_url: String, retention_days: u32, seed: u64) -> Self {
        let mut world = Self {
            clock,
            base_url,
            policy: people::policy_at_the_start(),
            settings: settings::Settings::default(),
            retention_days,
            users: BTreeMap::new(),
            by_mail: HashMap::new(),
            by_upn: HashMap::new(),
            invitations: BTreeMap::new(),
            invitations_by_guest: HashMap::new(),
            tickets: HashMap::new(),
            mails: Vec::new(),
            partners: Vec::new(),
            audits: log::Log::default(),
            sign_ins: log::Log::default(),
            home_rows: Vec::new(),
            unsubscribed: BTreeSet::new(),
            people: people::People::default(),
            assignments: HashMap::new(),
            events: Vec::new(),
            log_lag: TimeDelta::zero(),
            log_disorder: TimeDelta::zero(),
            replication_lag: TimeDelta::zero(),
            mail_eaten: false,
            home_outage: false,
            chance: ChaCha8Rng::seed_from_u64(seed),
        };
        for admin in ADMINS {
            world.put_user(admin.to_user());
        }
        world
    }

    /// The audit log, oldest first, whole.
    pub(crate) fn audit_rows(&self) -> &[Arc<AuditRow>] {
        self.audits.rows()
    }

    /// The sign-in log, oldest first, whole.
    pub(crate) fn sign_in_rows(&self) -> &[Arc<SignInRow>] {
        self.sign_ins.rows()
    }

    /// Lets rows come in any order while a history is written; [`Self::settle_logs`] ends it.
    pub(crate) fn unsettle_logs(&mut self) {
        self.audits.unsettle();
        self.sign_ins.unsettle();
    }

    /// Puts the rows of both logs in the order of their time.
    pub(crate) fn settle_logs(&mut self) {
        self.audits.settle();
        self.sign_ins.settle();
    }

    /// What the sandbox takes for the present.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// A fresh identifier, repeatable for one seed and one order of calls.
    pub fn fresh_uuid(&mut self) -> Uuid {
        id::uuid_from(&mut self.chance)
    }

    /// `length` random characters that are safe in a link: tickets, session names, one-use step tokens.
    pub fn fresh_token(&mut self, length: usize) -> String {
        id::token_from(&mut self.chance, length)
    }

    /// `digits` random decimal digits: a one-time passcode.
    pub fn fresh_digits(&mut self, digits: usize) -> String {
        id::digits_from(&mut self.chance, digits)
    }
}
