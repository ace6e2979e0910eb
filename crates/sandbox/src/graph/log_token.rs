//! Skip tokens of the logs.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

use super::answer::GraphError;
use crate::world::LogRow;

/// A skip token of the reports is short-lived; after this it has to be asked for anew.
const TOKEN_MINUTES: i64 = 60;

/// Where a page ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) at: DateTime<Utc>,
    pub(super) sequence: u64,
    pub(super) page: u32,
}

impl Token {
    pub(super) fn write(self, now: DateTime<Utc>) -> String {
        format!(
            "{:016x}{:012x}{:012x}_{}",
            self.at.timestamp_nanos_opt().unwrap_or_default(),
            self.sequence,
            now.timestamp(),
            self.page
        )
    }

    pub(super) fn read(text: &str, now: DateTime<Utc>) -> Result<Self, GraphError> {
        let spent = || {
            GraphError::plain_bad_request(
                "The skip token is not valid or has expired. Start the query again without it.",
            )
        };
        let (place, page) = text.split_once('_').ok_or_else(spent)?;
        if place.len() != 40 || !place.is_ascii() {
            return Err(spent());
        }
        let hex = |part: &str| i64::from_str_radix(part, 16).map_err(|_| spent());
        let issued = DateTime::from_timestamp(hex(&place[28..])?, 0).ok_or_else(spent)?;
        if now.trunc_subsecs(0) - issued > TimeDelta::minutes(TOKEN_MINUTES) {
            return Err(spent());
        }
        Ok(Self {
            at: DateTime::from_timestamp_nanos(hex(&place[..16])?),
            sequence: hex(&place[16..28])?.cast_unsigned(),
            page: page.parse().map_err(|_| spent())?,
        })
    }

    /// Whether an ascending reader has had the row.
    pub(super) fn is_at_or_before(&self, row: &impl LogRow) -> bool {
        (row.at(), row.sequence()) <= (self.at, self.sequence)
    }

    /// Whether a descending reader has yet to see the row.
    pub(super) fn is_after(&self, row: &impl LogRow) -> bool {
        (row.at(), row.sequence()) < (self.at, self.sequence)
    }
}
