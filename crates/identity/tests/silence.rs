//! What signing in writes into a log: nothing that names or opens anything, at any level. A program of its own: which
//! lines are written at all is settled once a process, by the first who asks.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[expect(dead_code, reason = "the other tests use the rest")]
#[path = "identity/stage.rs"]
mod stage;

use std::{
    io,
    sync::{Arc, Mutex},
};

use tracing_subscriber::filter::LevelFilter;
use usher_identity::{BrowserSignIn, KeySource, Scope, SecretKey, SignInRequest, TokenWish, Vault};

use stage::{ADELE, ask, clock, cloud, config, sandbox};

/// A log in memory.
#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn signing_in_refreshing_and_signing_out_leave_no_secret_in_the_log() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();

    let (_sandbox, ready) = sandbox(false).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    let keys = KeySource::Master(SecretKey::generate().unwrap());
    let open = async || Vault::open(&path, &keys, clock()).await.unwrap().vault;
    let sign_in = BrowserSignIn::new(config(&ready, open().await));
    let account = sign_in.sign_in(SignInRequest::hinted(ADELE)).await.unwrap();
    let first = open().await.refresh_token(&account.id).await.unwrap().unwrap();
    let again = BrowserSignIn::new(config(&ready, open().await));
    assert!(again.resume(account.clone()).await.unwrap());
    let token = again
        .credential()
        .fetch_token(&cloud(&ready), Scope::READING, TokenWish::default())
        .await
        .unwrap();
    assert_eq!(ask(&ready, "me", token.token.secret()).await.0, 200);
    let second = open().await.refresh_token(&account.id).await.unwrap().unwrap();
    again.sign_out().await.unwrap();

    let log = log.text();
    assert!(log.lines().count() > 10, "there is a log: {log}");
    for secret in [
        token.token.secret(),
        first.as_str(),
        second.as_str(),
        "eyJ0eXAi",
        ADELE,
        "adele.vance",
        "Adele",
        "code=",
        "code_verifier=",
        "refresh_token=",
    ] {
        assert!(!log.contains(secret), "the log has {secret}");
    }
}
