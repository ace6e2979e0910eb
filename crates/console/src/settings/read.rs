//! Reading the settings and putting them into the words of the rules.

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use usher_graph::{
    GraphAccessPolicy, GraphAgreement, GraphAuthorizationPolicy, GraphB2bManagementPolicy, GraphClient,
    GraphCrossTenantPolicy, GraphCrossTenantSettings, GraphEmailMethod, GraphError, GraphFederation,
    GraphIdentityProvider, GraphNamedLocation,
};
use usher_redemption::UnreadSetting;

use super::{Settings, access, domains, inbound};

/// What Graph answered; `None` for what it refused or what got lost on the way.
pub(super) struct Heard {
    who: Option<GraphAuthorizationPolicy>,
    inbound: Option<(
        GraphCrossTenantPolicy,
        GraphCrossTenantSettings,
        Vec<GraphCrossTenantSettings>,
    )>,
    passcode: Option<GraphEmailMethod>,
    access: Option<(Vec<GraphAccessPolicy>, Vec<GraphNamedLocation>)>,
    terms: Option<Vec<GraphAgreement>>,
    providers: Option<(Vec<GraphIdentityProvider>, Vec<GraphFederation>)>,
    domains: Option<Vec<GraphB2bManagementPolicy>>,
}

/// Asks for every setting. One that is refused takes nothing from the others.
pub(super) async fn read(graph: &GraphClient) -> Heard {
    let inbound = async {
        Ok((
            graph.fetch_cross_tenant_policy().await?,
            graph.fetch_cross_tenant_default().await?,
            graph.fetch_cross_tenant_partners().await?,
        ))
    };
    // One after the other: Conditional Access takes one request a second.
    let access = async {
        Ok((
            graph.fetch_access_policies().await?,
            graph.fetch_named_locations().await?,
        ))
    };
    let providers = async {
        Ok((
            graph.fetch_identity_providers().await?,
            graph.fetch_federations().await?,
        ))
    };
    let (who, inbound, passcode, access, terms, providers, domains) = tokio::join!(
        graph.fetch_authorization_policy(),
        inbound,
        graph.fetch_email_method(),
        access,
        graph.fetch_agreements(),
        providers,
        graph.fetch_b2b_management_policies(),
    );
    Heard {
        who: heard(who),
        inbound: heard(inbound),
        passcode: heard(passcode),
        access: heard(access),
        terms: heard(terms),
        providers: heard(providers),
        domains: heard(domains),
    }
}

fn heard<T>(answer: Result<T, GraphError>) -> Option<T> {
    answer
        .inspect_err(|error| tracing::debug!(%error, "A setting of the tenant was not read"))
        .ok()
}

/// A word of Graph as the rules know it; `None` for one that came later.
pub(super) fn known<T: DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(word.into()).ok()
}

impl Settings {
    /// Takes over what was heard at `now`.
    pub(super) fn hear(&mut self, heard: Heard, now: DateTime<Utc>) {
        let from = heard.who.and_then(|policy| policy.allow_invites_from);
        if let Some(from) = from.as_deref().and_then(known) {
            self.policy.allow_invites_from = from;
            self.note(UnreadSetting::AuthorizationPolicy, now);
        }
        if let Some((root, default, partners)) = heard.inbound {
            inbound::apply(&mut self.policy, root, &default, &partners);
            self.note(UnreadSetting::CrossTenantAccess, now);
        }
        let passcode = heard
            .passcode
            .and_then(|method| method.allow_external_id_to_use_email_otp);
        if let Some(word) = passcode {
            // A tenant that never touched it has it on since October 2021.
            self.policy.email_otp = word != "disabled";
            self.note(UnreadSetting::EmailPasscode, now);
        }
        if let Some((policies, locations)) = heard.access {
            let judged = access::judge(&policies, &locations, heard.terms.as_deref().unwrap_or_default());
            let terms_known = judged.terms.is_empty() || heard.terms.is_some();
            self.policy.conditional_access = judged.lines;
            self.policy.terms_of_use = judged.terms;
            self.unjudged = judged.unjudged;
            self.note(UnreadSetting::ConditionalAccess, now);
            if terms_known {
                self.note(UnreadSetting::TermsOfUse, now);
            }
        }
        if let Some((providers, federations)) = heard.providers {
            let has = |kind: &str| {
                providers
                    .iter()
                    .any(|provider| provider.identity_provider_type.as_deref() == Some(kind))
            };
            self.policy.google_federation = has("Google");
            self.policy.facebook_federation = has("Facebook");
            self.policy.saml_ws_fed_domains = federations
                .into_iter()
                .flat_map(|federation| federation.domains)
                .map(|domain| domain.id.to_lowercase())
                .collect();
            self.note(UnreadSetting::IdentityProviders, now);
        }
        if let Some(policies) = heard.domains
            && let Some(list) = domains::of_policies(&policies)
        {
            self.policy.domain_policy = list;
            self.note(UnreadSetting::DomainPolicy, now);
        }
    }
}
