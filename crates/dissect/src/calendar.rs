//! Dates out of counted seconds and days, shared by protocols that count so.

use crate::Text;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Year, month and day of a day counted from 1970-01-01, proleptic Gregorian.
pub(crate) fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days.saturating_add(719_468);
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        of_era.saturating_sub(of_era / 1460).saturating_add(of_era / 36_524).saturating_sub(of_era / 146_096)
            / 365;
    let of_year = of_era.saturating_sub(
        year_of_era.saturating_mul(365).saturating_add(year_of_era / 4).saturating_sub(year_of_era / 100),
    );
    let shifted_month = of_year.saturating_mul(5).saturating_add(2) / 153;
    let day =
        of_year.saturating_sub(shifted_month.saturating_mul(153).saturating_add(2) / 5).saturating_add(1);
    let month =
        if shifted_month < 10 { shifted_month.saturating_add(3) } else { shifted_month.saturating_sub(9) };
    let year = era.saturating_mul(400).saturating_add(year_of_era).saturating_add(i64::from(month <= 2));
    (year, month, day)
}

/// A moment in UTC, RFC 3339 with nine decimals.
pub(crate) fn utc(seconds: i64, nanoseconds: u32) -> Text<40> {
    let (year, month, day) = civil(seconds.div_euclid(DAY));
    let of_day = seconds.rem_euclid(DAY);
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    Text::of(format_args!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{nanoseconds:09}Z"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_seconds_become_dates() {
        for (days, date) in
            [(0, (1970, 1, 1)), (-1, (1969, 12, 31)), (11_016, (2000, 2, 29)), (5113, (1984, 1, 1))]
        {
            assert_eq!(civil(days), date);
        }
        assert_eq!(utc(946_781_171, 5).as_str(), "2000-01-02T02:46:11.000000005Z");
        assert!(utc(i64::MAX, 0).as_str().ends_with(".000000000Z"));
    }
}
