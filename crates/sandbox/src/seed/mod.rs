//! A lived-in tenant out of a seed: guests, partners, inviters, and everything that happened to them.
//!
//! The history is lived through, not painted: each guest is invited, visits, redeems by the same methods of the
//! [`World`] that serve clients, at instants of the past, so that rows, states and clocks agree by construction.

mod due;
mod journeys;
mod kinds;
mod names;
mod partners;
mod places;
mod repeats;
mod staff;
mod stops;
mod traveller;

use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use rand::{SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;

pub(crate) use due::run_due;

use self::{
    journeys::Sower,
    partners::{BLOCKED_INBOUND, DENIED_DOMAIN, PARTNERS, PartnerRow},
};
use crate::world::{AuditTarget, ModifiedProperty, NewAudit, World};
use usher_redemption::{
    Access, AccessPolicy, CrossTenant, DomainMode, DomainPolicy, Grant, PartnerAccess, RiskLevel,
};

/// What to sow.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SeedPlan {
    pub(crate) seed: u64,
    pub(crate) guests: u32,
    pub(crate) days: u32,
}

/// Since when guests have met the Conditional Access policies.
const ACCESS_DAYS: i64 = 400;
/// Since when the inbound settings keep Litware out.
const INBOUND_BLOCKED_DAYS: i64 = 14;
/// Since when Tailspin Toys is on the deny list.
const DENIED_DAYS: i64 = 18;

/// Fills the tenant.
pub(crate) fn sow(world: &mut World, plan: SeedPlan) {
    if plan.guests == 0 {
        return;
    }
    // The clock ticks already; the history must not depend on by how much.
    let now = world.now().trunc_subsecs(0);
    for partner in PARTNERS {
        world.put_partner(partner.to_partner());
    }
    staff::hire(world, now);
    settle_policy(world);
    world.settle_access(
        now - TimeDelta::days(ACCESS_DAYS),
        traveller::TRIAL,
        "compliantDevice",
    );
    world.unsettle_logs();
    write_policy_changes(world, now);

    // Another stream than the world's own, so that what is sown does not shift what is issued later.
    let mut chance = ChaCha8Rng::seed_from_u64(plan.seed ^ 0x5eed_5eed_5eed_5eed);
    let mut kinds = kinds::kinds(plan.guests);
    kinds.shuffle(&mut chance);
    let mut sower = Sower::new(world, chance, now, plan.days);
    for kind in kinds {
        sower.grow(kind);
    }
    sower.schedule_review();
    world.sort_histories();
    world.settle_logs();
}

/// What the tenant has set, in agreement with what stops its guests.
fn settle_policy(world: &mut World) {
    let litware = PartnerRow::named(BLOCKED_INBOUND);
    let policy = &mut world.policy;
    policy.partners.push(PartnerAccess {
        tenant_id: litware
            .tenant()
            .map(|tenant| tenant.to_string())
            .unwrap_or_default(),
        domains: vec![BLOCKED_INBOUND.to_owned()],
        settings: CrossTenant {
            inbound_b2b: Access::Block,
            ..CrossTenant::default()
        },
    });
    policy.domain_policy = DomainPolicy {
        mode: DomainMode::Block,
        domains: vec![DENIED_DOMAIN.to_owned()],
    };
    policy.saml_ws_fed_domains = PARTNERS
        .iter()
        .filter(|partner| partner.signs_in == partners::SignsIn::Federated)
        .map(|partner| partner.domain.to_owned())
        .collect();
    policy.conditional_access = vec![
        AccessPolicy {
            name: traveller::SECOND_FACTOR.to_owned(),
            locations: places::MFA_COUNTRIES
                .iter()
                .map(|country| (*country).to_owned())
                .collect(),
            ..AccessPolicy::always(Grant::Mfa)
        },
        AccessPolicy {
            name: traveller::HIGH_RISK.to_owned(),
            sign_in_risk: vec![RiskLevel::High],
            ..AccessPolicy::always(Grant::Block)
        },
    ];
}

fn write_policy_changes(world: &mut World, now: DateTime<Utc>) {
    let adele = staff::adele();
    let tenant = PartnerRow::named(BLOCKED_INBOUND)
        .tenant()
        .map(|tenant| tenant.to_string())
        .unwrap_or_default();
    let changes = vec![
        ModifiedProperty::json("tenantId", &[tenant.as_str()], &[tenant.as_str()]),
        ModifiedProperty::json("b2bCollaborationInbound", &["allowed"], &["blocked"]),
    ];
    world.append_audit(
        NewAudit::core_directory(
            "Update a partner cross-tenant access setting",
            "Update",
            now - TimeDelta::days(INBOUND_BLOCKED_DAYS),
            adele.clone(),
        )
        .category("CrossTenantAccessSettings")
        .target(AuditTarget::other("Policy", Some(&tenant), "Litware").with(changes)),
    );
    let list = |domains: &str| {
        format!(
            r#"{{"B2BManagementPolicy":{{"InvitationsAllowedAndBlockedDomainsPolicy":{{"BlockedDomains":[{domains}]}}}}}}"#
        )
    };
    let details = ModifiedProperty::json(
        "PolicyDetails",
        &[list("")],
        &[list(&format!("\"{DENIED_DOMAIN}\""))],
    );
    world.append_audit(
        NewAudit::core_directory(
            "Update policy",
            "Update",
            now - TimeDelta::days(DENIED_DAYS),
            adele,
        )
        .category("Policy")
        .target(AuditTarget::other("Policy", None, "B2BManagementPolicy").with(vec![details])),
    );
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::{
        clock::SandboxClock,
        truth::{Truth, truth},
        world::LogRow as _,
    };

    fn grown(seed: u64, guests: u32) -> World {
        let now = DateTime::parse_from_rfc3339("2026-11-23T10:00:00Z")
            .unwrap()
            .to_utc();
        let mut world = World::new(
            SandboxClock::starting_at(now),
            "http://127.0.0.1:1".to_owned(),
            30,
            seed,
        );
        sow(
            &mut world,
            SeedPlan {
                seed,
                guests,
                days: 90,
            },
        );
        world
    }

    #[test]
    fn the_default_tenant_looks_like_its_picture() {
        let world = grown(1, 2_140);
        let Truth { counts, .. } = truth(&world);
        let audits = world.audit_rows().len();
        let sign_ins = world.sign_in_rows().len();
        println!("{counts:#?}\n{audits} audits, {sign_ins} sign-ins");
        assert_eq!(counts.total, 2_140);
        let near = |found: u32, drawn: u32| found.abs_diff(drawn) <= 4 + drawn / 12;
        assert!(near(counts.active, 1_104), "active {}", counts.active);
        assert!(near(counts.pending, 318), "pending {}", counts.pending);
        assert!(near(counts.expired, 71), "expired {}", counts.expired);
        assert!(near(counts.blocked, 97), "blocked {}", counts.blocked);
        assert!(near(counts.inactive, 286), "inactive {}", counts.inactive);
        assert!(
            near(counts.never_signed_in, 133),
            "never signed in {}",
            counts.never_signed_in
        );
        assert!(counts.expiring >= 15, "expiring {}", counts.expiring);
        let per_guest = |rows: usize| rows as f64 / 2_140.0;
        assert!(
            (7.0..13.0).contains(&per_guest(audits)),
            "{} audits a guest",
            per_guest(audits)
        );
        assert!(
            (10.0..20.0).contains(&per_guest(sign_ins)),
            "{} sign-ins a guest",
            per_guest(sign_ins)
        );
    }

    #[test]
    fn failures_of_eighteen_kinds_are_in_the_log() {
        let world = grown(1, 2_140);
        let mut codes: Vec<_> = world.sign_in_rows().iter().map(|row| row.code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert!(codes.len() >= 24, "{codes:?}");
    }

    #[test]
    fn one_seed_gives_one_tenant_and_another_gives_another() {
        let ids = |world: &World| -> Vec<String> {
            world.audit_rows().iter().map(|row| row.id().to_owned()).collect()
        };
        let (a, b, c) = (grown(5, 80), grown(5, 80), grown(6, 80));
        assert_eq!(ids(&a), ids(&b));
        let audits =
            |world: &World| -> Vec<_> { world.audit_rows().iter().map(|row| row.core.clone()).collect() };
        assert_eq!(audits(&a), audits(&b));
        assert_eq!(
            a.sign_in_rows()
                .iter()
                .map(|row| row.core.clone())
                .collect::<Vec<_>>(),
            b.sign_in_rows()
                .iter()
                .map(|row| row.core.clone())
                .collect::<Vec<_>>()
        );
        assert_ne!(ids(&a), ids(&c));
    }

    #[test]
    fn nothing_lies_in_the_future_and_nobody_acts_before_being_invited() {
        let world = grown(3, 600);
        let now = world.now();
        assert!(world.audit_rows().iter().all(|row| row.at() <= now));
        for row in world.sign_in_rows() {
            let guest = world.user(row.user).unwrap();
            assert!(row.at() <= now, "{} signs in in the future", guest.address());
            assert!(
                row.at() >= guest.created,
                "{} signs in before the invitation",
                guest.address()
            );
        }
    }

    #[test]
    fn due_events_happen_when_the_clock_gets_there() {
        let mut world = grown(1, 400);
        assert!(run_due(&mut world).is_empty());
        let before = truth(&world).counts.pending;
        world.clock.advance(TimeDelta::days(15));
        let happened = run_due(&mut world);
        assert!(
            happened.iter().any(|event| event.text.contains("redeemed")),
            "{happened:?}"
        );
        assert!(truth(&world).counts.pending < before);
        assert!(world.due_events().iter().all(|event| event.at > world.now()));
    }
}
