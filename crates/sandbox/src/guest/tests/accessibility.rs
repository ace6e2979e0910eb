//! Every kind of page: landmarks, headings, labels, no scripts, and the policy that keeps it so.

use std::collections::BTreeSet;

use usher_redemption::{AccessPolicy, Grant, Terms};

use super::*;

#[tokio::test]
async fn every_page_is_usable_without_eyes_scripts_or_cookies() {
    let stage = Stage::set().await;
    {
        let mut world = stage.world();
        world.policy.google_federation = true;
        world.policy.saml_ws_fed_domains = vec!["litware.example".to_owned()];
        world.policy.conditional_access = vec![AccessPolicy::always(Grant::Mfa)];
        world.policy.terms_of_use = vec![Terms {
            name: "Rules".to_owned(),
            per_device: false,
            version: 1,
            reaccept_after_days: None,
        }];
    }
    let mut seen = Vec::new();
    for path in [
        "/inbox",
        "/inbox?search=nobody",
        "/inbox/nobody@x.example",
        "/inbox/x",
        "/mail/x",
        "/guest/x",
    ] {
        seen.push(stage.browser.get(path).await);
    }
    for path in [
        "/redeem",
        "/redeem/direct",
        "/redeem/direct?mail=x",
        "/guest/start?mail=a@b.example",
        "/guest/privacy",
    ] {
        seen.push(stage.browser.get(path).await);
    }
    let walks: [(Invitee, &[&str]); 5] = [
        (
            Invitee {
                has_msa: true,
                ..Invitee::of_entra("a@fabrikam.com")
            },
            &[
                "choose_work_account",
                "home_sign_in",
                "accept_permissions",
                "register_mfa",
                "answer_mfa",
                "accept_terms",
            ],
        ),
        (
            Invitee {
                has_msa: true,
                ..Invitee::unknown("m@outlook.com")
            },
            &["msa_sign_in", "close_browser_at_permissions"],
        ),
        (
            Invitee::unknown("g@gmail.com"),
            &["google_sign_in", "accept_permissions", "cancel_mfa_registration"],
        ),
        (Invitee::unknown("s@litware.example"), &["partner_sign_in"]),
        (Invitee::unknown("o@adatum.example"), &["send_code", "enter_code"]),
    ];
    for (person, presses) in walks {
        let mail = person.email.clone();
        stage.invite_person(person);
        let inbox = stage.browser.get(&format!("/inbox/{mail}")).await;
        let letter = stage.browser.follow(&inbox, "invited you").await;
        let block = stage.browser.follow(&letter, "Block future").await;
        let mut page = stage.browser.follow(&letter, "Accept invitation").await;
        seen.extend([inbox, letter, block, page.clone()]);
        for press in presses {
            page = stage.browser.press(&page, press).await;
            seen.push(page.clone());
        }
        let stale = stage
            .browser
            .post(&format!("{}/step", page.path), &[("action", "x")])
            .await;
        seen.push(stale);
    }
    let mailed = stage.browser.get("/inbox/o@adatum.example").await;
    seen.push(stage.browser.follow(&mailed, "verification code").await);
    stage.world().policy.email_otp = false;
    stage.invite("new@adatum.example");
    seen.push(stage.accept_from_mail("new@adatum.example").await);
    stage.world().policy.cross_tenant.trust_mfa = true;
    stage.invite_person(Invitee::of_entra("h@fabrikam.com"));
    let page = stage.accept_from_mail("h@fabrikam.com").await;
    let page = stage.browser.press(&page, "home_sign_in").await;
    seen.push(stage.browser.press(&page, "accept_permissions").await);
    seen.push(stage.browser.get("/redeem/common?mail=h@fabrikam.com").await);

    for page in &seen {
        check(page);
    }
    let headings: BTreeSet<&str> = seen.iter().map(Seen::heading).collect();
    assert!(
        headings.len() >= 28,
        "{} kinds of pages: {headings:#?}",
        headings.len()
    );
}

fn check(page: &Seen) {
    let text = &page.text;
    let count = |needle: &str| text.matches(needle).count();
    let must = |holds: bool, what: &str| assert!(holds, "{what}: {text}");
    must(text.contains("<html lang=\"en\">"), "a language");
    must(
        text.contains("<title>") && text.contains("What the guest sees, simulated"),
        "a title that says what it is",
    );
    must(count("<h1>") == 1, "one heading of the first rank");
    must(
        count("<main ") == 1 && count("<header>") == 1 && count("<footer>") == 1,
        "landmarks",
    );
    must(
        text.contains("class=\"skip\" href=\"#page\""),
        "a way past the banner",
    );
    must(
        !text.contains("<script") && !text.contains(" style=\"") && !text.contains(" onclick"),
        "nothing active",
    );
    must(!text.contains("<img"), "no picture that could be a logo");
    for needle in [
        "default-src 'none'",
        "style-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "tauri://localhost",
    ] {
        must(page.policy.contains(needle), needle);
    }
    must(
        !page.policy.contains("unsafe") && !page.policy.contains("script-src"),
        "a strict policy",
    );

    let ids: Vec<&str> = text
        .split(" id=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    must(
        ids.iter().collect::<BTreeSet<_>>().len() == ids.len(),
        "ids that are unique",
    );
    for input in text
        .split("<input ")
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
    {
        let hidden = input.contains("type=\"hidden\"");
        let wrapped =
            input.contains("type=\"radio\"") && text.contains("<label class=\"row\"><input type=\"radio\"");
        let labelled = input
            .split("id=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        let labelled = labelled.is_some_and(|id| text.contains(&format!("<label for=\"{id}\">")));
        must(hidden || wrapped || labelled, "a label for every field");
    }
    for button in text
        .split("<button ")
        .skip(1)
        .filter_map(|rest| rest.split("</button>").next())
    {
        let words = button.split_once('>').unwrap().1;
        must(!words.trim().is_empty(), "words on every button");
    }
    for cell in text.split("<th ").skip(1) {
        must(cell.starts_with("scope="), "a scope for every heading of a table");
    }
}
