//! Writing many rows by one statement.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use sqlx::{AssertSqlSafe, Sqlite, SqliteConnection, sqlite::SqliteArguments};

use crate::StoreError;

pub(crate) type Query<'q> = sqlx::query::Query<'q, Sqlite, SqliteArguments>;

/// Rows per statement: beyond this the time per row no longer falls, and 500 rows of 15 columns stay well below
/// SQLite's 32,766 parameters.
const ROWS: usize = 500;

/// The statement texts of full chunks, made once: the connection caches the prepared form by the text.
static FULL: LazyLock<Mutex<Statements>> = LazyLock::new(Mutex::default);

/// By head and tail.
type Statements = HashMap<(&'static str, &'static str), Arc<str>>;

/// Runs `{head} VALUES (…),(…) {tail}` over `items`, in chunks. `head` and `tail` are ours, never a caller's text.
pub(crate) async fn insert_many<T>(
    connection: &mut SqliteConnection,
    head: &'static str,
    columns: usize,
    tail: &'static str,
    items: &[T],
    bind: impl for<'q> Fn(Query<'q>, &T) -> Query<'q>,
) -> Result<(), StoreError> {
    for chunk in items.chunks(ROWS) {
        let is_full = chunk.len() == ROWS;
        let text = if is_full {
            let mut full = FULL.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(
                full.entry((head, tail))
                    .or_insert_with(|| statement(head, columns, tail, ROWS).into()),
            )
        } else {
            statement(head, columns, tail, chunk.len()).into()
        };
        let mut query = sqlx::query(AssertSqlSafe(text)).persistent(is_full);
        for item in chunk {
            query = bind(query, item);
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

fn statement(head: &str, columns: usize, tail: &str, rows: usize) -> String {
    let row = format!("({})", vec!["?"; columns].join(","));
    format!("{head} VALUES {} {tail}", vec![row; rows].join(","))
}

/// A JSON array of numbers, to bind where SQL reads a list by `json_each`.
pub(crate) fn json_numbers(numbers: impl IntoIterator<Item = i64>) -> String {
    use std::fmt::Write as _;

    let mut text = String::from("[");
    for (i, number) in numbers.into_iter().enumerate() {
        let separator = if i == 0 { "" } else { "," };
        // Writing to a String cannot fail.
        let _ = write!(text, "{separator}{number}");
    }
    text.push(']');
    text
}
