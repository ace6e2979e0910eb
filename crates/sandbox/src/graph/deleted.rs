//! The recycle bin: `directory/deletedItems`.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::{
    access,
    answer::{GraphAnswer, GraphError},
    guid,
    odata::{self, Record},
    request::GraphRequest,
    users::{Order, Place, Shape, object},
};
use crate::world::{RestoreRefusal, User, UserId, World};

const LARGEST_PAGE: usize = 999;

/// What a deleted user shows when nothing is selected.
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
    "deletedDateTime",
];

fn shape(request: &GraphRequest) -> Result<Shape, GraphError> {
    let select = request
        .query
        .select()
        .unwrap_or_else(|| DEFAULT.iter().map(|name| (*name).to_owned()).collect());
    Shape::new(Some(select), request.query.get("expand"))
}

pub(super) fn list(world: &World, request: &GraphRequest) -> Result<GraphAnswer, GraphError> {
    access::read_users(request)?;
    let shape = shape(request)?;
    let top = request.query.top(100, LARGEST_PAGE)?;
    let filter = request
        .query
        .get("filter")
        .map(odata::parse)
        .transpose()
        .map_err(|_| GraphError::bad_request("Invalid filter clause."))?;
    let order = request.query.get("orderby").map(Order::read).transpose()?;
    if let Some(order) = &order {
        order.check(filter.is_some(), request.is_eventual() && request.query.counts())?;
    }
    let after = request
        .query
        .get("skiptoken")
        .map(Place::from_token)
        .transpose()?;
    let mut found: Vec<&User> = world
        .deleted_users()
        .filter(|user| filter.as_ref().is_none_or(|filter| odata::matches(filter, *user)))
        .collect();
    if let Some(order) = &order {
        found.sort_by(|a, b| order.compare(a, b));
    }
    let start = after.as_ref().map_or(0, |place| {
        found.partition_point(|user| place.is_at_or_after(user, order.as_ref()))
    });
    let rest = &found[start..];
    let page = &rest[..top.min(rest.len())];
    let mut body = Map::new();
    body.insert(
        "@odata.context".to_owned(),
        json!(request.context("directoryObjects")),
    );
    if request.query.counts() && request.is_eventual() && after.is_none() {
        body.insert("@odata.count".to_owned(), json!(rest.len()));
    }
    if let (true, Some(last)) = (rest.len() > page.len(), page.last()) {
        let token = Place::of(last, order.as_ref()).to_token();
        let query = request.query.with_skip_token(&token);
        let link = format!(
            "{}/directory/deletedItems/microsoft.graph.user?{query}",
            request.root
        );
        body.insert("@odata.nextLink".to_owned(), json!(link));
    }
    let value = page
        .iter()
        .map(|user| Value::Object(object(world, user, &shape)))
        .collect();
    body.insert("value".to_owned(), Value::Array(value));
    Ok(GraphAnswer::ok(&Value::Object(body)))
}

/// `…/microsoft.graph.user/$count`.
pub(super) fn count(world: &World, request: &GraphRequest) -> Result<GraphAnswer, GraphError> {
    access::read_users(request)?;
    if !request.is_eventual() {
        return Err(GraphError::bad_request("$count is not currently supported."));
    }
    Ok(GraphAnswer::text(world.deleted_users().count().to_string()))
}

pub(super) fn get(world: &World, request: &GraphRequest, id: &str) -> Result<GraphAnswer, GraphError> {
    access::read_users(request)?;
    let user = find(world, id)?;
    Ok(GraphAnswer::ok(&typed(world, request, user, &shape(request)?)))
}

fn find<'a>(world: &'a World, id: &str) -> Result<&'a User, GraphError> {
    let wanted = guid(id).map(UserId);
    world
        .deleted_users()
        .find(|user| Some(user.id) == wanted)
        .ok_or_else(|| GraphError::not_found(&id.chars().take(200).collect::<String>()))
}

fn typed(world: &World, request: &GraphRequest, user: &User, shape: &Shape) -> Value {
    let mut body = Map::new();
    body.insert(
        "@odata.context".to_owned(),
        json!(request.context("directoryObjects/$entity")),
    );
    body.insert("@odata.type".to_owned(), json!("#microsoft.graph.user"));
    body.extend(object(world, user, shape));
    Value::Object(body)
}

pub(super) fn restore(
    world: &mut World,
    request: &GraphRequest,
    id: &str,
) -> Result<GraphAnswer, GraphError> {
    access::write_users(request, &["User.DeleteRestore.All"])?;
    let user = find(world, id)?.id;
    let at = world.now();
    match world.restore_user(user, &request.actor(), at) {
        Ok(()) => {}
        Err(RestoreRefusal::NotInRecycleBin) => return Err(GraphError::not_found(id)),
        Err(RestoreRefusal::AddressTaken) => {
            return Err(GraphError::new(
                StatusCode::BAD_REQUEST,
                "Request_BadRequest",
                "Another object with the same value for property userPrincipalName already exists.",
            ));
        }
    }
    let user = world.user(user).ok_or_else(|| GraphError::not_found(id))?;
    let shape = Shape::new(None, None)?;
    debug_assert!(user.property("deletedDateTime").is_null());
    Ok(GraphAnswer::ok(&typed(world, request, user, &shape)))
}

pub(super) fn purge(world: &mut World, request: &GraphRequest, id: &str) -> Result<GraphAnswer, GraphError> {
    access::write_users(request, &["User.DeleteRestore.All"])?;
    let user = find(world, id)?.id;
    let at = world.now();
    world.purge_user(user, &request.actor(), at);
    Ok(GraphAnswer::no_content())
}
