"""Dissectors in Python: which are installed, and the guard between them and the engine.

The engine calls a `Host` for each question and a `Flow` for each run of bytes; both run the plug-in's code under a
budget of steps, catch whatever it raises, and answer with plain tuples ``(fault, text, result)``. The text of a fault
names the place in the plug-in's code and the kind of exception, never its message: that may quote the wire.
"""

from __future__ import annotations

import inspect
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from sightglass import _engine
from sightglass.sdk.dissector import Dissector, Message, NoMessage, ParseContext, Parsed, Probe, Verdict

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "sightglass.dissectors"
"""Entry points of plug-ins."""
MAX_STEPS = 200_000
"""Lines of Python that one call may run: a loop without end must not stop the sensor. Counted, not timed, so that
results do not depend on the machine."""
MAX_MESSAGES = 1_024
"""Messages that one run of bytes hands over at a time."""
MAX_PORTS = 64
MAX_MESSAGE = 1 << 20

_T = TypeVar("_T")
Answer = tuple[str, str, Any]


class _TooSlowError(BaseException):
    """The budget is used up; no plug-in catches it by accident."""


class _WrongReturnError(Exception):
    """A plug-in returned what it must not; the text says what."""


class _Budget:
    """Counts the lines that a plug-in runs."""

    def __init__(self) -> None:
        self.left = MAX_STEPS

    def step(self, _frame: FrameType, _event: str, _argument: Any) -> Any:
        self.left -= 1
        if self.left < 0:
            raise _TooSlowError
        return self.step

    def run(self, work: Callable[[], _T]) -> _T:
        before = sys.gettrace()
        sys.settrace(self.step)
        try:
            return work()
        finally:
            sys.settrace(before)


def _place(error: BaseException, file: str) -> str:
    """Where in the plug-in an exception came up: function and line."""
    traceback: TracebackType | None = error.__traceback__
    place = ""
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if code.co_filename == file:
            place = f" in {code.co_name}, line {traceback.tb_lineno}"
        traceback = traceback.tb_next
    return place


def _guarded(file: str, work: Callable[[], _T]) -> tuple[str, str, _T | None]:
    try:
        return "", "", _Budget().run(work)
    except _TooSlowError as error:
        return "too_slow", f"more than {MAX_STEPS} steps{_place(error, file)}", None
    except _WrongReturnError as error:
        return "wrong_return", str(error), None
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001  # a plug-in may raise anything; the engine counts it and goes on
        return "exception", f"{type(error).__name__}{_place(error, file)}", None


def _plain(value: Any, depth: int = 0) -> Any:
    """Lists and dictionaries of what a plug-in gave as sequences and mappings."""
    if value is None or isinstance(value, bool | int | float | str | bytes):
        return value
    if depth > 16:
        raise _WrongReturnError("message: fields too deep")
    if isinstance(value, bytearray | memoryview):
        return bytes(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(each, depth + 1) for name, each in value.items()}
    if isinstance(value, Sequence):
        return [_plain(each, depth + 1) for each in value]
    raise _WrongReturnError(f"message: a field holds {type(value).__name__}")


def _variable_type(value: object) -> str:
    if isinstance(value, bool):
        return "bool"
    return "int64" if isinstance(value, int) else "float64"


def _message(message: object) -> tuple[Any, ...]:
    if not isinstance(message, Message):
        raise _WrongReturnError(f"parse: {type(message).__name__} among the messages")
    return (
        message.kind,
        message.function,
        message.code,
        message.category,
        message.error,
        message.address,
        message.object,
        list(message.anomalies),
        _plain(dict(message.fields)),
        [(each.attribute, each.value, each.about, each.confidence, each.path) for each in message.facts],
        [
            (each.name, each.value, each.type or _variable_type(each.value), each.address)
            for each in message.variables
        ],
    )


class Flow:
    """A plug-in's instance on one flow, as the engine calls it."""

    def __init__(self, dissector: Dissector, file: str) -> None:
        self._dissector = dissector
        self._file = file
        self._late: Answer | None = None

    def parse(
        self,
        data: bytes,
        transport: str,
        src: str,
        src_port: int,
        dst: str,
        dst_port: int,
        from_client: bool | None,
        last: bool,
        missing: int,
        ts_ns: int,
    ) -> Answer:
        """Take messages off the front of `data` until nothing whole is left."""
        if self._late is not None:
            return self._late
        context = ParseContext(
            transport, src, src_port, dst, dst_port, from_client, last=last, missing=missing, ts_ns=ts_ns
        )
        steps: list[tuple[int, list[tuple[Any, ...]]]] = []
        at = 0
        end = "done"
        while at < len(data) and len(steps) < MAX_MESSAGES:
            rest = data[at:]
            fault, text, step = _guarded(self._file, lambda rest=rest: self._step(rest, context))  # type: ignore[misc]
            if fault:
                # What came before the fault is good; the fault is told when the engine asks about the rest.
                self._late = (fault, text, None)
                break
            if isinstance(step, NoMessage):
                end = step.value
                break
            assert step is not None
            steps.append(step)
            at += step[0]
        if self._late is not None and not steps:
            return self._late
        return "", "", (steps, end)

    def _step(self, rest: bytes, context: ParseContext) -> tuple[int, list[tuple[Any, ...]]] | NoMessage:
        parsed = self._dissector.parse(rest, context)
        if isinstance(parsed, NoMessage):
            return parsed
        if not isinstance(parsed, Parsed):
            raise _WrongReturnError(f"parse: returned {type(parsed).__name__}, not Parsed or NoMessage")
        consumed = parsed.consumed
        if not isinstance(consumed, int) or not 0 < consumed <= len(rest):
            raise _WrongReturnError("parse: consumed is not between one byte and all that were given")
        messages = list(parsed.messages)
        if len(messages) > MAX_MESSAGES:
            raise _WrongReturnError(f"parse: more than {MAX_MESSAGES} messages in one step")
        return consumed, [_message(each) for each in messages]

    def gap(self, from_client: bool | None) -> Answer:
        """Tell that bytes are lost."""
        return _guarded(self._file, lambda: self._dissector.gap(from_client=from_client))


class Host:
    """A plug-in as the engine calls it: its names, checked, and its code, guarded."""

    def __init__(self, dissector: type[Dissector]) -> None:
        self.dissector = dissector
        self.protocol = dissector.protocol
        self.tcp_ports = _ports(dissector.tcp_ports, "tcp_ports")
        self.udp_ports = _ports(dissector.udp_ports, "udp_ports")
        self.max_message = dissector.max_message
        self.functions = list(dissector.functions)
        self.fields = list(dissector.fields)
        self.errors = list(dissector.errors)
        self.attributes = list(dissector.attributes)
        self._file = inspect.getfile(dissector)
        if self.tcp_ports is None and self.udp_ports is None:
            raise ValueError("give tcp_ports or udp_ports, empty where there is no usual one")
        if not 0 < self.max_message <= MAX_MESSAGE:
            raise ValueError(f"max_message must be between 1 and {MAX_MESSAGE}")
        for name in ("recognise", "parse"):
            if getattr(dissector, name) is getattr(Dissector, name):
                raise ValueError(f"{name} is missing")

    def recognise(
        self, data: bytes, transport: str, src_port: int, dst_port: int, from_client: bool | None
    ) -> Answer:
        """Ask a new instance about the first bytes of a flow."""
        probe = Probe(data, transport, src_port, dst_port, from_client)
        return _guarded(self._file, lambda: self._verdict(probe))

    def _verdict(self, probe: Probe) -> str:
        verdict = self.dissector().recognise(probe)
        if not isinstance(verdict, Verdict):
            raise _WrongReturnError(f"recognise: returned {type(verdict).__name__}, not Verdict")
        return verdict.value

    def open(self) -> Answer:
        """Make the instance of a flow."""
        return _guarded(self._file, lambda: Flow(self.dissector(), self._file))


def _ports(ports: Iterable[int] | None, name: str) -> list[int] | None:
    if ports is None:
        return None
    listed = list(ports)
    if len(listed) > MAX_PORTS or not all(isinstance(port, int) and 0 < port < 65_536 for port in listed):
        raise ValueError(f"{name} takes at most {MAX_PORTS} numbers between 1 and 65535")
    return listed


@dataclass(frozen=True, slots=True)
class Plugin:
    """A dissector in Python that can be used.

    Attributes:
        package: Name and version of the distribution that brought it, ``""`` unknown.
    """

    host: Host
    package: str = ""

    @property
    def protocol(self) -> str:
        """The protocol's short name."""
        return self.host.protocol

    def rule_files(self) -> list[Path]:
        """Content rules that it brings, by name."""
        folder = self.host.dissector.rules
        if not folder:
            return []
        return sorted((Path(inspect.getfile(self.host.dissector)).parent / folder).rglob("*.toml"))

    def described(self) -> dict[str, Any]:
        """The same shape in which the engine describes its own protocols."""
        dissector = self.host.dissector
        over = [f"tcp {self.host.tcp_ports}"] if self.host.tcp_ports is not None else []
        over += [f"udp {self.host.udp_ports}"] if self.host.udp_ports is not None else []
        return {
            "name": self.protocol,
            "industrial": True,
            "decoded": True,
            "over": over,
            "fields": [{"name": name, "doc": text} for name, text in dissector.fields.items()],
            "not_decoded": list(dissector.not_decoded),
            "plugin": self.package,
        }


@dataclass(frozen=True, slots=True)
class Plugins:
    """Dissectors that are installed, and why others cannot be used."""

    loaded: tuple[Plugin, ...] = ()
    refused: tuple[str, ...] = ()


def plugin(dissector: type[Dissector], package: str = "") -> Plugin:
    """A dissector made ready for the engine.

    Raises:
        ValueError: Its declarations cannot be used; the text says which.
    """
    if not (isinstance(dissector, type) and issubclass(dissector, Dissector)):
        raise ValueError("is no subclass of sightglass.sdk.Dissector")  # noqa: TRY004  # one kind of refusal
    host = Host(dissector)
    _engine.register_plugin(host)
    return Plugin(host, package)


_loading = threading.Lock()


def installed() -> Plugins:
    """The dissectors that installed packages bring, by protocol; looked up once per search path."""
    with _loading:
        return _installed(tuple(sys.path))


@lru_cache(maxsize=4)
def _installed(path: tuple[str, ...]) -> Plugins:
    found: dict[str, Plugin] = {}
    refused: list[str] = []
    for entry in sorted(_offered(path), key=_order):
        package = f"{entry.dist.name} {entry.dist.version}" if entry.dist is not None else ""
        try:
            each = plugin(entry.load(), package)
        except ValueError as error:
            refused.append(f"plug-in {entry.name} of {package} is left out: {error}")
            continue
        except Exception as error:  # noqa: BLE001  # importing a stranger's module may raise anything
            refused.append(
                f"plug-in {entry.name} of {package} is left out: {type(error).__name__} when loaded"
            )
            continue
        if each.protocol in found:
            other = found[each.protocol].package
            refused.append(f"plug-in {entry.name} of {package} is left out: {other} has {each.protocol}")
            continue
        found[each.protocol] = each
    return Plugins(tuple(found[name] for name in sorted(found)), tuple(refused))


def _offered(path: tuple[str, ...]) -> list[EntryPoint]:
    """Entry points of plug-ins.

    The library that reads them loads much else, which every start would pay for; so somebody must offer one first.
    """
    names = (
        name
        for folder in path
        for pattern in ("*.dist-info/entry_points.txt", "*.egg-info/entry_points.txt")
        for name in Path(folder or ".").glob(pattern)
    )
    if not any(GROUP.encode() in _read(name) for name in names):
        return []
    from importlib.metadata import entry_points

    return list(entry_points(group=GROUP))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # a broken package is nobody's plug-in
        return b""


def _order(entry: EntryPoint) -> tuple[str, str]:
    return (entry.name, entry.dist.name if entry.dist is not None else "")
