//! Services: names and categories, common (volume 1, appendix A) and by object class.

use super::class::{
    self, CONNECTION_MANAGER, CONTROLLER, IDENTITY, NONVOLATILE_STORAGE, PCCC, SYMBOL, TEMPLATE,
};
use super::path::Target;
use crate::{Category, Function};

pub(super) const GET_ATTRIBUTES_ALL: u8 = 0x01;
pub(super) const SET_ATTRIBUTES_ALL: u8 = 0x02;
pub(super) const GET_ATTRIBUTE_LIST: u8 = 0x03;
pub(super) const SET_ATTRIBUTE_LIST: u8 = 0x04;
pub(super) const RESET: u8 = 0x05;
pub(super) const START: u8 = 0x06;
pub(super) const STOP: u8 = 0x07;
pub(super) const CREATE: u8 = 0x08;
pub(super) const DELETE: u8 = 0x09;
pub(super) const MULTIPLE_SERVICE_PACKET: u8 = 0x0a;
pub(super) const GET_ATTRIBUTE_SINGLE: u8 = 0x0e;
pub(super) const SET_ATTRIBUTE_SINGLE: u8 = 0x10;
pub(super) const FIND_NEXT_OBJECT_INSTANCE: u8 = 0x11;
/// Class-specific codes whose meaning depends on the class asked.
pub(super) const EXECUTE_PCCC: u8 = 0x4b;
pub(super) const READ_TAG: u8 = 0x4c;
pub(super) const WRITE_TAG: u8 = 0x4d;
pub(super) const FORWARD_CLOSE: u8 = 0x4e;
pub(super) const READ_MODIFY_WRITE_TAG: u8 = 0x4e;
pub(super) const UNCONNECTED_SEND: u8 = 0x52;
pub(super) const READ_TAG_FRAGMENTED: u8 = 0x52;
pub(super) const WRITE_TAG_FRAGMENTED: u8 = 0x53;
pub(super) const FORWARD_OPEN: u8 = 0x54;
pub(super) const GET_INSTANCE_ATTRIBUTE_LIST: u8 = 0x55;
pub(super) const GET_CONNECTION_DATA: u8 = 0x56;
pub(super) const SEARCH_CONNECTION_DATA: u8 = 0x57;
pub(super) const GET_CONNECTION_OWNER: u8 = 0x5a;
pub(super) const LARGE_FORWARD_OPEN: u8 = 0x5b;

/// What a service addresses, as far as known: the meaning of its code hangs on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A tag by its name.
    Symbolic,
    /// An instance of this class, or the class itself (instance 0 or none).
    Class(u32, bool),
    /// A response whose request was not seen.
    Unknown,
}

impl Place {
    pub(super) fn of(target: &Target) -> Self {
        if target.symbols > 0 && target.class.is_none() {
            return Self::Symbolic;
        }
        match target.class {
            Some(class) => Self::Class(class, target.instance.unwrap_or(0) == 0),
            None => Self::Unknown,
        }
    }

    /// Whether the service reads or writes tags, as 1756-PM020 describes.
    pub(super) const fn is_tag(self) -> bool {
        matches!(self, Self::Symbolic | Self::Class(SYMBOL, _))
    }

    pub(super) const fn is_class(self, class: u32) -> bool {
        matches!(self, Self::Class(own, _) if own == class)
    }
}

/// Name and category of a service at a place.
pub(super) fn describe(service: u8, place: Place) -> (Function, Category) {
    let (name, category) = match (specific(service, place), common(service)) {
        (Some((name, category)), _) => (Some(name), category),
        (None, Some((name, category))) => (Some(name), by_class(service, place, category)),
        (None, None) => (None, by_class(service, place, Category::Other)),
    };
    (name.map_or(Function::Unknown(u32::from(service)), Function::Known), category)
}

/// Services that every class may have (volume 1, appendix A-3).
const fn common(service: u8) -> Option<(&'static str, Category)> {
    Some(match service {
        GET_ATTRIBUTES_ALL => ("get_attributes_all", Category::Read),
        SET_ATTRIBUTES_ALL => ("set_attributes_all", Category::Configuration),
        GET_ATTRIBUTE_LIST => ("get_attribute_list", Category::Read),
        SET_ATTRIBUTE_LIST => ("set_attribute_list", Category::Configuration),
        RESET => ("reset", Category::Control),
        START => ("start", Category::Control),
        STOP => ("stop", Category::Control),
        CREATE => ("create", Category::Configuration),
        DELETE => ("delete", Category::Configuration),
        MULTIPLE_SERVICE_PACKET => ("multiple_service_packet", Category::Other),
        0x0d => ("apply_attributes", Category::Configuration),
        GET_ATTRIBUTE_SINGLE => ("get_attribute_single", Category::Read),
        SET_ATTRIBUTE_SINGLE => ("set_attribute_single", Category::Configuration),
        FIND_NEXT_OBJECT_INSTANCE => ("find_next_object_instance", Category::Discovery),
        0x14 => ("error_response", Category::Other),
        0x15 => ("restore", Category::Configuration),
        0x16 => ("save", Category::Configuration),
        0x17 => ("no_operation", Category::Session),
        0x18 => ("get_member", Category::Read),
        0x19 => ("set_member", Category::Configuration),
        0x1a => ("insert_member", Category::Configuration),
        0x1b => ("remove_member", Category::Configuration),
        0x1c => ("group_sync", Category::TimeSync),
        _ => return None,
    })
}

/// Services of one class.
const fn specific(service: u8, place: Place) -> Option<(&'static str, Category)> {
    match place {
        Place::Symbolic => tag(service),
        Place::Unknown => unplaced(service),
        Place::Class(class, whole) => match class {
            SYMBOL => tag(service),
            TEMPLATE => match service {
                READ_TAG => Some(("read_template", Category::Read)),
                _ => None,
            },
            class::MESSAGE_ROUTER => match service {
                0x4b => Some(("symbolic_translation", Category::Read)),
                _ => None,
            },
            0x05 => connection(service),
            CONNECTION_MANAGER => connection_manager(service),
            class::FILE => file(service),
            class::SAFETY_SUPERVISOR => safety_supervisor(service),
            0x3a => match service {
                0x4b => Some(("reset_error", Category::Control)),
                _ => None,
            },
            0x44 => modbus(service),
            0x47 => device_level_ring(service),
            0x5d..=0x5f => security(class, service),
            PCCC => match service {
                EXECUTE_PCCC => Some(("execute_pccc", Category::Other)),
                _ => None,
            },
            // Class instance of the programs: sequential function chart forces; of the I/O map: I/O forces.
            class::PROGRAM | class::IO_MAP if whole => match service {
                0x4d => Some(("enable_forces", Category::Control)),
                0x4e => Some(("disable_forces", Category::Control)),
                _ => None,
            },
            NONVOLATILE_STORAGE => match service {
                0x4b => Some(("nvs_update", Category::FirmwareUpdate)),
                0x4d => Some(("nvs_transfer", Category::FirmwareUpdate)),
                _ => None,
            },
            0xf3 => connection_configuration(service),
            class::TCP_IP | class::ETHERNET_LINK => match service {
                0x4c => Some(("get_and_clear", Category::Configuration)),
                _ => None,
            },
            0x0f => match service {
                0x4b => Some(("get_enum_string", Category::Read)),
                _ => None,
            },
            _ => None,
        },
    }
}

/// Tag services (1756-PM020).
const fn tag(service: u8) -> Option<(&'static str, Category)> {
    Some(match service {
        READ_TAG => ("read_tag", Category::Read),
        WRITE_TAG => ("write_tag", Category::Write),
        READ_MODIFY_WRITE_TAG => ("read_modify_write_tag", Category::Write),
        READ_TAG_FRAGMENTED => ("read_tag_fragmented", Category::Read),
        WRITE_TAG_FRAGMENTED => ("write_tag_fragmented", Category::Write),
        GET_INSTANCE_ATTRIBUTE_LIST => ("get_instance_attribute_list", Category::Discovery),
        _ => return None,
    })
}

/// Responses without their request: codes that only one well-known object has. The others stay numbers.
const fn unplaced(service: u8) -> Option<(&'static str, Category)> {
    Some(match service {
        READ_TAG => ("read_tag", Category::Read),
        WRITE_TAG_FRAGMENTED => ("write_tag_fragmented", Category::Write),
        GET_INSTANCE_ATTRIBUTE_LIST => ("get_instance_attribute_list", Category::Discovery),
        FORWARD_OPEN => ("forward_open", Category::Session),
        LARGE_FORWARD_OPEN => ("large_forward_open", Category::Session),
        _ => return None,
    })
}

/// Connection object (volume 1, 3-4).
const fn connection(service: u8) -> Option<(&'static str, Category)> {
    Some(match service {
        0x4b => ("connection_bind", Category::Session),
        0x4c => ("producing_application_lookup", Category::Session),
        0x4e => ("safety_close", Category::Session),
        0x54 => ("safety_open", Category::Session),
        _ => return None,
    })
}

/// Connection manager (volume 1, 3-5.5).
const fn connection_manager(service: u8) -> Option<(&'static str, Category)> {
    Some(match service {
        FORWARD_CLOSE => ("forward_close", Category::Session),
        UNCONNECTED_SEND => ("unconnected_send", Category::Session),
        FORWARD_OPEN => ("forward_open", Category::Session),
        GET_CONNECTION_DATA => ("get_connection_data", Category::Diagnostics),
        SEARCH_CONNECTION_DATA => ("search_connection_data", Category::Diagnostics),
        0x59 => ("ex_forward_open", Category::Session),
        GET_CONNECTION_OWNER => ("get_connection_owner", Category::Diagnostics),
        LARGE_FORWARD_OPEN => ("large_forward_open", Category::Session),
        _ => return None,
    })
}

/// File object (volume 1, 5A-42); uploads leave the device.
const fn file(service: u8) -> Option<(&'static str, Category)> {
    Some(match service {
        0x4b => ("initiate_upload", Category::FileTransfer),
        0x4c => ("initiate_download", Category::FileTransfer),
        0x4d => ("initiate_partial_read", Category::FileTransfer),
        0x4e => ("initiate_partial_write", Category::FileTransfer),
        0x4f => ("upload_transfer", Category::FileTransfer),
        0x50 => ("download_transfer", Category::FileTransfer),
        0x51 => ("clear_file", Category::FileTransfer),
        _ => return None,
    })
}

/// Safety supervisor (volume 5, 5-4.5).
const fn safety_supervisor(service: u8) -> Option<(&'static str, Category)> {
    Some(match service {
        0x4c => ("recover", Category::Control),
        0x4e => ("perform_diagnostics", Category::Control),
        0x4f => ("configure_request", Category::Configuration),
        0x50 => ("validate_configuration", Category::Configuration),
        0x51 => ("set_password", Category::Authentication),
        0x52 => ("configuration_lock", Category::Configuration),
        0x53 => ("mode_change", Category::Control),
        0x54 => ("safety_reset", Category::Control),
        0x55 => ("reset_password", Category::Authentication),
        0x56 => ("propose_tunid", Category::Configuration),
        0x57 => ("apply_tunid", Category::Configuration),
        0x58 => ("propose_tunid_list", Category::Configuration),
        0x59 => ("apply_tunid_list", Category::Configuration),
        _ => return None,
    })
}

/// Modbus object (volume 7, 5-1).
const fn modbus(service: u8) -> Option<(&'static str, Category)> {
    Some(match service {
        0x4b => ("read_discrete_inputs", Category::Read),
        0x4c => ("read_coils", Category::Read),
        0x4d => ("read_input_registers", Category::Read),
        0x4e => ("read_holding_registers", Category::Read),
        0x4f => ("write_coils", Category::Write),
        0x50 => ("write_holding_registers", Category::Write),
        0x51 => ("modbus_passthrough", Category::Write),
        _ => return None,
    })
}

/// Device level ring (volume 2, 5-6).
const fn device_level_ring(service: u8) -> Option<(&'static str, Category)> {
    Some(match service {
        0x4b => ("verify_fault_location", Category::Diagnostics),
        0x4c => ("clear_rapid_faults", Category::Control),
        0x4d => ("restart_sign_on", Category::Control),
        0x4e => ("clear_gateway_partial_fault", Category::Control),
        _ => return None,
    })
}

/// CIP Security (volume 8): security, EtherNet/IP security and certificate management objects.
const fn security(class: u32, service: u8) -> Option<(&'static str, Category)> {
    Some(match (class, service) {
        (0x5d | 0x5e, 0x4b) => ("begin_config", Category::Configuration),
        (0x5d | 0x5e, 0x4c) => ("kick_timer", Category::Session),
        (0x5d | 0x5e, 0x4d) => ("end_config", Category::Configuration),
        (0x5d, 0x4e) => ("object_cleanup", Category::Configuration),
        (0x5f, 0x4b) => ("create_csr", Category::Configuration),
        (0x5f, 0x4c) => ("verify_certificate", Category::Authentication),
        _ => return None,
    })
}

/// Connection configuration object (volume 1, 5A-46).
const fn connection_configuration(service: u8) -> Option<(&'static str, Category)> {
    Some(match service {
        0x4b => ("kick_timer", Category::Session),
        0x4c => ("open_connection", Category::Configuration),
        0x4d => ("close_connection", Category::Configuration),
        0x4e => ("stop_connection", Category::Control),
        0x4f => ("change_start", Category::Configuration),
        0x50 => ("get_status", Category::Diagnostics),
        0x51 => ("change_complete", Category::Configuration),
        0x52 => ("audit_changes", Category::Configuration),
        _ => return None,
    })
}

/// What a service means for the plant where the class says more than the code.
fn by_class(service: u8, place: Place, general: Category) -> Category {
    let Place::Class(class, _) = place else { return general };
    let asks = matches!(
        service,
        GET_ATTRIBUTES_ALL | GET_ATTRIBUTE_LIST | GET_ATTRIBUTE_SINGLE | FIND_NEXT_OBJECT_INSTANCE | 0x18
    );
    match class {
        // Firmware is written here, whatever the step.
        NONVOLATILE_STORAGE if !asks => Category::FirmwareUpdate,
        IDENTITY | class::DEVICE_NAME | class::PORT | class::TCP_IP | class::ETHERNET_LINK | CONTROLLER
            if asks =>
        {
            Category::Diagnostics
        }
        class::MESSAGE_ROUTER | CONNECTION_MANAGER | 0x47 | class::CHANGE_LOG if asks => {
            Category::Diagnostics
        }
        class::WALL_CLOCK | 0x43 if !asks => Category::TimeSync,
        0x04 if matches!(service, SET_ATTRIBUTE_SINGLE | SET_ATTRIBUTE_LIST | SET_ATTRIBUTES_ALL | 0x19) => {
            Category::Write
        }
        // A point's value is process data.
        0x08..=0x0b if matches!(service, SET_ATTRIBUTE_SINGLE | SET_ATTRIBUTE_LIST) => Category::Write,
        class if class::is_program(class) => match service {
            // Parts of the program are made, removed and filled.
            CREATE | DELETE | SET_ATTRIBUTE_LIST | SET_ATTRIBUTE_SINGLE | SET_ATTRIBUTES_ALL | 0x4d
            | 0x50 | 0x53 => Category::ProgramDownload,
            // Parts of the program are read out in pieces.
            0x4c | 0x4f | 0x52 => Category::ProgramUpload,
            _ => general,
        },
        SYMBOL | TEMPLATE if matches!(service, CREATE | DELETE) => Category::ProgramDownload,
        // Symbols and templates are the controller's list of what it has.
        SYMBOL | TEMPLATE if asks => Category::Discovery,
        // Controllers read back their data tables by address through classes that no public document describes;
        // codes for reading tags keep their sense there.
        0x64..=0xc7 | 0x300..=0x4ff if service == READ_TAG => Category::Read,
        _ => general,
    }
}
