//! The floor: the rows of a synced archive, written again by nothing but SQLite.
//!
//! Same build of SQLCipher (one `libsqlite3-sys` serves the archive and `rusqlite`), same schema, indexes, triggers,
//! pragmas, key and page size; one prepared statement a table, rows ascending by their key. What it leaves out is what a
//! sync has to do besides: asking, inflating, parsing, compressing, looking up names.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use rusqlite::{Connection, params_from_iter, types::Value};

/// Rows of a transaction.
const ROWS_OF_A_TRANSACTION: usize = 10_000;

/// What the archive sets on its connections.
const PRAGMAS: &str = "PRAGMA cipher_page_size = 8192; PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 8000; PRAGMA cache_size = -65536;
    PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON;";

/// What writing it took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Floor {
    /// From the first row to the last commit.
    pub(crate) elapsed: Duration,
    /// Bytes of the JSON in the rows, uncompressed.
    pub(crate) json_bytes: u64,
}

/// Reads every ordinary table of `source` into memory, then writes them to `target`, which is new.
pub(crate) fn write_again(source: &Path, target: &Path, key_hex: &str) -> Result<Floor> {
    let archive = open(source, key_hex)?;
    let tables = load_tables(&archive)?;
    let rest = load_indexes_and_triggers(&archive, &tables)?;
    drop(archive);
    let json_bytes = tables.iter().map(Table::json_bytes).sum();

    let mut floor = open(target, key_hex)?;
    for sql in tables.iter().map(|table| &table.sql).chain(&rest) {
        floor.execute_batch(sql)?;
    }
    let begin = Instant::now();
    write(&mut floor, &tables)?;
    Ok(Floor {
        elapsed: begin.elapsed(),
        json_bytes,
    })
}

fn open(file: &Path, key_hex: &str) -> Result<Connection> {
    let connection = Connection::open(file)?;
    // The key must come before anything that touches the file.
    connection.execute_batch(&format!("PRAGMA key = \"x'{key_hex}'\"; {PRAGMAS}"))?;
    connection.execute_batch("SELECT count(*) FROM sqlite_schema")?;
    Ok(connection)
}

/// A table with all its rows.
struct Table {
    name: String,
    sql: String,
    columns: usize,
    /// The column with compressed JSON.
    compressed: Option<usize>,
    rows: Vec<Vec<Value>>,
}

impl Table {
    fn json_bytes(&self) -> u64 {
        let Some(column) = self.compressed else { return 0 };
        self.rows
            .iter()
            .filter_map(|row| match row.get(column) {
                Some(Value::Blob(frame)) => content_size(frame),
                _ => None,
            })
            .sum()
    }
}

/// Bytes of the JSON in a compressed row, by the head of its frame; the archive leaves out the mark every frame begins with.
fn content_size(frame: &[u8]) -> Option<u64> {
    const MARK: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];
    const LONGEST_HEAD: usize = 14;
    let head = frame.get(..LONGEST_HEAD).unwrap_or(frame);
    zstd::zstd_safe::get_frame_content_size(&[&MARK, head].concat())
        .ok()
        .flatten()
}

/// Loads the ordinary tables, in the order they were made: none refers to a later one.
fn load_tables(archive: &Connection) -> Result<Vec<Table>> {
    let mut list = archive.prepare(
        "SELECT s.name, s.sql, t.wr FROM sqlite_schema s JOIN pragma_table_list t ON t.name = s.name
         WHERE s.type = 'table' AND t.schema = 'main' AND t.type = 'table' AND s.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
         ORDER BY s.rowid",
    )?;
    let found = list.query_map([], |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, String>(1)?,
            row.get::<_, bool>(2)?,
        ))
    })?;
    let mut tables = Vec::new();
    for table in found {
        let (name, sql, without_rowid) = table?;
        let order = if without_rowid {
            primary_key(archive, &name)?
        } else {
            "rowid".to_owned()
        };
        let mut select = archive.prepare(&format!("SELECT * FROM \"{name}\" ORDER BY {order}"))?;
        let columns = select.column_count();
        let compressed = name
            .ends_with("_raw")
            .then(|| select.column_index("z"))
            .transpose()?;
        let rows = select
            .query_map([], |row| (0..columns).map(|index| row.get(index)).collect())?
            .collect::<rusqlite::Result<_>>()
            .with_context(|| format!("the rows of {name}"))?;
        drop(select);
        tables.push(Table {
            name,
            sql,
            columns,
            compressed,
            rows,
        });
    }
    Ok(tables)
}

fn primary_key(archive: &Connection, table: &str) -> Result<String> {
    let mut columns = archive.prepare("SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk")?;
    let names = columns
        .query_map([table], |row| row.get::<_, String>(0))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(names.join(", "))
}

fn load_indexes_and_triggers(archive: &Connection, tables: &[Table]) -> Result<Vec<String>> {
    let mut list = archive.prepare(
        "SELECT tbl_name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY rowid",
    )?;
    let found = list
        .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(found
        .into_iter()
        .filter(|(table, _)| tables.iter().any(|known| known.name == *table))
        .map(|(_, sql)| sql)
        .collect())
}

fn write(floor: &mut Connection, tables: &[Table]) -> Result<()> {
    for table in tables {
        let places = vec!["?"; table.columns].join(",");
        let sql = format!("INSERT INTO \"{}\" VALUES ({places})", table.name);
        for rows in table.rows.chunks(ROWS_OF_A_TRANSACTION) {
            let transaction = floor.transaction()?;
            let mut insert = transaction.prepare(&sql)?;
            for row in rows {
                insert.execute(params_from_iter(row))?;
            }
            drop(insert);
            transaction.commit()?;
        }
    }
    Ok(())
}
