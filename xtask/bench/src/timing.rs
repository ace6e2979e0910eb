//! Medians and percentiles.

use std::time::Duration;

/// The middle of `values`; of an even number the upper one of the two. Zero for none.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    quantile(values, 0.5)
}

/// Times of one kind of run, in milliseconds.
#[derive(Debug, Default)]
pub(crate) struct Times(Vec<f64>);

impl Times {
    /// Notes a run.
    pub(crate) fn note(&mut self, elapsed: Duration) {
        self.0.push(elapsed.as_secs_f64() * 1e3);
    }

    /// How many runs.
    pub(crate) fn runs(&self) -> usize {
        self.0.len()
    }

    /// The time that half of the runs stay within.
    pub(crate) fn median(&mut self) -> f64 {
        median(&mut self.0)
    }

    /// The time that 95 of 100 runs stay within.
    pub(crate) fn p95(&mut self) -> f64 {
        quantile(&mut self.0, 0.95)
    }
}

/// Nearest-rank quantile.
fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let rank = (values.len() as f64 * share).floor() as usize;
    values
        .get(rank.min(values.len().saturating_sub(1)))
        .copied()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_occurred() {
        assert_eq!(median(&mut []).to_bits(), 0f64.to_bits());
        assert_eq!(median(&mut [3.0, 1.0, 2.0]).to_bits(), 2f64.to_bits());
        let mut hundred: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(quantile(&mut hundred, 0.95).to_bits(), 96f64.to_bits());
        assert_eq!(quantile(&mut [7.0], 0.95).to_bits(), 7f64.to_bits());
    }
}
