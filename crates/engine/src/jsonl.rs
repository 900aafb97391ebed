//! `decode`: one JSON object per application message.

use std::fmt::Write as _;
use std::sync::Arc;

use sightglass_dissect::{Message, Protocol, Transport};
use sightglass_flow::community_id;

use crate::json::{self, Members};
use crate::observe::Ends;
use crate::state::{Place, wanted};

/// Lines of one shard, each with its place in the merged order.
pub(crate) struct Lines {
    pub(crate) lines: Vec<(u64, String)>,
    filter: Option<Arc<[Protocol]>>,
    /// Names of the captures where there are several.
    captures: Arc<[String]>,
    /// Whether lines say the transport, and flows are handed over when they end.
    pub(crate) flows: bool,
}

const fn ip_number(transport: Transport) -> Option<u8> {
    match transport {
        Transport::Tcp => Some(6),
        Transport::Udp => Some(17),
        Transport::Sctp => Some(132),
        Transport::Link | Transport::Ip => None,
    }
}

const fn proto_name(transport: Transport) -> &'static str {
    match transport {
        Transport::Tcp => "tcp",
        Transport::Udp => "udp",
        Transport::Sctp => "sctp",
        Transport::Ip => "ip",
        Transport::Link => "l2",
    }
}

impl Lines {
    pub(crate) fn new(filter: Option<Arc<[Protocol]>>, captures: Arc<[String]>, flows: bool) -> Self {
        Self { lines: Vec::new(), filter, captures, flows }
    }

    /// Writes one message.
    pub(crate) fn message(
        &mut self,
        message: &Message<'_>,
        place: &Place,
        ends: &Ends,
        ports: [u16; 2],
        transport: Transport,
        first_frame: u64,
    ) {
        if !wanted(self.filter.as_deref(), message.protocol) {
            return;
        }
        let mut out = String::with_capacity(384);
        let _ = write!(out, "{{\"frame\":{},\"first_frame\":{first_frame}", place.at.frame);
        if let Some(capture) = self.captures.get(usize::from(place.at.source)) {
            out.push_str(",\"capture\":");
            json::string(&mut out, capture);
        }
        out.push_str(",\"time\":\"");
        json::time(&mut out, place.at.ts_ns);
        let _ = write!(out, "\",\"flow_id\":{}", place.flow_id);
        if self.flows {
            let _ = write!(out, ",\"proto\":\"{}\"", proto_name(transport));
        }
        if let (Some(src), Some(dst), Some(number)) = (ends.src_ip, ends.dst_ip, ip_number(transport)) {
            let id = community_id(src, dst, ports[0], ports[1], number);
            let _ = write!(out, ",\"community_id\":\"{}\"", id.as_str());
        }
        for (name, ip, mac, port) in
            [("src", ends.src_ip, ends.src_mac, ports[0]), ("dst", ends.dst_ip, ends.dst_mac, ports[1])]
        {
            let _ = write!(out, ",\"{name}\":\"");
            match (ip, mac) {
                (Some(ip), _) if ip_number(transport).is_some() && ip.is_v4() => {
                    let _ = write!(out, "{ip}:{port}");
                }
                (Some(ip), _) if ip_number(transport).is_some() => {
                    let _ = write!(out, "[{ip}]:{port}");
                }
                (Some(ip), _) => {
                    let _ = write!(out, "{ip}");
                }
                (None, Some(mac)) => {
                    let _ = write!(out, "{mac}");
                }
                (None, None) => {}
            }
            out.push('"');
        }
        if let Some(vlan) = ends.vlan {
            let _ = write!(out, ",\"vlan\":{vlan}");
        }
        let _ = write!(
            out,
            ",\"protocol\":\"{}\",\"kind\":\"{}\",\"function\":",
            message.protocol.name(),
            message.kind.name()
        );
        json::string(&mut out, &message.function.to_string());
        if let Some(code) = message.code {
            let _ = write!(out, ",\"code\":{code}");
        }
        let _ = write!(out, ",\"category\":\"{}\"", message.category.name());
        message.fields.visit(&mut Members::new(&mut out));
        if !message.anomalies.is_empty() {
            out.push_str(",\"anomalies\":[");
            for (at, name) in message.anomalies.names().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                let _ = write!(out, "\"{name}\"");
            }
            out.push(']');
        }
        out.push_str("}\n");
        self.lines.push((place.at.order, out));
    }
}
