//! Signing in as an application that proves itself with a certificate ("Microsoft identity platform application
//! authentication certificate credentials"). azure_identity's own certificate credential needs OpenSSL; its assertion
//! credential takes an assertion from anywhere, and this one signs it.

use std::{fmt, io, path::Path};

use async_trait::async_trait;
use azure_core::http::ClientMethodOptions;
use azure_identity::ClientAssertion;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use pem::Pem;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use usher_clock::SharedClock;
use uuid::Uuid;
use x509_parser::parse_x509_certificate;
use zeroize::Zeroizing;

use crate::{Redacted, SignInError};

/// No certificate with its chain comes near this.
const LARGEST_FILE_BYTES: u64 = 1024 * 1024;
/// How long an assertion proves who made it; the platform advises five to ten minutes.
const LIFETIME: TimeDelta = TimeDelta::minutes(5);
/// A service whose clock is behind must not find the assertion too young.
const GRACE: TimeDelta = TimeDelta::minutes(1);
/// What Entra takes from certificates made anew; RS256 is the older one.
const ALGORITHM: Algorithm = Algorithm::PS256;

/// A certificate and its private key, in memory only.
pub struct AppCertificate {
    key: EncodingKey,
    /// SHA-256 of the certificate: what the service finds it by.
    thumbprint: String,
}

impl fmt::Debug for AppCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppCertificate")
            .field("thumbprint", &self.thumbprint)
            .finish_non_exhaustive()
    }
}

/// A file that is of no use for signing in.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The file cannot be read.
    #[error("the certificate file cannot be read: {0}")]
    File(#[source] io::Error),
    /// Nothing in it that can be used. Files of type .pfx and .p12 end here.
    #[error("the file holds no certificate in PEM form")]
    NoCertificate,
    /// The certificate alone: whoever has only this cannot sign in with it.
    #[error("the file holds no private key")]
    NoKey,
    /// The key is there, under a password.
    #[error("the private key in the file is locked with a password")]
    LockedKey,
    /// Entra takes RSA keys only for this.
    #[error("the private key is not an RSA key")]
    NotRsa,
    /// Nothing can be signed with it.
    #[error("the private key is damaged, or shorter than 2048 bits")]
    UnusableKey,
    /// Key and certificate are no pair.
    #[error("the private key does not belong to the certificate")]
    OtherKey,
    /// Its time is over.
    #[error("the certificate ended on {}", .0.format("%Y-%m-%d"))]
    Expired(DateTime<Utc>),
}

impl AppCertificate {
    /// Reads a PEM file with a certificate and its private key, in any order; of a chain the one that belongs to the key.
    pub fn read(file: &Path, now: DateTime<Utc>) -> Result<Self, CertificateError> {
        // What is no file (a pipe, a device) could be read for ever.
        let metadata = std::fs::metadata(file).map_err(CertificateError::File)?;
        if !metadata.is_file() || metadata.len() > LARGEST_FILE_BYTES {
            return Err(CertificateError::NoCertificate);
        }
        let bytes = Zeroizing::new(std::fs::read(file).map_err(CertificateError::File)?);
        Self::from_pem(&bytes, now)
    }

    /// As [`read`](Self::read), of the file's bytes.
    pub fn from_pem(bytes: &[u8], now: DateTime<Utc>) -> Result<Self, CertificateError> {
        let blocks = pem::parse_many(bytes).map_err(|_| CertificateError::NoCertificate)?;
        let certificates: Vec<&Pem> = blocks
            .iter()
            .filter(|block| block.tag() == "CERTIFICATE")
            .collect();
        if certificates.is_empty() {
            return Err(CertificateError::NoCertificate);
        }
        let key = blocks
            .iter()
            .find(|block| block.tag().ends_with("PRIVATE KEY"))
            .ok_or(CertificateError::NoKey)?;
        let is_locked = key.tag() == "ENCRYPTED PRIVATE KEY" || key.headers().get("DEK-Info").is_some();
        if is_locked {
            return Err(CertificateError::LockedKey);
        }
        let text = Zeroizing::new(pem::encode(key));
        let key = EncodingKey::from_rsa_pem(text.as_bytes()).map_err(|_| CertificateError::NotRsa)?;
        let signature = jsonwebtoken::crypto::sign(MESSAGE, &key, ALGORITHM)
            .map_err(|_| CertificateError::UnusableKey)?;
        let (der, until) = certificates
            .iter()
            .find_map(|certificate| proving(certificate.contents(), &signature))
            .ok_or(CertificateError::OtherKey)?;
        if until <= now {
            return Err(CertificateError::Expired(until));
        }
        Ok(Self {
            key,
            thumbprint: URL_SAFE_NO_PAD.encode(Sha256::digest(der)),
        })
    }

    fn sign(&self, claims: &impl Serialize) -> jsonwebtoken::errors::Result<String> {
        let header = Header {
            x5t_s256: Some(self.thumbprint.clone()),
            ..Header::new(ALGORITHM)
        };
        jsonwebtoken::encode(&header, claims, &self.key)
    }
}

/// What is signed to see whether key and certificate are a pair.
const MESSAGE: &[u8] = b"a pair?";

/// A certificate's bytes and end, if it proves `signature`.
fn proving<'c>(der: &'c [u8], signature: &str) -> Option<(&'c [u8], DateTime<Utc>)> {
    let (_, certificate) = parse_x509_certificate(der).ok()?;
    let public = DecodingKey::from_rsa_der(&certificate.public_key().subject_public_key.data);
    let is_pair = jsonwebtoken::crypto::verify(signature, MESSAGE, &public, ALGORITHM).unwrap_or(false);
    let until = DateTime::from_timestamp(certificate.validity().not_after.timestamp(), 0)?;
    is_pair.then_some((der, until))
}

/// What the application says about itself, signed anew for every token.
#[derive(Debug)]
pub(crate) struct Assertion {
    pub(crate) certificate: AppCertificate,
    pub(crate) client_id: String,
    /// The token endpoint.
    pub(crate) audience: String,
    pub(crate) clock: SharedClock,
}

#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    iss: &'a str,
    sub: &'a str,
    jti: Uuid,
    nbf: i64,
    exp: i64,
}

#[async_trait]
impl ClientAssertion for Assertion {
    async fn secret(&self, _options: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        let now = self.clock.now();
        let claims = Claims {
            aud: &self.audience,
            iss: &self.client_id,
            sub: &self.client_id,
            jti: Uuid::new_v4(),
            nbf: (now - GRACE).timestamp(),
            exp: (now + LIFETIME).timestamp(),
        };
        self.certificate
            .sign(&claims)
            .map_err(|error| SignInError::Misconfigured(Redacted(error.to_string())).into())
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{
        CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, RsaKeySize, date_time_ymd,
    };

    use super::*;

    fn rsa() -> KeyPair {
        KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap()
    }

    fn certificate(key: &KeyPair, last_year: i32) -> String {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.not_after = date_time_ymd(last_year, 3, 1);
        params.self_signed(key).unwrap().pem()
    }

    fn now() -> DateTime<Utc> {
        "2026-11-26T09:00:00Z".parse().unwrap()
    }

    fn read(text: &str) -> Result<AppCertificate, CertificateError> {
        AppCertificate::from_pem(text.as_bytes(), now())
    }

    #[test]
    fn certificate_and_key_are_found_in_any_order_and_among_others() {
        let (key, other) = (rsa(), rsa());
        let (own, foreign) = (certificate(&key, 2030), certificate(&other, 2030));
        let thumbprint = read(&[own.as_str(), &key.serialize_pem()].concat())
            .unwrap()
            .thumbprint;
        assert_eq!(thumbprint.len(), 43, "256 bits in base64url");
        let chain = [key.serialize_pem().as_str(), "Bag Attributes\n", &foreign, &own].concat();
        assert_eq!(read(&chain).unwrap().thumbprint, thumbprint);
    }

    #[test]
    fn what_is_wrong_with_a_file_is_told_apart() {
        let key = rsa();
        let own = certificate(&key, 2030);
        let elliptic = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let with = |key: &str| read(&[own.as_str(), key].concat()).unwrap_err();
        let locked = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
        let old_locked = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n\
                          -----END RSA PRIVATE KEY-----\n";

        assert!(matches!(read("").unwrap_err(), CertificateError::NoCertificate));
        assert!(matches!(
            AppCertificate::from_pem(b"\x30\x82\x0a\x00 a .pfx file", now()).unwrap_err(),
            CertificateError::NoCertificate
        ));
        assert!(matches!(with(""), CertificateError::NoKey));
        assert!(matches!(with(locked), CertificateError::LockedKey));
        assert!(matches!(with(old_locked), CertificateError::LockedKey));
        assert!(matches!(
            with(&elliptic.serialize_pem()),
            CertificateError::NotRsa
        ));
        assert!(matches!(with(&rsa().serialize_pem()), CertificateError::OtherKey));
        let expired = read(&[certificate(&key, 2026), key.serialize_pem()].concat()).unwrap_err();
        assert_eq!(expired.to_string(), "the certificate ended on 2026-03-01");
        assert!(matches!(
            AppCertificate::read(Path::new("/no/such/file.pem"), now()).unwrap_err(),
            CertificateError::File(_)
        ));
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(
            AppCertificate::read(folder.path(), now()).unwrap_err(),
            CertificateError::NoCertificate
        ));
    }

    #[test]
    fn the_key_is_not_printed() {
        let key = rsa();
        let read = read(&[certificate(&key, 2030), key.serialize_pem()].concat()).unwrap();
        let printed = format!("{read:?}");
        assert!(
            printed.contains(&read.thumbprint) && printed.len() < 120,
            "{printed}"
        );
    }
}
