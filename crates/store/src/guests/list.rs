//! The guest list: one page after another, each found by where the one before ended.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    GuestRecord,
    filter::{GuestFilter, GuestSort, LARGEST_PAGE},
};
use crate::{Archive, StoreError, snapshot::Place};

/// Marks where a page ended. Opaque; belongs to one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(String);

#[derive(Serialize, Deserialize)]
struct Position<'s> {
    order: String,
    place: Place<'s>,
}

impl Cursor {
    /// Takes a cursor back from outside; it is checked when it is used.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The cursor as text, safe in a URL and on a command line.
    pub fn as_text(&self) -> &str {
        &self.0
    }

    fn write(place: Place<'_>, sort: GuestSort) -> Self {
        let order = order_name(sort);
        // Two numbers and some short texts always serialise.
        let json = serde_json::to_vec(&Position { order, place }).unwrap_or_default();
        Self(URL_SAFE_NO_PAD.encode(json))
    }

    fn read(&self, sort: GuestSort) -> Result<Place<'static>, StoreError> {
        let json = URL_SAFE_NO_PAD
            .decode(&self.0)
            .map_err(|_| StoreError::BadCursor)?;
        let position: Position<'static> = serde_json::from_slice(&json).map_err(|_| StoreError::BadCursor)?;
        if position.order == order_name(sort) && position.place.belongs_to(sort.key) {
            Ok(position.place)
        } else {
            Err(StoreError::BadCursor)
        }
    }
}

fn order_name(sort: GuestSort) -> String {
    format!("{:?}{}", sort.key, if sort.descending { "-" } else { "+" })
}

/// One page of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct GuestPage {
    /// The guests, in the order asked for.
    pub guests: Vec<GuestRecord>,
    /// Where the next page begins; `None` when this is the last.
    pub next: Option<Cursor>,
    /// How many guests match, on all pages.
    pub matching: u64,
    /// How many there are of those who may be listed, whatever else the filter says.
    pub total: u64,
}

impl Archive {
    /// Lists guests, at most `limit` (and never more than [`LARGEST_PAGE`]). `now` decides deadlines and activity.
    pub async fn list_guests(
        &self,
        filter: &GuestFilter,
        sort: GuestSort,
        after: Option<&Cursor>,
        limit: u32,
        now: DateTime<Utc>,
    ) -> Result<GuestPage, StoreError> {
        let limit = limit.clamp(1, LARGEST_PAGE) as usize;
        let after = after.map(|cursor| cursor.read(sort)).transpose()?;
        let snapshot = self.load_snapshot().await?;
        let page = snapshot.page(filter, sort, after.as_ref(), limit, now);
        Ok(GuestPage {
            guests: self.load_guests(&page.keys).await?,
            next: page.next.map(|place| Cursor::write(place, sort)),
            matching: page.matching as u64,
            total: snapshot.total(filter.deleted) as u64,
        })
    }

    /// How many guests match.
    pub async fn count_guests(&self, filter: &GuestFilter, now: DateTime<Utc>) -> Result<u64, StoreError> {
        Ok(self.load_snapshot().await?.count(filter, now) as u64)
    }
}
