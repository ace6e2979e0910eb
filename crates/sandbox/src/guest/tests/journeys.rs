//! Every identity path to its end, and every stop a page can show.

use chrono::TimeDelta;
use usher_redemption::{Access, AccessPolicy, DomainMode, Grant, HomeTenant, LinkPolicy, Terms};

use super::*;
use crate::world::MailContent;

const INVITED: [&str; 3] = ["Add user", "Invite external user", "Add user sponsor"];

fn of_entra(mail: &str) -> Invitee {
    Invitee::of_entra(mail)
}

#[tokio::test]
async fn the_commonest_path_from_mail_to_redirect() {
    let stage = Stage::set().await;
    let invited = stage.invite_person(of_entra("grace.liu@northwind.example"));
    let sign_in = stage.accept_from_mail("grace.liu@northwind.example").await;
    assert_eq!(sign_in.heading(), "Sign in");
    let permissions = stage.browser.press(&sign_in, "home_sign_in").await;
    assert_eq!(permissions.heading(), "Review permissions");
    assert_eq!(
        stage.state_of(invited.guest),
        ExternalUserState::PendingAcceptance
    );
    let end = stage.browser.press(&permissions, "accept_permissions").await;
    assert_eq!(end.heading(), "You are in");
    assert!(end.text.contains(&REDIRECT.replace('&', "&amp;")));

    assert_eq!(stage.state_of(invited.guest), ExternalUserState::Accepted);
    assert_eq!(stage.issuer_of(invited.guest), "ExternalAzureAD");
    let mut expected = INVITED.to_vec();
    // The redemption itself is often logged twice, the second time without a target.
    expected.extend([
        "Update user",
        "Redeem external user invite",
        "Redeem external user invite",
    ]);
    assert_eq!(stage.activities(), expected);
    assert_eq!(stage.codes(), [50058, 0]);
    let world = stage.world();
    let user = world.user(invited.guest).unwrap();
    assert!(user.activity.last_successful.is_some());
    let rows = world.sign_in_rows();
    assert_eq!(rows[0].correlation_id, rows[1].correlation_id);
    assert_eq!(rows[1].app_name, "Microsoft Invitation Acceptance Portal");
    let core = String::from_utf8_lossy(&rows[1].core);
    assert!(
        core.contains("\"userPrincipalName\":\"grace.liu@northwind.example\""),
        "{core}"
    );
    let redeem = world
        .audit_rows()
        .iter()
        .find(|row| row.activity == "Redeem external user invite")
        .unwrap();
    let redeem = String::from_utf8_lossy(&redeem.core);
    let invitation = invited.invitation;
    assert!(
        redeem.contains(&format!(
            "Email: grace.liu@northwind.example, InvitationId: {invitation}, Source: Azure AD"
        )),
        "{redeem}"
    );
}

#[tokio::test]
async fn opening_the_application_afterwards_is_a_sign_in_of_its_own() {
    let stage = Stage::set().await;
    stage.invite_person(of_entra("a@fabrikam.com"));
    let page = stage.accept_from_mail("a@fabrikam.com").await;
    let page = stage.browser.press(&page, "home_sign_in").await;
    let page = stage.browser.press(&page, "accept_permissions").await;
    let form = page.forms().remove(0);
    let end = stage
        .browser
        .post(&form.action, &form.fields.into_iter().collect::<Vec<_>>())
        .await;
    assert_eq!(end.heading(), "You are in");
    assert_eq!(stage.codes(), [50058, 0, 0]);
    let world = stage.world();
    assert_eq!(world.sign_in_rows()[2].app_name, "My Apps");
    assert_ne!(
        world.sign_in_rows()[2].correlation_id,
        world.sign_in_rows()[1].correlation_id
    );
}

#[tokio::test]
async fn a_passcode_is_mailed_typed_wrong_grows_old_and_works_in_the_end() {
    let stage = Stage::set().await;
    let mail = "nour@adatum.example";
    let invited = stage.invite(mail);
    let page = stage.accept_from_mail(mail).await;
    assert_eq!(page.heading(), "Sign in with a code");
    let page = stage.browser.press(&page, "send_code").await;
    let page = stage
        .browser
        .fill_and_press(&page, &[("code", "00000000x")], "enter_code")
        .await;
    assert!(page.alert().unwrap().contains("not the code"));
    let code = |stage: &Stage| {
        let world = stage.world();
        let MailContent::Passcode { code, .. } = &world.inbox(mail)[0].content else {
            panic!("no passcode mail")
        };
        code.clone()
    };
    let first = code(&stage);
    stage.sandbox.clock().advance(TimeDelta::minutes(31));
    let page = stage
        .browser
        .fill_and_press(&page, &[("code", &first)], "enter_code")
        .await;
    assert!(page.alert().unwrap().contains("30 minutes"));
    let page = stage.browser.press(&page, "send_code").await;
    let second = code(&stage);
    let page = stage
        .browser
        .fill_and_press(&page, &[("code", &first)], "enter_code")
        .await;
    assert!(page.alert().unwrap().contains("not the code"));

    // The mail leads back to the very page that waits.
    let inbox = stage.browser.get(&format!("/inbox/{mail}")).await;
    let letter = stage.browser.follow(&inbox, "verification code").await;
    let page = stage.browser.follow(&letter, "Back to the sign-in page").await;
    let spaced = format!(" {} {} ", &second[..4], &second[4..]);
    let page = stage
        .browser
        .fill_and_press(&page, &[("code", &spaced)], "enter_code")
        .await;
    assert_eq!(page.heading(), "Review permissions");
    stage.browser.press(&page, "accept_permissions").await;
    assert_eq!(stage.issuer_of(invited.guest), "mail");
    assert!(
        String::from_utf8_lossy(&stage.world().audit_rows()[4].core).contains("Source: One Time Passcode")
    );
}

#[tokio::test]
async fn each_other_provider_leads_in_under_its_own_issuer() {
    let stage = Stage::set().await;
    {
        let mut world = stage.world();
        world.policy.google_federation = true;
        world.policy.saml_ws_fed_domains = vec!["litware.example".to_owned()];
    }
    for (person, heading, action, issuer) in [
        (
            Invitee {
                has_msa: true,
                ..Invitee::unknown("m@outlook.com")
            },
            "Sign in with your Microsoft account",
            "msa_sign_in",
            "MicrosoftAccount",
        ),
        (
            Invitee::unknown("g@gmail.com"),
            "Sign in with Google",
            "google_sign_in",
            "google.com",
        ),
        (
            Invitee::unknown("s@litware.example"),
            "Sign in at your organization",
            "partner_sign_in",
            "https://idp.litware.example/adfs/services/trust",
        ),
    ] {
        let mail = person.email.clone();
        let invited = stage.invite_person(person);
        let page = stage.accept_from_mail(&mail).await;
        assert_eq!(page.heading(), heading);
        let page = stage.browser.press(&page, action).await;
        let page = stage.browser.press(&page, "accept_permissions").await;
        assert_eq!(page.heading(), "You are in");
        assert_eq!(stage.issuer_of(invited.guest), issuer);
    }
}

#[tokio::test]
async fn a_microsoft_account_is_made_with_an_invented_password() {
    let stage = Stage::set().await;
    stage.world().policy.email_otp = false;
    let invited = stage.invite("new@adatum.example");
    let page = stage.accept_from_mail("new@adatum.example").await;
    assert_eq!(page.heading(), "Create account");
    let page = stage
        .browser
        .fill_and_press(&page, &[("password", "short")], "create_microsoft_account")
        .await;
    assert!(page.alert().unwrap().contains("8 characters"));
    let page = stage
        .browser
        .fill_and_press(
            &page,
            &[("password", "invented text")],
            "create_microsoft_account",
        )
        .await;
    assert!(!page.text.contains("invented text"));
    stage.browser.press(&page, "accept_permissions").await;
    assert_eq!(stage.issuer_of(invited.guest), "MicrosoftAccount");
}

#[tokio::test]
async fn somebody_with_two_accounts_is_asked_which() {
    let stage = Stage::set().await;
    for (mail, choice, next, issuer) in [
        (
            "one@fabrikam.com",
            "choose_work_account",
            "home_sign_in",
            "ExternalAzureAD",
        ),
        (
            "two@fabrikam.com",
            "choose_personal_account",
            "msa_sign_in",
            "MicrosoftAccount",
        ),
    ] {
        let invited = stage.invite_person(Invitee {
            has_msa: true,
            ..of_entra(mail)
        });
        let page = stage.accept_from_mail(mail).await;
        let page = stage.browser.press(&page, choice).await;
        let page = stage.browser.press(&page, next).await;
        stage.browser.press(&page, "accept_permissions").await;
        assert_eq!(stage.issuer_of(invited.guest), issuer);
    }
}

#[tokio::test]
async fn a_second_proof_is_registered_here_then_terms_are_accepted() {
    let stage = Stage::set().await;
    {
        let mut world = stage.world();
        world.policy.conditional_access = vec![AccessPolicy::always(Grant::Mfa)];
        world.policy.terms_of_use = vec![Terms {
            name: "Guest <terms>".to_owned(),
            per_device: false,
            version: 1,
            reaccept_after_days: None,
        }];
    }
    let invited = stage.invite_person(of_entra("a@fabrikam.com"));
    let page = stage.accept_from_mail("a@fabrikam.com").await;
    let page = stage.browser.press(&page, "home_sign_in").await;
    let page = stage.browser.press(&page, "accept_permissions").await;
    let page = stage.browser.press(&page, "register_mfa").await;
    let page = stage.browser.press(&page, "answer_mfa").await;
    assert_eq!(page.heading(), "Contoso terms of use");
    assert!(page.text.contains("Guest &lt;terms&gt;"));
    let page = stage.browser.press(&page, "accept_terms").await;
    assert_eq!(page.heading(), "You are in");
    assert_eq!(stage.world().terms_accepted(invited.guest).len(), 1);
    let activities = stage.activities();
    for activity in [
        "User registered security info",
        "Accept Terms Of Use",
        "Redeem external user invite",
    ] {
        assert!(
            activities.iter().any(|name| name == activity),
            "{activity} in {activities:?}"
        );
    }
    assert_eq!(stage.codes(), [50058, 50079, 50158, 0]);
}

#[tokio::test]
async fn a_trusted_second_proof_is_asked_for_at_home() {
    let stage = Stage::set().await;
    {
        let mut world = stage.world();
        world.policy.conditional_access = vec![AccessPolicy::always(Grant::Mfa)];
        world.policy.cross_tenant.trust_mfa = true;
    }
    stage.invite_person(of_entra("a@fabrikam.com"));
    let page = stage.accept_from_mail("a@fabrikam.com").await;
    let page = stage.browser.press(&page, "home_sign_in").await;
    let page = stage.browser.press(&page, "accept_permissions").await;
    assert_eq!(page.heading(), "Approve the request of your organization");
    let page = stage.browser.press(&page, "ignore_mfa").await;
    assert_eq!(page.heading(), "We could not make sure it is you");
    assert_eq!(
        stage
            .world()
            .home_rows("a@fabrikam.com")
            .map(|row| row.code)
            .collect::<Vec<_>>(),
        [500_121]
    );
}

#[tokio::test]
async fn a_blocked_guest_reads_code_correlation_id_and_time_and_may_try_again() {
    let stage = Stage::set().await;
    stage.world().policy.conditional_access = vec![AccessPolicy::always(Grant::Block)];
    let invited = stage.invite_person(of_entra("a@fabrikam.com"));
    let page = stage.accept_from_mail("a@fabrikam.com").await;
    let page = stage.browser.press(&page, "home_sign_in").await;
    assert_eq!(page.heading(), "You cannot access this right now");
    assert!(page.alert().unwrap().starts_with("AADSTS53003: "));
    let correlation = stage.world().sign_in_rows()[1].correlation_id.to_string();
    assert!(
        page.text.contains(&correlation) && page.text.contains("<dd>2026-11-18T"),
        "{}",
        page.text
    );
    assert_eq!(
        stage.state_of(invited.guest),
        ExternalUserState::PendingAcceptance
    );

    stage.world().policy.conditional_access.clear();
    let form = page.forms().remove(0);
    let page = stage
        .browser
        .post(&form.action, &form.fields.into_iter().collect::<Vec<_>>())
        .await;
    let page = stage.browser.press(&page, "home_sign_in").await;
    assert_eq!(page.heading(), "Review permissions");
}

#[tokio::test]
async fn declined_terms_and_cancelled_permissions_leave_the_invitation_open() {
    let stage = Stage::set().await;
    let invited = stage.invite_person(of_entra("a@fabrikam.com"));
    let page = stage.accept_from_mail("a@fabrikam.com").await;
    let page = stage.browser.press(&page, "home_sign_in").await;
    let page = stage.browser.press(&page, "close_browser_at_permissions").await;
    assert_eq!(page.heading(), "You did not accept");
    assert_eq!(
        stage.state_of(invited.guest),
        ExternalUserState::PendingAcceptance
    );

    stage.world().policy.terms_of_use = vec![Terms {
        name: "Rules".to_owned(),
        per_device: false,
        version: 1,
        reaccept_after_days: None,
    }];
    let page = stage.accept_from_mail("a@fabrikam.com").await;
    let page = stage.browser.press(&page, "home_sign_in").await;
    let page = stage.browser.press(&page, "accept_permissions").await;
    let page = stage.browser.press(&page, "decline_terms").await;
    assert_eq!(page.heading(), "The terms of use were not accepted");
    assert!(stage.activities().contains(&"Decline Terms Of Use".to_owned()));
}

#[tokio::test]
async fn links_die_by_age_by_a_newer_invitation_by_use_and_with_the_guest() {
    let stage = Stage::set().await;
    let mail = "a@fabrikam.com";
    let invited = stage.invite_person(of_entra(mail));
    let link = |stage: &Stage, invited: Invited| {
        let world = stage.world();
        world.redeem_url(world.invitation(invited.invitation).unwrap())
    };
    let first = link(&stage, invited);
    let second = link(&stage, stage.invite(mail));
    assert!(
        stage
            .browser
            .get(&first)
            .await
            .alert()
            .unwrap()
            .contains("newer invitation")
    );

    stage.sandbox.clock().advance(TimeDelta::days(91));
    assert!(
        stage
            .browser
            .get(&second)
            .await
            .alert()
            .unwrap()
            .contains("expired")
    );
    let third = link(&stage, stage.invite(mail));
    let page = stage.browser.get(&third).await;
    let page = stage.browser.press(&page, "home_sign_in").await;
    stage.browser.press(&page, "accept_permissions").await;
    assert!(
        stage
            .browser
            .get(&third)
            .await
            .alert()
            .unwrap()
            .contains("one use")
    );
    stage.world().policy.invitation_link = LinkPolicy::UNLIMITED;
    assert_eq!(stage.browser.get(&third).await.heading(), "Sign in");

    let admin = Actor::admin(&ADMINS[0]);
    let now = stage.sandbox.clock().now();
    stage.world().delete_user(invited.guest, &admin, now);
    assert!(
        stage
            .browser
            .get(&third)
            .await
            .alert()
            .unwrap()
            .contains("taken back")
    );
}

#[tokio::test]
async fn a_domain_blocked_later_stops_the_pending_guest_with_a_failed_redeem_row() {
    let stage = Stage::set().await;
    stage.invite_person(of_entra("a@fabrikam.com"));
    {
        let mut world = stage.world();
        world.policy.domain_policy.mode = DomainMode::Block;
        world.policy.domain_policy.domains = vec!["fabrikam.com".to_owned()];
    }
    let page = stage.accept_from_mail("a@fabrikam.com").await;
    assert_eq!(page.heading(), "Your organization is not allowed");
    let world = stage.world();
    let row = world.audit_rows().last().unwrap();
    assert!(!row.success && row.activity == "Redeem external user invite");
}

#[tokio::test]
async fn cross_tenant_settings_of_either_side_stop_the_guest() {
    let stage = Stage::set().await;
    let home = HomeTenant {
        outbound_b2b: Access::Block,
        ..HomeTenant::managed()
    };
    stage.invite_person(of_entra("a@fabrikam.com"));
    stage.invite_person(of_entra("b@northwind.example"));
    stage.world().set_person(
        "a@fabrikam.com",
        Invitee {
            home: Some(home),
            ..of_entra("a@fabrikam.com")
        },
    );
    let page = stage.accept_from_mail("a@fabrikam.com").await;
    let page = stage.browser.press(&page, "home_sign_in").await;
    assert!(page.alert().unwrap().starts_with("AADSTS500212: "));
    stage.world().policy.cross_tenant.inbound_b2b = Access::Block;
    let page = stage.accept_from_mail("b@northwind.example").await;
    let page = stage.browser.press(&page, "home_sign_in").await;
    assert!(page.alert().unwrap().starts_with("AADSTS500213: "));
}

#[tokio::test]
async fn links_without_a_ticket_ask_who_is_there_and_see_foreign_sessions() {
    let stage = Stage::set().await;
    let mail = "a@fabrikam.com";
    let other = Some("somebody@else.example".to_owned());
    let invited = stage.invite_person(Invitee {
        other_session: other,
        ..of_entra(mail)
    });
    let start = stage.browser.get(&format!("/guest/start?mail={mail}")).await;
    assert_eq!(start.heading(), "No page is open yet");
    assert!(stage.codes().is_empty());
    let page = stage.browser.get("/redeem/direct").await;
    assert_eq!(page.heading(), "Sign in");
    let page = stage.browser.get(&format!("/redeem/direct?mail={mail}")).await;
    assert!(page.alert().unwrap().contains("somebody@else.example"));
    let page = stage.browser.press(&page, "use_another_account").await;
    let page = stage.browser.press(&page, "home_sign_in").await;
    stage.browser.press(&page, "accept_permissions").await;
    assert_eq!(stage.state_of(invited.guest), ExternalUserState::Accepted);

    let page = stage.browser.get(&format!("/redeem/direct?mail={mail}")).await;
    let page = stage.browser.press(&page, "wrong_account_sign_in").await;
    assert!(page.alert().unwrap().starts_with("AADSTS50020: "));

    stage.world().set_person(mail, of_entra(mail));
    let page = stage.browser.get(&format!("/redeem/common?mail={mail}")).await;
    assert_eq!(page.heading(), "Sign in to an organization");
    let lost = stage.browser.press(&page, "home_sign_in").await;
    assert_eq!(lost.heading(), "You are not where you wanted to be");
    let page = stage.browser.get(&format!("/redeem/common?mail={mail}")).await;
    let page = stage.browser.press(&page, "name_organization").await;
    assert_eq!(
        stage.browser.press(&page, "home_sign_in").await.heading(),
        "You are in"
    );
}

#[tokio::test]
async fn future_invitations_are_blocked_and_taken_again_with_their_rows() {
    let stage = Stage::set().await;
    let mail = "a@fabrikam.com";
    stage.invite_person(of_entra(mail));
    let inbox = stage.browser.get(&format!("/inbox/{mail}")).await;
    let letter = stage.browser.follow(&inbox, "invited you").await;
    let page = stage.browser.follow(&letter, "Block future invitations").await;
    let page = stage.browser.press(&page, "block").await;
    assert!(stage.world().is_unsubscribed(mail));
    stage.invite(mail);
    assert_eq!(stage.world().inbox(mail).len(), 1);
    assert!(
        stage
            .activities()
            .contains(&"Email not sent, user unsubscribed".to_owned())
    );
    stage.browser.press(&page, "allow").await;
    stage.invite(mail);
    assert_eq!(stage.world().inbox(mail).len(), 2);
}

#[tokio::test]
async fn a_home_tenant_that_is_out_keeps_the_page_and_writes_nothing() {
    let stage = Stage::set().await;
    stage.invite_person(of_entra("a@fabrikam.com"));
    stage.world().home_outage = true;
    let page = stage.accept_from_mail("a@fabrikam.com").await;
    let rows = stage.codes();
    let same = stage.browser.press(&page, "home_sign_in").await;
    assert_eq!(same.status, 503);
    assert!(same.alert().unwrap().contains("does not answer"));
    assert_eq!(stage.codes(), rows);
    stage.world().home_outage = false;
    assert_eq!(
        stage.browser.press(&same, "home_sign_in").await.heading(),
        "Review permissions"
    );
}
