//! Data file types (1770-6.5.16, chapter 7, protected typed logical read; MicroLogix reference manuals for the rest).

/// Type of a file, with what its elements are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileType {
    /// Prefix of addresses, e.g. `N` of `N7:0`; empty where addresses have none.
    pub(super) letter: &'static str,
    /// Name of the type.
    pub(super) name: &'static str,
    /// What a file of this type holds.
    pub(super) holds: Holds,
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// Signed words.
    Int,
    /// Words of bits.
    Bits,
    /// Signed double words.
    Long,
    /// Single-precision numbers.
    Float,
    /// Data of other forms.
    Data,
    /// Parts of the program.
    Program,
    /// Settings.
    Configuration,
}

/// The type with this code.
pub(super) const fn of(code: u8) -> FileType {
    let (letter, name, holds) = match code {
        0x22 => ("", "ladder", Holds::Program),
        0x49 => ("", "channel_configuration", Holds::Configuration),
        0x4a => ("", "ethernet_ip_function", Holds::Configuration),
        0x65 => ("", "online_editing", Holds::Program),
        0x6a => ("", "ios_function", Holds::Configuration),
        0x82 => ("O", "output", Holds::Bits),
        0x83 => ("I", "input", Holds::Bits),
        0x84 => ("S", "status", Holds::Int),
        0x85 => ("B", "bit", Holds::Bits),
        0x86 => ("T", "timer", Holds::Data),
        0x87 => ("C", "counter", Holds::Data),
        0x88 => ("R", "control", Holds::Data),
        0x89 => ("N", "integer", Holds::Int),
        0x8a => ("F", "float", Holds::Float),
        0x8b => ("O", "output", Holds::Bits),
        0x8c => ("I", "input", Holds::Bits),
        0x8d => ("ST", "string", Holds::Data),
        0x8e => ("A", "ascii", Holds::Data),
        0x8f => ("D", "bcd", Holds::Bits),
        0x91 => ("L", "long", Holds::Long),
        0x92 => ("MG", "message", Holds::Data),
        0x93 => ("PD", "pid", Holds::Data),
        0x94 => ("PLS", "programmable_limit_switch", Holds::Data),
        0xa1 => ("", "output_force", Holds::Bits),
        0xa2 => ("", "input_force", Holds::Bits),
        0xe0 => ("", "es0_function", Holds::Configuration),
        0xe2 => ("STI", "sti_function", Holds::Configuration),
        0xe3 => ("EII", "eii_function", Holds::Configuration),
        0xe4 => ("RTC", "rtc_function", Holds::Configuration),
        0xe5 => ("BHI", "bhi_function", Holds::Configuration),
        0xe6 => ("MMI", "memory_module_function", Holds::Configuration),
        0xec => ("LCD", "lcd_function", Holds::Configuration),
        0xed => ("PTOX", "ptox_function", Holds::Configuration),
        0xee => ("PWMX", "pwmx_function", Holds::Configuration),
        _ => ("", "unknown", Holds::Data),
    };
    FileType { letter, name, holds }
}
