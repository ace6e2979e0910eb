//! The tokens themselves: their claims and the answer that carries them.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::grants::Grant;
use super::principal::{Principal, PrincipalKind};
use super::{
    ACCESS_TOKEN_LIFETIME_SECONDS, AdminAccount, ConfidentialClient, Door, GRAPH_APP_ID, LoginConfig,
};

/// The claims of an access token (access-token-claims-reference.md).
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct AccessClaims {
    aud: String,
    iss: String,
    pub(super) iat: i64,
    nbf: i64,
    pub(super) exp: i64,
    appid: String,
    app_displayname: String,
    /// "0" for a public client, "1" for one with a secret.
    appidacr: String,
    /// `user` or `app`.
    idtyp: String,
    name: String,
    oid: String,
    sub: String,
    tid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    upn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scp: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    roles: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    wids: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    xms_cc: Vec<String>,
    uti: String,
    ver: String,
}

impl AccessClaims {
    fn for_admin(
        door: &Door,
        admin: &AdminAccount,
        grant: &Grant,
        permissions: &BTreeSet<String>,
        now: DateTime<Utc>,
    ) -> Self {
        let config = door.login.config();
        Self {
            appid: grant.client_id.clone(),
            app_displayname: config.public_client_name.clone(),
            appidacr: "0".to_owned(),
            idtyp: "user".to_owned(),
            name: admin.name.clone(),
            upn: Some(admin.upn.clone()),
            scp: Some(join(permissions)),
            wids: admin.role_template_ids.clone(),
            xms_cc: if grant.understands_challenges {
                vec!["cp1".to_owned()]
            } else {
                Vec::new()
            },
            ..Self::bare(config, &issuer(door), &admin.id, now)
        }
    }

    fn for_client(door: &Door, client: &ConfidentialClient, now: DateTime<Utc>) -> Self {
        Self {
            appid: client.client_id.clone(),
            app_displayname: client.name.clone(),
            appidacr: "1".to_owned(),
            idtyp: "app".to_owned(),
            name: client.name.clone(),
            roles: client.roles.clone(),
            ..Self::bare(
                door.login.config(),
                &issuer(door),
                &client.service_principal_id,
                now,
            )
        }
    }

    fn bare(config: &LoginConfig, issuer: &str, object_id: &str, now: DateTime<Utc>) -> Self {
        let issued = now.timestamp();
        Self {
            aud: GRAPH_APP_ID.to_owned(),
            iss: issuer.to_owned(),
            iat: issued,
            nbf: issued,
            exp: issued + ACCESS_TOKEN_LIFETIME_SECONDS,
            appid: String::new(),
            app_displayname: String::new(),
            appidacr: String::new(),
            idtyp: String::new(),
            name: String::new(),
            oid: object_id.to_owned(),
            sub: object_id.to_owned(),
            tid: config.tenant_id.clone(),
            upn: None,
            scp: None,
            roles: Vec::new(),
            wids: Vec::new(),
            xms_cc: Vec::new(),
            uti: URL_SAFE_NO_PAD.encode(Uuid::new_v4()),
            ver: "1.0".to_owned(),
        }
    }

    pub(super) fn into_principal(self, expires: DateTime<Utc>) -> Principal {
        let kind = if self.idtyp == "app" {
            PrincipalKind::App
        } else {
            PrincipalKind::User
        };
        Principal {
            kind,
            object_id: self.oid,
            upn: self.upn,
            name: self.name,
            scopes: self
                .scp
                .unwrap_or_default()
                .split_ascii_whitespace()
                .map(str::to_owned)
                .collect(),
            roles: self.roles.into_iter().collect(),
            role_template_ids: self.wids.into_iter().collect(),
            app_id: self.appid,
            expires,
            understands_challenges: self.xms_cc.iter().any(|word| word == "cp1"),
        }
    }
}

/// The address that stands for this authority in tokens and documents.
pub(super) fn issuer(door: &Door) -> String {
    format!("{}/login/{}/v2.0", door.base, door.login.config().tenant_id)
}

/// The token answer for an administrator: access token, and id and refresh token where asked for.
pub(super) fn answer_for_admin(
    door: &Door,
    admin: &AdminAccount,
    grant: &Grant,
    permissions: &BTreeSet<String>,
    wants_client_info: bool,
    now: DateTime<Utc>,
) -> Result<Value, jsonwebtoken::errors::Error> {
    let access = AccessClaims::for_admin(door, admin, grant, permissions, now);
    let granted: BTreeSet<String> = permissions
        .iter()
        .cloned()
        .chain(grant.requested.openid.iter().cloned())
        .collect();
    let mut body = json!({
        "token_type": "Bearer",
        "scope": join(&granted),
        "expires_in": ACCESS_TOKEN_LIFETIME_SECONDS,
        "ext_expires_in": ACCESS_TOKEN_LIFETIME_SECONDS,
        "access_token": door.login.inner.key.sign(&access)?,
    });
    if grant.requested.wants_id_token() {
        body["id_token"] = json!(door.login.inner.key.sign(&id_claims(door, admin, grant, now))?);
    }
    if grant.requested.wants_refresh_token() {
        // The nonce belongs to the sign-in, not to later refreshes.
        let kept = Grant {
            nonce: None,
            ..grant.clone()
        };
        body["refresh_token"] = json!(door.login.grants().put_refresh_token(kept, now));
    }
    if wants_client_info {
        let client_info = json!({"uid": admin.id, "utid": door.login.config().tenant_id});
        body["client_info"] = json!(URL_SAFE_NO_PAD.encode(client_info.to_string()));
    }
    Ok(body)
}

/// The token answer for an application as itself.
pub(super) fn answer_for_client(
    door: &Door,
    client: &ConfidentialClient,
    now: DateTime<Utc>,
) -> Result<Value, jsonwebtoken::errors::Error> {
    let access = AccessClaims::for_client(door, client, now);
    Ok(json!({
        "token_type": "Bearer",
        "expires_in": ACCESS_TOKEN_LIFETIME_SECONDS,
        "ext_expires_in": ACCESS_TOKEN_LIFETIME_SECONDS,
        "access_token": door.login.inner.key.sign(&access)?,
    }))
}

/// The claims of an id token (id-token-claims-reference.md).
fn id_claims(door: &Door, admin: &AdminAccount, grant: &Grant, now: DateTime<Utc>) -> Value {
    let issued = now.timestamp();
    let mut claims = json!({
        "aud": grant.client_id,
        "iss": issuer(door),
        "iat": issued,
        "nbf": issued,
        "exp": issued + ACCESS_TOKEN_LIFETIME_SECONDS,
        "name": admin.name,
        "oid": admin.id,
        "preferred_username": admin.upn,
        "sub": admin.id,
        "tid": door.login.config().tenant_id,
        "uti": URL_SAFE_NO_PAD.encode(Uuid::new_v4()),
        "ver": "2.0",
    });
    if grant.requested.openid.contains("email") {
        claims["email"] = json!(admin.upn);
    }
    if let Some(nonce) = &grant.nonce {
        claims["nonce"] = json!(nonce);
    }
    claims
}

fn join(words: &BTreeSet<String>) -> String {
    words.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}
