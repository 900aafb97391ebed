//! Commands of S-Bus: names, what they do, and the objects they address.

use crate::Category;

/// What a command reads or writes, for objects and values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    /// 32-bit values: counters, registers, timers.
    Words(&'static str),
    /// Single bits: flags, inputs, outputs.
    Bits(&'static str),
}

/// Name and category of a command. Codes and names are those of the public decoders (Wireshark's, by which they were
/// written, and two analysers for Bro), which agree; the manual lists the reading and writing ones among them.
pub(super) const fn describe(code: u8) -> Option<(&'static str, Category)> {
    use Category::{
        Configuration, Control, Diagnostics, FirmwareUpdate, Other, ProgramDownload, ProgramUpload, Read,
        TimeSync, Write,
    };
    Some(match code {
        0x00 => ("read_counters", Read),
        0x01 => ("read_display_register", Read),
        0x02 => ("read_flags", Read),
        0x03 => ("read_inputs", Read),
        0x04 => ("read_real_time_clock", Read),
        0x05 => ("read_outputs", Read),
        0x06 => ("read_registers", Read),
        0x07 => ("read_timers", Read),
        0x0a => ("write_counters", Write),
        0x0b => ("write_flags", Write),
        0x0c => ("write_real_time_clock", TimeSync),
        0x0d => ("write_outputs", Write),
        0x0e => ("write_registers", Write),
        0x0f => ("write_timers", Write),
        0x13 => ("read_write_multi_media", Write),
        0x14 => ("read_pcd_status_cpu_0", Diagnostics),
        0x15 => ("read_pcd_status_cpu_1", Diagnostics),
        0x16 => ("read_pcd_status_cpu_2", Diagnostics),
        0x17 => ("read_pcd_status_cpu_3", Diagnostics),
        0x18 => ("read_pcd_status_cpu_4", Diagnostics),
        0x19 => ("read_pcd_status_cpu_5", Diagnostics),
        0x1a => ("read_pcd_status_cpu_6", Diagnostics),
        0x1b => ("read_pcd_status_own", Diagnostics),
        0x1d => ("read_station_number", Discovery),
        0x1e => ("read_user_memory", ProgramUpload),
        0x1f => ("read_program_line", ProgramUpload),
        0x20 => ("read_firmware_version", Diagnostics),
        0x21 => ("read_text", Read),
        0x22 => ("read_active_transition", Diagnostics),
        0x23 => ("write_user_memory", ProgramDownload),
        0x24 => ("write_program_line", ProgramDownload),
        0x25 => ("write_text", Write),
        0x28 => ("run_procedure_cpu_0", Control),
        0x29 => ("run_procedure_cpu_1", Control),
        0x2a => ("run_procedure_cpu_2", Control),
        0x2b => ("run_procedure_cpu_3", Control),
        0x2c => ("run_procedure_cpu_4", Control),
        0x2d => ("run_procedure_cpu_5", Control),
        0x2e => ("run_procedure_cpu_6", Control),
        0x2f => ("run_procedure_own_cpu", Control),
        0x30 => ("run_procedure_all_cpus", Control),
        0x32 => ("restart_cold_cpu_1", Control),
        0x33 => ("restart_cold_cpu_2", Control),
        0x34 => ("restart_cold_cpu_3", Control),
        0x35 => ("restart_cold_cpu_4", Control),
        0x36 => ("restart_cold_cpu_5", Control),
        0x37 => ("restart_cold_cpu_6", Control),
        0x38 => ("restart_cold_own_cpu", Control),
        0x39 => ("restart_cold_all_cpus", Control),
        0x3c => ("stop_procedure_cpu_0", Control),
        0x3d => ("stop_procedure_cpu_1", Control),
        0x3e => ("stop_procedure_cpu_2", Control),
        0x3f => ("stop_procedure_cpu_3", Control),
        0x40 => ("stop_procedure_cpu_4", Control),
        0x41 => ("stop_procedure_cpu_5", Control),
        0x42 => ("stop_procedure_cpu_6", Control),
        0x43 => ("stop_procedure_own_cpu", Control),
        0x44 => ("stop_procedure_all_cpus", Control),
        0x46 => ("read_arithmetic_status_and_accu", Diagnostics),
        0x47 => ("read_byte", Read),
        0x48 => ("read_halt_failure_register", Diagnostics),
        0x49 => ("read_index_register", Diagnostics),
        0x4a => ("read_instruction_pointer", Diagnostics),
        0x4b => ("find_history", Diagnostics),
        0x50 => ("write_arithmetic_status_and_accu", Write),
        0x51 => ("write_byte", Write),
        0x52 => ("write_index_register", Write),
        0x53 => ("write_instruction_pointer", Control),
        0x5a => ("clear_all", Write),
        0x5b => ("clear_flags", Write),
        0x5c => ("clear_outputs", Write),
        0x5d => ("clear_registers", Write),
        0x5e => ("clear_timers", Write),
        0x64 => ("restart_warm_cpu_1", Control),
        0x65 => ("restart_warm_cpu_2", Control),
        0x66 => ("restart_warm_cpu_3", Control),
        0x67 => ("restart_warm_cpu_4", Control),
        0x68 => ("restart_warm_cpu_5", Control),
        0x69 => ("restart_warm_cpu_6", Control),
        0x6a => ("restart_warm_own_cpu", Control),
        0x6b => ("restart_warm_all_cpus", Control),
        0x6e => ("change_block", ProgramDownload),
        0x6f => ("clear_history_failure", Diagnostics),
        0x70 => ("delete_program_line", ProgramDownload),
        0x71 => ("go_conditional", Control),
        0x72 => ("insert_program_line", ProgramDownload),
        0x73 => ("local_cycles", Control),
        0x74 => ("all_cycles", Control),
        0x75 => ("make_text", Configuration),
        0x76 => ("execute_single_instruction", Control),
        0x77 => ("single_step", Control),
        0x82 => ("xob_17_interrupt", Control),
        0x83 => ("xob_18_interrupt", Control),
        0x84 => ("xob_19_interrupt", Control),
        0x91 => ("read_hangup_timeout", Diagnostics),
        0x96 => ("read_data_block", Read),
        0x97 => ("write_data_block", Write),
        0x98 => ("make_data_block", Configuration),
        0x99 => ("clear_data_block", Configuration),
        0x9a => ("clear_text", Configuration),
        0x9b => ("read_block_address", Diagnostics),
        0x9c => ("read_block_sizes", Diagnostics),
        0x9d => ("read_current_block", Diagnostics),
        0x9e => ("read_call_stack", Diagnostics),
        0x9f => ("read_dbx", Read),
        0xa1 => ("read_user_eeprom_register", Read),
        0xa3 => ("write_user_eeprom_register", Configuration),
        0xa5 => ("erase_flash", ProgramDownload),
        0xa6 => ("restart_cold_flag", Control),
        0xa7 => ("write_system_buffer", Other),
        0xa8 => ("read_system_buffer", Other),
        0xa9 => ("read_write_block_data", ProgramDownload),
        0xaa => ("get_diagnostic", Diagnostics),
        0xab => ("read_system_information", Diagnostics),
        0xac => ("change_blocks_on_run", ProgramDownload),
        0xad => ("flashcard_telegram", Configuration),
        0xae => ("download_firmware", FirmwareUpdate),
        0xaf => ("web_server_serial_communication", Other),
        _ => return None,
    })
}

use Category::Discovery;

/// The space that a command addresses by one 16-bit base address, whose count stands in front of it.
pub(super) const fn space(code: u8) -> Option<Space> {
    Some(match code {
        0x00 | 0x0a => Space::Words("counter"),
        0x06 | 0x0e => Space::Words("register"),
        0x07 | 0x0f => Space::Words("timer"),
        0x02 | 0x0b => Space::Bits("flag"),
        0x03 => Space::Bits("input"),
        0x05 | 0x0d => Space::Bits("output"),
        _ => return None,
    })
}

/// Whether a command carries values to the controller.
pub(super) const fn writes(code: u8) -> bool {
    matches!(code, 0x0a | 0x0b | 0x0d | 0x0e | 0x0f)
}
