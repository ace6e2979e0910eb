//! Writing many rows by one statement.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use futures_util::future::join;
use sqlx::{Arguments as _, AssertSqlSafe, Encode, Sqlite, SqliteConnection, Type, sqlite::SqliteArguments};

use crate::StoreError;

/// Rows per statement: beyond this the time per row no longer falls, and 500 rows of 15 columns stay well below
/// SQLite's 32,766 parameters.
const ROWS: usize = 500;

/// The statement texts of full chunks, made once: the connection caches the prepared form by the text.
static FULL: LazyLock<Mutex<Statements>> = LazyLock::new(Mutex::default);

/// By head and tail.
type Statements = HashMap<(&'static str, &'static str), Arc<str>>;

/// What is bound to a statement, value by value.
#[derive(Default)]
pub(crate) struct Values {
    arguments: SqliteArguments,
    /// The first value that could not be bound.
    failed: Option<sqlx::error::BoxDynError>,
}

impl Values {
    /// Binds the next value.
    pub(crate) fn bind<'t>(&mut self, value: impl Encode<'t, Sqlite> + Type<Sqlite>) -> &mut Self {
        if let Err(error) = self.arguments.add(value) {
            self.failed.get_or_insert(error);
        }
        self
    }

    fn finish(self) -> Result<SqliteArguments, sqlx::Error> {
        match self.failed {
            None => Ok(self.arguments),
            Some(error) => Err(sqlx::Error::Encode(error)),
        }
    }
}

/// Runs `{head} VALUES (…),(…) {tail}` over `items`, in chunks: while SQLite writes one, the next is bound.
/// `head` and `tail` are ours, never a caller's text.
pub(crate) async fn insert_many<T>(
    connection: &mut SqliteConnection,
    head: &'static str,
    columns: usize,
    tail: &'static str,
    items: &[T],
    bind: impl for<'v> Fn(&'v mut Values, &T) -> &'v mut Values,
) -> Result<(), StoreError> {
    let bind_all = |chunk: &[T]| {
        let mut values = Values::default();
        values.arguments.reserve(chunk.len() * columns, 0);
        for item in chunk {
            bind(&mut values, item);
        }
        values
    };
    let mut chunks = items.chunks(ROWS).map(|chunk| (chunk.len(), bind_all(chunk)));
    let mut next = chunks.next();
    while let Some((rows, values)) = next.take() {
        let is_full = rows == ROWS;
        let text = if is_full {
            let mut full = FULL.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(
                full.entry((head, tail))
                    .or_insert_with(|| statement(head, columns, tail, ROWS).into()),
            )
        } else {
            statement(head, columns, tail, rows).into()
        };
        let query = sqlx::query_with(AssertSqlSafe(text), values.finish()?).persistent(is_full);
        let (written, bound) = join(query.execute(&mut *connection), async { chunks.next() }).await;
        written?;
        next = bound;
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
