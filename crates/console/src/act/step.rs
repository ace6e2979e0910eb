//! One change in the ledger: opened before anything is sent, closed when it is known what came of it.

use serde_json::Value;
use usher_store::{EntryKind, GuestId, LedgerCheck, LedgerDraft, StepId};
use uuid::Uuid;

use crate::{
    ConsoleError,
    tenant::{Link, OpenTenant},
    views::OutcomeKind,
};

/// A step that is open in the ledger.
pub(super) struct Step {
    opened: LedgerDraft,
}

impl Step {
    /// Writes that a change is about to be sent. `detail` never carries a ticket, a token or a link.
    pub(super) async fn open(
        tenant: &OpenTenant,
        link: &Link,
        verb: &str,
        guest: Option<GuestId>,
        detail: Value,
    ) -> Result<Self, ConsoleError> {
        let opened = LedgerDraft {
            step: StepId(Uuid::new_v4()),
            plan: None,
            kind: EntryKind::Opened,
            at: tenant.now(),
            actor: link.actor(),
            verb: verb.to_owned(),
            guest,
            outcome: None,
            detail: detail.to_string(),
        };
        append(tenant, &opened).await?;
        Ok(Self { opened })
    }

    /// Writes what came of it.
    pub(super) async fn close(self, tenant: &OpenTenant, outcome: OutcomeKind) -> Result<(), ConsoleError> {
        self.close_for(tenant, outcome, None).await
    }

    /// Writes what came of it, and whom it concerned where that was not known before.
    pub(super) async fn close_for(
        self,
        tenant: &OpenTenant,
        outcome: OutcomeKind,
        guest: Option<GuestId>,
    ) -> Result<(), ConsoleError> {
        let closed = LedgerDraft {
            kind: EntryKind::Closed,
            at: tenant.now(),
            guest: guest.or(self.opened.guest),
            outcome: Some(outcome_word(outcome).to_owned()),
            detail: "{}".to_owned(),
            ..self.opened
        };
        append(tenant, &closed).await
    }
}

async fn append(tenant: &OpenTenant, draft: &LedgerDraft) -> Result<(), ConsoleError> {
    let mut tx = tenant.archive.write().await?;
    tx.append_ledger(draft).await?;
    tx.commit().await?;
    Ok(())
}

fn outcome_word(outcome: OutcomeKind) -> &'static str {
    match outcome {
        OutcomeKind::Done => "done",
        OutcomeKind::Skipped => "skipped",
        OutcomeKind::Failed => "failed",
        OutcomeKind::Unknown => "unknown",
    }
}

impl OpenTenant {
    /// Checks the ledger's chain of hashes.
    pub(crate) async fn check_ledger(&self) -> Result<LedgerCheck, ConsoleError> {
        Ok(self.archive.check_ledger().await?)
    }
}
