"""Writes a perturbed copy of a capture: the same conversations between others, at another time, on other ports.

Whoever decodes by specification counts the same messages in the copy; whoever learned examples does not. Addresses and
hardware addresses are mapped one to one (groups, broadcasts and makers stay), times are shifted and stretched a
little, ports of clients and TCP sequence numbers are shifted, transaction numbers changed, and every checksum is
brought up to date, so that a wrong one stays as wrong as it was. With ``foreign_ports`` the servers of industrial
and IoT protocols listen on ports that nobody registered, too.

Not changed: addresses within payloads (of ARP, they are), packets within tunnels and within ICMP errors, link types
other than Ethernet, Linux cooked, BSD loopback and raw IP.
"""

from __future__ import annotations

from tests.conformance.perturb.copying import perturb

__all__ = ["perturb"]
