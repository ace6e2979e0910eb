//! Growing one guest of each kind.

use chrono::{DateTime, TimeDelta, Utc};
use rand::{Rng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use usher_redemption::{Invitee, RiskLevel};

use super::{
    kinds::Kind,
    names::{DIFFICULT, PersonName},
    partners::{BLOCKED_INBOUND, DENIED_DOMAIN, PartnerRow},
    places, staff,
    traveller::{Traveller, Visit},
};
use crate::world::{AuditTarget, DueEvent, EventKind, InviteOrder, NewAudit, UserId, World, apps, roles};

/// Where guests go afterwards.
pub(super) const REDIRECT: &str =
    "https://myapplications.microsoft.com/?tenantid=c0a70500-5a4d-4b0c-9e2f-0f7e5a2d1b11";
/// A third of the busy week is one list of guests, imported this many days ago.
const BULK_DAYS: i64 = 28;

/// Everybody who appears in guides and pictures, by the kind they stand for.
const KNOWN: &[(Kind, &str, &str, &str)] = &[
    (
        Kind::DisabledBeforeAccess,
        "Tomás",
        "Herrera",
        "northwind.example",
    ),
    (Kind::Unsubscribed, "Ines", "Dahl", "adatum.com"),
    (Kind::InboundBlocked, "Priya", "Raman", BLOCKED_INBOUND),
    (Kind::MfaNotCompleted, "Lucas", "Moreau", "fabrikam.com"),
    (Kind::NotAssigned, "Sofia", "Lindqvist", "adatum.com"),
    (Kind::NoAttempt, "Yuki", "Tanaka", "gmail.com"),
    (Kind::LeftAtPrompt, "Aoife", "Brennan", "northwind.example"),
    (Kind::Expired, "Marek", "Dvorak", "proseware.example"),
    (Kind::LeftAtPermissions, "Rahul", "Nair", "adatum.com"),
    (Kind::RecentActive, "Elif", "Yilmaz", "northwind.example"),
    (Kind::FreshlyInvited, "Grace", "Liu", "northwind.example"),
];

/// Failures that people get over: the next visit works.
const PASSING: &[u32] = &[
    50_089, 70_043, 50_173, 65_004, 90_094, 50_181, 50_053, 500_121, 53_000, 50_105, 700_016, 50_126,
];
/// One in so many of those who have been in for long holds a directory role, which nobody remembers giving.
const ELEVATED: u8 = 64;
/// Prompts inside a visit that works.
const PROMPTS: &[u32] = &[50_058, 50_140, 50_074, 50_097, 65_001, 50_199, 16_000];

const MESSAGES: &[&str] = &[
    "Welcome to the Contoso supplier portal. Please accept within a week. Questions: partners@contoso.com",
    "Hello, this gives you access to the documents of Project Aurora.",
    "As agreed in today's meeting. See you on Thursday!",
];

/// Grows guests into a tenant.
pub(super) struct Sower<'w> {
    pub(super) world: &'w mut World,
    pub(super) chance: ChaCha8Rng,
    pub(super) now: DateTime<Utc>,
    pub(super) days: i64,
    known: Vec<(Kind, &'static str, &'static str, &'static str)>,
    difficult: std::slice::Iter<'static, &'static str>,
    bulk_made: u32,
}

impl<'w> Sower<'w> {
    pub(super) fn new(world: &'w mut World, chance: ChaCha8Rng, now: DateTime<Utc>, days: u32) -> Self {
        let days = i64::from(days).clamp(30, 3_650);
        Self {
            world,
            chance,
            now,
            days,
            known: KNOWN.to_vec(),
            difficult: DIFFICULT.iter(),
            bulk_made: 0,
        }
    }

    /// Grows one guest.
    pub(super) fn grow(&mut self, kind: Kind) {
        match kind {
            Kind::RecentActive | Kind::OldActive => self.get_in(kind, 0.1, 29.0),
            Kind::RecentQuiet => self.get_in(kind, 31.0, 55.0),
            Kind::OldQuiet => self.get_in(kind, 31.0, 88.0),
            Kind::OldInactive => self.get_in(kind, 92.0, 500.0),
            Kind::RecentUnseen => {
                let guest = self.invite(kind);
                self.accept(&guest);
            }
            Kind::OldUnseen => self.accept_by_itself(kind),
            Kind::DisabledBeforeAccess => self.disable_before_access(kind),
            Kind::NotAssigned => self.refuse_assignment(kind),
            Kind::FreshlyInvited => self.leave_fresh(kind),
            Kind::NoAttempt | Kind::Unsubscribed | Kind::Expired => {
                self.invite(kind);
            }
            Kind::LeftAtPrompt => self.leave_at_prompt(kind),
            Kind::LeftAtPermissions => {
                let guest = self.invite(kind);
                let at = self.soon_after(guest.invited, 5.0);
                let visit = Visit::new(apps::ACCEPTANCE_PORTAL, &[50_058, 50_072]);
                let at = guest.visit(self.world, &mut self.chance, at, &visit);
                guest.write_security_info(self.world, at + TimeDelta::seconds(40));
            }
            Kind::MfaNotCompleted => self.stop(
                kind,
                &[&[50_074, 500_121], &[50_072, 500_121], &[50_058, 50_074, 500_121]],
            ),
            Kind::ConditionalAccess => self.stop(kind, &[&[53_003], &[50_058, 53_003]]),
            Kind::InboundBlocked => self.stop(kind, &[&[500_213], &[50_058, 500_213]]),
            Kind::Rare(50_107) => self.stop(kind, &[&[50_107]]),
            Kind::Rare(5_000_819) => self.stop(kind, &[&[5_000_819]]),
            Kind::Rare(530_004) => self.stop(kind, &[&[530_004]]),
            Kind::Rare(_) => self.stop(kind, &[&[16_000, 50_020]]),
            Kind::DomainDenied => self.deny_domain(kind),
            Kind::Resent => self.resend(kind),
            Kind::SelfService => self.sign_up(kind),
            Kind::Deleted => self.delete(kind),
        }
    }

    /// Soon an access review blocks some inactive guests.
    pub(super) fn schedule_review(&mut self) {
        let quiet_since = self.now - TimeDelta::days(91);
        let inactive = |user: &&crate::world::User| {
            user.activity
                .last_successful
                .is_some_and(|(at, _)| at < quiet_since)
                && user.account_enabled
        };
        let guests: Vec<UserId> = self
            .world
            .users()
            .filter(|user| user.is_guest())
            .filter(inactive)
            .take(5)
            .map(|user| user.id)
            .collect();
        for guest in guests {
            let at = self.now + TimeDelta::days(3);
            self.world.schedule(DueEvent {
                at,
                guest: Some(guest),
                kind: EventKind::ReviewBlocks,
            });
        }
    }

    /// Invites a guest of this kind at a time that fits it.
    pub(super) fn invite(&mut self, kind: Kind) -> Traveller {
        let known = self
            .known
            .iter()
            .position(|(of, ..)| *of == kind)
            .map(|place| self.known.remove(place));
        let partner = known.map_or_else(
            || self.partner_for(kind),
            |(.., domain)| PartnerRow::named(domain),
        );
        let name = known.map_or_else(
            || PersonName::draw(&mut self.chance),
            |(_, given, surname, _)| PersonName { given, surname },
        );
        let mut mail = format!("{}@{}", name.local_part(), partner.domain);
        let mut number = 2;
        while self.world.user_by_mail(&mail).is_some() {
            mail = format!("{}{number}@{}", name.local_part(), partner.domain);
            number += 1;
        }
        let bulk = matches!(kind, Kind::RecentActive | Kind::NoAttempt | Kind::RecentUnseen)
            && self.days > BULK_DAYS
            && known.is_none()
            && self.chance.random_bool(0.18);
        let at = if bulk {
            self.bulk_moment()
        } else {
            self.invitation_moment(kind)
        };
        let inviter = if bulk {
            staff::megan()
        } else {
            staff::inviter(&mut self.chance)
        };
        let mut order = InviteOrder::new(&mail, REDIRECT, inviter.clone());
        let whole = name.whole();
        let plays_difficult = matches!(kind, Kind::RecentActive | Kind::FreshlyInvited) && known.is_none();
        let difficult = if plays_difficult && self.chance.random_bool(0.04) {
            self.difficult.next()
        } else {
            None
        };
        order.display_name = Some(difficult.map_or(whole, |name| (*name).to_owned()));
        if self.chance.random_bool(0.5) {
            order.message.body = MESSAGES.choose(&mut self.chance).map(|text| (*text).to_owned());
        }
        if kind == Kind::Unsubscribed {
            self.world
                .set_unsubscribed(&mail, true, at - TimeDelta::days(self.chance.random_range(2..40)));
        }
        let environment = if kind == Kind::MfaNotCompleted {
            places::draw_with_mfa(&mut self.chance)
        } else {
            places::draw(&mut self.chance)
        };
        self.note_facts(kind, &mail, partner, &environment.country);
        // The checks of an invitation from outside do not stand in the way of history; an address of our own making fits.
        let invited = self.world.invite_at(&order, at);
        let (id, invitation) = invited.map_or((UserId(uuid::Uuid::nil()), None), |made| {
            (made.guest, Some(made.invitation))
        });
        if let Some(user) = self.world.user_mut(id) {
            user.given_name = Some(name.given.to_owned());
            user.surname = Some(name.surname.to_owned());
        }
        let guest = Traveller {
            id,
            mail,
            partner,
            environment,
            invitation,
            inviter,
            invited: at,
        };
        if self.chance.random_bool(0.9) {
            guest.settle_in(self.world, &mut self.chance, at, kind != Kind::NotAssigned);
        }
        guest
    }

    /// Facts about the person that agree with what happened, so that playing the guest goes the same way.
    fn note_facts(&mut self, kind: Kind, mail: &str, partner: &PartnerRow, country: &str) {
        let mut person = if partner.tenant().is_some() {
            Invitee::of_entra(mail)
        } else {
            Invitee::unknown(mail)
        };
        person.has_msa = partner.domain == "outlook.com";
        match kind {
            Kind::MfaNotCompleted => person.country = Some(country.to_owned()),
            Kind::ConditionalAccess => person.sign_in_risk = Some(RiskLevel::High),
            Kind::Unsubscribed => person.unsubscribed = true,
            _ => return,
        }
        let unsubscribed = self.world.is_unsubscribed(mail);
        person.unsubscribed = unsubscribed;
        self.world.set_person(mail, person);
    }

    fn partner_for(&mut self, kind: Kind) -> &'static PartnerRow {
        match kind {
            Kind::InboundBlocked => PartnerRow::named(BLOCKED_INBOUND),
            Kind::DomainDenied => PartnerRow::named(DENIED_DOMAIN),
            Kind::Rare(50_107 | 5_000_819) => PartnerRow::named("woodgrove.example"),
            Kind::Rare(_) => PartnerRow::named("proseware.example"),
            // Guests from before the settings changed.
            Kind::OldActive | Kind::OldQuiet | Kind::OldInactive if self.chance.random_bool(0.04) => {
                let domain = if self.chance.random_bool(0.8) {
                    BLOCKED_INBOUND
                } else {
                    DENIED_DOMAIN
                };
                PartnerRow::named(domain)
            }
            _ => PartnerRow::draw(&mut self.chance),
        }
    }

    fn invitation_moment(&mut self, kind: Kind) -> DateTime<Utc> {
        let days = self.days as f64;
        let ago = match kind {
            Kind::FreshlyInvited => self.chance.random_range(0.3..6.6),
            // The row that says why there was no mail has to be in a month of logs.
            Kind::Unsubscribed => self.chance.random_range(3.0..28.0),
            Kind::InboundBlocked => self.chance.random_range(15.0..26.0),
            Kind::DomainDenied => self.chance.random_range(19.0..28.0),
            Kind::RecentQuiet => self.chance.random_range(58.0_f64.min(days - 1.0)..days),
            Kind::DisabledBeforeAccess | Kind::NotAssigned => self.chance.random_range(8.0..days - 2.0),
            // Enough of them are close to the deadline for it to matter.
            Kind::NoAttempt | Kind::LeftAtPrompt if days > 89.5 && self.chance.random_bool(0.42) => {
                self.chance.random_range(76.8..89.0)
            }
            _ if kind.is_recent() => self.chance.random_range(7.2..days - 0.5),
            Kind::Expired | Kind::Resent => days.max(90.0) + self.chance.random_range(1.5..300.0),
            Kind::OldInactive => days.max(90.0) + self.chance.random_range(60.0..640.0),
            Kind::Deleted => self.chance.random_range(35.0..500.0),
            _ => days.max(90.0) + self.chance.random_range(1.0..640.0),
        };
        let day = self.ago(ago);
        let at = staff::office_hour(&mut self.chance, day);
        // Never in the future, and never in the last minutes either.
        at.min(self.now - TimeDelta::minutes(100))
    }

    /// One list, imported within minutes; the first of it leaves the rows of the job.
    fn bulk_moment(&mut self) -> DateTime<Utc> {
        let start = (self.now - TimeDelta::days(BULK_DAYS))
            .date_naive()
            .and_hms_opt(9, 30, 0);
        let start = start.map_or(self.now - TimeDelta::days(BULK_DAYS), |start| start.and_utc());
        if self.bulk_made == 0 {
            for (activity, at) in [
                (
                    "Bulk invite users - started (bulk)",
                    start - TimeDelta::seconds(5),
                ),
                (
                    "Bulk invite users - finished (bulk)",
                    start + TimeDelta::minutes(12),
                ),
            ] {
                let row = NewAudit::new(
                    "Microsoft Entra Management UX",
                    activity,
                    "Add",
                    at,
                    staff::megan(),
                );
                self.world
                    .append_audit(row.target(AuditTarget::other("Other", None, "suppliers-q4.csv")));
            }
        }
        self.bulk_made += 1;
        start + TimeDelta::seconds(i64::from(self.bulk_made % 700))
    }

    /// Accepts, works, and is last seen between so many days ago.
    pub(super) fn get_in(&mut self, kind: Kind, least_ago: f64, most_ago: f64) {
        let mut guest = self.invite(kind);
        if self.chance.random_bool(0.08) {
            guest = self.remind(guest);
        }
        if self.chance.random_bool(0.06) {
            let at = self.soon_after(guest.invited, 2.0);
            let failure = [*PASSING.choose(&mut self.chance).unwrap_or(&50_089)];
            guest.visit(
                self.world,
                &mut self.chance,
                at,
                &Visit::new(apps::ACCEPTANCE_PORTAL, &failure),
            );
        }
        let accepted = self.accept(&guest);
        let mut first = accepted + TimeDelta::minutes(self.chance.random_range(11..2_000));
        let newest = self.ago(least_ago).max(first + TimeDelta::minutes(30));
        let oldest = self
            .ago(most_ago)
            .max(first + TimeDelta::minutes(20))
            .min(newest - TimeDelta::minutes(5));
        let span = (newest - oldest).num_seconds().max(2);
        let mut last = oldest + TimeDelta::seconds(self.chance.random_range(1..span));
        if last >= self.now {
            last = self.now - TimeDelta::minutes(3);
            first = first
                .min(last - TimeDelta::minutes(1))
                .max(accepted + TimeDelta::minutes(1));
        }
        self.work(&guest, first, last);
        if kind == Kind::OldActive && guest.id.0.as_bytes()[15].is_multiple_of(ELEVATED) {
            self.world.settle_role(guest.id, roles::GUEST_INVITER);
        }
        if kind == Kind::OldActive && self.chance.random_bool(0.02) {
            self.reset(&guest, last);
        }
        if kind == Kind::OldActive && self.chance.random_bool(0.03) {
            let at = self.now + TimeDelta::minutes(self.chance.random_range(20..4_000));
            self.world.schedule(DueEvent {
                at,
                guest: Some(guest.id),
                kind: EventKind::GuestSignsIn,
            });
        }
    }

    /// Visits from the first to the last, most of them plain, some with a prompt, a few that fail and are repeated.
    fn work(&mut self, guest: &Traveller, first: DateTime<Utc>, last: DateTime<Utc>) {
        let visits = self.chance.random_range(7..19);
        let span = (last - first).num_seconds().max(1);
        let mut moments: Vec<_> = (0..visits)
            .map(|_| first + TimeDelta::seconds(self.chance.random_range(0..span)))
            .collect();
        moments.push(first);
        moments.push(last);
        moments.sort_unstable();
        let newest = moments.len() - 1;
        for (index, at) in moments.into_iter().enumerate() {
            let app = guest.app(self.world, &mut self.chance);
            let ends = index == 0 || index == newest;
            let prompt = *PROMPTS.choose(&mut self.chance).unwrap_or(&50_058);
            let failure = *PASSING.choose(&mut self.chance).unwrap_or(&50_089);
            let codes = match self.chance.random_range(0..20) {
                0..3 if !ends => vec![prompt, 0],
                3 if !ends => vec![failure],
                4 if !ends => vec![prompt],
                _ => vec![0],
            };
            let mut visit = Visit::new(app, &codes);
            visit.interactive = ends || codes != [0] || self.chance.random_bool(0.88);
            guest.visit(self.world, &mut self.chance, at, &visit);
        }
    }

    /// The guest redeems some time after the invitation.
    pub(super) fn accept(&mut self, guest: &Traveller) -> DateTime<Utc> {
        let days = *[0.02, 0.1, 0.3, 0.9, 1.4, 2.0, 4.5]
            .choose(&mut self.chance)
            .unwrap_or(&1.0);
        let at = self.soon_after(guest.invited, days);
        let accepted = guest.redeem(self.world, &mut self.chance, at);
        if guest.invited < self.ago(40.0) && self.chance.random_bool(0.3) {
            guest.write_terms(self.world, accepted - TimeDelta::seconds(4));
        }
        accepted
    }

    fn leave_fresh(&mut self, kind: Kind) {
        let guest = self.invite(kind);
        if self.chance.random_bool(0.35) {
            let at = self.now + TimeDelta::minutes(self.chance.random_range(40..12_000));
            self.world.schedule(DueEvent {
                at,
                guest: Some(guest.id),
                kind: EventKind::GuestRedeems,
            });
        }
    }

    fn leave_at_prompt(&mut self, kind: Kind) {
        let guest = self.invite(kind);
        let at = self.soon_after(guest.invited, 6.0);
        let codes: &[&[u32]] = &[
            &[50_058, 50_072],
            &[50_074],
            &[50_058, 50_140],
            &[16_000],
            &[50_072],
        ];
        let codes = *codes.choose(&mut self.chance).unwrap_or(&codes[0]);
        guest.visit(
            self.world,
            &mut self.chance,
            at,
            &Visit::new(apps::ACCEPTANCE_PORTAL, codes),
        );
        if self.chance.random_bool(0.3) {
            let at = self.now + TimeDelta::minutes(self.chance.random_range(60..8_000));
            self.world.schedule(DueEvent {
                at,
                guest: Some(guest.id),
                kind: EventKind::GuestRedeems,
            });
        }
    }

    fn sign_up(&mut self, kind: Kind) {
        let name = PersonName::draw(&mut self.chance);
        let at = self.invitation_moment(kind);
        self.world.sign_up(
            &name.whole(),
            &format!("{}.signup@gmail.com", name.local_part()),
            at,
        );
    }

    fn delete(&mut self, kind: Kind) {
        let guest = self.invite(kind);
        if self.chance.random_bool(0.5) {
            let accepted = self.accept(&guest);
            guest.visit(
                self.world,
                &mut self.chance,
                accepted + TimeDelta::hours(1),
                &Visit::new(apps::MY_APPS, &[0]),
            );
        }
        let ago = self.chance.random_range(0.5..29.0);
        let at = self.ago(ago).max(guest.invited + TimeDelta::hours(3));
        self.world.delete_user(guest.id, &staff::adele(), at);
    }

    pub(super) fn ago(&self, days: f64) -> DateTime<Utc> {
        self.now - TimeDelta::milliseconds((days * 86_400_000.0) as i64)
    }

    /// Up to so many days later, always before now.
    pub(super) fn soon_after(&mut self, at: DateTime<Utc>, days: f64) -> DateTime<Utc> {
        let latest = self.now - TimeDelta::minutes(45);
        let room = (latest - at).num_seconds().clamp(1, (days * 86_400.0) as i64);
        at + TimeDelta::seconds(self.chance.random_range(0..room))
    }
}
