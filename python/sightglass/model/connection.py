"""Who talks with whom."""

from __future__ import annotations

from dataclasses import dataclass

from sightglass.model.evidence import Evidence
from sightglass.model.key import stable_key


@dataclass(frozen=True, slots=True)
class Connection:
    """All flows between two ends with the same service, client ports left out.

    Attributes:
        client: Device id of the side that opened it; ``""`` when it is no device (a group address).
        server: Device id of the other side.
        client_address: IP, or MAC on link-layer connections.
        transport: ``tcp``, ``udp``, ``sctp``, ``icmp``, ``icmpv6``, ``igmp``, ``ip`` or ``l2``.
        port: Server port; 0 where the transport has none.
        protocol: Short name, ``""`` unknown.
        recognised_by: ``handshake``, ``content``, ``port`` (a guess) or ``""``.
        vlan: Outermost 802.1Q id, None untagged.
        bytes_client: Bytes that the client sent; part of `bytes`.
        flows: How many flows were folded into this row.
        evidence: First and last frame.
    """

    client: str
    server: str
    client_address: str
    server_address: str
    transport: str
    port: int
    protocol: str
    vlan: int | None
    packets: int
    bytes: int
    first_seen_ns: int
    last_seen_ns: int
    site: str = "default"
    zone: str = "default"
    network: str = "main"
    recognised_by: str = ""
    bytes_client: int = 0
    bytes_server: int = 0
    flows: int = 0
    state: str = ""
    evidence: tuple[Evidence, ...] = ()

    @property
    def id(self) -> str:
        """Key of the row: everything that is not a counter."""
        return stable_key(
            self.site,
            self.zone,
            self.network,
            self.client,
            self.server,
            self.client_address,
            self.server_address,
            self.transport,
            self.port,
            self.protocol,
            self.vlan,
        )
