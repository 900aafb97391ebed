//! JSON text, written straight into a buffer.

use std::fmt::Write as _;

use sightglass_dissect::{Visitor, hex};

/// Deepest nesting of fields that is written; what lies deeper is left out.
const MAX_DEPTH: usize = 16;

/// Appends a JSON string; control, format and separator characters are escaped.
pub(crate) fn string(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{0}'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(character));
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}

/// Appends a number; JSON knows neither infinities nor NaN, so those become null.
pub(crate) fn float(out: &mut String, value: f64) {
    if value.is_finite() {
        let _ = write!(out, "{value}");
        if value.abs() < 1e15 && !out.ends_with(|c: char| !c.is_ascii_digit()) && value.fract() == 0.0 {
            out.push_str(".0");
        }
    } else {
        out.push_str("null");
    }
}

/// Time in Unix nanoseconds as RFC 3339 UTC with nine decimals.
pub(crate) fn time(out: &mut String, ts_ns: i64) {
    const DAY_S: i64 = 86_400;
    let seconds = ts_ns.div_euclid(1_000_000_000);
    let nanoseconds = ts_ns.rem_euclid(1_000_000_000);
    let (days, of_day) = (seconds.div_euclid(DAY_S), seconds.rem_euclid(DAY_S));
    let (year, month, day) = civil(days);
    let _ = write!(
        out,
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{nanoseconds:09}Z",
        of_day.div_euclid(3600),
        of_day.div_euclid(60).rem_euclid(60),
        of_day.rem_euclid(60),
    );
}

/// Year, month and day of a day number counted from 1970-01-01, in the proleptic Gregorian calendar: years are
/// counted from March, so that the leap day ends them, within eras of 400 years (146097 days).
#[expect(
    clippy::arithmetic_side_effects,
    reason = "day numbers of 64-bit nanoseconds stay below 110,000 days"
)]
const fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

/// Writes visited fields as members of the JSON object that is open in `out`.
pub(crate) struct Members<'a> {
    out: &'a mut String,
    depth: usize,
    /// Whether the next value is the first of its container; one bit per level.
    first: u32,
}

impl<'a> Members<'a> {
    /// Continues an object that already has members.
    pub(crate) fn new(out: &'a mut String) -> Self {
        Self { out, depth: 0, first: 0 }
    }

    fn key(&mut self, name: &'static str) -> bool {
        if self.depth > MAX_DEPTH {
            return false;
        }
        let bit = 1u32.checked_shl(u32::try_from(self.depth).unwrap_or(31)).unwrap_or(0);
        if self.first & bit == 0 {
            self.out.push(',');
        }
        self.first &= !bit;
        if !name.is_empty() {
            self.out.push('"');
            self.out.push_str(name);
            self.out.push_str("\":");
        }
        true
    }

    fn open(&mut self, name: &'static str, bracket: char) {
        if self.key(name) {
            self.out.push(bracket);
        }
        self.depth = self.depth.saturating_add(1);
        self.first |= 1u32.checked_shl(u32::try_from(self.depth).unwrap_or(31)).unwrap_or(0);
    }

    fn close(&mut self, bracket: char) {
        self.depth = self.depth.saturating_sub(1);
        if self.depth <= MAX_DEPTH {
            self.out.push(bracket);
        }
    }
}

impl Visitor for Members<'_> {
    fn uint(&mut self, name: &'static str, value: u64) {
        if self.key(name) {
            let _ = write!(self.out, "{value}");
        }
    }
    fn int(&mut self, name: &'static str, value: i64) {
        if self.key(name) {
            let _ = write!(self.out, "{value}");
        }
    }
    fn float(&mut self, name: &'static str, value: f64) {
        if self.key(name) {
            float(self.out, value);
        }
    }
    fn flag(&mut self, name: &'static str, value: bool) {
        if self.key(name) {
            self.out.push_str(if value { "true" } else { "false" });
        }
    }
    fn text(&mut self, name: &'static str, value: &str) {
        if self.key(name) {
            string(self.out, value);
        }
    }
    fn bytes(&mut self, name: &'static str, value: &[u8]) {
        if self.key(name) {
            self.out.push('"');
            self.out.push_str(&hex(value));
            self.out.push('"');
        }
    }
    fn named(&mut self, name: &'static str, raw: u64, label: &str) {
        self.uint(name, raw);
        if !name.is_empty() && self.depth <= MAX_DEPTH {
            self.out.push_str(",\"");
            self.out.push_str(name);
            self.out.push_str("_name\":");
            string(self.out, label);
        }
    }
    fn begin_object(&mut self, name: &'static str) {
        self.open(name, '{');
    }
    fn end_object(&mut self) {
        self.close('}');
    }
    fn begin_list(&mut self, name: &'static str) {
        self.open(name, '[');
    }
    fn end_list(&mut self) {
        self.close(']');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ts_ns: i64) -> String {
        let mut out = String::new();
        time(&mut out, ts_ns);
        out
    }

    #[test]
    fn times_are_rfc_3339_with_nine_decimals() {
        assert_eq!(at(0), "1970-01-01T00:00:00.000000000Z");
        assert_eq!(at(951_782_400_000_000_001), "2000-02-29T00:00:00.000000001Z");
        assert_eq!(at(-1), "1969-12-31T23:59:59.999999999Z");
        assert_eq!(at(4_102_444_799_000_000_000), "2099-12-31T23:59:59.000000000Z");
    }

    #[test]
    fn nested_members_are_valid_json() {
        let mut out = String::from("{\"a\":1");
        let mut members = Members::new(&mut out);
        members.begin_list("items");
        for value in 0..2 {
            members.begin_object("");
            members.named("code", value, "na\"me");
            members.begin_list("bits");
            members.uint("", 1);
            members.float("", 2.0);
            members.end_list();
            members.end_object();
        }
        members.end_list();
        members.bytes("data", &[0xab, 0]);
        out.push('}');
        let parsed: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(
            parsed,
            serde_json::json!({"a": 1, "items": [{"code": 0, "code_name": "na\"me", "bits": [1, 2.0]},
                {"code": 1, "code_name": "na\"me", "bits": [1, 2.0]}], "data": "ab00"})
        );
    }
}
