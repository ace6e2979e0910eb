//! Microsoft Graph, versions 1.0 and beta, as far as guests are concerned.
//!
//! A request is taken apart ([`request`]), its caller is read from the bearer token, and one function per resource
//! answers it. Answers are made from the tenant under its lock, without an await, and pages of logs are compressed there
//! too; batches run the same functions.

mod access;
mod answer;
mod batch;
mod deleted;
mod invitations;
mod log_rows;
mod log_token;
mod logs;
mod memberships;
mod odata;
mod organization;
mod policies;
mod pressed;
mod request;
mod users;

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, Response, StatusCode, header},
    response::IntoResponse,
};
use percent_encoding::percent_decode_str;
use tower_http::{CompressionLevel, compression::CompressionLayer};
use uuid::Uuid;

pub(crate) use self::pressed::PressedRuns;
use self::{
    answer::{GraphAnswer, GraphError},
    request::{GraphRequest, Query, Version},
};
use crate::{
    SandboxState,
    login::{Principal, Rejection},
};

/// A request body may have this many bytes (the limit of the real service).
const LARGEST_BODY: usize = 4 << 20;

pub(crate) fn router(state: SandboxState) -> Router {
    Router::new()
        .fallback(answer_http)
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .with_state(state)
}

/// An HTTP request from outside: finds the caller, notes what is going to be changed, answers.
async fn answer_http(State(state): State<SandboxState>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let request_id = state.world().fresh_uuid();
    let client_request_id =
        header_text(&parts.headers, "client-request-id").unwrap_or_else(|| request_id.to_string());
    let refuse = |error: GraphError| {
        error
            .into_answer(state.clock().now(), request_id, &client_request_id)
            .into_response(request_id, &client_request_id)
    };
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return refuse(GraphError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "RequestEntityTooLarge",
            "The request body is larger than the service takes.",
        ));
    };
    let caller = match caller_of(&state, &parts.headers) {
        Ok(caller) => caller,
        Err(rejection) => return refuse(unauthorized(&rejection)),
    };
    let Some((version, segments)) = split_path(parts.uri.path()) else {
        return refuse(GraphError::plain_bad_request("Invalid version."));
    };
    let request = GraphRequest {
        version,
        root: format!("{}/graph/{}", origin(&state, &parts.headers), version.segment()),
        method: parts.method,
        segments,
        query: Query::parse(parts.uri.query().unwrap_or_default()),
        takes_gzip: takes_gzip(&parts.headers),
        headers: parts.headers,
        body,
        caller,
        request_id,
        client_request_id: client_request_id.clone(),
    };
    let answer = if request.segments == ["$batch"] {
        batch::run(&state, &request)
    } else {
        dispatch(&state, &request)
    };
    answer
        .into_response(request_id, &client_request_id)
        .into_response()
}

/// Answers one request, from outside or out of a batch.
fn dispatch(state: &SandboxState, request: &GraphRequest) -> GraphAnswer {
    if request.method != Method::GET {
        state
            .received()
            .note_graph(request_line(request), &request.body, state.clock().now());
    }
    route(state, request).unwrap_or_else(|error| {
        error.into_answer(
            state.clock().now(),
            request.request_id,
            &request.client_request_id,
        )
    })
}

fn request_line(request: &GraphRequest) -> crate::control::RequestLine {
    crate::control::RequestLine {
        method: request.method.to_string(),
        path: format!("/{}/{}", request.version.segment(), request.segments.join("/")),
        principal: request
            .caller
            .upn
            .clone()
            .unwrap_or_else(|| request.caller.app_id.clone()),
    }
}

fn route(state: &SandboxState, request: &GraphRequest) -> Result<GraphAnswer, GraphError> {
    let segments: Vec<&str> = request.segments.iter().map(String::as_str).collect();
    let mut world = state.world();
    let world = &mut *world;
    if let Some(answer) = policies::route(world, request, &segments) {
        return answer;
    }
    let (get, post, patch, delete) = (
        request.method == Method::GET,
        request.method == Method::POST,
        request.method == Method::PATCH,
        request.method == Method::DELETE,
    );
    match segments.as_slice() {
        ["organization"] if get => organization::list(world, request),
        ["me"] if get => users::me(world, request),
        ["me", "memberOf" | "transitiveMemberOf"] if get => memberships::mine(world, request),
        ["users"] if get => users::list(world, request),
        ["users", "$count"] if get => users::count(world, request),
        ["users", id] if get => users::get(world, request, id),
        ["users", id] if patch => users::patch(world, request, id),
        ["users", id] if delete => users::delete(world, request, id),
        ["users", id, "sponsors"] if get => users::sponsors(world, request, id),
        ["users", id, "sponsors", "$ref"] if post => users::add_sponsor(world, request, id),
        ["users", id, "sponsors", sponsor, "$ref"] if delete => {
            users::remove_sponsor(world, request, id, sponsor)
        }
        ["users", id, "memberOf" | "transitiveMemberOf"] if get => memberships::of_user(world, request, id),
        ["users", id, "appRoleAssignments"] if get => memberships::apps_of_user(world, request, id),
        ["users", id, "revokeSignInSessions"] if post => users::revoke_sessions(world, request, id),
        ["users", id, "invitedBy"] if get && request.version == Version::Beta => {
            users::invited_by(world, request, id)
        }
        ["directory", "deletedItems", "microsoft.graph.user"] if get => deleted::list(world, request),
        ["directory", "deletedItems", "microsoft.graph.user", "$count"] if get => {
            deleted::count(world, request)
        }
        ["directory", "deletedItems", id] if get => deleted::get(world, request, id),
        ["directory", "deletedItems", id] if delete => deleted::purge(world, request, id),
        ["directory", "deletedItems", id, "restore"] if post => deleted::restore(world, request, id),
        ["invitations"] if post => invitations::create(world, request),
        ["auditLogs", "directoryAudits"] if get => {
            logs::list_audits(world, &mut state.pressed_runs(), request)
        }
        ["auditLogs", "directoryAudits", id] if get => logs::get_audit(world, request, id),
        ["auditLogs", "signIns"] if get => logs::list_sign_ins(world, &mut state.pressed_runs(), request),
        ["auditLogs", "signIns", id] if get => logs::get_sign_in(world, request, id),
        [
            "organization" | "me" | "users" | "invitations" | "directory" | "auditLogs" | "$batch",
            ..,
        ] => Err(GraphError::wrong_method()),
        [first, ..] => Err(GraphError::no_such_segment(first)),
        [] => Err(GraphError::plain_bad_request("Empty path.")),
    }
}

/// The version and the decoded segments of a path below `/graph`.
fn split_path(path: &str) -> Option<(Version, Vec<String>)> {
    let mut segments = path
        .trim_matches('/')
        .split('/')
        .filter(|segment| !segment.is_empty());
    let version = Version::from_segment(segments.next()?)?;
    let decode = |segment: &str| {
        percent_decode_str(segment)
            .decode_utf8()
            .map(std::borrow::Cow::into_owned)
            .ok()
    };
    Some((version, segments.map(decode).collect::<Option<_>>()?))
}

/// Scheme and host that the caller used, so that next links lead back to the same listener.
fn origin(state: &SandboxState, headers: &HeaderMap) -> String {
    let Some(host) = header_text(headers, header::HOST.as_str()) else {
        return state.base_url().to_owned();
    };
    let plain = state.base_url().trim_start_matches("http://");
    let port_of = |host: &str| host.rsplit_once(':').map(|(_, port)| port.to_owned());
    if port_of(&host) == port_of(plain) {
        format!("http://{host}")
    } else {
        format!("https://{host}")
    }
}

fn header_text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .map(ToOwned::to_owned)
}

/// Whether an answer may come as gzip (RFC 9110, section 12.5.3).
fn takes_gzip(headers: &HeaderMap) -> bool {
    let given = header_text(headers, header::ACCEPT_ENCODING.as_str())
        .unwrap_or_default()
        .to_ascii_lowercase();
    given.split(',').any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().trim_start_matches("q=").parse().unwrap_or(1.0);
        name.trim() == "gzip" && weight > 0.0
    })
}

fn caller_of(state: &SandboxState, headers: &HeaderMap) -> Result<Principal, Rejection> {
    let header = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .ok_or(Rejection::Missing)?;
    let (scheme, token) = header.split_once(' ').ok_or(Rejection::Missing)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Rejection::Missing);
    }
    state.login().verify(token)
}

/// The 401 for each way a token can be bad (graph-errors and claims-challenge documents).
fn unauthorized(rejection: &Rejection) -> GraphError {
    let mut challenge = r#"Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000""#.to_owned();
    let message = match rejection {
        Rejection::Missing => "Access token is empty.",
        Rejection::Invalid => "CompactToken parsing failed with error code: 80049217",
        Rejection::WrongAudience => "Access token validation failure. Invalid audience.",
        Rejection::Expired => "Lifetime validation failed, the token is expired.",
        Rejection::Challenged { claims } => {
            challenge.push_str(", error=\"insufficient_claims\", claims=\"");
            challenge.push_str(claims);
            challenge.push('"');
            "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp"
        }
    };
    let mut error = GraphError::new(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken", message);
    error.headers.push(("www-authenticate", challenge));
    error
}

/// The id in a path, a GUID or nothing.
fn guid(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text).ok()
}

/// A body that a batch item carries, as bytes.
fn body_bytes(value: &serde_json::Value) -> Bytes {
    Bytes::from(value.to_string())
}
