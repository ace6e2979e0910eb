//! What a guest was given agrees with the tenant, and is read only by who may.

use usher_console::{
    ConsoleError,
    views::{GroupKindView, GuestAccessView, GuestFilter},
};
use usher_graph::GraphError;
use usher_identity::SignInError;
use usher_sandbox::{
    SandboxConfig,
    faults::{Fault, Trouble},
};

use crate::support::{ADELE, Desk};

fn small() -> SandboxConfig {
    SandboxConfig {
        guests: 30,
        ..SandboxConfig::default()
    }
}

#[tokio::test]
async fn roles_groups_and_applications_come_in_the_admin_centers_words() {
    let config = SandboxConfig {
        guests: 300,
        ..SandboxConfig::default()
    };
    let desk = Desk::of(config, ADELE).await;
    let mut found = [0; 4];
    for guest in desk.guests(GuestFilter::default()).await {
        let access = desk
            .console
            .guest_access(&guest.id, true)
            .await
            .expect("an answer");
        let GuestAccessView::Read {
            roles, groups, apps, ..
        } = access
        else {
            panic!("{access:?}")
        };
        let named = |name: &str| groups.iter().find(|group| group.name.as_deref() == Some(name));
        let all = named("All guests").expect("the group of all guests");
        assert_eq!(all.is_dynamic, Some(true));
        assert_eq!(all.kind, Some(GroupKindView::Security));
        if let Some(team) = named("Project Aurora, external") {
            assert_eq!(team.is_dynamic, Some(false));
            assert_eq!(team.kind, Some(GroupKindView::Microsoft365));
            found[0] += 1;
        }
        let app = |name: &str| apps.iter().find(|app| app.name.as_deref() == Some(name));
        let through = app("Contoso Documents").map(|app| app.through.as_deref());
        assert_eq!(through, named("Partners").map(|_| Some("Partners")));
        found[1] += usize::from(through.is_some());
        if let Some(app) = app("Contoso Supplier Portal") {
            assert_eq!(app.through, None);
            assert!(app.assigned_at > guest.invited_at.or(guest.created_at));
            found[2] += 1;
        }
        if let Some(role) = roles.first() {
            assert_eq!(role.name.as_deref(), Some("Guest Inviter"));
            found[3] += 1;
        }
    }
    assert!(found.iter().all(|count| *count > 0), "{found:?}");
}

#[tokio::test]
async fn without_the_permission_it_is_named_and_nothing_looks_signed_out() {
    let desk = Desk::of(small(), ADELE).await;
    let guest = &desk.guests(GuestFilter::default()).await[0];
    let access = desk
        .console
        .guest_access(&guest.id, false)
        .await
        .expect("an answer");
    let GuestAccessView::PermissionNeeded { permission, held } = &access else {
        panic!("{access:?}")
    };
    assert!(permission.starts_with("Directory.Read.All · "), "{permission}");
    assert_eq!(*held, Some(true));
    let before = desk.console.app();

    let asked = desk
        .console
        .guest_access(&guest.id, true)
        .await
        .expect("an answer");
    assert!(matches!(asked, GuestAccessView::Read { .. }), "{asked:?}");
    // Given once, it is there.
    let again = desk
        .console
        .guest_access(&guest.id, false)
        .await
        .expect("an answer");
    assert!(matches!(again, GuestAccessView::Read { .. }), "{again:?}");
    assert_eq!(before.connection, desk.console.app().connection);
}

#[tokio::test]
async fn who_is_not_there_was_given_nothing() {
    let desk = Desk::of(small(), ADELE).await;
    let unknown = "00000000-0000-0000-0000-000000000001";
    let error = desk
        .console
        .guest_access(unknown, true)
        .await
        .expect_err("nobody");
    assert!(matches!(error, ConsoleError::Graph(_)), "{error:?}");
    let error = desk
        .console
        .guest_access("nonsense", true)
        .await
        .expect_err("no id");
    assert!(matches!(error, ConsoleError::NoSuchGuest), "{error:?}");
}

#[tokio::test]
async fn a_session_that_ended_is_not_taken_for_a_missing_permission() {
    let desk = Desk::of(small(), ADELE).await;
    let guest = &desk.guests(GuestFilter::default()).await[0];
    let fault = Fault::new(Trouble::RefreshNeedsInteraction {}).times(1);
    desk.sandbox.state().set_faults(vec![fault]);
    let error = desk
        .console
        .guest_access(&guest.id, false)
        .await
        .expect_err("no token");
    let ConsoleError::Graph(GraphError::SignIn(error)) = &error else {
        panic!("{error:?}")
    };
    assert!(matches!(**error, SignInError::SignInNeeded { .. }), "{error:?}");
}
