//! The part of a play in which the guest proves who they are.

use chrono::{DateTime, Utc};

use super::{CODE_LIFETIME, Play};
use crate::identity::{self, Path, Route};
use crate::link::Browser;
use crate::page::{Page, Prompt};
use crate::policy::FallbackProvider;
use crate::step::{Note, Turn};
use crate::stops::Stop;

impl Play {
    /// Finds the identity provider and shows its first page.
    pub(super) fn begin(&mut self, turn: &mut Turn<'_>, browser: Browser) {
        let route = self.route(turn);
        if let Route::Nowhere(stop) = route {
            return self.stop(turn, stop);
        }
        if let Route::Sign(path) = route {
            self.path = Some(path);
        }
        let hides_passcode = route == Route::Sign(Path::EmailOtp)
            && turn.policy.redemption_order.fallback == FallbackProvider::EmailOneTimePasscode;
        match (browser, route) {
            (Browser::OtherAccount, _) if !self.link.carries_ticket() || hides_passcode => {
                turn.sign_in(self.entry(16000));
                turn.home_sign_in(self.entry(90072));
                turn.note = Some(Note::AccountUnknownHere);
                self.ask(Prompt::AccountChoice);
            }
            (Browser::OwnAccount, Route::Sign(_)) if self.began_pending => {
                self.stop(turn, Stop::StillPending);
            }
            (Browser::OwnAccount, Route::Sign(_)) => self.proceed(turn),
            (_, Route::Sign(path)) => self.ask_to_sign_in(turn, path),
            (_, Route::Choice | Route::Nowhere(_)) => self.ask(Prompt::AccountChoice),
        }
    }

    fn route(&self, turn: &Turn<'_>) -> Route {
        match turn.guest.as_ref().and_then(|guest| guest.identity.as_ref()) {
            Some(bound) => {
                // Once made, a Microsoft account is an existing one.
                let path = if bound.path == Path::MsaCreate {
                    Path::MsaExisting
                } else {
                    bound.path
                };
                match identity::still_works(path, turn.policy, turn.invitee) {
                    Ok(()) => Route::Sign(path),
                    Err(stop) => Route::Nowhere(stop),
                }
            }
            None => identity::route(turn.policy, turn.invitee, self.link),
        }
    }

    /// Answers the account page. A foreign session is set aside by any choice.
    pub(super) fn choose(&mut self, turn: &mut Turn<'_>, wanted: Option<Path>) {
        self.session_is_foreign = false;
        match (self.route(turn), wanted) {
            (Route::Nowhere(stop), _) => self.stop(turn, stop),
            (Route::Sign(path), _) | (Route::Choice, Some(path)) => self.ask_to_sign_in(turn, path),
            // On the choice between work and personal account there is no third one.
            (Route::Choice, None) => {
                self.path = None;
                self.page = Page::Asks {
                    prompt: Prompt::AccountChoice,
                };
            }
        }
    }

    fn ask_to_sign_in(&mut self, turn: &mut Turn<'_>, path: Path) {
        self.path = Some(path);
        turn.sign_in(self.entry(50058));
        self.ask(path.first_prompt());
    }

    pub(super) fn send_code(&mut self, turn: &mut Turn<'_>) {
        if !turn.policy.email_otp {
            return self.stop(turn, Stop::NoIdentityProvider);
        }
        self.code_sent_at = Some(turn.now);
        self.ask(Prompt::OtpEnterCode);
    }

    pub(super) fn code_is_stale(&self, now: DateTime<Utc>) -> bool {
        self.code_sent_at.is_none_or(|sent| now > sent + CODE_LIFETIME)
    }
}
