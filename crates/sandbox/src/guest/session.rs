//! The attempts under way, by the opaque id in their pages' addresses.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use rand::RngCore as _;
use usher_redemption::{Browser, LinkKind, Note, Play};
use uuid::Uuid;

use crate::world::{AppRef, InvitationId, UserId};

/// More attempts than this are not kept; the oldest are forgotten first.
const KEPT_SESSIONS: usize = 5_000;

/// All attempts under way.
#[derive(Default)]
pub(crate) struct Sessions {
    by_id: HashMap<String, GuestSession>,
    oldest_first: VecDeque<String>,
}

impl Sessions {
    /// Keeps an attempt; returns its id.
    pub(super) fn open(&mut self, session: GuestSession) -> String {
        while self.by_id.len() >= KEPT_SESSIONS {
            let Some(oldest) = self.oldest_first.pop_front() else {
                break;
            };
            self.by_id.remove(&oldest);
        }
        let id = opaque_id();
        self.oldest_first.push_back(id.clone());
        self.by_id.insert(id.clone(), session);
        id
    }

    pub(super) fn get(&self, id: &str) -> Option<&GuestSession> {
        self.by_id.get(id)
    }

    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut GuestSession> {
        self.by_id.get_mut(id)
    }

    /// Forgets the attempts of a person; their pages are over.
    pub(crate) fn forget(&mut self, mail: &str) {
        self.by_id.retain(|_, session| session.visit.mail != mail);
        self.oldest_first.retain(|id| self.by_id.contains_key(id));
    }

    /// The attempts of a person, with the time of the page in front.
    pub(crate) fn attempts_of<'a>(
        &'a self,
        mail: &'a str,
    ) -> impl Iterator<Item = (DateTime<Utc>, &'a Play)> {
        let sessions = self
            .by_id
            .values()
            .filter(move |session| session.visit.mail == mail);
        sessions.map(|session| (session.turned, &session.play))
    }

    /// The attempt that waits for this passcode.
    pub(super) fn waiting_for(&self, mail: &str, code: &str) -> Option<&str> {
        self.by_id
            .iter()
            .find(|(_, session)| session.visit.mail == mail && session.passcode.as_deref() == Some(code))
            .map(|(id, _)| id.as_str())
    }
}

impl fmt::Debug for Sessions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Sessions")
            .field("kept", &self.by_id.len())
            .finish_non_exhaustive()
    }
}

/// How somebody came: enough to begin the attempt again.
#[derive(Clone)]
pub(super) struct Visit {
    /// The address of the person, in lower case.
    pub(super) mail: String,
    /// The guest object the link was made for, or the one with the address.
    pub(super) guest: Option<UserId>,
    /// The invitation of the ticket.
    pub(super) invitation: Option<InvitationId>,
    pub(super) link: LinkKind,
    pub(super) browser: Browser,
    /// Where the guest wants to go in the end.
    pub(super) redirect_url: String,
    pub(super) app: AppRef,
}

/// One attempt of one person to get in.
pub(super) struct GuestSession {
    pub(super) visit: Visit,
    pub(super) play: Play,
    /// Groups the rows of the attempt.
    pub(super) correlation_id: Uuid,
    /// Belongs to the form in front; used up when that form is answered.
    pub(super) step_token: String,
    /// A remark on the page in front.
    pub(super) note: Option<Note>,
    /// The passcode mailed last.
    pub(super) passcode: Option<String>,
    /// When the page in front came up.
    pub(super) turned: DateTime<Utc>,
}

impl GuestSession {
    pub(super) fn new(
        visit: Visit,
        play: Play,
        note: Option<Note>,
        correlation_id: Uuid,
        turned: DateTime<Utc>,
    ) -> Self {
        Self {
            visit,
            play,
            correlation_id,
            step_token: opaque_id(),
            note,
            passcode: None,
            turned,
        }
    }

    /// Makes the form in front unusable a second time.
    pub(super) fn turn_page(&mut self, note: Option<Note>, at: DateTime<Utc>) {
        self.turned = at;
        self.step_token = opaque_id();
        self.note = note;
    }
}

/// 192 random bits as URL-safe text. Not from the tenant's own chance: that one is repeatable.
pub(crate) fn opaque_id() -> String {
    let mut bytes = [0_u8; 24];
    rand::rng().fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}
