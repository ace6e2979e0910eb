//! The settings that shape redemption. Usher reads them and never writes them.
//!
//! `Policy.Read.All` opens some; the others have permissions of their own, which Usher does not ask for. Where a tenant
//! granted them all the same they are of use, else Graph refuses and the caller says so.

use serde::de::DeserializeOwned;
use usher_identity::{GraphVersion, Scope};

use super::users::reading;
use crate::{
    GraphAccessPolicy, GraphAgreement, GraphAuthorizationPolicy, GraphB2bManagementPolicy, GraphClient,
    GraphCrossTenantPolicy, GraphCrossTenantSettings, GraphEmailMethod, GraphError, GraphFederation,
    GraphIdentityProvider, GraphNamedLocation,
    call::{Answer, Call},
    query::with_query,
};

impl GraphClient {
    /// Fetches who may invite ("Get authorizationPolicy").
    pub async fn fetch_authorization_policy(&self) -> Result<GraphAuthorizationPolicy, GraphError> {
        self.fetch_setting(&["policies", "authorizationPolicy"]).await
    }

    /// Fetches which other clouds are switched on ("Get crossTenantAccessPolicy").
    pub async fn fetch_cross_tenant_policy(&self) -> Result<GraphCrossTenantPolicy, GraphError> {
        self.fetch_setting(&["policies", "crossTenantAccessPolicy"]).await
    }

    /// Fetches what holds for every other tenant ("Get crossTenantAccessPolicyConfigurationDefault").
    pub async fn fetch_cross_tenant_default(&self) -> Result<GraphCrossTenantSettings, GraphError> {
        self.fetch_setting(&["policies", "crossTenantAccessPolicy", "default"])
            .await
    }

    /// Fetches what holds for single tenants ("List partners").
    pub async fn fetch_cross_tenant_partners(&self) -> Result<Vec<GraphCrossTenantSettings>, GraphError> {
        let path = ["policies", "crossTenantAccessPolicy", "partners"];
        self.fetch_settings(GraphVersion::V1, &path, &[]).await
    }

    /// Fetches whether guests may use a passcode by mail ("Get emailAuthenticationMethodConfiguration").
    pub async fn fetch_email_method(&self) -> Result<GraphEmailMethod, GraphError> {
        self.fetch_setting(&[
            "policies",
            "authenticationMethodsPolicy",
            "authenticationMethodConfigurations",
            "email",
        ])
        .await
    }

    /// Fetches the Conditional Access policies ("List policies").
    pub async fn fetch_access_policies(&self) -> Result<Vec<GraphAccessPolicy>, GraphError> {
        let path = ["identity", "conditionalAccess", "policies"];
        self.fetch_settings(GraphVersion::V1, &path, &[]).await
    }

    /// Fetches the locations that policies name ("List namedLocations").
    pub async fn fetch_named_locations(&self) -> Result<Vec<GraphNamedLocation>, GraphError> {
        let path = ["identity", "conditionalAccess", "namedLocations"];
        self.fetch_settings(GraphVersion::V1, &path, &[]).await
    }

    /// Fetches the terms of use ("List agreements"; `Agreement.Read.All`).
    pub async fn fetch_agreements(&self) -> Result<Vec<GraphAgreement>, GraphError> {
        let path = ["identityGovernance", "termsOfUse", "agreements"];
        self.fetch_settings(GraphVersion::V1, &path, &[]).await
    }

    /// Fetches the identity providers ("List identityProviders"; `IdentityProvider.Read.All`).
    pub async fn fetch_identity_providers(&self) -> Result<Vec<GraphIdentityProvider>, GraphError> {
        self.fetch_settings(GraphVersion::V1, &["identity", "identityProviders"], &[])
            .await
    }

    /// Fetches the federations with partners ("List samlOrWsFedExternalDomainFederations"; `Domain.Read.All`).
    pub async fn fetch_federations(&self) -> Result<Vec<GraphFederation>, GraphError> {
        let path = [
            "directory",
            "federationConfigurations",
            "graph.samlOrWsFedExternalDomainFederation",
        ];
        self.fetch_settings(GraphVersion::V1, &path, &[("$expand", "domains")])
            .await
    }

    /// Fetches the list of allowed or denied domains ("List b2bManagementPolicies", beta;
    /// `Policy.Read.B2BManagementPolicy` and, for people, Global Administrator). None means any domain.
    pub async fn fetch_b2b_management_policies(&self) -> Result<Vec<GraphB2bManagementPolicy>, GraphError> {
        let path = ["policies", "b2bManagementPolicies"];
        self.fetch_settings(GraphVersion::Beta, &path, &[]).await
    }

    async fn fetch_setting<T: DeserializeOwned>(&self, path: &[&str]) -> Result<T, GraphError> {
        let url = self.cloud().graph_url(GraphVersion::V1, path);
        let call = Call::get(url, &[Scope::PolicyReadAll]);

        self.send(&call, |answer| reading(&answer, Answer::parse)).await
    }

    async fn fetch_settings<T: DeserializeOwned + Send + 'static>(
        &self,
        version: GraphVersion,
        path: &[&str],
        options: &[(&str, &str)],
    ) -> Result<Vec<T>, GraphError> {
        let url = self.cloud().graph_url(version, path);
        let url = if options.is_empty() {
            url
        } else {
            with_query(url, options)
        };
        self.all_of(Call::get(url, &[Scope::PolicyReadAll])).await
    }
}
