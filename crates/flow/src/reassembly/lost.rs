//! Holes that were given up, in case their bytes come after all.
//!
//! A capture taken at several points, or with its packets out of order, can hold an acknowledgement before
//! the bytes it acknowledges. They were passed as a gap then; when they come, they are new all the same.

use super::Budget;
use super::budget::MAX_LOST_RANGES;

/// Holes of one direction, as places in its stream; negative ones lie before the first byte known.
#[derive(Debug, Default)]
pub(super) struct Lost {
    /// In order of place, without overlap.
    ranges: Vec<(i64, i64)>,
}

impl Lost {
    /// Remember a hole; the one furthest back is forgotten for it when there are too many.
    pub(super) fn add(&mut self, start: i64, end: i64, budget: &mut Budget) {
        if self.ranges.len() >= MAX_LOST_RANGES {
            self.ranges.remove(0);
            budget.give_back_ranges(1);
        }
        if start < end && budget.take_range() {
            let place = self.ranges.partition_point(|&(other, _)| other < start);
            self.ranges.insert(place, (start, end));
        }
    }

    /// Take the first part of `start..end` that lies in a hole out of it.
    pub(super) fn take(&mut self, start: i64, end: i64, budget: &mut Budget) -> Option<(i64, i64)> {
        let place = self.ranges.partition_point(|&(_, behind)| behind <= start);
        let (hole_start, hole_end) = *self.ranges.get(place).filter(|&&(hole_start, _)| hole_start < end)?;
        self.ranges.remove(place);
        budget.give_back_ranges(1);
        let (low, high) = (hole_start.max(start), hole_end.min(end));
        self.add(high, hole_end, budget);
        self.add(hole_start, low, budget);
        Some((low, high))
    }

    pub(super) fn clear(&mut self, budget: &mut Budget) {
        budget.give_back_ranges(self.ranges.len());
        self.ranges = Vec::new();
    }
}
