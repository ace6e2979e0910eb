//! Everything that can stop a guest, as one table: how the attempt counts, what the guest's page says, which rows
//! the inviting tenant gets and which only the home tenant sees.

use serde::{Deserialize, Serialize};

use crate::catalogue::{Catalogue, Entry};
use crate::stage::Outcome;

/// What stopped an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Stop {
    /// The guest object is gone, so the link is dead.
    GuestDeleted,
    /// A newer invitation replaced the link.
    SupersededLink,
    /// The link was for one use and the invitation is accepted.
    LinkUsed,
    /// The link's lifetime is over.
    LinkExpired,
    /// The domain was put off limits while the guest was pending.
    DomainBlockedWhilePending,
    /// General address, and the guest did not name the inviting organisation.
    NoOrganizationNamed,
    /// No provider of the redemption order fits.
    NoIdentityProvider,
    /// The organisation owns the domain but the person is not in its directory.
    NotInPartnerDirectory,
    /// Redeemed by passcode, and passcodes are off.
    PasscodeSwitchedOff,
    /// Redeemed by a federation that is gone.
    FederationRemoved,
    /// Signed in with an account that is no guest here.
    WrongAccount,
    /// Signed in under another name than invited, by a link without ticket.
    AliasOnDirectLink,
    /// The home account was deleted and made again.
    HomeAccountRecreated,
    /// The account is right but its guest object is gone.
    GuestObjectGone,
    /// The partner's issuer differs from the stored one.
    IssuerMismatch,
    /// The application asked silently while the invitation is pending.
    StillPending,
    /// Tenant restrictions at the guest's site.
    NetworkRestricted,
    /// The guest object is disabled.
    AccountDisabled,
    /// The two Microsoft clouds are not switched on for each other.
    CloudNotEnabled,
    /// The partner's outbound settings.
    OutboundBlocked,
    /// Our inbound settings.
    InboundBlocked,
    /// Our inbound settings, for this application.
    AppBlockedInbound,
    /// Device claims of the partner are not trusted here.
    DeviceClaimsNotTrusted,
    /// A block policy.
    BlockedByPolicy,
    /// User risk found at home, and a policy of ours acts on it.
    UserRisk,
    /// Device not compliant, or nobody can vouch for it.
    DeviceNotCompliant,
    /// Device not hybrid joined.
    DeviceNotHybridJoined,
    /// Approved client app required.
    ApprovedAppRequired,
    /// App protection policy required.
    AppProtectionRequired,
    /// Password change required.
    PasswordChangeRequired,
    /// An authentication strength this guest cannot meet.
    StrengthNotMet,
    /// Risky sign-in, and no second factor registered here.
    RiskWithoutMfa,
    /// The registration of a second factor was left.
    MfaNotRegistered,
    /// It was cancelled.
    MfaRegistrationCancelled,
    /// The second factor was not answered.
    MfaNotCompleted,
    /// The second factor at home was not answered.
    HomeMfaNotCompleted,
    /// "Review permissions" was left.
    PermissionsNotAccepted,
    /// The application needs an administrator's consent.
    AdminConsentNeeded,
    /// Terms declined.
    TermsDeclined,
    /// Terms that ask for a registered device.
    TermsPerDevice,
    /// The application requires an assignment.
    NotAssigned,
}

/// One row of the table of stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StopRow {
    /// What stopped the guest.
    pub stop: Stop,
    /// How the attempt counts.
    pub outcome: Outcome,
    /// Key of the cause in the failure catalogue.
    pub reason: &'static str,
    /// AADSTS code on the guest's page, where one is known.
    pub shown: Option<u32>,
    /// Sign-in rows of the inviting tenant.
    pub ours: &'static [u32],
    /// Sign-in rows only the home tenant sees.
    pub home: &'static [u32],
    /// What else in the inviting tenant's logs tells of it.
    pub told_by: Option<&'static str>,
    /// The inviting tenant's logs hold nothing of it.
    pub invisible: bool,
}

const fn row(
    stop: Stop,
    outcome: Outcome,
    reason: &'static str,
    shown: Option<u32>,
    ours: &'static [u32],
    home: &'static [u32],
) -> StopRow {
    StopRow {
        stop,
        outcome,
        reason,
        shown,
        ours,
        home,
        told_by: None,
        invisible: ours.is_empty(),
    }
}

/// A stop explained by an audit row or an earlier interrupt although it writes no sign-in row of its own.
const fn told(stop: Stop, outcome: Outcome, reason: &'static str, told_by: &'static str) -> StopRow {
    StopRow {
        stop,
        outcome,
        reason,
        shown: None,
        ours: &[],
        home: &[],
        told_by: Some(told_by),
        invisible: false,
    }
}

/// A stop on a page with a code, logged in the inviting tenant under that code.
const fn coded(stop: Stop, outcome: Outcome, reason: &'static str, codes: &'static [u32]) -> StopRow {
    row(stop, outcome, reason, Some(codes[0]), codes, &[])
}

/// The table. A test holds it complete; `docs/redemption.md` prints it.
#[rustfmt::skip]
pub const STOPS: &[StopRow] = &{
    use Outcome as O;
    use Stop as S;
    [
        row(S::GuestDeleted, O::FailedAtLink, "guest-object-deleted", None, &[], &[]),
        row(S::SupersededLink, O::FailedAtLink, "superseded-redeem-ticket", None, &[], &[]),
        row(S::LinkUsed, O::FailedAtLink, "invitation-link-used", None, &[], &[]),
        row(S::LinkExpired, O::FailedAtLink, "invitation-link-expired", None, &[], &[]),
        told(S::DomainBlockedWhilePending, O::FailedAtLink, "domain-blocked-while-pending", "failed row: Redeem external user invite"),
        row(S::NoOrganizationNamed, O::FailedAtLink, "aadsts-50059", Some(50059), &[], &[]),
        row(S::NoIdentityProvider, O::FailedAtIdentity, "direct-link-otp-disabled", None, &[], &[]),
        row(S::NotInPartnerDirectory, O::FailedAtIdentity, "partner-directory-federated", None, &[], &[]),
        row(S::PasscodeSwitchedOff, O::FailedAtIdentity, "otp-disabled-after-redemption", None, &[], &[]),
        row(S::FederationRemoved, O::FailedAtIdentity, "federation-removed-after-redemption", None, &[], &[]),
        row(S::WrongAccount, O::FailedAtIdentity, "aadsts-50020", Some(50020), &[], &[90072]),
        row(S::AliasOnDirectLink, O::FailedAtIdentity, "alias-on-direct-link", Some(50020), &[], &[90072]),
        row(S::HomeAccountRecreated, O::FailedAtIdentity, "home-account-recreated", Some(50020), &[], &[90072]),
        row(S::GuestObjectGone, O::FailedAtIdentity, "guest-object-deleted", Some(50020), &[], &[90072]),
        coded(S::IssuerMismatch, O::FailedAtIdentity, "aadsts-50107", &[50107]),
        coded(S::StillPending, O::FailedAtIdentity, "aadsts-50014", &[50014]),
        row(S::NetworkRestricted, O::FailedAtCrossTenant, "aadsts-500021", Some(500_021), &[], &[500_021]),
        coded(S::AccountDisabled, O::FailedAtAccess, "aadsts-500571", &[500_571]),
        coded(S::CloudNotEnabled, O::FailedAtCrossTenant, "aadsts-1000104", &[1_000_104]),
        row(S::OutboundBlocked, O::FailedAtCrossTenant, "aadsts-500212", Some(500_212), &[], &[500_212]),
        coded(S::InboundBlocked, O::FailedAtCrossTenant, "aadsts-500213", &[500_213]),
        coded(S::AppBlockedInbound, O::FailedAtCrossTenant, "aadsts-500213", &[500_213]),
        row(S::DeviceClaimsNotTrusted, O::FailedAtCrossTenant, "aadsts-530004", Some(530_004), &[530_004], &[530_004]),
        coded(S::BlockedByPolicy, O::FailedAtConditionalAccess, "aadsts-53003", &[53003]),
        coded(S::UserRisk, O::FailedAtConditionalAccess, "aadsts-53011", &[53011]),
        coded(S::DeviceNotCompliant, O::FailedAtConditionalAccess, "aadsts-53000", &[53000]),
        coded(S::DeviceNotHybridJoined, O::FailedAtConditionalAccess, "aadsts-53001", &[53001]),
        coded(S::ApprovedAppRequired, O::FailedAtConditionalAccess, "aadsts-53002", &[53002]),
        coded(S::AppProtectionRequired, O::FailedAtConditionalAccess, "aadsts-53009", &[53009]),
        coded(S::PasswordChangeRequired, O::FailedAtConditionalAccess, "aadsts-50142", &[50142]),
        coded(S::StrengthNotMet, O::FailedAtMfa, "auth-strength-non-entra", &[53003]),
        coded(S::RiskWithoutMfa, O::FailedAtMfa, "aadsts-53004", &[53004]),
        told(S::MfaNotRegistered, O::FailedAtMfa, "aadsts-50079", "the interrupt 50079 before"),
        told(S::MfaRegistrationCancelled, O::FailedAtMfa, "security-info-cancelled", "row: User canceled security info registration"),
        coded(S::MfaNotCompleted, O::FailedAtMfa, "aadsts-500121", &[500_121]),
        row(S::HomeMfaNotCompleted, O::FailedAtMfa, "aadsts-500121", Some(500_121), &[], &[500_121]),
        row(S::PermissionsNotAccepted, O::AbandonedAtConsent, "privacy-consent-not-accepted", None, &[], &[]),
        coded(S::AdminConsentNeeded, O::FailedAtConsent, "aadsts-90094", &[90094]),
        told(S::TermsDeclined, O::FailedAtTerms, "terms-declined", "row: Decline Terms Of Use"),
        told(S::TermsPerDevice, O::FailedAtTerms, "terms-per-device-b2b", "the interrupt 50158 before"),
        coded(S::NotAssigned, O::FailedAtAccess, "aadsts-50105", &[50105]),
    ]
};

impl Stop {
    /// The table's row.
    pub fn row(self) -> &'static StopRow {
        // The table is in the order of the enum; a test holds that.
        &STOPS[self as usize]
    }

    /// How the attempt counts.
    pub fn outcome(self) -> Outcome {
        self.row().outcome
    }

    /// Key of the cause in the failure catalogue.
    pub fn reason(self) -> &'static str {
        self.row().reason
    }

    /// AADSTS code on the guest's page.
    pub fn shown_code(self) -> Option<u32> {
        self.row().shown
    }

    /// Whether the sign-in row names the application rather than the acceptance portal.
    pub(crate) fn is_of_the_app(self) -> bool {
        matches!(
            self,
            Self::AppBlockedInbound | Self::AdminConsentNeeded | Self::NotAssigned
        )
    }

    /// What the failure catalogue says about it.
    pub fn entry(self) -> &'static Entry {
        Catalogue::get()
            .by_key(self.reason())
            .expect("a test finds every reason in the catalogue")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_enum() {
        for (index, row) in STOPS.iter().enumerate() {
            assert_eq!(row.stop as usize, index, "{:?}", row.stop);
        }
        assert_eq!(STOPS.len(), Stop::NotAssigned as usize + 1);
    }

    #[test]
    fn no_stop_counts_as_getting_in() {
        assert!(STOPS.iter().all(|row| !row.outcome.got_in()));
    }
}
