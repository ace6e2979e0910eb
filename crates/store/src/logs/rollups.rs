//! Counts per day, computed again for the days whose rows changed. Never incremented: doing it twice is harmless.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;

use crate::{
    Archive, StoreError, WriteTx,
    ids::Log,
    sql::insert_many,
    time::{day_of, day_seq, day_start},
};

/// Rows of a log held for one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayRows {
    /// Midnight UTC at which the day begins.
    pub day: DateTime<Utc>,
    /// Rows held.
    pub rows: u64,
}

/// Failed sign-ins of one code and application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailureCount {
    /// The AADSTS code.
    pub code: i64,
    /// Application the sign-ins went to.
    pub app: Option<Arc<str>>,
    /// Rows, interrupts included: they are codes too.
    pub rows: u64,
}

impl WriteTx {
    /// Writes down which days changed, so that a crash before the recount loses nothing.
    pub(crate) async fn flush_day_marks(&mut self) -> Result<(), StoreError> {
        let days: Vec<(i64, i64)> = std::mem::take(&mut self.changed_days).into_iter().collect();
        if days.is_empty() {
            return Ok(());
        }
        insert_many(
            self.connection()?,
            "INSERT OR IGNORE INTO dirty_day(log, day)",
            2,
            "",
            &days,
            |values, (log, day)| values.bind(*log).bind(*day),
        )
        .await
    }

    /// Counts the changed days again. Costs a scan of those days; call it when a window is complete, not per page.
    pub async fn refresh_rollups(&mut self) -> Result<(), StoreError> {
        self.flush_day_marks().await?;
        let days: Vec<(i64, i64)> = sqlx::query_as("SELECT log, day FROM dirty_day")
            .fetch_all(self.connection()?)
            .await?;
        for (log, day) in days {
            let Some(log) = Log::from_code(log) else { continue };
            self.recount(log, day).await?;
        }
        sqlx::query("DELETE FROM dirty_day")
            .execute(self.connection()?)
            .await?;
        sqlx::query("INSERT INTO zdict_copy SELECT * FROM zdict WHERE id NOT IN (SELECT id FROM zdict_copy)")
            .execute(self.connection()?)
            .await?;
        Ok(())
    }

    /// Rows of both logs, by the counts of days: those of windows that are not complete may be missing.
    pub async fn count_log_rows(&mut self) -> Result<u64, StoreError> {
        let rows: i64 = sqlx::query_scalar("SELECT ifnull(sum(n), 0) FROM log_day")
            .fetch_one(self.connection()?)
            .await?;
        Ok(rows as u64)
    }

    async fn recount(&mut self, log: Log, day: i64) -> Result<(), StoreError> {
        let table = match log {
            Log::Audit => "audit",
            Log::SignIn => "signin",
        };
        let count = format!(
            "INSERT OR REPLACE INTO log_day(log, day, n) \
             SELECT ?1, ?2, count(*) FROM {table} WHERE seq >= ?3 AND seq < ?4"
        );
        sqlx::query(AssertSqlSafe(count))
            .bind(log.code())
            .bind(day)
            .bind(day_seq(day))
            .bind(day_seq(day + 1))
            .execute(self.connection()?)
            .await?;
        if log == Log::SignIn {
            sqlx::query("DELETE FROM fail_day WHERE day = ?1")
                .bind(day)
                .execute(self.connection()?)
                .await?;
            sqlx::query(
                "INSERT INTO fail_day(day, error, app, is_guest, n) \
                 SELECT ?1, error, app, is_guest, count(*) FROM signin INDEXED BY signin_fail \
                 WHERE error <> 0 AND seq >= ?2 AND seq < ?3 GROUP BY error, app, is_guest",
            )
            .bind(day)
            .bind(day_seq(day))
            .bind(day_seq(day + 1))
            .execute(self.connection()?)
            .await?;
        }
        Ok(())
    }
}

impl Archive {
    /// Rows of `log` held per day, for the days from `from` to before `until` that hold any, oldest first.
    pub async fn load_rows_per_day(
        &self,
        log: Log,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<DayRows>, StoreError> {
        let rows: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT day, n FROM log_day WHERE log = ?1 AND day >= ?2 AND day <= ?3 AND n > 0 ORDER BY day",
        )
        .bind(log.code())
        .bind(day_of(from))
        .bind(day_of(until - chrono::TimeDelta::microseconds(1)))
        .fetch_all(&self.inner.readers)
        .await?;
        Ok(rows
            .into_iter()
            .map(|(day, n)| DayRows {
                day: day_start(day),
                rows: n as u64,
            })
            .collect())
    }

    /// Failed sign-ins of guests by code and application, whole days from `from` to before `until`, most first.
    pub async fn list_failures(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<FailureCount>, StoreError> {
        let rows: Vec<(i64, i64, i64)> = sqlx::query_as(
            "SELECT error, app, sum(n) FROM fail_day WHERE day >= ?1 AND day <= ?2 AND is_guest = 1 \
             GROUP BY error, app ORDER BY sum(n) DESC, error, app",
        )
        .bind(day_of(from))
        .bind(day_of(until - chrono::TimeDelta::microseconds(1)))
        .fetch_all(&self.inner.readers)
        .await?;
        let highest = rows.iter().map(|(_, app, _)| *app).max().unwrap_or(0);
        let texts = self.inner.strings.reader(&self.inner.readers, highest).await?;
        Ok(rows
            .into_iter()
            .map(|(code, app, n)| FailureCount {
                code,
                app: texts.get(app),
                rows: n as u64,
            })
            .collect())
    }
}
