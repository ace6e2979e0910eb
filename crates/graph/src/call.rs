//! One request to Graph, and its answer.

use chrono::{DateTime, Utc};
use reqwest::{
    Method,
    header::{CONTENT_TYPE, DATE, HeaderMap, RETRY_AFTER, WWW_AUTHENTICATE},
};
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use url::Url;
use usher_identity::Scope;

use crate::{Trace, Unexpected, body::Body, challenge::demanded_claims, pace::Lane};

/// What may be done when the outcome of a request is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// It only reads.
    Reading,
    /// It sets something to a value: twice is as good as once.
    Setting,
    /// It takes something away: gone already is as good as gone.
    Removing,
    /// Twice is not once. It is never sent again when its outcome is unknown.
    Never,
}

/// A request, as often as it has to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) body: Option<String>,
    pub(crate) headers: &'static [(&'static str, &'static str)],
    pub(crate) needs: &'static [Scope],
    pub(crate) lane: Lane,
    pub(crate) repeat: Repeat,
    /// The person waits for it and may be asked in the browser.
    pub(crate) may_ask: bool,
    /// A refusal is about an invitation.
    pub(crate) invites: bool,
    /// The address came from Graph, as the link to a next page.
    pub(crate) continues: bool,
}

impl Call {
    pub(crate) fn get(url: Url, needs: &'static [Scope]) -> Self {
        Self {
            method: Method::GET,
            url,
            body: None,
            headers: &[],
            needs,
            lane: Lane::Directory,
            repeat: Repeat::Reading,
            may_ask: false,
            invites: false,
            continues: false,
        }
    }

    pub(crate) fn change(method: Method, url: Url, needs: &'static [Scope], repeat: Repeat) -> Self {
        Self {
            method,
            repeat,
            may_ask: true,
            ..Self::get(url, needs)
        }
    }

    pub(crate) fn reads(&self) -> bool {
        self.repeat == Repeat::Reading
    }

    /// What its token must be good for. One token serves all reading that was consented to at sign-in, as a whole.
    pub(crate) fn scopes(&self) -> &'static [Scope] {
        let is_everyday = self.reads() && self.needs.iter().all(|scope| Scope::READING.contains(scope));
        if is_everyday { Scope::READING } else { self.needs }
    }
}

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Body,
    pub(crate) trace: Trace,
    pub(crate) is_json: bool,
    pub(crate) retry_after: Option<String>,
    pub(crate) demanded_claims: Option<String>,
}

impl Answer {
    /// Puts together what came.
    pub(crate) fn new(status: u16, headers: &HeaderMap, body: Body, trace: Trace) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let mime = text(CONTENT_TYPE)
            .and_then(|value| value.split(';').next())
            .unwrap_or_default()
            .trim();
        let claims = headers
            .get_all(WWW_AUTHENTICATE)
            .iter()
            .filter_map(|value| value.to_str().ok());

        Self {
            status,
            body,
            trace,
            is_json: mime.eq_ignore_ascii_case("application/json") || mime.ends_with("+json"),
            retry_after: text(RETRY_AFTER).map(ToOwned::to_owned),
            demanded_claims: demanded_claims(claims),
        }
    }

    /// Makes sure the answer is JSON.
    pub(crate) fn json(&self) -> Result<&str, Unexpected> {
        let start = self.body.trim_start();
        if start.starts_with('<') {
            return Err(Unexpected::Html);
        }
        if self.is_json {
            Ok(&self.body)
        } else {
            Err(Unexpected::NotJson)
        }
    }

    /// Parses the whole answer.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, Unexpected> {
        serde_json::from_str(self.json()?).map_err(|error| unreadable(&error))
    }
}

/// Says what is wrong with JSON that could not be read.
pub(crate) fn unreadable(error: &serde_json::Error) -> Unexpected {
    match error.classify() {
        Category::Eof => Unexpected::Truncated,
        Category::Data => Unexpected::WrongShape,
        Category::Syntax | Category::Io => Unexpected::NotJson,
    }
}

/// Reads the ids and the clock of an answer.
pub(crate) fn trace_of(headers: &HeaderMap, client_request_id: &str) -> Trace {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());

    Trace {
        request_id: text("request-id").map(ToOwned::to_owned),
        client_request_id: client_request_id.to_owned(),
        date: text(DATE.as_str()).and_then(http_date),
    }
}

fn http_date(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc2822(text).ok().map(|date| date.to_utc())
}
