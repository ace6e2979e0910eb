//! Block and unblock sign-in: `accountEnabled` of the guest object.

use usher_graph::GraphError;

use super::apply::{Change, Sent};
use crate::ConsoleError;

/// Sets `accountEnabled`. A lost answer is looked up; setting it twice would do no harm, but would be a lie in the log.
pub(super) async fn send(change: &Change<'_>, enabled: bool) -> Result<Sent, ConsoleError> {
    let id = change.guest.id.0.into();
    match change.link.graph.set_account_enabled(id, enabled).await {
        Ok(()) => {}
        Err(error) if error.leaves_outcome_open() => {
            let user = change.link.graph.fetch_user(id).await;
            if !user.is_ok_and(|user| user.value.account_enabled == Some(enabled)) {
                return Ok(Sent::Unknown);
            }
        }
        Err(error) => return Err(error.into()),
    }
    change
        .keep(|object| object.account_enabled = Some(enabled))
        .await?;
    Ok(Sent::Done)
}

/// Whether a change may have been made although no answer says so.
pub(super) trait LeavesOutcomeOpen {
    /// True where nobody knows.
    fn leaves_outcome_open(&self) -> bool;
}

impl LeavesOutcomeOpen for GraphError {
    fn leaves_outcome_open(&self) -> bool {
        matches!(self, Self::OutcomeUnknown { .. })
    }
}
