//! The documents by which a client finds its way: metadata, keys, instance discovery, userinfo.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::Door;
use super::failure::Failure;
use super::principal::PrincipalKind;
use super::tokens::issuer;

/// `GET {authority}/v2.0/.well-known/openid-configuration`
pub(super) async fn openid_configuration(State(door): State<Door>, Path(tenant): Path<String>) -> Response {
    if !door.login.is_tenant(&tenant) {
        return Failure::unknown_tenant(&tenant).into_json(door.login.now());
    }
    let base = &door.base;
    let authority = format!("{base}/login/{tenant}");
    // The shared names answer for every tenant, so their document leaves the tenant open.
    let issuer = if matches!(tenant.as_str(), "common" | "organizations") {
        format!("{base}/login/{{tenantid}}/v2.0")
    } else {
        issuer(&door)
    };
    let host = base.split_once("://").map_or("", |(_, host)| host);
    Json(json!({
        "token_endpoint": format!("{authority}/oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": format!("{authority}/discovery/v2.0/keys"),
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": issuer,
        "request_uri_parameter_supported": false,
        "userinfo_endpoint": format!("{authority}/openid/userinfo"),
        "authorization_endpoint": format!("{authority}/oauth2/v2.0/authorize"),
        "device_authorization_endpoint": format!("{authority}/oauth2/v2.0/devicecode"),
        "http_logout_supported": true,
        "frontchannel_logout_supported": false,
        "end_session_endpoint": format!("{authority}/oauth2/v2.0/logout"),
        "claims_supported": [
            "sub", "iss", "aud", "exp", "iat", "nbf", "nonce", "preferred_username", "name", "tid", "oid",
            "email", "ver", "uti",
        ],
        "code_challenge_methods_supported": ["S256"],
        "tenant_region_scope": null,
        "cloud_instance_name": host,
        "cloud_graph_host_name": host,
        "msgraph_host": host,
        "rbac_url": null,
    }))
    .into_response()
}

/// `GET {authority}/discovery/v2.0/keys`
pub(super) async fn keys(State(door): State<Door>, Path(tenant): Path<String>) -> Response {
    if !door.login.is_tenant(&tenant) {
        return Failure::unknown_tenant(&tenant).into_json(door.login.now());
    }
    Json(door.login.inner.key.key_set()).into_response()
}

/// `GET {login}/common/discovery/instance`: which hosts are one cloud.
pub(super) async fn instance(State(door): State<Door>, Path(tenant): Path<String>) -> Response {
    if !door.login.is_tenant(&tenant) {
        return Failure::unknown_tenant(&tenant).into_json(door.login.now());
    }
    let host = door.base.split_once("://").map_or("", |(_, host)| host);
    let configuration = "v2.0/.well-known/openid-configuration";
    Json(json!({
        "tenant_discovery_endpoint": format!("{}/login/{tenant}/{configuration}", door.base),
        "api-version": "1.1",
        "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
    }))
    .into_response()
}

/// `GET {authority}/openid/userinfo` with an access token of a person.
pub(super) async fn userinfo(State(door): State<Door>, headers: HeaderMap) -> Response {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let bearer = bearer
        .and_then(|value| value.strip_prefix("Bearer "))
        .unwrap_or_default();
    match door.login.verify(bearer) {
        Ok(principal) if principal.kind == PrincipalKind::User => Json(json!({
            "sub": principal.object_id,
            "name": principal.name,
            "email": principal.upn,
        }))
        .into_response(),
        Ok(_) => StatusCode::FORBIDDEN.into_response(),
        Err(rejection) => {
            let challenge = format!("Bearer error=\"invalid_token\", error_description=\"{rejection}\"");
            (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, challenge)]).into_response()
        }
    }
}
