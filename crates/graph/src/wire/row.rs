//! Rows kept byte for byte, and the pages they stand on.

use std::borrow::Cow;

use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Deserializer, value::RawValue};

use crate::{
    GraphError, Trace, Unexpected,
    body::Body,
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
#[derive(Debug)]
pub struct LogPage {
    body: Body,
    /// Where the list of rows begins in the body.
    rows_at: usize,
    has_more: bool,
    trace: Trace,
}

/// The rows of a page of a log.
#[derive(Debug)]
pub struct LogRows<'p, T> {
    /// Those that were understood, in the order of the page.
    pub rows: Vec<LogRow<'p, T>>,
    /// Those that were not: one must not keep the others out.
    pub unreadable: Vec<RowError>,
}

/// A row of a log: as it was sent, and as it was understood.
#[derive(Debug, Clone)]
pub struct LogRow<'p, T> {
    /// The JSON, byte for byte.
    pub raw: &'p str,
    /// What Usher reads in it.
    pub value: T,
}

/// A row that could not be understood.
#[derive(Debug, thiserror::Error)]
#[error("row {index} of the page cannot be understood")]
pub struct RowError {
    /// The row's place on the page, from 0.
    pub index: usize,
    /// What is wrong with it. Names members and types, never what stands in them.
    #[source]
    source: serde_json::Error,
}

impl LogPage {
    /// Finds where the rows begin and which page comes next. Graph names the next page before its rows, so that the rows
    /// need not be gone through for it; whether they are whole is then seen when they are parsed.
    pub(crate) fn read(answer: Answer) -> Result<Linked<Self>, (Unexpected, Trace)> {
        let trace = answer.trace.clone();
        let json = answer.json().map_err(|what| (what, trace.clone()))?;
        let (rows_at, next) = match Head::read(json) {
            Some(head) if head.next.is_some() && json.trim_end().ends_with("]}") => (head.rows_at, head.next),
            _ => read_whole(json).map_err(|error| (unreadable(&error), trace.clone()))?,
        };
        let page = Self {
            body: answer.body,
            rows_at,
            has_more: next.is_some(),
            trace: trace.clone(),
        };

        Ok(Linked { page, next, trace })
    }

    /// Says whether another page follows.
    pub fn has_more(&self) -> bool {
        self.has_more
    }

    /// Reads every row as an audit. A page that is cut off or no JSON is an error.
    pub fn audits(&self) -> Result<LogRows<'_, GraphDirectoryAudit<'_>>, GraphError> {
        self.parse()
    }

    /// Reads every row as a sign-in. A page that is cut off or no JSON is an error.
    pub fn sign_ins(&self) -> Result<LogRows<'_, GraphSignIn<'_>>, GraphError> {
        self.parse()
    }

    fn parse<'p, T: Deserialize<'p>>(&'p self) -> Result<LogRows<'p, T>, GraphError> {
        let damaged = |what| GraphError::UnexpectedAnswer {
            what,
            trace: self.trace.clone(),
        };
        let json = &self.body;
        let mut found = LogRows {
            rows: Vec::new(),
            unreadable: Vec::new(),
        };
        let mut at = after(json, self.rows_at, b'[').ok_or_else(|| damaged(Unexpected::WrongShape))?;
        if let Some(end) = after(json, at, b']') {
            at = end;
        } else {
            loop {
                let row = skip_space(json, at);
                match value_at(json, row) {
                    Ok((value, end)) => {
                        at = end;
                        let raw = json.get(row..end).unwrap_or_default();
                        found.rows.push(LogRow { raw, value });
                    }
                    Err(source) => {
                        // Is it only this row, or is the page no JSON from here on?
                        at = value_at::<&RawValue>(json, row)
                            .map_err(|error| damaged(unreadable(&error)))?
                            .1;
                        let index = found.rows.len() + found.unreadable.len();
                        found.unreadable.push(RowError { index, source });
                    }
                }
                if let Some(end) = after(json, at, b']') {
                    at = end;
                    break;
                }
                at = after(json, at, b',').ok_or_else(|| damaged(cut_or_broken(json, at)))?;
            }
        }
        // Whatever stands behind the rows is none of them, but has to be JSON.
        if let Some(more) = after(json, at, b',') {
            let rest = format!("{{{}", json.get(more..).unwrap_or_default());
            serde_json::from_str::<IgnoredAny>(&rest).map_err(|error| damaged(unreadable(&error)))?;
            return Ok(found);
        }
        at = after(json, at, b'}').ok_or_else(|| damaged(cut_or_broken(json, at)))?;
        if skip_space(json, at) == json.len() {
            Ok(found)
        } else {
            Err(damaged(Unexpected::NotJson))
        }
    }
}

/// What stands before the rows.
struct Head {
    rows_at: usize,
    next: Option<String>,
}

impl Head {
    /// `None` where it is not as expected; whoever reads the whole page then knows why.
    fn read(json: &str) -> Option<Self> {
        let mut next = None;
        let mut at = after(json, 0, b'{')?;
        loop {
            let (name, end) = value_at::<Cow<'_, str>>(json, skip_space(json, at)).ok()?;
            at = skip_space(json, after(json, end, b':')?);
            if name == "value" {
                return Some(Self { rows_at: at, next });
            }
            let end = if name == "@odata.nextLink" {
                let (link, end) = value_at(json, at).ok()?;
                next = link;
                end
            } else {
                value_at::<IgnoredAny>(json, at).ok()?.1
            };
            at = after(json, end, b',')?;
        }
    }
}

fn read_whole(json: &str) -> serde_json::Result<(usize, Option<String>)> {
    #[derive(Deserialize)]
    struct Whole<'a> {
        #[serde(rename = "@odata.nextLink")]
        next: Option<String>,
        #[serde(borrow)]
        value: &'a RawValue,
    }

    let whole: Whole<'_> = serde_json::from_str(json)?;
    Ok((
        whole.value.get().as_ptr().addr() - json.as_ptr().addr(),
        whole.next,
    ))
}

/// The value that begins at `at`, and where it ends. What follows is not looked at.
fn value_at<'j, T: Deserialize<'j>>(json: &'j str, at: usize) -> serde_json::Result<(T, usize)> {
    let mut values = Deserializer::from_str(json.get(at..).unwrap_or_default()).into_iter::<T>();
    match values.next() {
        Some(value) => Ok((value?, at + values.byte_offset())),
        // The error that says so: the end was met where a value should be.
        None => serde_json::from_str("").map(|value| (value, at)),
    }
}

/// The place behind `byte`, if that is what comes next.
fn after(json: &str, at: usize, byte: u8) -> Option<usize> {
    let at = skip_space(json, at);
    (json.as_bytes().get(at) == Some(&byte)).then_some(at + 1)
}

fn skip_space(json: &str, at: usize) -> usize {
    let rest = json.as_bytes().get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| b" \t\r\n".contains(byte)).count()
}

fn cut_or_broken(json: &str, at: usize) -> Unexpected {
    if skip_space(json, at) == json.len() {
        Unexpected::Truncated
    } else {
        Unexpected::NotJson
    }
}
