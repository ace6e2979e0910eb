//! Mailboxes: all of them, and one.

use axum::{
    extract::{Path, RawQuery, State},
    http::StatusCode,
    response::Response,
};
use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::{ADDRESS_LIMIT_BYTES, entry::Fields, prompts::path_segment, show, show_with};
use crate::SandboxState;

/// How many mailboxes one page lists.
const LISTED_MAILBOXES: usize = 100;

/// `GET /inbox[?search=…]`
pub(super) async fn all(State(state): State<SandboxState>, RawQuery(query): RawQuery) -> Response {
    let fields = Fields::of_query(query.as_deref());
    let search = fields.get("search").unwrap_or_default().to_lowercase();
    let mut mailboxes = state.world().mailboxes();
    mailboxes.retain(|(address, _, _)| address.contains(&search));
    let found = mailboxes.len();
    mailboxes.truncate(LISTED_MAILBOXES);
    let body = html! {
        h1 { "Mailboxes of the sandbox" }
        form method="get" action="/inbox" role="search" {
            label for="search" { "Find an address" }
            input id="search" name="search" type="search" value=(search) autocomplete="off";
            div class="actions" { button type="submit" { "Find" } }
        }
        p role="status" { (count_line(found)) }
        @if !mailboxes.is_empty() {
            table {
                thead { tr { th scope="col" { "Mailbox" } th scope="col" { "Mails" } th scope="col" { "Newest" } } }
                tbody {
                    @for (address, count, newest) in &mailboxes {
                        tr {
                            td { a href={ "/inbox/" (path_segment(address)) } { bdi { (address) } } }
                            td { (count) }
                            td { (stamp(*newest)) }
                        }
                    }
                }
            }
        }
    };
    show("Mailboxes", &body)
}

fn count_line(found: usize) -> String {
    match found {
        0 => "No mailbox has this address. People get one with their first mail.".to_owned(),
        1 => "1 mailbox.".to_owned(),
        _ if found > LISTED_MAILBOXES => {
            format!("{found} mailboxes; the {LISTED_MAILBOXES} with the newest mail are listed.")
        }
        _ => format!("{found} mailboxes."),
    }
}

/// `GET /inbox/{mail}`: newest mail first. An address that never got mail has an empty mailbox.
pub(super) async fn of_one(State(state): State<SandboxState>, Path(mail): Path<String>) -> Response {
    if mail.len() > ADDRESS_LIMIT_BYTES || !mail.contains('@') {
        let body = html! {
            h1 { "No such mailbox" }
            p role="alert" { "This is no mail address." }
            p { a href="/inbox" { "All mailboxes" } }
        };
        return show_with("No such mailbox", StatusCode::NOT_FOUND, &body);
    }
    let world = state.world();
    let mails = world.inbox(&mail);
    let body = html! {
        h1 { "Inbox of " bdi { (mail.to_lowercase()) } }
        @if mails.is_empty() { p role="status" { "No mail." } }
        ul class="choices" {
            @for mail in mails {
                li {
                    a href={ "/mail/" (mail.id) } { bdi { (mail.subject) } }
                    p class="quiet" { (mail.from_name) ", " (stamp(mail.at)) }
                }
            }
        }
        p { a href="/inbox" { "All mailboxes" } }
    };
    show("Inbox", &body)
}

/// An instant for people and for programs. The pages run no script, so the zone is said instead of guessed.
pub(super) fn stamp(at: DateTime<Utc>) -> Markup {
    html! {
        time datetime=(at.format("%Y-%m-%dT%H:%M:%SZ")) { (at.format("%-d %b %Y, %H:%M UTC")) }
    }
}
