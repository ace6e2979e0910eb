//! Guests over a real socket: every way in, every stop, and what a hostile or hasty visitor would send.

mod accessibility;
pub(crate) mod browser;
mod journeys;
mod mistakes;

use usher_redemption::Invitee;

use crate::{
    Sandbox, SandboxConfig,
    world::{ADMINS, Actor, ExternalUserState, InviteOrder, Invited, UserId, World},
};
pub(crate) use browser::{Browser, Seen};

const REDIRECT: &str = "https://myapplications.microsoft.com/?tenantid=contoso";

/// An empty tenant, and a browser.
pub(crate) struct Stage {
    pub(crate) sandbox: Sandbox,
    pub(crate) browser: Browser,
}

impl Stage {
    pub(crate) async fn set() -> Self {
        let now = chrono::DateTime::from_timestamp(1_795_000_000, 0);
        let config = SandboxConfig {
            guests: 0,
            now,
            ..SandboxConfig::default()
        };
        let sandbox = Sandbox::start(config).await.unwrap();
        let browser = Browser::new(sandbox.url());
        Self { sandbox, browser }
    }

    pub(crate) fn world(&self) -> std::sync::MutexGuard<'_, World> {
        self.sandbox.state().world()
    }

    fn invite(&self, mail: &str) -> Invited {
        let mut order = InviteOrder::new(mail, REDIRECT, Actor::admin(&ADMINS[0]));
        order.message.body = Some("Welcome <b>aboard</b>.".to_owned());
        self.world().invite(&order).unwrap()
    }

    /// Sets the facts about a person and invites them.
    fn invite_person(&self, person: Invitee) -> Invited {
        let mail = person.email.clone();
        self.world().set_person(&mail, person);
        self.invite(&mail)
    }

    /// Opens the newest invitation mail and follows its link.
    pub(crate) async fn accept_from_mail(&self, mail: &str) -> Seen {
        let inbox = self.browser.get(&format!("/inbox/{mail}")).await;
        let letter = self.browser.follow(&inbox, "invited you").await;
        self.browser.follow(&letter, "Accept invitation").await
    }

    fn state_of(&self, guest: UserId) -> ExternalUserState {
        self.world().user(guest).unwrap().external_user_state.unwrap()
    }

    fn issuer_of(&self, guest: UserId) -> String {
        self.world().user(guest).unwrap().issuer().unwrap().to_owned()
    }

    /// The codes of the tenant's sign-in rows, oldest first.
    fn codes(&self) -> Vec<u32> {
        self.world().sign_in_rows().iter().map(|row| row.code).collect()
    }

    /// The activities of the tenant's audit rows, oldest first.
    fn activities(&self) -> Vec<String> {
        self.world()
            .audit_rows()
            .iter()
            .map(|row| row.activity.to_string())
            .collect()
    }
}
