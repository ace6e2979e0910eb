//! The guest list: filters, orders and pages. The one file that puts SQL together at run time; every piece of it is
//! one of ours, and every value of a caller is bound.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sqlx::{QueryBuilder, Row as _, Sqlite, sqlite::SqliteRow};

use super::{
    GuestRecord,
    filter::{
        ACTIVE_DAYS, Card, DEADLINE_DAYS, Deadline, Deleted, EXPIRING_DAYS, GuestFilter, GuestSort,
        INACTIVE_DAYS, LARGEST_PAGE, SortKey,
    },
    load::{COLUMNS, GuestRow},
};
use crate::{Archive, StoreError, time::micros};

impl SortKey {
    /// The SQL to order by, most significant first. Never null, so that a page can begin after any row.
    fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Urgency => &["j.standing", "j.waiting_since"],
            Self::Name => &["g.sort_name"],
            Self::Mail => &["lower(g.mail)"],
            Self::Domain => &["g.domain"],
            Self::State => &["g.state"],
            Self::Stage => &["j.stage"],
            Self::Invited => &["ifnull(j.invited_at, 0)"],
            Self::LastInvited => &["ifnull(j.last_invited_at, 0)"],
            Self::Created => &["ifnull(g.created_at, 0)"],
            Self::LastSuccessful => &["ifnull(g.last_successful_at, 0)"],
            Self::Company => &["lower(ifnull(g.company, ''))"],
            Self::Issuer => &["ifnull(g.issuer, '')"],
            Self::AccountEnabled => &["ifnull(g.account_enabled, -1)"],
        }
    }

    /// The table whose index gives this order; it is read first.
    fn leads_with_guest(self) -> bool {
        !matches!(
            self,
            Self::Urgency | Self::Stage | Self::Invited | Self::LastInvited
        )
    }
}

/// Marks where a page ended. Opaque; belongs to one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(String);

impl Cursor {
    /// Takes a cursor back from outside; it is checked when it is used.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The cursor as text, safe in a URL and on a command line.
    pub fn as_text(&self) -> &str {
        &self.0
    }

    fn write(position: &Position) -> Self {
        // Two numbers and some short texts always serialise.
        let json = serde_json::to_vec(position).unwrap_or_default();
        Self(URL_SAFE_NO_PAD.encode(json))
    }

    fn read(&self, sort: GuestSort) -> Result<Position, StoreError> {
        let json = URL_SAFE_NO_PAD
            .decode(&self.0)
            .map_err(|_| StoreError::BadCursor)?;
        let position: Position = serde_json::from_slice(&json).map_err(|_| StoreError::BadCursor)?;
        let belongs = position.order == order_name(sort) && position.values.len() == sort.key.columns().len();
        if belongs {
            Ok(position)
        } else {
            Err(StoreError::BadCursor)
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Position {
    order: String,
    values: Vec<Value>,
    guest: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Value {
    Number(i64),
    Text(String),
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
        let limit = limit.clamp(1, LARGEST_PAGE);
        let position = after.map(|cursor| cursor.read(sort)).transpose()?;
        let mut query = list_query(filter, sort, position.as_ref(), limit + 1, now);
        let rows: Vec<SqliteRow> = query.build().fetch_all(&self.inner.readers).await?;

        let has_more = rows.len() > limit as usize;
        let next = match rows.get(limit as usize - 1) {
            Some(last) if has_more => Some(Cursor::write(&position_of(last, sort)?)),
            _ => None,
        };
        let guests = rows
            .iter()
            .take(limit as usize)
            .map(|row| GuestRecord::try_from(<GuestRow as sqlx::FromRow<_>>::from_row(row)?))
            .collect::<Result<_, _>>()?;
        Ok(GuestPage { guests, next })
    }

    /// How many guests match.
    pub async fn count_guests(&self, filter: &GuestFilter, now: DateTime<Utc>) -> Result<u64, StoreError> {
        // Every guest has a journey, so without a question about it the guests alone are counted.
        let tables = if asks_about_journeys(filter) {
            "guest g CROSS JOIN journey j ON j.guest = g.id"
        } else {
            "guest g"
        };
        let mut query = QueryBuilder::new(format!("SELECT count(*) FROM {tables} WHERE 1"));
        push_filter(&mut query, filter, None, now);
        let count: i64 = query.build_query_scalar().fetch_one(&self.inner.readers).await?;
        Ok(count as u64)
    }

    /// The SQLite query plan of a list, one step a line; tests hold it to the indexes.
    #[cfg(test)]
    pub(crate) async fn explain_list(
        &self,
        filter: &GuestFilter,
        sort: GuestSort,
        now: DateTime<Utc>,
    ) -> String {
        let sql = format!(
            "EXPLAIN QUERY PLAN {}",
            list_query(filter, sort, None, 100, now).sql().as_str()
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .fetch_all(&self.inner.readers)
            .await
            .unwrap();
        rows.iter()
            .map(|row| row.get::<String, _>("detail"))
            .collect::<Vec<_>>()
            .join("\n")
    }
}

fn list_query(
    filter: &GuestFilter,
    sort: GuestSort,
    after: Option<&Position>,
    limit: u32,
    now: DateTime<Utc>,
) -> QueryBuilder<Sqlite> {
    let columns = sort.key.columns();
    let keys: Vec<String> = columns
        .iter()
        .enumerate()
        .map(|(i, column)| format!("{column} AS key{i}"))
        .collect();
    // CROSS JOIN keeps the table first whose index gives the order.
    let (tables, id) = if sort.key.leads_with_guest() {
        ("guest g CROSS JOIN journey j ON j.guest = g.id", "g.id")
    } else {
        ("journey j CROSS JOIN guest g ON g.id = j.guest", "j.guest")
    };
    // First the page by its keys alone, then the wide rows of the page: sorting carries little that way.
    let mut query = QueryBuilder::new(format!(
        "WITH page AS MATERIALIZED (SELECT g.id AS id, {} FROM {tables} WHERE 1",
        keys.join(", ")
    ));
    push_filter(&mut query, filter, Some(sort.key), now);
    if let Some(position) = after {
        let comparison = if sort.descending { "<" } else { ">" };
        query.push(format!(" AND ({}, {id}) {comparison} (", columns.join(", ")));
        for value in &position.values {
            match value {
                Value::Number(number) => query.push_bind(*number),
                Value::Text(text) => query.push_bind(text.clone()),
            };
            query.push(", ");
        }
        query.push_bind(position.guest).push(")");
    }
    let direction = if sort.descending { " DESC" } else { "" };
    let order: Vec<String> = columns
        .iter()
        .chain(&[id])
        .map(|column| format!("{column}{direction}"))
        .collect();
    let page_order: Vec<String> = (0..columns.len())
        .map(|i| format!("page.key{i}{direction}"))
        .chain([format!("page.id{direction}")])
        .collect();
    query
        .push(format!(" ORDER BY {} LIMIT ", order.join(", ")))
        .push_bind(i64::from(limit))
        .push(format!(
            ") SELECT {COLUMNS}, page.* FROM page CROSS JOIN guest g ON g.id = page.id \
         CROSS JOIN journey j ON j.guest = page.id ORDER BY {}",
            page_order.join(", ")
        ));
    query
}

fn asks_about_journeys(filter: &GuestFilter) -> bool {
    !filter.stages.is_empty()
        || filter.reached.is_some()
        || !filter.standings.is_empty()
        || !filter.reasons.is_empty()
        || !filter.inviters.is_empty()
        || filter.invited_from.is_some()
        || filter.invited_until.is_some()
        || filter.deadline.is_some()
        || !matches!(
            filter.card,
            None | Some(Card::Total | Card::Active | Card::Pending | Card::Inactive)
        )
}

fn position_of(row: &SqliteRow, sort: GuestSort) -> Result<Position, StoreError> {
    let values = (0..sort.key.columns().len())
        .map(|i| {
            let name = format!("key{i}");
            row.try_get::<i64, _>(name.as_str())
                .map(Value::Number)
                .or_else(|_| row.try_get::<String, _>(name.as_str()).map(Value::Text))
        })
        .collect::<Result<_, _>>()?;
    Ok(Position {
        order: order_name(sort),
        values,
        guest: row.try_get::<i64, _>("id")?,
    })
}

fn push_filter(
    query: &mut QueryBuilder<Sqlite>,
    filter: &GuestFilter,
    order: Option<SortKey>,
    now: DateTime<Utc>,
) {
    match filter.deleted {
        Deleted::Exclude => query.push(" AND g.deleted_at IS NULL AND g.gone_at IS NULL"),
        Deleted::Only => query.push(" AND (g.deleted_at IS NOT NULL OR g.gone_at IS NOT NULL)"),
        Deleted::Include => query,
    };
    if let Some(search) = filter
        .search
        .as_deref()
        .map(str::trim)
        .filter(|search| !search.is_empty())
    {
        push_search(query, &search.to_lowercase());
    }
    push_one_of(query, "g.state", filter.states.iter().map(|state| state.code()));
    push_one_of(query, "j.stage", filter.stages.iter().map(|stage| stage.code()));
    // A single standing is a stretch of the urgency index; otherwise the index that gives the order must be kept.
    let standing = if filter.standings.len() == 1 && order == Some(SortKey::Urgency) {
        "j.standing"
    } else {
        "+j.standing"
    };
    push_one_of(
        query,
        standing,
        filter.standings.iter().map(|standing| standing.code()),
    );
    push_one_of(query, "j.reason", filter.reasons.iter().cloned());
    push_one_of(query, "g.domain", filter.domains.iter().cloned());
    push_one_of(
        query,
        "j.inviter",
        filter.inviters.iter().map(|inviter| inviter.0),
    );
    push_one_of(query, "g.issuer", filter.issuers.iter().cloned());
    if let Some(stage) = filter.reached {
        query.push(" AND j.stage >= ").push_bind(stage.code());
    }
    if let Some(enabled) = filter.account_enabled {
        query.push(" AND g.account_enabled = ").push_bind(enabled);
    }
    if let Some(from) = filter.invited_from {
        query.push(" AND j.invited_at >= ").push_bind(micros(from));
    }
    if let Some(until) = filter.invited_until {
        query.push(" AND j.invited_at < ").push_bind(micros(until));
    }
    if let Some(deadline) = filter.deadline {
        push_deadline(query, deadline, now);
    }
    if let Some(card) = filter.card {
        push_card(query, card, now);
    }
}

/// Trigrams find three characters and more. Shorter texts are looked for in the columns themselves, and what may be
/// a piece of an object id in the ids.
fn push_search(query: &mut QueryBuilder<Sqlite>, search: &str) {
    query.push(" AND (");
    if search.chars().count() >= 3 {
        query
            .push("g.id IN (SELECT rowid FROM guest_tri WHERE guest_tri MATCH ")
            .push_bind(format!("\"{}\"", search.replace('"', "\"\"")))
            .push(")");
    } else {
        for (i, column) in [
            "g.sort_name",
            "lower(g.mail)",
            "lower(g.upn)",
            "lower(g.other_mails)",
        ]
        .iter()
        .enumerate()
        {
            let or = if i == 0 { "" } else { " OR " };
            query
                .push(format!("{or}instr({column}, "))
                .push_bind(search.to_owned())
                .push(") > 0");
        }
    }
    let digits = search.replace('-', "");
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        query
            .push(" OR instr(lower(hex(g.oid)), ")
            .push_bind(digits)
            .push(") > 0");
    }
    query.push(")");
}

fn push_one_of<T>(query: &mut QueryBuilder<Sqlite>, column: &str, values: impl Iterator<Item = T>)
where
    T: sqlx::Type<Sqlite> + for<'v> sqlx::Encode<'v, Sqlite> + Send + 'static,
{
    let mut values = values.peekable();
    if values.peek().is_none() {
        return;
    }
    query.push(format!(" AND {column} IN ("));
    let mut list = query.separated(", ");
    for value in values {
        list.push_bind(value);
    }
    query.push(")");
}

fn push_deadline(query: &mut QueryBuilder<Sqlite>, deadline: Deadline, now: DateTime<Utc>) {
    let expired = micros(now - TimeDelta::days(DEADLINE_DAYS));
    let expiring = micros(now - TimeDelta::days(DEADLINE_DAYS - EXPIRING_DAYS));
    query.push(" AND g.state = 1 AND j.last_invited_at ");
    match deadline {
        Deadline::Expired => query.push("< ").push_bind(expired),
        Deadline::Expiring => query
            .push("BETWEEN ")
            .push_bind(expired)
            .push(" AND ")
            .push_bind(expiring),
    };
}

/// The same rules as `snapshot/cards.rs`; a test compares the two.
fn push_card(query: &mut QueryBuilder<Sqlite>, card: Card, now: DateTime<Utc>) {
    match card {
        Card::Total => {}
        Card::Active => {
            query
                .push(" AND g.last_successful_at >= ")
                .push_bind(micros(now - TimeDelta::days(ACTIVE_DAYS)));
        }
        Card::Pending => {
            query.push(" AND g.state = 1");
        }
        Card::Expiring => push_deadline(query, Deadline::Expiring, now),
        Card::Expired => push_deadline(query, Deadline::Expired, now),
        Card::Blocked => {
            query.push(" AND +j.standing = 0");
        }
        Card::Inactive => {
            query
                .push(
                    " AND g.state = 2 AND ifnull(g.last_successful_at, \
                     nullif(max(ifnull(g.last_sign_in_at, 0), ifnull(g.last_non_interactive_at, 0)), 0)) < ",
                )
                .push_bind(micros(now - TimeDelta::days(INACTIVE_DAYS)));
        }
        Card::NeverSignedIn => {
            query.push(" AND g.state = 2 AND j.stage < 5");
        }
    }
}
