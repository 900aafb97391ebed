//! Bytes of one layer, with the count of those that the capture cut off behind them.

/// A layer's captured bytes; `missing` more followed on the wire.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) missing: u32,
}

/// Whether a length from a header fits what was on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    Within,
    Beyond,
}

impl<'a> Span<'a> {
    #[inline]
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, missing: 0 }
    }

    /// Split off a fixed header.
    #[inline]
    pub(crate) fn header<const N: usize>(self) -> Option<(&'a [u8; N], Span<'a>)> {
        let (head, rest) = self.bytes.split_first_chunk::<N>()?;
        Some((head, Span { bytes: rest, missing: self.missing }))
    }

    /// Split off a header of variable length.
    #[inline]
    pub(crate) fn split(self, n: usize) -> Option<(&'a [u8], Span<'a>)> {
        let (head, rest) = self.bytes.split_at_checked(n)?;
        Some((head, Span { bytes: rest, missing: self.missing }))
    }

    /// The span after `n` bytes; empty when there are fewer.
    #[inline]
    pub(crate) fn after(self, n: usize) -> Span<'a> {
        match self.split(n) {
            Some((_, rest)) => rest,
            None => Span { bytes: &[], missing: self.missing },
        }
    }

    /// Length on the wire, as far as the frame's own length tells.
    #[inline]
    pub(crate) fn wire_length(self) -> usize {
        self.bytes.len().saturating_add(usize::try_from(self.missing).unwrap_or(usize::MAX))
    }

    /// Cut to the `length` a header gives. A length beyond the wire changes nothing.
    #[inline]
    pub(crate) fn limit(self, length: usize) -> (Span<'a>, Fit) {
        if let Some(bytes) = self.bytes.get(..length) {
            return (Span { bytes, missing: 0 }, Fit::Within);
        }
        match u32::try_from(length.saturating_sub(self.bytes.len())) {
            Ok(missing) if missing <= self.missing => (Span { bytes: self.bytes, missing }, Fit::Within),
            _ => (self, Fit::Beyond),
        }
    }

    /// Without the last `n` bytes of the wire (trailers); what the capture cut off goes first.
    #[inline]
    pub(crate) fn without_trailer(self, n: u32) -> Span<'a> {
        let Some(visible) = n.checked_sub(self.missing) else {
            return Span { bytes: self.bytes, missing: self.missing.saturating_sub(n) };
        };
        let keep = self.bytes.len().saturating_sub(usize::try_from(visible).unwrap_or(usize::MAX));
        Span { bytes: self.bytes.get(..keep).unwrap_or(&[]), missing: 0 }
    }

    #[inline]
    pub(crate) fn be_u16(self, at: usize) -> Option<u16> {
        self.bytes.get(at..)?.first_chunk::<2>().map(|b| u16::from_be_bytes(*b))
    }

    #[inline]
    pub(crate) fn be_u32(self, at: usize) -> Option<u32> {
        self.bytes.get(at..)?.first_chunk::<4>().map(|b| u32::from_be_bytes(*b))
    }

    #[inline]
    pub(crate) fn byte(self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_counts_what_the_capture_cut_off() {
        let span = Span { bytes: &[1, 2, 3], missing: 4 };
        let parts = |(s, fit): (Span<'_>, Fit)| (s.bytes.len(), s.missing, fit);
        assert_eq!(parts(span.limit(2)), (2, 0, Fit::Within));
        assert_eq!(parts(span.limit(5)), (3, 2, Fit::Within));
        assert_eq!(parts(span.limit(7)), (3, 4, Fit::Within));
        assert_eq!(parts(span.limit(8)), (3, 4, Fit::Beyond));
        assert_eq!(parts(span.limit(usize::MAX)), (3, 4, Fit::Beyond));
    }

    #[test]
    fn a_trailer_is_taken_from_the_wire_s_end() {
        let span = Span { bytes: &[1, 2, 3], missing: 2 };
        let parts = |s: Span<'_>| (s.bytes.len(), s.missing);
        assert_eq!(parts(span.without_trailer(1)), (3, 1));
        assert_eq!(parts(span.without_trailer(4)), (1, 0));
        assert_eq!(parts(span.without_trailer(9)), (0, 0));
    }
}
