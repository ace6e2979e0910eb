//! The pages of an attempt: showing the one in front, and taking the guest's answer.

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use maud::html;
use usher_redemption::{Browser, GuestAction, LinkKind, Note, Page, Play, Prompt, Scene};

use super::{
    ended,
    entry::{Fields, go_to},
    prompts,
    record::Scribe,
    session::{GuestSession, Visit},
    show_attempt, show_with,
};
use crate::{
    SandboxState,
    world::{MailContent, World},
};

/// A passcode has eight digits (one-time-passcode.md).
const PASSCODE_DIGITS: usize = 8;

/// The shortest password the page that makes a Microsoft account takes.
const PASSWORD_LETTERS: usize = 8;

/// Why an answer was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The form was answered before: double submit, back button, another tab.
    Stale,
    /// The form carries no answer this page offers.
    Unknown,
    /// The invented password is too short.
    ShortPassword,
    /// The guest's own organisation does not answer.
    HomeOutage,
}

/// Begins an attempt and sends the browser to its first page.
pub(super) fn open(state: &SandboxState, visit: Visit) -> Response {
    let mut sessions = state.guest_sessions();
    let mut world = state.world();
    let world = &mut *world;
    let invitee = world.person(&visit.mail);
    let guest = visit.guest.and_then(|id| world.guest_object(id));
    let at = world.now();
    let (play, step) = {
        let scene = Scene {
            policy: &world.policy,
            invitee: &invitee,
            guest: guest.as_ref(),
            now: at,
        };
        Play::open(&scene, visit.link, visit.browser)
    };
    let correlation_id = world.fresh_uuid();
    Scribe {
        world,
        visit: &visit,
        invitee: &invitee,
        path: play.path(),
        correlation_id,
        at,
    }
    .write(&step);
    let id = sessions.open(GuestSession::new(visit, play, step.note, correlation_id, at));
    go_to(&format!("/guest/{id}"))
}

/// `GET /guest/{session}`: the page in front. Looking at it changes nothing.
pub(super) async fn show(State(state): State<SandboxState>, Path(id): Path<String>) -> Response {
    let sessions = state.guest_sessions();
    match sessions.get(&id) {
        Some(session) => draw(&state.world(), &id, session, None),
        None => forgotten(),
    }
}

/// `POST /guest/{session}/step`: the guest's answer to the page in front.
pub(super) async fn act(State(state): State<SandboxState>, Path(id): Path<String>, body: Bytes) -> Response {
    let fields = Fields::read(&body);
    let mut sessions = state.guest_sessions();
    let Some(session) = sessions.get_mut(&id) else {
        return forgotten();
    };
    let mut world = state.world();
    match answer(&mut world, session, &fields) {
        Ok(()) => go_to(&format!("/guest/{id}")),
        Err(refusal) => draw(&world, &id, session, Some(refusal)),
    }
}

fn answer(world: &mut World, session: &mut GuestSession, fields: &Fields) -> Result<(), Refusal> {
    if fields.get("token") != Some(session.step_token.as_str()) {
        return Err(Refusal::Stale);
    }
    let Page::Asks { prompt } = session.play.page() else {
        return Err(Refusal::Stale);
    };
    let action = action_of(prompt, session, fields)?;
    if world.home_outage && matches!(prompt, Prompt::HomeSignIn | Prompt::MfaHomeChallenge) {
        return Err(Refusal::HomeOutage);
    }
    let invitee = world.person(&session.visit.mail);
    let guest = session.visit.guest.and_then(|id| world.guest_object(id));
    let at = world.now();
    let step = {
        let scene = Scene {
            policy: &world.policy,
            invitee: &invitee,
            guest: guest.as_ref(),
            now: at,
        };
        session.play.act(&scene, action)
    };
    if step.note == Some(Note::FitsNoPage) {
        return Err(Refusal::Unknown);
    }
    let path = session.play.path();
    Scribe {
        world,
        visit: &session.visit,
        invitee: &invitee,
        path,
        correlation_id: session.correlation_id,
        at,
    }
    .write(&step);
    if action == GuestAction::SendCode
        && session.play.page()
            == (Page::Asks {
                prompt: Prompt::OtpEnterCode,
            })
    {
        mail_passcode(world, session);
    }
    session.turn_page(step.note, at);
    Ok(())
}

/// The action a form means on the page in front. The rule book judges whether the page offers it.
fn action_of(prompt: Prompt, session: &GuestSession, fields: &Fields) -> Result<GuestAction, Refusal> {
    let word = fields.get("action").ok_or(Refusal::Unknown)?;
    if word == "enter_code" {
        let typed: String = fields
            .get("code")
            .unwrap_or_default()
            .split_whitespace()
            .collect();
        let is_right = session.passcode.as_deref() == Some(typed.as_str());
        return Ok(if is_right {
            GuestAction::EnterCode
        } else {
            GuestAction::EnterWrongCode
        });
    }
    if prompt == Prompt::MsaCreate
        && fields.get("password").unwrap_or_default().chars().count() < PASSWORD_LETTERS
    {
        return Err(Refusal::ShortPassword);
    }
    let action = serde_json::from_value(serde_json::Value::String(word.to_owned()));
    action.map_err(|_| Refusal::Unknown)
}

fn mail_passcode(world: &mut World, session: &mut GuestSession) {
    let code = world.fresh_digits(PASSCODE_DIGITS);
    let at = world.now();
    let content = MailContent::Passcode {
        code: code.clone(),
        expires: at + usher_redemption::CODE_LIFETIME,
    };
    let sender = ("Contoso (by the sandbox)", "account-security@accounts.example");
    world.deliver(
        &session.visit.mail,
        sender,
        "Your Contoso account verification code",
        content,
        at,
    );
    session.passcode = Some(code);
}

/// `POST /guest/{session}/again`: from an end page, the same link once more, or the application as the one who is
/// signed in now.
pub(super) async fn again(
    State(state): State<SandboxState>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let fields = Fields::read(&body);
    let visit = {
        let mut sessions = state.guest_sessions();
        let Some(session) = sessions.get_mut(&id) else {
            return forgotten();
        };
        let Page::Ended { outcome, .. } = session.play.page() else {
            return draw(&state.world(), &id, session, Some(Refusal::Unknown));
        };
        if fields.get("token") != Some(session.step_token.as_str()) {
            return draw(&state.world(), &id, session, Some(Refusal::Stale));
        }
        session.turn_page(None, state.clock().now());
        let visit = session.visit.clone();
        if outcome.got_in() {
            Visit {
                link: LinkKind::App,
                browser: Browser::OwnAccount,
                invitation: None,
                ..visit
            }
        } else {
            visit
        }
    };
    open(&state, visit)
}

/// `GET` of an address that forms are sent to: the address bar was used. The page in front is shown.
pub(super) async fn back(Path(id): Path<String>) -> Response {
    go_to(&format!("/guest/{}", prompts::path_segment(&id)))
}

fn draw(world: &World, id: &str, session: &GuestSession, refusal: Option<Refusal>) -> Response {
    let status = match refusal {
        None => StatusCode::OK,
        Some(Refusal::Stale) => StatusCode::CONFLICT,
        Some(Refusal::Unknown | Refusal::ShortPassword) => StatusCode::BAD_REQUEST,
        Some(Refusal::HomeOutage) => StatusCode::SERVICE_UNAVAILABLE,
    };
    let (title, body) = match session.play.page() {
        Page::Asks { prompt } => prompts::draw(
            &prompts::View {
                world,
                id,
                session,
                refusal,
            },
            prompt,
        ),
        Page::Ended { outcome, stop } => ended::draw(world, id, session, outcome, stop, refusal),
    };
    show_attempt(&title, status, &session.play, &body)
}

/// An address whose attempt is not kept: mistyped, forgotten, or from before a reset of the sandbox.
fn forgotten() -> Response {
    let body = html! {
        h1 { "This page is over" }
        p role="alert" { "The attempt it belonged to is not known any more. Nothing was changed." }
        p { "Open the link of the invitation again." }
    };
    show_with("This page is over", StatusCode::NOT_FOUND, &body)
}
