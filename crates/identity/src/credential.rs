//! Credentials of every kind in one socket: `azure_core`'s [`TokenCredential`].

use std::sync::Arc;

use async_trait::async_trait;
use azure_core::{
    cloud::CustomConfiguration,
    credentials::{AccessToken, Secret, TokenCredential, TokenRequestOptions},
    http::{ClientMethodOptions, ClientOptions, Context, RetryOptions, Transport as AzureTransport},
};
use azure_identity::{
    AzureCliCredential, AzureCliCredentialOptions, ClientAssertionCredential,
    ClientAssertionCredentialOptions, ClientSecretCredential, ClientSecretCredentialOptions, Executor,
};
use oauth2::TokenResponse as _;
use usher_clock::SharedClock;

use crate::{
    AppCertificate, Cloud, Redacted, Scope, SignInError, Tenant,
    certificate::Assertion,
    oauth::{EntraClient, Http, entra_client, token_error},
    token_cache::{TokenCache, access_token},
};

/// What a request may do to get its token. Travels in the context of a token request; credentials that do not
/// know it ignore it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenWish {
    /// Whether the browser may be opened. A background request never opens one.
    pub may_open_browser: bool,
    /// The token cached before was refused: a new one is wanted.
    pub fresh: bool,
    /// Claims the service demanded in a claims challenge, as JSON.
    pub claims: Option<String>,
}

/// How a credential is asked for scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    /// Each by name: the person consents to what is needed, when it is needed.
    Named,
    /// Everything that was granted beforehand.
    Granted,
}

/// A credential of any kind, as the Graph client takes it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Credential {
    source: Arc<dyn TokenCredential>,
    asks: Asks,
}

impl Credential {
    /// A person's sign-in, which grows by consent.
    pub fn delegated(source: Arc<dyn TokenCredential>) -> Self {
        Self {
            source,
            asks: Asks::Named,
        }
    }

    /// An application, or the Azure CLI: what was granted beforehand and no more.
    pub fn granted(source: Arc<dyn TokenCredential>) -> Self {
        Self {
            source,
            asks: Asks::Granted,
        }
    }

    /// Says whether a person signed in and may be asked for more.
    pub fn is_delegated(&self) -> bool {
        self.asks == Asks::Named
    }

    /// Fetches a token for `scopes` of `cloud`, from the credential's own cache where it has one.
    pub async fn fetch_token(
        &self,
        cloud: &Cloud,
        scopes: &[Scope],
        wish: TokenWish,
    ) -> Result<AccessToken, SignInError> {
        let names: Vec<String> = match self.asks {
            Asks::Named => scopes.iter().map(|scope| cloud.scope(*scope)).collect(),
            Asks::Granted => vec![cloud.default_scope()],
        };
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let method_options = ClientMethodOptions {
            context: Context::new().with_value(wish),
        };

        self.source
            .get_token(&names, Some(TokenRequestOptions { method_options }))
            .await
            .map_err(SignInError::from_credential)
    }
}

/// Signs in as an application with a client secret (azure_identity). The cloud's sign-in host must be https,
/// and `http` must trust its certificate.
pub fn client_secret(
    cloud: &Cloud,
    tenant: &Tenant,
    client_id: &str,
    secret: Secret,
    http: reqwest::Client,
) -> Result<Credential, SignInError> {
    let options = ClientSecretCredentialOptions {
        client_options: client_options(cloud, http),
    };

    ClientSecretCredential::new(tenant.as_str(), client_id.to_owned(), secret, Some(options))
        .map(|credential| Credential::granted(credential))
        .map_err(|error| SignInError::Misconfigured(Redacted(error.to_string())))
}

/// Signs in as an application with a certificate (azure_identity), whose key stays in memory. The cloud's sign-in host
/// must be https, and `http` must trust its certificate.
pub fn app_certificate(
    cloud: &Cloud,
    tenant: &Tenant,
    client_id: &str,
    certificate: AppCertificate,
    http: reqwest::Client,
    clock: SharedClock,
) -> Result<Credential, SignInError> {
    let assertion = Assertion {
        certificate,
        client_id: client_id.to_owned(),
        audience: format!("{}/{}/oauth2/v2.0/token", authority(cloud), tenant.as_str()),
        clock,
    };
    let options = ClientAssertionCredentialOptions {
        client_options: client_options(cloud, http),
    };

    ClientAssertionCredential::new(
        tenant.as_str().to_owned(),
        client_id.to_owned(),
        assertion,
        Some(options),
    )
    .map(|credential| Credential::granted(credential))
    .map_err(|error| SignInError::Misconfigured(Redacted(error.to_string())))
}

/// azure_identity puts the tenant right after the host, whatever path the address has.
fn authority(cloud: &Cloud) -> String {
    cloud.login().origin().ascii_serialization()
}

fn client_options(cloud: &Cloud, http: reqwest::Client) -> ClientOptions {
    let mut configuration = CustomConfiguration::default();
    configuration.authority_host = authority(cloud);
    ClientOptions {
        cloud: Some(Arc::new(configuration.into())),
        transport: Some(AzureTransport::new(Arc::new(http))),
        // Waiting and trying again is the Graph client's business, where the person sees it.
        retry: RetryOptions::none(),
        ..ClientOptions::default()
    }
}

/// Uses the account of `az login` (azure_identity). `executor` replaces the way programs are started.
pub fn azure_cli(
    tenant: Option<&Tenant>,
    executor: Option<Arc<dyn Executor>>,
) -> Result<Credential, SignInError> {
    let options = AzureCliCredentialOptions {
        tenant_id: tenant.map(|tenant| tenant.as_str().to_owned()),
        executor,
        ..AzureCliCredentialOptions::default()
    };

    AzureCliCredential::new(Some(options))
        .map(|credential| Credential::granted(credential))
        .map_err(|error| SignInError::Misconfigured(Redacted(error.to_string())))
}

/// Signs in to the sandbox as an application, over plain http, which azure_identity refuses on principle.
pub struct SandboxAppCredential {
    client: EntraClient,
    http: Http,
    clock: SharedClock,
    cache: TokenCache,
}

impl std::fmt::Debug for SandboxAppCredential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SandboxAppCredential").finish_non_exhaustive()
    }
}

impl SandboxAppCredential {
    /// Makes the credential. Only the sandbox takes it: a secret must not go over plain http anywhere else.
    pub fn credential(
        cloud: &Cloud,
        tenant: &Tenant,
        client_id: &str,
        secret: &Secret,
        http: reqwest::Client,
        clock: SharedClock,
    ) -> Result<Credential, SignInError> {
        if !cloud.is_sandbox() {
            return Err(SignInError::Misconfigured(Redacted(
                "the sandbox alone takes this credential".to_owned(),
            )));
        }
        let client = entra_client(cloud, tenant, client_id, Some(secret.secret()));

        Ok(Credential::granted(Arc::new(Self {
            client,
            http: Http(http),
            clock,
            cache: TokenCache::default(),
        })))
    }
}

#[async_trait]
impl TokenCredential for SandboxAppCredential {
    async fn get_token(
        &self,
        scopes: &[&str],
        options: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        let wish = wish_of(options.as_ref());
        if !wish.fresh
            && let Some(token) = self.cache.find(scopes, self.clock.now())
        {
            return Ok(token);
        }

        let scope_list = scopes.iter().map(|scope| oauth2::Scope::new((*scope).to_owned()));
        let answer = self
            .client
            .exchange_client_credentials()
            .add_scopes(scope_list)
            .request_async(&self.http)
            .await
            .map_err(token_error)?;
        let token = access_token(
            answer.access_token().secret(),
            answer.expires_in(),
            self.clock.now(),
        );
        self.cache.keep(scopes, token.clone());

        Ok(token)
    }
}

/// Reads the wish out of a token request; without one, the credential behaves as any interactive credential
/// does.
pub(crate) fn wish_of(options: Option<&TokenRequestOptions<'_>>) -> TokenWish {
    options
        .and_then(|options| options.method_options.context.value::<TokenWish>().cloned())
        .unwrap_or(TokenWish {
            may_open_browser: true,
            ..TokenWish::default()
        })
}
