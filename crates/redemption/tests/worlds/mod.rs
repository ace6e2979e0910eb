//! Arbitrary tenants, people and guest objects.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use usher_redemption::{
    Access, AccessPolicy, AllowInvitesFrom, AppPolicy, Browser, CrossTenant, DomainMode, DomainPolicy,
    FallbackProvider, Grant, GuestAction, GuestObject, HomeTenant, Identity, InvitationState, Invitee,
    LinkKind, LinkPolicy, Path, PrimaryProvider, RedemptionOrder, RiskLevel, TenantKind, TenantPolicy, Terms,
    TermsAcceptance,
};

const DOMAINS: [&str; 4] = ["fabrikam.com", "gmail.com", "outlook.com", "proseware.example"];

#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) policy: TenantPolicy,
    pub(crate) invitee: Invitee,
    pub(crate) guest: Option<GuestObject>,
    pub(crate) link: LinkKind,
    pub(crate) browser: Browser,
}

pub(crate) fn noon() -> DateTime<Utc> {
    "2026-11-23T12:00:00Z".parse().expect("a time")
}

pub(crate) fn world() -> impl Strategy<Value = World> {
    let links = vec![
        LinkKind::Email,
        LinkKind::Email,
        LinkKind::Superseded,
        LinkKind::Direct,
        LinkKind::App,
        LinkKind::Common,
    ];
    let browsers = vec![
        Browser::Fresh,
        Browser::Fresh,
        Browser::OtherAccount,
        Browser::OwnAccount,
    ];
    (policy(), invitee(), select(links), select(browsers)).prop_flat_map(
        |(policy, invitee, link, browser)| {
            guest(invitee.email.clone()).prop_map(move |guest| World {
                policy: policy.clone(),
                invitee: invitee.clone(),
                guest,
                link,
                browser,
            })
        },
    )
}

pub(crate) fn actions() -> impl Strategy<Value = Vec<GuestAction>> {
    use GuestAction as A;
    let all = vec![
        A::HomeSignIn,
        A::PartnerSignIn,
        A::GoogleSignIn,
        A::MsaSignIn,
        A::WrongAccountSignIn,
        A::ChooseWorkAccount,
        A::ChoosePersonalAccount,
        A::UseAnotherAccount,
        A::SendCode,
        A::EnterCode,
        A::EnterWrongCode,
        A::CreateMicrosoftAccount,
        A::AcceptPermissions,
        A::CloseBrowserAtPermissions,
        A::RegisterMfa,
        A::CancelMfaRegistration,
        A::AnswerMfa,
        A::AnswerHomeMfa,
        A::IgnoreMfa,
        A::AcceptTerms,
        A::DeclineTerms,
        A::NameOrganization,
    ];
    prop::collection::vec(select(all), 0..12)
}

fn policy() -> impl Strategy<Value = TenantPolicy> {
    let providers = vec![
        PrimaryProvider::AzureActiveDirectory,
        PrimaryProvider::ExternalFederation,
        PrimaryProvider::SocialIdentityProviders,
    ];
    let order = (
        subsequence(providers, 0..=3).prop_shuffle(),
        select(vec![
            FallbackProvider::DefaultConfiguredIdp,
            FallbackProvider::DefaultConfiguredIdp,
            FallbackProvider::EmailOneTimePasscode,
            FallbackProvider::MicrosoftAccount,
        ]),
    )
        .prop_map(|(primary, fallback)| RedemptionOrder { primary, fallback });
    let domains = (
        select(vec![
            DomainMode::Any,
            DomainMode::Any,
            DomainMode::Block,
            DomainMode::Allow,
        ]),
        subsequence(DOMAINS.to_vec(), 0..=4),
    )
        .prop_map(|(mode, domains)| DomainPolicy {
            mode,
            domains: owned(&domains),
        });
    let link =
        (prop::option::of(1u32..200), any::<bool>()).prop_map(|(lifetime_days, single_use)| LinkPolicy {
            lifetime_days,
            single_use,
        });
    let app =
        (prop::bool::weighted(0.1), prop::bool::weighted(0.1)).prop_map(|(consent, assignment)| AppPolicy {
            admin_consent_needed: consent,
            assignment_required: assignment,
            ..AppPolicy::default()
        });
    let from = select(vec![
        AllowInvitesFrom::Everyone,
        AllowInvitesFrom::AdminsAndGuestInviters,
        AllowInvitesFrom::None,
    ]);
    (
        (
            any::<[bool; 3]>(),
            subsequence(DOMAINS.to_vec(), 0..=2),
            order,
            domains,
            from,
        ),
        (
            cross_tenant(),
            prop::collection::vec(access_policy(), 0..3),
            prop::collection::vec(terms(), 0..2),
            link,
            app,
        ),
    )
        .prop_map(
            |((flags, federated, order, domain_policy, from), (cross, access, terms, link, app))| {
                TenantPolicy {
                    email_otp: flags[0],
                    google_federation: flags[1],
                    saml_issuer_mismatch: flags[2],
                    saml_ws_fed_domains: owned(&federated),
                    redemption_order: order,
                    allow_invites_from: from,
                    domain_policy,
                    cross_tenant: cross,
                    conditional_access: access,
                    terms_of_use: terms,
                    invitation_link: link,
                    app,
                    ..TenantPolicy::default()
                }
            },
        )
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn cross_tenant() -> impl Strategy<Value = CrossTenant> {
    (
        any::<[bool; 4]>(),
        prop::bool::weighted(0.15),
        prop::bool::weighted(0.1),
        any::<bool>(),
    )
        .prop_map(
            |(flags, inbound_is_blocked, apps_are_blocked, cloud)| CrossTenant {
                inbound_b2b: if inbound_is_blocked {
                    Access::Block
                } else {
                    Access::Allow
                },
                blocked_apps: if apps_are_blocked {
                    vec![CrossTenant::ALL_APPS.into()]
                } else {
                    Vec::new()
                },
                trust_mfa: flags[0],
                trust_compliant_device: flags[1],
                trust_hybrid_joined: flags[2],
                auto_redeem_inbound: flags[3],
                clouds_enabled: if cloud {
                    vec!["usGovernment".into()]
                } else {
                    Vec::new()
                },
            },
        )
}

fn access_policy() -> impl Strategy<Value = AccessPolicy> {
    let grants = vec![
        Grant::Mfa,
        Grant::Mfa,
        Grant::Mfa,
        Grant::Block,
        Grant::AuthenticationStrength,
        Grant::CompliantDevice,
        Grant::HybridJoinedDevice,
        Grant::ApprovedApplication,
        Grant::CompliantApplication,
        Grant::PasswordChange,
    ];
    let risks = || subsequence(vec![RiskLevel::Low, RiskLevel::Medium, RiskLevel::High], 0..=2);
    (
        select(grants),
        subsequence(vec!["SE", "XX"], 0..=1),
        risks(),
        risks(),
    )
        .prop_map(|(grant, locations, sign_in_risk, user_risk)| AccessPolicy {
            locations: owned(&locations),
            sign_in_risk,
            user_risk,
            ..AccessPolicy::always(grant)
        })
}

fn terms() -> impl Strategy<Value = Terms> {
    (prop::bool::weighted(0.1), 0u32..2, prop::option::of(1u32..60)).prop_map(
        |(per_device, version, days)| Terms {
            name: "House rules".into(),
            per_device,
            version,
            reaccept_after_days: days,
        },
    )
}

fn invitee() -> impl Strategy<Value = Invitee> {
    let risk = || prop::option::of(select(vec![RiskLevel::Low, RiskLevel::Medium, RiskLevel::High]));
    (
        (
            select(DOMAINS.to_vec()),
            prop::option::of(home()),
            any::<bool>(),
            prop::bool::weighted(0.2),
        ),
        (
            prop::option::of(select(vec!["SE", "XX"])),
            risk(),
            any::<bool>(),
            prop::bool::weighted(0.1),
        ),
    )
        .prop_map(
            |((domain, home, has_msa, alias), (country, sign_in_risk, unsubscribed, restricted))| Invitee {
                upn: if alias {
                    format!("m@{domain}")
                } else {
                    format!("mia@{domain}")
                },
                home,
                has_msa,
                country: country.map(Into::into),
                sign_in_risk,
                unsubscribed,
                network_restricted: restricted,
                ..Invitee::unknown(format!("mia@{domain}"))
            },
        )
}

fn home() -> impl Strategy<Value = HomeTenant> {
    let risk = prop::option::of(select(vec![RiskLevel::Low, RiskLevel::Medium, RiskLevel::High]));
    (
        any::<[bool; 6]>(),
        prop::bool::weighted(0.8),
        prop::bool::weighted(0.2),
        risk,
        prop::option::weighted(0.1, Just("usGovernment")),
    )
        .prop_map(
            |(flags, managed, outbound_is_blocked, user_risk, cloud)| HomeTenant {
                tenant_id: None,
                kind: if managed {
                    TenantKind::Managed
                } else {
                    TenantKind::Unmanaged
                },
                verified_domain: managed,
                account_exists: flags[0],
                account_generation: u32::from(flags[1]),
                federated_on_prem: false,
                outbound_b2b: if outbound_is_blocked {
                    Access::Block
                } else {
                    Access::Allow
                },
                auto_redeem_outbound: flags[2],
                mfa_done: flags[3],
                device_compliant: flags[4],
                device_hybrid_joined: flags[5],
                user_risk,
                cloud: cloud.map(Into::into),
            },
        )
}

fn guest(address: String) -> impl Strategy<Value = Option<GuestObject>> {
    let states = vec![
        Some(InvitationState::PendingAcceptance),
        Some(InvitationState::PendingAcceptance),
        Some(InvitationState::Accepted),
        None,
    ];
    let given = prop::option::of((0u32..2, 0i64..90));
    (
        (
            prop::option::weighted(0.9, Just(())),
            select(states),
            prop::bool::weighted(0.9),
            prop::bool::weighted(0.1),
        ),
        (
            select(Path::ALL.to_vec()),
            0u32..2,
            any::<bool>(),
            0i64..200,
            given,
        ),
    )
        .prop_map(
            move |((there, state, enabled, deleted), (path, generation, mfa, age, given))| {
                there.map(|()| GuestObject {
                    state,
                    account_enabled: enabled,
                    deleted,
                    identity: (state == Some(InvitationState::Accepted)).then_some(Identity {
                        path,
                        account_generation: generation,
                    }),
                    mfa_registered: mfa,
                    terms_accepted: given
                        .map(|(version, days)| TermsAcceptance {
                            name: "House rules".into(),
                            version,
                            at: noon() - TimeDelta::days(days),
                        })
                        .into_iter()
                        .collect(),
                    ..GuestObject::pending(&address, noon() - TimeDelta::days(age))
                })
            },
        )
}
