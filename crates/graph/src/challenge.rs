//! Claims challenges in `WWW-Authenticate` ("Claims challenges, claims requests, and client capabilities").

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

/// Base64 with or without its padding: both are seen.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
const LENIENT_URL: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Returns the claims, as JSON, that one of the `WWW-Authenticate` headers demands.
pub(crate) fn demanded_claims<'h>(headers: impl Iterator<Item = &'h str>) -> Option<String> {
    headers
        .filter(|header| parameter(header, "error") == Some("insufficient_claims"))
        .find_map(|header| {
            let encoded = parameter(header, "claims")?;
            let bytes = LENIENT
                .decode(encoded)
                .or_else(|_| LENIENT_URL.decode(encoded))
                .ok()?;
            let json = String::from_utf8(bytes).ok()?;
            serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&json).ok()?;
            Some(json)
        })
}

/// Finds a quoted parameter. Splitting at commas or equals signs would break base64 and quoted addresses.
fn parameter<'h>(header: &'h str, name: &str) -> Option<&'h str> {
    let mut rest = header.split_once(' ').map_or(header, |(_, rest)| rest);
    while let Some((key, after)) = rest.split_once('=') {
        let key = key.trim_matches(|c: char| c == ',' || c.is_whitespace());
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => after.split_once(',').unwrap_or((after, "")),
        };
        if key.eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = next;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLAIMS: &str = r#"{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}"#;
    const ENCODED: &str =
        "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxNjA0MTA2NjUxIn19fQ==";

    #[test]
    fn the_claims_are_found_in_any_order_with_or_without_padding_in_any_of_the_headers() {
        let first = format!(
            r#"Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize?a=b,c", error="insufficient_claims", claims="{ENCODED}""#
        );
        let second = format!(
            r#"Bearer claims="{}", error="insufficient_claims""#,
            ENCODED.trim_end_matches('=')
        );

        for headers in [vec![first.as_str()], vec!["Bearer realm=\"x\"", second.as_str()]] {
            assert_eq!(demanded_claims(headers.into_iter()).as_deref(), Some(CLAIMS));
        }
    }

    #[test]
    fn other_refusals_demand_nothing() {
        for header in [
            "Bearer",
            "",
            r#"Bearer error="invalid_token", claims="e30=""#,
            r#"Bearer error="insufficient_claims""#,
            r#"Bearer error="insufficient_claims", claims="%%%""#,
            r#"Bearer error="insufficient_claims", claims="WzFd""#,
            r#"Bearer error="insufficient_claims", claims="unclosed"#,
        ] {
            assert_eq!(demanded_claims(std::iter::once(header)), None, "{header}");
        }
    }
}
