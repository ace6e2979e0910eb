//! The pages a guest sees, and what can be done on each.

use serde::{Deserialize, Serialize};

use crate::stage::Outcome;
use crate::stops::Stop;

/// A page that asks the guest for something, in the words of the case format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prompt {
    /// General address: name the organisation (own word; the case format has no common link).
    OrganizationName,
    /// Work or personal account, or another than the one signed in.
    AccountChoice,
    /// Sign-in page of the guest's own organisation.
    HomeSignIn,
    /// The partner's identity provider.
    PartnerIdpSignIn,
    /// Google.
    GoogleSignIn,
    /// Microsoft account.
    MsaSignIn,
    /// Create a Microsoft account.
    MsaCreate,
    /// Have a code mailed.
    OtpSendCode,
    /// Type the code.
    OtpEnterCode,
    /// "Review permissions".
    ReviewPermissions,
    /// Register a second factor in the inviting tenant.
    MfaRegister,
    /// Answer the second factor in the inviting tenant.
    MfaChallenge,
    /// Answer the second factor at home.
    MfaHomeChallenge,
    /// Terms of use.
    TermsOfUse,
    /// Sent on to the application.
    Redirect,
}

impl Prompt {
    /// The word of the case format.
    pub const fn word(self) -> &'static str {
        match self {
            Self::OrganizationName => "organization_name",
            Self::AccountChoice => "account_choice",
            Self::HomeSignIn => "home_sign_in",
            Self::PartnerIdpSignIn => "partner_idp_sign_in",
            Self::GoogleSignIn => "google_sign_in",
            Self::MsaSignIn => "msa_sign_in",
            Self::MsaCreate => "msa_create",
            Self::OtpSendCode => "otp_send_code",
            Self::OtpEnterCode => "otp_enter_code",
            Self::ReviewPermissions => "review_permissions",
            Self::MfaRegister => "mfa_register",
            Self::MfaChallenge => "mfa_challenge",
            Self::MfaHomeChallenge => "mfa_home_challenge",
            Self::TermsOfUse => "terms_of_use",
            Self::Redirect => "redirect",
        }
    }

    /// How the attempt counts when the guest walks away from this page.
    pub const fn if_left(self) -> Outcome {
        match self {
            Self::OrganizationName => Outcome::FailedAtLink,
            Self::AccountChoice
            | Self::HomeSignIn
            | Self::PartnerIdpSignIn
            | Self::GoogleSignIn
            | Self::MsaSignIn
            | Self::MsaCreate
            | Self::OtpSendCode
            | Self::OtpEnterCode => Outcome::FailedAtIdentity,
            Self::ReviewPermissions => Outcome::AbandonedAtConsent,
            Self::MfaRegister | Self::MfaChallenge | Self::MfaHomeChallenge => Outcome::FailedAtMfa,
            Self::TermsOfUse => Outcome::FailedAtTerms,
            Self::Redirect => Outcome::SignedIn,
        }
    }
}

/// What the guest has in front of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Page {
    /// A page that waits for the guest.
    Asks {
        /// Which.
        prompt: Prompt,
    },
    /// The end of the attempt.
    Ended {
        /// How it ended.
        outcome: Outcome,
        /// What stopped it; `None` when the guest got in.
        stop: Option<Stop>,
    },
}

/// What the guest does on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuestAction {
    /// Signs in at the own organisation with the invited account.
    HomeSignIn,
    /// Signs in at the partner's identity provider.
    PartnerSignIn,
    /// Signs in with Google.
    GoogleSignIn,
    /// Signs in with the Microsoft account.
    MsaSignIn,
    /// Signs in, but with an account other than the invited one.
    WrongAccountSignIn,
    /// Picks the work account.
    ChooseWorkAccount,
    /// Picks the personal account.
    ChoosePersonalAccount,
    /// "Use another account" on the account page.
    UseAnotherAccount,
    /// Has a code mailed, also again.
    SendCode,
    /// Types the right code.
    EnterCode,
    /// Types a wrong code.
    EnterWrongCode,
    /// Makes a Microsoft account.
    CreateMicrosoftAccount,
    /// Accepts "Review permissions".
    AcceptPermissions,
    /// Cancels or closes "Review permissions".
    CloseBrowserAtPermissions,
    /// Registers a second factor.
    RegisterMfa,
    /// Cancels its registration.
    CancelMfaRegistration,
    /// Answers the second factor here.
    AnswerMfa,
    /// Answers the second factor at home.
    AnswerHomeMfa,
    /// Lets the second factor go by.
    IgnoreMfa,
    /// Accepts the terms of use.
    AcceptTerms,
    /// Declines them.
    DeclineTerms,
    /// Names the inviting organisation on the general address.
    NameOrganization,
}
