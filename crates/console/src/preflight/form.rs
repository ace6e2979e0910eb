//! The fields of the form besides the address.

use url::Url;

use super::{address_fault, blocked, warning};
use crate::views::{FindingView, InviteForm};

/// Longest text in a mail; Microsoft names no limit, longer ones were seen cut.
const MESSAGE_LIMIT: usize = 1500;

/// Findings about the other fields.
pub(super) fn findings(form: &InviteForm) -> Vec<FindingView> {
    let mut findings = Vec::new();
    let given = |text: &Option<String>| {
        text.as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    if let Some(url) = given(&form.redirect_url) {
        let is_web =
            Url::parse(&url).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if !is_web {
            findings.push(blocked(
                "redirectUrl",
                "The redirect URL must begin with https:// and name a host.".to_owned(),
            ));
        }
    }
    if let Some(cc) = given(&form.cc)
        && address_fault(&cc).is_some()
    {
        findings.push(blocked(
            "cc",
            "The Cc recipient must be one mail address.".to_owned(),
        ));
    }
    let message = given(&form.message);
    if message
        .as_ref()
        .is_some_and(|text| text.chars().count() > MESSAGE_LIMIT)
    {
        findings.push(blocked(
            "message",
            format!("The message is longer than {MESSAGE_LIMIT} characters."),
        ));
    }
    let mails = form.send_message.unwrap_or(true);
    if !mails && (message.is_some() || given(&form.cc).is_some()) {
        findings.push(warning(
            "message",
            "No mail is sent, so message and Cc recipient are not used.".to_owned(),
        ));
    } else if !mails {
        findings.push(warning(
            "sendMessage",
            "No mail is sent: hand the direct link over yourself.".to_owned(),
        ));
    }
    if message.is_some() && given(&form.language).is_some() {
        findings.push(warning(
            "language",
            "Microsoft ignores the language where there is a message of your own.".to_owned(),
        ));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::PreflightVerdict;

    fn fields(form: &InviteForm) -> Vec<(String, PreflightVerdict)> {
        findings(form)
            .into_iter()
            .map(|one| (one.field.unwrap_or_default(), one.verdict))
            .collect()
    }

    #[test]
    fn a_form_without_extras_has_no_findings() {
        assert_eq!(
            fields(&InviteForm {
                mail: "ana@fabrikam.com".into(),
                ..InviteForm::default()
            }),
            []
        );
    }

    #[test]
    fn each_field_is_judged() {
        let form = InviteForm {
            redirect_url: Some("javascript:alert(1)".into()),
            cc: Some("a@b.example; c@d.example".into()),
            message: Some("x".repeat(MESSAGE_LIMIT + 1)),
            ..InviteForm::default()
        };
        let expected =
            ["redirectUrl", "cc", "message"].map(|field| (field.to_owned(), PreflightVerdict::Blocked));
        assert_eq!(fields(&form), expected);
        let silent = InviteForm {
            send_message: Some(false),
            ..InviteForm::default()
        };
        assert_eq!(
            fields(&silent),
            [("sendMessage".to_owned(), PreflightVerdict::Warning)]
        );
    }
}
