//! Signing in on a device without a browser (v2-oauth2-device-code.md).

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use rand::seq::IndexedRandom as _;
use serde_json::json;

use super::failure::Failure;
use super::grants::{DEVICE_CODE_LIFETIME, DeviceDecision, DeviceRequest};
use super::scopes::Requested;
use super::token::{Form, public_client};
use super::{Door, pages};

/// Letters and digits that cannot be mistaken for one another.
const USER_CODE_LETTERS: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ23456789";
const USER_CODE_LENGTH: usize = 9;

/// `POST {authority}/oauth2/v2.0/devicecode`
pub(super) async fn begin(State(door): State<Door>, Path(tenant): Path<String>, body: Bytes) -> Response {
    let form = Form::read(&body);
    match open(&door, &tenant, &form) {
        Ok(response) => response,
        Err(failure) => failure.into_json(door.login.now()),
    }
}

fn open(door: &Door, tenant: &str, form: &Form) -> Result<Response, Failure> {
    if !door.login.is_tenant(tenant) {
        return Err(Failure::unknown_tenant(tenant));
    }
    let client_id = public_client(door, form)?;
    let requested = Requested::parse(form.get("scope").ok_or_else(Failure::scope_missing)?)?;
    let user_code = user_code();
    let request = DeviceRequest {
        user_code: user_code.clone(),
        client_id,
        requested,
        decision: DeviceDecision::Pending,
    };
    let device_code = door.login.grants().open_device_request(request, door.login.now());
    let verification_uri = format!("{}/login/{tenant}/oauth2/v2.0/deviceauth", door.base);
    let message = format!(
        "To sign in, use a web browser to open the page {verification_uri} and enter the code {user_code} to \
         authenticate."
    );
    let body = json!({
        "user_code": user_code,
        "device_code": device_code,
        "verification_uri": verification_uri,
        "expires_in": DEVICE_CODE_LIFETIME.num_seconds(),
        "interval": 5,
        "message": message,
    });
    Ok(Json(body).into_response())
}

/// `GET …/deviceauth`: type the code, choose an administrator, allow or refuse.
pub(super) async fn page(
    State(door): State<Door>,
    Path(tenant): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let query = Form::read(query.unwrap_or_default().as_bytes());
    pages::device_sign_in(&door, &tenant, query.get("user_code").unwrap_or_default(), None)
}

/// `POST …/deviceauth`
pub(super) async fn decide(State(door): State<Door>, Path(tenant): Path<String>, body: Bytes) -> Response {
    let form = Form::read(&body);
    let now = door.login.now();
    let user_code = form.get("user_code").unwrap_or_default().trim().to_owned();
    let admin_id = form
        .get("account")
        .and_then(|id| door.login.admin(id))
        .map(|admin| admin.id.clone());
    let allowed = form.get("decision") == Some("accept");
    let mut grants = door.login.grants();
    let Some(request) = grants.device_request_by_user_code(&user_code, now) else {
        drop(grants);
        let notice = "This code is not known here, or its 15 minutes are over.";
        return pages::device_sign_in(&door, &tenant, "", Some(notice));
    };
    if request.decision != DeviceDecision::Pending {
        return pages::gone(StatusCode::GONE);
    }
    let (client_id, permissions) = (
        request.client_id.clone(),
        request.requested.registered_permissions(),
    );
    match admin_id {
        Some(admin_id) if allowed => {
            request.decision = DeviceDecision::Approved {
                admin_id: admin_id.clone(),
            };
            grants.approve(&admin_id, &client_id, permissions);
        }
        _ => request.decision = DeviceDecision::Declined,
    }
    drop(grants);
    pages::device_done(allowed)
}

fn user_code() -> String {
    let mut random = rand::rng();
    (0..USER_CODE_LENGTH)
        .filter_map(|_| USER_CODE_LETTERS.choose(&mut random))
        .map(|letter| char::from(*letter))
        .collect()
}
