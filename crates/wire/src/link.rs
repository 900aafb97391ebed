//! Link types of capture files and how each begins.
//!
//! Numbers: the LINKTYPE registry of the pcap project (draft-ietf-opsawg-pcaplinktype).

use core::fmt;

/// Link type of a capture interface; the upper 16 bits hold pcap's flags and FCS length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct LinkType(pub u32);

/// Presence of an FCS length in the file header's link type field (pcap draft, section 4).
const FCS_PRESENT: u32 = 0x0400_0000;

/// Constants and their names from one list.
macro_rules! link_types {
    ($($constant:ident = $number:literal, $name:literal;)*) => {
        impl LinkType {
            $(#[doc = concat!("`", $name, "`")] pub const $constant: LinkType = LinkType($number);)*

            /// The registry's name without its prefix, where this crate knows it.
            pub const fn name(self) -> Option<&'static str> {
                match self.number() {
                    $($number => Some($name),)*
                    _ => None,
                }
            }
        }
    };
}

link_types! {
    NULL = 0, "null";
    ETHERNET = 1, "ethernet";
    IEEE802_5 = 6, "ieee802_5";
    ARCNET_BSD = 7, "arcnet_bsd";
    SLIP = 8, "slip";
    PPP = 9, "ppp";
    FDDI = 10, "fddi";
    RAW_BSD = 12, "raw";
    RAW_OPENBSD = 14, "raw";
    PPP_HDLC = 50, "ppp_hdlc";
    PPP_ETHER = 51, "ppp_ether";
    ATM_RFC1483 = 100, "atm_rfc1483";
    RAW = 101, "raw";
    C_HDLC = 104, "c_hdlc";
    IEEE802_11 = 105, "ieee802_11";
    FRAME_RELAY = 107, "frelay";
    LOOP = 108, "loop";
    LINUX_SLL = 113, "linux_sll";
    PRISM = 119, "ieee802_11_prism";
    SUNATM = 123, "sunatm";
    RADIOTAP = 127, "ieee802_11_radiotap";
    ARCNET_LINUX = 129, "arcnet_linux";
    LINUX_IRDA = 144, "linux_irda";
    AVS = 163, "ieee802_11_avs";
    BACNET_MS_TP = 165, "bacnet_ms_tp";
    PPP_WITH_DIR = 204, "ppp_pppd";
    PPI = 192, "ppi";
    IEEE802_15_4 = 195, "ieee802_15_4_withfcs";
    IPV4 = 228, "ipv4";
    IPV6 = 229, "ipv6";
    IEEE802_15_4_NOFCS = 230, "ieee802_15_4_nofcs";
    LINUX_SLL2 = 276, "linux_sll2";
}

impl LinkType {
    /// The link type proper, flags removed.
    #[inline]
    pub const fn number(self) -> u32 {
        self.0 & 0xffff
    }

    /// Bytes of frame check sequence that end each frame, where the file says so.
    #[inline]
    pub const fn fcs_length(self) -> u32 {
        if self.0 & FCS_PRESENT == 0 { 0 } else { (self.0 >> 28) << 1 }
    }
}

impl fmt::Display for LinkType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "link_type_{}", self.number()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_do_not_change_the_type() {
        assert_eq!(LinkType(0x4400_0001).number(), 1);
        assert_eq!(LinkType(0x2400_0001).fcs_length(), 4);
        assert_eq!(LinkType(0x3000_0001).fcs_length(), 0);
        assert_eq!(LinkType(1).to_string(), "ethernet");
        assert_eq!(LinkType(0xabcd).to_string(), "link_type_43981");
    }
}
