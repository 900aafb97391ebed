//! TLVs of organisations: IEEE 802.1, IEEE 802.3, LLDP-MED, PROFINET.

use crate::tell::{mac, shown_mac};
use crate::{Reader, Visitor, printable};

pub(super) const IEEE_802_1: [u8; 3] = [0x00, 0x80, 0xc2];
pub(super) const IEEE_802_3: [u8; 3] = [0x00, 0x12, 0x0f];
pub(super) const MED: [u8; 3] = [0x00, 0x12, 0xbb];
pub(super) const PROFINET: [u8; 3] = [0x00, 0x0e, 0xcf];

/// Organisation, subtype and content.
pub(super) fn split(value: &[u8]) -> Option<([u8; 3], u8, &[u8])> {
    let mut reader = Reader::new(value);
    Some((reader.array().ok()?, reader.u8().ok()?, reader.rest()))
}

/// Name of an LLDP-MED inventory subtype as an attribute (ANSI/TIA-1057, 10.2.6).
pub(super) const fn inventory(subtype: u8) -> Option<&'static str> {
    Some(match subtype {
        5 => "hardware_revision",
        6 => "firmware",
        7 => "software",
        8 => "serial",
        9 => "vendor",
        10 => "model",
        11 => "asset_id",
        _ => return None,
    })
}

/// Shows an organisation's TLV; `None` when it is too short for its own head.
pub(super) fn visit(value: &[u8], visitor: &mut dyn Visitor) -> Option<()> {
    let (oui, subtype, rest) = split(value)?;
    visitor.bytes("oui", &oui);
    let name = match oui {
        IEEE_802_1 => ieee_802_1_name(subtype),
        IEEE_802_3 => ieee_802_3_name(subtype),
        MED => med_name(subtype),
        PROFINET => profinet_name(subtype),
        _ => "unknown",
    };
    let organisation = match oui {
        IEEE_802_1 => "ieee_802_1",
        IEEE_802_3 => "ieee_802_3",
        MED => "med",
        PROFINET => "profinet",
        _ => "other",
    };
    visitor.text("organisation", organisation);
    visitor.named("subtype", u64::from(subtype), name);
    let mut reader = Reader::new(rest);
    let shown = match oui {
        IEEE_802_1 => ieee_802_1(subtype, &mut reader, visitor),
        IEEE_802_3 => ieee_802_3(subtype, &mut reader, visitor),
        MED => med(subtype, &mut reader, visitor),
        PROFINET => profinet(subtype, &mut reader, visitor),
        _ => None,
    };
    if shown.is_none() && !reader.is_empty() {
        visitor.bytes("value", reader.rest());
    }
    Some(())
}

// IEEE 802.1Q annex D.
const fn ieee_802_1_name(subtype: u8) -> &'static str {
    match subtype {
        1 => "port_vlan_id",
        2 => "port_and_protocol_vlan_id",
        3 => "vlan_name",
        4 => "protocol_identity",
        5 => "vid_usage_digest",
        6 => "management_vid",
        7 => "link_aggregation",
        8 => "congestion_notification",
        9 => "ets_configuration",
        10 => "ets_recommendation",
        11 => "priority_flow_control",
        12 => "application_priority",
        13 => "evb",
        14 => "cdcp",
        _ => "reserved",
    }
}

fn ieee_802_1(subtype: u8, reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    match subtype {
        1 | 6 => visitor.uint("vlan_id", u64::from(reader.be_u16().ok()?)),
        2 => {
            visitor.uint("flags", u64::from(reader.u8().ok()?));
            visitor.uint("vlan_id", u64::from(reader.be_u16().ok()?));
        }
        3 => {
            visitor.uint("vlan_id", u64::from(reader.be_u16().ok()?));
            let length = reader.u8().ok()?;
            visitor.text("vlan_name", &printable(reader.take_up_to(usize::from(length))));
        }
        4 => {
            let length = reader.u8().ok()?;
            visitor.bytes("protocol_identity", reader.take_up_to(usize::from(length)));
        }
        5 => visitor.uint("digest", u64::from(reader.be_u32().ok()?)),
        7 => aggregation(reader, visitor)?,
        _ => return None,
    }
    Some(())
}

fn aggregation(reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    visitor.uint("aggregation_status", u64::from(reader.u8().ok()?));
    visitor.uint("aggregated_port_id", u64::from(reader.be_u32().ok()?));
    Some(())
}

// IEEE 802.3 clause 79.3.
const fn ieee_802_3_name(subtype: u8) -> &'static str {
    match subtype {
        1 => "mac_phy_configuration",
        2 => "power_via_mdi",
        3 => "link_aggregation",
        4 => "maximum_frame_size",
        5 => "energy_efficient_ethernet",
        6 => "energy_efficient_ethernet_fast_wake",
        7 => "additional_ethernet_capabilities",
        8 => "power_via_mdi_measurements",
        _ => "reserved",
    }
}

fn ieee_802_3(subtype: u8, reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    match subtype {
        1 => {
            let status = reader.u8().ok()?;
            visitor.flag("autonegotiation_supported", status & 1 != 0);
            visitor.flag("autonegotiation_enabled", status & 2 != 0);
            visitor.uint("advertised_capabilities", u64::from(reader.be_u16().ok()?));
            visitor.uint("operational_mau_type", u64::from(reader.be_u16().ok()?));
        }
        2 => {
            visitor.uint("mdi_power_support", u64::from(reader.u8().ok()?));
            visitor.uint("pse_power_pair", u64::from(reader.u8().ok()?));
            visitor.uint("power_class", u64::from(reader.u8().ok()?));
            if reader.is_empty() {
                return Some(());
            }
            visitor.uint("power_type_source_priority", u64::from(reader.u8().ok()?));
            visitor.uint("requested_power", u64::from(reader.be_u16().ok()?));
            visitor.uint("allocated_power", u64::from(reader.be_u16().ok()?));
        }
        3 => aggregation(reader, visitor)?,
        4 => visitor.uint("maximum_frame_size", u64::from(reader.be_u16().ok()?)),
        5 => {
            for name in ["transmit_wake_us", "receive_wake_us", "fallback_receive_wake_us"] {
                visitor.uint(name, u64::from(reader.be_u16().ok()?));
            }
        }
        _ => return None,
    }
    Some(())
}

// ANSI/TIA-1057, 10.2.
const fn med_name(subtype: u8) -> &'static str {
    match subtype {
        1 => "capabilities",
        2 => "network_policy",
        3 => "location",
        4 => "extended_power_via_mdi",
        5 => "hardware_revision",
        6 => "firmware_revision",
        7 => "software_revision",
        8 => "serial_number",
        9 => "manufacturer_name",
        10 => "model_name",
        11 => "asset_id",
        _ => "reserved",
    }
}

fn med(subtype: u8, reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    match subtype {
        1 => {
            visitor.uint("capabilities", u64::from(reader.be_u16().ok()?));
            let class = reader.u8().ok()?;
            let name = match class {
                1 => "endpoint_class_1",
                2 => "endpoint_class_2",
                3 => "endpoint_class_3",
                4 => "network_connectivity",
                _ => "unknown",
            };
            visitor.named("device_class", u64::from(class), name);
        }
        2 => {
            let application = reader.u8().ok()?;
            let name = match application {
                1 => "voice",
                2 => "voice_signaling",
                3 => "guest_voice",
                4 => "guest_voice_signaling",
                5 => "softphone_voice",
                6 => "video_conferencing",
                7 => "streaming_video",
                8 => "video_signaling",
                _ => "reserved",
            };
            visitor.named("application_type", u64::from(application), name);
            let policy = reader.be_u24().ok()?;
            visitor.flag("tagged", policy >> 22 & 1 != 0);
            visitor.uint("vlan_id", u64::from(policy >> 9 & 0xfff));
            visitor.uint("layer_2_priority", u64::from(policy >> 6 & 7));
            visitor.uint("dscp", u64::from(policy & 0x3f));
        }
        3 => {
            let format = reader.u8().ok()?;
            let name = match format {
                1 => "coordinate",
                2 => "civic_address",
                3 => "emergency_call_number",
                _ => "reserved",
            };
            visitor.named("location_format", u64::from(format), name);
            if format == 3 {
                visitor.text("emergency_call_number", &printable(reader.rest()));
            } else {
                visitor.bytes("location", reader.rest());
            }
        }
        4 => {
            visitor.uint("power_type_source_priority", u64::from(reader.u8().ok()?));
            visitor.uint("power_value", u64::from(reader.be_u16().ok()?));
        }
        5..=11 => visitor.text(inventory(subtype)?, &printable(reader.rest())),
        _ => return None,
    }
    Some(())
}

// IEC 61158-6-10, 4.11: PROFINET TLVs.
const fn profinet_name(subtype: u8) -> &'static str {
    match subtype {
        1 => "measured_delay_values",
        2 => "port_status",
        3 => "alias",
        4 => "mrp_port_status",
        5 => "chassis_mac",
        6 => "ptcp_status",
        7 => "mau_type_extension",
        8 => "mrp_interconnection_port_status",
        9 => "tsn_status",
        _ => "reserved",
    }
}

fn profinet(subtype: u8, reader: &mut Reader<'_>, visitor: &mut dyn Visitor) -> Option<()> {
    match subtype {
        1 => {
            for name in [
                "port_rx_delay_local",
                "port_rx_delay_remote",
                "port_tx_delay_local",
                "port_tx_delay_remote",
                "cable_delay_local",
            ] {
                visitor.uint(name, u64::from(reader.be_u32().ok()?));
            }
        }
        2 => {
            visitor.uint("rt_class_2_port_status", u64::from(reader.be_u16().ok()?));
            visitor.uint("rt_class_3_port_status", u64::from(reader.be_u16().ok()?));
        }
        3 => visitor.text("alias", &printable(reader.rest())),
        4 => {
            visitor.bytes("mrp_domain_uuid", reader.take(16).ok()?);
            visitor.uint("mrp_port_status", u64::from(reader.be_u16().ok()?));
        }
        5 => visitor.text("chassis_mac", shown_mac(mac(reader)?).as_str()),
        6 => {
            visitor.text("master_source_address", shown_mac(mac(reader)?).as_str());
            visitor.bytes("subdomain_uuid", reader.take(16).ok()?);
            visitor.bytes("ir_data_uuid", reader.take(16).ok()?);
            visitor.uint("length_of_period", u64::from(reader.be_u32().ok()?));
            for name in ["red_period_begin", "orange_period_begin", "green_period_begin"] {
                visitor.uint(name, u64::from(reader.be_u32().ok()?));
            }
        }
        7 => visitor.uint("mau_type_extension", u64::from(reader.be_u16().ok()?)),
        _ => return None,
    }
    Some(())
}
