//! The indexes of the logs by person, put off while a tenant is read for the first time.
//!
//! Rows come by time, and the people in them in no order at all: each transaction would touch blocks of these indexes
//! everywhere, and write them again and again. Made at the end, out of rows that lie there, they save a first sync an eighth of
//! its processor time. Until then whoever asks about a person waits for a look at every row.
//! A sync that goes on for long makes them earlier.

use sqlx::{AssertSqlSafe, SqliteConnection};

use super::Archive;
use crate::StoreError;

/// Their names, and what they are on; as in the migration that made them first.
const BY_PERSON: [(&str, &str); 3] = [
    ("audit_target", "audit(target) WHERE target <> 0"),
    ("audit_actor", "audit(actor) WHERE actor <> 0"),
    ("signin_user", "signin(user)"),
];

impl Archive {
    /// Puts the indexes by person off, if no row of a log is held yet. They are made by [`build_indexes`](Self::build_indexes),
    /// and, should the program end before, when the archive is next opened for writing.
    pub async fn put_off_indexes(&self) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        let is_empty: bool = sqlx::query_scalar(
            "SELECT NOT EXISTS (SELECT 1 FROM audit) AND NOT EXISTS (SELECT 1 FROM signin)",
        )
        .fetch_one(tx.connection()?)
        .await?;
        for (name, _) in BY_PERSON.iter().filter(|_| is_empty) {
            sqlx::query(AssertSqlSafe(format!("DROP INDEX IF EXISTS {name}")))
                .execute(tx.connection()?)
                .await?;
        }
        tx.commit().await
    }

    /// Makes the indexes by person where they were put off, and returns whether some were missing. SQLite sorts all rows
    /// in memory for it, and whoever writes waits.
    pub async fn build_indexes(&self) -> Result<bool, StoreError> {
        let there: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name IN (SELECT value FROM json_each(?1))",
        )
        .bind(serde_json::json!(BY_PERSON.map(|(name, _)| name)).to_string())
        .fetch_one(&self.inner.readers)
        .await?;
        if there == BY_PERSON.len() as i64 {
            return Ok(false);
        }
        let mut tx = self.write().await?;
        build(tx.connection()?).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// Makes those that are missing.
pub(super) async fn build(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    for (name, on) in BY_PERSON {
        let sql = format!("CREATE INDEX IF NOT EXISTS {name} ON {on}");
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *connection).await?;
    }
    Ok(())
}
