use super::*;
use crate::policy::{AccessPolicy, CrossTenant, DomainMode, DomainPolicy, Grant, Terms};

fn noon() -> DateTime<Utc> {
    "2026-11-23T12:00:00Z".parse().expect("a time")
}

fn managed(address: &str) -> Facts {
    let home = HomeKnowledge::Managed {
        tenant_id: None,
        account_exists: Some(true),
        cloud: None,
    };
    Facts {
        home,
        has_msa: Some(false),
        unsubscribed: Some(false),
        ..Facts::of(address)
    }
}

#[test]
fn a_known_work_account_is_a_certain_path() {
    let prediction = predict(&TenantPolicy::default(), &managed("mia@fabrikam.com"), noon());
    assert_eq!(prediction.path, Some(Path::EntraId));
    assert_eq!(prediction.path_certainty, Certainty::Certain);
    assert_eq!(
        prediction.prompts,
        [Prompt::HomeSignIn, Prompt::ReviewPermissions, Prompt::Redirect]
    );
    assert_eq!(prediction.stops, []);
    assert_eq!(
        prediction.unknowns,
        [Unknown::PartnerOutbound, Unknown::GuestNetwork]
    );
    assert_eq!(prediction.outcome(), Outcome::AcceptedAndRedirected);
}

#[test]
fn an_account_nobody_looked_up_makes_the_path_likely() {
    let home = HomeKnowledge::Managed {
        tenant_id: None,
        account_exists: None,
        cloud: None,
    };
    let facts = Facts {
        home,
        ..managed("mia@fabrikam.com")
    };
    let prediction = predict(&TenantPolicy::default(), &facts, noon());
    assert_eq!(
        (prediction.path, prediction.path_certainty),
        (Some(Path::EntraId), Certainty::Likely)
    );
    assert!(prediction.unknowns.contains(&Unknown::HomeAccount));
}

#[test]
fn our_inbound_block_is_a_refusal_and_a_certain_stop() {
    let policy = TenantPolicy {
        cross_tenant: CrossTenant {
            inbound_b2b: Access::Block,
            ..CrossTenant::default()
        },
        ..TenantPolicy::default()
    };
    let facts = managed("omar@litware.example");
    let prediction = predict(&policy, &facts, noon());
    assert_eq!(prediction.refusal, Some(Refusal::InboundBlocked));
    assert_eq!(prediction.stops[0].stop, Stop::InboundBlocked);
    assert_eq!(prediction.stops[0].stop.shown_code(), Some(500_213));
}

#[test]
fn only_unknowns_that_would_change_something_are_named() {
    let plain = predict(&TenantPolicy::default(), &managed("mia@fabrikam.com"), noon());
    assert!(!plain.unknowns.contains(&Unknown::HomeMfa));
    assert!(!plain.unknowns.contains(&Unknown::Location));

    let policy = TenantPolicy {
        conditional_access: vec![
            AccessPolicy::always(Grant::Mfa),
            AccessPolicy {
                locations: vec!["XX".into()],
                ..AccessPolicy::always(Grant::Block)
            },
            AccessPolicy {
                user_risk: vec![RiskLevel::High],
                ..AccessPolicy::always(Grant::Block)
            },
        ],
        cross_tenant: CrossTenant {
            trust_mfa: true,
            ..CrossTenant::default()
        },
        ..TenantPolicy::default()
    };
    let strict = predict(&policy, &managed("mia@fabrikam.com"), noon());
    for unknown in [Unknown::HomeMfa, Unknown::Location, Unknown::UserRisk] {
        assert!(strict.unknowns.contains(&unknown), "{unknown:?}");
    }
    assert!(!strict.unknowns.contains(&Unknown::SignInRisk));
}

#[test]
fn a_code_guest_meets_mfa_and_terms_here() {
    let policy = TenantPolicy {
        conditional_access: vec![AccessPolicy::always(Grant::Mfa)],
        terms_of_use: vec![Terms {
            name: "House rules".into(),
            per_device: false,
            version: 0,
            reaccept_after_days: None,
        }],
        ..TenantPolicy::default()
    };
    let facts = Facts {
        home: HomeKnowledge::NoTenant,
        has_msa: Some(false),
        unsubscribed: Some(true),
        ..Facts::of("ines@proseware.example")
    };
    let prediction = predict(&policy, &facts, noon());
    assert_eq!(prediction.path, Some(Path::EmailOtp));
    assert_eq!(prediction.mail, Some(Mail::Unsubscribed));
    let words: Vec<&str> = prediction.prompts.iter().map(|prompt| prompt.word()).collect();
    assert_eq!(
        words,
        [
            "otp_send_code",
            "otp_enter_code",
            "review_permissions",
            "mfa_register",
            "mfa_challenge",
            "terms_of_use",
            "redirect",
        ]
    );
}

#[test]
fn a_setting_that_could_not_be_read_takes_the_certainty_away() {
    let facts = Facts {
        unread: vec![UnreadSetting::ConditionalAccess],
        ..managed("mia@fabrikam.com")
    };
    let prediction = predict(&TenantPolicy::default(), &facts, noon());
    assert_eq!(prediction.path_certainty, Certainty::Likely);
    assert!(
        prediction
            .unknowns
            .contains(&Unknown::Setting(UnreadSetting::ConditionalAccess))
    );
}

#[test]
fn an_accepted_guest_is_predicted_to_sign_in_again() {
    let mut existing = GuestObject::pending("mia@fabrikam.com", noon());
    existing.apply(&crate::guest::Effect::Redeemed {
        identity: crate::guest::Identity {
            path: Path::EntraId,
            account_generation: 0,
        },
        at: noon(),
    });
    let facts = Facts {
        existing: Some(existing),
        ..managed("mia@fabrikam.com")
    };
    let prediction = predict(&TenantPolicy::default(), &facts, noon());
    assert_eq!(prediction.prompts, [Prompt::HomeSignIn, Prompt::Redirect]);
    assert_eq!(prediction.outcome(), Outcome::SignedIn);
}

#[test]
fn a_domain_off_limits_is_refused_before_anything_is_sent() {
    let policy = TenantPolicy {
        domain_policy: DomainPolicy {
            mode: DomainMode::Block,
            domains: vec!["rival.example".into()],
        },
        ..TenantPolicy::default()
    };
    let prediction = predict(&policy, &Facts::of("kai@rival.example"), noon());
    assert_eq!(prediction.refusal, Some(Refusal::DomainNotAllowed));
    assert_eq!(prediction.mail, None);
    assert_eq!(prediction.outcome(), Outcome::RefusedAtInvite);
}
