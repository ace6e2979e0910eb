//! Where the rows of pages go, and what of them is held already.

use std::collections::HashMap;

use sqlx::AssertSqlSafe;

use super::save::Saved;
use crate::{StoreError, WriteTx, ids::Log, sql::json_numbers, time::seq_day};

impl WriteTx {
    /// Decides where each row goes: to its own number, or, where another row of the same instant sits there already,
    /// to the next free one. Rows held as they are need no place.
    pub(super) async fn place(&mut self, log: Log, marks: &[Mark]) -> Result<Placed, StoreError> {
        let (mut held, is_open) = self.held(log, marks).await?;
        let mut saved = Saved::default();
        if held.is_empty()
            && let Some(places) = apart(marks)
        {
            saved.new = places.len() as u64;
            let days = places.chunk_by(|one, other| seq_day(one.seq) == seq_day(other.seq));
            let days = days.filter_map(|day| Some((log.code(), seq_day(day.first()?.seq))));
            self.changed_days.extend(days);
            return Ok(Placed {
                saved,
                places,
                in_the_open: is_open,
            });
        }
        let mut placed: Vec<Place> = Vec::with_capacity(marks.len());
        for (row, mark) in marks.iter().enumerate() {
            let mut seq = mark.seq;
            loop {
                // A neighbour may hold the next number although no row of these pages asked for it.
                if seq != mark.seq && !held.contains_key(&seq) {
                    self.look_up(log, seq, &mut held).await?;
                }
                match held.get(&seq) {
                    Some(there) if there.id_hash != mark.id_hash => seq += 1,
                    Some(there) if there.content_hash == mark.content_hash => {
                        saved.unchanged += 1;
                        break;
                    }
                    other => {
                        let replaces = other.is_some();
                        if replaces {
                            saved.changed += 1;
                        } else {
                            saved.new += 1;
                        }
                        held.insert(
                            seq,
                            Held {
                                id_hash: mark.id_hash,
                                content_hash: mark.content_hash,
                            },
                        );
                        self.changed_days.insert((log.code(), seq_day(seq)));
                        placed.push(Place { row, seq, replaces });
                        break;
                    }
                }
            }
        }
        // The same row twice: the later content wins, and only it is written.
        let mut last = HashMap::new();
        for (index, place) in placed.iter().enumerate() {
            last.insert(place.seq, index);
        }
        if last.len() < placed.len() {
            let mut index = 0;
            placed.retain(|place| {
                let keep = last.get(&place.seq) == Some(&index);
                index += 1;
                keep
            });
        }
        placed.sort_unstable_by_key(|place| place.seq);
        Ok(Placed {
            saved,
            places: placed,
            in_the_open: false,
        })
    }

    /// What the archive holds at the numbers of `marks`, and whether nothing at all lies where their pages go.
    async fn held(&mut self, log: Log, marks: &[Mark]) -> Result<(HashMap<i64, Held>, bool), StoreError> {
        // A salvaged file may have raw rows that stand for themselves.
        let (occupied, wanted) = match log {
            Log::Audit => (
                "SELECT key FROM json_each(?1) page WHERE EXISTS \
                 (SELECT 1 FROM audit WHERE seq BETWEEN page.value ->> 0 AND page.value ->> 1) OR EXISTS \
                 (SELECT 1 FROM audit_raw WHERE seq BETWEEN page.value ->> 0 AND page.value ->> 1)",
                "SELECT seq, id_hash, content_hash FROM audit WHERE seq IN (SELECT value FROM json_each(?1))",
            ),
            Log::SignIn => (
                "SELECT key FROM json_each(?1) page WHERE EXISTS \
                 (SELECT 1 FROM signin WHERE seq BETWEEN page.value ->> 0 AND page.value ->> 1) OR EXISTS \
                 (SELECT 1 FROM signin_raw WHERE seq BETWEEN page.value ->> 0 AND page.value ->> 1)",
                "SELECT seq, id_hash, content_hash FROM signin WHERE seq IN (SELECT value FROM json_each(?1))",
            ),
        };
        // On a first sync nothing lies where a page goes, and one look says so.
        let pages: Vec<&[Mark]> = marks.chunk_by(|one, other| one.page == other.page).collect();
        let spans: Vec<(i64, i64)> = pages
            .iter()
            .map(|page| {
                page.iter().fold((i64::MAX, i64::MIN), |(low, high), mark| {
                    (low.min(mark.seq), high.max(mark.seq))
                })
            })
            .collect();
        let occupied: Vec<i64> = sqlx::query_scalar(occupied)
            .bind(serde_json::json!(spans).to_string())
            .fetch_all(self.connection()?)
            .await?;
        let asked: Vec<i64> = occupied
            .into_iter()
            .filter_map(|page| pages.get(page as usize))
            .flat_map(|page| page.iter().map(|mark| mark.seq))
            .collect();
        if asked.is_empty() {
            return Ok((HashMap::new(), true));
        }
        let rows: Vec<(i64, i64, i64)> = sqlx::query_as(wanted)
            .bind(json_numbers(asked))
            .fetch_all(self.connection()?)
            .await?;
        let held = rows
            .into_iter()
            .map(|(seq, id_hash, content_hash)| {
                (
                    seq,
                    Held {
                        id_hash,
                        content_hash,
                    },
                )
            })
            .collect();
        Ok((held, false))
    }

    async fn look_up(&mut self, log: Log, seq: i64, held: &mut HashMap<i64, Held>) -> Result<(), StoreError> {
        let table = match log {
            Log::Audit => "audit",
            Log::SignIn => "signin",
        };
        let sql = format!("SELECT id_hash, content_hash FROM {table} WHERE seq = ?1");
        let row: Option<(i64, i64)> = sqlx::query_as(AssertSqlSafe(sql))
            .bind(seq)
            .fetch_optional(self.connection()?)
            .await?;
        if let Some((id_hash, content_hash)) = row {
            held.insert(
                seq,
                Held {
                    id_hash,
                    content_hash,
                },
            );
        }
        Ok(())
    }
}

/// Every row at its own number, in their order. `None` where two ask for the same one.
fn apart(marks: &[Mark]) -> Option<Vec<Place>> {
    let mut placed: Vec<Place> = marks
        .iter()
        .enumerate()
        .map(|(row, mark)| Place {
            row,
            seq: mark.seq,
            replaces: false,
        })
        .collect();
    placed.sort_unstable_by_key(|place| place.seq);
    placed
        .is_sorted_by(|one, other| one.seq < other.seq)
        .then_some(placed)
}

/// What tells a row from others and from its earlier self.
pub(super) struct Mark {
    /// The place of its page.
    page: usize,
    seq: i64,
    id_hash: i64,
    content_hash: i64,
}

impl Mark {
    pub(super) fn new(page: usize, seq: i64, id_hash: i64, content_hash: i64) -> Self {
        Self {
            page,
            seq,
            id_hash,
            content_hash,
        }
    }
}

struct Held {
    id_hash: i64,
    content_hash: i64,
}

/// Where rows go.
pub(super) struct Placed {
    pub(super) saved: Saved,
    pub(super) places: Vec<Place>,
    /// Whether nothing lies anywhere between the first and the last row of each page, neither a row nor a raw one. Then nothing
    /// need be replaced; a statement that might has SQLite copy every block before it touches it.
    pub(super) in_the_open: bool,
}

pub(super) struct Place {
    pub(super) row: usize,
    pub(super) seq: i64,
    /// Whether something lies there.
    pub(super) replaces: bool,
}
