//! How a user looks on the wire.

use std::collections::HashSet;

use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

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
        property(self, name, AsValue)
    }
}

/// What is made of a property.
trait Sink {
    type Made;
    fn take(self, value: impl Serialize) -> Self::Made;
}

struct AsValue;

impl Sink for AsValue {
    type Made = Value;
    fn take(self, value: impl Serialize) -> Value {
        json!(value)
    }
}

/// Appends the property's JSON: a list has many, and a value of each first would cost more than the writing.
struct AsText<'o>(&'o mut Vec<u8>);

impl Sink for AsText<'_> {
    type Made = ();
    fn take(self, value: impl Serialize) {
        // Writing to a Vec cannot fail.
        let _ = serde_json::to_writer(self.0, &value);
    }
}

fn property<S: Sink>(user: &User, name: &str, sink: S) -> S::Made {
    const NOTHING: [(); 0] = [];
    match name {
        "accountEnabled" => sink.take(user.account_enabled),
        "businessPhones" => sink.take(NOTHING),
        "companyName" => sink.take(&user.company_name),
        "createdDateTime" => sink.take(stamp(user.created)),
        "creationType" => sink.take(&user.creation_type),
        "deletedDateTime" => sink.take(user.deleted.map(stamp)),
        "department" => sink.take(&user.department),
        "displayName" => sink.take(&user.display_name),
        "externalUserState" => sink.take(
            user.external_user_state
                .map(crate::world::ExternalUserState::as_str),
        ),
        "externalUserStateChangeDateTime" => sink.take(user.external_user_state_changed.map(stamp)),
        "givenName" => sink.take(&user.given_name),
        "id" => sink.take(user.id),
        "identities" => sink.take(&user.identities),
        "jobTitle" => sink.take(&user.job_title),
        "mail" => sink.take(&user.mail),
        "mailNickname" => sink.take(user.user_principal_name.split('@').next()),
        "otherMails" => sink.take(&user.other_mails),
        "preferredLanguage" => sink.take(&user.preferred_language),
        "proxyAddresses" => sink.take(&user.proxy_addresses),
        "securityIdentifier" => sink.take(security_identifier(user)),
        "showInAddressList" => sink.take(user.is_guest().then_some(false)),
        "signInActivity" => sink.take(Activity::of(user)),
        "signInSessionsValidFromDateTime" => sink.take(stamp(user.sessions_valid_from)),
        "surname" => sink.take(&user.surname),
        "usageLocation" => sink.take(&user.usage_location),
        "userPrincipalName" => sink.take(&user.user_principal_name),
        "userType" => sink.take(user.user_type.as_str()),
        _ if ALWAYS_EMPTY.contains(&name) => sink.take(NOTHING),
        _ => sink.take(()),
    }
}

/// The clocks of the reporting store.
#[expect(clippy::struct_field_names, reason = "named as on the wire")]
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Activity {
    last_sign_in_date_time: Option<String>,
    last_sign_in_request_id: Option<Uuid>,
    last_non_interactive_sign_in_date_time: Option<String>,
    last_non_interactive_sign_in_request_id: Option<Uuid>,
    last_successful_sign_in_date_time: Option<String>,
    last_successful_sign_in_request_id: Option<Uuid>,
}

impl Activity {
    /// `None` where the store has none of them: a list then leaves the property out.
    fn of(user: &User) -> Option<Self> {
        let activity = &user.activity;
        if activity == &SignInActivity::default() {
            return None;
        }
        let time = |clock: Option<(DateTime<Utc>, Uuid)>| clock.map(|(at, _)| stamp(at));
        let request = |clock: Option<(DateTime<Utc>, Uuid)>| clock.map(|(_, id)| id);
        Some(Self {
            last_sign_in_date_time: time(activity.last_sign_in),
            last_sign_in_request_id: request(activity.last_sign_in),
            last_non_interactive_sign_in_date_time: time(activity.last_non_interactive),
            last_non_interactive_sign_in_request_id: request(activity.last_non_interactive),
            last_successful_sign_in_date_time: time(activity.last_successful),
            last_successful_sign_in_request_id: request(activity.last_successful),
        })
    }
}

/// The properties an answer about the user has. The clocks of the reporting store are left out where there are none.
fn shown<'s>(user: &User, shape: &'s Shape) -> impl Iterator<Item = &'s str> {
    let has_clocks = user.activity != SignInActivity::default();
    let names = shape.names.iter().map(String::as_str);
    names.filter(move |name| *name != "signInActivity" || has_clocks)
}

/// Appends the user as an object of a list: as [`object`], without making one first.
pub(super) fn write_object(world: &World, user: &User, shape: &Shape, out: &mut Vec<u8>) {
    let mut begin = b'{';
    let mut begin_member = |name: &str, out: &mut Vec<u8>| {
        out.extend_from_slice(&[begin, b'"']);
        begin = b',';
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"\":");
    };
    for name in shown(user, shape) {
        begin_member(name, out);
        property(user, name, AsText(out));
    }
    if let Some(sponsors) = sponsors_of_shape(world, user, shape) {
        begin_member("sponsors", out);
        AsText(out).take(sponsors);
    }
    out.push(b'}');
}

/// The user as an object of an answer.
pub(in crate::graph) fn object(world: &World, user: &User, shape: &Shape) -> Map<String, Value> {
    let mut members: Map<String, Value> = shown(user, shape)
        .map(|name| (name.to_owned(), user.property(name)))
        .collect();
    if let Some(sponsors) = sponsors_of_shape(world, user, shape) {
        members.insert("sponsors".to_owned(), Value::Array(sponsors));
    }
    members
}

fn sponsors_of_shape(world: &World, user: &User, shape: &Shape) -> Option<Vec<Value>> {
    let names: Vec<&str> = shape.sponsors.as_ref()?.iter().map(String::as_str).collect();
    Some(sponsors(world, user, &names))
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

/// The Windows form of an object id: its sixteen bytes as four numbers.
fn security_identifier(user: &User) -> String {
    let bytes = user.id.0.to_bytes_le();
    let parts: Vec<_> = bytes
        .chunks_exact(4)
        .map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]).to_string())
        .collect();
    format!("S-1-12-1-{}", parts.join("-"))
}
