//! How a user looks on the wire.

use std::collections::HashSet;

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::{
    graph::{answer::GraphError, odata::Record},
    world::{SignInActivity, User, World, stamp},
};

/// What Graph sends when nothing is selected.
const DEFAULT: &[&str] = &[
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "id",
];

/// Properties that every user has and no guest of the sandbox has a value for.
const ALWAYS_NULL: &[&str] = &[
    "ageGroup",
    "city",
    "consentProvidedForMinor",
    "country",
    "employeeHireDate",
    "employeeId",
    "employeeLeaveDateTime",
    "employeeType",
    "faxNumber",
    "isResourceAccount",
    "lastPasswordChangeDateTime",
    "legalAgeGroupClassification",
    "mobilePhone",
    "officeLocation",
    "onPremisesDistinguishedName",
    "onPremisesDomainName",
    "onPremisesImmutableId",
    "onPremisesLastSyncDateTime",
    "onPremisesSamAccountName",
    "onPremisesSecurityIdentifier",
    "onPremisesSyncEnabled",
    "onPremisesUserPrincipalName",
    "passwordPolicies",
    "postalCode",
    "preferredDataLocation",
    "state",
    "streetAddress",
];

/// Collections that are empty for everybody here.
const ALWAYS_EMPTY: &[&str] = &[
    "assignedLicenses",
    "assignedPlans",
    "businessPhones",
    "imAddresses",
    "licenseAssignmentStates",
    "provisionedPlans",
];

/// Properties outside the directory; asking for them on a list is refused as a whole.
const ELSEWHERE: &[&str] = &[
    "aboutMe",
    "birthday",
    "hireDate",
    "interests",
    "mailboxSettings",
    "mySite",
    "pastProjects",
    "preferredName",
    "responsibilities",
    "schools",
    "skills",
];

/// Which properties of users an answer has.
#[derive(Debug, Clone)]
pub(in crate::graph) struct Shape {
    names: Vec<String>,
    /// The properties of sponsors, where sponsors are expanded.
    sponsors: Option<Vec<String>>,
}

impl Shape {
    /// The shape a `$select` and `$expand` ask for.
    pub(in crate::graph) fn new(
        select: Option<Vec<String>>,
        expand: Option<&str>,
    ) -> Result<Self, GraphError> {
        let mut names = select.unwrap_or_else(|| DEFAULT.iter().map(|name| (*name).to_owned()).collect());
        for name in &names {
            if ELSEWHERE.contains(&name.as_str()) {
                return Err(GraphError::new(
                    StatusCode::NOT_IMPLEMENTED,
                    "NotImplemented",
                    "This operation target is not yet supported.",
                ));
            }
            if !is_known(name) {
                return Err(GraphError::plain_bad_request(format!(
                    "Parsing OData Select and Expand failed: Could not find a property named '{}' on type 'microsoft.graph.user'.",
                    name.chars().take(100).collect::<String>()
                )));
            }
        }
        names.push("id".to_owned());
        let mut seen = HashSet::new();
        names.retain(|name| seen.insert(name.clone()));
        Ok(Self {
            names,
            sponsors: read_expand(expand.unwrap_or_default())?,
        })
    }

    pub(in crate::graph) fn has(&self, name: &str) -> bool {
        self.names.iter().any(|own| own == name)
    }

    /// Names as `@odata.context` lists them; none for the default.
    pub(super) fn context_suffix(&self, selected: bool) -> String {
        if selected {
            format!("({})", self.names.join(","))
        } else {
            String::new()
        }
    }
}

/// `$expand=sponsors`, with or without `($select=…)`; nobody here has a manager.
fn read_expand(expand: &str) -> Result<Option<Vec<String>>, GraphError> {
    let refused = || GraphError::plain_bad_request("The requested expand is not supported.");
    let (property, options) = match expand.trim().split_once('(') {
        Some((property, rest)) => (property.trim(), rest.strip_suffix(')').ok_or_else(refused)?),
        None => (expand.trim(), ""),
    };
    if matches!(property, "" | "manager") {
        return Ok(None);
    }
    if property != "sponsors" {
        return Err(refused());
    }
    let selected = options
        .split(';')
        .find_map(|option| option.trim().strip_prefix("$select="));
    let mut names: Vec<String> = match selected {
        None => DEFAULT.iter().map(|name| (*name).to_owned()).collect(),
        Some(names) => names.split(',').map(|name| name.trim().to_owned()).collect(),
    };
    if !names.iter().all(|name| is_known(name)) {
        return Err(refused());
    }
    if !names.iter().any(|name| name == "id") {
        names.push("id".to_owned());
    }
    Ok(Some(names))
}

fn is_known(name: &str) -> bool {
    ALWAYS_NULL.contains(&name)
        || ALWAYS_EMPTY.contains(&name)
        || matches!(name, "signInActivity" | "deletedDateTime")
        || DIRECTORY.contains(&name)
}

/// Properties with values.
const DIRECTORY: &[&str] = &[
    "accountEnabled",
    "companyName",
    "createdDateTime",
    "creationType",
    "department",
    "displayName",
    "externalUserState",
    "externalUserStateChangeDateTime",
    "givenName",
    "id",
    "identities",
    "jobTitle",
    "mail",
    "mailNickname",
    "otherMails",
    "preferredLanguage",
    "proxyAddresses",
    "securityIdentifier",
    "showInAddressList",
    "signInSessionsValidFromDateTime",
    "surname",
    "usageLocation",
    "userPrincipalName",
    "userType",
];

impl Record for User {
    fn property(&self, name: &str) -> Value {
        match name {
            "accountEnabled" => json!(self.account_enabled),
            "businessPhones" => json!([]),
            "companyName" => json!(self.company_name),
            "createdDateTime" => json!(stamp(self.created)),
            "creationType" => json!(self.creation_type),
            "deletedDateTime" => json!(self.deleted.map(stamp)),
            "department" => json!(self.department),
            "displayName" => json!(self.display_name),
            "externalUserState" => json!(
                self.external_user_state
                    .map(crate::world::ExternalUserState::as_str)
            ),
            "externalUserStateChangeDateTime" => json!(self.external_user_state_changed.map(stamp)),
            "givenName" => json!(self.given_name),
            "id" => json!(self.id),
            "identities" => json!(self.identities),
            "jobTitle" => json!(self.job_title),
            "mail" => json!(self.mail),
            "mailNickname" => json!(self.user_principal_name.split('@').next()),
            "otherMails" => json!(self.other_mails),
            "preferredLanguage" => json!(self.preferred_language),
            "proxyAddresses" => json!(self.proxy_addresses),
            "securityIdentifier" => json!(security_identifier(self)),
            "showInAddressList" => json!(if self.is_guest() { Some(false) } else { None }),
            "signInActivity" => activity(&self.activity).unwrap_or(Value::Null),
            "signInSessionsValidFromDateTime" => json!(stamp(self.sessions_valid_from)),
            "surname" => json!(self.surname),
            "usageLocation" => json!(self.usage_location),
            "userPrincipalName" => json!(self.user_principal_name),
            "userType" => json!(self.user_type.as_str()),
            _ if ALWAYS_EMPTY.contains(&name) => json!([]),
            _ => Value::Null,
        }
    }
}

/// Appends the user as an object of a list: as [`object`], without making one first.
pub(super) fn write_object(world: &World, user: &User, shape: &Shape, out: &mut Vec<u8>) {
    let mut begin = b'{';
    let mut member = |name: &str, value: &Value| {
        out.push(begin);
        begin = b',';
        out.push(b'"');
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"\":");
        // Writing to a Vec cannot fail.
        let _ = serde_json::to_writer(&mut *out, value);
    };
    for name in &shape.names {
        if name != "signInActivity" {
            member(name, &user.property(name));
        } else if let Some(activity) = activity(&user.activity) {
            member(name, &activity);
        }
    }
    if let Some(names) = &shape.sponsors {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        member("sponsors", &Value::Array(sponsors(world, user, &names)));
    }
    out.push(b'}');
}

/// The user as an object of an answer. The clocks of the reporting store are left out where there are none.
pub(in crate::graph) fn object(world: &World, user: &User, shape: &Shape) -> Map<String, Value> {
    let mut members = Map::new();
    for name in &shape.names {
        if name == "signInActivity" {
            if let Some(activity) = activity(&user.activity) {
                members.insert(name.clone(), activity);
            }
            continue;
        }
        members.insert(name.clone(), user.property(name));
    }
    if let Some(names) = &shape.sponsors {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        members.insert("sponsors".to_owned(), Value::Array(sponsors(world, user, &names)));
    }
    members
}

/// The sponsors of a user as objects of their own type.
pub(super) fn sponsors(world: &World, user: &User, names: &[&str]) -> Vec<Value> {
    user.sponsors
        .iter()
        .filter_map(|id| world.user(*id))
        .filter(|sponsor| sponsor.deleted.is_none())
        .map(|sponsor| typed(sponsor, names))
        .collect()
}

/// A user among objects of any type.
pub(super) fn typed(user: &User, names: &[&str]) -> Value {
    let mut members = Map::new();
    members.insert("@odata.type".to_owned(), json!("#microsoft.graph.user"));
    for name in names {
        members.insert((*name).to_owned(), user.property(name));
    }
    Value::Object(members)
}

/// The sponsors with what Graph sends when nothing is selected.
pub(super) fn sponsors_default(world: &World, user: &User) -> Vec<Value> {
    sponsors(world, user, DEFAULT)
}

pub(super) fn typed_default(user: &User) -> Value {
    typed(user, DEFAULT)
}

fn activity(activity: &SignInActivity) -> Option<Value> {
    if activity == &SignInActivity::default() {
        return None;
    }
    let time = |clock: &Option<(chrono::DateTime<chrono::Utc>, uuid::Uuid)>| clock.map(|(at, _)| stamp(at));
    let request =
        |clock: &Option<(chrono::DateTime<chrono::Utc>, uuid::Uuid)>| clock.map(|(_, id)| id.to_string());
    Some(json!({
        "lastSignInDateTime": time(&activity.last_sign_in),
        "lastSignInRequestId": request(&activity.last_sign_in),
        "lastNonInteractiveSignInDateTime": time(&activity.last_non_interactive),
        "lastNonInteractiveSignInRequestId": request(&activity.last_non_interactive),
        "lastSuccessfulSignInDateTime": time(&activity.last_successful),
        "lastSuccessfulSignInRequestId": request(&activity.last_successful),
    }))
}

/// The Windows form of an object id: its sixteen bytes as four numbers.
fn security_identifier(user: &User) -> String {
    let bytes = user.id.0.to_bytes_le();
    let parts: Vec<_> = bytes
        .chunks_exact(4)
        .map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]).to_string())
        .collect();
    format!("S-1-12-1-{}", parts.join("-"))
}
