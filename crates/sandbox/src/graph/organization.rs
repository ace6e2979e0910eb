//! The tenant itself.

use serde_json::{Value, json};

use super::{
    access,
    answer::{GraphAnswer, GraphError},
    request::GraphRequest,
};
use crate::world::{TENANT, World};

/// Service plans of Entra ID P1 and P2 (their ids are the same in every tenant).
const PREMIUM_PLANS: [&str; 2] = [
    "41781fb2-bc02-4b7c-bd55-b576c07bb09d",
    "eec0eb4f-6444-4f95-aba0-50c24d67f998",
];

pub(super) fn list(world: &World, request: &GraphRequest) -> Result<GraphAnswer, GraphError> {
    access::needs_any(
        request,
        &[
            "User.Read",
            "User.Read.All",
            "Organization.Read.All",
            "Directory.Read.All",
            "User.ReadWrite.All",
        ],
    )?;
    let plans: Vec<Value> = if access::is_premium(world) {
        PREMIUM_PLANS
            .iter()
            .map(|plan| {
                json!({
                    "assignedDateTime": "2024-01-15T09:00:00Z",
                    "capabilityStatus": "Enabled",
                    "service": "AADPremiumService",
                    "servicePlanId": plan,
                })
            })
            .collect()
    } else {
        Vec::new()
    };
    let domain = |name: &str, is_default: bool, is_initial: bool| {
        json!({
            "capabilities": "Email, OfficeCommunicationsOnline",
            "isDefault": is_default,
            "isInitial": is_initial,
            "name": name,
            "type": "Managed",
        })
    };
    Ok(GraphAnswer::ok(&json!({
        "@odata.context": request.context("organization"),
        "value": [{
            "id": TENANT.id,
            "deletedDateTime": null,
            "displayName": TENANT.name,
            "tenantType": "AAD",
            "createdDateTime": "2019-01-01T00:00:00Z",
            "countryLetterCode": "DE",
            "country": null,
            "city": "Berlin",
            "state": null,
            "street": null,
            "postalCode": null,
            "preferredLanguage": "en",
            "defaultUsageLocation": "DE",
            "businessPhones": [],
            "marketingNotificationEmails": [],
            "technicalNotificationMails": ["it@contoso.com"],
            "securityComplianceNotificationMails": [],
            "securityComplianceNotificationPhones": [],
            "onPremisesLastSyncDateTime": null,
            "onPremisesSyncEnabled": null,
            "assignedPlans": plans,
            "provisionedPlans": [],
            "privacyProfile": {"contactEmail": "privacy@contoso.com", "statementUrl": TENANT.privacy_statement},
            "verifiedDomains": [domain(TENANT.domain, true, false), domain(TENANT.initial_domain, false, true)],
        }],
    })))
}
