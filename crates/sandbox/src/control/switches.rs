//! Switches of the Sandbox screen: faults, and scenarios that set the tenant's policy.

use serde::Serialize;
use usher_redemption::{
    Access, AccessPolicy, AllowInvitesFrom, DomainMode, DomainPolicy, Grant, TenantPolicy, Terms,
};

use crate::{
    SandboxState,
    faults::{Fault, Trouble},
};

/// A switch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Switch {
    /// Its name in requests.
    pub id: &'static str,
    /// What the screen writes beside it.
    pub label: &'static str,
    /// What it does, in a sentence.
    pub effect: &'static str,
    /// Whether it is on.
    pub on: bool,
}

/// There is no switch of this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such switch")]
pub struct UnknownSwitch;

type FaultRow = (&'static str, &'static str, &'static str, fn() -> Fault);

const FAULTS: &[FaultRow] = &[
    (
        "too-many-requests",
        "Too many requests (429)",
        "The next 6 requests are told to wait 2 seconds.",
        || {
            Fault::new(Trouble::TooManyRequests {
                retry_after: Some("2".to_owned()),
            })
            .times(6)
        },
    ),
    (
        "too-many-requests-silent",
        "Too many requests, no Retry-After",
        "The next 4 requests are told to wait, but not how long.",
        || Fault::new(Trouble::TooManyRequests { retry_after: None }).times(4),
    ),
    (
        "service-unavailable",
        "Service unavailable (503)",
        "The next 4 requests fail with 503.",
        || {
            Fault::new(Trouble::ServiceUnavailable {
                status: 503,
                retry_after: None,
            })
            .times(4)
        },
    ),
    (
        "slow",
        "Slow answers",
        "Every answer of Graph comes 3 seconds late.",
        || Fault::new(Trouble::Slow { milliseconds: 3_000 }),
    ),
    (
        "network-gone",
        "No network",
        "No request to Graph gets an answer.",
        || Fault::new(Trouble::NetworkGone {}),
    ),
    (
        "cut-connection",
        "Cut connections",
        "The next 2 answers break off in the middle.",
        || Fault::new(Trouble::CutConnection { after_bytes: 256 }).times(2),
    ),
    (
        "html-page",
        "A proxy's page in between",
        "The next 2 answers are a web page.",
        || Fault::new(Trouble::HtmlPage { status: 200 }).times(2),
    ),
    (
        "expired-skip-token",
        "Expired skip token",
        "The next page that is asked for by a token is refused.",
        || Fault::new(Trouble::ExpiredSkipToken {}).times(1),
    ),
    (
        "log-lag",
        "Log rows an hour late",
        "Fresh rows of both logs appear an hour late.",
        || Fault::new(Trouble::LogLag { seconds: 3_600 }),
    ),
    (
        "log-disorder",
        "Log rows out of order",
        "Every other fresh row appears ten minutes after those that follow it.",
        || Fault::new(Trouble::LogDisorder { seconds: 600 }),
    ),
    (
        "replication-lag",
        "Replication lag, 30 s",
        "A new guest cannot be read for 30 seconds.",
        || Fault::new(Trouble::ReplicationLag { seconds: 30 }),
    ),
    (
        "home-outage",
        "Home tenant outage",
        "The guests' own organisations do not answer.",
        || Fault::new(Trouble::HomeOutage {}),
    ),
    (
        "mail-eaten",
        "Spam filter eats the mail",
        "Invitation mails get lost on the way.",
        || Fault::new(Trouble::MailEaten {}),
    ),
    (
        "token-expired",
        "Expired token (401)",
        "The next request is refused as if its token's time were over.",
        || Fault::new(Trouble::TokenExpired {}).times(1),
    ),
    (
        "claims-challenge",
        "Claims challenge",
        "Every token issued so far is refused until the person proves it again.",
        || Fault::new(Trouble::ClaimsChallenge {}),
    ),
    (
        "refresh-needs-interaction",
        "Refresh needs the person",
        "The next refresh of a sign-in asks for the person.",
        || Fault::new(Trouble::RefreshNeedsInteraction {}).times(1),
    ),
];

struct Scenario {
    id: &'static str,
    label: &'static str,
    effect: &'static str,
    is_on: fn(&TenantPolicy) -> bool,
    set: fn(&mut TenantPolicy, bool),
}

const MFA_FOR_ALL: &str = "Guests: second factor for everybody";
const TERMS: &str = "Contoso guest terms";

const SCENARIOS: &[Scenario] = &[
    Scenario {
        id: "require-mfa",
        label: "Second factor for all guests",
        effect: "A Conditional Access policy asks every guest for multifactor authentication.",
        is_on: |policy| {
            policy
                .conditional_access
                .iter()
                .any(|own| own.name == MFA_FOR_ALL)
        },
        set: |policy, on| {
            policy.conditional_access.retain(|own| own.name != MFA_FOR_ALL);
            if on {
                let name = MFA_FOR_ALL.to_owned();
                policy.conditional_access.push(AccessPolicy {
                    name,
                    ..AccessPolicy::always(Grant::Mfa)
                });
            }
        },
    },
    Scenario {
        id: "terms-of-use",
        label: "Terms of use",
        effect: "Guests have to accept terms of use.",
        is_on: |policy| policy.terms_of_use.iter().any(|own| own.name == TERMS),
        set: |policy, on| {
            policy.terms_of_use.retain(|own| own.name != TERMS);
            if on {
                let name = TERMS.to_owned();
                policy.terms_of_use.push(Terms {
                    name,
                    per_device: false,
                    version: 1,
                    reaccept_after_days: None,
                });
            }
        },
    },
    Scenario {
        id: "passcode-off",
        label: "E-mail passcode off",
        effect: "Guests without an account have to create a Microsoft account.",
        is_on: |policy| !policy.email_otp,
        set: |policy, on| policy.email_otp = !on,
    },
    Scenario {
        id: "google",
        label: "Google federation",
        effect: "Guests at gmail.com sign in with Google.",
        is_on: |policy| policy.google_federation,
        set: |policy, on| policy.google_federation = on,
    },
    Scenario {
        id: "trust-partner-mfa",
        label: "Trust the partners' second factor",
        effect: "A second factor shown at home counts here.",
        is_on: |policy| policy.cross_tenant.trust_mfa,
        set: |policy, on| policy.cross_tenant.trust_mfa = on,
    },
    Scenario {
        id: "inbound-blocked",
        label: "Inbound access blocked",
        effect: "The default cross-tenant settings let no guest of another Entra tenant in.",
        is_on: |policy| policy.cross_tenant.inbound_b2b == Access::Block,
        set: |policy, on| policy.cross_tenant.inbound_b2b = if on { Access::Block } else { Access::Allow },
    },
    Scenario {
        id: "admins-invite-only",
        label: "Only admins may invite",
        effect: "Members and applications cannot invite guests any more.",
        is_on: |policy| policy.allow_invites_from == AllowInvitesFrom::AdminsAndGuestInviters,
        set: |policy, on| {
            policy.allow_invites_from = if on {
                AllowInvitesFrom::AdminsAndGuestInviters
            } else {
                AllowInvitesFrom::Everyone
            };
        },
    },
    Scenario {
        id: "app-assignment",
        label: "Application needs assignment",
        effect: "Guests get in, but the application is assigned to others.",
        is_on: |policy| policy.app.assignment_required,
        set: |policy, on| policy.app.assignment_required = on,
    },
    Scenario {
        id: "any-domain",
        label: "No domain restrictions",
        effect: "The list of denied domains is empty.",
        is_on: |policy| policy.domain_policy.mode == DomainMode::Any,
        set: |policy, on| {
            policy.domain_policy = if on {
                DomainPolicy::default()
            } else {
                DomainPolicy {
                    mode: DomainMode::Block,
                    domains: vec!["tailspintoys.example".to_owned()],
                }
            };
        },
    },
];

impl SandboxState {
    /// The faults with a switch.
    pub fn fault_switches(&self) -> Vec<Switch> {
        let active = self.active_faults();
        let is_on = |fault: Fault| active.iter().any(|own| own.trouble == fault.trouble);
        FAULTS
            .iter()
            .map(|(id, label, effect, fault)| Switch {
                id,
                label,
                effect,
                on: is_on(fault()),
            })
            .collect()
    }

    /// Turns a fault on or off.
    pub fn set_fault_switch(&self, id: &str, on: bool) -> Result<(), UnknownSwitch> {
        let (.., fault) = FAULTS.iter().find(|row| row.0 == id).ok_or(UnknownSwitch)?;
        let fault = fault();
        let mut faults = self.active_faults();
        faults.retain(|own| own.trouble != fault.trouble);
        if on {
            faults.push(fault);
        }
        self.set_faults(faults);
        Ok(())
    }

    /// The scenarios: settings of the tenant with a switch.
    pub fn scenarios(&self) -> Vec<Switch> {
        let world = self.world();
        SCENARIOS
            .iter()
            .map(|own| Switch {
                id: own.id,
                label: own.label,
                effect: own.effect,
                on: (own.is_on)(&world.policy),
            })
            .collect()
    }

    /// Turns a scenario on or off.
    pub fn set_scenario(&self, id: &str, on: bool) -> Result<(), UnknownSwitch> {
        let scenario = SCENARIOS.iter().find(|own| own.id == id).ok_or(UnknownSwitch)?;
        (scenario.set)(&mut self.world().policy, on);
        Ok(())
    }
}
