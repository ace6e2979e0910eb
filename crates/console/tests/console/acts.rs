//! Changes: what is planned is what is sent, once, and written down; what cannot be is said.

use chrono::TimeDelta;
use usher_console::{
    Console,
    views::{
        ActionVerb, ConnectionView, GuestFilter, GuestView, InvitationStateView, InviteForm, OutcomeKind,
        OutcomeView, ProblemCode, ProblemView,
    },
};
use usher_sandbox::{
    SandboxConfig,
    faults::{Fault, Trouble},
    world::Actor,
};

use crate::support::{ADELE, Desk, GRADY, MEGAN, sync};

const INVITATIONS: &str = "/graph/v1.0/invitations";
const VERBS: [ActionVerb; 6] = [
    ActionVerb::ResendInvitation,
    ActionVerb::ResetRedemption,
    ActionVerb::RevokeInvitation,
    ActionVerb::BlockSignIn,
    ActionVerb::UnblockSignIn,
    ActionVerb::Restore,
];

async fn desk(admin: &str) -> Desk {
    let config = SandboxConfig {
        guests: 80,
        ..SandboxConfig::default()
    };
    Desk::of(config, admin).await
}

impl Desk {
    /// A guest to whom a verb can be applied.
    async fn guest_for(&self, verb: ActionVerb) -> GuestView {
        let filter = GuestFilter {
            deleted: verb == ActionVerb::Restore,
            ..GuestFilter::default()
        };
        let fits = |guest: &GuestView| match verb {
            ActionVerb::ResendInvitation => {
                guest.account_enabled && guest.invitation_state == InvitationStateView::PendingAcceptance
            }
            ActionVerb::ResetRedemption => {
                guest.account_enabled && guest.invitation_state == InvitationStateView::Accepted
            }
            ActionVerb::UnblockSignIn => !guest.account_enabled,
            _ => guest.account_enabled,
        };
        let guests = self.guests(filter).await;
        guests.into_iter().find(fits).expect("a guest for the verb")
    }

    async fn act(&self, verb: ActionVerb, guest: &str) -> OutcomeView {
        let plan = self.console.plan(guest, verb).await.expect("a plan");
        self.console.apply(plan).await.expect("an outcome")
    }

    /// Changes that reached the tenant.
    fn received(&self) -> Vec<String> {
        let all = self.sandbox.state().received().all();
        all.iter()
            .map(|one| format!("{} {}", one.method, one.path))
            .collect()
    }

    fn mails(&self, mail: &str) -> usize {
        self.sandbox.state().world().inbox(mail).len()
    }

    fn fault(&self, trouble: Trouble, path: &str, times: u32) {
        let fault = Fault::new(trouble).on(path).times(times);
        self.sandbox.state().set_faults(vec![fault]);
    }
}

async fn row(console: &Console, id: &str) -> GuestView {
    console.guest(id).await.expect("the guest").guest
}

#[tokio::test]
async fn each_change_says_what_it_does_does_it_once_and_is_written_down() {
    let desk = desk(ADELE).await;
    for (verb, effect, undo, method) in [
        (
            ActionVerb::ResendInvitation,
            "older link is superseded",
            "Cannot be undone",
            "POST",
        ),
        (
            ActionVerb::ResetRedemption,
            "must redeem again",
            "Cannot be undone",
            "POST",
        ),
        (
            ActionVerb::BlockSignIn,
            "cannot sign in from now on",
            "Unblock sign-in",
            "PATCH",
        ),
        (
            ActionVerb::UnblockSignIn,
            "can sign in again",
            "Block sign-in",
            "PATCH",
        ),
        (
            ActionVerb::RevokeInvitation,
            "deletes 1 guest",
            "Restore",
            "DELETE",
        ),
        (ActionVerb::Restore, "same object ID", "Revoke invitation", "POST"),
    ] {
        let guest = desk.guest_for(verb).await;
        desk.sandbox.state().received().clear();
        let plan = desk.console.plan(&guest.id, verb).await.expect("a plan");
        assert!(plan.effect.contains(effect), "{verb:?}: {}", plan.effect);
        assert!(plan.undo.contains(undo), "{verb:?}: {}", plan.undo);
        assert!(
            plan.permission.contains("you have it"),
            "{verb:?}: {}",
            plan.permission
        );
        assert_eq!(desk.received(), Vec::<String>::new(), "a plan sends nothing");

        let outcome = desk.console.apply(plan.clone()).await.expect("an outcome");
        assert_eq!(outcome.result, OutcomeKind::Done, "{outcome:?}");
        let received = desk.received();
        assert_eq!(received.len(), 1, "{verb:?}: {received:?}");
        assert!(received[0].starts_with(method), "{verb:?}: {received:?}");

        if verb == ActionVerb::ResendInvitation {
            let after = row(&desk.console, &guest.id).await;
            assert!(
                after.expires_at > guest.expires_at,
                "the deadline counts from the last mail"
            );
        }
        // The guest is no longer what the plan was made for, but for a resend, which changes nothing it rests on.
        if verb != ActionVerb::ResendInvitation {
            let again = desk.console.apply(plan).await.expect("an outcome");
            assert_eq!(again.result, OutcomeKind::Skipped, "{verb:?}: {again:?}");
            assert!(
                again.message.contains("Changed since the plan was made"),
                "{}",
                again.message
            );
            assert_eq!(desk.received().len(), 1, "{verb:?}");
        }
        assert!(desk.console.ledger_is_intact().await.expect("a ledger"));
    }
}

#[tokio::test]
async fn what_somebody_else_changed_meanwhile_is_left_alone() {
    let desk = desk(ADELE).await;
    let somebody = Actor::part_of_entra("Somebody else");
    for (verb, word) in [
        (ActionVerb::ResendInvitation, "sign-in was blocked"),
        (ActionVerb::BlockSignIn, "sign-in was blocked"),
        (ActionVerb::RevokeInvitation, "the guest was deleted"),
    ] {
        let guest = desk.guest_for(verb).await;
        let plan = desk.console.plan(&guest.id, verb).await.expect("a plan");
        {
            let mut world = desk.sandbox.state().world();
            let id = world
                .users()
                .find(|user| user.id.to_string() == guest.id)
                .expect("a guest")
                .id;
            let now = world.now();
            if verb == ActionVerb::RevokeInvitation {
                assert!(world.delete_user(id, &somebody, now));
            } else {
                world.set_account_enabled(id, false, &somebody, now);
            }
        }
        let outcome = desk.console.apply(plan).await.expect("an outcome");
        assert_eq!(outcome.result, OutcomeKind::Skipped, "{outcome:?}");
        assert!(outcome.message.contains(word), "{}", outcome.message);
        assert_eq!((outcome.undo, outcome.problem), (None, None));
    }
    assert_eq!(desk.received(), Vec::<String>::new());
    assert!(desk.console.ledger_is_intact().await.expect("a ledger"));
}

#[tokio::test]
async fn nobody_is_mailed_twice_whatever_becomes_of_the_answers() {
    for trouble in [
        Trouble::LostAnswer {},
        Trouble::CutConnection { after_bytes: 10 },
        Trouble::TruncatedBody {},
    ] {
        let desk = desk(ADELE).await;
        let guest = desk.guest_for(ActionVerb::ResendInvitation).await;
        let mail = guest.mail.clone().expect("a mail");
        let before = desk.mails(&mail);

        desk.fault(trouble.clone(), INVITATIONS, 1);
        let resent = desk.act(ActionVerb::ResendInvitation, &guest.id).await;
        assert_eq!(resent.result, OutcomeKind::Unknown, "{trouble:?}: {resent:?}");
        assert_eq!(
            resent.problem.map(|problem| problem.code),
            Some(ProblemCode::OutcomeUnknown)
        );
        assert!(desk.mails(&mail) <= before + 1, "{trouble:?}");
        assert_eq!(
            desk.received().len(),
            1,
            "{trouble:?}: one request, whatever came of it"
        );

        let accepted = desk.guest_for(ActionVerb::ResetRedemption).await;
        let mail = accepted.mail.clone().expect("a mail");
        let before = desk.mails(&mail);
        desk.fault(trouble.clone(), INVITATIONS, 1);
        let reset = desk.act(ActionVerb::ResetRedemption, &accepted.id).await;
        assert_eq!(
            reset.result,
            OutcomeKind::Done,
            "a guest who is pending again was reset: {reset:?}"
        );
        assert_eq!(desk.mails(&mail), before + 1, "{trouble:?}");

        desk.fault(trouble.clone(), INVITATIONS, 1);
        let form = InviteForm {
            mail: "new.guest@fabrikam.com".into(),
            ..InviteForm::default()
        };
        let invited = desk.console.invite(form.clone()).await.expect("it is looked up");
        assert!(!invited.existed);
        assert_eq!(desk.mails("new.guest@fabrikam.com"), 1, "{trouble:?}");

        // The same address once more, its answer lost again: she was there before, which proves nothing.
        desk.sandbox.state().advance(TimeDelta::minutes(5));
        desk.console.follow_sandbox_clock(desk.sandbox.clock().now());
        desk.fault(trouble.clone(), INVITATIONS, 1);
        let unsure = ProblemView::from(desk.console.invite(form).await.expect_err("it is unknown"));
        assert_eq!(unsure.code, ProblemCode::OutcomeUnknown, "{unsure:?}");
        assert_eq!(desk.received().len(), 4, "{trouble:?}");
        assert!(desk.console.ledger_is_intact().await.expect("a ledger"));
    }
}

#[tokio::test]
async fn a_guest_somebody_else_invited_is_not_taken_for_ones_own() {
    let desk = desk(ADELE).await;
    let mail = "shared.find@fabrikam.com";
    let order = usher_sandbox::world::InviteOrder::new(
        mail,
        "https://myapplications.microsoft.com",
        Actor::part_of_entra("Somebody else"),
    );
    desk.sandbox
        .state()
        .world()
        .invite(&order)
        .expect("an invitation");
    let mails = desk.mails(mail);
    desk.sandbox.state().advance(TimeDelta::hours(1));
    desk.console.follow_sandbox_clock(desk.sandbox.clock().now());
    // The request never arrives as a whole: nothing is done, and the archive does not know of the guest.
    desk.fault(Trouble::LostAnswer {}, INVITATIONS, 1);
    let form = InviteForm {
        mail: mail.into(),
        ..InviteForm::default()
    };
    let unsure = ProblemView::from(desk.console.invite(form).await.expect_err("it is unknown"));
    assert_eq!(unsure.code, ProblemCode::OutcomeUnknown, "{unsure:?}");
    assert!(desk.mails(mail) <= mails + 1);
}

#[tokio::test]
async fn a_lost_answer_to_what_can_be_looked_up_is_settled() {
    let desk = desk(ADELE).await;
    for (verb, path) in [
        (ActionVerb::BlockSignIn, "/graph/v1.0/users"),
        (ActionVerb::UnblockSignIn, "/graph/v1.0/users"),
        (ActionVerb::RevokeInvitation, "/graph/v1.0/users"),
        (ActionVerb::Restore, "/graph/v1.0/directory/deletedItems"),
    ] {
        let guest = desk.guest_for(verb).await;
        let plan = desk.console.plan(&guest.id, verb).await.expect("a plan");
        let method = match verb {
            ActionVerb::RevokeInvitation => "DELETE",
            ActionVerb::Restore => "POST",
            _ => "PATCH",
        };
        let mut fault = Fault::new(Trouble::LostAnswer {}).on(path).times(1);
        fault.method = Some(method.to_owned());
        desk.sandbox.state().set_faults(vec![fault]);
        let outcome = desk.console.apply(plan).await.expect("an outcome");
        assert_eq!(outcome.result, OutcomeKind::Done, "{verb:?}: {outcome:?}");
        let after = row(&desk.console, &guest.id).await;
        assert_eq!(
            (after.account_enabled, after.deleted_at.is_some()),
            match verb {
                ActionVerb::BlockSignIn => (false, false),
                ActionVerb::RevokeInvitation => (guest.account_enabled, true),
                _ => (true, false),
            },
            "{verb:?}"
        );
    }
}

#[tokio::test]
async fn each_role_has_its_buttons_and_hears_why_not() {
    for (who, may) in [
        (ADELE, &VERBS[..]),
        (MEGAN, &[ActionVerb::ResendInvitation][..]),
        (GRADY, &[][..]),
    ] {
        let desk = desk(who).await;
        for verb in VERBS {
            let guest = desk.guest_for(verb).await;
            let detail = desk.console.guest(&guest.id).await.expect("the guest");
            let button = detail
                .actions
                .iter()
                .find(|action| action.verb == verb)
                .expect("a missing right never hides a button");
            assert_eq!(button.enabled, may.contains(&verb), "{who} {verb:?}: {button:?}");
            let needed = button.permission.clone().expect("a permission");
            assert!(needed.contains(".All · "), "{needed}");
            if !button.enabled {
                let why = button.disabled_reason.clone().expect("a reason");
                assert!(
                    why.contains(&needed) && why.contains("you do not have it"),
                    "{why}"
                );
                // A member may invite where the tenant lets all members; the lens names the role that always may.
                if verb == ActionVerb::ResendInvitation {
                    continue;
                }
                let refused = desk.act(verb, &guest.id).await;
                assert_eq!(refused.result, OutcomeKind::Failed, "{who} {verb:?}: {refused:?}");
                let problem = refused.problem.expect("a problem");
                assert_eq!(problem.code, ProblemCode::PermissionMissing, "{problem:?}");
                let scope = needed.split(' ').next().expect("a scope");
                assert!(problem.message.contains(scope), "{scope}: {}", problem.message);
                assert!(
                    problem.message.contains("Administrator") || problem.message.contains("Guest Inviter")
                );
            }
        }
        assert!(desk.console.ledger_is_intact().await.expect("a ledger"));
    }
}

#[tokio::test]
async fn what_the_state_rules_out_has_its_words() {
    let desk = desk(ADELE).await;
    let blocked = desk.guest_for(ActionVerb::UnblockSignIn).await;
    let pending = desk.guest_for(ActionVerb::ResendInvitation).await;
    let accepted = desk.guest_for(ActionVerb::ResetRedemption).await;
    let deleted = desk.guest_for(ActionVerb::Restore).await;
    for (guest, verb, word) in [
        (&blocked, ActionVerb::ResetRedemption, "Sign-in is blocked"),
        (&blocked, ActionVerb::BlockSignIn, "blocked already"),
        (&pending, ActionVerb::ResetRedemption, "Not accepted yet"),
        (&pending, ActionVerb::UnblockSignIn, "not blocked"),
        (
            &accepted,
            ActionVerb::ResendInvitation,
            "Already accepted. Resending does not help",
        ),
        (&deleted, ActionVerb::RevokeInvitation, "Restore it first"),
        (&accepted, ActionVerb::Restore, "not deleted"),
    ] {
        let refused = desk
            .console
            .plan(&guest.id, verb)
            .await
            .expect_err("it is ruled out");
        assert!(refused.to_string().contains(word), "{verb:?}: {refused}");
    }
}

#[tokio::test]
async fn without_network_a_change_says_so_and_loses_nothing() {
    let desk = desk(ADELE).await;
    let ready: Vec<GuestView> = desk.guests(GuestFilter::default()).await;
    let mut plans = Vec::new();
    for verb in VERBS {
        let guest = desk.guest_for(verb).await;
        plans.push((
            guest.id.clone(),
            desk.console.plan(&guest.id, verb).await.expect("a plan"),
        ));
    }
    let Desk {
        sandbox,
        console,
        folder,
    } = desk;
    let tenant = sandbox.ready().tenant_id.to_string();
    sandbox.shutdown().await;
    for (id, plan) in plans {
        let verb = plan.verb;
        let before = row(&console, &id).await;
        let refused = ProblemView::from(console.apply(plan).await.expect_err("it cannot be sent"));
        assert_eq!(refused.code, ProblemCode::Offline, "{verb:?}: {refused:?}");
        assert!(refused.next_step.contains("still here"), "{}", refused.next_step);
        assert_eq!(row(&console, &id).await, before, "{verb:?}");
    }
    let form = InviteForm {
        mail: "new.guest@fabrikam.com".into(),
        ..InviteForm::default()
    };
    let refused = ProblemView::from(console.invite(form).await.expect_err("it cannot be sent"));
    assert_eq!(refused.code, ProblemCode::Offline, "{refused:?}");
    assert!(matches!(
        console.app().connection,
        ConnectionView::Offline { data_from: Some(_) }
    ));
    assert!(console.ledger_is_intact().await.expect("a ledger"));

    // Overview, coverage, list and details answer as before, after a restart too.
    console.close().await;
    let console = crate::support::console(folder.path());
    console.open_archive(&tenant).await.expect("an archive");
    let page = console
        .list_guests(usher_console::views::GuestQuery::default())
        .await
        .expect("guests");
    assert_eq!(page.total as usize, ready.len());
    assert!(
        console
            .overview(usher_console::views::OverviewFilter::default())
            .await
            .is_ok()
    );
    assert!(console.coverage(90).await.is_ok());
    let detail = console.guest(&ready[0].id).await.expect("a guest");
    assert!(detail.read_at.is_some(), "how old it is");
    assert!(
        detail
            .actions
            .iter()
            .filter(|own| own.permission.is_some())
            .all(|own| !own.enabled)
    );
}

#[tokio::test]
async fn a_resend_that_does_not_help_says_why() {
    let desk = desk(ADELE).await;
    let pending = GuestFilter {
        invitation_state: Some(InvitationStateView::PendingAcceptance),
        ..GuestFilter::default()
    };
    let mut told = 0;
    for guest in desk.guests(pending).await {
        let detail = desk.console.guest(&guest.id).await.expect("a guest");
        let plan = desk
            .console
            .plan(&guest.id, ActionVerb::ResendInvitation)
            .await
            .expect("a plan");
        let Some(cause) = detail.cause else { continue };
        if !cause.resend_helps {
            let says =
                plan.effect.contains("does not help") || plan.effect.contains("Hand over the direct link");
            assert!(says, "{}: {}", cause.title, plan.effect);
            told += 1;
        }
    }
    assert!(told >= 3, "{told}");
    sync(&desk.console).await;
}
