//! Who may do what: scopes of the token, and for people the directory role as well.

use axum::http::StatusCode;

use super::{answer::GraphError, request::GraphRequest};
use crate::{
    login::PrincipalKind,
    world::{DirectoryRole, World, roles},
};

/// May the caller read users with all their properties?
pub(super) fn read_users(request: &GraphRequest) -> Result<(), GraphError> {
    needs_any(
        request,
        &[
            "User.Read.All",
            "User.ReadWrite.All",
            "Directory.Read.All",
            "Directory.ReadWrite.All",
        ],
    )
}

/// May the caller change users in general? Deleting and blocking have narrower permissions of their own.
pub(super) fn write_users(request: &GraphRequest, narrower: &[&str]) -> Result<(), GraphError> {
    let mut permissions = vec!["User.ReadWrite.All"];
    permissions.extend(narrower);
    needs_any(request, &permissions)?;
    needs_role(request, &[roles::GLOBAL_ADMINISTRATOR, roles::USER_ADMINISTRATOR])
}

/// May the caller see when users signed in? The two 403 are told apart by code.
pub(super) fn read_sign_in_activity(world: &World, request: &GraphRequest) -> Result<(), GraphError> {
    read_log(world, request, Log::SignIns)
}

/// The logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Log {
    Audits,
    SignIns,
}

/// May the caller read this log?
pub(super) fn read_log(world: &World, request: &GraphRequest, log: Log) -> Result<(), GraphError> {
    if log == Log::SignIns && !is_premium(world) {
        return Err(GraphError::new(
            StatusCode::FORBIDDEN,
            "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
            "Neither tenant is B2C or tenant doesn't have premium license",
        ));
    }
    if !request.caller.may("AuditLog.Read.All") {
        return Err(GraphError::new(
            StatusCode::FORBIDDEN,
            "Authentication_MSGraphPermissionMissing",
            "Calling principal does not have required MSGraph permissions AuditLog.Read.All",
        ));
    }
    let readers = [
        roles::GLOBAL_ADMINISTRATOR,
        roles::GLOBAL_READER,
        roles::REPORTS_READER,
        roles::SECURITY_READER,
        roles::SECURITY_ADMINISTRATOR,
    ];
    if request.caller.kind == PrincipalKind::User && !has_role(request, &readers) {
        return Err(GraphError::new(
            StatusCode::FORBIDDEN,
            "Authentication_RequestFromUnsupportedUserRole",
            "User is not in the allowed roles",
        ));
    }
    Ok(())
}

/// Whether the tenant has Entra ID P1 or P2; without it the logs live 7 days and sign-ins cannot be read.
pub(super) fn is_premium(world: &World) -> bool {
    world.retention_days > 7
}

/// Whether the caller sees the policies applied to a sign-in; without the right the member is left out silently.
pub(super) fn sees_applied_policies(request: &GraphRequest) -> bool {
    let permitted = [
        "Policy.Read.All",
        "Policy.Read.ConditionalAccess",
        "Policy.ReadWrite.ConditionalAccess",
    ]
    .iter()
    .any(|permission| request.caller.may(permission));
    let readers = [
        roles::GLOBAL_ADMINISTRATOR,
        roles::GLOBAL_READER,
        roles::SECURITY_ADMINISTRATOR,
        roles::SECURITY_READER,
        roles::CONDITIONAL_ACCESS_ADMINISTRATOR,
    ];
    permitted && (request.caller.kind == PrincipalKind::App || has_role(request, &readers))
}

/// Whether the person holds one of the roles.
pub(super) fn has_role(request: &GraphRequest, any: &[DirectoryRole]) -> bool {
    any.iter().any(|role| {
        request
            .caller
            .role_template_ids
            .contains(&role.template_id.to_string())
    })
}

/// 403 unless the token has one of the permissions.
pub(super) fn needs_any(request: &GraphRequest, permissions: &[&str]) -> Result<(), GraphError> {
    if permissions
        .iter()
        .any(|permission| request.caller.may(permission))
    {
        Ok(())
    } else {
        Err(GraphError::forbidden())
    }
}

/// 403 unless the person holds one of the roles; applications act by their permissions alone.
pub(super) fn needs_role(request: &GraphRequest, any: &[DirectoryRole]) -> Result<(), GraphError> {
    if request.caller.kind == PrincipalKind::App || has_role(request, any) {
        Ok(())
    } else {
        Err(GraphError::forbidden())
    }
}
