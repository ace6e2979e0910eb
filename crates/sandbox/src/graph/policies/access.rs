//! Conditional Access policies and the named locations they refer to.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::{body, is_get, log_change, may_read, may_write};
use crate::{
    graph::{
        answer::{GraphAnswer, GraphError},
        odata,
        request::GraphRequest,
    },
    world::{AccessObject, Actor, CountryLocation, ModifiedProperty, World, roles, stamp},
};

const READERS: &[&str] = &[
    "Policy.Read.All",
    "Policy.Read.ConditionalAccess",
    "Policy.ReadWrite.ConditionalAccess",
];
const WRITER: &str = "Policy.ReadWrite.ConditionalAccess";
const STATES: [&str; 3] = ["enabled", "disabled", "enabledForReportingButNotEnforced"];
const CONTROLS: [&str; 7] = [
    "block",
    "mfa",
    "compliantDevice",
    "domainJoinedDevice",
    "approvedApplication",
    "compliantApplication",
    "passwordChange",
];

fn check_rights(request: &GraphRequest) -> Result<(), GraphError> {
    if is_get(request) {
        may_read(request, READERS)
    } else {
        may_write(
            request,
            WRITER,
            &[
                roles::CONDITIONAL_ACCESS_ADMINISTRATOR,
                roles::SECURITY_ADMINISTRATOR,
            ],
        )
    }
}

pub(super) fn answer(
    world: &mut World,
    request: &GraphRequest,
    rest: &[&str],
) -> Result<GraphAnswer, GraphError> {
    check_rights(request)?;
    let context = request.context("identity/conditionalAccess/policies");
    match (request.method.as_str(), rest) {
        ("GET", []) => {
            let filter = request.query.get("filter").map(odata::parse).transpose();
            let filter = filter.map_err(|_| GraphError::plain_bad_request("Invalid filter clause."))?;
            let shown: Vec<Value> = world
                .settings
                .access
                .iter()
                .map(object)
                .filter(|own| filter.as_ref().is_none_or(|filter| odata::matches(filter, own)))
                .collect();
            Ok(GraphAnswer::ok(
                &json!({"@odata.context": context, "value": shown}),
            ))
        }
        ("POST", []) => create(world, request),
        ("GET", [id]) => {
            let mut shown = object(find(world, id)?);
            shown["@odata.context"] = json!(format!("{context}/$entity"));
            Ok(GraphAnswer::ok(&shown))
        }
        ("PATCH", [id]) => patch(world, request, id),
        ("DELETE", [id]) => {
            let gone = find(world, id)?.clone();
            world.settings.access.retain(|own| own.id != gone.id);
            world.enforce_access_objects();
            log(
                world,
                &request.actor(),
                "Delete conditional access policy",
                &gone,
                Some(&gone),
                None,
            );
            Ok(GraphAnswer::no_content())
        }
        _ => Err(GraphError::wrong_method()),
    }
}

fn find<'a>(world: &'a World, id: &str) -> Result<&'a AccessObject, GraphError> {
    let found = world
        .settings
        .access
        .iter()
        .find(|own| own.id.to_string().eq_ignore_ascii_case(id));
    found.ok_or_else(|| GraphError::not_found(&id.chars().take(100).collect::<String>()))
}

fn object(own: &AccessObject) -> Value {
    json!({
        "id": own.id,
        "templateId": null,
        "displayName": own.name,
        "description": own.description,
        "createdDateTime": stamp(own.created),
        "modifiedDateTime": own.modified.map(stamp),
        "state": own.state,
        "deletedDateTime": null,
        "sessionControls": own.session_controls,
        "conditions": own.conditions,
        "grantControls": own.grant_controls,
    })
}

fn create(world: &mut World, request: &GraphRequest) -> Result<GraphAnswer, GraphError> {
    let wish = request.object()?;
    let mut made = AccessObject {
        id: world.fresh_uuid(),
        name: body::need(&wish, "displayName")?,
        description: None,
        state: body::need(&wish, "state")?,
        created: world.now(),
        modified: None,
        conditions: body::need(&wish, "conditions")?,
        grant_controls: None,
        session_controls: None,
    };
    apply(world, &mut made, &wish)?;
    world.settings.access.push(made.clone());
    world.enforce_access_objects();
    log(
        world,
        &request.actor(),
        "Add conditional access policy",
        &made,
        None,
        Some(&made),
    );
    let mut shown = object(&made);
    shown["@odata.context"] = json!(request.context("identity/conditionalAccess/policies/$entity"));
    Ok(GraphAnswer::json(StatusCode::CREATED, &shown))
}

fn patch(world: &mut World, request: &GraphRequest, id: &str) -> Result<GraphAnswer, GraphError> {
    let wish = request.object()?;
    let before = find(world, id)?.clone();
    let mut after = before.clone();
    apply(world, &mut after, &wish)?;
    after.modified = Some(world.now());
    if let Some(own) = world.settings.access.iter_mut().find(|own| own.id == after.id) {
        *own = after.clone();
    }
    world.enforce_access_objects();
    log(
        world,
        &request.actor(),
        "Update conditional access policy",
        &after,
        Some(&before),
        Some(&after),
    );
    Ok(GraphAnswer::no_content())
}

fn apply(world: &World, own: &mut AccessObject, wish: &Map<String, Value>) -> Result<(), GraphError> {
    let known = [
        "id",
        "templateId",
        "displayName",
        "description",
        "state",
        "conditions",
        "grantControls",
        "sessionControls",
    ];
    body::only_known(wish, "conditionalAccessPolicy", &known)?;
    own.name = body::read(wish, "displayName")?.unwrap_or_else(|| own.name.clone());
    own.state = body::read(wish, "state")?.unwrap_or_else(|| own.state.clone());
    if wish.contains_key("description") {
        own.description = body::read(wish, "description")?;
    }
    // Conditions that are not named stay as they are.
    if let Some(conditions) = body::read::<Map<String, Value>>(wish, "conditions")? {
        if conditions.is_empty() {
            return Err(body::invalid("conditions"));
        }
        own.conditions.extend(conditions);
    }
    if wish.contains_key("grantControls") {
        own.grant_controls = body::read(wish, "grantControls")?;
    }
    if wish.contains_key("sessionControls") {
        own.session_controls = body::read(wish, "sessionControls")?;
    }
    check(world, own)
}

fn check(world: &World, own: &AccessObject) -> Result<(), GraphError> {
    if own.name.is_empty() || own.name.chars().count() > 256 {
        return Err(body::invalid("displayName"));
    }
    if !STATES.contains(&own.state.as_str()) {
        return Err(body::invalid("state"));
    }
    for needed in ["users", "applications"] {
        if !own.conditions.get(needed).is_some_and(Value::is_object) {
            return Err(body::invalid("conditions"));
        }
    }
    let Some(controls) = &own.grant_controls else {
        return if own.session_controls.is_some() {
            Ok(())
        } else {
            Err(body::invalid("grantControls"))
        };
    };
    let names: Vec<String> = body::read(controls, "builtInControls")?.unwrap_or_default();
    let terms: Vec<String> = body::read(controls, "termsOfUse")?.unwrap_or_default();
    if names.iter().any(|name| !CONTROLS.contains(&name.as_str())) {
        return Err(body::invalid("builtInControls"));
    }
    let known = |id: &String| {
        world
            .settings
            .agreements
            .iter()
            .any(|agreement| agreement.id.to_string() == *id)
    };
    if !terms.iter().all(known) {
        return Err(body::invalid("termsOfUse"));
    }
    let operator: Option<String> = body::read(controls, "operator")?;
    if !matches!(operator.as_deref(), Some("AND" | "OR")) {
        return Err(body::invalid("operator"));
    }
    Ok(())
}

fn log(
    world: &mut World,
    actor: &Actor,
    activity: &'static str,
    own: &AccessObject,
    old: Option<&AccessObject>,
    new: Option<&AccessObject>,
) {
    let list = |own: Option<&AccessObject>| own.map(object).into_iter().collect::<Vec<_>>();
    let change = ModifiedProperty::json("ConditionalAccessPolicy", &list(old), &list(new));
    let id = own.id.to_string();
    log_change(
        world,
        actor,
        "Conditional Access",
        activity,
        "Policy",
        ("Policy", Some(&id), &own.name),
        vec![change],
    );
}

pub(super) fn answer_locations(
    world: &mut World,
    request: &GraphRequest,
    rest: &[&str],
) -> Result<GraphAnswer, GraphError> {
    check_rights(request)?;
    match (request.method.as_str(), rest) {
        ("GET", []) => {
            let shown: Vec<Value> = world.settings.locations.iter().map(location).collect();
            let context = request.context("identity/conditionalAccess/namedLocations");
            Ok(GraphAnswer::ok(
                &json!({"@odata.context": context, "value": shown}),
            ))
        }
        ("GET", [id]) => {
            let found = world
                .settings
                .locations
                .iter()
                .find(|own| own.id.to_string().eq_ignore_ascii_case(id));
            let found =
                found.ok_or_else(|| GraphError::not_found(&id.chars().take(100).collect::<String>()))?;
            Ok(GraphAnswer::ok(&location(found)))
        }
        ("POST", []) => {
            let wish = request.object()?;
            let countries: Vec<String> = body::need(&wish, "countriesAndRegions")?;
            let is_code =
                |code: &String| code.len() == 2 && code.chars().all(|letter| letter.is_ascii_uppercase());
            if countries.is_empty() || !countries.iter().all(is_code) {
                return Err(body::invalid("countriesAndRegions"));
            }
            let id = world.fresh_uuid();
            let made = CountryLocation {
                id,
                name: body::need(&wish, "displayName")?,
                countries,
            };
            world.settings.locations.push(made.clone());
            let (id, change) = (
                id.to_string(),
                ModifiedProperty::json("countries", &[] as &[String], &made.countries),
            );
            let target = ("Policy", Some(id.as_str()), made.name.as_str());
            log_change(
                world,
                &request.actor(),
                "Conditional Access",
                "Add named location",
                "Policy",
                target,
                vec![change],
            );
            Ok(GraphAnswer::json(StatusCode::CREATED, &location(&made)))
        }
        _ => Err(GraphError::wrong_method()),
    }
}

fn location(own: &CountryLocation) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.countryNamedLocation",
        "id": own.id,
        "displayName": own.name,
        "createdDateTime": null,
        "modifiedDateTime": null,
        "countriesAndRegions": own.countries,
        "includeUnknownCountriesAndRegions": false,
    })
}
