//! Time in the archive: microseconds since 1970 for facts, and a time-ordered number for log rows.

use chrono::{DateTime, Utc};
use xxhash_rust::xxh3::xxh3_64;

/// 2020-01-01T00:00:00Z, the zero of `seq`: no log reaches further back.
const EPOCH_SECONDS: i64 = 1_577_836_800;
pub(crate) const DAY_SECONDS: i64 = 86_400;

pub(crate) fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}

pub(crate) fn from_micros(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or(DateTime::UNIX_EPOCH)
}

/// The row number of a log row: seconds since 2020 in the high bits, below them the microseconds and a hash of the
/// row's id. Rows thereby lie in time order, are found by time without an index, and meet themselves when they come
/// again. Where the source has whole seconds, all 33 low bits are hash.
pub(crate) fn seq_of(at: DateTime<Utc>, id_hash: u64) -> i64 {
    let seconds = at.timestamp() - EPOCH_SECONDS;
    let micros = i64::from(at.timestamp_subsec_micros());
    let low = if micros == 0 {
        (id_hash >> 31) as i64
    } else {
        (micros << 13) | (id_hash >> 51) as i64
    };
    (seconds << 33) | low
}

/// The instant of a row, to the second (rows with whole seconds carry a hash where others carry microseconds).
pub(crate) fn seq_time(seq: i64) -> DateTime<Utc> {
    DateTime::from_timestamp((seq >> 33) + EPOCH_SECONDS, 0).unwrap_or(DateTime::UNIX_EPOCH)
}

pub(crate) fn seq_day(seq: i64) -> i64 {
    (seq >> 33).div_euclid(DAY_SECONDS)
}

pub(crate) fn day_of(at: DateTime<Utc>) -> i64 {
    (at.timestamp() - EPOCH_SECONDS).div_euclid(DAY_SECONDS)
}

pub(crate) fn day_start(day: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(day * DAY_SECONDS + EPOCH_SECONDS, 0).unwrap_or(DateTime::UNIX_EPOCH)
}

pub(crate) fn day_seq(day: i64) -> i64 {
    (day * DAY_SECONDS) << 33
}

/// A stable 64-bit hash (XXH3), kept in the file.
pub(crate) fn hash64(text: &str) -> u64 {
    xxh3_64(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn later_rows_have_higher_numbers() {
        let early = seq_of(at("2026-11-01T10:00:00.000001Z"), u64::MAX);
        let late = seq_of(at("2026-11-01T10:00:00.000002Z"), 0);
        let next_second = seq_of(at("2026-11-01T10:00:01Z"), 0);
        assert!(early < late && late < next_second);
    }

    #[test]
    fn a_number_tells_its_second_and_day() {
        let instant = at("2026-11-23T18:00:59.7654321Z");
        let seq = seq_of(instant, hash64("x"));
        assert_eq!(seq_time(seq), at("2026-11-23T18:00:59Z"));
        assert_eq!(seq_day(seq), day_of(instant));
        assert!(day_seq(seq_day(seq)) <= seq && seq < day_seq(seq_day(seq) + 1));
        assert_eq!(day_start(day_of(instant)), at("2026-11-23T00:00:00Z"));
    }

    #[test]
    fn whole_seconds_leave_all_low_bits_to_the_hash() {
        let instant = at("2026-11-23T18:00:59Z");
        assert_ne!(seq_of(instant, hash64("a")), seq_of(instant, hash64("b")));
    }
}
