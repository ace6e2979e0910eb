//! The mailboxes of the people in the sandbox.

use chrono::{DateTime, Utc};

use super::{
    World,
    id::{InvitationId, MailId},
};

/// A mail in somebody's mailbox.
#[derive(Debug, Clone)]
pub struct Mail {
    /// Its id.
    pub id: MailId,
    /// Whose mailbox it lies in, in lower case.
    pub to: String,
    /// The sender's name.
    pub from_name: String,
    /// The sender's address.
    pub from_address: String,
    /// Where an answer goes, if somewhere else.
    pub reply_to: Option<String>,
    /// The subject.
    pub subject: String,
    /// When it arrived.
    pub at: DateTime<Utc>,
    /// What it says.
    pub content: MailContent,
}

/// What a mail says.
#[derive(Debug, Clone)]
pub enum MailContent {
    /// An invitation; the text is drawn from the invitation itself.
    Invitation(InvitationId),
    /// A notice that replaces the invitation where both sides redeem automatically.
    AccessNotice(InvitationId),
    /// A one-time passcode.
    Passcode {
        /// The digits.
        code: String,
        /// When it stops being taken.
        expires: DateTime<Utc>,
    },
    /// Plain paragraphs.
    Note(Vec<String>),
}

impl World {
    /// Puts a mail into a mailbox; returns its id.
    pub fn deliver(
        &mut self,
        to: &str,
        from: (&str, &str),
        subject: &str,
        content: MailContent,
        at: DateTime<Utc>,
    ) -> MailId {
        let id = MailId(self.fresh_uuid());
        self.mails.push(Mail {
            id,
            to: to.to_lowercase(),
            from_name: from.0.to_owned(),
            from_address: from.1.to_owned(),
            reply_to: None,
            subject: subject.to_owned(),
            at,
            content,
        });
        id
    }

    /// The mailbox of an address, newest first.
    pub fn inbox(&self, address: &str) -> Vec<&Mail> {
        let address = address.to_lowercase();
        let mut mails: Vec<_> = self.mails.iter().filter(|mail| mail.to == address).collect();
        mails.sort_by_key(|mail| std::cmp::Reverse(mail.at));
        mails
    }

    /// Throws away the mails of an address.
    pub fn empty_mailbox(&mut self, address: &str) {
        self.mails.retain(|mail| !mail.to.eq_ignore_ascii_case(address));
    }

    /// One mail.
    pub fn mail(&self, id: MailId) -> Option<&Mail> {
        self.mails.iter().find(|mail| mail.id == id)
    }

    /// All addresses that ever got mail, with the number of mails and the time of the newest, newest first.
    pub fn mailboxes(&self) -> Vec<(String, usize, DateTime<Utc>)> {
        let mut boxes = std::collections::HashMap::<&str, (usize, DateTime<Utc>)>::new();
        for mail in &self.mails {
            let (count, newest) = boxes.entry(&mail.to).or_insert((0, mail.at));
            *count += 1;
            *newest = (*newest).max(mail.at);
        }
        let mut boxes: Vec<_> = boxes
            .into_iter()
            .map(|(address, (count, newest))| (address.to_owned(), count, newest))
            .collect();
        boxes.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.0.cmp(&b.0)));
        boxes
    }

    pub(crate) fn set_reply_to(&mut self, id: MailId, address: Option<String>) {
        if let Some(mail) = self.mails.iter_mut().find(|mail| mail.id == id) {
            mail.reply_to = address;
        }
    }
}
