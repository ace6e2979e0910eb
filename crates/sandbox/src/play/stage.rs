//! One case on its stage: arranged, performed, and read off.

use axum::http::Method;
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use usher_redemption::{
    Activity, Browser, GuestAction, Invitee, Issuer, LinkKind, Outcome, Path, Prompt,
    case::{Actual, BlockedBy, CaseSetup, CaseStep},
};

use super::{
    admin::{Admin, GUEST_REDIRECT, Made},
    guest::{GuestBrowser, HandedOver},
    policy,
};
use crate::{ClientError, Ready, client::HttpClient, guest::path_segment};

/// A case under way.
pub(super) struct Stage {
    setup: CaseSetup,
    admin: Admin,
    browser: GuestBrowser,
    guest_id: Option<String>,
    /// The redeem URLs made for the guest, newest last.
    links: Vec<String>,
    /// The address the guest is invited under; a reset may change it.
    mail: String,
    /// The last thing the administrator asked for was refused.
    refused: bool,
    /// Pages of attempts that were left for another link.
    earlier_prompts: Vec<Prompt>,
    /// The identity path of the last such attempt that got as far as a provider.
    path: Option<Path>,
    /// How many rows the logs held before the case began.
    audits_before: usize,
    sign_ins_before: usize,
}

impl Stage {
    /// Arranges the tenant, the person, and what happened before.
    pub(super) async fn set(
        ready: &Ready,
        setup: CaseSetup,
        now: DateTime<Utc>,
    ) -> Result<Self, ClientError> {
        let http = HttpClient::new();
        let browser = GuestBrowser::new(http.clone(), &ready.url)?;
        let admin = Admin::sign_in(http, ready.clone()).await?;
        let mut stage = Self {
            mail: setup.invitee.email.clone(),
            setup,
            admin,
            browser,
            guest_id: None,
            links: Vec::new(),
            path: None,
            refused: false,
            earlier_prompts: Vec::new(),
            audits_before: 0,
            sign_ins_before: 0,
        };
        if stage.setup.guest_before.is_some() {
            stage.live_through_the_past().await?;
        } else {
            stage.introduce_person().await?;
        }
        stage.set_policy().await?;
        stage.audits_before = stage.admin.log("directoryAudits").await?.len();
        stage.sign_ins_before = stage.admin.log("signIns").await?.len();
        if stage.setup.guest_before.is_none() {
            stage.invite_first().await?;
        }
        stage.grow_old(now).await?;
        Ok(stage)
    }

    async fn introduce_person(&self) -> Result<(), ClientError> {
        self.put_person(&self.setup.invitee).await?;
        if let Some(new_email) = &self.setup.new_email {
            self.put_person(&self.setup.person_at(new_email)).await?;
        }
        Ok(())
    }

    async fn put_person(&self, person: &Invitee) -> Result<(), ClientError> {
        let path = format!("people/{}", path_segment(&person.email));
        let body = serde_json::to_value(person).unwrap_or_default();
        self.admin.control(Method::PUT, &path, &body).await.map(drop)
    }

    /// The settings of the case, made by the administrator who may.
    async fn set_policy(&self) -> Result<(), ClientError> {
        let maker = self.admin.who_sets_policies().await?;
        let mails = std::iter::once(&self.setup.invitee.email).chain(&self.setup.new_email);
        let domains: Vec<&str> = mails
            .map(|mail| usher_redemption::address::domain_of(mail))
            .collect();
        policy::set(&maker, &self.setup.policy, &domains).await
    }

    /// Makes the guest who is there when the case begins. What the tenant and the person were like at that time is not
    /// told, so the tenant is a fresh one, which lets anybody in, and the person is somebody whom nothing keeps out.
    async fn live_through_the_past(&mut self) -> Result<(), ClientError> {
        self.put_person(&Invitee::unknown(&self.mail)).await?;
        if self.needs_an_older_link() {
            let older = self.admin.invite(&self.mail, true).await?;
            self.take(older);
        }
        let invited = self.admin.invite(&self.mail, true).await?;
        self.take(invited);
        self.introduce_person().await?;
        let identity = self
            .setup
            .guest_before
            .as_ref()
            .and_then(|guest| guest.identity.clone());
        if let Some(identity) = identity {
            self.change_guest(&json!({"redeemedWith": identity})).await?;
        }
        Ok(())
    }

    /// Whether the guest opens an older link although the case itself makes no newer one.
    fn needs_an_older_link(&self) -> bool {
        let opens = |step: &CaseStep| matches!(step, CaseStep::Open(LinkKind::Superseded, _));
        let mut before = self.setup.steps.iter().take_while(|step| !opens(step));
        self.setup.steps.iter().any(opens) && !before.any(|step| *step == CaseStep::Resend)
    }

    async fn invite_first(&mut self) -> Result<(), ClientError> {
        let Some(rows) = self.setup.bulk.clone() else {
            let invited = self.admin.invite(&self.mail, !self.setup.via_entitlement).await?;
            self.take(invited);
            return Ok(());
        };
        let file = json!({"rows": rows, "redirectUrl": GUEST_REDIRECT});
        let answer = self
            .admin
            .control(Method::POST, "bulk-invitations", &file)
            .await?;
        let lines = answer["lines"].as_array().into_iter().flatten();
        let own = |line: &&Value| {
            line["mail"]
                .as_str()
                .is_some_and(|mail| mail.eq_ignore_ascii_case(&self.mail))
        };
        let invited = lines.into_iter().find(own).and_then(Made::read);
        self.take(invited);
        Ok(())
    }

    /// Lets the days pass until the guest acts, with what happens to the object meanwhile.
    async fn grow_old(&mut self, now: DateTime<Utc>) -> Result<(), ClientError> {
        if self.guest_id.is_some() {
            let facts =
                json!({"mfaRegistered": self.setup.mfa_registered, "otherMails": self.setup.other_mails});
            self.change_guest(&facts).await?;
        }
        let seconds = (now - self.setup.invited_at).num_seconds();
        self.advance(seconds).await?;
        let Some(guest_id) = self.guest_id.clone() else {
            return Ok(());
        };
        // A lifecycle policy may have been quicker than the administrator.
        if self.admin.guest(&guest_id).await?.is_none() {
            return Ok(());
        }
        if self.setup.is_deleted {
            self.admin.delete(&guest_id).await?;
            return Ok(());
        }
        match self.setup.blocked_by {
            Some(BlockedBy::Administrator) => self.admin.block(&guest_id).await?,
            Some(BlockedBy::AccessReview) => self.change_guest(&json!({"blockedByReview": true})).await?,
            None => {}
        }
        Ok(())
    }

    async fn change_guest(&self, facts: &Value) -> Result<(), ClientError> {
        let path = format!("guests/{}", path_segment(&self.mail));
        self.admin.control(Method::PATCH, &path, facts).await.map(drop)
    }

    async fn advance(&mut self, seconds: i64) -> Result<(), ClientError> {
        if seconds <= 0 {
            return Ok(());
        }
        self.admin
            .control(Method::POST, "clock", &json!({"advanceSeconds": seconds}))
            .await?;
        self.admin.renew().await
    }

    fn take(&mut self, invited: Option<Made>) {
        self.refused = invited.is_none();
        if let Some(made) = invited {
            self.guest_id = Some(made.guest_id);
            self.links.push(made.link);
        }
    }

    /// Performs the steps until they are over or one finds nothing to act on.
    pub(super) async fn perform(&mut self) -> Result<(), ClientError> {
        for step in self.setup.steps.clone() {
            if !self.step(step).await? {
                break;
            }
        }
        Ok(())
    }

    async fn step(&mut self, step: CaseStep) -> Result<bool, ClientError> {
        match step {
            CaseStep::WaitMinutes(minutes) => {
                self.advance(minutes * 60).await?;
                Ok(true)
            }
            CaseStep::Resend => {
                let invited = self.admin.invite(&self.mail, true).await?;
                self.take(invited);
                Ok(true)
            }
            CaseStep::Reset => self.reset().await,
            CaseStep::Open(link, browser) => self.open(link, browser).await,
            CaseStep::Act(action) => self.act(action).await,
        }
    }

    async fn reset(&mut self) -> Result<bool, ClientError> {
        let Some(guest_id) = self.guest_id.clone() else {
            return Ok(false);
        };
        if self.admin.guest(&guest_id).await?.is_none() {
            return Ok(false);
        }
        let address = self.setup.new_email.clone().unwrap_or_else(|| self.mail.clone());
        let invited = self.admin.reset(&guest_id, &address).await?;
        if invited.is_some() {
            self.mail = address;
        }
        self.take(invited);
        Ok(true)
    }

    async fn open(&mut self, link: LinkKind, browser: Browser) -> Result<bool, ClientError> {
        // Nobody was invited: the flow has ended before any page.
        if self.guest_id.is_none() {
            return Ok(false);
        }
        let left = (self.prompts(), self.path());
        let before = self.setup.guest_before.is_some();
        let links = HandedOver {
            all: &self.links,
            counts: before || self.setup.link_is_handed_over,
        };
        let opened = self.browser.open(&self.mail, link, browser, &links).await?;
        if opened {
            self.earlier_prompts.extend(left.0);
            self.path = left.1.or(self.path);
            self.refused = false;
        }
        Ok(opened)
    }

    async fn act(&mut self, action: GuestAction) -> Result<bool, ClientError> {
        self.browser.act(&self.mail, action).await
    }

    fn prompts(&self) -> Vec<Prompt> {
        let words = self.mark("data-prompts").unwrap_or_default();
        words.split_whitespace().filter_map(read_word).collect()
    }

    fn path(&self) -> Option<Path> {
        self.mark("data-path").and_then(|word| read_word(&word))
    }

    fn mark(&self, name: &str) -> Option<String> {
        self.browser.page().and_then(|page| page.mark(name))
    }

    /// What came out, as the pages and the logs tell it.
    pub(super) async fn clear(mut self) -> Result<Actual, ClientError> {
        let last_prompts = self.prompts();
        self.earlier_prompts.extend(last_prompts);
        let was_opened = self.browser.page().is_some() && !self.refused;
        let outcome = self
            .mark("data-outcome")
            .filter(|_| was_opened)
            .and_then(|word| read_word(&word));
        let path = self.path().or(self.path).filter(|_| !self.refused);
        // A guest to whom no link came has nothing to open.
        let without_page = if self.refused {
            Outcome::RefusedAtInvite
        } else {
            Outcome::FailedAtLink
        };
        let guest = match &self.guest_id {
            Some(id) => self.admin.guest(id).await?,
            None => None,
        };
        let audits = self
            .admin
            .log("directoryAudits")
            .await?
            .split_off(self.audits_before);
        let sign_ins = self.admin.log("signIns").await?.split_off(self.sign_ins_before);
        let codes = sign_ins
            .iter()
            .filter_map(|row| code(&row["status"]["errorCode"]));
        Ok(Actual {
            path,
            prompts: std::mem::take(&mut self.earlier_prompts),
            outcome: outcome.unwrap_or(without_page),
            audit_activities: acts(&audits),
            sign_in_error_codes: codes.collect(),
            home_tenant_sign_in_error_codes: self.home_codes().await?,
            state_after: guest
                .as_ref()
                .and_then(|guest| read_value(&guest["externalUserState"])),
            identity_issuer_after: guest.as_ref().and_then(issuer),
        })
    }

    async fn home_codes(&self) -> Result<Vec<u32>, ClientError> {
        let path = format!("home-log?mail={}", path_segment(&self.mail));
        let rows = self.admin.control(Method::GET, &path, &Value::Null).await?;
        Ok(rows
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|row| code(&row["code"]))
            .collect())
    }
}

/// The acts the audit rows tell of, in order. Entra writes some acts in two rows where a case counts one: a redemption
/// has a second row without a target, and a change of the account is an `Update user` beside the row that names it.
fn acts(rows: &[Value]) -> Vec<String> {
    let name = |row: &Value| row["activityDisplayName"].as_str().unwrap_or_default().to_owned();
    let is_echo = |row: &Value| {
        name(row) == Activity::RedeemExternalUserInvite.name()
            && row["targetResources"].as_array().is_none_or(Vec::is_empty)
    };
    let names_the_act = [Activity::DisableAccount.name(), Activity::InviteWithReset.name()];
    let is_shadow = |index: usize| {
        let next = rows.get(index + 1).map(name).unwrap_or_default();
        name(&rows[index]) == Activity::UpdateUser.name() && names_the_act.contains(&next.as_str())
    };
    let kept = rows
        .iter()
        .enumerate()
        .filter(|(index, row)| !is_echo(row) && !is_shadow(*index));
    kept.map(|(_, row)| name(row)).collect()
}

/// The issuer of the identity a guest redeemed with; before, only the tenant's own is there.
fn issuer(guest: &Value) -> Option<Issuer> {
    let identities = guest["identities"].as_array()?;
    let outside = identities
        .iter()
        .find(|identity| identity["signInType"] != "userPrincipalName")?;
    let word = outside["issuer"].as_str()?;
    // A partner's issuer is an address of its own; the case format has one word for all of them.
    read_word(word).or_else(|| word.contains("://").then_some(Issuer::Partner))
}

fn code(value: &Value) -> Option<u32> {
    value.as_u64().and_then(|code| u32::try_from(code).ok())
}

fn read_value<T: DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_value(value.clone()).ok()
}

fn read_word<T: DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(Value::String(word.to_owned())).ok()
}
