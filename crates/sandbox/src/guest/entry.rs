//! The ways in: the mailed link, links that name only the tenant, the general address.

use axum::{
    extract::{RawQuery, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use maud::html;
use url::Url;
use usher_redemption::{Browser, LinkKind};
use uuid::Uuid;

use super::{ADDRESS_LIMIT_BYTES, record, session::Visit, show, show_with, steps};
use crate::{
    SandboxState,
    world::{InvitationId, TENANT, TicketState, User, UserId, World, apps},
};

/// The parameters of an address or a form; a repeated one counts by its first value.
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    pub(super) fn read(text: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(text).into_owned().collect())
    }

    pub(super) fn of_query(query: Option<&str>) -> Self {
        Self::read(query.unwrap_or_default().as_bytes())
    }

    /// The value of a parameter, without surrounding blanks; empty counts as absent.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key == name)?;
        Some(found.1.trim()).filter(|value| !value.is_empty())
    }

    /// A mail address, in lower case, if it can be one.
    pub(super) fn address(&self, name: &str) -> Option<String> {
        let address = self.get(name)?;
        let is_plausible = address.len() <= ADDRESS_LIMIT_BYTES && address.contains('@');
        is_plausible.then(|| address.to_lowercase())
    }
}

/// `GET /redeem?rd=…`: the link of an invitation mail in its present shape.
pub(super) async fn mailed_link(State(state): State<SandboxState>, RawQuery(query): RawQuery) -> Response {
    let fields = Fields::of_query(query.as_deref());
    let inner = fields.get("rd").and_then(|address| Url::parse(address).ok());
    // Mail filters that rewrite links tend to lose the inner address; the flat shape may have survived.
    match inner {
        Some(inner) => open_ticket(&state, &Fields::of_query(inner.query())),
        None => open_ticket(&state, &fields),
    }
}

/// `GET /redeem/?tenant=…&user=…&ticket=…`: the older shape.
pub(super) async fn ticket_link(State(state): State<SandboxState>, RawQuery(query): RawQuery) -> Response {
    open_ticket(&state, &Fields::of_query(query.as_deref()))
}

fn open_ticket(state: &SandboxState, fields: &Fields) -> Response {
    let names_us = fields
        .get("tenant")
        .is_none_or(|tenant| tenant.eq_ignore_ascii_case(&TENANT.id.to_string()));
    let invitation = fields.get("user").map(Uuid::parse_str);
    let (Some(ticket), true, Some(Ok(invitation))) = (fields.get("ticket"), names_us, invitation) else {
        return damaged_link();
    };
    let visit = {
        let world = state.world();
        let (id, link) = match world.ticket(Some(InvitationId(invitation)), ticket) {
            TicketState::Unknown => return damaged_link(),
            TicketState::Superseded(id) => (id, LinkKind::Superseded),
            TicketState::GuestDeleted(id) | TicketState::Used(id) | TicketState::Fresh(id) => {
                (id, LinkKind::Email)
            }
        };
        let Some(invitation) = world.invitation(id) else {
            return damaged_link();
        };
        let mail = invitation.mail.to_lowercase();
        Visit {
            browser: browser_of(&world, &mail),
            guest: Some(invitation.guest),
            invitation: Some(id),
            link,
            redirect_url: invitation.redirect_url.clone(),
            app: record::target_app(&world),
            mail,
        }
    };
    steps::open(state, visit)
}

/// A ticket that nobody issued, or whose guest was removed for good.
fn damaged_link() -> Response {
    let body = html! {
        h1 { "This invitation link does not work" }
        p role="alert" { "The link is damaged, or the invitation it belongs to is gone for good. Nothing was changed." }
        p { "Copy the whole link from the mail, or ask the person who invited you for a new invitation." }
    };
    show_with("This invitation link does not work", StatusCode::NOT_FOUND, &body)
}

/// `GET /redeem/direct?tenantid=…[&mail=…]`: a link that names the tenant, such as My Apps with its id.
pub(super) async fn direct_link(State(state): State<SandboxState>, RawQuery(query): RawQuery) -> Response {
    ticketless(&state, LinkKind::Direct, &Fields::of_query(query.as_deref()))
}

/// `GET /redeem/app?tenantid=…[&mail=…]`: a link of the application itself.
pub(super) async fn app_link(State(state): State<SandboxState>, RawQuery(query): RawQuery) -> Response {
    ticketless(&state, LinkKind::App, &Fields::of_query(query.as_deref()))
}

/// `GET /redeem/common[?mail=…]`: the general address, which names no tenant.
pub(super) async fn common_link(State(state): State<SandboxState>, RawQuery(query): RawQuery) -> Response {
    ticketless(&state, LinkKind::Common, &Fields::of_query(query.as_deref()))
}

/// A link without a ticket. `session` says who is signed in to the browser that opens it: `own`, `other`, or what the
/// facts about the person say.
fn ticketless(state: &SandboxState, link: LinkKind, fields: &Fields) -> Response {
    if fields
        .get("tenantid")
        .is_some_and(|tenant| !tenant.eq_ignore_ascii_case(&TENANT.id.to_string()))
    {
        return damaged_link();
    }
    let Some(mail) = fields.address("mail") else {
        return who_are_you(link, fields.get("mail").is_some());
    };
    let visit = {
        let world = state.world();
        Visit {
            guest: known_guest(&world, &mail),
            invitation: None,
            link,
            browser: match fields.get("session") {
                Some("own") => Browser::OwnAccount,
                Some("other") => Browser::OtherAccount,
                _ => browser_of(&world, &mail),
            },
            redirect_url: "https://myapplications.microsoft.com/".to_owned(),
            app: if link == LinkKind::Common {
                apps::MY_APPS
            } else {
                record::target_app(&world)
            },
            mail,
        }
    };
    steps::open(state, visit)
}

fn browser_of(world: &World, mail: &str) -> Browser {
    if world.person(mail).other_session.is_some() {
        Browser::OtherAccount
    } else {
        Browser::Fresh
    }
}

/// The object with the address. One in the recycle bin counts: what its person does is still logged under its id.
fn known_guest(world: &World, mail: &str) -> Option<UserId> {
    let has_address = |user: &&User| {
        user.mail
            .as_deref()
            .is_some_and(|known| known.eq_ignore_ascii_case(mail))
    };
    let deleted = || {
        world
            .deleted_users()
            .filter(has_address)
            .max_by_key(|user| user.deleted)
    };
    world.user_by_mail(mail).or_else(deleted).map(|user| user.id)
}

/// Asks for the address, as a browser that knows nobody would.
fn who_are_you(link: LinkKind, is_mistaken: bool) -> Response {
    let action = match link {
        LinkKind::App => "/redeem/app",
        LinkKind::Common => "/redeem/common",
        LinkKind::Direct | LinkKind::Email | LinkKind::Superseded => "/redeem/direct",
    };
    let body = html! {
        h1 { "Sign in" }
        @if is_mistaken { p role="alert" { "This is no mail address." } }
        p { "Which guest is sitting in front of this page?" }
        form method="get" action=(action) {
            label for="mail" { "Mail address" }
            input id="mail" name="mail" type="email" autocomplete="off" required;
            div class="actions" { button type="submit" { "Next" } }
        }
    };
    show_with(
        "Sign in",
        if is_mistaken {
            StatusCode::BAD_REQUEST
        } else {
            StatusCode::OK
        },
        &body,
    )
}

/// `GET /guest/start[?mail=…]`: the page before any page. Nothing is logged by it.
pub(super) async fn start(RawQuery(query): RawQuery) -> Response {
    let mail = Fields::of_query(query.as_deref()).address("mail");
    let body = html! {
        h1 { "No page is open yet" }
        p { "Accept the invitation in the mail." }
        @if let Some(mail) = mail {
            p class="quiet" { "What " (mail) " can open without a mail:" }
            ul class="choices" {
                li { (plain_opener("/redeem/direct", &mail, &format!("Open My Apps of {} (direct link)", TENANT.name))) }
                li { (plain_opener("/redeem/app", &mail, "Open the application")) }
                li { (plain_opener("/redeem/common", &mail, "Common sign-in link")) }
            }
        }
    };
    show("No page is open yet", &body)
}

fn plain_opener(action: &str, mail: &str, label: &str) -> maud::Markup {
    html! {
        form method="get" action=(action) {
            input type="hidden" name="mail" value=(mail);
            button type="submit" class="choice" { (label) }
        }
    }
}

/// Sends the browser on to a page of ours, by a relative address so that the host the browser used stays in force.
pub(super) fn go_to(path: &str) -> Response {
    let headers = [
        (header::LOCATION, path.to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}
