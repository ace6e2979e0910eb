//! The shape of what Graph answers, member by member, in a description of our own.

use serde_json::Value;

use crate::support::Stage;

/// What a member may hold. Every kind but `Time!` may be null as well.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Text,
    Flag,
    Whole,
    Number,
    /// RFC 3339 in UTC, never null.
    Time,
    /// The same, or null.
    MaybeTime,
    Texts,
    OneOf(&'static [&'static str]),
    Object(&'static [Member]),
    Objects(&'static [Member]),
}

pub(crate) type Member = (&'static str, Kind);

use Kind::{Flag, MaybeTime, Number, Object, Objects, OneOf, Text, Texts, Time, Whole};

const USER: &[Member] = &[
    ("id", Text),
    ("displayName", Text),
    ("userPrincipalName", Text),
    ("mail", Text),
    ("otherMails", Texts),
    ("proxyAddresses", Texts),
    ("userType", OneOf(&["Guest", "Member"])),
    ("creationType", Text),
    ("createdDateTime", MaybeTime),
    ("externalUserState", OneOf(&["PendingAcceptance", "Accepted"])),
    ("externalUserStateChangeDateTime", MaybeTime),
    ("accountEnabled", Flag),
    (
        "identities",
        Objects(&[("signInType", Text), ("issuer", Text), ("issuerAssignedId", Text)]),
    ),
    ("companyName", Text),
    ("usageLocation", Text),
    ("signInSessionsValidFromDateTime", MaybeTime),
    ("onPremisesSyncEnabled", Flag),
    (
        "signInActivity",
        Object(&[
            ("lastSignInDateTime", MaybeTime),
            ("lastSignInRequestId", Text),
            ("lastNonInteractiveSignInDateTime", MaybeTime),
            ("lastNonInteractiveSignInRequestId", Text),
            ("lastSuccessfulSignInDateTime", MaybeTime),
            ("lastSuccessfulSignInRequestId", Text),
        ]),
    ),
];

const PERSON: &[Member] = &[
    ("id", Text),
    ("displayName", Text),
    ("userPrincipalName", Text),
    ("ipAddress", Text),
    ("userType", Text),
    ("homeTenantId", Text),
    ("homeTenantName", Text),
];
const APPLICATION: &[Member] = &[
    ("appId", Text),
    ("displayName", Text),
    ("servicePrincipalId", Text),
    ("servicePrincipalName", Text),
];

const AUDIT: &[Member] = &[
    ("id", Text),
    ("category", Text),
    ("correlationId", Text),
    ("result", OneOf(&["success", "failure"])),
    ("resultReason", Text),
    ("activityDisplayName", Text),
    ("activityDateTime", Time),
    ("loggedByService", Text),
    ("operationType", Text),
    (
        "initiatedBy",
        Object(&[("app", Object(APPLICATION)), ("user", Object(PERSON))]),
    ),
    (
        "targetResources",
        Objects(&[
            ("id", Text),
            ("displayName", Text),
            ("type", Text),
            ("userPrincipalName", Text),
            ("groupType", Text),
            (
                "modifiedProperties",
                Objects(&[("displayName", Text), ("oldValue", Text), ("newValue", Text)]),
            ),
        ]),
    ),
    ("additionalDetails", Objects(&[("key", Text), ("value", Text)])),
];

const RISK: Kind = OneOf(&["low", "medium", "high", "hidden", "none", "unknownFutureValue"]);

const SIGN_IN: &[Member] = &[
    ("id", Text),
    ("createdDateTime", Time),
    ("userDisplayName", Text),
    ("userPrincipalName", Text),
    ("userId", Text),
    ("appId", Text),
    ("appDisplayName", Text),
    ("ipAddress", Text),
    ("clientAppUsed", Text),
    ("userAgent", Text),
    ("correlationId", Text),
    (
        "conditionalAccessStatus",
        OneOf(&["success", "failure", "notApplied"]),
    ),
    ("isInteractive", Flag),
    ("homeTenantId", Text),
    ("resourceTenantId", Text),
    ("riskDetail", OneOf(&["none"])),
    ("riskLevelAggregated", RISK),
    ("riskLevelDuringSignIn", RISK),
    ("riskState", OneOf(&["none", "atRisk"])),
    ("riskEventTypes", Texts),
    ("riskEventTypes_v2", Texts),
    ("resourceDisplayName", Text),
    ("resourceId", Text),
    ("servicePrincipalId", Text),
    ("servicePrincipalName", Text),
    (
        "status",
        Object(&[
            ("errorCode", Whole),
            ("failureReason", Text),
            ("additionalDetails", Text),
        ]),
    ),
    (
        "deviceDetail",
        Object(&[
            ("deviceId", Text),
            ("displayName", Text),
            ("operatingSystem", Text),
            ("browser", Text),
            ("isCompliant", Flag),
            ("isManaged", Flag),
            ("trustType", Text),
        ]),
    ),
    (
        "location",
        Object(&[
            ("city", Text),
            ("state", Text),
            ("countryOrRegion", Text),
            (
                "geoCoordinates",
                Object(&[("altitude", Number), ("latitude", Number), ("longitude", Number)]),
            ),
        ]),
    ),
    (
        "appliedConditionalAccessPolicies",
        Objects(&[
            ("id", Text),
            ("displayName", Text),
            ("enforcedGrantControls", Texts),
            ("enforcedSessionControls", Texts),
            (
                "result",
                OneOf(&[
                    "success",
                    "failure",
                    "notApplied",
                    "notEnabled",
                    "unknown",
                    "reportOnlySuccess",
                    "reportOnlyFailure",
                    "reportOnlyNotApplied",
                    "reportOnlyInterrupted",
                ]),
            ),
        ]),
    ),
];

const SIGN_IN_BETA: &[Member] = &[
    ("userType", OneOf(&["member", "guest"])),
    (
        "crossTenantAccessType",
        OneOf(&["none", "b2bCollaboration", "passthrough"]),
    ),
    (
        "authenticationRequirement",
        OneOf(&["singleFactorAuthentication", "multiFactorAuthentication"]),
    ),
    (
        "authenticationRequirementPolicies",
        Objects(&[("requirementProvider", Text), ("detail", Text)]),
    ),
    (
        "authenticationDetails",
        Objects(&[
            ("authenticationStepDateTime", Time),
            ("authenticationMethod", Text),
            ("authenticationMethodDetail", Text),
            ("succeeded", Flag),
            ("authenticationStepResultDetail", Text),
            ("authenticationStepRequirement", Text),
        ]),
    ),
    ("authenticationMethodsUsed", Texts),
    ("authenticationProcessingDetails", Objects(&[])),
    ("authenticationProtocol", OneOf(&["none", "oAuth2"])),
    ("signInEventTypes", Texts),
    ("originalRequestId", Text),
    ("tokenIssuerName", Text),
    ("tokenIssuerType", OneOf(&["AzureAD"])),
    ("sessionId", Text),
    ("signInIdentifier", Text),
    ("signInIdentifierType", Text),
    ("networkLocationDetails", Objects(&[])),
    ("ipAddressFromResourceProvider", Text),
    ("flaggedForReview", Flag),
    ("processingTimeInMilliseconds", Whole),
    ("resourceOwnerTenantId", Text),
    ("mfaDetail", Object(&[])),
    ("alternateSignInName", Text),
];

const INVITATION: &[Member] = &[
    ("id", Text),
    ("inviteRedeemUrl", Text),
    ("invitedUserDisplayName", Text),
    ("invitedUserType", Text),
    ("invitedUserEmailAddress", Text),
    ("sendInvitationMessage", Flag),
    ("resetRedemption", Flag),
    ("inviteRedirectUrl", Text),
    ("status", OneOf(&["PendingAcceptance", "Completed"])),
    (
        "invitedUserMessageInfo",
        Object(&[
            ("messageLanguage", Text),
            ("customizedMessageBody", Text),
            (
                "ccRecipients",
                Objects(&[("emailAddress", Object(&[("name", Text), ("address", Text)]))]),
            ),
        ]),
    ),
    ("invitedUser", Object(&[("id", Text)])),
];

/// What is wrong with an object: members it should not have, values of the wrong kind.
fn faults(value: &Value, members: &[Member], at: &str, found: &mut Vec<String>) {
    let Some(object) = value.as_object() else {
        found.push(format!("{at}: no object"));
        return;
    };
    for (name, value) in object.iter().filter(|(name, _)| !name.contains('@')) {
        match members.iter().find(|(known, _)| known == name) {
            None => found.push(format!("{at}.{name}: not in the description")),
            Some((_, kind)) => member_faults(value, *kind, &format!("{at}.{name}"), found),
        }
    }
}

fn member_faults(value: &Value, kind: Kind, at: &str, found: &mut Vec<String>) {
    let is_time = |value: &Value| {
        value
            .as_str()
            .is_some_and(|text| text.ends_with('Z') && chrono::DateTime::parse_from_rfc3339(text).is_ok())
    };
    let good = match kind {
        Time => is_time(value),
        _ if value.is_null() => true,
        Text => value.is_string(),
        Flag => value.is_boolean(),
        Whole => value.is_i64(),
        Number => value.is_number(),
        MaybeTime => is_time(value),
        Texts => value
            .as_array()
            .is_some_and(|items| items.iter().all(Value::is_string)),
        OneOf(words) => value.as_str().is_some_and(|word| words.contains(&word)),
        Object(members) => return faults(value, members, at, found),
        Objects(members) => {
            return match value.as_array() {
                None => found.push(format!("{at}: no list")),
                Some(items) => items.iter().for_each(|item| faults(item, members, at, found)),
            };
        }
    };
    if !good {
        found.push(format!("{at}: {value} is no {kind:?}"));
    }
}

pub(crate) fn check(rows: &[Value], members: &[Member], what: &str) {
    assert!(!rows.is_empty(), "no {what}");
    let mut found = Vec::new();
    for row in rows {
        faults(row, members, what, &mut found);
    }
    found.sort_unstable();
    found.dedup();
    assert!(found.is_empty(), "{found:#?}");
}

fn all_names(members: &[Member]) -> String {
    members
        .iter()
        .map(|(name, _)| *name)
        .collect::<Vec<_>>()
        .join(",")
}

#[tokio::test]
async fn users_are_as_described() {
    let stage = Stage::with_guests(300).await;
    let app = stage.app().await;
    check(
        &app.all(&format!("/v1.0/users?$select={}&$top=500", all_names(USER)))
            .await,
        USER,
        "user",
    );
}

#[tokio::test]
async fn rows_are_as_described_in_both_versions() {
    let stage = Stage::with_guests(400).await;
    let app = stage.app().await;
    check(&app.all("/v1.0/auditLogs/directoryAudits").await, AUDIT, "audit");
    let beta = [AUDIT, &[("userAgent", Text)]].concat();
    check(
        &app.all("/beta/auditLogs/directoryAudits").await,
        &beta,
        "beta audit",
    );
    check(&app.all("/v1.0/auditLogs/signIns").await, SIGN_IN, "sign-in");
    let beta = [SIGN_IN, SIGN_IN_BETA].concat();
    check(&app.all("/beta/auditLogs/signIns").await, &beta, "beta sign-in");
}

#[tokio::test]
async fn every_described_member_is_sent() {
    let stage = Stage::with_guests(60).await;
    let app = stage.app().await;
    let row = app.get_json("/beta/auditLogs/signIns?$top=1").await["value"][0].clone();
    for (name, _) in SIGN_IN.iter().chain(SIGN_IN_BETA) {
        assert!(row.get(*name).is_some(), "{name}");
    }
    let row = app.get_json("/v1.0/auditLogs/directoryAudits?$top=1").await["value"][0].clone();
    for (name, _) in AUDIT {
        assert!(row.get(*name).is_some(), "{name}");
    }
}

#[tokio::test]
async fn invitations_are_as_described() {
    let stage = Stage::with_guests(0).await;
    let (_, invitation) = stage.app().await.invite("nia@fabrikam.com").await;
    check(std::slice::from_ref(&invitation), INVITATION, "invitation");
    for (name, _) in INVITATION {
        assert!(invitation.get(*name).is_some(), "{name}");
    }
}

#[tokio::test]
async fn modified_properties_hold_json_in_text() {
    let stage = Stage::with_guests(200).await;
    for row in stage.app().await.all("/v1.0/auditLogs/directoryAudits").await {
        for target in row["targetResources"].as_array().unwrap() {
            for change in target["modifiedProperties"].as_array().unwrap() {
                for value in [&change["oldValue"], &change["newValue"]] {
                    if let Some(text) = value.as_str() {
                        assert!(serde_json::from_str::<Value>(text).is_ok(), "{change}");
                    }
                }
            }
        }
    }
}
