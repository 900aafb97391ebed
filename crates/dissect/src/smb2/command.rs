//! Commands of SMB 2 and 3.

use crate::{Category, Function};

pub(super) const NEGOTIATE: u16 = 0;
pub(super) const SESSION_SETUP: u16 = 1;
pub(super) const TREE_CONNECT: u16 = 3;
pub(super) const CREATE: u16 = 5;
pub(super) const CLOSE: u16 = 6;
pub(super) const FLUSH: u16 = 7;
pub(super) const READ: u16 = 8;
pub(super) const WRITE: u16 = 9;
pub(super) const LOCK: u16 = 10;
pub(super) const IOCTL: u16 = 11;
pub(super) const QUERY_DIRECTORY: u16 = 14;
pub(super) const CHANGE_NOTIFY: u16 = 15;
pub(super) const QUERY_INFO: u16 = 16;
pub(super) const SET_INFO: u16 = 17;
pub(super) const OPLOCK_BREAK: u16 = 18;

/// Name and category of a command ([MS-SMB2] 2.2.1.2).
pub(super) const fn describe(command: u16) -> (Function, Category) {
    let (name, category) = match command {
        NEGOTIATE => ("negotiate", Category::Session),
        SESSION_SETUP => ("session_setup", Category::Authentication),
        2 => ("logoff", Category::Session),
        TREE_CONNECT => ("tree_connect", Category::Session),
        4 => ("tree_disconnect", Category::Session),
        CREATE => ("create", Category::Other),
        CLOSE => ("close", Category::Other),
        FLUSH => ("flush", Category::Other),
        READ => ("read", Category::FileTransfer),
        WRITE => ("write", Category::FileTransfer),
        LOCK => ("lock", Category::Other),
        IOCTL => ("ioctl", Category::Other),
        12 => ("cancel", Category::Session),
        13 => ("echo", Category::Session),
        QUERY_DIRECTORY => ("query_directory", Category::Read),
        CHANGE_NOTIFY => ("change_notify", Category::Other),
        QUERY_INFO => ("query_info", Category::Read),
        SET_INFO => ("set_info", Category::Other),
        OPLOCK_BREAK => ("oplock_break", Category::Other),
        19 => ("server_to_client_notification", Category::Other),
        _ => return (Function::Unknown(command as u32), Category::Other),
    };
    (Function::Known(name), category)
}

/// A dialect as operators call it ([MS-SMB2] 2.2.4).
pub(super) const fn dialect(number: u16) -> Option<&'static str> {
    Some(match number {
        0x0202 => "SMB 2.0.2",
        0x0210 => "SMB 2.1",
        0x0300 => "SMB 3.0",
        0x0302 => "SMB 3.0.2",
        0x0311 => "SMB 3.1.1",
        0x02ff => "SMB 2.???",
        _ => return None,
    })
}
