//! The people of the tenant who invite guests, besides its administrators.

use chrono::{DateTime, TimeDelta, Utc};
use rand::Rng;
use uuid::{Uuid, uuid};

use crate::world::{ADMINS, Actor, Identity, SignInActivity, TENANT, User, UserId, UserType, World, apps};

const MEMBERS: [(Uuid, &str, &str, &str); 4] = [
    (
        uuid!("3e000001-0b5e-4f7c-9a11-5a4db0c50011"),
        "Hanna",
        "Weiss",
        "Purchasing",
    ),
    (
        uuid!("3e000002-0b5e-4f7c-9a11-5a4db0c50012"),
        "Carlos",
        "Mendes",
        "Engineering",
    ),
    (
        uuid!("3e000003-0b5e-4f7c-9a11-5a4db0c50013"),
        "Ngozi",
        "Bello",
        "Legal",
    ),
    (
        uuid!("3e000004-0b5e-4f7c-9a11-5a4db0c50014"),
        "Tuuli",
        "Laine",
        "Marketing",
    ),
];

pub(super) fn hire(world: &mut World, now: DateTime<Utc>) {
    let born = now - TimeDelta::days(1_400);
    for (id, given, surname, department) in MEMBERS {
        let upn = upn_of(given, surname);
        world.put_user(User {
            id: UserId(id),
            display_name: format!("{given} {surname}"),
            given_name: Some(given.to_owned()),
            surname: Some(surname.to_owned()),
            job_title: None,
            identities: vec![Identity::upn(TENANT.initial_domain, &upn)],
            mail: Some(upn.clone()),
            other_mails: Vec::new(),
            proxy_addresses: vec![format!("SMTP:{upn}")],
            user_principal_name: upn,
            user_type: UserType::Member,
            creation_type: None,
            created: born,
            external_user_state: None,
            external_user_state_changed: None,
            account_enabled: true,
            company_name: Some(TENANT.name.to_owned()),
            department: Some(department.to_owned()),
            usage_location: Some("DE".to_owned()),
            preferred_language: Some("en-US".to_owned()),
            sessions_valid_from: born,
            sponsors: Vec::new(),
            invited_by: None,
            deleted: None,
            activity: SignInActivity::default(),
            visible_from: born,
            history: Vec::new(),
        });
    }
}

fn upn_of(given: &str, surname: &str) -> String {
    format!(
        "{}.{}@{}",
        given.to_lowercase(),
        surname.to_lowercase(),
        TENANT.domain
    )
}

pub(super) fn adele() -> Actor {
    Actor::admin(&ADMINS[0])
}

pub(super) fn megan() -> Actor {
    Actor::admin(&ADMINS[1])
}

/// Whoever invites: mostly the administrators, sometimes a colleague, sometimes a document shared in SharePoint or Teams.
pub(super) fn inviter(chance: &mut impl Rng) -> Actor {
    match chance.random_range(0..100) {
        0..42 => adele(),
        42..76 => megan(),
        76..92 => {
            let (id, given, surname, _) = MEMBERS[chance.random_range(0..MEMBERS.len())];
            Actor::User {
                id: Some(id),
                upn: upn_of(given, surname),
                name: None,
                ip: "203.0.113.20".to_owned(),
                wids: Vec::new(),
            }
        }
        92..97 => app("Microsoft Office 365 SharePoint Online", apps::SHAREPOINT.id),
        _ => app("Microsoft Teams Services", apps::TEAMS.id),
    }
}

fn app(name: &str, id: Uuid) -> Actor {
    Actor::App {
        app_id: Some(id),
        name: name.to_owned(),
        service_principal: None,
    }
}

/// The hour at which office people do things: the day of `at`, between eight and six.
pub(super) fn office_hour(chance: &mut impl Rng, at: DateTime<Utc>) -> DateTime<Utc> {
    let day = at
        .date_naive()
        .and_hms_opt(8, 0, 0)
        .map_or(at, |morning| morning.and_utc());
    day + TimeDelta::microseconds(chance.random_range(0..36_000_000_000))
}
