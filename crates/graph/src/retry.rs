//! How long to wait before asking again ("Microsoft Graph throttling guidance").

use std::time::Duration;

use chrono::{DateTime, Utc};
use rand::Rng;

/// No wait is longer than this, whatever a service asks: the person sees an error instead of a program that
/// hangs.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_mins(10);

/// Reads `Retry-After`: seconds, seconds with a fraction, or a date of the server's clock.
pub(crate) fn retry_after(header: &str, server_now: DateTime<Utc>) -> Option<Duration> {
    let header = header.trim();
    if let Ok(seconds) = header.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let date = DateTime::parse_from_rfc2822(header).ok()?;

    Some((date.to_utc() - server_now).to_std().unwrap_or(Duration::ZERO))
}

/// Returns the wait before try number `tries` + 1 where the service named none: twice as long each time, with
/// jitter so that several programs do not come back at once.
pub(crate) fn backoff(tries: u32, random: &mut impl Rng) -> Duration {
    let base = Duration::from_secs(1 << tries.min(6));

    base.mul_f64(random.random_range(0.5..1.5)).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::seconds("12", Some(Duration::from_secs(12)))]
    #[case::decimal("2.128", Some(Duration::from_millis(2128)))]
    #[case::zero("0", Some(Duration::ZERO))]
    #[case::date("Mon, 23 Nov 2026 08:00:30 GMT", Some(Duration::from_secs(30)))]
    #[case::date_passed("Mon, 23 Nov 2026 07:00:00 GMT", Some(Duration::ZERO))]
    #[case::negative("-3", None)]
    #[case::infinite("inf", None)]
    #[case::word("soon", None)]
    #[case::empty("", None)]
    fn retry_after_in_all_its_forms(#[case] header: &str, #[case] wait: Option<Duration>) {
        let now = "2026-11-23T08:00:00Z".parse().unwrap();

        assert_eq!(retry_after(header, now), wait);
    }

    #[test]
    fn the_wait_grows_and_never_gets_out_of_hand() {
        let mut random = StdRng::seed_from_u64(7);

        for tries in 0..40 {
            let wait = backoff(tries, &mut random);
            let base = Duration::from_secs(1 << tries.min(6));
            assert!(
                wait >= base / 2 && wait < base * 3 / 2 && wait <= LONGEST_WAIT,
                "{tries}: {wait:?}"
            );
        }
    }
}
