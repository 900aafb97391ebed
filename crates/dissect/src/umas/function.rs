//! UMAS function codes: names, categories, what they ask for.

use crate::{Category, Function};

/// Answer codes: done, and refused.
pub(super) const OK: u8 = 0xfe;
pub(super) const REFUSED: u8 = 0xfd;

/// Function codes that the decoder looks into.
pub(super) const INIT_COMM: u8 = 0x01;
pub(super) const READ_ID: u8 = 0x02;
pub(super) const READ_PROJECT_INFO: u8 = 0x03;
pub(super) const READ_PLC_INFO: u8 = 0x04;
pub(super) const READ_CARD_INFO: u8 = 0x06;
pub(super) const TAKE_RESERVATION: u8 = 0x10;
pub(super) const READ_MEMORY_BLOCK: u8 = 0x20;
pub(super) const WRITE_MEMORY_BLOCK: u8 = 0x21;
pub(super) const READ_VARIABLES: u8 = 0x22;
pub(super) const WRITE_VARIABLES: u8 = 0x23;
pub(super) const READ_DICTIONARY: u8 = 0x26;
pub(super) const INITIALIZE_UPLOAD: u8 = 0x30;
pub(super) const UPLOAD_BLOCK: u8 = 0x31;
pub(super) const END_UPLOAD: u8 = 0x32;
pub(super) const INITIALIZE_DOWNLOAD: u8 = 0x33;
pub(super) const DOWNLOAD_BLOCK: u8 = 0x34;
pub(super) const END_DOWNLOAD: u8 = 0x35;

/// Name and category of a function code, as the research listed in the module's comment and the code lists of public
/// UMAS clients (PLC4X, FluentModbus' UMAS branch) agree on; 0x21, 0x28, 0x29 and the codes of backup, debugging and
/// racks stand in the latter only.
///
/// The published names call it an upload when the engineering station sends a program to the controller; the category
/// follows the controller's side, where that is a download.
pub(super) const fn describe(code: u8) -> (Function, Category) {
    let (name, category) = match code {
        INIT_COMM => ("init_comm", Category::Session),
        READ_ID => ("read_id", Category::Diagnostics),
        READ_PROJECT_INFO => ("read_project_info", Category::Diagnostics),
        READ_PLC_INFO => ("read_plc_info", Category::Diagnostics),
        0x05 => ("read_loader_info", Category::Diagnostics),
        READ_CARD_INFO => ("read_card_info", Category::Diagnostics),
        0x07 => ("read_block_info", Category::Diagnostics),
        0x0a => ("repeat", Category::Diagnostics),
        TAKE_RESERVATION => ("take_plc_reservation", Category::Authentication),
        0x11 => ("release_plc_reservation", Category::Session),
        0x12 => ("keep_alive", Category::Session),
        READ_MEMORY_BLOCK => ("read_memory_block", Category::Read),
        WRITE_MEMORY_BLOCK => ("write_memory_block", Category::Write),
        READ_VARIABLES => ("read_variables", Category::Read),
        WRITE_VARIABLES => ("write_variables", Category::Write),
        0x24 => ("read_coils_registers", Category::Read),
        0x25 => ("write_coils_registers", Category::Write),
        READ_DICTIONARY => ("read_data_dictionary", Category::Read),
        0x28 => ("read_physical_address", Category::Read),
        0x29 => ("write_physical_address", Category::Write),
        INITIALIZE_UPLOAD => ("initialize_upload", Category::ProgramDownload),
        UPLOAD_BLOCK => ("upload_block", Category::ProgramDownload),
        END_UPLOAD => ("end_strategy_upload", Category::ProgramDownload),
        INITIALIZE_DOWNLOAD => ("initialize_download", Category::ProgramUpload),
        DOWNLOAD_BLOCK => ("download_block", Category::ProgramUpload),
        END_DOWNLOAD => ("end_strategy_download", Category::ProgramUpload),
        0x36 => ("backup_restore", Category::Configuration),
        0x37 => ("preload_blocks", Category::ProgramDownload),
        0x39 => ("read_eth_master_data", Category::Diagnostics),
        0x40 => ("start_plc", Category::Control),
        0x41 => ("stop_plc", Category::Control),
        0x42 => ("initialize_plc", Category::Control),
        0x50 => ("monitor_plc", Category::Read),
        0x58 => ("check_plc", Category::Diagnostics),
        0x60 => ("set_breakpoint", Category::Control),
        0x61 => ("delete_breakpoint", Category::Control),
        0x62 => ("step_over", Category::Control),
        0x63 => ("step_in", Category::Control),
        0x64 => ("step_out", Category::Control),
        0x66 => ("goto", Category::Control),
        0x70 => ("read_io_object", Category::Read),
        0x71 => ("write_io_object", Category::Write),
        0x72 => ("read_rack", Category::Diagnostics),
        0x73 => ("get_status_module", Category::Diagnostics),
        _ => return (Function::Unknown(code as u32), Category::Other),
    };
    (Function::Known(name), category)
}
