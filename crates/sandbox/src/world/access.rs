//! Conditional Access between Graph's objects and the rule book's lines.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use usher_redemption::{AccessPolicy, Grant, RiskLevel, TenantPolicy, Terms};
use uuid::Uuid;

use super::World;
use super::settings::{AccessObject, Agreement, CountryLocation, Settings, id_for};

/// What the enforced objects amount to. A policy that lets the guest choose (`OR`) counts by its first control.
pub(super) fn project(settings: &Settings) -> (Vec<AccessPolicy>, Vec<Terms>) {
    let mut lines = Vec::new();
    let mut terms: Vec<Terms> = Vec::new();
    for object in settings
        .access
        .iter()
        .filter(|object| object.state == "enabled" && is_about_guests(object))
    {
        let Some(controls) = &object.grant_controls else {
            continue;
        };
        let names = texts(controls.get("builtInControls"));
        let either = controls.get("operator").and_then(Value::as_str) == Some("OR");
        let strength = controls
            .get("authenticationStrength")
            .is_some_and(|strength| !strength.is_null());
        let grants = names
            .iter()
            .filter_map(|name| grant_of(name))
            .chain(strength.then_some(Grant::AuthenticationStrength));
        for grant in grants.take(if either { 1 } else { usize::MAX }) {
            lines.push(AccessPolicy {
                name: object.name.clone(),
                grant,
                locations: countries_of(settings, object),
                sign_in_risk: risks(object.conditions.get("signInRiskLevels")),
                user_risk: risks(object.conditions.get("userRiskLevels")),
            });
        }
        for id in texts(controls.get("termsOfUse")) {
            let agreement = settings.agreements.iter().find(|own| own.id.to_string() == id);
            terms.extend(
                agreement
                    .map(|own| own.terms.clone())
                    .filter(|own| !terms.contains(own)),
            );
        }
    }
    (lines, terms)
}

/// Objects that amount to the policy; they take the place of those that were.
pub(super) fn rebuild(settings: &mut Settings, policy: &TenantPolicy, now: DateTime<Utc>) {
    let before: BTreeMap<Uuid, DateTime<Utc>> = settings
        .access
        .iter()
        .map(|object| (object.id, object.created))
        .collect();
    // What is off, on trial, or about others than guests was never part of the policy.
    let (_, others): (Vec<_>, Vec<_>) = std::mem::take(&mut settings.access)
        .into_iter()
        .partition(|object| object.state == "enabled" && is_about_guests(object));
    settings.agreements = policy
        .terms_of_use
        .iter()
        .map(|terms| Agreement {
            id: id_for("agreement", &terms.name),
            terms: terms.clone(),
            viewing_required: true,
            expiration: None,
        })
        .collect();
    for (index, line) in policy.conditional_access.iter().enumerate() {
        let name = if line.name.is_empty() {
            format!("Guests: policy {}", index + 1)
        } else {
            line.name.clone()
        };
        let mut conditions = guest_conditions();
        conditions.insert("signInRiskLevels".to_owned(), json!(line.sign_in_risk));
        conditions.insert("userRiskLevels".to_owned(), json!(line.user_risk));
        if !line.locations.is_empty() {
            let location = location_for(settings, &line.locations);
            conditions.insert(
                "locations".to_owned(),
                json!({"includeLocations": [location], "excludeLocations": []}),
            );
        }
        let mut made = object(&name, conditions, word_of(line.grant).as_slice(), &[], now);
        if let (Grant::AuthenticationStrength, Some(controls)) = (line.grant, &mut made.grant_controls) {
            controls.insert("authenticationStrength".to_owned(), json!({"id": MFA_STRENGTH}));
        }
        settings.access.push(made);
    }
    for agreement in settings.agreements.clone() {
        let name = format!("Guests: {}", agreement.terms.name);
        settings
            .access
            .push(object(&name, guest_conditions(), &[], &[agreement.id], now));
    }
    settings.access.extend(others);
    for object in &mut settings.access {
        object.created = before.get(&object.id).copied().unwrap_or(object.created);
    }
}

impl World {
    /// Conditional Access as a tenant has it that has been at it for a while: what is enforced, and one policy on trial.
    pub(crate) fn settle_access(&mut self, since: DateTime<Utc>, trial: &str, control: &str) {
        self.settle_settings();
        let mut made = object(trial, guest_conditions(), &[control], &[], since);
        "enabledForReportingButNotEnforced".clone_into(&mut made.state);
        self.settings.access.push(made);
        for object in &mut self.settings.access {
            object.created = since;
        }
    }
}

/// The id of a Conditional Access policy that came with the tenant.
pub(crate) fn access_policy_id(name: &str) -> Uuid {
    id_for("conditional access", name)
}

fn object(
    name: &str,
    conditions: Map<String, Value>,
    controls: &[&str],
    terms: &[Uuid],
    now: DateTime<Utc>,
) -> AccessObject {
    let grant = json!({
        "operator": "AND",
        "builtInControls": controls,
        "customAuthenticationFactors": [],
        "termsOfUse": terms,
    });
    AccessObject {
        id: access_policy_id(name),
        name: name.to_owned(),
        description: None,
        state: "enabled".to_owned(),
        created: now,
        modified: None,
        conditions,
        grant_controls: grant.as_object().cloned(),
        session_controls: None,
    }
}

fn guest_conditions() -> Map<String, Value> {
    let conditions = json!({
        "clientAppTypes": ["all"],
        "signInRiskLevels": [],
        "userRiskLevels": [],
        "servicePrincipalRiskLevels": [],
        "applications": {
            "includeApplications": ["All"],
            "excludeApplications": [],
            "includeUserActions": [],
            "includeAuthenticationContextClassReferences": [],
        },
        "users": {
            "includeUsers": [],
            "excludeUsers": [],
            "includeGroups": [],
            "excludeGroups": [],
            "includeRoles": [],
            "excludeRoles": [],
            "includeGuestsOrExternalUsers": {
                "guestOrExternalUserTypes": "internalGuest,b2bCollaborationGuest,b2bCollaborationMember",
                "externalTenants": {
                    "@odata.type": "#microsoft.graph.conditionalAccessAllExternalTenants",
                    "membershipKind": "all",
                },
            },
            "excludeGuestsOrExternalUsers": null,
        },
        "locations": null,
        "platforms": null,
    });
    conditions.as_object().cloned().unwrap_or_default()
}

/// Whether B2B guests are among those a policy is about.
fn is_about_guests(object: &AccessObject) -> bool {
    let users = object.conditions.get("users");
    let at = |name: &str| users.and_then(|users| users.get(name));
    let names = |value: Option<&Value>| texts(value);
    let kinds = |value: Option<&Value>| {
        value
            .and_then(|own| own.get("guestOrExternalUserTypes"))
            .and_then(Value::as_str)
            .is_some_and(|kinds| {
                kinds
                    .split(',')
                    .any(|kind| kind.trim() == "b2bCollaborationGuest")
            })
    };
    let is_in = |list: &[String]| {
        list.iter()
            .any(|name| name == "All" || name == "GuestsOrExternalUsers")
    };
    let included = is_in(&names(at("includeUsers"))) || kinds(at("includeGuestsOrExternalUsers"));
    let excluded = is_in(&names(at("excludeUsers"))) || kinds(at("excludeGuestsOrExternalUsers"));
    included && !excluded
}

fn countries_of(settings: &Settings, object: &AccessObject) -> Vec<String> {
    let included = texts(
        object
            .conditions
            .get("locations")
            .and_then(|locations| locations.get("includeLocations")),
    );
    settings
        .locations
        .iter()
        .filter(|location| included.contains(&location.id.to_string()))
        .flat_map(|location| location.countries.clone())
        .collect()
}

fn location_for(settings: &mut Settings, countries: &[String]) -> Uuid {
    if let Some(known) = settings
        .locations
        .iter()
        .find(|location| location.countries == countries)
    {
        return known.id;
    }
    let name = format!("Countries: {}", countries.join(", "));
    let id = id_for("location", &name);
    settings.locations.push(CountryLocation {
        id,
        name,
        countries: countries.to_vec(),
    });
    id
}

fn texts(value: Option<&Value>) -> Vec<String> {
    value
        .and_then(Value::as_array)
        .map(|items| {
            items
                .iter()
                .filter_map(|item| item.as_str().map(ToOwned::to_owned))
                .collect()
        })
        .unwrap_or_default()
}

fn risks(value: Option<&Value>) -> Vec<RiskLevel> {
    value
        .and_then(|levels| serde_json::from_value(levels.clone()).ok())
        .unwrap_or_default()
}

/// The built-in strength "Multifactor authentication", the same in every tenant.
const MFA_STRENGTH: &str = "00000000-0000-0000-0000-000000000002";

/// The controls by the words of Graph and of the rule book.
const GRANTS: &[(&str, Grant)] = &[
    ("block", Grant::Block),
    ("mfa", Grant::Mfa),
    ("compliantDevice", Grant::CompliantDevice),
    ("domainJoinedDevice", Grant::HybridJoinedDevice),
    ("approvedApplication", Grant::ApprovedApplication),
    ("compliantApplication", Grant::CompliantApplication),
    ("passwordChange", Grant::PasswordChange),
];

fn grant_of(word: &str) -> Option<Grant> {
    GRANTS
        .iter()
        .find(|(own, _)| *own == word)
        .map(|(_, grant)| *grant)
}

/// A strength has no word among the built-in controls; it is a member of its own.
fn word_of(grant: Grant) -> Option<&'static str> {
    GRANTS
        .iter()
        .find(|(_, own)| *own == grant)
        .map(|(word, _)| *word)
}
