//! Which time windows of which log are held, and how well.

use chrono::{DateTime, Utc};

use crate::{
    Archive, StoreError, WriteTx,
    ids::Log,
    time::{from_micros, micros},
};

/// How well a window is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Coverage {
    /// Everything the tenant showed for it.
    Complete,
    /// Some of it; the rest can still be fetched.
    Partial,
    /// Nothing (or only some) of it, and the tenant no longer has the rest.
    Gone,
}

impl Coverage {
    fn code(self) -> i64 {
        match self {
            Self::Complete => 0,
            Self::Partial => 1,
            Self::Gone => 2,
        }
    }

    fn from_code(code: i64) -> Result<Self, StoreError> {
        match code {
            0 => Ok(Self::Complete),
            1 => Ok(Self::Partial),
            2 => Ok(Self::Gone),
            _ => Err(StoreError::Unreadable("coverage")),
        }
    }
}

/// Where rows came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// Microsoft Graph.
    Api,
    /// A file.
    Import,
}

impl Source {
    fn code(self) -> i64 {
        match self {
            Self::Api => 1,
            Self::Import => 2,
        }
    }

    fn from_code(code: i64) -> Result<Self, StoreError> {
        match code {
            1 => Ok(Self::Api),
            2 => Ok(Self::Import),
            _ => Err(StoreError::Unreadable("coverage")),
        }
    }
}

/// A window of a log and what is known about it. Windows of one log never overlap; what none names is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    /// The log.
    pub log: Log,
    /// Start, inclusive.
    pub from: DateTime<Utc>,
    /// End, exclusive.
    pub until: DateTime<Utc>,
    /// How well it is held.
    pub coverage: Coverage,
    /// Where its rows came from.
    pub source: Source,
    /// When it was last read.
    pub fetched_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct SliceRow {
    lo: i64,
    hi: i64,
    state: i64,
    source: i64,
    fetched_at: i64,
}

impl SliceRow {
    fn read(self, log: Log) -> Result<Slice, StoreError> {
        Ok(Slice {
            log,
            from: from_micros(self.lo),
            until: from_micros(self.hi),
            coverage: Coverage::from_code(self.state)?,
            source: Source::from_code(self.source)?,
            fetched_at: from_micros(self.fetched_at),
        })
    }
}

const SLICES: &str = "SELECT lo, hi, state, source, fetched_at FROM coverage WHERE log = ?1 ORDER BY lo";

impl Archive {
    /// The windows of `log` that are known, oldest first.
    pub async fn load_coverage(&self, log: Log) -> Result<Vec<Slice>, StoreError> {
        let rows: Vec<SliceRow> = sqlx::query_as(SLICES)
            .bind(log.code())
            .fetch_all(&self.inner.readers)
            .await?;
        rows.into_iter().map(|row| row.read(log)).collect()
    }
}

impl WriteTx {
    /// Writes what is known about a window, in place of what was known about any part of it. An empty window is
    /// nothing. Neighbours that say the same become one.
    pub async fn save_slice(&mut self, slice: Slice) -> Result<(), StoreError> {
        let (lo, hi) = (micros(slice.from), micros(slice.until));
        if lo >= hi {
            return Ok(());
        }
        let log = slice.log.code();
        self.cut(log, lo, hi).await?;
        self.insert_slice(
            log,
            lo,
            hi,
            slice.coverage.code(),
            slice.source.code(),
            micros(slice.fetched_at),
        )
        .await?;
        self.join_neighbours(log, lo, hi).await
    }

    /// Takes `lo..hi` out of every window that reaches into it.
    async fn cut(&mut self, log: i64, lo: i64, hi: i64) -> Result<(), StoreError> {
        let touched: Vec<SliceRow> = sqlx::query_as(
            "SELECT lo, hi, state, source, fetched_at FROM coverage WHERE log = ?1 AND lo < ?3 AND hi > ?2",
        )
        .bind(log)
        .bind(lo)
        .bind(hi)
        .fetch_all(self.connection()?)
        .await?;
        for row in touched {
            sqlx::query("DELETE FROM coverage WHERE log = ?1 AND lo = ?2")
                .bind(log)
                .bind(row.lo)
                .execute(self.connection()?)
                .await?;
            if row.lo < lo {
                self.insert_slice(log, row.lo, lo, row.state, row.source, row.fetched_at)
                    .await?;
            }
            if row.hi > hi {
                self.insert_slice(log, hi, row.hi, row.state, row.source, row.fetched_at)
                    .await?;
            }
        }
        Ok(())
    }

    /// Joins the window at `lo..hi` with neighbours of the same state and source; the older reading's time stays.
    async fn join_neighbours(&mut self, log: i64, lo: i64, hi: i64) -> Result<(), StoreError> {
        let near: Vec<SliceRow> = sqlx::query_as(
            "SELECT lo, hi, state, source, fetched_at FROM coverage \
             WHERE log = ?1 AND lo <= ?3 AND hi >= ?2 ORDER BY lo",
        )
        .bind(log)
        .bind(lo)
        .bind(hi)
        .fetch_all(self.connection()?)
        .await?;
        let Some(own) = near.iter().find(|row| row.lo == lo) else {
            return Ok(());
        };
        let alike: Vec<&SliceRow> = near
            .iter()
            .filter(|row| row.state == own.state && row.source == own.source)
            .collect();
        if alike.len() < 2 {
            return Ok(());
        }
        let from = alike.iter().map(|row| row.lo).min().unwrap_or(lo);
        let until = alike.iter().map(|row| row.hi).max().unwrap_or(hi);
        let fetched_at = alike
            .iter()
            .map(|row| row.fetched_at)
            .min()
            .unwrap_or(own.fetched_at);
        let (state, source) = (own.state, own.source);
        for row in alike {
            sqlx::query("DELETE FROM coverage WHERE log = ?1 AND lo = ?2")
                .bind(log)
                .bind(row.lo)
                .execute(self.connection()?)
                .await?;
        }
        self.insert_slice(log, from, until, state, source, fetched_at)
            .await
    }

    async fn insert_slice(
        &mut self,
        log: i64,
        lo: i64,
        hi: i64,
        state: i64,
        source: i64,
        fetched_at: i64,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO coverage(log, lo, hi, state, source, fetched_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )
        .bind(log)
        .bind(lo)
        .bind(hi)
        .bind(state)
        .bind(source)
        .bind(fetched_at)
        .execute(self.connection()?)
        .await?;
        Ok(())
    }
}
