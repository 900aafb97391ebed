"""What was written, beside the capture: the plant, the attacks, and every message counted."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sightglass.lab.plant import Plant
    from sightglass.lab.protocols.base import Message
    from sightglass.lab.stack.network import Network

SCHEMA_VERSION = 1


def time_text(ts_ns: int) -> str:
    """RFC 3339 in UTC with nine decimals."""
    whole, rest = divmod(ts_ns, 1_000_000_000)
    return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"


def log_stamp(ts_ns: int) -> str:
    """The stamp of a BSD syslog line (RFC 3164, 4.1.2): no year, day padded with a space."""
    moment = datetime.fromtimestamp(ts_ns // 1_000_000_000, UTC)
    return f"{moment:%b} {moment.day:2d} {moment:%H:%M:%S}"


@dataclass(slots=True)
class AttackRecord:
    """One attack as it happened; filled in while its frames are sent.

    Attributes:
        name: As given to ``--attack``.
        expected: Detections that must raise an alert.
        possible: Detections that may raise an alert too and would be right.
        source_is_new: Whether the attacker is a device that the plant does not know.
    """

    name: str
    expected: list[str]
    possible: list[str] = field(default_factory=list)
    source_name: str = ""
    source_ip: str = ""
    source_mac: str = ""
    source_is_new: bool = False
    targets: list[str] = field(default_factory=list)
    protocols: list[str] = field(default_factory=list)
    summary: str = ""
    first_frame: int = 0
    last_frame: int = 0
    frames: int = 0
    first_ns: int = 0
    last_ns: int = 0
    finished: bool = False

    def note(self, frame: int, ts_ns: int) -> None:
        """Count one frame of the attack."""
        if not self.frames:
            self.first_frame, self.first_ns = frame, ts_ns
        self.frames += 1
        self.last_frame, self.last_ns = frame, ts_ns

    def as_json(self) -> dict[str, Any]:
        """The attack's entry in the truth file."""
        return {
            "name": self.name,
            "summary": self.summary,
            "source": {
                "name": self.source_name,
                "ip": self.source_ip,
                "mac": self.source_mac,
                "new_device": self.source_is_new,
            },
            "target": self.targets,
            "protocols": self.protocols,
            "first_frame": self.first_frame,
            "last_frame": self.last_frame,
            "frames": self.frames,
            "first_time": time_text(self.first_ns),
            "last_time": time_text(self.last_ns),
            "finished": self.finished,
            "expected": self.expected,
            "possible": self.possible,
        }


class Truth:
    """Counts messages and stated facts while the capture is written."""

    def __init__(self) -> None:
        self._messages: dict[str, dict[str, dict[str, int | None]]] = {}
        self._activities: dict[tuple[str, str, str, str], dict[str, int]] = {}
        self._spoken: dict[str, set[str]] = {}
        self._facts: dict[str, dict[str, dict[str, int]]] = {}

    def count(self, message: Message, sender: str, ends: tuple[str, str], frame: int) -> None:
        """Count the units of one message and remember the first frame of each stated fact."""
        for mark in message.marks:
            functions = self._messages.setdefault(mark.protocol, {})
            entry = functions.get(mark.function)
            if entry is None:
                entry = {"code": mark.code, "requests": 0, "responses": 0, "events": 0}
                functions[mark.function] = entry
            entry[f"{mark.kind}s"] = (entry[f"{mark.kind}s"] or 0) + 1
            self._spoken.setdefault(sender, set()).add(mark.protocol)
            activity = (*ends, mark.protocol, mark.function)
            counts = self._activities.setdefault(activity, {"requests": 0, "responses": 0, "events": 0})
            counts[f"{mark.kind}s"] += 1
        for protocol, attribute, value in message.facts:
            stated = self._facts.setdefault(sender, {}).setdefault(f"{protocol}.{attribute}", {})
            stated.setdefault(value, frame)

    def as_json(
        self, plant: Plant, net: Network, attacks: list[AttackRecord], *, seed: int, run: int, hours: float
    ) -> dict[str, Any]:
        """The whole truth file."""
        devices = []
        for device in plant.devices:
            entry = device.as_json()
            entry["protocols"] = sorted(self._spoken.get(device.name, ()))
            entry["stated"] = {
                key: [{"value": value, "frame": frame} for value, frame in sorted(values.items())]
                for key, values in sorted(self._facts.get(device.name, {}).items())
            }
            devices.append(entry)
        return {
            "schema_version": SCHEMA_VERSION,
            "seed": seed,
            "run": run,
            "hours": hours,
            "start_time": time_text(net.sim.start_ns),
            "end_time": time_text(net.sim.end_ns),
            "frames": net.frames,
            "tcp": {"sessions": net.tcp_sessions, "retransmissions": net.retransmissions},
            "devices": devices,
            "external": [{"name": host.name, "ip": host.ip_text} for host in plant.external],
            "attacks": [record.as_json() for record in attacks],
            "activities": [
                dict(zip(("client", "server", "protocol", "function"), key, strict=True)) | counts
                for key, counts in sorted(self._activities.items())
            ],
            "messages": {
                protocol: dict(sorted(functions.items()))
                for protocol, functions in sorted(self._messages.items())
            },
        }


def dump(truth: dict[str, Any]) -> str:
    """The truth as text, the same for the same content."""
    return json.dumps(truth, indent=1, ensure_ascii=False) + "\n"
