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
    let exists = world.policy.domain_policy != DomainPolicy::default();
    match (request.method.as_str(), rest) {
        ("GET", []) => {
            let value: Vec<Value> = if exists { vec![object(world)] } else { Vec::new() };
            let context = request.context("policies/b2bManagementPolicies");
            Ok(GraphAnswer::ok(
                &json!({"@odata.context": context, "value": value}),
            ))
        }
        ("POST", []) if exists => Err(GraphError::plain_bad_request(
            "A B2B management policy already exists.",
        )),
        ("POST", []) => {
            write(world, request)?;
            Ok(GraphAnswer::json(StatusCode::CREATED, &object(world)))
        }
        ("GET", [id]) if exists && own_id.eq_ignore_ascii_case(id) => Ok(GraphAnswer::ok(&object(world))),
        ("PATCH", [id]) if exists && own_id.eq_ignore_ascii_case(id) => {
            write(world, request)?;
            Ok(GraphAnswer::no_content())
        }
        ("DELETE", [id]) if exists && own_id.eq_ignore_ascii_case(id) => {
            set(world, request, DomainPolicy::default());
            Ok(GraphAnswer::no_content())
        }
        ("GET" | "PATCH" | "DELETE", [id]) => {
            Err(GraphError::not_found(&id.chars().take(100).collect::<String>()))
        }
        _ => Err(GraphError::wrong_method()),
    }
}

fn object(world: &World) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.b2bManagementPolicy",
        "id": world.settings.b2b_policy_id,
        "deletedDateTime": null,
        "displayName": "B2BManagementPolicy",
        "description": "",
        "definition": [definition(&world.policy.domain_policy)],
        // The service sends this flag as text.
        "isOrganizationDefault": "true",
    })
}

fn definition(policy: &DomainPolicy) -> String {
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
    let wish = request.object()?;
    let known = [
        "definition",
        "displayName",
        "description",
        "isOrganizationDefault",
    ];
    body::only_known(&wish, "b2bManagementPolicy", &known)?;
    let definition: Vec<String> = body::need(&wish, "definition")?;
    let [text] = definition.as_slice() else {
        return Err(body::invalid("definition"));
    };
    if text.len() > LONGEST {
        return Err(GraphError::plain_bad_request(
            "Failure to update policy due to object limit.",
        ));
    }
    // The documented sample quotes with single quotes.
    let parsed: Value = serde_json::from_str(text)
        .or_else(|_| serde_json::from_str(&text.replace('\'', "\"")))
        .map_err(|_| body::invalid("definition"))?;
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
    set(world, request, policy);
    Ok(())
}

fn is_domain(text: &str) -> bool {
    text.contains('.')
        && text.len() < 254
        && text
            .chars()
            .all(|letter| letter.is_alphanumeric() || ".-*".contains(letter))
}

fn set(world: &mut World, request: &GraphRequest, policy: DomainPolicy) {
    let old = definition(&world.policy.domain_policy);
    let new = definition(&policy);
    world.policy.domain_policy = policy;
    let id = world.settings.b2b_policy_id.to_string();
    let target = ("Policy", Some(id.as_str()), "B2BManagementPolicy");
    let change = ModifiedProperty::json("PolicyDetails", &[old], &[new]);
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
