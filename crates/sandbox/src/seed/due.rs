//! What happens when the clock gets there.

use chrono::{DateTime, TimeDelta, Utc};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use super::{
    partners::PartnerRow,
    places, staff,
    traveller::{Traveller, Visit},
};
use crate::world::{Actor, DueEvent, EventKind, ExternalUserState, UserId, World, apps};

/// Something that has happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Happened {
    pub(crate) at: DateTime<Utc>,
    pub(crate) guest: Option<UserId>,
    pub(crate) kind: EventKind,
    /// For a toast.
    pub(crate) text: String,
}

/// Lets everything happen whose time has come; events that no longer fit their guest pass without a trace.
pub(crate) fn run_due(world: &mut World) -> Vec<Happened> {
    let now = world.now();
    let mut happened = Vec::new();
    // One event may bring another that is due as well.
    while let Some(event) = world.take_due(now) {
        happened.extend(happen(world, &event));
    }
    happened
}

fn happen(world: &mut World, event: &DueEvent) -> Option<Happened> {
    let guest = world.user(event.guest?).filter(|guest| guest.deleted.is_none())?;
    let (id, name, state, enabled) = (
        guest.id,
        guest.display_name.clone(),
        guest.external_user_state,
        guest.account_enabled,
    );
    let pending = state == Some(ExternalUserState::PendingAcceptance);
    let text = match event.kind {
        EventKind::ReviewBlocks if enabled => {
            let review = Actor::part_of_entra("Azure AD Access Reviews");
            world.set_account_enabled(id, false, &review, event.at);
            format!("An access review blocked {name}")
        }
        EventKind::GuestRedeems if pending && enabled => {
            let (traveller, mut chance) = on_the_way(world, id)?;
            let accepted = traveller.redeem(world, &mut chance, event.at);
            let later = accepted + TimeDelta::minutes(12);
            world.schedule(DueEvent {
                at: later,
                guest: Some(id),
                kind: EventKind::GuestSignsIn,
            });
            format!("{name} redeemed the invitation")
        }
        EventKind::GuestSignsIn if state == Some(ExternalUserState::Accepted) => {
            let (traveller, mut chance) = on_the_way(world, id)?;
            let codes: &[u32] = if enabled { &[0] } else { &[500_571] };
            traveller.visit(world, &mut chance, event.at, &Visit::new(apps::TEAMS, codes));
            let how = if enabled {
                "signed in"
            } else {
                "tried to sign in and was stopped: the account is blocked"
            };
            format!("{name} {how}")
        }
        EventKind::GuestTriesAgain if pending && enabled => {
            let (mut traveller, mut chance) = on_the_way(world, id)?;
            traveller.environment = places::draw_with_mfa(&mut chance);
            let visit = Visit::new(apps::ACCEPTANCE_PORTAL, &[50_074, 500_121]);
            traveller.visit(world, &mut chance, event.at, &visit);
            format!("{name} tried again and did not complete the second factor")
        }
        _ => return None,
    };
    Some(Happened {
        at: event.at,
        guest: Some(id),
        kind: event.kind,
        text,
    })
}

/// The guest as a traveller, with chance of its own so that the same event always goes the same way.
fn on_the_way(world: &World, id: UserId) -> Option<(Traveller, ChaCha8Rng)> {
    let user = world.user(id)?;
    let mail = user.address().to_owned();
    let domain = mail.rsplit_once('@').map_or("", |(_, domain)| domain);
    let (high, low) = id.0.as_u64_pair();
    let mut chance = ChaCha8Rng::seed_from_u64(high ^ low);
    let traveller = Traveller {
        id,
        partner: PartnerRow::named(domain),
        environment: places::draw(&mut chance),
        invitation: world.latest_invitation(id).map(|invitation| invitation.id),
        inviter: staff::adele(),
        invited: user.created,
        mail,
    };
    Some((traveller, chance))
}
