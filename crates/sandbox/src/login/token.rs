//! The token endpoint.

use std::collections::HashMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::Door;
use super::assertion;
use super::failure::Failure;
use super::grants::Grant;
use super::scopes::Requested;
use super::tokens;

/// The one kind of client assertion there is (RFC 7523).
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A form body as a map. A repeated parameter counts by its first value.
pub(super) struct Form(HashMap<String, String>);

impl Form {
    pub(super) fn read(body: &[u8]) -> Self {
        let mut fields = HashMap::new();
        for (name, value) in url::form_urlencoded::parse(body) {
            fields
                .entry(name.into_owned())
                .or_insert_with(|| value.into_owned());
        }
        Self(fields)
    }

    /// The value of a parameter; empty counts as absent.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    pub(super) fn require(&self, name: &str) -> Result<&str, Failure> {
        self.get(name).ok_or_else(|| Failure::missing_parameter(name))
    }
}

/// `POST {authority}/oauth2/v2.0/token`
pub(super) async fn issue(
    State(door): State<Door>,
    Path(tenant): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let now = door.login.now();
    match answer(&door, &tenant, &headers, &Form::read(&body)) {
        Ok(body) => {
            let no_store = [
                (header::CACHE_CONTROL, "no-store, no-cache"),
                (header::PRAGMA, "no-cache"),
            ];
            (StatusCode::OK, no_store, Json(body)).into_response()
        }
        Err(failure) => failure.into_json(now),
    }
}

fn answer(door: &Door, tenant: &str, headers: &HeaderMap, form: &Form) -> Result<Value, Failure> {
    if !door.login.is_tenant(tenant) {
        return Err(Failure::unknown_tenant(tenant));
    }
    if take_one(&mut door.login.grants().faults.unavailable_token_requests) {
        return Err(Failure::unavailable());
    }
    match form.require("grant_type")? {
        "authorization_code" => redeem_code(door, form),
        "refresh_token" => refresh(door, form),
        "client_credentials" => client_credentials(door, headers, form),
        "urn:ietf:params:oauth:grant-type:device_code" => redeem_device_code(door, form),
        _ => Err(Failure::unsupported_grant_type()),
    }
}

fn redeem_code(door: &Door, form: &Form) -> Result<Value, Failure> {
    let client_id = public_client(door, form)?;
    let code = form.require("code")?;
    let redirect_uri = form.require("redirect_uri")?;
    let verifier = form.require("code_verifier")?;
    let requested = form.get("scope").map(Requested::parse).transpose()?;
    let claims = Claims::parse(form.get("claims"))?;
    let now = door.login.now();
    let mut grant = door.login.grants().redeem_code(code, now, |kept| {
        if kept.grant.client_id != client_id {
            return Err(Failure::grant_of_another_client());
        }
        if kept.redirect_uri != redirect_uri {
            return Err(Failure::malformed_redirect_for_code());
        }
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        if verifier.len() < 43 || challenge != kept.challenge {
            return Err(Failure::proof_key_mismatch());
        }
        Ok(())
    })?;
    grant.understands_challenges |= claims.understands_challenges;
    answer_for_grant(door, grant, requested, form)
}

fn refresh(door: &Door, form: &Form) -> Result<Value, Failure> {
    let client_id = public_client(door, form)?;
    let token = form.require("refresh_token")?;
    let requested = form.get("scope").map(Requested::parse).transpose()?;
    let claims = Claims::parse(form.get("claims"))?;
    let now = door.login.now();
    let mut grant = door.login.grants().refresh_grant(token, now)?;
    if grant.client_id != client_id {
        return Err(Failure::grant_of_another_client());
    }
    if take_one(&mut door.login.grants().faults.refreshes_needing_interaction) {
        return Err(Failure::interaction_required(now));
    }
    grant.understands_challenges |= claims.understands_challenges;
    answer_for_grant(door, grant, requested, form)
}

fn redeem_device_code(door: &Door, form: &Form) -> Result<Value, Failure> {
    let client_id = public_client(door, form)?;
    let device_code = form.require("device_code")?;
    let now = door.login.now();
    let grant = door
        .login
        .grants()
        .redeem_device_code(device_code, &client_id, now)?;
    answer_for_grant(door, grant, None, form)
}

/// Issues for a grant, narrowed to what this request asks for and never beyond what was consented to.
fn answer_for_grant(
    door: &Door,
    mut grant: Grant,
    requested: Option<Requested>,
    form: &Form,
) -> Result<Value, Failure> {
    let approved = door.login.grants().approved(&grant.admin_id, &grant.client_id);
    let requested = requested.unwrap_or_else(|| grant.requested.clone());
    let permissions = if requested.default {
        approved
    } else if requested.permissions.is_subset(&approved) {
        requested.permissions.clone()
    } else {
        return Err(Failure::consent_for_grant(
            &door.login.config().public_client_name,
        ));
    };
    // The OpenID scopes of the sign-in stay in force when a refresh leaves them out.
    grant.requested.openid.extend(requested.openid);
    let admin = door
        .login
        .admin(&grant.admin_id)
        .ok_or_else(Failure::grant_malformed)?;
    let wants_client_info = form.get("client_info") == Some("1");
    let now = door.login.now();
    tokens::answer_for_admin(door, admin, &grant, &permissions, wants_client_info, now)
        .map_err(|_| Failure::unavailable())
}

fn client_credentials(door: &Door, headers: &HeaderMap, form: &Form) -> Result<Value, Failure> {
    let basic = basic_credentials(headers);
    let client_id = match &basic {
        Some((client_id, _)) => client_id.as_str(),
        None => form.require("client_id")?,
    };
    let client = match door.login.confidential_client(client_id) {
        Some(client) => client,
        // A public client has no secret to present.
        None if client_id == door.login.config().public_client_id => return Err(Failure::secret_missing()),
        None => return Err(Failure::unknown_client(client_id)),
    };
    if let Some(assertion) = form.get("client_assertion") {
        if form.require("client_assertion_type")? != ASSERTION_TYPE {
            return Err(Failure::assertion_malformed());
        }
        let certificate = client.certificate.as_ref();
        let is_own_address = |audience: &str| is_token_endpoint(door, audience);
        assertion::check(
            assertion,
            certificate,
            client_id,
            is_own_address,
            door.login.now(),
        )?;
    } else {
        let secret = basic
            .as_ref()
            .map(|(_, secret)| secret.as_str())
            .or(form.get("client_secret"));
        let secret = secret.ok_or_else(Failure::secret_missing)?;
        if !same_secret(secret, &client.client_secret) {
            return Err(Failure::secret_wrong());
        }
    }
    let requested = Requested::parse(form.get("scope").ok_or_else(Failure::scope_missing)?)?;
    if !requested.default || !requested.permissions.is_empty() {
        return Err(Failure::client_credentials_scope());
    }
    tokens::answer_for_client(door, client, door.login.now()).map_err(|_| Failure::unavailable())
}

/// Whether an address is this endpoint, in either of the places it answers at.
fn is_token_endpoint(door: &Door, address: &str) -> bool {
    address
        .strip_prefix(&*door.base)
        .map(|path| path.strip_prefix("/login").unwrap_or(path))
        .and_then(|path| path.strip_prefix('/')?.strip_suffix("/oauth2/v2.0/token"))
        .is_some_and(|tenant| door.login.is_tenant(tenant))
}

/// The public client of a request, which must not present a secret.
pub(super) fn public_client(door: &Door, form: &Form) -> Result<String, Failure> {
    let client_id = form.require("client_id")?;
    if client_id != door.login.config().public_client_id {
        return Err(Failure::unknown_client(client_id));
    }
    if form.get("client_secret").is_some() || form.get("client_assertion").is_some() {
        return Err(Failure::public_client_with_secret());
    }
    Ok(client_id.to_owned())
}

/// What a `claims` parameter says, as far as the authority acts on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Claims {
    /// The client declares `xms_cc` with `cp1`: it can answer a claims challenge.
    pub(super) understands_challenges: bool,
}

impl Claims {
    pub(super) fn parse(text: Option<&str>) -> Result<Self, Failure> {
        let Some(text) = text else {
            return Ok(Self::default());
        };
        let value: Value = serde_json::from_str(text).map_err(|_| Failure::malformed_claims())?;
        if !value.is_object() {
            return Err(Failure::malformed_claims());
        }
        let declared = value["access_token"]["xms_cc"]["values"].as_array();
        let understands_challenges = declared.is_some_and(|values| values.iter().any(|value| value == "cp1"));
        Ok(Self {
            understands_challenges,
        })
    }
}

/// Client id and secret of an `Authorization: Basic` header, form-decoded as RFC 6749 asks.
fn basic_credentials(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let decoded = STANDARD.decode(value.strip_prefix("Basic ")?.trim()).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (client_id, secret) = text.split_once(':')?;
    let decode = |part: &str| {
        percent_encoding::percent_decode_str(&part.replace('+', " "))
            .decode_utf8()
            .map(std::borrow::Cow::into_owned)
    };
    Some((decode(client_id).ok()?, decode(secret).ok()?))
}

/// Compares digests, so that the time taken says nothing about the secret.
fn same_secret(given: &str, wanted: &str) -> bool {
    Sha256::digest(given.as_bytes()) == Sha256::digest(wanted.as_bytes())
}

fn take_one(count: &mut u32) -> bool {
    let due = *count > 0;
    *count = count.saturating_sub(1);
    due
}
