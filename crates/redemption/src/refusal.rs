//! Why an invitation or a reset is refused, and how the service says so.

use serde::{Deserialize, Serialize};

use crate::rows::{Activity, Actor, AuditEntry};

/// An invitation refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refused {
    /// Why.
    pub refusal: Refusal,
    /// Audit rows, if the service writes any.
    pub audits: Vec<AuditEntry>,
}

/// Why an invitation is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Refusal {
    /// `allowInvitesFrom` leaves this caller out.
    InvitationsNotAllowed,
    /// The caller may not reset this redemption.
    MayNotReset,
    /// The service does not take the form of the address.
    AddressForm,
    /// A group or shared mailbox.
    GroupAddress,
    /// The domain is verified in this tenant.
    OwnDomain,
    /// The user exists and is blocked.
    ExistsBlocked,
    /// A member of this tenant owns the address.
    ExistsInternal,
    /// Domain on the block list, or not on the allow list.
    DomainNotAllowed,
    /// Our inbound cross-tenant settings.
    InboundBlocked,
    /// The other Microsoft cloud is not switched on.
    CloudNotEnabled,
    /// A guest of another cloud must be invited by the sign-in name.
    CloudNeedsUpn,
    /// Reset to an address the guest object does not hold.
    AddressNotOnGuest,
}

/// What a refusal answers: HTTP status, code, message and catalogue key, and whether a failed audit row is written.
struct RefusalRow(u16, &'static str, &'static str, bool);

impl Refusal {
    /// All refusals, in the order they are checked.
    pub const ALL: [Self; 12] = [
        Self::InvitationsNotAllowed,
        Self::MayNotReset,
        Self::AddressForm,
        Self::GroupAddress,
        Self::OwnDomain,
        Self::ExistsBlocked,
        Self::ExistsInternal,
        Self::DomainNotAllowed,
        Self::InboundBlocked,
        Self::CloudNotEnabled,
        Self::CloudNeedsUpn,
        Self::AddressNotOnGuest,
    ];

    #[rustfmt::skip]
    const fn row(self) -> RefusalRow {
        match self {
            Self::InvitationsNotAllowed => RefusalRow(403, "Guest invitations not allowed for your company. Contact your company administrator for more details.", "invitations-not-allowed", false),
            Self::MayNotReset => RefusalRow(403, "Generic authorization exception.", "reset-not-authorized", false),
            Self::AddressForm => RefusalRow(400, "Primary SMTP Address is an invalid value.", "address-form-refused", false),
            Self::GroupAddress => RefusalRow(400, "The invited address is a group and cannot be invited.", "group-email-address", false),
            Self::OwnDomain => RefusalRow(400, "This user cannot be invited because the domain of the user's email address is a verified domain of this directory.", "address-in-own-domain", false),
            Self::ExistsBlocked => RefusalRow(400, "The invited user already exists in the directory as object ID: {id}, but the account is blocked from signing in. If the account is unblocked, they can use that account to sign in to shared apps and resources.", "exists-but-blocked", false),
            Self::ExistsInternal => RefusalRow(400, "The invited user already exists in the directory as object ID: {id}. They can use that account to sign in to shared apps and resources.", "already-in-directory", false),
            Self::DomainNotAllowed => RefusalRow(403, "The domain of the invited user is not allowed by the policy of this directory.", "domain-policy-blocked", true),
            Self::InboundBlocked => RefusalRow(403, "This invitation is blocked by cross-tenant access settings in your organization.", "cross-tenant-blocked-by-us", true),
            Self::CloudNotEnabled => RefusalRow(403, "This invitation is blocked by cross-tenant access settings. Admins in both your organization and the invited user's organization must configure cross-tenant access settings to allow the invitation.", "cross-tenant-blocked-either-side", true),
            Self::CloudNeedsUpn => RefusalRow(400, "Users of another Microsoft cloud must be invited by their user principal name.", "cross-cloud-upn-required", true),
            Self::AddressNotOnGuest => RefusalRow(400, "The invited email address does not match any emails on the user object.", "reset-address-not-on-user", true),
        }
    }

    /// HTTP status of the answer.
    pub const fn http_status(self) -> u16 {
        self.row().0
    }

    /// `error.code` of the answer.
    pub const fn graph_code(self) -> &'static str {
        if self.http_status() == 403 {
            "Forbidden"
        } else {
            "BadRequest"
        }
    }

    /// `error.message` of the answer; `object_id` is the user already there, where the text names one.
    pub fn message(self, object_id: &str) -> String {
        self.row().1.replace("{id}", object_id)
    }

    /// Key of the cause in the failure catalogue.
    pub const fn reason(self) -> &'static str {
        self.row().2
    }

    /// Whether the service writes a failed audit row.
    pub const fn leaves_a_row(self) -> bool {
        self.row().3
    }

    pub(crate) fn refuse(self, activity: Activity) -> Refused {
        let audits = if self.leaves_a_row() {
            vec![AuditEntry::failure(activity, Actor::Inviter, self.row().1)]
        } else {
            Vec::new()
        };
        Refused {
            refusal: self,
            audits,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_names_the_object_already_there() {
        assert!(
            Refusal::ExistsInternal
                .message("7f3c")
                .contains("object ID: 7f3c.")
        );
    }
}
