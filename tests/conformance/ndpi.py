"""Prints whether we name the protocols that nDPI's own test suite expects: ``python -m tests.conformance.ndpi``.

A cell is a capture and a protocol. Protocols that we do not decode are left out, and so are conversations that by their
sizes carried no payload: nDPI names them by their port, which to us is a guess.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sightglass import engine
from tests.conformance.copies import as_it_is
from tests.conformance.score import SKIPPED_FOLDERS
from tests.conformance.truth import CAPTURES

OURS = {
    "AMQP": "amqp", "ANSI_C1222": "c1222", "ATG": "atg", "BACnet": "bacnet", "CIP": "enip cip cip_io", "COAP": "coap",
    "DCERPC": "dcerpc", "DHCP": "dhcp", "DNP3": "dnp3", "DNS": "dns", "FINS": "fins", "FTP_CONTROL": "ftp",
    "HL7": "hl7", "HTTP": "http", "ICMP": "icmp", "ICMPV6": "icmpv6", "IEC60870": "iec104", "IEC62056": "dlms",
    "IGMP": "igmp", "IPP": "ipp", "KNXnet_IP": "knx", "Kerberos": "kerberos", "LDAP": "ldap", "MQTT": "mqtt",
    "MsSQL-TDS": "tds", "MySQL": "mysql", "NetBIOS": "nbns", "Oracle": "tns", "PostgreSQL": "postgresql",
    "QUIC": "quic", "RDP": "rdp", "RTPS": "dds", "RTSP": "rtsp", "Radius": "radius", "SIP": "sip",
    "SMBv1": "smb", "SMBv23": "smb2", "SOMEIP": "someip", "SSDP": "ssdp", "SSH": "ssh", "Syslog": "syslog",
    "TLS": "tls", "TRDP": "trdp", "Telnet": "telnet", "VNC": "vnc", "WSD": "wsd",
}  # fmt: skip
"""nDPI's name and ours; of several, any."""
BARE_PACKET = 60
"""Bytes of an Ethernet frame with a TCP header and no payload, padded."""


@dataclass(slots=True)
class Presence:
    """Cells of one protocol."""

    right: int = 0
    wrong: list[tuple[str, str]] = field(default_factory=list)
    """Capture, nDPI's name."""

    @property
    def cells(self) -> int:
        """All of them."""
        return self.right + len(self.wrong)


def expected() -> Iterator[tuple[Path, str, str]]:
    """Capture, nDPI's name, our name."""
    decoded = {each["name"] for each in engine.protocols() if each["decoded"]}
    data = json.loads((CAPTURES / "truth" / "ndpi_expected.json").read_text(encoding="utf-8"))
    for name, protocols in sorted(data["captures"].items()):
        if name.startswith(SKIPPED_FOLDERS):
            continue
        for theirs, (packets, size, _) in sorted(protocols.items()):
            ours = OURS.get(theirs, "")
            if decoded & set(ours.split()) and packets and size / packets > BARE_PACKET:
                yield CAPTURES / name, theirs, ours


def presence(read: Callable[[Path], Path] = as_it_is) -> dict[str, Presence]:
    """By our name of the protocol, the first of several."""
    found: dict[str, Presence] = {}
    seen: dict[Path, set[str]] = {}
    for path, theirs, ours in expected():
        if path not in seen:
            run = engine.analyze([read(path)])
            for _ in run:
                pass
            counted = run.summary()["protocols"]
            seen[path] = {name for name, each in counted.items() if each["messages"]}
        one = found.setdefault(ours.split()[0], Presence())
        if seen[path] & set(ours.split()):
            one.right += 1
        else:
            one.wrong.append((f"{path.parent.name}/{path.name}", theirs))
    return found


def main() -> None:
    """Command line."""
    for protocol, one in sorted(presence().items()):
        print(f"{protocol}\t{one.right}/{one.cells}")
        for capture, theirs in one.wrong:
            print(f"    {capture}\t{theirs}")


if __name__ == "__main__":
    main()
