//! The audit log and the sign-in log: pages of rows that lie ready as JSON, newest first, inside the retention window.

use std::sync::Arc;

use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::{Map, Value};

use super::{
    access,
    answer::{GraphAnswer, GraphError},
    log_rows::WireRow,
    log_token::Token,
    odata::{self, Comparison, Expression, Literal, TextTest},
    pressed::{Form, PressedRuns},
    request::{GraphRequest, Version},
};
use crate::world::World;

/// Default and largest page of the report endpoints (signin-list.md).
const LARGEST_PAGE: usize = 1_000;

/// How a page ends.
const END: &[u8] = b"]}";

pub(super) fn list_audits(
    world: &World,
    pressed: &mut PressedRuns,
    request: &GraphRequest,
) -> Result<GraphAnswer, GraphError> {
    access::read_log(world, request, access::Log::Audits)?;
    list(
        world,
        pressed,
        request,
        world.audit_rows(),
        &Kind {
            path: "auditLogs/directoryAudits",
            time: "activityDateTime",
            policies: false,
        },
    )
}

pub(super) fn list_sign_ins(
    world: &World,
    pressed: &mut PressedRuns,
    request: &GraphRequest,
) -> Result<GraphAnswer, GraphError> {
    access::read_log(world, request, access::Log::SignIns)?;
    let policies = access::sees_applied_policies(request);
    list(
        world,
        pressed,
        request,
        world.sign_in_rows(),
        &Kind {
            path: "auditLogs/signIns",
            time: "createdDateTime",
            policies,
        },
    )
}

pub(super) fn get_audit(world: &World, request: &GraphRequest, id: &str) -> Result<GraphAnswer, GraphError> {
    access::read_log(world, request, access::Log::Audits)?;
    get(
        world,
        request,
        world.audit_rows(),
        "auditLogs/directoryAudits",
        false,
        id,
    )
}

pub(super) fn get_sign_in(
    world: &World,
    request: &GraphRequest,
    id: &str,
) -> Result<GraphAnswer, GraphError> {
    access::read_log(world, request, access::Log::SignIns)?;
    let policies = access::sees_applied_policies(request);
    get(
        world,
        request,
        world.sign_in_rows(),
        "auditLogs/signIns",
        policies,
        id,
    )
}

/// What a log is called and how much of a row the caller sees.
struct Kind {
    path: &'static str,
    time: &'static str,
    policies: bool,
}

fn list<R: WireRow>(
    world: &World,
    pressed: &mut PressedRuns,
    request: &GraphRequest,
    rows: &[Arc<R>],
    kind: &Kind,
) -> Result<GraphAnswer, GraphError> {
    let now = world.now();
    let filter = read_filter::<R>(request)?;
    let ascending = is_ascending(request, kind.time)?;
    let top = request.query.top(LARGEST_PAGE, usize::MAX)?.min(LARGEST_PAGE);
    let token = request
        .query
        .get("skiptoken")
        .map(|token| Token::read(token, now))
        .transpose()?;
    let select = request.query.select();

    let mut oldest = now - TimeDelta::days(i64::from(world.retention_days));
    let mut newest = now;
    if let Some(filter) = &filter {
        let (from, to) = odata::time_bounds(filter, kind.time);
        // Rows bear fractions that bounds may cut off, so the window is a little wider; the filter itself is exact.
        oldest = oldest.max(from.map_or(oldest, |from| from - TimeDelta::seconds(1)));
        newest = newest.min(to.map_or(newest, |to| to + TimeDelta::seconds(1)));
    }
    let from = rows.partition_point(|row| row.at() < oldest);
    let to = rows.partition_point(|row| row.at() <= newest).max(from);
    // Interactive sign-ins only, unless a filter of beta asks for others.
    let asks_events = request.version == Version::Beta && filter.as_ref().is_some_and(asks_event_types);
    let passes = |row: &&Arc<R>| {
        row.visible_from() <= now
            && (asks_events || row.is_usual())
            && filter
                .as_ref()
                .is_none_or(|filter| odata::matches(filter, &***row))
    };
    let window = &rows[from..to];
    let picked: Vec<&Arc<R>> = if ascending {
        let start = token.map_or(0, |token| {
            window.partition_point(|row| token.is_at_or_before(&**row))
        });
        window[start..].iter().filter(passes).take(top + 1).collect()
    } else {
        let end = token.map_or(window.len(), |token| {
            window.partition_point(|row| token.is_after(&**row))
        });
        window[..end].iter().rev().filter(passes).take(top + 1).collect()
    };
    let page = &picked[..top.min(picked.len())];

    let mut head = b"{\"@odata.context\":".to_vec();
    push_text(&mut head, &request.context(kind.path));
    if let (true, Some(last)) = (picked.len() > page.len(), page.last()) {
        let number = token.map_or(1, |token| token.page + 1);
        let token = Token {
            at: last.at(),
            sequence: last.sequence(),
            page: number,
        }
        .write(now);
        head.extend_from_slice(b",\"@odata.nextLink\":");
        push_text(
            &mut head,
            &format!(
                "{}/{}?{}",
                request.root,
                kind.path,
                request.query.with_skip_token(&token)
            ),
        );
    }
    head.extend_from_slice(b",\"value\":[");
    let write = |row: &R, out: &mut Vec<u8>| {
        write_row(row, request.version, kind.policies, select.as_deref(), out);
    };
    if request.takes_gzip && select.is_none() {
        let form = Form {
            path: kind.path,
            version: request.version,
            policies: kind.policies,
        };
        if let Ok(member) = pressed.page(form, &head, page, END, write) {
            return Ok(GraphAnswer::gzip(member));
        }
    }
    let mut out = head;
    for (index, row) in page.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write(row, &mut out);
    }
    out.extend_from_slice(END);
    Ok(GraphAnswer::raw(StatusCode::OK, out))
}

fn get<R: WireRow>(
    world: &World,
    request: &GraphRequest,
    rows: &[Arc<R>],
    path: &str,
    policies: bool,
    id: &str,
) -> Result<GraphAnswer, GraphError> {
    let now = world.now();
    let oldest = now - TimeDelta::days(i64::from(world.retention_days));
    let row = rows
        .iter()
        .rev()
        .take_while(|row| row.at() >= oldest)
        .find(|row| row.id() == id && row.visible_from() <= now);
    let row = row.ok_or_else(|| {
        GraphError::new(
            StatusCode::NOT_FOUND,
            "ResourceNotFound",
            "The requested log row was not found.",
        )
    })?;
    let mut object = Vec::new();
    row.write(request.version, policies, &mut object);
    let mut out = b"{\"@odata.context\":".to_vec();
    push_text(&mut out, &request.context(&format!("{path}/$entity")));
    out.push(b',');
    out.extend_from_slice(&object[1..]);
    Ok(GraphAnswer::raw(StatusCode::OK, out))
}

fn write_row<R: WireRow>(
    row: &R,
    version: Version,
    policies: bool,
    select: Option<&[String]>,
    out: &mut Vec<u8>,
) {
    let Some(select) = select else {
        return row.write(version, policies, out);
    };
    let mut whole = Vec::new();
    row.write(version, policies, &mut whole);
    let members: Map<String, Value> = serde_json::from_slice(&whole).unwrap_or_default();
    let kept: Map<String, Value> = members
        .into_iter()
        .filter(|(name, _)| select.iter().any(|wanted| wanted == name))
        .collect();
    out.extend_from_slice(Value::Object(kept).to_string().as_bytes());
}

fn push_text(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(Value::from(text).to_string().as_bytes());
}

fn is_ascending(request: &GraphRequest, time: &str) -> Result<bool, GraphError> {
    let Some(order) = request.query.get("orderby") else {
        return Ok(false);
    };
    let mut words = order.split_whitespace();
    let direction = match (words.next(), words.next(), words.next()) {
        (Some(property), direction, None) if property == time => direction.unwrap_or("asc"),
        _ => return Err(GraphError::plain_bad_request("Invalid orderby clause.")),
    };
    match direction {
        "asc" => Ok(true),
        "desc" => Ok(false),
        _ => Err(GraphError::plain_bad_request("Invalid orderby clause.")),
    }
}

fn read_filter<R: WireRow>(request: &GraphRequest) -> Result<Option<Expression>, GraphError> {
    let Some(text) = request.query.get("filter").filter(|text| !text.trim().is_empty()) else {
        return Ok(None);
    };
    let filter = odata::parse(text).map_err(|error| {
        GraphError::plain_bad_request(format!(
            "Invalid filter clause: syntax error at position {}.",
            error.position
        ))
    })?;
    check::<R>(&filter, request.version, "")?;
    Ok(Some(filter))
}

fn check<R: WireRow>(filter: &Expression, version: Version, prefix: &str) -> Result<(), GraphError> {
    let known = |path: &str| {
        let whole = format!("{prefix}{path}");
        if R::filterable(whole.trim_end_matches('/'), version) {
            Ok(())
        } else {
            Err(GraphError::plain_bad_request(format!(
                "Invalid filter clause: filtering on property '{}' is not supported.",
                whole.chars().take(60).collect::<String>()
            )))
        }
    };
    match filter {
        Expression::And(left, right) | Expression::Or(left, right) => {
            check::<R>(left, version, prefix)?;
            check::<R>(right, version, prefix)
        }
        Expression::Not(inner) => check::<R>(inner, version, prefix),
        Expression::Compare { path, .. }
        | Expression::In { path, .. }
        | Expression::Text {
            test: TextTest::StartsWith,
            path,
            ..
        } => known(path),
        Expression::Text { .. } => Err(GraphError::plain_bad_request(
            "Invalid filter clause: only startsWith is supported.",
        )),
        Expression::Any {
            collection,
            body: Some(body),
        } => check::<R>(body, version, &format!("{prefix}{collection}/")),
        Expression::Any {
            collection,
            body: None,
        }
        | Expression::All { collection, .. } => known(collection),
    }
}

fn asks_event_types(filter: &Expression) -> bool {
    match filter {
        Expression::And(left, right) | Expression::Or(left, right) => {
            asks_event_types(left) || asks_event_types(right)
        }
        Expression::Not(inner) => asks_event_types(inner),
        Expression::Any { collection, .. } => collection == "signInEventTypes",
        Expression::Compare {
            path,
            operator: Comparison::Equal,
            literal: Literal::Boolean(false),
        } => path == "isInteractive",
        _ => false,
    }
}
