//! Addresses that look like something else: a domain written almost like a known one, a group's mailbox.

/// What looks like what, at a glance.
const CONFUSED: [(&str, &str); 13] = [
    ("rn", "m"),
    ("vv", "w"),
    ("cl", "d"),
    ("0", "o"),
    ("1", "l"),
    ("i", "l"),
    ("\u{430}", "a"),
    ("\u{435}", "e"),
    ("\u{43e}", "o"),
    ("\u{440}", "p"),
    ("\u{441}", "c"),
    ("\u{443}", "y"),
    ("\u{445}", "x"),
];

/// Shorter domains differ by one letter from many that mean no harm.
const SHORTEST: usize = 8;

/// Mailboxes that several people read. Only a person can accept.
const SHARED: [&str; 19] = [
    "accounting",
    "admin",
    "billing",
    "contact",
    "hello",
    "helpdesk",
    "hr",
    "info",
    "it",
    "marketing",
    "newsletter",
    "no-reply",
    "noreply",
    "office",
    "project",
    "projects",
    "sales",
    "support",
    "team",
];

/// The known domain that `domain` can be taken for, and by what.
pub(super) fn looks_like<'d>(domain: &str, known: impl IntoIterator<Item = &'d str>) -> Option<String> {
    let known: Vec<&str> = known.into_iter().collect();
    if known.contains(&domain) {
        return None;
    }
    let mut slip = None;
    for other in known {
        if skeleton(other) == skeleton(domain) {
            return Some(match confusion(domain, other) {
                Some((seen, meant)) => format!("Looks like {other} ({seen} for {meant})."),
                None => format!("Looks like {other}."),
            });
        }
        if slip.is_none() && domain.len() >= SHORTEST && is_one_slip(domain, other) {
            slip = Some(format!("Looks like {other}, which differs by one letter."));
        }
    }
    slip
}

/// Whether the part before the @ is a mailbox's of several people.
pub(super) fn is_shared(local: &str) -> bool {
    SHARED.iter().any(|name| name.eq_ignore_ascii_case(local))
}

fn skeleton(domain: &str) -> String {
    CONFUSED
        .iter()
        .fold(domain.to_lowercase(), |text, (seen, meant)| {
            text.replace(seen, meant)
        })
}

fn confusion(domain: &str, other: &str) -> Option<(&'static str, &'static str)> {
    CONFUSED.iter().find_map(|(seen, meant)| {
        if domain.replace(seen, meant) == other {
            Some((*seen, *meant))
        } else if other.replace(seen, meant) == domain {
            Some((*meant, *seen))
        } else {
            None
        }
    })
}

/// Whether one letter was added, left out, changed, or swapped with its neighbour.
fn is_one_slip(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let same = |(a, b): &(&char, &char)| a == b;
    let head = one.iter().zip(&other).take_while(same).count();
    let room = one.len().min(other.len()) - head;
    let backwards = one.iter().rev().zip(other.iter().rev());
    let tail = backwards.take(room).take_while(same).count();
    match (&one[head..one.len() - tail], &other[head..other.len() - tail]) {
        ([], [_]) | ([_], [] | [_]) => true,
        ([first, second], [third, fourth]) => first == fourth && second == third,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_that_can_be_taken_for_another_is_named() {
        let known = ["fabrikam.com", "adatum.com", "gmail.com"];
        let cases = [
            ("fabrikarn.com", "Looks like fabrikam.com (rn for m)."),
            ("fabr1kam.com", "Looks like fabrikam.com."),
            ("f\u{430}brikam.com", "Looks like fabrikam.com (\u{430} for a)."),
            ("gmial.com", "Looks like gmail.com, which differs by one letter."),
            (
                "adatumm.com",
                "Looks like adatum.com, which differs by one letter.",
            ),
            (
                "fabrikam.co",
                "Looks like fabrikam.com, which differs by one letter.",
            ),
        ];
        for (domain, words) in cases {
            assert_eq!(looks_like(domain, known).as_deref(), Some(words), "{domain}");
        }
        for other in ["fabrikam.com", "northwind.example", "a.com", "fabrikamgroup.com"] {
            assert_eq!(looks_like(other, known), None, "{other}");
        }
    }

    #[test]
    fn a_mailbox_of_many_is_told_by_its_name() {
        assert!(is_shared("Projects") && is_shared("no-reply"));
        assert!(!is_shared("paula.projects"));
    }
}
