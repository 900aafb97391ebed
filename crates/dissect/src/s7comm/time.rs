//! Times: binary-coded decimals of clocks and diagnostics, and days since 1984 in blocks.

use crate::calendar::civil;
use crate::{Reader, Text, Visitor};

/// Days from 1970-01-01 to 1984-01-01, where the times in blocks begin.
const EPOCH_1984: i64 = 5113;

const fn decimal(bcd: u8) -> Option<u8> {
    let (tens, ones) = (bcd >> 4, bcd & 0x0f);
    if tens > 9 || ones > 9 { None } else { Some(tens.saturating_mul(10).saturating_add(ones)) }
}

/// DATE_AND_TIME: year, month, day, hour, minute, second, milliseconds (3 digits) and weekday, all BCD. Years from 90
/// on are of the last century (System and Standard Functions, data type DT).
pub(super) fn date_and_time(bytes: &[u8]) -> Option<Text<32>> {
    let &[year, month, day, hour, minute, second, high, low] = bytes.first_chunk::<8>()?;
    let year = u16::from(decimal(year)?);
    let year = if year >= 90 { year.saturating_add(1900) } else { year.saturating_add(2000) };
    let (month, day) = (decimal(month)?, decimal(day)?);
    let (hour, minute, second) = (decimal(hour)?, decimal(minute)?, decimal(second)?);
    let milliseconds = u16::from(decimal(high)?).saturating_mul(10).saturating_add(u16::from(low >> 4));
    if month > 12 || day > 31 || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    Some(Text::of(format_args!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milliseconds:03}"
    )))
}

/// Shows a DATE_AND_TIME, or its bytes where they are no time.
pub(super) fn visit(name: &'static str, bytes: &[u8], visitor: &mut dyn Visitor) {
    match date_and_time(bytes) {
        Some(text) => visitor.text(name, text.as_str()),
        None => visitor.bytes(name, bytes),
    }
}

/// Shows a block's time: milliseconds of the day (32 bits) and days since 1984 (16 bits).
pub(super) fn visit_since_1984(name: &'static str, bytes: &[u8], visitor: &mut dyn Visitor) {
    let mut reader = Reader::new(bytes);
    let (Ok(of_day), Ok(days)) = (reader.be_u32(), reader.be_u16()) else {
        visitor.bytes(name, bytes);
        return;
    };
    let (year, month, day) = civil(i64::from(days).saturating_add(EPOCH_1984));
    let (seconds, milliseconds) = (of_day / 1000, of_day % 1000);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let text = Text::<48>::of(format_args!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milliseconds:03}"
    ));
    visitor.text(name, text.as_str());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_since_1984_become_dates() {
        let at = crate::testing::shown(&|visitor| {
            visit_since_1984("at", &[0, 0, 0, 1, 0, 0], visitor);
        });
        assert!(at.contains("1984-01-01T00:00:00.001"), "{at}");
    }

    #[test]
    fn decimals_become_times() {
        let text = date_and_time(&[0x16, 0x02, 0x08, 0x14, 0x51, 0x37, 0x91, 0x62]).unwrap();
        assert_eq!(text.as_str(), "2016-02-08T14:51:37.916");
        assert!(date_and_time(&[0x1a; 8]).is_none());
    }
}
