//! Credentials that are not ours, and the one for the plain-http sandbox, in the same socket.

use std::{
    ffi::OsStr,
    io,
    path::{Path, PathBuf},
    process::Output,
    sync::Arc,
};

use async_trait::async_trait;
use chrono::TimeDelta;
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use url::Url;
use usher_clock::SharedClock;
use usher_identity::{
    AppCertificate, Cloud, Credential, Executor, SandboxAppCredential, Scope, Secret, SignInError, TokenWish,
    Transport, app_certificate, azure_cli, client_secret,
};
use usher_sandbox::{Ready, SandboxConfig};

use crate::stage::{ask, clock, cloud, http, sandbox, sandbox_with, tenant};

async fn token(credential: &Credential, cloud: &Cloud) -> Result<String, SignInError> {
    let token = credential
        .fetch_token(cloud, Scope::READING, TokenWish::default())
        .await?;
    Ok(token.token.secret().to_owned())
}

fn app(ready: &Ready, secret: &str) -> Credential {
    let secret = Secret::new(secret.to_owned());
    SandboxAppCredential::credential(
        &cloud(ready),
        &tenant(ready),
        &ready.app_only.client_id,
        &secret,
        http(),
        clock(),
    )
    .unwrap()
}

/// The sandbox over TLS, and a client that trusts it.
fn secure(ready: &Ready) -> (Cloud, reqwest::Client) {
    let tls = ready.tls.as_ref().unwrap();
    let url = |text: &str| Url::parse(text).unwrap();
    let cloud = Cloud::sandbox(&url(&tls.login), &url(&tls.graph)).unwrap();
    let ca = reqwest::Certificate::from_pem(&std::fs::read(&tls.ca_cert).unwrap()).unwrap();
    let trusting = reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([ca])
        .build()
        .unwrap();
    (cloud, trusting)
}

/// A certificate and its private key, in PEM form.
fn certificate() -> (String, String) {
    let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
    let certificate = CertificateParams::new(Vec::new())
        .unwrap()
        .self_signed(&key)
        .unwrap();
    (certificate.pem(), key.serialize_pem())
}

#[tokio::test]
async fn an_application_signs_in_with_its_certificate_over_tls() {
    let (own, key) = certificate();
    let (sandbox, ready) = sandbox_with(SandboxConfig {
        tls: true,
        app_certificate: Some(own.clone()),
        ..SandboxConfig::default()
    })
    .await;
    let (cloud, trusting) = secure(&ready);
    let app = ready.app_only.client_id.clone();
    let read = |pem: &str| AppCertificate::from_pem(pem.as_bytes(), clock().now()).unwrap();
    let made = |pem: &str, clock: SharedClock| {
        app_certificate(&cloud, &tenant(&ready), &app, read(pem), trusting.clone(), clock).unwrap()
    };
    let own = [own, key].concat();

    let credential = made(&own, clock());
    let (status, found) = ask(&ready, "organization", &token(&credential, &cloud).await.unwrap()).await;
    assert_eq!((status, found["value"].as_array().unwrap().len()), (200, 1));

    let (foreign, key) = certificate();
    let refused = token(&made(&[foreign, key].concat(), clock()), &cloud)
        .await
        .unwrap_err();
    assert_eq!(
        refused.aadsts(),
        Some(700_027),
        "not of this application: {refused:?}"
    );

    sandbox.state().clock().advance(TimeDelta::hours(1));
    let refused = token(&made(&own, clock()), &cloud).await.unwrap_err();
    assert_eq!(refused.aadsts(), Some(700_024), "made an hour ago: {refused:?}");

    let plain = Cloud::sandbox(
        &Url::parse(&ready.login).unwrap(),
        &Url::parse(&ready.graph).unwrap(),
    )
    .unwrap();
    let refused = app_certificate(&plain, &tenant(&ready), &app, read(&own), trusting, clock());
    assert!(
        matches!(refused, Err(SignInError::Misconfigured(_))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn azure_identitys_client_secret_signs_in_over_tls() {
    let (_sandbox, ready) = sandbox(true).await;
    let (cloud, trusting) = secure(&ready);
    let secret = |text: &str| Secret::new(text.to_owned());
    let made = |text: &str, http: reqwest::Client| {
        client_secret(
            &cloud,
            &tenant(&ready),
            &ready.app_only.client_id,
            secret(text),
            http,
        )
        .unwrap()
    };

    let credential = made(&ready.app_only.client_secret, trusting.clone());
    let (status, found) = ask(&ready, "organization", &token(&credential, &cloud).await.unwrap()).await;
    assert_eq!((status, found["value"].as_array().unwrap().len()), (200, 1));

    let refused = token(&made("wrong", trusting), &cloud).await.unwrap_err();
    assert_eq!(refused.aadsts(), Some(7_000_215), "{refused:?}");

    let untrusting = reqwest::Client::builder().no_proxy().build().unwrap();
    let error = token(&made("wrong", untrusting), &cloud).await.unwrap_err();
    assert!(
        matches!(error, SignInError::Offline(Transport::Untrusted)),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_client_secret_does_not_go_over_plain_http_but_to_the_sandbox() {
    let (_sandbox, ready) = sandbox(false).await;
    let cloud = cloud(&ready);
    let secret = Secret::new(ready.app_only.client_secret.clone());
    let id = &ready.app_only.client_id;

    let plain = client_secret(&cloud, &tenant(&ready), id, secret.clone(), http());
    assert!(matches!(plain, Err(SignInError::Misconfigured(_))), "{plain:?}");
    let microsoft = SandboxAppCredential::credential(
        &Cloud::commercial(),
        &tenant(&ready),
        id,
        &secret,
        http(),
        clock(),
    );
    assert!(
        matches!(microsoft, Err(SignInError::Misconfigured(_))),
        "{microsoft:?}"
    );

    let credential = app(&ready, &ready.app_only.client_secret);
    let first = token(&credential, &cloud).await.unwrap();
    assert_eq!(ask(&ready, "organization", &first).await.0, 200);
    assert_eq!(
        token(&credential, &cloud).await.unwrap(),
        first,
        "it is at hand from then on"
    );
    let wish = TokenWish {
        fresh: true,
        ..TokenWish::default()
    };
    let fresh = credential.fetch_token(&cloud, &[], wish).await.unwrap();
    assert_ne!(fresh.token.secret(), first);

    let refused = token(&app(&ready, "wrong"), &cloud).await.unwrap_err();
    assert_eq!(refused.aadsts(), Some(7_000_215), "{refused:?}");
}

/// Starts programs with another `PATH`.
#[derive(Debug)]
struct OnPath(PathBuf);

#[async_trait]
impl Executor for OnPath {
    async fn run(&self, program: &OsStr, args: &[&OsStr]) -> io::Result<Output> {
        tokio::process::Command::new(program)
            .args(args)
            .env("PATH", &self.0)
            .output()
            .await
    }
}

#[cfg(unix)]
fn write_az(folder: &Path, script: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    let az = folder.join("az");
    std::fs::write(&az, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&az, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn the_azure_cli_signs_in_and_its_troubles_are_told_apart() {
    let (_sandbox, ready) = sandbox(false).await;
    let cloud = cloud(&ready);
    let folder = tempfile::tempdir().unwrap();
    let credential = azure_cli(
        Some(&tenant(&ready)),
        Some(Arc::new(OnPath(folder.path().to_owned()))),
    )
    .unwrap();

    let missing = token(&credential, &cloud).await.unwrap_err();
    assert!(matches!(missing, SignInError::CliNotFound), "{missing:?}");

    write_az(
        folder.path(),
        "echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1",
    );
    let signed_out = token(&credential, &cloud).await.unwrap_err();
    assert!(matches!(signed_out, SignInError::CliSignedOut), "{signed_out:?}");

    // The fake answers for the tenant and the scope it was asked for, with a token the sandbox gave.
    let from_sandbox = token(&app(&ready, &ready.app_only.client_secret), &cloud)
        .await
        .unwrap();
    let script = format!(
        r#"case "$*" in *"--scope https://graph.microsoft.com/.default"*"--tenant {}"*) ;; *) exit 3 ;; esac
echo '{{"accessToken":"{from_sandbox}","expires_on":4102444800,"tenant":"t","tokenType":"Bearer"}}'"#,
        ready.tenant_id
    );
    write_az(folder.path(), &script);
    let from_cli = token(&credential, &cloud).await.unwrap();
    assert_eq!(ask(&ready, "organization", &from_cli).await.0, 200);
}
