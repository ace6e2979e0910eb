//! The rows of both logs as Graph words them.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::{
    codes,
    id::UserId,
    rows::{Actor, AppliedPolicy, AuditTarget, NewSignIn},
    tenant::TENANT,
    write::stamp,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Audit<'a> {
    pub id: &'a str,
    pub category: &'a str,
    pub correlation_id: Uuid,
    pub result: &'a str,
    pub result_reason: Option<&'a str>,
    pub activity_display_name: &'a str,
    pub activity_date_time: String,
    pub logged_by_service: &'a str,
    pub operation_type: &'a str,
    pub initiated_by: Initiator<'a>,
    pub target_resources: &'a [AuditTarget],
    pub additional_details: Vec<KeyValue<'a>>,
}

#[derive(Serialize)]
pub(super) struct KeyValue<'a> {
    pub key: &'a str,
    pub value: &'a str,
}

#[derive(Serialize)]
pub(super) struct Initiator<'a> {
    app: Option<App<'a>>,
    user: Option<Person<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "named as on the wire")]
struct App<'a> {
    app_id: Option<Uuid>,
    display_name: &'a str,
    service_principal_id: Option<Uuid>,
    service_principal_name: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Person<'a> {
    id: Option<Uuid>,
    display_name: Option<&'a str>,
    user_principal_name: &'a str,
    ip_address: &'a str,
    user_type: Option<&'a str>,
    home_tenant_id: Option<&'a str>,
    home_tenant_name: Option<&'a str>,
}

pub(super) fn initiator(actor: &Actor) -> Initiator<'_> {
    match actor {
        Actor::User {
            id, upn, name, ip, ..
        } => Initiator {
            app: None,
            user: Some(Person {
                id: *id,
                display_name: name.as_deref(),
                user_principal_name: upn,
                ip_address: ip,
                user_type: None,
                home_tenant_id: None,
                home_tenant_name: None,
            }),
        },
        Actor::App {
            app_id,
            name,
            service_principal,
        } => Initiator {
            app: Some(App {
                app_id: *app_id,
                display_name: name,
                service_principal_id: *service_principal,
                service_principal_name: None,
            }),
            user: None,
        },
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "named as on the wire")]
pub(super) struct SignIn<'a> {
    id: &'a str,
    created_date_time: String,
    user_display_name: &'a str,
    user_principal_name: &'a str,
    user_id: UserId,
    app_id: Uuid,
    app_display_name: &'a str,
    ip_address: &'a str,
    client_app_used: &'a str,
    user_agent: &'a str,
    correlation_id: Uuid,
    conditional_access_status: &'a str,
    is_interactive: bool,
    home_tenant_id: &'a str,
    resource_tenant_id: String,
    risk_detail: &'a str,
    risk_level_aggregated: &'a str,
    risk_level_during_sign_in: &'a str,
    risk_state: &'a str,
    risk_event_types: [&'a str; 0],
    #[serde(rename = "riskEventTypes_v2")]
    risk_event_types_v2: [&'a str; 0],
    resource_display_name: &'a str,
    resource_id: Uuid,
    service_principal_id: &'a str,
    service_principal_name: Option<&'a str>,
    status: Status<'a>,
    device_detail: Device<'a>,
    location: Location<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Status<'a> {
    error_code: u32,
    failure_reason: Option<Cow<'a, str>>,
    additional_details: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "named as on the wire")]
struct Device<'a> {
    device_id: &'a str,
    display_name: Option<&'a str>,
    operating_system: &'a str,
    browser: &'a str,
    is_compliant: Option<bool>,
    is_managed: Option<bool>,
    trust_type: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    city: &'a str,
    state: &'a str,
    country_or_region: &'a str,
    geo_coordinates: Coordinates,
}

#[derive(Serialize)]
struct Coordinates {
    altitude: Option<f64>,
    latitude: f64,
    longitude: f64,
}

pub(super) fn sign_in<'a>(
    new: &'a NewSignIn,
    id: &'a str,
    at: DateTime<Utc>,
    name: &'a str,
    upn: &'a str,
    home: &'a str,
) -> SignIn<'a> {
    let here = &new.environment;
    SignIn {
        id,
        created_date_time: stamp(at),
        user_display_name: name,
        user_principal_name: upn,
        user_id: new.user,
        app_id: new.app.id,
        app_display_name: &new.app.name,
        ip_address: &here.ip,
        client_app_used: "Browser",
        user_agent: &here.user_agent,
        correlation_id: new.correlation_id,
        conditional_access_status: conditional_access_status(&new.policies),
        is_interactive: new.interactive,
        home_tenant_id: home,
        resource_tenant_id: TENANT.id.to_string(),
        risk_detail: "none",
        risk_level_aggregated: &new.risk,
        risk_level_during_sign_in: &new.risk,
        risk_state: if new.risk == "none" { "none" } else { "atRisk" },
        risk_event_types: [],
        risk_event_types_v2: [],
        resource_display_name: &new.resource.name,
        resource_id: new.resource.id,
        service_principal_id: "",
        service_principal_name: None,
        status: Status {
            error_code: new.code,
            failure_reason: new
                .failure_reason
                .as_deref()
                .map(Cow::Borrowed)
                .or_else(|| codes::failure_reason(new.code)),
            additional_details: new
                .additional_details
                .as_deref()
                .or_else(|| codes::additional_details(new.code)),
        },
        device_detail: Device {
            device_id: "",
            display_name: None,
            operating_system: &here.operating_system,
            browser: &here.browser,
            is_compliant: None,
            is_managed: None,
            trust_type: None,
        },
        location: Location {
            city: &here.city,
            state: &here.state,
            country_or_region: &here.country,
            geo_coordinates: Coordinates {
                altitude: None,
                latitude: here.latitude,
                longitude: here.longitude,
            },
        },
    }
}

fn conditional_access_status(policies: &[AppliedPolicy]) -> &'static str {
    if policies.iter().any(|policy| policy.result == "failure") {
        "failure"
    } else if policies.iter().any(|policy| policy.result == "success") {
        "success"
    } else {
        "notApplied"
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SignInBeta<'a> {
    user_type: &'a str,
    cross_tenant_access_type: &'a str,
    authentication_requirement: &'a str,
    authentication_requirement_policies: Vec<RequirementPolicy<'a>>,
    authentication_details: Vec<Step<'a>>,
    authentication_methods_used: Vec<&'a str>,
    authentication_processing_details: [&'a str; 0],
    authentication_protocol: &'a str,
    sign_in_event_types: [&'a str; 1],
    original_request_id: &'a str,
    token_issuer_name: &'a str,
    token_issuer_type: &'a str,
    session_id: Option<Uuid>,
    sign_in_identifier: &'a str,
    sign_in_identifier_type: Option<&'a str>,
    network_location_details: [&'a str; 0],
    ip_address_from_resource_provider: Option<&'a str>,
    flagged_for_review: bool,
    processing_time_in_milliseconds: u32,
    resource_owner_tenant_id: &'a str,
    mfa_detail: Option<&'a str>,
    alternate_sign_in_name: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RequirementPolicy<'a> {
    requirement_provider: &'a str,
    detail: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Step<'a> {
    authentication_step_date_time: String,
    authentication_method: &'a str,
    authentication_method_detail: Option<&'a str>,
    succeeded: bool,
    authentication_step_result_detail: &'a str,
    authentication_step_requirement: &'a str,
}

pub(super) fn sign_in_beta<'a>(new: &'a NewSignIn, id: &'a str, upn: &'a str) -> SignInBeta<'a> {
    let requirement = if new.mfa_required {
        "multiFactorAuthentication"
    } else {
        "singleFactorAuthentication"
    };
    SignInBeta {
        user_type: "guest",
        cross_tenant_access_type: "b2bCollaboration",
        authentication_requirement: requirement,
        authentication_requirement_policies: if new.mfa_required {
            vec![RequirementPolicy {
                requirement_provider: "multiConditionalAccess",
                detail: "Conditional Access",
            }]
        } else {
            Vec::new()
        },
        authentication_details: new
            .methods
            .iter()
            .map(|(method, succeeded)| Step {
                authentication_step_date_time: stamp(new.at),
                authentication_method: method,
                authentication_method_detail: None,
                succeeded: *succeeded,
                authentication_step_result_detail: if *succeeded { "Correct" } else { "Not completed" },
                authentication_step_requirement: requirement,
            })
            .collect(),
        authentication_methods_used: new.methods.iter().map(|(method, _)| &**method).collect(),
        authentication_processing_details: [],
        authentication_protocol: "oAuth2",
        sign_in_event_types: [if new.interactive {
            "interactiveUser"
        } else {
            "nonInteractiveUser"
        }],
        original_request_id: id,
        token_issuer_name: "",
        token_issuer_type: "AzureAD",
        session_id: Some(new.correlation_id),
        sign_in_identifier: upn,
        sign_in_identifier_type: None,
        network_location_details: [],
        ip_address_from_resource_provider: None,
        flagged_for_review: false,
        processing_time_in_milliseconds: new.duration_ms,
        resource_owner_tenant_id: "f8cdef31-a31e-4b4a-93e4-5f571e91255a",
        mfa_detail: None,
        alternate_sign_in_name: None,
    }
}
