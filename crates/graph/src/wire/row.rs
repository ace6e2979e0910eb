//! Rows kept byte for byte, and the pages they stand on.

use std::ops::Range;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    Trace, Unexpected,
    call::{Answer, unreadable},
    paging::Linked,
    wire::{audit::GraphDirectoryAudit, sign_in::GraphSignIn},
};

/// An object of Graph: as it was sent, and as it was understood.
#[derive(Debug, Clone)]
pub struct RawRow<T> {
    /// The JSON, byte for byte.
    pub raw: Box<RawValue>,
    /// What Usher reads in it.
    pub value: T,
}

/// A page of a log. Rows are parsed when they are asked for: that is work for a blocking thread.
#[derive(Debug, Clone)]
pub struct LogPage {
    body: String,
    rows: Vec<Range<usize>>,
    has_more: bool,
    trace: Trace,
}

/// A row of a log: as it was sent, and as it was understood.
#[derive(Debug, Clone)]
pub struct LogRow<'p, T> {
    /// The JSON, byte for byte.
    pub raw: &'p str,
    /// What Usher reads in it.
    pub value: T,
}

/// A row that could not be understood. Its bytes are still there: [`LogPage::raw`].
#[derive(Debug, thiserror::Error)]
#[error("row {index} of the page cannot be understood")]
pub struct RowError {
    /// The row's place on the page, from 0.
    pub index: usize,
    /// What is wrong with it. Names members and types, never what stands in them.
    #[source]
    source: serde_json::Error,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
    #[serde(borrow)]
    value: Vec<&'a RawValue>,
}

impl LogPage {
    /// Finds the rows in an answer, without reading what is in them.
    pub(crate) fn read(answer: Answer) -> Result<Linked<Self>, (Unexpected, Trace)> {
        let trace = answer.trace.clone();
        let fail = |what| (what, trace.clone());
        let (rows, next) = {
            let json = answer.json().map_err(fail)?;
            let envelope: Envelope<'_> =
                serde_json::from_str(json).map_err(|error| fail(unreadable(&error)))?;
            let base = json.as_ptr().addr();
            let place = |row: &RawValue| {
                let start = row.get().as_ptr().addr() - base;
                start..start + row.get().len()
            };
            (envelope.value.into_iter().map(place).collect(), envelope.next)
        };
        let page = Self {
            body: answer.body,
            rows,
            has_more: next.is_some(),
            trace: trace.clone(),
        };

        Ok(Linked { page, next, trace })
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Says whether the page is empty. An empty page may still have one after it.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Says whether another page follows.
    pub fn has_more(&self) -> bool {
        self.has_more
    }

    /// Names the request, and tells Graph's clock.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// The size of the page's JSON in bytes.
    pub fn size_bytes(&self) -> usize {
        self.body.len()
    }

    /// Returns a row as it was sent.
    pub fn raw(&self, index: usize) -> Option<&str> {
        self.rows.get(index).map(|place| &self.body[place.clone()])
    }

    /// Returns every row as it was sent, in the order of the page.
    pub fn rows(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().map(|place| &self.body[place.clone()])
    }

    /// Reads every row as an audit.
    pub fn audits(&self) -> impl Iterator<Item = Result<LogRow<'_, GraphDirectoryAudit<'_>>, RowError>> {
        self.parse()
    }

    /// Reads every row as a sign-in.
    pub fn sign_ins(&self) -> impl Iterator<Item = Result<LogRow<'_, GraphSignIn<'_>>, RowError>> {
        self.parse()
    }

    fn parse<'p, T: Deserialize<'p>>(&'p self) -> impl Iterator<Item = Result<LogRow<'p, T>, RowError>> {
        self.rows()
            .enumerate()
            .map(|(index, raw)| match serde_json::from_str(raw) {
                Ok(value) => Ok(LogRow { raw, value }),
                Err(source) => Err(RowError { index, source }),
            })
    }
}
