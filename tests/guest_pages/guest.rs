//! A guest at a browser: one person, one sandbox, one invitation. Every page that is looked at passes axe.

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};
use usher_sandbox::{Sandbox, SandboxConfig};

use crate::harness::{Browser, PATIENCE, SandboxProbe, quoted, text, until};

/// A guest who has been invited and sits before a browser.
pub(crate) struct Guest {
    mail: String,
    sandbox: Sandbox,
    probe: SandboxProbe,
    browser: Browser,
    http: reqwest::Client,
}

impl Guest {
    /// Invites a person of whom `facts` are true, in a tenant without other guests.
    pub(crate) async fn invited(mail: &str, facts: &Value) -> Result<Self> {
        let sandbox = Sandbox::start(SandboxConfig {
            guests: 0,
            ..SandboxConfig::default()
        })
        .await?;
        let guest = Self {
            mail: mail.to_owned(),
            probe: SandboxProbe::at(sandbox.url())?,
            sandbox,
            browser: Browser::start(Map::new()).await?,
            http: reqwest::Client::builder().timeout(PATIENCE).build()?,
        };
        guest.probe.put_person(mail, facts).await?;
        guest.invite().await?;
        Ok(guest)
    }

    /// The tenant invites the person (again), by mail.
    pub(crate) async fn invite(&self) -> Result<()> {
        let body = json!({
            "invitedUserEmailAddress": self.mail,
            "inviteRedirectUrl": "https://myapplications.microsoft.com",
            "sendInvitationMessage": true,
        });
        let request = self.http.post(self.graph("v1.0/invitations"));
        let request = request.bearer_auth(self.token().await?).json(&body);
        request.send().await?.error_for_status()?;
        Ok(())
    }

    /// Switches a scenario of the tenant on.
    pub(crate) async fn scenario(&self, id: &str) -> Result<()> {
        let on = json!({ "on": true });
        self.probe.post(&format!("scenarios/{id}"), &on).await?;
        Ok(())
    }

    /// Lets days pass.
    pub(crate) async fn days_pass(&self, days: u32) -> Result<()> {
        let order = json!({ "advanceSeconds": days * 86_400 });
        self.probe.post("clock", &order).await?;
        Ok(())
    }

    /// The mails of the person, newest first.
    pub(crate) async fn mails(&self) -> Result<Vec<Value>> {
        let inbox = self.probe.get(&format!("inbox/{}", self.mail)).await?;
        let mails = inbox.get("mails").and_then(Value::as_array);
        Ok(mails.context("an inbox has mails")?.clone())
    }

    /// The address of the newest mail.
    pub(crate) async fn newest_mail(&self) -> Result<String> {
        let mails = self.mails().await?;
        Ok(text(mails.first().context("a mail has arrived")?, "url"))
    }

    /// Opens the inbox.
    pub(crate) async fn open_inbox(&self) -> Result<()> {
        let address = format!("{}/inbox/{}", self.sandbox.url(), self.mail);
        self.browser.open(&address).await?;
        self.check().await
    }

    /// Opens a mail.
    pub(crate) async fn open_mail(&self, url: &str) -> Result<()> {
        self.browser.open(url).await?;
        self.check().await
    }

    /// Opens the newest mail and presses its button.
    pub(crate) async fn accept_from_mail(&self) -> Result<()> {
        let mail = self.newest_mail().await?;
        self.accept_from(&mail).await
    }

    /// Opens a mail and presses its button.
    pub(crate) async fn accept_from(&self, url: &str) -> Result<()> {
        self.open_mail(url).await?;
        self.press("Accept invitation").await
    }

    /// Presses the button or link of this name and looks at the page it leads to.
    pub(crate) async fn press(&self, name: &str) -> Result<()> {
        let client = self.browser.client();
        let windows = client.windows().await?;
        let shown = self.page().await;
        self.browser.click(name).await?;
        // What a mail links to opens in a window of its own, the first time.
        let led_on = until(async || {
            let now = client.windows().await.ok()?;
            if let Some(new) = now.into_iter().find(|window| !windows.contains(window)) {
                return client.switch_to_window(new).await.ok();
            }
            (self.page().await != shown).then_some(())
        });
        led_on
            .await
            .with_context(|| format!("\"{name}\" leads nowhere"))?;
        self.check().await
    }

    /// Tells one page from the next, also where the address stays the same.
    async fn page(&self) -> Option<Value> {
        let script = "return [location.href, performance.timeOrigin]";
        self.browser.run(script, Vec::new()).await.ok()
    }

    /// Types into the field with this name.
    pub(crate) async fn type_into(&self, field: &str, text: &str) -> Result<()> {
        self.browser
            .type_into(&format!("//input[@name={}]", quoted(field)), text)
            .await
    }

    /// Waits for a page with this heading.
    pub(crate) async fn on_page(&self, heading: &str) -> Result<()> {
        let heading = quoted(heading);
        self.browser
            .wait(&format!("//h1[normalize-space(.)={heading}]"))
            .await?;
        self.check().await
    }

    /// The heading of the page.
    pub(crate) async fn heading(&self) -> Result<String> {
        self.browser.text_of("//h1").await
    }

    /// Waits for these words on the page.
    pub(crate) async fn read(&self, words: &str) -> Result<()> {
        self.browser.wait_text(words).await?;
        self.check().await
    }

    /// Reads the code out of the newest mail, in the inbox and not through the tenant.
    pub(crate) async fn passcode(&self) -> Result<String> {
        let mail = self.newest_mail().await?;
        let page = self
            .http
            .get(mail)
            .send()
            .await?
            .error_for_status()?
            .text()
            .await?;
        let mut digits = String::new();
        for symbol in page.split("<main").nth(1).unwrap_or_default().chars() {
            match symbol {
                '0'..='9' => digits.push(symbol),
                _ if digits.len() == 8 => return Ok(digits),
                _ => digits.clear(),
            }
        }
        bail!("no code in the mail")
    }

    /// The guest's `externalUserState`, as Graph tells it.
    pub(crate) async fn state(&self) -> Result<String> {
        Ok(text(&self.user().await?, "externalUserState"))
    }

    /// The issuer of the guest's identity, as Graph tells it.
    pub(crate) async fn issuer(&self) -> Result<String> {
        let user = self.user().await?;
        let identity = user
            .pointer("/identities/0")
            .context("the guest has an identity")?;
        Ok(text(identity, "issuer"))
    }

    async fn user(&self) -> Result<Value> {
        let filter = format!("mail eq '{}'", self.mail);
        let select = "id,mail,externalUserState,identities";
        let request = self.http.get(self.graph("v1.0/users"));
        let request = request.query(&[("$filter", filter.as_str()), ("$select", select)]);
        let answer = request.bearer_auth(self.token().await?).send().await?;
        let users: Value = answer.error_for_status()?.json().await?;
        users
            .pointer("/value/0")
            .cloned()
            .context("the guest is in the directory")
    }

    /// Tells whether the tenant's audit log has a row of this activity.
    pub(crate) async fn logged(&self, activity: &str) -> Result<bool> {
        let request = self.http.get(self.graph("v1.0/auditLogs/directoryAudits"));
        let answer = request.bearer_auth(self.token().await?).send().await?;
        let rows: Value = answer.error_for_status()?.json().await?;
        let rows = rows
            .get("value")
            .and_then(Value::as_array)
            .context("the log has rows")?;
        Ok(rows
            .iter()
            .any(|row| text(row, "activityDisplayName") == activity))
    }

    /// The page is drawn, is headed as a simulation, and axe finds nothing serious on it.
    async fn check(&self) -> Result<()> {
        self.browser
            .wait("//header[contains(., 'What the guest sees, simulated')]")
            .await?;
        let faults = until(async || self.browser.serious_faults().await.ok()).await;
        match faults.as_deref() {
            Some([]) => Ok(()),
            Some(faults) => bail!("axe on \"{}\": {faults:#?}", self.heading().await?),
            None => bail!("axe did not run"),
        }
    }

    fn graph(&self, path: &str) -> String {
        format!("{}/{path}", self.sandbox.ready().graph)
    }

    async fn token(&self) -> Result<String> {
        let ready = self.sandbox.ready();
        let url = format!("{}/{}/oauth2/v2.0/token", ready.login, ready.tenant_id);
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", ready.app_only.client_id.as_str()),
            ("client_secret", ready.app_only.client_secret.as_str()),
            ("scope", "https://graph.microsoft.com/.default"),
        ];
        let answer = self.http.post(url).form(&form).send().await?;
        let token: Value = answer.error_for_status()?.json().await?;
        Ok(text(&token, "access_token"))
    }

    /// Closes the browser and the sandbox.
    pub(crate) async fn leave(self) -> Result<()> {
        self.browser.close().await?;
        self.sandbox.shutdown().await;
        Ok(())
    }
}
