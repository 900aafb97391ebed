//! Recognition of TLS records and of the version 2 client hello.

use crate::{Probe, Transport, Verdict};

/// Largest record: 2^14 bytes of content and room for encryption (RFC 5246 clause 6.2.3).
pub(super) const MAX_RECORD: usize = 16_384 + 2048;
/// Bytes of a record's header.
pub(super) const HEADER: usize = 5;

/// Kind and length of the record that begins here, if one does.
pub(super) fn header(data: &[u8]) -> Option<(u8, usize)> {
    let &[kind @ 20..=24, 3, 0..=4, high, low] = data.first_chunk::<HEADER>()? else { return None };
    let length = usize::from(u16::from_be_bytes([high, low]));
    (length <= MAX_RECORD && (length > 0 || kind == 23)).then_some((kind, length))
}

/// Length of a version 2 client hello that offers version 3 (RFC 5246 appendix E.2), header included.
pub(super) fn old_hello(data: &[u8]) -> Option<usize> {
    let &[high @ 0x80..=0xff, low, 1, major, minor, c1, c2, s1, s2, n1, n2] = data.first_chunk::<11>()?
    else {
        return None;
    };
    let length = usize::from(u16::from_be_bytes([high & 0x7f, low]));
    let [ciphers, session, challenge] =
        [[c1, c2], [s1, s2], [n1, n2]].map(|pair| usize::from(u16::from_be_bytes(pair)));
    let fits = matches!((major, minor), (3, 0..=3) | (0, 2))
        && ciphers > 0
        && ciphers % 3 == 0
        && matches!(session, 0 | 16)
        && (16..=32).contains(&challenge)
        && length == ciphers.saturating_add(session).saturating_add(challenge).saturating_add(9);
    fits.then_some(length.saturating_add(2))
}

/// Whether a handshake begins with these bytes.
pub(crate) fn begins(data: &[u8]) -> Verdict {
    if let &[high @ 0x80..=0xff, ..] = data {
        return match data {
            _ if old_hello(data).is_some() => Verdict::Sure,
            [_] if high < 0x82 => Verdict::More,
            [_, _] | [_, _, 1] | [_, _, 1, 0 | 3] | [_, _, 1, 0 | 3, 0..=3, ..]
                if data.len() < 11 && high < 0x82 =>
            {
                Verdict::More
            }
            _ => Verdict::No,
        };
    }
    let shape = |at: usize, fits: fn(u8) -> bool| data.get(at).is_none_or(|byte| fits(*byte));
    let hello = shape(0, |byte| byte == 22)
        && shape(1, |byte| byte == 3)
        && shape(2, |byte| byte <= 4)
        && shape(5, |byte| byte == 1 || byte == 2)
        && shape(6, |byte| byte == 0)
        && shape(9, |byte| byte == 3 || byte == 0x7f)
        && (data.len() < HEADER || header(data).is_some());
    match (hello, data.len()) {
        (false, _) => Verdict::No,
        (true, 0..11) => Verdict::More,
        (true, _) => Verdict::Sure,
    }
}

/// Looks at the first bytes of a flow.
pub(super) fn probe(probe: &Probe<'_>, ports: &[u16]) -> Verdict {
    if probe.transport != Transport::Tcp || probe.data.is_empty() {
        return Verdict::No;
    }
    match begins(probe.data) {
        Verdict::No => {}
        verdict => return verdict,
    }
    // Mid-stream: a chain of records.
    let Some((_, length)) = header(probe.data) else { return Verdict::No };
    let usual = probe.on_port(ports);
    let rest = probe.data.get(HEADER.saturating_add(length)..);
    match rest {
        Some([]) | None if usual => Verdict::Likely,
        Some([]) => Verdict::Likely,
        Some(rest) if header(rest).is_some() => Verdict::Sure,
        Some(rest) if rest.len() < HEADER && matches!(rest.first(), Some(20..=24)) => Verdict::Likely,
        _ => Verdict::No,
    }
}
