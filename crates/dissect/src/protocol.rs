//! The short names of all protocols, as the command-line contract lists them.

macro_rules! protocols {
    ($($variant:ident $name:literal,)*) => {
        /// A protocol by its short name; the order is that of the command-line contract.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        #[allow(missing_docs, reason = "each variant is its short name")]
        pub enum Protocol {
            $($variant,)*
            Plugin0, Plugin1, Plugin2, Plugin3, Plugin4, Plugin5, Plugin6, Plugin7,
            Plugin8, Plugin9, Plugin10, Plugin11, Plugin12, Plugin13, Plugin14, Plugin15,
        }

        impl Protocol {
            /// Every protocol of our own, in declaration order; those of plug-ins are not among them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The short name used in every output, e.g. `"s7comm"`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* plugin => crate::plugin::name(plugin) }
            }

            /// The protocol with this short name, those of plug-ins included.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => crate::plugin::find(name) }
            }
        }
    };
}

protocols! {
    Modbus "modbus", Umas "umas", Dnp3 "dnp3", Iec104 "iec104", S7comm "s7comm", S7commPlus "s7comm_plus", Enip "enip",
    Cip "cip", CipIo "cip_io", Pccc "pccc", Bacnet "bacnet", Opcua "opcua", Mms "mms", Goose "goose", Sv "sv",
    Iccp "iccp", ProfinetDcp "profinet_dcp", ProfinetRt "profinet_rt", ProfinetCm "profinet_cm", Ptcp "ptcp", Mrp "mrp",
    HartIp "hart_ip", Synchrophasor "synchrophasor", Fins "fins", Melsec "melsec", Ads "ads", Ethercat "ethercat",
    GeSrtp "ge_srtp", Egd "egd", Codesys "codesys", RocPlus "roc_plus", Bsap "bsap", Genisys "genisys",
    Tristation "tristation", FfHse "ff_hse", Sbus "sbus", Pcworx "pcworx", Proconos "proconos", Crimson "crimson",
    Dlms "dlms", C1222 "c1222", Knx "knx", Lontalk "lontalk", Fox "fox", Powerlink "powerlink", Sercos "sercos",
    Cclink "cclink", Trdp "trdp", Mqtt "mqtt", Coap "coap", Amqp "amqp", Dds "dds", Someip "someip", Hl7 "hl7",
    Dicom "dicom", Ocpp "ocpp", Atg "atg",
    Arp "arp", Lldp "lldp", Cdp "cdp", Mndp "mndp", Stp "stp", Dhcp "dhcp", Dhcpv6 "dhcpv6", Dns "dns", Mdns "mdns",
    Llmnr "llmnr", Nbns "nbns", Browser "browser", Ssdp "ssdp", Wsd "wsd", Http "http", Tls "tls", Dtls "dtls",
    Quic "quic", Ssh "ssh", Telnet "telnet", Ftp "ftp", Tftp "tftp", Smb "smb", Smb2 "smb2", Ntlm "ntlm",
    Dcerpc "dcerpc", Snmp "snmp", Syslog "syslog", Ntp "ntp", Ptp "ptp", Rdp "rdp", Vnc "vnc", Sip "sip", Rtsp "rtsp",
    Ipp "ipp", Ldap "ldap", Kerberos "kerberos", Radius "radius", Tds "tds", Tns "tns", Mysql "mysql",
    Postgresql "postgresql", Ipmi "ipmi", Icmp "icmp", Icmpv6 "icmpv6", Igmp "igmp",
    Cotp "cotp", Csp "csp", Teamviewer "teamviewer",
}

/// Protocols in the first part of the list are industrial; a confident report of one on an office network is an error.
impl Protocol {
    /// True for industrial, building, metering and medical protocols, false for IT and IoT messaging ones.
    pub const fn is_industrial(self) -> bool {
        (self as u8) <= (Self::Trdp as u8)
            || matches!(self, Self::Hl7 | Self::Dicom | Self::Ocpp | Self::Atg | Self::Cotp | Self::Csp)
    }
}
