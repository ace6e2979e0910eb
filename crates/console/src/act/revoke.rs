//! Revoke an invitation: there is no such call in Graph, so the guest is deleted, restorable for 30 days.

use usher_graph::GraphError;

use super::{
    apply::{Change, Sent},
    block::LeavesOutcomeOpen as _,
};
use crate::ConsoleError;

/// Deletes the guest. After a lost answer, a guest that is no longer found was deleted.
pub(super) async fn send(change: &Change<'_>) -> Result<Sent, ConsoleError> {
    let id = change.guest.id.0.into();
    match change.link.graph.delete_user(id).await {
        Ok(()) => {}
        Err(error) if error.leaves_outcome_open() => {
            if !matches!(
                change.link.graph.fetch_user(id).await,
                Err(GraphError::NotFound { .. })
            ) {
                return Ok(Sent::Unknown);
            }
        }
        Err(error) => return Err(error.into()),
    }
    let mut tx = change.tenant.archive.write().await?;
    tx.mark_deleted(change.guest.id, change.tenant.now()).await?;
    tx.commit().await?;
    Ok(Sent::Done)
}
