//! What end pages say, stop by stop, in words of our own.

use usher_redemption::Stop;

/// The heading of the page.
pub(super) const fn heading(stop: Stop) -> &'static str {
    match stop {
        Stop::GuestDeleted | Stop::SupersededLink | Stop::LinkUsed | Stop::LinkExpired => {
            "This invitation link does not work"
        }
        Stop::DomainBlockedWhilePending => "Your organization is not allowed",
        Stop::NoOrganizationNamed => "You are not where you wanted to be",
        Stop::NoIdentityProvider
        | Stop::NotInPartnerDirectory
        | Stop::PasscodeSwitchedOff
        | Stop::FederationRemoved => "We cannot sign you in",
        Stop::WrongAccount
        | Stop::AliasOnDirectLink
        | Stop::HomeAccountRecreated
        | Stop::GuestObjectGone
        | Stop::StillPending => "This account is not known here",
        Stop::IssuerMismatch => "Sign-in at your organization did not work",
        Stop::NetworkRestricted => "Access is blocked by your network",
        Stop::AccountDisabled => "Your account is locked",
        Stop::CloudNotEnabled | Stop::OutboundBlocked | Stop::InboundBlocked | Stop::AppBlockedInbound => {
            "Access is blocked by an organization"
        }
        Stop::DeviceClaimsNotTrusted
        | Stop::DeviceNotCompliant
        | Stop::DeviceNotHybridJoined
        | Stop::ApprovedAppRequired
        | Stop::AppProtectionRequired => "You cannot get there from here",
        Stop::BlockedByPolicy | Stop::UserRisk | Stop::PasswordChangeRequired => {
            "You cannot access this right now"
        }
        Stop::StrengthNotMet
        | Stop::RiskWithoutMfa
        | Stop::MfaNotRegistered
        | Stop::MfaRegistrationCancelled
        | Stop::MfaNotCompleted
        | Stop::HomeMfaNotCompleted => "We could not make sure it is you",
        Stop::PermissionsNotAccepted => "You did not accept",
        Stop::AdminConsentNeeded => "Approval needed",
        Stop::TermsDeclined | Stop::TermsPerDevice => "The terms of use were not accepted",
        Stop::NotAssigned => "You have no access to this application",
    }
}

/// What happened.
pub(super) const fn explanation(stop: Stop) -> &'static str {
    match stop {
        Stop::GuestDeleted => {
            "The invitation was taken back: your guest account is not in the organization any more."
        }
        Stop::SupersededLink => "A newer invitation was sent to you, and this link belongs to an older one.",
        Stop::LinkUsed => "The invitation was accepted already, and its link was good for one use.",
        Stop::LinkExpired => "The invitation waited too long: its link has expired.",
        Stop::DomainBlockedWhilePending => {
            "The organization that invited you does not accept guests of your mail domain any more."
        }
        Stop::NoOrganizationNamed => {
            "The page found no organization in its address and took you to your own, where the application is not known."
        }
        Stop::NoIdentityProvider => {
            "No account was found for this address, and a link without an invitation cannot make one."
        }
        Stop::NotInPartnerDirectory => {
            "Your organization is known, but this address has no account in its directory."
        }
        Stop::PasscodeSwitchedOff => {
            "You used to sign in with a mailed code, and the organization does not mail codes any more."
        }
        Stop::FederationRemoved => {
            "You used to sign in with a provider that the organization does not accept any more."
        }
        Stop::WrongAccount => {
            "The account you signed in with was not invited. It does not exist in the organization you are visiting."
        }
        Stop::AliasOnDirectLink => {
            "You signed in under another name than the address that was invited, and this link cannot tell that they \
             are the same person."
        }
        Stop::HomeAccountRecreated => {
            "Your organization made your account anew. The organization you are visiting still knows the old one."
        }
        Stop::GuestObjectGone => "There is no guest account for you in the organization you are visiting.",
        Stop::StillPending => "The invitation has to be accepted before this application can be opened.",
        Stop::IssuerMismatch => {
            "Your organization's provider calls itself by another name than the one the organization you are visiting \
             has on record."
        }
        Stop::NetworkRestricted => {
            "The network you are on lets you reach only organizations that its administrators have listed."
        }
        Stop::AccountDisabled => "Your guest account is disabled in the organization you are visiting.",
        Stop::CloudNotEnabled => {
            "Your account lives in another Microsoft cloud, and the two are not connected."
        }
        Stop::OutboundBlocked => "Your own organization does not let its people be guests of this one.",
        Stop::InboundBlocked => "The organization you are visiting does not let guests of yours in.",
        Stop::AppBlockedInbound => {
            "The organization you are visiting does not let guests of yours use this application."
        }
        Stop::DeviceClaimsNotTrusted => {
            "A managed device is asked for, and the organization you are visiting does not accept your organization's \
             word for it."
        }
        Stop::BlockedByPolicy => {
            "Your sign-in was successful, but a policy of the organization does not allow access from here."
        }
        Stop::UserRisk => "Your own organization takes your account for compromised, so access is blocked.",
        Stop::DeviceNotCompliant => "A compliant device is asked for, and this one is not known to be.",
        Stop::DeviceNotHybridJoined => {
            "A device joined to a domain is asked for, and this one is not known to be."
        }
        Stop::ApprovedAppRequired => "Only approved apps are let in, and a guest cannot use one.",
        Stop::AppProtectionRequired => "Only protected apps are let in, and a guest cannot use one.",
        Stop::PasswordChangeRequired => "A changed password is asked for, and a guest cannot change it here.",
        Stop::StrengthNotMet => "A stronger kind of sign-in is asked for than your kind of account can give.",
        Stop::RiskWithoutMfa => {
            "This sign-in looks risky, and without a second proof registered before, none may be set up now."
        }
        Stop::MfaNotRegistered => "A second proof has to be set up, and the page was left.",
        Stop::MfaRegistrationCancelled => "The set-up of a second proof was cancelled.",
        Stop::MfaNotCompleted => "The request was not approved in time.",
        Stop::HomeMfaNotCompleted => "The request of your own organization was not approved in time.",
        Stop::PermissionsNotAccepted => {
            "Without your permission the organization cannot keep an account for you. The invitation stays open."
        }
        Stop::AdminConsentNeeded => {
            "The application needs permissions that only an administrator of the organization can give."
        }
        Stop::TermsDeclined => "You declined the terms of use, so access is not possible. You can try again.",
        Stop::TermsPerDevice => {
            "The terms of use ask for a registered device, which a guest cannot have here."
        }
        Stop::NotAssigned => "The application is for people who were assigned to it, and you are not.",
    }
}

/// What the guest can do.
pub(super) const fn advice(stop: Stop) -> &'static str {
    match stop {
        Stop::GuestDeleted
        | Stop::LinkExpired
        | Stop::HomeAccountRecreated
        | Stop::PasscodeSwitchedOff
        | Stop::FederationRemoved
        | Stop::GuestObjectGone => "Ask the person who invited you for a new invitation.",
        Stop::SupersededLink => "Open the newest invitation mail in your inbox.",
        Stop::LinkUsed => "Open the application itself; you do not need the invitation any more.",
        Stop::StillPending | Stop::NoIdentityProvider | Stop::AliasOnDirectLink => {
            "Use the link in the invitation mail."
        }
        Stop::NoOrganizationNamed => {
            "Choose Sign in to an organization and type the domain of the one that invited you."
        }
        Stop::WrongAccount => "Sign out, or open a private window, and use the address that was invited.",
        Stop::NotInPartnerDirectory
        | Stop::OutboundBlocked
        | Stop::UserRisk
        | Stop::NetworkRestricted
        | Stop::HomeMfaNotCompleted
        | Stop::IssuerMismatch => "Ask the IT department of your own organization.",
        Stop::MfaNotRegistered | Stop::MfaRegistrationCancelled | Stop::MfaNotCompleted => {
            "Try again with your phone at hand."
        }
        Stop::PermissionsNotAccepted | Stop::TermsDeclined => "Open the link again if you change your mind.",
        Stop::DomainBlockedWhilePending
        | Stop::AccountDisabled
        | Stop::CloudNotEnabled
        | Stop::InboundBlocked
        | Stop::AppBlockedInbound
        | Stop::DeviceClaimsNotTrusted
        | Stop::BlockedByPolicy
        | Stop::DeviceNotCompliant
        | Stop::DeviceNotHybridJoined
        | Stop::ApprovedAppRequired
        | Stop::AppProtectionRequired
        | Stop::PasswordChangeRequired
        | Stop::StrengthNotMet
        | Stop::RiskWithoutMfa
        | Stop::AdminConsentNeeded
        | Stop::TermsPerDevice
        | Stop::NotAssigned => "Tell the person who invited you, with the code and the correlation ID below.",
    }
}

/// What the log of the guest's own organisation says about a code.
pub(super) const fn home_reason(code: u32) -> &'static str {
    match code {
        90072 => "The account is not known in the tenant it wanted to visit.",
        500_021 => "Tenant restrictions of the network do not list the tenant.",
        500_121 => "The second factor was not completed.",
        530_004 => "The visited tenant does not accept device claims from here.",
        _ => "The sign-in to another tenant did not succeed.",
    }
}
