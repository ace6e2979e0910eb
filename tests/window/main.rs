//! Journeys through the real window against the real sandbox. Each asserts on the screen and on what reached the sandbox.

#[path = "../harness/mod.rs"]
mod harness;
mod pages;

use anyhow::Result;
use harness::{AppWindow, SandboxProbe, WindowOptions, free_port, text};
use pages::{Funnel, GuestsPage, OverviewPage, SandboxPage};
use serde_json::{Value, json};

/// A window that is signed in to its sandbox and has read it.
struct Stage {
    window: AppWindow,
    sandbox: SandboxProbe,
    data: tempfile::TempDir,
    options: WindowOptions,
}

async fn signed_in() -> Result<Stage> {
    let data = tempfile::tempdir()?;
    let options = WindowOptions::small(data.path())?;
    let window = AppWindow::open(&options).await?;
    pages::explore_sandbox(&window).await?;
    let sandbox = SandboxProbe::on(options.sandbox_port)?;
    Ok(Stage {
        window,
        sandbox,
        data,
        options,
    })
}

/// Returns a pending guest with a home organisation whom nothing but their own slowness keeps out.
async fn waiting_guest(sandbox: &SandboxProbe) -> Result<(String, String)> {
    let mut guests = sandbox.guests().await?;
    // The newest, for the funnel speaks of the last 90 days only.
    guests.sort_by_key(|guest| text(guest.pointer("/times").unwrap_or(&Value::Null), "invited"));
    for guest in guests.iter().rev() {
        let pending =
            text(guest, "invitationState") == "PendingAcceptance" && text(guest, "standing") == "open";
        if !pending || guest.get("deleted") == Some(&Value::Bool(true)) {
            continue;
        }
        let mail = text(guest, "mail");
        let person = sandbox.get(&format!("people/{mail}")).await?;
        let home = person.pointer("/facts/home").cloned().unwrap_or_default();
        if text(&home, "kind") == "managed" && home.get("accountExists") == Some(&Value::Bool(true)) {
            return Ok((text(guest, "id"), mail));
        }
    }
    anyhow::bail!("the seed has no waiting guest with a home organisation")
}

#[tokio::test]
async fn a_stuck_guest_is_resent_played_and_accepted() -> Result<()> {
    let stage = signed_in().await?;
    let (id, mail) = waiting_guest(&stage.sandbox).await?;
    let before: Funnel = OverviewPage::open(&stage.window).await?.funnel().await?;

    let guests = GuestsPage::find(&stage.window, &mail).await?;
    guests.wait_state("Pending acceptance").await?;
    guests.act("Resend invitation", "Resend invitation").await?;
    let posted = stage.sandbox.wait_received("POST", "/invitations").await?;
    assert_eq!(posted, 1, "one resend, one request");

    let side = SandboxPage::play(&stage.window, &mail).await?;
    side.accept_from_mail().await?;
    side.press_on_page(&format!("Sign in as {mail}")).await?;
    side.press_on_page("Accept").await?;
    side.wait_logged("Redeem external user invite").await?;

    pages::refresh(&stage.window).await?;
    let guests = GuestsPage::search(&stage.window, &mail).await?;
    guests.open(&mail).await?;
    guests.wait_state("Accepted").await?;
    let after = OverviewPage::open(&stage.window)
        .await?
        .funnel_when(|now| now.redeemed == before.redeemed + 1)
        .await?;
    assert_eq!(after.invited, before.invited);
    let truth = stage.sandbox.guest(&id).await?;
    assert_eq!(text(&truth, "invitationState"), "Accepted");
    assert_eq!(stage.sandbox.received("POST", "/invitations").await?, 1);
    stage.window.close().await
}

#[tokio::test]
async fn a_guest_is_revoked_and_restored() -> Result<()> {
    let stage = signed_in().await?;
    let (id, mail) = waiting_guest(&stage.sandbox).await?;
    let guests = GuestsPage::search(&stage.window, &mail).await?;
    guests.open(&mail).await?;
    // Reading groups is allowed here and now, not at the sign-in.
    guests.wait_tab("Access", "Directory.Read.All").await?;
    stage.window.click("Allow reading").await?;
    let groups = guests.groups().await?;
    guests
        .act("Revoke invitation (deletes the guest)", "Revoke invitation")
        .await?;
    stage.sandbox.wait_received("DELETE", &id).await?;
    let truth = stage.sandbox.guest(&id).await?;
    assert_eq!(truth.get("deleted"), Some(&Value::Bool(true)));

    let bin = GuestsPage::deleted(&stage.window, &mail).await?;
    bin.open(&mail).await?;
    bin.act("Restore", "Restore").await?;
    stage
        .sandbox
        .wait_received("POST", &format!("{id}/restore"))
        .await?;
    let truth = stage.sandbox.guest(&id).await?;
    assert_eq!(truth.get("deleted"), Some(&Value::Bool(false)));
    let guests = GuestsPage::search(&stage.window, &mail).await?;
    guests.open(&mail).await?;
    guests.wait_state("Pending acceptance").await?;
    assert_eq!(
        guests.groups().await?,
        groups,
        "whoever comes back has the groups from before"
    );
    stage.window.close().await
}

#[tokio::test]
async fn a_guest_is_invited_and_appears_in_the_list() -> Result<()> {
    let stage = signed_in().await?;
    stage.window.go("invite").await?;
    stage
        .window
        .fill("Mail address", "nora.quist@fabrikam.com")
        .await?;
    stage.window.click("Review + invite").await?;
    pages::confirm(&stage.window, "Invite").await?;
    stage.window.wait_text("nora.quist@fabrikam.com").await?;
    stage.sandbox.wait_received("POST", "/invitations").await?;
    let guests = GuestsPage::search(&stage.window, "nora.quist").await?;
    guests.open("nora.quist@fabrikam.com").await?;
    guests.wait_state("Pending acceptance").await?;

    // An address the service would refuse is stopped before anything is sent.
    stage.window.go("invite").await?;
    stage
        .window
        .fill("Mail address", "nora+test@fabrikam.com")
        .await?;
    stage.window.wait_text("+").await?;
    assert_eq!(stage.sandbox.received("POST", "/invitations").await?, 1);
    stage.window.close().await
}

#[tokio::test]
async fn without_the_network_everything_read_is_there() -> Result<()> {
    let stage = signed_in().await?;
    let (_, mail) = waiting_guest(&stage.sandbox).await?;
    stage
        .sandbox
        .post("faults", &json!([{ "kind": "networkGone" }]))
        .await?;
    pages::refresh(&stage.window).await?;
    stage.window.wait_text("You are offline").await?;

    let guests = GuestsPage::search(&stage.window, &mail).await?;
    guests.open(&mail).await?;
    guests.wait_state("Pending acceptance").await?;
    guests.wait_tab("Timeline", "Invited").await?;
    guests.wait_tab("Access", "not kept on this computer").await?;
    let funnel = OverviewPage::open(&stage.window).await?.funnel().await?;
    assert!(funnel.invited > 0);
    assert_eq!(stage.sandbox.received("POST", "/invitations").await?, 0);
    stage.window.close().await
}

#[tokio::test]
async fn a_second_start_opens_the_archive_again() -> Result<()> {
    let Stage {
        window,
        sandbox,
        data,
        options,
    } = signed_in().await?;
    drop(sandbox);
    let before = OverviewPage::open(&window).await?.funnel().await?;
    window.close().await?;

    let again = AppWindow::open(&WindowOptions {
        sandbox_port: free_port()?,
        ..options
    })
    .await?;
    again.click("Open the sandbox tenant, contoso.com").await?;
    let after = OverviewPage::open(&again).await?.funnel().await?;
    assert_eq!(before.invited, after.invited);
    again.close().await?;
    drop(data);
    Ok(())
}

#[tokio::test]
async fn a_hostile_name_is_only_a_name() -> Result<()> {
    let stage = signed_in().await?;
    let name = "<img src=x onerror=\"document.title='hit'\">\u{202e}txt.exe\u{202c}";
    stage.window.go("invite").await?;
    stage.window.fill("Mail address", "mallory@fabrikam.com").await?;
    stage.window.fill("Display name", name).await?;
    stage.window.click("Review + invite").await?;
    pages::confirm(&stage.window, "Invite").await?;
    stage.sandbox.wait_received("POST", "/invitations").await?;
    let guests = GuestsPage::search(&stage.window, "mallory@fabrikam.com").await?;
    guests.open("mallory@fabrikam.com").await?;
    assert_ne!(stage.window.client().title().await?, "hit");
    let images = stage
        .window
        .run(
            "return document.querySelectorAll('img[src=x]').length",
            Vec::new(),
        )
        .await?;
    assert_eq!(images, json!(0));
    stage.window.close().await
}
