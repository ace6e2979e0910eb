//! What is said before an invitation is sent, from the settings that were read.

use chrono::{DateTime, Utc};
use usher_console::views::{
    ActionVerb, GuestFilter, InvitationStateView, InviteForm, PreflightVerdict, PreflightView, ProblemView,
};
use usher_redemption::{
    AccessPolicy, AllowInvitesFrom, CrossTenant, Grant, PartnerAccess, RedemptionOrder, Terms,
};
use usher_sandbox::SandboxConfig;

use crate::support::{ADELE, Desk, GRADY, MEGAN, sync};

const NOW: &str = "2026-11-23T09:00:00Z";

fn tenant() -> SandboxConfig {
    SandboxConfig {
        guests: 600,
        now: Some(NOW.parse().expect("a time")),
        ..SandboxConfig::default()
    }
}

fn form(mail: &str) -> InviteForm {
    InviteForm {
        mail: mail.to_owned(),
        ..InviteForm::default()
    }
}

impl Desk {
    async fn preflight(&self, mail: &str) -> PreflightView {
        self.console.preflight(&form(mail)).await.expect("a pre-flight")
    }
}

fn texts(view: &PreflightView) -> String {
    let texts: Vec<&str> = view
        .findings
        .iter()
        .map(|finding| finding.text.as_str())
        .collect();
    texts.join(" | ")
}

fn is_said(sentences: &[String], part: &str) -> bool {
    sentences.iter().any(|sentence| sentence.contains(part))
}

#[tokio::test]
async fn each_partner_has_its_path_and_its_verdict() {
    use PreflightVerdict::{Blocked, Ready, Warning};

    let desk = Desk::of_app(tenant()).await;
    let entra = ["Entra ID sign-in", "Review permissions"];
    let cases: [(&str, PreflightVerdict, &[&str], &str); 9] = [
        ("noah.keller@fabrikam.com", Ready, &entra, ""),
        (
            "omar.said@litware.example",
            Warning,
            &["Entra ID sign-in", "Stops: AADSTS500213"],
            "Inbound settings block litware.example.",
        ),
        (
            "sven.ek@tailspintoys.example",
            Blocked,
            &[],
            "Domain is not allowed for invitations",
        ),
        (
            "paula@contoso.com",
            Blocked,
            &[],
            "Address belongs to your own tenant",
        ),
        (
            "lea.fontaine@gmail.com",
            Ready,
            &["Passcode by mail", "Review permissions"],
            "",
        ),
        (
            "sam@woodgrove.example",
            Ready,
            &["Partner sign-in", "Review permissions"],
            "",
        ),
        (
            "ines@outlook.com",
            Ready,
            &["Microsoft account", "Review permissions"],
            "",
        ),
        (
            "grace.liu@fabrikarn.com",
            Warning,
            &["Passcode by mail", "Review permissions"],
            "Looks like fabrikam.com (rn for m).",
        ),
        (
            "projects@northwind.example",
            Warning,
            &entra,
            "Looks like a group or shared address",
        ),
    ];
    for (mail, verdict, path, said) in cases {
        let view = desk.preflight(mail).await;
        assert_eq!(
            (view.verdict, &view.path[..]),
            (verdict, &path.map_owned()[..]),
            "{mail}: {view:#?}"
        );
        assert!(texts(&view).contains(said), "{mail}: {}", texts(&view));
        assert!(view.settings_read_at.is_some());
        if verdict != Blocked {
            assert!(!view.not_knowable.is_empty(), "{mail}");
        }
    }
    let known = desk.preflight("noah.keller@fabrikam.com").await.not_knowable;
    assert!(
        is_said(&known, "Partner outbound settings: what fabrikam.com forbids"),
        "{known:?}"
    );
    assert!(!is_said(&known, "your rights do not show"), "{known:?}");
    let stranger = desk.preflight("kim@nowhere-near.example").await.not_knowable;
    assert!(
        is_said(
            &stranger,
            "Whether nowhere-near.example belongs to a Microsoft Entra organization."
        ),
        "{stranger:?}"
    );
}

/// Words as the view has them.
trait MapOwned {
    fn map_owned(&self) -> Vec<String>;
}

impl MapOwned for &[&str] {
    fn map_owned(&self) -> Vec<String> {
        self.iter().map(|own| (*own).to_owned()).collect()
    }
}

#[tokio::test]
async fn what_the_tenant_asks_for_stands_in_the_path_after_the_next_reading() {
    let desk = Desk::of_app(tenant()).await;
    {
        let mut world = desk.sandbox.state().world();
        world.policy.conditional_access = vec![AccessPolicy::always(Grant::Mfa)];
        world.policy.terms_of_use = vec![Terms {
            name: "Guest terms".into(),
            per_device: false,
            version: 1,
            reaccept_after_days: None,
        }];
    }
    let before = desk.preflight("noah.keller@fabrikam.com").await;
    assert_eq!(before.path, ["Entra ID sign-in", "Review permissions"]);
    sync(&desk.console).await;
    let after = desk.preflight("noah.keller@fabrikam.com").await;
    assert_eq!(
        after.path,
        [
            "Entra ID sign-in",
            "Review permissions",
            "MFA in your tenant",
            "Terms of use"
        ]
    );
    assert!(after.settings_read_at.is_some());
}

#[tokio::test]
async fn trust_passcode_order_and_blocks_are_read_from_the_tenant() {
    let desk = Desk::of_app(tenant()).await;
    let fabrikam = {
        let mut world = desk.sandbox.state().world();
        let tenant = world
            .person("noah.keller@fabrikam.com")
            .home_tenant_id()
            .map(str::to_owned);
        world.policy.conditional_access = vec![AccessPolicy::always(Grant::Mfa)];
        world.policy.email_otp = false;
        tenant.expect("fabrikam.com has a tenant")
    };
    desk.sandbox.state().world().policy.partners.push(PartnerAccess {
        tenant_id: fabrikam,
        domains: vec!["fabrikam.com".into()],
        settings: CrossTenant {
            trust_mfa: true,
            ..CrossTenant::default()
        },
    });
    sync(&desk.console).await;
    let trusted = desk.preflight("noah.keller@fabrikam.com").await;
    assert_eq!(
        trusted.path,
        [
            "Entra ID sign-in",
            "Review permissions",
            "MFA at fabrikam.com (trusted)"
        ]
    );
    let other = desk.preflight("ingrid@northwind.example").await;
    assert_eq!(other.path.last().map(String::as_str), Some("MFA in your tenant"));
    let without_passcode = desk.preflight("lea.fontaine@gmail.com").await;
    assert_eq!(
        without_passcode.path.first().map(String::as_str),
        Some("New Microsoft account")
    );

    {
        let mut world = desk.sandbox.state().world();
        world.policy.email_otp = true;
        world.policy.redemption_order = RedemptionOrder {
            fallback: usher_redemption::FallbackProvider::EmailOneTimePasscode,
            ..RedemptionOrder::default()
        };
        world.policy.conditional_access = vec![AccessPolicy::always(Grant::Block)];
    }
    sync(&desk.console).await;
    let blocked = desk.preflight("ines@outlook.com").await;
    assert_eq!(blocked.path.first().map(String::as_str), Some("Passcode by mail"));
    assert_eq!(
        blocked.path.last().map(String::as_str),
        Some("Stops: AADSTS53003")
    );
    assert_eq!(blocked.verdict, PreflightVerdict::Warning);
    assert!(
        texts(&blocked).contains("This guest would be stopped"),
        "{}",
        texts(&blocked)
    );
    assert!(blocked.path.len() <= 4);
}

#[tokio::test]
async fn who_may_invite_is_read_and_blocks_before_anything_is_sent() {
    let desk = Desk::of(tenant(), GRADY).await;
    assert_eq!(
        desk.preflight("noah.keller@fabrikam.com").await.verdict,
        PreflightVerdict::Ready
    );
    desk.sandbox.state().world().policy.allow_invites_from = AllowInvitesFrom::AdminsAndGuestInviters;
    sync(&desk.console).await;
    let view = desk.preflight("noah.keller@fabrikam.com").await;
    assert_eq!(view.verdict, PreflightVerdict::Blocked);
    assert!(
        texts(&view).contains("only users assigned to specific admin roles can invite"),
        "{}",
        texts(&view)
    );
    let refused = desk.console.invite(form("noah.keller@fabrikam.com")).await;
    assert!(
        ProblemView::from(refused.expect_err("it is not sent"))
            .message
            .contains("do not let")
    );
    assert_eq!(desk.sandbox.state().received().all(), []);

    let inviter = Desk::of(tenant(), MEGAN).await;
    inviter.sandbox.state().world().policy.allow_invites_from = AllowInvitesFrom::AdminsAndGuestInviters;
    sync(&inviter.console).await;
    // A Guest Inviter may read who may invite, and is one of them.
    assert_eq!(
        inviter.preflight("noah.keller@fabrikam.com").await.verdict,
        PreflightVerdict::Ready
    );
    inviter.sandbox.state().world().policy.allow_invites_from = AllowInvitesFrom::None;
    sync(&inviter.console).await;
    assert_eq!(
        inviter.preflight("noah.keller@fabrikam.com").await.verdict,
        PreflightVerdict::Blocked
    );
}

#[tokio::test]
async fn an_account_that_may_not_read_a_setting_is_told_so() {
    let desk = Desk::of(tenant(), ADELE).await;
    // The list of denied domains is for Global Administrators; its last change is in the audit log.
    let denied = desk.preflight("sven.ek@tailspintoys.example").await;
    assert_eq!(denied.verdict, PreflightVerdict::Blocked, "{denied:#?}");
    let known = desk.preflight("noah.keller@fabrikam.com").await.not_knowable;
    assert!(
        is_said(&known, "your rights do not show: Google and partner federation"),
        "{known:?}"
    );
    assert!(
        is_said(
            &known,
            "the list of allowed or denied domains, last known of 5 Nov"
        ),
        "{known:?}"
    );
    // What colleagues redeemed with shows that it is set up.
    let federated = desk.preflight("sam@woodgrove.example").await;
    assert_eq!(
        federated.path.first().map(String::as_str),
        Some("Partner sign-in")
    );
}

#[tokio::test]
async fn whom_the_directory_knows_is_named_with_what_inviting_would_do() {
    let desk = Desk::of(tenant(), ADELE).await;
    let pending = GuestFilter {
        invitation_state: Some(InvitationStateView::PendingAcceptance),
        ..GuestFilter::default()
    };
    let pending = desk.guests(pending).await;
    let plain = pending
        .iter()
        .find(|guest| guest.reason.as_ref().is_some_and(|own| own.key == "noAttempt"))
        .expect("a pending guest");
    let view = desk.preflight(plain.mail.as_deref().expect("a mail")).await;
    assert_eq!(view.existing_guest_id.as_deref(), Some(&*plain.id));
    assert_eq!(view.verdict, PreflightVerdict::Warning);
    assert!(
        texts(&view).contains("Already in the directory, pending: this resends."),
        "{}",
        texts(&view)
    );

    let unsubscribed = pending
        .iter()
        .find(|guest| {
            guest
                .reason
                .as_ref()
                .is_some_and(|own| own.title.contains("nsubscribed"))
        })
        .expect("an unsubscribed guest");
    let view = desk
        .preflight(unsubscribed.mail.as_deref().expect("a mail"))
        .await;
    assert!(
        texts(&view).contains("Unsubscribed: hand over the direct link."),
        "{}",
        texts(&view)
    );

    let bin = GuestFilter {
        deleted: true,
        ..GuestFilter::default()
    };
    let deleted = desk
        .guests(bin)
        .await
        .into_iter()
        .next()
        .expect("a deleted guest");
    let view = desk.preflight(deleted.mail.as_deref().expect("a mail")).await;
    let until: DateTime<Utc> = deleted.deleted_at.expect("deleted") + chrono::TimeDelta::days(30);
    assert!(
        texts(&view).contains(&format!(
            "Deleted users holds this guest until {}",
            until.format("%-d %b")
        )),
        "{}",
        texts(&view)
    );

    let plan = desk
        .console
        .plan(&plain.id, ActionVerb::BlockSignIn)
        .await
        .expect("a plan");
    desk.console.apply(plan).await.expect("an outcome");
    let view = desk.preflight(plain.mail.as_deref().expect("a mail")).await;
    assert_eq!(view.verdict, PreflightVerdict::Blocked);
    assert!(texts(&view).contains("sign-in blocked"), "{}", texts(&view));
}

#[tokio::test]
async fn without_network_the_last_known_settings_count_and_have_their_age() {
    let Desk {
        sandbox,
        console,
        folder,
    } = Desk::of_app(tenant()).await;
    let mails = [
        "noah.keller@fabrikam.com",
        "omar.said@litware.example",
        "sven.ek@tailspintoys.example",
    ];
    let mut before = Vec::new();
    for mail in mails {
        before.push(console.preflight(&form(mail)).await.expect("a pre-flight"));
    }
    let tenant = sandbox.ready().tenant_id.to_string();
    sandbox.shutdown().await;
    for (mail, before) in mails.iter().zip(&before) {
        assert_eq!(
            console.preflight(&form(mail)).await.expect("a pre-flight"),
            *before,
            "{mail}"
        );
    }
    // And after a restart, from the archive alone.
    console.close().await;
    let console = crate::support::console(folder.path());
    console.open_archive(&tenant).await.expect("an archive");
    for (mail, before) in mails.iter().zip(&before) {
        let again = console.preflight(&form(mail)).await.expect("a pre-flight");
        assert_eq!(
            (&again.verdict, &again.path, again.settings_read_at),
            (&before.verdict, &before.path, before.settings_read_at),
            "{mail}"
        );
    }
}
