//! Inviting, inviting again, resetting a redemption.

use reqwest::Method;
use usher_identity::{GraphVersion, Scope};

use super::users::reading;
use crate::{
    GraphClient, GraphError, GraphInvitation, NewInvitation,
    call::{Answer, Call, Repeat},
};

impl GraphClient {
    /// Invites, resends or resets ("Create invitation"). The same address again is a resend: the same guest,
    /// a new link, and the older link ends.
    ///
    /// An answer that is lost ends with [`GraphError::OutcomeUnknown`] and is never asked for again: a second
    /// request would be a second mail. [`GraphClient::find_users_by_mail`] tells whether the guest is there.
    pub async fn create_invitation(&self, invitation: &NewInvitation) -> Result<GraphInvitation, GraphError> {
        let needs: &[Scope] = match invitation.reset_of {
            Some(_) => &[Scope::UserReadWriteAll],
            None => &[Scope::UserInviteAll],
        };
        let url = self.cloud().graph_url(GraphVersion::V1, &["invitations"]);
        let mut call = Call::change(Method::POST, url, needs, Repeat::Never);
        call.body = Some(invitation.to_json());
        call.invites = true;

        self.send(&call, |answer| reading(&answer, Answer::parse)).await
    }
}
