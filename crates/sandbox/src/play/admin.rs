//! The administrator's side of a case: signing in, inviting, blocking, deleting, and reading the logs, all by the
//! tenant's public endpoints; and the control interface, where the stage is set.

use axum::http::{Method, StatusCode};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::{
    ClientError, Ready,
    client::{Answer, HttpClient, Payload},
    world::{ADMINS, Admin as Account},
};

/// Where an administrator's browser would be sent back to. Nobody listens there: the answer is in the address.
const REDIRECT: &str = "http://localhost:1/";

/// What the administrator who looks after guests needs; more would only be shown, not used.
const GUEST_SCOPES: &str = "User.ReadWrite.All User.Invite.All User.DeleteRestore.All User.EnableDisableAccount.All \
    AuditLog.Read.All";

/// The global administrator, who may change every setting, terms of use included.
const POLICY_MAKER: Account = ADMINS[3];

/// What the administrator who sets the tenant up needs.
const POLICY_SCOPES: &str = "Policy.ReadWrite.Authorization Policy.ReadWrite.CrossTenantAccess \
    Policy.ReadWrite.B2BManagementPolicy Policy.ReadWrite.AuthenticationMethod Policy.ReadWrite.ConditionalAccess \
    IdentityProvider.ReadWrite.All Agreement.ReadWrite.All DelegatedPermissionGrant.ReadWrite.All \
    CrossTenantInformation.ReadBasic.All";

/// Where guests are sent after redeeming.
pub(super) const GUEST_REDIRECT: &str = "https://myapplications.microsoft.com/";

/// An invitation that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Made {
    /// Object id of the guest.
    pub(super) guest_id: String,
    /// The redeem URL, which the administrator may hand over.
    pub(super) link: String,
}

impl Made {
    /// Reads an invitation, or what the bulk job says of one.
    pub(super) fn read(invitation: &Value) -> Option<Self> {
        let guest_id = invitation["invitedUser"]["id"].as_str()?.to_owned();
        Some(Self {
            guest_id,
            link: invitation["inviteRedeemUrl"].as_str()?.to_owned(),
        })
    }
}

pub(super) struct Admin {
    http: HttpClient,
    ready: Ready,
    token: String,
}

impl Admin {
    /// Signs in the user administrator, who looks after the guests.
    pub(super) async fn sign_in(http: HttpClient, ready: Ready) -> Result<Self, ClientError> {
        let token = fetch_token(&http, &ready, ADMINS[0].upn, GUEST_SCOPES).await?;
        Ok(Self { http, ready, token })
    }

    /// The global administrator, who may change every setting.
    pub(super) async fn who_sets_policies(&self) -> Result<Self, ClientError> {
        let token = fetch_token(&self.http, &self.ready, POLICY_MAKER.upn, POLICY_SCOPES).await?;
        Ok(Self {
            http: self.http.clone(),
            ready: self.ready.clone(),
            token,
        })
    }

    /// Signs in anew: the clock was moved, and a token lives an hour.
    pub(super) async fn renew(&mut self) -> Result<(), ClientError> {
        self.token = fetch_token(&self.http, &self.ready, ADMINS[0].upn, GUEST_SCOPES).await?;
        Ok(())
    }

    /// Changes something by a path of Graph, version included; the answer's body where there is one.
    pub(super) async fn change(
        &self,
        method: Method,
        path: &str,
        body: &Value,
    ) -> Result<Value, ClientError> {
        let address = format!("{}/{path}", self.ready.graph);
        let payload = if body.is_null() {
            Payload::Nothing
        } else {
            Payload::Json(body)
        };
        let answer = self
            .http
            .send(method, &address, Some(&self.token), payload)
            .await?;
        if answer.status == StatusCode::NO_CONTENT {
            return Ok(Value::Null);
        }
        answer.json("a change of the tenant's settings")
    }

    /// Reads something by a path of Graph, version included; none where there is no such thing.
    pub(super) async fn look_up(&self, path: &str) -> Result<Option<Value>, ClientError> {
        let address = format!("{}/{path}", self.ready.graph);
        let answer = self
            .http
            .send(Method::GET, &address, Some(&self.token), Payload::Nothing)
            .await?;
        if answer.status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        answer.json("a setting of the tenant").map(Some)
    }

    /// A call of Graph v1.0.
    async fn graph(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Answer, ClientError> {
        let address = format!("{}/v1.0{path}", self.ready.graph);
        let payload = body.map_or(Payload::Nothing, Payload::Json);
        self.http.send(method, &address, Some(&self.token), payload).await
    }

    /// A call of the control interface.
    pub(super) async fn control(
        &self,
        method: Method,
        path: &str,
        body: &Value,
    ) -> Result<Value, ClientError> {
        let address = format!("{}/sandbox/api/{path}", self.ready.url);
        let payload = if method == Method::GET {
            Payload::Nothing
        } else {
            Payload::Json(body)
        };
        let answer = self.http.send(method, &address, None, payload).await?;
        if answer.status.is_success() && answer.body.is_empty() {
            return Ok(Value::Null);
        }
        answer.json("the control interface")
    }

    /// Invites, or invites again; none where Graph refused.
    pub(super) async fn invite(&self, mail: &str, send_mail: bool) -> Result<Option<Made>, ClientError> {
        let body = json!({
            "invitedUserEmailAddress": mail,
            "inviteRedirectUrl": GUEST_REDIRECT,
            "sendInvitationMessage": send_mail,
        });
        self.post_invitation(&body).await
    }

    /// Resets a redemption; none where Graph refused.
    pub(super) async fn reset(&self, guest_id: &str, mail: &str) -> Result<Option<Made>, ClientError> {
        let body = json!({
            "invitedUserEmailAddress": mail,
            "inviteRedirectUrl": GUEST_REDIRECT,
            "sendInvitationMessage": true,
            "resetRedemption": true,
            "invitedUser": {"id": guest_id},
        });
        self.post_invitation(&body).await
    }

    async fn post_invitation(&self, body: &Value) -> Result<Option<Made>, ClientError> {
        let answer = self.graph(Method::POST, "/invitations", Some(body)).await?;
        // A refusal is an outcome of a case; anything else than these two is not the answer of a tenant.
        if matches!(answer.status.as_u16(), 400 | 403) {
            return Ok(None);
        }
        let invitation = answer.json("POST /invitations")?;
        Made::read(&invitation).map(Some).ok_or(ClientError::Shape {
            what: "POST /invitations",
        })
    }

    pub(super) async fn delete(&self, guest_id: &str) -> Result<(), ClientError> {
        self.expect_success(Method::DELETE, &format!("/users/{guest_id}"), None)
            .await
    }

    pub(super) async fn block(&self, guest_id: &str) -> Result<(), ClientError> {
        let body = json!({"accountEnabled": false});
        self.expect_success(Method::PATCH, &format!("/users/{guest_id}"), Some(&body))
            .await
    }

    async fn expect_success(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<(), ClientError> {
        let status = self.graph(method, path, body).await?.status;
        if status.is_success() {
            return Ok(());
        }
        Err(ClientError::Unexpected {
            what: "a change of a user",
            status: status.as_u16(),
        })
    }

    /// The guest object, if the directory has it.
    pub(super) async fn guest(&self, guest_id: &str) -> Result<Option<Value>, ClientError> {
        let path = format!("/users/{guest_id}?$select=id,externalUserState,identities");
        let answer = self.graph(Method::GET, &path, None).await?;
        if answer.status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        answer.json("GET /users").map(Some)
    }

    /// A log whole, oldest row first.
    pub(super) async fn log(&self, name: &str) -> Result<Vec<Value>, ClientError> {
        let mut rows = Vec::new();
        let mut next = Some(format!("{}/v1.0/auditLogs/{name}", self.ready.graph));
        while let Some(address) = next {
            let answer = self
                .http
                .send(Method::GET, &address, Some(&self.token), Payload::Nothing)
                .await?;
            let mut page = answer.json("a log")?;
            if let Some(found) = page["value"].as_array_mut() {
                rows.append(found);
            }
            next = page["@odata.nextLink"].as_str().map(str::to_owned);
        }
        rows.reverse();
        Ok(rows)
    }
}

/// By authorization code and proof key, like a desktop client.
async fn fetch_token(
    http: &HttpClient,
    ready: &Ready,
    upn: &str,
    scopes: &str,
) -> Result<String, ClientError> {
    let authority = format!("{}/{}/oauth2/v2.0", ready.login, ready.tenant_id);
    let verifier = crate::guest::opaque_id() + &crate::guest::opaque_id();
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    let mut authorize = Url::parse(&format!("{authority}/authorize")).map_err(|_| ClientError::Address)?;
    authorize.query_pairs_mut().extend_pairs([
        ("client_id", ready.client_id.as_str()),
        ("response_type", "code"),
        ("redirect_uri", REDIRECT),
        ("scope", scopes),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        ("login_hint", upn),
    ]);
    let answer = http.get(authorize.as_str()).await?;
    let code = answer
        .location()
        .and_then(|address| Url::parse(address).ok())
        .and_then(|address| {
            address
                .query_pairs()
                .find(|(name, _)| name == "code")
                .map(|(_, code)| code.into_owned())
        });
    let code = code.ok_or(ClientError::Shape {
        what: "an authorization code",
    })?;
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", ready.client_id.as_str()),
        ("code", &code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", &verifier),
    ];
    let address = format!("{authority}/token");
    let answer = http
        .send(Method::POST, &address, None, Payload::Form(&fields))
        .await?;
    let token = answer.json("a token")?;
    token["access_token"]
        .as_str()
        .map(str::to_owned)
        .ok_or(ClientError::Shape { what: "a token" })
}
