//! A prediction in words: the steps, what would be refused or stopped, and what cannot be known.

use chrono::{DateTime, Utc};
use usher_redemption::{
    AllowInvitesFrom, DomainMode, Facts, Inviter, Prediction, Prompt, Refusal, TenantPolicy, Unknown,
    UnreadSetting,
};

use super::{blocked, finding, warning};
use crate::{
    settings::Settings,
    views::{FindingView, PreflightVerdict},
    words,
};

/// Steps shown, a stop included.
const STEPS: usize = 4;

/// The steps of the predicted path, at most four.
pub(super) fn steps(prediction: &Prediction, domain: &str) -> Vec<String> {
    let mut steps: Vec<String> = Vec::new();
    for prompt in &prediction.prompts {
        if let Some(step) = step(*prompt, domain)
            && steps.last() != Some(&step)
        {
            steps.push(step);
        }
    }
    let stop = prediction.stops.first().map(|predicted| {
        predicted.stop.shown_code().map_or_else(
            || format!("Stops: {}", predicted.stop.entry().title),
            |code| format!("Stops: AADSTS{code}"),
        )
    });
    steps.truncate(STEPS - usize::from(stop.is_some()));
    steps.extend(stop);
    steps
}

/// The step a page belongs to; choosing an account and being sent on are none of their own.
fn step(prompt: Prompt, domain: &str) -> Option<String> {
    let step = match prompt {
        Prompt::OrganizationName | Prompt::AccountChoice | Prompt::Redirect => return None,
        Prompt::HomeSignIn => "Entra ID sign-in",
        Prompt::PartnerIdpSignIn => "Partner sign-in",
        Prompt::GoogleSignIn => "Google sign-in",
        Prompt::MsaSignIn => "Microsoft account",
        Prompt::MsaCreate => "New Microsoft account",
        Prompt::OtpSendCode | Prompt::OtpEnterCode => "Passcode by mail",
        Prompt::ReviewPermissions => "Review permissions",
        Prompt::MfaRegister | Prompt::MfaChallenge => "MFA in your tenant",
        Prompt::MfaHomeChallenge => return Some(format!("MFA at {domain} (trusted)")),
        Prompt::TermsOfUse => "Terms of use",
    };
    Some(step.to_owned())
}

/// What the tenant's settings say to the invitation, and what would stop the guest afterwards.
pub(super) fn findings(
    prediction: &Prediction,
    policy: &TenantPolicy,
    facts: &Facts,
    domain: &str,
) -> Vec<FindingView> {
    let refused = prediction
        .refusal
        .and_then(|refusal| refused(refusal, policy, facts, domain));
    let stop = prediction
        .stops
        .first()
        .filter(|_| prediction.refusal.is_none())
        .map(|predicted| {
            let title = &predicted.stop.entry().title;
            warning("mail", format!("This guest would be stopped: {title}."))
        });
    refused.into_iter().chain(stop).collect()
}

fn refused(refusal: Refusal, policy: &TenantPolicy, facts: &Facts, domain: &str) -> Option<FindingView> {
    Some(match refusal {
        Refusal::InvitationsNotAllowed => {
            let text = format!(
                "Your tenant's settings do not let {} invite: {}.",
                match facts.inviter {
                    Inviter::Application => "an application",
                    _ => "this account",
                },
                setting_words(policy.allow_invites_from)
            );
            // Microsoft's pages are not of one mind about applications: the service decides.
            let verdict = match (facts.inviter, policy.allow_invites_from) {
                (Inviter::Application, from) if from != AllowInvitesFrom::None => PreflightVerdict::Warning,
                _ => PreflightVerdict::Blocked,
            };
            FindingView {
                field: None,
                ..finding(verdict, "mail", text)
            }
        }
        Refusal::OwnDomain => blocked(
            "mail",
            "Address belongs to your own tenant: its domain is a verified domain here. Only people from outside can be invited.".to_owned(),
        ),
        Refusal::DomainNotAllowed => {
            let list = match policy.domain_policy.mode {
                DomainMode::Allow => format!("{domain} is not on the list of allowed domains."),
                DomainMode::Block | DomainMode::Any => format!("{domain} is on the list of denied domains."),
            };
            blocked("mail", format!("Domain is not allowed for invitations: {list}"))
        }
        // Which organization an address belongs to is known from its colleagues only, so the service has the last word.
        Refusal::InboundBlocked => warning("mail", format!("Inbound settings block {domain}.")),
        Refusal::CloudNotEnabled | Refusal::CloudNeedsUpn => {
            warning("mail", format!("{domain} is in another Microsoft cloud, which is not switched on."))
        }
        // Told by what the directory knows of the guest, by the address itself, or not asked for here.
        Refusal::ExistsBlocked
        | Refusal::ExistsInternal
        | Refusal::AddressForm
        | Refusal::GroupAddress
        | Refusal::MayNotReset
        | Refusal::AddressNotOnGuest => return None,
    })
}

/// The setting's labels in the admin center.
fn setting_words(from: AllowInvitesFrom) -> &'static str {
    match from {
        AllowInvitesFrom::Everyone => {
            "anyone in the organization can invite guest users including guests and non-admins"
        }
        AllowInvitesFrom::AdminsGuestInvitersAndAllMembers => {
            "member users and users assigned to specific admin roles can invite guest users"
        }
        AllowInvitesFrom::AdminsAndGuestInviters => {
            "only users assigned to specific admin roles can invite guest users"
        }
        AllowInvitesFrom::None => "no one in the organization can invite guest users including admins",
    }
}

/// What cannot be known from here, the heaviest first, and settings that are older than the last reading.
pub(super) fn not_knowable(
    prediction: &Prediction,
    settings: &Settings,
    domain: &str,
    now: DateTime<Utc>,
) -> Vec<String> {
    let never_read = settings.asked_at.is_none();
    let mut sentences: Vec<String> = prediction
        .unknowns
        .iter()
        .filter(|unknown| !(never_read && matches!(unknown, Unknown::Setting(_))))
        .map(|unknown| sentence(*unknown, domain))
        .collect();
    if never_read {
        sentences.push("Your tenant's settings: the next sync reads them.".to_owned());
    }
    for (setting, at) in &settings.read {
        if settings.asked_at.is_some_and(|asked| *at < asked) {
            sentences.push(format!(
                "Whether this is still so: {}, last known of {}.",
                setting_name(*setting),
                words::day(*at, now)
            ));
        }
    }
    if !settings.unjudged.is_empty() {
        let names: Vec<String> = settings
            .unjudged
            .iter()
            .map(|name| words::one_line(name))
            .collect();
        sentences.push(format!(
            "Whether these Conditional Access policies apply, for their conditions are not judged here: {}.",
            names.join(", ")
        ));
    }
    sentences.extend(
        [
            "Whether the mailbox exists and the mail arrives.",
            "Whether a member of your tenant already uses the address.",
        ]
        .map(str::to_owned),
    );
    sentences
}

fn sentence(unknown: Unknown, domain: &str) -> String {
    match unknown {
        Unknown::HomeOrganization => format!("Whether {domain} belongs to a Microsoft Entra organization."),
        Unknown::HomeAccount => format!("Whether the person has an account at {domain}."),
        Unknown::MicrosoftAccount => "Whether there is a Microsoft account of this address.".to_owned(),
        Unknown::PartnerOutbound => {
            format!("Partner outbound settings: what {domain} forbids its own people.")
        }
        Unknown::PartnerAutomaticRedemption => {
            format!("Partner settings: whether {domain} redeems automatically.")
        }
        Unknown::HomeMfa => format!("Whether a second factor was given at {domain} already."),
        Unknown::Device => "The state of the guest's device.".to_owned(),
        Unknown::UserRisk => format!("User risk, as {domain} judges it."),
        Unknown::SignInRisk => "The risk of the sign-in.".to_owned(),
        Unknown::Location => "Where the guest signs in from.".to_owned(),
        Unknown::GuestNetwork => "Tenant restrictions of the guest's own network.".to_owned(),
        Unknown::MailBlocked => "Whether the person has blocked mails of your tenant.".to_owned(),
        Unknown::Setting(setting) => {
            format!(
                "A setting of your tenant that your rights do not show: {}.",
                setting_name(setting)
            )
        }
    }
}

fn setting_name(setting: UnreadSetting) -> &'static str {
    match setting {
        UnreadSetting::AuthorizationPolicy => "who may invite",
        UnreadSetting::DomainPolicy => "the list of allowed or denied domains",
        UnreadSetting::CrossTenantAccess => "cross-tenant access",
        UnreadSetting::EmailPasscode => "passcode by mail",
        UnreadSetting::IdentityProviders => "Google and partner federation",
        UnreadSetting::ConditionalAccess => "Conditional Access",
        UnreadSetting::TermsOfUse => "the details of the terms of use",
        UnreadSetting::Application => "assignment and consent of the application",
    }
}
