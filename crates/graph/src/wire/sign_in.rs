//! `signIn` ("signIn resource type", beta: v1.0 lacks what tells a guest's sign-in from a member's).

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::text::Text;

/// A row of the sign-in log. Enumerations are texts: their values grow.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphSignIn<'a> {
    /// Names the row: the request id of the portal.
    #[serde(borrow)]
    pub id: Text<'a>,
    /// When it happened.
    pub created_date_time: DateTime<Utc>,
    /// The object id in this tenant: the only thing to join a guest on.
    #[serde(borrow)]
    pub user_id: Option<Text<'a>>,
    /// The name in the home tenant, lower-case.
    #[serde(borrow)]
    pub user_principal_name: Option<Text<'a>>,
    /// The person's name.
    #[serde(borrow)]
    pub user_display_name: Option<Text<'a>>,
    /// `member` or `guest`.
    #[serde(borrow)]
    pub user_type: Option<Text<'a>>,
    /// The application's id.
    #[serde(borrow)]
    pub app_id: Option<Text<'a>>,
    /// The application's name.
    #[serde(borrow)]
    pub app_display_name: Option<Text<'a>>,
    /// The resource's name.
    #[serde(borrow)]
    pub resource_display_name: Option<Text<'a>>,
    /// The resource's id.
    #[serde(borrow)]
    pub resource_id: Option<Text<'a>>,
    /// Joins the rows of one attempt.
    #[serde(borrow)]
    pub correlation_id: Option<Text<'a>>,
    /// How it ended.
    #[serde(borrow)]
    pub status: Option<GraphSignInStatus<'a>>,
    /// `success`, `failure`, `notApplied`.
    #[serde(borrow)]
    pub conditional_access_status: Option<Text<'a>>,
    /// Policies and what they did; `None` where the caller may not see them, which is not "none applied".
    #[serde(borrow)]
    pub applied_conditional_access_policies: Option<Vec<GraphAppliedPolicy<'a>>>,
    /// Whether a person was there.
    pub is_interactive: Option<bool>,
    /// Such as `Browser`.
    #[serde(borrow)]
    pub client_app_used: Option<Text<'a>>,
    /// The address of the computer.
    #[serde(borrow)]
    pub ip_address: Option<Text<'a>>,
    /// Where the address is.
    #[serde(borrow)]
    pub location: Option<GraphLocation<'a>>,
    /// The device.
    #[serde(borrow)]
    pub device_detail: Option<GraphDeviceDetail<'a>>,
    /// The browser, as it calls itself.
    #[serde(borrow)]
    pub user_agent: Option<Text<'a>>,
    /// The tenant the person comes from.
    #[serde(borrow)]
    pub home_tenant_id: Option<Text<'a>>,
    /// Its name, where that tenant consented.
    #[serde(borrow)]
    pub home_tenant_name: Option<Text<'a>>,
    /// The tenant signed in to.
    #[serde(borrow)]
    pub resource_tenant_id: Option<Text<'a>>,
    /// `none`, `b2bCollaboration`, ...
    #[serde(borrow)]
    pub cross_tenant_access_type: Option<Text<'a>>,
    /// `singleFactorAuthentication` or `multiFactorAuthentication`.
    #[serde(borrow)]
    pub authentication_requirement: Option<Text<'a>>,
    /// The steps taken.
    #[serde(borrow, default, deserialize_with = "super::text_list::null_is_empty")]
    pub authentication_details: Vec<GraphAuthenticationDetail<'a>>,
    /// Free text, whatever its description says.
    #[serde(borrow)]
    pub incoming_token_type: Option<Text<'a>>,
}

/// How a sign-in ended.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphSignInStatus<'a> {
    /// The AADSTS number; 0 is success.
    pub error_code: Option<i64>,
    /// The service's words; `Other.` may stand beside a success.
    #[serde(borrow)]
    pub failure_reason: Option<Text<'a>>,
    /// More of it.
    #[serde(borrow)]
    pub additional_details: Option<Text<'a>>,
}

/// What a Conditional Access policy did.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphAppliedPolicy<'a> {
    /// The policy's id.
    #[serde(borrow)]
    pub id: Option<Text<'a>>,
    /// The policy's name.
    #[serde(borrow)]
    pub display_name: Option<Text<'a>>,
    /// What it demanded.
    #[serde(borrow, default, deserialize_with = "super::text_list::null_is_empty")]
    pub enforced_grant_controls: Vec<Text<'a>>,
    /// `success`, `failure`, `notApplied`, `reportOnlyFailure`, ...
    #[serde(borrow)]
    pub result: Option<Text<'a>>,
}

/// Where an address is.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphLocation<'a> {
    /// City.
    #[serde(borrow)]
    pub city: Option<Text<'a>>,
    /// State.
    #[serde(borrow)]
    pub state: Option<Text<'a>>,
    /// Two letters.
    #[serde(borrow)]
    pub country_or_region: Option<Text<'a>>,
}

/// The device of a sign-in.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphDeviceDetail<'a> {
    /// Its id; empty where it is not known to the tenant.
    #[serde(borrow)]
    pub device_id: Option<Text<'a>>,
    /// The operating system.
    #[serde(borrow)]
    pub operating_system: Option<Text<'a>>,
    /// The browser.
    #[serde(borrow)]
    pub browser: Option<Text<'a>>,
    /// Whether it complies with policy.
    pub is_compliant: Option<bool>,
    /// Whether it is managed.
    pub is_managed: Option<bool>,
}

/// A step of an authentication.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphAuthenticationDetail<'a> {
    /// Such as `Password`.
    #[serde(borrow)]
    pub authentication_method: Option<Text<'a>>,
    /// Whether it succeeded.
    pub succeeded: Option<bool>,
    /// How it went.
    #[serde(borrow)]
    pub authentication_step_result_detail: Option<Text<'a>>,
}
