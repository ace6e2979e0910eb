//! Troubles that can be switched on: what a network, a service and a mail system do on a bad day.
//!
//! A fault of the wire hits the next so many requests whose path begins as said (all of them where no number is
//! given) and is gone then. The others change how the tenant behaves until they are switched off.

mod wire;

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{SandboxState, login::LoginFaults, world::World};

pub(crate) use wire::interfere;

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "camelCase",
    tag = "kind",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
pub enum Trouble {
    /// 429, with `Retry-After` as it stands (seconds, decimals, a date) or without.
    TooManyRequests {
        /// The header's value.
        #[serde(default)]
        retry_after: Option<String>,
    },
    /// 5xx with an empty-handed error body.
    ServiceUnavailable {
        /// 500, 502, 503 or 504.
        #[serde(default = "default_status")]
        status: u16,
        /// The header's value.
        #[serde(default)]
        retry_after: Option<String>,
    },
    /// The answer comes late.
    Slow {
        /// So much.
        milliseconds: u64,
    },
    /// Nothing is carried out and no answer comes at all: the connection just ends.
    NetworkGone {},
    /// The connection breaks inside the body.
    CutConnection {
        /// After so many bytes of it.
        #[serde(default = "default_bytes")]
        after_bytes: usize,
    },
    /// The request is carried out, its answer is lost: the connection breaks before the first byte of the body.
    LostAnswer {},
    /// The body ends early although the answer looks whole.
    TruncatedBody {},
    /// A page of some proxy in place of the answer.
    HtmlPage {
        /// Its status.
        #[serde(default = "ok_status")]
        status: u16,
    },
    /// Requests with a skip token are told that it has expired.
    ExpiredSkipToken {},
    /// 401, as if the token's time were over.
    TokenExpired {},
    /// All tokens issued so far are answered with a claims challenge. With a number of requests: those are, whatever
    /// their token.
    ClaimsChallenge {},
    /// Refreshing a sign-in needs the person again.
    RefreshNeedsInteraction {},
    /// The token endpoint does not work.
    TokensUnavailable {},
    /// What is created stays unseen by reads for a while.
    ReplicationLag {
        /// So long.
        seconds: u32,
    },
    /// Log rows appear late.
    LogLag {
        /// So much.
        seconds: u32,
    },
    /// Log rows appear out of order: every other one comes later than those after it.
    LogDisorder {
        /// By so much.
        seconds: u32,
    },
    /// Spam filters eat the invitation mails.
    MailEaten {},
    /// The guests' own organisations do not answer.
    HomeOutage {},
}

const fn default_status() -> u16 {
    503
}
const fn ok_status() -> u16 {
    200
}
const fn default_bytes() -> usize {
    256
}

/// A fault as it is switched on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fault {
    /// What goes wrong.
    #[serde(flatten)]
    pub trouble: Trouble,
    /// Paths it hits, by how they begin, such as `/graph/v1.0/auditLogs`; all of Graph where nothing is said.
    #[serde(default)]
    pub path_prefix: Option<String>,
    /// HTTP method it hits; any where nothing is said.
    #[serde(default)]
    pub method: Option<String>,
    /// How many requests pass unharmed before it begins.
    #[serde(default)]
    pub skip: u32,
    /// How many requests it hits; all where nothing is said.
    #[serde(default)]
    pub count: Option<u32>,
}

impl Fault {
    /// A fault that hits everything until it is switched off.
    pub const fn new(trouble: Trouble) -> Self {
        Self {
            trouble,
            path_prefix: None,
            method: None,
            skip: 0,
            count: None,
        }
    }

    /// Hitting only paths that begin so.
    #[must_use]
    pub fn on(mut self, path_prefix: &str) -> Self {
        self.path_prefix = Some(path_prefix.to_owned());
        self
    }

    /// Hitting so many requests only.
    #[must_use]
    pub const fn times(mut self, count: u32) -> Self {
        self.count = Some(count);
        self
    }

    /// Letting so many requests pass first.
    #[must_use]
    pub const fn after(mut self, skip: u32) -> Self {
        self.skip = skip;
        self
    }

    /// Whether it strikes single requests, rather than being a state of the tenant.
    const fn is_of_the_wire(&self) -> bool {
        match self.trouble {
            Trouble::TooManyRequests { .. }
            | Trouble::ServiceUnavailable { .. }
            | Trouble::Slow { .. }
            | Trouble::NetworkGone {}
            | Trouble::CutConnection { .. }
            | Trouble::LostAnswer {}
            | Trouble::TruncatedBody {}
            | Trouble::HtmlPage { .. }
            | Trouble::ExpiredSkipToken {}
            | Trouble::TokenExpired {} => true,
            Trouble::ClaimsChallenge {} => self.count.is_some(),
            Trouble::RefreshNeedsInteraction {}
            | Trouble::TokensUnavailable {}
            | Trouble::ReplicationLag { .. }
            | Trouble::LogLag { .. }
            | Trouble::LogDisorder { .. }
            | Trouble::MailEaten {}
            | Trouble::HomeOutage {} => false,
        }
    }

    fn is_about(&self, method: &str, path: &str, query: &str) -> bool {
        let prefix = self.path_prefix.as_deref().unwrap_or("/graph");
        path.starts_with(prefix)
            && self
                .method
                .as_ref()
                .is_none_or(|own| own.eq_ignore_ascii_case(method))
            && (self.trouble != Trouble::ExpiredSkipToken {} || query.contains("skiptoken="))
    }
}

/// Which faults are to be on: what the control interface takes and what a file of faults holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultOrder {
    /// These, in place of all others: a list, or an object with a member `faults`.
    All(Vec<Fault>),
    /// This one too: an object that is a fault.
    One(Fault),
}

impl FaultOrder {
    /// Reads an order.
    ///
    /// # Errors
    /// Names the first word that is not known, or the member that is missing.
    pub fn read(order: Value) -> Result<Self, serde_json::Error> {
        match order {
            Value::Object(mut members) if members.contains_key("faults") => {
                serde_json::from_value(members.remove("faults").unwrap_or_default()).map(Self::All)
            }
            Value::Object(_) => serde_json::from_value(order).map(Self::One),
            _ => serde_json::from_value(order).map(Self::All),
        }
    }
}

/// The faults that are switched on.
#[derive(Debug, Default)]
pub struct Faults {
    active: Mutex<Vec<Fault>>,
}

impl Faults {
    /// All of them, as they were switched on.
    pub fn all(&self) -> Vec<Fault> {
        self.active().clone()
    }

    /// Switches all of them off. The tenant's own state follows with [`SandboxState::set_faults`].
    pub(crate) fn replace(&self, faults: Vec<Fault>) {
        *self.active() = faults;
    }

    fn active(&self) -> MutexGuard<'_, Vec<Fault>> {
        self.active.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The trouble that hits this request, counted.
    fn strike(&self, method: &str, path: &str, query: &str) -> Option<Trouble> {
        let mut active = self.active();
        let index = active.iter_mut().position(|fault| {
            if !fault.is_of_the_wire() || !fault.is_about(method, path, query) {
                return false;
            }
            if fault.skip > 0 {
                fault.skip -= 1;
                return false;
            }
            true
        })?;
        let trouble = active[index].trouble.clone();
        if let Some(left) = &mut active[index].count {
            *left = left.saturating_sub(1);
            if *left == 0 {
                active.remove(index);
            }
        }
        Some(trouble)
    }
}

impl SandboxState {
    /// Switches these faults on in place of all others.
    pub fn set_faults(&self, faults: Vec<Fault>) {
        self.faults().replace(faults);
        self.apply_standing_faults();
    }

    /// The faults that are on, in the order they were switched on; what has struck often enough is gone.
    pub fn active_faults(&self) -> Vec<Fault> {
        let left = self.login().faults();
        let mut active = self.faults().active();
        active.retain_mut(|fault| {
            let left = match fault.trouble {
                Trouble::RefreshNeedsInteraction {} => left.refreshes_needing_interaction,
                Trouble::TokensUnavailable {} => left.unavailable_token_requests,
                _ => return true,
            };
            fault.count = fault.count.map(|_| left);
            left > 0
        });
        active.clone()
    }

    /// Switches one more fault on.
    pub fn add_fault(&self, fault: Fault) {
        let mut faults = self.active_faults();
        faults.push(fault);
        self.set_faults(faults);
    }

    fn apply_standing_faults(&self) {
        let faults = self.faults().all();
        let has = |wanted: &Trouble| faults.iter().any(|fault| fault.trouble == *wanted);
        let count_of = |wanted: &Trouble| {
            faults
                .iter()
                .find(|fault| fault.trouble == *wanted)
                .map_or(0, |fault| fault.count.unwrap_or(u32::MAX))
        };
        self.login().set_faults(LoginFaults {
            refreshes_needing_interaction: count_of(&Trouble::RefreshNeedsInteraction {}),
            unavailable_token_requests: count_of(&Trouble::TokensUnavailable {}),
        });
        let revokes = Fault::new(Trouble::ClaimsChallenge {});
        if faults.contains(&revokes) {
            self.login().revoke_issued_tokens();
            // It has happened; it does not go on happening.
            self.faults().active().retain(|fault| *fault != revokes);
        }
        let mut world = self.world();
        set_lags(&mut world, &faults);
        world.mail_eaten = has(&Trouble::MailEaten {});
        world.home_outage = has(&Trouble::HomeOutage {});
    }
}

fn set_lags(world: &mut World, faults: &[Fault]) {
    world.log_lag = TimeDelta::zero();
    world.log_disorder = TimeDelta::zero();
    world.replication_lag = TimeDelta::zero();
    for fault in faults {
        match fault.trouble {
            Trouble::LogLag { seconds } => world.log_lag = TimeDelta::seconds(seconds.into()),
            Trouble::LogDisorder { seconds } => world.log_disorder = TimeDelta::seconds(seconds.into()),
            Trouble::ReplicationLag { seconds } => world.replication_lag = TimeDelta::seconds(seconds.into()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_strikes_as_often_as_it_says_and_where_it_says() {
        let faults = Faults::default();
        let fault = Fault::new(Trouble::TokenExpired {})
            .on("/graph/v1.0/users")
            .after(1)
            .times(2);
        faults.replace(vec![fault]);
        let strike = |path: &str| faults.strike("GET", path, "").is_some();
        assert!(!strike("/graph/v1.0/organization"));
        assert_eq!(
            [1, 2, 3, 4].map(|_| strike("/graph/v1.0/users")),
            [false, true, true, false]
        );
        assert!(faults.all().is_empty());
    }

    #[test]
    fn faults_are_read_from_json_and_unknown_ones_refused() {
        let fault: Fault =
            serde_json::from_str(r#"{"kind":"tooManyRequests","retryAfter":"2.5","count":3}"#).unwrap();
        assert_eq!(
            fault.trouble,
            Trouble::TooManyRequests {
                retry_after: Some("2.5".to_owned())
            }
        );
        assert_eq!(fault.count, Some(3));
        assert!(serde_json::from_str::<Fault>(r#"{"kind":"earthquake"}"#).is_err());
    }
}
