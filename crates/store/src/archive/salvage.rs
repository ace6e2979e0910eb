//! A damaged archive: set aside, and what can be read of it saved into a new one. Nothing is ever deleted.

use std::{fs, path::Path};

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};

use super::{
    Archive,
    open::{OpenOptions, PAGE_BYTES, check_key_mark, connect},
};
use crate::{ArchiveKey, ArchiveLocation, SalvageReport, SalvagedTable, StoreError};

/// What a table is ordered by.
enum Order {
    /// A number, its row id.
    Number(&'static str),
    /// A text or several columns; such tables are small.
    Text(&'static str),
}

/// What is saved, in an order that puts what others refer to first: table, columns, key.
/// The rollups are computed again.
const TABLES: &[(&str, &str, Order)] = &[
    ("meta", "key, value", Order::Text("key")),
    ("str", "id, s", Order::Number("id")),
    ("entity", "id, oid, name, upn", Order::Number("id")),
    ("zdict", "id, kind, trained_on, d", Order::Number("id")),
    ("zdict_copy", "id, kind, trained_on, d", Order::Number("id")),
    (
        "guest",
        "id, oid, display_name, upn, mail, other_mails, domain, user_type, creation_type, state, \
         state_changed_at, created_at, account_enabled, company, usage_location, issuer, identities, sponsors, \
         activity_known, last_sign_in_at, last_non_interactive_at, last_successful_at, deleted_at, gone_at, sweep, \
         content_hash",
        Order::Number("id"),
    ),
    ("guest_raw", "id, dict, z", Order::Number("id")),
    (
        "journey",
        "guest, stage, standing, reason, reason_code, stopped_at, waiting_since, invited_at, last_invited_at, \
         mailed_at, attempted_at, requirements_at, redeemed_at, access_at, inviter, at_least",
        Order::Number("guest"),
    ),
    (
        "invitation",
        "n, id, guest_oid, mail, redeem_url, redirect_url, sent_message, message, language, kind, made_by, made_at, \
         superseded_at",
        Order::Number("n"),
    ),
    (
        "ledger",
        "n, step, plan, entry, at, actor, verb, guest_oid, outcome, detail, previous, hash",
        Order::Number("n"),
    ),
    (
        "audit",
        "seq, id_hash, content_hash, corr, activity, category, service, result, reason, actor, target",
        Order::Number("seq"),
    ),
    ("audit_raw", "seq, dict, z", Order::Number("seq")),
    ("audit_also", "entity, seq", Order::Text("entity, seq")),
    (
        "signin",
        "seq, id_hash, content_hash, corr, user, app, app_id, resource, error, reason, ca, access_type, home_tenant, \
         requirement, is_guest",
        Order::Number("seq"),
    ),
    ("signin_raw", "seq, dict, z", Order::Number("seq")),
    (
        "coverage",
        "log, lo, hi, state, source, fetched_at",
        Order::Text("log, lo"),
    ),
    ("checkpoint", "name, value", Order::Text("name")),
];

/// Rows copied by one statement. A statement that meets damage saves nothing, so the size is halved around it.
const CHUNK: i64 = 4096;

impl Archive {
    /// Sets a damaged archive aside and saves what can be read of it into a new one. The damaged file keeps lying
    /// beside it under a name with the time in it. Needs the archive closed, and takes about as long as reading it.
    pub async fn salvage(
        location: &ArchiveLocation,
        key: &ArchiveKey,
        now: DateTime<Utc>,
    ) -> Result<SalvageReport, StoreError> {
        check_key_mark(location, key)?;
        let set_aside = location.set_aside(now);
        for (file, suffix) in location.database_files().iter().zip(["", "-wal", "-shm"]) {
            let mut target = set_aside.clone().into_os_string();
            target.push(suffix);
            match fs::rename(file, &target) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(StoreError::file(file)(error));
                }
                _ => {}
            }
        }
        let archive = Self::open(location.clone(), key, OpenOptions::read_write(now)).await?;
        archive.close().await;
        drop(archive);

        let mut salvage = Salvage {
            location,
            key,
            damaged: &set_aside,
            connection: None,
        };
        let tables = salvage.copy_tables().await?;
        let report = SalvageReport {
            set_aside,
            at: now,
            tables,
        };
        tracing::warn!(
            complete = report.is_complete(),
            "a damaged archive was set aside and salvaged"
        );
        Ok(report)
    }
}

/// Copies from the damaged file into the new one. Once SQLCipher has met a bad page it answers nothing more on that
/// connection, so each meeting costs a new one.
struct Salvage<'a> {
    location: &'a ArchiveLocation,
    key: &'a ArchiveKey,
    damaged: &'a Path,
    connection: Option<SqliteConnection>,
}

/// What reading a stretch of a table came to.
enum Stretch {
    /// This many rows, up to this key.
    Copied { rows: i64, last: i64 },
    /// Nothing lies there.
    Empty,
    /// A bad page.
    Damaged,
}

#[derive(Clone, Copy)]
enum Direction {
    Up,
    Down,
}

impl Salvage<'_> {
    async fn copy_tables(&mut self) -> Result<Vec<SalvagedTable>, StoreError> {
        let mut tables = Vec::new();
        for (table, columns, order) in TABLES {
            let complete = match order {
                Order::Number(key) => self.copy_numbered(table, columns, key).await?,
                Order::Text(key) => self.copy_in_order(table, columns, key).await?,
            };
            let count = format!("SELECT count(*) FROM main.{table}");
            let saved: i64 = sqlx::query_scalar(AssertSqlSafe(count))
                .fetch_one(self.new_file().await?)
                .await?;
            tables.push(SalvagedTable {
                table,
                saved: saved as u64,
                complete,
            });
        }
        self.connection = None;
        restore_derived(self.new_file().await?).await?;
        if let Some(connection) = self.connection.take() {
            connection.close().await?;
        }
        Ok(tables)
    }

    /// A connection to the new file, whether or not the damaged one could be attached.
    async fn new_file(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        if self.connection.is_none() {
            let mut connection = connect(self.location, self.key, false).await?;
            // What refers to a lost row is kept all the same.
            sqlx::query("PRAGMA foreign_keys = OFF")
                .execute(&mut connection)
                .await?;
            if let Err(error) = self.attach(&mut connection).await {
                tracing::debug!(%error, "the damaged archive cannot be attached");
            }
            self.connection = Some(connection);
        }
        self.connection.as_mut().ok_or(StoreError::Corrupt)
    }

    async fn attach(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        // An attached file takes this process's default, which is SQLCipher's own and not the archive's.
        let page_size = format!("PRAGMA cipher_default_page_size = {PAGE_BYTES}");
        sqlx::query(AssertSqlSafe(page_size))
            .execute(&mut *connection)
            .await?;
        let sql = format!("ATTACH ?1 AS damaged KEY {}", self.key.pragma());
        sqlx::query(AssertSqlSafe(sql))
            .bind(self.damaged.to_string_lossy().into_owned())
            .execute(&mut *connection)
            .await?;
        Ok(())
    }

    /// Copies a table whose key is a number: upward, and round every bad page from both sides. Says whether no bad
    /// page was met.
    async fn copy_numbered(&mut self, table: &str, columns: &str, key: &str) -> Result<bool, StoreError> {
        let mut complete = true;
        let mut after = i64::MIN;
        let mut limit = CHUNK;
        loop {
            match self
                .copy_stretch(table, columns, key, (after, i64::MAX), Direction::Up, limit)
                .await?
            {
                Stretch::Copied { rows, last } => {
                    after = last;
                    if rows < limit {
                        return Ok(complete);
                    }
                    limit = CHUNK;
                }
                Stretch::Empty => return Ok(complete),
                Stretch::Damaged if limit > 1 => limit = (limit / 8).max(1),
                Stretch::Damaged => {
                    complete = false;
                    let Some(beyond) = self.find_beyond(table, columns, key, after).await? else {
                        return Ok(false);
                    };
                    self.copy_downward(table, columns, key, (after, beyond)).await?;
                    after = beyond;
                    limit = CHUNK;
                }
            }
        }
    }

    /// The first key that can be read behind the bad page after `after`; its row is copied. Looks ever further.
    async fn find_beyond(
        &mut self,
        table: &str,
        columns: &str,
        key: &str,
        after: i64,
    ) -> Result<Option<i64>, StoreError> {
        for step in 0..63 {
            // The smallest key has no place to step from: start at zero.
            let from = after.max(0).saturating_add(1 << step);
            match self
                .copy_stretch(table, columns, key, (from, i64::MAX), Direction::Up, 1)
                .await?
            {
                Stretch::Copied { last, .. } => return Ok(Some(last)),
                Stretch::Empty => return Ok(None),
                Stretch::Damaged => {}
            }
        }
        Ok(None)
    }

    async fn copy_downward(
        &mut self,
        table: &str,
        columns: &str,
        key: &str,
        (low, mut high): (i64, i64),
    ) -> Result<(), StoreError> {
        let mut limit = CHUNK;
        loop {
            match self
                .copy_stretch(table, columns, key, (low, high), Direction::Down, limit)
                .await?
            {
                Stretch::Copied { rows, last } => {
                    high = last;
                    if rows < limit {
                        return Ok(());
                    }
                }
                Stretch::Damaged if limit > 1 => limit = (limit / 8).max(1),
                Stretch::Empty | Stretch::Damaged => return Ok(()),
            }
        }
    }

    /// Copies up to `limit` rows with keys between `low` and `high`, both exclusive.
    async fn copy_stretch(
        &mut self,
        table: &str,
        columns: &str,
        key: &str,
        (low, high): (i64, i64),
        direction: Direction,
        limit: i64,
    ) -> Result<Stretch, StoreError> {
        let (order, end) = match direction {
            Direction::Up => ("ASC", "max"),
            Direction::Down => ("DESC", "min"),
        };
        // No index of the damaged file is trusted.
        let look = format!(
            "SELECT count(*), {end}({key}) FROM (SELECT {key} FROM damaged.{table} NOT INDEXED \
             WHERE {key} > ?1 AND {key} < ?2 ORDER BY {key} {order} LIMIT ?3)"
        );
        let copy = format!(
            "INSERT OR IGNORE INTO main.{table}({columns}) SELECT {columns} FROM damaged.{table} NOT INDEXED \
             WHERE {key} > ?1 AND {key} < ?2 ORDER BY {key} {order} LIMIT ?3"
        );
        let connection = self.new_file().await?;
        let looked: Result<(i64, Option<i64>), sqlx::Error> = sqlx::query_as(AssertSqlSafe(look))
            .bind(low)
            .bind(high)
            .bind(limit)
            .fetch_one(&mut *connection)
            .await;
        let copied = match looked {
            Ok((_, None)) => return Ok(Stretch::Empty),
            Ok((rows, Some(last))) => sqlx::query(AssertSqlSafe(copy))
                .bind(low)
                .bind(high)
                .bind(limit)
                .execute(connection)
                .await
                .map(|_| Stretch::Copied { rows, last }),
            Err(error) => Err(error),
        };
        self.or_damaged(copied)
    }

    /// Copies a small table in the order of a text key, from both ends until damage.
    async fn copy_in_order(&mut self, table: &str, columns: &str, order: &str) -> Result<bool, StoreError> {
        for direction in ["ASC", "DESC"] {
            let order = order.replace(',', &format!(" {direction},"));
            let mut offset = 0;
            loop {
                let copy = format!(
                    "INSERT OR IGNORE INTO main.{table}({columns}) SELECT {columns} FROM damaged.{table} \
                     ORDER BY {order} {direction} LIMIT ?1 OFFSET ?2"
                );
                let look = format!(
                    "SELECT count(*) FROM (SELECT 1 FROM damaged.{table} ORDER BY {order} {direction} LIMIT ?1 OFFSET ?2)"
                );
                let connection = self.new_file().await?;
                let looked: Result<i64, sqlx::Error> = sqlx::query_scalar(AssertSqlSafe(look))
                    .bind(CHUNK)
                    .bind(offset)
                    .fetch_one(&mut *connection)
                    .await;
                let copied = match looked {
                    Ok(rows) => sqlx::query(AssertSqlSafe(copy))
                        .bind(CHUNK)
                        .bind(offset)
                        .execute(connection)
                        .await
                        .map(|_| Stretch::Copied {
                            rows,
                            last: offset + rows,
                        }),
                    Err(error) => Err(error),
                };
                match self.or_damaged(copied)? {
                    Stretch::Copied { rows, last } if rows == CHUNK => offset = last,
                    Stretch::Copied { .. } | Stretch::Empty => return Ok(direction == "ASC"),
                    Stretch::Damaged => break,
                }
            }
        }
        Ok(false)
    }

    /// Tells damage of the old file from trouble with the new one.
    fn or_damaged(&mut self, copied: Result<Stretch, sqlx::Error>) -> Result<Stretch, StoreError> {
        match copied.map_err(StoreError::from) {
            Err(StoreError::DiskFull) => Err(StoreError::DiskFull),
            Err(_) => {
                self.connection = None;
                Ok(Stretch::Damaged)
            }
            Ok(stretch) => Ok(stretch),
        }
    }
}

/// Fills what is derived from the rows saved: dictionaries, dirty marks, and a journey for every guest.
async fn restore_derived(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    for sql in [
        "INSERT OR IGNORE INTO zdict SELECT * FROM zdict_copy",
        "INSERT OR IGNORE INTO zdict_copy SELECT * FROM zdict",
        // A guest without an entity cannot be found by object id.
        "INSERT OR IGNORE INTO entity(id, oid, name, upn) SELECT id, oid, '', '' FROM guest",
        "INSERT OR IGNORE INTO journey(guest, stage, standing, waiting_since, invited_at, last_invited_at, inviter, \
         at_least) SELECT id, 0, 1, ifnull(created_at, 0), created_at, created_at, 0, 1 FROM guest",
        // The next sync writes every user object again, and everything is derived anew.
        "UPDATE guest SET content_hash = 0",
        "INSERT OR REPLACE INTO dirty_guest(guest, mark) SELECT id, (SELECT ifnull(max(CAST(value AS INTEGER)), 0) \
         FROM checkpoint WHERE name = 'evidence mark') FROM guest",
        "INSERT OR IGNORE INTO dirty_day(log, day) SELECT DISTINCT 1, (seq >> 33) / 86400 FROM audit",
        "INSERT OR IGNORE INTO dirty_day(log, day) SELECT DISTINCT 2, (seq >> 33) / 86400 FROM signin",
        // A window whose rows may be lost is no longer completely held.
        "UPDATE coverage SET state = 1 WHERE state = 0",
    ] {
        sqlx::query(sql).execute(&mut *connection).await?;
    }
    Ok(())
}
