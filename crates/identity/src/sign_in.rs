//! Signing in with a browser: authorization code, PKCE and a loopback redirect ("Microsoft identity platform
//! and OAuth 2.0 authorization code flow").

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
use oauth2::{
    AuthorizationCode, CsrfToken, PkceCodeChallenge, RedirectUrl, RefreshToken, TokenResponse as _,
};
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

use crate::{
    Account, AccountId, AuthorityRefusal, BrowserSignInConfig, Credential, IdTokenError, Prompt, SignInError,
    SignInMethod, SignInRequest, Tenant, TokenWish, VaultError,
    claims::requested_claims,
    credential::wish_of,
    id_token::{Expected, fetch_and_verify},
    loopback::Loopback,
    oauth::{EntraTokens, Http, entra_client, token_error},
    token_cache::{TokenCache, access_token},
};

/// The scopes that make a sign-in prove who it is and outlive its access token.
const IDENTITY_SCOPES: [&str; 3] = ["openid", "profile", "offline_access"];

/// A person's sign-in, kept alive by its refresh token. A [`TokenCredential`] like azure_identity's own.
///
/// A token request opens the browser only where its [`TokenWish`] allows it: to consent to a permission that
/// is needed for the first time, or to satisfy a condition of the tenant.
pub struct BrowserSignIn {
    config: BrowserSignInConfig,
    session: Mutex<Session>,
    cache: TokenCache,
    /// One refresh at a time: each use of the refresh token yields a new one.
    refreshing: tokio::sync::Mutex<()>,
    /// One page at a time.
    asking: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Session {
    account: Option<Account>,
    refresh_token: Option<Zeroizing<String>>,
    cancel: CancellationToken,
}

/// What an authorize round is about.
struct Round<'a> {
    scopes: &'a [&'a str],
    login_hint: Option<String>,
    prompt: Option<Prompt>,
    claims: Option<String>,
    cancel: CancellationToken,
}

impl fmt::Debug for BrowserSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BrowserSignIn")
            .field("cloud", &self.config.cloud.kind())
            .field("account", &self.lock().account)
            .finish_non_exhaustive()
    }
}

impl BrowserSignIn {
    /// Makes a sign-in with nobody signed in yet.
    pub fn new(config: BrowserSignInConfig) -> Arc<Self> {
        Arc::new(Self {
            config,
            session: Mutex::default(),
            cache: TokenCache::default(),
            refreshing: tokio::sync::Mutex::default(),
            asking: tokio::sync::Mutex::default(),
        })
    }

    /// Opens the sign-in page and waits until somebody has signed in; remembers the account in the vault.
    pub async fn sign_in(&self, request: SignInRequest) -> Result<Account, SignInError> {
        let names: Vec<String> = request
            .scopes
            .iter()
            .map(|scope| self.config.cloud.scope(*scope))
            .collect();
        let scopes: Vec<&str> = names.iter().map(String::as_str).collect();
        let _alone = self.asking.lock().await;
        self.lock().cancel = request.cancel.clone();

        let round = Round {
            scopes: &scopes,
            login_hint: request.login_hint,
            prompt: request.prompt,
            claims: None,
            cancel: request.cancel,
        };
        let (account, _) = self.authorize(round).await?;
        Ok(account)
    }

    /// Takes up the sign-in of a remembered account, without a browser. Says whether the vault had its
    /// refresh token; whether the service still takes it shows at the first request.
    pub async fn resume(&self, account: Account) -> Result<bool, VaultError> {
        let Some(refresh_token) = self.config.vault.refresh_token(&account.id).await? else {
            return Ok(false);
        };
        let mut session = self.lock();
        session.account = Some(account);
        session.refresh_token = Some(refresh_token);

        Ok(true)
    }

    /// Returns who is signed in.
    pub fn account(&self) -> Option<Account> {
        self.lock().account.clone()
    }

    /// Returns the sign-in as the Graph client takes it.
    pub fn credential(self: &Arc<Self>) -> Credential {
        Credential::delegated(self.clone())
    }

    /// Ends the wait for a page that a token request opened.
    pub fn cancel(&self) {
        self.lock().cancel.cancel();
    }

    /// Forgets the account and its tokens, here and in the vault.
    pub async fn sign_out(&self) -> Result<(), VaultError> {
        self.cancel();
        self.cache.clear();
        let account = {
            let mut session = self.lock();
            session.refresh_token = None;
            session.account.take()
        };

        match account {
            Some(account) => self.config.vault.forget(&account.id).await,
            None => Ok(()),
        }
    }

    /// Gets a token: from the cache, by the refresh token, or by asking the person where that is allowed.
    async fn token(&self, scopes: &[&str], wish: TokenWish) -> Result<AccessToken, SignInError> {
        let at_hand = || self.cache.find(scopes, self.config.clock.now());
        let new_wanted = wish.fresh || wish.claims.is_some();
        if !new_wanted && let Some(token) = at_hand() {
            return Ok(token);
        }

        let refusal = {
            let _alone = self.refreshing.lock().await;
            // Somebody else may have refreshed while this request waited.
            if !new_wanted && let Some(token) = at_hand() {
                return Ok(token);
            }
            match self.refresh(scopes, wish.claims.as_deref()).await? {
                Ok(token) => return Ok(token),
                Err(refusal) => refusal,
            }
        };
        if !wish.may_open_browser {
            return Err(match refusal.map(SignInError::from) {
                Some(approval @ SignInError::ApprovalNeeded(_)) => approval,
                Some(other) => SignInError::SignInNeeded {
                    refusal: other.refusal().cloned().map(Box::new),
                },
                None => SignInError::SignInNeeded { refusal: None },
            });
        }

        let _alone = self.asking.lock().await;
        if !new_wanted && let Some(token) = at_hand() {
            return Ok(token);
        }
        let cancel = CancellationToken::new();
        let login_hint = {
            let mut session = self.lock();
            session.cancel = cancel.clone();
            session
                .account
                .as_ref()
                .map(|account| account.user_principal_name.clone())
        };
        let claims = refusal.and_then(|refusal| refusal.claims).or(wish.claims);
        let round = Round {
            scopes,
            login_hint,
            prompt: None,
            claims,
            cancel,
        };
        let (_, token) = self.authorize(round).await?;

        Ok(token)
    }

    /// Uses the refresh token. The inner error is why the person is needed: `None` when there is no refresh
    /// token.
    async fn refresh(
        &self,
        scopes: &[&str],
        claims: Option<&str>,
    ) -> Result<Result<AccessToken, Option<AuthorityRefusal>>, SignInError> {
        let Some(refresh_token) = self.newest_refresh_token().await else {
            return Ok(Err(None));
        };
        let refresh_token = RefreshToken::new(refresh_token.as_str().to_owned());
        let client = entra_client(&self.config.cloud, &self.tenant(), &self.config.client_id, None);
        let http = Http(self.config.http.clone());
        let outcome = client
            .exchange_refresh_token(&refresh_token)
            .add_scopes(all_scopes(scopes))
            .add_extra_param("claims", requested_claims(claims))
            .request_async(&http)
            .await
            .map_err(token_error);

        match outcome {
            Ok(tokens) => {
                let account = self.account();
                Ok(Ok(self.accept(scopes, &tokens, account).await))
            }
            Err(error) => match error.refusal().cloned() {
                // The service is there but not well: neither the person nor the token is to blame.
                Some(refusal) if refusal.is_passing() => Err(error),
                Some(refusal) => {
                    if refusal.ends_session() {
                        self.lock().refresh_token = None;
                        self.cache.clear();
                    }
                    Ok(Err(Some(refusal)))
                }
                None => Err(error),
            },
        }
    }

    /// The refresh token as the vault has it now: another program may have used the one kept here.
    async fn newest_refresh_token(&self) -> Option<Zeroizing<String>> {
        let (id, kept) = {
            let session = self.lock();
            (
                session.account.as_ref().map(|account| account.id.clone()),
                session.refresh_token.clone(),
            )
        };
        kept.as_ref()?;
        let stored = match id {
            Some(id) => self.config.vault.refresh_token(&id).await.unwrap_or_default(),
            None => None,
        };

        stored.or(kept)
    }

    /// Sends the person to the sign-in page and turns what comes back into tokens.
    async fn authorize(&self, round: Round<'_>) -> Result<(Account, AccessToken), SignInError> {
        let loopback = Loopback::open(self.config.redirect_port).await?;
        let redirect =
            RedirectUrl::new(loopback.redirect_uri()).map_err(|_| SignInError::UnexpectedAnswer)?;
        let tenant = self.tenant();
        let client = entra_client(&self.config.cloud, &tenant, &self.config.client_id, None)
            .set_redirect_uri(redirect);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let nonce = CsrfToken::new_random();
        let claims = requested_claims(round.claims.as_deref());

        let mut request = client
            .authorize_url(CsrfToken::new_random)
            .add_scopes(all_scopes(round.scopes))
            .set_pkce_challenge(challenge)
            .add_extra_param("response_mode", "query")
            .add_extra_param("nonce", nonce.secret())
            .add_extra_param("claims", &claims);
        if let Some(prompt) = round.prompt {
            request = request.add_extra_param("prompt", prompt.value());
        }
        if let Some(login_hint) = &round.login_hint {
            request = request.add_extra_param("login_hint", login_hint);
        }
        let (url, state) = request.url();
        let code = self
            .wait_for_browser(loopback, &url, state.secret(), &round.cancel)
            .await?;

        let http = Http(self.config.http.clone());
        let tokens = client
            .exchange_code(AuthorizationCode::new(code))
            .set_pkce_verifier(verifier)
            .add_extra_param("scope", scope_text(round.scopes))
            .add_extra_param("claims", &claims)
            .request_async(&http)
            .await
            .map_err(token_error)?;
        let account = self.verify(&tokens, &tenant, nonce.secret()).await?;
        let token = self.accept(round.scopes, &tokens, Some(account.clone())).await;

        Ok((account, token))
    }

    /// Opens the page and waits for whichever comes first: the answer, a failure to open, the person's
    /// patience.
    async fn wait_for_browser(
        &self,
        loopback: Loopback,
        url: &url::Url,
        state: &str,
        cancel: &CancellationToken,
    ) -> Result<String, SignInError> {
        let receiving = loopback.receive(state);
        let opening = self.config.opener.open(url);
        let waiting = async {
            tokio::pin!(receiving);
            tokio::select! {
                biased;
                code = &mut receiving => return code,
                opened = opening => opened?,
            }
            receiving.await
        };

        tokio::select! {
            () = cancel.cancelled() => Err(SignInError::Cancelled),
            outcome = tokio::time::timeout(self.config.patience, waiting) => {
                outcome.unwrap_or(Err(SignInError::TimedOut))
            }
        }
    }

    /// Reads who signed in from the identity token, and makes sure it is the account this session belongs to.
    async fn verify(
        &self,
        tokens: &EntraTokens,
        tenant: &Tenant,
        nonce: &str,
    ) -> Result<Account, SignInError> {
        let id_token = tokens
            .extra_fields()
            .id_token
            .as_deref()
            .ok_or(IdTokenError::Missing)?;
        let expected = Expected {
            cloud: &self.config.cloud,
            tenant,
            client_id: &self.config.client_id,
            nonce,
            now: self.config.clock.now(),
        };
        let claims = fetch_and_verify(&self.config.http, id_token, expected).await?;
        let id = AccountId {
            cloud: self.config.cloud.kind(),
            tenant: claims.tenant(),
            object_id: claims.oid,
        };
        if self
            .lock()
            .account
            .as_ref()
            .is_some_and(|account| account.id != id)
        {
            return Err(SignInError::OtherAccount);
        }

        Ok(Account {
            id,
            user_principal_name: claims.preferred_username.unwrap_or_default(),
            display_name: claims.name,
            method: if self.config.cloud.is_sandbox() {
                SignInMethod::Sandbox
            } else {
                SignInMethod::Browser
            },
        })
    }

    /// Keeps the tokens of an answer: in memory, and the refresh token in the vault.
    async fn accept(&self, scopes: &[&str], tokens: &EntraTokens, account: Option<Account>) -> AccessToken {
        let token = access_token(
            tokens.access_token().secret(),
            tokens.expires_in(),
            self.config.clock.now(),
        );
        self.cache.keep(scopes, token.clone());
        let refresh_token = {
            let mut session = self.lock();
            if let Some(new) = tokens.refresh_token() {
                session.refresh_token = Some(Zeroizing::new(new.secret().clone()));
            }
            session.account.clone_from(&account);
            session.refresh_token.clone()
        };

        if let Some(account) = account
            && let Err(error) = self.config.vault.remember(account, refresh_token).await
        {
            // The session goes on; only the next start asks for a sign-in.
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the sign-in could not be kept in the vault"
            );
        }
        token
    }

    /// The tenant of the account, once it is known.
    fn tenant(&self) -> Tenant {
        self.lock()
            .account
            .as_ref()
            .map_or_else(|| self.config.tenant.clone(), |account| account.id.tenant.into())
    }

    fn lock(&self) -> MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl TokenCredential for BrowserSignIn {
    async fn get_token(
        &self,
        scopes: &[&str],
        options: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        Ok(self.token(scopes, wish_of(options.as_ref())).await?)
    }
}

fn all_scopes(scopes: &[&str]) -> Vec<oauth2::Scope> {
    scopes
        .iter()
        .copied()
        .chain(IDENTITY_SCOPES)
        .map(|scope| oauth2::Scope::new(scope.to_owned()))
        .collect()
}

fn scope_text(scopes: &[&str]) -> String {
    scopes
        .iter()
        .copied()
        .chain(IDENTITY_SCOPES)
        .collect::<Vec<_>>()
        .join(" ")
}
