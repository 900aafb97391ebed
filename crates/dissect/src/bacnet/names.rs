//! Names of the numbers of the application layer (ASHRAE 135, clauses 18, 20 and 21), in order of the numbers.

/// Name out of a list by number; empty places have none.
pub(super) fn of(names: &[&'static str], number: u64) -> Option<&'static str> {
    names.get(usize::try_from(number).ok()?).copied().filter(|name| !name.is_empty())
}

/// BACnetObjectType.
pub(super) const OBJECT_TYPES: &[&str] = &[
    "analog_input", "analog_output", "analog_value", "binary_input", "binary_output", "binary_value",
    "calendar", "command", "device", "event_enrollment", "file", "group", "loop", "multi_state_input",
    "multi_state_output", "notification_class", "program", "schedule", "averaging", "multi_state_value",
    "trend_log", "life_safety_point", "life_safety_zone", "accumulator", "pulse_converter", "event_log",
    "global_group", "trend_log_multiple", "load_control", "structured_view", "access_door", "timer",
    "access_credential", "access_point", "access_rights", "access_user", "access_zone", "credential_data_input",
    "network_security", "bitstring_value", "characterstring_value", "datepattern_value", "date_value",
    "datetimepattern_value", "datetime_value", "integer_value", "large_analog_value", "octetstring_value",
    "positive_integer_value", "timepattern_value", "time_value", "notification_forwarder", "alert_enrollment",
    "channel", "lighting_output", "binary_lighting_output", "network_port", "elevator_group", "escalator",
    "lift", "staging", "audit_log", "audit_reporter", "color", "color_temperature",
];

/// Error classes (clause 18).
pub(super) const ERROR_CLASSES: &[&str] =
    &["device", "object", "property", "resources", "security", "services", "vt", "communication"];

/// Error codes (clause 18).
pub(super) const ERROR_CODES: &[&str] = &[
    "other", "authentication_failed", "configuration_in_progress", "device_busy",
    "dynamic_creation_not_supported", "file_access_denied", "incompatible_security_levels",
    "inconsistent_parameters", "inconsistent_selection_criterion", "invalid_data_type",
    "invalid_file_access_method", "invalid_file_start_position", "invalid_operator_name",
    "invalid_parameter_data_type", "invalid_time_stamp", "key_generation_error", "missing_required_parameter",
    "no_objects_of_specified_type", "no_space_for_object", "no_space_to_add_list_element",
    "no_space_to_write_property", "no_vt_sessions_available", "property_is_not_a_list",
    "object_deletion_not_permitted", "object_identifier_already_exists", "operational_problem",
    "password_failure", "read_access_denied", "security_not_supported", "service_request_denied", "timeout",
    "unknown_object", "unknown_property", "", "unknown_vt_class", "unknown_vt_session",
    "unsupported_object_type", "value_out_of_range", "vt_session_already_closed",
    "vt_session_termination_failure", "write_access_denied", "character_set_not_supported",
    "invalid_array_index", "cov_subscription_failed", "not_cov_property",
    "optional_functionality_not_supported", "invalid_configuration_data", "datatype_not_supported",
    "duplicate_name", "duplicate_object_id", "property_is_not_an_array", "abort_buffer_overflow",
    "abort_invalid_apdu_in_this_state", "abort_preempted_by_higher_priority_task",
    "abort_segmentation_not_supported", "abort_proprietary", "abort_other", "invalid_tag", "network_down",
    "reject_buffer_overflow", "reject_inconsistent_parameters", "reject_invalid_parameter_data_type",
    "reject_invalid_tag", "reject_missing_required_parameter", "reject_parameter_out_of_range",
    "reject_too_many_arguments", "reject_undefined_enumeration", "reject_unrecognized_service",
    "reject_proprietary", "reject_other", "unknown_device", "unknown_route", "value_not_initialized",
    "invalid_event_state", "no_alarm_configured", "log_buffer_full", "logged_value_purged",
    "no_property_specified", "not_configured_for_triggered_logging", "unknown_subscription",
    "parameter_out_of_range", "list_element_not_found", "busy", "communication_disabled", "success",
    "access_denied", "bad_destination_address", "bad_destination_device_id", "bad_signature",
    "bad_source_address", "bad_timestamp", "cannot_use_key", "cannot_verify_message_id", "correct_key_revision",
    "destination_device_id_required", "duplicate_message", "encryption_not_configured", "encryption_required",
    "incorrect_key", "invalid_key_data", "key_update_in_progress", "malformed_message", "not_key_server",
    "security_not_configured", "source_security_required", "too_many_keys", "unknown_authentication_type",
    "unknown_key", "unknown_key_revision", "unknown_source_message", "not_router_to_dnet", "router_busy",
    "unknown_network_message", "message_too_long", "security_error", "addressing_error", "write_bdt_failed",
    "read_bdt_failed", "register_foreign_device_failed", "read_fdt_failed", "delete_fdt_entry_failed",
    "distribute_broadcast_failed", "unknown_file_size", "abort_apdu_too_long",
    "abort_application_exceeded_reply_time", "abort_out_of_resources", "abort_tsm_timeout",
    "abort_window_size_out_of_range", "file_full", "inconsistent_configuration", "inconsistent_object_type",
    "internal_error", "not_configured", "out_of_memory", "value_too_long", "abort_insufficient_security",
    "abort_security_error", "duplicate_entry", "invalid_value_in_this_state", "invalid_operation_in_this_state",
    "list_item_not_numbered", "list_item_not_timestamped", "invalid_data_encoding", "bvlc_function_unknown",
    "bvlc_proprietary_function_unknown", "header_encoding_error", "header_not_understood", "message_incomplete",
    "not_a_bacnet_sc_hub", "payload_expected", "unexpected_data", "node_duplicate_vmac",
    "http_unexpected_response_code", "http_no_upgrade", "http_resource_not_local",
    "http_proxy_authentication_failed", "http_response_timeout", "http_response_syntax_error",
    "http_response_value_error", "http_response_missing_header", "http_websocket_header_error",
    "http_upgrade_required", "http_upgrade_error", "http_temporary_unavailable", "http_not_a_server",
    "http_error", "websocket_scheme_not_supported", "websocket_unknown_control_message",
    "websocket_close_error", "websocket_closed_by_peer", "websocket_endpoint_leaves",
    "websocket_protocol_error", "websocket_data_not_accepted", "websocket_closed_abnormally",
    "websocket_data_inconsistent", "websocket_data_against_policy", "websocket_frame_too_long",
    "websocket_extension_missing", "websocket_request_unavailable", "websocket_error",
    "tls_client_certificate_error", "tls_server_certificate_error", "tls_client_authentication_failed",
    "tls_server_authentication_failed", "tls_client_certificate_expired", "tls_server_certificate_expired",
    "tls_client_certificate_revoked", "tls_server_certificate_revoked", "tls_error", "dns_unavailable",
    "dns_name_resolution_failed", "dns_resolver_failure", "dns_error", "tcp_connect_timeout",
    "tcp_connection_refused", "tcp_closed_by_local", "tcp_closed_other", "tcp_error",
    "ip_address_not_reachable", "ip_error",
];

/// Name of an error code; vendors may use those from 256 on.
pub(super) fn error_code(code: u64) -> &'static str {
    of(ERROR_CODES, code).unwrap_or(if code >= 256 { "proprietary_error" } else { "unknown_error" })
}

/// Name of an error class; vendors may use those from 64 on.
pub(super) fn error_class(class: u64) -> &'static str {
    of(ERROR_CLASSES, class).unwrap_or(if class >= 64 { "proprietary_class" } else { "unknown_class" })
}

/// Reason of a reject PDU (18.9).
pub(super) fn reject_reason(reason: u8) -> &'static str {
    const NAMES: &[&str] = &[
        "other", "buffer_overflow", "inconsistent_parameters", "invalid_parameter_data_type", "invalid_tag",
        "missing_required_parameter", "parameter_out_of_range", "too_many_arguments",
        "undefined_enumeration", "unrecognized_service", "invalid_data_encoding",
    ];
    of(NAMES, u64::from(reason)).unwrap_or(if reason >= 64 { "proprietary_reason" } else { "unknown_reason" })
}

/// Reason of an abort PDU (18.10).
pub(super) fn abort_reason(reason: u8) -> &'static str {
    const NAMES: &[&str] = &[
        "other", "buffer_overflow", "invalid_apdu_in_this_state", "preempted_by_higher_priority_task",
        "segmentation_not_supported", "security_error", "insufficient_security", "window_size_out_of_range",
        "application_exceeded_reply_time", "out_of_resources", "tsm_timeout", "apdu_too_long",
    ];
    of(NAMES, u64::from(reason)).unwrap_or(if reason >= 64 { "proprietary_reason" } else { "unknown_reason" })
}

/// BACnetSegmentation.
pub(super) const SEGMENTATION: &[&str] =
    &["segmented_both", "segmented_transmit", "segmented_receive", "no_segmentation"];
/// BACnetEventState.
pub(super) const EVENT_STATES: &[&str] =
    &["normal", "fault", "offnormal", "high_limit", "low_limit", "life_safety_alarm"];
/// BACnetEventType.
pub(super) const EVENT_TYPES: &[&str] = &[
    "change_of_bitstring", "change_of_state", "change_of_value", "command_failure", "floating_limit",
    "out_of_range", "complex_event_type", "", "change_of_life_safety", "extended", "buffer_ready",
    "unsigned_range", "", "access_event", "double_out_of_range", "signed_out_of_range", "unsigned_out_of_range",
    "change_of_characterstring", "change_of_status_flags", "change_of_reliability", "none",
    "change_of_discrete_value", "change_of_timer",
];
/// BACnetNotifyType.
pub(super) const NOTIFY_TYPES: &[&str] = &["alarm", "event", "ack_notification"];
/// BACnetReliability.
pub(super) const RELIABILITY: &[&str] = &[
    "no_fault_detected", "no_sensor", "over_range", "under_range", "open_loop", "shorted_loop", "no_output",
    "unreliable_other", "process_error", "multi_state_fault", "configuration_error", "",
    "communication_failure", "member_fault", "monitored_object_fault", "tripped", "lamp_failure",
    "activation_failure", "renew_dhcp_failure", "renew_fd_registration_failure",
    "restart_auto_negotiation_failure", "restart_failure", "proprietary_command_failure", "faults_listed",
    "referenced_object_fault", "multi_state_out_of_range",
];
/// BACnetDeviceStatus.
pub(super) const DEVICE_STATUS: &[&str] = &[
    "operational", "operational_read_only", "download_required", "download_in_progress", "non_operational",
    "backup_in_progress",
];
/// BACnetBinaryPV.
pub(super) const BINARY: &[&str] = &["inactive", "active"];
/// BACnetPolarity.
pub(super) const POLARITY: &[&str] = &["normal", "reverse"];
/// BACnetFileAccessMethod.
pub(super) const FILE_ACCESS: &[&str] = &["record_access", "stream_access"];
/// BACnetProgramState, BACnetProgramRequest and BACnetProgramError.
pub(super) const PROGRAM_STATES: &[&str] = &["idle", "loading", "running", "waiting", "halted", "unloading"];
pub(super) const PROGRAM_REQUESTS: &[&str] = &["ready", "load", "run", "halt", "restart", "unload"];
pub(super) const PROGRAM_ERRORS: &[&str] = &["normal", "load_failed", "internal", "program", "other"];
/// BACnetAction.
pub(super) const ACTION: &[&str] = &["direct", "reverse"];
/// BACnetLifeSafetyOperation.
pub(super) const LIFE_SAFETY_OPERATIONS: &[&str] = &[
    "none", "silence", "silence_audible", "silence_visual", "reset", "reset_alarm", "reset_fault", "unsilence",
    "unsilence_audible", "unsilence_visual",
];
/// BACnetLifeSafetyState.
pub(super) const LIFE_SAFETY_STATES: &[&str] = &[
    "quiet", "pre_alarm", "alarm", "fault", "fault_pre_alarm", "fault_alarm", "not_ready", "active", "tamper",
    "test_alarm", "test_active", "test_fault", "test_fault_alarm", "holdup", "duress", "tamper_alarm",
    "abnormal", "emergency_power", "delayed", "blocked", "local_alarm", "general_alarm", "supervisory",
    "test_supervisory",
];
/// BACnetLifeSafetyMode.
pub(super) const LIFE_SAFETY_MODES: &[&str] = &[
    "off", "on", "test", "manned", "unmanned", "armed", "disarmed", "prearmed", "slow", "fast", "disconnected",
    "enabled", "disabled", "automatic_release_disabled", "default",
];
/// State that reinitialize device asks for (16.4.1.1).
pub(super) const REINITIALIZED_STATES: &[&str] = &[
    "coldstart", "warmstart", "start_backup", "end_backup", "start_restore", "end_restore", "abort_restore",
    "activate_changes",
];
/// What device communication control asks for (16.1.1.1).
pub(super) const ENABLE_DISABLE: &[&str] = &["enable", "disable", "disable_initiation"];
/// BACnetVTClass.
pub(super) const VT_CLASSES: &[&str] =
    &["default_terminal", "ansi_x3_64", "dec_vt52", "dec_vt100", "dec_vt220", "hp_700_94", "ibm_3130"];
/// BACnetRestartReason.
pub(super) const RESTART_REASONS: &[&str] = &[
    "unknown", "coldstart", "warmstart", "detected_power_lost", "detected_powered_off", "hardware_watchdog",
    "software_watchdog", "suspended", "activate_changes",
];
/// BACnetAuditOperation.
pub(super) const AUDIT_OPERATIONS: &[&str] = &[
    "read", "write", "create", "delete", "life_safety", "acknowledge_alarm", "device_disable_comm",
    "device_enable_comm", "device_reset", "device_backup", "device_restore", "subscription", "notification",
    "auditing_failure", "network_changes", "general",
];
/// BACnetTimerState.
pub(super) const TIMER_STATES: &[&str] = &["idle", "running", "expired"];
/// BACnetNetworkType.
pub(super) const NETWORK_TYPES: &[&str] = &[
    "ethernet", "arcnet", "mstp", "ptp", "lontalk", "ipv4", "zigbee", "virtual", "non_bacnet", "ipv6", "serial",
    "secure_connect",
];
/// BACnetIPMode.
pub(super) const IP_MODES: &[&str] = &["normal", "foreign", "bbmd"];
/// BACnetProtocolLevel.
pub(super) const PROTOCOL_LEVELS: &[&str] =
    &["physical", "protocol", "bacnet_application", "non_bacnet_application"];
/// BACnetBackupState.
pub(super) const BACKUP_STATES: &[&str] = &[
    "idle", "preparing_for_backup", "preparing_for_restore", "performing_a_backup", "performing_a_restore",
    "backup_failure", "restore_failure",
];
/// BACnetLoggingType.
pub(super) const LOGGING_TYPES: &[&str] = &["polled", "cov", "triggered"];
/// BACnetDoorValue.
pub(super) const DOOR_VALUES: &[&str] = &["lock", "unlock", "pulse_unlock", "extended_pulse_unlock"];

/// BACnetStatusFlags.
pub(super) const STATUS_FLAGS: &[&str] = &["in_alarm", "fault", "overridden", "out_of_service"];
/// BACnetEventTransitionBits.
pub(super) const TRANSITIONS: &[&str] = &["to_offnormal", "to_fault", "to_normal"];
/// BACnetLimitEnable.
pub(super) const LIMIT_ENABLE: &[&str] = &["low_limit_enable", "high_limit_enable"];
/// BACnetDaysOfWeek.
pub(super) const DAYS: &[&str] =
    &["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// BACnetResultFlags.
pub(super) const RESULT_FLAGS: &[&str] = &["first_item", "last_item", "more_items"];
/// BACnetLogStatus.
pub(super) const LOG_STATUS: &[&str] = &["log_disabled", "buffer_purged", "log_interrupted"];
/// BACnetServicesSupported.
pub(super) const SERVICES_SUPPORTED: &[&str] = &[
    "acknowledge_alarm", "confirmed_cov_notification", "confirmed_event_notification", "get_alarm_summary",
    "get_enrollment_summary", "subscribe_cov", "atomic_read_file", "atomic_write_file", "add_list_element",
    "remove_list_element", "create_object", "delete_object", "read_property", "read_property_conditional",
    "read_property_multiple", "write_property", "write_property_multiple", "device_communication_control",
    "confirmed_private_transfer", "confirmed_text_message", "reinitialize_device", "vt_open", "vt_close",
    "vt_data", "authenticate", "request_key", "i_am", "i_have", "unconfirmed_cov_notification",
    "unconfirmed_event_notification", "unconfirmed_private_transfer", "unconfirmed_text_message",
    "time_synchronization", "who_has", "who_is", "read_range", "utc_time_synchronization",
    "life_safety_operation", "subscribe_cov_property", "get_event_information", "write_group",
    "subscribe_cov_property_multiple", "confirmed_cov_notification_multiple",
    "unconfirmed_cov_notification_multiple", "confirmed_audit_notification", "audit_log_query",
    "unconfirmed_audit_notification", "who_am_i", "you_are",
];

/// BACnetEngineeringUnits.
pub(super) const UNITS: &[&str] = &[
    "square_meters", "square_feet", "milliamperes", "amperes", "ohms", "volts", "kilovolts", "megavolts",
    "volt_amperes", "kilovolt_amperes", "megavolt_amperes", "volt_amperes_reactive",
    "kilovolt_amperes_reactive", "megavolt_amperes_reactive", "degrees_phase", "power_factor", "joules",
    "kilojoules", "watt_hours", "kilowatt_hours", "btus", "therms", "ton_hours", "joules_per_kilogram_dry_air",
    "btus_per_pound_dry_air", "cycles_per_hour", "cycles_per_minute", "hertz",
    "grams_of_water_per_kilogram_dry_air", "percent_relative_humidity", "millimeters", "meters", "inches",
    "feet", "watts_per_square_foot", "watts_per_square_meter", "lumens", "luxes", "foot_candles", "kilograms",
    "pounds_mass", "tons", "kilograms_per_second", "kilograms_per_minute", "kilograms_per_hour",
    "pounds_mass_per_minute", "pounds_mass_per_hour", "watts", "kilowatts", "megawatts", "btus_per_hour",
    "horsepower", "tons_refrigeration", "pascals", "kilopascals", "bars", "pounds_force_per_square_inch",
    "centimeters_of_water", "inches_of_water", "millimeters_of_mercury", "centimeters_of_mercury",
    "inches_of_mercury", "degrees_celsius", "degrees_kelvin", "degrees_fahrenheit", "degree_days_celsius",
    "degree_days_fahrenheit", "years", "months", "weeks", "days", "hours", "minutes", "seconds",
    "meters_per_second", "kilometers_per_hour", "feet_per_second", "feet_per_minute", "miles_per_hour",
    "cubic_feet", "cubic_meters", "imperial_gallons", "liters", "us_gallons", "cubic_feet_per_minute",
    "cubic_meters_per_second", "imperial_gallons_per_minute", "liters_per_second", "liters_per_minute",
    "us_gallons_per_minute", "degrees_angular", "degrees_celsius_per_hour", "degrees_celsius_per_minute",
    "degrees_fahrenheit_per_hour", "degrees_fahrenheit_per_minute", "no_units", "parts_per_million",
    "parts_per_billion", "percent", "percent_per_second", "per_minute", "per_second",
    "psi_per_degree_fahrenheit", "radians", "revolutions_per_minute", "currency1", "currency2", "currency3",
    "currency4", "currency5", "currency6", "currency7", "currency8", "currency9", "currency10", "square_inches",
    "square_centimeters", "btus_per_pound", "centimeters", "pounds_mass_per_second", "delta_degrees_fahrenheit",
    "delta_degrees_kelvin", "kilohms", "megohms", "millivolts", "kilojoules_per_kilogram", "megajoules",
    "joules_per_degree_kelvin", "joules_per_kilogram_degree_kelvin", "kilohertz", "megahertz", "per_hour",
    "milliwatts", "hectopascals", "millibars", "cubic_meters_per_hour", "liters_per_hour",
    "kilowatt_hours_per_square_meter", "kilowatt_hours_per_square_foot", "megajoules_per_square_meter",
    "megajoules_per_square_foot", "watts_per_square_meter_degree_kelvin", "cubic_feet_per_second",
    "percent_obscuration_per_foot", "percent_obscuration_per_meter", "milliohms", "megawatt_hours", "kilo_btus",
    "mega_btus", "kilojoules_per_kilogram_dry_air", "megajoules_per_kilogram_dry_air",
    "kilojoules_per_degree_kelvin", "megajoules_per_degree_kelvin", "newton", "grams_per_second",
    "grams_per_minute", "tons_per_hour", "kilo_btus_per_hour", "hundredths_seconds", "milliseconds",
    "newton_meters", "millimeters_per_second", "millimeters_per_minute", "meters_per_minute", "meters_per_hour",
    "cubic_meters_per_minute", "meters_per_second_per_second", "amperes_per_meter", "amperes_per_square_meter",
    "ampere_square_meters", "farads", "henrys", "ohm_meters", "siemens", "siemens_per_meter", "teslas",
    "volts_per_degree_kelvin", "volts_per_meter", "webers", "candelas", "candelas_per_square_meter",
    "degrees_kelvin_per_hour", "degrees_kelvin_per_minute", "joule_seconds", "radians_per_second",
    "square_meters_per_newton", "kilograms_per_cubic_meter", "newton_seconds", "newtons_per_meter",
    "watts_per_meter_per_degree_kelvin", "microsiemens", "cubic_feet_per_hour", "us_gallons_per_hour",
    "kilometers", "micrometers", "grams", "milligrams", "milliliters", "milliliters_per_second", "decibels",
    "decibels_millivolt", "decibels_volt", "millisiemens", "watt_reactive_hours", "kilowatt_reactive_hours",
    "megawatt_reactive_hours", "millimeters_of_water", "per_mille", "grams_per_gram", "kilograms_per_kilogram",
    "grams_per_kilogram",
];
