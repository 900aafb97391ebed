//! Device attributes, group 0: what an outstation says of itself (IEEE 1815-2012, A.1).

use super::datum::milliseconds;
use super::object::{Header, Item};
use crate::{Observation, Protocol, Reader, Reference, Sink, Subject, Visitor, confidence, printable};

/// Visible string.
const TEXT: u8 = 1;
/// Floating-point number.
const FLOAT: u8 = 4;

/// Name of a variation in the attribute set 0.
const fn name(variation: u8) -> &'static str {
    match variation {
        196 => "configuration_id",
        197 => "configuration_version",
        198 => "configuration_build_date",
        199 => "configuration_last_change_date",
        200 => "configuration_signature",
        201 => "configuration_signature_algorithm",
        202 => "master_resource_id",
        203 => "device_location_altitude",
        204 => "device_location_longitude",
        205 => "device_location_latitude",
        206 => "user_assigned_secondary_operator_name",
        207 => "user_assigned_primary_operator_name",
        208 => "user_assigned_system_name",
        209 => "secure_authentication_version",
        210 => "security_statistics_per_association",
        211 => "user_specific_attributes",
        212 => "master_defined_data_set_prototypes",
        213 => "outstation_defined_data_set_prototypes",
        214 => "master_defined_data_sets",
        215 => "outstation_defined_data_sets",
        216 => "max_binary_outputs_per_request",
        217 => "local_timing_accuracy",
        218 => "duration_of_timing_accuracy",
        219 => "supports_analog_output_events",
        220 => "max_analog_output_index",
        221 => "analog_outputs",
        222 => "supports_binary_output_events",
        223 => "max_binary_output_index",
        224 => "binary_outputs",
        225 => "supports_frozen_counter_events",
        226 => "supports_frozen_counters",
        227 => "supports_counter_events",
        228 => "max_counter_index",
        229 => "counters",
        230 => "supports_frozen_analog_inputs",
        231 => "supports_analog_input_events",
        232 => "max_analog_input_index",
        233 => "analog_inputs",
        234 => "supports_double_bit_input_events",
        235 => "max_double_bit_input_index",
        236 => "double_bit_inputs",
        237 => "supports_binary_input_events",
        238 => "max_binary_input_index",
        239 => "binary_inputs",
        240 => "max_transmit_fragment_size",
        241 => "max_receive_fragment_size",
        242 => "device_manufacturer_software_version",
        243 => "device_manufacturer_hardware_version",
        244 => "user_assigned_owner_name",
        245 => "user_assigned_location",
        246 => "user_assigned_id",
        247 => "user_assigned_device_name",
        248 => "device_serial_number",
        249 => "dnp_subset_and_conformance",
        250 => "device_product_name_and_model",
        252 => "device_manufacturer_name",
        254 => "all_attributes",
        255 => "list_of_attribute_variations",
        _ => "reserved",
    }
}

/// The attribute of a device that a variation holds as text.
const fn observed(variation: u8) -> Option<&'static str> {
    Some(match variation {
        196 => "configuration_id",
        197 => "configuration_version",
        202 => "resource_id",
        206 => "secondary_operator",
        207 => "operator",
        208 => "system_name",
        242 => "firmware",
        243 => "hardware_revision",
        244 => "owner",
        245 => "location",
        246 => "device_id",
        247 => "name",
        248 => "serial",
        249 => "conformance",
        250 => "model",
        252 => "vendor",
        _ => return None,
    })
}

/// Type code and bytes of an attribute.
fn parts<'a>(item: &Item<'a>) -> Option<(u8, &'a [u8])> {
    let (&[kind, _length], bytes) = item.data.split_first_chunk::<2>()?;
    Some((kind, bytes))
}

/// Hands over what the objects of a header of group 0 say of the outstation that sent them.
pub(super) fn observe(header: &Header<'_>, path: Reference<'_>, sink: &mut dyn Sink) {
    let Some(attribute) = observed(header.variation) else { return };
    for item in header.items() {
        // Sets other than 0 are the maker's own, with meanings of their own.
        if item.index.is_some_and(|set| set != 0) {
            continue;
        }
        let Some((TEXT, bytes)) = parts(&item) else { continue };
        let text = printable(bytes);
        let value = text.trim();
        if !value.is_empty() {
            sink.observe(&Observation {
                subject: Subject::Sender,
                path,
                attribute,
                value,
                protocol: Protocol::Dnp3,
                confidence: confidence::IDENTITY,
            });
        }
    }
}

/// Shows an attribute by its type code.
pub(super) fn visit(variation: u8, item: &Item<'_>, visitor: &mut dyn Visitor) {
    if item.index.is_none_or(|set| set == 0) {
        visitor.text("attribute", name(variation));
    }
    let Some((kind, bytes)) = parts(item) else { return };
    visitor.named("data_type", u64::from(kind), data_type(kind));
    let mut reader = Reader::new(bytes);
    match (kind, bytes.len()) {
        (TEXT, _) => visitor.text("value", &printable(bytes)),
        (2, 1..=8) => visitor.uint("value", little_endian(bytes)),
        (3, length @ 1..=8) => visitor.int("value", signed(little_endian(bytes), length)),
        (FLOAT, 4) => visitor.float("value", reader.le_f32().map_or(0.0, f64::from)),
        (FLOAT, 8) => visitor.float("value", reader.le_f64().unwrap_or_default()),
        (7, 6) => visitor.uint("value", milliseconds(&mut reader).unwrap_or_default()),
        (254 | 255, _) => {
            visitor.begin_list("variations");
            for pair in bytes.chunks_exact(2) {
                if let [variation, properties] = pair {
                    visitor.begin_object("");
                    visitor.uint("variation", u64::from(*variation));
                    // Bit 0: a master may write it (A.1.2.61).
                    visitor.flag("writable", properties & 1 != 0);
                    visitor.end_object();
                }
            }
            visitor.end_list();
        }
        _ => visitor.bytes("value", bytes),
    }
}

/// Name of an attribute data type code (table 11-1).
pub(super) const fn data_type(kind: u8) -> &'static str {
    match kind {
        0 => "none",
        TEXT => "vstr",
        2 => "uint",
        3 => "int",
        FLOAT => "flt",
        5 => "ostr",
        6 => "bstr",
        7 => "dnp3_time",
        8 => "uncd",
        254 => "u8bs8list",
        255 => "u8bs8exlist",
        _ => "reserved",
    }
}

/// Up to eight bytes as a number, least significant first.
fn little_endian(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |value: u64, byte| value.checked_shl(8).unwrap_or(0) | u64::from(*byte))
}

/// The number that the lowest `bytes` bytes of `value` are as a signed one.
fn signed(value: u64, bytes: usize) -> i64 {
    let unused = 64u32.saturating_sub(u32::try_from(bytes).unwrap_or(8).saturating_mul(8));
    value.checked_shl(unused).unwrap_or(0).cast_signed().checked_shr(unused).unwrap_or(0)
}
