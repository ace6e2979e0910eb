//! The permission lens: what each action needs, and whether the signed-in account has it.

use usher_identity::{Asked, Licence, PERMISSIONS, Permission, Scope};

use crate::views::{ActionVerb, ApplicationPermissionView, PermissionView};

/// What the signed-in account may do, as far as its directory roles tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Rights {
    /// Nobody is signed in, or the roles could not be read.
    Unknown,
    /// Signed in as an application: its permissions are granted by an administrator, not by roles.
    Application,
    /// Directory roles by display name.
    Roles(Vec<String>),
}

/// Roles that include everything a guest administrator does (Microsoft: "Least privileged roles by task",
/// "Microsoft Entra built-in roles").
const ALL_OF_IT: &str = "Global Administrator";

/// Roles beyond the least one that may use a permission.
fn also_allowed(scope: Scope) -> &'static [&'static str] {
    match scope {
        Scope::UserRead => &[],
        Scope::UserReadAll => &[
            "User Administrator",
            "Guest Inviter",
            "Helpdesk Administrator",
            "Directory Readers",
            "Directory Writers",
            "Reports Reader",
            "Security Reader",
            "Security Administrator",
        ],
        Scope::AuditLogReadAll => &[
            "Global Reader",
            "Security Reader",
            "Security Administrator",
            "Security Operator",
        ],
        Scope::PolicyReadAll => &[
            "Security Reader",
            "Security Administrator",
            "Conditional Access Administrator",
        ],
        // Who may read assignments of users ("List appRoleAssignments granted to a user"); Global Reader reads what an
        // administrator may ("Microsoft Entra built-in roles").
        Scope::DirectoryReadAll => &[
            "Global Reader",
            "User Administrator",
            "Directory Writers",
            "Application Administrator",
            "Cloud Application Administrator",
            "Hybrid Identity Administrator",
            "Identity Governance Administrator",
            "Privileged Role Administrator",
        ],
        Scope::UserInviteAll => &["User Administrator", "Directory Writers"],
        Scope::UserReadWriteAll | Scope::UserEnableDisableAccountAll | Scope::UserDeleteRestoreAll => {
            &["Privileged Authentication Administrator"]
        }
    }
}

impl Rights {
    /// Whether the account may use `scope`; `None` where that cannot be known.
    pub(crate) fn held(&self, scope: Scope) -> Option<bool> {
        let Self::Roles(roles) = self else { return None };
        let least = scope.permission().least_roles;
        let allowed = least.is_empty()
            || roles.iter().any(|role| {
                role == ALL_OF_IT
                    || least.contains(&role.as_str())
                    || also_allowed(scope).contains(&role.as_str())
            });
        Some(allowed)
    }
}

/// The permission an action uses; `None` where it changes nothing.
pub(crate) fn scope_of(verb: ActionVerb) -> Option<Scope> {
    match verb {
        ActionVerb::ResendInvitation => Some(Scope::UserInviteAll),
        ActionVerb::ResetRedemption => Some(Scope::UserReadWriteAll),
        ActionVerb::CopyDirectLink => None,
        ActionVerb::RevokeInvitation | ActionVerb::Restore => Some(Scope::UserDeleteRestoreAll),
        ActionVerb::BlockSignIn | ActionVerb::UnblockSignIn => Some(Scope::UserEnableDisableAccountAll),
    }
}

/// The permission in one line: scope, least role, licence, and whether the account has it.
pub(crate) fn line(scope: Scope, rights: &Rights) -> String {
    let permission = scope.permission();
    let held = match rights.held(scope) {
        Some(true) => " · you have it",
        Some(false) => " · you do not have it",
        None => "",
    };
    format!("{} · {}{held}", scope.name(), least(permission))
}

fn least(permission: &Permission) -> String {
    let roles = permission.least_roles.join(" or ");
    match (roles.is_empty(), permission.licence) {
        (true, Licence::None) => "any account".to_owned(),
        (true, Licence::P1ForSignIns) => "Microsoft Entra ID P1 for sign-ins".to_owned(),
        (false, Licence::None) => roles,
        (false, Licence::P1ForSignIns) => format!("{roles}, Microsoft Entra ID P1 for sign-ins"),
    }
}

/// The table of the sign-in screen.
pub(crate) fn permission_views(rights: &Rights) -> Vec<PermissionView> {
    PERMISSIONS
        .iter()
        .map(|permission| {
            let (name, why) = permission.for_application();
            PermissionView {
                scope: permission.scope.name().to_owned(),
                why: permission.why.to_owned(),
                application: ApplicationPermissionView {
                    name: name.to_owned(),
                    why: why.to_owned(),
                },
                least_role: least(permission),
                changes: permission.scope.changes(),
                asked_at_sign_in: permission.asked == Asked::Now,
                held: rights.held(permission.scope),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles(names: &[&str]) -> Rights {
        Rights::Roles(names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn a_guest_inviter_may_invite_and_nothing_else_that_changes() {
        let rights = roles(&["Guest Inviter"]);
        assert_eq!(rights.held(Scope::UserInviteAll), Some(true));
        for scope in [
            Scope::UserEnableDisableAccountAll,
            Scope::UserDeleteRestoreAll,
            Scope::UserReadWriteAll,
        ] {
            assert_eq!(rights.held(scope), Some(false), "{scope:?}");
        }
    }

    #[test]
    fn a_user_administrator_may_do_all_of_the_panel() {
        let rights = roles(&["User Administrator"]);
        for verb in [
            ActionVerb::ResendInvitation,
            ActionVerb::ResetRedemption,
            ActionVerb::RevokeInvitation,
            ActionVerb::BlockSignIn,
        ] {
            assert_eq!(
                scope_of(verb).and_then(|scope| rights.held(scope)),
                Some(true),
                "{verb:?}"
            );
        }
    }

    #[test]
    fn reading_is_enough_to_read() {
        let rights = roles(&["Global Reader"]);
        assert!(
            Scope::READING
                .iter()
                .all(|scope| rights.held(*scope) == Some(true))
        );
        assert_eq!(rights.held(Scope::UserInviteAll), Some(false));
    }

    #[test]
    fn what_cannot_be_known_is_not_said() {
        assert_eq!(Rights::Application.held(Scope::UserInviteAll), None);
        assert_eq!(
            line(Scope::UserInviteAll, &Rights::Unknown),
            "User.Invite.All · Guest Inviter"
        );
        assert_eq!(
            line(Scope::UserInviteAll, &roles(&[])),
            "User.Invite.All · Guest Inviter · you do not have it"
        );
    }
}
