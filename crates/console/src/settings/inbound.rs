//! Cross-tenant access settings: the inbound side, as far as the rules judge by it.

use usher_graph::{GraphAccessTargets, GraphCrossTenantPolicy, GraphCrossTenantSettings};
use usher_redemption::{Access, CrossTenant, PartnerAccess, RedemptionOrder, TenantPolicy};

use super::read::known;

/// Puts default and partners into the policy. A partner inherits from the default what it leaves open.
pub(super) fn apply(
    policy: &mut TenantPolicy,
    root: GraphCrossTenantPolicy,
    default: &GraphCrossTenantSettings,
    partners: &[GraphCrossTenantSettings],
) {
    let clouds = CrossTenant {
        clouds_enabled: root.allowed_cloud_endpoints,
        ..CrossTenant::default()
    };
    policy.cross_tenant = side(default, &clouds);
    if let Some(order) = &default.invitation_redemption_identity_provider_configuration {
        policy.redemption_order = RedemptionOrder {
            primary: order
                .primary_identity_provider_precedence_order
                .iter()
                .filter_map(|word| known(word))
                .collect(),
            fallback: order
                .fallback_identity_provider
                .as_deref()
                .and_then(known)
                .unwrap_or(RedemptionOrder::default().fallback),
        };
    }
    policy.partners = partners
        .iter()
        .filter_map(|partner| {
            Some(PartnerAccess {
                tenant_id: partner.tenant_id.clone()?,
                domains: Vec::new(),
                settings: side(partner, &policy.cross_tenant),
            })
        })
        .collect();
}

fn side(settings: &GraphCrossTenantSettings, inherited: &CrossTenant) -> CrossTenant {
    let mut side = inherited.clone();
    if let Some(trust) = &settings.inbound_trust {
        let flag = |own: Option<bool>, inherited| own.unwrap_or(inherited);
        side.trust_mfa = flag(trust.is_mfa_accepted, side.trust_mfa);
        side.trust_compliant_device = flag(trust.is_compliant_device_accepted, side.trust_compliant_device);
        side.trust_hybrid_joined = flag(trust.is_hybrid_joined_device_accepted, side.trust_hybrid_joined);
    }
    if let Some(allowed) = settings
        .automatic_user_consent_settings
        .as_ref()
        .and_then(|consent| consent.inbound_allowed)
    {
        side.auto_redeem_inbound = allowed;
    }
    if let Some(inbound) = &settings.b2b_collaboration_inbound {
        if let Some(users) = &inbound.users_and_groups {
            // Settings for single people of a partner name ids of that partner, which say nothing about an address.
            side.inbound_b2b = if blocks(users) && names(users, "AllUsers") {
                Access::Block
            } else {
                Access::Allow
            };
        }
        if let Some(apps) = &inbound.applications {
            // Whoever blocks everybody has to block every application as well: one block, not two.
            side.blocked_apps = if blocks(apps) && side.inbound_b2b == Access::Allow {
                apps.targets.iter().map(|own| own.target.clone()).collect()
            } else {
                Vec::new()
            };
        }
    }
    side
}

fn blocks(targets: &GraphAccessTargets) -> bool {
    targets.access_type.as_deref() == Some("blocked")
}

fn names(targets: &GraphAccessTargets, word: &str) -> bool {
    targets.targets.iter().any(|own| own.target == word)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn settings(json: Value) -> GraphCrossTenantSettings {
        serde_json::from_value(json).expect("settings")
    }

    fn applied(default: Value, partner: Value) -> TenantPolicy {
        let mut policy = TenantPolicy::default();
        let root = GraphCrossTenantPolicy {
            allowed_cloud_endpoints: vec!["microsoftonline.us".into()],
        };
        apply(&mut policy, root, &settings(default), &[settings(partner)]);
        policy
    }

    #[test]
    fn a_partner_inherits_what_it_leaves_open() {
        let policy = applied(
            json!({
                "inboundTrust": {"isMfaAccepted": true, "isHybridAzureADJoinedDeviceAccepted": true},
                "b2bCollaborationInbound": {"usersAndGroups": {"accessType": "blocked", "targets": [{"target": "AllUsers"}]}},
                "invitationRedemptionIdentityProviderConfiguration": {
                    "primaryIdentityProviderPrecedenceOrder": ["externalFederation", "somethingNew"],
                    "fallbackIdentityProvider": "emailOneTimePasscode",
                },
            }),
            json!({
                "tenantId": "p",
                "inboundTrust": {"isMfaAccepted": false},
                "b2bCollaborationInbound": null,
                "automaticUserConsentSettings": {"inboundAllowed": true},
            }),
        );
        assert_eq!(policy.cross_tenant.inbound_b2b, Access::Block);
        assert_eq!(policy.redemption_order.primary.len(), 1);
        let partner = &policy.partners[0].settings;
        assert_eq!((partner.inbound_b2b, partner.trust_mfa), (Access::Block, false));
        assert!(partner.trust_hybrid_joined && partner.auto_redeem_inbound);
        assert!(partner.enables_cloud("microsoftonline.us"));
    }

    #[test]
    fn single_people_say_nothing_and_applications_are_kept() {
        let policy = applied(
            json!({}),
            json!({
                "tenantId": "p",
                "b2bCollaborationInbound": {
                    "usersAndGroups": {"accessType": "blocked", "targets": [{"target": "some-group"}]},
                    "applications": {"accessType": "blocked", "targets": [{"target": "some-app"}]},
                },
            }),
        );
        let partner = &policy.partners[0].settings;
        assert_eq!(partner.inbound_b2b, Access::Allow);
        assert!(partner.blocks_app("some-app") && !partner.blocks_app("another"));
    }
}
