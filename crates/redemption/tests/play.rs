//! What a browser can do to a page: back button, double submit, two tabs, stale pages.

use chrono::{DateTime, TimeDelta, Utc};
use usher_redemption::{
    Activity, Browser, Effect, GuestAction, GuestObject, InviteRequest, Invitee, LinkKind, LinkPolicy, Mail,
    Note, Outcome, Page, Path, Play, Prompt, Scene, Step, Stop, TenantPolicy, invite, lifecycle_due,
    reset_redemption,
};

struct Desk {
    policy: TenantPolicy,
    invitee: Invitee,
    guest: Option<GuestObject>,
    now: DateTime<Utc>,
}

impl Desk {
    fn with(invitee: Invitee) -> Self {
        let now = "2026-11-23T12:00:00Z".parse().expect("a time");
        let guest = Some(GuestObject::pending(&invitee.email, now));
        Self {
            policy: TenantPolicy::default(),
            invitee,
            guest,
            now,
        }
    }

    fn scene(&self) -> Scene<'_> {
        Scene {
            policy: &self.policy,
            invitee: &self.invitee,
            guest: self.guest.as_ref(),
            now: self.now,
        }
    }

    fn open(&mut self, link: LinkKind) -> (Play, Step) {
        let (play, step) = Play::open(&self.scene(), link, Browser::Fresh);
        self.keep(&step);
        (play, step)
    }

    fn act(&mut self, play: &mut Play, action: GuestAction) -> Step {
        let step = play.act(&self.scene(), action);
        self.keep(&step);
        step
    }

    fn keep(&mut self, step: &Step) {
        if let Some(guest) = &mut self.guest {
            step.effects.iter().for_each(|effect| guest.apply(effect));
        }
    }
}

fn mia() -> Desk {
    Desk::with(Invitee::of_entra("mia.berg@fabrikam.com"))
}

fn ines() -> Desk {
    Desk::with(Invitee::unknown("ines.dahl@proseware.example"))
}

fn stopped_by(step: &Step) -> Option<Stop> {
    match step.page {
        Page::Ended { stop, .. } => stop,
        Page::Asks { .. } => None,
    }
}

#[test]
fn accepting_twice_redeems_once() {
    let mut desk = mia();
    let (mut play, _) = desk.open(LinkKind::Email);
    desk.act(&mut play, GuestAction::HomeSignIn);
    let first = desk.act(&mut play, GuestAction::AcceptPermissions);
    assert!(
        first
            .audits
            .iter()
            .any(|row| row.activity == Activity::RedeemExternalUserInvite)
    );
    let second = desk.act(&mut play, GuestAction::AcceptPermissions);
    assert_eq!(second.note, Some(Note::FitsNoPage));
    assert_eq!((second.audits.len(), second.effects.len()), (0, 0));
    assert_eq!(second.page, first.page);
}

#[test]
fn two_tabs_redeem_once() {
    let mut desk = mia();
    let (mut left, _) = desk.open(LinkKind::Email);
    let (mut right, _) = desk.open(LinkKind::Email);
    for tab in [&mut left, &mut right] {
        let step = tab.act(&desk.scene(), GuestAction::HomeSignIn);
        assert_eq!(
            step.page,
            Page::Asks {
                prompt: Prompt::ReviewPermissions
            }
        );
    }
    desk.act(&mut left, GuestAction::AcceptPermissions);
    let step = desk.act(&mut right, GuestAction::AcceptPermissions);
    assert_eq!(step.audits, []);
    assert_eq!(
        right.outcome(),
        Outcome::SignedIn,
        "the other tab had already accepted"
    );
}

#[test]
fn going_back_to_a_page_already_passed_changes_nothing() {
    let mut desk = mia();
    let (mut play, _) = desk.open(LinkKind::Email);
    desk.act(&mut play, GuestAction::HomeSignIn);
    let again = desk.act(&mut play, GuestAction::HomeSignIn);
    assert_eq!(again.note, Some(Note::FitsNoPage));
    assert_eq!(
        again.page,
        Page::Asks {
            prompt: Prompt::ReviewPermissions
        }
    );
}

#[test]
fn a_newer_invitation_ends_the_older_one_midway() {
    let mut desk = mia();
    let (mut play, _) = desk.open(LinkKind::Email);
    desk.act(&mut play, GuestAction::HomeSignIn);
    desk.now += TimeDelta::minutes(1);
    let now = desk.now;
    let again = invite(
        &desk.policy,
        &desk.invitee,
        desk.guest.as_ref(),
        InviteRequest::BY_ADMIN,
        now,
    );
    let again = again.expect("a resend is fine");
    assert!(again.supersedes_older_link);
    again
        .effects
        .iter()
        .for_each(|effect| desk.guest.as_mut().expect("a guest").apply(effect));
    let step = desk.act(&mut play, GuestAction::AcceptPermissions);
    assert_eq!(stopped_by(&step), Some(Stop::SupersededLink));
}

#[test]
fn a_guest_deleted_midway_cannot_accept() {
    let mut desk = mia();
    let (mut play, _) = desk.open(LinkKind::Email);
    desk.act(&mut play, GuestAction::HomeSignIn);
    desk.guest.as_mut().expect("a guest").apply(&Effect::Deleted);
    let step = desk.act(&mut play, GuestAction::AcceptPermissions);
    assert_eq!(stopped_by(&step), Some(Stop::GuestObjectGone));
    assert_eq!(step.effects, []);
}

#[test]
fn a_domain_blocked_midway_cannot_accept() {
    let mut desk = mia();
    let (mut play, _) = desk.open(LinkKind::Email);
    desk.act(&mut play, GuestAction::HomeSignIn);
    desk.policy.domain_policy.mode = usher_redemption::DomainMode::Allow;
    let step = desk.act(&mut play, GuestAction::AcceptPermissions);
    assert_eq!(stopped_by(&step), Some(Stop::DomainBlockedWhilePending));
    assert!(step.audits.iter().all(|row| !row.succeeded));
}

#[test]
fn a_wrong_code_can_be_typed_again_and_a_stale_one_cannot() {
    let mut desk = ines();
    let (mut play, _) = desk.open(LinkKind::Email);
    desk.act(&mut play, GuestAction::SendCode);
    assert_eq!(play.code_sent_at(), Some(desk.now));
    let wrong = desk.act(&mut play, GuestAction::EnterWrongCode);
    assert_eq!(wrong.note, Some(Note::WrongCode));
    desk.now += TimeDelta::minutes(30);
    let mut in_time = play.clone();
    let step = in_time.act(&desk.scene(), GuestAction::EnterCode);
    assert_eq!(
        step.page,
        Page::Asks {
            prompt: Prompt::ReviewPermissions
        },
        "thirty minutes are allowed"
    );
    desk.now += TimeDelta::seconds(1);
    let stale = desk.act(&mut play, GuestAction::EnterCode);
    assert_eq!(stale.note, Some(Note::ExpiredCode));
    desk.act(&mut play, GuestAction::SendCode);
    let step = desk.act(&mut play, GuestAction::EnterCode);
    assert_eq!(
        step.page,
        Page::Asks {
            prompt: Prompt::ReviewPermissions
        }
    );
}

#[test]
fn a_made_account_is_an_existing_one_the_next_time() {
    let mut desk = ines();
    desk.policy.email_otp = false;
    let (mut play, _) = desk.open(LinkKind::Email);
    desk.act(&mut play, GuestAction::CreateMicrosoftAccount);
    desk.act(&mut play, GuestAction::AcceptPermissions);
    assert_eq!(play.path(), Some(Path::MsaCreate));
    let (mut later, _) = desk.open(LinkKind::App);
    desk.act(&mut later, GuestAction::MsaSignIn);
    assert_eq!(
        (later.path(), later.outcome()),
        (Some(Path::MsaExisting), Outcome::SignedIn)
    );
}

#[test]
fn the_general_address_needs_the_name_of_the_organization() {
    let mut desk = mia();
    let (mut play, _) = desk.open(LinkKind::Common);
    let mut lost = play.clone();
    let step = desk.act(&mut lost, GuestAction::HomeSignIn);
    assert_eq!(stopped_by(&step), Some(Stop::NoOrganizationNamed));
    desk.act(&mut play, GuestAction::NameOrganization);
    desk.act(&mut play, GuestAction::HomeSignIn);
    desk.act(&mut play, GuestAction::AcceptPermissions);
    assert_eq!(play.outcome(), Outcome::AcceptedAndRedirected);
}

#[test]
fn the_link_lives_to_the_last_second_of_its_lifetime() {
    let mut desk = mia();
    let invited_at = desk.now;
    let end = LinkPolicy::default()
        .expires_at(invited_at)
        .expect("90 days by default");
    assert_eq!(end, invited_at + TimeDelta::days(90));
    desk.now = end;
    let (play, _) = desk.open(LinkKind::Email);
    assert_eq!(
        play.page(),
        Page::Asks {
            prompt: Prompt::HomeSignIn
        }
    );
    desk.now = end + TimeDelta::seconds(1);
    let (_, step) = desk.open(LinkKind::Email);
    assert_eq!(stopped_by(&step), Some(Stop::LinkExpired));
    desk.policy.invitation_link = LinkPolicy::UNLIMITED;
    desk.now = end + TimeDelta::days(4000);
    let (play, _) = desk.open(LinkKind::Email);
    assert_eq!(
        play.page(),
        Page::Asks {
            prompt: Prompt::HomeSignIn
        }
    );
}

#[test]
fn a_partner_setting_beats_the_default() {
    let mut desk = mia();
    desk.policy.cross_tenant.inbound_b2b = usher_redemption::Access::Block;
    desk.policy.partners.push(usher_redemption::PartnerAccess {
        tenant_id: "9f1c".into(),
        domains: vec!["fabrikam.com".into()],
        settings: usher_redemption::CrossTenant::default(),
    });
    let answer = invite(
        &desk.policy,
        &desk.invitee,
        None,
        InviteRequest::BY_ADMIN,
        desk.now,
    );
    assert_eq!(answer.map(|invited| invited.mail), Ok(Mail::Invitation));
}

#[test]
fn a_reset_keeps_the_object_and_asks_anew() {
    let mut desk = mia();
    let (mut play, _) = desk.open(LinkKind::Email);
    desk.act(&mut play, GuestAction::HomeSignIn);
    desk.act(&mut play, GuestAction::AcceptPermissions);
    let guest = desk.guest.clone().expect("a guest");
    assert!(guest.is_accepted());
    let mut guest = GuestObject {
        mfa_registered: true,
        addresses: vec!["mia.berg@fabrikam.com".into(), "mia@newco.example".into()],
        ..guest
    };
    let reset = reset_redemption(
        &desk.policy,
        &desk.invitee,
        &guest,
        InviteRequest::BY_ADMIN,
        Some("Mia@NewCo.example"),
        desk.now,
    )
    .expect("the address is on the guest");
    reset.effects.iter().for_each(|effect| guest.apply(effect));
    assert!(guest.is_pending() && guest.identity.is_none() && guest.mfa_registered);
    assert_eq!(guest.addresses, ["mia@newco.example", "mia.berg@fabrikam.com"]);
}

#[test]
fn a_lifecycle_policy_deletes_only_pending_guests_after_their_grace() {
    let mut desk = mia();
    desk.policy.guest_lifecycle_policy = Some(usher_redemption::LifecyclePolicy {
        redemption_threshold_days: 30,
        grace_period_days: 7,
    });
    let guest = desk.guest.clone().expect("a guest");
    let due = |days| lifecycle_due(&desk.policy, &guest, desk.now + TimeDelta::days(days)).is_some();
    assert_eq!([due(30), due(37), due(38)], [false, false, true]);
}

#[test]
fn a_reset_midway_asks_for_the_permissions_again() {
    let mut desk = mia();
    desk.policy.conditional_access = vec![usher_redemption::AccessPolicy::always(
        usher_redemption::Grant::Mfa,
    )];
    let (mut play, _) = desk.open(LinkKind::Direct);
    desk.act(&mut play, GuestAction::HomeSignIn);
    desk.act(&mut play, GuestAction::AcceptPermissions);
    let guest = desk.guest.as_mut().expect("a guest");
    guest.apply(&Effect::Reset {
        at: desk.now,
        address: "mia.berg@fabrikam.com".into(),
    });
    let step = desk.act(&mut play, GuestAction::RegisterMfa);
    assert_eq!(
        step.page,
        Page::Asks {
            prompt: Prompt::ReviewPermissions
        }
    );
    assert!(desk.guest.expect("a guest").is_pending());
}
