//! From the words of the parts below to the words that leave.

use usher_redemption::Stage;
use usher_store::{InvitationState, Log, StageReached, Standing};

use super::{InvitationStateView, LogView, StageView, StandingView};

impl From<StageReached> for StageView {
    fn from(stage: StageReached) -> Self {
        match stage {
            StageReached::Invited => Self::Invited,
            StageReached::MailSent => Self::MailSent,
            StageReached::AttemptedSignIn => Self::AttemptedSignIn,
            StageReached::RequirementsMet => Self::RequirementsMet,
            StageReached::Redeemed => Self::Redeemed,
            StageReached::FirstAccess => Self::FirstAccess,
        }
    }
}

impl From<Stage> for StageView {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::Invited => Self::Invited,
            Stage::MailSent => Self::MailSent,
            Stage::AttemptedSignIn => Self::AttemptedSignIn,
            Stage::RequirementsMet => Self::RequirementsMet,
            Stage::Redeemed => Self::Redeemed,
            Stage::FirstAccess => Self::FirstAccess,
        }
    }
}

impl From<StageView> for StageReached {
    fn from(stage: StageView) -> Self {
        match stage {
            StageView::Invited => Self::Invited,
            StageView::MailSent => Self::MailSent,
            StageView::AttemptedSignIn => Self::AttemptedSignIn,
            StageView::RequirementsMet => Self::RequirementsMet,
            StageView::Redeemed => Self::Redeemed,
            StageView::FirstAccess => Self::FirstAccess,
        }
    }
}

impl StageView {
    /// All stages, in order.
    pub const ALL: [Self; 6] = [
        Self::Invited,
        Self::MailSent,
        Self::AttemptedSignIn,
        Self::RequirementsMet,
        Self::Redeemed,
        Self::FirstAccess,
    ];

    /// The stage in words.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Invited => "Invited",
            Self::MailSent => "Mail sent",
            Self::AttemptedSignIn => "Attempted sign-in",
            Self::RequirementsMet => "Requirements met",
            Self::Redeemed => "Redeemed",
            Self::FirstAccess => "First access",
        }
    }
}

impl From<Standing> for StandingView {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Stopped => Self::Stopped,
            Standing::Open => Self::Open,
            Standing::Fine => Self::Fine,
        }
    }
}

impl From<StandingView> for Standing {
    fn from(standing: StandingView) -> Self {
        match standing {
            StandingView::Stopped => Self::Stopped,
            StandingView::Open => Self::Open,
            StandingView::Fine => Self::Fine,
        }
    }
}

impl From<InvitationState> for InvitationStateView {
    /// A state that this version does not know is shown as none; the raw object has the word.
    fn from(state: InvitationState) -> Self {
        match state {
            InvitationState::PendingAcceptance => Self::PendingAcceptance,
            InvitationState::Accepted => Self::Accepted,
            InvitationState::None | InvitationState::Other => Self::None,
        }
    }
}

impl From<Log> for LogView {
    fn from(log: Log) -> Self {
        match log {
            Log::Audit => Self::Audit,
            Log::SignIn => Self::SignIn,
        }
    }
}
