//! Claims asked of the sign-in service ("Claims challenges, claims requests, and client capabilities").

use serde_json::{Map, Value, json};

/// Returns the `claims` parameter: that Usher understands claims challenges (`cp1`), and what a challenge
/// demanded.
///
/// Declaring the capability lets tokens live longer and be revoked at once; it is only honest because the
/// Graph client answers challenges.
pub(crate) fn requested_claims(challenge: Option<&str>) -> String {
    let mut claims = challenge
        .and_then(|challenge| serde_json::from_str::<Map<String, Value>>(challenge).ok())
        .unwrap_or_default();
    let access_token = claims.entry("access_token").or_insert_with(|| json!({}));
    if !access_token.is_object() {
        *access_token = json!({});
    }
    access_token["xms_cc"] = json!({ "values": ["cp1"] });

    Value::Object(claims).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_capability_is_declared_beside_what_was_demanded() {
        let demanded = r#"{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}"#;
        let parsed = |challenge| serde_json::from_str::<Value>(&requested_claims(challenge)).unwrap();

        assert_eq!(
            parsed(None),
            json!({"access_token": {"xms_cc": {"values": ["cp1"]}}})
        );
        assert_eq!(
            parsed(Some(demanded)),
            json!({"access_token": {
                "nbf": {"essential": true, "value": "1604106651"},
                "xms_cc": {"values": ["cp1"]},
            }})
        );
    }

    #[test]
    fn a_challenge_that_is_no_object_is_passed_over() {
        for nonsense in ["", "[]", "\"x\"", "{\"access_token\":3}"] {
            let claims: Value = serde_json::from_str(&requested_claims(Some(nonsense))).unwrap();
            assert_eq!(claims["access_token"]["xms_cc"]["values"][0], "cp1", "{nonsense}");
        }
    }
}
