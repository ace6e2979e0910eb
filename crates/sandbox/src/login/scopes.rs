//! What an application may ask for: reading a `scope` parameter.

use std::collections::BTreeSet;

use super::GRAPH_APP_ID;
use super::failure::Failure;

/// Delegated permissions of Microsoft Graph that the public client may ask for (permissions reference).
pub(super) const DELEGATED: &[&str] = &[
    "Agreement.Read.All",
    "Agreement.ReadWrite.All",
    "AgreementAcceptance.Read",
    "AgreementAcceptance.Read.All",
    "Application.Read.All",
    "AppRoleAssignment.ReadWrite.All",
    "AuditLog.Read.All",
    "CrossTenantInformation.ReadBasic.All",
    "DelegatedPermissionGrant.Read.All",
    "DelegatedPermissionGrant.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
    "Domain.Read.All",
    "Domain.ReadWrite.All",
    "Group.Read.All",
    "GroupMember.Read.All",
    "GroupMember.ReadWrite.All",
    "IdentityProvider.Read.All",
    "IdentityProvider.ReadWrite.All",
    "LicenseAssignment.Read.All",
    "LicenseAssignment.ReadWrite.All",
    "Organization.Read.All",
    "Policy.Read.All",
    "Policy.Read.AuthenticationMethod",
    "Policy.Read.B2BManagementPolicy",
    "Policy.Read.ConditionalAccess",
    "Policy.ReadWrite.AuthenticationMethod",
    "Policy.ReadWrite.Authorization",
    "Policy.ReadWrite.B2BManagementPolicy",
    "Policy.ReadWrite.ConditionalAccess",
    "Policy.ReadWrite.CrossTenantAccess",
    "Policy.ReadWrite.ExternalIdentities",
    "RoleManagement.Read.Directory",
    "User-ConvertToInternal.ReadWrite.All",
    "User-Mail.ReadWrite.All",
    "User.DeleteRestore.All",
    "User.EnableDisableAccount.All",
    "User.Invite.All",
    "User.Read",
    "User.Read.All",
    "User.ReadBasic.All",
    "User.ReadWrite.All",
    "User.RevokeSessions.All",
];

const OPENID_SCOPES: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// A `scope` parameter, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Requested {
    /// Permissions of Graph, by their plain names in Microsoft's spelling.
    pub(super) permissions: BTreeSet<String>,
    /// `openid`, `profile`, `email`, `offline_access` where asked for.
    pub(super) openid: BTreeSet<String>,
    /// The `.default` scope was asked for: whatever the application is registered for.
    pub(super) default: bool,
}

impl Requested {
    /// Reads a space-separated list. Permissions may carry Graph's address, the sandbox's Graph address, or
    /// Graph's application id in front.
    ///
    /// # Errors
    /// An unknown permission or a foreign resource, in the platform's words.
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        let mut requested = Self::default();
        for word in text.split_ascii_whitespace() {
            if OPENID_SCOPES.contains(&word) {
                requested.openid.insert(word.to_owned());
                continue;
            }
            let name = permission_name(word)?;
            if name == ".default" {
                requested.default = true;
            } else if let Some(known) = DELEGATED.iter().find(|known| known.eq_ignore_ascii_case(name)) {
                requested.permissions.insert((*known).to_owned());
            } else {
                return Err(Failure::unknown_scope(name));
            }
        }
        Ok(requested)
    }

    pub(super) fn wants_refresh_token(&self) -> bool {
        self.openid.contains("offline_access")
    }

    pub(super) fn wants_id_token(&self) -> bool {
        self.openid.contains("openid")
    }

    /// The permissions this request means for a client registered for every delegated permission.
    pub(super) fn registered_permissions(&self) -> BTreeSet<String> {
        if self.default {
            DELEGATED.iter().map(|name| (*name).to_owned()).collect()
        } else {
            self.permissions.clone()
        }
    }
}

/// The permission behind an optional resource prefix.
fn permission_name(word: &str) -> Result<&str, Failure> {
    let Some((resource, name)) = word.rsplit_once('/') else {
        return Ok(word);
    };
    // A resource that ends in a slash leaves a doubled one before the permission.
    if is_graph(resource.trim_end_matches('/')) {
        Ok(name)
    } else {
        Err(Failure::unknown_resource(resource))
    }
}

/// Whether a resource address means Microsoft Graph, or the Graph of a sandbox on loopback.
fn is_graph(resource: &str) -> bool {
    if resource == GRAPH_APP_ID || resource == "https://graph.microsoft.com" {
        return true;
    }
    let loopback = ["localhost", "127.0.0.1", "[::1]"];
    url::Url::parse(resource).is_ok_and(|address| {
        address.host_str().is_some_and(|host| loopback.contains(&host)) && address.path() == "/graph"
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_may_carry_any_address_of_graph() {
        for prefix in [
            "",
            "https://graph.microsoft.com/",
            "http://127.0.0.1:4000/graph/",
            GRAPH_APP_ID,
        ] {
            let separator = if prefix == GRAPH_APP_ID { "/" } else { "" };
            let requested = Requested::parse(&format!("openid {prefix}{separator}user.read.all")).unwrap();
            assert_eq!(
                requested.permissions.into_iter().collect::<Vec<_>>(),
                ["User.Read.All"],
                "{prefix}"
            );
            assert!(requested.openid.contains("openid"));
        }
    }

    #[test]
    fn foreign_resources_and_unknown_permissions_are_refused() {
        assert_eq!(
            Requested::parse("https://vault.azure.net/.default")
                .unwrap_err()
                .code,
            500_011
        );
        assert_eq!(
            Requested::parse("http://127.0.0.1/evil/User.Read")
                .unwrap_err()
                .code,
            500_011
        );
        assert_eq!(Requested::parse("Mail.Fly").unwrap_err().code, 650_053);
    }
}
