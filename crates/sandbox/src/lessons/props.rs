//! What lessons set the stage with, and how it is taken back.

use chrono::TimeDelta;
use usher_redemption::{Access, CrossTenant, Identity, Invitee, PartnerAccess, Path};

use crate::world::{ADMINS, Actor, InviteOrder, UserId, World};

/// Marks what lessons add to the tenant's settings, so that it can be taken back.
pub(super) const MARK: &str = "Lesson: ";

/// Where lesson guests are sent after redeeming.
const REDIRECT: &str = "https://myapplications.microsoft.com/";

/// Takes back what lessons set in the tenant.
pub(super) fn clear_stage(world: &mut World) {
    world
        .policy
        .conditional_access
        .retain(|policy| !policy.name.starts_with(MARK));
    let kim = home_tenant_of(world, super::script::KIM);
    world.policy.partners.retain(|partner| partner.tenant_id != kim);
}

/// Removes a guest of an earlier run for good, and the mails of that run: their links are dead.
pub(super) fn remove_guest(world: &mut World, mail: &str) {
    world.empty_mailbox(mail);
    let Some(id) = world
        .user_by_mail(mail)
        .filter(|user| user.is_guest())
        .map(|user| user.id)
    else {
        return;
    };
    let worker = Actor::part_of_entra("Sandbox lessons");
    let at = world.now();
    world.delete_user(id, &worker, at);
    world.purge_user(id, &worker, at);
}

pub(super) fn introduce(world: &mut World, person: Invitee) {
    let mail = person.email.clone();
    world.set_person(&mail, person);
}

pub(super) fn invite(world: &mut World, mail: &str) {
    let now = world.now();
    invite_at(world, mail, now);
}

/// Adele invites. Stages are made so that nothing refuses it; if somebody's own settings do, the lesson waits for the
/// invitation at its first step.
pub(super) fn invite_at(world: &mut World, mail: &str, at: chrono::DateTime<chrono::Utc>) -> Option<UserId> {
    let mut order = InviteOrder::new(mail, REDIRECT, Actor::admin(&ADMINS[0]));
    order.message.body =
        Some("Welcome to the Contoso supplier portal. Questions: partners@contoso.com".to_owned());
    world.invite_at(&order, at).ok().map(|invited| invited.guest)
}

pub(super) fn accept_before(world: &mut World, guest: UserId, mail: &str, path: Path) {
    let person = world.person(mail);
    let at = world
        .latest_invitation(guest)
        .map_or_else(|| world.now(), |invitation| invitation.made)
        + TimeDelta::hours(2);
    let source = crate::guest::source_of(path, &person, world);
    world.redeem(guest, None, &source, &person.upn, "198.51.100.7", at);
    world.set_redeemed_with(
        guest,
        Identity {
            path,
            account_generation: 0,
        },
    );
}

/// Sets the inbound side for the home tenant of a lesson's guest alone.
pub(super) fn set_inbound(world: &mut World, mail: &str, inbound: Access) {
    let tenant_id = home_tenant_of(world, mail);
    world
        .policy
        .partners
        .retain(|partner| partner.tenant_id != tenant_id);
    let settings = CrossTenant {
        inbound_b2b: inbound,
        ..world.policy.cross_tenant.clone()
    };
    world.policy.partners.push(PartnerAccess {
        tenant_id,
        domains: Vec::new(),
        settings,
    });
}

fn home_tenant_of(world: &World, mail: &str) -> String {
    world.person(mail).home_tenant_id().unwrap_or_default().to_owned()
}
