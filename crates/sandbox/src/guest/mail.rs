//! One mail, as its reader sees it.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use chrono::{DateTime, Utc};
use maud::{Markup, html};
use uuid::Uuid;

use super::{PAGE_FRAME, inbox::stamp, prompts::path_segment, session::Sessions, show, show_with};
use crate::{
    SandboxState,
    world::{Actor, Invitation, Mail, MailContent, MailId, TENANT, World},
};

/// `GET /mail/{id}`: reading leaves no row anywhere.
pub(super) async fn read(State(state): State<SandboxState>, Path(id): Path<String>) -> Response {
    let sessions = state.guest_sessions();
    let world = state.world();
    let mail = Uuid::parse_str(&id).ok().and_then(|id| world.mail(MailId(id)));
    let Some(mail) = mail else { return no_such_mail() };
    let content = match &mail.content {
        MailContent::Invitation(id) => match world.invitation(*id) {
            Some(invitation) => invitation_text(&world, mail, invitation),
            None => invitation_gone(),
        },
        MailContent::AccessNotice(id) => match world.invitation(*id) {
            Some(invitation) => access_notice(&world, invitation),
            None => invitation_gone(),
        },
        MailContent::Passcode { code, expires } => passcode(&sessions, mail, code, *expires),
        MailContent::Note(paragraphs) => html! { @for paragraph in paragraphs { p { (paragraph) } } },
    };
    let body = html! {
        h1 { bdi { (mail.subject) } }
        (envelope(mail))
        (content)
        hr;
        p { a href={ "/inbox/" (path_segment(&mail.to)) } { "Back to the inbox" } }
    };
    show(&mail.subject, &body)
}

fn envelope(mail: &Mail) -> Markup {
    html! {
        dl {
            dt { "From" } dd { strong { bdi { (mail.from_name) } } br; (mail.from_address) }
            dt { "To" } dd { bdi { (mail.to) } }
            @if let Some(address) = &mail.reply_to { dt { "Reply to" } dd { bdi { (address) } } }
            dt { "Received" } dd { (stamp(mail.at)) }
        }
    }
}

/// The elements of an invitation mail (invitation-email-elements.md), from the warning to the footer.
fn invitation_text(world: &World, mail: &Mail, invitation: &Invitation) -> Markup {
    let inviter = inviter_name(world, &invitation.inviter);
    let link = world.redeem_url(invitation);
    html! {
        p class="warning" { "Only act on this mail if you trust the person and the organization below. If you did not \
            expect it, treat it with care." }
        p class="person" {
            span class="initials" aria-hidden="true" { (initials(&inviter)) }
            span { strong { bdi { (inviter) } } br; (TENANT.name) " · " (TENANT.domain) }
        }
        @if let Some(message) = personal_message(invitation) {
            p class="quiet" { "Message from " bdi { (inviter) } ":" }
            blockquote { (message) }
        }
        p { "If you accept, you are sent to " bdi { (invitation.redirect_url) } "." }
        p { a class="button" href=(link) target=(PAGE_FRAME) { "Accept invitation" } }
        hr;
        p class="quiet" { (TENANT.name) "'s "
            a href="/guest/privacy" target=(PAGE_FRAME) { "privacy statement" } " is linked here. "
            a href={ "/mail/" (mail.id) "/block" } target=(PAGE_FRAME) { "Block future invitations" }
            " from this organization." }
        aside class="note" aria-label="Behind the scene" {
            p { strong { "Behind the scene. " } "The link carries a ticket that acts like a password; never pass it on. \
                " (link_rule(world)) " Opening this mail left no row in any log." }
        }
    }
}

fn link_rule(world: &World) -> String {
    let rule = world.policy.invitation_link;
    let lifetime = rule
        .lifetime_days
        .map_or_else(|| "no end".to_owned(), |days| format!("{days} days"));
    let uses = if rule.single_use {
        "one use"
    } else {
        "any number of uses"
    };
    format!("This tenant sets {lifetime} and {uses}; a resend supersedes the older link.")
}

/// The inviter's own words. Entra drops them when an application invites (invitation-email-elements.md).
fn personal_message(invitation: &Invitation) -> Option<&str> {
    match invitation.inviter {
        Actor::User { .. } => invitation
            .message
            .as_deref()
            .filter(|message| !message.is_empty()),
        Actor::App { .. } => None,
    }
}

fn inviter_name(world: &World, inviter: &Actor) -> String {
    match inviter {
        Actor::User { id, upn, .. } => id
            .and_then(|id| world.user(crate::world::UserId(id)))
            .map_or_else(|| upn.clone(), |user| user.display_name.clone()),
        Actor::App { .. } => TENANT.name.to_owned(),
    }
}

/// Stands for the inviter's picture.
fn initials(name: &str) -> String {
    name.split_whitespace()
        .filter_map(|word| word.chars().next())
        .take(2)
        .collect()
}

fn access_notice(world: &World, invitation: &Invitation) -> Markup {
    html! {
        p { "You now have access to applications of " (TENANT.name) ". Your organization and " (TENANT.name)
            " have agreed that you need not accept an invitation." }
        p { a class="button" href=(world.redeem_url(invitation)) target=(PAGE_FRAME) {
            "Open " (TENANT.name) "'s applications" } }
    }
}

fn invitation_gone() -> Markup {
    html! { p role="alert" { "The invitation of this mail is gone for good." } }
}

fn passcode(sessions: &Sessions, mail: &Mail, code: &str, expires: DateTime<Utc>) -> Markup {
    html! {
        p { "To sign in to " (TENANT.name) ", use this code:" }
        p class="code" { (code) }
        p { "It works until " (stamp(expires)) ". If you did not ask for it, ignore this mail." }
        @if let Some(session) = sessions.waiting_for(&mail.to, code) {
            p { a href={ "/guest/" (session) } target=(PAGE_FRAME) { "Back to the sign-in page" } }
        }
    }
}

fn no_such_mail() -> Response {
    let body = html! {
        h1 { "No such mail" }
        p role="alert" { "The sandbox has no mail with this number. It may be from before a reset." }
        p { a href="/inbox" { "All mailboxes" } }
    };
    show_with("No such mail", StatusCode::NOT_FOUND, &body)
}
