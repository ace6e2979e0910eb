//! `signIn` ("signIn resource type", beta: v1.0 lacks what tells a guest's sign-in from a member's): what
//! is indexed of it, as with [audits](super::audit).

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
    #[serde(deserialize_with = "super::instant::read")]
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
    /// Joins the rows of one attempt.
    #[serde(borrow)]
    pub correlation_id: Option<Text<'a>>,
    /// How it ended.
    #[serde(borrow)]
    pub status: Option<GraphSignInStatus<'a>>,
    /// `success`, `failure`, `notApplied`.
    #[serde(borrow)]
    pub conditional_access_status: Option<Text<'a>>,
    /// The tenant the person comes from.
    #[serde(borrow)]
    pub home_tenant_id: Option<Text<'a>>,
    /// The tenant signed in to.
    #[serde(borrow)]
    pub resource_tenant_id: Option<Text<'a>>,
    /// `none`, `b2bCollaboration`, ...
    #[serde(borrow)]
    pub cross_tenant_access_type: Option<Text<'a>>,
    /// `singleFactorAuthentication` or `multiFactorAuthentication`.
    #[serde(borrow)]
    pub authentication_requirement: Option<Text<'a>>,
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
}
