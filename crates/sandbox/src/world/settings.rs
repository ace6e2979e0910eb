//! What Graph shows of the tenant's settings beyond what the rule book judges by.
//!
//! The rule book's [`TenantPolicy`](usher_redemption::TenantPolicy) stays the one truth about how guests get in. Graph's objects hang around it: ids,
//! names, members the rule book has no use for. Where the policy was changed from elsewhere (a scenario, a staged case),
//! the objects are made anew from it.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use usher_redemption::{AccessPolicy, Terms};
use uuid::{Uuid, uuid};

use super::World;

/// Guests may see what guests may see (authorizationpolicy.md).
const GUEST_USER_ROLE: Uuid = uuid!("10dae51f-b6af-4016-8d66-8c2a99b929b3");

/// A Conditional Access policy as Graph has it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AccessObject {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    /// `enabled`, `disabled`, `enabledForReportingButNotEnforced`.
    pub(crate) state: String,
    pub(crate) created: DateTime<Utc>,
    pub(crate) modified: Option<DateTime<Utc>>,
    pub(crate) conditions: Map<String, Value>,
    pub(crate) grant_controls: Option<Map<String, Value>>,
    pub(crate) session_controls: Option<Map<String, Value>>,
}

/// An agreement of the terms-of-use feature.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Agreement {
    pub(crate) id: Uuid,
    pub(crate) terms: Terms,
    pub(crate) viewing_required: bool,
    /// `termsExpiration` as it was written; the rule book has no use for it.
    pub(crate) expiration: Option<Map<String, Value>>,
}

/// A named location made of countries.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CountryLocation {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) countries: Vec<String>,
}

/// A SAML or WS-Federation set-up with a partner.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Federation {
    pub(crate) id: Uuid,
    pub(crate) domain: String,
    pub(crate) issuer: String,
    pub(crate) passive_sign_in: String,
    pub(crate) metadata_exchange: Option<String>,
    /// `saml` or `wsFed`.
    pub(crate) protocol: String,
}

/// A delegated permission grant.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PermissionGrant {
    pub(crate) id: String,
    pub(crate) client: String,
    /// `AllPrincipals` or `Principal`.
    pub(crate) consent_type: String,
    pub(crate) principal: Option<String>,
    pub(crate) resource: String,
    pub(crate) scope: String,
}

/// All of them.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) guest_user_role: Uuid,
    pub(crate) access: Vec<AccessObject>,
    pub(crate) agreements: Vec<Agreement>,
    pub(crate) locations: Vec<CountryLocation>,
    pub(crate) federations: Vec<Federation>,
    pub(crate) grants: Vec<PermissionGrant>,
    /// Members as clients wrote them, by the object's name or id. The rule book keeps what it judges by; this keeps the
    /// rest, so that a client reads back what it wrote.
    pub(crate) kept: BTreeMap<String, Map<String, Value>>,
    pub(crate) b2b_policy_id: Uuid,
    /// What the objects amounted to when they were last in step with the policy.
    projected: (Vec<AccessPolicy>, Vec<Terms>),
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            guest_user_role: GUEST_USER_ROLE,
            access: Vec::new(),
            agreements: Vec::new(),
            locations: Vec::new(),
            federations: Vec::new(),
            grants: Vec::new(),
            kept: BTreeMap::new(),
            b2b_policy_id: uuid!("5a4db0c5-b2b0-4c11-8e17-00000000c0de"),
            projected: (Vec::new(), Vec::new()),
        }
    }
}

/// An id that is always the same for one kind and name.
pub(crate) fn id_for(kind: &str, name: &str) -> Uuid {
    let digest = Sha256::new()
        .chain_update(kind)
        .chain_update([0])
        .chain_update(name)
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

impl Settings {
    /// What clients wrote of an object.
    pub(crate) fn kept(&self, key: &str) -> Map<String, Value> {
        self.kept.get(key).cloned().unwrap_or_default()
    }

    /// Adds what a client wrote of an object.
    pub(crate) fn keep(&mut self, key: &str, members: impl IntoIterator<Item = (String, Value)>) {
        self.kept.entry(key.to_owned()).or_default().extend(members);
    }
}

impl World {
    /// Makes the objects agree with the policy, where that was changed from elsewhere.
    pub(crate) fn settle_settings(&mut self) {
        let policy = &self.policy;
        if self.settings.projected.0 != policy.conditional_access
            || self.settings.projected.1 != policy.terms_of_use
        {
            super::access::rebuild(&mut self.settings, policy, self.clock.now());
            self.settings.projected = (policy.conditional_access.clone(), policy.terms_of_use.clone());
        }
        let domains = &policy.saml_ws_fed_domains;
        self.settings
            .federations
            .retain(|own| domains.contains(&own.domain));
        for domain in domains {
            if !self.settings.federations.iter().any(|own| own.domain == *domain) {
                self.settings.federations.push(Federation {
                    id: id_for("federation", domain),
                    domain: domain.clone(),
                    issuer: format!("https://idp.{domain}/adfs/services/trust"),
                    passive_sign_in: format!("https://idp.{domain}/adfs/ls"),
                    metadata_exchange: None,
                    protocol: "saml".to_owned(),
                });
            }
        }
    }

    /// Lets changed objects of Conditional Access and terms take effect.
    pub(crate) fn enforce_access_objects(&mut self) {
        let (access, terms) = super::access::project(&self.settings);
        self.policy.conditional_access.clone_from(&access);
        self.policy.terms_of_use.clone_from(&terms);
        self.settings.projected = (access, terms);
    }
}
