//! What infix search sees of a guest: all names in one text, without case and accents.

use std::sync::Arc;

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
