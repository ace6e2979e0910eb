//! Why a guest is where they are: keys, titles and cures, over the failure catalogue and the states of waiting.

use chrono::{DateTime, Utc};
use usher_redemption::catalogue::{Catalogue, Cure, Entry, Kind};

use crate::{
    views::{ActionVerb, ReasonView, StageView},
    words,
};

/// Why a journey is not further along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The last code of the last attempt.
    Code(u32),
    /// An audited activity and whether it succeeded.
    Audit(&'static str, bool),
    /// Sign-in is blocked in this tenant.
    AccountBlocked,
    /// Nothing went wrong.
    Waiting(Waiting),
}

/// States in which nothing went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Waiting {
    /// No attempt was seen.
    NoAttempt,
    /// The invitation was made without a mail.
    LinkHandedOver,
    /// Signed in, but did not accept on the page "Review permissions".
    LeftReviewPermissions,
    /// Accepted, but no sign-in was seen since.
    NoSignInSeen,
    /// In.
    SignedIn,
}

/// The button of a cure that is a setting.
pub(crate) const OPEN_SETTING: &str = "Open setting";
/// The button where there is no one cure.
pub(crate) const OPEN_GUEST: &str = "Open guest";

/// AADSTS code of a guest account that is disabled in the resource tenant.
const GUEST_DISABLED: u32 = 500_571;
/// AADSTS code of a disabled account.
const USER_DISABLED: u32 = 50_057;

impl Cause {
    /// Whether the stop is the blocked account, whichever sign shows it.
    pub(crate) fn is_blocked_account(&self) -> bool {
        matches!(
            self,
            Self::AccountBlocked | Self::Code(GUEST_DISABLED | USER_DISABLED)
        )
    }

    /// The AADSTS code, where there is one.
    pub(crate) fn code(&self) -> Option<u32> {
        match self {
            Self::Code(code) => Some(*code),
            Self::AccountBlocked => Some(GUEST_DISABLED),
            Self::Audit(..) | Self::Waiting(_) => None,
        }
    }

    /// The key under which the archive keeps it.
    pub(crate) fn key(&self) -> String {
        let catalogue = Catalogue::get();
        let entry = match self {
            Self::Code(code) => return key_of_code(*code),
            Self::AccountBlocked => return key_of_code(GUEST_DISABLED),
            Self::Audit(activity, succeeded) => catalogue.by_audit(activity, *succeeded),
            Self::Waiting(waiting) => return waiting.key().to_owned(),
        };
        entry.map_or_else(|| "unexplained".to_owned(), |entry| entry.key.clone())
    }
}

impl Waiting {
    const ALL: [Self; 5] = [
        Self::NoAttempt,
        Self::LinkHandedOver,
        Self::LeftReviewPermissions,
        Self::NoSignInSeen,
        Self::SignedIn,
    ];

    /// The key under which the archive keeps it.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::NoAttempt => "noAttempt",
            Self::LinkHandedOver => "linkHandedOver",
            Self::LeftReviewPermissions => "privacy-consent-not-accepted",
            Self::NoSignInSeen => "noSignInSeen",
            Self::SignedIn => "signedIn",
        }
    }

    fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|waiting| waiting.key() == key)
    }

    /// The words for a list in which ages do not differ.
    fn plain_title(self) -> &'static str {
        match self {
            Self::NoAttempt => "No attempt seen",
            Self::LinkHandedOver => "Link handed over, no attempt seen",
            Self::LeftReviewPermissions => "Left Review permissions (inferred)",
            Self::NoSignInSeen => "No sign-in seen",
            Self::SignedIn => "Signed in",
        }
    }
}

fn key_of_code(code: u32) -> String {
    Catalogue::get()
        .by_code(code)
        .map_or_else(|| format!("aadsts-{code}"), |entry| entry.key.clone())
}

/// Codes that Microsoft counts as waiting for the user although no page explains them (Azure-Sentinel, workbook
/// "AzureActiveDirectorySignins").
const UNEXPLAINED_PROMPTS: [u32; 2] = [52_004, 81_014];

/// Whether a code is a failure: neither success nor a prompt that waits for an answer. Codes nobody knows are
/// failures, so that nothing is hidden.
pub(crate) fn is_failure(code: u32) -> bool {
    code != 0
        && !UNEXPLAINED_PROMPTS.contains(&code)
        && Catalogue::get()
            .by_code(code)
            .is_none_or(|entry| entry.kind != Kind::Interrupt)
}

/// Whether a code is a prompt that was left open.
pub(crate) fn is_interrupt(code: u32) -> bool {
    code != 0 && !is_failure(code)
}

/// A reason as the archive keeps it, ready to be shown.
#[derive(Debug, Clone)]
pub(crate) struct Reason {
    key: String,
    code: Option<u32>,
    entry: Option<&'static Entry>,
    waiting: Option<Waiting>,
}

impl Reason {
    /// Looks a stored key up.
    pub(crate) fn of(key: &str, code: Option<i64>) -> Self {
        let code = code
            .and_then(|code| u32::try_from(code).ok())
            .or_else(|| key.strip_prefix("aadsts-")?.parse().ok());
        Self {
            key: key.to_owned(),
            code,
            entry: Catalogue::get().by_key(key),
            waiting: Waiting::of_key(key),
        }
    }

    /// The catalogue's entry.
    pub(crate) fn entry(&self) -> Option<&'static Entry> {
        self.entry
    }

    /// The state of waiting, where nothing went wrong.
    pub(crate) fn waiting(&self) -> Option<Waiting> {
        self.waiting
    }

    /// The AADSTS code.
    pub(crate) fn code(&self) -> Option<u32> {
        self.code
    }

    /// Whether the guest told Microsoft's service to send no more invitations of this tenant.
    pub(crate) fn is_unsubscribed(&self) -> bool {
        self.key == Cause::Audit("Email not sent, user unsubscribed", true).key()
    }

    /// Whether it is a prompt left open or waiting, rather than a failure.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.waiting.is_some()
            || self.entry.is_some_and(|entry| entry.kind == Kind::Interrupt)
            || self.code.is_some_and(is_interrupt)
    }

    /// Its words without an age.
    pub(crate) fn title(&self) -> String {
        if let Some(waiting) = self.waiting {
            return waiting.plain_title().to_owned();
        }
        match (self.entry, self.code) {
            (Some(entry), _) => entry.title.clone(),
            (None, Some(code)) => format!("Code {code}, not known to Usher"),
            (None, None) => "Not known to Usher".to_owned(),
        }
    }

    /// Its words for one guest: waiting is told with its age.
    pub(crate) fn title_for(
        &self,
        since: Option<DateTime<Utc>>,
        seen: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> String {
        match (self.waiting, since, seen) {
            (Some(Waiting::NoAttempt), Some(since), _) => {
                format!("No attempt seen for {}", words::age(now - since))
            }
            (Some(Waiting::SignedIn), _, Some(seen)) => format!("Signed in {}", words::ago(seen, now)),
            _ => self.title(),
        }
    }

    /// The stage it stops before.
    pub(crate) fn stops_before(&self) -> StageView {
        match (self.waiting, self.entry) {
            (Some(Waiting::NoAttempt | Waiting::LinkHandedOver), _) => StageView::AttemptedSignIn,
            (Some(Waiting::LeftReviewPermissions), _) => StageView::Redeemed,
            (Some(Waiting::NoSignInSeen | Waiting::SignedIn), _) => StageView::FirstAccess,
            (None, Some(entry)) => entry.stops_before.into(),
            (None, None) => StageView::RequirementsMet,
        }
    }

    /// Whether sending the invitation again helps.
    pub(crate) fn resend_helps(&self) -> bool {
        match self.waiting {
            Some(Waiting::NoAttempt | Waiting::LinkHandedOver) => true,
            Some(Waiting::NoSignInSeen | Waiting::SignedIn) => false,
            None | Some(Waiting::LeftReviewPermissions) => self.entry.is_some_and(|entry| entry.resend_helps),
        }
    }

    /// The action of the panel that cures it, and the words of its button.
    pub(crate) fn cure(&self) -> (Option<ActionVerb>, &'static str) {
        match self.waiting {
            Some(Waiting::NoAttempt) => {
                return (Some(ActionVerb::ResendInvitation), "Resend invitation");
            }
            Some(Waiting::LinkHandedOver | Waiting::NoSignInSeen) => {
                return (Some(ActionVerb::CopyDirectLink), "Copy direct link");
            }
            Some(Waiting::SignedIn) => return (None, ""),
            None | Some(Waiting::LeftReviewPermissions) => {}
        }
        let Some(entry) = self.entry else {
            return (None, OPEN_GUEST);
        };
        match entry.cure {
            Cure::UnblockSignIn => (Some(ActionVerb::UnblockSignIn), "Unblock sign-in"),
            Cure::ResendInvitation => (Some(ActionVerb::ResendInvitation), "Resend invitation"),
            Cure::ResetRedemption => (Some(ActionVerb::ResetRedemption), "Reset redemption status"),
            Cure::CopyDirectLink => (Some(ActionVerb::CopyDirectLink), "Copy direct link"),
            Cure::OpenSetting(_) => (None, OPEN_SETTING),
            Cure::AddToGroup => (None, "Add to group"),
            Cure::AskPartner => (None, "Ask the partner"),
            Cure::None => (None, OPEN_GUEST),
        }
    }

    /// The reason without an age, for sums.
    pub(crate) fn view(&self) -> ReasonView {
        ReasonView {
            key: self.key.clone(),
            title: self.title(),
            code: self.code,
            interrupted: self.is_interrupted(),
        }
    }

    /// The reason of one guest.
    pub(crate) fn view_for(
        &self,
        since: Option<DateTime<Utc>>,
        seen: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> ReasonView {
        ReasonView {
            title: self.title_for(since, seen, now),
            ..self.view()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_is_no_failure_and_an_unknown_code_is() {
        assert!(is_interrupt(50_058) && !is_failure(50_058));
        assert!(is_failure(500_571) && is_failure(987_654_321));
        assert!(is_interrupt(52_004) && Reason::of("aadsts-52004", Some(52_004)).is_interrupted());
        assert!(!is_failure(0) && !is_interrupt(0));
    }

    #[test]
    fn every_cause_has_a_key_that_reads_back_to_words() {
        let causes = [
            Cause::Code(500_121),
            Cause::Code(50_072),
            Cause::AccountBlocked,
            Cause::Audit("Email not sent, user unsubscribed", true),
            Cause::Audit("Decline Terms Of Use", true),
            Cause::Audit("User canceled security info registration", true),
            Cause::Audit("Redeem external user invite", false),
        ];
        for cause in causes {
            let reason = Reason::of(&cause.key(), cause.code().map(i64::from));
            assert!(
                reason.entry().is_some(),
                "{cause:?} has no entry under {}",
                cause.key()
            );
        }
        for waiting in Waiting::ALL {
            assert!(Reason::of(waiting.key(), None).is_interrupted());
        }
    }

    #[test]
    fn an_unknown_code_is_told_by_its_number() {
        let reason = Reason::of("aadsts-987654321", None);
        assert_eq!(reason.title(), "Code 987654321, not known to Usher");
        assert!(!reason.is_interrupted());
    }
}
