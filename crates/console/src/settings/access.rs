//! Conditional Access policies: which of them meet a new guest, and what they ask for.

use serde_json::Value;
use usher_graph::{GraphAccessPolicy, GraphAgreement, GraphGrantControls, GraphNamedLocation};
use usher_redemption::{AccessPolicy, AppPolicy, Grant, RiskLevel, Terms};

/// What the enforced policies amount to.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Judged {
    /// Controls.
    pub(super) lines: Vec<AccessPolicy>,
    /// Terms of use, in the order they are asked.
    pub(super) terms: Vec<Terms>,
    /// Policies about guests with conditions that are not judged here, by name.
    pub(super) unjudged: Vec<String>,
}

/// Whether a condition holds for a new guest who comes with a browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Holds {
    Yes,
    Perhaps,
    No,
}

/// The words of Graph and of the rules.
const GRANTS: [(&str, Grant); 7] = [
    ("block", Grant::Block),
    ("mfa", Grant::Mfa),
    ("compliantDevice", Grant::CompliantDevice),
    ("domainJoinedDevice", Grant::HybridJoinedDevice),
    ("approvedApplication", Grant::ApprovedApplication),
    ("compliantApplication", Grant::CompliantApplication),
    ("passwordChange", Grant::PasswordChange),
];

/// Judges the policies that are in force.
pub(super) fn judge(
    policies: &[GraphAccessPolicy],
    locations: &[GraphNamedLocation],
    agreements: &[GraphAgreement],
) -> Judged {
    let mut judged = Judged::default();
    for policy in policies
        .iter()
        .filter(|policy| policy.state.as_deref() == Some("enabled"))
    {
        let Some(controls) = &policy.grant_controls else {
            continue;
        };
        let name = policy.display_name.clone().unwrap_or_default();
        let conditions = &policy.conditions;
        let place = Place::of(&conditions["locations"], locations);
        let holds = [
            meets_guests(&conditions["users"]),
            meets_the_app(&conditions["applications"]),
            meets_browsers(conditions),
            if place == Place::NotJudged {
                Holds::Perhaps
            } else {
                Holds::Yes
            },
        ];
        match holds.into_iter().max() {
            Some(Holds::No) => continue,
            Some(Holds::Perhaps) => {
                judged.unjudged.push(name);
                continue;
            }
            Some(Holds::Yes) | None => {}
        }
        let countries = match place {
            Place::Countries(countries) => countries,
            Place::Anywhere | Place::NotJudged => Vec::new(),
        };
        for grant in grants(controls) {
            judged.lines.push(AccessPolicy {
                name: name.clone(),
                grant,
                locations: countries.clone(),
                sign_in_risk: risks(&conditions["signInRiskLevels"]),
                user_risk: risks(&conditions["userRiskLevels"]),
            });
        }
        for id in &controls.terms_of_use {
            let terms = terms(id, agreements);
            if !judged.terms.contains(&terms) {
                judged.terms.push(terms);
            }
        }
    }
    judged
}

/// Controls of which one is enough (`OR`) count by the one a guest meets most easily.
fn grants(controls: &GraphGrantControls) -> Vec<Grant> {
    let mut grants: Vec<Grant> = GRANTS
        .iter()
        .filter(|(word, _)| controls.built_in_controls.iter().any(|own| own == word))
        .map(|(_, grant)| *grant)
        .collect();
    if controls.authentication_strength.is_some() {
        grants.push(Grant::AuthenticationStrength);
    }
    if controls.operator.as_deref() == Some("OR") {
        grants.sort_unstable();
        grants.truncate(1);
    }
    grants
}

fn terms(id: &str, agreements: &[GraphAgreement]) -> Terms {
    let agreement = agreements.iter().find(|own| own.id.eq_ignore_ascii_case(id));
    Terms {
        name: agreement
            .and_then(|own| own.display_name.clone())
            .unwrap_or_else(|| id.to_owned()),
        per_device: agreement
            .and_then(|own| own.is_per_device_acceptance_required)
            .unwrap_or(false),
        version: 0,
        reaccept_after_days: None,
    }
}

fn texts(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .map(|items| items.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default()
}

fn risks(value: &Value) -> Vec<RiskLevel> {
    let known = |word: &&str| serde_json::from_value((*word).into()).ok();
    texts(value).iter().filter_map(known).collect()
}

/// Groups and roles are no sign: a new guest has neither. Guests of single tenants are another matter for each of them.
fn meets_guests(users: &Value) -> Holds {
    let everybody = |value: &Value| {
        texts(value)
            .iter()
            .any(|word| *word == "All" || *word == "GuestsOrExternalUsers")
    };
    let kinds = |value: &Value| {
        let names = value["guestOrExternalUserTypes"].as_str().unwrap_or_default();
        if !names
            .split(',')
            .any(|kind| kind.trim() == "b2bCollaborationGuest")
        {
            return Holds::No;
        }
        match value["externalTenants"]["membershipKind"].as_str() {
            Some("enumerated") => Holds::Perhaps,
            _ => Holds::Yes,
        }
    };
    let included = if everybody(&users["includeUsers"]) {
        Holds::Yes
    } else {
        kinds(&users["includeGuestsOrExternalUsers"])
    };
    let excluded = if everybody(&users["excludeUsers"]) {
        Holds::Yes
    } else {
        kinds(&users["excludeGuestsOrExternalUsers"])
    };
    match (included, excluded) {
        (Holds::No, _) | (_, Holds::Yes) => Holds::No,
        (_, Holds::Perhaps) => Holds::Perhaps,
        (included, Holds::No) => included,
    }
}

/// Policies about other applications, about user actions and about step-up contexts do not meet a guest who lands in My Apps.
fn meets_the_app(applications: &Value) -> Holds {
    let app = AppPolicy::default().id;
    let named = |value: &Value| {
        texts(value)
            .iter()
            .any(|word| *word == "All" || word.eq_ignore_ascii_case(&app))
    };
    let excluded = texts(&applications["excludeApplications"])
        .iter()
        .any(|word| word.eq_ignore_ascii_case(&app));
    if named(&applications["includeApplications"]) && !excluded {
        Holds::Yes
    } else {
        Holds::No
    }
}

fn meets_browsers(conditions: &Value) -> Holds {
    let clients = texts(&conditions["clientAppTypes"]);
    let legacy_alone = !clients.is_empty() && !clients.iter().any(|own| ["all", "browser"].contains(own));
    let flows_alone = !conditions["authenticationFlows"]["transferMethods"].is_null();
    if legacy_alone || flows_alone {
        return Holds::No;
    }
    let platforms = texts(&conditions["platforms"]["includePlatforms"]);
    let some_platforms = !platforms.is_empty() && !platforms.contains(&"all");
    let filtered = ["devices", "insiderRiskLevels"]
        .iter()
        .any(|name| !conditions[*name].is_null());
    if some_platforms || filtered {
        Holds::Perhaps
    } else {
        Holds::Yes
    }
}

/// Where a policy applies.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    /// Wherever the guest is, or nearly.
    Anywhere,
    /// In these countries.
    Countries(Vec<String>),
    /// At addresses, or trusted places.
    NotJudged,
}

impl Place {
    fn of(condition: &Value, known: &[GraphNamedLocation]) -> Self {
        let included = texts(&condition["includeLocations"]);
        // "All but the offices": a guest is in none of them.
        if included.is_empty() || included.contains(&"All") {
            return Self::Anywhere;
        }
        let countries: Vec<String> = known
            .iter()
            .filter(|location| included.contains(&location.id.as_str()))
            .flat_map(|location| location.countries_and_regions.clone())
            .collect();
        if countries.is_empty() {
            Self::NotJudged
        } else {
            Self::Countries(countries)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn policy(change: impl FnOnce(&mut Value)) -> GraphAccessPolicy {
        let mut json = json!({
            "displayName": "Guests",
            "state": "enabled",
            "conditions": {
                "clientAppTypes": ["all"],
                "applications": {"includeApplications": ["All"]},
                "users": {"includeUsers": ["GuestsOrExternalUsers"]},
            },
            "grantControls": {"operator": "AND", "builtInControls": ["mfa"]},
        });
        change(&mut json);
        serde_json::from_value(json).expect("a policy")
    }

    fn lines(change: impl FnOnce(&mut Value)) -> usize {
        judge(&[policy(change)], &[], &[]).lines.len()
    }

    #[test]
    fn only_what_meets_a_new_guest_in_a_browser_counts() {
        assert_eq!(lines(|_| ()), 1);
        assert_eq!(
            lines(|own| own["state"] = json!("enabledForReportingButNotEnforced")),
            0
        );
        assert_eq!(
            lines(|own| own["conditions"]["users"] = json!({"includeGroups": ["g"]})),
            0
        );
        assert_eq!(
            lines(|own| own["conditions"]["users"] =
                json!({"includeUsers": ["All"], "excludeUsers": ["GuestsOrExternalUsers"]})),
            0
        );
        assert_eq!(
            lines(
                |own| own["conditions"]["users"] = json!({"includeGuestsOrExternalUsers": {"guestOrExternalUserTypes": "internalGuest,b2bCollaborationGuest"}})
            ),
            1
        );
        assert_eq!(
            lines(
                |own| own["conditions"]["applications"] = json!({"includeApplications": ["some-other-app"]})
            ),
            0
        );
        assert_eq!(
            lines(|own| own["conditions"]["clientAppTypes"] = json!(["exchangeActiveSync", "other"])),
            0
        );
        assert_eq!(lines(|own| own["grantControls"] = Value::Null), 0);
    }

    #[test]
    fn what_cannot_be_judged_is_named_and_not_applied() {
        for (name, value) in [
            ("platforms", json!({"includePlatforms": ["iOS"]})),
            (
                "devices",
                json!({"deviceFilter": {"mode": "exclude", "rule": "x"}}),
            ),
            ("locations", json!({"includeLocations": ["AllTrusted"]})),
        ] {
            let judged = judge(&[policy(|own| own["conditions"][name] = value)], &[], &[]);
            assert_eq!(
                (judged.lines.len(), judged.unjudged),
                (0, vec!["Guests".to_owned()]),
                "{name}"
            );
        }
    }

    #[test]
    fn one_of_several_controls_is_the_easiest() {
        let judged = judge(
            &[policy(|own| {
                own["grantControls"] =
                    json!({"operator": "OR", "builtInControls": ["compliantDevice", "mfa"]});
            })],
            &[],
            &[],
        );
        assert_eq!(judged.lines.len(), 1);
        assert_eq!(judged.lines[0].grant, Grant::Mfa);
    }

    #[test]
    fn countries_and_terms_are_looked_up() {
        let location = GraphNamedLocation {
            id: "far".into(),
            countries_and_regions: vec!["BR".into(), "IN".into()],
        };
        let agreement = GraphAgreement {
            id: "house".into(),
            display_name: Some("House rules".into()),
            is_per_device_acceptance_required: Some(true),
        };
        let judged = judge(
            &[policy(|own| {
                own["conditions"]["locations"] = json!({"includeLocations": ["far"]});
                own["grantControls"]["termsOfUse"] = json!(["house", "unread"]);
            })],
            &[location],
            &[agreement],
        );
        assert_eq!(judged.lines[0].locations, ["BR", "IN"]);
        let names: Vec<_> = judged
            .terms
            .iter()
            .map(|own| (own.name.as_str(), own.per_device))
            .collect();
        assert_eq!(names, [("House rules", true), ("unread", false)]);
    }
}
