//! The token endpoint: oauth2's requests over our HTTP client, and Entra's answers.

use std::{fmt, future::Future, pin::Pin};

use oauth2::{
    AuthType, AuthUrl, Client, ClientId, ClientSecret, EndpointNotSet, EndpointSet, HttpRequest,
    HttpResponse, RequestTokenError, StandardRevocableToken, StandardTokenResponse, TokenUrl,
    basic::{BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType},
};
use serde::{Deserialize, Serialize};

use crate::{AuthorityRefusal, Cloud, Redacted, SignInError, Tenant, Transport, error::aadsts_in};

/// What Entra adds to a token answer.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct EntraFields {
    pub(crate) id_token: Option<String>,
}

impl fmt::Debug for EntraFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EntraFields").finish_non_exhaustive()
    }
}

impl oauth2::ExtraTokenFields for EntraFields {}

/// A token answer of Entra.
pub(crate) type EntraTokens = StandardTokenResponse<EntraFields, BasicTokenType>;

/// An error answer of Entra ("OAuth 2.0 authorization code flow", error response).
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct EntraError {
    error: String,
    error_description: Option<String>,
    #[serde(default)]
    error_codes: Vec<u32>,
    suberror: Option<String>,
    correlation_id: Option<String>,
    trace_id: Option<String>,
    claims: Option<String>,
}

impl fmt::Debug for EntraError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.error, self.error_codes)
    }
}

impl fmt::Display for EntraError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.error)
    }
}

impl oauth2::ErrorResponse for EntraError {}

impl EntraError {
    /// An error that came back by way of the browser: two query parameters and no more.
    pub(crate) fn from_redirect(error: &str, description: Option<&str>) -> Self {
        Self {
            error: error.to_owned(),
            error_description: description.map(ToOwned::to_owned),
            ..Self::default()
        }
    }
}

impl From<EntraError> for AuthorityRefusal {
    fn from(error: EntraError) -> Self {
        let described = error.error_description.as_deref().and_then(aadsts_in);

        Self {
            error: error.error,
            aadsts: error.error_codes.first().copied().or(described),
            suberror: error.suberror,
            correlation_id: error.correlation_id,
            trace_id: error.trace_id,
            claims: error.claims,
            description: Redacted(error.error_description.unwrap_or_default()),
        }
    }
}

/// oauth2's client with Entra's answers.
pub(crate) type EntraClient = Client<
    EntraError,
    EntraTokens,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// Returns a client for `tenant`'s endpoints; a public client has no secret.
pub(crate) fn entra_client(
    cloud: &Cloud,
    tenant: &Tenant,
    client_id: &str,
    secret: Option<&str>,
) -> EntraClient {
    let client = Client::new(ClientId::new(client_id.to_owned()))
        .set_auth_type(AuthType::RequestBody)
        .set_auth_uri(AuthUrl::from_url(cloud.authorize_url(tenant)))
        .set_token_uri(TokenUrl::from_url(cloud.token_url(tenant)));

    match secret {
        Some(secret) => client.set_client_secret(ClientSecret::new(secret.to_owned())),
        None => client,
    }
}

/// Sorts out what a failed token request means.
pub(crate) fn token_error(error: RequestTokenError<reqwest::Error, EntraError>) -> SignInError {
    match error {
        RequestTokenError::ServerResponse(refusal) => AuthorityRefusal::from(refusal).into(),
        RequestTokenError::Request(error) => SignInError::Offline(Transport::of_request(&error)),
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => SignInError::UnexpectedAnswer,
    }
}

/// Our HTTP client as oauth2 wants it. A named type, since a closure that borrows makes the future not
/// `Send`.
#[derive(Debug, Clone)]
pub(crate) struct Http(pub(crate) reqwest::Client);

impl<'c> oauth2::AsyncHttpClient<'c> for Http {
    type Error = reqwest::Error;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, reqwest::Error>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let request = self
                .0
                .request(parts.method, parts.uri.to_string())
                .headers(parts.headers)
                .body(body);
            let answer = request.send().await.map_err(reqwest::Error::without_url)?;

            let mut response = HttpResponse::new(Vec::new());
            *response.status_mut() = answer.status();
            *response.headers_mut() = answer.headers().clone();
            *response.body_mut() = answer
                .bytes()
                .await
                .map_err(reqwest::Error::without_url)?
                .to_vec();
            Ok(response)
        })
    }
}
