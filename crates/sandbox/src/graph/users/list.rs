//! `GET /users` and `GET /users/$count`.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::{
    order::{Order, Place},
    view::{Shape, write_object},
};
use crate::{
    graph::{
        access,
        answer::{GraphAnswer, GraphError},
        odata::{self, Comparison, Expression, Literal, Search, TextTest},
        request::GraphRequest,
    },
    world::{User, World},
};

const DEFAULT_PAGE: usize = 100;
const LARGEST_PAGE: usize = 999;
/// With `signInActivity` a larger page is silently made this small (user-list.md).
const LARGEST_PAGE_WITH_ACTIVITY: usize = 500;

pub(in crate::graph) fn list(world: &World, request: &GraphRequest) -> Result<GraphAnswer, GraphError> {
    access::read_users(request)?;
    if request.query.get("skip").is_some() {
        return Err(GraphError::bad_request(
            "'$skip' is not supported by the service.",
        ));
    }
    let question = Question::read(request)?;
    if question.shape.has("signInActivity") || question.asks_activity {
        access::read_sign_in_activity(world, request)?;
    }
    let mut top = request.query.top(DEFAULT_PAGE, LARGEST_PAGE)?;
    if question.shape.has("signInActivity") || question.asks_activity {
        top = top.min(LARGEST_PAGE_WITH_ACTIVITY);
    }
    let after = request
        .query
        .get("skiptoken")
        .map(Place::from_token)
        .transpose()?;
    let now = world.now();
    let finds = |user: &&User| user.visible_from <= now && question.finds(user);
    let counts = request.query.counts() && request.is_eventual() && after.is_none();
    let mut found: Vec<&User> = match (&question.order, &after) {
        // In the order of the ids nobody need be looked at who is not on the page.
        (None, Some(place)) => world.users_after(place.id).filter(finds).take(top + 1).collect(),
        (None, None) if !counts => world.users().filter(finds).take(top + 1).collect(),
        _ => world.users().filter(finds).collect(),
    };
    if let Some(order) = &question.order {
        found.sort_by(|a, b| order.compare(a, b));
    }
    let total = found.len();
    let start = after.as_ref().map_or(0, |place| {
        found.partition_point(|user| place.is_at_or_after(user, question.order.as_ref()))
    });
    let page = &found[start.min(total)..];
    let more = page.len() > top;
    let page = &page[..top.min(page.len())];

    let mut body = Map::new();
    let selected = request.query.get("select").is_some();
    body.insert(
        "@odata.context".to_owned(),
        json!(request.context(&format!("users{}", question.shape.context_suffix(selected)))),
    );
    if counts {
        body.insert("@odata.count".to_owned(), json!(total));
    }
    if let (true, Some(last)) = (more, page.last()) {
        let token = Place::of(last, question.order.as_ref()).to_token();
        let link = format!("{}/users?{}", request.root, request.query.with_skip_token(&token));
        body.insert("@odata.nextLink".to_owned(), json!(link));
    }
    let mut out = Value::Object(body).to_string().into_bytes();
    out.pop();
    out.extend_from_slice(b",\"value\":[");
    for (index, user) in page.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_object(world, user, &question.shape, &mut out);
    }
    out.extend_from_slice(b"]}");
    Ok(GraphAnswer::raw(StatusCode::OK, out).header("x-ms-resource-unit", "2"))
}

pub(in crate::graph) fn count(world: &World, request: &GraphRequest) -> Result<GraphAnswer, GraphError> {
    access::read_users(request)?;
    if !request.is_eventual() {
        return Err(GraphError::bad_request("$count is not currently supported."));
    }
    let question = Question::read_with(request, true)?;
    let now = world.now();
    let count = world
        .users()
        .filter(|user| user.visible_from <= now && question.finds(user))
        .count();
    Ok(GraphAnswer::text(count.to_string()))
}

/// What a list of users is asked for.
struct Question {
    shape: Shape,
    filter: Option<Expression>,
    search: Option<Search>,
    order: Option<Order>,
    asks_activity: bool,
}

impl Question {
    fn read(request: &GraphRequest) -> Result<Self, GraphError> {
        Self::read_with(request, request.is_eventual() && request.query.counts())
    }

    /// `advanced`: the caller sent both `ConsistencyLevel: eventual` and `$count=true`.
    fn read_with(request: &GraphRequest, advanced: bool) -> Result<Self, GraphError> {
        let query = &request.query;
        let shape = Shape::new(query.select(), query.get("expand"))?;
        let filter = query
            .get("filter")
            .filter(|text| !text.trim().is_empty())
            .map(odata::parse)
            .transpose()
            .map_err(|error| {
                GraphError::bad_request(format!(
                    "Invalid filter clause: Syntax error at position {}.",
                    error.position
                ))
            })?;
        let mut asks_activity = false;
        if let Some(filter) = &filter {
            check_filter(filter, advanced)?;
            let paths = paths_of(filter);
            asks_activity = paths.iter().any(|path| path.starts_with("signInActivity"));
            if asks_activity && paths.iter().any(|path| !path.starts_with("signInActivity")) {
                return Err(unsupported_clause("signInActivity"));
            }
        }
        let search = query
            .get("search")
            .map(odata::parse_search)
            .transpose()
            .map_err(|_| {
                GraphError::unsupported_query(
                    "Invalid $search clause: use \"property:word\" in double quotes.",
                )
            })?;
        if let Some(search) = &search {
            if !request.is_eventual() {
                return Err(GraphError::unsupported_query(
                    "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'",
                ));
            }
            let searchable = [
                "displayName",
                "mail",
                "userPrincipalName",
                "givenName",
                "surname",
                "otherMails",
                "proxyAddresses",
            ];
            if let Some(other) = search
                .properties()
                .find(|property| !searchable.contains(property))
            {
                return Err(GraphError::unsupported_query(format!(
                    "Property '{}' is not supported in $search.",
                    other.chars().take(60).collect::<String>()
                )));
            }
        }
        let order = query.get("orderby").map(Order::read).transpose()?;
        if let Some(order) = &order {
            order.check(filter.is_some(), advanced)?;
        }
        if advanced && query.get("expand").is_some_and(|expand| !expand.is_empty()) {
            return Err(GraphError::unsupported_query(
                "$expand is not supported with advanced queries.",
            ));
        }
        Ok(Self {
            shape,
            filter,
            search,
            order,
            asks_activity,
        })
    }

    fn finds(&self, user: &User) -> bool {
        self.filter
            .as_ref()
            .is_none_or(|filter| odata::matches(filter, user))
            && self.search.as_ref().is_none_or(|search| search.finds(user))
    }
}

/// What may be asked about a property: without and with advanced queries (aad-advanced-queries.md).
fn rules(property: &str) -> Option<(&'static [Ask], &'static [Ask])> {
    use Ask::{EndsWith, Equal, Negated, Range, StartsWith};
    let property = property.split('/').next().unwrap_or_default();
    Some(match property {
        "id"
        | "accountEnabled"
        | "userType"
        | "externalUserState"
        | "externalUserStateChangeDateTime"
        | "creationType"
        | "usageLocation"
        | "preferredLanguage"
        | "showInAddressList" => (&[Equal], &[Negated]),
        "userPrincipalName" | "mail" | "displayName" | "givenName" | "surname" | "otherMails"
        | "proxyAddresses" | "mailNickname" => (&[Equal, Range, StartsWith], &[Negated, EndsWith]),
        "companyName" | "department" | "jobTitle" | "employeeId" => (&[Equal, Range, StartsWith], &[Negated]),
        "createdDateTime" | "signInActivity" => (&[Equal, Range], &[Negated]),
        "identities" => (&[Equal], &[]),
        "assignedLicenses" => (&[], &[Negated]),
        _ => return None,
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ask {
    Equal,
    Negated,
    Range,
    StartsWith,
    EndsWith,
}

fn check_filter(filter: &Expression, advanced: bool) -> Result<(), GraphError> {
    match filter {
        Expression::And(left, right) | Expression::Or(left, right) => {
            check_filter(left, advanced)?;
            check_filter(right, advanced)
        }
        Expression::Not(inner) => {
            if !advanced {
                return Err(needs_advanced("not"));
            }
            check_filter(inner, advanced)
        }
        Expression::Compare {
            path,
            operator,
            literal,
        } => {
            if path.ends_with("/$count") && !advanced {
                return Err(needs_advanced("$count"));
            }
            let ask = match operator {
                Comparison::Equal if *literal == Literal::Null && path == "userType" => Ask::Negated,
                Comparison::Equal => Ask::Equal,
                Comparison::NotEqual => Ask::Negated,
                Comparison::GreaterOrEqual
                | Comparison::LessOrEqual
                | Comparison::Greater
                | Comparison::Less => Ask::Range,
            };
            let operator = match (operator, ask) {
                (Comparison::Equal, _) => "eq",
                (_, Ask::Negated) => "ne",
                _ => "le",
            };
            check(path, ask, operator, advanced)
        }
        Expression::In { path, .. } => check(path, Ask::Equal, "in", advanced),
        Expression::Text { test, path, .. } => match test {
            TextTest::StartsWith => check(path, Ask::StartsWith, "startsWith", advanced),
            TextTest::EndsWith => check(path, Ask::EndsWith, "endsWith", advanced),
            TextTest::Contains => Err(GraphError::unsupported_query(
                "The 'contains' operator is not supported.",
            )),
        },
        Expression::Any {
            collection,
            body: None,
        } => check(collection, Ask::Negated, "any", advanced),
        Expression::Any {
            collection,
            body: Some(body),
        } => check_lambda(collection, body, advanced),
        Expression::All { collection, .. } => Err(unsupported_clause(collection)),
    }
}

fn check_lambda(collection: &str, body: &Expression, advanced: bool) -> Result<(), GraphError> {
    if collection == "identities" {
        let paths = paths_of(body);
        return if paths.contains(&"issuer") && paths.contains(&"issuerAssignedId") {
            Ok(())
        } else {
            Err(unsupported_clause("identities"))
        };
    }
    match body {
        Expression::And(left, right) | Expression::Or(left, right) => {
            check_lambda(collection, left, advanced)?;
            check_lambda(collection, right, advanced)
        }
        Expression::Not(inner) => check_lambda(collection, inner, advanced),
        Expression::Compare {
            operator: Comparison::Equal,
            ..
        }
        | Expression::In { .. } => check(collection, Ask::Equal, "eq", advanced),
        Expression::Compare {
            operator: Comparison::NotEqual,
            ..
        } => check(collection, Ask::Negated, "ne", advanced),
        Expression::Compare { .. } => check(collection, Ask::Range, "le", advanced),
        Expression::Text {
            test: TextTest::StartsWith,
            ..
        } => check(collection, Ask::StartsWith, "startsWith", advanced),
        Expression::Text {
            test: TextTest::EndsWith,
            ..
        } => check(collection, Ask::EndsWith, "endsWith", advanced),
        _ => Err(unsupported_clause(collection)),
    }
}

fn check(path: &str, ask: Ask, operator: &str, advanced: bool) -> Result<(), GraphError> {
    let property = path.split('/').next().unwrap_or_default();
    let Some((plain, with_count)) = rules(property) else {
        return Err(unsupported_clause(property));
    };
    if plain.contains(&ask) || path.ends_with("/$count") || (advanced && with_count.contains(&ask)) {
        Ok(())
    } else if with_count.contains(&ask) {
        Err(needs_advanced(operator))
    } else {
        Err(unsupported_clause(property))
    }
}

fn needs_advanced(operator: &str) -> GraphError {
    GraphError::unsupported_query(format!(
        "Operator '{operator}' is not supported because the required parameters might be missing. Try adding $count=true query parameter and ConsistencyLevel:eventual header. Refer to https://aka.ms/graph-docs/advanced-queries for more information."
    ))
}

fn unsupported_clause(property: &str) -> GraphError {
    GraphError::unsupported_query(format!(
        "Unsupported or invalid query filter clause specified for property '{}' of resource 'User'.",
        property.chars().take(60).collect::<String>()
    ))
}

fn paths_of(filter: &Expression) -> Vec<&str> {
    match filter {
        Expression::And(left, right) | Expression::Or(left, right) => {
            let mut paths = paths_of(left);
            paths.extend(paths_of(right));
            paths
        }
        Expression::Not(inner) => paths_of(inner),
        Expression::Compare { path, .. } | Expression::In { path, .. } | Expression::Text { path, .. } => {
            vec![path]
        }
        Expression::Any { collection, .. } | Expression::All { collection, .. } => vec![collection],
    }
}
