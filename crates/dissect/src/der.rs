//! A small reader of DER, as certificates use it.
//!
//! Spec: ITU-T X.690 clauses 8 to 10. Lengths must be definite; tag numbers above 30 do not occur in certificates.

use crate::{Reader, Short};

/// One element: its identifier octet and its contents.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Element<'a> {
    /// Class, constructed bit and tag number as on the wire.
    pub(crate) tag: u8,
    /// Contents.
    pub(crate) body: &'a [u8],
}

/// Identifier octets of universal types.
pub(crate) mod tag {
    pub(crate) const INTEGER: u8 = 0x02;
    pub(crate) const OCTET_STRING: u8 = 0x04;
    pub(crate) const OID: u8 = 0x06;
    pub(crate) const UTF8_STRING: u8 = 0x0c;
    pub(crate) const PRINTABLE_STRING: u8 = 0x13;
    pub(crate) const TELETEX_STRING: u8 = 0x14;
    pub(crate) const IA5_STRING: u8 = 0x16;
    pub(crate) const UTC_TIME: u8 = 0x17;
    pub(crate) const GENERALIZED_TIME: u8 = 0x18;
    pub(crate) const BMP_STRING: u8 = 0x1e;
    pub(crate) const SEQUENCE: u8 = 0x30;
    pub(crate) const SET: u8 = 0x31;
}

/// The next element.
///
/// # Errors
/// [`Short`] when it is not whole or its form is not that of DER.
pub(crate) fn element<'a>(reader: &mut Reader<'a>) -> Result<Element<'a>, Short> {
    let broken = Short { needed: 1 };
    let tag = reader.u8()?;
    if tag & 0x1f == 0x1f {
        return Err(broken);
    }
    let first = reader.u8()?;
    let length = match first {
        0..=0x7f => usize::from(first),
        0x81..=0x84 => {
            let mut length = 0usize;
            for byte in reader.take(usize::from(first & 0x7f))? {
                length = (length << 8) | usize::from(*byte);
            }
            length
        }
        _ => return Err(broken),
    };
    Ok(Element { tag, body: reader.take(length)? })
}

/// The next element, which must have this identifier.
///
/// # Errors
/// As [`element`], and when it is another.
pub(crate) fn expect<'a>(reader: &mut Reader<'a>, tag: u8) -> Result<&'a [u8], Short> {
    let found = element(reader)?;
    if found.tag == tag { Ok(found.body) } else { Err(Short { needed: 1 }) }
}

/// A string type as text; `None` for other types.
pub(crate) fn text(element: &Element<'_>) -> Option<String> {
    Some(match element.tag {
        tag::UTF8_STRING | tag::PRINTABLE_STRING | tag::IA5_STRING | tag::TELETEX_STRING => {
            crate::printable(element.body).into_owned()
        }
        tag::BMP_STRING => {
            let units = element.body.as_chunks::<2>().0.iter().map(|pair| u16::from_be_bytes(*pair));
            char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_short_lengths() {
        let mut long = vec![0x04, 0x82, 0x01, 0x00];
        long.resize(4 + 256, 7);
        assert_eq!(element(&mut Reader::new(&long)).unwrap().body.len(), 256);
        assert_eq!(element(&mut Reader::new(&[2, 1, 5])).unwrap().body, [5]);
        for bad in [&[0x30, 0x80, 0, 0][..], &[0x1f, 1, 0], &[2, 2, 1], &[2, 0x85, 0, 0, 0, 0, 1, 1]] {
            assert!(element(&mut Reader::new(bad)).is_err(), "{bad:02x?}");
        }
    }
}
