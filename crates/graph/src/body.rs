//! The text of an answer, in memory that is used again.
//!
//! Pages of logs are megabytes, and the system clears fresh memory before it hands it out.

use std::{
    fmt,
    ops::Deref,
    sync::{Arc, Mutex, PoisonError},
};

/// Less than this is quickly had anew.
const WORTH_KEEPING: usize = 256 * 1024;
/// Five times a page of the sandbox's sign-ins; a single odd answer must not stay.
const TOO_LARGE: usize = 16 * 1024 * 1024;
/// Up to three times as many pages may wait for their turn at being parsed: those that find none have memory made anew.
const KEPT: usize = 4;

/// Memory of answers that were read, for answers to come.
#[derive(Default)]
pub(crate) struct Room(Mutex<Vec<Vec<u8>>>);

/// Without what earlier answers left in it.
impl fmt::Debug for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Room").finish_non_exhaustive()
    }
}

impl Room {
    /// So many bytes, whatever they are.
    pub(crate) fn take(&self, length: usize) -> Vec<u8> {
        match self.smallest_for(length) {
            Some(mut bytes) => {
                bytes.resize(length, 0);
                bytes
            }
            // Of what the system has cleared it is not cleared again.
            None => vec![0; length],
        }
    }

    fn smallest_for(&self, length: usize) -> Option<Vec<u8>> {
        if length < WORTH_KEEPING {
            return None;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fitting = kept
            .iter()
            .enumerate()
            .filter(|(_, bytes)| bytes.capacity() >= length);
        let (place, _) = fitting.min_by_key(|(_, bytes)| bytes.capacity())?;
        Some(kept.swap_remove(place))
    }

    /// Keeps the largest.
    fn give_back(&self, bytes: Vec<u8>) {
        if !(WORTH_KEEPING..TOO_LARGE).contains(&bytes.capacity()) {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push(bytes);
        if kept.len() > KEPT {
            kept.sort_unstable_by_key(|bytes| std::cmp::Reverse(bytes.capacity()));
            let surplus = kept.split_off(KEPT);
            // To give megabytes back takes time, and others wait for the lock.
            drop(kept);
            drop(surplus);
        }
    }
}

/// The text of an answer. Its memory goes back to where it came from.
#[derive(Debug, Default)]
pub(crate) struct Body {
    text: String,
    room: Arc<Room>,
}

impl Body {
    /// What is no UTF-8 is no JSON either: it reads as empty.
    pub(crate) fn new(bytes: Vec<u8>, room: &Arc<Room>) -> Self {
        Self {
            text: String::from_utf8(bytes).unwrap_or_default(),
            room: Arc::clone(room),
        }
    }
}

impl Deref for Body {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        self.room.give_back(std::mem::take(&mut self.text).into_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How much is kept, in units of what is worth it.
    fn kept(room: &Room) -> Vec<usize> {
        let kept = room.0.lock().unwrap();
        kept.iter()
            .map(|bytes| bytes.capacity() / WORTH_KEEPING)
            .collect()
    }

    #[test]
    fn the_memory_of_a_large_answer_serves_the_next_that_fits() {
        let room = Arc::new(Room::default());
        let large = Body::new(vec![b'a'; 3 * WORTH_KEEPING], &room);
        let address = large.as_ptr().addr();
        drop(large);
        assert_eq!(kept(&room), [3]);

        let smaller = room.take(2 * WORTH_KEEPING);
        assert_eq!(
            (smaller.as_ptr().addr(), smaller.len()),
            (address, 2 * WORTH_KEEPING)
        );
        assert!(kept(&room).is_empty());
        drop(Body::new(smaller, &room));
        assert_eq!(
            room.take(4 * WORTH_KEEPING).len(),
            4 * WORTH_KEEPING,
            "too large for it"
        );
        assert_eq!(room.take(10), [0; 10], "not worth it");
        assert_eq!(kept(&room), [3]);
    }

    #[test]
    fn few_answers_are_kept_neither_small_nor_huge_ones() {
        let room = Arc::new(Room::default());
        let sizes = [1, 5, 2, 4, 3, 1];
        let bodies = sizes.map(|size| Body::new(vec![b'a'; size * WORTH_KEEPING], &room));
        drop(Body::new(b"{}".to_vec(), &room));
        drop(Body::new(vec![b'a'; TOO_LARGE], &room));
        assert!(kept(&room).is_empty());
        drop(bodies);
        assert_eq!(kept(&room), [5, 4, 3, 2]);
        room.take(3 * WORTH_KEEPING);
        assert_eq!(kept(&room), [5, 4, 2], "the smallest that fits was taken");
    }

    #[test]
    fn what_is_no_text_reads_as_empty() {
        let room = Arc::new(Room::default());
        assert_eq!(&*Body::new(b"{\"value\":\xff}".to_vec(), &room), "");
        assert_eq!(&*Body::new(b"{}".to_vec(), &room), "{}");
    }
}
