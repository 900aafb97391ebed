//! Object classes by number: the public ones of the CIP library, and the controller's own where vendors or the
//! public tools that speak to them name them (Rockwell 1756-PM020; AdvancedHMI class codes).

/// Identity object (volume 1, 5A-2).
pub(super) const IDENTITY: u32 = 0x01;
/// Message router (volume 1, 5A-3).
pub(super) const MESSAGE_ROUTER: u32 = 0x02;
/// Connection manager (volume 1, 3-5).
pub(super) const CONNECTION_MANAGER: u32 = 0x06;
/// File object (volume 1, 5A-42).
pub(super) const FILE: u32 = 0x37;
/// Safety supervisor (volume 5, 5-4).
pub(super) const SAFETY_SUPERVISOR: u32 = 0x39;
/// Names of controllers and modules: name and description.
pub(super) const DEVICE_NAME: u32 = 0x64;
/// PCCC object (1756-PM020).
pub(super) const PCCC: u32 = 0x67;
/// Program of a Logix controller.
pub(super) const PROGRAM: u32 = 0x68;
/// I/O map of a Logix controller; forces are switched here.
pub(super) const IO_MAP: u32 = 0x69;
/// Symbols, that is tags (1756-PM020).
pub(super) const SYMBOL: u32 = 0x6b;
/// Templates, that is structures (1756-PM020).
pub(super) const TEMPLATE: u32 = 0x6c;
/// Routine of a Logix controller.
pub(super) const ROUTINE: u32 = 0x6d;
/// Task of a Logix controller.
pub(super) const TASK: u32 = 0x70;
/// Wall clock time of a Logix controller.
pub(super) const WALL_CLOCK: u32 = 0x8b;
/// The controller itself: start and stop.
pub(super) const CONTROLLER: u32 = 0x8e;
/// Non-volatile storage: firmware goes here.
pub(super) const NONVOLATILE_STORAGE: u32 = 0xa1;
/// Counters that change with every edit (1756-PM020).
pub(super) const CHANGE_LOG: u32 = 0xac;
/// Port object (volume 1, 3-7).
pub(super) const PORT: u32 = 0xf4;
/// TCP/IP interface (volume 2, 5-4).
pub(super) const TCP_IP: u32 = 0xf5;
/// Ethernet link (volume 2, 5-5).
pub(super) const ETHERNET_LINK: u32 = 0xf6;

/// Name of a class; `unknown` where no public document has one.
pub(super) const fn name(class: u32) -> &'static str {
    match class {
        IDENTITY => "identity",
        MESSAGE_ROUTER => "message_router",
        0x03 => "devicenet",
        0x04 => "assembly",
        0x05 => "connection",
        CONNECTION_MANAGER => "connection_manager",
        0x07 => "register",
        0x08 => "discrete_input_point",
        0x09 => "discrete_output_point",
        0x0a => "analog_input_point",
        0x0b => "analog_output_point",
        0x0e => "presence_sensing",
        0x0f => "parameter",
        0x10 => "parameter_group",
        0x12 => "group",
        0x1d => "discrete_input_group",
        0x1e => "discrete_output_group",
        0x1f => "discrete_group",
        0x20 => "analog_input_group",
        0x21 => "analog_output_group",
        0x22 => "analog_group",
        0x23 => "position_sensor",
        0x24 => "position_controller_supervisor",
        0x25 => "position_controller",
        0x26 => "block_sequencer",
        0x27 => "command_block",
        0x28 => "motor_data",
        0x29 => "control_supervisor",
        0x2a => "ac_dc_drive",
        0x2b => "acknowledge_handler",
        0x2c => "overload",
        0x2d => "softstart",
        0x2e => "selection",
        0x30 => "s_device_supervisor",
        0x31 => "s_analog_sensor",
        0x32 => "s_analog_actuator",
        0x33 => "s_single_stage_controller",
        0x34 => "s_gas_calibration",
        0x35 => "trip_point",
        FILE => "file",
        0x38 => "s_partial_pressure",
        SAFETY_SUPERVISOR => "safety_supervisor",
        0x3a => "safety_validator",
        0x3b => "safety_discrete_output_point",
        0x3c => "safety_discrete_output_group",
        0x3d => "safety_discrete_input_point",
        0x3e => "safety_discrete_input_group",
        0x3f => "safety_dual_channel_output",
        0x40 => "s_sensor_calibration",
        0x41 => "event_log",
        0x42 => "motion_device_axis",
        0x43 => "time_sync",
        0x44 => "modbus",
        0x45 => "originator_connection_list",
        0x46 => "modbus_serial_link",
        0x47 => "device_level_ring",
        0x48 => "qos",
        0x49 => "safety_analog_input_point",
        0x4a => "safety_analog_input_group",
        0x4b => "safety_dual_channel_analog_input",
        0x4c => "sercos_iii_link",
        0x4d => "target_connection_list",
        0x4e => "base_energy",
        0x4f => "electrical_energy",
        0x50 => "non_electrical_energy",
        0x51 => "base_switch",
        0x52 => "snmp",
        0x53 => "power_management",
        0x54 => "rstp_bridge",
        0x55 => "rstp_port",
        0x56 => "prp_hsr_protocol",
        0x57 => "prp_hsr_nodes_table",
        0x58 => "safety_feedback",
        0x59 => "safety_dual_channel_feedback",
        0x5a => "safety_stop_functions",
        0x5b => "safety_limit_functions",
        0x5c => "power_curtailment",
        0x5d => "cip_security",
        0x5e => "ethernet_ip_security",
        0x5f => "certificate_management",
        0x60 => "authority",
        0x61 => "password_authenticator",
        0x62 => "certificate_authenticator",
        DEVICE_NAME => "device_name",
        PCCC => "pccc",
        PROGRAM => "program",
        IO_MAP => "io_map",
        SYMBOL => "symbol",
        TEMPLATE => "template",
        ROUTINE => "routine",
        TASK => "task",
        WALL_CLOCK => "wall_clock_time",
        CONTROLLER => "controller",
        NONVOLATILE_STORAGE => "nonvolatile_storage",
        CHANGE_LOG => "change_log",
        0xf0 => "controlnet",
        0xf1 => "controlnet_keeper",
        0xf2 => "controlnet_scheduling",
        0xf3 => "connection_configuration",
        PORT => "port",
        TCP_IP => "tcp_ip_interface",
        ETHERNET_LINK => "ethernet_link",
        0xf7 => "componet",
        0xf8 => "componet_repeater",
        0xf9 => "hart_master_port",
        0xfa => "io_aggregation",
        0x100 => "protection_trip",
        0x101 => "protection_alarm",
        0x102 => "circuit_breaker_supervisor",
        0x103 => "circuit_breaker_statistics",
        0x104 => "electrical_demand",
        0x105 => "electrical_statistics",
        0x106 => "machine_base_data",
        0x107 => "hart_process_device",
        0x108 => "process_device_diagnostics",
        0x109 => "lldp_management",
        0x10a => "lldp_data_table",
        0x10b => "io_link_service_parameter",
        0x10c => "io_link_master_phy",
        0x10d => "io_link_device_phy",
        0x10e => "pilot_light_supervisor",
        0x10f => "select_line_link",
        0x110 => "in_cabinet_actual_topology",
        0x111 => "in_cabinet_commissioning",
        _ => "unknown",
    }
}

/// Whether the class is safety-related (volume 5): its services change how a safety function works.
pub(super) const fn is_safety(class: u32) -> bool {
    matches!(class, 0x39..=0x3f | 0x49..=0x4b | 0x58..=0x5b)
}

/// Whether the class holds parts of the controller's program.
pub(super) const fn is_program(class: u32) -> bool {
    matches!(class, PROGRAM | 0x6a | ROUTINE | 0x6e | 0x6f | TASK)
}
