//! The guest's side of a case: a browser that reads mails, follows links and presses buttons.

use axum::http::Method;
use url::Url;
use usher_redemption::{Browser, GuestAction, LinkKind};

use super::html::Page;
use crate::{
    ClientError,
    client::{Answer, HttpClient, Payload},
    guest::path_segment,
};

/// What the guest types where a new password is asked for.
const INVENTED_PASSWORD: &str = "an invented password";

/// More hops than any link of the sandbox takes.
const MOST_REDIRECTS: usize = 5;

/// The redeem URLs made for a guest, newest last.
pub(super) struct HandedOver<'a> {
    pub(super) all: &'a [String],
    /// Somebody gives the newest one to a guest to whom no mail came.
    pub(super) counts: bool,
}

pub(super) struct GuestBrowser {
    http: HttpClient,
    base: Url,
    page: Option<Page>,
}

impl GuestBrowser {
    pub(super) fn new(http: HttpClient, base: &str) -> Result<Self, ClientError> {
        let base = Url::parse(base).map_err(|_| ClientError::Address)?;
        Ok(Self {
            http,
            base,
            page: None,
        })
    }

    /// The page in front.
    pub(super) fn page(&self) -> Option<&Page> {
        self.page.as_ref()
    }

    /// Opens a link. False where there is none to open: no mail came and nobody handed the link over, or there was no
    /// older invitation.
    pub(super) async fn open(
        &mut self,
        mail: &str,
        link: LinkKind,
        browser: Browser,
        links: &HandedOver<'_>,
    ) -> Result<bool, ClientError> {
        let session = match browser {
            Browser::Fresh => "",
            Browser::OtherAccount => "&session=other",
            Browser::OwnAccount => "&session=own",
        };
        let ticketless = |kind: &str| format!("/redeem/{kind}?mail={}{session}", path_segment(mail));
        let address = match link {
            LinkKind::Email => {
                let mailed = self.mailed_link(mail).await?;
                let newest = links.all.last().filter(|_| links.counts);
                newest.cloned().or(mailed)
            }
            LinkKind::Superseded => links.all.iter().rev().nth(1).cloned(),
            LinkKind::Direct => Some(ticketless("direct")),
            LinkKind::App => Some(ticketless("app")),
            LinkKind::Common => Some(ticketless("common")),
        };
        let Some(address) = address else { return Ok(false) };
        self.page = Some(self.visit(&address).await?);
        Ok(true)
    }

    /// Presses the button of an action. False where the page in front does not offer it.
    pub(super) async fn act(&mut self, mail: &str, action: GuestAction) -> Result<bool, ClientError> {
        let value = serde_json::to_value(action)
            .ok()
            .and_then(|word| word.as_str().map(str::to_owned));
        let (Some(page), Some(value)) = (&self.page, value) else {
            return Ok(false);
        };
        let Some(form) = page.form_with(&value) else {
            return Ok(false);
        };
        let code = if action == GuestAction::EnterCode {
            self.newest_code(mail).await?
        } else {
            None
        };
        let mut typed = Vec::new();
        if let Some(code) = &code {
            typed.push(("code", code.as_str()));
        }
        if action == GuestAction::CreateMicrosoftAccount {
            typed.push(("password", INVENTED_PASSWORD));
        }
        let address = self.address(&form.action)?;
        let fields = form.filled(&typed, &value);
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect();
        let answer = self
            .http
            .send(Method::POST, &address, None, Payload::Form(&fields))
            .await?;
        self.page = Some(self.arrive(answer).await?);
        Ok(true)
    }

    /// The link of the newest invitation mail.
    async fn mailed_link(&self, mail: &str) -> Result<Option<String>, ClientError> {
        for letter in self.mails(mail).await? {
            let page = self.visit(&letter).await?;
            let link = page
                .links()
                .map(|(address, _)| address)
                .find(|address| address.contains("/redeem?rd="));
            if link.is_some() {
                return Ok(link);
            }
        }
        Ok(None)
    }

    async fn newest_code(&self, mail: &str) -> Result<Option<String>, ClientError> {
        for letter in self.mails(mail).await? {
            if let Some(code) = self.visit(&letter).await?.passcode() {
                return Ok(Some(code.to_owned()));
            }
        }
        Ok(None)
    }

    /// The addresses of the mails in a mailbox, newest first.
    async fn mails(&self, mail: &str) -> Result<Vec<String>, ClientError> {
        let inbox = self.visit(&format!("/inbox/{}", path_segment(mail))).await?;
        Ok(inbox
            .links()
            .map(|(address, _)| address)
            .filter(|address| address.starts_with("/mail/"))
            .collect())
    }

    async fn visit(&self, address: &str) -> Result<Page, ClientError> {
        let answer = self.http.get(&self.address(address)?).await?;
        self.arrive(answer).await
    }

    /// Follows redirects to a page. Pages that say no are pages too.
    async fn arrive(&self, mut answer: Answer) -> Result<Page, ClientError> {
        for _ in 0..MOST_REDIRECTS {
            let Some(address) = answer.location().map(str::to_owned) else {
                break;
            };
            answer = self.http.get(&self.address(&address)?).await?;
        }
        Ok(Page::new(answer.text()))
    }

    fn address(&self, relative: &str) -> Result<String, ClientError> {
        self.base
            .join(relative)
            .map(String::from)
            .map_err(|_| ClientError::Address)
    }
}
