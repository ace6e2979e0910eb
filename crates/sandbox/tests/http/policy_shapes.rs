//! The shape of the settings that Graph shows, member by member, in a description of our own.

use serde_json::{Value, json};

use crate::{
    shapes::{
        Kind::{Flag, MaybeTime, Object, Objects, OneOf, Text, Texts, Time},
        Member, check,
    },
    support::{NESTOR, Stage},
};

const TARGETS: &[Member] = &[
    ("accessType", OneOf(&["allowed", "blocked"])),
    (
        "targets",
        Objects(&[
            ("target", Text),
            ("targetType", OneOf(&["user", "group", "application"])),
        ]),
    ),
];
const SIDE: &[Member] = &[
    ("usersAndGroups", Object(TARGETS)),
    ("applications", Object(TARGETS)),
];
const CROSS_TENANT: &[Member] = &[
    (
        "inboundTrust",
        Object(&[
            ("isMfaAccepted", Flag),
            ("isCompliantDeviceAccepted", Flag),
            ("isHybridAzureADJoinedDeviceAccepted", Flag),
        ]),
    ),
    ("b2bCollaborationInbound", Object(SIDE)),
    ("b2bCollaborationOutbound", Object(SIDE)),
    ("b2bDirectConnectInbound", Object(SIDE)),
    ("b2bDirectConnectOutbound", Object(SIDE)),
];
/// Members that only v1.0 has.
const CROSS_TENANT_V1: &[Member] = &[
    (
        "automaticUserConsentSettings",
        Object(&[("inboundAllowed", Flag), ("outboundAllowed", Flag)]),
    ),
    (
        "tenantRestrictions",
        Object(&[
            ("usersAndGroups", Object(TARGETS)),
            ("applications", Object(TARGETS)),
            ("devices", Text),
        ]),
    ),
];
const DEFAULT: &[Member] = &[
    ("id", Text),
    ("isServiceDefault", Flag),
    (
        "invitationRedemptionIdentityProviderConfiguration",
        Object(&[
            ("primaryIdentityProviderPrecedenceOrder", Texts),
            (
                "fallbackIdentityProvider",
                OneOf(&["defaultConfiguredIdp", "emailOneTimePasscode", "microsoftAccount"]),
            ),
        ]),
    ),
];
const PARTNER: &[Member] = &[("tenantId", Text), ("isServiceProvider", Flag)];

const AUTHORIZATION: &[Member] = &[
    ("id", Text),
    ("deletedDateTime", MaybeTime),
    ("displayName", Text),
    ("description", Text),
    ("allowedToSignUpEmailBasedSubscriptions", Flag),
    ("allowedToUseSSPR", Flag),
    ("allowEmailVerifiedUsersToJoinOrganization", Flag),
    (
        "allowInvitesFrom",
        OneOf(&[
            "none",
            "adminsAndGuestInviters",
            "adminsGuestInvitersAndAllMembers",
            "everyone",
        ]),
    ),
    ("blockMsolPowerShell", Flag),
    ("guestUserRoleId", Text),
    (
        "defaultUserRolePermissions",
        Object(&[
            ("allowedToCreateApps", Flag),
            ("allowedToCreateSecurityGroups", Flag),
            ("allowedToCreateTenants", Flag),
            ("allowedToReadBitlockerKeysForOwnedDevice", Flag),
            ("allowedToReadOtherUsers", Flag),
            ("permissionGrantPoliciesAssigned", Texts),
        ]),
    ),
];

const EMAIL: &[Member] = &[
    ("id", Text),
    ("state", OneOf(&["enabled", "disabled"])),
    (
        "allowExternalIdToUseEmailOtp",
        OneOf(&["default", "enabled", "disabled"]),
    ),
    (
        "excludeTargets",
        Objects(&[("id", Text), ("targetType", OneOf(&["group", "user"]))]),
    ),
];

const ACCESS: &[Member] = &[
    ("id", Text),
    ("templateId", Text),
    ("displayName", Text),
    ("description", Text),
    ("createdDateTime", Time),
    ("modifiedDateTime", MaybeTime),
    ("deletedDateTime", MaybeTime),
    (
        "state",
        OneOf(&["enabled", "disabled", "enabledForReportingButNotEnforced"]),
    ),
    ("sessionControls", Object(&[])),
    (
        "grantControls",
        Object(&[
            ("operator", OneOf(&["AND", "OR"])),
            ("builtInControls", Texts),
            ("customAuthenticationFactors", Texts),
            ("termsOfUse", Texts),
        ]),
    ),
    (
        "conditions",
        Object(&[
            ("clientAppTypes", Texts),
            ("signInRiskLevels", Texts),
            ("userRiskLevels", Texts),
            ("servicePrincipalRiskLevels", Texts),
            (
                "applications",
                Object(&[
                    ("includeApplications", Texts),
                    ("excludeApplications", Texts),
                    ("includeUserActions", Texts),
                    ("includeAuthenticationContextClassReferences", Texts),
                ]),
            ),
            (
                "users",
                Object(&[
                    ("includeUsers", Texts),
                    ("excludeUsers", Texts),
                    ("includeGroups", Texts),
                    ("excludeGroups", Texts),
                    ("includeRoles", Texts),
                    ("excludeRoles", Texts),
                    (
                        "includeGuestsOrExternalUsers",
                        Object(&[
                            ("guestOrExternalUserTypes", Text),
                            ("externalTenants", Object(&[("membershipKind", Text)])),
                        ]),
                    ),
                    ("excludeGuestsOrExternalUsers", Object(&[])),
                ]),
            ),
            (
                "locations",
                Object(&[("includeLocations", Texts), ("excludeLocations", Texts)]),
            ),
            ("platforms", Object(&[])),
        ]),
    ),
];

const AGREEMENT: &[Member] = &[
    ("id", Text),
    ("displayName", Text),
    (
        "termsExpiration",
        Object(&[("startDateTime", Time), ("frequency", Text)]),
    ),
    ("userReacceptRequiredFrequency", Text),
    ("isPerDeviceAcceptanceRequired", Flag),
    ("isViewingBeforeAcceptanceRequired", Flag),
];

const PROVIDER: &[Member] = &[
    ("id", Text),
    ("displayName", Text),
    ("identityProviderType", Text),
    ("clientId", Text),
    ("clientSecret", Text),
];

const GRANT: &[Member] = &[
    ("id", Text),
    ("clientId", Text),
    ("consentType", OneOf(&["AllPrincipals", "Principal"])),
    ("principalId", Text),
    ("resourceId", Text),
    ("scope", Text),
];

fn rows(body: &Value) -> Vec<Value> {
    body["value"]
        .as_array()
        .cloned()
        .unwrap_or_else(|| vec![body.clone()])
}

#[tokio::test]
async fn settings_are_as_described_in_both_versions() {
    let stage = Stage::with_guests(60).await;
    let app = stage.app().await;
    let both = |own: &[Member]| [own, CROSS_TENANT].concat();
    let with_v1 = |own: &[Member], version: &str| {
        let v1 = if version == "v1.0" { CROSS_TENANT_V1 } else { &[] };
        [both(own), v1.to_vec()].concat()
    };
    for version in ["v1.0", "beta"] {
        let settings = format!("/{version}/policies/crossTenantAccessPolicy");
        let mut partner = with_v1(PARTNER, version);
        let mut authorization = AUTHORIZATION.to_vec();
        if version == "v1.0" {
            partner.push(("isInMultiTenantOrganization", Flag));
            authorization.push(("allowUserConsentForRiskyApps", Flag));
        }
        for (path, members) in [
            (format!("{settings}/default"), with_v1(DEFAULT, version)),
            (format!("{settings}/partners"), partner),
            (format!("/{version}/policies/authorizationPolicy"), authorization),
            (
                format!(
                    "/{version}/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/email"
                ),
                EMAIL.to_vec(),
            ),
            (
                format!("/{version}/identity/conditionalAccess/policies"),
                ACCESS.to_vec(),
            ),
            (
                format!("/{version}/identity/identityProviders"),
                PROVIDER.to_vec(),
            ),
            (format!("/{version}/oauth2PermissionGrants"), GRANT.to_vec()),
        ] {
            check(&rows(&app.get_json(&path).await), &members, &path);
        }
    }
}

#[tokio::test]
async fn agreements_and_domain_policies_are_as_described() {
    let stage = Stage::with_guests(60).await;
    let nestor = stage
        .admin(
            NESTOR,
            &["Agreement.ReadWrite.All", "Policy.Read.B2BManagementPolicy"],
        )
        .await;
    let path = "/v1.0/identityGovernance/termsOfUse/agreements";
    let wish = json!({"displayName": "Rules",
        "termsExpiration": {"startDateTime": "2027-01-01T00:00:00Z", "frequency": "P365D"}});
    nestor.post(path, &wish).await;
    check(&rows(&nestor.get_json(path).await), AGREEMENT, "agreement");
    let domains = nestor.get_json("/beta/policies/b2bManagementPolicies").await;
    let members: &[Member] = &[
        ("id", Text),
        ("deletedDateTime", MaybeTime),
        ("displayName", Text),
        ("description", Text),
        ("definition", Texts),
        ("isOrganizationDefault", Text),
    ];
    check(&rows(&domains), members, "domain policy");
}
