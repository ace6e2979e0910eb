//! One attempt of a guest to get in, as a pure state machine: a link is opened, pages ask, the guest acts, rows are
//! written, and in the end the guest is in or stopped.
//!
//! A [`Play`] keeps only where the attempt stands. Policy, person, guest object and time come in with every call, so
//! that a change made meanwhile (a newer invitation, a deleted guest, another tab) counts at the next step.

mod sign_in;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::access::{self, Gate, View};
use crate::guest::{Effect, GuestObject, Identity, TermsAcceptance};
use crate::identity::Path;
use crate::link::{self, Browser, LinkKind};
use crate::page::{GuestAction, Page, Prompt};
use crate::rows::{Activity, Actor, AuditEntry, CaStatus, SignInApp, SignInEntry};
use crate::stage::Outcome;
use crate::step::{Note, Scene, Step, Turn};
use crate::stops::Stop;

/// How long a mailed code works (Microsoft: one-time-passcode).
pub const CODE_LIFETIME: TimeDelta = TimeDelta::minutes(30);

/// An attempt in progress or ended. Serialisable, so that it can be kept between requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Play {
    link: LinkKind,
    path: Option<Path>,
    page: Page,
    prompts: Vec<Prompt>,
    /// The invitation the ticket belongs to.
    invited_at: Option<DateTime<Utc>>,
    began_pending: bool,
    session_is_foreign: bool,
    code_sent_at: Option<DateTime<Utc>>,
    permissions_accepted: bool,
    redeemed_here: bool,
    registered_here: bool,
    mfa_passed: bool,
}

impl Play {
    /// Opens a link and goes as far as the first page that needs the guest.
    pub fn open(scene: &Scene<'_>, link: LinkKind, browser: Browser) -> (Self, Step) {
        let live = scene.guest.filter(|guest| !guest.deleted);
        let mut play = Self {
            link,
            path: None,
            page: Page::Asks {
                prompt: Prompt::OrganizationName,
            },
            prompts: Vec::new(),
            invited_at: live.map(|guest| guest.invited_at),
            began_pending: live.is_some_and(GuestObject::is_pending),
            session_is_foreign: browser == Browser::OtherAccount,
            code_sent_at: None,
            permissions_accepted: false,
            redeemed_here: false,
            registered_here: false,
            mfa_passed: false,
        };
        let mut turn = Turn::new(scene);
        match link::check(scene, link) {
            Err(stop) => play.stop(&mut turn, stop),
            Ok(()) if link == LinkKind::Common => play.ask(Prompt::OrganizationName),
            Ok(()) => play.begin(&mut turn, browser),
        }
        let step = turn.finish(play.page);
        (play, step)
    }

    /// Lets the guest act on the page in front. An action that fits no page changes nothing.
    pub fn act(&mut self, scene: &Scene<'_>, action: GuestAction) -> Step {
        let mut turn = Turn::new(scene);
        match self.page {
            Page::Asks { prompt } => self.act_on(prompt, action, &mut turn),
            Page::Ended { .. } => turn.note = Some(Note::FitsNoPage),
        }
        turn.finish(self.page)
    }

    /// The page in front of the guest.
    pub const fn page(&self) -> Page {
        self.page
    }

    /// The pages shown so far, in order.
    pub fn prompts(&self) -> &[Prompt] {
        &self.prompts
    }

    /// The identity path, once it is settled.
    pub const fn path(&self) -> Option<Path> {
        self.path
    }

    /// The link the attempt began with.
    pub const fn link(&self) -> LinkKind {
        self.link
    }

    /// Whether the browser came in with another account's session that is still in the way.
    pub const fn session_is_foreign(&self) -> bool {
        self.session_is_foreign
    }

    /// When the newest code was mailed.
    pub const fn code_sent_at(&self) -> Option<DateTime<Utc>> {
        self.code_sent_at
    }

    /// How the attempt ended, or how it counts if the guest leaves now.
    pub fn outcome(&self) -> Outcome {
        match self.page {
            Page::Asks { prompt } => prompt.if_left(),
            Page::Ended { outcome, .. } => outcome,
        }
    }

    /// One row per page and action: the whole table of what a guest can do.
    fn act_on(&mut self, page: Prompt, action: GuestAction, turn: &mut Turn<'_>) {
        use GuestAction as A;
        use Prompt as P;
        match (page, action) {
            (P::OrganizationName, A::NameOrganization) => {
                self.begin(
                    turn,
                    if self.session_is_foreign {
                        Browser::OtherAccount
                    } else {
                        Browser::Fresh
                    },
                );
            }
            (P::OrganizationName, A::HomeSignIn | A::MsaSignIn | A::WrongAccountSignIn) => {
                self.stop(turn, Stop::NoOrganizationNamed);
            }
            (P::AccountChoice, A::ChooseWorkAccount) => self.choose(turn, Some(Path::EntraId)),
            (P::AccountChoice, A::ChoosePersonalAccount) => self.choose(turn, Some(Path::MsaExisting)),
            (P::AccountChoice, A::UseAnotherAccount) => self.choose(turn, None),
            (
                P::HomeSignIn | P::PartnerIdpSignIn | P::GoogleSignIn | P::MsaSignIn | P::AccountChoice,
                A::WrongAccountSignIn,
            ) => self.stop(turn, Stop::WrongAccount),
            (P::OtpSendCode, A::SendCode) => self.send_code(turn),
            (P::OtpEnterCode, A::SendCode) => {
                self.prompts.push(P::OtpSendCode);
                self.send_code(turn);
            }
            (P::OtpEnterCode, A::EnterCode) if self.code_is_stale(turn.now) => {
                turn.note = Some(Note::ExpiredCode);
            }
            (P::HomeSignIn, A::HomeSignIn)
            | (P::PartnerIdpSignIn, A::PartnerSignIn)
            | (P::GoogleSignIn, A::GoogleSignIn)
            | (P::MsaSignIn, A::MsaSignIn)
            | (P::MsaCreate, A::CreateMicrosoftAccount)
            | (P::OtpEnterCode, A::EnterCode) => self.proceed(turn),
            (P::OtpEnterCode, A::EnterWrongCode) => turn.note = Some(Note::WrongCode),
            (P::ReviewPermissions, A::AcceptPermissions) => self.accept_permissions(turn),
            (P::ReviewPermissions, A::CloseBrowserAtPermissions) => {
                self.stop(turn, Stop::PermissionsNotAccepted);
            }
            (P::MfaRegister, A::RegisterMfa) => {
                turn.audit(AuditEntry::success(
                    Activity::RegisteredSecurityInfo,
                    Actor::Guest,
                ));
                turn.effect(Effect::MfaRegistered);
                self.registered_here = true;
                self.proceed(turn);
            }
            (P::MfaRegister, A::CancelMfaRegistration) => {
                turn.audit(AuditEntry::success(Activity::CanceledSecurityInfo, Actor::Guest));
                self.stop(turn, Stop::MfaRegistrationCancelled);
            }
            (P::MfaRegister, A::IgnoreMfa) => self.stop(turn, Stop::MfaNotRegistered),
            (P::MfaChallenge, A::AnswerMfa) | (P::MfaHomeChallenge, A::AnswerHomeMfa) => {
                self.mfa_passed = true;
                self.proceed(turn);
            }
            (P::MfaChallenge, A::IgnoreMfa) => self.stop(turn, Stop::MfaNotCompleted),
            (P::MfaHomeChallenge, A::IgnoreMfa) => self.stop(turn, Stop::HomeMfaNotCompleted),
            (P::TermsOfUse, A::AcceptTerms) => self.accept_terms(turn),
            (P::TermsOfUse, A::DeclineTerms) => {
                turn.audit(AuditEntry::success(Activity::DeclineTerms, Actor::Guest));
                self.stop(turn, Stop::TermsDeclined);
            }
            _ => turn.note = Some(Note::FitsNoPage),
        }
    }

    fn accept_permissions(&mut self, turn: &mut Turn<'_>) {
        let newest = turn.guest.as_ref().map(|guest| guest.invited_at);
        // A newer invitation kills the older link even while it is being redeemed.
        if self.link.carries_ticket() && newest.is_some() && newest != self.invited_at {
            return self.stop(turn, Stop::SupersededLink);
        }
        self.permissions_accepted = true;
        self.proceed(turn);
    }

    fn accept_terms(&mut self, turn: &mut Turn<'_>) {
        let owed = turn
            .guest
            .as_ref()
            .and_then(|guest| access::owed_terms(turn.policy, guest, turn.now));
        if let Some(terms) = owed {
            // Accepting takes a device registered in this tenant, which a guest cannot have.
            if terms.per_device {
                return self.stop(turn, Stop::TermsPerDevice);
            }
            let given = TermsAcceptance {
                name: terms.name.clone(),
                version: terms.version,
                at: turn.now,
            };
            turn.audit(AuditEntry::success(Activity::AcceptTerms, Actor::Guest));
            turn.effect(Effect::TermsAccepted(given));
        }
        self.proceed(turn);
    }

    /// Goes through the gates until one needs the guest, stops the guest, or all are passed.
    fn proceed(&mut self, turn: &mut Turn<'_>) {
        let Some(path) = self.path else {
            turn.note = Some(Note::FitsNoPage);
            return;
        };
        loop {
            let gate = access::next_gate(&View {
                policy: turn.policy,
                invitee: turn.invitee,
                guest: turn.guest.as_ref(),
                now: turn.now,
                path,
                came_by_ticket: self.link.carries_ticket(),
                permissions_accepted: self.permissions_accepted,
                mfa_passed: self.mfa_passed,
            });
            match gate {
                Gate::Redeem => self.redeem(turn, path),
                Gate::Ask(prompt) => {
                    if let Some(code) = self.interrupt_of(prompt) {
                        turn.sign_in(self.entry(code));
                    }
                    return self.ask(prompt);
                }
                Gate::Stop(stop) => return self.stop(turn, stop),
                Gate::Pass => return self.let_in(turn),
            }
        }
    }

    /// The row that says the guest was asked; none where Entra documents none.
    const fn interrupt_of(&self, prompt: Prompt) -> Option<u32> {
        match prompt {
            Prompt::MfaRegister => Some(50079),
            Prompt::MfaChallenge if !self.registered_here => Some(50074),
            Prompt::TermsOfUse => Some(50158),
            _ => None,
        }
    }

    fn redeem(&mut self, turn: &mut Turn<'_>, path: Path) {
        let account_generation = turn
            .invitee
            .entra_account()
            .map_or(0, |home| home.account_generation);
        let account_generation = if path == Path::EntraId {
            account_generation
        } else {
            0
        };
        turn.audit(AuditEntry::success(Activity::UpdateUser, Actor::Entra));
        turn.audit(AuditEntry {
            source: Some(path.source().into()),
            ..AuditEntry::success(Activity::RedeemExternalUserInvite, Actor::Guest)
        });
        turn.effect(Effect::Redeemed {
            identity: Identity {
                path,
                account_generation,
            },
            at: turn.now,
        });
        self.redeemed_here = true;
        // A reset that comes in between must be agreed to anew.
        self.permissions_accepted = false;
    }

    fn let_in(&mut self, turn: &mut Turn<'_>) {
        let policies_applied = turn
            .policy
            .conditional_access
            .iter()
            .any(|policy| access::applies(policy, turn.invitee))
            || !turn.policy.terms_of_use.is_empty();
        let conditional_access = if policies_applied {
            CaStatus::Success
        } else {
            CaStatus::NotApplied
        };
        turn.sign_in(SignInEntry {
            conditional_access,
            ..self.entry(0)
        });
        self.prompts.push(Prompt::Redirect);
        let outcome = if self.redeemed_here {
            Outcome::AcceptedAndRedirected
        } else {
            Outcome::SignedIn
        };
        self.page = Page::Ended { outcome, stop: None };
    }

    fn stop(&mut self, turn: &mut Turn<'_>, stop: Stop) {
        let row = stop.row();
        if stop == Stop::DomainBlockedWhilePending {
            turn.audit(AuditEntry::failure(
                Activity::RedeemExternalUserInvite,
                Actor::Guest,
                "The domain of the invited user is not allowed by the policy of the resource tenant.",
            ));
            self.path = None;
        }
        let app = if stop.is_of_the_app() {
            SignInApp::Target
        } else {
            self.app()
        };
        let is_policy = matches!(
            row.outcome,
            Outcome::FailedAtConditionalAccess | Outcome::FailedAtMfa | Outcome::FailedAtTerms
        );
        for code in row.ours {
            let entry = SignInEntry {
                app,
                ..self.entry(*code)
            };
            let conditional_access = if is_policy && !entry.is_interrupt() {
                CaStatus::Failure
            } else {
                CaStatus::NotApplied
            };
            turn.sign_in(SignInEntry {
                conditional_access,
                ..entry
            });
        }
        for code in row.home {
            turn.home_sign_in(self.entry(*code));
        }
        self.page = Page::Ended {
            outcome: row.outcome,
            stop: Some(stop),
        };
    }

    fn ask(&mut self, prompt: Prompt) {
        self.prompts.push(prompt);
        self.page = Page::Asks { prompt };
    }

    /// A redemption by ticket goes through the acceptance portal, everything else to the application itself.
    const fn app(&self) -> SignInApp {
        if self.link.carries_ticket() && self.began_pending {
            SignInApp::AcceptancePortal
        } else {
            SignInApp::Target
        }
    }

    const fn entry(&self, code: u32) -> SignInEntry {
        SignInEntry {
            code,
            app: self.app(),
            conditional_access: CaStatus::NotApplied,
        }
    }
}
