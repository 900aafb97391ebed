"""A plug-in that fails is counted, isolated, switched off and shown; all else goes on."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any, ClassVar

import pytest

from sightglass import engine
from sightglass.engine import Plugins
from sightglass.engine.plugins import installed, plugin
from sightglass.sdk import Dissector, Fact, Message, NoMessage, ParseContext, Parsed, Probe, Variable, Verdict
from tests.plugins.install import entry_points
from tests.plugins.wire import CLIENT, SERVER, Wire

PORT = 6100
SECRET = b"password=hunter2"


class Base(Dissector):
    protocol = "faulty"
    udp_ports = (PORT,)
    tcp_ports = ()
    functions = ("ping",)
    fields: ClassVar[dict[str, str]] = {"raw": "The bytes."}
    attributes = ("model",)

    def recognise(self, probe: Probe) -> Verdict:
        return Verdict.SURE if probe.data.startswith(b"F") else Verdict.NO

    def parse(self, data: bytes, context: ParseContext) -> Parsed | NoMessage:
        return Parsed(len(data), (Message("event", "ping", fields={"raw": data}),))


class Raises(Base):
    def parse(self, data: bytes, context: ParseContext) -> Parsed | NoMessage:
        if SECRET in data:
            raise ValueError(data)
        return super().parse(data, context)


class Loops(Base):
    def parse(self, data: bytes, context: ParseContext) -> Parsed | NoMessage:
        while True:
            with contextlib.suppress(Exception):
                data = data[1:] + data[:1]


class Exits(Base):
    def recognise(self, probe: Probe) -> Verdict:
        raise SystemExit(3)


class Nothing(Base):
    def parse(self, data: bytes, context: ParseContext) -> Any:
        return None


class TooMuch(Base):
    def parse(self, data: bytes, context: ParseContext) -> Parsed:
        return Parsed(len(data) + 1)


class Undeclared(Base):
    def parse(self, data: bytes, context: ParseContext) -> Parsed:
        return Parsed(len(data), (Message("event", "ping", fields={"other": 1}),))


class BadFact(Base):
    def parse(self, data: bytes, context: ParseContext) -> Parsed:
        return Parsed(len(data), (Message("event", "ping", facts=(Fact("model", "x", confidence=101),)),))


class BadVariable(Base):
    def parse(self, data: bytes, context: ParseContext) -> Parsed:
        variable = Variable("x", "text")  # type: ignore[arg-type]
        return Parsed(len(data), (Message("event", "ping", variables=(variable,)),))


class Deep(Base):
    def parse(self, data: bytes, context: ParseContext) -> Parsed:
        value: Any = 1
        for _ in range(40):
            value = [value]
        return Parsed(len(data), (Message("event", "ping", fields={"raw": value}),))


def capture(tmp_path: Path, *payloads: bytes, client_port: int = 5000) -> Path:
    wire = Wire()
    for number, payload in enumerate(payloads):
        wire.udp(CLIENT, client_port + number, SERVER, PORT, payload)
    return wire.write(tmp_path / "faults.pcap")


def analyzed(path: Path, *dissectors: type[Dissector], workers: int = 1) -> dict[str, Any]:
    plugins = Plugins(tuple(plugin(each) for each in dissectors))
    run = engine.analyze([path], workers=workers, plugins=plugins)
    for _ in run:
        pass
    return run.summary()


@pytest.mark.parametrize(
    ("dissector", "kind", "text"),
    [
        (Raises, "exceptions", "ValueError in parse"),
        (Loops, "too_slow", "more than 200000 steps in parse"),
        (Exits, "exceptions", "SystemExit in recognise"),
        (Nothing, "wrong_returns", "NoneType"),
        (TooMuch, "wrong_returns", "consumed"),
        (Undeclared, "wrong_returns", "field that is not declared"),
        (BadFact, "wrong_returns", "confidence"),
        (BadVariable, "wrong_returns", "number"),
        (Deep, "wrong_returns", "deep"),
    ],
)
def test_each_kind_of_fault_is_counted(
    tmp_path: Path, dissector: type[Dissector], kind: str, text: str
) -> None:
    counts = analyzed(capture(tmp_path, b"F" + SECRET), dissector)["plugins"]["faulty"]
    found = {name: counts[name] for name in ("exceptions", "too_slow", "wrong_returns") if counts[name]}
    assert found == {kind: 1}
    assert text in counts["first_fault"]
    assert counts["first_fault_frame"] == 1
    assert "hunter2" not in json.dumps(counts)


def test_a_fault_ends_its_flow_and_no_other(tmp_path: Path) -> None:
    wire = Wire()
    for port, payload in ((5000, b"F1"), (5000, b"F" + SECRET), (5000, b"F2"), (5001, b"F3")):
        wire.udp(CLIENT, port, SERVER, PORT, payload)
    summary = analyzed(wire.write(tmp_path / "one.pcap"), Raises)
    counts = summary["plugins"]["faulty"]
    assert (counts["claimed"], counts["exceptions"], counts["switched_off"]) == (2, 1, 0)
    assert (counts["bytes"], counts["bytes_left_out"]) == (4, len(b"F" + SECRET) + 2)
    assert summary["protocols"]["faulty"]["messages"] == 2
    assert "1 faults, first at frame 2" in counts["warning"]


def test_what_came_before_a_fault_in_the_same_bytes_counts(tmp_path: Path) -> None:
    class Halves(Base):
        def parse(self, data: bytes, context: ParseContext) -> Parsed | NoMessage:
            if data.startswith(b"!"):
                raise RuntimeError
            return Parsed(1, (Message("event", "ping"),))

    wire = Wire()
    wire.connect(CLIENT, 5000, SERVER, PORT)
    wire.tcp(CLIENT, 5000, SERVER, PORT, b"FF!F")
    summary = analyzed(wire.write(tmp_path / "halves.pcap"), Halves)
    assert summary["protocols"]["faulty"]["messages"] == 2
    assert summary["plugins"]["faulty"]["exceptions"] == 1


def test_after_eight_faults_the_plug_in_is_switched_off(tmp_path: Path) -> None:
    path = capture(tmp_path, *[b"F" + SECRET] * 30)
    counts = analyzed(path, Raises)["plugins"]["faulty"]
    assert (counts["exceptions"], counts["claimed"], counts["switched_off"]) == (8, 8, 1)
    assert "switched off" in counts["warning"]
    assert analyzed(path, Raises, workers=2)["plugins"]["faulty"] == counts


def test_a_broken_plug_in_leaves_the_others_alone(tmp_path: Path) -> None:
    class Good(Base):
        protocol = "fine"

        def recognise(self, probe: Probe) -> Verdict:
            return Verdict.SURE if probe.data.startswith(b"G") else Verdict.NO

    summary = analyzed(capture(tmp_path, b"F" + SECRET, b"Gxx", b"G", b"F"), Raises, Good)
    assert summary["protocols"]["fine"]["messages"] == 2
    assert summary["plugins"]["fine"]["exceptions"] == 0


def test_a_parser_that_wants_ever_more_is_stopped(tmp_path: Path) -> None:
    class Hungry(Base):
        max_message = 1 << 20

        def parse(self, data: bytes, context: ParseContext) -> NoMessage:
            return NoMessage.MORE

    wire = Wire()
    wire.connect(CLIENT, 5000, SERVER, PORT)
    for _ in range(1_100):
        wire.tcp(CLIENT, 5000, SERVER, PORT, b"F")
    counts = analyzed(wire.write(tmp_path / "hungry.pcap"), Hungry)["plugins"]["faulty"]
    assert (counts["too_slow"], counts["exceptions"]) == (1, 0)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"protocol": "modbus"}, "built-in"),
        ({"protocol": "Not Snake"}, "snake_case"),
        ({"udp_ports": None, "tcp_ports": None}, "give tcp_ports or udp_ports"),
        ({"udp_ports": (70_000,)}, "65535"),
        ({"max_message": 0}, "max_message"),
        ({"fields": {'a"b': ""}}, "snake_case"),
    ],
)
def test_declarations_are_checked(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        plugin(type("Changed", (Base,), change))


def test_packages_that_cannot_be_used_are_left_out_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_import.py").write_text("raise RuntimeError('secret')\n")
    (tmp_path / "no_class.py").write_text("Thing = 3\n")
    entry_points(tmp_path, "broken", "1", {"a": "broken_import:X", "b": "no_class:Thing"})
    monkeypatch.syspath_prepend(str(tmp_path))
    found = installed()
    assert found.loaded == ()
    assert [text.split(": ", 1)[1] for text in found.refused] == [
        "RuntimeError when loaded",
        "is no subclass of sightglass.sdk.Dissector",
    ]
    path = capture(tmp_path, b"F")
    decoding = engine.decode([path])
    while decoding.next() is not None:
        pass
    assert decoding.warnings() == list(found.refused)
