//! What is known about an invitation before it is sent. Local: it reads the archive and changes nothing.

mod address;

use chrono::{DateTime, Utc};
use url::Url;
use usher_redemption::address::domain_of;
use usher_store::{CohortFilter, GuestRecord, InvitationState};

pub(crate) use address::address_fault;

use crate::{
    ConsoleError,
    guests::reason,
    reason::Reason,
    tenant::OpenTenant,
    views::{FindingView, InviteForm, PreflightVerdict, PreflightView},
    words,
};

/// Guests of one partner stopped by one cause before the next invitation is warned about.
const CLUSTER: usize = 3;

/// Longest text in a mail; Microsoft names no limit, longer ones were seen cut.
const MESSAGE_LIMIT: usize = 1500;

impl OpenTenant {
    /// Judges a form.
    pub(crate) async fn preflight(&self, form: &InviteForm) -> Result<PreflightView, ConsoleError> {
        let now = self.now();
        let mail = form.mail.trim();
        let domain = domain_of(mail).to_lowercase();
        let mut findings = Vec::new();
        let mut existing_guest_id = None;
        let mut path = Vec::new();

        if let Some(fault) = address_fault(mail) {
            findings.push(blocked("mail", fault));
        } else {
            if self.verified_domains().await?.contains(&domain) {
                findings.push(blocked(
                    "mail",
                    "This domain is a verified domain of your tenant. Only people from outside can be invited.".to_owned(),
                ));
            }
            if let Some(guest) = self.archive.find_guests_by_name(mail).await?.first() {
                existing_guest_id = Some(guest.id.to_string());
                findings.push(existing(guest, now));
            }
            findings.extend(self.partner_trouble(&domain, now).await?);
            let provider = self
                .predictions
                .lock()
                .await
                .of_domain(&self.archive, &domain, now)
                .await?;
            path = provider.as_deref().map(predicted_path).unwrap_or_default();
        }
        findings.extend(form_findings(form));
        // Problems first; inside, as they were found.
        findings.sort_by_key(|finding| std::cmp::Reverse(severity(finding.verdict)));

        Ok(PreflightView {
            verdict: findings
                .first()
                .map_or(PreflightVerdict::Ready, |worst| worst.verdict),
            findings,
            existing_guest_id,
            path,
            not_knowable: not_knowable(),
        })
    }

    /// A cause that already stops several guests of the same domain would stop the next one too.
    async fn partner_trouble(
        &self,
        domain: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<FindingView>, ConsoleError> {
        let cohort = CohortFilter {
            domain: Some(domain.to_owned()),
            ..CohortFilter::default()
        };
        let clusters = self
            .archive
            .load_snapshot()
            .await?
            .clusters(&cohort, CLUSTER, now);
        Ok(clusters.first().map(|cluster| {
            let title = Reason::of(&cluster.reason, None).title();
            warning(
                "mail",
                format!(
                    "{} of {} are stopped: {title}.",
                    words::count(cluster.guests.len(), "guest"),
                    words::one_line(domain)
                ),
            )
        }))
    }
}

fn severity(verdict: PreflightVerdict) -> u8 {
    match verdict {
        PreflightVerdict::Ready => 0,
        PreflightVerdict::Warning => 1,
        PreflightVerdict::Blocked => 2,
    }
}

fn finding(verdict: PreflightVerdict, field: &str, text: String) -> FindingView {
    FindingView {
        verdict,
        field: Some(field.to_owned()),
        text,
    }
}

fn blocked(field: &str, text: String) -> FindingView {
    finding(PreflightVerdict::Blocked, field, text)
}

fn warning(field: &str, text: String) -> FindingView {
    finding(PreflightVerdict::Warning, field, text)
}

/// What it means that the address is known already.
fn existing(guest: &GuestRecord, now: DateTime<Utc>) -> FindingView {
    if guest.gone_at.is_none() && guest.object.deleted_at.is_some() {
        let text = "This guest was deleted and can still be restored, with groups. Restore instead, or a second object is made.";
        return warning("mail", text.to_owned());
    }
    if guest.is_deleted() {
        return warning(
            "mail",
            "A guest with this address was deleted for good. Inviting makes a new one.".to_owned(),
        );
    }
    if guest.object.account_enabled == Some(false) {
        let text = "This guest is in your tenant and sign-in is blocked: the invitation would be refused. Unblock sign-in first.";
        return blocked("mail", text.to_owned());
    }
    let unsubscribed = reason(guest).is_some_and(|reason| reason.is_unsubscribed());
    match guest.object.state {
        InvitationState::PendingAcceptance if unsubscribed => warning(
            "mail",
            "This guest is pending and has unsubscribed from your invitations: no mail will be sent. Hand over the direct link."
                .to_owned(),
        ),
        InvitationState::PendingAcceptance => {
            let since = guest.journey.times.last_invited.map(|at| format!(" since {}", words::day(at, now)));
            let text = format!(
                "This guest is pending{}: this would be a resend, and the older link is superseded.",
                since.unwrap_or_default()
            );
            warning("mail", text)
        }
        InvitationState::Accepted => {
            warning("mail", "This guest has accepted already. Another invitation changes nothing.".to_owned())
        }
        InvitationState::None | InvitationState::Other => {
            warning("mail", "This person is a guest already, without an invitation.".to_owned())
        }
    }
}

/// Findings about the other fields.
fn form_findings(form: &InviteForm) -> Vec<FindingView> {
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

/// The usual way of each identity provider, at most four steps. Policies of this tenant may add a second factor or terms.
fn predicted_path(provider: &str) -> Vec<String> {
    let sign_in = match provider {
        "ExternalAzureAD" => "Home sign-in",
        "Microsoft account" => "Microsoft account",
        "mail" => "One-time passcode",
        "google.com" => "Google sign-in",
        "facebook.com" => return Vec::new(),
        _ => "Partner sign-in",
    };
    [sign_in, "Review permissions", "Redirect"]
        .map(str::to_owned)
        .to_vec()
}

fn not_knowable() -> Vec<String> {
    [
        "Whether the mailbox exists and the mail arrives.",
        "Whether the address is a group or shared mailbox.",
        "Whether a member of your tenant already uses the address.",
        "What the partner's own settings forbid.",
    ]
    .map(str::to_owned)
    .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(form: &InviteForm) -> Vec<(String, PreflightVerdict)> {
        form_findings(form)
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
