//! Looking up other tenants, and the own domains.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{is_get, rights};
use crate::{
    graph::{
        answer::{GraphAnswer, GraphError},
        request::GraphRequest,
    },
    world::{TENANT, World},
};

/// `findTenantInformationByDomainName(domainName='…')` and `…ByTenantId(tenantId='…')`.
pub(super) fn answer(
    world: &World,
    request: &GraphRequest,
    function: &str,
) -> Result<GraphAnswer, GraphError> {
    if !is_get(request) {
        return Err(GraphError::wrong_method());
    }
    rights::needs_any(request, &["CrossTenantInformation.ReadBasic.All"])?;
    let argument = |name: &str, parameter: &str| {
        function
            .strip_prefix(name)?
            .strip_prefix('(')?
            .strip_suffix(')')?
            .strip_prefix(parameter)?
            .strip_prefix("='")?
            .strip_suffix('\'')
    };
    let by_domain = argument("findTenantInformationByDomainName", "domainName");
    let by_id = argument("findTenantInformationByTenantId", "tenantId");
    let found: Option<(String, String, String)> = match (by_domain, by_id) {
        (Some(domain), _) => tenant_of_domain(world, domain),
        (None, Some(id)) => tenant_by_id(world, id),
        (None, None) => return Err(GraphError::no_such_segment("tenantRelationships")),
    };
    let (id, name, domain) = found.ok_or_else(|| {
        GraphError::new(
            StatusCode::NOT_FOUND,
            "Request_ResourceNotFound",
            "Directory not found.",
        )
    })?;
    Ok(GraphAnswer::ok(&json!({
        "@odata.context": request.context("microsoft.graph.tenantInformation"),
        "tenantId": id,
        "federationBrandName": null,
        "displayName": name,
        "defaultDomainName": domain,
    })))
}

fn own(domain: &str) -> bool {
    [TENANT.domain, TENANT.initial_domain]
        .iter()
        .any(|own| own.eq_ignore_ascii_case(domain))
}

fn ours() -> (String, String, String) {
    (
        TENANT.id.to_string(),
        TENANT.name.to_owned(),
        TENANT.domain.to_owned(),
    )
}

/// The tenant a domain belongs to: ours, a partner's, or one that somebody who was set up says to be at home in.
fn tenant_of_domain(world: &World, domain: &str) -> Option<(String, String, String)> {
    if own(domain) {
        return Some(ours());
    }
    if let Some(partner) = world
        .partners()
        .iter()
        .find(|partner| partner.domain.eq_ignore_ascii_case(domain))
    {
        let tenant = partner.tenant?;
        return Some((tenant.to_string(), partner.name.clone(), partner.domain.clone()));
    }
    let home = world.home_tenant_of_domain(domain)?;
    let name = domain.split('.').next().unwrap_or(domain).to_owned();
    Some((home, name, domain.to_lowercase()))
}

fn tenant_by_id(world: &World, id: &str) -> Option<(String, String, String)> {
    if TENANT.id.to_string().eq_ignore_ascii_case(id) {
        return Some(ours());
    }
    let partner = world.partners().iter().find(|own| {
        own.tenant
            .is_some_and(|own| own.to_string().eq_ignore_ascii_case(id))
    })?;
    Some((
        partner.tenant?.to_string(),
        partner.name.clone(),
        partner.domain.clone(),
    ))
}

/// `/domains`.
pub(super) fn domains(request: &GraphRequest) -> Result<GraphAnswer, GraphError> {
    if !is_get(request) {
        return Err(GraphError::wrong_method());
    }
    rights::needs_any(request, &["Domain.Read.All", "Directory.Read.All"])?;
    let shown: Vec<Value> = [(TENANT.domain, true, false), (TENANT.initial_domain, false, true)]
        .iter()
        .map(|(name, is_default, is_initial)| {
            json!({
                "id": name,
                "authenticationType": "Managed",
                "availabilityStatus": null,
                "isAdminManaged": true,
                "isDefault": is_default,
                "isInitial": is_initial,
                "isRoot": true,
                "isVerified": true,
                "passwordNotificationWindowInDays": null,
                "passwordValidityPeriodInDays": null,
                "state": null,
                "supportedServices": ["Email", "OfficeCommunicationsOnline"],
            })
        })
        .collect();
    Ok(GraphAnswer::ok(
        &json!({"@odata.context": request.context("domains"), "value": shown}),
    ))
}
