//! Why a sync ended early. Everything read until then is kept.

use usher_graph::GraphError;
use usher_store::StoreError;

/// A sync that could not go on.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// Microsoft Graph.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// The archive.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The account belongs to another tenant than the archive.
    #[error("this archive belongs to another tenant")]
    WrongTenant,
    /// A part of the program stopped unexpectedly.
    #[error("a part of the sync stopped unexpectedly")]
    Interrupted,
}
