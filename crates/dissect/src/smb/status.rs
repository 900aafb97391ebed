//! Names of NTSTATUS values.

/// Status of a request that is still being worked on ([MS-ERREF] 2.3.1).
pub(crate) const PENDING: u32 = 0x0000_0103;
/// Another round of authentication is needed.
pub(crate) const MORE_PROCESSING_REQUIRED: u32 = 0xc000_0016;
/// Severity bits of an error.
const ERROR: u32 = 0xc000_0000;

/// The name of a refusing status; `None` for success, information, warnings and a further round of authentication.
pub(crate) const fn refusal(status: u32) -> Option<&'static str> {
    if status & ERROR != ERROR || status == MORE_PROCESSING_REQUIRED {
        return None;
    }
    Some(match status {
        0xc000_0001 => "unsuccessful",
        0xc000_0002 => "not_implemented",
        0xc000_0003 => "invalid_info_class",
        0xc000_0008 => "invalid_handle",
        0xc000_000d => "invalid_parameter",
        0xc000_000e => "no_such_device",
        0xc000_000f => "no_such_file",
        0xc000_0010 => "invalid_device_request",
        0xc000_0011 => "end_of_file",
        0xc000_0022 => "access_denied",
        0xc000_0023 => "buffer_too_small",
        0xc000_0033 => "object_name_invalid",
        0xc000_0034 => "object_name_not_found",
        0xc000_0035 => "object_name_collision",
        0xc000_003a => "object_path_not_found",
        0xc000_003b => "object_path_syntax_bad",
        0xc000_0043 => "sharing_violation",
        0xc000_0054 => "file_lock_conflict",
        0xc000_0055 => "lock_not_granted",
        0xc000_0056 => "delete_pending",
        0xc000_0061 => "privilege_not_held",
        0xc000_0064 => "no_such_user",
        0xc000_006a => "wrong_password",
        0xc000_006d => "logon_failure",
        0xc000_006e => "account_restriction",
        0xc000_006f => "invalid_logon_hours",
        0xc000_0070 => "invalid_workstation",
        0xc000_0071 => "password_expired",
        0xc000_0072 => "account_disabled",
        0xc000_007f => "disk_full",
        0xc000_009a => "insufficient_resources",
        0xc000_00ac => "pipe_not_available",
        0xc000_00b0 => "pipe_disconnected",
        0xc000_00b5 => "io_timeout",
        0xc000_00ba => "file_is_a_directory",
        0xc000_00bb => "not_supported",
        0xc000_00c9 => "network_name_deleted",
        0xc000_00ca => "network_access_denied",
        0xc000_00cc => "bad_network_name",
        0xc000_00d0 => "request_not_accepted",
        0xc000_0101 => "directory_not_empty",
        0xc000_0103 => "not_a_directory",
        0xc000_0120 => "cancelled",
        0xc000_0121 => "cannot_delete",
        0xc000_0128 => "file_closed",
        0xc000_014b => "pipe_broken",
        0xc000_015b => "logon_type_not_granted",
        0xc000_018b => "no_trust_sam_account",
        0xc000_0193 => "account_expired",
        0xc000_0203 => "user_session_deleted",
        0xc000_0205 => "insufficient_server_resources",
        0xc000_0224 => "password_must_change",
        0xc000_0225 => "not_found",
        0xc000_0234 => "account_locked_out",
        0xc000_0257 => "path_not_covered",
        0xc000_035c => "network_session_expired",
        _ => "error",
    })
}
