"""Event rows by hand: only what a test is about needs saying."""

from __future__ import annotations

from typing import Any

from sightglass.sdk import events

SECOND_NS = 1_000_000_000
ENDS = {"client_ip": "10.0.0.9", "client_mac": "", "server_ip": "10.0.0.1", "server_mac": "", "vlan": None}


def flow(at_s: float, port: int = 502, **given: Any) -> events.Flow:
    """A TCP conversation that opens."""
    at_ns = int(at_s * SECOND_NS)
    row: dict[str, Any] = {
        "event": "open",
        "flow_id": 1,
        "community_id": "",
        "transport": "tcp",
        **ENDS,
        "client_port": 50_000,
        "server_port": port,
        "protocol": "",
        "recognised_by": "",
        "state": "syn",
        "packets_client": 1,
        "packets_server": 0,
        "bytes_client": 60,
        "bytes_server": 0,
        "first_ts_ns": at_ns,
        "last_ts_ns": at_ns,
        "first_frame": int(at_s) + 1,
        "last_frame": int(at_s) + 1,
        "source": 0,
    }
    return events.Flow(**{**row, **given})


def activity(at_s: float, **given: Any) -> events.Activity:
    """The first sight of a reading function."""
    at_ns = int(at_s * SECOND_NS)
    row: dict[str, Any] = {
        "event": "new",
        **ENDS,
        "protocol": "modbus",
        "address": "unit 1",
        "object": "",
        "function": "read_holding_registers",
        "code": 3,
        "category": "read",
        "requests": 1,
        "ok": 0,
        "errors": 0,
        "events": 0,
        "last_error": "",
        "first_ts_ns": at_ns,
        "last_ts_ns": at_ns,
        "first_frame": int(at_s) + 1,
        "last_frame": int(at_s) + 1,
        "samples": (),
        "source": 0,
        "flow_id": 1,
    }
    return events.Activity(**{**row, **given})


def act(at_s: float, category: str, function: str, **given: Any) -> events.Occurrence:
    """One act of a sensitive category."""
    row: dict[str, Any] = {
        **ENDS,
        "protocol": "s7comm",
        "address": "",
        "object": "",
        "function": function,
        "code": None,
        "category": category,
        "outcome": "request",
        "error": "",
        "ts_ns": int(at_s * SECOND_NS),
        "frame": int(at_s) + 1,
        "source": 0,
        "flow_id": 1,
    }
    return events.Occurrence(**{**row, **given})


def arp(at_s: float, **given: Any) -> events.Arp:
    """A question for an address."""
    row: dict[str, Any] = {
        "operation": 1,
        "sender_mac": "02:00:00:00:00:09",
        "sender_ip": "10.0.0.9",
        "target_mac": "00:00:00:00:00:00",
        "target_ip": "10.0.0.1",
        "gratuitous": False,
        "frame_mac": "02:00:00:00:00:09",
        "vlan": None,
        "ts_ns": int(at_s * SECOND_NS),
        "frame": int(at_s) + 1,
        "source": 0,
    }
    return events.Arp(**{**row, **given})


def endpoint(at_s: float, packets: int = 5, **given: Any) -> events.Endpoint:
    """Totals of a sender."""
    at_ns = int(at_s * SECOND_NS)
    row: dict[str, Any] = {
        "event": "final",
        "mac": "02:00:00:00:00:09",
        "ip": "10.0.0.9",
        "vlan": None,
        "packets": packets,
        "bytes": 60 * packets,
        "first_ts_ns": at_ns,
        "last_ts_ns": at_ns,
        "first_frame": int(at_s) + 1,
        "last_frame": int(at_s) + 1,
        "source": 0,
    }
    return events.Endpoint(**{**row, **given})


def relation(**given: Any) -> events.Relation:
    """Totals of a pair that polls by Modbus for an hour."""
    row: dict[str, Any] = {
        "event": "final",
        **ENDS,
        "protocol": "modbus",
        "categories": "read",
        "requests": 500,
        "ok": 500,
        "errors": 0,
        "events": 0,
        "reasons": "",
        "first_ts_ns": 0,
        "last_ts_ns": 3600 * SECOND_NS,
        "first_frame": 1,
        "last_frame": 2000,
        "first_error_ts_ns": None,
        "first_error_frame": None,
        "last_error_ts_ns": None,
        "last_error_frame": None,
        "error_frames": (),
        "error_times": (),
        "source": 0,
    }
    return events.Relation(**{**row, **given})


def match(at_s: float, rule: str, **given: Any) -> events.Match:
    """A content rule that fired."""
    row: dict[str, Any] = {
        "rule": rule,
        "flow_id": 1,
        **ENDS,
        "protocol": "modbus",
        "function": "diagnostics",
        "code": 8,
        "address": "unit 1",
        "object": "",
        "detail": "",
        "ts_ns": int(at_s * SECOND_NS),
        "frame": int(at_s) + 1,
        "source": 0,
    }
    return events.Match(**{**row, **given})


def anomaly(at_s: float, **given: Any) -> events.Anomaly:
    """Messages that break their protocol, as they are told at the end."""
    row: dict[str, Any] = {
        "event": "final",
        "flow_id": 1,
        **ENDS,
        "protocol": "modbus",
        "anomaly": "bad_length",
        "detail": "",
        "count": 1,
        "ts_ns": int(at_s * SECOND_NS),
        "frame": int(at_s) + 1,
        "source": 0,
    }
    return events.Anomaly(**{**row, **given})
