//! Applying a plan: look again, write down, send, write down what came of it, read the guest anew.

use usher_graph::GraphError;
use usher_store::{GuestId, GuestRecord};

use super::{basis::Basis, block, resend, reset, restore, revoke, step::Step};
use crate::{
    ConsoleError,
    guests::label,
    tenant::{Link, OpenTenant},
    views::{ActionVerb, OutcomeKind, OutcomeView, PlanView, ProblemView},
    words,
};

/// A change to one guest that is about to be made.
pub(super) struct Change<'t> {
    pub(super) tenant: &'t OpenTenant,
    pub(super) link: &'t Link,
    pub(super) guest: &'t GuestRecord,
}

/// How sending ended.
pub(super) enum Sent {
    /// Done.
    Done,
    /// The answer was lost, and looking it up did not settle it.
    Unknown,
}

impl OpenTenant {
    /// Applies a plan. That the guest changed meanwhile is an outcome, not an error; so is a refusal.
    pub(crate) async fn apply(&self, plan: &PlanView) -> Result<OutcomeView, ConsoleError> {
        let id: GuestId = plan.guest_id.parse().map_err(|_| ConsoleError::NoSuchGuest)?;
        let guest = self
            .archive
            .find_guest(id)
            .await?
            .ok_or(ConsoleError::NoSuchGuest)?;
        let basis = Basis::from_text(&plan.basis).ok_or(ConsoleError::RuledOut {
            reason: "This plan cannot be read. Make it again.".to_owned(),
        })?;
        let link = self.link()?;

        if let Some(changed) = self.drift(&link, &guest, &basis).await? {
            return Ok(outcome(
                plan,
                OutcomeKind::Skipped,
                format!("Changed since the plan was made: {changed}. Left alone."),
                None,
            ));
        }
        let step = Step::open(self, &link, verb_word(plan.verb), Some(id), serde_json::json!({})).await?;
        let change = Change {
            tenant: self,
            link: &link,
            guest: &guest,
        };
        let sent = match plan.verb {
            ActionVerb::ResendInvitation => resend::send(&change).await,
            ActionVerb::ResetRedemption => reset::send(&change).await,
            ActionVerb::RevokeInvitation => revoke::send(&change).await,
            ActionVerb::BlockSignIn => block::send(&change, false).await,
            ActionVerb::UnblockSignIn => block::send(&change, true).await,
            ActionVerb::Restore => restore::send(&change).await,
            ActionVerb::CopyDirectLink => Ok(Sent::Done),
        };
        let (kind, problem) = match sent {
            Ok(Sent::Done) => (OutcomeKind::Done, None),
            Ok(Sent::Unknown) => (OutcomeKind::Unknown, Some(ConsoleError::OutcomeUnknown)),
            Err(error) => (OutcomeKind::Failed, Some(error)),
        };
        step.close(self, kind).await?;
        self.refresh_after_change().await?;

        let message = message(plan.verb, kind, &guest);
        Ok(outcome(plan, kind, message, problem.map(ProblemView::from)))
    }

    /// Reads the guest anew and says what changed since the plan was made.
    async fn drift(
        &self,
        link: &Link,
        guest: &GuestRecord,
        basis: &Basis,
    ) -> Result<Option<String>, ConsoleError> {
        let now = match link.graph.fetch_user(guest.id.0.into()).await {
            Ok(user) => {
                let object = self.keep_user(guest, user).await?;
                Basis::of_object(&object)
            }
            Err(GraphError::NotFound { .. }) => Basis::of_record(guest).deleted(),
            Err(error) => return Err(error.into()),
        };
        Ok(basis.drift(&now))
    }
}

fn outcome(
    plan: &PlanView,
    result: OutcomeKind,
    message: String,
    problem: Option<ProblemView>,
) -> OutcomeView {
    let undo = match plan.verb {
        ActionVerb::RevokeInvitation => Some(ActionVerb::Restore),
        ActionVerb::Restore => Some(ActionVerb::RevokeInvitation),
        ActionVerb::BlockSignIn => Some(ActionVerb::UnblockSignIn),
        ActionVerb::UnblockSignIn => Some(ActionVerb::BlockSignIn),
        ActionVerb::ResendInvitation | ActionVerb::ResetRedemption | ActionVerb::CopyDirectLink => None,
    };
    OutcomeView {
        verb: plan.verb,
        guest_id: plan.guest_id.clone(),
        result,
        message,
        undo: undo.filter(|_| result == OutcomeKind::Done),
        problem,
    }
}

/// The verb as the ledger keeps it.
fn verb_word(verb: ActionVerb) -> &'static str {
    match verb {
        ActionVerb::ResendInvitation => "resend",
        ActionVerb::ResetRedemption => "reset",
        ActionVerb::CopyDirectLink => "copyDirectLink",
        ActionVerb::RevokeInvitation => "revoke",
        ActionVerb::BlockSignIn => "block",
        ActionVerb::UnblockSignIn => "unblock",
        ActionVerb::Restore => "restore",
    }
}

fn message(verb: ActionVerb, kind: OutcomeKind, guest: &GuestRecord) -> String {
    let name = words::one_line(&guest.object.display_name);
    match kind {
        OutcomeKind::Done => match verb {
            ActionVerb::ResendInvitation => {
                format!("Invitation sent again to {name}. The older link is superseded.")
            }
            ActionVerb::ResetRedemption => format!("{name} must redeem again. A new invitation was sent."),
            ActionVerb::CopyDirectLink => "Direct link copied.".to_owned(),
            ActionVerb::RevokeInvitation => {
                format!("Invitation revoked: {name} was deleted and can be restored for 30 days.")
            }
            ActionVerb::BlockSignIn => format!("Sign-in blocked for {name}."),
            ActionVerb::UnblockSignIn => format!("Sign-in unblocked for {name}."),
            ActionVerb::Restore => format!("{name} was restored."),
        },
        OutcomeKind::Unknown => format!("The answer got lost. Check {name} before you try again."),
        OutcomeKind::Failed | OutcomeKind::Skipped => {
            format!("{}: nothing was changed for {name}.", label(verb))
        }
    }
}
