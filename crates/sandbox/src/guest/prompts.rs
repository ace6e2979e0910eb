//! The pages that ask the guest for something, one function a page.

use maud::{Markup, html};
use usher_redemption::{Note, Prompt, Terms};

use super::{session::GuestSession, steps::Refusal};
use crate::world::{TENANT, World};

/// What a page is drawn from.
pub(super) struct View<'a> {
    pub(super) world: &'a World,
    pub(super) id: &'a str,
    pub(super) session: &'a GuestSession,
    pub(super) refusal: Option<Refusal>,
}

impl View<'_> {
    fn mail(&self) -> &str {
        &self.session.visit.mail
    }

    fn is_foreign_session(&self) -> bool {
        self.session.play.session_is_foreign()
    }

    /// The other account that is signed in to the person's browser.
    fn other_account(&self) -> String {
        self.world
            .person(self.mail())
            .other_session
            .unwrap_or_else(|| "another account".to_owned())
    }

    /// A form that answers this page. Each form of a page carries the same token: whichever is sent uses it up.
    fn form(&self, inside: &Markup) -> Markup {
        html! {
            form method="post" action={ "/guest/" (self.id) "/step" } {
                input type="hidden" name="token" value=(self.session.step_token);
                (inside)
            }
        }
    }

    /// A form of nothing but buttons, the main one last.
    fn buttons(&self, choices: &[(&str, &str)]) -> Markup {
        let last = choices.len().saturating_sub(1);
        self.form(&html! {
            div class="actions" {
                @for (index, (action, label)) in choices.iter().enumerate() {
                    button type="submit" name="action" value=(action) class=[(index != last).then_some("secondary")] {
                        (label)
                    }
                }
            }
        })
    }

    /// What has to be said before anything else.
    fn remarks(&self) -> Markup {
        let refused = match self.refusal {
            Some(Refusal::Stale) => Some(
                "This answer came from a page that was answered before: sent twice, from another tab, or after the \
                 back button. It was not used. This is the page to answer now.",
            ),
            Some(Refusal::Unknown) => Some("This answer does not belong to this page. Nothing was changed."),
            Some(Refusal::ShortPassword) => Some("The password needs at least 8 characters. Invent one."),
            Some(Refusal::HomeOutage) => Some(
                "The sign-in service of your organization does not answer. Nothing was changed; try again later.",
            ),
            None => None,
        };
        let noted = match self.session.note {
            Some(Note::WrongCode) => Some("That is not the code that was mailed. Type the newest one."),
            Some(Note::ExpiredCode) => Some("This code is older than 30 minutes. Have a new one mailed."),
            Some(Note::AccountUnknownHere | Note::FitsNoPage) | None => None,
        };
        html! {
            @if let Some(text) = refused.or(noted) { p role="alert" { (text) } }
        }
    }
}

/// Draws the page in front; returns its title too.
pub(super) fn draw(view: &View<'_>, prompt: Prompt) -> (String, Markup) {
    let (title, inside) = match prompt {
        Prompt::OrganizationName => organization_name(view),
        Prompt::AccountChoice if view.is_foreign_session() => foreign_session(view),
        Prompt::AccountChoice => account_choice(view),
        Prompt::HomeSignIn => home_sign_in(view),
        Prompt::PartnerIdpSignIn => partner_sign_in(view),
        Prompt::GoogleSignIn => google_sign_in(view),
        Prompt::MsaSignIn => microsoft_account(view),
        Prompt::MsaCreate => create_microsoft_account(view),
        Prompt::OtpSendCode => send_code(view),
        Prompt::OtpEnterCode => enter_code(view),
        Prompt::ReviewPermissions => review_permissions(view),
        Prompt::MfaRegister => register_second_factor(view),
        Prompt::MfaChallenge => second_factor(view),
        Prompt::MfaHomeChallenge => second_factor_at_home(view),
        Prompt::TermsOfUse => terms_of_use(view),
        // The rule book ends an attempt with this prompt and never waits on it.
        Prompt::Redirect => ("Going on".to_owned(), html! {}),
    };
    let body = html! {
        (organisation_line(prompt))
        p class="quiet" { (view.mail()) }
        h1 { (title) }
        (view.remarks())
        (inside)
    };
    (title, body)
}

/// Whose page it is: the guest's own provider's, or the inviting organisation's.
fn organisation_line(prompt: Prompt) -> Markup {
    let owner = match prompt {
        Prompt::HomeSignIn | Prompt::MfaHomeChallenge => "Your organization",
        Prompt::PartnerIdpSignIn => "Your organization's own sign-in",
        Prompt::GoogleSignIn => "Google",
        Prompt::MsaSignIn | Prompt::MsaCreate => "Microsoft account",
        _ => TENANT.name,
    };
    html! { p class="organisation" { (owner) } }
}

fn organization_name(view: &View<'_>) -> (String, Markup) {
    let inside = html! {
        p { "This address names no organization. Going on from here leads to your own. To reach "
            (TENANT.name) ", choose Sign-in options, then Sign in to an organization, and type its domain." }
        (view.form(&html! {
            label for="domain" { "Domain of the organization" }
            input id="domain" name="domain" type="text" value=(TENANT.domain) autocomplete="off";
            div class="actions" {
                button type="submit" name="action" value="home_sign_in" class="secondary" { "Go on without" }
                button type="submit" name="action" value="name_organization" { "Next" }
            }
        }))
    };
    ("Sign in to an organization".to_owned(), inside)
}

fn foreign_session(view: &View<'_>) -> (String, Markup) {
    let inside = html! {
        p role="alert" { "AADSTS50020: the account " (view.other_account()) " is signed in to this browser, and it is \
            no guest of " (TENANT.name) "." }
        p { "Use the account that was invited, and type its whole address." }
        (view.form(&html! {
            ul class="choices" {
                li { button type="submit" name="action" value="wrong_account_sign_in" class="choice" {
                    strong { (view.other_account()) } span { "Signed in" }
                } }
                li { button type="submit" name="action" value="choose_work_account" class="choice" {
                    strong { (view.mail()) } span { "Work or school account" }
                } }
                li { button type="submit" name="action" value="choose_personal_account" class="choice" {
                    strong { (view.mail()) } span { "Personal account" }
                } }
                li { button type="submit" name="action" value="use_another_account" class="choice" {
                    "Use another account"
                } }
            }
        }))
    };
    ("Pick an account".to_owned(), inside)
}

fn account_choice(view: &View<'_>) -> (String, Markup) {
    let inside = html! {
        p { "This address has two accounts. Which one should " (TENANT.name) " know you by?" }
        (view.form(&html! {
            ul class="choices" {
                li { button type="submit" name="action" value="choose_work_account" class="choice" {
                    strong { "Work or school account" } span { "Made by your organization's IT department" }
                } }
                li { button type="submit" name="action" value="choose_personal_account" class="choice" {
                    strong { "Personal account" } span { "Made by you" }
                } }
            }
        }))
    };
    (
        "It looks like this name is used with more than one account".to_owned(),
        inside,
    )
}

/// The two answers every provider's sign-in page has.
fn sign_in_buttons(view: &View<'_>, action: &str) -> Markup {
    let label = format!("Sign in as {}", view.mail());
    view.buttons(&[
        ("wrong_account_sign_in", "Sign in with another account"),
        (action, &label),
    ])
}

fn home_sign_in(view: &View<'_>) -> (String, Markup) {
    let inside = html! {
        p { "Your organization asks who you are. Its password is never asked for in the sandbox." }
        (sign_in_buttons(view, "home_sign_in"))
    };
    ("Sign in".to_owned(), inside)
}

fn partner_sign_in(view: &View<'_>) -> (String, Markup) {
    let inside = html! {
        p { "You were sent to the identity provider that your organization and " (TENANT.name)
            " have connected directly (SAML or WS-Federation)." }
        (sign_in_buttons(view, "partner_sign_in"))
    };
    ("Sign in at your organization".to_owned(), inside)
}

fn google_sign_in(view: &View<'_>) -> (String, Markup) {
    let inside = html! {
        p { "You were sent to Google, because " (TENANT.name) " accepts Google accounts for this address." }
        (sign_in_buttons(view, "google_sign_in"))
    };
    ("Sign in with Google".to_owned(), inside)
}

fn microsoft_account(view: &View<'_>) -> (String, Markup) {
    let inside = html! {
        p { "This address belongs to a personal Microsoft account." }
        (sign_in_buttons(view, "msa_sign_in"))
    };
    ("Sign in with your Microsoft account".to_owned(), inside)
}

fn create_microsoft_account(view: &View<'_>) -> (String, Markup) {
    let inside = html! {
        p { "No account was found for this address, so a personal Microsoft account is made for it." }
        (view.form(&html! {
            label for="password" { "Create a password" }
            p id="password-hint" class="quiet" { "Invent one of at least 8 characters. It is thrown away at once; never \
                type a password you use." }
            input id="password" name="password" type="password" autocomplete="new-password"
                aria-describedby="password-hint" required;
            div class="actions" {
                button type="submit" name="action" value="create_microsoft_account" { "Create account" }
            }
        }))
    };
    ("Create account".to_owned(), inside)
}

fn send_code(view: &View<'_>) -> (String, Markup) {
    let inside = html! {
        p { "We will mail a code to " strong { (view.mail()) } " so that you can sign in to " (TENANT.name) "." }
        (view.buttons(&[("send_code", "Send code")]))
    };
    ("Sign in with a code".to_owned(), inside)
}

fn enter_code(view: &View<'_>) -> (String, Markup) {
    let inside = html! {
        p { "The code is in the "
            a href={ "/inbox/" (path_segment(view.mail())) } { "inbox of " (view.mail()) } ". It works for 30 minutes." }
        (view.form(&html! {
            label for="code" { "Code" }
            input id="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="32";
            div class="actions" {
                button type="submit" name="action" value="enter_code" { "Sign in" }
            }
        }))
        (view.form(&html! {
            button type="submit" name="action" value="send_code" class="linklike" { "Send another code" }
        }))
    };
    ("Enter the code".to_owned(), inside)
}

fn review_permissions(view: &View<'_>) -> (String, Markup) {
    let inside = html! {
        p class="warning" { "Accept only if you trust " strong { (TENANT.name) } " (" (TENANT.domain) ")." }
        p { "The organization " (TENANT.name) " would like to:" }
        ul {
            li { "Sign you in" }
            li { "Read your name, mail address and photo" }
            li { "Keep an account for you under its own policies" }
        }
        p class="quiet" { (TENANT.name) " may log what you access. You can leave later under My Account. "
            (TENANT.name) " has provided a link to its " a href="/guest/privacy" { "privacy statement" } "." }
        (view.buttons(&[("close_browser_at_permissions", "Cancel"), ("accept_permissions", "Accept")]))
    };
    ("Review permissions".to_owned(), inside)
}

fn register_second_factor(view: &View<'_>) -> (String, Markup) {
    let inside = html! {
        p { (TENANT.name) " asks for a second proof of who you are and does not accept the one you may have at home. \
            Set one up here." }
        (view.form(&html! {
            fieldset {
                legend { "Second proof" }
                label class="row" { input type="radio" name="method" value="app" checked; " Authenticator app" }
                label class="row" { input type="radio" name="method" value="text" ; " Text message" }
            }
            div class="actions" {
                button type="submit" name="action" value="ignore_mfa" class="secondary" { "Leave this page" }
                button type="submit" name="action" value="cancel_mfa_registration" class="secondary" { "Cancel setup" }
                button type="submit" name="action" value="register_mfa" { "Set up" }
            }
        }))
    };
    ("More information required".to_owned(), inside)
}

fn second_factor(view: &View<'_>) -> (String, Markup) {
    let inside = html! {
        p { (TENANT.name) " sent a request to the second proof you registered with it." }
        (view.buttons(&[("ignore_mfa", "Do not answer"), ("answer_mfa", "Approve")]))
    };
    ("Approve the sign-in request".to_owned(), inside)
}

fn second_factor_at_home(view: &View<'_>) -> (String, Markup) {
    let inside = html! {
        p { "Your own organization sent a request to the second proof you registered there. " (TENANT.name)
            " trusts its answer." }
        (view.buttons(&[("ignore_mfa", "Do not answer"), ("answer_home_mfa", "Approve")]))
    };
    ("Approve the request of your organization".to_owned(), inside)
}

fn terms_of_use(view: &View<'_>) -> (String, Markup) {
    let owed = view
        .session
        .visit
        .guest
        .and_then(|id| view.world.guest_object(id))
        .and_then(|guest| {
            let now = view.world.now();
            view.world
                .policy
                .terms_of_use
                .iter()
                .find(|terms| guest.owes_terms(terms, now))
        });
    let name = owed.map_or("Terms of use", |terms: &Terms| terms.name.as_str());
    let inside = html! {
        p { "In order to go on you must read and accept:" }
        details {
            summary { (name) }
            p { "What is kept here stays here. Use it for the work you were invited for, share it with nobody, and \
                tell " (TENANT.name) " when the work is over. (A text of the sandbox.)" }
        }
        (view.buttons(&[("decline_terms", "Decline"), ("accept_terms", "Accept")]))
    };
    (format!("{} terms of use", TENANT.name), inside)
}

/// A mail address as one segment of a path.
pub(crate) fn path_segment(mail: &str) -> String {
    percent_encoding::utf8_percent_encode(mail, percent_encoding::NON_ALPHANUMERIC).to_string()
}
