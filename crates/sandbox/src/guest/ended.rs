//! The pages at the end of an attempt: where the guest is sent on to, or what stopped the guest.

use axum::response::Response;
use maud::{Markup, html};
use usher_redemption::{Outcome, Stop};

use super::{session::GuestSession, show, steps::Refusal, words};
use crate::world::{TENANT, World};

pub(super) fn draw(
    world: &World,
    id: &str,
    session: &GuestSession,
    outcome: Outcome,
    stop: Option<Stop>,
    refusal: Option<Refusal>,
) -> (String, Markup) {
    let (title, inside) = match stop {
        Some(stop) => (words::heading(stop).to_owned(), stopped(world, id, session, stop)),
        None => ("You are in".to_owned(), let_in(id, session, outcome)),
    };
    let body = html! {
        p class="organisation" { (TENANT.name) }
        p class="quiet" { (session.visit.mail) }
        h1 { (title) }
        @if refusal.is_some() {
            p role="status" { "This attempt is over, so the answer was not used. Nothing was changed by it." }
        }
        (inside)
    };
    (title, body)
}

fn stopped(world: &World, id: &str, session: &GuestSession, stop: Stop) -> Markup {
    html! {
        p role="alert" {
            @if let Some(code) = stop.shown_code() { "AADSTS" (code) ": " }
            (words::explanation(stop))
        }
        p { (words::advice(stop)) }
        dl {
            @if let Some(code) = stop.shown_code() { dt { "Error code" } dd { (code) } }
            dt { "Correlation ID" } dd { (session.correlation_id) }
            dt { "Time" } dd { (world.now().format("%Y-%m-%dT%H:%M:%SZ")) }
            dt { "Application" } dd { (session.visit.app.name) }
        }
        (again(id, session, "Try again"))
    }
}

fn let_in(id: &str, session: &GuestSession, outcome: Outcome) -> Markup {
    html! {
        p role="status" {
            @if outcome == Outcome::AcceptedAndRedirected { "The invitation is accepted. " } @else { "You are signed in. " }
            "A browser would now be at:"
        }
        p { code { (session.visit.redirect_url) } }
        p class="quiet" { "The sandbox does not leave this computer, so the journey ends here. Opening the application \
            once more, as a guest who is signed in would, leaves a sign-in of its own." }
        (again(id, session, "Open the application"))
    }
}

fn again(id: &str, session: &GuestSession, label: &str) -> Markup {
    html! {
        form method="post" action={ "/guest/" (id) "/again" } {
            input type="hidden" name="token" value=(session.step_token);
            div class="actions" { button type="submit" { (label) } }
        }
    }
}

/// `GET /guest/privacy`
pub(super) async fn privacy_statement() -> Response {
    let body = html! {
        h1 { "Privacy statement of " (TENANT.name) }
        p { "The statement of a real organization would open here, from the address it gave: "
            code { (TENANT.privacy_statement) } }
        p { "This one says: invented people have invented data, and all of it stays on this computer." }
    };
    show("Privacy statement", &body)
}
