//! What the invitation service accepts as an address (Microsoft: resources/invitation, add-users-administrator).

/// Characters the service refuses anywhere in the local part.
pub const FORBIDDEN: &str = "~!#$%^&*()+=[]{}\\/|;:\"<>?,";

/// Longest address the service can hold (RFC 5321).
const MAX_LENGTH: usize = 254;

/// The part after the last `@`, or an empty string.
pub fn domain_of(mail: &str) -> &str {
    mail.rsplit_once('@').map_or("", |(_, domain)| domain)
}

/// Whether Google federation could serve the address.
pub fn is_gmail(mail: &str) -> bool {
    let domain = domain_of(mail);
    ["gmail.com", "googlemail.com"]
        .iter()
        .any(|gmail| domain.eq_ignore_ascii_case(gmail))
}

/// Whether the invitation service accepts the form of the address.
pub fn is_invitable(mail: &str) -> bool {
    let Some((local, domain)) = mail.rsplit_once('@') else {
        return false;
    };
    let domain_is_fine = domain.split('.').count() >= 2
        && domain.split('.').all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        });
    mail.len() <= MAX_LENGTH
        && domain_is_fine
        && !local.is_empty()
        && !local.starts_with(['.', '-'])
        && !local.ends_with(['.', '-'])
        && !local.contains(|c: char| c == '@' || c.is_whitespace() || c.is_control() || FORBIDDEN.contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_the_service_refuses() {
        for mail in [
            "",
            "ana",
            "@fabrikam.com",
            "ana@",
            "ana@localhost",
            "pat+proj@outlook.com",
            ".ana@fabrikam.com",
            "ana.@fabrikam.com",
            "-ana@fabrikam.com",
            "ana-@fabrikam.com",
            "a na@fabrikam.com",
            "ana@@fabrikam.com",
            "ana@fabrikam..com",
            "ana@-fabrikam.com",
            "a,b@fabrikam.com",
            "ana@fabrikam.com\n",
        ] {
            assert!(!is_invitable(mail), "{mail:?}");
        }
        assert!(!is_invitable(&format!("{}@fabrikam.com", "a".repeat(1_000_000))));
    }

    #[test]
    fn forms_the_service_accepts() {
        for mail in [
            "ana@fabrikam.com",
            "_a.b-c_@sub.fabrikam.com",
            "o'neil@x-y.example",
            "a@1.example",
        ] {
            assert!(is_invitable(mail), "{mail:?}");
        }
    }
}
