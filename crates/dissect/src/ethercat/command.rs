//! Datagram commands and the registers of a slave controller.

use crate::{Category, Function};

/// Commands that the decoder looks into (IEC 61158-4-12, 5.4.1.2).
pub(super) const APRD: u8 = 1;
pub(super) const APWR: u8 = 2;
pub(super) const APRW: u8 = 3;
pub(super) const FPRD: u8 = 4;
pub(super) const FPWR: u8 = 5;
pub(super) const FPRW: u8 = 6;
pub(super) const LRD: u8 = 10;
pub(super) const LRW: u8 = 12;
pub(super) const ARMW: u8 = 13;
pub(super) const FRMW: u8 = 14;

/// First address of process memory; below lie the registers.
pub(super) const MEMORY: u16 = 0x1000;
/// Application layer control and status, which hold a slave's state.
pub(super) const AL_CONTROL: u16 = 0x0120;
pub(super) const AL_STATUS: u16 = 0x0130;

/// How a command addresses slaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    None,
    Position,
    Station,
    Broadcast,
    Logical,
}

pub(super) const fn mode(command: u8) -> Mode {
    match command {
        APRD | APWR | APRW | ARMW => Mode::Position,
        FPRD | FPWR | FPRW | FRMW => Mode::Station,
        7..=9 => Mode::Broadcast,
        LRD..=LRW => Mode::Logical,
        _ => Mode::None,
    }
}

/// Name of a command.
pub(super) const fn name(command: u8) -> Function {
    Function::Known(match command {
        0 => "nop",
        APRD => "aprd",
        APWR => "apwr",
        APRW => "aprw",
        FPRD => "fprd",
        FPWR => "fpwr",
        FPRW => "fprw",
        7 => "brd",
        8 => "bwr",
        9 => "brw",
        LRD => "lrd",
        11 => "lwr",
        LRW => "lrw",
        ARMW => "armw",
        FRMW => "frmw",
        _ => return Function::Unknown(command as u32),
    })
}

/// Whether a command writes.
const fn writes(command: u8) -> bool {
    matches!(command, 2 | 3 | 5 | 6 | 8 | 9 | 11..=14)
}

/// What a command does. Logical commands carry the cyclic process image, the same with every frame: they are no acts.
pub(super) const fn category(command: u8, register: u16) -> Category {
    match mode(command) {
        Mode::None | Mode::Logical => return Category::Other,
        _ if matches!(command, ARMW | FRMW) => return Category::TimeSync,
        _ => {}
    }
    if !writes(command) {
        return if register >= MEMORY { Category::Read } else { Category::Diagnostics };
    }
    match register {
        0x0040..=0x0041 | AL_CONTROL | 0x0121 => Category::Control,
        0x0900..=0x09ff => Category::TimeSync,
        0x0300..=0x0313 => Category::Diagnostics,
        MEMORY.. => Category::Write,
        _ => Category::Configuration,
    }
}

/// Name of a register (ESC register description, section II, Beckhoff ET1100/ET1200 data sheets).
pub(super) const fn register(address: u16) -> Option<&'static str> {
    Some(match address {
        0x0000 => "type",
        0x0001 => "revision",
        0x0002..=0x0003 => "build",
        0x0004 => "fmmus_supported",
        0x0005 => "sync_managers_supported",
        0x0006 => "ram_size",
        0x0007 => "port_descriptor",
        0x0008..=0x0009 => "esc_features_supported",
        0x0010..=0x0011 => "configured_station_address",
        0x0012..=0x0013 => "configured_station_alias",
        0x0020 => "register_write_enable",
        0x0021 => "register_write_protection",
        0x0030 => "esc_write_enable",
        0x0031 => "esc_write_protection",
        0x0040 => "esc_reset_ecat",
        0x0041 => "esc_reset_pdi",
        0x0100..=0x0103 => "esc_dl_control",
        0x0108..=0x0109 => "physical_read_write_offset",
        0x0110..=0x0111 => "esc_dl_status",
        0x0120..=0x0121 => "al_control",
        0x0130..=0x0131 => "al_status",
        0x0134..=0x0135 => "al_status_code",
        0x0138 => "run_led_override",
        0x0139 => "err_led_override",
        0x0140 => "pdi_control",
        0x0141 => "esc_configuration",
        0x0150..=0x0153 => "pdi_configuration",
        0x0200..=0x0201 => "ecat_event_mask",
        0x0204..=0x0207 => "al_event_mask",
        0x0210..=0x0211 => "ecat_event_request",
        0x0220..=0x0223 => "al_event_request",
        0x0300..=0x0307 => "rx_error_counter",
        0x0308..=0x030b => "forwarded_rx_error_counter",
        0x030c => "ecat_processing_unit_error_counter",
        0x030d => "pdi_error_counter",
        0x0310..=0x0313 => "lost_link_counter",
        0x0400..=0x0401 => "watchdog_divider",
        0x0410..=0x0411 => "watchdog_time_pdi",
        0x0420..=0x0421 => "watchdog_time_process_data",
        0x0440..=0x0441 => "watchdog_status_process_data",
        0x0442 => "watchdog_counter_process_data",
        0x0443 => "watchdog_counter_pdi",
        0x0500 => "eeprom_configuration",
        0x0501 => "eeprom_pdi_access_state",
        0x0502..=0x0503 => "eeprom_control_status",
        0x0504..=0x0507 => "eeprom_address",
        0x0508..=0x050f => "eeprom_data",
        0x0510..=0x0511 => "mii_management_control_status",
        0x0512 => "phy_address",
        0x0513 => "phy_register_address",
        0x0514..=0x0515 => "phy_data",
        0x0600..=0x06ff => "fmmu",
        0x0800..=0x087f => "sync_manager",
        0x0900..=0x090f => "dc_receive_time",
        0x0910..=0x0917 => "dc_system_time",
        0x0918..=0x091f => "dc_receive_time_ecat_processing_unit",
        0x0920..=0x0927 => "dc_system_time_offset",
        0x0928..=0x092b => "dc_system_time_delay",
        0x092c..=0x092f => "dc_system_time_difference",
        0x0930..=0x0931 => "dc_speed_counter_start",
        0x0932..=0x0933 => "dc_speed_counter_difference",
        0x0934 => "dc_system_time_difference_filter_depth",
        0x0935 => "dc_speed_counter_filter_depth",
        0x0980 => "dc_cyclic_unit_control",
        0x0981 => "dc_activation",
        0x0982..=0x0983 => "dc_pulse_length",
        0x0984 => "dc_activation_status",
        0x098e => "dc_sync0_status",
        0x098f => "dc_sync1_status",
        0x0990..=0x0997 => "dc_cyclic_operation_start_time",
        0x0998..=0x099f => "dc_next_sync1_pulse",
        0x09a0..=0x09a3 => "dc_sync0_cycle_time",
        0x09a4..=0x09a7 => "dc_sync1_cycle_time",
        0x09a8 => "dc_latch0_control",
        0x09a9 => "dc_latch1_control",
        0x09ae => "dc_latch0_status",
        0x09af => "dc_latch1_status",
        0x09b0..=0x09b7 => "dc_latch0_time_positive_edge",
        0x09b8..=0x09bf => "dc_latch0_time_negative_edge",
        0x09c0..=0x09c7 => "dc_latch1_time_positive_edge",
        0x09c8..=0x09cf => "dc_latch1_time_negative_edge",
        0x09f0..=0x09f3 => "dc_ecat_buffer_change_event_time",
        0x09f8..=0x09fb => "dc_pdi_buffer_start_event_time",
        0x09fc..=0x09ff => "dc_pdi_buffer_change_event_time",
        0x0e00..=0x0eff => "power_on_values",
        0x0f00..=0x0f03 => "digital_io_output_data",
        0x0f10..=0x0f17 => "general_purpose_outputs",
        0x0f18..=0x0f1f => "general_purpose_inputs",
        0x0f80..=0x0fff => "user_ram",
        _ => return None,
    })
}

/// Name of a state of the application layer (IEC 61158-6-12, 5.3.1).
pub(super) const fn state(value: u16) -> &'static str {
    match value & 0x0f {
        1 => "init",
        2 => "pre_operational",
        3 => "bootstrap",
        4 => "safe_operational",
        8 => "operational",
        _ => "unknown",
    }
}
