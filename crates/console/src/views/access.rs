//! What a guest was given in the tenant.

use chrono::{DateTime, Utc};
use serde::Serialize;
use specta::Type;

/// Directory roles, groups and applications of a guest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "state", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum GuestAccessView {
    /// Read from the tenant.
    Read {
        /// Active directory roles given to the guest directly.
        roles: Vec<AccessRoleView>,
        /// Groups the guest is a direct member of.
        groups: Vec<AccessGroupView>,
        /// Applications assigned to the guest or to a group the guest is in.
        apps: Vec<AccessAppView>,
        /// When.
        read_at: DateTime<Utc>,
    },
    /// Usher was not given the permission yet; it is asked for when wanted.
    PermissionNeeded {
        /// The permission in one line: name, least role, whether the account has it.
        permission: String,
        /// Whether the account's roles allow it; null where that is not known.
        held: Option<bool>,
    },
}

/// A directory role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AccessRoleView {
    /// Object ID in the tenant.
    pub id: String,
    /// Its name; null where it may not be read.
    pub name: Option<String>,
}

/// What kind of group, as the admin center calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum GroupKindView {
    /// Microsoft 365.
    Microsoft365,
    /// Security.
    Security,
    /// Mail-enabled security.
    MailEnabledSecurity,
    /// Distribution.
    Distribution,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AccessGroupView {
    /// Object ID.
    pub id: String,
    /// Its name; null where it may not be read.
    pub name: Option<String>,
    /// Its kind; null where it is not readable, or none of these.
    pub kind: Option<GroupKindView>,
    /// Whether its members follow from a rule; null where it is not readable.
    pub is_dynamic: Option<bool>,
    /// Whether directory roles can be given to it.
    pub is_role_assignable: bool,
}

/// An application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AccessAppView {
    /// ID of the assignment.
    pub id: String,
    /// Object ID of the application's service principal.
    pub service_principal: String,
    /// Its name; null where it may not be read.
    pub name: Option<String>,
    /// The group that is assigned, where it is not the guest alone.
    pub through: Option<String>,
    /// When it was assigned.
    pub assigned_at: Option<DateTime<Utc>>,
}
