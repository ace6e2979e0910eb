//! What people were given in the tenant: groups, directory roles, applications.

use chrono::{DateTime, Utc};
use uuid::{Uuid, uuid};

use super::{
    ADMINS, Actor, AuditTarget, DirectoryRole, ModifiedProperty, NewAudit, UserId, UserType, World, apps,
};

/// A group of the tenant.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) id: Uuid,
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    /// The name before the `@` of a Microsoft 365 group; security groups have no mail.
    pub(crate) mail_nickname: Option<&'static str>,
    /// The rule of a dynamic group, whose members nobody puts in.
    pub(crate) membership_rule: Option<&'static str>,
}

/// The groups guests are put into once they are invited.
pub(crate) const GUEST_GROUPS: &[Group] = &[
    Group {
        id: uuid!("6a1d0001-7c1e-4b1f-9a55-5a4db0c50001"),
        name: "Partners",
        description: "Documents shared with all partners",
        mail_nickname: None,
        membership_rule: None,
    },
    Group {
        id: uuid!("6a1d0002-7c1e-4b1f-9a55-5a4db0c50002"),
        name: "Supplier portal users",
        description: "Orders and deliveries",
        mail_nickname: None,
        membership_rule: None,
    },
    Group {
        id: uuid!("6a1d0003-7c1e-4b1f-9a55-5a4db0c50003"),
        name: "Project Aurora, external",
        description: "Team of the Aurora project",
        mail_nickname: Some("project-aurora"),
        membership_rule: None,
    },
];

/// The group every guest is in by its rule.
const ALL_GUESTS: Group = Group {
    id: uuid!("6a1d0004-7c1e-4b1f-9a55-5a4db0c50004"),
    name: "All guests",
    description: "Everybody from outside",
    mail_nickname: None,
    membership_rule: Some("(user.userType -eq \"Guest\")"),
};

/// The service principal of the tenant's own application.
const SUPPLIER_PORTAL: Uuid = uuid!("5a4db0c5-00ab-4c11-8e17-00000000c0de");
/// Its one role, "User".
const SUPPLIER_PORTAL_USER: Uuid = uuid!("5a4db0c5-00ac-4c11-8e17-00000000c0de");

/// An application somebody may use.
#[derive(Debug, Clone)]
pub(crate) struct AppAssignment {
    pub(crate) id: Uuid,
    pub(crate) role: Uuid,
    pub(crate) service_principal: Uuid,
    pub(crate) app_name: &'static str,
    pub(crate) at: DateTime<Utc>,
}

/// Everything one person was given; what follows from a rule is not in it.
#[derive(Debug, Clone, Default)]
pub(super) struct Assignments {
    groups: Vec<&'static Group>,
    roles: Vec<DirectoryRole>,
    apps: Vec<AppAssignment>,
}

impl World {
    /// The groups somebody is in, by hand or by rule.
    pub(crate) fn groups_of(&self, id: UserId) -> Vec<&'static Group> {
        let is_guest = self
            .user(id)
            .is_some_and(|user| user.user_type == UserType::Guest);
        let by_rule = is_guest.then_some(&ALL_GUESTS);
        let by_hand = self.assignments.get(&id).map_or(&[][..], |given| &given.groups);
        by_rule.into_iter().chain(by_hand.iter().copied()).collect()
    }

    /// The directory roles somebody holds.
    pub(crate) fn roles_of(&self, id: UserId) -> Vec<DirectoryRole> {
        let admin = ADMINS.iter().find(|admin| admin.id == id);
        let given = self.assignments.get(&id).map_or(&[][..], |given| &given.roles);
        let of_admin = admin.map_or(&[][..], |admin| admin.roles);
        of_admin.iter().chain(given).copied().collect()
    }

    /// The applications somebody was assigned to.
    pub(crate) fn apps_of(&self, id: UserId) -> &[AppAssignment] {
        self.assignments.get(&id).map_or(&[], |given| &given.apps)
    }

    /// Puts somebody into a group.
    pub(crate) fn add_to_group(
        &mut self,
        id: UserId,
        group: &'static Group,
        actor: Actor,
        at: DateTime<Utc>,
    ) {
        let Some(user) = self.user(id) else { return };
        let change = ModifiedProperty::json("Group.DisplayName", &[] as &[&str], &[group.name]);
        let row = NewAudit::core_directory("Add member to group", "Assign", at, actor)
            .category("GroupManagement")
            .target(AuditTarget::user(user).with(vec![change]))
            .target(AuditTarget::other(
                "Group",
                Some(&group.id.to_string()),
                group.name,
            ));
        self.append_audit(row);
        self.assignments.entry(id).or_default().groups.push(group);
    }

    /// Lets somebody use the tenant's own application.
    pub(crate) fn assign_supplier_portal(&mut self, id: UserId, actor: Actor, at: DateTime<Utc>) {
        let Some(user) = self.user(id) else { return };
        let change = ModifiedProperty::json("AppRole.Value", &[] as &[&str], &["User"]);
        let portal = SUPPLIER_PORTAL.to_string();
        let row = NewAudit::core_directory("Add app role assignment grant to user", "Assign", at, actor)
            .category("ApplicationManagement")
            .target(AuditTarget::user(user).with(vec![change]))
            .target(AuditTarget::other(
                "ServicePrincipal",
                Some(&portal),
                &apps::SUPPLIER_PORTAL.name,
            ));
        self.append_audit(row);
        self.assignments.entry(id).or_default().apps.push(AppAssignment {
            id: super::id_for("app role assignment", &id.0.to_string()),
            role: SUPPLIER_PORTAL_USER,
            service_principal: SUPPLIER_PORTAL,
            app_name: "Contoso Supplier Portal",
            at,
        });
    }

    /// A directory role given longer ago than any log reaches.
    pub(crate) fn settle_role(&mut self, id: UserId, role: DirectoryRole) {
        self.assignments.entry(id).or_default().roles.push(role);
    }
}
