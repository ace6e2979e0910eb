//! Each lesson done from beginning to end, through the guest's pages and the administrator's ways; and what does not
//! count.

use chrono::TimeDelta;
use serde_json::Value;
use usher_redemption::Invitee;

use super::script::LESSONS;
use super::*;
use crate::guest::tests::{Seen, Stage};
use crate::world::{ADMINS, Actor, InviteOrder};

fn begin(stage: &Stage, id: &str) -> LessonView {
    stage.sandbox.state().start_lesson(id).unwrap()
}

fn done(stage: &Stage, id: &str) -> usize {
    stage.sandbox.state().lesson(id).unwrap().steps_done
}

/// The administrator invites again, as the window does through Graph.
fn resend(stage: &Stage, mail: &str) -> bool {
    let order = InviteOrder::new(
        mail,
        "https://myapplications.microsoft.com/",
        Actor::admin(&ADMINS[0]),
    );
    stage.world().invite(&order).is_ok()
}

/// Opens the newest mail and signs in.
async fn sign_in(stage: &Stage, mail: &str) -> Seen {
    let page = stage.accept_from_mail(mail).await;
    stage.browser.press(&page, "home_sign_in").await
}

#[tokio::test]
async fn redeeming_with_entra_id() {
    let stage = Stage::set().await;
    let lesson = begin(&stage, "redeem-with-entra-id");
    assert_eq!(
        (lesson.state, lesson.steps_done, lesson.number),
        (LessonState::Running, 1, 1)
    );
    let page = stage.accept_from_mail(lesson.mail).await;
    assert_eq!(done(&stage, lesson.id), 2);
    let page = stage.browser.press(&page, "home_sign_in").await;
    assert_eq!(done(&stage, lesson.id), 3);
    let page = stage.browser.press(&page, "accept_permissions").await;
    assert_eq!(done(&stage, lesson.id), 4);
    let form = page.forms().remove(0);
    stage
        .browser
        .post(&form.action, &form.fields.into_iter().collect::<Vec<_>>())
        .await;
    let lesson = stage.sandbox.state().lesson(lesson.id).unwrap();
    assert_eq!((lesson.state, lesson.steps_done), (LessonState::Done, 5));

    // Begun again, it starts anew with a guest who has not redeemed.
    let again = begin(&stage, lesson.id);
    assert_eq!((again.state, again.steps_done), (LessonState::Running, 1));
    assert_eq!(sign_in(&stage, lesson.mail).await.heading(), "Review permissions");
}

#[tokio::test]
async fn a_one_time_passcode() {
    let stage = Stage::set().await;
    let lesson = begin(&stage, "one-time-passcode");
    let page = stage.accept_from_mail(lesson.mail).await;
    let page = stage.browser.press(&page, "send_code").await;
    assert_eq!(done(&stage, lesson.id), 2);
    let page = stage
        .browser
        .fill_and_press(&page, &[("code", "1")], "enter_code")
        .await;
    assert_eq!(done(&stage, lesson.id), 2);
    let inbox = stage.browser.get(&format!("/inbox/{}", lesson.mail)).await;
    let letter = stage.browser.follow(&inbox, "verification code").await;
    let code = letter.text.split("<p class=\"code\">").nth(1).unwrap()[..8].to_owned();
    let page = stage
        .browser
        .fill_and_press(&page, &[("code", &code)], "enter_code")
        .await;
    stage.browser.press(&page, "accept_permissions").await;
    assert_eq!(
        stage.sandbox.state().lesson(lesson.id).unwrap().state,
        LessonState::Done
    );
}

#[tokio::test]
async fn the_wrong_account() {
    let stage = Stage::set().await;
    let lesson = begin(&stage, "wrong-account");
    let page = stage
        .browser
        .get(&format!("/redeem/direct?mail={}", lesson.mail))
        .await;
    assert_eq!(done(&stage, lesson.id), 1);
    stage.browser.press(&page, "wrong_account_sign_in").await;
    assert_eq!(done(&stage, lesson.id), 2);
    let page = sign_in(&stage, lesson.mail).await;
    assert_eq!(done(&stage, lesson.id), 3);
    stage.browser.press(&page, "accept_permissions").await;
    assert_eq!(done(&stage, lesson.id), 4);
}

#[tokio::test]
async fn an_unsubscribed_guest() {
    let stage = Stage::set().await;
    let lesson = begin(&stage, "unsubscribed");
    // Resending before the guest blocked anything is no step of the lesson.
    resend(&stage, lesson.mail);
    assert_eq!(done(&stage, lesson.id), 0);
    let inbox = stage.browser.get(&format!("/inbox/{}", lesson.mail)).await;
    let letter = stage.browser.follow(&inbox, "invited you").await;
    let page = stage.browser.follow(&letter, "Block future").await;
    let page = stage.browser.press(&page, "block").await;
    assert_eq!(done(&stage, lesson.id), 1);
    stage.sandbox.clock().advance(TimeDelta::seconds(2));
    resend(&stage, lesson.mail);
    assert_eq!(done(&stage, lesson.id), 2);
    stage.browser.press(&page, "allow").await;
    assert_eq!(done(&stage, lesson.id), 3);
    stage.sandbox.clock().advance(TimeDelta::seconds(2));
    resend(&stage, lesson.mail);
    assert_eq!(done(&stage, lesson.id), 4);
}

#[tokio::test]
async fn an_inbound_block() {
    let stage = Stage::set().await;
    let lesson = begin(&stage, "inbound-block");
    assert!(
        sign_in(&stage, lesson.mail)
            .await
            .alert()
            .unwrap()
            .starts_with("AADSTS500213")
    );
    assert_eq!(done(&stage, lesson.id), 1);
    assert!(!resend(&stage, lesson.mail));
    // Asking is what lets the security team hear of it.
    assert_eq!(done(&stage, lesson.id), 2);
    let page = sign_in(&stage, lesson.mail).await;
    assert_eq!(done(&stage, lesson.id), 3);
    stage.browser.press(&page, "accept_permissions").await;
    assert_eq!(done(&stage, lesson.id), 4);
    begin(&stage, "one-time-passcode");
    assert!(stage.world().policy.partners.is_empty());
}

#[tokio::test]
async fn a_second_factor_never_finished() {
    let stage = Stage::set().await;
    let lesson = begin(&stage, "mfa-never-finished");
    let page = sign_in(&stage, lesson.mail).await;
    let page = stage.browser.press(&page, "accept_permissions").await;
    assert_eq!(done(&stage, lesson.id), 1);
    stage.browser.press(&page, "ignore_mfa").await;
    assert_eq!(done(&stage, lesson.id), 2);
    let page = stage
        .browser
        .get(&format!("/redeem/direct?mail={}", lesson.mail))
        .await;
    let page = stage.browser.press(&page, "home_sign_in").await;
    let page = stage.browser.press(&page, "register_mfa").await;
    assert_eq!(done(&stage, lesson.id), 3);
    stage.browser.press(&page, "answer_mfa").await;
    assert_eq!(done(&stage, lesson.id), 4);
    begin(&stage, "one-time-passcode");
    assert!(stage.world().policy.conditional_access.is_empty());
}

#[tokio::test]
async fn an_expired_link() {
    let stage = Stage::set().await;
    let lesson = begin(&stage, "expired-link-and-resend");
    let page = stage.accept_from_mail(lesson.mail).await;
    assert!(page.alert().unwrap().contains("expired"));
    assert_eq!(done(&stage, lesson.id), 1);
    stage.sandbox.clock().advance(TimeDelta::seconds(2));
    assert!(resend(&stage, lesson.mail));
    assert_eq!(done(&stage, lesson.id), 2);
    let page = sign_in(&stage, lesson.mail).await;
    stage.browser.press(&page, "accept_permissions").await;
    assert_eq!(done(&stage, lesson.id), 4);
}

#[tokio::test]
async fn a_changed_address() {
    let stage = Stage::set().await;
    let lesson = begin(&stage, "changed-mail-and-reset");
    let (guest, new) = {
        let world = stage.world();
        (
            world.user_by_mail(lesson.mail).unwrap().id,
            "sam.osei@northwind.example",
        )
    };
    let reset = |stage: &Stage| {
        let mut order = InviteOrder::new(
            new,
            "https://myapplications.microsoft.com/",
            Actor::admin(&ADMINS[0]),
        );
        order.reset = true;
        order.invited_user = Some(guest);
        stage.world().invite(&order).is_ok()
    };
    assert!(!reset(&stage));
    assert_eq!(done(&stage, lesson.id), 0);
    stage
        .world()
        .user_mut(guest)
        .unwrap()
        .other_mails
        .push(new.to_owned());
    assert_eq!(done(&stage, lesson.id), 1);
    assert!(reset(&stage));
    assert_eq!(done(&stage, lesson.id), 2);
    let page = sign_in(&stage, new).await;
    stage.browser.press(&page, "accept_permissions").await;
    assert_eq!(done(&stage, lesson.id), 3);
    assert_eq!(
        stage.world().user(guest).unwrap().issuer(),
        Some("ExternalAzureAD")
    );
}

#[tokio::test]
async fn a_disabled_guest() {
    let stage = Stage::set().await;
    let lesson = begin(&stage, "account-disabled");
    let enable = |enabled: bool| {
        let mut world = stage.world();
        let guest = world.user_by_mail(lesson.mail).unwrap().id;
        let at = world.now();
        world.set_account_enabled(guest, enabled, &Actor::admin(&ADMINS[0]), at);
    };
    enable(false);
    assert_eq!(done(&stage, lesson.id), 1);
    let app = format!("/redeem/app?mail={}", lesson.mail);
    let page = stage.browser.get(&app).await;
    stage.browser.press(&page, "home_sign_in").await;
    assert_eq!(done(&stage, lesson.id), 2);
    enable(true);
    assert_eq!(done(&stage, lesson.id), 3);
    let page = stage.browser.get(&app).await;
    stage.browser.press(&page, "home_sign_in").await;
    assert_eq!(done(&stage, lesson.id), 4);
}

#[tokio::test]
async fn wrong_turns_tick_nothing_off() {
    let stage = Stage::set().await;

    let lesson = begin(&stage, "redeem-with-entra-id");
    let page = stage.accept_from_mail(lesson.mail).await;
    assert_eq!(done(&stage, lesson.id), 2);
    stage.browser.press(&page, "wrong_account_sign_in").await;
    assert_eq!(done(&stage, lesson.id), 2, "another account is not Grace");
    let page = sign_in(&stage, lesson.mail).await;
    stage.browser.press(&page, "close_browser_at_permissions").await;
    assert_eq!(done(&stage, lesson.id), 3, "leaving is not accepting");

    let lesson = begin(&stage, "wrong-account");
    resend(&stage, lesson.mail);
    sign_in(&stage, lesson.mail).await;
    assert_eq!(done(&stage, lesson.id), 0, "the mailed link avoids the mistake");

    let lesson = begin(&stage, "inbound-block");
    stage.accept_from_mail(lesson.mail).await;
    assert_eq!(done(&stage, lesson.id), 0, "opening is not signing in");

    let lesson = begin(&stage, "mfa-never-finished");
    let page = sign_in(&stage, lesson.mail).await;
    stage.browser.press(&page, "close_browser_at_permissions").await;
    assert_eq!(done(&stage, lesson.id), 0, "the second factor was not reached");

    // A resend too early leaves no expired link to open; the lesson can be begun again.
    let lesson = begin(&stage, "expired-link-and-resend");
    stage.sandbox.clock().advance(TimeDelta::seconds(2));
    resend(&stage, lesson.mail);
    sign_in(&stage, lesson.mail).await;
    assert_eq!(done(&stage, lesson.id), 0);
    begin(&stage, lesson.id);
    assert!(stage.accept_from_mail(lesson.mail).await.alert().is_some());
    assert_eq!(done(&stage, lesson.id), 1);

    let lesson = begin(&stage, "account-disabled");
    let page = stage
        .browser
        .get(&format!("/redeem/app?mail={}", lesson.mail))
        .await;
    assert_eq!(
        stage.browser.press(&page, "home_sign_in").await.heading(),
        "You are in"
    );
    assert_eq!(done(&stage, lesson.id), 0, "nobody was blocked");
}

#[tokio::test]
async fn lessons_over_http_and_what_reset_does_to_them() {
    let stage = Stage::set().await;
    let listed = stage.browser.get("/sandbox/api/lessons").await;
    let listed: Value = serde_json::from_str(&listed.text).unwrap();
    assert_eq!(listed["lessons"].as_array().unwrap().len(), LESSONS.len());
    assert!(
        listed["lessons"]
            .as_array()
            .unwrap()
            .iter()
            .all(|lesson| lesson["state"] == "notStarted")
    );
    let started = stage
        .browser
        .post("/sandbox/api/lessons/wrong-account/start", &[("", ""); 0])
        .await;
    let started: Value = serde_json::from_str(&started.text).unwrap();
    assert_eq!(
        (&started["state"], &started["stepsDone"]),
        (&"running".into(), &0.into())
    );
    assert_eq!(started["steps"][0]["done"], false);
    assert_eq!(
        stage.browser.get("/sandbox/api/lessons/no-such").await.status,
        404
    );
    stage.sandbox.state().reset();
    let shown = stage.browser.get("/sandbox/api/lessons/wrong-account").await;
    assert!(shown.text.contains("\"notStarted\""));
}

#[test]
fn lessons_have_names_of_their_own_and_something_to_say_at_every_step() {
    let mut ids: Vec<_> = LESSONS.iter().map(|lesson| lesson.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert!(ids.len() == LESSONS.len() && ids.len() >= 8);
    for lesson in LESSONS {
        assert!(lesson.steps.len() >= 3, "{}", lesson.id);
        assert!(
            lesson
                .steps
                .iter()
                .all(|step| !step.text.is_empty() && !step.notice.is_empty())
        );
        assert_eq!(lesson.mail, Invitee::unknown(lesson.mail).email.to_lowercase());
    }
}
