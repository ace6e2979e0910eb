//! Cross-tenant settings between the wire and the rule book.
//!
//! The rule book knows what is in force for a partner, inherited values filled in. The wire knows what a partner says
//! itself; what it leaves null it inherits. So what was written is kept, and what is in force is computed from it, over
//! and over as the default changes.

use serde_json::{Map, Value, json};
use usher_redemption::{Access, CrossTenant};

use super::body;
use crate::{
    graph::{answer::GraphError, request::Version},
    world::World,
};

/// The key of the default among what clients wrote.
pub(super) const DEFAULT: &str = "crossTenantDefault";

/// Members that clients write and read back.
const KEPT: [&str; 8] = [
    "automaticUserConsentSettings",
    "b2bCollaborationInbound",
    "b2bCollaborationOutbound",
    "b2bDirectConnectInbound",
    "b2bDirectConnectOutbound",
    "inboundTrust",
    "isServiceProvider",
    "tenantRestrictions",
];

/// Members that the rule book judges by.
const JUDGED: [&str; 3] = [
    "automaticUserConsentSettings",
    "b2bCollaborationInbound",
    "inboundTrust",
];

/// What was written of the default or of a partner, as far as it is still true: where the policy was changed from
/// elsewhere, the members the rule book judges by are made anew from it.
pub(super) fn written(world: &World, key: &str, settings: &CrossTenant) -> Map<String, Value> {
    let base = base(world, key);
    let mut written = world.settings.kept(key);
    let mut amounts_to = base.clone();
    if apply(&mut amounts_to, &written).is_ok() && amounts_to == *settings {
        return written;
    }
    written.retain(|name, _| !JUDGED.contains(&name.as_str()));
    if trust(settings) != trust(&base) {
        written.insert("inboundTrust".to_owned(), trust(settings));
    }
    if inbound(settings) != inbound(&base) {
        written.insert("b2bCollaborationInbound".to_owned(), inbound(settings));
    }
    if settings.auto_redeem_inbound != base.auto_redeem_inbound {
        let consent = json!({"inboundAllowed": settings.auto_redeem_inbound, "outboundAllowed": null});
        written.insert("automaticUserConsentSettings".to_owned(), consent);
    }
    written
}

/// What a partner that says nothing has, and what the default was born with.
fn base(world: &World, key: &str) -> CrossTenant {
    if key == DEFAULT {
        CrossTenant {
            clouds_enabled: world.policy.cross_tenant.clouds_enabled.clone(),
            ..CrossTenant::default()
        }
    } else {
        world.policy.cross_tenant.clone()
    }
}

/// What written members amount to for a partner, by today's default.
pub(super) fn in_force(world: &World, written: &Map<String, Value>) -> Result<CrossTenant, GraphError> {
    let mut settings = world.policy.cross_tenant.clone();
    apply(&mut settings, written)?;
    Ok(settings)
}

/// Lets the partners follow a default that is about to change.
pub(super) fn set_default(world: &mut World, default: CrossTenant) {
    let written: Vec<Map<String, Value>> = world
        .policy
        .partners
        .iter()
        .map(|partner| written(world, &partner.tenant_id, &partner.settings))
        .collect();
    world.policy.cross_tenant = default;
    for (index, written) in written.into_iter().enumerate() {
        let settings = in_force(world, &written);
        if let (Ok(settings), Some(partner)) = (settings, world.policy.partners.get_mut(index)) {
            partner.settings = settings;
            let key = partner.tenant_id.clone();
            world.settings.kept.insert(key, written);
        }
    }
}

/// What is written after a change: objects are merged member by member, null takes a member back.
pub(super) fn merged(mut written: Map<String, Value>, wish: &Map<String, Value>) -> Map<String, Value> {
    for (name, value) in wish.iter().filter(|(name, _)| KEPT.contains(&name.as_str())) {
        match (written.get_mut(name).and_then(Value::as_object_mut), value) {
            (Some(own), Value::Object(value)) => own.extend(value.clone()),
            (_, Value::Null) => {
                written.remove(name);
            }
            _ => {
                written.insert(name.clone(), value.clone());
            }
        }
    }
    written
}

/// Whoever blocks everybody has to block every application as well.
pub(super) fn check(wish: &Map<String, Value>) -> Result<(), GraphError> {
    for side in [
        "b2bCollaborationInbound",
        "b2bCollaborationOutbound",
        "b2bDirectConnectInbound",
        "b2bDirectConnectOutbound",
    ] {
        let Some(side) = body::read::<Map<String, Value>>(wish, side)? else {
            continue;
        };
        let (users, apps) = (target(&side, "usersAndGroups")?, target(&side, "applications")?);
        let blocks = |(access, targets): (Access, Vec<String>), all: &str| {
            access == Access::Block && means_all(&targets, all)
        };
        let everybody = users.is_some_and(|users| blocks(users, "AllUsers"));
        if everybody && apps.is_some_and(|apps| !blocks(apps, CrossTenant::ALL_APPS)) {
            return Err(GraphError::plain_bad_request(
                "Blocking all users requires blocking all applications.",
            ));
        }
    }
    Ok(())
}

/// Takes over what a body says of the inbound side. Null, or a member left out, changes nothing.
pub(super) fn apply(settings: &mut CrossTenant, wish: &Map<String, Value>) -> Result<(), GraphError> {
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
        apply_inbound(settings, &inbound)?;
    }
    Ok(())
}

fn apply_inbound(settings: &mut CrossTenant, inbound: &Map<String, Value>) -> Result<(), GraphError> {
    let users = target(inbound, "usersAndGroups")?;
    let apps = target(inbound, "applications")?;
    if let Some((access, targets)) = users {
        // Single people and groups of another tenant are nothing the rule book can know; everybody is.
        let everybody = means_all(&targets, "AllUsers");
        settings.inbound_b2b = if everybody { access } else { Access::Allow };
    }
    let Some((access, targets)) = apps else {
        return Ok(());
    };
    let blocks = access == Access::Block && settings.inbound_b2b == Access::Allow;
    settings.blocked_apps = if blocks { targets } else { Vec::new() };
    Ok(())
}

/// Whoever names nobody means everybody.
fn means_all(targets: &[String], all: &str) -> bool {
    targets.is_empty() || targets.iter().any(|own| own == all)
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

/// Who may come, and to what: the inbound side as the wire has it.
pub(super) fn inbound(settings: &CrossTenant) -> Value {
    let everybody = settings.inbound_b2b == Access::Block;
    let all = everybody || settings.blocked_apps.is_empty();
    let mut inbound = side(if everybody { "blocked" } else { "allowed" });
    if !all {
        let apps = settings.blocked_apps.iter();
        let targets: Vec<Value> = apps
            .map(|app| json!({"target": app, "targetType": "application"}))
            .collect();
        inbound["applications"] = json!({"accessType": "blocked", "targets": targets});
    }
    inbound
}

pub(super) fn side(access: &str) -> Value {
    json!({
        "usersAndGroups": {"accessType": access, "targets": [{"target": "AllUsers", "targetType": "user"}]},
        "applications": {"accessType": access, "targets": [{"target": CrossTenant::ALL_APPS, "targetType": "application"}]},
    })
}

pub(super) fn trust(settings: &CrossTenant) -> Value {
    json!({
        "isMfaAccepted": settings.trust_mfa,
        "isCompliantDeviceAccepted": settings.trust_compliant_device,
        "isHybridAzureADJoinedDeviceAccepted": settings.trust_hybrid_joined,
    })
}

/// Puts written members into an object that shows what is in force: a member written in part is shown whole.
pub(super) fn show_written(
    object: &mut Value,
    written: &Map<String, Value>,
    whole: &CrossTenant,
    version: Version,
) {
    for (name, value) in written {
        if version == Version::Beta && !object.as_object().is_some_and(|own| own.contains_key(name)) {
            continue;
        }
        let mut shown = match name.as_str() {
            "inboundTrust" => trust(whole),
            "b2bCollaborationInbound" => inbound(whole),
            "automaticUserConsentSettings" => json!({"inboundAllowed": null, "outboundAllowed": null}),
            _ => Value::Null,
        };
        match (shown.as_object_mut(), value.as_object()) {
            (Some(shown), Some(value)) => shown.extend(value.clone()),
            _ => shown = value.clone(),
        }
        object[name.as_str()] = shown;
    }
}
