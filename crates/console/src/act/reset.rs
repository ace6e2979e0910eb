//! Reset the redemption status: the same object, groups and apps; the guest redeems again.

use usher_store::{InvitationKind, InvitationState};

use super::{
    apply::{Change, Sent},
    resend::invite_again,
};
use crate::ConsoleError;

/// Resets and mails a new invitation. After a lost answer, a guest who is pending again was reset.
pub(super) async fn send(change: &Change<'_>) -> Result<Sent, ConsoleError> {
    let sent = invite_again(change, InvitationKind::Reset).await?;
    match change.fetch().await {
        Ok(object) if object.state == InvitationState::PendingAcceptance => Ok(Sent::Done),
        // Directory replicas may lag behind an answer that was clear; an unclear one stays unclear.
        _ => Ok(sent),
    }
}
