//! One user: reading, changing, deleting, sponsors.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::view::{Shape, object, sponsors_default, typed_default};
use crate::{
    graph::{
        access,
        answer::{GraphAnswer, GraphError},
        guid,
        request::GraphRequest,
    },
    world::{Actor, AuditTarget, ModifiedProperty, NewAudit, User, UserId, World},
};

/// Microsoft allows this many sponsors (b2b-sponsors.md).
const MOST_SPONSORS: usize = 5;

pub(in crate::graph) fn me(world: &World, request: &GraphRequest) -> Result<GraphAnswer, GraphError> {
    let Some(id) = request.caller_user() else {
        return Err(GraphError::plain_bad_request(
            "/me request is only valid with delegated authentication flow.",
        ));
    };
    access::needs_any(
        request,
        &[
            "User.Read",
            "User.Read.All",
            "User.ReadWrite.All",
            "Directory.Read.All",
        ],
    )?;
    let user = world
        .user(id)
        .ok_or_else(|| GraphError::not_found(&id.to_string()))?;
    answer(world, request, user)
}

pub(in crate::graph) fn get(
    world: &World,
    request: &GraphRequest,
    id: &str,
) -> Result<GraphAnswer, GraphError> {
    if request.caller_user().map(|own| own.to_string()) != Some(id.to_lowercase()) {
        access::read_users(request)?;
    }
    let user = find(world, id)?;
    if request
        .query
        .select()
        .is_some_and(|names| names.iter().any(|name| name == "signInActivity"))
    {
        access::read_sign_in_activity(world, request)?;
        if guid(id).is_none() {
            return Err(GraphError::plain_bad_request(
                "Get By Key only supports UserId and the key has to be a valid Guid",
            ));
        }
    }
    answer(world, request, user)
}

fn answer(world: &World, request: &GraphRequest, user: &User) -> Result<GraphAnswer, GraphError> {
    let selected = request.query.get("select").is_some();
    let shape = Shape::new(request.query.select(), request.query.get("expand"))?;
    let mut body = serde_json::Map::new();
    let context = format!("users{}/$entity", shape.context_suffix(selected));
    body.insert("@odata.context".to_owned(), json!(request.context(&context)));
    body.extend(object(world, user, &shape));
    Ok(GraphAnswer::ok(&Value::Object(body)))
}

/// The user by id or by user principal name, once reads see it.
pub(super) fn find<'a>(world: &'a World, id: &str) -> Result<&'a User, GraphError> {
    let found = match guid(id) {
        Some(guid) => world.user(UserId(guid)).filter(|user| user.deleted.is_none()),
        None => world.user_by_upn(id),
    };
    let shown: String = id.chars().take(200).collect();
    found
        .filter(|user| user.visible_from <= world.now())
        .ok_or_else(|| GraphError::not_found(&shown))
}

pub(in crate::graph) fn patch(
    world: &mut World,
    request: &GraphRequest,
    id: &str,
) -> Result<GraphAnswer, GraphError> {
    let changes = request.object()?;
    let only_blocks = changes.keys().all(|name| name == "accountEnabled");
    let narrower: &[&str] = if only_blocks {
        &["User.EnableDisableAccount.All"]
    } else {
        &[]
    };
    access::write_users(request, narrower)?;
    let user = find(world, id)?.id;
    // Everything is checked before anything is changed.
    let edits = changes
        .iter()
        .map(|(name, value)| Edit::read(name, value))
        .collect::<Result<Vec<_>, _>>()?;
    let (actor, at) = (request.actor(), world.now());
    let mut changed = Vec::new();
    for edit in edits {
        if let Edit::AccountEnabled(enabled) = edit {
            world.set_account_enabled(user, enabled, &actor, at);
        } else if let Some(user) = world.user_mut(user) {
            changed.extend(edit.apply(user));
        }
    }
    write_update_row(world, user, changed, &actor);
    Ok(GraphAnswer::no_content())
}

fn write_update_row(
    world: &mut World,
    user: UserId,
    mut changed: Vec<(&'static str, ModifiedProperty)>,
    actor: &Actor,
) {
    if changed.is_empty() {
        return;
    }
    let names: Vec<_> = changed.iter().map(|(name, _)| *name).collect();
    let closing = ModifiedProperty::included(&names);
    let mut properties: Vec<_> = changed.drain(..).map(|(_, property)| property).collect();
    properties.push(closing);
    if let Some(target) = world.user(user).map(AuditTarget::user) {
        let at = world.now();
        world.append_audit(
            NewAudit::core_directory("Update user", "Update", at, actor.clone())
                .target(target.with(properties)),
        );
    }
}

/// A change of one property.
enum Edit {
    AccountEnabled(bool),
    Text(&'static str, fn(&mut User) -> &mut Option<String>, Option<String>),
    DisplayName(String),
    OtherMails(Vec<String>),
}

impl Edit {
    fn read(name: &str, value: &Value) -> Result<Self, GraphError> {
        let text = || match value {
            Value::Null => Ok(None),
            Value::String(text) if text.chars().count() <= 256 => Ok(Some(text.clone())),
            _ => Err(invalid(name)),
        };
        Ok(match name {
            "accountEnabled" => Self::AccountEnabled(value.as_bool().ok_or_else(|| invalid(name))?),
            "displayName" => Self::DisplayName(
                text()?
                    .filter(|name| !name.is_empty())
                    .ok_or_else(|| invalid(name))?,
            ),
            "companyName" => Self::Text("CompanyName", |user| &mut user.company_name, text()?),
            "department" => Self::Text("Department", |user| &mut user.department, text()?),
            "givenName" => Self::Text("GivenName", |user| &mut user.given_name, text()?),
            "surname" => Self::Text("Surname", |user| &mut user.surname, text()?),
            "jobTitle" => Self::Text("JobTitle", |user| &mut user.job_title, text()?),
            "mail" => Self::Text("Mail", |user| &mut user.mail, text()?),
            "usageLocation" => Self::Text("UsageLocation", |user| &mut user.usage_location, text()?),
            "preferredLanguage" => {
                Self::Text("PreferredLanguage", |user| &mut user.preferred_language, text()?)
            }
            "otherMails" => {
                let mails = value.as_array().ok_or_else(|| invalid(name))?;
                let mails = mails
                    .iter()
                    .map(|mail| {
                        mail.as_str()
                            .filter(|mail| mail.len() <= 250)
                            .map(ToOwned::to_owned)
                    })
                    .collect::<Option<Vec<_>>>()
                    .filter(|mails| mails.len() <= 250);
                Self::OtherMails(mails.ok_or_else(|| invalid(name))?)
            }
            _ => {
                return Err(GraphError::bad_request(format!(
                    "Property '{}' is read-only or does not exist on type 'microsoft.graph.user'.",
                    name.chars().take(100).collect::<String>()
                )));
            }
        })
    }

    fn apply(self, user: &mut User) -> Option<(&'static str, ModifiedProperty)> {
        match self {
            Self::AccountEnabled(_) => None,
            Self::Text(name, field, new) => {
                let field = field(user);
                let old = std::mem::replace(field, new.clone());
                (old != new).then(|| (name, ModifiedProperty::json(name, &[old], &[new])))
            }
            Self::DisplayName(new) => {
                let old = std::mem::replace(&mut user.display_name, new.clone());
                (old != new).then(|| {
                    (
                        "DisplayName",
                        ModifiedProperty::json("DisplayName", &[old], &[new]),
                    )
                })
            }
            Self::OtherMails(new) => {
                let old = std::mem::replace(&mut user.other_mails, new.clone());
                (old != new).then(|| ("OtherMail", ModifiedProperty::json("OtherMail", &[old], &[new])))
            }
        }
    }
}

fn invalid(name: &str) -> GraphError {
    GraphError::bad_request(format!(
        "Invalid value specified for property '{name}' of resource 'User'."
    ))
}

pub(in crate::graph) fn delete(
    world: &mut World,
    request: &GraphRequest,
    id: &str,
) -> Result<GraphAnswer, GraphError> {
    access::write_users(request, &["User.DeleteRestore.All"])?;
    let user = find(world, id)?.id;
    if request.caller_user() == Some(user) {
        return Err(GraphError::bad_request("You can't delete yourself."));
    }
    let at = world.now();
    world.delete_user(user, &request.actor(), at);
    Ok(GraphAnswer::no_content())
}

pub(in crate::graph) fn sponsors(
    world: &World,
    request: &GraphRequest,
    id: &str,
) -> Result<GraphAnswer, GraphError> {
    access::read_users(request)?;
    let user = find(world, id)?;
    Ok(GraphAnswer::ok(&json!({
        "@odata.context": request.context("directoryObjects"),
        "value": sponsors_default(world, user),
    })))
}

pub(in crate::graph) fn add_sponsor(
    world: &mut World,
    request: &GraphRequest,
    id: &str,
) -> Result<GraphAnswer, GraphError> {
    access::write_users(request, &[])?;
    let user = find(world, id)?.id;
    let body = request.object()?;
    let reference = body.get("@odata.id").and_then(Value::as_str).unwrap_or_default();
    let last = reference
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    let sponsor = guid(last)
        .map(UserId)
        .ok_or_else(|| GraphError::bad_request("Invalid object reference."))?;
    if world
        .user(sponsor)
        .is_none_or(|sponsor| sponsor.deleted.is_some())
    {
        return Err(GraphError::not_found(&sponsor.to_string()));
    }
    let Some(guest) = world.user_mut(user) else {
        return Err(GraphError::not_found(id));
    };
    if guest.sponsors.contains(&sponsor) {
        return Err(GraphError::bad_request(
            "One or more added object references already exist for the following modified properties: 'sponsors'.",
        ));
    }
    if guest.sponsors.len() >= MOST_SPONSORS {
        return Err(GraphError::bad_request(
            "The maximum number of sponsors has been reached.",
        ));
    }
    guest.sponsors.push(sponsor);
    let change = ModifiedProperty::json("User.Sponsors", &[] as &[String], &[sponsor.to_string()]);
    let target = AuditTarget::user(guest).with(vec![change]);
    let at = world.now();
    world.append_audit(
        NewAudit::core_directory("Add user sponsor", "Assign", at, request.actor()).target(target),
    );
    Ok(GraphAnswer::no_content())
}

pub(in crate::graph) fn remove_sponsor(
    world: &mut World,
    request: &GraphRequest,
    id: &str,
    sponsor: &str,
) -> Result<GraphAnswer, GraphError> {
    access::write_users(request, &[])?;
    let user = find(world, id)?.id;
    let sponsor = guid(sponsor)
        .map(UserId)
        .ok_or_else(|| GraphError::bad_request("Invalid object reference."))?;
    let Some(guest) = world.user_mut(user) else {
        return Err(GraphError::not_found(id));
    };
    let before = guest.sponsors.len();
    guest.sponsors.retain(|own| *own != sponsor);
    if guest.sponsors.len() == before {
        return Err(GraphError::not_found(&sponsor.to_string()));
    }
    let change = ModifiedProperty::json("User.Sponsors", &[sponsor.to_string()], &[] as &[String]);
    let target = AuditTarget::user(guest).with(vec![change]);
    let at = world.now();
    world.append_audit(
        NewAudit::core_directory("Remove user sponsor", "Unassign", at, request.actor()).target(target),
    );
    Ok(GraphAnswer::no_content())
}

/// Answers true and does nothing that a guest would notice: guests' sessions live in their home tenant
/// (user-revokesigninsessions.md).
pub(in crate::graph) fn revoke_sessions(
    world: &mut World,
    request: &GraphRequest,
    id: &str,
) -> Result<GraphAnswer, GraphError> {
    access::write_users(request, &["User.RevokeSessions.All"])?;
    let user = find(world, id)?.id;
    let at = world.now();
    if let Some(user) = world.user_mut(user) {
        user.sessions_valid_from = at;
        let target = AuditTarget::user(user);
        world.append_audit(
            NewAudit::core_directory(
                "Update StsRefreshTokenValidFrom Timestamp",
                "Update",
                at,
                request.actor(),
            )
            .target(target),
        );
    }
    Ok(GraphAnswer::ok(
        &json!({"@odata.context": request.context("Edm.Boolean"), "value": true}),
    ))
}

/// Who invited the guest; beta only.
pub(in crate::graph) fn invited_by(
    world: &World,
    request: &GraphRequest,
    id: &str,
) -> Result<GraphAnswer, GraphError> {
    access::read_users(request)?;
    let inviter = find(world, id)?
        .invited_by
        .and_then(|inviter| world.user(inviter));
    let inviter = inviter.ok_or_else(|| {
        GraphError::new(
            StatusCode::NOT_FOUND,
            "Request_ResourceNotFound",
            "Resource 'invitedBy' does not exist.",
        )
    })?;
    let mut body = typed_default(inviter);
    if let Value::Object(members) = &mut body {
        members.insert(
            "@odata.context".to_owned(),
            json!(request.context("directoryObjects/$entity")),
        );
    }
    Ok(GraphAnswer::ok(&body))
}
