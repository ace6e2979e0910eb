//! What a guest was given agrees with the tenant, and is read only by who may.

use usher_console::{
    ConsoleError,
    views::{GroupKindView, GuestAccessView, GuestFilter},
};
use usher_sandbox::SandboxConfig;

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
        assert!(all.is_dynamic);
        assert_eq!(all.kind, Some(GroupKindView::Security));
        if let Some(team) = named("Project Aurora, external") {
            assert!(!team.is_dynamic);
            assert_eq!(team.kind, Some(GroupKindView::Microsoft365));
            found[0] += 1;
        }
        found[1] += usize::from(named("Partners").is_some());
        if let Some(app) = apps.first() {
            assert_eq!(app.name.as_deref(), Some("Contoso Supplier Portal"));
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
    let GuestAccessView::PermissionNeeded { permission } = &access else {
        panic!("{access:?}")
    };
    assert!(permission.starts_with("Directory.Read.All · "), "{permission}");
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
