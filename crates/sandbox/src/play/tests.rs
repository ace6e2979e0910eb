//! The rule book's own cases, through the real surface.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn every_case_of_the_rule_book_comes_out_right_over_http() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../redemption/tests/data");
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    let files: Vec<_> = files
        .filter(|file| file.extension().is_some_and(|ending| ending == "json"))
        .collect();
    assert!(files.len() >= 2);
    for file in files {
        let text = std::fs::read_to_string(file).unwrap();
        let reports = play_cases(&text, &mut |_| {}).await.unwrap();
        assert!(!reports.is_empty());
        let failed: Vec<_> = reports
            .iter()
            .filter(|report| !report.passed)
            .map(|report| (&report.name, &report.differences))
            .collect();
        assert!(
            failed.is_empty(),
            "{} of {}: {failed:#?}",
            failed.len(),
            reports.len()
        );
    }
}

#[tokio::test]
async fn an_unknown_word_is_an_error_that_names_case_and_field_and_nothing_is_played() {
    let mut heard = 0;
    let text = r#"[{"name":"odd","tenant":{},"invitee":{"email":"a@b.example"},"guest_actions":["fly"],"expected":{"path":"none","prompts":[],"outcome":"signed_in","audit_activities":[],"sign_in_error_codes":[],"optional_interrupts":[],"home_tenant_sign_in_error_codes":[],"externalUserState_after":null,"identity_issuer_after":null}}]"#;
    let error = play_cases(text, &mut |_| heard += 1)
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("odd") && error.contains("guest_actions"),
        "{error}"
    );
    assert_eq!(heard, 0);
}

const EVERY_SETTING: &str = r#"[{
    "name": "every setting there is",
    "tenant": {
        "emailOtp": false, "googleFederation": true, "facebookFederation": true,
        "samlWsFedDomains": ["northwind.example"], "samlIssuerMismatch": true,
        "redemptionOrder": {"primary": ["externalFederation", "azureActiveDirectory"], "fallback": "microsoftAccount"},
        "allowInvitesFrom": "adminsAndGuestInviters",
        "domainPolicy": {"mode": "allow", "domains": ["fabrikam.com"]},
        "crossTenant": {"inboundB2B": "allow", "blockedApps": ["payroll"], "trustMfa": true, "trustCompliantDevice": true,
            "trustHybridJoined": true, "autoRedeemInbound": true, "cloudsEnabled": ["usGovernment"]},
        "conditionalAccess": [
            {"grant": "block", "users": "guests", "locations": ["XX", "YY"], "signInRisk": ["high"]},
            {"grant": "passwordChange", "users": "guests", "userRisk": ["medium", "high"]}],
        "termsOfUse": {"name": "House rules", "perDevice": true},
        "guestLifecyclePolicy": {"redemptionThresholdDays": 20, "gracePeriodDays": 3},
        "app": {"assignmentRequired": true, "adminConsentNeeded": true},
        "invitationLink": {"lifetimeDays": 12, "singleUse": true}},
    "invitee": {"email": "mia@fabrikam.com", "homeTenant": {"exists": true, "kind": "managed", "autoRedeemOutbound": true}},
    "guest_actions": [],
    "expected": {"path": "none", "outcome": "failed_at_link"}}]"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_is_set_up_through_graph_as_far_as_graph_has_words() {
    let cases = parse_cases(EVERY_SETTING).unwrap();
    let now = DateTime::from_timestamp(CURTAIN, 0).unwrap();
    let setup = cases[0].setup(now);
    let config = SandboxConfig {
        guests: 0,
        now: Some(now),
        ..SandboxConfig::default()
    };
    let sandbox = Sandbox::start(config).await.unwrap();
    Stage::set(&sandbox.ready(), setup.clone(), now).await.unwrap();

    let mut policy = sandbox.state().world().policy.clone();
    // Graph gives names, versions and own domains that a case does not have, and keeps automatic redemption by partner.
    policy
        .conditional_access
        .iter_mut()
        .for_each(|line| line.name.clear());
    policy.terms_of_use.iter_mut().for_each(|terms| terms.version = 0);
    policy.verified_domains.clear();
    let partners = std::mem::take(&mut policy.partners);
    assert_eq!(partners.len(), 1);
    assert!(partners[0].settings.auto_redeem_inbound && partners[0].settings.trust_mfa);
    policy.cross_tenant.auto_redeem_inbound = true;
    assert_eq!(policy, setup.policy);

    let received: Vec<String> = sandbox
        .state()
        .received()
        .all()
        .iter()
        .map(|request| format!("{} {}", request.method, request.path))
        .collect();
    for wanted in [
        "PATCH /v1.0/policies/authorizationPolicy",
        "POST /beta/policies/b2bManagementPolicies",
        "PATCH /v1.0/policies/crossTenantAccessPolicy",
        "PATCH /v1.0/policies/crossTenantAccessPolicy/default",
        "POST /v1.0/policies/crossTenantAccessPolicy/partners",
        "PATCH /v1.0/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/email",
        "POST /v1.0/identity/identityProviders",
        "POST /v1.0/directory/federationConfigurations/graph.samlOrWsFedExternalDomainFederation",
        "POST /v1.0/identity/conditionalAccess/namedLocations",
        "POST /v1.0/identity/conditionalAccess/policies",
        "POST /v1.0/identityGovernance/termsOfUse/agreements",
        "DELETE /v1.0/oauth2PermissionGrants",
    ] {
        assert!(
            received.iter().any(|request| request.starts_with(wanted)),
            "{wanted}: {received:#?}"
        );
    }
}
