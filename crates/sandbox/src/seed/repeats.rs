//! Inviting again, and redeeming again.

use chrono::{DateTime, TimeDelta, Utc};
use rand::Rng;

use super::{
    journeys::{REDIRECT, Sower},
    kinds::Kind,
    staff,
    traveller::{Traveller, Visit},
};
use crate::world::{InviteOrder, apps};

impl Sower<'_> {
    pub(super) fn resend(&mut self, kind: Kind) {
        let mut guest = self.invite(kind);
        for _ in 0..self.chance.random_range(1..3) {
            // Recent enough that a month of logs still tells of it.
            let ago = self.chance.random_range(1.5..28.0);
            let day = self.ago(ago);
            let again = staff::office_hour(&mut self.chance, day);
            guest = self.repeat(guest, again.max(self.ago(self.days as f64)));
        }
    }

    pub(super) fn remind(&mut self, guest: Traveller) -> Traveller {
        let at = self.soon_after(guest.invited + TimeDelta::hours(20), 3.0);
        self.repeat(guest, at)
    }

    /// The same invitation again: fresh ticket, older link superseded.
    pub(super) fn repeat(&mut self, guest: Traveller, at: DateTime<Utc>) -> Traveller {
        let order = InviteOrder::new(&guest.mail, REDIRECT, guest.inviter.clone());
        let invitation = self.world.invite_at(&order, at).ok().map(|made| made.invitation);
        Traveller {
            invitation,
            invited: at.max(guest.invited),
            ..guest
        }
    }

    /// The redemption is reset and done again.
    pub(super) fn reset(&mut self, guest: &Traveller, last_seen: DateTime<Utc>) {
        let at = self.soon_after(last_seen + TimeDelta::minutes(10), 3.0);
        let mut order = InviteOrder::new(&guest.mail, REDIRECT, staff::adele());
        order.invited_user = Some(guest.id);
        order.reset = true;
        let Ok(made) = self.world.invite_at(&order, at) else {
            return;
        };
        let again = Traveller {
            id: guest.id,
            mail: guest.mail.clone(),
            partner: guest.partner,
            environment: guest.environment.clone(),
            invitation: Some(made.invitation),
            inviter: staff::adele(),
            invited: at,
        };
        let opened = self.soon_after(at + TimeDelta::minutes(5), 0.8);
        let accepted = again.redeem(self.world, &mut self.chance, opened);
        let back = accepted + TimeDelta::minutes(25);
        again.visit(
            self.world,
            &mut self.chance,
            back,
            &Visit::new(apps::MY_APPS, &[0]),
        );
    }
}
