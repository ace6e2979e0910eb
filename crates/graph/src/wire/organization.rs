//! `organization`, and the directory roles of the person signed in.

use serde::Deserialize;

/// Service plans that mean Microsoft Entra ID P1 and P2 ("Product names and service plan identifiers for
/// licensing").
const PREMIUM_PLANS: [&str; 2] = [
    "41781fb2-bc02-4b7c-bd55-b576c07bb09d",
    "eec0eb4f-6444-4f95-aba0-50c24d67f998",
];

/// The tenant.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphOrganization {
    /// The tenant id.
    pub id: String,
    /// The name people see.
    pub display_name: Option<String>,
    /// The domains that are its own.
    #[serde(default, deserialize_with = "super::text_list::null_is_empty")]
    pub verified_domains: Vec<GraphVerifiedDomain>,
    /// The service plans it has.
    #[serde(default, deserialize_with = "super::text_list::null_is_empty")]
    pub assigned_plans: Vec<GraphAssignedPlan>,
}

/// A domain of the tenant.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphVerifiedDomain {
    /// The domain.
    pub name: String,
    /// Whether new users get it.
    #[serde(default)]
    pub is_default: bool,
    /// Whether it is the `onmicrosoft.com` domain the tenant began with.
    #[serde(default)]
    pub is_initial: bool,
}

/// A service plan of the tenant.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphAssignedPlan {
    /// Names the plan.
    pub service_plan_id: Option<String>,
    /// `Enabled`, `Warning`, `Suspended`, `Deleted`.
    pub capability_status: Option<String>,
}

impl GraphOrganization {
    /// Says whether the tenant has P1 or P2: sign-in logs, sign-in activity, and 30 days of logs instead of
    /// 7.
    pub fn has_premium(&self) -> bool {
        self.assigned_plans.iter().any(|plan| {
            let premium = |id: &str| PREMIUM_PLANS.iter().any(|known| known.eq_ignore_ascii_case(id));
            plan.service_plan_id.as_deref().is_some_and(premium)
                && matches!(plan.capability_status.as_deref(), Some("Enabled" | "Warning"))
        })
    }

    /// Returns the domain new users get.
    pub fn default_domain(&self) -> Option<&str> {
        self.verified_domains
            .iter()
            .find(|domain| domain.is_default)
            .map(|domain| domain.name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn premium_is_a_plan_that_is_in_force() {
        let tenant = |plan: &str, status: &str| -> GraphOrganization {
            let json = format!(
                r#"{{"id":"t","verifiedDomains":null,"assignedPlans":[{{"servicePlanId":"{plan}","capabilityStatus":"{status}"}}]}}"#
            );
            serde_json::from_str(&json).unwrap()
        };

        assert!(tenant("EEC0EB4F-6444-4f95-aba0-50c24d67f998", "Enabled").has_premium());
        assert!(tenant(PREMIUM_PLANS[0], "Warning").has_premium());
        assert!(!tenant(PREMIUM_PLANS[0], "Deleted").has_premium());
        assert!(!tenant("00000000-0000-0000-0000-000000000000", "Enabled").has_premium());
        assert!(
            !serde_json::from_str::<GraphOrganization>(r#"{"id":"t"}"#)
                .unwrap()
                .has_premium()
        );
    }
}
