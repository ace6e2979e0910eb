//! Properties of the user object, in the admin center's order and words.

use chrono::{DateTime, SecondsFormat, Utc};
use usher_store::{GuestRecord, InvitationState};

use super::view::{inviter_name, provider_words, some};
use crate::views::{PropertyView, SponsorView};

/// The properties of a guest.
pub(crate) fn properties(guest: &GuestRecord) -> Vec<PropertyView> {
    let object = &guest.object;
    let identities: Vec<String> = object
        .identities
        .iter()
        .filter_map(|one| one.issuer.as_deref())
        .map(provider_words)
        .collect();
    let enabled = object
        .account_enabled
        .map(|enabled| if enabled { "Yes" } else { "No" }.to_owned());
    let clocks = object.clocks.unwrap_or_default();

    let rows = [
        ("Display name", "displayName", some(&object.display_name), false),
        (
            "User principal name",
            "userPrincipalName",
            some(&object.upn),
            true,
        ),
        ("Object ID", "id", Some(guest.id.to_string()), true),
        ("Mail", "mail", some(&object.mail), true),
        (
            "Other mails",
            "otherMails",
            some(&object.other_mails.join(", ")),
            true,
        ),
        ("User type", "userType", some(&object.user_type), false),
        (
            "Creation type",
            "creationType",
            object.creation_type.clone(),
            false,
        ),
        (
            "Invitation state",
            "externalUserState",
            state_words(object.state),
            false,
        ),
        (
            "Invitation state changed",
            "externalUserStateChangeDateTime",
            object.state_changed_at.map(time),
            false,
        ),
        ("Identities", "identities", some(&identities.join(", ")), false),
        ("Company name", "companyName", object.company.clone(), false),
        (
            "Usage location",
            "usageLocation",
            object.usage_location.clone(),
            false,
        ),
        ("Account enabled", "accountEnabled", enabled, false),
        (
            "Created date time",
            "createdDateTime",
            object.created_at.map(time),
            false,
        ),
        (
            "Invited by",
            "directoryAudit initiatedBy",
            inviter_name(guest),
            false,
        ),
        (
            "Last interactive sign-in",
            "signInActivity/lastSignInDateTime",
            clocks.interactive.map(time),
            false,
        ),
        (
            "Last non-interactive sign-in",
            "signInActivity/lastNonInteractiveSignInDateTime",
            clocks.non_interactive.map(time),
            false,
        ),
        (
            "Last successful sign-in",
            "signInActivity/lastSuccessfulSignInDateTime",
            clocks.successful.map(time),
            false,
        ),
        (
            "Deleted date time",
            "deletedDateTime",
            object.deleted_at.map(time),
            false,
        ),
    ];
    rows.into_iter()
        .map(|(label, property, value, identifier)| PropertyView {
            label: label.to_owned(),
            property: property.to_owned(),
            value,
            identifier,
        })
        .collect()
}

/// The sponsors of a guest.
pub(crate) fn sponsors(guest: &GuestRecord) -> Vec<SponsorView> {
    let name =
        |sponsor: &usher_store::Sponsor| sponsor.display_name.clone().unwrap_or_else(|| sponsor.id.clone());
    guest
        .object
        .sponsors
        .iter()
        .map(|sponsor| SponsorView {
            id: sponsor.id.clone(),
            name: name(sponsor),
        })
        .collect()
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn state_words(state: InvitationState) -> Option<String> {
    match state {
        InvitationState::PendingAcceptance => Some("Pending acceptance".to_owned()),
        InvitationState::Accepted => Some("Accepted".to_owned()),
        InvitationState::None => None,
        InvitationState::Other => Some("Not known to Usher".to_owned()),
    }
}
