//! `authorizationPolicy`: who may invite, and what guests may see.

use axum::http::Method;
use serde_json::{Value, json};
use usher_redemption::AllowInvitesFrom;
use uuid::Uuid;

use super::{body, is_get, log_change, may_write, rights};
use crate::{
    graph::{
        answer::{GraphAnswer, GraphError},
        request::{GraphRequest, Version},
    },
    world::{ModifiedProperty, World, roles},
};

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
    let names: Vec<&str> = known
        .as_object()
        .map(|own| own.keys().map(String::as_str).collect())
        .unwrap_or_default();
    body::only_known(&wish, "authorizationPolicy", &names)?;
    let from: Option<AllowInvitesFrom> = body::read(&wish, "allowInvitesFrom")?;
    let guests: Option<Uuid> = body::read(&wish, "guestUserRoleId")?;
    let actor = request.actor();
    if let Some(from) = from {
        let old = std::mem::replace(&mut world.policy.allow_invites_from, from);
        let change = ModifiedProperty::json("AllowInvitesFrom", &[old], &[from]);
        log(world, &actor, change);
    }
    if let Some(guests) = guests {
        let old = std::mem::replace(&mut world.settings.guest_user_role, guests);
        log(
            world,
            &actor,
            ModifiedProperty::json("GuestUserRoleId", &[old], &[guests]),
        );
    }
    Ok(GraphAnswer::no_content())
}

/// Every member of the tenant may read it, given the permission.
fn may_see(request: &GraphRequest) -> Result<(), GraphError> {
    rights::needs_any(request, &["Policy.Read.All", "Policy.ReadWrite.Authorization"])
}

fn log(world: &mut World, actor: &crate::world::Actor, change: ModifiedProperty) {
    log_change(
        world,
        actor,
        "Core Directory",
        "Update authorization policy",
        "AuthorizationPolicy",
        ("Policy", Some("authorizationPolicy"), "Authorization Policy"),
        vec![change],
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
    object
}
