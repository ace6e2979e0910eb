//! Which tenant to sign in to, and who has signed in.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::CloudKind;

/// A tenant as a person or a configuration names it: its id, one of its domains, or "any work or school
/// account".
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tenant(String);

/// The text names no tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a tenant is named by its id or by one of its domains")]
pub struct TenantError;

impl Tenant {
    /// Reads a tenant id or a domain name.
    pub fn parse(text: &str) -> Result<Self, TenantError> {
        let text = text.trim();
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
        let dots_alone = text.chars().all(|c| c == '.');
        if text.is_empty() || text.len() > 253 || dots_alone || !text.chars().all(plain) {
            return Err(TenantError);
        }

        Ok(Self(text.to_ascii_lowercase()))
    }

    /// Any work or school account; the tenant is the one the account belongs to.
    pub fn organizations() -> Self {
        Self("organizations".to_owned())
    }

    /// Returns the tenant as it stands in the path of the sign-in endpoints.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<TenantId> for Tenant {
    fn from(id: TenantId) -> Self {
        Self(id.to_string())
    }
}

/// The id of a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TenantId(Uuid);

impl TenantId {
    /// Reads a tenant id.
    pub fn parse(text: &str) -> Result<Self, TenantError> {
        Uuid::parse_str(text.trim()).map(Self).map_err(|_| TenantError)
    }
}

impl From<Uuid> for TenantId {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// How somebody signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SignInMethod {
    /// In the system browser, with the person's own account.
    Browser,
    /// With the account of `az login`.
    AzureCli,
    /// As an application, without a person.
    AppOnly,
    /// Into the sandbox tenant, by one click.
    Sandbox,
}

/// Names one signed-in account: a person's object in one tenant of one cloud.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountId {
    /// The cloud the tenant lives in.
    pub cloud: CloudKind,
    /// The tenant signed in to.
    pub tenant: TenantId,
    /// The object id of the person (or of the application) in that tenant.
    pub object_id: Uuid,
}

/// Who is signed in, as the identity token tells it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// Names the account.
    pub id: AccountId,
    /// The name the person signs in with (`preferred_username`).
    pub user_principal_name: String,
    /// The person's name, where the tenant tells it.
    pub display_name: Option<String>,
    /// How the account signed in.
    pub method: SignInMethod,
}

// The names of a person are for the screen, never for a log.
impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("id", &self.id)
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_is_an_id_or_a_domain_and_nothing_that_changes_the_path() {
        assert_eq!(Tenant::parse(" Contoso.com ").unwrap().as_str(), "contoso.com");
        assert!(Tenant::parse("72f988bf-86f1-41af-91ab-2d7cd011db47").is_ok());
        for bad in [
            "",
            "..",
            ".",
            "contoso/../x",
            "contoso?x",
            "a b",
            "contoso@com",
            "контосо",
        ] {
            assert_eq!(Tenant::parse(bad), Err(TenantError), "{bad}");
        }
        assert_eq!(TenantId::parse("contoso.com"), Err(TenantError));
    }

    #[test]
    fn an_account_in_a_log_names_nobody() {
        let account = Account {
            id: AccountId {
                cloud: CloudKind::Sandbox,
                tenant: TenantId::parse("72f988bf-86f1-41af-91ab-2d7cd011db47").unwrap(),
                object_id: Uuid::nil(),
            },
            user_principal_name: "adele.vance@contoso.com".to_owned(),
            display_name: Some("Adele Vance".to_owned()),
            method: SignInMethod::Sandbox,
        };

        let text = format!("{account:?}");
        assert!(!text.contains("adele") && !text.contains("Adele"), "{text}");
    }
}
