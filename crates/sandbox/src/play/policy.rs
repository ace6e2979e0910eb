//! Setting a case's tenant up the way an administrator would: by the endpoints Graph has for it. What Graph has no
//! word for goes through the control interface.

use axum::http::Method;
use serde_json::{Value, json};
use usher_redemption::{
    Access, AccessPolicy, AllowInvitesFrom, AppPolicy, CrossTenant, DomainMode, Grant, RedemptionOrder,
    TenantPolicy, Terms,
};

use super::admin::Admin;
use crate::ClientError;

const CROSS_TENANT: &str = "v1.0/policies/crossTenantAccessPolicy";
const CONDITIONAL_ACCESS: &str = "v1.0/identity/conditionalAccess";

/// The Microsoft clouds Graph knows (crosstenantaccesspolicy.md).
const CLOUDS: [&str; 3] = [
    "microsoftonline.com",
    "microsoftonline.us",
    "partner.microsoftonline.cn",
];

/// Brings a fresh tenant to the settings wanted; `domains` are those of the people of the case.
pub(super) async fn set(admin: &Admin, wanted: &TenantPolicy, domains: &[&str]) -> Result<(), ClientError> {
    who_may_invite(admin, wanted).await?;
    cross_tenant(admin, wanted, domains).await?;
    identity_providers(admin, wanted).await?;
    conditional_access(admin, wanted).await?;
    app_consent(admin, &wanted.app).await?;
    without_a_word_in_graph(admin, wanted).await
}

async fn who_may_invite(admin: &Admin, wanted: &TenantPolicy) -> Result<(), ClientError> {
    if wanted.allow_invites_from != AllowInvitesFrom::Everyone {
        let body = json!({"allowInvitesFrom": wanted.allow_invites_from});
        admin
            .change(Method::PATCH, "v1.0/policies/authorizationPolicy", &body)
            .await?;
    }
    let key = match wanted.domain_policy.mode {
        DomainMode::Any => return Ok(()),
        DomainMode::Block => "BlockedDomains",
        DomainMode::Allow => "AllowedDomains",
    };
    let definition = json!({"B2BManagementPolicy": {
        "Version": 1,
        "InvitationsAllowedAndBlockedDomainsPolicy": {key: wanted.domain_policy.domains},
    }});
    let body = json!({"displayName": "B2BManagementPolicy", "definition": [definition.to_string()]});
    admin
        .change(Method::POST, "beta/policies/b2bManagementPolicies", &body)
        .await
        .map(drop)
}

async fn cross_tenant(admin: &Admin, wanted: &TenantPolicy, domains: &[&str]) -> Result<(), ClientError> {
    let settings = &wanted.cross_tenant;
    let clouds: Vec<&String> = known_clouds(settings).collect();
    if !clouds.is_empty() {
        let body = json!({"allowedCloudEndpoints": clouds});
        admin.change(Method::PATCH, CROSS_TENANT, &body).await?;
    }
    let as_it_is = CrossTenant {
        clouds_enabled: settings.clouds_enabled.clone(),
        auto_redeem_inbound: settings.auto_redeem_inbound,
        ..CrossTenant::default()
    };
    if *settings != as_it_is || wanted.redemption_order != RedemptionOrder::default() {
        let body = json!({
            "inboundTrust": {
                "isMfaAccepted": settings.trust_mfa,
                "isCompliantDeviceAccepted": settings.trust_compliant_device,
                "isHybridAzureADJoinedDeviceAccepted": settings.trust_hybrid_joined,
            },
            "b2bCollaborationInbound": inbound(settings),
            "invitationRedemptionIdentityProviderConfiguration": {
                "primaryIdentityProviderPrecedenceOrder": wanted.redemption_order.primary,
                "fallbackIdentityProvider": wanted.redemption_order.fallback,
            },
        });
        admin
            .change(Method::PATCH, &format!("{CROSS_TENANT}/default"), &body)
            .await?;
    }
    if settings.auto_redeem_inbound {
        redeem_automatically(admin, domains).await?;
    }
    Ok(())
}

fn known_clouds(settings: &CrossTenant) -> impl Iterator<Item = &String> {
    settings
        .clouds_enabled
        .iter()
        .filter(|cloud| CLOUDS.contains(&cloud.as_str()))
}

fn inbound(settings: &CrossTenant) -> Value {
    let everybody = settings.inbound_b2b == Access::Block;
    let word = |is_blocked: bool| if is_blocked { "blocked" } else { "allowed" };
    let all = [CrossTenant::ALL_APPS.to_owned()];
    let apps: &[String] = if everybody || settings.blocked_apps.is_empty() {
        &all
    } else {
        &settings.blocked_apps
    };
    let targets: Vec<Value> = apps
        .iter()
        .map(|app| json!({"target": app, "targetType": "application"}))
        .collect();
    json!({
        "usersAndGroups": {
            "accessType": word(everybody),
            "targets": [{"target": "AllUsers", "targetType": "user"}],
        },
        "applications": {
            "accessType": word(everybody || !settings.blocked_apps.is_empty()),
            "targets": targets,
        },
    })
}

/// Automatic redemption is read-only on the default and set for each partner
/// (crosstenantaccesspolicyconfigurationdefault.md). A domain without a tenant has nothing to redeem with.
async fn redeem_automatically(admin: &Admin, domains: &[&str]) -> Result<(), ClientError> {
    let mut done: Vec<String> = Vec::new();
    for domain in domains {
        let path = format!(
            "v1.0/tenantRelationships/findTenantInformationByDomainName(domainName='{}')",
            crate::guest::path_segment(domain)
        );
        let Some(tenant) = admin.look_up(&path).await? else {
            continue;
        };
        let id = tenant["tenantId"].as_str().unwrap_or_default().to_owned();
        if done.contains(&id) {
            continue;
        }
        let body = json!({
            "tenantId": id,
            "automaticUserConsentSettings": {"inboundAllowed": true},
        });
        admin
            .change(Method::POST, &format!("{CROSS_TENANT}/partners"), &body)
            .await?;
        done.push(id);
    }
    Ok(())
}

async fn identity_providers(admin: &Admin, wanted: &TenantPolicy) -> Result<(), ClientError> {
    if !wanted.email_otp {
        let path = "v1.0/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/email";
        let body = json!({"allowExternalIdToUseEmailOtp": "disabled"});
        admin.change(Method::PATCH, path, &body).await?;
    }
    for (kind, is_on) in [
        ("Google", wanted.google_federation),
        ("Facebook", wanted.facebook_federation),
    ] {
        if is_on {
            let body = json!({
                "displayName": kind,
                "identityProviderType": kind,
                "clientId": "a-client",
                "clientSecret": "a-secret",
            });
            admin
                .change(Method::POST, "v1.0/identity/identityProviders", &body)
                .await?;
        }
    }
    for domain in &wanted.saml_ws_fed_domains {
        let body = json!({
            "displayName": domain,
            "domains": [{"id": domain}],
            "issuerUri": format!("https://idp.{domain}/trust"),
            "passiveSignInUri": format!("https://idp.{domain}/sign-in"),
            "preferredAuthenticationProtocol": "saml",
        });
        let path = "v1.0/directory/federationConfigurations/graph.samlOrWsFedExternalDomainFederation";
        admin.change(Method::POST, path, &body).await?;
    }
    Ok(())
}

async fn conditional_access(admin: &Admin, wanted: &TenantPolicy) -> Result<(), ClientError> {
    if has_words_for(&wanted.conditional_access) {
        for (index, line) in wanted.conditional_access.iter().enumerate() {
            let locations = match named_location(admin, &line.locations).await? {
                Some(id) => json!({"includeLocations": [id], "excludeLocations": []}),
                None => Value::Null,
            };
            let mut conditions = guests_everywhere();
            conditions["locations"] = locations;
            conditions["signInRiskLevels"] = json!(line.sign_in_risk);
            conditions["userRiskLevels"] = json!(line.user_risk);
            let name = format!("Case: policy {}", index + 1);
            let grant = json!({"operator": "OR", "builtInControls": [line.grant]});
            add_access_policy(admin, &name, &conditions, &grant).await?;
        }
    }
    for terms in &wanted.terms_of_use {
        bind_to_terms(admin, terms).await?;
    }
    Ok(())
}

/// Graph names countries by two capital letters and knows no other place of a case.
fn has_words_for(lines: &[AccessPolicy]) -> bool {
    let is_country =
        |code: &String| code.len() == 2 && code.chars().all(|letter| letter.is_ascii_uppercase());
    let is_built_in = |grant: Grant| {
        matches!(
            grant,
            Grant::Block | Grant::Mfa | Grant::CompliantDevice | Grant::PasswordChange
        )
    };
    lines
        .iter()
        .all(|line| is_built_in(line.grant) && line.locations.iter().all(is_country))
}

async fn named_location(admin: &Admin, countries: &[String]) -> Result<Option<String>, ClientError> {
    if countries.is_empty() {
        return Ok(None);
    }
    let body = json!({
        "@odata.type": "#microsoft.graph.countryNamedLocation",
        "displayName": countries.join(", "),
        "countriesAndRegions": countries,
    });
    let path = format!("{CONDITIONAL_ACCESS}/namedLocations");
    let made = admin.change(Method::POST, &path, &body).await?;
    Ok(made["id"].as_str().map(str::to_owned))
}

/// Terms of use are an agreement, and a Conditional Access policy that asks for it.
async fn bind_to_terms(admin: &Admin, terms: &Terms) -> Result<(), ClientError> {
    let agreement = json!({
        "displayName": terms.name,
        "isPerDeviceAcceptanceRequired": terms.per_device,
        "isViewingBeforeAcceptanceRequired": false,
    });
    let path = "v1.0/identityGovernance/termsOfUse/agreements";
    let made = admin.change(Method::POST, path, &agreement).await?;
    let grant = json!({"operator": "OR", "builtInControls": [], "termsOfUse": [made["id"]]});
    let name = format!("Case: {}", terms.name);
    add_access_policy(admin, &name, &guests_everywhere(), &grant).await
}

async fn add_access_policy(
    admin: &Admin,
    name: &str,
    conditions: &Value,
    grant: &Value,
) -> Result<(), ClientError> {
    let body = json!({
        "displayName": name,
        "state": "enabled",
        "conditions": conditions,
        "grantControls": grant,
    });
    let path = format!("{CONDITIONAL_ACCESS}/policies");
    admin.change(Method::POST, &path, &body).await.map(drop)
}

fn guests_everywhere() -> Value {
    json!({
        "clientAppTypes": ["all"],
        "applications": {"includeApplications": ["All"]},
        "users": {"includeGuestsOrExternalUsers": {
            "guestOrExternalUserTypes": "b2bCollaborationGuest",
            "externalTenants": {
                "@odata.type": "#microsoft.graph.conditionalAccessAllExternalTenants",
                "membershipKind": "all",
            },
        }},
    })
}

/// Takes back the consent that the application has in a fresh tenant.
async fn app_consent(admin: &Admin, app: &AppPolicy) -> Result<(), ClientError> {
    if !app.admin_consent_needed {
        return Ok(());
    }
    let grants = admin
        .look_up("v1.0/oauth2PermissionGrants")
        .await?
        .unwrap_or_default();
    for grant in grants["value"].as_array().into_iter().flatten() {
        let path = format!(
            "v1.0/oauth2PermissionGrants/{}",
            grant["id"].as_str().unwrap_or_default()
        );
        admin.change(Method::DELETE, &path, &Value::Null).await?;
    }
    Ok(())
}

/// The lifecycle policy (no stable endpoint), the assignment of the application, the partner's mistake in its issuer,
/// and the rule for links, which is not Entra's.
async fn without_a_word_in_graph(admin: &Admin, wanted: &TenantPolicy) -> Result<(), ClientError> {
    let shown = admin.control(Method::GET, "policy", &Value::Null).await?;
    let mut policy: TenantPolicy =
        serde_json::from_value(shown).map_err(|_| ClientError::Shape { what: "the policy" })?;
    policy.saml_issuer_mismatch = wanted.saml_issuer_mismatch;
    policy.guest_lifecycle_policy = wanted.guest_lifecycle_policy;
    policy.invitation_link = wanted.invitation_link;
    policy.app.assignment_required = wanted.app.assignment_required;
    if !has_words_for(&wanted.conditional_access) {
        policy.conditional_access.clone_from(&wanted.conditional_access);
    }
    let unknown_cloud = |cloud: &&String| !CLOUDS.contains(&cloud.as_str());
    let clouds = wanted.cross_tenant.clouds_enabled.iter().filter(unknown_cloud);
    policy.cross_tenant.clouds_enabled.extend(clouds.cloned());
    let body = serde_json::to_value(policy).unwrap_or_default();
    admin.control(Method::PUT, "policy", &body).await.map(drop)
}
