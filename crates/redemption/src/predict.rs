//! What will happen to a guest, as far as it can be known beforehand: the process is played with a guest who goes
//! along with everything, then again with each unknown turned the other way to see which of them matter.

mod facts;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use facts::{Facts, HomeKnowledge, Unknown, UnreadSetting};

use crate::address;
use crate::guest::GuestObject;
use crate::identity::Path;
use crate::invite::{self, InviteRequest, Mail};
use crate::invitee::{HomeTenant, Invitee, TenantKind};
use crate::link::{Browser, LinkKind};
use crate::page::{GuestAction, Page, Prompt};
use crate::play::Play;
use crate::policy::{Access, RiskLevel, TenantPolicy};
use crate::refusal::Refusal;
use crate::stage::Outcome;
use crate::step::Scene;
use crate::stops::Stop;

/// How sure a prediction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Certainty {
    /// Nothing unknown would change it.
    Certain,
    /// It follows from what is known; something unknown could change it.
    Likely,
}

/// A predicted stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PredictedStop {
    /// What stops the guest.
    pub stop: Stop,
    /// How sure that is.
    pub certainty: Certainty,
}

/// What will happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Prediction {
    /// The invitation itself would be refused. Path and pages then tell what would follow if it were not.
    pub refusal: Option<Refusal>,
    /// What becomes of the mail; `None` when the invitation is refused.
    pub mail: Option<Mail>,
    /// The identity path; `None` when none is reached.
    pub path: Option<Path>,
    /// How sure the path is.
    pub path_certainty: Certainty,
    /// The pages the guest will see, in order.
    pub prompts: Vec<Prompt>,
    /// What stops the guest, if anything.
    pub stops: Vec<PredictedStop>,
    /// What would change this and cannot be known, in order of weight.
    pub unknowns: Vec<Unknown>,
}

/// Predicts how an invitation will go.
pub fn predict(policy: &TenantPolicy, facts: &Facts, now: DateTime<Utc>) -> Prediction {
    let likely = likely_person(facts);
    let expected = walk(policy, &likely, facts, now);
    let mut unknowns: Vec<Unknown> = Vec::new();
    let mut path_certainty = Certainty::Certain;
    let mut stop_certainty = Certainty::Certain;
    for (unknown, other) in other_people(policy, facts, &likely) {
        let varied = walk(policy, &other, facts, now);
        if varied == expected {
            continue;
        }
        unknowns.push(unknown);
        if varied.path != expected.path {
            path_certainty = Certainty::Likely;
        }
        if varied.stop != expected.stop {
            stop_certainty = Certainty::Likely;
        }
    }
    if !facts.unread.is_empty() {
        (path_certainty, stop_certainty) = (Certainty::Likely, Certainty::Likely);
    }
    unknowns.extend(facts.unread.iter().copied().map(Unknown::Setting));
    unknowns.sort_unstable();
    unknowns.dedup();

    Prediction {
        refusal: expected.refusal,
        mail: expected.mail,
        path: expected.path,
        path_certainty,
        prompts: expected.prompts,
        stops: expected
            .stop
            .map(|stop| PredictedStop {
                stop,
                certainty: stop_certainty,
            })
            .into_iter()
            .collect(),
        unknowns,
    }
}

/// How an invitation goes for one fully known person.
#[derive(Debug, PartialEq, Eq)]
struct Walk {
    refusal: Option<Refusal>,
    mail: Option<Mail>,
    path: Option<Path>,
    prompts: Vec<Prompt>,
    stop: Option<Stop>,
}

/// Invites and lets the person go along with every page.
fn walk(policy: &TenantPolicy, person: &Invitee, facts: &Facts, now: DateTime<Utc>) -> Walk {
    let request = InviteRequest {
        inviter: facts.inviter,
        send_mail: facts.send_mail,
        via_entitlement: false,
    };
    let answer = invite::invite(policy, person, facts.existing.as_ref(), request, now);
    let (refusal, mail) = match &answer {
        Ok(invited) => (None, Some(invited.mail)),
        Err(refused) => (Some(refused.refusal), None),
    };
    let mut guest = match facts.existing.clone().filter(|guest| !guest.deleted) {
        Some(mut guest) => {
            if let Ok(invited) = &answer {
                invited.effects.iter().for_each(|effect| guest.apply(effect));
            }
            guest
        }
        None => GuestObject::pending(&person.email, now),
    };
    // An accepted guest has no use for a single-use link any more and comes to the application directly.
    let link = if guest.is_accepted() {
        LinkKind::App
    } else {
        facts.link
    };
    let (mut play, mut step) = {
        let scene = Scene {
            policy,
            invitee: person,
            guest: Some(&guest),
            now,
        };
        Play::open(&scene, link, Browser::Fresh)
    };
    while let Page::Asks { prompt } = step.page {
        for effect in &step.effects {
            guest.apply(effect);
        }
        let scene = Scene {
            policy,
            invitee: person,
            guest: Some(&guest),
            now,
        };
        step = play.act(&scene, goes_along(prompt));
    }
    let stop = match step.page {
        Page::Ended { stop, .. } => stop,
        Page::Asks { .. } => None,
    };
    Walk {
        refusal,
        mail,
        path: play.path(),
        prompts: play.prompts().to_vec(),
        stop,
    }
}

/// What a guest who wants to get in does on a page.
pub const fn goes_along(prompt: Prompt) -> GuestAction {
    match prompt {
        Prompt::OrganizationName => GuestAction::NameOrganization,
        Prompt::AccountChoice => GuestAction::ChooseWorkAccount,
        Prompt::HomeSignIn => GuestAction::HomeSignIn,
        Prompt::PartnerIdpSignIn => GuestAction::PartnerSignIn,
        Prompt::GoogleSignIn => GuestAction::GoogleSignIn,
        Prompt::MsaSignIn => GuestAction::MsaSignIn,
        Prompt::MsaCreate => GuestAction::CreateMicrosoftAccount,
        Prompt::OtpSendCode => GuestAction::SendCode,
        Prompt::OtpEnterCode => GuestAction::EnterCode,
        Prompt::ReviewPermissions => GuestAction::AcceptPermissions,
        Prompt::MfaRegister => GuestAction::RegisterMfa,
        Prompt::MfaChallenge => GuestAction::AnswerMfa,
        Prompt::MfaHomeChallenge => GuestAction::AnswerHomeMfa,
        Prompt::TermsOfUse | Prompt::Redirect => GuestAction::AcceptTerms,
    }
}

/// Domains of Microsoft's consumer mail, whose addresses are Microsoft accounts.
const CONSUMER_DOMAINS: [&str; 4] = ["outlook.com", "hotmail.com", "live.com", "msn.com"];

fn likely_person(facts: &Facts) -> Invitee {
    let domain = address::domain_of(&facts.address);
    let is_consumer = CONSUMER_DOMAINS
        .iter()
        .any(|consumer| domain.eq_ignore_ascii_case(consumer));
    let home = match &facts.home {
        HomeKnowledge::NoTenant | HomeKnowledge::NotLookedUp => None,
        HomeKnowledge::Unmanaged => Some(HomeTenant {
            kind: TenantKind::Unmanaged,
            account_exists: true,
            ..HomeTenant::default()
        }),
        HomeKnowledge::Managed {
            tenant_id,
            account_exists,
            cloud,
        } => Some(HomeTenant {
            tenant_id: tenant_id.clone(),
            account_exists: account_exists.unwrap_or(true),
            cloud: cloud.clone(),
            device_compliant: true,
            device_hybrid_joined: true,
            ..HomeTenant::managed()
        }),
    };
    Invitee {
        upn: facts.upn.clone().unwrap_or_else(|| facts.address.clone()),
        home,
        has_msa: facts.has_msa.unwrap_or(is_consumer),
        unsubscribed: facts.unsubscribed.unwrap_or(false),
        group_address: facts.group_address,
        ..Invitee::unknown(facts.address.clone())
    }
}

/// The same person with one unknown turned the other way, for every unknown there is.
fn other_people(policy: &TenantPolicy, facts: &Facts, likely: &Invitee) -> Vec<(Unknown, Invitee)> {
    let with = |change: &dyn Fn(&mut Invitee)| {
        let mut other = likely.clone();
        change(&mut other);
        other
    };
    let at_home = |change: &dyn Fn(&mut HomeTenant)| {
        let mut other = likely.clone();
        other.home.iter_mut().for_each(change);
        other
    };
    let account_is_open = matches!(
        facts.home,
        HomeKnowledge::Managed {
            account_exists: None,
            ..
        }
    );
    let mut people = vec![
        (
            Unknown::PartnerOutbound,
            at_home(&|home| home.outbound_b2b = Access::Block),
        ),
        (
            Unknown::PartnerAutomaticRedemption,
            at_home(&|home| home.auto_redeem_outbound = true),
        ),
        (Unknown::HomeMfa, at_home(&|home| home.mfa_done = true)),
        (Unknown::Device, at_home(&|home| home.device_compliant = false)),
        (
            Unknown::Device,
            at_home(&|home| home.device_hybrid_joined = false),
        ),
        (
            Unknown::GuestNetwork,
            with(&|person| person.network_restricted = true),
        ),
    ];
    if facts.home == HomeKnowledge::NotLookedUp {
        people.push((
            Unknown::HomeOrganization,
            Invitee {
                home: Some(HomeTenant::managed()),
                ..likely.clone()
            },
        ));
    }
    if account_is_open {
        people.push((Unknown::HomeAccount, at_home(&|home| home.account_exists = false)));
    }
    if facts.has_msa.is_none() {
        people.push((
            Unknown::MicrosoftAccount,
            with(&|person| person.has_msa = !likely.has_msa),
        ));
    }
    if facts.unsubscribed.is_none() {
        people.push((Unknown::MailBlocked, with(&|person| person.unsubscribed = true)));
    }
    for risk in [RiskLevel::Low, RiskLevel::Medium, RiskLevel::High] {
        people.push((Unknown::UserRisk, at_home(&|home| home.user_risk = Some(risk))));
        people.push((
            Unknown::SignInRisk,
            with(&|person| person.sign_in_risk = Some(risk)),
        ));
    }
    for country in policy
        .conditional_access
        .iter()
        .flat_map(|policy| &policy.locations)
    {
        people.push((
            Unknown::Location,
            with(&|person| person.country = Some(country.clone())),
        ));
    }
    people
}

impl Prediction {
    /// The outcome the prediction amounts to.
    pub fn outcome(&self) -> Outcome {
        match (self.refusal, self.stops.first()) {
            (Some(_), _) => Outcome::RefusedAtInvite,
            (None, Some(predicted)) => predicted.stop.outcome(),
            (None, None) if self.prompts.contains(&Prompt::ReviewPermissions) => {
                Outcome::AcceptedAndRedirected
            }
            (None, None) => Outcome::SignedIn,
        }
    }
}

#[cfg(test)]
mod tests;
