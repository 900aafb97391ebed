//! Type identifications and what each information object is made of (IEC 60870-5-101, 7.2.1 and 7.3; 60870-5-104, 8).

use crate::Category;

/// One element of an information object (IEC 60870-5-101, 7.2.6; 60870-5-104, 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    /// Single point with quality.
    Siq,
    /// Double point with quality.
    Diq,
    /// Step position with transient bit.
    Vti,
    /// Quality descriptor.
    Qds,
    /// Bitstring of 32 bits.
    Bsi,
    /// Normalised value.
    Nva,
    /// Scaled value.
    Sva,
    /// Short floating point number.
    R32,
    /// Binary counter reading.
    Bcr,
    /// Single event of protection equipment.
    Sep,
    /// Start events of protection equipment.
    Spe,
    /// Output circuit information of protection equipment.
    Oci,
    /// Quality of protection equipment.
    Qdp,
    /// Status and change detection of 16 points.
    Scd,
    /// Fixed test pattern.
    Fbp,
    /// Test sequence counter.
    Tsc,
    /// Two octets of time: milliseconds.
    Cp16,
    /// Three octets of time: milliseconds and minutes.
    Cp24,
    /// Seven octets of time.
    Cp56,
    /// Single command.
    Sco,
    /// Double command.
    Dco,
    /// Regulating step command.
    Rco,
    /// Qualifier of a set-point command.
    Qos,
    /// Qualifier of interrogation.
    Qoi,
    /// Qualifier of counter interrogation.
    Qcc,
    /// Qualifier of a reset of a process.
    Qrp,
    /// Qualifier of a parameter.
    Qpm,
    /// Qualifier of parameter activation.
    Qpa,
    /// Cause of initialisation.
    Coi,
    /// Name of file.
    Nof,
    /// Name of section.
    Nos,
    /// Length of file or section.
    Lof,
    /// Length of a segment, and the segment.
    Segment,
    /// File ready qualifier.
    Frq,
    /// Section ready qualifier.
    Srq,
    /// Select and call qualifier.
    Scq,
    /// Last section or segment qualifier.
    Lsq,
    /// Checksum.
    Chs,
    /// Acknowledge file or section qualifier.
    Afq,
    /// Status of file.
    Sof,
    /// Start of a query of a log.
    From,
    /// End of a query of a log.
    To,
    /// All that follows: objects of the security extension (IEC 60870-5-7).
    Rest,
}

impl Element {
    /// Bytes on the wire; those of a segment are counted apart.
    pub(super) const fn size(self) -> usize {
        match self {
            Self::Rest => 0,
            Self::Vti
            | Self::Siq
            | Self::Diq
            | Self::Qds
            | Self::Sep
            | Self::Spe
            | Self::Oci
            | Self::Qdp
            | Self::Sco
            | Self::Dco
            | Self::Rco
            | Self::Qos
            | Self::Qoi
            | Self::Qcc
            | Self::Qrp
            | Self::Qpm
            | Self::Qpa
            | Self::Coi
            | Self::Nos
            | Self::Segment
            | Self::Frq
            | Self::Srq
            | Self::Scq
            | Self::Lsq
            | Self::Chs
            | Self::Afq
            | Self::Sof => 1,
            Self::Nva | Self::Sva | Self::Fbp | Self::Tsc | Self::Cp16 | Self::Nof => 2,
            Self::Cp24 | Self::Lof => 3,
            Self::Bsi | Self::R32 | Self::Scd => 4,
            Self::Bcr => 5,
            Self::Cp56 | Self::From | Self::To => 7,
        }
    }
}

/// One type identification.
#[derive(Debug)]
pub(super) struct Type {
    /// The standard's label, e.g. `M_SP_NA_1`.
    pub(super) label: &'static str,
    /// Its description in snake_case.
    pub(super) name: &'static str,
    /// What it does.
    pub(super) category: Category,
    /// Word for its value; empty where it carries none.
    pub(super) value: &'static str,
    /// Its elements, in wire order.
    pub(super) elements: &'static [Element],
}

impl Type {
    /// Bytes of one object without its address.
    pub(super) fn size(&self) -> usize {
        self.elements.iter().map(|element| element.size()).sum()
    }

    /// Whether the size of an object is only known from its content.
    pub(super) fn is_open(&self) -> bool {
        self.elements.iter().any(|element| matches!(element, Element::Segment | Element::Rest))
    }
}

macro_rules! types {
    ($($id:literal $label:literal $name:literal $category:ident $value:literal [$($element:ident)*],)*) => {
        /// The type with this number; none for reserved ones.
        pub(super) const fn of(id: u8) -> Option<&'static Type> {
            Some(match id {
                $($id => {
                    const TYPE: Type = Type {
                        label: $label,
                        name: $name,
                        category: Category::$category,
                        value: $value,
                        elements: &[$(Element::$element),*],
                    };
                    &TYPE
                })*
                _ => return None,
            })
        }
    };
}

// Process and system information of the controlled station 1 to 70, of the controlling station 45 to 107, parameters
// 110 to 113, files 120 to 127 (IEC 60870-5-101, tables 8 to 13; 60870-5-104, 8; 60870-5-7 for 41 and 81 to 95).
types! {
    1 "M_SP_NA_1" "single_point_information" Read "single_point" [Siq],
    2 "M_SP_TA_1" "single_point_information_with_time_tag" Read "single_point" [Siq Cp24],
    3 "M_DP_NA_1" "double_point_information" Read "double_point" [Diq],
    4 "M_DP_TA_1" "double_point_information_with_time_tag" Read "double_point" [Diq Cp24],
    5 "M_ST_NA_1" "step_position_information" Read "step_position" [Vti Qds],
    6 "M_ST_TA_1" "step_position_information_with_time_tag" Read "step_position" [Vti Qds Cp24],
    7 "M_BO_NA_1" "bitstring_of_32_bit" Read "bitstring32" [Bsi Qds],
    8 "M_BO_TA_1" "bitstring_of_32_bit_with_time_tag" Read "bitstring32" [Bsi Qds Cp24],
    9 "M_ME_NA_1" "measured_value_normalized" Read "normalized" [Nva Qds],
    10 "M_ME_TA_1" "measured_value_normalized_with_time_tag" Read "normalized" [Nva Qds Cp24],
    11 "M_ME_NB_1" "measured_value_scaled" Read "scaled" [Sva Qds],
    12 "M_ME_TB_1" "measured_value_scaled_with_time_tag" Read "scaled" [Sva Qds Cp24],
    13 "M_ME_NC_1" "measured_value_short_float" Read "short_float" [R32 Qds],
    14 "M_ME_TC_1" "measured_value_short_float_with_time_tag" Read "short_float" [R32 Qds Cp24],
    15 "M_IT_NA_1" "integrated_totals" Read "integrated_totals" [Bcr],
    16 "M_IT_TA_1" "integrated_totals_with_time_tag" Read "integrated_totals" [Bcr Cp24],
    17 "M_EP_TA_1" "event_of_protection_equipment_with_time_tag" Alarm "" [Sep Cp16 Cp24],
    18 "M_EP_TB_1" "packed_start_events_of_protection_equipment_with_time_tag" Alarm "" [Spe Qdp Cp16 Cp24],
    19 "M_EP_TC_1" "packed_output_circuit_information_of_protection_equipment_with_time_tag" Alarm "" [Oci Qdp Cp16 Cp24],
    20 "M_PS_NA_1" "packed_single_point_information_with_status_change_detection" Read "packed_single_point" [Scd Qds],
    21 "M_ME_ND_1" "measured_value_normalized_without_quality_descriptor" Read "normalized" [Nva],
    30 "M_SP_TB_1" "single_point_information_with_time_tag_cp56time2a" Read "single_point" [Siq Cp56],
    31 "M_DP_TB_1" "double_point_information_with_time_tag_cp56time2a" Read "double_point" [Diq Cp56],
    32 "M_ST_TB_1" "step_position_information_with_time_tag_cp56time2a" Read "step_position" [Vti Qds Cp56],
    33 "M_BO_TB_1" "bitstring_of_32_bit_with_time_tag_cp56time2a" Read "bitstring32" [Bsi Qds Cp56],
    34 "M_ME_TD_1" "measured_value_normalized_with_time_tag_cp56time2a" Read "normalized" [Nva Qds Cp56],
    35 "M_ME_TE_1" "measured_value_scaled_with_time_tag_cp56time2a" Read "scaled" [Sva Qds Cp56],
    36 "M_ME_TF_1" "measured_value_short_float_with_time_tag_cp56time2a" Read "short_float" [R32 Qds Cp56],
    37 "M_IT_TB_1" "integrated_totals_with_time_tag_cp56time2a" Read "integrated_totals" [Bcr Cp56],
    38 "M_EP_TD_1" "event_of_protection_equipment_with_time_tag_cp56time2a" Alarm "" [Sep Cp16 Cp56],
    39 "M_EP_TE_1" "packed_start_events_of_protection_equipment_with_time_tag_cp56time2a" Alarm "" [Spe Qdp Cp16 Cp56],
    40 "M_EP_TF_1" "packed_output_circuit_information_of_protection_equipment_with_time_tag_cp56time2a" Alarm "" [Oci Qdp Cp16 Cp56],
    41 "S_IT_TC_1" "integrated_totals_of_security_statistics_with_time_tag_cp56time2a" Diagnostics "" [Rest],
    45 "C_SC_NA_1" "single_command" Control "single_command" [Sco],
    46 "C_DC_NA_1" "double_command" Control "double_command" [Dco],
    47 "C_RC_NA_1" "regulating_step_command" Control "regulating_step" [Rco],
    48 "C_SE_NA_1" "set_point_command_normalized" Write "normalized" [Nva Qos],
    49 "C_SE_NB_1" "set_point_command_scaled" Write "scaled" [Sva Qos],
    50 "C_SE_NC_1" "set_point_command_short_float" Write "short_float" [R32 Qos],
    51 "C_BO_NA_1" "bitstring_of_32_bit_command" Write "bitstring32" [Bsi],
    58 "C_SC_TA_1" "single_command_with_time_tag_cp56time2a" Control "single_command" [Sco Cp56],
    59 "C_DC_TA_1" "double_command_with_time_tag_cp56time2a" Control "double_command" [Dco Cp56],
    60 "C_RC_TA_1" "regulating_step_command_with_time_tag_cp56time2a" Control "regulating_step" [Rco Cp56],
    61 "C_SE_TA_1" "set_point_command_normalized_with_time_tag_cp56time2a" Write "normalized" [Nva Qos Cp56],
    62 "C_SE_TB_1" "set_point_command_scaled_with_time_tag_cp56time2a" Write "scaled" [Sva Qos Cp56],
    63 "C_SE_TC_1" "set_point_command_short_float_with_time_tag_cp56time2a" Write "short_float" [R32 Qos Cp56],
    64 "C_BO_TA_1" "bitstring_of_32_bit_command_with_time_tag_cp56time2a" Write "bitstring32" [Bsi Cp56],
    70 "M_EI_NA_1" "end_of_initialization" Diagnostics "" [Coi],
    81 "S_CH_NA_1" "authentication_challenge" Authentication "" [Rest],
    82 "S_RP_NA_1" "authentication_reply" Authentication "" [Rest],
    83 "S_AR_NA_1" "aggressive_mode_authentication_request" Authentication "" [Rest],
    84 "S_KR_NA_1" "session_key_status_request" Authentication "" [Rest],
    85 "S_KS_NA_1" "session_key_status" Authentication "" [Rest],
    86 "S_KC_NA_1" "session_key_change" Authentication "" [Rest],
    87 "S_ER_NA_1" "authentication_error" Authentication "" [Rest],
    90 "S_US_NA_1" "user_status_change" Authentication "" [Rest],
    91 "S_UQ_NA_1" "update_key_change_request" Authentication "" [Rest],
    92 "S_UR_NA_1" "update_key_change_reply" Authentication "" [Rest],
    93 "S_UK_NA_1" "update_key_change_symmetric" Authentication "" [Rest],
    94 "S_UA_NA_1" "update_key_change_asymmetric" Authentication "" [Rest],
    95 "S_UC_NA_1" "update_key_change_confirmation" Authentication "" [Rest],
    100 "C_IC_NA_1" "interrogation_command" Read "" [Qoi],
    101 "C_CI_NA_1" "counter_interrogation_command" Read "" [Qcc],
    102 "C_RD_NA_1" "read_command" Read "" [],
    103 "C_CS_NA_1" "clock_synchronization_command" TimeSync "" [Cp56],
    104 "C_TS_NA_1" "test_command" Diagnostics "" [Fbp],
    105 "C_RP_NA_1" "reset_process_command" Control "" [Qrp],
    106 "C_CD_NA_1" "delay_acquisition_command" TimeSync "" [Cp16],
    107 "C_TS_TA_1" "test_command_with_time_tag_cp56time2a" Diagnostics "" [Tsc Cp56],
    110 "P_ME_NA_1" "parameter_of_measured_value_normalized" Configuration "normalized" [Nva Qpm],
    111 "P_ME_NB_1" "parameter_of_measured_value_scaled" Configuration "scaled" [Sva Qpm],
    112 "P_ME_NC_1" "parameter_of_measured_value_short_float" Configuration "short_float" [R32 Qpm],
    113 "P_AC_NA_1" "parameter_activation" Configuration "" [Qpa],
    120 "F_FR_NA_1" "file_ready" FileTransfer "" [Nof Lof Frq],
    121 "F_SR_NA_1" "section_ready" FileTransfer "" [Nof Nos Lof Srq],
    122 "F_SC_NA_1" "call_directory_select_file_call_file_call_section" FileTransfer "" [Nof Nos Scq],
    123 "F_LS_NA_1" "last_section_last_segment" FileTransfer "" [Nof Nos Lsq Chs],
    124 "F_AF_NA_1" "ack_file_ack_section" FileTransfer "" [Nof Nos Afq],
    125 "F_SG_NA_1" "segment" FileTransfer "" [Nof Nos Segment],
    126 "F_DR_TA_1" "directory" FileTransfer "" [Nof Lof Sof Cp56],
    127 "F_SC_NB_1" "query_log_request_archive_file" FileTransfer "" [Nof From To],
}

/// Name of a cause of transmission; empty for reserved ones (IEC 60870-5-101, table 14; 60870-5-7).
pub(super) const fn cause_name(cause: u8) -> &'static str {
    match cause {
        1 => "periodic",
        2 => "background_scan",
        3 => "spontaneous",
        4 => "initialized",
        5 => "request",
        6 => "activation",
        7 => "activation_confirmation",
        8 => "deactivation",
        9 => "deactivation_confirmation",
        10 => "activation_termination",
        11 => "return_information_by_remote_command",
        12 => "return_information_by_local_command",
        13 => "file_transfer",
        14 => "authentication",
        15 => "maintenance_of_session_key",
        16 => "maintenance_of_user_role_and_update_key",
        20 => "interrogated_by_station",
        21..=36 => "interrogated_by_group",
        37 => "counter_request_general",
        38..=41 => "counter_request_group",
        44 => "unknown_type_identification",
        45 => "unknown_cause_of_transmission",
        46 => "unknown_common_address",
        47 => "unknown_information_object_address",
        _ => "",
    }
}
