"""An interface on the plant's network and the habits of its IP stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightglass.lab.stack.packet import ip_text, mac_text

if TYPE_CHECKING:
    import random

# The low end of Windows' dynamic range (RFC 6335) and Linux' default; embedded stacks count up from 1024.
PORT_SPAN = 16_000


@dataclass(frozen=True, slots=True)
class StackProfile:
    """How an operating system's TCP/IP shows on the wire.

    Attributes:
        ttl: Initial time to live.
        window: Receive window advertised after the handshake, before scaling.
        mss: Maximum segment size option.
        scale: Window scale option, or none when the option is not sent.
        sack: Whether selective acknowledgement is offered.
        timestamps: Whether RFC 7323 timestamps are offered.
        dont_fragment: Whether the DF flag is set.
        delayed_ack_s: Longest wait before a lone segment is acknowledged.
        first_port: Start of the ephemeral ports.
        think_s: Typical time an application takes to answer.
    """

    ttl: int
    window: int
    mss: int
    scale: int | None
    sack: bool
    timestamps: bool
    dont_fragment: bool
    delayed_ack_s: float
    first_port: int
    think_s: float


PROFILES = {
    "windows": StackProfile(128, 64_240, 1460, 8, True, False, True, 0.05, 49_152, 0.0012),
    "linux": StackProfile(64, 64_240, 1460, 7, True, True, True, 0.04, 32_768, 0.0008),
    "plc": StackProfile(64, 8_192, 1460, None, False, False, False, 0.1, 1_100, 0.006),
    "vxworks": StackProfile(64, 16_384, 1460, 0, False, False, False, 0.2, 2_049, 0.004),
    "appliance": StackProfile(255, 4_380, 1460, None, False, False, True, 0.15, 1_024, 0.009),
}


class Host:
    """One interface: addresses, stack profile, and the state that frames depend on.

    Args:
        name: Name of the device it belongs to.
        mac: Six bytes.
        ip: Four bytes.
        vlan: 802.1Q identifier of its frames in the capture; none when they are untagged.
        profile: Key of ``PROFILES``.
        rng: Source of start values (IP identification, ports).
        gateway: For a host outside the plant, the router whose MAC its frames carry.
    """

    __slots__ = (
        "_port",
        "arp_until_ns",
        "gateway",
        "identifier",
        "ip",
        "ip_text",
        "mac",
        "mac_text",
        "name",
        "profile",
        "vlan",
    )

    def __init__(
        self,
        name: str,
        mac: bytes,
        ip: bytes,
        vlan: int | None,
        profile: str,
        rng: random.Random,
        gateway: Host | None = None,
    ) -> None:
        self.name = name
        self.mac: bytes = gateway.mac if gateway else mac
        self.ip = ip
        self.vlan = vlan
        self.profile = PROFILES[profile]
        self.gateway = gateway
        self.identifier = rng.randrange(0x10000)
        self._port = rng.randrange(PORT_SPAN // 2)
        self.arp_until_ns: dict[bytes, int] = {}
        self.ip_text = ip_text(ip)
        self.mac_text = mac_text(self.mac)

    def next_identifier(self) -> int:
        """The next IPv4 identification value."""
        self.identifier = (self.identifier + 1) & 0xFFFF
        return self.identifier

    def next_port(self) -> int:
        """The next ephemeral port."""
        self._port = (self._port + 1) % PORT_SPAN
        return self.profile.first_port + self._port

    @property
    def link(self) -> Host:
        """The host whose MAC stands for this one on the wire."""
        return self.gateway or self
