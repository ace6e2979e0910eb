//! The facts of the world about the person invited: what Entra finds out only when the person comes.

use serde::{Deserialize, Serialize};

use crate::address;
use crate::policy::{Access, RiskLevel};

/// The person invited, apart from what the inviting tenant knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Invitee {
    /// The invited address.
    pub email: String,
    /// The name the person signs in with at home; an alias when it differs from `email`.
    pub upn: String,
    /// The organisation behind the address, if it uses Entra.
    #[serde(default)]
    pub home: Option<HomeTenant>,
    /// A personal Microsoft account exists under the address.
    #[serde(default)]
    pub has_msa: bool,
    /// Country (ISO 3166) the person signs in from.
    #[serde(default)]
    pub country: Option<String>,
    /// Sign-in risk as this tenant judges it.
    #[serde(default)]
    pub sign_in_risk: Option<RiskLevel>,
    /// Chose "Block future invitations".
    #[serde(default)]
    pub unsubscribed: bool,
    /// Sits in a network with tenant restrictions that do not list the inviting tenant.
    #[serde(default)]
    pub network_restricted: bool,
    /// Another account is signed in to the person's browser.
    #[serde(default)]
    pub other_session: Option<String>,
    /// A mail contact of the inviting tenant has the same address: `proxyAddresses` stays empty, nothing else.
    #[serde(default)]
    pub contact_clash: bool,
    /// The address is a group or shared mailbox.
    #[serde(default)]
    pub group_address: bool,
}

impl Invitee {
    /// A person with this address, no Entra organisation and no Microsoft account.
    pub fn unknown(email: impl Into<String>) -> Self {
        let email = email.into();
        Self {
            upn: email.clone(),
            email,
            home: None,
            has_msa: false,
            country: None,
            sign_in_risk: None,
            unsubscribed: false,
            network_restricted: false,
            other_session: None,
            contact_clash: false,
            group_address: false,
        }
    }

    /// A person with an account in a managed Entra organisation.
    pub fn of_entra(email: impl Into<String>) -> Self {
        Self {
            home: Some(HomeTenant::managed()),
            ..Self::unknown(email)
        }
    }

    /// The domain of the invited address.
    pub fn domain(&self) -> &str {
        address::domain_of(&self.email)
    }

    /// Whether the person signs in under another name than was invited.
    pub fn is_alias(&self) -> bool {
        !self.email.eq_ignore_ascii_case(&self.upn)
    }

    /// The home tenant in which the person has an account that may redeem: managed, and the account is there.
    pub fn entra_account(&self) -> Option<&HomeTenant> {
        self.home
            .as_ref()
            .filter(|home| home.kind == TenantKind::Managed && home.account_exists)
    }

    /// A managed organisation owns the domain, but the person has no account in it.
    pub fn missing_from_directory(&self) -> bool {
        self.home.as_ref().is_some_and(|home| {
            home.kind == TenantKind::Managed && home.verified_domain && !home.account_exists
        })
    }

    /// The other Microsoft cloud the person's account lives in, if it does.
    pub fn foreign_cloud(&self) -> Option<&str> {
        self.entra_account()?.cloud.as_deref()
    }

    /// Tenant id of the home tenant, where one is known.
    pub fn home_tenant_id(&self) -> Option<&str> {
        self.home.as_ref()?.tenant_id.as_deref()
    }
}

/// The Entra organisation behind an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HomeTenant {
    /// Its tenant id.
    pub tenant_id: Option<String>,
    /// Managed, or unmanaged ("viral").
    pub kind: TenantKind,
    /// The domain is verified there.
    pub verified_domain: bool,
    /// The person has an account there.
    pub account_exists: bool,
    /// Which account of that name it is: raised when the account was deleted and made again.
    pub account_generation: u32,
    /// Sign-in is federated to a directory on premises.
    pub federated_on_prem: bool,
    /// Their outbound B2B collaboration settings towards the inviting tenant.
    #[serde(rename = "outboundB2B")]
    pub outbound_b2b: Access,
    /// Automatic redemption, outbound half.
    pub auto_redeem_outbound: bool,
    /// The person's session at home already holds an MFA claim.
    pub mfa_done: bool,
    /// The person's device is compliant there.
    pub device_compliant: bool,
    /// The person's device is hybrid joined there.
    pub device_hybrid_joined: bool,
    /// User risk as the home tenant judges it.
    pub user_risk: Option<RiskLevel>,
    /// Another Microsoft cloud than the inviting tenant's.
    pub cloud: Option<String>,
}

impl HomeTenant {
    /// A managed tenant with verified domain and account, open to the world.
    pub fn managed() -> Self {
        Self {
            kind: TenantKind::Managed,
            verified_domain: true,
            account_exists: true,
            ..Self::default()
        }
    }
}

impl Default for HomeTenant {
    fn default() -> Self {
        Self {
            tenant_id: None,
            kind: TenantKind::Managed,
            verified_domain: false,
            account_exists: false,
            account_generation: 0,
            federated_on_prem: false,
            outbound_b2b: Access::Allow,
            auto_redeem_outbound: false,
            mfa_done: false,
            device_compliant: false,
            device_hybrid_joined: false,
            user_risk: None,
            cloud: None,
        }
    }
}

/// Whether somebody administers a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TenantKind {
    /// Administered.
    Managed,
    /// Came about by self-service ("viral"); its accounts cannot redeem since August 2022.
    Unmanaged,
}
