//! Resend an invitation: the same guest, a new mail; the older link is superseded.

use url::Url;
use usher_graph::{InvitationMessage, NewInvitation};
use usher_store::{InvitationKind, InvitationRecord};

use super::{
    apply::{Change, Sent},
    block::LeavesOutcomeOpen as _,
};
use crate::{ConsoleError, error::FieldProblem};

/// Sends the invitation again. A lost answer is never answered by another try: the guest would be mailed twice.
pub(super) async fn send(change: &Change<'_>) -> Result<Sent, ConsoleError> {
    invite_again(change, InvitationKind::Resend).await
}

/// Makes another invitation for a guest that exists, with the text and target of the last one made here.
pub(super) async fn invite_again(change: &Change<'_>, kind: InvitationKind) -> Result<Sent, ConsoleError> {
    let Change { tenant, link, guest } = *change;
    let last = tenant.archive.list_invitations(guest.id).await?.pop();
    let redirect_url = match last.as_ref().map(|last| last.redirect_url.clone()) {
        Some(url) if !url.is_empty() => url,
        _ => tenant.default_redirect_url(),
    };
    let message = last.as_ref().and_then(|last| last.message.clone());
    let language = last.as_ref().and_then(|last| last.language.clone());
    let order = NewInvitation {
        mail: guest.object.mail.clone(),
        redirect_url: parse_url(&redirect_url)?,
        display_name: Some(guest.object.display_name.clone()).filter(|name| !name.is_empty()),
        sends_mail: true,
        message: Some(InvitationMessage {
            body: message.clone(),
            language: language.clone(),
            cc: None,
        })
        .filter(|_| message.is_some() || language.is_some()),
        sponsors: Vec::new(),
        reset_of: (kind == InvitationKind::Reset).then(|| guest.id.0.into()),
    };
    let made = match link.graph.create_invitation(&order).await {
        Ok(made) => made,
        Err(error) if error.leaves_outcome_open() => return Ok(Sent::Unknown),
        Err(error) => return Err(error.into()),
    };
    let record = InvitationRecord {
        id: made.id.clone(),
        guest: guest.id,
        mail: order.mail,
        redeem_url: made
            .invite_redeem_url
            .as_ref()
            .map(|url| url.expose().to_owned())
            .unwrap_or_default(),
        redirect_url,
        sent_message: true,
        message,
        language,
        kind,
        made_by: link.actor(),
        made_at: tenant.now(),
        superseded_at: None,
    };
    let mut tx = tenant.archive.write().await?;
    tx.save_invitation(&record).await?;
    tx.commit().await?;
    Ok(Sent::Done)
}

/// Reads the address a guest is sent to.
pub(super) fn parse_url(text: &str) -> Result<Url, ConsoleError> {
    Url::parse(text).map_err(|_| ConsoleError::InvalidField {
        field: "redirectUrl",
        problem: FieldProblem::NotAUrl,
    })
}
