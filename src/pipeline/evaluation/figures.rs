//! Shares and spreads, the arithmetic that all kinds of evaluation have in common.
//!
//! A share of nothing is no number: it is left out as `null`, never counted as 0 or 1.

use serde::Serialize;

/// `part` of `whole`, 0 to 1.
pub fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Median and 95th percentile.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    pub median: f64,
    pub p95: f64,
}

/// The median of an even number of values is the mean of the middle two; the 95th percentile is the smallest value that at
/// least 95 % of all values do not exceed (nearest rank).
pub fn spread(values: &[f64]) -> Option<Spread> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |index: usize| sorted.get(index).copied();
    let middle = sorted.len() / 2;
    let median = if sorted.len().is_multiple_of(2) { f64::midpoint(at(middle.checked_sub(1)?)?, at(middle)?) } else { at(middle)? };
    let rank = (sorted.len() * 95).div_ceil(100);
    Some(Spread { median, p95: at(rank.checked_sub(1)?)? })
}

pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_spreads_by_hand() {
        assert_eq!(share(1, 4), Some(0.25));
        assert_eq!(share(0, 4), Some(0.0));
        assert_eq!(share(0, 0), None);
        assert_eq!(mean(&[1.0, 2.0, 6.0]), Some(3.0));
        assert_eq!(mean(&[]), None);
        for (values, expected) in [
            (vec![], None),
            (vec![3.0], Some((3.0, 3.0))),
            (vec![4.0, 1.0], Some((2.5, 4.0))),
            (vec![5.0, 1.0, 3.0], Some((3.0, 5.0))),
            ((1..=20).map(f64::from).collect(), Some((10.5, 19.0))),
            ((1..=100).map(f64::from).collect(), Some((50.5, 95.0))),
        ] {
            assert_eq!(spread(&values).map(|s| (s.median, s.p95)), expected, "{values:?}");
        }
    }
}
