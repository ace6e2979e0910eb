//! `crossTenantAccessPolicy`: the default, the partners, the clouds.
//!
//! The rule book judges by the inbound side. What a client writes of the outbound side and of direct connect is kept
//! and shown again.

mod wire;

use axum::http::{Method, StatusCode};
use serde_json::{Map, Value, json};
use usher_redemption::{CrossTenant, PartnerAccess, RedemptionOrder};

use self::wire::{
    DEFAULT, apply, check, in_force, inbound, merged, set_default, show_written, side, trust, written,
};
use super::{body, is_get, log_change, may_read, may_write};
use crate::{
    graph::{
        answer::{GraphAnswer, GraphError},
        guid,
        request::{GraphRequest, Version},
    },
    world::{ModifiedProperty, World, roles},
};

const READERS: &[&str] = &["Policy.Read.All", "Policy.ReadWrite.CrossTenantAccess"];
const SETTINGS: &[&str] = &[
    "automaticUserConsentSettings",
    "b2bCollaborationInbound",
    "b2bCollaborationOutbound",
    "b2bDirectConnectInbound",
    "b2bDirectConnectOutbound",
    "inboundTrust",
    "tenantRestrictions",
];
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
            "Policy.ReadWrite.CrossTenantAccess",
            &[roles::SECURITY_ADMINISTRATOR],
        )?;
    }
    match (request.method.as_str(), rest) {
        ("GET", []) => Ok(GraphAnswer::ok(&root(world, request))),
        ("PATCH", []) => patch_root(world, request),
        ("GET", ["default"]) => Ok(GraphAnswer::ok(&default(world, request))),
        ("PATCH", ["default"]) => patch_default(world, request),
        ("POST", ["default", "resetToSystemDefault"]) => Ok(reset_default(world, request)),
        ("GET", ["partners"]) => {
            let partners: Vec<Value> = world
                .policy
                .partners
                .iter()
                .map(|partner| partner_object(world, request.version, partner))
                .collect();
            let context = request.context("policies/crossTenantAccessPolicy/partners");
            Ok(GraphAnswer::ok(
                &json!({"@odata.context": context, "value": partners}),
            ))
        }
        ("POST", ["partners"]) => add_partner(world, request),
        ("GET", ["partners", id]) => {
            let mut shown = partner_object(world, request.version, find(world, id)?);
            shown["@odata.context"] =
                json!(request.context("policies/crossTenantAccessPolicy/partners/$entity"));
            Ok(GraphAnswer::ok(&shown))
        }
        ("PATCH", ["partners", id]) => patch_partner(world, request, id),
        ("DELETE", ["partners", id]) => delete_partner(world, request, id),
        _ => Err(GraphError::wrong_method()),
    }
}

fn root(world: &World, request: &GraphRequest) -> Value {
    let mut object = json!({
        "@odata.context": request.context("policies/crossTenantAccessPolicy/$entity"),
        "id": "5a4db0c5-c7a0-4c11-8e17-00000000c0de",
        "displayName": "CrossTenantAccessPolicy",
        "description": "Settings of the collaboration with other organisations.",
        "deletedDateTime": null,
    });
    if request.version == Version::V1 {
        object["allowedCloudEndpoints"] = json!(world.policy.cross_tenant.clouds_enabled);
    }
    object
}

fn patch_root(world: &mut World, request: &GraphRequest) -> Result<GraphAnswer, GraphError> {
    let wish = request.object()?;
    body::only_known(
        &wish,
        "crossTenantAccessPolicy",
        &["displayName", "allowedCloudEndpoints"],
    )?;
    if let Some(clouds) = body::read::<Vec<String>>(&wish, "allowedCloudEndpoints")? {
        let known = [
            "microsoftonline.com",
            "microsoftonline.us",
            "partner.microsoftonline.cn",
        ];
        if clouds.iter().any(|cloud| !known.contains(&cloud.as_str())) {
            return Err(body::invalid("allowedCloudEndpoints"));
        }
        let mut default = world.policy.cross_tenant.clone();
        let old = std::mem::replace(&mut default.clouds_enabled, clouds.clone());
        set_default(world, default);
        let change = ModifiedProperty::json("allowedCloudEndpoints", &old, &clouds);
        log(
            world,
            request,
            "Update the company default cross-tenant access setting",
            None,
            vec![change],
        );
    }
    Ok(GraphAnswer::no_content())
}

fn default(world: &World, request: &GraphRequest) -> Value {
    let settings = &world.policy.cross_tenant;
    let written = written(world, DEFAULT, settings);
    let untouched = written.is_empty() && world.policy.redemption_order == RedemptionOrder::default();
    let mut object = json!({
        "@odata.context": request.context("policies/crossTenantAccessPolicy/default"),
        "id": "5a4db0c5-c7a1-4c11-8e17-00000000c0de",
        "isServiceDefault": untouched,
        "inboundTrust": trust(settings),
        "b2bCollaborationInbound": inbound(settings),
        "b2bCollaborationOutbound": side("allowed"),
        "b2bDirectConnectInbound": side("blocked"),
        "b2bDirectConnectOutbound": side("blocked"),
        "invitationRedemptionIdentityProviderConfiguration": {
            "primaryIdentityProviderPrecedenceOrder": world.policy.redemption_order.primary,
            "fallbackIdentityProvider": world.policy.redemption_order.fallback,
        },
    });
    if request.version == Version::V1 {
        object["automaticUserConsentSettings"] =
            json!({"inboundAllowed": settings.auto_redeem_inbound, "outboundAllowed": false});
        object["tenantRestrictions"] = side("blocked");
        object["tenantRestrictions"]["devices"] = Value::Null;
    }
    show_written(&mut object, &written, settings, request.version);
    object
}

fn patch_default(world: &mut World, request: &GraphRequest) -> Result<GraphAnswer, GraphError> {
    let wish = request.object()?;
    let mut known = SETTINGS.to_vec();
    known.push("invitationRedemptionIdentityProviderConfiguration");
    body::only_known(&wish, "crossTenantAccessPolicyConfigurationDefault", &known)?;
    check(&wish)?;
    let mut settings = world.policy.cross_tenant.clone();
    apply(&mut settings, &wish)?;
    let written = merged(written(world, DEFAULT, &world.policy.cross_tenant), &wish);
    let mut order = world.policy.redemption_order.clone();
    if let Some(wish) =
        body::read::<Map<String, Value>>(&wish, "invitationRedemptionIdentityProviderConfiguration")?
    {
        order.primary = body::read(&wish, "primaryIdentityProviderPrecedenceOrder")?.unwrap_or(order.primary);
        order.fallback = body::read(&wish, "fallbackIdentityProvider")?.unwrap_or(order.fallback);
    }
    let before = default(world, request);
    set_default(world, settings);
    world.policy.redemption_order = order;
    world.settings.kept.insert(DEFAULT.to_owned(), written);
    let changes = body::changes(&before, &default(world, request));
    log(
        world,
        request,
        "Update the company default cross-tenant access setting",
        None,
        changes,
    );
    Ok(GraphAnswer::no_content())
}

fn reset_default(world: &mut World, request: &GraphRequest) -> GraphAnswer {
    let reset = CrossTenant {
        clouds_enabled: world.policy.cross_tenant.clouds_enabled.clone(),
        ..CrossTenant::default()
    };
    let before = default(world, request);
    set_default(world, reset);
    world.policy.redemption_order = RedemptionOrder::default();
    world.settings.kept.remove(DEFAULT);
    let changes = body::changes(&before, &default(world, request));
    log(
        world,
        request,
        "Reset the cross-tenant access default setting",
        None,
        changes,
    );
    GraphAnswer::no_content()
}

fn partner_object(world: &World, version: Version, partner: &PartnerAccess) -> Value {
    let mut object = json!({
        "tenantId": partner.tenant_id,
        "isServiceProvider": null,
        "inboundTrust": null,
        "b2bCollaborationInbound": null,
        "b2bCollaborationOutbound": null,
        "b2bDirectConnectInbound": null,
        "b2bDirectConnectOutbound": null,
    });
    if version == Version::V1 {
        object["isInMultiTenantOrganization"] = json!(false);
        object["automaticUserConsentSettings"] = json!({"inboundAllowed": null, "outboundAllowed": null});
        object["tenantRestrictions"] = Value::Null;
    }
    let written = written(world, &partner.tenant_id, &partner.settings);
    show_written(&mut object, &written, &partner.settings, version);
    object
}

fn find<'a>(world: &'a World, id: &str) -> Result<&'a PartnerAccess, GraphError> {
    let found = world
        .policy
        .partners
        .iter()
        .find(|partner| partner.tenant_id.eq_ignore_ascii_case(id));
    found.ok_or_else(|| GraphError::not_found(&id.chars().take(100).collect::<String>()))
}

fn add_partner(world: &mut World, request: &GraphRequest) -> Result<GraphAnswer, GraphError> {
    let wish = request.object()?;
    let mut known = SETTINGS.to_vec();
    known.extend(["tenantId", "isServiceProvider"]);
    body::only_known(&wish, "crossTenantAccessPolicyConfigurationPartner", &known)?;
    let tenant: String = body::need(&wish, "tenantId")?;
    let tenant = guid(&tenant)
        .ok_or_else(|| body::invalid("tenantId"))?
        .to_string();
    if find(world, &tenant).is_ok() {
        return Err(GraphError::new(
            StatusCode::CONFLICT,
            "Request_MultipleObjectsWithSameKeyValue",
            "A conflicting object with one or more of the specified property values is present in the directory.",
        ));
    }
    check(&wish)?;
    let written = merged(Map::new(), &wish);
    let settings = in_force(world, &written)?;
    let domains = world
        .partners()
        .iter()
        .filter(|partner| partner.tenant.is_some_and(|own| own.to_string() == tenant))
        .map(|partner| partner.domain.clone())
        .collect();
    world.policy.partners.push(PartnerAccess {
        tenant_id: tenant.clone(),
        domains,
        settings,
    });
    world.settings.kept.insert(tenant.clone(), written);
    let mut made = partner_object(world, request.version, find(world, &tenant)?);
    log(
        world,
        request,
        "Add a partner to cross-tenant access setting",
        Some(&tenant),
        body::changes(&Value::Null, &made),
    );
    made["@odata.context"] = json!(request.context("policies/crossTenantAccessPolicy/partners/$entity"));
    Ok(GraphAnswer::json(StatusCode::CREATED, &made))
}

fn patch_partner(world: &mut World, request: &GraphRequest, id: &str) -> Result<GraphAnswer, GraphError> {
    let wish = request.object()?;
    let mut known = SETTINGS.to_vec();
    known.push("isServiceProvider");
    body::only_known(&wish, "crossTenantAccessPolicyConfigurationPartner", &known)?;
    check(&wish)?;
    let mut partner = find(world, id)?.clone();
    let tenant = partner.tenant_id.clone();
    let written = merged(written(world, &tenant, &partner.settings), &wish);
    let settings = in_force(world, &written)?;
    let before = partner_object(world, request.version, &partner);
    partner.settings = settings;
    if let Some(own) = world
        .policy
        .partners
        .iter_mut()
        .find(|own| own.tenant_id == tenant)
    {
        *own = partner;
    }
    world.settings.kept.insert(tenant.clone(), written);
    let after = partner_object(world, request.version, find(world, &tenant)?);
    let changes = body::changes(&before, &after);
    log(
        world,
        request,
        "Update a partner cross-tenant access setting",
        Some(&tenant),
        changes,
    );
    Ok(GraphAnswer::no_content())
}

fn delete_partner(world: &mut World, request: &GraphRequest, id: &str) -> Result<GraphAnswer, GraphError> {
    let tenant = find(world, id)?.tenant_id.clone();
    world.policy.partners.retain(|own| own.tenant_id != tenant);
    world.settings.kept.remove(&tenant);
    log(
        world,
        request,
        "Delete partner specific cross-tenant access setting",
        Some(&tenant),
        Vec::new(),
    );
    Ok(GraphAnswer::no_content())
}

fn log(
    world: &mut World,
    request: &GraphRequest,
    activity: &'static str,
    tenant: Option<&str>,
    changes: Vec<ModifiedProperty>,
) {
    debug_assert_ne!(request.method, Method::GET);
    let name = tenant
        .and_then(|id| {
            world
                .partners()
                .iter()
                .find(|own| own.tenant.is_some_and(|tenant| tenant.to_string() == id))
        })
        .map_or_else(
            || tenant.unwrap_or("Default").to_owned(),
            |partner| partner.name.clone(),
        );
    let target = ("Policy", tenant, name.as_str());
    log_change(
        world,
        &request.actor(),
        "Core Directory",
        activity,
        "CrossTenantAccessSettings",
        target,
        changes,
    );
}
