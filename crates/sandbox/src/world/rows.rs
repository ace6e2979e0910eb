//! Writing rows of the logs: what a row needs, and how Graph words it.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::{
    id::{TenantId, UserId},
    tenant::Admin,
    user::User,
};

/// Applications that appear in sign-ins.
pub mod apps {
    use super::{AppRef, Cow};
    use uuid::uuid;

    /// Where invitation links lead.
    pub const ACCEPTANCE_PORTAL: AppRef = AppRef {
        id: uuid!("4660504c-45b3-4674-a709-71951a6b0763"),
        name: Cow::Borrowed("Microsoft Invitation Acceptance Portal"),
    };
    /// The start page for applications.
    pub const MY_APPS: AppRef = AppRef {
        id: uuid!("2793995e-0a7d-40d7-bd35-6968ba142197"),
        name: Cow::Borrowed("My Apps"),
    };
    /// Chat and meetings.
    pub const TEAMS: AppRef = AppRef {
        id: uuid!("1fec8e78-bce4-4aaf-ab1b-5451cc387264"),
        name: Cow::Borrowed("Microsoft Teams"),
    };
    /// Documents.
    pub const SHAREPOINT: AppRef = AppRef {
        id: uuid!("00000003-0000-0ff1-ce00-000000000000"),
        name: Cow::Borrowed("Office 365 SharePoint Online"),
    };
    /// The management portal.
    pub const AZURE_PORTAL: AppRef = AppRef {
        id: uuid!("c44b4083-3bb0-49c1-b47d-974e53cbdf3c"),
        name: Cow::Borrowed("Azure Portal"),
    };
    /// The tenant's own line-of-business application, the one with assignments.
    pub const SUPPLIER_PORTAL: AppRef = AppRef {
        id: uuid!("5a4db0c5-00aa-4c11-8e17-00000000c0de"),
        name: Cow::Borrowed("Contoso Supplier Portal"),
    };
    /// The resource behind most sign-ins.
    pub const GRAPH: AppRef = AppRef {
        id: uuid!("00000003-0000-0000-c000-000000000000"),
        name: Cow::Borrowed("Microsoft Graph"),
    };
}

/// An application by id and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppRef {
    /// Application (client) id.
    pub id: Uuid,
    /// Display name.
    pub name: Cow<'static, str>,
}

/// Who did what an audit row tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A person.
    User {
        /// Object id; none for a guest in the redeem row.
        id: Option<Uuid>,
        /// Sign-in name.
        upn: String,
        /// Name as shown, if the row knows it.
        name: Option<String>,
        /// Address the request came from.
        ip: String,
        /// The role templates the person held, for `wids`.
        wids: Vec<Uuid>,
    },
    /// An application or a part of Entra itself.
    App {
        /// Application id; parts of Entra have none.
        app_id: Option<Uuid>,
        /// Display name.
        name: String,
        /// Object id of its service principal.
        service_principal: Option<Uuid>,
    },
}

impl Actor {
    /// An administrator at a desk of the tenant.
    pub fn admin(admin: &Admin) -> Self {
        Self::User {
            id: Some(admin.id.0),
            upn: admin.upn.to_owned(),
            name: None,
            ip: "203.0.113.4".to_owned(),
            wids: admin.roles.iter().map(|role| role.template_id).collect(),
        }
    }

    /// A guest who acts with the home address.
    pub fn guest(home_upn: &str, ip: &str) -> Self {
        Self::User {
            id: None,
            upn: home_upn.to_owned(),
            name: None,
            ip: ip.to_owned(),
            wids: Vec::new(),
        }
    }

    /// A part of Entra.
    pub fn part_of_entra(name: &str) -> Self {
        Self::App {
            app_id: None,
            name: name.to_owned(),
            service_principal: None,
        }
    }

    /// The object id, if the actor is a person with one.
    pub fn user_id(&self) -> Option<Uuid> {
        match self {
            Self::User { id, .. } => *id,
            Self::App { .. } => None,
        }
    }
}

/// One entry of `modifiedProperties`; both values are JSON inside a string, as Entra writes them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ModifiedProperty {
    display_name: String,
    old_value: Option<String>,
    new_value: Option<String>,
}

impl ModifiedProperty {
    /// A property whose values are JSON arrays.
    pub fn json<V: Serialize>(name: &str, old: &[V], new: &[V]) -> Self {
        let text = |values: &[V]| serde_json::to_string(values).ok();
        Self {
            display_name: name.to_owned(),
            old_value: text(old),
            new_value: text(new),
        }
    }

    /// The closing entry that lists what changed.
    pub fn included(names: &[&str]) -> Self {
        Self {
            display_name: "Included Updated Properties".to_owned(),
            old_value: None,
            new_value: serde_json::to_string(&names.join(", ")).ok(),
        }
    }
}

/// One entry of `targetResources`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditTarget {
    id: Option<String>,
    display_name: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    user_principal_name: Option<String>,
    group_type: Option<String>,
    modified_properties: Vec<ModifiedProperty>,
    #[serde(skip)]
    user: Option<UserId>,
}

impl AuditTarget {
    /// A user.
    pub fn user(user: &User) -> Self {
        Self {
            id: Some(user.id.to_string()),
            display_name: Some(user.display_name.clone()),
            kind: "User".to_owned(),
            user_principal_name: Some(user.user_principal_name.clone()),
            group_type: None,
            modified_properties: Vec::new(),
            user: Some(user.id),
        }
    }

    /// Anything else: `Policy`, `Application`, `Other`, ...
    pub fn other(kind: &str, id: Option<&str>, name: &str) -> Self {
        Self {
            id: id.map(ToOwned::to_owned),
            display_name: Some(name.to_owned()),
            kind: kind.to_owned(),
            user_principal_name: None,
            group_type: None,
            modified_properties: Vec::new(),
            user: None,
        }
    }

    /// The user it is, if it is one.
    pub fn user_id(&self) -> Option<UserId> {
        self.user
    }

    /// The same under another display name (the redeem row hides the invitation id there).
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.display_name = Some(name.to_owned());
        self
    }

    /// The same with changes.
    #[must_use]
    pub fn with(mut self, changes: Vec<ModifiedProperty>) -> Self {
        self.modified_properties = changes;
        self
    }
}

/// An audit row to be written.
#[derive(Debug, Clone)]
pub struct NewAudit {
    /// `activityDateTime`.
    pub at: DateTime<Utc>,
    /// `activityDisplayName`.
    pub activity: Cow<'static, str>,
    /// `loggedByService`.
    pub service: Cow<'static, str>,
    /// `category`.
    pub category: Cow<'static, str>,
    /// `operationType`.
    pub operation: Cow<'static, str>,
    /// Whether `result` is `success` or `failure`.
    pub success: bool,
    /// `resultReason`.
    pub reason: Option<String>,
    /// `initiatedBy`.
    pub actor: Actor,
    /// `targetResources`.
    pub targets: Vec<AuditTarget>,
    /// `additionalDetails`.
    pub details: Vec<(Cow<'static, str>, String)>,
    /// `correlationId`; a fresh one when none.
    pub correlation_id: Option<Uuid>,
}

impl NewAudit {
    /// A row of any service, of category `UserManagement`.
    pub fn new(
        service: impl Into<Cow<'static, str>>,
        activity: impl Into<Cow<'static, str>>,
        operation: impl Into<Cow<'static, str>>,
        at: DateTime<Utc>,
        actor: Actor,
    ) -> Self {
        Self {
            at,
            activity: activity.into(),
            service: service.into(),
            category: Cow::Borrowed("UserManagement"),
            operation: operation.into(),
            success: true,
            reason: None,
            actor,
            targets: Vec::new(),
            details: Vec::new(),
            correlation_id: None,
        }
    }

    /// A row of the directory itself.
    pub fn core_directory(
        activity: impl Into<Cow<'static, str>>,
        operation: impl Into<Cow<'static, str>>,
        at: DateTime<Utc>,
        actor: Actor,
    ) -> Self {
        Self::new("Core Directory", activity, operation, at, actor)
    }

    /// With one more target.
    #[must_use]
    pub fn target(mut self, target: AuditTarget) -> Self {
        self.targets.push(target);
        self
    }

    /// With one more detail.
    #[must_use]
    pub fn detail(mut self, key: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.details.push((key.into(), value.into()));
        self
    }

    /// As one of several rows of one act.
    #[must_use]
    pub fn correlated(mut self, id: Uuid) -> Self {
        self.correlation_id = Some(id);
        self
    }

    /// Of another category.
    #[must_use]
    pub fn category(mut self, category: impl Into<Cow<'static, str>>) -> Self {
        self.category = category.into();
        self
    }

    /// As a failure with a reason.
    #[must_use]
    pub fn failed(mut self, reason: &str) -> Self {
        self.success = false;
        self.reason = Some(reason.to_owned());
        self
    }
}

/// Where and with what somebody signed in.
#[derive(Debug, Clone, PartialEq)]
pub struct ClientEnvironment {
    /// Address, from the ranges for documentation.
    pub ip: String,
    /// Town.
    pub city: Cow<'static, str>,
    /// Region.
    pub state: Cow<'static, str>,
    /// Two-letter country.
    pub country: Cow<'static, str>,
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// Operating system with version.
    pub operating_system: Cow<'static, str>,
    /// Browser with version.
    pub browser: Cow<'static, str>,
    /// The `User-Agent` text.
    pub user_agent: Cow<'static, str>,
}

impl Default for ClientEnvironment {
    fn default() -> Self {
        Self {
            ip: "198.51.100.7".to_owned(),
            city: Cow::Borrowed("Berlin"),
            state: Cow::Borrowed("Berlin"),
            country: Cow::Borrowed("DE"),
            latitude: 52.52,
            longitude: 13.405,
            operating_system: Cow::Borrowed("Windows 11"),
            browser: Cow::Borrowed("Edge 142.0.0"),
            user_agent: Cow::Borrowed(
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
            ),
        }
    }
}

/// A Conditional Access policy as it applied to one sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AppliedPolicy {
    /// Policy id.
    pub id: String,
    /// Its name.
    pub display_name: Cow<'static, str>,
    /// `Block`, `Mfa`, `RequireCompliantDevice`, ...
    pub enforced_grant_controls: Vec<Cow<'static, str>>,
    /// Session controls.
    pub enforced_session_controls: Vec<Cow<'static, str>>,
    /// `success`, `failure`, `notApplied`, `reportOnlySuccess`, ...
    pub result: Cow<'static, str>,
}

/// A sign-in row to be written.
#[derive(Debug, Clone)]
pub struct NewSignIn {
    /// `createdDateTime`; cut to whole seconds.
    pub at: DateTime<Utc>,
    /// `userId`: the guest object in this tenant.
    pub user: UserId,
    /// `userPrincipalName`: the guest's home address; written in lower case.
    pub home_upn: String,
    /// `homeTenantId`: none for people without an Entra tenant (the consumer tenant is written).
    pub home_tenant: Option<TenantId>,
    /// AADSTS number; 0 for success.
    pub code: u32,
    /// `status/failureReason`; looked up by code when none.
    pub failure_reason: Option<String>,
    /// `status/additionalDetails`.
    pub additional_details: Option<String>,
    /// The application the person wanted.
    pub app: AppRef,
    /// The resource behind it.
    pub resource: AppRef,
    /// Groups the rows of one visit.
    pub correlation_id: Uuid,
    /// Where from.
    pub environment: ClientEnvironment,
    /// Policies that were judged; the sign-in's own status follows from their results.
    pub policies: Vec<AppliedPolicy>,
    /// Whether a person was in front of it.
    pub interactive: bool,
    /// Whether multifactor authentication was demanded.
    pub mfa_required: bool,
    /// `authenticationMethod` of the steps, in order, with success.
    pub methods: Vec<(Cow<'static, str>, bool)>,
    /// `none`, `low`, `medium`, `high`.
    pub risk: Cow<'static, str>,
    /// Milliseconds the service took.
    pub duration_ms: u32,
}

impl NewSignIn {
    /// An interactive sign-in of a guest from the default environment.
    pub fn new(
        at: DateTime<Utc>,
        guest: &User,
        home_tenant: Option<TenantId>,
        code: u32,
        app: AppRef,
        correlation_id: Uuid,
    ) -> Self {
        Self {
            at,
            user: guest.id,
            home_upn: guest.address().to_owned(),
            home_tenant,
            code,
            failure_reason: None,
            additional_details: None,
            app,
            resource: apps::GRAPH,
            correlation_id,
            environment: ClientEnvironment::default(),
            policies: Vec::new(),
            interactive: true,
            mfa_required: false,
            methods: Vec::new(),
            risk: Cow::Borrowed("none"),
            duration_ms: 120,
        }
    }
}

/// A sign-in row that only the guest's own organisation sees; the control interface shows it, Graph never does.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HomeRow {
    /// When.
    pub at: DateTime<Utc>,
    /// Whose.
    pub mail: String,
    /// AADSTS number.
    pub code: u32,
    /// In words.
    pub reason: String,
}
