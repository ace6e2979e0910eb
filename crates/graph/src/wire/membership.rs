//! What a user was given: groups, directory roles, applications.

use chrono::{DateTime, Utc};
use serde::Deserialize;

/// Something a user is a member of ("List memberOf"), told apart by its `@odata.type`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "@odata.type")]
pub enum GraphMembership {
    /// A group.
    #[serde(rename = "#microsoft.graph.group")]
    Group(GraphGroup),
    /// A directory role.
    #[serde(rename = "#microsoft.graph.directoryRole")]
    Role(GraphDirectoryRole),
    /// An administrative unit, or what there will be.
    #[serde(other)]
    Other,
}

/// A group ("group resource type"). What the caller may not read is null.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphGroup {
    /// Object id.
    pub id: String,
    /// Name.
    pub display_name: Option<String>,
    /// `Unified` for Microsoft 365 groups, `DynamicMembership` for those with a rule.
    pub group_types: Option<Vec<String>>,
    /// Whether it may give access.
    pub security_enabled: Option<bool>,
    /// Whether it has a mail address.
    pub mail_enabled: Option<bool>,
    /// Whether a directory role can be given to it.
    pub is_assignable_to_role: Option<bool>,
}

/// A directory role somebody holds ("directoryRole resource type").
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphDirectoryRole {
    /// The role's object id in the tenant.
    pub id: String,
    /// The role's name.
    pub display_name: Option<String>,
    /// The id of the role everywhere.
    pub role_template_id: Option<String>,
}

/// An application somebody is assigned to, or a group they are in ("appRoleAssignment resource type").
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphAppRoleAssignment {
    /// Id of the assignment.
    pub id: String,
    /// Object id of the application's service principal.
    pub resource_id: String,
    /// Its name.
    pub resource_display_name: Option<String>,
    /// `User`, or `Group` where a group is assigned and the user is in it.
    pub principal_type: Option<String>,
    /// Who or what is assigned.
    pub principal_display_name: Option<String>,
    /// When it was assigned.
    #[serde(default, deserialize_with = "super::instant::read_if_any")]
    pub created_date_time: Option<DateTime<Utc>>,
}
