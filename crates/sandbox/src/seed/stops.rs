//! Guests who do not get in, or not with an application.

use chrono::TimeDelta;
use rand::{Rng, seq::IndexedRandom};

use super::{DENIED_DAYS, INBOUND_BLOCKED_DAYS, journeys::Sower, kinds::Kind, traveller::Visit};
use crate::world::{Actor, DueEvent, EventKind, apps};

impl Sower<'_> {
    /// Accepted at once and without a visit, as where both organisations redeem automatically.
    pub(super) fn accept_by_itself(&mut self, kind: Kind) {
        let guest = self.invite(kind);
        let at = guest.invited + TimeDelta::seconds(50);
        self.world.redeem(
            guest.id,
            guest.invitation,
            &guest.partner.source(),
            &guest.mail,
            &guest.environment.ip,
            at,
        );
    }

    pub(super) fn stop(&mut self, kind: Kind, visits: &[&[u32]]) {
        let guest = self.invite(kind);
        let mut at = match kind {
            Kind::InboundBlocked => self.ago(INBOUND_BLOCKED_DAYS as f64 - 0.2),
            _ => self.soon_after(guest.invited, 3.0),
        };
        let count = self.chance.random_range(1..5);
        for _ in 0..count {
            let codes = *visits.choose(&mut self.chance).unwrap_or(&visits[0]);
            let mut visit = Visit::new(apps::ACCEPTANCE_PORTAL, codes);
            visit.risk = if kind == Kind::ConditionalAccess {
                "high"
            } else {
                "none"
            };
            guest.visit(self.world, &mut self.chance, at, &visit);
            at = self.soon_after(at + TimeDelta::minutes(6), 4.0);
        }
        if kind == Kind::MfaNotCompleted && self.chance.random_bool(0.5) {
            let at = self.now + TimeDelta::minutes(self.chance.random_range(30..6_000));
            self.world.schedule(DueEvent {
                at,
                guest: Some(guest.id),
                kind: EventKind::GuestTriesAgain,
            });
        }
    }

    pub(super) fn disable_before_access(&mut self, kind: Kind) {
        let guest = self.invite(kind);
        let accepted = self.accept(&guest);
        let reviewed = self.soon_after(accepted + TimeDelta::hours(2), 2.0);
        self.world.set_account_enabled(
            guest.id,
            false,
            &Actor::part_of_entra("Azure AD Access Reviews"),
            reviewed,
        );
        let mut at = self.soon_after(reviewed + TimeDelta::minutes(5), 2.0);
        for _ in 0..self.chance.random_range(1..5) {
            let app = guest.app(self.world, &mut self.chance);
            guest.visit(self.world, &mut self.chance, at, &Visit::new(app, &[500_571]));
            at = self.soon_after(at + TimeDelta::minutes(1), 2.0);
        }
    }

    pub(super) fn refuse_assignment(&mut self, kind: Kind) {
        let guest = self.invite(kind);
        let accepted = self.accept(&guest);
        let mut at = self.soon_after(accepted + TimeDelta::minutes(2), 1.0);
        for _ in 0..self.chance.random_range(1..4) {
            guest.visit(
                self.world,
                &mut self.chance,
                at,
                &Visit::new(apps::SUPPLIER_PORTAL, &[50_105]),
            );
            at = self.soon_after(at + TimeDelta::minutes(1), 2.0);
        }
    }

    pub(super) fn deny_domain(&mut self, kind: Kind) {
        let guest = self.invite(kind);
        let at = self.soon_after(self.ago(DENIED_DAYS as f64 - 0.3), 6.0);
        let at = guest.visit(
            self.world,
            &mut self.chance,
            at,
            &Visit::new(apps::ACCEPTANCE_PORTAL, &[50_058, 0]),
        );
        self.world.refuse_redemption(
            guest.id,
            &guest.mail,
            &guest.environment.ip,
            "The domain of the guest's address is not allowed by the collaboration restrictions.",
            at + TimeDelta::seconds(20),
        );
    }
}
