//! The browser sign-in against the sandbox's own sign-in service.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;
use url::Url;
use usher_identity::{
    BrowserNotOpened, BrowserOpener, BrowserSignIn, BrowserSignInConfig, KeySource, Prompt, SandboxBrowser,
    Scope, SecretKey, SignInError, SignInMethod, SignInRequest, TokenWish, Vault,
};

use crate::stage::{ADELE, MEGAN, ask, clock, cloud, config, http, sandbox, sign_in_with};

/// A browser nobody acts in; it only keeps where it was sent.
#[derive(Debug, Clone, Default)]
struct Nobody(Arc<std::sync::Mutex<Option<Url>>>);

#[async_trait]
impl BrowserOpener for Nobody {
    async fn open(&self, url: &Url) -> Result<(), BrowserNotOpened> {
        *self.0.lock().unwrap() = Some(url.clone());
        Ok(())
    }
}

/// A browser that comes back with an answer of its own.
#[derive(Debug)]
struct ComesBackWith(&'static str);

#[async_trait]
impl BrowserOpener for ComesBackWith {
    async fn open(&self, url: &Url) -> Result<(), BrowserNotOpened> {
        let query = |name: &str| {
            url.query_pairs()
                .find(|(key, _)| key == name)
                .unwrap()
                .1
                .into_owned()
        };
        let answer = self.0.replace("{state}", &query("state"));
        let back = query("redirect_uri").replace("localhost", "127.0.0.1");
        http().get(format!("{back}/?{answer}")).send().await.unwrap();
        Ok(())
    }
}

#[tokio::test]
async fn exploring_the_sandbox_is_one_click() {
    let (_sandbox, ready) = sandbox(false).await;
    let sign_in = BrowserSignIn::new(config(&ready, Vault::session_only()));

    let account = sign_in.sign_in(SignInRequest::hinted(ADELE)).await.unwrap();

    assert_eq!(account.user_principal_name, ADELE);
    assert_eq!(account.display_name.as_deref(), Some("Adele Vance"));
    assert_eq!(account.method, SignInMethod::Sandbox);
    assert_eq!(account.id.tenant.to_string(), ready.tenant_id.to_string());
    let token = sign_in
        .credential()
        .fetch_token(&cloud(&ready), Scope::READING, TokenWish::default())
        .await
        .unwrap();
    let (status, me) = ask(&ready, "me", token.token.secret()).await;
    assert_eq!((status, me["userPrincipalName"].as_str()), (200, Some(ADELE)));
}

#[tokio::test]
async fn a_remembered_account_goes_on_after_a_restart_until_it_signs_out() {
    let (_sandbox, ready) = sandbox(false).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    let keys = KeySource::Master(SecretKey::generate().unwrap());
    let open = async || Vault::open(&path, &keys, clock()).await.unwrap().vault;
    let first = BrowserSignIn::new(config(&ready, open().await));
    let account = first.sign_in(SignInRequest::hinted(ADELE)).await.unwrap();
    let stored = open().await.refresh_token(&account.id).await.unwrap().unwrap();

    let vault = open().await;
    assert_eq!(vault.accounts(), std::slice::from_ref(&account));
    let second = BrowserSignIn::new(BrowserSignInConfig {
        opener: Arc::new(Nobody::default()),
        ..config(&ready, vault)
    });
    assert!(second.resume(account.clone()).await.unwrap());
    let silent = TokenWish::default();
    let token = second
        .credential()
        .fetch_token(&cloud(&ready), Scope::READING, silent.clone())
        .await
        .unwrap();

    assert_eq!(ask(&ready, "organization", token.token.secret()).await.0, 200);
    let rotated = open().await.refresh_token(&account.id).await.unwrap().unwrap();
    assert_ne!(
        stored, rotated,
        "each use of a refresh token yields a new one, and the new one is kept"
    );

    second.sign_out().await.unwrap();
    assert_eq!(second.account(), None);
    assert_eq!(open().await.accounts(), []);
    let after = second
        .credential()
        .fetch_token(&cloud(&ready), Scope::READING, silent)
        .await;
    assert!(
        matches!(after, Err(SignInError::SignInNeeded { refusal: None })),
        "{after:?}"
    );
    assert!(
        !BrowserSignIn::new(config(&ready, open().await))
            .resume(account)
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn a_writing_permission_is_asked_for_when_it_is_first_needed() {
    let (_sandbox, ready) = sandbox(false).await;
    let sign_in = BrowserSignIn::new(config(&ready, Vault::session_only()));
    sign_in.sign_in(SignInRequest::hinted(MEGAN)).await.unwrap();
    let credential = sign_in.credential();
    let cloud = cloud(&ready);
    let inviting = &[Scope::UserInviteAll];

    let silent = credential
        .fetch_token(&cloud, inviting, TokenWish::default())
        .await;
    let Err(SignInError::ApprovalNeeded(refusal)) = &silent else {
        panic!("{silent:?}")
    };
    assert_eq!(refusal.aadsts, Some(65001));
    assert!(refusal.correlation_id.is_some());

    let asking = TokenWish {
        may_open_browser: true,
        ..TokenWish::default()
    };
    let token = credential.fetch_token(&cloud, inviting, asking).await.unwrap();
    let again = credential
        .fetch_token(&cloud, inviting, TokenWish::default())
        .await
        .unwrap();
    assert_eq!(
        token.token.secret(),
        again.token.secret(),
        "it is at hand from then on"
    );
    assert!(
        credential
            .fetch_token(&cloud, Scope::READING, TokenWish::default())
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_different_account_in_a_later_round_is_refused() {
    let (_sandbox, ready) = sandbox(false).await;
    let sign_in = BrowserSignIn::new(config(&ready, Vault::session_only()));
    sign_in.sign_in(SignInRequest::hinted(ADELE)).await.unwrap();

    let error = sign_in.sign_in(SignInRequest::hinted(MEGAN)).await.unwrap_err();

    assert!(matches!(error, SignInError::OtherAccount), "{error:?}");
    assert_eq!(sign_in.account().unwrap().user_principal_name, ADELE);
}

#[tokio::test]
async fn a_fresh_token_is_another_token() {
    let (_sandbox, ready) = sandbox(false).await;
    let sign_in = BrowserSignIn::new(config(&ready, Vault::session_only()));
    sign_in.sign_in(SignInRequest::hinted(ADELE)).await.unwrap();
    let get = async |wish| {
        sign_in
            .credential()
            .fetch_token(&cloud(&ready), Scope::READING, wish)
            .await
            .unwrap()
    };

    let first = get(TokenWish::default()).await;
    let fresh = get(TokenWish {
        fresh: true,
        ..TokenWish::default()
    })
    .await;
    let claims = r#"{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}"#.to_owned();
    let challenged = get(TokenWish {
        claims: Some(claims),
        ..TokenWish::default()
    })
    .await;

    assert_ne!(first.token.secret(), fresh.token.secret());
    assert_ne!(fresh.token.secret(), challenged.token.secret());
    assert_eq!(
        get(TokenWish::default()).await.token.secret(),
        challenged.token.secret()
    );
}

#[tokio::test]
async fn the_request_carries_pkce_state_and_nonce_and_no_secret() {
    let (_sandbox, ready) = sandbox(false).await;
    let browser = Nobody::default();
    let sign_in = sign_in_with(&ready, browser.clone());
    let request = SignInRequest {
        prompt: Some(Prompt::Consent),
        ..SignInRequest::hinted(ADELE)
    };
    let cancel = request.cancel.clone();
    let opened = async {
        while browser.0.lock().unwrap().is_none() {
            tokio::task::yield_now().await;
        }
        cancel.cancel();
    };

    let (outcome, ()) = tokio::join!(sign_in.sign_in(request), opened);

    assert!(matches!(outcome, Err(SignInError::Cancelled)), "{outcome:?}");
    let url = browser.0.lock().unwrap().clone().unwrap();
    let query: std::collections::HashMap<_, _> = url.query_pairs().into_owned().collect();
    assert_eq!(query["code_challenge_method"], "S256");
    assert!(query["code_challenge"].len() >= 43 && query["state"].len() >= 16 && query["nonce"].len() >= 16);
    assert_eq!(
        (query["prompt"].as_str(), query["login_hint"].as_str()),
        ("consent", ADELE)
    );
    assert!(query["redirect_uri"].starts_with("http://localhost:"));
    assert!(query["scope"].contains("/User.Read.All") && query["scope"].contains("offline_access"));
    assert!(
        !query["scope"].contains("Write") && !query["scope"].contains("Invite"),
        "reading alone"
    );
    assert!(!query.contains_key("client_secret"));
}

#[tokio::test]
async fn a_person_who_never_comes_back_is_not_waited_for_for_ever() {
    let (_sandbox, ready) = sandbox(false).await;
    let sign_in = BrowserSignIn::new(BrowserSignInConfig {
        opener: Arc::new(Nobody::default()),
        patience: Duration::from_millis(50),
        ..config(&ready, Vault::session_only())
    });

    let error = sign_in.sign_in(SignInRequest::first()).await.unwrap_err();

    assert!(matches!(error, SignInError::TimedOut), "{error:?}");
}

#[tokio::test]
async fn what_comes_back_wrong_is_told_apart() {
    let (_sandbox, ready) = sandbox(false).await;
    let outcome = async |answer| {
        sign_in_with(&ready, ComesBackWith(answer))
            .sign_in(SignInRequest::first())
            .await
            .unwrap_err()
    };

    let declined =
        outcome("error=access_denied&error_description=AADSTS65004%3A+declined&state={state}").await;
    assert!(matches!(declined, SignInError::Declined(_)), "{declined:?}");
    assert_eq!(declined.aadsts(), Some(65004));
    let approval = outcome("error=access_denied&error_description=AADSTS90094%3A+admin&state={state}").await;
    assert!(matches!(approval, SignInError::ApprovalNeeded(_)), "{approval:?}");
    let forged = outcome("code=stolen&state=guessed").await;
    assert!(matches!(forged, SignInError::StateMismatch), "{forged:?}");
    let invented = outcome("code=invented&state={state}").await;
    assert!(matches!(invented, SignInError::Refused(_)), "{invented:?}");
    assert!(invented.aadsts().is_some());
}

#[tokio::test]
async fn an_occupied_port_is_named_before_a_browser_opens() {
    let (_sandbox, ready) = sandbox(false).await;
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port();
    let browser = Nobody::default();
    let sign_in = BrowserSignIn::new(BrowserSignInConfig {
        opener: Arc::new(browser.clone()),
        redirect_port: Some(port),
        ..config(&ready, Vault::session_only())
    });

    let error = sign_in.sign_in(SignInRequest::first()).await.unwrap_err();

    assert!(
        matches!(error, SignInError::PortOccupied { port: p } if p == port),
        "{error:?}"
    );
    assert!(browser.0.lock().unwrap().is_none());
}

#[tokio::test]
async fn the_browser_without_eyes_says_when_it_is_shown_a_page() {
    let (_sandbox, ready) = sandbox(false).await;
    let sign_in = BrowserSignIn::new(config(&ready, Vault::session_only()));
    let cancel = CancellationToken::new();

    let asked_to_choose = SignInRequest {
        cancel,
        ..SignInRequest::first()
    };
    let error = sign_in.sign_in(asked_to_choose).await.unwrap_err();

    assert!(
        matches!(
            error,
            SignInError::BrowserNotOpened(BrowserNotOpened::NotSignedIn { status: 200 })
        ),
        "{error:?}"
    );
    let elsewhere = Url::parse("https://login.microsoftonline.com/").unwrap();
    let refused = SandboxBrowser::new().unwrap().open(&elsewhere).await;
    assert!(matches!(refused, Err(BrowserNotOpened::NotLoopback)));
}

#[tokio::test]
async fn a_sandbox_that_is_gone_is_offline() {
    let (sandbox, ready) = sandbox(false).await;
    let sign_in = BrowserSignIn::new(config(&ready, Vault::session_only()));
    sign_in.sign_in(SignInRequest::hinted(ADELE)).await.unwrap();
    sandbox.shutdown().await;

    let fresh = TokenWish {
        fresh: true,
        ..TokenWish::default()
    };
    let outcome = sign_in
        .credential()
        .fetch_token(&cloud(&ready), Scope::READING, fresh)
        .await;

    assert!(matches!(outcome, Err(SignInError::Offline(_))), "{outcome:?}");
}
