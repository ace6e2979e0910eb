//! Which Conditional Access policies a sign-in row shows, and how each came out.

use std::borrow::Cow;

use usher_redemption::{AccessPolicy, CaStatus, Grant, Invitee, RiskLevel};

use crate::world::{AppliedPolicy, World};

/// The tenant's policies as a row with this code shows them. An interrupted row shows all of them as not applied.
pub(super) fn judge(world: &mut World, invitee: &Invitee, code: u32, status: CaStatus) -> Vec<AppliedPolicy> {
    world.settle_settings();
    let policies = world.policy.conditional_access.iter().enumerate();
    policies
        .map(|(index, policy)| {
            // A policy set without a name goes by the one Graph shows it under.
            let by_name = |name: &str| world.settings.access.iter().find(|object| object.name == name);
            let object = by_name(&policy.name).or_else(|| world.settings.access.get(index));
            let name = object.map_or(&policy.name, |object| &object.name);
            AppliedPolicy {
                id: object.map_or_else(String::new, |object| object.id.to_string()),
                display_name: Cow::Owned(name.clone()),
                enforced_grant_controls: vec![Cow::Borrowed(control_word(policy.grant))],
                enforced_session_controls: Vec::new(),
                result: Cow::Borrowed(result_of(policy, invitee, code, status)),
            }
        })
        .collect()
}

fn result_of(policy: &AccessPolicy, invitee: &Invitee, code: u32, status: CaStatus) -> &'static str {
    if status == CaStatus::NotApplied || !holds(policy, invitee) {
        return "notApplied";
    }
    if status == CaStatus::Failure && refused(policy, code) {
        "failure"
    } else {
        "success"
    }
}

/// Whether the policy's conditions hold for this sign-in.
fn holds(policy: &AccessPolicy, invitee: &Invitee) -> bool {
    let home_risk = invitee.home.as_ref().and_then(|home| home.user_risk);
    let among = |levels: &[RiskLevel], level: Option<RiskLevel>| {
        levels.is_empty() || level.is_some_and(|level| levels.contains(&level))
    };
    let country = invitee.country.as_deref().unwrap_or_default();
    let there = policy.locations.is_empty()
        || policy
            .locations
            .iter()
            .any(|place| place.eq_ignore_ascii_case(country));
    there && among(&policy.sign_in_risk, invitee.sign_in_risk) && among(&policy.user_risk, home_risk)
}

/// Whether a row with this code was refused by a policy with this control.
fn refused(policy: &AccessPolicy, code: u32) -> bool {
    let grants: &[Grant] = match code {
        53003 => &[Grant::Block, Grant::AuthenticationStrength],
        53000 => &[Grant::CompliantDevice],
        53001 => &[Grant::HybridJoinedDevice],
        53002 => &[Grant::ApprovedApplication],
        53009 => &[Grant::CompliantApplication],
        530_004 => &[Grant::CompliantDevice, Grant::HybridJoinedDevice],
        50142 => &[Grant::PasswordChange],
        53004 | 500_121 => &[Grant::Mfa],
        // Risk found at home refuses through whichever policy looks at it.
        53011 => return !policy.user_risk.is_empty(),
        _ => &[],
    };
    grants.contains(&policy.grant)
}

const fn control_word(grant: Grant) -> &'static str {
    match grant {
        Grant::Block => "Block",
        Grant::Mfa => "Mfa",
        Grant::AuthenticationStrength => "AuthenticationStrength",
        Grant::CompliantDevice => "RequireCompliantDevice",
        Grant::HybridJoinedDevice => "RequireDomainJoinedDevice",
        Grant::ApprovedApplication => "RequireApprovedApp",
        Grant::CompliantApplication => "RequireCompliantApp",
        Grant::PasswordChange => "PasswordChange",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_that_refused_is_the_one_that_failed() {
        let elsewhere = AccessPolicy {
            locations: vec!["FR".to_owned()],
            ..AccessPolicy::always(Grant::CompliantDevice)
        };
        let guest = Invitee {
            country: Some("de".to_owned()),
            ..Invitee::of_entra("a@b.example")
        };
        let result = |policy: &AccessPolicy, code| result_of(policy, &guest, code, CaStatus::Failure);
        let second_factor = AccessPolicy::always(Grant::Mfa);
        assert_eq!(result(&second_factor, 500_121), "failure");
        assert_eq!(result(&second_factor, 53003), "success");
        assert_eq!(result(&AccessPolicy::always(Grant::Block), 53003), "failure");
        assert_eq!(result(&elsewhere, 53000), "notApplied");
        assert_eq!(
            result_of(&second_factor, &guest, 50074, CaStatus::NotApplied),
            "notApplied"
        );
        assert_eq!(result_of(&second_factor, &guest, 0, CaStatus::Success), "success");
    }
}
