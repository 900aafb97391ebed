//! Options: number, length, value (RFC 2132; IANA BOOTP and DHCP parameters).

use std::borrow::Cow;

use crate::tell::{ipv4, shown_ip};
use crate::{Reader, Visitor, printable};

const PAD: u8 = 0;
const END: u8 = 255;
pub(super) const SUBNET_MASK: u8 = 1;
pub(super) const ROUTER: u8 = 3;
pub(super) const DNS_SERVER: u8 = 6;
pub(super) const HOST_NAME: u8 = 12;
pub(super) const DOMAIN_NAME: u8 = 15;
pub(super) const NTP_SERVER: u8 = 42;
pub(super) const REQUESTED_IP: u8 = 50;
pub(super) const OVERLOAD: u8 = 52;
pub(super) const MESSAGE_TYPE: u8 = 53;
pub(super) const PARAMETER_LIST: u8 = 55;
pub(super) const VENDOR_CLASS: u8 = 60;
pub(super) const CLIENT_ID: u8 = 61;
pub(super) const USER_CLASS: u8 = 77;
pub(super) const FQDN: u8 = 81;
pub(super) const RELAY_INFORMATION: u8 = 82;
pub(super) const ARCHITECTURE: u8 = 93;
pub(super) const MACHINE_ID: u8 = 97;
pub(super) const VENDOR_CLASSES: u8 = 124;

/// One option.
#[derive(Debug, Clone, Copy)]
pub(super) struct Given<'a> {
    pub(super) code: u8,
    pub(super) value: &'a [u8],
    /// The message ends within the value.
    pub(super) short: bool,
}

/// The options up to their end; their number is bounded by the bytes.
pub(super) fn options(data: &[u8]) -> impl Iterator<Item = Given<'_>> {
    let mut reader = Reader::new(data);
    std::iter::from_fn(move || {
        loop {
            match reader.u8().ok()? {
                PAD => {}
                END => return None,
                code => {
                    let Ok(length) = reader.u8() else {
                        return Some(Given { code, value: &[], short: true });
                    };
                    let value = reader.take_up_to(usize::from(length));
                    return Some(Given { code, value, short: value.len() < usize::from(length) });
                }
            }
        }
    })
}

/// How a value is written.
enum Form {
    Addresses,
    Text,
    Byte,
    Word,
    Long,
    Flag,
    Raw,
}

const fn describe(code: u8) -> (&'static str, Form) {
    match code {
        SUBNET_MASK => ("subnet_mask", Form::Addresses),
        2 => ("time_offset", Form::Long),
        ROUTER => ("router", Form::Addresses),
        4 => ("time_server", Form::Addresses),
        5 => ("name_server", Form::Addresses),
        DNS_SERVER => ("domain_name_server", Form::Addresses),
        7 => ("log_server", Form::Addresses),
        8 => ("quote_server", Form::Addresses),
        9 => ("lpr_server", Form::Addresses),
        10 => ("impress_server", Form::Addresses),
        11 => ("resource_location_server", Form::Addresses),
        HOST_NAME => ("host_name", Form::Text),
        13 => ("boot_file_size", Form::Word),
        14 => ("merit_dump_file", Form::Text),
        DOMAIN_NAME => ("domain_name", Form::Text),
        16 => ("swap_server", Form::Addresses),
        17 => ("root_path", Form::Text),
        18 => ("extensions_path", Form::Text),
        19 => ("ip_forwarding", Form::Flag),
        20 => ("non_local_source_routing", Form::Flag),
        21 => ("policy_filter", Form::Addresses),
        22 => ("maximum_datagram_reassembly_size", Form::Word),
        23 => ("default_ip_ttl", Form::Byte),
        24 => ("path_mtu_aging_timeout", Form::Long),
        25 => ("path_mtu_plateau_table", Form::Raw),
        26 => ("interface_mtu", Form::Word),
        27 => ("all_subnets_local", Form::Flag),
        28 => ("broadcast_address", Form::Addresses),
        29 => ("perform_mask_discovery", Form::Flag),
        30 => ("mask_supplier", Form::Flag),
        31 => ("perform_router_discovery", Form::Flag),
        32 => ("router_solicitation_address", Form::Addresses),
        33 => ("static_route", Form::Addresses),
        34 => ("trailer_encapsulation", Form::Flag),
        35 => ("arp_cache_timeout", Form::Long),
        36 => ("ethernet_encapsulation", Form::Flag),
        37 => ("tcp_default_ttl", Form::Byte),
        38 => ("tcp_keepalive_interval", Form::Long),
        39 => ("tcp_keepalive_garbage", Form::Flag),
        40 => ("nis_domain", Form::Text),
        41 => ("nis_servers", Form::Addresses),
        NTP_SERVER => ("ntp_servers", Form::Addresses),
        43 => ("vendor_specific", Form::Raw),
        44 => ("netbios_name_server", Form::Addresses),
        45 => ("netbios_datagram_server", Form::Addresses),
        46 => ("netbios_node_type", Form::Byte),
        47 => ("netbios_scope", Form::Text),
        48 => ("x_window_font_server", Form::Addresses),
        49 => ("x_window_display_manager", Form::Addresses),
        REQUESTED_IP => ("requested_ip", Form::Addresses),
        51 => ("lease_time", Form::Long),
        OVERLOAD => ("overload", Form::Byte),
        MESSAGE_TYPE => ("message_type", Form::Byte),
        54 => ("server_identifier", Form::Addresses),
        PARAMETER_LIST => ("parameter_list", Form::Raw),
        56 => ("message", Form::Text),
        57 => ("maximum_message_size", Form::Word),
        58 => ("renewal_time", Form::Long),
        59 => ("rebinding_time", Form::Long),
        VENDOR_CLASS => ("vendor_class", Form::Text),
        CLIENT_ID => ("client_id", Form::Raw),
        62 => ("netware_domain", Form::Text),
        63 => ("netware_information", Form::Raw),
        64 => ("nis_plus_domain", Form::Text),
        65 => ("nis_plus_servers", Form::Addresses),
        66 => ("tftp_server_name", Form::Text),
        67 => ("boot_file_name", Form::Text),
        68 => ("mobile_ip_home_agent", Form::Addresses),
        69 => ("smtp_server", Form::Addresses),
        70 => ("pop3_server", Form::Addresses),
        71 => ("nntp_server", Form::Addresses),
        72 => ("www_server", Form::Addresses),
        73 => ("finger_server", Form::Addresses),
        74 => ("irc_server", Form::Addresses),
        USER_CLASS => ("user_class", Form::Text),
        80 => ("rapid_commit", Form::Raw),
        FQDN => ("client_fqdn", Form::Raw),
        RELAY_INFORMATION => ("relay_agent_information", Form::Raw),
        85 => ("nds_servers", Form::Addresses),
        86 => ("nds_tree", Form::Text),
        87 => ("nds_context", Form::Text),
        90 => ("authentication", Form::Raw),
        91 => ("client_last_transaction_time", Form::Long),
        92 => ("associated_ip", Form::Addresses),
        ARCHITECTURE => ("client_architecture", Form::Word),
        94 => ("client_network_interface", Form::Raw),
        MACHINE_ID => ("client_machine_id", Form::Raw),
        100 => ("posix_time_zone", Form::Text),
        101 => ("tz_database_time_zone", Form::Text),
        108 => ("ipv6_only_preferred", Form::Long),
        114 => ("captive_portal", Form::Text),
        116 => ("auto_configure", Form::Byte),
        117 => ("name_service_search", Form::Raw),
        118 => ("subnet_selection", Form::Addresses),
        119 => ("domain_search", Form::Raw),
        120 => ("sip_servers", Form::Raw),
        121 => ("classless_static_route", Form::Raw),
        VENDOR_CLASSES => ("vendor_identifying_classes", Form::Raw),
        125 => ("vendor_identifying_information", Form::Raw),
        150 => ("tftp_server_address", Form::Addresses),
        249 => ("classless_static_route_microsoft", Form::Raw),
        252 => ("proxy_auto_discovery", Form::Text),
        _ => ("unknown", Form::Raw),
    }
}

impl Given<'_> {
    /// Shows number, name and value.
    pub(super) fn visit(&self, visitor: &mut dyn Visitor) {
        let (name, form) = describe(self.code);
        visitor.named("option", u64::from(self.code), name);
        if self.visit_value(&form, visitor).is_none() {
            visitor.bytes("value", self.value);
        }
    }

    fn visit_value(&self, form: &Form, visitor: &mut dyn Visitor) -> Option<()> {
        let mut reader = Reader::new(self.value);
        match (form, self.code) {
            (Form::Addresses, _) if !self.value.is_empty() && self.value.len().is_multiple_of(4) => {
                visitor.begin_list("addresses");
                while let Some(ip) = ipv4(&mut reader) {
                    visitor.text("", shown_ip(ip).as_str());
                }
                visitor.end_list();
            }
            (Form::Text, _) => visitor.text("text", &printable(self.value)),
            (Form::Byte, _) => visitor.uint("number", u64::from(reader.u8().ok()?)),
            (Form::Word, _) => visitor.uint("number", u64::from(reader.be_u16().ok()?)),
            (Form::Long, _) => visitor.uint("number", u64::from(reader.be_u32().ok()?)),
            (Form::Flag, _) => visitor.flag("enabled", reader.u8().ok()? != 0),
            (_, CLIENT_ID) => {
                let (kind, id) = self.value.split_first()?;
                visitor.uint("hardware_type", u64::from(*kind));
                if *kind == 0 {
                    visitor.text("text", &printable(id));
                } else {
                    visitor.bytes("id", id);
                }
            }
            (_, FQDN) => {
                visitor.uint("fqdn_flags", u64::from(*self.value.first()?));
                visitor.text("text", &fqdn(self.value)?);
            }
            (_, RELAY_INFORMATION) => {
                visitor.begin_list("sub_options");
                for sub in options(self.value) {
                    visitor.begin_object("");
                    let name = match sub.code {
                        1 => "circuit_id",
                        2 => "remote_id",
                        5 => "link_selection",
                        6 => "subscriber_id",
                        9 => "vendor_specific",
                        11 => "server_identifier_override",
                        _ => "unknown",
                    };
                    visitor.named("sub_option", u64::from(sub.code), name);
                    visitor.bytes("value", sub.value);
                    visitor.end_object();
                }
                visitor.end_list();
            }
            _ => return None,
        }
        Some(())
    }
}

/// The name in option 81: after flags and two response codes, in ASCII or, with flag E, as labels (RFC 4702, 2.3).
pub(super) fn fqdn(value: &[u8]) -> Option<Cow<'_, str>> {
    let (flags, rest) = value.split_first()?;
    let name = rest.get(2..)?;
    if flags & 0x04 == 0 {
        return Some(printable(name));
    }
    let mut text = String::new();
    let mut reader = Reader::new(name);
    while let Ok(length @ 1..=63) = reader.u8() {
        if !text.is_empty() {
            text.push('.');
        }
        text.push_str(&printable(reader.take_up_to(usize::from(length))));
    }
    Some(Cow::Owned(text))
}
