//! What people were given: groups, directory roles, applications.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    access,
    answer::{GraphAnswer, GraphError},
    guid,
    request::GraphRequest,
};
use crate::world::{AppAssignment, DirectoryRole, Group, TENANT, User, UserId, World, stamp};

/// Permissions that show groups by name ("Group.Read.All" and those that include it).
const READ_GROUPS: &[&str] = &[
    "GroupMember.Read.All",
    "GroupMember.ReadWrite.All",
    "Group.Read.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];
/// Permissions that show directory roles by name.
const READ_ROLES: &[&str] = &[
    "RoleManagement.Read.Directory",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];
/// Permissions that show applications somebody is assigned to.
const READ_ASSIGNMENTS: &[&str] = &[
    "AppRoleAssignment.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];

/// `GET /me/memberOf`: the own roles have names; groups are limited as for anybody else.
pub(super) fn mine(world: &World, request: &GraphRequest) -> Result<GraphAnswer, GraphError> {
    let Some(id) = request.caller_user() else {
        return Err(GraphError::plain_bad_request(
            "/me request is only valid with delegated authentication flow.",
        ));
    };
    let names_groups = access::needs_any(request, READ_GROUPS).is_ok();
    Ok(memberships(world, request, id, names_groups, true))
}

/// `GET /users/{id}/memberOf`. Names of what the caller may not read are null ("Limited information returned for
/// inaccessible member objects").
pub(super) fn of_user(world: &World, request: &GraphRequest, id: &str) -> Result<GraphAnswer, GraphError> {
    access::read_users(request)?;
    let user = existing(world, id)?;
    let may = |permissions| access::needs_any(request, permissions).is_ok();
    Ok(memberships(
        world,
        request,
        user.id,
        may(READ_GROUPS),
        may(READ_ROLES),
    ))
}

/// `GET /users/{id}/appRoleAssignments`.
pub(super) fn apps_of_user(
    world: &World,
    request: &GraphRequest,
    id: &str,
) -> Result<GraphAnswer, GraphError> {
    access::needs_any(request, READ_ASSIGNMENTS)?;
    let user = existing(world, id)?;
    let assignments = world.apps_of(user.id);
    let value: Vec<Value> = assignments
        .iter()
        .map(|given| assignment_object(user, given))
        .collect();
    let context = request.context(&format!("users('{}')/appRoleAssignments", user.id.0));
    Ok(GraphAnswer::ok(
        &json!({"@odata.context": context, "value": value}),
    ))
}

fn existing<'w>(world: &'w World, id: &str) -> Result<&'w User, GraphError> {
    guid(id)
        .map(UserId)
        .and_then(|id| world.user(id))
        .or_else(|| world.user_by_upn(id))
        .filter(|user| user.deleted.is_none())
        .ok_or_else(|| GraphError::not_found(&id.chars().take(200).collect::<String>()))
}

fn memberships(
    world: &World,
    request: &GraphRequest,
    user: UserId,
    names_groups: bool,
    names_roles: bool,
) -> GraphAnswer {
    let roles = world.roles_of(user);
    let roles = roles.iter().map(|role| role_object(role, names_roles));
    let groups = world.groups_of(user);
    let groups = groups.iter().map(|group| group_object(group, names_groups));
    let value: Vec<Value> = roles.chain(groups).collect();
    GraphAnswer::ok(&json!({"@odata.context": request.context("directoryObjects"), "value": value}))
}

fn role_object(role: &DirectoryRole, is_named: bool) -> Value {
    let named = |text: Value| if is_named { text } else { Value::Null };
    json!({
        "@odata.type": "#microsoft.graph.directoryRole",
        "id": instance_of(role),
        "deletedDateTime": null,
        "description": named(json!(role.description)),
        "displayName": named(json!(role.name)),
        "roleTemplateId": named(json!(role.template_id)),
    })
}

fn group_object(group: &Group, is_named: bool) -> Value {
    let named = |text: Value| if is_named { text } else { Value::Null };
    let is_unified = group.mail_nickname.is_some();
    let kinds = [
        (is_unified, "Unified"),
        (group.membership_rule.is_some(), "DynamicMembership"),
    ];
    let kinds: Vec<&str> = kinds
        .iter()
        .filter(|(is, _)| *is)
        .map(|(_, kind)| *kind)
        .collect();
    let mail = group
        .mail_nickname
        .map(|name| format!("{name}@{}", TENANT.domain));
    json!({
        "@odata.type": "#microsoft.graph.group",
        "id": group.id,
        "deletedDateTime": null,
        "displayName": named(json!(group.name)),
        "description": named(json!(group.description)),
        "groupTypes": named(json!(kinds)),
        "mail": named(json!(mail)),
        "mailEnabled": named(json!(is_unified)),
        "mailNickname": named(json!(group.mail_nickname)),
        "securityEnabled": named(json!(!is_unified)),
        "membershipRule": named(json!(group.membership_rule)),
        "isAssignableToRole": null,
        "visibility": named(json!(is_unified.then_some("Private"))),
    })
}

fn assignment_object(user: &User, given: &AppAssignment) -> Value {
    json!({
        "id": given.id.as_simple().to_string(),
        "deletedDateTime": null,
        "appRoleId": given.role,
        "createdDateTime": stamp(given.at),
        "principalDisplayName": given.group.map_or(user.display_name.as_str(), |group| group.name),
        "principalId": given.group.map_or(user.id.0, |group| group.id),
        "principalType": if given.group.is_some() { "Group" } else { "User" },
        "resourceDisplayName": given.app_name,
        "resourceId": given.service_principal,
    })
}

/// The id of a role in this tenant; every tenant has its own for the same template.
fn instance_of(role: &DirectoryRole) -> Uuid {
    let mut bytes = role.template_id.into_bytes();
    for (byte, own) in bytes.iter_mut().zip(TENANT.id.0.as_bytes()) {
        *byte ^= own;
    }
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}
