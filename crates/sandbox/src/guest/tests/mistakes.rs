//! Double submits, back buttons, two tabs, replays, broken tickets, hostile text.

use super::*;

/// A guest at the permissions page.
async fn at_permissions(stage: &Stage) -> (Invited, Seen) {
    let invited = stage.invite_person(Invitee::of_entra("a@fabrikam.com"));
    let page = stage.accept_from_mail("a@fabrikam.com").await;
    (invited, stage.browser.press(&page, "home_sign_in").await)
}

#[tokio::test]
async fn a_form_sent_twice_counts_once() {
    let stage = Stage::set().await;
    let (invited, page) = at_permissions(&stage).await;
    stage.browser.press(&page, "accept_permissions").await;
    let (rows, codes) = (stage.activities(), stage.codes());
    let again = stage.browser.press(&page, "accept_permissions").await;
    assert_eq!(again.status, 409);
    assert!(again.text.contains("Nothing was changed"));
    assert_eq!((stage.activities(), stage.codes()), (rows, codes));
    assert_eq!(stage.state_of(invited.guest), ExternalUserState::Accepted);
}

#[tokio::test]
async fn sent_at_the_same_time_it_counts_once_too() {
    let stage = Stage::set().await;
    let (_, page) = at_permissions(&stage).await;
    let press = || stage.browser.press(&page, "accept_permissions");
    let (one, two, three) = tokio::join!(press(), press(), press());
    let taken = [one, two, three].iter().filter(|seen| seen.status == 200).count();
    assert_eq!(taken, 1);
    let redeemed = stage
        .activities()
        .iter()
        .filter(|name| *name == "Update user")
        .count();
    assert_eq!(redeemed, 1);
}

#[tokio::test]
async fn the_back_button_shows_an_older_form_that_is_not_taken() {
    let stage = Stage::set().await;
    stage.invite_person(Invitee::of_entra("a@fabrikam.com"));
    let first = stage.accept_from_mail("a@fabrikam.com").await;
    let second = stage.browser.press(&first, "home_sign_in").await;
    let back = stage.browser.press(&first, "wrong_account_sign_in").await;
    assert_eq!(back.status, 409);
    assert_eq!(back.heading(), second.heading());
    assert_eq!(
        stage.browser.press(&back, "accept_permissions").await.heading(),
        "You are in"
    );
}

#[tokio::test]
async fn looking_at_a_page_again_changes_nothing() {
    let stage = Stage::set().await;
    let (_, page) = at_permissions(&stage).await;
    let codes = stage.codes();
    let same = stage.browser.get(&page.path).await;
    assert_eq!(same.text, page.text);
    assert_eq!(stage.codes(), codes);
}

#[tokio::test]
async fn two_tabs_are_two_attempts_of_which_one_redeems() {
    let stage = Stage::set().await;
    let (invited, one) = at_permissions(&stage).await;
    let two = stage.accept_from_mail("a@fabrikam.com").await;
    let two = stage.browser.press(&two, "home_sign_in").await;
    assert_eq!(
        stage.browser.press(&one, "accept_permissions").await.heading(),
        "You are in"
    );
    stage.browser.press(&two, "accept_permissions").await;
    let redeemed = stage
        .activities()
        .iter()
        .filter(|name| *name == "Update user")
        .count();
    assert_eq!(
        (redeemed, stage.state_of(invited.guest)),
        (1, ExternalUserState::Accepted)
    );
}

#[tokio::test]
async fn a_newer_invitation_or_a_deletion_meanwhile_stops_the_older_page() {
    let stage = Stage::set().await;
    let (invited, page) = at_permissions(&stage).await;
    stage.sandbox.clock().advance(chrono::TimeDelta::minutes(1));
    stage.invite("a@fabrikam.com");
    let page = stage.browser.press(&page, "accept_permissions").await;
    assert_eq!(page.heading(), "This invitation link does not work");
    assert_eq!(
        stage.state_of(invited.guest),
        ExternalUserState::PendingAcceptance
    );

    let page = stage.accept_from_mail("a@fabrikam.com").await;
    let page = stage.browser.press(&page, "home_sign_in").await;
    let now = stage.sandbox.clock().now();
    stage
        .world()
        .delete_user(invited.guest, &Actor::admin(&ADMINS[0]), now);
    let page = stage.browser.press(&page, "accept_permissions").await;
    assert!(page.alert().is_some());
    assert_eq!(
        stage.state_of(invited.guest),
        ExternalUserState::PendingAcceptance
    );
}

#[tokio::test]
async fn answers_of_other_pages_and_forged_ones_are_refused() {
    let stage = Stage::set().await;
    let (invited, page) = at_permissions(&stage).await;
    let form = page.form_with("accept_permissions");
    let token = form.fields["token"].as_str();
    for action in [
        "home_sign_in",
        "answer_mfa",
        "enter_code",
        "accept_terms",
        "no such thing",
        "",
    ] {
        let seen = stage
            .browser
            .post(&form.action, &[("token", token), ("action", action)])
            .await;
        assert_eq!(seen.status, 400, "{action}");
    }
    for token in ["", "invented", "é\u{202e}"] {
        let seen = stage
            .browser
            .post(
                &form.action,
                &[("token", token), ("action", "accept_permissions")],
            )
            .await;
        assert_eq!(seen.status, 409, "{token}");
    }
    let seen = stage
        .browser
        .post("/guest/invented/step", &[("action", "accept_permissions")])
        .await;
    assert_eq!(seen.status, 404);
    assert_eq!(
        stage.state_of(invited.guest),
        ExternalUserState::PendingAcceptance
    );
    let huge = "x".repeat(2 * 1024 * 1024);
    let seen = stage
        .browser
        .post(&form.action, &[("token", token), ("action", &huge)])
        .await;
    assert_eq!(seen.status, 413);
    // None of it used the token up.
    assert_eq!(
        stage.browser.press(&page, "accept_permissions").await.heading(),
        "You are in"
    );
}

#[tokio::test]
async fn broken_tickets_open_nothing() {
    let stage = Stage::set().await;
    let invited = stage.invite_person(Invitee::of_entra("a@fabrikam.com"));
    let other = stage.invite_person(Invitee::of_entra("b@fabrikam.com"));
    let (ticket, link) = {
        let world = stage.world();
        let invitation = world.invitation(invited.invitation).unwrap();
        (invitation.ticket.clone(), world.redeem_url(invitation))
    };
    let tenant = crate::world::TENANT.id;
    let id = invited.invitation;
    for path in [
        "/redeem".to_owned(),
        "/redeem?rd=".to_owned(),
        "/redeem?rd=%00%ff".to_owned(),
        "/redeem?rd=javascript%3aalert(1)".to_owned(),
        format!("/redeem/?tenant={tenant}&user={id}&ticket="),
        format!("/redeem/?tenant={tenant}&user={id}&ticket={}", &ticket[1..]),
        format!(
            "/redeem/?tenant={tenant}&user={}&ticket={ticket}",
            other.invitation
        ),
        format!("/redeem/?tenant={tenant}&user=x&ticket={ticket}"),
        format!("/redeem/?tenant={tenant}&ticket={ticket}"),
        format!("/redeem/?tenant=11111111-1111-1111-1111-111111111111&user={id}&ticket={ticket}"),
        link.replace("ticket%3d", "ticket%3dx"),
    ] {
        let seen = stage.browser.get(&path).await;
        assert_eq!(seen.status, 404, "{path}");
        assert!(seen.alert().unwrap().contains("Nothing was changed"));
    }
    assert!(stage.codes().is_empty());
    // The flat shape of the same link works: it is what older mails carry.
    let seen = stage
        .browser
        .get(&format!(
            "/redeem/?tenant={tenant}&user={id}&ticket={ticket}&ver=2.0"
        ))
        .await;
    assert_eq!(seen.heading(), "Sign in");
}

#[tokio::test]
async fn hostile_text_is_shown_as_text() {
    let stage = Stage::set().await;
    let mut order = InviteOrder::new(
        "a@fabrikam.com",
        "https://x.example/?a=\"><script>alert(1)</script>",
        Actor::admin(&ADMINS[0]),
    );
    // 64 kB of it.
    order.display_name = Some("<img src=x onerror=alert(1)>\u{202e}".repeat(2_115));
    order.message.body = Some("</blockquote><script>alert(2)</script>".to_owned());
    stage
        .world()
        .set_person("a@fabrikam.com", Invitee::of_entra("a@fabrikam.com"));
    stage.world().invite(&order).unwrap();
    let inbox = stage.browser.get("/inbox/a@fabrikam.com").await;
    let letter = stage.browser.follow(&inbox, "invited you").await;
    let page = stage.browser.follow(&letter, "Accept invitation").await;
    let page = stage.browser.press(&page, "home_sign_in").await;
    let end = stage.browser.press(&page, "accept_permissions").await;
    for seen in [inbox, letter, page, end] {
        assert!(
            !seen.text.contains("<script") && !seen.text.contains("<img"),
            "{}",
            seen.text
        );
    }
}

/// The first line of the answer to a request that no client library would send.
async fn raw_get(stage: &Stage, path: &str) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let host = stage.sandbox.url().trim_start_matches("http://").to_owned();
    let mut socket = tokio::net::TcpStream::connect(&host).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    // The server may hang up before it has read everything; its answer counts.
    let _ = socket.write_all(request.as_bytes()).await;
    let mut answer = vec![0; 64];
    let read = socket.read(&mut answer).await.unwrap_or(0);
    String::from_utf8_lossy(&answer[..read]).into_owned()
}

#[tokio::test]
async fn what_the_server_itself_refuses_is_a_page_too() {
    let stage = Stage::set().await;
    let (_, page) = at_permissions(&stage).await;
    for path in ["/inbox/%ff", "/mail/%ff", "/guest/%ff"] {
        let seen = stage.browser.get(path).await;
        assert_eq!(
            (seen.status.as_u16(), seen.heading()),
            (400, "This address leads nowhere"),
            "{path}"
        );
    }
    let form = page.form_with("accept_permissions");
    let huge = stage
        .browser
        .post(&form.action, &[("action", &"x".repeat(1_000_000))])
        .await;
    assert_eq!(
        (huge.status.as_u16(), huge.heading()),
        (413, "This address leads nowhere")
    );
    // The address bar keeps the form's own address after a refusal; Enter there shows the page again.
    let again = stage.browser.get(&form.action).await;
    assert_eq!((again.status.as_u16(), again.heading()), (200, page.heading()));
    assert!(stage.browser.get("/guest/invented/step").await.alert().is_some());
}

#[tokio::test]
async fn absurd_addresses_are_answered_with_a_page() {
    let stage = Stage::set().await;
    let long = format!("{}@x.example", "a".repeat(1_000));
    assert_eq!(stage.browser.get(&format!("/inbox/{long}")).await.status, 404);
    assert_eq!(stage.browser.get("/inbox/no-address").await.status, 404);
    assert_eq!(
        stage
            .browser
            .get(&format!("/redeem/direct?mail={long}"))
            .await
            .status,
        400
    );
    assert_eq!(stage.browser.get("/redeem/direct?mail=nobody").await.status, 400);
    let longer = format!("/redeem/direct?mail={}@x.example", "a".repeat(60_000));
    assert_eq!(stage.browser.get(&longer).await.status, 400);
    let megabyte = raw_get(
        &stage,
        &format!("/redeem/direct?mail={}@x.example", "a".repeat(1_000_000)),
    )
    .await;
    assert!(megabyte.starts_with("HTTP/1.1 4"), "{megabyte}");
    assert_eq!(stage.browser.get("/mail/no-number").await.status, 404);
    assert_eq!(stage.browser.get("/guest/no-session").await.status, 404);
    let seen = stage.browser.get("/inbox?search=%3Cb%3E").await;
    assert!(seen.text.contains("value=\"&lt;b&gt;\""));
    // A stranger may try the direct link: it leads to a sign-in, and then to the end without a row here.
    let page = stage
        .browser
        .get("/redeem/direct?mail=stranger@outlook.com")
        .await;
    let page = stage.browser.press(&page, "msa_sign_in").await;
    assert!(page.alert().unwrap().contains("no guest account"));
    assert!(stage.codes().is_empty());
}
