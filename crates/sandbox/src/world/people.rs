//! What is true of the people outside, and how the rule book sees the guests inside.

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};
use usher_redemption::{
    GuestObject, Identity as RedeemedWith, InvitationState, Invitee, Path, TenantPolicy, TermsAcceptance,
};

use super::{
    World,
    id::UserId,
    tenant::TENANT,
    user::{ExternalUserState, User},
};

/// Domains whose people have a personal Microsoft account under their address.
const MICROSOFT_MAIL: [&str; 4] = ["outlook.com", "hotmail.com", "live.com", "msn.com"];

/// Facts the directory object has no member for.
#[derive(Debug, Default)]
pub(super) struct People {
    /// What was said about a person, by address in lower case. Everybody else is derived.
    known: HashMap<String, Invitee>,
    proofs: HashMap<UserId, Proofs>,
}

/// What a guest has shown to this tenant.
#[derive(Debug, Clone, Default)]
struct Proofs {
    mfa_registered: bool,
    terms_accepted: Vec<TermsAcceptance>,
    redeemed_with: Option<RedeemedWith>,
}

impl World {
    /// The facts about a person: those that were set, else those that fit the address and the guest object.
    pub fn person(&self, mail: &str) -> Invitee {
        let mail = mail.to_lowercase();
        let mut person = self
            .people
            .known
            .get(&mail)
            .cloned()
            .unwrap_or_else(|| self.likely_person(&mail));
        if let Some(home) = &mut person.home
            && home.tenant_id.is_none()
        {
            home.tenant_id = Some(self.tenant_id_of(&mail));
        }
        person.unsubscribed = self.is_unsubscribed(&mail);
        person
    }

    /// Sets the facts about a person. Whether they block invitation mails is set without a row, as of old.
    pub fn set_person(&mut self, mail: &str, person: Invitee) {
        let mail = mail.to_lowercase();
        if person.unsubscribed {
            self.unsubscribed.insert(mail.clone());
        } else {
            self.unsubscribed.remove(&mail);
        }
        self.people.known.insert(mail, person);
    }

    /// The guest as the rule book sees the object; objects of the recycle bin count as deleted.
    pub fn guest_object(&self, id: UserId) -> Option<GuestObject> {
        let user = self.user(id)?;
        let proofs = self.people.proofs.get(&id).cloned().unwrap_or_default();
        let state = user.external_user_state.map(|state| match state {
            ExternalUserState::PendingAcceptance => InvitationState::PendingAcceptance,
            ExternalUserState::Accepted => InvitationState::Accepted,
        });
        let accepted = state == Some(InvitationState::Accepted);
        let identity = proofs
            .redeemed_with
            .or_else(|| identity_of(user))
            .filter(|_| accepted);
        let addresses = user
            .mail
            .iter()
            .chain(&user.other_mails)
            .map(|mail| mail.to_lowercase());
        Some(GuestObject {
            state,
            internal: !user.is_guest(),
            account_enabled: user.account_enabled,
            deleted: user.deleted.is_some(),
            addresses: addresses.collect(),
            identity,
            mfa_registered: proofs.mfa_registered,
            holds_role: false,
            terms_accepted: proofs.terms_accepted,
            invited_at: self
                .latest_invitation(id)
                .map_or(user.created, |invitation| invitation.made),
        })
    }

    /// Adds an address to a user's further ones, without a row.
    pub fn add_address(&mut self, id: UserId, address: &str) {
        let Some(user) = self.user(id) else { return };
        let knows = user
            .mail
            .iter()
            .chain(&user.other_mails)
            .any(|known| known.eq_ignore_ascii_case(address));
        if !knows {
            let mut user = user.clone();
            user.other_mails.push(address.to_owned());
            // Filed anew, so that the directory finds the user by the address.
            self.put_user(user);
        }
    }

    /// Notes with which account a guest redeemed.
    pub fn set_redeemed_with(&mut self, id: UserId, identity: RedeemedWith) {
        self.people.proofs.entry(id).or_default().redeemed_with = Some(identity);
    }

    /// Notes whether a guest has registered a second factor in this tenant.
    pub fn set_mfa_registered(&mut self, id: UserId, registered: bool) {
        self.people.proofs.entry(id).or_default().mfa_registered = registered;
    }

    /// Notes that a guest accepted terms of use; a newer acceptance takes the place of an older one.
    pub fn accept_terms(&mut self, id: UserId, given: TermsAcceptance) {
        let accepted = &mut self.people.proofs.entry(id).or_default().terms_accepted;
        accepted.retain(|known| known.name != given.name);
        accepted.push(given);
    }

    /// The terms of use a guest has accepted.
    pub fn terms_accepted(&self, id: UserId) -> &[TermsAcceptance] {
        self.people
            .proofs
            .get(&id)
            .map_or(&[], |proofs| &proofs.terms_accepted)
    }

    /// The issuer stored for the SAML or WS-Federation set-up with a domain.
    pub(crate) fn federation_issuer(&mut self, domain: &str) -> String {
        self.settle_settings();
        let federation = self
            .settings
            .federations
            .iter()
            .find(|own| own.domain.eq_ignore_ascii_case(domain));
        federation.map_or_else(|| format!("https://idp.{domain}/"), |own| own.issuer.clone())
    }

    /// Somebody nothing was said about: what fits how they redeemed, else what fits their mail domain.
    fn likely_person(&self, mail: &str) -> Invitee {
        let redeemed = self
            .user_by_mail(mail)
            .filter(|user| user.is_guest())
            .and_then(identity_of);
        match redeemed.map(|identity| identity.path) {
            Some(Path::EntraId) => Invitee::of_entra(mail),
            Some(Path::MsaExisting | Path::MsaCreate) => Invitee {
                has_msa: true,
                ..Invitee::unknown(mail)
            },
            Some(Path::SamlWsfed | Path::Google | Path::EmailOtp) => Invitee::unknown(mail),
            None if self
                .partner_of(mail)
                .is_some_and(|partner| partner.tenant.is_some()) =>
            {
                Invitee::of_entra(mail)
            }
            None => {
                let domain = mail.rsplit_once('@').map_or("", |(_, domain)| domain);
                Invitee {
                    has_msa: MICROSOFT_MAIL.contains(&domain),
                    ..Invitee::unknown(mail)
                }
            }
        }
    }

    /// The tenant id that somebody of this domain, who was set up, is at home in.
    pub(crate) fn home_tenant_of_domain(&self, domain: &str) -> Option<String> {
        let ending = format!("@{}", domain.to_lowercase());
        let known = self
            .people
            .known
            .iter()
            .filter(|(mail, _)| mail.ends_with(&ending));
        let mail = known
            .filter(|(_, person)| person.home.is_some())
            .map(|(mail, _)| mail)
            .min()?;
        self.person(mail).home?.tenant_id
    }

    /// The tenant of a partner, or one made up from the domain so that it is always the same.
    fn tenant_id_of(&self, mail: &str) -> String {
        if let Some(tenant) = self.partner_of(mail).and_then(|partner| partner.tenant) {
            return tenant.to_string();
        }
        let domain = mail.rsplit_once('@').map_or(mail, |(_, domain)| domain);
        let digest = Sha256::digest(domain.as_bytes());
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
    }
}

/// The way a guest redeemed, read from `identities` (user-properties.md). Whether a Microsoft account was made for the
/// redemption or was there before cannot be told from them.
fn identity_of(user: &User) -> Option<RedeemedWith> {
    let path = match user.issuer()? {
        "ExternalAzureAD" => Path::EntraId,
        "MicrosoftAccount" => Path::MsaExisting,
        "mail" => Path::EmailOtp,
        "google.com" => Path::Google,
        issuer if issuer.contains("://") => Path::SamlWsfed,
        _ => return None,
    };
    Some(RedeemedWith {
        path,
        account_generation: 0,
    })
}

/// The rule book's settings of the tenant at the start: a commercial tenant's, with our own domains verified.
pub(super) fn policy_at_the_start() -> TenantPolicy {
    TenantPolicy {
        verified_domains: vec![TENANT.domain.to_owned(), TENANT.initial_domain.to_owned()],
        ..TenantPolicy::default()
    }
}
