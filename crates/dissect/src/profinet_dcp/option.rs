//! Options and suboptions of blocks, and the names of what they hold.

use crate::Category;

/// Options (IEC 61158-6-10, 4.3.1.4).
pub(super) const IP: u8 = 1;
pub(super) const DEVICE: u8 = 2;
pub(super) const DHCP: u8 = 3;
pub(super) const CONTROL: u8 = 5;
pub(super) const INITIATIVE: u8 = 6;
pub(super) const ALL: u8 = 255;

/// An option with its suboption.
pub(super) type Key = (u8, u8);

pub(super) const MAC_ADDRESS: Key = (IP, 1);
pub(super) const IP_PARAMETER: Key = (IP, 2);
pub(super) const FULL_IP_SUITE: Key = (IP, 3);
pub(super) const TYPE_OF_STATION: Key = (DEVICE, 1);
pub(super) const NAME_OF_STATION: Key = (DEVICE, 2);
pub(super) const DEVICE_ID: Key = (DEVICE, 3);
pub(super) const DEVICE_ROLE: Key = (DEVICE, 4);
pub(super) const DEVICE_OPTIONS: Key = (DEVICE, 5);
pub(super) const ALIAS_NAME: Key = (DEVICE, 6);
pub(super) const DEVICE_INSTANCE: Key = (DEVICE, 7);
pub(super) const OEM_DEVICE_ID: Key = (DEVICE, 8);
pub(super) const STANDARD_GATEWAY: Key = (DEVICE, 9);
pub(super) const RSI_PROPERTIES: Key = (DEVICE, 10);
pub(super) const SIGNAL: Key = (CONTROL, 3);
pub(super) const RESPONSE: Key = (CONTROL, 4);
pub(super) const FACTORY_RESET: Key = (CONTROL, 5);
pub(super) const RESET_TO_FACTORY: Key = (CONTROL, 6);

/// Name of an option.
pub(super) const fn option_name(option: u8) -> &'static str {
    match option {
        IP => "ip",
        DEVICE => "device_properties",
        DHCP => "dhcp",
        4 => "lldp",
        CONTROL => "control",
        INITIATIVE => "device_initiative",
        7 => "nme_domain",
        0x80..=0xfe => "manufacturer_specific",
        ALL => "all",
        _ => "reserved",
    }
}

/// Name of an option and suboption together.
pub(super) const fn name(key: Key) -> &'static str {
    match key {
        MAC_ADDRESS => "mac_address",
        IP_PARAMETER => "ip_parameter",
        FULL_IP_SUITE => "full_ip_suite",
        TYPE_OF_STATION => "type_of_station",
        NAME_OF_STATION => "name_of_station",
        DEVICE_ID => "device_id",
        DEVICE_ROLE => "device_role",
        DEVICE_OPTIONS => "device_options",
        ALIAS_NAME => "alias_name",
        DEVICE_INSTANCE => "device_instance",
        OEM_DEVICE_ID => "oem_device_id",
        STANDARD_GATEWAY => "standard_gateway",
        RSI_PROPERTIES => "rsi_properties",
        // DHCP options under their own numbers (RFC 2132).
        (DHCP, 12) => "dhcp_host_name",
        (DHCP, 43) => "dhcp_vendor_specific",
        (DHCP, 54) => "dhcp_server_identifier",
        (DHCP, 55) => "dhcp_parameter_request_list",
        (DHCP, 60) => "dhcp_class_identifier",
        (DHCP, 61) => "dhcp_client_identifier",
        (DHCP, 81) => "dhcp_fqdn",
        (DHCP, 97) => "dhcp_uuid_client_identifier",
        (DHCP, 255) => "dhcp_control",
        (DHCP, _) => "dhcp_option",
        (CONTROL, 1) => "start_transaction",
        (CONTROL, 2) => "end_transaction",
        SIGNAL => "signal",
        RESPONSE => "response",
        FACTORY_RESET => "factory_reset",
        RESET_TO_FACTORY => "reset_to_factory",
        (INITIATIVE, 1) => "device_initiative",
        (7, 1) => "nme_domain_name",
        (ALL, ALL) => "all",
        (4, _) => "lldp",
        (0x80..=0xfe, _) => "manufacturer_specific",
        _ => "unknown",
    }
}

/// Whether the specification has the option at all.
pub(super) const fn is_known(key: Key) -> bool {
    !matches!(name(key).as_bytes(), b"unknown")
}

/// What setting this option does to a device.
pub(super) const fn category(key: Key) -> Category {
    match key {
        FACTORY_RESET | RESET_TO_FACTORY => Category::Control,
        // A blinking lamp changes nothing.
        SIGNAL => Category::Diagnostics,
        (CONTROL, _) => Category::Other,
        _ => Category::Configuration,
    }
}

/// Name of a block error (IEC 61158-6-10, 4.3.1.4.11).
pub(super) const fn error(code: u8) -> &'static str {
    match code {
        0 => "ok",
        1 => "option_not_supported",
        2 => "suboption_not_supported",
        3 => "suboption_not_set",
        4 => "resource_error",
        5 => "set_not_possible_by_local_reasons",
        6 => "in_operation_set_not_possible",
        _ => "unknown_error",
    }
}

/// Names of the role bits (IEC 61158-6-10, 4.3.1.4.4).
pub(super) const ROLES: [(u8, &str); 4] =
    [(1, "io_device"), (2, "io_controller"), (4, "io_multidevice"), (8, "pn_supervisor")];

/// Meaning of the block information of address blocks.
pub(super) const fn ip_information(information: u16) -> &'static str {
    match information & 0x83 {
        0 => "ip_not_set",
        1 => "ip_set",
        2 => "ip_set_by_dhcp",
        0x80 => "ip_not_set_conflict",
        0x81 => "ip_set_conflict",
        0x82 => "ip_set_by_dhcp_conflict",
        _ => "reserved",
    }
}

/// Meaning of a set request's qualifier; for resets its upper bits are the mode.
pub(super) const fn qualifier(key: Key, qualifier: u16) -> &'static str {
    match (key, qualifier) {
        (RESET_TO_FACTORY, _) => match qualifier >> 1 {
            1 => "reset_application_data",
            2 => "reset_communication_parameters",
            3 => "reset_engineering_parameters",
            4 => "reset_all_stored_data",
            8 => "reset_device",
            9 => "reset_and_restore_device",
            _ => "reserved",
        },
        (_, 0) => "temporary",
        (_, 1) => "permanent",
        _ => "reserved",
    }
}
