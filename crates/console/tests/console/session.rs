//! Whole sessions against a sandbox in the same process: signing in, reading, acting, and everything that goes wrong.

use std::{
    fs,
    path::Path,
    pin::pin,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use url::Url;
use usher_clock::{Clock as _, SystemClock};
use usher_console::{
    BrowserNotOpened, BrowserOpener, ConsoleError,
    views::{
        ActionVerb, CloudView, ConnectionView, GuestQuery, InviteForm, OutcomeKind, ProblemCode, ProblemView,
        SignInForm, SyncView,
    },
};
use usher_identity::SignInError;
use usher_sandbox::faults::{Fault, Trouble};
use usher_store::{Archive, ArchiveKey, ArchiveLocation, OpenOptions, TenantFacts};

use crate::support::{ADELE, MEGAN, app, console, console_with, place, sandbox, synced};

fn problem(sync: &SyncView) -> &ProblemView {
    match sync {
        SyncView::Failed { problem, .. } => problem,
        other => panic!("did not fail: {other:?}"),
    }
}

#[tokio::test]
async fn a_web_page_in_mid_sync_is_named_and_the_next_sync_goes_on() {
    let sandbox = sandbox(40).await;
    let folder = tempfile::tempdir().expect("a folder");
    let console = console(folder.path());
    console
        .sign_in_to_sandbox(&place(&sandbox), ADELE)
        .await
        .expect("a sign-in");
    let page = Fault::new(Trouble::HtmlPage { status: 200 }).on("/graph/beta/auditLogs/signIns");
    sandbox.state().set_faults(vec![page]);
    let end = console.sync().await.expect("an end");
    assert_eq!(problem(&end).code, ProblemCode::Unexpected);
    assert!(
        problem(&end).message.contains("web page"),
        "{}",
        problem(&end).message
    );
    assert!(!problem(&end).next_step.is_empty());
    let guests = console
        .list_guests(GuestQuery::default())
        .await
        .expect("what was read is there");
    assert_eq!(guests.total, 40);

    sandbox.state().set_faults(Vec::new());
    assert!(matches!(
        console.sync().await.expect("an end"),
        SyncView::Completed { .. }
    ));
}

#[tokio::test]
async fn throttling_delays_and_loses_nothing() {
    let sandbox = sandbox(20).await;
    let folder = tempfile::tempdir().expect("a folder");
    let console = console(folder.path());
    console
        .sign_in_to_sandbox(&place(&sandbox), ADELE)
        .await
        .expect("a sign-in");
    let later = Trouble::TooManyRequests {
        retry_after: Some("0.1".to_owned()),
    };
    sandbox.state().set_faults(vec![Fault::new(later).times(5)]);
    assert!(matches!(
        console.sync().await.expect("an end"),
        SyncView::Completed { .. }
    ));
}

#[tokio::test]
async fn whoever_waits_for_the_first_answers_may_stop_waiting() {
    let sandbox = sandbox(5).await;
    let folder = tempfile::tempdir().expect("a folder");
    let console = console(folder.path());
    let never = Trouble::Slow {
        milliseconds: 3_600_000,
    };
    sandbox
        .state()
        .set_faults(vec![Fault::new(never).on("/graph/v1.0/organization")]);
    let (place, app) = (place(&sandbox), app(&sandbox));
    let mut signing_in = pin!(console.sign_in_as_sandbox_app(&place, &app));
    let error = loop {
        tokio::select! {
            end = &mut signing_in => break end.expect_err("nobody answered"),
            () = tokio::task::yield_now() => console.cancel_sign_in(),
        }
    };
    assert!(
        matches!(error, ConsoleError::SignIn(SignInError::Cancelled)),
        "{error:?}"
    );
    assert!(console.app().tenant.is_none());
}

/// A browser that only notes what it is shown.
#[derive(Debug, Default)]
struct NotingBrowser(Mutex<Vec<String>>);

#[async_trait]
impl BrowserOpener for NotingBrowser {
    async fn open(&self, url: &Url) -> Result<(), BrowserNotOpened> {
        self.0.lock().expect("a list").push(url.to_string());
        Ok(())
    }
}

#[tokio::test]
async fn settings_and_guests_open_in_the_admin_center_of_their_cloud() {
    const TENANT: &str = "0b1c2d3e-1111-4222-8333-444455556666";
    const GUEST: &str = "7f3c0a52-0000-4000-8000-00000000b3aa";
    let folder = tempfile::tempdir().expect("a folder");
    let location = ArchiveLocation::in_data_dir(folder.path(), TENANT.parse().expect("an id"));
    let options = OpenOptions::read_write(SystemClock.now());
    let archive = Archive::open(location, &ArchiveKey::new([0xab; 32]), options)
        .await
        .expect("an archive");
    let mut tx = archive.write().await.expect("a write");
    tx.save_tenant(&TenantFacts {
        id: Some(TENANT.to_owned()),
        cloud: Some("usGovernmentL4".to_owned()),
        ..TenantFacts::default()
    })
    .await
    .expect("facts");
    tx.commit().await.expect("a commit");
    archive.close().await;

    let browser = Arc::new(NotingBrowser::default());
    let console = console_with(folder.path(), browser.clone());
    console.open_tenant(TENANT).await.expect("an open tenant");
    console.open_setting("aadsts-53003").await.expect("a setting");
    console.open_guest_page(GUEST).await.expect("a guest");
    let refused = console.open_setting("aadsts-500571").await;
    assert!(matches!(refused, Err(ConsoleError::NoAdminCenter)), "{refused:?}");
    let refused = console.open_guest_page("../../evil").await;
    assert!(matches!(refused, Err(ConsoleError::NoSuchGuest)), "{refused:?}");
    let base = format!("https://entra.microsoft.us/{TENANT}/#view/");
    assert_eq!(
        *browser.0.lock().expect("a list"),
        [
            format!("{base}Microsoft_AAD_ConditionalAccess/ConditionalAccessBlade/~/Policies"),
            format!("{base}Microsoft_AAD_UsersAndTenants/UserProfileMenuBlade/~/overview/userId/{GUEST}"),
        ]
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_certificate_is_said_before_anybody_is_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let console = console(folder.path());
    let form = |tenant: &str, file: &Path| SignInForm::Certificate {
        cloud: CloudView::Commercial,
        tenant: tenant.to_owned(),
        client_id: "0b1c2d3e-1111-4222-8333-444455556666".to_owned(),
        // As Windows copies a path.
        file: format!("\"{}\" ", file.display()),
    };
    let file = folder.path().join("app.pem");
    let ask = async |tenant: &str| {
        let error = console
            .sign_in(&form(tenant, &file))
            .await
            .expect_err("a refusal");
        ProblemView::from(error)
    };

    let missing = ask("contoso.com").await;
    assert_eq!(missing.code, ProblemCode::InvalidInput);
    assert!(missing.message.contains("cannot be read"), "{}", missing.message);
    fs::write(&file, "a .pfx file").expect("a file");
    let wrong = ask("contoso.com").await;
    assert!(wrong.next_step.contains("openssl pkcs12"), "{}", wrong.next_step);
    let nowhere = ask(" ").await;
    assert!(nowhere.message.contains("tenant"), "{}", nowhere.message);
}

/// Whether the archive in `folder` keeps its guests as they are now, seen by another program.
async fn keeps_guest_list(folder: &Path) -> bool {
    let tenant = ArchiveLocation::list_tenants(folder).expect("tenants")[0];
    let location = ArchiveLocation::in_data_dir(folder, tenant);
    let options = OpenOptions::read_only(SystemClock.now());
    let archive = Archive::open(location, &ArchiveKey::new([0xab; 32]), options)
        .await
        .expect("an archive");
    let is_kept = archive.is_guest_list_kept().await.expect("an answer");
    archive.close().await;
    is_kept
}

#[tokio::test]
async fn the_list_of_guests_is_kept_after_a_sync_and_at_the_end() {
    let sandbox = sandbox(30).await;
    let folder = tempfile::tempdir().expect("a folder");
    let console = synced(&sandbox, folder.path(), ADELE).await;
    assert!(keeps_guest_list(folder.path()).await);

    let page = console.list_guests(GuestQuery::default()).await.expect("guests");
    let guest = page.items.iter().find(|guest| guest.account_enabled);
    let id = guest.expect("one who is not blocked").id.clone();
    let plan = console.plan(&id, ActionVerb::BlockSignIn).await.expect("a plan");
    let outcome = console.apply(plan).await.expect("an outcome");
    assert_eq!(outcome.result, OutcomeKind::Done);
    assert!(!keeps_guest_list(folder.path()).await, "a guest changed");
    console.close().await;
    assert!(keeps_guest_list(folder.path()).await);
}

#[tokio::test]
async fn a_missing_role_disables_the_button_and_its_refusal_names_what_is_needed() {
    let sandbox = sandbox(30).await;
    let folder = tempfile::tempdir().expect("a folder");
    let reader = synced(&sandbox, folder.path(), ADELE).await;
    let page = reader.list_guests(GuestQuery::default()).await.expect("guests");
    let id = page
        .items
        .iter()
        .find(|guest| guest.account_enabled)
        .expect("one who is not blocked")
        .id
        .clone();
    reader
        .sign_in_to_sandbox(&place(&sandbox), MEGAN)
        .await
        .expect("another sign-in");

    let detail = reader.guest(&id).await.expect("a guest");
    let block = detail
        .actions
        .iter()
        .find(|action| action.verb == ActionVerb::BlockSignIn)
        .expect("the button");
    assert!(!block.enabled);
    assert!(
        block
            .disabled_reason
            .as_ref()
            .is_some_and(|why| why.contains("User Administrator")),
        "{block:?}"
    );

    let plan = reader.plan(&id, ActionVerb::BlockSignIn).await.expect("a plan");
    let outcome = reader.apply(plan).await.expect("an outcome");
    assert_eq!(outcome.result, OutcomeKind::Failed);
    let problem = outcome.problem.expect("a problem");
    assert_eq!(problem.code, ProblemCode::PermissionMissing, "{problem:?}");
    assert!(
        problem.message.contains("User.EnableDisableAccount.All"),
        "{}",
        problem.message
    );
    assert!(reader.ledger_is_intact().await.expect("a ledger"));
}

#[tokio::test]
async fn a_refused_invitation_says_why_and_leaves_no_guest() {
    let sandbox = sandbox(10).await;
    let folder = tempfile::tempdir().expect("a folder");
    let console = synced(&sandbox, folder.path(), ADELE).await;
    sandbox
        .state()
        .set_scenario("inbound-blocked", true)
        .expect("the scenario");
    let form = InviteForm {
        mail: "new.guest@fabrikam.com".into(),
        ..InviteForm::default()
    };
    let refused = ProblemView::from(console.invite(form).await.expect_err("it is refused"));
    assert_eq!(refused.code, ProblemCode::InvitationRefused, "{refused:?}");
    assert!(
        refused.message.contains("cross-tenant access settings"),
        "{}",
        refused.message
    );
    assert!(
        refused.next_step.contains("Cross-tenant access settings"),
        "{}",
        refused.next_step
    );
    assert_eq!(
        console
            .list_guests(GuestQuery::default())
            .await
            .expect("guests")
            .total,
        10
    );
}

#[tokio::test]
async fn without_network_the_archive_answers_and_a_change_says_offline() {
    let sandbox = sandbox(20).await;
    let folder = tempfile::tempdir().expect("a folder");
    let console = synced(&sandbox, folder.path(), ADELE).await;
    let page = console.list_guests(GuestQuery::default()).await.expect("guests");
    let guest = page
        .items
        .iter()
        .find(|guest| guest.account_enabled)
        .expect("one who is not blocked")
        .clone();
    sandbox.shutdown().await;

    let plan = console
        .plan(&guest.id, ActionVerb::BlockSignIn)
        .await
        .expect("a plan needs no network");
    let refused = ProblemView::from(console.apply(plan).await.expect_err("it cannot be sent"));
    assert_eq!(refused.code, ProblemCode::Offline, "{refused:?}");
    assert!(matches!(
        console.app().connection,
        ConnectionView::Offline { data_from: Some(_) }
    ));
    assert_eq!(
        console.list_guests(GuestQuery::default()).await.expect("guests"),
        page
    );
    assert!(console.guest(&guest.id).await.is_ok());
}

#[tokio::test]
async fn a_damaged_archive_is_set_aside_and_the_frame_says_so() {
    let sandbox = sandbox(10).await;
    let folder = tempfile::tempdir().expect("a folder");
    let tenant = sandbox.ready().tenant_id.to_string();
    synced(&sandbox, folder.path(), ADELE).await.close().await;
    let file = folder.path().join("tenants").join(&tenant).join("archive.db");
    let mut bytes = fs::read(&file).expect("an archive");
    bytes[..4096].fill(0x5a);
    fs::write(&file, bytes).expect("a damaged archive");

    let console = console(folder.path());
    console.open_tenant(&tenant).await.expect("it opens all the same");
    let archive = console.app().archive.expect("an archive");
    let aside = archive.set_aside.expect("the damaged one was set aside");
    assert!(Path::new(&aside.path).is_file());
    assert!(!aside.lost.is_empty());
}

/// Makes an archived sandbox tenant one that outlives its program, as a Microsoft tenant does.
fn make_lasting(home: &Path) {
    let plate = home.join("tenant.json");
    let lasting = fs::read_to_string(&plate)
        .expect("a plate")
        .replace("true", "false");
    fs::write(&plate, lasting).expect("the plate can be written");
}

#[tokio::test]
async fn the_tenant_of_the_last_session_opens_and_the_frame_says_so_at_once() {
    let sandbox = sandbox(10).await;
    let folder = tempfile::tempdir().expect("a folder");
    let tenant = sandbox.ready().tenant_id.to_string();
    synced(&sandbox, folder.path(), ADELE).await.close().await;
    make_lasting(&folder.path().join("tenants").join(&tenant));

    let console = console(folder.path());
    let opening = console.open_last_tenant();
    assert!(console.app().opening, "before anything is awaited");
    opening.await;
    let app = console.app();
    assert_eq!((app.opening, app.not_opened), (false, None));
    assert_eq!(app.tenant.expect("the tenant").id, tenant);
}

#[tokio::test]
async fn a_last_tenant_that_cannot_be_opened_is_told_with_what_to_do() {
    let sandbox = sandbox(10).await;
    let folder = tempfile::tempdir().expect("a folder");
    let tenant = sandbox.ready().tenant_id.to_string();
    synced(&sandbox, folder.path(), ADELE).await.close().await;
    let home = folder.path().join("tenants").join(&tenant);
    make_lasting(&home);
    fs::write(home.join("archive.keymark"), [0x5a; 32]).expect("another key's mark");

    let console = console(folder.path());
    console.open_last_tenant().await;
    let app = console.app();
    assert!(!app.opening && app.tenant.is_none());
    let problem = app.not_opened.expect("a reason");
    assert_eq!(problem.code, ProblemCode::WrongKey, "{problem:?}");
    assert!(!problem.next_step.is_empty(), "{problem:?}");

    // Said until a tenant is open, and not again when that one is left.
    fs::remove_file(home.join("archive.keymark")).expect("the mark");
    console.open_archive(&tenant).await.expect("the right key");
    assert_eq!(console.app().not_opened, None);
    console.sign_out().await.expect("out");
    assert_eq!(console.app().not_opened, None);
}

#[tokio::test]
async fn a_hostile_name_breaks_nothing() {
    let sandbox = sandbox(5).await;
    let folder = tempfile::tempdir().expect("a folder");
    let console = synced(&sandbox, folder.path(), ADELE).await;
    let name = format!("<script>alert(1)</script>\u{202e}{}", "x".repeat(200));
    let form = InviteForm {
        mail: "hostile@fabrikam.com".into(),
        display_name: Some(name.clone()),
        ..InviteForm::default()
    };
    let invited = console.invite(form).await.expect("an invitation");
    let plan = console
        .plan(&invited.guest_id, ActionVerb::RevokeInvitation)
        .await
        .expect("a plan");
    assert_eq!(plan.guest_name, name);
    assert!(
        !plan.effect.contains('\u{202e}') && plan.effect.chars().count() < 300,
        "{}",
        plan.effect
    );
    let outcome = console.apply(plan).await.expect("an outcome");
    assert_eq!(outcome.result, OutcomeKind::Done);
}

#[tokio::test]
async fn only_the_archive_of_a_sandbox_can_be_thrown_away() {
    let folder = tempfile::tempdir().expect("a folder");
    let tenant = "11111111-2222-4333-8444-555555555555";
    let place = folder.path().join("tenants").join(tenant);
    fs::create_dir_all(&place).expect("a folder");
    fs::write(place.join("archive.db"), "precious").expect("a file");
    let refused = console(folder.path()).discard_sandbox_archive(tenant).await;
    assert!(refused.is_err());
    assert_eq!(fs::read(place.join("archive.db")).expect("the file"), b"precious");
}
