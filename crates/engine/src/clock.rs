//! The packet clock: it never steps back, and one odd packet cannot make it leap.

/// A jump ahead of more than this is believed only when [`AGREEING`] packets in a row agree.
const LEAP_NS: i64 = 3_600 * 1_000_000_000;
/// Packets that must agree on a leap.
const AGREEING: u32 = 16;

/// Time as the packets tell it.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    now_ns: Option<i64>,
    agreeing: u32,
    candidate_ns: i64,
    /// Packets whose time was not believed.
    pub(crate) odd: u64,
}

impl Clock {
    /// The clock after a packet of this time.
    #[inline]
    pub(crate) fn advance(&mut self, ts_ns: i64) -> i64 {
        let Some(now_ns) = self.now_ns else {
            self.now_ns = Some(ts_ns);
            return ts_ns;
        };
        if ts_ns <= now_ns {
            if now_ns.saturating_sub(ts_ns) > LEAP_NS {
                self.odd = self.odd.wrapping_add(1);
            }
            self.agreeing = 0;
            return now_ns;
        }
        if ts_ns.saturating_sub(now_ns) <= LEAP_NS {
            self.agreeing = 0;
            self.now_ns = Some(ts_ns);
            return ts_ns;
        }
        let agrees = self.agreeing > 0 && self.candidate_ns.abs_diff(ts_ns) <= LEAP_NS.unsigned_abs();
        self.agreeing = if agrees { self.agreeing.saturating_add(1) } else { 1 };
        self.candidate_ns = ts_ns;
        if self.agreeing >= AGREEING {
            self.agreeing = 0;
            self.now_ns = Some(ts_ns);
            return ts_ns;
        }
        self.odd = self.odd.wrapping_add(1);
        now_ns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_never_steps_back() {
        let mut clock = Clock::default();
        assert_eq!(clock.advance(100), 100);
        assert_eq!(clock.advance(50), 100);
        assert_eq!(clock.advance(200), 200);
    }

    #[test]
    fn one_odd_packet_does_not_make_it_leap_but_sixteen_do() {
        let mut clock = Clock::default();
        clock.advance(0);
        let far = 10 * LEAP_NS;
        assert_eq!(clock.advance(far), 0);
        assert_eq!(clock.advance(5), 5);
        for packet in 1..16 {
            assert_eq!(clock.advance(far + packet), 5);
        }
        assert_eq!(clock.advance(far + 16), far + 16);
        assert_eq!(clock.odd, 16);
    }
}
