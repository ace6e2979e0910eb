//! "Block future invitations": the guest's own switch, which the tenant learns of from its log.

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use maud::html;
use uuid::Uuid;

use super::{entry::Fields, show, show_with};
use crate::{
    SandboxState,
    world::{MailId, TENANT},
};

/// `GET /mail/{id}/block`
pub(super) async fn ask(State(state): State<SandboxState>, Path(id): Path<String>) -> Response {
    page(&state, &id, None)
}

/// `POST /mail/{id}/block` with `decision` `block` or `allow`. Deciding the same twice changes nothing.
pub(super) async fn decide(
    State(state): State<SandboxState>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let fields = Fields::read(&body);
    let block = match fields.get("decision") {
        Some("block") => true,
        Some("allow") => false,
        _ => return page(&state, &id, None),
    };
    {
        let mut world = state.world();
        let Some(reader) = reader_of(&world, &id) else {
            return no_such_mail();
        };
        let at = world.now();
        world.set_unsubscribed(&reader, block, at);
    }
    page(&state, &id, Some(block))
}

fn reader_of(world: &crate::world::World, id: &str) -> Option<String> {
    let id = Uuid::parse_str(id).ok()?;
    world.mail(MailId(id)).map(|mail| mail.to.clone())
}

fn page(state: &SandboxState, id: &str, decided: Option<bool>) -> Response {
    let world = state.world();
    let Some(reader) = reader_of(&world, id) else {
        return no_such_mail();
    };
    let is_blocked = world.is_unsubscribed(&reader);
    let (title, decision, label) = if is_blocked {
        ("Invitations are blocked", "allow", "Take invitations again")
    } else {
        ("Block future invitations", "block", "Block")
    };
    let body = html! {
        p class="quiet" { bdi { (reader) } }
        h1 { (title) }
        @if decided == Some(true) { p role="status" { "Invitation mails of " (TENANT.name) " will not reach you." } }
        @if decided == Some(false) { p role="status" { "Invitation mails of " (TENANT.name) " will reach you again." } }
        p {
            @if is_blocked { "When somebody of " (TENANT.name) " invites you, no mail is sent, and its administrators see \
                in the audit log that it was not." }
            @else { "No invitation mail of " (TENANT.name) " will be sent to this address. Links of older mails keep \
                working." }
        }
        form method="post" action={ "/mail/" (id) "/block" } class="actions" {
            button type="submit" name="decision" value=(decision) { (label) }
        }
    };
    show(title, &body)
}

fn no_such_mail() -> Response {
    let body = html! {
        h1 { "No such mail" }
        p role="alert" { "The sandbox has no mail with this number. Nothing was changed." }
    };
    show_with("No such mail", StatusCode::NOT_FOUND, &body)
}
