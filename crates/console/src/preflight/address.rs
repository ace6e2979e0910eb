//! What the invitation service refuses in an address, in words.

use usher_redemption::address::{FORBIDDEN, is_invitable};

/// Why the service would refuse an address; `None` where it accepts its form.
///
/// The rules are Microsoft's ("invitation resource type", property `invitedUserEmailAddress`).
pub(crate) fn address_fault(mail: &str) -> Option<String> {
    if is_invitable(mail) {
        return None;
    }
    let Some((local, domain)) = mail.rsplit_once('@') else {
        let text = if mail.is_empty() {
            "Enter a mail address."
        } else {
            "This is not a mail address: it has no @."
        };
        return Some(text.to_owned());
    };
    let sentence = if mail.len() > 254 {
        "The address is longer than 254 characters.".to_owned()
    } else if local.is_empty() || domain.is_empty() {
        "This is not a mail address: something is missing beside the @.".to_owned()
    } else if local.contains('+') {
        "Addresses with a plus sign cannot be invited. Use the address without it.".to_owned()
    } else if local.contains('@') {
        "There is more than one @. Invite one address at a time.".to_owned()
    } else if let Some(c) = local.chars().find(|c| FORBIDDEN.contains(*c)) {
        format!("The character {c} is not allowed before the @.")
    } else if local.chars().any(|c| c.is_whitespace() || c.is_control()) {
        "A space or an invisible character stands in the address.".to_owned()
    } else if local.starts_with('.') || local.ends_with('.') {
        "The part before the @ may not begin or end with a dot.".to_owned()
    } else if local.starts_with('-') || local.ends_with('-') {
        "The part before the @ may not begin or end with a hyphen.".to_owned()
    } else if !domain.contains('.') {
        "The part after the @ is no full domain, such as fabrikam.com.".to_owned()
    } else {
        "The part after the @ is not a valid domain.".to_owned()
    };
    Some(sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_forbidden_character_is_named() {
        for c in FORBIDDEN.chars().filter(|c| *c != '+') {
            let fault = address_fault(&format!("a{c}b@fabrikam.com")).unwrap_or_default();
            assert!(fault.contains(c), "{c}: {fault}");
        }
    }

    #[test]
    fn each_fault_has_its_words() {
        for (mail, part) in [
            ("", "Enter"),
            ("ana", "no @"),
            ("@fabrikam.com", "missing"),
            ("pat+proj@outlook.com", "plus sign"),
            ("a@b@fabrikam.com", "more than one"),
            ("a na@fabrikam.com", "space"),
            (".ana@fabrikam.com", "dot"),
            ("ana-@fabrikam.com", "hyphen"),
            ("ana@localhost", "full domain"),
            ("ana@fabrikam..com", "valid domain"),
        ] {
            let fault = address_fault(mail).unwrap_or_default();
            assert!(fault.contains(part), "{mail}: {fault}");
        }
        assert!(address_fault(&format!("{}@fabrikam.com", "a".repeat(1_000_000))).is_some());
        assert_eq!(address_fault("o'neil_x@sub.fabrikam.com"), None);
    }
}
