//! Pages of the Microsoft Entra admin center: where what Usher does not write itself is looked at and changed.
//!
//! Microsoft documents no addresses of its pages; these are the ones that public articles and tools link to. A setting whose
//! page is not certain has none here.

use url::Url;
use usher_identity::SignInError;
use usher_redemption::catalogue::{Cure, Setting};
use usher_store::{GuestId, TenantFacts, TenantId};

use crate::{ConsoleError, reason::Reason, session::Console, tenant::OpenTenant};

/// A page: what the admin center calls it, and its part of the address.
struct Page {
    name: &'static str,
    view: &'static str,
}

fn page(setting: Setting) -> Option<Page> {
    let (name, view) = match setting {
        Setting::AccessReviews => ("Access reviews", "Microsoft_AAD_ERM/DashboardBlade/~/Controls"),
        Setting::AppConsent => (
            "Consent and permissions",
            "Microsoft_AAD_IAM/ConsentPoliciesMenuBlade/~/UserSettings",
        ),
        Setting::AppRegistration => (
            "App registrations",
            "Microsoft_AAD_RegisteredApps/ApplicationsListBlade",
        ),
        Setting::AuthenticationMethods => (
            "Authentication methods",
            "Microsoft_AAD_IAM/AuthenticationMethodsMenuBlade/~/AdminAuthMethods",
        ),
        Setting::ConditionalAccess => (
            "Conditional Access",
            "Microsoft_AAD_ConditionalAccess/ConditionalAccessBlade/~/Policies",
        ),
        Setting::CrossTenantInbound
        | Setting::CrossTenantTrust
        | Setting::MicrosoftClouds
        | Setting::RedemptionOrder => (
            "Cross-tenant access settings",
            "Microsoft_AAD_IAM/CompanyRelationshipsMenuBlade/~/CrossTenantAccessSettings",
        ),
        Setting::EnterpriseApp => (
            "Enterprise applications",
            "Microsoft_AAD_IAM/StartboardApplicationsMenuBlade/~/AppAppsPreview",
        ),
        Setting::EntitlementManagement => (
            "Entitlement management",
            "Microsoft_AAD_ERM/DashboardBlade/~/elmEntitlement",
        ),
        Setting::ExternalCollaboration => (
            "External collaboration settings",
            "Microsoft_AAD_IAM/CompanyRelationshipsMenuBlade/~/Settings",
        ),
        Setting::IdentityProviders => (
            "All identity providers",
            "Microsoft_AAD_IAM/CompanyRelationshipsMenuBlade/~/IdentityProviders",
        ),
        Setting::MfaRegistrationPolicy => (
            "Multifactor authentication registration policy",
            "Microsoft_AAD_IAM/IdentityProtectionMenuBlade/~/MfaPolicy",
        ),
        Setting::RiskPolicies => (
            "User risk policy",
            "Microsoft_AAD_IAM/IdentityProtectionMenuBlade/~/UserPolicy",
        ),
        Setting::BulkOperations
        | Setting::LifecyclePolicies
        | Setting::SecurityDefaults
        | Setting::SharePointSharing
        | Setting::TermsOfUse
        | Setting::UserProperties => return None,
    };
    Some(Page { name, view })
}

/// The page of the setting that cures a reason.
fn page_of(reason: &Reason) -> Option<Page> {
    match reason.entry()?.cure {
        Cure::OpenSetting(setting) => page(setting),
        _ => None,
    }
}

/// Host of the admin center, by the word the archive keeps for the cloud. A sandbox has none.
fn host(cloud: Option<&str>) -> Option<&'static str> {
    match cloud? {
        "commercial" => Some("entra.microsoft.com"),
        "usGovernmentL4" | "usGovernmentL5" => Some("entra.microsoft.us"),
        "china" => Some("entra.microsoftonline.cn"),
        _ => None,
    }
}

fn address(tenant: TenantId, facts: &TenantFacts, view: &str) -> Option<Url> {
    let host = host(facts.cloud.as_deref())?;
    Url::parse(&format!("https://{host}/{}/#view/{view}", tenant.0)).ok()
}

impl OpenTenant {
    /// What the admin center calls the setting that cures a reason, where it can be opened.
    pub(crate) fn setting_of(&self, reason: &Reason) -> Option<String> {
        host(self.facts().cloud.as_deref())?;
        page_of(reason).map(|page| page.name.to_owned())
    }
}

impl Console {
    /// Opens the setting that cures a reason (its key in the catalogue) in the browser.
    pub async fn open_setting(&self, reason: &str) -> Result<(), ConsoleError> {
        let tenant = self.tenant()?;
        let page = page_of(&Reason::of(reason, None));
        let url = page.and_then(|page| address(tenant.id, &tenant.facts(), page.view));
        self.open_page(url).await
    }

    /// Opens a guest in the admin center.
    pub async fn open_guest_page(&self, guest: &str) -> Result<(), ConsoleError> {
        let tenant = self.tenant()?;
        let guest: GuestId = guest.parse().map_err(|_| ConsoleError::NoSuchGuest)?;
        let view = format!("Microsoft_AAD_UsersAndTenants/UserProfileMenuBlade/~/overview/userId/{guest}");
        self.open_page(address(tenant.id, &tenant.facts(), &view)).await
    }

    async fn open_page(&self, url: Option<Url>) -> Result<(), ConsoleError> {
        let url = url.ok_or(ConsoleError::NoAdminCenter)?;
        self.web_browser().open(&url).await.map_err(SignInError::from)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant() -> TenantId {
        "0b1c2d3e-1111-4222-8333-444455556666".parse().unwrap()
    }

    fn facts(cloud: &str) -> TenantFacts {
        TenantFacts {
            cloud: Some(cloud.to_owned()),
            ..TenantFacts::default()
        }
    }

    #[test]
    fn every_cloud_has_its_own_admin_center_and_the_sandbox_none() {
        let open = |cloud: &str| address(tenant(), &facts(cloud), "Blade/~/Page").map(String::from);
        assert_eq!(
            open("commercial").as_deref(),
            Some("https://entra.microsoft.com/0b1c2d3e-1111-4222-8333-444455556666/#view/Blade/~/Page")
        );
        for cloud in ["usGovernmentL4", "usGovernmentL5", "china"] {
            assert!(
                open(cloud).is_some_and(|url| !url.contains("microsoft.com")),
                "{cloud}"
            );
        }
        assert_eq!(open("sandbox"), None);
        assert_eq!(address(tenant(), &TenantFacts::default(), ""), None);
    }

    #[test]
    fn the_setting_is_the_one_the_catalogue_names() {
        let name = |key: &str| page_of(&Reason::of(key, None)).map(|page| page.name);
        assert_eq!(name("aadsts-500213"), Some("Cross-tenant access settings"));
        assert_eq!(name("aadsts-53003"), Some("Conditional Access"));
        assert_eq!(name("aadsts-500571"), None, "its cure is an action");
        assert_eq!(name("noAttempt"), None);
    }
}
