//! What Usher asks for, and why: the one table behind the sign-in screen, the permission lens and every
//! refusal.

/// A delegated permission of Microsoft Graph that Usher uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Scope {
    /// Who is signed in, and the tenant's name.
    #[serde(rename = "User.Read")]
    UserRead,
    /// Every user, guests among them.
    #[serde(rename = "User.Read.All")]
    UserReadAll,
    /// Audit and sign-in logs, and the time of the last sign-in.
    #[serde(rename = "AuditLog.Read.All")]
    AuditLogReadAll,
    /// The tenant's policies.
    #[serde(rename = "Policy.Read.All")]
    PolicyReadAll,
    /// Groups, directory roles and applications.
    #[serde(rename = "Directory.Read.All")]
    DirectoryReadAll,
    /// Invitations.
    #[serde(rename = "User.Invite.All")]
    UserInviteAll,
    /// Changing users; also needed for resetting a redemption.
    #[serde(rename = "User.ReadWrite.All")]
    UserReadWriteAll,
    /// Blocking and unblocking sign-in.
    #[serde(rename = "User.EnableDisableAccount.All")]
    UserEnableDisableAccountAll,
    /// Deleting, restoring and purging users.
    #[serde(rename = "User.DeleteRestore.All")]
    UserDeleteRestoreAll,
}

impl Scope {
    /// What is asked when somebody signs in: nothing of it can change the tenant.
    pub const READING: &'static [Self] = &[
        Self::UserRead,
        Self::UserReadAll,
        Self::AuditLogReadAll,
        Self::PolicyReadAll,
    ];

    /// Returns the permission's name in Microsoft Graph.
    pub fn name(self) -> &'static str {
        match self {
            Self::UserRead => "User.Read",
            Self::UserReadAll => "User.Read.All",
            Self::AuditLogReadAll => "AuditLog.Read.All",
            Self::PolicyReadAll => "Policy.Read.All",
            Self::DirectoryReadAll => "Directory.Read.All",
            Self::UserInviteAll => "User.Invite.All",
            Self::UserReadWriteAll => "User.ReadWrite.All",
            Self::UserEnableDisableAccountAll => "User.EnableDisableAccount.All",
            Self::UserDeleteRestoreAll => "User.DeleteRestore.All",
        }
    }

    /// Whether it can change the tenant.
    pub fn changes(self) -> bool {
        !matches!(
            self,
            Self::UserRead
                | Self::UserReadAll
                | Self::AuditLogReadAll
                | Self::PolicyReadAll
                | Self::DirectoryReadAll
        )
    }

    /// Returns what the table says about this permission.
    pub fn permission(self) -> &'static Permission {
        PERMISSIONS
            .iter()
            .find(|permission| permission.scope == self)
            .expect("the table has a row for every scope; a test counts them")
    }
}

/// The licence a tenant needs before a permission is of use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Licence {
    /// None.
    None,
    /// Microsoft Entra ID P1 or P2, for a part of what the permission opens.
    P1ForSignIns,
}

/// When a permission is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Asked {
    /// When somebody signs in.
    Now,
    /// When it is first needed, never before.
    Later,
}

/// One row of *What is asked, and why*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Permission {
    /// The permission.
    pub scope: Scope,
    /// What Usher does with it.
    pub why: &'static str,
    /// The least directory roles that may use it when a person signs in, any one of them.
    pub least_roles: &'static [&'static str],
    /// The licence the tenant needs.
    pub licence: Licence,
    /// Id of the delegated permission.
    pub delegated_id: &'static str,
    /// Id of the application permission.
    pub application_id: &'static str,
    /// What an application is granted instead, where that has another name.
    pub instead: Option<Instead>,
    /// Whether an administrator must consent to it.
    pub needs_admin_consent: bool,
    /// When it is asked for.
    pub asked: Asked,
}

/// An application permission that stands for a delegated one of another name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Instead {
    /// Its name.
    pub name: &'static str,
    /// What Usher does with it.
    pub why: &'static str,
}

impl Permission {
    /// Name and use of the application permission.
    pub fn for_application(&self) -> (&'static str, &'static str) {
        self.instead.map_or((self.scope.name(), self.why), |instead| {
            (instead.name, instead.why)
        })
    }
}

/// Every permission Usher may ask for, reading before writing. Ids and consent as Microsoft's permissions
/// reference lists them.
pub const PERMISSIONS: &[Permission] = &[
    Permission {
        scope: Scope::UserRead,
        why: "Your name, your roles and the tenant's name",
        least_roles: &[],
        licence: Licence::None,
        delegated_id: "e1fe6dd8-ba31-4d61-89e7-88639da4683d",
        application_id: "498476ce-e0fe-48b0-b801-37ba7e2685c6",
        instead: Some(Instead {
            name: "Organization.Read.All",
            why: "The tenant's name, domains and licence",
        }),
        needs_admin_consent: false,
        asked: Asked::Now,
    },
    Permission {
        scope: Scope::UserReadAll,
        why: "List guests, invitation state, sponsors",
        least_roles: &["Global Reader"],
        licence: Licence::None,
        delegated_id: "a154be20-db9c-4678-8ab7-66f6cc099a59",
        application_id: "df021288-bdef-4463-88db-98f22de89214",
        instead: None,
        needs_admin_consent: true,
        asked: Asked::Now,
    },
    Permission {
        scope: Scope::AuditLogReadAll,
        why: "Audit and sign-in logs, last sign-in",
        least_roles: &["Reports Reader"],
        licence: Licence::P1ForSignIns,
        delegated_id: "e4c9e354-4dc5-45b8-9e7c-e1393b0b1a20",
        application_id: "b0afded3-3588-46d8-8b3d-9842eff778da",
        instead: None,
        needs_admin_consent: true,
        asked: Asked::Now,
    },
    Permission {
        scope: Scope::PolicyReadAll,
        why: "Pre-flight and findings in Policies",
        least_roles: &["Global Reader"],
        licence: Licence::None,
        delegated_id: "572fea84-0151-49b2-9301-11cb16974376",
        application_id: "246dd0d5-5bd0-4def-940b-0421030a5b68",
        instead: None,
        needs_admin_consent: true,
        asked: Asked::Now,
    },
    Permission {
        scope: Scope::DirectoryReadAll,
        why: "Groups, roles and applications of a guest",
        least_roles: &["Guest Inviter", "Directory Readers"],
        licence: Licence::None,
        delegated_id: "06da0dbc-49e2-44d2-8312-53f166ab848a",
        application_id: "7ab1d382-f21e-4acd-a863-ba3e13f7da61",
        instead: None,
        needs_admin_consent: true,
        asked: Asked::Later,
    },
    Permission {
        scope: Scope::UserInviteAll,
        why: "Invite, Resend invitation",
        least_roles: &["Guest Inviter"],
        licence: Licence::None,
        delegated_id: "63dd7cd9-b489-4adf-a28c-ac38b9a0f962",
        application_id: "09850681-111b-4a89-9bed-3f2cae46d706",
        instead: None,
        needs_admin_consent: true,
        asked: Asked::Later,
    },
    Permission {
        scope: Scope::UserReadWriteAll,
        why: "Reset redemption status, Add sponsors",
        least_roles: &["Helpdesk Administrator", "User Administrator"],
        licence: Licence::None,
        delegated_id: "204e0828-b5ca-4ad8-b9f3-f32a958e7cc4",
        application_id: "741f803b-c850-494e-b5df-cde7c675a1ca",
        instead: None,
        needs_admin_consent: true,
        asked: Asked::Later,
    },
    Permission {
        scope: Scope::UserEnableDisableAccountAll,
        why: "Block sign-in, Unblock sign-in",
        least_roles: &["User Administrator"],
        licence: Licence::None,
        delegated_id: "f92e74e7-2563-467f-9dd0-902688cb5863",
        application_id: "3011c876-62b7-4ada-afa2-506cbbecc68c",
        instead: None,
        needs_admin_consent: true,
        asked: Asked::Later,
    },
    Permission {
        scope: Scope::UserDeleteRestoreAll,
        why: "Revoke invitation, Restore, Delete for good",
        least_roles: &["User Administrator"],
        licence: Licence::None,
        delegated_id: "4bb440cd-2cf2-4f90-8004-aa2acd2537c5",
        application_id: "eccc023d-eccf-4e7b-9683-8813ab36cecc",
        instead: None,
        needs_admin_consent: true,
        asked: Asked::Later,
    },
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_table_has_one_row_a_scope_and_asks_for_reading_alone_at_sign_in() {
        let scopes: HashSet<_> = PERMISSIONS.iter().map(|permission| permission.scope).collect();
        assert_eq!(scopes.len(), PERMISSIONS.len(), "no scope has two rows");
        assert_eq!(PERMISSIONS.len(), 9, "a new scope needs a row");

        let now: Vec<_> = PERMISSIONS
            .iter()
            .filter(|p| p.asked == Asked::Now)
            .map(|p| p.scope)
            .collect();
        assert_eq!(now, Scope::READING);
        for permission in PERMISSIONS {
            assert_eq!(permission.scope.permission(), permission);
            let scope = permission.scope;
            let reads = scope.name().contains(".Read.") || scope == Scope::UserRead;
            assert_eq!(scope.changes(), !reads, "{scope:?}");
            assert!(reads || permission.asked == Asked::Later, "{scope:?}");
            assert!(uuid::Uuid::parse_str(permission.delegated_id).is_ok());
        }
    }

    #[test]
    fn a_scope_is_written_as_microsoft_graph_names_it() {
        for permission in PERMISSIONS {
            let scope = permission.scope;
            assert_eq!(serde_json::to_value(scope).unwrap(), scope.name());
        }
    }
}
