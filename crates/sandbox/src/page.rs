//! The frame of every page the sandbox draws: landmarks, heading, stylesheet, and what a browser may do on it.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

const STYLESHEET: &str = include_str!("../assets/pages.css");

/// What a guest's page may do: no scripts, own style and images only, forms to this host only, and framing by
/// the desktop window (its address differs by system and in development) and by itself.
const GUEST_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'self' tauri://localhost http://tauri.localhost https://tauri.localhost \
    http://localhost:* http://127.0.0.1:*";

/// What a sign-in page may do. Browsers apply `form-action` to the redirect after a form too, so the loopback
/// addresses of the client are in it. Nobody may frame it.
const SIGN_IN_POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self' http://localhost:* \
    http://127.0.0.1:*; base-uri 'none'; frame-ancestors 'none'";

/// Who reads a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Audience {
    /// The guest being played.
    Guest,
    /// An administrator signing in.
    Administrator,
}

impl Audience {
    fn banner(self) -> &'static str {
        match self {
            Self::Guest => "What the guest sees, simulated",
            Self::Administrator => "Sandbox sign-in, simulated",
        }
    }

    fn policy(self) -> &'static str {
        match self {
            Self::Guest => GUEST_POLICY,
            Self::Administrator => SIGN_IN_POLICY,
        }
    }

    fn stylesheet(self) -> &'static str {
        match self {
            Self::Guest => "/guest/pages.css",
            Self::Administrator => "/login/pages.css",
        }
    }
}

/// Where an attempt stands, as marks on the page for whoever reads it by program.
#[derive(Clone, Debug)]
pub(crate) struct Progress {
    /// The pages shown so far, in the words of the case format, with blanks between.
    pub(crate) prompts: String,
    /// The identity path, once it is settled.
    pub(crate) path: Option<&'static str>,
    /// How the attempt ended, or how it counts if the guest leaves now.
    pub(crate) outcome: &'static str,
}

/// A page to be shown.
#[derive(Clone, Debug)]
pub(crate) struct Page<'a> {
    pub(crate) title: &'a str,
    pub(crate) status: StatusCode,
    pub(crate) audience: Audience,
    pub(crate) progress: Option<Progress>,
}

impl Page<'_> {
    /// The page as a response. `body` opens with the one `h1`.
    pub(crate) fn respond(self, body: &Markup) -> Response {
        let audience = self.audience;
        let progress = self.progress.as_ref();
        let document = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (self.title) " · " (audience.banner()) }
                    link rel="stylesheet" href=(audience.stylesheet());
                }
                body {
                    a class="skip" href="#page" { "Skip to the page" }
                    header { p class="banner" { (audience.banner()) } }
                    main id="page" tabindex="-1" data-prompts=[progress.map(|progress| &progress.prompts)]
                        data-path=[progress.and_then(|progress| progress.path)]
                        data-outcome=[progress.map(|progress| progress.outcome)] { (body) }
                    footer { p { "Sandbox tenant. Nothing here leaves this computer." } }
                }
            }
        };
        let headers = [
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("text/html; charset=utf-8"),
            ),
            (
                header::CONTENT_SECURITY_POLICY,
                HeaderValue::from_static(audience.policy()),
            ),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            // Addresses in here carry tickets and session ids.
            (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
            (
                header::X_CONTENT_TYPE_OPTIONS,
                HeaderValue::from_static("nosniff"),
            ),
        ];
        (self.status, headers, document.into_string()).into_response()
    }
}

/// The stylesheet of all pages.
pub(crate) async fn stylesheet() -> Response {
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/css; charset=utf-8"),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("max-age=3600")),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
    ];
    (headers, STYLESHEET).into_response()
}
