//! The tenant itself, and the roles people hold in it.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    access,
    answer::{GraphAnswer, GraphError},
    guid,
    request::GraphRequest,
};
use crate::world::{ADMINS, DirectoryRole, TENANT, UserId, World, roles};

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

/// The roles of the person who signed in.
pub(super) fn my_roles(request: &GraphRequest) -> Result<GraphAnswer, GraphError> {
    let Some(id) = request.caller_user() else {
        return Err(GraphError::plain_bad_request(
            "/me request is only valid with delegated authentication flow.",
        ));
    };
    Ok(memberships(request, id))
}

/// The roles of any user; guests hold none here.
pub(super) fn roles_of(world: &World, request: &GraphRequest, id: &str) -> Result<GraphAnswer, GraphError> {
    access::read_users(request)?;
    let user = guid(id)
        .map(UserId)
        .and_then(|id| world.user(id))
        .or_else(|| world.user_by_upn(id))
        .filter(|user| user.deleted.is_none())
        .ok_or_else(|| GraphError::not_found(&id.chars().take(200).collect::<String>()))?;
    Ok(memberships(request, user.id))
}

fn memberships(request: &GraphRequest, user: UserId) -> GraphAnswer {
    let held = ADMINS
        .iter()
        .find(|admin| admin.id == user)
        .map_or(&[][..], |admin| admin.roles);
    let value: Vec<Value> = held.iter().map(role_object).collect();
    GraphAnswer::ok(&json!({"@odata.context": request.context("directoryObjects"), "value": value}))
}

fn role_object(role: &DirectoryRole) -> Value {
    debug_assert!(roles::ALL.contains(role));
    json!({
        "@odata.type": "#microsoft.graph.directoryRole",
        "id": instance_of(role),
        "deletedDateTime": null,
        "description": role.description,
        "displayName": role.name,
        "roleTemplateId": role.template_id,
    })
}

/// The id of a role in this tenant; every tenant has its own for the same template.
fn instance_of(role: &DirectoryRole) -> Uuid {
    let mut bytes = role.template_id.into_bytes();
    for (byte, own) in bytes.iter_mut().zip(TENANT.id.0.as_bytes()) {
        *byte ^= own;
    }
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}
