//! Names of blocks, records, alarms and status codes (IEC 61158-6-10, 5.2).

use crate::Category;

/// Block types (IEC 61158-6-10, table of BlockType).
pub(super) const ALARM_HIGH: u16 = 0x0001;
pub(super) const ALARM_LOW: u16 = 0x0002;
pub(super) const WRITE_REQUEST: u16 = 0x0008;
pub(super) const READ_REQUEST: u16 = 0x0009;
pub(super) const DIAGNOSIS: u16 = 0x0010;
pub(super) const EXPECTED_IDENTIFICATION: u16 = 0x0012;
pub(super) const REAL_IDENTIFICATION: u16 = 0x0013;
pub(super) const IM0: u16 = 0x0020;
pub(super) const IM1: u16 = 0x0021;
pub(super) const IM2: u16 = 0x0022;
pub(super) const IM3: u16 = 0x0023;
pub(super) const IM4: u16 = 0x0024;
pub(super) const AR_REQUEST: u16 = 0x0101;
pub(super) const IOCR_REQUEST: u16 = 0x0102;
pub(super) const ALARM_CR_REQUEST: u16 = 0x0103;
pub(super) const EXPECTED_SUBMODULES: u16 = 0x0104;
pub(super) const PRM_SERVER_REQUEST: u16 = 0x0105;
pub(super) const MCR_REQUEST: u16 = 0x0106;
pub(super) const AR_VENDOR_REQUEST: u16 = 0x0108;
pub(super) const PORT_CHECK: u16 = 0x0200;
pub(super) const PORT_ADJUST: u16 = 0x0202;
pub(super) const IR_DATA: u16 = 0x0205;
pub(super) const PORT_REAL: u16 = 0x020f;
pub(super) const MRP_ADJUST: u16 = 0x0211;
pub(super) const INTERFACE_REAL: u16 = 0x0240;
pub(super) const MULTIPLE: u16 = 0x0400;
pub(super) const FSU_INTERFACE: u16 = 0x0608;
pub(super) const FSU_AR: u16 = 0x0609;
pub(super) const AUTO_CONFIGURATION: u16 = 0x0700;
pub(super) const ALARM_ACK_HIGH: u16 = 0x8001;
pub(super) const ALARM_ACK_LOW: u16 = 0x8002;
pub(super) const WRITE_RESPONSE: u16 = 0x8008;
pub(super) const READ_RESPONSE: u16 = 0x8009;
pub(super) const AR_RESPONSE: u16 = 0x8101;
pub(super) const IOCR_RESPONSE: u16 = 0x8102;
pub(super) const ALARM_CR_RESPONSE: u16 = 0x8103;
pub(super) const MODULE_DIFFERENCE: u16 = 0x8104;
pub(super) const AR_SERVER_RESPONSE: u16 = 0x8106;

/// Whether a block is one of the control services: end of parameters, application ready, release and their kin.
pub(super) const fn is_control(kind: u16) -> bool {
    matches!(kind & 0x7fff, 0x0110..=0x0114 | 0x0116..=0x0118)
}

/// Name of a block type.
pub(super) const fn block(kind: u16) -> &'static str {
    match kind {
        ALARM_HIGH => "alarm_notification_high",
        ALARM_LOW => "alarm_notification_low",
        WRITE_REQUEST => "iod_write_req_header",
        READ_REQUEST => "iod_read_req_header",
        DIAGNOSIS => "diagnosis_data",
        EXPECTED_IDENTIFICATION => "expected_identification_data",
        REAL_IDENTIFICATION => "real_identification_data",
        0x0014 => "substitute_value",
        0x0015 => "record_input_data_object_element",
        0x0016 => "record_output_data_object_element",
        0x0018 => "ar_data",
        0x0019 => "log_data",
        0x001a => "api_data",
        IM0 => "im0",
        IM1 => "im1",
        IM2 => "im2",
        IM3 => "im3",
        IM4 => "im4",
        0x0025 => "im5",
        0x0026..=0x002f => "im_reserved",
        0x0030 => "im0_filter_data_submodule",
        0x0031 => "im0_filter_data_module",
        0x0032 => "im0_filter_data_device",
        0x0034 => "im5_data",
        0x0035 => "asset_management_data",
        0x0036..=0x0038 => "asset_management_information",
        AR_REQUEST => "ar_block_req",
        IOCR_REQUEST => "iocr_block_req",
        ALARM_CR_REQUEST => "alarm_cr_block_req",
        EXPECTED_SUBMODULES => "expected_submodule_block_req",
        PRM_SERVER_REQUEST => "prm_server_block_req",
        MCR_REQUEST => "mcr_block_req",
        0x0107 => "ar_rpc_block_req",
        AR_VENDOR_REQUEST => "ar_vendor_block_req",
        0x0109 => "ir_info_block",
        0x010a => "sr_info_block",
        0x010b => "arfsu_block",
        0x010c => "rs_info_block",
        0x0110 => "iod_control_req_prm_end",
        0x0111 => "iod_control_req_plug_prm_end",
        0x0112 => "iox_control_req_application_ready",
        0x0113 => "iox_control_req_plug_application_ready",
        0x0114 => "iod_release_req",
        0x0116 => "iox_control_req_ready_for_companion",
        0x0117 => "iox_control_req_ready_for_rt_class_3",
        0x0118 => "iod_control_req_prm_begin",
        0x0119 => "submodule_list_block",
        PORT_CHECK => "pd_port_data_check",
        0x0201 => "pdev_data",
        PORT_ADJUST => "pd_port_data_adjust",
        0x0203 => "pd_sync_data",
        0x0204 => "isochronous_mode_data",
        IR_DATA => "pd_ir_data",
        0x0206 => "pd_ir_global_data",
        0x0207 => "pd_ir_frame_data",
        0x0208 => "pd_ir_begin_end_data",
        0x0209 => "adjust_domain_boundary",
        0x020a => "check_peers",
        0x020b => "check_line_delay",
        0x020c => "check_mau_type",
        0x020e => "adjust_mau_type",
        PORT_REAL => "pd_port_data_real",
        0x0210 => "adjust_multicast_boundary",
        MRP_ADJUST => "pd_interface_mrp_data_adjust",
        0x0212 => "pd_interface_mrp_data_real",
        0x0213 => "pd_interface_mrp_data_check",
        0x0214 => "pd_port_mrp_data_adjust",
        0x0215 => "pd_port_mrp_data_real",
        0x0216 => "mrp_manager_params",
        0x0217 => "mrp_client_params",
        0x0218 | 0x021d => "mrp_rt_mode",
        0x0219 | 0x021a => "mrp_ring_state_data",
        0x021b => "adjust_link_state",
        0x021c => "check_link_state",
        0x021e => "check_sync_difference",
        0x021f => "check_mau_type_difference",
        0x0220..=0x0223 | 0x0228 => "pd_port_fo_data",
        0x0224 => "adjust_peer_to_peer_boundary",
        0x0225 => "adjust_dcp_boundary",
        0x0226 => "adjust_preamble_length",
        0x022a => "pd_ir_subframe_data",
        0x022b => "subframe_block",
        0x022c => "pd_port_data_real_extended",
        0x022d => "pd_time_data",
        0x0230 => "pd_nc_data_check",
        0x0231..=0x0233 => "mrp_instance_data",
        0x0234..=0x0236 => "pd_port_mrp_ic_data",
        INTERFACE_REAL => "pd_interface_data_real",
        0x0241 => "pd_rsi_instances",
        0x0250 => "pd_interface_adjust",
        0x0251 => "pd_port_statistic",
        0x0260 => "own_port",
        0x0261 => "neighbors",
        0x0270..=0x027e => "tsn_data",
        0x0300 => "pd_interface_security_adjust",
        MULTIPLE => "multiple_block_header",
        0x0401 => "co_container_content",
        0x0500 => "record_data_read_query",
        0x0600 => "fs_hello_block",
        0x0601 => "fs_parameter_block",
        0x0602 => "fast_start_up_block",
        FSU_INTERFACE => "pd_interface_fsu_data_adjust",
        FSU_AR => "ar_fsu_data_adjust",
        0x0700..=0x0703 => "auto_configuration",
        0x0810 => "pe_entity_filter_data",
        0x0811 => "pe_entity_status_data",
        0x0900..=0x0902 => "reporting_system_data",
        0x0a00 | 0x0a01 => "upload_blob",
        0x0f00..=0x0f05 => "maintenance_item",
        ALARM_ACK_HIGH => "alarm_ack_high",
        ALARM_ACK_LOW => "alarm_ack_low",
        WRITE_RESPONSE => "iod_write_res_header",
        READ_RESPONSE => "iod_read_res_header",
        AR_RESPONSE => "ar_block_res",
        IOCR_RESPONSE => "iocr_block_res",
        ALARM_CR_RESPONSE => "alarm_cr_block_res",
        MODULE_DIFFERENCE => "module_diff_block",
        0x8105 => "prm_server_block_res",
        AR_SERVER_RESPONSE => "ar_server_block_res",
        0x8107 => "ar_rpc_block_res",
        0x8108 => "ar_vendor_block_res",
        0x8110 => "iod_control_res_prm_end",
        0x8111 => "iod_control_res_plug_prm_end",
        0x8112 => "iox_control_res_application_ready",
        0x8113 => "iox_control_res_plug_application_ready",
        0x8114 => "iod_release_res",
        0x8116 => "iox_control_res_ready_for_companion",
        0x8117 => "iox_control_res_ready_for_rt_class_3",
        0x8118 => "iod_control_res_prm_begin",
        _ => "unknown",
    }
}

/// What a control block orders.
pub(super) const fn control(kind: u16) -> &'static str {
    match kind & 0x7fff {
        0x0110 => "prm_end",
        0x0111 => "plug_prm_end",
        0x0112 => "application_ready",
        0x0113 => "plug_application_ready",
        0x0114 => "release",
        0x0116 => "ready_for_companion",
        0x0117 => "ready_for_rt_class_3",
        0x0118 => "prm_begin",
        _ => "unknown",
    }
}

/// Bits of a control command.
pub(super) const COMMANDS: [(u16, &str); 7] = [
    (0x01, "prm_end"),
    (0x02, "application_ready"),
    (0x04, "release"),
    (0x08, "done"),
    (0x10, "ready_for_companion"),
    (0x20, "ready_for_rt_class_3"),
    (0x40, "prm_begin"),
];

/// Name of a record by its index; none for the user's own.
pub(super) const fn record(index: u16) -> Option<&'static str> {
    Some(match index {
        0x8000 | 0xc000 | 0xe000 => "expected_identification_data",
        0x8001 | 0xc001 | 0xe001 | 0xf000 => "real_identification_data",
        0x800a..=0x800d | 0xc00a..=0xc00d | 0xe00a..=0xe00d | 0xf00a..=0xf00d | 0xf80c => "diagnosis_data",
        0x8010..=0x8013 | 0xc010..=0xc013 | 0xe010..=0xe013 | 0xf010..=0xf013 => "maintenance_data",
        0x801e => "substitute_value",
        0x8020 => "pd_ir_subframe_data",
        0x8027 => "pd_port_data_real_extended",
        0x8028 => "record_input_data_object_element",
        0x8029 => "record_output_data_object_element",
        0x802a => "pd_port_data_real",
        0x802b => "pd_port_data_check",
        0x802c => "pd_ir_data",
        0x802d => "pd_sync_data",
        0x802f => "pd_port_data_adjust",
        0x8030 | 0xe030 => "isochronous_mode_data",
        0x8031 => "pd_time_data",
        0x8050..=0x8052 => "pd_interface_mrp_data",
        0x8053..=0x8057 => "pd_port_mrp_data",
        0x8060..=0x8062 => "pd_port_fo_data",
        0x8070 => "pd_nc_data_check",
        0x8071 => "pd_interface_adjust",
        0x8072 => "pd_port_statistic",
        0x8080 => "pd_interface_data_real",
        0x8090 => "pd_interface_fsu_data_adjust",
        0x80a0..=0x80af => "energy_saving",
        0x80b0 => "combined_object_container",
        0x80cf => "rs_adjust_observer",
        0xaff0 => "im0",
        0xaff1 => "im1",
        0xaff2 => "im2",
        0xaff3 => "im3",
        0xaff4 => "im4",
        0xaff5 => "im5",
        0xaff6..=0xafff => "im_reserved",
        0xb000..=0xbfff => "profile_specific",
        0xe002 => "module_diff_block",
        0xe040 => "multiple_write",
        0xe050 => "ar_fsu_data_adjust",
        0xe060 => "rs_get_event",
        0xe061 => "rs_ack_event",
        0xf020 | 0xf820 => "ar_data",
        0xf821 => "api_data",
        0xf830 => "log_data",
        0xf831 => "pdev_data",
        0xf840 => "im0_filter_data",
        0xf841 => "pd_real_data",
        0xf842 => "pd_expected_data",
        0xf850 => "auto_configuration",
        0xf860 => "gsd_upload",
        0xf870 => "pe_entity_filter_data",
        0xf871 => "pe_entity_status_data",
        0xf880..=0xf889 => "asset_management_data",
        _ => return None,
    })
}

/// Highest index of the user's own records.
const USER_RECORDS: u16 = 0x7fff;

/// What reading a record does.
pub(super) const fn read_category(index: u16) -> Category {
    if index <= USER_RECORDS || matches!(index, 0x8028 | 0x8029) {
        Category::Read
    } else {
        Category::Diagnostics
    }
}

/// What writing a record does.
pub(super) const fn write_category(index: u16) -> Category {
    if index <= USER_RECORDS { Category::Write } else { Category::Configuration }
}

/// Name of an alarm (IEC 61158-6-10, table of AlarmType).
pub(super) const fn alarm(kind: u16) -> &'static str {
    match kind {
        0x0001 => "diagnosis",
        0x0002 => "process",
        0x0003 => "pull",
        0x0004 => "plug",
        0x0005 => "status",
        0x0006 => "update",
        0x0007 => "media_redundancy",
        0x0008 => "controlled_by_supervisor",
        0x0009 => "released",
        0x000a => "plug_wrong_submodule",
        0x000b => "return_of_submodule",
        0x000c => "diagnosis_disappears",
        0x000d => "multicast_communication_mismatch",
        0x000e => "port_data_change",
        0x000f => "sync_data_change",
        0x0010 => "isochronous_mode_problem",
        0x0011 => "network_component_problem",
        0x0012 => "time_data_change",
        0x0013 => "dynamic_frame_packing_problem",
        0x0014 => "mrpd_problem",
        0x0015 => "multiple_interface_mismatch",
        0x001e => "upload_and_retrieval",
        0x001f => "pull_module",
        0x0020..=0x007f => "manufacturer_specific",
        0x0080..=0x00ff => "profile_specific",
        _ => "reserved",
    }
}

/// Name of a connection relation's type.
pub(super) const fn ar_type(kind: u16) -> &'static str {
    match kind {
        1 => "io_controller",
        2 => "multicast_consumer",
        3 => "multicast_provider",
        4 => "io_controller_companion",
        6 => "supervisor",
        0x10 => "io_controller_rt_class_3",
        0x20 => "io_controller_redundant",
        _ => "reserved",
    }
}

/// Name of an IO relation's type.
pub(super) const fn iocr_type(kind: u16) -> &'static str {
    match kind {
        1 => "input",
        2 => "output",
        3 => "multicast_provider",
        4 => "multicast_consumer",
        _ => "reserved",
    }
}

/// Real-time class in an IO relation's properties.
pub(super) const fn rt_class(properties: u32) -> &'static str {
    match properties & 0x0f {
        1 => "rt_class_1",
        2 => "rt_class_2",
        3 => "rt_class_3",
        4 => "rt_class_udp",
        5 => "rt_class_stream",
        _ => "reserved",
    }
}

/// State of a module in a difference.
pub(super) const fn module_state(state: u16) -> &'static str {
    match state {
        0 => "no_module",
        1 => "wrong_module",
        2 => "proper_module",
        3 => "substitute",
        _ => "reserved",
    }
}

/// Identification state of a submodule: bits 11 to 14 of its state in the current format (bit 15).
pub(super) const fn submodule_state(state: u16) -> &'static str {
    if state & 0x8000 == 0 {
        return match state {
            0 => "no_submodule",
            1 => "wrong_submodule",
            2 => "locked_by_controller",
            4 => "application_ready_pending",
            7 => "substitute",
            _ => "reserved",
        };
    }
    match state >> 11 & 0x0f {
        0 => "ok",
        1 => "substitute",
        2 => "wrong",
        3 => "no_submodule",
        _ => "reserved",
    }
}

/// Name of a status: code, decode, and two codes that depend on them (IEC 61158-6-10, PNIOStatus).
pub(crate) const fn status(status: u32) -> &'static str {
    let [code, decode, code_1, code_2] = status.to_be_bytes();
    match (code, decode, code_1) {
        (0, 0, 0) => "ok",
        (0xcf, 0x81, 0xfd) => match code_2 {
            1 => "sequence_error",
            2 => "instance_closed",
            3 => "ar_out_of_memory",
            5 => "ar_consumer_watchdog_expired",
            6 => "ar_cmi_timeout",
            8 => "alarm_send_failed",
            9 => "alarm_ack_send_failed",
            10 => "alarm_data_too_long",
            11 => "alarm_indication_error",
            12 => "rpc_call_failed",
            13 => "ar_abort_requested",
            14 => "rerun_aborts_existing_ar",
            15 => "release_received",
            16 => "device_deactivated",
            17 => "ar_removed",
            18 => "protocol_violation",
            19 => "name_resolution_error",
            20 => "rpc_bind_error",
            21 => "rpc_connect_error",
            22 => "rpc_read_error",
            23 => "rpc_write_error",
            24 => "rpc_control_error",
            25 => "forbidden_pull_or_plug",
            26 => "ap_removed",
            27 => "link_down",
            29 => "not_synchronised",
            30 => "wrong_topology",
            31 => "station_name_changed",
            32 => "reset_to_factory",
            _ => "rta_protocol_error",
        },
        (0xcf, ..) => "rta_error",
        (_, 0x80, code_1) => match code_1 {
            0xa0 => "application_read_error",
            0xa1 => "application_write_error",
            0xa2 => "application_module_failure",
            0xa7 => "application_busy",
            0xa8 => "application_version_conflict",
            0xa9 => "application_feature_not_supported",
            0xaa..=0xaf => "application_user_specific",
            0xb0 => "access_invalid_index",
            0xb1 => "access_write_length_error",
            0xb2 => "access_invalid_slot_subslot",
            0xb3 => "access_type_conflict",
            0xb4 => "access_invalid_area",
            0xb5 => "access_state_conflict",
            0xb6 => "access_denied",
            0xb7 => "access_invalid_range",
            0xb8 => "access_invalid_parameter",
            0xb9 => "access_invalid_type",
            0xba => "access_backup",
            0xbb..=0xbf => "access_user_specific",
            0xc0 => "resource_read_conflict",
            0xc1 => "resource_write_conflict",
            0xc2 => "resource_busy",
            0xc3 => "resource_unavailable",
            0xc8..=0xcf => "resource_user_specific",
            _ => "record_error",
        },
        (_, 0x81, code_1) => match code_1 {
            1 => "faulty_ar_block_req",
            2 => "faulty_iocr_block_req",
            3 => "faulty_expected_submodule_block_req",
            4 => "faulty_alarm_cr_block_req",
            5 => "faulty_prm_server_block_req",
            6 => "faulty_mcr_block_req",
            7 => "faulty_ar_rpc_block_req",
            8 => "faulty_record",
            9 => "faulty_ir_info_block",
            10 => "faulty_sr_info_block",
            11 => "faulty_arfsu_block",
            20 | 21 => "faulty_control_block",
            22 | 23 => "faulty_iox_control_block",
            40 => "faulty_release_block",
            50 => "faulty_ar_block_res",
            51 => "faulty_iocr_block_res",
            52 => "faulty_alarm_cr_block_res",
            53 => "faulty_module_diff_block",
            60 => "alarm_ack_error",
            61 => "cmdev_error",
            62 => "cmctl_error",
            64 => "rmpm_error",
            65 => "alpmi_error",
            66 => "alpmr_error",
            67 => "lmpm_error",
            68 => "mac_error",
            69 => "rpc_error",
            70 => "apmr_error",
            71 => "apms_error",
            72 => "cpm_error",
            73 => "ppm_error",
            74..=77 => "dcp_error",
            78 => "fspm_error",
            0xff => "user_specific",
            _ => "protocol_error",
        },
        _ => match code {
            0xda => "alarm_ack_error",
            0xdb => "connect_error",
            0xdc => "release_error",
            0xdd => "control_error",
            0xde => "read_error",
            0xdf => "write_error",
            _ => "error",
        },
    }
}
