//! The constants of the sandbox tenant: its name, its administrators, its registered applications, its partners.

use chrono::DateTime;
use uuid::{Uuid, uuid};

use super::{
    id::{TenantId, UserId},
    user::{Identity, SignInActivity, User, UserType},
};

/// Who the tenant is.
#[derive(Debug, Clone, Copy)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// The name administrators and guests read.
    pub name: &'static str,
    /// The verified default domain.
    pub domain: &'static str,
    /// The domain it was born with; the guests' user principal names end in it.
    pub initial_domain: &'static str,
    /// Where its privacy statement lies, as guests are shown it.
    pub privacy_statement: &'static str,
}

/// The sandbox tenant.
pub const TENANT: Tenant = Tenant {
    id: TenantId(uuid!("c0a70500-5a4d-4b0c-9e2f-0f7e5a2d1b11")),
    name: "Contoso",
    domain: "contoso.com",
    initial_domain: "contosob2b.onmicrosoft.com",
    privacy_statement: "https://contoso.com/privacy",
};

/// The public client that people sign in with (authorization code and PKCE).
pub const PUBLIC_CLIENT_ID: Uuid = uuid!("5a4db0c5-0001-4c11-8e17-00000000c0de");
/// The confidential client that acts for itself (client credentials).
pub const APP_CLIENT_ID: Uuid = uuid!("5a4db0c5-0002-4c11-8e17-00000000c0de");
/// The secret of [`APP_CLIENT_ID`]. It guards invented people on this computer only.
pub const APP_CLIENT_SECRET: &str = "sandbox~not-a-secret~nothing-leaves-this-computer";
/// The service principal of [`APP_CLIENT_ID`] in this tenant; the `oid` of its tokens.
pub const APP_OBJECT_ID: Uuid = uuid!("5a4db0c5-0003-4c11-8e17-00000000c0de");

/// The application permissions that were granted to [`APP_CLIENT_ID`]; the `roles` of its tokens.
pub const APP_ROLES: &[&str] = &[
    "AuditLog.Read.All",
    "CrossTenantInformation.ReadBasic.All",
    "DelegatedPermissionGrant.ReadWrite.All",
    "Directory.Read.All",
    "Domain.Read.All",
    "IdentityProvider.ReadWrite.All",
    "Organization.Read.All",
    "Policy.Read.All",
    "Policy.Read.B2BManagementPolicy",
    "Policy.ReadWrite.Authorization",
    "Policy.ReadWrite.AuthenticationMethod",
    "Policy.ReadWrite.B2BManagementPolicy",
    "Policy.ReadWrite.ConditionalAccess",
    "Policy.ReadWrite.CrossTenantAccess",
    "User.DeleteRestore.All",
    "User.EnableDisableAccount.All",
    "User.Invite.All",
    "User.Read.All",
    "User.ReadWrite.All",
];

/// A directory role as Entra defines it, by the id of its template (`wids` of a token).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DirectoryRole {
    /// The id of the role template, the same in every tenant.
    pub template_id: Uuid,
    /// Its name.
    pub name: &'static str,
    /// What it may do, in a sentence.
    pub description: &'static str,
}

/// The directory roles that the sandbox knows.
pub mod roles {
    use super::{DirectoryRole, uuid};

    /// May do everything.
    pub const GLOBAL_ADMINISTRATOR: DirectoryRole = DirectoryRole {
        template_id: uuid!("62e90394-69f5-4237-9190-012177145e10"),
        name: "Global Administrator",
        description: "Manages every aspect of the directory.",
    };
    /// Manages users and guests.
    pub const USER_ADMINISTRATOR: DirectoryRole = DirectoryRole {
        template_id: uuid!("fe930be7-5e62-47db-91af-98c3a49a38b1"),
        name: "User Administrator",
        description: "Manages users and groups, guests included.",
    };
    /// Reads logs and reports.
    pub const REPORTS_READER: DirectoryRole = DirectoryRole {
        template_id: uuid!("4a5d8f65-41da-4de4-8968-e035b65339cf"),
        name: "Reports Reader",
        description: "Reads sign-in and audit reports.",
    };
    /// Invites guests, and no more.
    pub const GUEST_INVITER: DirectoryRole = DirectoryRole {
        template_id: uuid!("95e79109-95c0-4d8e-aee3-d01accf2d47b"),
        name: "Guest Inviter",
        description: "Invites guests whatever the members may do.",
    };
    /// Reads everything, changes nothing.
    pub const GLOBAL_READER: DirectoryRole = DirectoryRole {
        template_id: uuid!("f2ef992c-3afb-46b9-b7cf-a126ee74c451"),
        name: "Global Reader",
        description: "Reads everything an administrator reads, changes nothing.",
    };
    /// Resets passwords and redemptions.
    pub const HELPDESK_ADMINISTRATOR: DirectoryRole = DirectoryRole {
        template_id: uuid!("729827e3-9c14-49f7-bb1b-9608f156bbb8"),
        name: "Helpdesk Administrator",
        description: "Helps people who cannot get in.",
    };
    /// Reads security reports and policies.
    pub const SECURITY_READER: DirectoryRole = DirectoryRole {
        template_id: uuid!("5d6b6bb7-de71-4623-b4af-96380a352509"),
        name: "Security Reader",
        description: "Reads security reports and policies.",
    };
    /// Changes security policies.
    pub const SECURITY_ADMINISTRATOR: DirectoryRole = DirectoryRole {
        template_id: uuid!("194ae4cb-b126-40b2-bd5b-6091b380977d"),
        name: "Security Administrator",
        description: "Changes security policies.",
    };
    /// Changes Conditional Access policies.
    pub const CONDITIONAL_ACCESS_ADMINISTRATOR: DirectoryRole = DirectoryRole {
        template_id: uuid!("b1be1c3e-b65d-4f19-8427-f6fa0d97feb9"),
        name: "Conditional Access Administrator",
        description: "Changes Conditional Access policies.",
    };
    /// All of them.
    pub const ALL: &[DirectoryRole] = &[
        GLOBAL_ADMINISTRATOR,
        USER_ADMINISTRATOR,
        REPORTS_READER,
        GUEST_INVITER,
        GLOBAL_READER,
        HELPDESK_ADMINISTRATOR,
        SECURITY_READER,
        SECURITY_ADMINISTRATOR,
        CONDITIONAL_ACCESS_ADMINISTRATOR,
    ];
}

/// Somebody who can sign in to the sandbox tenant as an administrator.
#[derive(Debug, Clone, Copy)]
pub struct Admin {
    /// Object id.
    pub id: UserId,
    /// Name as shown.
    pub name: &'static str,
    /// Given name and surname.
    pub given_name: &'static str,
    /// Surname.
    pub surname: &'static str,
    /// User principal name and mail address.
    pub upn: &'static str,
    /// What is on the business card.
    pub job_title: &'static str,
    /// Directory roles.
    pub roles: &'static [DirectoryRole],
}

/// The seeded administrators.
pub const ADMINS: [Admin; 4] = [
    Admin {
        id: UserId(uuid!("ad000001-0b5e-4f7c-9a11-5a4db0c50001")),
        name: "Adele Vance",
        given_name: "Adele",
        surname: "Vance",
        upn: "adele.vance@contoso.com",
        job_title: "Collaboration lead",
        roles: &[roles::USER_ADMINISTRATOR, roles::REPORTS_READER],
    },
    Admin {
        id: UserId(uuid!("ad000002-0b5e-4f7c-9a11-5a4db0c50002")),
        name: "Megan Bowen",
        given_name: "Megan",
        surname: "Bowen",
        upn: "megan.bowen@contoso.com",
        job_title: "Supplier onboarding",
        roles: &[roles::GUEST_INVITER],
    },
    Admin {
        id: UserId(uuid!("ad000003-0b5e-4f7c-9a11-5a4db0c50003")),
        name: "Grady Archie",
        given_name: "Grady",
        surname: "Archie",
        upn: "grady.archie@contoso.com",
        job_title: "Auditor",
        roles: &[roles::GLOBAL_READER],
    },
    Admin {
        id: UserId(uuid!("ad000004-0b5e-4f7c-9a11-5a4db0c50004")),
        name: "Nestor Wilke",
        given_name: "Nestor",
        surname: "Wilke",
        upn: "nestor.wilke@contoso.com",
        job_title: "Head of IT",
        roles: &[roles::GLOBAL_ADMINISTRATOR],
    },
];

impl Admin {
    pub(super) fn to_user(self) -> User {
        let born = DateTime::from_timestamp(1_546_300_800, 0).unwrap_or_default();
        User {
            id: self.id,
            display_name: self.name.to_owned(),
            given_name: Some(self.given_name.to_owned()),
            surname: Some(self.surname.to_owned()),
            job_title: Some(self.job_title.to_owned()),
            user_principal_name: self.upn.to_owned(),
            mail: Some(self.upn.to_owned()),
            other_mails: Vec::new(),
            proxy_addresses: vec![format!("SMTP:{}", self.upn)],
            user_type: UserType::Member,
            creation_type: None,
            created: born,
            external_user_state: None,
            external_user_state_changed: None,
            account_enabled: true,
            identities: vec![Identity::upn(TENANT.initial_domain, self.upn)],
            company_name: Some(TENANT.name.to_owned()),
            department: None,
            usage_location: Some("DE".to_owned()),
            preferred_language: Some("en-US".to_owned()),
            sessions_valid_from: born,
            sponsors: Vec::new(),
            invited_by: None,
            deleted: None,
            activity: SignInActivity::default(),
            visible_from: born,
            history: Vec::new(),
        }
    }
}

/// An organisation whose people are guests here.
#[derive(Debug, Clone)]
pub struct Partner {
    /// Its mail domain.
    pub domain: String,
    /// Its name.
    pub name: String,
    /// Its Entra tenant; none where it has none (consumer mail, small firms).
    pub tenant: Option<TenantId>,
}
