//! Infix search: what it sees of a guest is all names in one text, without case and accents.

use std::sync::Arc;

use memchr::memmem::Finder;
use serde::{Deserialize, Serialize};
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// Bytes of a name and of a list of mails that are searched: a hostile name of megabytes must not fill the memory.
const LONGEST_NAME: usize = 1024;
const LONGEST_LIST: usize = 64 * 1024;

/// The names of a guest, one a line, ready to be searched and ordered by.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Names {
    text: Arc<str>,
    /// Where the first name ends.
    first: u16,
}

impl Names {
    /// `first` is what the guest is listed as; `others` are mails and names for signing in.
    pub(super) fn new(first: &str, others: [&str; 2], list: &str) -> Self {
        let mut text = folded(shortened(first, LONGEST_NAME));
        let first = text.len() as u16;
        let others = others.map(|other| shortened(other, LONGEST_NAME));
        for other in others.into_iter().chain([shortened(list, LONGEST_LIST)]) {
            text.push('\n');
            text.push_str(&folded(other));
        }
        Self {
            text: text.into(),
            first,
        }
    }

    /// Whether the first name ends within the text and at a letter, as it does unless the bytes it was read from are
    /// not what they should be.
    pub(super) fn is_sound(&self) -> bool {
        self.text.is_char_boundary(usize::from(self.first))
    }

    /// All names.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The name the guest is listed as.
    pub(super) fn first(&self) -> &str {
        &self.text[..usize::from(self.first)]
    }
}

/// A text of each guest, one behind the other: a piece is found in one long text several times as fast as in many short ones.
#[derive(Debug)]
pub(super) struct Haystack {
    text: String,
    /// Where each guest's text ends.
    ends: Vec<usize>,
}

impl Haystack {
    /// Of the guests' texts, in their order.
    pub(super) fn of<T: AsRef<str>>(texts: impl Iterator<Item = T>) -> Self {
        let mut text = String::new();
        let ends = texts.map(|next| {
            text.push_str(next.as_ref());
            text.len()
        });
        let ends = ends.collect();
        Self { text, ends }
    }

    /// Marks the guests whose text contains `piece`, if it is not empty.
    pub(super) fn mark(&self, piece: &str, found: &mut [bool]) {
        if piece.is_empty() {
            return;
        }
        let finder = Finder::new(piece);
        let mut from = 0;
        let mut guests = self.ends.iter().zip(found).peekable();
        while let Some(hit) = self
            .text
            .as_bytes()
            .get(from..)
            .and_then(|rest| finder.find(rest))
        {
            let hit = from + hit;
            while guests.next_if(|(end, _)| **end <= hit).is_some() {}
            let Some((end, is_found)) = guests.peek_mut() else {
                return;
            };
            // What ends in the next guest's text is in neither.
            if hit + piece.len() <= **end {
                **is_found = true;
                from = **end;
            } else {
                from = hit + 1;
            }
        }
    }
}

/// A text without case and accents.
pub(super) fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let lower = text.to_lowercase();
    lower.nfd().filter(|char| !is_combining_mark(*char)).collect()
}

fn shortened(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(texts: &[&str], piece: &str) -> Vec<bool> {
        let mut found = vec![false; texts.len()];
        Haystack::of(texts.iter()).mark(piece, &mut found);
        found
    }

    #[test]
    fn a_piece_is_found_within_each_text_and_never_across_two() {
        let texts = ["anna", "", "ann", "nab", "bananna", ""];
        assert_eq!(found(&texts, "ann"), [true, false, true, false, true, false]);
        assert_eq!(found(&texts, "na"), [true, false, false, true, true, false]);
        assert_eq!(found(&texts, "nn"), [true, false, true, false, true, false]);
        assert_eq!(found(&texts, "annna"), [false; 6]);
        assert_eq!(found(&["aab", "ab"], "aba"), [false; 2]);
        assert_eq!(found(&["é", "é"], "é"), [true; 2]);
        assert_eq!(found(&texts, ""), [false; 6]);
        assert!(found(&[], "a").is_empty());
    }

    #[test]
    fn case_and_accents_make_no_difference() {
        assert_eq!(folded("Zoë MÜLLER"), folded("zoe\u{308} Muller"));
        assert_eq!(folded("İstanbul"), "istanbul");
        assert_eq!(folded("Ада"), "ада");
    }

    #[test]
    fn the_first_name_is_kept_apart_and_a_long_one_is_cut_at_a_letter() {
        let names = Names::new("Ada\nB", ["ada@example.com", "ada_x#EXT#"], "[]");
        assert_eq!(names.first(), "ada\nb");
        assert!(names.text().contains("ada_x#ext#"));
        let long = "é".repeat(LONGEST_NAME);
        assert_eq!(
            Names::new(&long, ["", ""], "").first(),
            "e".repeat(LONGEST_NAME / 2)
        );
    }
}
