//! HTTPS for clients that insist on it: a certificate authority of the sandbox's own and a leaf for loopback.
//!
//! Nothing is installed anywhere. The authority's certificate is written to a folder only its owner may open,
//! and a client that wants to trust it is pointed there (`SSL_CERT_FILE`, or a root added in code).

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum_server::tls_rustls::RustlsConfig;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tempfile::TempDir;

/// HTTPS could not be prepared.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A certificate could not be made.
    #[error("a loopback certificate could not be made")]
    Certificate(#[from] rcgen::Error),
    /// The certificate was made but is not usable.
    #[error("the loopback certificate was refused")]
    Configuration(#[from] rustls::Error),
    /// The authority's certificate could not be written.
    #[error("the certificate of the sandbox authority could not be written")]
    Write(#[from] io::Error),
}

/// A ready HTTPS set-up. The written certificate goes away with it.
pub(crate) struct TlsMaterial {
    config: RustlsConfig,
    ca_certificate: PathBuf,
    _folder: TempDir,
}

impl TlsMaterial {
    /// Makes an authority and a leaf for `localhost`, `127.0.0.1` and `::1`, and writes the authority's
    /// certificate as PEM.
    ///
    /// # Errors
    /// [`TlsError`] says which step failed.
    pub(crate) fn generate() -> Result<Self, TlsError> {
        let authority = authority()?;
        let leaf_key = KeyPair::generate()?;
        let leaf = leaf_params()?.signed_by(&leaf_key, &authority)?;

        let folder = owner_only_folder()?;
        let ca_certificate = folder.path().join("sandbox-ca.pem");
        std::fs::write(&ca_certificate, authority.pem())?;

        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(leaf_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone(), authority.der().clone()], key)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            config: RustlsConfig::from_config(Arc::new(config)),
            ca_certificate,
            _folder: folder,
        })
    }

    /// The server side, for `axum_server::bind_rustls`.
    pub(crate) fn config(&self) -> RustlsConfig {
        self.config.clone()
    }

    /// Where the authority's certificate lies, as PEM.
    pub(crate) fn ca_certificate(&self) -> &Path {
        &self.ca_certificate
    }
}

fn owner_only_folder() -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("usher-sandbox-ca-");
    #[cfg(unix)]
    let builder = {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o700))
    };
    builder.tempdir()
}

/// The dates are fixed and wide: the sandbox clock moves, and clients judge by the computer's own.
fn authority() -> Result<CertifiedIssuer<'static, KeyPair>, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
        .distinguished_name
        .push(DnType::CommonName, "Usher sandbox authority");
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2050, 1, 1);
    CertifiedIssuer::self_signed(params, KeyPair::generate()?)
}

fn leaf_params() -> Result<CertificateParams, rcgen::Error> {
    let names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, "localhost");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2050, 1, 1);
    Ok(params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_authority_certificate_is_written_and_only_its_owner_may_read_it() {
        let material = TlsMaterial::generate().unwrap();
        let path = material.ca_certificate().to_owned();
        let written = std::fs::read_to_string(&path).unwrap();
        assert!(written.contains("BEGIN CERTIFICATE") && !written.contains("PRIVATE KEY"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let folder = std::fs::metadata(path.parent().unwrap()).unwrap();
            assert_eq!(folder.permissions().mode() & 0o077, 0);
        }
        drop(material);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn a_client_that_trusts_the_authority_gets_a_token_over_https_and_others_get_nothing() {
        let config = crate::SandboxConfig {
            guests: 0,
            tls: true,
            ..crate::SandboxConfig::default()
        };
        let sandbox = crate::Sandbox::start(config).await.unwrap();
        let ready = sandbox.ready();
        let tls = ready.tls.unwrap();
        let authority = std::fs::read(&tls.ca_cert).unwrap();
        let authority = reqwest::Certificate::from_pem(&authority).unwrap();
        let trusting = reqwest::Client::builder()
            .tls_certs_only([authority])
            .build()
            .unwrap();
        // At the root, where clients look that take only a host as authority.
        let address = format!("{}/{}/oauth2/v2.0/token", tls.url, ready.tenant_id);
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", ready.app_only.client_id.as_str()),
            ("client_secret", ready.app_only.client_secret.as_str()),
            ("scope", "https://graph.microsoft.com/.default"),
        ];
        let answer = trusting.post(&address).form(&fields).send().await.unwrap();
        let answer: serde_json::Value = answer.json().await.unwrap();
        let token = answer["access_token"].as_str().unwrap();
        let users = format!("{}/v1.0/users?$top=1", tls.graph);
        assert_eq!(
            trusting
                .get(users)
                .bearer_auth(token)
                .send()
                .await
                .unwrap()
                .status(),
            200
        );

        let strange = TlsMaterial::generate().unwrap();
        let strange =
            reqwest::Certificate::from_pem(&std::fs::read(strange.ca_certificate()).unwrap()).unwrap();
        let distrusting = reqwest::Client::builder()
            .tls_certs_only([strange])
            .build()
            .unwrap();
        assert!(distrusting.post(&address).form(&fields).send().await.is_err());
    }
}
