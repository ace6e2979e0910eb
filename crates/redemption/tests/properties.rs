//! What must hold for every tenant, person, link and order of actions.

mod worlds;

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use usher_redemption::{
    Access, Activity, AuditEntry, Browser, Certainty, Effect, Facts, Grant, GuestAction, GuestObject,
    HomeKnowledge, InvitationState, InviteRequest, Invitee, LinkKind, Note, Outcome, Page, Path, Play,
    Prompt, STOPS, Scene, SignInEntry, Step, Stop, TenantKind, TenantPolicy, goes_along, invite, predict,
};
use worlds::{World, actions, noon, world};

/// Everything one attempt left behind.
struct Attempt {
    play: Play,
    before: Option<GuestObject>,
    guest: Option<GuestObject>,
    audits: Vec<AuditEntry>,
    sign_ins: Vec<SignInEntry>,
    home_sign_ins: Vec<SignInEntry>,
    acted: Vec<GuestAction>,
}

impl Attempt {
    fn take(&mut self, step: &Step) {
        self.audits.extend(step.audits.iter().cloned());
        self.sign_ins.extend(&step.sign_ins);
        self.home_sign_ins.extend(&step.home_sign_ins);
        if let Some(guest) = &mut self.guest {
            step.effects.iter().for_each(|effect| guest.apply(effect));
        }
    }

    fn wrote(&self, activity: Activity) -> usize {
        self.audits.iter().filter(|row| row.activity == activity).count()
    }

    fn has_code(&self, code: u32) -> bool {
        self.sign_ins.iter().any(|row| row.code == code)
    }
}

fn scene<'a>(world: &'a World, guest: Option<&'a GuestObject>) -> Scene<'a> {
    Scene {
        policy: &world.policy,
        invitee: &world.invitee,
        guest,
        now: noon(),
    }
}

/// Plays the actions; with none left, a willing guest goes on until the end.
fn play_out(world: &World, actions: &[GuestAction], willing: bool) -> Attempt {
    let before = world.guest.clone();
    let (play, step) = Play::open(&scene(world, before.as_ref()), world.link, world.browser);
    let mut attempt = Attempt {
        play,
        guest: before.clone(),
        before,
        audits: Vec::new(),
        sign_ins: Vec::new(),
        home_sign_ins: Vec::new(),
        acted: Vec::new(),
    };
    attempt.take(&step);
    for action in actions {
        attempt.acted.push(*action);
        let guest = attempt.guest.clone();
        let step = attempt.play.act(&scene(world, guest.as_ref()), *action);
        attempt.take(&step);
    }
    let mut pages = 0;
    while let (true, Page::Asks { prompt }) = (willing, attempt.play.page()) {
        pages += 1;
        assert!(pages < 20, "a willing guest comes to an end: {:?}", attempt.play);
        attempt.acted.push(goes_along(prompt));
        let guest = attempt.guest.clone();
        let step = attempt
            .play
            .act(&scene(world, guest.as_ref()), goes_along(prompt));
        attempt.take(&step);
    }
    attempt
}

/// A guest who goes along, but not on this page (counted from 0).
fn play_until_contrary(world: &World, contrary_on: Option<usize>) -> Attempt {
    let mut attempt = play_out(world, &[], false);
    let mut page = 0;
    while let (true, Page::Asks { prompt }) = (page < 20, attempt.play.page()) {
        let action = if contrary_on == Some(page) {
            contrary(prompt, world)
        } else {
            goes_along(prompt)
        };
        let guest = attempt.guest.clone();
        let step = attempt.play.act(&scene(world, guest.as_ref()), action);
        attempt.take(&step);
        page += 1;
    }
    attempt
}

/// What somebody does on a page who does not want to go on, or not so.
fn contrary(prompt: Prompt, world: &World) -> GuestAction {
    match prompt {
        Prompt::OrganizationName => GuestAction::HomeSignIn,
        Prompt::ReviewPermissions => GuestAction::CloseBrowserAtPermissions,
        Prompt::MfaRegister if world.invitee.has_msa => GuestAction::CancelMfaRegistration,
        Prompt::MfaRegister | Prompt::MfaChallenge | Prompt::MfaHomeChallenge => GuestAction::IgnoreMfa,
        Prompt::TermsOfUse => GuestAction::DeclineTerms,
        Prompt::OtpSendCode | Prompt::OtpEnterCode | Prompt::MsaCreate | Prompt::Redirect => {
            GuestAction::EnterWrongCode
        }
        Prompt::AccountChoice
        | Prompt::HomeSignIn
        | Prompt::PartnerIdpSignIn
        | Prompt::GoogleSignIn
        | Prompt::MsaSignIn => GuestAction::WrongAccountSignIn,
    }
}

fn applies(world: &World, grant: Grant) -> bool {
    world.policy.conditional_access.iter().any(|policy| {
        let place = policy.locations.is_empty()
            || world
                .invitee
                .country
                .as_ref()
                .is_some_and(|country| policy.locations.contains(country));
        let user_risk = world.invitee.home.as_ref().and_then(|home| home.user_risk);
        let risks = (policy.sign_in_risk.is_empty()
            || world
                .invitee
                .sign_in_risk
                .is_some_and(|risk| policy.sign_in_risk.contains(&risk)))
            && (policy.user_risk.is_empty()
                || user_risk.is_some_and(|risk| policy.user_risk.contains(&risk)));
        policy.grant == grant && place && risks
    })
}

fn trusts_home_mfa(world: &World, path: Option<Path>) -> bool {
    let inbound = world
        .policy
        .inbound_for(world.invitee.home_tenant_id(), world.invitee.domain());
    path == Some(Path::EntraId)
        && inbound.trust_mfa
        && world.invitee.entra_account().is_some_and(|home| home.mfa_done)
}

/// Whether the home organization's word on the device is there, and counts here.
fn vouches_for_device(world: &World, path: Option<Path>, grant: Grant) -> bool {
    let inbound = world
        .policy
        .inbound_for(world.invitee.home_tenant_id(), world.invitee.domain());
    let home = world.invitee.entra_account();
    path == Some(Path::EntraId)
        && match grant {
            Grant::CompliantDevice => {
                inbound.trust_compliant_device && home.is_some_and(|home| home.device_compliant)
            }
            _ => inbound.trust_hybrid_joined && home.is_some_and(|home| home.device_hybrid_joined),
        }
}

fn redeems_automatically(world: &World, path: Option<Path>) -> bool {
    let inbound = world
        .policy
        .inbound_for(world.invitee.home_tenant_id(), world.invitee.domain());
    path == Some(Path::EntraId)
        && inbound.auto_redeem_inbound
        && world
            .invitee
            .entra_account()
            .is_some_and(|home| home.auto_redeem_outbound)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_both_accepts_and_refuses(world in world(), actions in actions()) {
        let attempt = play_out(&world, &actions, true);
        let Page::Ended { outcome, stop } = attempt.play.page() else {
            return Err(TestCaseError::fail("a willing guest comes to an end"));
        };
        prop_assert_eq!(outcome.got_in(), stop.is_none());
        prop_assert_eq!(outcome.got_in(), attempt.has_code(0));
        prop_assert_eq!(outcome.got_in(), attempt.play.prompts().contains(&Prompt::Redirect));
        prop_assert!(attempt.wrote(Activity::RedeemExternalUserInvite) <= 1);
        let failures = attempt.sign_ins.iter().filter(|row| row.code != 0 && !row.is_interrupt()).count();
        prop_assert!(!(outcome.got_in() && failures > 0), "{:?}", attempt.sign_ins);
        prop_assert!(!(attempt.wrote(Activity::AcceptTerms) > 0 && attempt.wrote(Activity::DeclineTerms) > 0)
            || world.policy.terms_of_use.len() > 1);
    }

    #[test]
    fn only_a_redemption_row_makes_a_guest_accepted(world in world(), actions in actions()) {
        let attempt = play_out(&world, &actions, false);
        let was = attempt.before.as_ref().is_some_and(GuestObject::is_accepted);
        let is = attempt.guest.as_ref().is_some_and(GuestObject::is_accepted);
        let redeemed = attempt.audits.iter().any(|row| {
            row.activity == Activity::RedeemExternalUserInvite && row.succeeded
        });
        prop_assert_eq!(is, was || redeemed);
        if redeemed {
            prop_assert_eq!(attempt.wrote(Activity::UpdateUser), 1);
            let issuer = attempt.guest.and_then(|guest| guest.identity).map(|identity| identity.path);
            prop_assert_eq!(issuer, attempt.play.path());
        }
    }

    #[test]
    fn no_required_page_is_skipped(world in world(), actions in actions()) {
        let attempt = play_out(&world, &actions, true);
        if !attempt.play.outcome().got_in() {
            return Ok(());
        }
        let prompts = attempt.play.prompts();
        let path = attempt.play.path();
        let seen = |prompt| prompts.contains(&prompt);

        if world.browser != Browser::OwnAccount {
            let sign_in = path.map(Path::first_prompt);
            prop_assert!(sign_in.is_some_and(seen), "{path:?} without its page: {prompts:?}");
        }
        let was_pending = attempt.before.as_ref().is_some_and(GuestObject::is_pending);
        if was_pending && !redeems_automatically(&world, path) {
            prop_assert!(seen(Prompt::ReviewPermissions));
            prop_assert!(attempt.acted.contains(&GuestAction::AcceptPermissions));
        }
        if (applies(&world, Grant::Mfa) || applies(&world, Grant::AuthenticationStrength))
            && !trusts_home_mfa(&world, path)
        {
            prop_assert!(seen(Prompt::MfaChallenge) || seen(Prompt::MfaHomeChallenge), "{prompts:?}");
        }
        for terms in &world.policy.terms_of_use {
            let owed_before = attempt.before.as_ref().is_some_and(|guest| guest.owes_terms(terms, noon()));
            prop_assert!(!owed_before || seen(Prompt::TermsOfUse));
            prop_assert!(attempt.guest.as_ref().is_some_and(|guest| !guest.owes_terms(terms, noon())));
        }
        for grant in [Grant::Block, Grant::ApprovedApplication, Grant::CompliantApplication, Grant::PasswordChange] {
            prop_assert!(!applies(&world, grant), "{grant:?} lets nobody in");
        }
        for grant in [Grant::CompliantDevice, Grant::HybridJoinedDevice] {
            prop_assert!(!applies(&world, grant) || vouches_for_device(&world, path, grant), "{grant:?}");
        }
        let inbound = world.policy.inbound_for(world.invitee.home_tenant_id(), world.invitee.domain());
        if let (Some(Path::EntraId), Some(home)) = (path, world.invitee.entra_account()) {
            prop_assert!(home.outbound_b2b == Access::Allow && inbound.inbound_b2b == Access::Allow);
            prop_assert!(home.cloud.as_deref().is_none_or(|cloud| inbound.enables_cloud(cloud)));
            prop_assert!(!inbound.blocks_app(&world.policy.app.id));
        }
        prop_assert!(!was_pending || world.policy.domain_policy.permits(world.invitee.domain()));
        prop_assert!(!world.invitee.network_restricted);
        prop_assert!(attempt.guest.as_ref().is_some_and(|guest| guest.account_enabled && !guest.deleted));
        prop_assert!(!world.policy.app.assignment_required && !world.policy.app.admin_consent_needed);
    }

    #[test]
    fn every_end_leaves_the_rows_that_explain_it(world in world(), actions in actions()) {
        let attempt = play_out(&world, &actions, true);
        let Page::Ended { stop: Some(stop), .. } = attempt.play.page() else {
            return Ok(());
        };
        let row = stop.row();
        for code in row.ours {
            prop_assert!(attempt.has_code(*code), "{stop:?} wrote no {code}");
        }
        for code in row.home {
            prop_assert!(attempt.home_sign_ins.iter().any(|row| row.code == *code));
        }
        let interrupt_before = match stop {
            Stop::MfaNotRegistered => Some(50079),
            Stop::TermsPerDevice => Some(50158),
            _ => None,
        };
        let explained = !row.ours.is_empty()
            || interrupt_before.is_some_and(|code| attempt.has_code(code))
            || attempt.audits.iter().any(|row| {
                !row.succeeded || matches!(row.activity, Activity::DeclineTerms | Activity::CanceledSecurityInfo)
            });
        prop_assert!(row.invisible || explained, "{stop:?} is explained by nothing");
    }

    #[test]
    fn getting_in_and_accepting_leave_their_rows(world in world(), actions in actions()) {
        let attempt = play_out(&world, &actions, true);
        let outcome = attempt.play.outcome();
        let redeemed = attempt.audits.iter().any(|row| {
            row.activity == Activity::RedeemExternalUserInvite && row.succeeded
        });
        prop_assert!(outcome != Outcome::AcceptedAndRedirected || redeemed);
        prop_assert!(outcome != Outcome::SignedIn || !redeemed);
        let successes = attempt.sign_ins.iter().filter(|row| row.code == 0).count();
        prop_assert_eq!(successes, usize::from(outcome.got_in()));
        if outcome.got_in() {
            prop_assert_eq!(attempt.sign_ins.last().map(|row| row.code), Some(0), "the success ends the attempt");
        }
    }

    #[test]
    fn what_the_logs_are_said_not_to_show_they_do_not_show(world in world(), actions in actions()) {
        let attempt = play_out(&world, &actions, true);
        if let Page::Ended { stop: Some(stop), .. } = attempt.play.page()
            && stop.row().invisible
        {
            prop_assert!(attempt.sign_ins.iter().all(SignInEntry::is_interrupt), "{stop:?}: {:?}", attempt.sign_ins);
            prop_assert!(attempt.audits.iter().all(|row| row.succeeded));
        }
    }

    #[test]
    fn an_action_that_fits_no_page_changes_nothing(world in world(), actions in actions()) {
        let mut guest = world.guest.clone();
        let (mut play, mut step) = Play::open(&scene(&world, guest.as_ref()), world.link, world.browser);
        for action in actions {
            if let Some(guest) = &mut guest {
                step.effects.iter().for_each(|effect| guest.apply(effect));
            }
            let before = play.clone();
            step = play.act(&scene(&world, guest.as_ref()), action);
            if step.note == Some(Note::FitsNoPage) {
                prop_assert_eq!(&play, &before);
                prop_assert!(step.audits.is_empty() && step.sign_ins.is_empty() && step.effects.is_empty());
                prop_assert!(step.home_sign_ins.is_empty());
            }
            if let Page::Ended { .. } = before.page() {
                prop_assert_eq!(step.note, Some(Note::FitsNoPage), "an end is an end");
            }
        }
    }

    #[test]
    fn a_play_survives_being_stored(world in world(), actions in actions()) {
        let play = play_out(&world, &actions, false).play;
        let stored = serde_json::to_string(&play).expect("it serialises");
        prop_assert_eq!(serde_json::from_str::<Play>(&stored).expect("it reads back"), play);
    }

    #[test]
    fn a_refused_invitation_creates_nothing(world in world()) {
        let existing = world.guest.as_ref();
        match invite(&world.policy, &world.invitee, existing, InviteRequest::BY_ADMIN, noon()) {
            Ok(invited) => {
                prop_assert_eq!(invited.effects.len(), 1);
                prop_assert!(invited.audits.iter().all(|row| row.succeeded));
                let is_new = existing.is_none_or(|guest| guest.deleted);
                let creates = matches!(invited.effects[0], Effect::Created { .. });
                prop_assert_eq!(is_new, creates);
            }
            Err(refused) => {
                prop_assert!(refused.audits.iter().all(|row| !row.succeeded));
                prop_assert!([400, 403].contains(&refused.refusal.http_status()));
            }
        }
    }

    #[test]
    fn a_block_list_beats_everything_that_could_let_a_pending_guest_in(world in world()) {
        let mut world = world;
        world.policy.domain_policy = usher_redemption::DomainPolicy {
            mode: usher_redemption::DomainMode::Block,
            domains: vec![world.invitee.domain().to_owned()],
        };
        prop_assert!(invite(&world.policy, &world.invitee, None, InviteRequest::BY_ADMIN, noon()).is_err());
        let attempt = play_out(&world, &[], true);
        if attempt.before.as_ref().is_some_and(GuestObject::is_pending) {
            prop_assert!(!attempt.play.outcome().got_in());
            prop_assert_eq!(attempt.guest.and_then(|guest| guest.state), Some(InvitationState::PendingAcceptance));
        }
    }

    #[test]
    fn a_certain_path_is_the_path_taken(world in world()) {
        let facts = facts_about(&world.invitee);
        let prediction = predict(&world.policy, &facts, noon());
        let guest = GuestObject::pending(&world.invitee.email, noon());
        let fresh = World { guest: Some(guest), link: LinkKind::Email, browser: Browser::Fresh, ..world };
        let attempt = play_out(&fresh, &[], true);
        if prediction.path_certainty == Certainty::Certain {
            prop_assert_eq!(prediction.path, attempt.play.path());
        }
    }
}

/// What an administrator can find out about the person.
fn facts_about(person: &Invitee) -> Facts {
    let home = match &person.home {
        None => HomeKnowledge::NoTenant,
        Some(home) if home.kind == TenantKind::Unmanaged => HomeKnowledge::Unmanaged,
        Some(home) if home.verified_domain => HomeKnowledge::Managed {
            tenant_id: home.tenant_id.clone(),
            account_exists: None,
            cloud: home.cloud.clone(),
        },
        Some(_) => HomeKnowledge::NotLookedUp,
    };
    Facts {
        upn: Some(person.upn.clone()),
        home,
        ..Facts::of(person.email.clone())
    }
}

/// The properties say nothing of an end no world comes to.
#[test]
fn the_worlds_come_to_every_end() {
    let mut runner = TestRunner::deterministic();
    let mut stops = BTreeSet::new();
    let mut outcomes = BTreeSet::new();
    for _ in 0..8_000 {
        let world = world().new_tree(&mut runner).expect("a world").current();
        // Once willing all the way, then contrary on the first page, the second page, and so on.
        for contrary_on in [None, Some(0), Some(1), Some(2), Some(3)] {
            let attempt = play_until_contrary(&world, contrary_on);
            outcomes.insert(attempt.play.outcome());
            if let Page::Ended { stop: Some(stop), .. } = attempt.play.page() {
                stops.insert(stop);
            }
        }
        let asked = invite(
            &world.policy,
            &world.invitee,
            None,
            InviteRequest::BY_ADMIN,
            noon(),
        );
        if asked.is_err() {
            outcomes.insert(Outcome::RefusedAtInvite);
        }
    }
    let missed: Vec<Stop> = STOPS
        .iter()
        .map(|row| row.stop)
        .filter(|stop| !stops.contains(stop))
        .collect();
    assert!(missed.is_empty(), "no world ends in {missed:?}");
    let missed: Vec<Outcome> = Outcome::ALL
        .into_iter()
        .filter(|outcome| !outcomes.contains(outcome))
        .collect();
    assert!(missed.is_empty(), "no world ends in {missed:?}");
}

#[test]
fn the_default_tenant_lets_a_plain_guest_in() {
    let policy = TenantPolicy::default();
    let invitee = Invitee::of_entra("mia@fabrikam.com");
    let guest = Some(GuestObject::pending("mia@fabrikam.com", noon()));
    let world = World {
        policy,
        invitee,
        guest,
        link: LinkKind::Email,
        browser: Browser::Fresh,
    };
    assert!(play_out(&world, &[], true).play.outcome().got_in());
}
