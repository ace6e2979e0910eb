//! Delegated permission grants. A grant for everybody to the guests' application is the consent it was waiting for.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{body, is_get, log_change, may_read, may_write};
use crate::{
    graph::{
        answer::{GraphAnswer, GraphError},
        odata,
        request::GraphRequest,
    },
    world::{ModifiedProperty, PermissionGrant, World, id_for, roles},
};

const READERS: &[&str] = &[
    "Directory.Read.All",
    "DelegatedPermissionGrant.Read.All",
    "DelegatedPermissionGrant.ReadWrite.All",
];
/// Scopes of a grant, in characters (oauth2permissiongrant.md).
const LONGEST_SCOPE: usize = 3_850;

pub(super) fn answer(
    world: &mut World,
    request: &GraphRequest,
    rest: &[&str],
) -> Result<GraphAnswer, GraphError> {
    if is_get(request) {
        may_read(request, READERS)?;
    } else {
        may_write(
            request,
            "DelegatedPermissionGrant.ReadWrite.All",
            &[roles::SECURITY_ADMINISTRATOR],
        )?;
    }
    match (request.method.as_str(), rest) {
        ("GET", []) => {
            let filter = request.query.get("filter").map(odata::parse).transpose();
            let filter = filter.map_err(|_| GraphError::bad_request("Invalid filter clause."))?;
            let shown: Vec<Value> = all(world)
                .iter()
                .map(object)
                .filter(|own| filter.as_ref().is_none_or(|filter| odata::matches(filter, own)))
                .collect();
            let context = request.context("oauth2PermissionGrants");
            Ok(GraphAnswer::ok(
                &json!({"@odata.context": context, "value": shown}),
            ))
        }
        ("GET", [id]) => Ok(GraphAnswer::ok(&entity(request, &find(world, id)?))),
        ("POST", []) => create(world, request),
        ("PATCH", [id]) => patch(world, request, id),
        ("DELETE", [id]) => {
            let gone = find(world, id)?;
            world.settings.grants.retain(|own| own.id != gone.id);
            if is_app_consent(world, &gone) {
                world.policy.app.admin_consent_needed = true;
            }
            log(world, request, "Remove delegated permission grant", &gone);
            Ok(GraphAnswer::no_content())
        }
        _ => Err(GraphError::wrong_method()),
    }
}

/// The service principal of the application guests are sent to.
fn app_principal(world: &World) -> String {
    id_for("service principal", &world.policy.app.id).to_string()
}

/// The service principal of Microsoft Graph in this tenant.
fn graph_principal() -> String {
    id_for("service principal", "00000003-0000-0000-c000-000000000000").to_string()
}

fn is_app_consent(world: &World, grant: &PermissionGrant) -> bool {
    grant.consent_type == "AllPrincipals" && grant.client == app_principal(world)
}

/// The grants that were made, and the one the application has by the policy.
fn all(world: &World) -> Vec<PermissionGrant> {
    let mut all = world.settings.grants.clone();
    let consented = all.iter().any(|own| is_app_consent(world, own));
    if !world.policy.app.admin_consent_needed && !consented {
        all.push(PermissionGrant {
            id: id_for("grant", &world.policy.app.id).simple().to_string(),
            client: app_principal(world),
            consent_type: "AllPrincipals".to_owned(),
            principal: None,
            resource: graph_principal(),
            scope: "openid profile User.Read".to_owned(),
        });
    }
    all
}

fn object(own: &PermissionGrant) -> Value {
    json!({
        "id": own.id,
        "clientId": own.client,
        "consentType": own.consent_type,
        "principalId": own.principal,
        "resourceId": own.resource,
        "scope": own.scope,
    })
}

fn create(world: &mut World, request: &GraphRequest) -> Result<GraphAnswer, GraphError> {
    let wish = request.object()?;
    let known = [
        "clientId",
        "consentType",
        "principalId",
        "resourceId",
        "scope",
        "startTime",
        "expiryTime",
    ];
    body::only_known(&wish, "oAuth2PermissionGrant", &known)?;
    let made = PermissionGrant {
        id: world.fresh_token(43),
        client: body::need(&wish, "clientId")?,
        consent_type: body::need(&wish, "consentType")?,
        principal: body::read(&wish, "principalId")?,
        resource: body::need(&wish, "resourceId")?,
        scope: body::read(&wish, "scope")?.unwrap_or_default(),
    };
    match (made.consent_type.as_str(), &made.principal) {
        ("AllPrincipals", None) | ("Principal", Some(_)) => {}
        ("AllPrincipals" | "Principal", _) => return Err(body::invalid("principalId")),
        _ => return Err(body::invalid("consentType")),
    }
    if made.scope.len() > LONGEST_SCOPE {
        return Err(body::invalid("scope"));
    }
    if is_app_consent(world, &made) {
        world.policy.app.admin_consent_needed = false;
    }
    world.settings.grants.push(made.clone());
    log(world, request, "Add delegated permission grant", &made);
    Ok(GraphAnswer::json(StatusCode::CREATED, &entity(request, &made)))
}

/// Only the scope of a grant can be changed.
fn patch(world: &mut World, request: &GraphRequest, id: &str) -> Result<GraphAnswer, GraphError> {
    let wish = request.object()?;
    body::only_known(&wish, "oAuth2PermissionGrant", &["scope"])?;
    let mut own = find(world, id)?;
    own.scope = body::need(&wish, "scope")?;
    if own.scope.len() > LONGEST_SCOPE {
        return Err(body::invalid("scope"));
    }
    // A grant that came with the policy becomes one that was made.
    world.settings.grants.retain(|grant| grant.id != own.id);
    world.settings.grants.push(own.clone());
    log(world, request, "Add delegated permission grant", &own);
    Ok(GraphAnswer::no_content())
}

/// `/users/{id}/oauth2PermissionGrants`: what was granted for this user alone.
pub(super) fn grants_of(world: &World, request: &GraphRequest, id: &str) -> Result<GraphAnswer, GraphError> {
    may_read(request, READERS)?;
    let user = super::find_user(world, id)?.id.to_string();
    let all = all(world);
    let own = all.iter().filter(|own| own.principal.as_ref() == Some(&user));
    let shown: Vec<Value> = own.map(object).collect();
    let context = request.context("oauth2PermissionGrants");
    Ok(GraphAnswer::ok(
        &json!({"@odata.context": context, "value": shown}),
    ))
}

fn find(world: &World, id: &str) -> Result<PermissionGrant, GraphError> {
    let found = all(world).into_iter().find(|own| own.id == id);
    found.ok_or_else(|| GraphError::not_found(&id.chars().take(100).collect::<String>()))
}

fn entity(request: &GraphRequest, own: &PermissionGrant) -> Value {
    let mut shown = object(own);
    shown["@odata.context"] = json!(request.context("oauth2PermissionGrants/$entity"));
    shown
}

fn log(world: &mut World, request: &GraphRequest, activity: &'static str, own: &PermissionGrant) {
    let change = ModifiedProperty::json("DelegatedPermissionGrant.Scope", &[] as &[&str], &[&own.scope]);
    let target = ("ServicePrincipal", Some(own.resource.as_str()), "Microsoft Graph");
    log_change(
        world,
        &request.actor(),
        "Core Directory",
        activity,
        "ApplicationManagement",
        target,
        vec![change],
    );
}
