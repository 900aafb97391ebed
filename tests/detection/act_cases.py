"""Cases of the detections that judge single acts, floods and guessing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sightglass.sdk.events import Event
from tests.detection.rows import SECOND_NS, act, activity, anomaly, flow

Case = tuple[str, str, Sequence[Event], Sequence[Event] | None]
"""Detection, what it is, events, events to learn from."""


def refusals(count: int, every_s: float = 1, protocol: str = "http") -> list[Event]:
    """Log-ins that were refused."""
    return [
        act(n * every_s, "authentication", "get", protocol=protocol, outcome="error", error="unauthorized")
        for n in range(count)
    ]


def sessions(count: int, every_s: float = 1, lasts_s: float = 2, **given: object) -> list[Event]:
    """Telnet sessions, one after the other."""
    return [
        flow(
            n * every_s,
            port=23,
            **{
                "event": "final",
                "protocol": "telnet",
                "state": "closed",
                "packets_server": 4,
                "last_ts_ns": int((n * every_s + lasts_s) * SECOND_NS),
                "flow_id": n,
                **given,
            },
        )
        for n in range(count)
    ]


def busy(protocol: str, frames: int, seconds: float, **given: Any) -> Event:
    """A session that is over."""
    ended: dict[str, Any] = {
        "event": "final",
        "protocol": protocol,
        "recognised_by": "content",
        "packets_client": frames,
        "last_ts_ns": int(seconds * SECOND_NS),
        **given,
    }
    return flow(0, **ended)


def dnp3(at_s: float, master: int, client: str = "10.0.0.9") -> Event:
    """A read of a DNP3 master."""
    address = f"master {master} outstation 4"
    return activity(at_s, protocol="dnp3", address=address, function="read", client_ip=client)


def questions(count: int, size: int = 190, every_s: float = 0.5) -> list[Event]:
    """DNS questions, each a conversation of its own."""
    return [
        flow(
            n * every_s,
            port=53,
            event="final",
            transport="udp",
            protocol="dns",
            flow_id=n,
            bytes_client=size,
            packets_server=1,
        )
        for n in range(count)
    ]


def call(operation: str) -> Event:
    """A DCE/RPC call."""
    return activity(1, protocol="dcerpc", function="call", object=operation, category="other")


CREATE = "367abb81-9844-35f1-ad32-98f038001003 opnum 12"


def service(name: str, **given: object) -> Event:
    """An S7 program invocation."""
    return act(1, "configuration", "pi_service", object=name, **given)


FIRES: list[Case] = [
    ("dns-tunnel", "50 long names in half a minute", questions(50), None),
    (
        "new-controller-connection",
        "a shell on a controller",
        [busy("ssh", 40, 60, state="closed", packets_server=30)],
        [busy("modbus", 40, 60, state="closed", packets_server=30)],
    ),
    (
        "address-scan",
        "50 addresses in eight minutes",
        [flow(n * 10, event="final", state="syn", server_ip=f"10.0.1.{n + 1}") for n in range(50)],
        None,
    ),
    ("plc-start", "a start by CIP", [act(1, "control", "start", protocol="cip")], None),
    ("plc-start", "an S7 program started", [act(1, "control", "pi_service", object="P_PROGRAM")], None),
    ("controller-reset", "a reset by CIP", [act(1, "control", "reset", protocol="cip")], None),
    (
        "controller-reset",
        "a device set back to its first settings",
        [act(1, "control", "set", protocol="profinet_dcp", object="reset_to_factory")],
        None,
    ),
    ("configuration-change", "RAM copied to ROM", [service("_MODU")], None),
    ("configuration-change", "a service that is new", [service("_MODU")], [activity(1)]),
    (
        "configuration-change",
        "a clock set",
        [activity(1, protocol="cip", function="set_attribute_list", category="time_sync")],
        None,
    ),
    (
        "controller-file-transfer",
        "a file deleted",
        [act(1, "file_transfer", "delete_file", protocol="dnp3", object="log")],
        None,
    ),
    ("failed-login", "one refusal", refusals(1), None),
    ("brute-force", "20 refusals in a minute", refusals(20), None),
    ("brute-force", "ten refusals in ten minutes", refusals(10, every_s=50), None),
    ("brute-force", "20 short sessions in a minute", sessions(20), None),
    ("flooding", "3000 connections in half a minute", [flow(n / 100) for n in range(3000)], None),
    ("flooding", "a session of 200 requests a second", [busy("s7comm", 4000, 20)], None),
    ("flooding", "an outstation asked 30 times a second", [busy("dnp3", 600, 20)], None),
    ("dnp3-address-scan", "five masters on one host", [dnp3(n, master=n) for n in range(5)], None),
    ("windows-remote-control", "a service created", [call(CREATE)], None),
    ("malformed-messages", "two wrong lengths", [anomaly(1, count=2)], None),
    (
        "malformed-messages",
        "one mark of each kind",
        [anomaly(1), anomaly(2, anomaly="reserved_function")],
        None,
    ),
]
SILENT: list[Case] = [
    ("dns-tunnel", "49 long names", questions(49), None),
    ("dns-tunnel", "50 long names in an hour", questions(50, every_s=72), None),
    ("dns-tunnel", "names as usual", questions(500, size=90, every_s=0.05), None),
    (
        "new-controller-connection",
        "a conversation that was learned",
        [busy("modbus", 40, 60, state="closed", packets_server=30)],
        [busy("modbus", 9, 60, state="closed", packets_server=9)],
    ),
    (
        "new-controller-connection",
        "a port that refuses",
        [busy("", 1, 0, state="rejected", packets_server=1)],
        [busy("modbus", 40, 60, state="closed", packets_server=30)],
    ),
    (
        "new-controller-connection",
        "a shell on a host that is no controller",
        [busy("ssh", 40, 60, state="closed", packets_server=30)],
        [busy("http", 40, 60, state="closed", packets_server=30)],
    ),
    (
        "address-scan",
        "30 addresses of as many networks",
        [flow(n, event="final", state="syn", server_ip=f"10.{n}.1.1") for n in range(30)],
        None,
    ),
    ("plc-start", "a block inserted", [act(1, "control", "pi_service", object="_INSE")], None),
    ("plc-start", "only the answer", [act(1, "control", "start", protocol="cip", outcome="ok")], None),
    ("controller-reset", "a reset of another kind", [act(1, "control", "reset", protocol="sip")], None),
    (
        "controller-reset",
        "a device told to blink",
        [act(1, "control", "set", protocol="profinet_dcp", object="signal")],
        None,
    ),
    ("configuration-change", "a service that was learned", [service("_MODU")], [service("_MODU")]),
    (
        "configuration-change",
        "what a master does whenever it starts",
        [act(1, "configuration", "enable_unsolicited", protocol="dnp3")],
        None,
    ),
    (
        "configuration-change",
        "a clock told by a master",
        [activity(1, protocol="dnp3", function="write", category="time_sync")],
        None,
    ),
    (
        "controller-file-transfer",
        "a file read",
        [act(1, "file_transfer", "read_file", protocol="dnp3")],
        None,
    ),
    (
        "controller-file-transfer",
        "a pair that was learned",
        [act(9, "file_transfer", "delete_file", protocol="dnp3")],
        [act(1, "file_transfer", "delete_file", protocol="dnp3")],
    ),
    ("failed-login", "a challenge", refusals(1, protocol="ntlm"), None),
    ("failed-login", "a log-in that is accepted", [act(1, "authentication", "get", protocol="http")], None),
    ("brute-force", "nine refusals", refusals(9), None),
    ("brute-force", "ten refusals in an hour", refusals(10, every_s=360), None),
    ("brute-force", "ten challenges in ten minutes", refusals(10, every_s=50, protocol="ntlm"), None),
    ("brute-force", "19 short sessions", sessions(19), None),
    ("brute-force", "long sessions", sessions(40, lasts_s=60), None),
    ("flooding", "2999 connections", [flow(n / 100) for n in range(2999)], None),
    ("flooding", "3000 connections in a quarter of an hour", [flow(n * 0.3) for n in range(3000)], None),
    ("flooding", "a poll every ten milliseconds", [busy("s7comm", 6000, 60)], None),
    ("flooding", "a short burst", [busy("s7comm", 900, 1)], None),
    ("flooding", "cyclic data", [busy("cip_io", 60_000, 60, transport="udp")], None),
    ("flooding", "a pair that was learned", [busy("s7comm", 4000, 20)], [busy("s7comm", 4000, 20)]),
    ("dnp3-address-scan", "four masters", [dnp3(n, master=n) for n in range(4)], None),
    ("dnp3-address-scan", "five masters over ten minutes", [dnp3(n * 120, master=n) for n in range(5)], None),
    ("windows-remote-control", "a service asked for its state", [call(f"{CREATE[:36]} opnum 6")], None),
    ("windows-remote-control", "an administrator who was learned", [call(CREATE)], [call(CREATE)]),
    ("malformed-messages", "one message", [anomaly(1)], None),
    ("malformed-messages", "answers without questions", [anomaly(1, anomaly="unexpected_response", count=9)], None),
    ("malformed-messages", "an office protocol", [anomaly(1, protocol="http", count=9)], None),
    ("malformed-messages", "a fault that was learned", [anomaly(1, count=9)], [anomaly(1, count=9)]),
    ("dnp3-two-masters", "one master after the other", [dnp3(1, 1), dnp3(2, 3, client="10.0.0.8")], None),
    ("dnp3-two-masters", "a master seen twice", [dnp3(1, 1), dnp3(2, 1)], None),
    (
        "dnp3-two-masters",
        "redundant masters that were learned",
        [dnp3(1, 1), dnp3(2, 1, client="10.0.0.8")],
        [dnp3(1, 1), dnp3(2, 1, client="10.0.0.8")],
    ),
]  # fmt: skip
