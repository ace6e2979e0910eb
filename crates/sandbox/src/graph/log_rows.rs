//! What can be asked of a row of a log, and how it is written out.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{odata::Record, request::Version};
use crate::world::{AuditRow, LogRow, SignInRow, stamp};

/// A row that can be filtered and written out.
pub(super) trait WireRow: LogRow + Record {
    /// Whether the v1.0 shape documents a filter on this path, or only beta does, or neither.
    fn filterable(path: &str, version: Version) -> bool;
    /// Whether a reader who does not ask for other kinds of events sees it.
    fn is_usual(&self) -> bool;
    /// Appends the row as a whole JSON object.
    fn write(&self, version: Version, policies: bool, out: &mut Vec<u8>);
}

impl Record for AuditRow {
    fn property(&self, name: &str) -> Value {
        match name {
            "id" => json!(self.id),
            "activityDisplayName" => json!(self.activity),
            "loggedByService" => json!(self.service),
            "correlationId" => json!(self.correlation_id),
            "result" => json!(if self.success { "success" } else { "failure" }),
            _ => parse_core(&self.core).property(name),
        }
    }

    fn instant(&self, name: &str) -> Option<DateTime<Utc>> {
        (name == "activityDateTime").then_some(self.at)
    }
}

impl WireRow for AuditRow {
    fn filterable(path: &str, _version: Version) -> bool {
        matches!(
            path,
            "id" | "activityDateTime"
                | "activityDisplayName"
                | "category"
                | "correlationId"
                | "loggedByService"
                | "result"
                | "initiatedBy/user/id"
                | "initiatedBy/user/displayName"
                | "initiatedBy/user/userPrincipalName"
                | "initiatedBy/app/appId"
                | "initiatedBy/app/displayName"
                | "targetResources/id"
                | "targetResources/displayName"
        )
    }

    fn is_usual(&self) -> bool {
        true
    }

    fn write(&self, version: Version, _policies: bool, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.core);
        if version == Version::Beta {
            out.extend_from_slice(&self.beta);
        }
        out.push(b'}');
    }
}

impl Record for SignInRow {
    fn property(&self, name: &str) -> Value {
        match name {
            "id" => json!(self.id),
            "createdDateTime" => json!(stamp(self.at)),
            "userId" => json!(self.user),
            "appId" => json!(self.app_id),
            "appDisplayName" => json!(self.app_name),
            "correlationId" => json!(self.correlation_id),
            "isInteractive" => json!(self.interactive),
            "status" => json!({"errorCode": self.code}),
            "signInEventTypes" => json!([if self.interactive {
                "interactiveUser"
            } else {
                "nonInteractiveUser"
            }]),
            "authenticationRequirement"
            | "originalRequestId"
            | "tokenIssuerName"
            | "resourceOwnerTenantId" => {
                let mut whole = Vec::new();
                self.write(Version::Beta, false, &mut whole);
                serde_json::from_slice(&whole)
                    .unwrap_or(Value::Null)
                    .property(name)
            }
            _ => parse_core(&self.core).property(name),
        }
    }

    fn instant(&self, name: &str) -> Option<DateTime<Utc>> {
        (name == "createdDateTime").then_some(self.at)
    }
}

impl WireRow for SignInRow {
    fn filterable(path: &str, version: Version) -> bool {
        let everywhere = matches!(
            path,
            "id" | "createdDateTime"
                | "userId"
                | "userPrincipalName"
                | "userDisplayName"
                | "appId"
                | "appDisplayName"
                | "ipAddress"
                | "clientAppUsed"
                | "conditionalAccessStatus"
                | "correlationId"
                | "isInteractive"
                | "status/errorCode"
                | "resourceId"
                | "resourceDisplayName"
                | "deviceDetail/browser"
                | "deviceDetail/operatingSystem"
                | "location/city"
                | "location/state"
                | "location/countryOrRegion"
                | "riskDetail"
                | "riskLevelAggregated"
                | "riskLevelDuringSignIn"
                | "riskState"
                | "riskEventTypes"
                | "riskEventTypes_v2"
        );
        let beta = matches!(
            path,
            "authenticationRequirement"
                | "signInEventTypes"
                | "originalRequestId"
                | "tokenIssuerName"
                | "resourceOwnerTenantId"
                | "servicePrincipalId"
                | "servicePrincipalName"
        );
        everywhere || (beta && version == Version::Beta)
    }

    fn is_usual(&self) -> bool {
        self.interactive
    }

    fn write(&self, version: Version, policies: bool, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.core);
        if policies {
            out.extend_from_slice(&self.policies);
        }
        if version == Version::Beta {
            out.extend_from_slice(&self.beta);
        }
        out.push(b'}');
    }
}

/// The members every version has, read back for a filter on a property that is not kept apart.
fn parse_core(core: &[u8]) -> Value {
    let mut whole = core.to_vec();
    whole.push(b'}');
    serde_json::from_slice(&whole).unwrap_or(Value::Null)
}
