//! The settings that shape redemption: reading and changing them, with the audit rows of each change.

mod access;
mod authorization;
mod b2b;
mod body;
mod consent;
mod cross_tenant;
mod lookup;
mod methods;
mod providers;
mod terms;

use axum::http::Method;

use super::{
    access as rights,
    answer::{GraphAnswer, GraphError},
    guid,
    request::{GraphRequest, Version},
};
use crate::{
    login::PrincipalKind,
    world::{Actor, AuditTarget, DirectoryRole, ModifiedProperty, NewAudit, User, UserId, World, roles},
};

/// Answers what lies under a path of settings; none where the path is none of those.
pub(super) fn route(
    world: &mut World,
    request: &GraphRequest,
    segments: &[&str],
) -> Option<Result<GraphAnswer, GraphError>> {
    let answer = answer(world, request, segments)?;
    Some(answer.and_then(|answer| {
        if is_get(request) {
            body::shaped(request, answer)
        } else {
            Ok(answer)
        }
    }))
}

fn answer(
    world: &mut World,
    request: &GraphRequest,
    segments: &[&str],
) -> Option<Result<GraphAnswer, GraphError>> {
    world.settle_settings();
    let beta = request.version == Version::Beta;
    Some(match segments {
        ["policies", "authorizationPolicy"] => authorization::answer(world, request),
        ["policies", "authorizationPolicy", "authorizationPolicy"] if beta => {
            authorization::answer_one(world, request)
        }
        ["policies", "crossTenantAccessPolicy", rest @ ..] => cross_tenant::answer(world, request, rest),
        ["policies", "b2bManagementPolicies", rest @ ..] if beta => b2b::answer(world, request, rest),
        [
            "policies",
            "authenticationMethodsPolicy",
            "authenticationMethodConfigurations",
            method,
        ] if method.eq_ignore_ascii_case("email") => methods::answer(world, request),
        ["identity", "conditionalAccess", "policies", rest @ ..] => access::answer(world, request, rest),
        ["identity", "conditionalAccess", "namedLocations", rest @ ..] => {
            access::answer_locations(world, request, rest)
        }
        ["identityGovernance", "termsOfUse", "agreements", rest @ ..] | ["agreements", rest @ ..] => {
            terms::answer(world, request, rest)
        }
        ["users", id, "oauth2PermissionGrants"] if is_get(request) => consent::grants_of(world, request, id),
        ["users", id, "agreementAcceptances"] if is_get(request) => terms::acceptances_of(world, request, id),
        ["identity", "identityProviders", rest @ ..] => providers::answer(world, request, rest),
        ["directory", "federationConfigurations", rest @ ..] => {
            providers::answer_federations(world, request, rest)
        }
        ["oauth2PermissionGrants", rest @ ..] => consent::answer(world, request, rest),
        ["tenantRelationships", function] => lookup::answer(world, request, function),
        ["domains"] => lookup::domains(request),
        _ => return None,
    })
}

/// A user by id or user principal name.
fn find_user<'a>(world: &'a World, id: &str) -> Result<&'a User, GraphError> {
    guid(id)
        .and_then(|id| world.user(UserId(id)))
        .or_else(|| world.user_by_upn(id))
        .filter(|user| user.deleted.is_none())
        .ok_or_else(|| GraphError::not_found(&id.chars().take(100).collect::<String>()))
}

/// May the caller read settings? One of the permissions, and for people a role that reads.
fn may_read(request: &GraphRequest, permissions: &[&str]) -> Result<(), GraphError> {
    rights::needs_any(request, permissions)?;
    rights::needs_role(
        request,
        &[
            roles::GLOBAL_ADMINISTRATOR,
            roles::GLOBAL_READER,
            roles::SECURITY_READER,
            roles::SECURITY_ADMINISTRATOR,
            roles::CONDITIONAL_ACCESS_ADMINISTRATOR,
            roles::USER_ADMINISTRATOR,
        ],
    )
}

/// May the caller change settings? The permission, and for people a role that writes.
fn may_write(request: &GraphRequest, permission: &str, writers: &[DirectoryRole]) -> Result<(), GraphError> {
    rights::needs_any(request, &[permission])?;
    let mut any = vec![roles::GLOBAL_ADMINISTRATOR];
    any.extend_from_slice(writers);
    rights::needs_role(request, &any)
}

/// 403 for applications, as where Graph knows delegated permissions only.
fn delegated_only(request: &GraphRequest) -> Result<(), GraphError> {
    match request.caller.kind {
        PrincipalKind::User => Ok(()),
        PrincipalKind::App => Err(GraphError::forbidden()),
    }
}

/// Whether the request reads; another verb than the ones a resource has is 405.
fn is_get(request: &GraphRequest) -> bool {
    request.method == Method::GET
}

/// Writes the row of a change, one property old and new.
fn log_change(
    world: &mut World,
    actor: &Actor,
    service: &'static str,
    activity: &'static str,
    category: &'static str,
    target: (&str, Option<&str>, &str),
    changes: Vec<ModifiedProperty>,
) {
    let operation = match activity.split(' ').next() {
        Some("Add" | "Create") => "Add",
        Some("Delete" | "Remove") => "Delete",
        _ => "Update",
    };
    let (kind, id, name) = target;
    let at = world.now();
    world.append_audit(
        NewAudit::new(service, activity, operation, at, actor.clone())
            .category(category)
            .target(AuditTarget::other(kind, id, name).with(changes)),
    );
}
