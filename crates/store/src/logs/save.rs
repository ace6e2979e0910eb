//! Writing a page: new rows are added, changed ones replaced, known ones left alone.

use std::{collections::HashMap, sync::Arc};

use sqlx::AssertSqlSafe;

use super::page::{AuditRow, LocalEntity, LocalText, LogPage, RawSpan, Rows, SignInRow};
use crate::{
    StoreError, WriteTx,
    codec::FreshDictionary,
    entities::EntityRow,
    ids::Log,
    sql::{insert_many, json_numbers},
    time::seq_day,
};

/// What writing a page changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Saved {
    /// Rows that were not held before.
    pub new: u64,
    /// Rows whose content changed since they were held.
    pub changed: u64,
    /// Rows held already, as they are.
    pub unchanged: u64,
}

impl std::ops::AddAssign for Saved {
    fn add_assign(&mut self, other: Self) {
        self.new += other.new;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
    }
}

impl WriteTx {
    /// Writes a page of a log. Writing it again changes nothing.
    pub async fn save_page(&mut self, page: &LogPage) -> Result<Saved, StoreError> {
        self.save_pages(&[page]).await
    }

    /// Writes pages together, which costs far less than one by one. Where a row stands in several, the last counts.
    pub async fn save_pages(&mut self, pages: &[&LogPage]) -> Result<Saved, StoreError> {
        let (mut audits, mut sign_ins) = (Vec::new(), Vec::new());
        for (index, page) in pages.iter().enumerate() {
            match &page.rows {
                Rows::Audit(rows) => audits.extend(rows.iter().map(|row| (index, row))),
                Rows::SignIn(rows) => sign_ins.extend(rows.iter().map(|row| (index, row))),
            }
        }
        let mut saved = Saved::default();
        if audits.is_empty() && sign_ins.is_empty() {
            return Ok(saved);
        }
        self.save_fresh_dictionaries().await?;
        if !audits.is_empty() {
            saved += self.save_audits(pages, &audits).await?;
        }
        if !sign_ins.is_empty() {
            saved += self.save_sign_ins(pages, &sign_ins).await?;
        }
        Ok(saved)
    }

    pub(crate) async fn save_fresh_dictionaries(&mut self) -> Result<(), StoreError> {
        for FreshDictionary {
            id,
            kind,
            trained_on,
            bytes,
        } in self.archive.dictionaries.fresh()
        {
            if self.dictionaries.contains(&id) {
                continue;
            }
            sqlx::query("INSERT OR IGNORE INTO zdict(id, kind, trained_on, d) VALUES (?1, ?2, ?3, ?4)")
                .bind(id)
                .bind(kind.code())
                .bind(trained_on as i64)
                .bind(bytes.to_vec())
                .execute(self.connection()?)
                .await?;
            self.dictionaries.push(id);
        }
        Ok(())
    }

    /// Writes rows, each with the place of its page among `pages`.
    async fn save_audits(
        &mut self,
        pages: &[&LogPage],
        rows: &[(usize, &AuditRow)],
    ) -> Result<Saved, StoreError> {
        let marks: Vec<Mark> = rows
            .iter()
            .map(|(page, row)| Mark::new(*page, row.seq, row.id_hash, row.content_hash))
            .collect();
        let (saved, placed) = self.place(Log::Audit, &marks).await?;
        self.make_room(Log::Audit, &placed).await?;
        let fresh = fresh(rows, &placed);
        if fresh.is_empty() {
            return Ok(saved);
        }
        let numbers = self.resolve(pages).await?;
        let connection = self.connection()?;
        insert_many(
            connection,
            "INSERT OR FAIL INTO audit\
             (seq, id_hash, content_hash, corr, activity, category, service, reason, result, actor, target)",
            11,
            "",
            &fresh,
            |values, (seq, page, row)| {
                let values = values
                    .bind(*seq)
                    .bind(row.id_hash)
                    .bind(row.content_hash)
                    .bind(row.corr);
                row.texts
                    .iter()
                    .fold(values, |values, local| values.bind(numbers[*page].text(*local)))
                    .bind(row.result.code())
                    .bind(numbers[*page].entity(row.actor))
                    .bind(numbers[*page].entity(row.target))
            },
        )
        .await?;
        let also: Vec<(i64, i64)> = fresh
            .iter()
            .flat_map(|(seq, page, row)| row.also.iter().map(|other| (numbers[*page].entity(*other), *seq)))
            .collect();
        insert_many(
            connection,
            "INSERT OR IGNORE INTO audit_also(entity, seq)",
            2,
            "",
            &also,
            |values, (who, seq)| values.bind(*who).bind(*seq),
        )
        .await?;
        let raw: Vec<(i64, usize, RawSpan)> = fresh
            .iter()
            .map(|(seq, page, row)| (*seq, *page, row.raw))
            .collect();
        self.save_raw(pages, "INSERT OR REPLACE INTO audit_raw(seq, dict, z)", &raw)
            .await?;

        self.rows += fresh.len() as u64;
        let touched = fresh.iter().flat_map(|(_, page, row)| {
            [row.actor, row.target]
                .into_iter()
                .chain(row.also.iter().copied())
                .map(|local| numbers[*page].entity(local))
        });
        self.touched.extend(touched);
        Ok(saved)
    }

    /// Writes rows, each with the place of its page among `pages`.
    async fn save_sign_ins(
        &mut self,
        pages: &[&LogPage],
        rows: &[(usize, &SignInRow)],
    ) -> Result<Saved, StoreError> {
        let marks: Vec<Mark> = rows
            .iter()
            .map(|(page, row)| Mark::new(*page, row.seq, row.id_hash, row.content_hash))
            .collect();
        let (saved, placed) = self.place(Log::SignIn, &marks).await?;
        self.make_room(Log::SignIn, &placed).await?;
        let fresh = fresh(rows, &placed);
        if fresh.is_empty() {
            return Ok(saved);
        }
        let numbers = self.resolve(pages).await?;
        insert_many(
            self.connection()?,
            "INSERT OR FAIL INTO signin\
             (seq, id_hash, content_hash, corr, user, app, app_id, resource, reason, ca, access_type, home_tenant, \
              requirement, error, is_guest)",
            15,
            "",
            &fresh,
            |values, (seq, page, row)| {
                let values = values
                    .bind(*seq)
                    .bind(row.id_hash)
                    .bind(row.content_hash)
                    .bind(row.corr)
                    .bind(numbers[*page].entity(row.user));
                row.texts
                    .iter()
                    .fold(values, |values, local| {
                        values.bind(numbers[*page].text(*local))
                    })
                    .bind(row.error)
                    .bind(row.is_guest)
            },
        )
        .await?;
        let raw: Vec<(i64, usize, RawSpan)> = fresh
            .iter()
            .map(|(seq, page, row)| (*seq, *page, row.raw))
            .collect();
        self.save_raw(pages, "INSERT OR REPLACE INTO signin_raw(seq, dict, z)", &raw)
            .await?;

        self.rows += fresh.len() as u64;
        let touched = fresh.iter().map(|(_, page, row)| numbers[*page].entity(row.user));
        self.touched.extend(touched);
        Ok(saved)
    }

    /// The archive's numbers of every page's texts and entities.
    async fn resolve(&mut self, pages: &[&LogPage]) -> Result<Vec<Numbers>, StoreError> {
        let texts: Vec<&Arc<str>> = pages.iter().flat_map(|page| &page.texts).collect();
        let mut texts = self.intern(&texts).await?.into_iter();
        let entities: Vec<&EntityRow> = pages.iter().flat_map(|page| &page.entities).collect();
        let mut entities = self.entity_keys(&entities).await?.keys.into_iter();
        Ok(pages
            .iter()
            .map(|page| Numbers {
                texts: texts.by_ref().take(page.texts.len()).collect(),
                entities: entities.by_ref().take(page.entities.len()).collect(),
            })
            .collect())
    }

    async fn save_raw(
        &mut self,
        pages: &[&LogPage],
        head: &'static str,
        rows: &[(i64, usize, RawSpan)],
    ) -> Result<(), StoreError> {
        insert_many(
            self.connection()?,
            head,
            3,
            "",
            rows,
            |values, (seq, page, span)| {
                let page = pages[*page];
                values
                    .bind(*seq)
                    .bind(page.dictionary)
                    .bind(page.raw(*span).to_vec())
            },
        )
        .await
    }

    /// Removes the rows that will be written anew. They are few; where the writing itself might replace them or undo
    /// itself half-way, SQLite copies every page of every index before it touches it.
    async fn make_room(&mut self, log: Log, placed: &[Place]) -> Result<(), StoreError> {
        let replaced: Vec<i64> = placed
            .iter()
            .filter(|place| place.replaces)
            .map(|place| place.seq)
            .collect();
        if replaced.is_empty() {
            return Ok(());
        }
        sqlx::query(match log {
            Log::Audit => "DELETE FROM audit WHERE seq IN (SELECT value FROM json_each(?1))",
            Log::SignIn => "DELETE FROM signin WHERE seq IN (SELECT value FROM json_each(?1))",
        })
        .bind(json_numbers(replaced))
        .execute(self.connection()?)
        .await?;
        Ok(())
    }

    /// Decides where each row goes: to its own number, or, where another row of the same instant sits there already,
    /// to the next free one. Rows held as they are need no place.
    async fn place(&mut self, log: Log, marks: &[Mark]) -> Result<(Saved, Vec<Place>), StoreError> {
        let mut held = self.held(log, marks).await?;
        let mut saved = Saved::default();
        if held.is_empty()
            && let Some(placed) = apart(marks)
        {
            saved.new = placed.len() as u64;
            let days = placed.chunk_by(|one, other| seq_day(one.seq) == seq_day(other.seq));
            let days = days.filter_map(|day| Some((log.code(), seq_day(day.first()?.seq))));
            self.changed_days.extend(days);
            return Ok((saved, placed));
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
        Ok((saved, placed))
    }

    /// What the archive holds at the numbers of `marks`.
    async fn held(&mut self, log: Log, marks: &[Mark]) -> Result<HashMap<i64, Held>, StoreError> {
        let (occupied, wanted) = match log {
            Log::Audit => (
                "SELECT key FROM json_each(?1) page WHERE EXISTS \
                 (SELECT 1 FROM audit WHERE seq BETWEEN page.value ->> 0 AND page.value ->> 1)",
                "SELECT seq, id_hash, content_hash FROM audit WHERE seq IN (SELECT value FROM json_each(?1))",
            ),
            Log::SignIn => (
                "SELECT key FROM json_each(?1) page WHERE EXISTS \
                 (SELECT 1 FROM signin WHERE seq BETWEEN page.value ->> 0 AND page.value ->> 1)",
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
            return Ok(HashMap::new());
        }
        let rows: Vec<(i64, i64, i64)> = sqlx::query_as(wanted)
            .bind(json_numbers(asked))
            .fetch_all(self.connection()?)
            .await?;
        Ok(rows
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
            .collect())
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

/// The rows that are to be written, with their numbers and the places of their pages.
fn fresh<'r, R>(rows: &[(usize, &'r R)], placed: &[Place]) -> Vec<(i64, usize, &'r R)> {
    placed
        .iter()
        .map(|place| {
            let (page, row) = rows[place.row];
            (place.seq, page, row)
        })
        .collect()
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

/// The archive's numbers of a page's texts and entities.
struct Numbers {
    texts: Vec<i64>,
    entities: Vec<i64>,
}

impl Numbers {
    /// The empty text is 0.
    fn text(&self, local: LocalText) -> i64 {
        number(&self.texts, local)
    }

    /// Nobody is 0.
    fn entity(&self, local: LocalEntity) -> i64 {
        number(&self.entities, local)
    }
}

/// Pages count from 1, and 0 is none.
fn number(numbers: &[i64], local: u32) -> i64 {
    match local {
        0 => 0,
        local => numbers[local as usize - 1],
    }
}

/// What tells a row from others and from its earlier self.
struct Mark {
    /// The place of its page.
    page: usize,
    seq: i64,
    id_hash: i64,
    content_hash: i64,
}

impl Mark {
    fn new(page: usize, seq: i64, id_hash: i64, content_hash: i64) -> Self {
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

struct Place {
    row: usize,
    seq: i64,
    /// Whether something lies there.
    replaces: bool,
}
