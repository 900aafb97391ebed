//! A checked cursor over bytes from the wire.
//!
//! Every dissector reads through it: running short is an `Err`, never a panic.

use core::fmt;

/// The input ended before the value did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Short {
    /// Bytes that were lacking, at least 1.
    pub needed: usize,
}

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "input ends {} bytes too early", self.needed)
    }
}

impl core::error::Error for Short {}

/// Cursor over a byte slice; a failed read leaves it where it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reader<'a> {
    rest: &'a [u8],
    length: usize,
}

/// One method per integer or float: name, type, constructor from bytes.
macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident: $type:ident :: $from:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// [`Short`] when fewer bytes remain than the value has.
        #[inline]
        pub fn $name(&mut self) -> Result<$type, Short> {
            self.array().map($type::$from)
        }
    )*};
}

impl<'a> Reader<'a> {
    /// A cursor at the start of `input`.
    #[inline]
    pub const fn new(input: &'a [u8]) -> Self {
        Self { rest: input, length: input.len() }
    }

    /// Bytes not yet read; the cursor stays.
    #[inline]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Number of bytes not yet read.
    #[inline]
    pub const fn remaining(&self) -> usize {
        self.rest.len()
    }

    /// True when nothing remains.
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Number of bytes read or skipped so far.
    #[inline]
    pub const fn position(&self) -> usize {
        self.length.saturating_sub(self.rest.len())
    }

    /// The next `n` bytes.
    ///
    /// # Errors
    /// [`Short`] when fewer than `n` remain.
    #[inline]
    pub fn take(&mut self, n: usize) -> Result<&'a [u8], Short> {
        match self.rest.split_at_checked(n) {
            Some((head, tail)) => {
                self.rest = tail;
                Ok(head)
            }
            None => Err(Short { needed: n.saturating_sub(self.rest.len()) }),
        }
    }

    /// At most `n` bytes: fewer when the input ends earlier.
    #[inline]
    pub fn take_up_to(&mut self, n: usize) -> &'a [u8] {
        let (head, tail) = self.rest.split_at_checked(n).unwrap_or((self.rest, &[]));
        self.rest = tail;
        head
    }

    /// A reader over the next `n` bytes, which this one then has passed.
    ///
    /// # Errors
    /// [`Short`] when fewer than `n` remain.
    #[inline]
    pub fn sub(&mut self, n: usize) -> Result<Reader<'a>, Short> {
        self.take(n).map(Reader::new)
    }

    /// Pass over `n` bytes.
    ///
    /// # Errors
    /// [`Short`] when fewer than `n` remain.
    #[inline]
    pub fn skip(&mut self, n: usize) -> Result<(), Short> {
        self.take(n).map(|_| ())
    }

    /// The next `n` bytes without passing them.
    ///
    /// # Errors
    /// [`Short`] when fewer than `n` remain.
    #[inline]
    pub fn peek(&self, n: usize) -> Result<&'a [u8], Short> {
        let mut ahead = *self;
        ahead.take(n)
    }

    /// The byte at the cursor without passing it.
    ///
    /// # Errors
    /// [`Short`] at the end of the input.
    #[inline]
    pub fn peek_u8(&self) -> Result<u8, Short> {
        self.rest.first().copied().ok_or(Short { needed: 1 })
    }

    /// The next `N` bytes as an array.
    ///
    /// # Errors
    /// [`Short`] when fewer than `N` remain.
    #[inline]
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Short> {
        match self.rest.split_first_chunk::<N>() {
            Some((head, tail)) => {
                self.rest = tail;
                Ok(*head)
            }
            None => Err(Short { needed: N.saturating_sub(self.rest.len()) }),
        }
    }

    numbers! {
        /// Unsigned byte.
        u8: u8::from_be_bytes;
        /// Signed byte.
        i8: i8::from_be_bytes;
        /// Unsigned 16 bits, big endian.
        be_u16: u16::from_be_bytes;
        /// Unsigned 32 bits, big endian.
        be_u32: u32::from_be_bytes;
        /// Unsigned 64 bits, big endian.
        be_u64: u64::from_be_bytes;
        /// Signed 16 bits, big endian.
        be_i16: i16::from_be_bytes;
        /// Signed 32 bits, big endian.
        be_i32: i32::from_be_bytes;
        /// Signed 64 bits, big endian.
        be_i64: i64::from_be_bytes;
        /// IEEE 754 single precision, big endian.
        be_f32: f32::from_be_bytes;
        /// IEEE 754 double precision, big endian.
        be_f64: f64::from_be_bytes;
        /// Unsigned 16 bits, little endian.
        le_u16: u16::from_le_bytes;
        /// Unsigned 32 bits, little endian.
        le_u32: u32::from_le_bytes;
        /// Unsigned 64 bits, little endian.
        le_u64: u64::from_le_bytes;
        /// Signed 16 bits, little endian.
        le_i16: i16::from_le_bytes;
        /// Signed 32 bits, little endian.
        le_i32: i32::from_le_bytes;
        /// Signed 64 bits, little endian.
        le_i64: i64::from_le_bytes;
        /// IEEE 754 single precision, little endian.
        le_f32: f32::from_le_bytes;
        /// IEEE 754 double precision, little endian.
        le_f64: f64::from_le_bytes;
    }

    /// Unsigned 24 bits, big endian.
    ///
    /// # Errors
    /// [`Short`] when fewer than 3 bytes remain.
    #[inline]
    pub fn be_u24(&mut self) -> Result<u32, Short> {
        self.array().map(|[a, b, c]| u32::from_be_bytes([0, a, b, c]))
    }

    /// Unsigned 24 bits, little endian.
    ///
    /// # Errors
    /// [`Short`] when fewer than 3 bytes remain.
    #[inline]
    pub fn le_u24(&mut self) -> Result<u32, Short> {
        self.array().map(|[a, b, c]| u32::from_le_bytes([a, b, c, 0]))
    }

    /// Unsigned 48 bits, big endian.
    ///
    /// # Errors
    /// [`Short`] when fewer than 6 bytes remain.
    #[inline]
    pub fn be_u48(&mut self) -> Result<u64, Short> {
        self.array().map(|[a, b, c, d, e, f]| u64::from_be_bytes([0, 0, a, b, c, d, e, f]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers_in_both_orders() {
        let bytes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
        let mut be = Reader::new(&bytes);
        assert_eq!(be.u8(), Ok(1));
        assert_eq!(be.be_u16(), Ok(0x0203));
        assert_eq!(be.be_u24(), Ok(0x0004_0506));
        assert_eq!(be.be_u32(), Ok(0x0708_090a));
        assert!(be.is_empty());
        let mut le = Reader::new(&bytes);
        assert_eq!(le.le_u16(), Ok(0x0201));
        assert_eq!(le.le_u24(), Ok(0x0005_0403));
        assert_eq!(le.le_u32(), Ok(0x0908_0706));
        assert_eq!(le.remaining(), 1);
        assert_eq!(Reader::new(&bytes).be_u48(), Ok(0x0102_0304_0506));
        assert_eq!(Reader::new(&bytes).le_u64(), Ok(0x0807_0605_0403_0201));
        assert_eq!(Reader::new(&[0xff, 0xfe]).be_i16(), Ok(-2));
        assert_eq!(Reader::new(&[0xfe, 0xff, 0xff, 0xff]).le_i32(), Ok(-2));
        assert_eq!(Reader::new(&[0x3f, 0x80, 0, 0]).be_f32(), Ok(1.0));
        assert_eq!(Reader::new(&[0, 0, 0, 0, 0, 0, 0xf0, 0x3f]).le_f64(), Ok(1.0));
    }

    #[test]
    fn a_failed_read_says_what_lacks_and_stays() {
        let mut reader = Reader::new(&[1, 2, 3]);
        assert_eq!(reader.be_u32(), Err(Short { needed: 1 }));
        assert_eq!(reader.take(10), Err(Short { needed: 7 }));
        assert_eq!(reader.peek(4), Err(Short { needed: 1 }));
        assert_eq!(reader.position(), 0);
        assert_eq!(reader.skip(2), Ok(()));
        assert_eq!(reader.position(), 2);
        assert_eq!(reader.peek_u8(), Ok(3));
        assert_eq!(reader.take_up_to(9), &[3]);
        assert_eq!(reader.u8(), Err(Short { needed: 1 }));
        assert_eq!(reader.sub(1).map(|r| r.remaining()), Err(Short { needed: 1 }));
    }
}
