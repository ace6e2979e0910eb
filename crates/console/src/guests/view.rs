//! A guest of the archive as a row that leaves.

use chrono::{DateTime, TimeDelta, Utc};
use usher_store::{DEADLINE_DAYS, GuestRecord, InvitationState};

use crate::{
    reason::Reason,
    views::{GuestView, ReasonView},
};

/// The link deadline kept by Usher: 90 days after the last invitation. Entra does not enforce it.
pub(crate) fn deadline(guest: &GuestRecord) -> Option<DateTime<Utc>> {
    let pending = guest.object.state == InvitationState::PendingAcceptance;
    guest
        .journey
        .times
        .last_invited
        .filter(|_| pending)
        .map(|at| at + TimeDelta::days(DEADLINE_DAYS))
}

/// The last successful sign-in that is known.
pub(crate) fn last_successful(guest: &GuestRecord) -> Option<DateTime<Utc>> {
    let on_object = guest.object.clocks.and_then(|clocks| clocks.successful);
    on_object.max(guest.journey.times.access)
}

/// The reason of the guest's journey.
pub(crate) fn reason(guest: &GuestRecord) -> Option<Reason> {
    guest
        .journey
        .reason
        .as_deref()
        .map(|key| Reason::of(key, guest.journey.reason_code))
}

fn reason_view(guest: &GuestRecord, now: DateTime<Utc>) -> Option<ReasonView> {
    reason(guest).map(|reason| reason.view_for(guest.journey.waiting_since, last_successful(guest), now))
}

/// Makes the row. `predicted` is the identity provider to expect of a guest who has not redeemed.
pub(crate) fn guest_view(guest: &GuestRecord, predicted: Option<String>, now: DateTime<Utc>) -> GuestView {
    let object = &guest.object;
    let redeemed = object.state != InvitationState::PendingAcceptance;
    let known = object.issuer().filter(|_| redeemed).map(provider_words);
    GuestView {
        id: guest.id.to_string(),
        mail: some(&object.mail),
        display_name: object.display_name.clone(),
        user_principal_name: object.upn.clone(),
        invitation_state: object.state.into(),
        stage: guest.journey.stage.into(),
        standing: guest.journey.standing.into(),
        reason: reason_view(guest, now),
        invited_at: guest.journey.times.invited,
        expires_at: deadline(guest),
        identity_provider_predicted: !redeemed && predicted.is_some(),
        identity_provider: if redeemed { known } else { predicted },
        partner: some(&guest.domain),
        sponsors: object
            .sponsors
            .iter()
            .map(|sponsor| sponsor.display_name.clone().unwrap_or_else(|| sponsor.id.clone()))
            .collect(),
        last_successful_sign_in_at: last_successful(guest),
        // Where it cannot be read, nothing says that sign-in is blocked.
        account_enabled: object.account_enabled.unwrap_or(true),
        user_type: some(&object.user_type),
        invitation_state_changed_at: object.state_changed_at,
        creation_type: object.creation_type.clone(),
        company_name: object.company.clone(),
        created_at: object.created_at,
        last_interactive_sign_in_at: object.clocks.and_then(|clocks| clocks.interactive),
        last_non_interactive_sign_in_at: object.clocks.and_then(|clocks| clocks.non_interactive),
        inviter: inviter_name(guest),
        source_domain: source_domain(&object.upn).map(str::to_owned),
        deleted_at: object.deleted_at.or(guest.gone_at),
        at_least: guest.journey.at_least,
    }
}

/// Who invited the guest, by name, or else by user principal name.
pub(crate) fn inviter_name(guest: &GuestRecord) -> Option<String> {
    let inviter = guest.inviter.as_ref()?;
    some(&inviter.name).or_else(|| some(&inviter.upn))
}

/// The text, unless it is empty.
pub(crate) fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// The domain in a guest's user principal name: `ada_fabrikam.com#EXT#@contoso.onmicrosoft.com` is of fabrikam.com.
fn source_domain(upn: &str) -> Option<&str> {
    let (home, _) = upn.split_once("#EXT#")?;
    home.rsplit_once('_').map(|(_, domain)| domain)
}

/// An identity's issuer as the admin center writes it in the column "Identities".
pub(crate) fn provider_words(issuer: &str) -> String {
    match issuer {
        "MicrosoftAccount" => "Microsoft account".to_owned(),
        other => other.to_owned(),
    }
}

/// The issuer behind the admin center's words.
pub(crate) fn issuer_of(words: &str) -> String {
    match words {
        "Microsoft account" => "MicrosoftAccount".to_owned(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_domain_stands_before_the_mark_of_an_external_user() {
        for (upn, domain) in [
            (
                "ada_lovelace_fabrikam.com#EXT#@contoso.onmicrosoft.com",
                Some("fabrikam.com"),
            ),
            ("adele.vance@contoso.com", None),
            ("odd#EXT#@contoso.onmicrosoft.com", None),
        ] {
            assert_eq!(source_domain(upn), domain, "{upn}");
        }
    }
}
