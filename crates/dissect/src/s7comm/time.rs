//! Times: binary-coded decimals of clocks and diagnostics, and days since 1984 in blocks.

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

/// Year, month and day of a day counted from 1970-01-01, proleptic Gregorian.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days.saturating_add(719_468);
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        of_era.saturating_sub(of_era / 1460).saturating_add(of_era / 36_524).saturating_sub(of_era / 146_096)
            / 365;
    let before =
        year_of_era.saturating_mul(365).saturating_add(year_of_era / 4).saturating_sub(year_of_era / 100);
    let of_year = of_era.saturating_sub(before);
    let shifted_month = of_year.saturating_mul(5).saturating_add(2) / 153;
    let first = shifted_month.saturating_mul(153).saturating_add(2) / 5;
    let day = of_year.saturating_sub(first).saturating_add(1);
    let month =
        if shifted_month < 10 { shifted_month.saturating_add(3) } else { shifted_month.saturating_sub(9) };
    let year = year_of_era.saturating_add(era.saturating_mul(400));
    (if month <= 2 { year.saturating_add(1) } else { year }, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_become_dates() {
        for (days, date) in
            [(0, (1970, 1, 1)), (5113, (1984, 1, 1)), (11016, (2000, 2, 29)), (19782, (2024, 2, 29))]
        {
            assert_eq!(civil(days), date);
        }
    }

    #[test]
    fn decimals_become_times() {
        let text = date_and_time(&[0x16, 0x02, 0x08, 0x14, 0x51, 0x37, 0x91, 0x62]).unwrap();
        assert_eq!(text.as_str(), "2016-02-08T14:51:37.916");
        assert!(date_and_time(&[0x1a; 8]).is_none());
    }
}
