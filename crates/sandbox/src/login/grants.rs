//! What the authority remembers: sessions, consents, sign-ins under way, codes and refresh tokens.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use rand::RngCore as _;

use super::LoginFaults;
use super::failure::Failure;
use super::scopes::Requested;

/// An authorization code lives ten minutes (v2-oauth2-auth-code-flow.md).
const CODE_LIFETIME: TimeDelta = TimeDelta::minutes(10);
/// A sign-in page that nobody finishes is forgotten after an hour.
const FLOW_LIFETIME: TimeDelta = TimeDelta::hours(1);
/// A browser session without "stay signed in" lasts a day.
const SESSION_LIFETIME: TimeDelta = TimeDelta::hours(24);
/// A refresh token of a native application lives 90 days from its issue (refresh-tokens.md).
const REFRESH_LIFETIME: TimeDelta = TimeDelta::days(90);
/// A device code lives 15 minutes (v2-oauth2-device-code.md).
pub(super) const DEVICE_CODE_LIFETIME: TimeDelta = TimeDelta::minutes(15);
/// More unfinished entries of one kind than this are taken for a runaway client; the oldest go first.
const KEPT_ENTRIES: usize = 10_000;

/// How the answer of the authorize page travels back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ResponseMode {
    Query,
    Fragment,
    FormPost,
}

/// An authorize request that passed its checks.
#[derive(Clone, Debug)]
pub(super) struct Flow {
    pub(super) client_id: String,
    pub(super) redirect_uri: String,
    pub(super) response_mode: ResponseMode,
    pub(super) state: Option<String>,
    pub(super) nonce: Option<String>,
    pub(super) challenge: String,
    pub(super) requested: Requested,
    /// `prompt=consent`: the consent page is shown even when nothing new is asked for.
    pub(super) ask_consent: bool,
    /// The client declared that it understands claims challenges (`xms_cc` with `cp1`).
    pub(super) understands_challenges: bool,
    /// The administrator chosen so far.
    pub(super) admin_id: Option<String>,
}

/// What a code, a refresh token or a device code stands for.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    pub(super) admin_id: String,
    pub(super) client_id: String,
    pub(super) requested: Requested,
    pub(super) nonce: Option<String>,
    pub(super) understands_challenges: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Code {
    pub(super) grant: Grant,
    pub(super) redirect_uri: String,
    pub(super) challenge: String,
    redeemed: bool,
}

/// A sign-in on a device without a browser.
#[derive(Clone, Debug)]
pub(super) struct DeviceRequest {
    pub(super) user_code: String,
    pub(super) client_id: String,
    pub(super) requested: Requested,
    pub(super) decision: DeviceDecision,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum DeviceDecision {
    Pending,
    Declined,
    Approved { admin_id: String },
}

#[derive(Debug)]
struct Kept<T> {
    value: T,
    expires: DateTime<Utc>,
}

/// A keyed set whose entries expire. Keys are secrets, so nothing in here is printable.
struct Shelf<T> {
    entries: HashMap<String, Kept<T>>,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self {
            entries: HashMap::new(),
        }
    }
}

impl<T> Shelf<T> {
    fn put(&mut self, value: T, now: DateTime<Utc>, lifetime: TimeDelta) -> String {
        if self.entries.len() >= KEPT_ENTRIES {
            self.entries.retain(|_, kept| kept.expires > now);
            if let Some(oldest) = self
                .entries
                .iter()
                .min_by_key(|(_, kept)| kept.expires)
                .map(|(key, _)| key.clone())
                && self.entries.len() >= KEPT_ENTRIES
            {
                self.entries.remove(&oldest);
            }
        }
        let key = opaque_id();
        self.entries.insert(
            key.clone(),
            Kept {
                value,
                expires: now + lifetime,
            },
        );
        key
    }

    fn get(&self, key: &str, now: DateTime<Utc>) -> Option<&T> {
        self.entries
            .get(key)
            .filter(|kept| kept.expires > now)
            .map(|kept| &kept.value)
    }

    fn get_mut(&mut self, key: &str, now: DateTime<Utc>) -> Option<&mut T> {
        self.entries
            .get_mut(key)
            .filter(|kept| kept.expires > now)
            .map(|kept| &mut kept.value)
    }

    fn is_expired(&self, key: &str, now: DateTime<Utc>) -> bool {
        self.entries.get(key).is_some_and(|kept| kept.expires <= now)
    }
}

/// Everything the authority remembers.
#[derive(Default)]
pub(super) struct Grants {
    pub(super) faults: LoginFaults,
    /// Tokens issued before this moment are answered with a claims challenge.
    pub(super) tokens_valid_from: Option<DateTime<Utc>>,
    flows: Shelf<Flow>,
    codes: Shelf<Code>,
    refresh_tokens: Shelf<Grant>,
    sessions: Shelf<String>,
    devices: Shelf<DeviceRequest>,
    /// Permissions each administrator approved, by administrator and client.
    consents: HashMap<(String, String), BTreeSet<String>>,
}

impl Grants {
    pub(super) fn open_flow(&mut self, flow: Flow, now: DateTime<Utc>) -> String {
        self.flows.put(flow, now, FLOW_LIFETIME)
    }

    pub(super) fn flow_mut(&mut self, id: &str, now: DateTime<Utc>) -> Option<&mut Flow> {
        self.flows.get_mut(id, now)
    }

    /// Takes the flow away, so that a page posted twice finds nothing to finish.
    pub(super) fn close_flow(&mut self, id: &str, now: DateTime<Utc>) -> Option<Flow> {
        let kept = self.flows.entries.remove(id)?;
        (kept.expires > now).then_some(kept.value)
    }

    pub(super) fn open_session(&mut self, admin_id: &str, now: DateTime<Utc>) -> String {
        self.sessions.put(admin_id.to_owned(), now, SESSION_LIFETIME)
    }

    pub(super) fn session(&self, id: &str, now: DateTime<Utc>) -> Option<String> {
        self.sessions.get(id, now).cloned()
    }

    pub(super) fn end_session(&mut self, id: &str) {
        self.sessions.entries.remove(id);
    }

    pub(super) fn approve(&mut self, admin_id: &str, client_id: &str, permissions: BTreeSet<String>) {
        self.consents
            .entry((admin_id.to_owned(), client_id.to_owned()))
            .or_default()
            .extend(permissions);
    }

    pub(super) fn approved(&self, admin_id: &str, client_id: &str) -> BTreeSet<String> {
        self.consents
            .get(&(admin_id.to_owned(), client_id.to_owned()))
            .cloned()
            .unwrap_or_default()
    }

    pub(super) fn put_code(&mut self, flow: &Flow, admin_id: &str, now: DateTime<Utc>) -> String {
        let grant = Grant {
            admin_id: admin_id.to_owned(),
            client_id: flow.client_id.clone(),
            requested: flow.requested.clone(),
            nonce: flow.nonce.clone(),
            understands_challenges: flow.understands_challenges,
        };
        let code = Code {
            grant,
            redirect_uri: flow.redirect_uri.clone(),
            challenge: flow.challenge.clone(),
            redeemed: false,
        };
        self.codes.put(code, now, CODE_LIFETIME)
    }

    /// Redeems a code: once only, within its ten minutes, and only when `check` agrees. A code that fails its
    /// check is spent too, so that a stolen code cannot be tried with many verifiers.
    pub(super) fn redeem_code(
        &mut self,
        code: &str,
        now: DateTime<Utc>,
        check: impl FnOnce(&Code) -> Result<(), Failure>,
    ) -> Result<Grant, Failure> {
        if self.codes.is_expired(code, now) {
            return Err(Failure::grant_expired());
        }
        let kept = self
            .codes
            .get_mut(code, now)
            .ok_or_else(Failure::grant_malformed)?;
        if kept.redeemed {
            return Err(Failure::code_reused());
        }
        kept.redeemed = true;
        check(kept)?;
        Ok(kept.grant.clone())
    }

    pub(super) fn put_refresh_token(&mut self, grant: Grant, now: DateTime<Utc>) -> String {
        self.refresh_tokens.put(grant, now, REFRESH_LIFETIME)
    }

    /// The grant behind a refresh token. Using it does not end it: the platform leaves older tokens valid and
    /// asks clients to delete them (refresh-tokens.md).
    pub(super) fn refresh_grant(&self, token: &str, now: DateTime<Utc>) -> Result<Grant, Failure> {
        if self.refresh_tokens.is_expired(token, now) {
            return Err(Failure::grant_expired());
        }
        self.refresh_tokens
            .get(token, now)
            .cloned()
            .ok_or_else(Failure::grant_malformed)
    }

    pub(super) fn open_device_request(&mut self, request: DeviceRequest, now: DateTime<Utc>) -> String {
        self.devices.put(request, now, DEVICE_CODE_LIFETIME)
    }

    pub(super) fn device_request_by_user_code(
        &mut self,
        user_code: &str,
        now: DateTime<Utc>,
    ) -> Option<&mut DeviceRequest> {
        self.devices
            .entries
            .values_mut()
            .find(|kept| kept.expires > now && kept.value.user_code.eq_ignore_ascii_case(user_code))
            .map(|kept| &mut kept.value)
    }

    /// The outcome of a device sign-in, if there is one. An approved code is spent.
    pub(super) fn redeem_device_code(
        &mut self,
        device_code: &str,
        client_id: &str,
        now: DateTime<Utc>,
    ) -> Result<Grant, Failure> {
        if self.devices.is_expired(device_code, now) {
            return Err(Failure::device_code_expired());
        }
        let request = self
            .devices
            .get(device_code, now)
            .ok_or_else(Failure::device_code_unknown)?;
        if request.client_id != client_id {
            return Err(Failure::grant_of_another_client());
        }
        let admin_id = match &request.decision {
            DeviceDecision::Pending => return Err(Failure::authorization_pending()),
            DeviceDecision::Declined => return Err(Failure::device_code_declined()),
            DeviceDecision::Approved { admin_id } => admin_id.clone(),
        };
        let grant = Grant {
            admin_id,
            client_id: client_id.to_owned(),
            requested: request.requested.clone(),
            nonce: None,
            understands_challenges: false,
        };
        self.devices.entries.remove(device_code);
        Ok(grant)
    }
}

/// 256 random bits as URL-safe text.
pub(super) fn opaque_id() -> String {
    use base64::Engine as _;
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}
