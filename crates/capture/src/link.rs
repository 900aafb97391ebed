//! Link types: the LINKTYPE numbers of the IETF pcap registry (draft-ietf-opsawg-pcaplinktype).

/// Not a link type of the registry: a pcapng custom block, which Wireshark numbers as a frame. Holds no packet.
pub const LINK_CUSTOM_BLOCK: u32 = u32::MAX;

/// Bytes in front of each packet that the capturing system added and counts in its original length, but that are not
/// part of the packet on the wire.
pub(crate) fn pseudo_header(link: u32) -> u32 {
    const SUNATM: u32 = 123; // flags, VPI and VCI in four bytes
    if link == SUNATM { 4 } else { 0 }
}

/// Short name of a link type as the registry spells it, without the prefix `LINKTYPE_`; `None` when not known here.
pub fn link_name(link: u32) -> Option<&'static str> {
    Some(match link {
        0 => "NULL",
        1 => "ETHERNET",
        6 => "IEEE802_5",
        7 => "ARCNET_BSD",
        8 => "SLIP",
        9 => "PPP",
        10 => "FDDI",
        50 => "PPP_HDLC",
        51 => "PPP_ETHER",
        101 => "RAW",
        104 => "C_HDLC",
        105 => "IEEE802_11",
        107 => "FRELAY",
        108 => "LOOP",
        113 => "LINUX_SLL",
        127 => "IEEE802_11_RADIOTAP",
        147..=162 => "USER",
        165 => "BACNET_MS_TP",
        187 => "BLUETOOTH_HCI_H4",
        189 => "USB_LINUX",
        195 => "IEEE802_15_4_WITHFCS",
        220 => "USB_LINUX_MMAPPED",
        227 => "CAN_SOCKETCAN",
        228 => "IPV4",
        229 => "IPV6",
        230 => "IEEE802_15_4_NOFCS",
        239 => "NFLOG",
        240 => "NETANALYZER",
        249 => "USBPCAP",
        252 => "WIRESHARK_UPPER_PDU",
        276 => "LINUX_SLL2",
        _ => return None,
    })
}
