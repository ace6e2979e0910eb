//! `crossTenantAccessPolicy`: the default, the partners, the clouds.
//!
//! The rule book judges by the inbound side. What a client writes of the outbound side and of direct connect is kept
//! and shown again.

use axum::http::{Method, StatusCode};
use serde_json::{Map, Value, json};
use usher_redemption::{Access, CrossTenant, PartnerAccess, RedemptionOrder};

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
const KEPT: &[&str] = &[
    "b2bCollaborationOutbound",
    "b2bDirectConnectInbound",
    "b2bDirectConnectOutbound",
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
        let old = std::mem::replace(&mut world.policy.cross_tenant.clouds_enabled, clouds.clone());
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

/// Who may come, and to what: the inbound side as the wire has it.
fn inbound(settings: &CrossTenant) -> Value {
    let access = |blocked: bool| if blocked { "blocked" } else { "allowed" };
    let everybody = settings.inbound_b2b == Access::Block;
    let (app_access, apps): (&str, Vec<Value>) = if everybody || settings.blocked_apps.is_empty() {
        (
            access(everybody),
            vec![json!({"target": "AllApplications", "targetType": "application"})],
        )
    } else {
        let apps = settings.blocked_apps.iter();
        (
            "blocked",
            apps.map(|app| json!({"target": app, "targetType": "application"}))
                .collect(),
        )
    };
    json!({
        "usersAndGroups": {
            "accessType": access(everybody),
            "targets": [{"target": "AllUsers", "targetType": "user"}],
        },
        "applications": {"accessType": app_access, "targets": apps},
    })
}

fn side(access: &str) -> Value {
    json!({
        "usersAndGroups": {"accessType": access, "targets": [{"target": "AllUsers", "targetType": "user"}]},
        "applications": {"accessType": access, "targets": [{"target": "AllApplications", "targetType": "application"}]},
    })
}

fn trust(settings: &CrossTenant) -> Value {
    json!({
        "isMfaAccepted": settings.trust_mfa,
        "isCompliantDeviceAccepted": settings.trust_compliant_device,
        "isHybridAzureADJoinedDeviceAccepted": settings.trust_hybrid_joined,
    })
}

fn with_kept(world: &World, key: &str, object: &mut Value) {
    if let (Some(kept), Some(members)) = (world.settings.kept.get(key), object.as_object_mut()) {
        members.extend(kept.clone());
    }
}

fn default(world: &World, request: &GraphRequest) -> Value {
    let settings = &world.policy.cross_tenant;
    let untouched = *settings == CrossTenant::default()
        && world.policy.redemption_order == RedemptionOrder::default()
        && !world.settings.kept.contains_key("default");
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
    }
    with_kept(world, "default", &mut object);
    object
}

fn patch_default(world: &mut World, request: &GraphRequest) -> Result<GraphAnswer, GraphError> {
    let wish = request.object()?;
    let mut known = SETTINGS.to_vec();
    known.push("invitationRedemptionIdentityProviderConfiguration");
    body::only_known(&wish, "crossTenantAccessPolicyConfigurationDefault", &known)?;
    let mut settings = world.policy.cross_tenant.clone();
    apply(&mut settings, &wish)?;
    let mut order = world.policy.redemption_order.clone();
    if let Some(wish) =
        body::read::<Map<String, Value>>(&wish, "invitationRedemptionIdentityProviderConfiguration")?
    {
        order.primary = body::read(&wish, "primaryIdentityProviderPrecedenceOrder")?.unwrap_or(order.primary);
        order.fallback = body::read(&wish, "fallbackIdentityProvider")?.unwrap_or(order.fallback);
    }
    let mut changes = changes(&world.policy.cross_tenant, &settings);
    if order != world.policy.redemption_order {
        let (old, new) = (body::word(&world.policy.redemption_order), body::word(&order));
        changes.push(ModifiedProperty::json(
            "invitationRedemptionIdentityProviderConfiguration",
            &[old],
            &[new],
        ));
    }
    world.policy.cross_tenant = settings;
    world.policy.redemption_order = order;
    keep(world, "default", &wish);
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
    let changes = changes(&world.policy.cross_tenant, &CrossTenant::default());
    world.policy.cross_tenant = CrossTenant::default();
    world.policy.redemption_order = RedemptionOrder::default();
    world.settings.kept.remove("default");
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
    let settings = &partner.settings;
    let mut object = json!({
        "tenantId": partner.tenant_id,
        "isServiceProvider": null,
        "inboundTrust": trust(settings),
        "b2bCollaborationInbound": inbound(settings),
        "b2bCollaborationOutbound": null,
        "b2bDirectConnectInbound": null,
        "b2bDirectConnectOutbound": null,
    });
    if version == Version::V1 {
        object["isInMultiTenantOrganization"] = json!(false);
        object["automaticUserConsentSettings"] =
            json!({"inboundAllowed": settings.auto_redeem_inbound, "outboundAllowed": null});
        object["tenantRestrictions"] = Value::Null;
    }
    with_kept(world, &partner.tenant_id, &mut object);
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
    // A partner inherits what it does not say from the default.
    let mut settings = world.policy.cross_tenant.clone();
    apply(&mut settings, &wish)?;
    let domains = world
        .partners()
        .iter()
        .filter(|partner| partner.tenant.is_some_and(|own| own.to_string() == tenant))
        .map(|partner| partner.domain.clone())
        .collect();
    let changes = changes(&CrossTenant::default(), &settings);
    world.policy.partners.push(PartnerAccess {
        tenant_id: tenant.clone(),
        domains,
        settings,
    });
    keep(world, &tenant, &wish);
    log(
        world,
        request,
        "Add a partner to cross-tenant access setting",
        Some(&tenant),
        changes,
    );
    let mut made = partner_object(world, request.version, find(world, &tenant)?);
    made["@odata.context"] = json!(request.context("policies/crossTenantAccessPolicy/partners/$entity"));
    Ok(GraphAnswer::json(StatusCode::CREATED, &made))
}

fn patch_partner(world: &mut World, request: &GraphRequest, id: &str) -> Result<GraphAnswer, GraphError> {
    let wish = request.object()?;
    let mut known = SETTINGS.to_vec();
    known.push("isServiceProvider");
    body::only_known(&wish, "crossTenantAccessPolicyConfigurationPartner", &known)?;
    let mut partner = find(world, id)?.clone();
    let before = partner.settings.clone();
    apply(&mut partner.settings, &wish)?;
    let tenant = partner.tenant_id.clone();
    let changes = changes(&before, &partner.settings);
    if let Some(own) = world
        .policy
        .partners
        .iter_mut()
        .find(|own| own.tenant_id == tenant)
    {
        *own = partner;
    }
    keep(world, &tenant, &wish);
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

/// Takes over what the body says of the inbound side; null inherits, which here is: allow, trust nothing.
fn apply(settings: &mut CrossTenant, wish: &Map<String, Value>) -> Result<(), GraphError> {
    if let Some(trust) = body::read::<Map<String, Value>>(wish, "inboundTrust")? {
        let flag = |name: &str, old: bool| body::read(&trust, name).map(|new| new.unwrap_or(old));
        settings.trust_mfa = flag("isMfaAccepted", settings.trust_mfa)?;
        settings.trust_compliant_device = flag("isCompliantDeviceAccepted", settings.trust_compliant_device)?;
        settings.trust_hybrid_joined = flag(
            "isHybridAzureADJoinedDeviceAccepted",
            settings.trust_hybrid_joined,
        )?;
    }
    if let Some(consent) = body::read::<Map<String, Value>>(wish, "automaticUserConsentSettings")? {
        let inbound = body::read(&consent, "inboundAllowed")?;
        settings.auto_redeem_inbound = inbound.unwrap_or(settings.auto_redeem_inbound);
    }
    if let Some(inbound) = body::read::<Map<String, Value>>(wish, "b2bCollaborationInbound")? {
        let users = target(&inbound, "usersAndGroups")?;
        let apps = target(&inbound, "applications")?;
        if let Some((access, _)) = users {
            settings.inbound_b2b = access;
        }
        if let Some((access, targets)) = apps {
            let all = targets.iter().any(|own| own == CrossTenant::ALL_APPS);
            // Whoever blocks everybody has to block every application as well.
            if settings.inbound_b2b == Access::Block && !(access == Access::Block && all) {
                return Err(GraphError::plain_bad_request(
                    "Blocking all users requires blocking all applications.",
                ));
            }
            let blocks = access == Access::Block && settings.inbound_b2b == Access::Allow;
            settings.blocked_apps = if blocks { targets } else { Vec::new() };
        }
    }
    Ok(())
}

fn target(inbound: &Map<String, Value>, name: &str) -> Result<Option<(Access, Vec<String>)>, GraphError> {
    let Some(object) = body::read::<Map<String, Value>>(inbound, name)? else {
        return Ok(None);
    };
    let access = match body::need::<String>(&object, "accessType")?.as_str() {
        "allowed" => Access::Allow,
        "blocked" => Access::Block,
        _ => return Err(body::invalid("accessType")),
    };
    let targets: Vec<Map<String, Value>> = body::read(&object, "targets")?.unwrap_or_default();
    let targets = targets
        .iter()
        .map(|own| body::need(own, "target"))
        .collect::<Result<_, _>>()?;
    Ok(Some((access, targets)))
}

fn keep(world: &mut World, key: &str, wish: &Map<String, Value>) {
    let kept = wish.iter().filter(|(name, _)| KEPT.contains(&name.as_str()));
    let kept: Map<String, Value> = kept.map(|(name, value)| (name.clone(), value.clone())).collect();
    if !kept.is_empty() {
        world
            .settings
            .kept
            .entry(key.to_owned())
            .or_default()
            .extend(kept);
    }
}

fn changes(old: &CrossTenant, new: &CrossTenant) -> Vec<ModifiedProperty> {
    let mut changes = Vec::new();
    for (name, was, is) in [
        ("inboundTrust", trust(old), trust(new)),
        ("b2bCollaborationInbound", inbound(old), inbound(new)),
        (
            "automaticUserConsentSettings",
            json!(old.auto_redeem_inbound),
            json!(new.auto_redeem_inbound),
        ),
    ] {
        if was != is {
            changes.push(ModifiedProperty::json(name, &[was], &[is]));
        }
    }
    changes
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
