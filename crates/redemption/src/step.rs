//! What goes into a step of a play and what comes out of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::guest::{Effect, GuestObject};
use crate::invitee::Invitee;
use crate::page::Page;
use crate::policy::TenantPolicy;
use crate::rows::{AuditEntry, SignInEntry};

/// Everything a step depends on besides the play itself.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// The inviting tenant's settings.
    pub policy: &'a TenantPolicy,
    /// The person.
    pub invitee: &'a Invitee,
    /// The guest object, if there is one.
    pub guest: Option<&'a GuestObject>,
    /// The time.
    pub now: DateTime<Utc>,
}

/// What a step did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// The page in front of the guest afterwards.
    pub page: Page,
    /// Something to say on that page.
    pub note: Option<Note>,
    /// Audit rows of the inviting tenant, in order.
    pub audits: Vec<AuditEntry>,
    /// Sign-in rows of the inviting tenant, in order.
    pub sign_ins: Vec<SignInEntry>,
    /// Sign-in rows that only the home tenant of the account used sees.
    pub home_sign_ins: Vec<SignInEntry>,
    /// Changes of the guest object, in order.
    pub effects: Vec<Effect>,
}

/// A remark on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Note {
    /// The action belongs to no control of this page (back button, double submit); nothing changed.
    FitsNoPage,
    /// The code is wrong.
    WrongCode,
    /// The code is older than [`CODE_LIFETIME`](crate::CODE_LIFETIME).
    ExpiredCode,
    /// The account signed in to the browser is not a guest here (AADSTS50020); another can be chosen.
    AccountUnknownHere,
}

/// The working copy of one step: effects count at once for the gates that follow.
pub(crate) struct Turn<'a> {
    pub(crate) policy: &'a TenantPolicy,
    pub(crate) invitee: &'a Invitee,
    pub(crate) guest: Option<GuestObject>,
    pub(crate) now: DateTime<Utc>,
    pub(crate) note: Option<Note>,
    pub(crate) audits: Vec<AuditEntry>,
    pub(crate) sign_ins: Vec<SignInEntry>,
    pub(crate) home_sign_ins: Vec<SignInEntry>,
    pub(crate) effects: Vec<Effect>,
}

impl<'a> Turn<'a> {
    pub(crate) fn new(scene: &Scene<'a>) -> Self {
        Self {
            policy: scene.policy,
            invitee: scene.invitee,
            guest: scene.guest.filter(|guest| !guest.deleted).cloned(),
            now: scene.now,
            note: None,
            audits: Vec::new(),
            sign_ins: Vec::new(),
            home_sign_ins: Vec::new(),
            effects: Vec::new(),
        }
    }

    pub(crate) fn audit(&mut self, entry: AuditEntry) {
        self.audits.push(entry);
    }

    pub(crate) fn sign_in(&mut self, entry: SignInEntry) {
        self.sign_ins.push(entry);
    }

    pub(crate) fn home_sign_in(&mut self, entry: SignInEntry) {
        self.home_sign_ins.push(entry);
    }

    pub(crate) fn effect(&mut self, effect: Effect) {
        if let Some(guest) = &mut self.guest {
            guest.apply(&effect);
        }
        self.effects.push(effect);
    }

    pub(crate) fn finish(self, page: Page) -> Step {
        Step {
            page,
            note: self.note,
            audits: self.audits,
            sign_ins: self.sign_ins,
            home_sign_ins: self.home_sign_ins,
            effects: self.effects,
        }
    }
}
