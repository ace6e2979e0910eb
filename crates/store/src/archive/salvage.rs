//! A damaged archive: set aside, and what can be read of it saved into a new one. Nothing is ever deleted.

use std::fs;

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};

use super::{
    Archive,
    open::{OpenOptions, check_key_mark, connect},
};
use crate::{ArchiveKey, ArchiveLocation, SalvageReport, SalvagedTable, StoreError};

/// What is saved, in an order that puts what others refer to first: table, its columns, and the column that orders it.
/// The rollups are computed again, and the search index is filled from the entities.
const TABLES: &[(&str, &str, &str)] = &[
    ("meta", "key, value", "key"),
    ("str", "id, s", "id"),
    ("entity", "id, oid, name, upn, mail", "id"),
    ("zdict", "id, kind, d", "id"),
    (
        "guest",
        "id, oid, display_name, sort_name, upn, mail, other_mails, domain, user_type, creation_type, state, \
         state_changed_at, created_at, account_enabled, company, usage_location, issuer, identities, sponsors, \
         activity_known, last_sign_in_at, last_non_interactive_at, last_successful_at, deleted_at, gone_at, sweep, \
         content_hash",
        "id",
    ),
    ("guest_raw", "id, dict, z", "id"),
    (
        "journey",
        "guest, stage, standing, reason, reason_code, stopped_at, waiting_since, invited_at, last_invited_at, \
         mailed_at, attempted_at, requirements_at, redeemed_at, access_at, inviter, at_least, evidence",
        "guest",
    ),
    (
        "invitation",
        "n, id, guest_oid, mail, redeem_url, redirect_url, sent_message, message, language, kind, made_by, made_at, \
         superseded_at",
        "n",
    ),
    (
        "ledger",
        "n, step, plan, entry, at, actor, verb, guest_oid, outcome, detail, previous, hash",
        "n",
    ),
    (
        "audit",
        "seq, id_hash, content_hash, corr, activity, category, service, result, reason, actor, target",
        "seq",
    ),
    ("audit_raw", "seq, dict, z", "seq"),
    ("audit_also", "entity, seq", "entity"),
    (
        "signin",
        "seq, id_hash, content_hash, corr, user, app, app_id, resource, error, reason, ca, access_type, home_tenant, \
         requirement, is_guest",
        "seq",
    ),
    ("signin_raw", "seq, dict, z", "seq"),
    ("coverage", "log, lo, hi, state, source, fetched_at", "log"),
    ("checkpoint", "name, value", "name"),
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

        let mut connection = connect(location, key, false).await?;
        let tables = copy_tables(&mut connection, &set_aside, key).await?;
        let report = SalvageReport {
            set_aside,
            at: now,
            tables,
        };
        connection.close().await?;
        tracing::warn!(
            complete = report.is_complete(),
            "a damaged archive was set aside and salvaged"
        );
        Ok(report)
    }
}

async fn copy_tables(
    connection: &mut SqliteConnection,
    damaged: &std::path::Path,
    key: &ArchiveKey,
) -> Result<Vec<SalvagedTable>, StoreError> {
    let is_attached = attach(connection, damaged, key).await.is_ok();
    // What refers to a lost row is kept all the same.
    sqlx::query("PRAGMA foreign_keys = OFF")
        .execute(&mut *connection)
        .await?;
    let mut tables = Vec::new();
    for (table, columns, order) in TABLES {
        let (saved, complete) = if is_attached {
            copy_table(connection, table, columns, order).await?
        } else {
            (0, false)
        };
        tables.push(SalvagedTable {
            table,
            saved,
            complete,
        });
    }
    if is_attached {
        sqlx::query("DETACH damaged").execute(&mut *connection).await?;
    }
    restore_derived(connection).await?;
    Ok(tables)
}

async fn attach(
    connection: &mut SqliteConnection,
    damaged: &std::path::Path,
    key: &ArchiveKey,
) -> Result<(), sqlx::Error> {
    let sql = format!("ATTACH ?1 AS damaged KEY {}", key.pragma());
    sqlx::query(AssertSqlSafe(sql))
        .bind(damaged.to_string_lossy().into_owned())
        .execute(&mut *connection)
        .await?;
    sqlx::query("SELECT count(*) FROM damaged.sqlite_schema")
        .execute(connection)
        .await?;
    Ok(())
}

/// Copies a table from its low end until damage, then from its high end until damage; what lies between is lost.
async fn copy_table(
    connection: &mut SqliteConnection,
    table: &str,
    columns: &str,
    order: &str,
) -> Result<(u64, bool), StoreError> {
    let mut ends = Vec::new();
    for direction in ["", " DESC"] {
        let mut copied: i64 = 0;
        let mut chunk = CHUNK;
        let reached_end = loop {
            // By offset within the b-tree's own order: no index of the damaged file is trusted.
            let sql = format!(
                "INSERT OR IGNORE INTO main.{table}({columns}) SELECT {columns} FROM damaged.{table} NOT INDEXED \
                 ORDER BY {order}{direction} LIMIT ?1 OFFSET ?2"
            );
            let read = format!(
                "SELECT count(*) FROM (SELECT 1 FROM damaged.{table} NOT INDEXED ORDER BY {order}{direction} \
                 LIMIT ?1 OFFSET ?2)"
            );
            let inserted = sqlx::query(AssertSqlSafe(sql))
                .bind(chunk)
                .bind(copied)
                .execute(&mut *connection)
                .await;
            let seen: Result<i64, _> = match inserted {
                Ok(_) => {
                    sqlx::query_scalar(AssertSqlSafe(read))
                        .bind(chunk)
                        .bind(copied)
                        .fetch_one(&mut *connection)
                        .await
                }
                Err(error) => Err(error),
            };
            match seen.map_err(StoreError::from) {
                Ok(seen) => {
                    copied += seen;
                    if seen < chunk {
                        break true;
                    }
                }
                Err(StoreError::DiskFull) => return Err(StoreError::DiskFull),
                Err(_) if chunk > 1 => chunk /= 4,
                Err(_) => break false,
            }
        };
        ends.push(reached_end);
        if reached_end {
            break;
        }
    }
    let saved: i64 = sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM main.{table}")))
        .fetch_one(connection)
        .await?;
    Ok((saved as u64, ends.first() == Some(&true)))
}

/// Fills what is derived from the rows saved: search index, dirty marks, and a journey for every guest.
async fn restore_derived(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    for sql in [
        "INSERT INTO entity_tri(rowid, doc) SELECT e.id, lower(e.name || char(10) || e.upn || char(10) || e.mail || \
         char(10) || ifnull(g.other_mails, '')) FROM entity e LEFT JOIN guest g ON g.id = e.id ORDER BY e.id",
        "INSERT OR IGNORE INTO journey(guest, stage, standing, waiting_since, invited_at, last_invited_at, inviter, \
         at_least, evidence) SELECT id, 0, 1, ifnull(created_at, 0), created_at, created_at, 0, 1, '[]' FROM guest",
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
