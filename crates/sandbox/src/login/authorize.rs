//! The authorize endpoint and the pages behind it: choose an administrator, approve, go back to the client.

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use url::Url;

use super::failure::Failure;
use super::grants::{Flow, ResponseMode};
use super::scopes::Requested;
use super::token::{Claims, Form};
use super::{Door, pages};

const SESSION_COOKIE: &str = "usher_sandbox_session";

/// What the `prompt` parameter asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Prompt {
    /// Absent: as few pages as possible.
    Unset,
    Login,
    None,
    Consent,
    SelectAccount,
}

/// `GET {authority}/oauth2/v2.0/authorize`
pub(super) async fn begin(
    State(door): State<Door>,
    Path(tenant): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = Form::read(query.unwrap_or_default().as_bytes());
    if !door.login.is_tenant(&tenant) {
        return pages::failure(&Failure::unknown_tenant(&tenant), door.login.now());
    }
    // Where to send an answer is settled first: until then a mistake may only be shown on a page here.
    let target = match Target::read(&door, &query) {
        Ok(target) => target,
        Err(failure) => return pages::failure(&failure, door.login.now()),
    };
    match check(&query, &target) {
        Ok((flow, prompt)) => begin_flow(&door, &tenant, flow, prompt, &query, &headers),
        Err(failure) => target.refuse(&failure, door.login.now()),
    }
}

/// The client and the way back to it.
struct Target {
    client_id: String,
    redirect_uri: String,
    response_mode: ResponseMode,
    state: Option<String>,
}

impl Target {
    fn read(door: &Door, query: &Form) -> Result<Self, Failure> {
        let client_id = query.require("client_id")?;
        if client_id != door.login.config().public_client_id {
            return Err(Failure::unknown_client(client_id));
        }
        let redirect_uri = query.require("redirect_uri")?;
        if !is_registered_redirect(redirect_uri) {
            return Err(Failure::unregistered_redirect(redirect_uri));
        }
        let response_mode = match query.get("response_mode") {
            None | Some("query") => ResponseMode::Query,
            Some("fragment") => ResponseMode::Fragment,
            Some("form_post") => ResponseMode::FormPost,
            Some(_) => return Err(Failure::unsupported_response_mode()),
        };
        Ok(Self {
            client_id: client_id.to_owned(),
            redirect_uri: redirect_uri.to_owned(),
            response_mode,
            state: query.get("state").map(str::to_owned),
        })
    }

    fn of(flow: &Flow) -> Self {
        Self {
            client_id: flow.client_id.clone(),
            redirect_uri: flow.redirect_uri.clone(),
            response_mode: flow.response_mode,
            state: flow.state.clone(),
        }
    }

    fn refuse(&self, failure: &Failure, now: DateTime<Utc>) -> Response {
        if !failure.redirectable {
            return pages::failure(failure, now);
        }
        let body = failure.body(now);
        let word = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        self.answer(vec![
            ("error", word("error")),
            ("error_description", word("error_description")),
            ("error_uri", word("error_uri")),
        ])
    }

    fn answer(&self, mut parameters: Vec<(&'static str, String)>) -> Response {
        if let Some(state) = &self.state {
            parameters.push(("state", state.clone()));
        }
        let encoded = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&parameters)
            .finish();
        match self.response_mode {
            ResponseMode::Query => {
                let Ok(mut address) = Url::parse(&self.redirect_uri) else {
                    return StatusCode::BAD_REQUEST.into_response();
                };
                let joined = match address.query() {
                    Some(query) if !query.is_empty() => format!("{query}&{encoded}"),
                    _ => encoded,
                };
                address.set_query(Some(&joined));
                redirect(address.as_str())
            }
            ResponseMode::Fragment => redirect(&format!("{}#{encoded}", self.redirect_uri)),
            ResponseMode::FormPost => pages::post_back(&self.redirect_uri, &parameters),
        }
    }
}

/// Whether an address is one of the registered `http://localhost` and `http://127.0.0.1`: the port is ignored,
/// the path is significant, and IPv6 loopback is not registered (reply-url.md).
fn is_registered_redirect(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else {
        return false;
    };
    let loopback = matches!(url.host_str(), Some("localhost" | "127.0.0.1"));
    let bare = url.path() == "/" && url.fragment().is_none() && url.query().is_none();
    address.len() <= 256
        && url.scheme() == "http"
        && loopback
        && bare
        && url.username().is_empty()
        && url.password().is_none()
}

fn check(query: &Form, target: &Target) -> Result<(Flow, Prompt), Failure> {
    match query.require("response_type")? {
        "code" => {}
        other => return Err(Failure::unsupported_response_type(other)),
    }
    let requested = Requested::parse(query.get("scope").ok_or_else(Failure::scope_missing)?)?;
    let challenge = query
        .get("code_challenge")
        .ok_or_else(Failure::proof_key_required)?;
    if query.get("code_challenge_method") != Some("S256") || challenge.len() != 43 {
        return Err(Failure::proof_key_malformed());
    }
    let claims = Claims::parse(query.get("claims"))?;
    let prompt = match query.get("prompt") {
        None => Prompt::Unset,
        Some("login") => Prompt::Login,
        Some("none") => Prompt::None,
        Some("consent") => Prompt::Consent,
        Some("select_account") => Prompt::SelectAccount,
        Some(_) => return Err(Failure::unsupported_prompt()),
    };
    let flow = Flow {
        client_id: target.client_id.clone(),
        redirect_uri: target.redirect_uri.clone(),
        response_mode: target.response_mode,
        state: target.state.clone(),
        nonce: query.get("nonce").map(str::to_owned),
        challenge: challenge.to_owned(),
        requested,
        ask_consent: prompt == Prompt::Consent,
        understands_challenges: claims.understands_challenges,
        admin_id: None,
    };
    Ok((flow, prompt))
}

/// Shows the first page the request needs, or none.
fn begin_flow(
    door: &Door,
    tenant: &str,
    flow: Flow,
    prompt: Prompt,
    query: &Form,
    headers: &HeaderMap,
) -> Response {
    let now = door.login.now();
    let session = session_cookie(headers).and_then(|id| door.login.grants().session(&id, now));
    let hint = query.get("login_hint");
    let hinted = hint
        .and_then(|name| door.login.admin_by_name(name))
        .map(|admin| admin.id.clone());
    match prompt {
        Prompt::None => match hinted.or(session) {
            Some(admin_id) if consent_missing(door, &flow, &admin_id) => {
                let failure = Failure::consent_required(&door.login.config().public_client_name);
                Target::of(&flow).refuse(&failure, now)
            }
            Some(admin_id) => finish(door, &flow, &admin_id),
            None => Target::of(&flow).refuse(&Failure::login_required(), now),
        },
        // A named administrator without a prompt stands for a browser that is signed in and whose pages were
        // answered before: tests and `--login-hint` go through without a click.
        Prompt::Unset if hinted.is_some() => {
            let admin_id = hinted.unwrap_or_default();
            approve(door, &flow, &admin_id);
            finish(door, &flow, &admin_id)
        }
        Prompt::Unset | Prompt::Consent if session.is_some() && hint.is_none() => {
            continue_with(door, tenant, flow, &session.unwrap_or_default(), headers)
        }
        Prompt::Unset | Prompt::Login | Prompt::Consent | Prompt::SelectAccount => {
            let id = door.login.grants().open_flow(flow, now);
            pages::choose_account(door, tenant, &id, hint)
        }
    }
}

fn consent_missing(door: &Door, flow: &Flow, admin_id: &str) -> bool {
    let approved = door.login.grants().approved(admin_id, &flow.client_id);
    !flow.requested.registered_permissions().is_subset(&approved)
}

fn approve(door: &Door, flow: &Flow, admin_id: &str) {
    let permissions = flow.requested.registered_permissions();
    door.login
        .grants()
        .approve(admin_id, &flow.client_id, permissions);
}

/// Shows the consent page where something new is asked for, else goes back to the client.
fn continue_with(door: &Door, tenant: &str, mut flow: Flow, admin_id: &str, headers: &HeaderMap) -> Response {
    let now = door.login.now();
    let Some(admin) = door.login.admin(admin_id) else {
        return Target::of(&flow).refuse(&Failure::login_required(), now);
    };
    if !flow.ask_consent && !consent_missing(door, &flow, admin_id) {
        return with_session(door, finish(door, &flow, admin_id), admin_id, headers);
    }
    flow.admin_id = Some(admin_id.to_owned());
    let approved = door.login.grants().approved(admin_id, &flow.client_id);
    let requested = flow.requested.registered_permissions();
    let id = door.login.grants().open_flow(flow, now);
    let page = pages::consent(door, tenant, &id, admin, &requested, &approved);
    with_session(door, page, admin_id, headers)
}

/// `POST …/flow/{flow}/account`
pub(super) async fn choose_account(
    State(door): State<Door>,
    Path((tenant, flow_id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let form = Form::read(&body);
    let now = door.login.now();
    let chosen = form
        .get("account")
        .and_then(|id| door.login.admin(id))
        .map(|admin| admin.id.clone());
    let Some(flow) = door.login.grants().close_flow(&flow_id, now) else {
        return pages::gone(StatusCode::GONE);
    };
    match chosen {
        Some(admin_id) => continue_with(&door, &tenant, flow, &admin_id, &headers),
        None => Target::of(&flow).refuse(&Failure::sign_in_cancelled(), now),
    }
}

/// `POST …/flow/{flow}/consent`
pub(super) async fn decide_consent(
    State(door): State<Door>,
    Path((_tenant, flow_id)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    let form = Form::read(&body);
    let now = door.login.now();
    // A flow whose administrator is not chosen yet has no consent page to answer.
    if door
        .login
        .grants()
        .flow_mut(&flow_id, now)
        .is_none_or(|flow| flow.admin_id.is_none())
    {
        return pages::gone(StatusCode::GONE);
    }
    let Some(flow) = door.login.grants().close_flow(&flow_id, now) else {
        return pages::gone(StatusCode::GONE);
    };
    match (form.get("decision"), flow.admin_id.clone()) {
        (Some("accept"), Some(admin_id)) => {
            approve(&door, &flow, &admin_id);
            finish(&door, &flow, &admin_id)
        }
        _ => Target::of(&flow).refuse(&Failure::consent_declined(), now),
    }
}

/// Back to the client with a code.
fn finish(door: &Door, flow: &Flow, admin_id: &str) -> Response {
    let now = door.login.now();
    let code = door.login.grants().put_code(flow, admin_id, now);
    Target::of(flow).answer(vec![("code", code)])
}

/// `GET` or `POST {authority}/oauth2/v2.0/logout`
pub(super) async fn logout(
    State(door): State<Door>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    if let Some(id) = session_cookie(&headers) {
        door.login.grants().end_session(&id);
    }
    let query = Form::read(query.unwrap_or_default().as_bytes());
    let mut response = match query.get("post_logout_redirect_uri") {
        Some(address) if is_registered_redirect(address) => redirect(address),
        _ => pages::signed_out(),
    };
    set_cookie(
        &mut response,
        &format!("{SESSION_COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"),
    );
    response
}

fn with_session(door: &Door, mut response: Response, admin_id: &str, headers: &HeaderMap) -> Response {
    let now = door.login.now();
    let mut grants = door.login.grants();
    let current = session_cookie(headers).and_then(|id| grants.session(&id, now));
    if current.as_deref() != Some(admin_id) {
        let id = grants.open_session(admin_id, now);
        set_cookie(
            &mut response,
            &format!("{SESSION_COOKIE}={id}; Path=/; HttpOnly; SameSite=Lax"),
        );
    }
    response
}

fn session_cookie(headers: &HeaderMap) -> Option<String> {
    let cookies = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == SESSION_COOKIE)
        .map(|(_, value)| value.to_owned())
}

fn set_cookie(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

fn redirect(address: &str) -> Response {
    match HeaderValue::from_str(address) {
        Ok(location) => {
            let headers = [
                (header::LOCATION, location),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            ];
            (StatusCode::FOUND, headers).into_response()
        }
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}
