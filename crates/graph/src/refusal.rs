//! Refused invitations, told apart by what the service writes: the API documents no codes for them.

use usher_identity::Redacted;

use crate::Trace;

/// Why an invitation was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum InvitationRefusalKind {
    /// The tenant lets nobody invite, or not this caller.
    InvitationsNotAllowed,
    /// The address belongs to a verified domain of this tenant.
    OwnDomain,
    /// The guest exists and is blocked from signing in.
    ExistsBlocked,
    /// A user of this tenant has the address already.
    ExistsAsUser,
    /// Cross-tenant access settings of either side forbid it.
    CrossTenantAccess,
    /// The domain is on the deny list, or not on the allow list.
    DomainNotAllowed,
    /// Another object of the directory (a contact, a group) has the address.
    AddressConflict,
    /// The address is not one that can be invited.
    InvalidAddress,
    /// The service could not find the address's home. Trying later may help.
    TargetNotFound,
    /// None of the above; the service's own words are all there is.
    Unclassified,
}

/// A refused invitation. Nobody was invited and no mail was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the invitation was refused: {}", self.kind.summary())]
pub struct InvitationRefusal {
    /// Why.
    pub kind: InvitationRefusalKind,
    /// The HTTP status.
    pub status: u16,
    /// The code in the answer; often empty or general.
    pub code: String,
    /// The service's own words. They may name a person.
    pub message: Redacted,
    /// Names the request.
    pub trace: Trace,
}

/// What each message contains, most telling first: a blocked guest's message begins like an existing user's.
const MARKS: &[(&str, InvitationRefusalKind)] = &[
    ("blocked from signing in", InvitationRefusalKind::ExistsBlocked),
    (
        "already exists in the directory",
        InvitationRefusalKind::ExistsAsUser,
    ),
    (
        "verified domain of this directory",
        InvitationRefusalKind::OwnDomain,
    ),
    (
        "cross-tenant access settings",
        InvitationRefusalKind::CrossTenantAccess,
    ),
    (
        "invitations not allowed for your company",
        InvitationRefusalKind::InvitationsNotAllowed,
    ),
    (
        "invitations are not allowed",
        InvitationRefusalKind::InvitationsNotAllowed,
    ),
    (
        "unable to find target address",
        InvitationRefusalKind::TargetNotFound,
    ),
    ("conflicting object", InvitationRefusalKind::AddressConflict),
    ("proxyaddresses", InvitationRefusalKind::AddressConflict),
    ("allow list", InvitationRefusalKind::DomainNotAllowed),
    ("allowlist", InvitationRefusalKind::DomainNotAllowed),
    ("deny list", InvitationRefusalKind::DomainNotAllowed),
    ("denylist", InvitationRefusalKind::DomainNotAllowed),
    ("domain is not allowed", InvitationRefusalKind::DomainNotAllowed),
    ("domain is blocked", InvitationRefusalKind::DomainNotAllowed),
    ("blocked domain", InvitationRefusalKind::DomainNotAllowed),
    ("aadsts90101", InvitationRefusalKind::InvalidAddress),
    ("invalid email", InvitationRefusalKind::InvalidAddress),
    ("not a valid email", InvitationRefusalKind::InvalidAddress),
    ("email address is invalid", InvitationRefusalKind::InvalidAddress),
    (
        "invalid value specified for property 'inviteduseremailaddress'",
        InvitationRefusalKind::InvalidAddress,
    ),
];

impl InvitationRefusalKind {
    /// Recognises a refusal by its message.
    pub(crate) fn of(message: &str) -> Self {
        let message = message.to_lowercase();
        MARKS
            .iter()
            .find(|(mark, _)| message.contains(mark))
            .map_or(Self::Unclassified, |(_, kind)| *kind)
    }

    fn summary(self) -> &'static str {
        match self {
            Self::InvitationsNotAllowed => "this tenant does not let this caller invite guests",
            Self::OwnDomain => "the address belongs to a domain of this tenant",
            Self::ExistsBlocked => "the guest exists and is blocked from signing in",
            Self::ExistsAsUser => "a user of this tenant has the address already",
            Self::CrossTenantAccess => "cross-tenant access settings forbid it",
            Self::DomainNotAllowed => "the domain may not be invited",
            Self::AddressConflict => "another object of the directory has the address",
            Self::InvalidAddress => "the address cannot be invited",
            Self::TargetNotFound => "the service could not find the address",
            Self::Unclassified => "see the service's own words",
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use InvitationRefusalKind as Kind;

    #[rstest]
    #[case(
        "Guest invitations not allowed for your company. Contact your company administrator for more details.",
        Kind::InvitationsNotAllowed
    )]
    #[case(
        "This user cannot be invited because the domain of the user's email address is a verified domain of this directory.",
        Kind::OwnDomain
    )]
    #[case(
        "The invited user already exists in the directory as object ID: 1, but the account is blocked from signing in. If the account is unblocked, they can use that account to sign in to shared apps and resources.",
        Kind::ExistsBlocked
    )]
    #[case(
        "The invited user already exists in the directory as object ID: 1. They can use that account to sign in to shared apps and resources.",
        Kind::ExistsAsUser
    )]
    #[case(
        "This invitation is blocked by Cross-Tenant Access Settings. Admins in both your organization and the invited user's organization must configure cross-tenant access settings to allow the invitation.",
        Kind::CrossTenantAccess
    )]
    #[case("UNABLE TO FIND TARGET ADDRESS", Kind::TargetNotFound)]
    #[case(
        "Another conflicting object has the same proxy address",
        Kind::AddressConflict
    )]
    #[case("Something nobody has seen before", Kind::Unclassified)]
    #[case("", Kind::Unclassified)]
    fn messages_are_told_apart_whatever_their_case(#[case] message: &str, #[case] kind: Kind) {
        assert_eq!(Kind::of(message), kind);
    }
}
