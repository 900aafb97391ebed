//! Function codes of a tank gauge: one letter and three digits.

use crate::Category;

/// Name of a function by its three characters after `I` (inquire) or `S` (set), and its category.
///
/// Veeder-Root TLS-3XX Series Consoles Serial Interface Manual, 576013-635: chapters 7.1 to 7.5.
pub(super) const fn describe(is_set: bool, code: [u8; 3]) -> Option<(&'static str, Category)> {
    let name = match (is_set, &code) {
        (false, b"101") => "system_status_report",
        (false, b"102") => "system_configuration_report",
        (false, b"111") => "priority_alarm_history_report",
        (false, b"112") => "non_priority_alarm_history_report",
        (false, b"201") => "in_tank_inventory_report",
        (false, b"202") => "in_tank_delivery_report",
        (false, b"203") => "in_tank_leak_detect_report",
        (false, b"204") => "in_tank_shift_inventory_report",
        (false, b"205") => "in_tank_status_report",
        (false, b"206") => "in_tank_alarm_history_report",
        (false, b"207") => "in_tank_leak_test_history_report",
        (false, b"208") => "in_tank_leak_test_results_report",
        (false, b"20C") => "in_tank_most_recent_delivery_report",
        (false, b"251") => "csld_results_report",
        (false, b"301") => "liquid_sensor_status_report",
        (false, b"302") => "liquid_sensor_alarm_history_report",
        (false, b"902") => "system_revision_level_report",
        (true, b"001") => "system_reset",
        (true, b"002") => "clear_power_reset_flag",
        (true, b"003") => "remote_alarm_reset",
        (true, b"051") => "clear_delivery_reports",
        (true, b"052") => "start_leak_test",
        (true, b"053") => "stop_leak_test",
        (_, b"501") => "time_of_day",
        (_, b"503") => "print_header",
        (_, b"602") => "tank_product_label",
        _ => return None,
    };
    let category = match (is_set, &code) {
        (true, b"001" | b"002" | b"003" | b"051" | b"052" | b"053") => Category::Control,
        (_, b"501") => Category::TimeSync,
        (true, _) => Category::Configuration,
        (false, b"101" | b"111" | b"112" | b"206" | b"302") => Category::Alarm,
        (false, b"102" | b"902") => Category::Diagnostics,
        (false, _) => Category::Read,
    };
    Some((name, category))
}
