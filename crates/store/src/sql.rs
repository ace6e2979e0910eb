//! Writing many rows by one statement.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use futures_util::future::join;
use sqlx::{Arguments as _, AssertSqlSafe, Encode, Sqlite, SqliteConnection, Type, sqlite::SqliteArguments};

use crate::StoreError;

/// Rows per statement, largest first. The largest saves waiting for SQLite's thread; the others are what is left in the end.
/// Each is prepared once: to read the text of a statement takes longer than to run it.
const ROWS: [usize; 6] = [2000, 500, 100, 20, 4, 1];
/// SQLite's limit.
const PARAMETERS: usize = 32_766;

/// The statement texts, made once: the connection caches the prepared form by the text.
static STATEMENTS: LazyLock<Mutex<Statements>> = LazyLock::new(Mutex::default);

/// By head, tail and rows.
type Statements = HashMap<(&'static str, &'static str, usize), Arc<str>>;

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
    let mut chunks = chunks(items, columns).map(|chunk| (chunk.len(), bind_all(chunk)));
    let mut next = chunks.next();
    while let Some((rows, values)) = next.take() {
        let text = Arc::clone(
            STATEMENTS
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .entry((head, tail, rows))
                .or_insert_with(|| statement(head, columns, tail, rows).into()),
        );
        let query = sqlx::query_with(AssertSqlSafe(text), values.finish()?);
        let (written, bound) = join(query.execute(&mut *connection), async { chunks.next() }).await;
        written?;
        next = bound;
    }
    Ok(())
}

/// Cuts `items` into pieces for which there are statements.
fn chunks<T>(mut items: &[T], columns: usize) -> impl Iterator<Item = &[T]> {
    debug_assert!(columns <= PARAMETERS, "a row fits into one statement");
    std::iter::from_fn(move || {
        let rows = ROWS
            .into_iter()
            .find(|rows| *rows <= items.len() && rows * columns <= PARAMETERS)?;
        let (chunk, rest) = items.split_at(rows);
        items = rest;
        Some(chunk)
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_rows_is_cut_into_pieces_for_which_there_are_statements() {
        for columns in [2, 3, 15, 26] {
            for count in (0..60).chain([99, 347, 500, 1999, 2000, 2001, 6_543]) {
                let items: Vec<usize> = (0..count).collect();
                let pieces: Vec<&[usize]> = chunks(&items, columns).collect();
                assert_eq!(pieces.concat(), items, "all of them, in their order");
                for piece in &pieces {
                    assert!(ROWS.contains(&piece.len()) && piece.len() * columns <= PARAMETERS);
                }
            }
        }
    }
}
