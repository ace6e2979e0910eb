//! What people were given in the tenant: groups, directory roles, applications.

use std::borrow::Cow;

use chrono::{DateTime, TimeDelta, Utc};
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
    /// The application its members may use.
    app: Option<&'static GroupApp>,
}

/// An application that was assigned to a group, longer ago than any log reaches.
#[derive(Debug)]
struct GroupApp {
    service_principal: Uuid,
    name: &'static str,
}

const DOCUMENTS: GroupApp = GroupApp {
    service_principal: uuid!("5a4db0c5-00ad-4c11-8e17-00000000c0de"),
    name: "Contoso Documents",
};

/// The groups guests are put into once they are invited.
pub(crate) const GUEST_GROUPS: &[Group] = &[
    Group {
        id: uuid!("6a1d0001-7c1e-4b1f-9a55-5a4db0c50001"),
        name: "Partners",
        description: "Documents shared with all partners",
        mail_nickname: None,
        membership_rule: None,
        app: Some(&DOCUMENTS),
    },
    Group {
        id: uuid!("6a1d0002-7c1e-4b1f-9a55-5a4db0c50002"),
        name: "Supplier portal users",
        description: "Orders and deliveries",
        mail_nickname: None,
        membership_rule: None,
        app: None,
    },
    Group {
        id: uuid!("6a1d0003-7c1e-4b1f-9a55-5a4db0c50003"),
        name: "Project Aurora, external",
        description: "Team of the Aurora project",
        mail_nickname: Some("project-aurora"),
        membership_rule: None,
        app: None,
    },
];

/// The group every guest is in by its rule.
const ALL_GUESTS: Group = Group {
    id: uuid!("6a1d0004-7c1e-4b1f-9a55-5a4db0c50004"),
    name: "All guests",
    description: "Everybody from outside",
    mail_nickname: None,
    membership_rule: Some("(user.userType -eq \"Guest\")"),
    app: None,
};

/// The service principal of the tenant's own application.
const SUPPLIER_PORTAL: Uuid = uuid!("5a4db0c5-00ab-4c11-8e17-00000000c0de");
/// Its one role, "User".
const SUPPLIER_PORTAL_USER: Uuid = uuid!("5a4db0c5-00ac-4c11-8e17-00000000c0de");
/// When the groups got their applications, after the epoch: 2019.
const GROUPS_SINCE: TimeDelta = TimeDelta::days(18_000);

/// An application somebody, or a group they are in, may use.
#[derive(Debug, Clone)]
pub(crate) struct AppAssignment {
    pub(crate) id: Uuid,
    /// The group that is assigned.
    pub(crate) group: Option<&'static Group>,
    pub(crate) role: Uuid,
    pub(crate) service_principal: Uuid,
    pub(crate) app_name: Cow<'static, str>,
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

    /// The applications somebody, or a group they are in, was assigned to.
    pub(crate) fn apps_of(&self, id: UserId) -> Vec<AppAssignment> {
        let own = self.assignments.get(&id).map_or(&[][..], |given| &given.apps);
        let groups = self.groups_of(id).into_iter();
        let through = groups.filter_map(|group| {
            let app = group.app?;
            Some(AppAssignment {
                id: super::id_for("app role assignment", group.name),
                group: Some(group),
                role: Uuid::nil(),
                service_principal: app.service_principal,
                app_name: Cow::Borrowed(app.name),
                at: DateTime::UNIX_EPOCH + GROUPS_SINCE,
            })
        });
        own.iter().cloned().chain(through).collect()
    }

    /// Whether somebody may use the tenant's own application.
    pub(crate) fn has_supplier_portal(&self, id: UserId) -> bool {
        self.assignments
            .get(&id)
            .is_some_and(|given| !given.apps.is_empty())
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
            group: None,
            role: SUPPLIER_PORTAL_USER,
            service_principal: SUPPLIER_PORTAL,
            app_name: apps::SUPPLIER_PORTAL.name,
            at,
        });
    }

    /// A directory role given longer ago than any log reaches.
    pub(crate) fn settle_role(&mut self, id: UserId, role: DirectoryRole) {
        self.assignments.entry(id).or_default().roles.push(role);
    }
}
