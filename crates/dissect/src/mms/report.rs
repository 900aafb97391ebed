//! Reports of IEC 61850 as information reports (IEC 61850-8-1, 17.2.3).

use crate::Visitor;
use crate::ber::{Class, Element};
use crate::iec61850::data;

/// Name of the variable list that stands for a report.
pub(super) const NAME: &str = "RPT";
/// Bits of the optional fields, from the first (IEC 61850-8-1, 8.1.3.9).
const OPTIONAL: [(u8, &str); 8] = [
    (1, "sq_num"),
    (2, "time_of_entry"),
    (4, "dat_set"),
    (6, "buf_ovfl"),
    (7, "entry_id"),
    (8, "conf_rev"),
    (9, "sub_sq_num"),
    (9, "more_segments_follow"),
];
const REASON: u8 = 3;
const DATA_REFERENCE: u8 = 5;
/// Reasons for inclusion, by bit (IEC 61850-8-1, 8.1.3.10).
const REASONS: [&str; 7] = [
    "reserved",
    "data_change",
    "quality_change",
    "data_update",
    "integrity",
    "general_interrogation",
    "application_trigger",
];

/// One report: its identifier, and the results that follow it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Report<'a> {
    results: &'a Element<'a>,
    options: u64,
}

impl<'a> Report<'a> {
    /// Reads the list of results of a report; `None` when it does not begin as one.
    pub(super) fn parse(results: &'a Element<'a>) -> Option<Self> {
        let mut inner = results.inner();
        data::text(&inner.next()?)?;
        let options = inner.next().filter(|bits| bits.class == Class::Context && bits.number == 4)?;
        let width = options.value.len().saturating_sub(1).saturating_mul(8);
        let unused = usize::from(*options.value.first()?);
        let bits = data::bits(options.value)?;
        // The first bit of the string becomes bit 15.
        let shift = 16usize.checked_sub(width.checked_sub(unused)?)?;
        Some(Self { results, options: bits << shift })
    }

    /// Identifier of the report.
    pub(super) fn id(&self) -> Option<&'a str> {
        let first = self.results.inner().next()?;
        std::str::from_utf8(first.value).ok()
    }

    const fn has(&self, bit: u8) -> bool {
        self.options >> (15u8.saturating_sub(bit)) & 1 != 0
    }

    /// Shows the fields of the report, then what it includes.
    pub(super) fn visit(&self, visitor: &mut dyn Visitor) {
        let mut results = self.results.inner();
        visitor.begin_object("report");
        if let (Some(id), Some(options)) = (results.next(), results.next()) {
            data::visit_value("rpt_id", &id, visitor);
            data::visit_value("opt_flds", &options, visitor);
        }
        for (bit, name) in OPTIONAL {
            if self.has(bit) {
                let Some(field) = results.next() else { break };
                data::visit_value(name, &field, visitor);
            }
        }
        let mut included = 0u32;
        if let Some(inclusion) = results.next() {
            data::visit_value("inclusion", &inclusion, visitor);
            included =
                inclusion.value.get(1..).unwrap_or_default().iter().map(|byte| byte.count_ones()).sum();
        }
        let included = usize::try_from(included).unwrap_or(0);
        if self.has(DATA_REFERENCE) {
            visitor.begin_list("data_references");
            for reference in results.by_ref().take(included) {
                data::visit_value("", &reference, visitor);
            }
            visitor.end_list();
        }
        visitor.begin_list("values");
        for value in results.by_ref().take(included) {
            data::visit("", &value, visitor);
        }
        visitor.end_list();
        if self.has(REASON) {
            visitor.begin_list("reasons");
            for reason in results.take(included) {
                reasons(&reason, visitor);
            }
            visitor.end_list();
        }
        visitor.end_object();
    }

    /// The values of the report, without the fields before and after them.
    pub(super) fn values(&self) -> impl Iterator<Item = Element<'a>> + use<'a> {
        let optional = OPTIONAL.iter().filter(|(bit, _)| self.has(*bit)).count();
        let mut results = self.results.inner();
        for _ in 0..optional.saturating_add(2) {
            results.next();
        }
        let included: u32 = results.next().map_or(0, |inclusion| {
            inclusion.value.get(1..).unwrap_or_default().iter().map(|byte| byte.count_ones()).sum()
        });
        let included = usize::try_from(included).unwrap_or(0);
        let before = if self.has(DATA_REFERENCE) { included } else { 0 };
        results.skip(before).take(included)
    }
}

fn reasons(reason: &Element<'_>, visitor: &mut dyn Visitor) {
    let bits = reason.value.get(1).copied().unwrap_or(0);
    let found = REASONS.iter().enumerate().find(|(at, _)| bits >> 7usize.saturating_sub(*at) & 1 != 0);
    visitor.text("", found.map_or("none", |(_, name)| name));
}
