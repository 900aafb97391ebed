"""Which known events of the real captures raise a fitting alert: ``python -m tests.conformance.scenarios [CAPTURE]...``.

An event is found when an alert of a fitting kind has an evidence frame within its frames. Fitting kinds are named
per category of event: that somebody new is there explains an attacker's presence, not what he did. What must be
learned is learned as an operator would, from normal operation of the same network where a capture shows it.
"""

from __future__ import annotations

import csv
import struct
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from sightglass.model import Alert
from sightglass.sensor.pipeline import Pipeline
from tests.conformance.truth import CAPTURES, all_truth

SCANS = frozenset({"port-scan", "address-scan", "arp-scan", "plc-scan"})
COMMANDS = frozenset({"unauthorised-write", "new-function", "dnp3-two-masters", "malformed-messages"})
FITTING: dict[str, frozenset[str]] = {
    "DNP3 control": frozenset({"dnp3-restart", "new-function", "unauthorised-write", "controller-file-transfer"}),
    "PLC start": frozenset({"plc-start"}),
    "PLC stop": frozenset({"plc-stop"}),
    "address scan": SCANS,
    "authentication": frozenset({"new-function"}),
    "configuration change": frozenset({"configuration-change"}),
    "credential theft": frozenset({"windows-remote-control"}),
    "default credentials": frozenset({"failed-login", "brute-force"}),
    "denial of service": frozenset({"flooding"}),
    "device restart": frozenset({"dnp3-restart"}),
    "file transfer": frozenset({"controller-file-transfer"}),
    "firmware update": frozenset({"firmware-update"}),
    "lateral movement": frozenset({"windows-remote-control", "new-controller-connection"}),
    "malware": frozenset({"program-download", "windows-remote-control", "new-controller-connection"}),
    "man in the middle": frozenset({"arp-spoofing"}),
    "masquerading": frozenset({"arp-spoofing", "dnp3-two-masters"}),
    "memory change": frozenset({"configuration-change"}),
    "password guessing": frozenset({"brute-force", "failed-login"}),
    "port scan": SCANS,
    "program control": frozenset({"plc-stop", "plc-start"}),
    "program download": frozenset({"program-download"}),
    "program transfer": frozenset({"program-download", "program-upload", "plc-stop"}),
    "program upload": frozenset({"program-upload"}),
    "reconnaissance": SCANS | {"modbus-exception-storm", "dnp3-address-scan", "new-function", "plc-stop"},
    "replay": COMMANDS,
    "rule test": frozenset(
        {"malformed-messages", "modbus-exception-storm", "modbus-force-listen-only", "modbus-restart-communications"}
    ),
    "session hijack": COMMANDS,
    "unauthorised command": COMMANDS,
    "unauthorised write": frozenset({"unauthorised-write"}),
}  # fmt: skip
"""Detections that say what happened, by category of event; other categories have none yet."""

LABORATORY = "dnp3/iti-read_and_response.pcap"
NORMAL: dict[str, str] = {
    "attacks-dnp3/": "",
    "attacks-modbus/": "modbus/lemay-moving_two_files_modbus_6rtu.pcap",
    "attacks-s7/": "s7comm/qut-s7-192146.conveyorbelton_flooding.hmi.pcap",
    "dnp3/iti-directoperate_and_response.pcap": LABORATORY,
    "dnp3/iti-enable_unsolicited_and_response.pcap": LABORATORY,
    "dnp3/iti-select_operate_and_responses.pcap": LABORATORY,
    "dnp3/iti-write_iin_and_response.pcap": LABORATORY,
    "modbus/lemay-moving_two_files_modbus_6rtu.pcap": "",
}
"""By the beginning of a capture's name: the capture that shows its network in normal operation, up to the first event
in it; the capture itself where empty. Other captures are judged without learning."""


@dataclass(frozen=True, slots=True)
class Event:
    """A row of the scenarios."""

    capture: str
    category: str
    text: str
    expected: str
    first: int
    last: int

    @property
    def key(self) -> tuple[str, str, int]:
        """What names it: capture, category, first frame."""
        return self.capture, self.category, self.first


@dataclass(slots=True)
class Outcome:
    """What was raised on one capture."""

    found: dict[Event, frozenset[str]] = field(default_factory=dict)
    """Detections of a fitting kind, by event."""
    beside: dict[Event, frozenset[str]] = field(default_factory=dict)
    """Other detections with evidence within an event's frames."""
    unexplained: list[Alert] = field(default_factory=list)
    """Alerts with no evidence within any event or labelled range."""


@lru_cache(maxsize=1)
def events() -> dict[str, tuple[Event, ...]]:
    """All events by capture."""
    found: defaultdict[str, list[Event]] = defaultdict(list)
    with (CAPTURES / "scenarios.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            span = (int(row["first_frame"]), int(row["last_frame"]))
            event = Event(row["file"], row["category"], row["event"], row["expected_alert"], *span)
            found[event.capture].append(event)
    return {capture: tuple(rows) for capture, rows in sorted(found.items())}


def labelled(capture: str) -> list[range]:
    """Ranges of frames that a data set's authors labelled as attack."""
    path = CAPTURES / "labels" / f"{capture.replace('/', '__')}.ranges.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [range(int(row["first_frame"]), int(row["last_frame"]) + 1) for row in csv.DictReader(file)]


def beginning(path: Path, frames: int, target: Path) -> None:
    """Write the first frames of a classic pcap file.

    Raises:
        ValueError: It is another format.
    """
    data = path.read_bytes()
    order = {b"\xd4\xc3\xb2\xa1": "<", b"\xa1\xb2\xc3\xd4": ">"}.get(data[:4])
    if order is None:
        raise ValueError(f"{path.name} is no classic pcap file")
    end = 24
    for _ in range(frames):
        end += 16 + struct.unpack_from(f"{order}I", data, end + 8)[0]
    target.write_bytes(data[:end])


def normal_of(capture: str, folder: Path) -> list[Path]:
    """The capture to learn from; empty when there is none."""
    for beginning_of_name, normal in NORMAL.items():
        if capture.startswith(beginning_of_name):
            name = normal or capture
            if name not in events():
                return [CAPTURES / name]
            lead = folder / "lead.pcap"
            beginning(CAPTURES / name, min(event.first for event in events()[name]) - 1, lead)
            return [lead]
    return []


def alerts_of(capture: str) -> list[Alert]:
    """What the product raises on a capture, after learning where something normal is known."""
    pipeline = Pipeline()
    with tempfile.TemporaryDirectory(prefix="sightglass-scenarios-") as folder:
        if normal := normal_of(capture, Path(folder)):
            pipeline.learn(normal)
        return pipeline.run([CAPTURES / capture], detail=False).alerts


def judge(capture: str, alerts: Sequence[Alert]) -> Outcome:
    """Hold alerts against the events of their capture."""
    outcome = Outcome()
    rows = events().get(capture, ())
    frames = {alert.id: {each.frame for each in alert.evidence} for alert in alerts}
    for event in rows:
        span = range(event.first, event.last + 1)
        raised = {alert.detection for alert in alerts if any(frame in span for frame in frames[alert.id])}
        fitting = FITTING.get(event.category, frozenset())
        outcome.found[event] = frozenset(raised & fitting)
        outcome.beside[event] = frozenset(raised - fitting)
    spans = [range(event.first, event.last + 1) for event in rows] + labelled(capture)
    outcome.unexplained = [
        alert for alert in alerts if not any(frame in span for frame in frames[alert.id] for span in spans)
    ]
    return outcome


@lru_cache(maxsize=1)
def outcomes() -> dict[str, Outcome]:
    """Every capture with events."""
    return {capture: judge(capture, alerts_of(capture)) for capture in events()}


@lru_cache(maxsize=1)
def elsewhere() -> dict[str, list[Alert]]:
    """Alerts of captures without events, judged without learning; files made to be broken are left out."""
    found = {}
    for truth in all_truth():
        if truth.name in events() or truth.name.startswith("malformed/") or "error" in truth.data:
            continue
        if alerts := Pipeline().run([truth.path], detail=False).alerts:
            found[truth.name] = alerts
    return found


def main() -> None:
    """Command line."""
    wanted = sys.argv[1:] or list(events())
    total: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for capture in wanted:
        outcome = judge(capture, alerts_of(capture))
        print(capture)
        for event in events().get(capture, ()):
            total[event.category] += 1
            right[event.category] += bool(outcome.found[event])
            found = ", ".join(sorted(outcome.found[event])) or "-"
            beside = ", ".join(sorted(outcome.beside[event]))
            print(f"    {event.category}\t{event.first}-{event.last}\t{event.text[:48]}\t{found}\t({beside})")
        for alert in outcome.unexplained:
            print(f"    unexplained\t{alert.detection}\t{alert.summary}")
    for category, count in sorted(total.items()):
        print(f"{category}\t{right[category]}/{count}")
    print(f"all\t{sum(right.values())}/{sum(total.values())}")
    if not sys.argv[1:]:
        for capture, alerts in elsewhere().items():
            for alert in alerts:
                print(f"elsewhere\t{capture}\t{alert.detection}\t{alert.summary}")


if __name__ == "__main__":
    main()
