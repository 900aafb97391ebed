//! `IECGoosePdu` (IEC 61850-8-1, annex A).

use crate::ber::{Class, Element, Elements, elements};
use crate::iec61850::data;
use crate::{Anomalies, Visitor, printable};

/// The parts that every message needs.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Pdu<'a> {
    pub(super) gocb_ref: &'a [u8],
    pub(super) dat_set: &'a [u8],
    pub(super) go_id: &'a [u8],
    pub(super) st_num: u32,
    pub(super) sq_num: u32,
    all_data: &'a [u8],
    value: &'a [u8],
    pub(super) anomalies: Anomalies,
}

/// Bits of the fields that must be there: reference, time to live, data set, time, both numbers, revision, entries, data.
const MANDATORY: u32 = 0b1101_0111_0111;

impl<'a> Pdu<'a> {
    pub(super) fn parse(element: &Element<'a>) -> Self {
        let mut pdu = Self { value: element.value, ..Self::default() };
        let mut seen = 0u32;
        let mut entries = None;
        for field in element.inner().filter(|field| field.class == Class::Context) {
            seen |= 1u32.checked_shl(field.number).unwrap_or(0);
            match field.number {
                0 => pdu.gocb_ref = field.value,
                2 => pdu.dat_set = field.value,
                3 => pdu.go_id = field.value,
                5 => pdu.st_num = number(&field, &mut pdu.anomalies),
                6 => pdu.sq_num = number(&field, &mut pdu.anomalies),
                10 => entries = field.unsigned(),
                11 => pdu.all_data = field.value,
                1 | 4 | 7..=9 => {}
                _ => pdu.anomalies |= Anomalies::UNKNOWN_OBJECT,
            }
        }
        let there = pdu.entries().count() as u64;
        pdu.anomalies = pdu
            .anomalies
            .with_if(seen & MANDATORY != MANDATORY, Anomalies::MISSING_FIELD)
            .with_if(entries.is_some_and(|entries| entries != there), Anomalies::BAD_LENGTH)
            .with_if(seen & 1 << 5 != 0 && pdu.st_num == 0, Anomalies::BAD_VALUE)
            .with_if(std::str::from_utf8(pdu.gocb_ref).is_err(), Anomalies::BAD_ENCODING);
        pdu
    }

    /// The members of the data set.
    pub(super) fn entries(&self) -> Elements<'a> {
        elements(self.all_data)
    }

    /// The part of the reference before its slash.
    pub(super) fn logical_device(&self) -> &'a [u8] {
        let end = self.gocb_ref.iter().position(|byte| *byte == b'/').unwrap_or(0);
        self.gocb_ref.get(..end).unwrap_or_default()
    }

    /// Shows the fields, in wire order.
    pub(super) fn visit(&self, visitor: &mut dyn Visitor) {
        for field in elements(self.value).filter(|field| field.class == Class::Context) {
            match field.number {
                0 => {
                    visitor.text("gocb_ref", &printable(field.value));
                    visitor.text("logical_device", &printable(self.logical_device()));
                }
                1 => uint("time_allowed_to_live", &field, visitor),
                2 => visitor.text("dat_set", &printable(field.value)),
                3 => visitor.text("go_id", &printable(field.value)),
                4 => {
                    data::visit_utc("t", field.value, visitor);
                    if let Some((_, quality)) = data::utc_time(field.value) {
                        visitor.uint("time_quality", u64::from(quality));
                    }
                }
                5 => uint("st_num", &field, visitor),
                6 => uint("sq_num", &field, visitor),
                7 => visitor.flag("test", field.value.iter().any(|byte| *byte != 0)),
                8 => uint("conf_rev", &field, visitor),
                9 => visitor.flag("nds_com", field.value.iter().any(|byte| *byte != 0)),
                10 => uint("num_dat_set_entries", &field, visitor),
                11 => {
                    visitor.begin_list("all_data");
                    for entry in self.entries() {
                        data::visit("", &entry, visitor);
                    }
                    visitor.end_list();
                }
                _ => visitor.bytes("unknown", field.value),
            }
        }
    }
}

/// A counter of 32 bits; wider ones are out of range.
fn number(field: &Element<'_>, anomalies: &mut Anomalies) -> u32 {
    field.unsigned().and_then(|value| u32::try_from(value).ok()).unwrap_or_else(|| {
        *anomalies |= Anomalies::OUT_OF_RANGE;
        u32::MAX
    })
}

fn uint(name: &'static str, field: &Element<'_>, visitor: &mut dyn Visitor) {
    match field.unsigned() {
        Some(value) => visitor.uint(name, value),
        None => visitor.bytes(name, field.value),
    }
}
