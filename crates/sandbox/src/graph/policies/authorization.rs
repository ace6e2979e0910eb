//! `authorizationPolicy`: who may invite, and what guests may see.

use axum::http::Method;
use serde_json::{Value, json};
use usher_redemption::AllowInvitesFrom;
use uuid::{Uuid, uuid};

use super::{body, is_get, log_change, may_write, rights};
use crate::{
    graph::{
        answer::{GraphAnswer, GraphError},
        request::{GraphRequest, Version},
    },
    world::{ModifiedProperty, World, roles},
};

/// Its key among what clients wrote.
const KEY: &str = "authorizationPolicy";
/// Members with a place of their own.
const JUDGED: [&str; 3] = ["allowInvitesFrom", "guestUserRoleId", "id"];
/// The roles guests may have: as members, as guests, restricted (authorizationpolicy.md).
const GUEST_ROLES: [Uuid; 3] = [
    uuid!("a0b1b346-4d3e-4e8b-98f8-753987be4970"),
    uuid!("10dae51f-b6af-4016-8d66-8c2a99b929b3"),
    uuid!("2af84b1e-32c8-42b7-82bc-daa82404023b"),
];

/// v1.0: the one object. Beta: a collection of one.
pub(super) fn answer(world: &mut World, request: &GraphRequest) -> Result<GraphAnswer, GraphError> {
    if request.version == Version::V1 {
        return answer_one(world, request);
    }
    if !is_get(request) {
        return Err(GraphError::wrong_method());
    }
    may_see(request)?;
    Ok(GraphAnswer::ok(&json!({
        "@odata.context": request.context("policies/authorizationPolicy"),
        "value": [object(world, request.version)],
    })))
}

/// The object itself.
pub(super) fn answer_one(world: &mut World, request: &GraphRequest) -> Result<GraphAnswer, GraphError> {
    if is_get(request) {
        may_see(request)?;
        let mut shown = object(world, request.version);
        shown["@odata.context"] = json!(request.context("policies/authorizationPolicy/$entity"));
        return Ok(GraphAnswer::ok(&shown));
    }
    if request.method != Method::PATCH {
        return Err(GraphError::wrong_method());
    }
    may_write(
        request,
        "Policy.ReadWrite.Authorization",
        &[roles::SECURITY_ADMINISTRATOR],
    )?;
    let wish = request.object()?;
    let known = object(world, request.version);
    body::only_known(&wish, "authorizationPolicy", &body::names(&known))?;
    let from: Option<AllowInvitesFrom> = body::read(&wish, "allowInvitesFrom")?;
    let guests: Option<Uuid> = body::read(&wish, "guestUserRoleId")?;
    if guests.is_some_and(|role| !GUEST_ROLES.contains(&role)) {
        return Err(body::invalid("guestUserRoleId"));
    }
    let written = body::same_kinds(&known, &wish)?;
    if let Some(from) = from {
        world.policy.allow_invites_from = from;
    }
    if let Some(guests) = guests {
        world.settings.guest_user_role = guests;
    }
    world.settings.keep(
        KEY,
        written
            .into_iter()
            .filter(|(name, _)| !JUDGED.contains(&name.as_str())),
    );
    let shown = object(world, request.version);
    log(world, &request.actor(), body::changes(&known, &shown));
    Ok(GraphAnswer::no_content())
}

/// Every member of the tenant may read it, given the permission.
fn may_see(request: &GraphRequest) -> Result<(), GraphError> {
    rights::needs_any(request, &["Policy.Read.All", "Policy.ReadWrite.Authorization"])
}

fn log(world: &mut World, actor: &crate::world::Actor, changes: Vec<ModifiedProperty>) {
    log_change(
        world,
        actor,
        "Core Directory",
        "Update authorization policy",
        "AuthorizationPolicy",
        ("Policy", Some("authorizationPolicy"), "Authorization Policy"),
        changes,
    );
}

fn object(world: &World, version: Version) -> Value {
    let mut object = json!({
        "id": "authorizationPolicy",
        "deletedDateTime": null,
        "displayName": "Authorization Policy",
        "description": "Used to manage authorization related settings across the company.",
        "allowedToSignUpEmailBasedSubscriptions": true,
        "allowedToUseSSPR": true,
        "allowEmailVerifiedUsersToJoinOrganization": false,
        "allowInvitesFrom": world.policy.allow_invites_from,
        "blockMsolPowerShell": false,
        "guestUserRoleId": world.settings.guest_user_role,
        "defaultUserRolePermissions": {
            "allowedToCreateApps": true,
            "allowedToCreateSecurityGroups": true,
            "allowedToCreateTenants": false,
            "allowedToReadBitlockerKeysForOwnedDevice": true,
            "allowedToReadOtherUsers": true,
        },
    });
    if version == Version::V1 {
        object["allowUserConsentForRiskyApps"] = Value::Null;
        object["defaultUserRolePermissions"]["permissionGrantPoliciesAssigned"] =
            json!(["ManagePermissionGrantsForSelf.microsoft-user-default-low"]);
    }
    body::show(&mut object, world.settings.kept(KEY));
    object
}
