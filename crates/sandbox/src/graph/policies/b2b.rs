//! `b2bManagementPolicies`: the list of allowed or denied domains, as JSON inside a text (beta only).

use axum::http::StatusCode;
use serde_json::{Map, Value, json};
use usher_redemption::{DomainMode, DomainPolicy};

use super::{body, log_change, rights};
use crate::{
    graph::{
        answer::{GraphAnswer, GraphError},
        request::GraphRequest,
    },
    world::{ModifiedProperty, World, roles},
};

/// Its key among what clients wrote.
const KEY: &str = "b2bManagementPolicy";
const PATH: &str = "policies/b2bManagementPolicies";
/// The whole policy may have this many characters.
const LONGEST: usize = 25_000;

pub(super) fn answer(
    world: &mut World,
    request: &GraphRequest,
    rest: &[&str],
) -> Result<GraphAnswer, GraphError> {
    let reads = super::is_get(request);
    let permissions: &[&str] = if reads {
        &[
            "Policy.Read.B2BManagementPolicy",
            "Policy.ReadWrite.B2BManagementPolicy",
        ]
    } else {
        &["Policy.ReadWrite.B2BManagementPolicy"]
    };
    rights::needs_any(request, permissions)?;
    // Even for reading (rbac-b2bmanagementpolicy-apis-read.md).
    rights::needs_role(request, &[roles::GLOBAL_ADMINISTRATOR])?;
    let own_id = world.settings.b2b_policy_id.to_string();
    let exists = exists(world);
    match (request.method.as_str(), rest) {
        ("GET", []) => {
            let value: Vec<Value> = if exists { vec![object(world)] } else { Vec::new() };
            let context = request.context(PATH);
            Ok(GraphAnswer::ok(
                &json!({"@odata.context": context, "value": value}),
            ))
        }
        ("POST", []) if exists => Err(GraphError::plain_bad_request(
            "A B2B management policy already exists.",
        )),
        ("POST", []) => {
            write(world, request)?;
            Ok(GraphAnswer::json(StatusCode::CREATED, &entity(world, request)))
        }
        ("GET", [id]) if exists && own_id.eq_ignore_ascii_case(id) => {
            Ok(GraphAnswer::ok(&entity(world, request)))
        }
        ("PATCH", [id]) if exists && own_id.eq_ignore_ascii_case(id) => {
            write(world, request)?;
            Ok(GraphAnswer::no_content())
        }
        ("DELETE", [id]) if exists && own_id.eq_ignore_ascii_case(id) => {
            let old = definition(world);
            world.policy.domain_policy = DomainPolicy::default();
            world.settings.kept.remove(KEY);
            log(world, request, &[old], &[]);
            Ok(GraphAnswer::no_content())
        }
        ("GET" | "PATCH" | "DELETE", [id]) => {
            Err(GraphError::not_found(&id.chars().take(100).collect::<String>()))
        }
        _ => Err(GraphError::wrong_method()),
    }
}

/// The policy was written here and still says what counts, or the domains were listed from elsewhere.
fn exists(world: &World) -> bool {
    written(world).is_some() || world.policy.domain_policy != DomainPolicy::default()
}

/// What a client wrote, as long as it is what counts.
fn written(world: &World) -> Option<Map<String, Value>> {
    let kept = world.settings.kept.get(KEY)?;
    let counts = meant(kept).is_ok_and(|meant| meant == Some(world.policy.domain_policy.clone()));
    counts.then(|| kept.clone())
}

fn entity(world: &World, request: &GraphRequest) -> Value {
    let mut object = object(world);
    object["@odata.context"] = json!(request.context(&format!("{PATH}/$entity")));
    object
}

fn object(world: &World) -> Value {
    let mut object = json!({
        "@odata.type": "#microsoft.graph.b2bManagementPolicy",
        "id": world.settings.b2b_policy_id,
        "deletedDateTime": null,
        "displayName": "B2BManagementPolicy",
        "description": "",
        "definition": [],
        // The service sends this flag as text.
        "isOrganizationDefault": "true",
    });
    body::show(&mut object, written(world).unwrap_or_default());
    object["definition"] = json!([definition(world)]);
    object
}

/// The policy as a text, in the words of whoever wrote it.
fn definition(world: &World) -> String {
    let text = written(world).and_then(|written| text_of(&written).ok());
    text.flatten()
        .unwrap_or_else(|| composed(&world.policy.domain_policy))
}

fn composed(policy: &DomainPolicy) -> String {
    let key = if policy.mode == DomainMode::Allow {
        "AllowedDomains"
    } else {
        "BlockedDomains"
    };
    let mut domains = Map::new();
    domains.insert(key.to_owned(), json!(policy.domains));
    let whole = json!({"B2BManagementPolicy": {
        "Version": 1,
        "InvitationsAllowedAndBlockedDomainsPolicy": domains,
        "AutoRedeemPolicy": {"AdminConsentedForUsersIntoTenantIds": [], "NoAADConsentForUsersFromTenantsIds": []},
    }});
    whole.to_string()
}

fn write(world: &mut World, request: &GraphRequest) -> Result<(), GraphError> {
    let mut wish = request.object()?;
    let known = [
        "definition",
        "displayName",
        "description",
        "isOrganizationDefault",
    ];
    body::only_known(&wish, "b2bManagementPolicy", &known)?;
    // The flag is read-only in effect: there is one policy and it is the default.
    wish.remove("isOrganizationDefault");
    let old = exists(world).then(|| definition(world));
    let mut written = written(world).unwrap_or_default();
    if old.is_some() {
        written
            .entry("definition")
            .or_insert_with(|| json!([definition(world)]));
    }
    written.extend(wish);
    let policy = meant(&written)?.ok_or_else(|| body::invalid("definition"))?;
    for name in ["displayName", "description"] {
        body::read::<String>(&written, name)?;
    }
    world.policy.domain_policy = policy;
    world.settings.kept.insert(KEY.to_owned(), written);
    let new = definition(world);
    log(world, request, old.as_slice(), &[new]);
    Ok(())
}

/// The text of a definition, which is a list of one.
fn text_of(written: &Map<String, Value>) -> Result<Option<String>, GraphError> {
    let Some(definition) = body::read::<Vec<String>>(written, "definition")? else {
        return Ok(None);
    };
    match definition.as_slice() {
        [text] if text.len() > LONGEST => Err(GraphError::plain_bad_request(
            "Failure to update policy due to object limit.",
        )),
        // The documented sample quotes with single quotes; what is no JSON is read, kept and shown with double ones.
        [text] if serde_json::from_str::<Value>(text).is_ok() => Ok(Some(text.clone())),
        [text] => Ok(Some(text.replace('\'', "\""))),
        _ => Err(body::invalid("definition")),
    }
}

/// What a written policy means; none where it has no definition.
fn meant(written: &Map<String, Value>) -> Result<Option<DomainPolicy>, GraphError> {
    let Some(text) = text_of(written)? else {
        return Ok(None);
    };
    let parsed: Value = serde_json::from_str(&text).map_err(|_| body::invalid("definition"))?;
    if !parsed["B2BManagementPolicy"].is_object() {
        return Err(body::invalid("definition"));
    }
    let lists = parsed.pointer("/B2BManagementPolicy/InvitationsAllowedAndBlockedDomainsPolicy");
    let list = |key: &str| -> Result<Option<Vec<String>>, GraphError> {
        match lists.and_then(Value::as_object) {
            Some(lists) => body::read(lists, key),
            None => Ok(None),
        }
    };
    let policy = match (list("AllowedDomains")?, list("BlockedDomains")?) {
        (Some(_), Some(_)) => {
            return Err(GraphError::plain_bad_request(
                "Only one kind of domain list is allowed.",
            ));
        }
        (Some(domains), None) => DomainPolicy {
            mode: DomainMode::Allow,
            domains,
        },
        (None, Some(domains)) if !domains.is_empty() => DomainPolicy {
            mode: DomainMode::Block,
            domains,
        },
        _ => DomainPolicy::default(),
    };
    if policy.domains.iter().any(|domain| !is_domain(domain)) {
        return Err(body::invalid("definition"));
    }
    Ok(Some(policy))
}

fn is_domain(text: &str) -> bool {
    text.contains('.')
        && text.len() < 254
        && text
            .chars()
            .all(|letter| letter.is_alphanumeric() || ".-*".contains(letter))
}

fn log(world: &mut World, request: &GraphRequest, old: &[String], new: &[String]) {
    let id = world.settings.b2b_policy_id.to_string();
    let target = ("Policy", Some(id.as_str()), "B2BManagementPolicy");
    let change = ModifiedProperty::json("PolicyDetails", old, new);
    log_change(
        world,
        &request.actor(),
        "Core Directory",
        "Update policy",
        "Policy",
        target,
        vec![change],
    );
}
