//! What is known before the guest comes, and what cannot be.

use serde::{Deserialize, Serialize};

use crate::guest::GuestObject;
use crate::invite::Inviter;
use crate::link::LinkKind;

/// What is known of the guest before they come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Facts {
    /// The address to invite.
    pub address: String,
    /// The sign-in name, where it is known to differ.
    pub upn: Option<String>,
    /// The organisation behind the address.
    pub home: HomeKnowledge,
    /// Whether a Microsoft account of that address exists.
    pub has_msa: Option<bool>,
    /// Whether the person has blocked mails of this tenant.
    pub unsubscribed: Option<bool>,
    /// Whether the address belongs to a group or shared mailbox.
    pub group_address: bool,
    /// The object already in the directory.
    pub existing: Option<GuestObject>,
    /// Who invites.
    pub inviter: Inviter,
    /// Whether a mail is to be sent.
    pub send_mail: bool,
    /// The link the guest will use.
    pub link: LinkKind,
    /// Settings that could not be read; `policy` holds Entra's default for them.
    pub unread: Vec<UnreadSetting>,
}

impl Facts {
    /// Facts about an address of which nothing else is known, invited by an administrator with a mail.
    pub fn of(address: impl Into<String>) -> Self {
        Self {
            address: address.into(),
            upn: None,
            home: HomeKnowledge::NotLookedUp,
            has_msa: None,
            unsubscribed: None,
            group_address: false,
            existing: None,
            inviter: Inviter::Administrator,
            send_mail: true,
            link: LinkKind::Email,
            unread: Vec::new(),
        }
    }
}

/// What is known of the organisation behind an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum HomeKnowledge {
    /// Nobody has asked.
    NotLookedUp,
    /// The domain is in no Entra tenant.
    NoTenant,
    /// The domain is in an unmanaged tenant.
    Unmanaged,
    /// The domain is verified in a managed tenant.
    Managed {
        /// Its tenant id.
        tenant_id: Option<String>,
        /// Whether the person has an account there.
        account_exists: Option<bool>,
        /// Another Microsoft cloud.
        cloud: Option<String>,
    },
}

/// A setting of the inviting tenant that may be unreadable for lack of rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UnreadSetting {
    /// Who may invite.
    AuthorizationPolicy,
    /// Domain list.
    DomainPolicy,
    /// Cross-tenant access.
    CrossTenantAccess,
    /// Passcode.
    EmailPasscode,
    /// Federations.
    IdentityProviders,
    /// Conditional Access.
    ConditionalAccess,
    /// Terms of use.
    TermsOfUse,
    /// Assignment and consent of the application.
    Application,
}

/// Something that would change the prediction and cannot be known from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Unknown {
    /// Whether the domain belongs to an Entra organisation.
    HomeOrganization,
    /// Whether the person has an account in it.
    HomeAccount,
    /// Whether a Microsoft account of the address exists.
    MicrosoftAccount,
    /// The partner's outbound settings.
    PartnerOutbound,
    /// The partner's half of automatic redemption.
    PartnerAutomaticRedemption,
    /// Whether MFA is done at home already.
    HomeMfa,
    /// The state of the device.
    Device,
    /// Risk as the home tenant sees it.
    UserRisk,
    /// Risk of the sign-in.
    SignInRisk,
    /// Where the guest signs in from.
    Location,
    /// Tenant restrictions of the guest's network.
    GuestNetwork,
    /// Whether the person has blocked mails.
    MailBlocked,
    /// A setting of the own tenant that could not be read.
    Setting(UnreadSetting),
}
