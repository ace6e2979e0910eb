//! Sign-in rows grouped into attempts. The last failure of an attempt says where the guest stopped; prompts alone were
//! left open.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use usher_store::EventRef;

use super::trace::{Trace, What};
use crate::reason::is_failure;

/// Rows of one sign-in attempt: they share a correlation id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attempt {
    /// Its first row.
    pub(crate) began_at: DateTime<Utc>,
    /// Its last row.
    pub(crate) ended_at: DateTime<Utc>,
    /// 0 where any row of the attempt succeeded; else its last failure; else the last prompt that was shown.
    pub(crate) code: u32,
    /// The row with that code.
    pub(crate) last: Option<EventRef>,
}

/// Groups the sign-ins among `traces` (oldest first) by correlation id, in the order in which they ended.
pub(crate) fn attempts<'t>(traces: impl IntoIterator<Item = &'t Trace>) -> Vec<Attempt> {
    let mut attempts: Vec<Attempt> = Vec::new();
    let mut open: HashMap<i64, usize> = HashMap::new();
    for trace in traces {
        let What::SignIn { code, .. } = trace.what else {
            continue;
        };
        let known = (trace.correlation != 0)
            .then(|| open.get(&trace.correlation))
            .flatten();
        if let Some(attempt) = known.and_then(|index| attempts.get_mut(*index)) {
            attempt.ended_at = trace.at;
            // A prompt after a failure is the next try of a guest who did not come further.
            let outweighs = code == 0 || is_failure(code) || !is_failure(attempt.code);
            if attempt.code != 0 && outweighs {
                attempt.code = code;
                attempt.last = trace.event;
            }
        } else {
            open.insert(trace.correlation, attempts.len());
            attempts.push(Attempt {
                began_at: trace.at,
                ended_at: trace.at,
                code,
                last: trace.event,
            });
        }
    }
    attempts.sort_by_key(|attempt| attempt.ended_at);
    attempts
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn row(minute: i64, correlation: i64, code: u32) -> Trace {
        Trace {
            at: DateTime::UNIX_EPOCH + TimeDelta::minutes(minute),
            correlation,
            event: None,
            what: What::SignIn { code, portal: false },
        }
    }

    fn codes(rows: &[Trace]) -> Vec<u32> {
        attempts(rows).iter().map(|attempt| attempt.code).collect()
    }

    #[test]
    fn the_last_code_of_an_attempt_counts() {
        assert_eq!(
            codes(&[row(0, 7, 50058), row(1, 7, 50074), row(2, 7, 500_121)]),
            [500_121]
        );
    }

    #[test]
    fn a_prompt_after_a_failure_does_not_hide_it() {
        assert_eq!(codes(&[row(0, 7, 500_121), row(1, 7, 50074)]), [500_121]);
    }

    #[test]
    fn a_success_anywhere_makes_the_attempt_a_success() {
        assert_eq!(codes(&[row(0, 7, 50058), row(1, 7, 0), row(2, 7, 50140)]), [0]);
    }

    #[test]
    fn rows_without_a_correlation_stand_alone() {
        assert_eq!(codes(&[row(0, 0, 50058), row(1, 0, 53003)]), [50058, 53003]);
    }

    #[test]
    fn interleaved_attempts_are_ordered_by_their_end() {
        assert_eq!(
            codes(&[row(0, 1, 50058), row(1, 2, 53003), row(2, 1, 50074)]),
            [53003, 50074]
        );
    }
}
