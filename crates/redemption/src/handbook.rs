//! The rule book in print: `docs/redemption.md`, made from the same tables the rules use.

use std::fmt::Write as _;

use crate::access::GATES;
use crate::catalogue::{Cure, Setting};
use crate::identity::{self, Path, Route};
use crate::invite::Inviter;
use crate::invitee::{HomeTenant, Invitee, TenantKind};
use crate::link::LinkKind;
use crate::policy::{AllowInvitesFrom, FallbackProvider, TenantPolicy};
use crate::refusal::Refusal;
use crate::rows::Activity;
use crate::stops::{STOPS, StopRow};

/// What Microsoft does not document and the rule book therefore chooses.
const CHOSEN: &[&str] = &[
    "Block policies are applied before \"Review permissions\", every prompting control after it.",
    "A disabled guest account is told before cross-tenant settings.",
    "Consent to the application and assignment to it come last, in this order.",
    "A refused domain and a cross-tenant block leave a failed invitation row; a refused address and a tenant that lets nobody invite leave none.",
    "A domain blocked while the guest is pending shows as a failed redeem row.",
    "A newer invitation makes the older link fail, also when the older one is being redeemed.",
    "What the home tenant refuses or asks for, its outbound settings and its second factor, leaves no row in the inviting tenant.",
    "Resetting puts the guest back to pending at once and writes no \"Update user\" row.",
    "Of an asked second factor the row is 50079 where one must be registered and 50074 where one is there.",
    "Terms for every device are shown like any, with the interrupt 50158, and accepting them fails.",
    "A used link is superseded as well: after a reset only the newest one works.",
    "A mail that is not sent to an unsubscribed guest is logged after the three rows of the invitation.",
    "A person missing in the partner's directory is helped by federation only where it is asked before Entra.",
    "A code that is wrong or too old leaves no row.",
    "A risky sign-in without a second factor here ends in 53004 and counts as stopped at MFA.",
    "A guest of another Microsoft cloud is refused at the invitation, with a row; one already here is stopped by 1000104.",
    "An application that asks silently for a pending guest gets 50014; for a deleted or changed home account only the home tenant has a row.",
    "A review that blocks a guest writes \"Apply decision\" before \"Disable account\".",
    "A line of a bulk file whose address is refused leaves no row of its own; the job's last row fails.",
];

/// `docs/redemption.md`. Written by the test `docs`, with `UPDATE_DOCS=1`.
pub fn markdown() -> String {
    let mut text = String::from(
        "# How a guest gets in\n\n\
         This page is generated from `crates/redemption` by `cargo xtask codegen`.\n\
         It holds the rules the sandbox plays and the console predicts with.\n",
    );
    inviting(&mut text);
    refusals(&mut text);
    links(&mut text);
    providers(&mut text);
    gates(&mut text);
    stops(&mut text);
    unseen(&mut text);
    rows(&mut text);
    heading(&mut text, "Chosen where Microsoft documents nothing");
    for choice in CHOSEN {
        line(&mut text, format_args!("- {choice}"));
    }
    text
}

fn heading(text: &mut String, title: &str) {
    line(text, format_args!("\n## {title}\n"));
}

fn line(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    writeln!(text, "{arguments}").expect("a string takes every line");
}

fn inviting(text: &mut String) {
    heading(text, "Who may invite");
    line(
        text,
        format_args!("| `allowInvitesFrom` | Those who may |\n|---|---|"),
    );
    let settings = [
        ("everyone", AllowInvitesFrom::Everyone),
        (
            "adminsGuestInvitersAndAllMembers",
            AllowInvitesFrom::AdminsGuestInvitersAndAllMembers,
        ),
        ("adminsAndGuestInviters", AllowInvitesFrom::AdminsAndGuestInviters),
        ("none", AllowInvitesFrom::None),
    ];
    for (word, setting) in settings {
        let may: Vec<&str> = Inviter::ALL
            .iter()
            .filter(|inviter| inviter.may_invite(setting))
            .map(|inviter| name(*inviter))
            .collect();
        let may = if may.is_empty() {
            "nobody".to_owned()
        } else {
            may.join(", ")
        };
        line(text, format_args!("| `{word}` | {may} |"));
    }
}

const fn name(inviter: Inviter) -> &'static str {
    match inviter {
        Inviter::Administrator => "administrators",
        Inviter::HelpdeskAdministrator => "helpdesk administrators",
        Inviter::GuestInviter => "guest inviters",
        Inviter::Member => "members",
        Inviter::Guest => "guests",
        Inviter::Application => "applications",
    }
}

fn refusals(text: &mut String) {
    heading(text, "What refuses an invitation or a reset");
    line(
        text,
        format_args!("| Reason | Answer | Message | Failed audit row |\n|---|---|---|---|"),
    );
    for refusal in Refusal::ALL {
        let title = crate::catalogue::Catalogue::get()
            .by_key(refusal.reason())
            .map_or("", |entry| &entry.title);
        let row = if refusal.leaves_a_row() { "yes" } else { "no" };
        let (status, code, message) = (
            refusal.http_status(),
            refusal.graph_code(),
            refusal.message("{id}"),
        );
        line(
            text,
            format_args!("| {title} | {status} `{code}` | {message} | {row} |"),
        );
    }
}

fn links(text: &mut String) {
    heading(text, "Links");
    line(text, format_args!("| Link | What it is good for |\n|---|---|"));
    for (link, use_of_it) in [
        (
            "Invitation link",
            "Every path, an alias of the invited address, a new Microsoft account. By Usher's own rule it lives 90 days and works once; both can be switched off.",
        ),
        (
            "Older invitation link",
            "Nothing: a newer invitation supersedes it.",
        ),
        (
            "Direct link",
            "Redeems on the way to the application; no alias, no new Microsoft account.",
        ),
        (
            "Link of the application",
            "Like a direct link; asked silently while the invitation is pending it ends in AADSTS50014.",
        ),
        (
            "General address",
            "Only after the guest has named the inviting organization.",
        ),
    ] {
        line(text, format_args!("| {link} | {use_of_it} |"));
    }
}

fn providers(text: &mut String) {
    heading(text, "Who vouches for the guest");
    line(
        text,
        format_args!("Default redemption order. An accepted guest keeps the provider until a reset.\n"),
    );
    line(
        text,
        format_args!(
            "| Home organization | Besides | Codes on | Codes off | Codes off, direct link | Fallback: codes only |\n|---|---|---|---|---|---|"
        ),
    );
    let homes = [
        ("Entra, account there", Some(HomeTenant::managed())),
        (
            "Entra, no account there",
            Some(HomeTenant {
                account_exists: false,
                ..HomeTenant::managed()
            }),
        ),
        (
            "unmanaged",
            Some(HomeTenant {
                kind: TenantKind::Unmanaged,
                account_exists: true,
                ..HomeTenant::default()
            }),
        ),
        ("none", None),
    ];
    for (home_name, home) in homes {
        for (besides, has_msa, federated, google) in [
            ("nothing", false, false, false),
            ("Microsoft account", true, false, false),
            ("domain federated by SAML/WS-Fed", false, true, false),
            ("gmail address, Google federation", false, false, true),
        ] {
            let mail = if google {
                "guest@gmail.com"
            } else {
                "guest@partner.example"
            };
            let person = Invitee {
                home: home.clone(),
                has_msa,
                ..Invitee::unknown(mail)
            };
            let with_codes = TenantPolicy {
                google_federation: google,
                saml_ws_fed_domains: if federated {
                    vec!["partner.example".into()]
                } else {
                    Vec::new()
                },
                ..TenantPolicy::default()
            };
            let without = TenantPolicy {
                email_otp: false,
                ..with_codes.clone()
            };
            let mut codes_only = with_codes.clone();
            codes_only.redemption_order.fallback = FallbackProvider::EmailOneTimePasscode;
            let cells = [
                (&with_codes, LinkKind::Email),
                (&without, LinkKind::Email),
                (&without, LinkKind::Direct),
                (&codes_only, LinkKind::Email),
            ]
            .map(|(policy, link)| route_words(identity::route(policy, &person, link)));
            line(
                text,
                format_args!("| {home_name} | {besides} | {} |", cells.join(" | ")),
            );
        }
    }
}

fn route_words(route: Route) -> String {
    match route {
        Route::Sign(path) => path_words(path).to_owned(),
        Route::Choice => "asked: work or personal account".to_owned(),
        Route::Nowhere(stop) => format!("**stops**: {}", stop.entry().title),
    }
}

const fn path_words(path: Path) -> &'static str {
    match path {
        Path::EntraId => "own Entra sign-in",
        Path::MsaExisting => "Microsoft account",
        Path::MsaCreate => "new Microsoft account",
        Path::SamlWsfed => "partner's provider",
        Path::Google => "Google",
        Path::EmailOtp => "code by mail",
    }
}

fn gates(text: &mut String) {
    heading(text, "What is asked once the guest has signed in, in this order");
    for (place, (words, _)) in GATES.iter().enumerate() {
        line(text, format_args!("{}. {words}", place + 1));
    }
}

fn stops(text: &mut String) {
    heading(text, "What stops a guest");
    line(
        text,
        format_args!(
            "| Stop | In words | Counts as | Not reached | On the page | Your log | Home log | Resending helps | Cure |\n|---|---|---|---|---|---|---|---|---|"
        ),
    );
    for row in STOPS {
        let entry = row.stop.entry();
        line(
            text,
            format_args!(
                "| {:?} | {} | `{}` | {} | {} | {} | {} | {} | {} |",
                row.stop,
                entry.title,
                row.outcome.word(),
                entry.stops_before.label(),
                row.shown
                    .map_or_else(|| "no code".to_owned(), |code| format!("AADSTS{code}")),
                row.told_by.map_or_else(|| codes(row.ours), str::to_owned),
                codes(row.home),
                if entry.resend_helps { "yes" } else { "no" },
                cure_words(entry.cure),
            ),
        );
    }
}

fn codes(codes: &[u32]) -> String {
    if codes.is_empty() {
        return "–".to_owned();
    }
    codes.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}

fn cure_words(cure: Cure) -> String {
    match cure {
        Cure::UnblockSignIn => "unblock sign-in".to_owned(),
        Cure::ResendInvitation => "resend invitation".to_owned(),
        Cure::ResetRedemption => "reset redemption status".to_owned(),
        Cure::CopyDirectLink => "copy direct link".to_owned(),
        Cure::OpenSetting(setting) => format!("open setting: {}", setting_words(setting)),
        Cure::AddToGroup => "add to group".to_owned(),
        Cure::AskPartner => "ask the partner".to_owned(),
        Cure::None => "–".to_owned(),
    }
}

const fn setting_words(setting: Setting) -> &'static str {
    match setting {
        Setting::AccessReviews => "access reviews",
        Setting::AppConsent => "consent of the application",
        Setting::AppRegistration => "app registration",
        Setting::AuthenticationMethods => "authentication methods",
        Setting::BulkOperations => "bulk operation results",
        Setting::ConditionalAccess => "Conditional Access",
        Setting::CrossTenantInbound => "cross-tenant access, inbound",
        Setting::CrossTenantTrust => "cross-tenant access, trust",
        Setting::EnterpriseApp => "enterprise application",
        Setting::EntitlementManagement => "entitlement management",
        Setting::ExternalCollaboration => "external collaboration",
        Setting::IdentityProviders => "identity providers",
        Setting::LifecyclePolicies => "lifecycle policies",
        Setting::MfaRegistrationPolicy => "MFA registration policy",
        Setting::MicrosoftClouds => "Microsoft clouds",
        Setting::RedemptionOrder => "redemption order",
        Setting::RiskPolicies => "risk policies",
        Setting::SecurityDefaults => "security defaults",
        Setting::SharePointSharing => "SharePoint sharing",
        Setting::TermsOfUse => "terms of use",
        Setting::UserProperties => "properties of the guest",
    }
}

fn unseen(text: &mut String) {
    heading(text, "What your logs cannot show");
    line(
        text,
        format_args!("Opening the mail or the link leaves no row. Neither do these ends:\n"),
    );
    for StopRow { stop, home, .. } in STOPS.iter().filter(|row| row.invisible) {
        let elsewhere = if home.is_empty() {
            ""
        } else {
            " (the home tenant sees it)"
        };
        line(
            text,
            format_args!("- {stop:?}: {}{elsewhere}", stop.entry().title),
        );
    }
}

fn rows(text: &mut String) {
    heading(text, "Audit rows");
    line(
        text,
        format_args!("| Activity | Category | Service |\n|---|---|---|"),
    );
    for activity in Activity::ALL {
        line(
            text,
            format_args!(
                "| {} | {} | {} |",
                activity.name(),
                activity.category(),
                activity.service()
            ),
        );
    }
}
