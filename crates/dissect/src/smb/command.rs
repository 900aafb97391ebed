//! Commands of SMB 1.

use crate::{Category, Function};

pub(super) const CLOSE: u8 = 0x04;
pub(super) const TRANSACTION: u8 = 0x25;
pub(super) const TRANSACTION_SECONDARY: u8 = 0x26;
pub(super) const OPEN_ANDX: u8 = 0x2d;
pub(super) const READ_ANDX: u8 = 0x2e;
pub(super) const WRITE_ANDX: u8 = 0x2f;
pub(super) const TRANSACTION2: u8 = 0x32;
pub(super) const TREE_CONNECT: u8 = 0x70;
pub(super) const NEGOTIATE: u8 = 0x72;
pub(super) const SESSION_SETUP_ANDX: u8 = 0x73;
pub(super) const TREE_CONNECT_ANDX: u8 = 0x75;
pub(super) const NT_TRANSACT: u8 = 0xa0;
pub(super) const NT_CREATE_ANDX: u8 = 0xa2;
/// No further command in the chain.
pub(super) const NONE: u8 = 0xff;

/// Commands after which another may follow ([MS-CIFS] 2.2.3.4).
pub(super) const fn is_chained(command: u8) -> bool {
    matches!(
        command,
        0x24 | OPEN_ANDX
            | READ_ANDX
            | WRITE_ANDX
            | SESSION_SETUP_ANDX
            | 0x74
            | TREE_CONNECT_ANDX
            | NT_CREATE_ANDX
    )
}

/// Name and category of a command ([MS-CIFS] 2.2.2.1).
pub(super) const fn describe(command: u8) -> (Function, Category) {
    let (name, category) = match command {
        0x00 => ("create_directory", Category::Other),
        0x01 => ("delete_directory", Category::Other),
        0x02 => ("open", Category::Other),
        0x03 => ("create", Category::Other),
        CLOSE => ("close", Category::Other),
        0x05 => ("flush", Category::Other),
        0x06 => ("delete", Category::Other),
        0x07 => ("rename", Category::Other),
        0x08 => ("query_information", Category::Read),
        0x09 => ("set_information", Category::Other),
        0x0a => ("read", Category::FileTransfer),
        0x0b => ("write", Category::FileTransfer),
        0x0c => ("lock_byte_range", Category::Other),
        0x0d => ("unlock_byte_range", Category::Other),
        0x0e => ("create_temporary", Category::Other),
        0x0f => ("create_new", Category::Other),
        0x10 => ("check_directory", Category::Read),
        0x11 => ("process_exit", Category::Session),
        0x12 => ("seek", Category::Other),
        0x13 => ("lock_and_read", Category::FileTransfer),
        0x14 => ("write_and_unlock", Category::FileTransfer),
        0x1a => ("read_raw", Category::FileTransfer),
        0x1b => ("read_mpx", Category::FileTransfer),
        0x1c => ("read_mpx_secondary", Category::FileTransfer),
        0x1d => ("write_raw", Category::FileTransfer),
        0x1e => ("write_mpx", Category::FileTransfer),
        0x1f => ("write_mpx_secondary", Category::FileTransfer),
        0x20 => ("write_complete", Category::FileTransfer),
        0x21 => ("query_server", Category::Read),
        0x22 => ("set_information2", Category::Other),
        0x23 => ("query_information2", Category::Read),
        0x24 => ("locking_andx", Category::Other),
        TRANSACTION => ("transaction", Category::Other),
        TRANSACTION_SECONDARY => ("transaction_secondary", Category::Other),
        0x27 => ("ioctl", Category::Other),
        0x28 => ("ioctl_secondary", Category::Other),
        0x29 => ("copy", Category::FileTransfer),
        0x2a => ("move", Category::FileTransfer),
        0x2b => ("echo", Category::Session),
        0x2c => ("write_and_close", Category::FileTransfer),
        OPEN_ANDX => ("open_andx", Category::Other),
        READ_ANDX => ("read_andx", Category::FileTransfer),
        WRITE_ANDX => ("write_andx", Category::FileTransfer),
        0x30 => ("new_file_size", Category::Other),
        0x31 => ("close_and_tree_disconnect", Category::Session),
        TRANSACTION2 => ("transaction2", Category::Other),
        0x33 => ("transaction2_secondary", Category::Other),
        0x34 => ("find_close2", Category::Other),
        0x35 => ("find_notify_close", Category::Other),
        TREE_CONNECT => ("tree_connect", Category::Session),
        0x71 => ("tree_disconnect", Category::Session),
        NEGOTIATE => ("negotiate", Category::Session),
        SESSION_SETUP_ANDX => ("session_setup_andx", Category::Authentication),
        0x74 => ("logoff_andx", Category::Session),
        TREE_CONNECT_ANDX => ("tree_connect_andx", Category::Session),
        0x7e => ("security_package_andx", Category::Session),
        0x80 => ("query_information_disk", Category::Read),
        0x81 => ("search", Category::Read),
        0x82 => ("find", Category::Read),
        0x83 => ("find_unique", Category::Read),
        0x84 => ("find_close", Category::Other),
        NT_TRANSACT => ("nt_transact", Category::Other),
        0xa1 => ("nt_transact_secondary", Category::Other),
        NT_CREATE_ANDX => ("nt_create_andx", Category::Other),
        0xa4 => ("nt_cancel", Category::Other),
        0xa5 => ("nt_rename", Category::Other),
        0xc0 => ("open_print_file", Category::Other),
        0xc1 => ("write_print_file", Category::FileTransfer),
        0xc2 => ("close_print_file", Category::Other),
        0xc3 => ("get_print_queue", Category::Read),
        0xd8 => ("read_bulk", Category::FileTransfer),
        0xd9 => ("write_bulk", Category::FileTransfer),
        0xda => ("write_bulk_data", Category::FileTransfer),
        0xfe => ("invalid", Category::Other),
        _ => return (Function::Unknown(command as u32), Category::Other),
    };
    (Function::Known(name), category)
}

/// Sub-commands of transaction 2 ([MS-CIFS] 2.2.2.2).
pub(super) const fn transaction2(code: u16) -> &'static str {
    match code {
        0x00 => "open2",
        0x01 => "find_first2",
        0x02 => "find_next2",
        0x03 => "query_fs_information",
        0x04 => "set_fs_information",
        0x05 => "query_path_information",
        0x06 => "set_path_information",
        0x07 => "query_file_information",
        0x08 => "set_file_information",
        0x09 => "fsctl",
        0x0a => "ioctl2",
        0x0b => "find_notify_first",
        0x0c => "find_notify_next",
        0x0d => "create_directory",
        0x0e => "session_setup",
        0x10 => "get_dfs_referral",
        0x11 => "report_dfs_inconsistency",
        _ => "unknown",
    }
}

/// Sub-commands of NT transact ([MS-CIFS] 2.2.2.2).
pub(super) const fn nt_transact(code: u16) -> &'static str {
    match code {
        1 => "create",
        2 => "ioctl",
        3 => "set_security_desc",
        4 => "notify_change",
        5 => "rename",
        6 => "query_security_desc",
        7 => "get_user_quota",
        8 => "set_user_quota",
        _ => "unknown",
    }
}
