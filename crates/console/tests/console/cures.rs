//! Each guest has one cure, and it can be done.

use usher_console::{
    ConsoleError,
    views::{ActionVerb, GuestFilter, InvitationStateView, OverviewFilter, StandingView},
};
use usher_sandbox::SandboxConfig;

use crate::support::{ADELE, Desk};

#[tokio::test]
async fn each_guest_has_one_cure_that_fits_and_is_named_by_its_effect() {
    for seed in [3, 4] {
        let config = SandboxConfig {
            seed,
            guests: 120,
            days: 28,
            ..SandboxConfig::default()
        };
        let desk = Desk::of(config, ADELE).await;
        let mut kinds = Vec::new();
        for guest in desk.guests(GuestFilter::default()).await {
            let detail = desk.console.guest(&guest.id).await.expect("a guest");
            let Some(cause) = detail.cause else {
                assert_ne!(
                    guest.standing,
                    StandingView::Stopped,
                    "a stopped guest has a cause: {guest:?}"
                );
                continue;
            };
            kinds.push(cause.key.clone());
            for text in [
                &cause.title,
                &cause.explanation,
                &cause.remedy,
                &cause.text_for_guest,
            ] {
                assert!(!text.trim().is_empty(), "{cause:?}");
            }
            if let Some(verb) = cause.cure {
                assert!(desk.console.plan(&guest.id, verb).await.is_ok(), "{cause:?}");
                let button = detail
                    .actions
                    .iter()
                    .find(|own| own.verb == verb)
                    .expect("a button");
                assert!(button.enabled, "{button:?}");
            }
            // A resend is the cure only where it helps, and where it helps nothing says otherwise.
            if cause.cure == Some(ActionVerb::ResendInvitation) {
                assert!(cause.resend_helps, "{cause:?}");
            }
            let says_why = cause.explanation.contains("Resending would not help");
            let is_pending = guest.invitation_state == InvitationStateView::PendingAcceptance;
            assert!(!says_why || !cause.resend_helps, "{cause:?}");
            if guest.standing == StandingView::Stopped && is_pending {
                assert_eq!(says_why, !cause.resend_helps, "{cause:?}");
            }
        }
        kinds.sort_unstable();
        kinds.dedup();
        assert!(kinds.len() >= 14, "{kinds:?}");

        let overview = desk
            .console
            .overview(OverviewFilter::default())
            .await
            .expect("an overview");
        for row in overview.attention {
            assert!(!row.cure_label.is_empty(), "{row:?}");
            // A sandbox has no admin center in which a setting could be opened.
            assert_eq!(row.setting, None, "{row:?}");
            assert_ne!(row.cure_label, "Open setting", "{row:?}");
            let opened = desk.console.open_setting(&row.reason.key).await;
            assert!(matches!(opened, Err(ConsoleError::NoAdminCenter)), "{opened:?}");
            let Some(id) = &row.guest_id else { continue };
            let cause = desk
                .console
                .guest(id)
                .await
                .expect("a guest")
                .cause
                .expect("a cause");
            assert_eq!(
                (row.cure, row.reason.key),
                (cause.cure, cause.key),
                "list and panel agree"
            );
        }
    }
}
