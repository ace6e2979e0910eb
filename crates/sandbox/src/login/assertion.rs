//! An application that proves itself with a certificate instead of a secret ("Microsoft identity platform application
//! authentication certificate credentials").

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use x509_parser::{parse_x509_certificate, pem::Pem, public_key::PublicKey};

use super::failure::Failure;

/// How far the clocks of client and service may be apart.
const LEEWAY: TimeDelta = TimeDelta::minutes(5);

/// The public half of a certificate, as an app registration keeps it.
#[derive(Clone)]
pub(crate) struct TrustedCertificate {
    key: DecodingKey,
    thumbprint: String,
}

/// The text is no certificate with an RSA key.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the application's certificate is not a PEM certificate with an RSA key")]
pub struct NotACertificate;

impl TrustedCertificate {
    pub(crate) fn from_pem(text: &str) -> Result<Self, NotACertificate> {
        let block = Pem::iter_from_buffer(text.as_bytes())
            .filter_map(Result::ok)
            .find(|block| block.label == "CERTIFICATE")
            .ok_or(NotACertificate)?;
        let (_, certificate) = parse_x509_certificate(&block.contents).map_err(|_| NotACertificate)?;
        let public = certificate.public_key();
        if !matches!(public.parsed(), Ok(PublicKey::RSA(_))) {
            return Err(NotACertificate);
        }
        Ok(Self {
            key: DecodingKey::from_rsa_der(&public.subject_public_key.data),
            thumbprint: URL_SAFE_NO_PAD.encode(Sha256::digest(&block.contents)),
        })
    }
}

#[derive(Deserialize)]
struct Claims {
    aud: String,
    iss: String,
    sub: String,
    exp: i64,
    nbf: Option<i64>,
}

/// Checks that `assertion` was made by the holder of `certificate`, for this client, this endpoint and this time.
pub(super) fn check(
    assertion: &str,
    certificate: Option<&TrustedCertificate>,
    client_id: &str,
    is_own_address: impl Fn(&str) -> bool,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let header = jsonwebtoken::decode_header(assertion).map_err(|_| Failure::assertion_malformed())?;
    let named = header.x5t_s256.unwrap_or_default();
    let certificate = certificate
        .filter(|certificate| certificate.thumbprint == named)
        .ok_or_else(|| Failure::assertion_key_unknown(&named))?;
    if !matches!(header.alg, Algorithm::PS256 | Algorithm::RS256) {
        return Err(Failure::assertion_malformed());
    }
    // The times are told by the sandbox's clock, below.
    let mut validation = Validation::new(header.alg);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let claims: Claims = jsonwebtoken::decode(assertion, &certificate.key, &validation)
        .map_err(|_| Failure::assertion_signature())?
        .claims;
    if claims.iss != client_id || claims.sub != client_id {
        return Err(Failure::assertion_of_another_client());
    }
    if !is_own_address(&claims.aud) {
        return Err(Failure::assertion_audience());
    }
    let ends = claims.exp.saturating_add(LEEWAY.num_seconds());
    let begins = claims
        .nbf
        .unwrap_or(i64::MIN)
        .saturating_sub(LEEWAY.num_seconds());
    if !(begins..=ends).contains(&now.timestamp()) {
        return Err(Failure::assertion_out_of_time());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{EncodingKey, Header};
    use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, RsaKeySize};
    use serde_json::{Value, json};

    use super::*;

    const HERE: &str = "https://localhost/contoso.com/oauth2/v2.0/token";
    const NOW: i64 = 1_790_000_000;

    struct Application {
        key: EncodingKey,
        certificate: TrustedCertificate,
    }

    impl Application {
        fn new() -> Self {
            let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
            let certificate = CertificateParams::new(Vec::new())
                .unwrap()
                .self_signed(&key)
                .unwrap();
            Self {
                key: EncodingKey::from_rsa_pem(key.serialize_pem().as_bytes()).unwrap(),
                certificate: TrustedCertificate::from_pem(&certificate.pem()).unwrap(),
            }
        }

        fn assertion(&self, algorithm: Algorithm, changes: &Value) -> String {
            let mut claims =
                json!({"aud": HERE, "iss": "app", "sub": "app", "nbf": NOW - 60, "exp": NOW + 300});
            for (name, value) in changes.as_object().unwrap() {
                claims[name] = value.clone();
            }
            let header = Header {
                x5t_s256: Some(self.certificate.thumbprint.clone()),
                ..Header::new(algorithm)
            };
            jsonwebtoken::encode(&header, &claims, &self.key).unwrap()
        }

        /// 0 where it is accepted, else the number of the refusal.
        fn code(&self, assertion: &str) -> u32 {
            let now = DateTime::from_timestamp(NOW, 0).unwrap();
            check(
                assertion,
                Some(&self.certificate),
                "app",
                |address| address == HERE,
                now,
            )
            .map_or_else(|failure| failure.code, |()| 0)
        }
    }

    #[test]
    fn an_assertion_must_be_of_this_client_for_this_endpoint_and_time() {
        let app = Application::new();
        let code = |changes: Value| app.code(&app.assertion(Algorithm::PS256, &changes));
        assert_eq!(code(json!({})), 0);
        assert_eq!(app.code(&app.assertion(Algorithm::RS256, &json!({}))), 0);
        assert_eq!(
            code(json!({"nbf": NOW + 200, "exp": NOW + 400})),
            0,
            "clocks are never the same"
        );
        assert_eq!(code(json!({"iss": "other"})), 700_021);
        assert_eq!(code(json!({"sub": "other"})), 700_021);
        assert_eq!(code(json!({"aud": "https://elsewhere/token"})), 700_023);
        assert_eq!(code(json!({"exp": NOW - 301})), 700_024);
        assert_eq!(code(json!({"nbf": NOW + 301, "exp": NOW + 900})), 700_024);
        assert_eq!(code(json!({"exp": i64::MAX})), 0);
    }

    #[test]
    fn only_the_registered_key_proves_anything() {
        let (app, other) = (Application::new(), Application::new());
        let good = app.assertion(Algorithm::PS256, &json!({}));
        assert_eq!(
            app.code(&other.assertion(Algorithm::PS256, &json!({}))),
            700_027,
            "another certificate"
        );
        let borrowed = Application {
            key: other.key,
            certificate: app.certificate.clone(),
        };
        assert_eq!(
            app.code(&borrowed.assertion(Algorithm::PS256, &json!({}))),
            700_027,
            "another key"
        );
        let cut = good.rsplit_once('.').unwrap().0;
        assert_eq!(app.code(&format!("{cut}.")), 700_027, "no signature");
        assert_eq!(app.code("no.jwt.at-all"), 50_027);
        let now = DateTime::from_timestamp(NOW, 0).unwrap();
        let refused = check(&good, None, "app", |_| true, now).unwrap_err();
        assert_eq!(refused.code, 700_027, "no certificate registered");
        assert!(TrustedCertificate::from_pem("no certificate").is_err());
        let elliptic = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let other_kind = CertificateParams::new(Vec::new())
            .unwrap()
            .self_signed(&elliptic)
            .unwrap();
        assert!(TrustedCertificate::from_pem(&other_kind.pem()).is_err());
        let rsa = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
        let own = CertificateParams::new(Vec::new())
            .unwrap()
            .self_signed(&rsa)
            .unwrap();
        assert!(TrustedCertificate::from_pem(&[rsa.serialize_pem(), own.pem()].concat()).is_ok());
    }
}
