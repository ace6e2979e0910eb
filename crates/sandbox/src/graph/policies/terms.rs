//! Terms of use: agreements and who accepted them. Delegated only, as Graph has it.

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};
use usher_redemption::Terms;

use super::{body, delegated_only, is_get, log_change, may_read, may_write};
use crate::{
    graph::{
        answer::{GraphAnswer, GraphError},
        odata,
        request::GraphRequest,
    },
    world::{Agreement, ModifiedProperty, User, World, roles, stamp},
};

pub(super) fn answer(
    world: &mut World,
    request: &GraphRequest,
    rest: &[&str],
) -> Result<GraphAnswer, GraphError> {
    delegated_only(request)?;
    let acceptances = rest.len() == 2 && rest[1] == "acceptances";
    if acceptances {
        may_read(request, &["AgreementAcceptance.Read.All"])?;
    } else if is_get(request) {
        may_read(request, &["Agreement.Read.All", "Agreement.ReadWrite.All"])?;
    } else {
        let writers = [
            roles::CONDITIONAL_ACCESS_ADMINISTRATOR,
            roles::SECURITY_ADMINISTRATOR,
        ];
        may_write(request, "Agreement.ReadWrite.All", &writers)?;
    }
    let context = request.context("identityGovernance/termsOfUse/agreements");
    match (request.method.as_str(), rest) {
        ("GET", []) => {
            let shown: Vec<Value> = world.settings.agreements.iter().map(object).collect();
            Ok(GraphAnswer::ok(
                &json!({"@odata.context": context, "value": shown}),
            ))
        }
        ("GET", [id]) => {
            let mut shown = object(find(world, id)?);
            shown["@odata.context"] = json!(format!("{context}/$entity"));
            Ok(GraphAnswer::ok(&shown))
        }
        ("GET", [id, "acceptances"]) => {
            let agreement = find(world, id)?.clone();
            let all = world
                .users()
                .flat_map(|user| acceptances_by(world, user))
                .filter(|own| own["agreementId"] == json!(agreement.id));
            list(request, all.collect())
        }
        ("POST", []) => create(world, request),
        ("PATCH", [id]) => patch(world, request, id),
        ("DELETE", [id]) => {
            let gone = find(world, id)?.clone();
            let id = gone.id.to_string();
            let in_use = world.settings.access.iter().any(|own| {
                own.grant_controls
                    .as_ref()
                    .is_some_and(|controls| json!(controls).to_string().contains(&id))
            });
            if in_use {
                return Err(GraphError::plain_bad_request(
                    "The agreement is used by a Conditional Access policy.",
                ));
            }
            world.settings.agreements.retain(|own| own.id != gone.id);
            world.enforce_access_objects();
            log(world, request, "Delete Terms Of Use", &gone);
            Ok(GraphAnswer::no_content())
        }
        _ => Err(GraphError::wrong_method()),
    }
}

/// `/users/{id}/agreementAcceptances`.
pub(super) fn acceptances_of(
    world: &World,
    request: &GraphRequest,
    id: &str,
) -> Result<GraphAnswer, GraphError> {
    delegated_only(request)?;
    may_read(request, &["AgreementAcceptance.Read.All"])?;
    list(request, acceptances_by(world, super::find_user(world, id)?))
}

fn list(request: &GraphRequest, all: Vec<Value>) -> Result<GraphAnswer, GraphError> {
    let filter = request.query.get("filter").map(odata::parse).transpose();
    let filter = filter.map_err(|_| GraphError::plain_bad_request("Invalid filter clause."))?;
    let shown: Vec<Value> = all
        .into_iter()
        .filter(|own| filter.as_ref().is_none_or(|filter| odata::matches(filter, own)))
        .collect();
    let context = request.context("agreementAcceptances");
    Ok(GraphAnswer::ok(
        &json!({"@odata.context": context, "value": shown}),
    ))
}

fn acceptances_by(world: &World, user: &User) -> Vec<Value> {
    world
        .terms_accepted(user.id)
        .iter()
        .filter_map(|given| {
            let agreement = world
                .settings
                .agreements
                .iter()
                .find(|own| own.terms.name == given.name)?;
            let expires = agreement
                .terms
                .reaccept_after_days
                .map(|days| given.at + TimeDelta::days(days.into()));
            Some(json!({
                "id": format!("{}_{}", agreement.id, user.id),
                "agreementId": agreement.id,
                "agreementFileId": agreement.id,
                "userId": user.id,
                "userDisplayName": user.display_name,
                "userPrincipalName": user.user_principal_name,
                "userEmail": user.mail,
                "deviceId": "00000000-0000-0000-0000-000000000000",
                "deviceDisplayName": null,
                "deviceOSType": null,
                "deviceOSVersion": null,
                "recordedDateTime": stamp(given.at),
                "expirationDateTime": expires.map(stamp),
                "state": "accepted",
            }))
        })
        .collect()
}

fn find<'a>(world: &'a World, id: &str) -> Result<&'a Agreement, GraphError> {
    let found = world
        .settings
        .agreements
        .iter()
        .find(|own| own.id.to_string().eq_ignore_ascii_case(id));
    found.ok_or_else(|| GraphError::not_found(&id.chars().take(100).collect::<String>()))
}

fn object(own: &Agreement) -> Value {
    json!({
        "id": own.id,
        "displayName": own.terms.name,
        "termsExpiration": own.expiration,
        "userReacceptRequiredFrequency": own.terms.reaccept_after_days.map(|days| format!("P{days}D")),
        "isPerDeviceAcceptanceRequired": own.terms.per_device,
        "isViewingBeforeAcceptanceRequired": own.viewing_required,
    })
}

const KNOWN: &[&str] = &[
    "displayName",
    "file",
    "files",
    "isPerDeviceAcceptanceRequired",
    "isViewingBeforeAcceptanceRequired",
    "termsExpiration",
    "userReacceptRequiredFrequency",
];

fn create(world: &mut World, request: &GraphRequest) -> Result<GraphAnswer, GraphError> {
    let wish = request.object()?;
    body::only_known(&wish, "agreement", KNOWN)?;
    let name: String = body::need(&wish, "displayName")?;
    if name.is_empty() || world.settings.agreements.iter().any(|own| own.terms.name == name) {
        return Err(body::invalid("displayName"));
    }
    let made = Agreement {
        id: world.fresh_uuid(),
        terms: Terms {
            name,
            per_device: body::read(&wish, "isPerDeviceAcceptanceRequired")?.unwrap_or(false),
            version: 1,
            reaccept_after_days: days(body::read(&wish, "userReacceptRequiredFrequency")?)?,
        },
        viewing_required: body::read(&wish, "isViewingBeforeAcceptanceRequired")?.unwrap_or(false),
        expiration: expiration(&wish)?,
    };
    world.settings.agreements.push(made.clone());
    log(world, request, "Create Terms Of Use", &made);
    let mut shown = object(&made);
    shown["@odata.context"] = json!(request.context("identityGovernance/termsOfUse/agreements/$entity"));
    Ok(GraphAnswer::json(StatusCode::CREATED, &shown))
}

fn patch(world: &mut World, request: &GraphRequest, id: &str) -> Result<GraphAnswer, GraphError> {
    let wish = request.object()?;
    body::only_known(&wish, "agreement", KNOWN)?;
    let mut own = find(world, id)?.clone();
    own.terms.name = body::read(&wish, "displayName")?.unwrap_or(own.terms.name);
    own.terms.per_device =
        body::read(&wish, "isPerDeviceAcceptanceRequired")?.unwrap_or(own.terms.per_device);
    own.viewing_required =
        body::read(&wish, "isViewingBeforeAcceptanceRequired")?.unwrap_or(own.viewing_required);
    if wish.contains_key("userReacceptRequiredFrequency") {
        own.terms.reaccept_after_days = days(body::read(&wish, "userReacceptRequiredFrequency")?)?;
    }
    if wish.contains_key("termsExpiration") {
        own.expiration = expiration(&wish)?;
    }
    // A new file is a new version, which has to be accepted again.
    own.terms.version += u32::from(wish.contains_key("file") || wish.contains_key("files"));
    if let Some(place) = world
        .settings
        .agreements
        .iter_mut()
        .find(|place| place.id == own.id)
    {
        *place = own.clone();
    }
    world.enforce_access_objects();
    log(world, request, "Edit Terms Of Use", &own);
    Ok(GraphAnswer::no_content())
}

/// `termsExpiration`: from when on, and how often.
fn expiration(wish: &Map<String, Value>) -> Result<Option<Map<String, Value>>, GraphError> {
    let Some(expiration) = body::read::<Map<String, Value>>(wish, "termsExpiration")? else {
        return Ok(None);
    };
    days(body::read(&expiration, "frequency")?).map_err(|_| body::invalid("termsExpiration"))?;
    body::need::<DateTime<Utc>>(&expiration, "startDateTime")?;
    Ok(Some(expiration))
}

/// Days of an ISO 8601 duration in days, months or years.
fn days(duration: Option<String>) -> Result<Option<u32>, GraphError> {
    let Some(text) = duration else { return Ok(None) };
    let wrong = || body::invalid("userReacceptRequiredFrequency");
    let body = text.strip_prefix('P').ok_or_else(wrong)?;
    let unit = body.chars().last().ok_or_else(wrong)?;
    let count: u32 = body.trim_end_matches(unit).parse().map_err(|_| wrong())?;
    let each = match unit {
        'D' => 1,
        'M' => 30,
        'Y' => 365,
        _ => return Err(wrong()),
    };
    count.checked_mul(each).map(Some).ok_or_else(wrong)
}

fn log(world: &mut World, request: &GraphRequest, activity: &'static str, own: &Agreement) {
    let id = own.id.to_string();
    let change = ModifiedProperty::json("DisplayName", &[] as &[&str], &[&own.terms.name]);
    let target = ("Other", Some(id.as_str()), own.terms.name.as_str());
    log_change(
        world,
        &request.actor(),
        "Terms Of Use",
        activity,
        "Policy",
        target,
        vec![change],
    );
}
