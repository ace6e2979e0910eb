//! What a log row says about a journey.

use chrono::{DateTime, Utc};
use usher_store::EventRef;

/// The application in which invitations are accepted; a sign-in to it is no access to anything.
pub(crate) const ACCEPTANCE_PORTAL: &str = "4660504c-45b3-4674-a709-71951a6b0763";

/// A log row about one guest, reduced to what it says about the journey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trace {
    /// When it was logged.
    pub(crate) at: DateTime<Utc>,
    /// Rows of one attempt share it; 0 where the row has none.
    pub(crate) correlation: i64,
    /// The row itself.
    pub(crate) event: Option<EventRef>,
    /// What it says.
    pub(crate) what: What,
}

/// What a row says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// Invited, or invited again.
    Invited,
    /// The redemption status was reset: the journey begins anew.
    Reset,
    /// The service did not mail: the guest has unsubscribed.
    MailRefused,
    /// The invitation was redeemed.
    Redeemed,
    /// The redemption was refused.
    RedemptionFailed,
    /// Terms of use were accepted.
    TermsAccepted,
    /// Terms of use were declined.
    TermsDeclined,
    /// A second factor was registered.
    FactorRegistered,
    /// The registration of a second factor was broken off.
    FactorCanceled,
    /// Sign-in was blocked.
    Blocked,
    /// Sign-in was unblocked.
    Unblocked,
    /// A sign-in attempt came to this point.
    SignIn {
        /// `status.errorCode`; 0 is success.
        code: u32,
        /// To the page where invitations are accepted.
        portal: bool,
    },
    /// Nothing about the stages.
    Other,
}

impl What {
    /// Reads an audit row. Names are compared without case, and both of Microsoft's spellings of the redemption count.
    ///
    /// Activities: "Microsoft Entra audit log categories and activities" (reference-audit-activities).
    pub(crate) fn of_audit(activity: &str, succeeded: bool) -> Self {
        let is = |name: &str| activity.eq_ignore_ascii_case(name);
        if is("Redeem external user invite") || is("Redeem extern user invite") {
            return if succeeded {
                Self::Redeemed
            } else {
                Self::RedemptionFailed
            };
        }
        if is("Email not sent, user unsubscribed") {
            // The row reports a mail that was not sent; its own result does not matter.
            return Self::MailRefused;
        }
        if !succeeded {
            return Self::Other;
        }
        if is("Invite external user") || is("Invite internal user to B2B collaboration") {
            Self::Invited
        } else if is("Invite external user with reset invitation status") {
            Self::Reset
        } else if is("Accept Terms Of Use") {
            Self::TermsAccepted
        } else if is("Decline Terms Of Use") {
            Self::TermsDeclined
        } else if is("User registered security info") || is("User registered all required security info") {
            Self::FactorRegistered
        } else if is("User canceled security info registration") {
            Self::FactorCanceled
        } else if is("Disable account") {
            Self::Blocked
        } else if is("Enable account") {
            Self::Unblocked
        } else {
            Self::Other
        }
    }

    /// Reads a sign-in row.
    pub(crate) fn of_sign_in(code: u32, app_id: &str) -> Self {
        Self::SignIn {
            code,
            portal: app_id.eq_ignore_ascii_case(ACCEPTANCE_PORTAL),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_the_redemption_count_in_any_case() {
        for name in ["Redeem external user invite", "REDEEM extern USER invite"] {
            assert_eq!(What::of_audit(name, true), What::Redeemed);
            assert_eq!(What::of_audit(name, false), What::RedemptionFailed);
        }
    }

    #[test]
    fn a_refused_change_says_nothing() {
        assert_eq!(What::of_audit("Invite external user", false), What::Other);
        assert_eq!(What::of_audit("Disable account", false), What::Other);
    }
}
