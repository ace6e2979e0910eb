//! Restore a deleted guest, with object ID, groups and apps.

use super::{
    apply::{Change, Sent},
    block::LeavesOutcomeOpen as _,
};
use crate::ConsoleError;

/// Takes the guest out of the bin. After a lost answer, a guest that is found again was restored.
pub(super) async fn send(change: &Change<'_>) -> Result<Sent, ConsoleError> {
    let id = change.guest.id.0.into();
    match change.link.graph.restore_user(id).await {
        Ok(()) => {}
        Err(error) if error.leaves_outcome_open() => {
            if change.link.graph.fetch_user(id).await.is_err() {
                return Ok(Sent::Unknown);
            }
        }
        Err(error) => return Err(error.into()),
    }
    change.keep(|object| object.deleted_at = None).await?;
    Ok(Sent::Done)
}
