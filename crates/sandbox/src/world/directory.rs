//! Finding, changing, deleting and restoring users.

use std::ops::Bound;

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    World,
    id::UserId,
    rows::{Actor, AuditTarget, ModifiedProperty, NewAudit},
    tenant::Partner,
    user::{Identity, Moment, SignInActivity, User, UserType},
};

/// How long a deleted user lies in the recycle bin.
const RECYCLE_BIN_DAYS: i64 = 30;

impl World {
    /// The user, deleted ones included.
    pub fn user(&self, id: UserId) -> Option<&User> {
        self.users.get(&id)
    }

    /// The user, deleted ones included, to be changed without a row; callers that act for somebody use the methods
    /// that write one.
    pub fn user_mut(&mut self, id: UserId) -> Option<&mut User> {
        self.users.get_mut(&id)
    }

    /// The user of the directory (not of the recycle bin) with this mail address, whatever its case.
    pub fn user_by_mail(&self, mail: &str) -> Option<&User> {
        self.by_mail
            .get(&mail.to_lowercase())
            .and_then(|id| self.users.get(id))
            .filter(|user| user.deleted.is_none())
    }

    /// The user of the directory with this user principal name, whatever its case.
    pub fn user_by_upn(&self, upn: &str) -> Option<&User> {
        self.by_upn
            .get(&upn.to_lowercase())
            .and_then(|id| self.users.get(id))
            .filter(|user| user.deleted.is_none())
    }

    /// All users of the directory in the order of their ids.
    pub fn users(&self) -> impl Iterator<Item = &User> {
        self.users.values().filter(|user| user.deleted.is_none())
    }

    /// The users of the directory with larger ids, in the order of their ids.
    pub fn users_after(&self, id: UserId) -> impl Iterator<Item = &User> {
        self.users
            .range((Bound::Excluded(id), Bound::Unbounded))
            .map(|(_, user)| user)
            .filter(|user| user.deleted.is_none())
    }

    /// All users of the recycle bin whose thirty days are not over, in the order of their ids.
    pub fn deleted_users(&self) -> impl Iterator<Item = &User> {
        let oldest = self.now() - TimeDelta::days(RECYCLE_BIN_DAYS);
        self.users
            .values()
            .filter(move |user| user.deleted.is_some_and(|at| at > oldest))
    }

    /// The organisations whose people are guests here.
    pub fn partners(&self) -> &[Partner] {
        &self.partners
    }

    /// The partner whose mail domain this address ends in.
    pub fn partner_of(&self, mail: &str) -> Option<&Partner> {
        let domain = mail.rsplit_once('@').map_or(mail, |(_, domain)| domain);
        self.partners
            .iter()
            .find(|partner| partner.domain.eq_ignore_ascii_case(domain))
    }

    pub(crate) fn put_partner(&mut self, partner: Partner) {
        self.partners.push(partner);
    }

    pub(crate) fn put_user(&mut self, user: User) {
        self.by_upn
            .insert(user.user_principal_name.to_lowercase(), user.id);
        for mail in user.mail.iter().chain(&user.other_mails) {
            self.by_mail.insert(mail.to_lowercase(), user.id);
        }
        self.users.insert(user.id, user);
    }

    /// Notes what happened to a guest, for the truth.
    pub(crate) fn remember(&mut self, id: UserId, at: DateTime<Utc>, moment: Moment) {
        if let Some(user) = self.users.get_mut(&id) {
            user.history.push((at, moment));
        }
    }

    /// Puts every guest's history in the order of time, after it was written out of order.
    pub(crate) fn sort_histories(&mut self) {
        for user in self.users.values_mut() {
            user.history.sort_by_key(|(at, _)| *at);
        }
    }

    /// Somebody came in by self-service sign-up: a guest without invitation and without state.
    pub(crate) fn sign_up(&mut self, name: &str, mail: &str, at: DateTime<Utc>) {
        let id = UserId(self.fresh_uuid());
        let upn = self.free_guest_upn(mail);
        let user = User {
            id,
            display_name: name.to_owned(),
            given_name: None,
            surname: None,
            job_title: None,
            identities: vec![Identity::federated("mail", Some(mail))],
            user_principal_name: upn,
            mail: Some(mail.to_owned()),
            other_mails: vec![mail.to_owned()],
            proxy_addresses: vec![format!("SMTP:{mail}")],
            user_type: UserType::Guest,
            creation_type: Some("SelfServiceSignUp".to_owned()),
            created: at,
            external_user_state: None,
            external_user_state_changed: None,
            account_enabled: true,
            company_name: None,
            department: None,
            usage_location: None,
            preferred_language: None,
            sessions_valid_from: at,
            sponsors: Vec::new(),
            invited_by: None,
            deleted: None,
            activity: SignInActivity::default(),
            visible_from: at,
            history: Vec::new(),
        };
        let row = NewAudit::core_directory(
            "Add user",
            "Add",
            at,
            Actor::part_of_entra("Microsoft.Azure.SyncFabric"),
        )
        .target(AuditTarget::user(&user));
        self.put_user(user);
        self.append_audit(row);
    }

    /// Blocks or unblocks sign-in, with the rows of it. False where there is no such user.
    pub fn set_account_enabled(
        &mut self,
        id: UserId,
        enabled: bool,
        actor: &Actor,
        at: DateTime<Utc>,
    ) -> bool {
        let Some(user) = self.users.get_mut(&id).filter(|user| user.deleted.is_none()) else {
            return false;
        };
        let was = user.account_enabled;
        user.account_enabled = enabled;
        if was == enabled {
            return true;
        }
        user.history.push((
            at,
            if enabled {
                Moment::Unblocked
            } else {
                Moment::Blocked
            },
        ));
        let target = AuditTarget::user(user);
        let change = ModifiedProperty::json("AccountEnabled", &[was], &[enabled]);
        let names = ModifiedProperty::included(&["AccountEnabled"]);
        let correlation = self.fresh_uuid();
        self.append_audit(
            NewAudit::core_directory("Update user", "Update", at, actor.clone())
                .target(target.clone().with(vec![change, names]))
                .correlated(correlation),
        );
        let activity = if enabled {
            "Enable account"
        } else {
            "Disable account"
        };
        self.append_audit(
            NewAudit::core_directory(activity, "Update", at, actor.clone())
                .target(target.with(vec![ModifiedProperty::json("AccountEnabled", &[was], &[enabled])]))
                .correlated(correlation),
        );
        true
    }

    /// Moves the user to the recycle bin. False where there is no such user.
    pub fn delete_user(&mut self, id: UserId, actor: &Actor, at: DateTime<Utc>) -> bool {
        let Some(user) = self.users.get_mut(&id).filter(|user| user.deleted.is_none()) else {
            return false;
        };
        user.deleted = Some(at);
        let target = AuditTarget::user(user);
        self.append_audit(
            NewAudit::core_directory("Delete user", "Delete", at, actor.clone()).target(target),
        );
        true
    }

    /// Takes the user back out of the recycle bin with id, groups and state unchanged.
    pub fn restore_user(
        &mut self,
        id: UserId,
        actor: &Actor,
        at: DateTime<Utc>,
    ) -> Result<(), RestoreRefusal> {
        let user = self.binned(id).ok_or(RestoreRefusal::NotInRecycleBin)?;
        let (upn, mails) = (user.user_principal_name.clone(), user.mail.clone());
        let taken =
            self.user_by_upn(&upn).is_some() || mails.is_some_and(|mail| self.user_by_mail(&mail).is_some());
        if taken {
            return Err(RestoreRefusal::AddressTaken);
        }
        let Some(user) = self.users.get_mut(&id) else {
            return Err(RestoreRefusal::NotInRecycleBin);
        };
        user.deleted = None;
        let user = user.clone();
        let target = AuditTarget::user(&user);
        self.put_user(user);
        self.append_audit(
            NewAudit::core_directory("Restore user", "Update", at, actor.clone()).target(target),
        );
        Ok(())
    }

    /// Removes the user from the recycle bin for good. False where it is not there.
    pub fn purge_user(&mut self, id: UserId, actor: &Actor, at: DateTime<Utc>) -> bool {
        if self.binned(id).is_none() {
            return false;
        }
        let Some(user) = self.users.remove(&id) else {
            return false;
        };
        self.by_upn.retain(|_, owner| *owner != id);
        self.by_mail.retain(|_, owner| *owner != id);
        self.assignments.remove(&id);
        self.append_audit(
            NewAudit::core_directory("Hard Delete user", "Delete", at, actor.clone())
                .target(AuditTarget::user(&user)),
        );
        true
    }

    fn binned(&self, id: UserId) -> Option<&User> {
        let oldest = self.now() - TimeDelta::days(RECYCLE_BIN_DAYS);
        self.users
            .get(&id)
            .filter(|user| user.deleted.is_some_and(|at| at > oldest))
    }
}

/// Why a user cannot come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestoreRefusal {
    /// It was never deleted, or its thirty days are over.
    NotInRecycleBin,
    /// Somebody else has its address by now.
    AddressTaken,
}
