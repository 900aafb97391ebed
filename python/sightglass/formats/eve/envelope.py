"""The part that all events share: when, which packet, who with whom."""

from __future__ import annotations

from sightglass.formats.shapes import INTEGER, STRING, Json, array, endpoint, is_mac, record

TIMESTAMP: Json = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}\+0000$"}
_IP_PROTOCOLS = {"icmp": "ICMP", "icmpv6": "IPv6-ICMP", "igmp": "IGMP"}

PROPERTIES: Json = {
    "timestamp": TIMESTAMP,
    "flow_id": INTEGER,
    "pcap_cnt": {"type": "integer", "minimum": 1},
    "pcap_filename": STRING,
    "event_type": STRING,
    "vlan": array(INTEGER),
    "src_ip": STRING,
    "src_port": {"type": "integer", "minimum": 0, "maximum": 65535},
    "dest_ip": STRING,
    "dest_port": {"type": "integer", "minimum": 0, "maximum": 65535},
    "proto": STRING,
    "app_proto": STRING,
    "community_id": STRING,
    "ether": record({"src_mac": STRING, "dest_mac": STRING}, "src_mac", "dest_mac"),
}


def timestamp(rfc3339: str) -> str:
    """A packet time as EVE writes it: microseconds, and the zone without a colon."""
    return f"{rfc3339[:26]}+0000"


def proto(transport: str, protocol: str = "") -> str | None:
    """The transport's name in EVE; None on layer 2."""
    if transport in {"tcp", "udp", "sctp"}:
        return transport.upper()
    if transport == "l2":
        return None
    return _IP_PROTOCOLS.get(protocol or transport, "IP")


def ends(source: str, destination: str) -> Json:
    """Addresses and ports of both sides, of `src` and `dst` as the decoder writes them."""
    if is_mac(source):
        return {"ether": {"src_mac": source, "dest_mac": destination}}
    shown: Json = {}
    for side, text in (("src", source), ("dest", destination)):
        address, port = endpoint(text)
        if address:
            shown[f"{side}_ip"] = address
        if port is not None:
            shown[f"{side}_port"] = port
    return shown


def envelope(message: Json, event_type: str, *, turned: bool) -> Json:
    """The shared part of an event.

    Args:
        message: The message that completes the event.
        event_type: Its type.
        turned: Whether ``src_*`` is the side that received the message.
    """
    event: Json = {"timestamp": timestamp(message["time"]), "flow_id": message["flow_id"]}
    event["pcap_cnt"] = message["frame"]
    if "capture" in message:
        event["pcap_filename"] = message["capture"]
    event["event_type"] = event_type
    if "vlan" in message:
        event["vlan"] = [message["vlan"]]
    sides = (message["dst"], message["src"]) if turned else (message["src"], message["dst"])
    event |= ends(*sides)
    transport = proto(message.get("proto", ""), message["protocol"])
    if transport is not None:
        event["proto"] = transport
    if "community_id" in message:
        event["community_id"] = message["community_id"]
    return event
