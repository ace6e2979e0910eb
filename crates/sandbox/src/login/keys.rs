//! The signing key of the authority and its public half as a JSON Web Key.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// The signing key could not be made.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The cryptography library gave no key.
    #[error("no RSA key could be generated")]
    Generate,
    /// The new key could not be read back.
    #[error("the new RSA key could not be encoded")]
    Encode(#[source] jsonwebtoken::errors::Error),
}

/// A 2048-bit RSA key that signs RS256 and checks its own signatures.
pub(super) struct SigningKey {
    id: String,
    modulus: String,
    exponent: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
}

impl SigningKey {
    pub(super) fn generate() -> Result<Self, KeyError> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::Generate)?;
        let private: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| KeyError::Generate)?;
        let encoding =
            EncodingKey::from_rsa_pem(pem(private.as_ref()).as_bytes()).map_err(KeyError::Encode)?;
        let public = pair.public_key();
        let modulus = public.modulus().big_endian_without_leading_zero().to_vec();
        let exponent = public.exponent().big_endian_without_leading_zero().to_vec();
        Ok(Self {
            id: URL_SAFE_NO_PAD.encode(&Sha256::digest(&modulus)[..20]),
            decoding: DecodingKey::from_rsa_raw_components(&modulus, &exponent),
            modulus: URL_SAFE_NO_PAD.encode(modulus),
            exponent: URL_SAFE_NO_PAD.encode(exponent),
            encoding,
        })
    }

    /// Signs the claims as a compact JSON Web Token.
    pub(super) fn sign(&self, claims: &impl Serialize) -> Result<String, jsonwebtoken::errors::Error> {
        let header = Header {
            kid: Some(self.id.clone()),
            ..Header::new(Algorithm::RS256)
        };
        jsonwebtoken::encode(&header, claims, &self.encoding)
    }

    /// The claims of a token signed by this key. Times are left to the caller, who knows the sandbox clock.
    pub(super) fn read<C: DeserializeOwned>(&self, token: &str) -> Result<C, jsonwebtoken::errors::Error> {
        let mut validation = Validation::new(Algorithm::RS256);
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        jsonwebtoken::decode::<C>(token, &self.decoding, &validation).map(|token| token.claims)
    }

    /// The key set document served to clients.
    pub(super) fn key_set(&self) -> Value {
        json!({"keys": [{
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.id, "x5t": self.id,
            "n": self.modulus, "e": self.exponent,
        }]})
    }
}

fn pem(pkcs8: &[u8]) -> String {
    let body = STANDARD.encode(pkcs8);
    let mut text = String::from("-----BEGIN PRIVATE KEY-----\n");
    for (index, letter) in body.chars().enumerate() {
        if index > 0 && index % 64 == 0 {
            text.push('\n');
        }
        text.push(letter);
    }
    text.push_str("\n-----END PRIVATE KEY-----\n");
    text
}
