//! The identity token: proof of who signed in ("ID tokens in the Microsoft identity platform").

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::{Deserialize, de::DeserializeOwned};
use url::Url;
use uuid::Uuid;

use crate::{Cloud, SignInError, Tenant, TenantId, Transport};

/// How far the clocks of this computer and of the sign-in service may be apart.
const LEEWAY: TimeDelta = TimeDelta::minutes(5);

/// Why an identity token does not prove who signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdTokenError {
    /// The answer carried none.
    #[error("there is no identity token in the answer")]
    Missing,
    /// It is no signed token of the expected form.
    #[error("the identity token cannot be read")]
    Malformed,
    /// None of the service's keys signed it.
    #[error("the identity token is not signed by the sign-in service")]
    Signature,
    /// Another service, or another tenant, issued it.
    #[error("the identity token comes from somewhere else")]
    Issuer,
    /// It is meant for another application.
    #[error("the identity token is meant for another application")]
    Audience,
    /// It answers another sign-in.
    #[error("the identity token answers another sign-in")]
    Nonce,
    /// It is expired or not valid yet; this computer's clock may be wrong.
    #[error("the identity token is not valid now; check this computer's clock")]
    Time,
}

/// What the identity token says.
#[derive(Clone, Deserialize)]
pub(crate) struct IdClaims {
    iss: String,
    aud: String,
    exp: i64,
    nbf: Option<i64>,
    nonce: Option<String>,
    pub(crate) tid: Uuid,
    pub(crate) oid: Uuid,
    pub(crate) preferred_username: Option<String>,
    pub(crate) name: Option<String>,
}

impl fmt::Debug for IdClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdClaims")
            .field("tid", &self.tid)
            .finish_non_exhaustive()
    }
}

impl IdClaims {
    /// The tenant signed in to.
    pub(crate) fn tenant(&self) -> TenantId {
        TenantId::from(self.tid)
    }
}

/// What the discovery document says and is needed here.
#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: Url,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Key>,
}

/// A key of the set. Keys of other kinds than RSA have no modulus and are passed over.
#[derive(Deserialize)]
struct Key {
    kid: Option<String>,
    n: Option<String>,
    e: Option<String>,
}

/// What an identity token is held against.
pub(crate) struct Expected<'a> {
    pub(crate) cloud: &'a Cloud,
    pub(crate) tenant: &'a Tenant,
    pub(crate) client_id: &'a str,
    pub(crate) nonce: &'a str,
    pub(crate) now: DateTime<Utc>,
}

/// Fetches the service's keys and verifies `token`: signature, issuer, audience, nonce and time.
pub(crate) async fn fetch_and_verify(
    http: &reqwest::Client,
    token: &str,
    expected: Expected<'_>,
) -> Result<IdClaims, SignInError> {
    let discovery: Discovery = fetch(http, expected.cloud.discovery_url(expected.tenant)).await?;
    let issuer = Url::parse(&discovery.issuer).map_err(|_| SignInError::UnexpectedAnswer)?;
    if !expected.cloud.trusts_login(&issuer) || !expected.cloud.trusts_login(&discovery.jwks_uri) {
        return Err(IdTokenError::Issuer.into());
    }
    let keys: KeySet = fetch(http, discovery.jwks_uri).await?;

    Ok(verify(token, &keys, &discovery.issuer, &expected)?)
}

async fn fetch<T: DeserializeOwned>(http: &reqwest::Client, url: Url) -> Result<T, SignInError> {
    let offline = |error: reqwest::Error| SignInError::Offline(Transport::of_request(&error));
    let answer = http.get(url).send().await.map_err(offline)?;
    if !answer.status().is_success() {
        return Err(SignInError::UnexpectedAnswer);
    }
    let body = answer.bytes().await.map_err(offline)?;

    serde_json::from_slice(&body).map_err(|_| SignInError::UnexpectedAnswer)
}

fn verify(
    token: &str,
    keys: &KeySet,
    issuer: &str,
    expected: &Expected<'_>,
) -> Result<IdClaims, IdTokenError> {
    let header = jsonwebtoken::decode_header(token).map_err(|_| IdTokenError::Malformed)?;
    let key = keys
        .keys
        .iter()
        .find(|key| key.kid == header.kid)
        .and_then(|key| DecodingKey::from_rsa_components(key.n.as_deref()?, key.e.as_deref()?).ok())
        .ok_or(IdTokenError::Signature)?;

    // The time is ours to judge: the sandbox's clock is not the computer's.
    let mut validation = Validation::new(Algorithm::RS256);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let claims: IdClaims = jsonwebtoken::decode(token, &key, &validation)
        .map_err(|error| match error.kind() {
            jsonwebtoken::errors::ErrorKind::InvalidSignature
            | jsonwebtoken::errors::ErrorKind::InvalidAlgorithm => IdTokenError::Signature,
            _ => IdTokenError::Malformed,
        })?
        .claims;

    check(claims, issuer, expected)
}

fn check(claims: IdClaims, issuer: &str, expected: &Expected<'_>) -> Result<IdClaims, IdTokenError> {
    // The metadata of "organizations" leaves the tenant open.
    let issuer = issuer.replace("{tenantid}", &claims.tid.to_string());
    if claims.iss != issuer {
        return Err(IdTokenError::Issuer);
    }
    if let Ok(wanted) = TenantId::parse(expected.tenant.as_str())
        && wanted != claims.tenant()
    {
        return Err(IdTokenError::Issuer);
    }
    if claims.aud != expected.client_id {
        return Err(IdTokenError::Audience);
    }
    if claims.nonce.as_deref() != Some(expected.nonce) {
        return Err(IdTokenError::Nonce);
    }
    let (now, leeway) = (expected.now.timestamp(), LEEWAY.num_seconds());
    if claims.exp < now.saturating_sub(leeway) || claims.nbf.is_some_and(|nbf| nbf > now + leeway) {
        return Err(IdTokenError::Time);
    }

    Ok(claims)
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};

    use super::*;

    const TENANT: &str = "11111111-1111-4111-8111-111111111111";
    const ISSUER: &str = "https://login.microsoftonline.com/{tenantid}/v2.0";

    fn claims() -> IdClaims {
        IdClaims {
            iss: ISSUER.replace("{tenantid}", TENANT),
            aud: "client".to_owned(),
            exp: 1_800_000_000,
            nbf: Some(1_799_990_000),
            nonce: Some("nonce".to_owned()),
            tid: Uuid::parse_str(TENANT).unwrap(),
            oid: Uuid::from_u128(7),
            preferred_username: Some("adele.vance@contoso.com".to_owned()),
            name: None,
        }
    }

    fn judged(claims: IdClaims, tenant: &Tenant) -> Result<IdClaims, IdTokenError> {
        check(
            claims,
            ISSUER,
            &Expected {
                cloud: &Cloud::commercial(),
                tenant,
                client_id: "client",
                nonce: "nonce",
                now: DateTime::from_timestamp(1_799_999_000, 0).unwrap(),
            },
        )
    }

    #[test]
    fn each_claim_is_held_against_what_was_asked() {
        let any = Tenant::organizations();
        assert!(judged(claims(), &any).is_ok());
        assert!(judged(claims(), &Tenant::parse(TENANT).unwrap()).is_ok());

        let wrong = |change: fn(&mut IdClaims)| {
            let mut claims = claims();
            change(&mut claims);
            judged(claims, &Tenant::organizations()).unwrap_err()
        };
        assert_eq!(
            wrong(|c| c.iss = c.iss.replace("microsoftonline", "evil")),
            IdTokenError::Issuer
        );
        assert_eq!(wrong(|c| c.tid = Uuid::from_u128(9)), IdTokenError::Issuer);
        assert_eq!(wrong(|c| c.aud = "another".to_owned()), IdTokenError::Audience);
        assert_eq!(wrong(|c| c.nonce = None), IdTokenError::Nonce);
        assert_eq!(wrong(|c| c.exp = 1_799_998_000), IdTokenError::Time);
        assert_eq!(wrong(|c| c.nbf = Some(1_799_999_900)), IdTokenError::Time);

        let other = Tenant::parse("22222222-2222-4222-8222-222222222222").unwrap();
        assert_eq!(judged(claims(), &other).unwrap_err(), IdTokenError::Issuer);
    }

    #[test]
    fn a_token_without_a_known_signature_is_refused() {
        let part = |json: &str| BASE64_URL_SAFE_NO_PAD.encode(json);
        let expected = Expected {
            cloud: &Cloud::commercial(),
            tenant: &Tenant::organizations(),
            client_id: "client",
            nonce: "nonce",
            now: DateTime::from_timestamp(1_799_999_000, 0).unwrap(),
        };
        let keys = KeySet {
            keys: vec![Key {
                kid: Some("k".to_owned()),
                n: Some("AQAB".to_owned()),
                e: Some("AQAB".to_owned()),
            }],
        };
        let body = part(&format!(
            r#"{{"iss":"{ISSUER}","aud":"client","exp":1800000000}}"#
        ));

        for (header, signature, error) in [
            (
                r#"{"alg":"RS256","kid":"unknown"}"#,
                "AAAA",
                IdTokenError::Signature,
            ),
            (r#"{"alg":"HS256","kid":"k"}"#, "AAAA", IdTokenError::Signature),
            (r#"{"alg":"RS256","kid":"k"}"#, "AAAA", IdTokenError::Signature),
            (r#"{"alg":"none","kid":"k"}"#, "", IdTokenError::Malformed),
        ] {
            let token = format!("{}.{body}.{signature}", part(header));
            assert_eq!(
                verify(&token, &keys, ISSUER, &expected).unwrap_err(),
                error,
                "{header}"
            );
        }
        assert_eq!(
            verify("no token", &keys, ISSUER, &expected).unwrap_err(),
            IdTokenError::Malformed
        );
    }
}
