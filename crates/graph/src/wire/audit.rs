//! `directoryAudit` ("directoryAudit resource type", v1.0): what is indexed of it. Every other member stays in the raw
//! row, where whoever shows it reads it; a hundred thousand rows are not taken apart for nothing.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::text::Text;

/// A row of the audit log.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphDirectoryAudit<'a> {
    /// Names the row; not a GUID.
    #[serde(borrow)]
    pub id: Text<'a>,
    /// When it happened.
    #[serde(deserialize_with = "super::instant::read")]
    pub activity_date_time: DateTime<Utc>,
    /// What happened, such as `Invite external user`.
    #[serde(borrow)]
    pub activity_display_name: Text<'a>,
    /// Such as `UserManagement`.
    #[serde(borrow)]
    pub category: Option<Text<'a>>,
    /// Joins the rows of one operation.
    #[serde(borrow)]
    pub correlation_id: Option<Text<'a>>,
    /// Such as `Invited Users` or `B2B Auth`.
    #[serde(borrow)]
    pub logged_by_service: Option<Text<'a>>,
    /// `success`, `failure`, `timeout`.
    #[serde(borrow)]
    pub result: Option<Text<'a>>,
    /// Why it failed, where it did.
    #[serde(borrow)]
    pub result_reason: Option<Text<'a>>,
    /// Who did it.
    #[serde(borrow)]
    pub initiated_by: Option<GraphInitiator<'a>>,
    /// What it was done to.
    #[serde(borrow, default, deserialize_with = "super::text_list::null_is_empty")]
    pub target_resources: Vec<GraphTargetResource<'a>>,
}

/// Who did it: a person or an application.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct GraphInitiator<'a> {
    /// The person.
    #[serde(borrow)]
    pub user: Option<GraphUserIdentity<'a>>,
    /// The application.
    #[serde(borrow)]
    pub app: Option<GraphAppIdentity<'a>>,
}

/// A person in a log. The type is open: rows carry members its description does not declare.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphUserIdentity<'a> {
    /// The object id.
    #[serde(borrow)]
    pub id: Option<Text<'a>>,
    /// The name.
    #[serde(borrow)]
    pub display_name: Option<Text<'a>>,
    /// The name used to sign in.
    #[serde(borrow)]
    pub user_principal_name: Option<Text<'a>>,
}

/// An application in a log.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphAppIdentity<'a> {
    /// The application's id.
    #[serde(borrow)]
    pub app_id: Option<Text<'a>>,
    /// The name.
    #[serde(borrow)]
    pub display_name: Option<Text<'a>>,
    /// The id of its service principal in the tenant.
    #[serde(borrow)]
    pub service_principal_id: Option<Text<'a>>,
}

/// What something was done to.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphTargetResource<'a> {
    /// The object id.
    #[serde(borrow)]
    pub id: Option<Text<'a>>,
    /// The name; of a redemption, a text that joins it to its invitation.
    #[serde(borrow)]
    pub display_name: Option<Text<'a>>,
    /// The name used to sign in.
    #[serde(borrow)]
    pub user_principal_name: Option<Text<'a>>,
}
