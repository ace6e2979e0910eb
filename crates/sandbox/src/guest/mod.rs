//! What the guest sees: mailboxes, invitation mails, and every page of a redemption.
//!
//! Plain server-rendered pages without scripts. Where an attempt stands is kept here by an opaque id in the page's
//! address, not in a cookie, because the pages are also shown inside the desktop window, where cookies of a frame are
//! withheld. What happens on a page is decided by the rule book; what it leaves behind is written to the world.

mod blocking;
mod ended;
mod entry;
mod inbox;
mod judgement;
mod mail;
mod prompts;
mod record;
mod session;
mod steps;
#[cfg(test)]
pub(crate) mod tests;
mod words;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{StatusCode, header},
    middleware::map_response,
    response::Response,
    routing::{get, post},
};
use maud::{Markup, html};
use usher_redemption::Play;

pub(crate) use prompts::path_segment;
pub(crate) use record::source_of;
pub(crate) use session::{Sessions, opaque_id};

use crate::{
    SandboxState,
    page::{Audience, Page, Progress},
};

/// A form of these pages holds an address, a code and a token; more is no form of ours.
const FORM_LIMIT_BYTES: usize = 64 * 1024;

/// The longest mail address there can be (RFC 5321: 64 + 1 + 255).
const ADDRESS_LIMIT_BYTES: usize = 320;

/// The name of the frame in which the desktop window shows the guest's page. In a browser of its own, links with this
/// target open one further tab.
const PAGE_FRAME: &str = "usher-guest-page";

/// The routes of everything a guest meets.
pub(crate) fn router(state: SandboxState) -> Router {
    Router::new()
        .route("/inbox", get(inbox::all))
        .route("/inbox/{mail}", get(inbox::of_one))
        .route("/mail/{id}", get(mail::read))
        .route("/mail/{id}/block", get(blocking::ask).post(blocking::decide))
        .route("/redeem", get(entry::mailed_link))
        .route("/redeem/", get(entry::ticket_link))
        .route("/redeem/direct", get(entry::direct_link))
        .route("/redeem/app", get(entry::app_link))
        .route("/redeem/common", get(entry::common_link))
        .route("/guest/start", get(entry::start))
        .route("/guest/privacy", get(ended::privacy_statement))
        .route("/guest/pages.css", get(crate::page::stylesheet))
        .route("/guest/{session}", get(steps::show))
        .route("/guest/{session}/step", post(steps::act).get(steps::back))
        .route("/guest/{session}/again", post(steps::again).get(steps::back))
        .layer(DefaultBodyLimit::max(FORM_LIMIT_BYTES))
        .layer(map_response(always_a_page))
        .with_state(state)
}

/// What the server itself refuses (an address that is no text, a form of megabytes, a strange method) comes as a page
/// too: a guest must never sit in front of an empty window.
async fn always_a_page(response: Response) -> Response {
    let status = response.status();
    let is_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_page || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let body = html! {
        h1 { "This address leads nowhere" }
        p role="alert" { "The sandbox cannot read what the browser asked for. Nothing was changed." }
        p { "Open the link of the invitation again, or go back to " a href="/inbox" { "the mailboxes" } "." }
    };
    show_with("This address leads nowhere", status, &body)
}

/// A page for the guest.
fn show(title: &str, body: &Markup) -> Response {
    show_with(title, StatusCode::OK, body)
}

fn show_with(title: &str, status: StatusCode, body: &Markup) -> Response {
    Page {
        title,
        status,
        audience: Audience::Guest,
        progress: None,
    }
    .respond(body)
}

/// A page of an attempt, marked with how far it has come.
fn show_attempt(title: &str, status: StatusCode, play: &Play, body: &Markup) -> Response {
    let prompts: Vec<&str> = play.prompts().iter().map(|prompt| prompt.word()).collect();
    let progress = Progress {
        prompts: prompts.join(" "),
        path: play.path().map(usher_redemption::Path::word),
        outcome: play.outcome().word(),
    };
    Page {
        title,
        status,
        audience: Audience::Guest,
        progress: Some(progress),
    }
    .respond(body)
}
