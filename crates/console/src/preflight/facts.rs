//! What is known of the person before they come: from the form, from the guests of the same domain, from who is signed in.

use usher_redemption::{Facts, HomeKnowledge, Inviter, LinkKind, Path, TenantPolicy, UnreadSetting};
use usher_store::GuestRecord;

use super::existing;
use crate::{
    ConsoleError, guests::issuer_of, permissions::Rights, settings::Settings, tenant::OpenTenant,
    views::InviteForm,
};

/// The tenant of all personal Microsoft accounts.
const CONSUMER_TENANT: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// Providers of personal mail: nobody can have these domains verified in a tenant.
pub(super) const PERSONAL_DOMAINS: [&str; 8] = [
    "gmail.com",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "live.com",
    "msn.com",
    "outlook.com",
    "yahoo.com",
];

/// Settings that may be unreadable. Which application a guest goes to matters only where the form names one.
const SETTINGS: [UnreadSetting; 8] = [
    UnreadSetting::AuthorizationPolicy,
    UnreadSetting::DomainPolicy,
    UnreadSetting::CrossTenantAccess,
    UnreadSetting::EmailPasscode,
    UnreadSetting::IdentityProviders,
    UnreadSetting::ConditionalAccess,
    UnreadSetting::TermsOfUse,
    UnreadSetting::Application,
];

impl OpenTenant {
    /// The rules' view of the tenant and of the person.
    pub(super) async fn known_person(
        &self,
        form: &InviteForm,
        domain: &str,
        known: Option<&GuestRecord>,
        settings: &Settings,
    ) -> Result<(TenantPolicy, Facts), ConsoleError> {
        let now = self.now();
        let mut policy = settings.policy.clone();
        policy.verified_domains = self.verified_domains().await?;
        let providers_known = settings.read_at(UnreadSetting::IdentityProviders).is_some();

        let colleague = self
            .predictions
            .lock()
            .await
            .of_domain(&self.archive, domain, now)
            .await?;
        let colleague = colleague.map(|words| existing::path_of(&issuer_of(&words)));
        let own = self.id.to_string();
        let home_tenant = self
            .archive
            .find_home_tenant(domain, &[CONSUMER_TENANT, &own])
            .await?;
        let home = match (colleague, home_tenant) {
            _ if PERSONAL_DOMAINS.contains(&domain) => HomeKnowledge::NoTenant,
            (Some(Path::EntraId), tenant_id) | (None, tenant_id @ Some(_)) => HomeKnowledge::Managed {
                tenant_id,
                account_exists: None,
                cloud: None,
            },
            (Some(_), _) => HomeKnowledge::NoTenant,
            (None, None) => HomeKnowledge::NotLookedUp,
        };
        // A colleague who came by it shows that it is set up.
        match colleague {
            Some(Path::Google) if !providers_known => policy.google_federation = true,
            Some(Path::SamlWsfed) if !providers_known => policy.saml_ws_fed_domains.push(domain.to_owned()),
            _ => {}
        }
        let names_an_app = form
            .redirect_url
            .as_deref()
            .is_some_and(|url| !url.trim().is_empty());
        let unread = SETTINGS
            .into_iter()
            .filter(|setting| settings.read_at(*setting).is_none())
            .filter(|setting| *setting != UnreadSetting::Application || names_an_app)
            .collect();
        let facts = Facts {
            home,
            has_msa: matches!(colleague, Some(Path::MsaExisting)).then_some(true),
            unsubscribed: known
                .map(existing::is_unsubscribed)
                .filter(|unsubscribed| *unsubscribed),
            existing: known.and_then(|guest| existing::object(guest, now)),
            inviter: inviter(&self.rights()),
            send_mail: form.send_message.unwrap_or(true),
            link: if form.send_message == Some(false) {
                LinkKind::Direct
            } else {
                LinkKind::Email
            },
            unread,
            ..Facts::of(form.mail.trim())
        };
        Ok((policy, facts))
    }
}

/// Who invites. Without network nobody knows the roles of the account, so only a setting that stops everybody counts.
fn inviter(rights: &Rights) -> Inviter {
    let Rights::Roles(roles) = rights else {
        return match rights {
            Rights::Application => Inviter::Application,
            Rights::Unknown | Rights::Roles(_) => Inviter::GuestInviter,
        };
    };
    let holds = |names: &[&str]| roles.iter().any(|role| names.contains(&role.as_str()));
    if holds(&["Global Administrator", "User Administrator"]) {
        Inviter::Administrator
    } else if holds(&["Guest Inviter", "Directory Writers"]) {
        Inviter::GuestInviter
    } else if holds(&["Helpdesk Administrator"]) {
        Inviter::HelpdeskAdministrator
    } else {
        Inviter::Member
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_role_decides_who_invites() {
        let of = |names: &[&str]| {
            inviter(&Rights::Roles(
                names.iter().map(|name| (*name).to_owned()).collect(),
            ))
        };
        assert_eq!(of(&["Global Reader"]), Inviter::Member);
        assert_eq!(of(&["Reports Reader", "Guest Inviter"]), Inviter::GuestInviter);
        assert_eq!(of(&["User Administrator"]), Inviter::Administrator);
        assert_eq!(inviter(&Rights::Unknown), Inviter::GuestInviter);
        assert_eq!(inviter(&Rights::Application), Inviter::Application);
    }
}
