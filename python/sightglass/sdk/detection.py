"""The base of every detection that needs memory, and what it hands over."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Any, ClassVar, NamedTuple, Union, get_args, get_origin

from sightglass.model import Engine, Severity
from sightglass.sdk.context import Context
from sightglass.sdk.events import Event

_SECTIONS = {
    "Why it matters:": "explanation",
    "Benign when:": "benign_when",
    "Misses:": "misses",
    "What to do:": "remediation",
}


@dataclass(frozen=True, slots=True)
class DetectionMeta:
    """What is known of a detection before it runs.

    Attributes:
        id: Stable, in kebab-case; part of alerts, exports and mutes.
        title: One line, without names of the case.
        attack: ATT&CK for ICS technique ids.
        status: ``experimental``, ``stable`` or ``deprecated``.
        reference: Titles of the reference catalogue's alerts that it covers.
        needs_baseline: Whether it is silent until something was learned.
        explanation: Why it matters; with `benign_when`, `misses` and `remediation` taken from the module's
            docstring where left empty.
    """

    id: str
    title: str
    severity: Severity
    engine: Engine = Engine.POLICY_VIOLATION
    attack: tuple[str, ...] = ()
    status: str = "experimental"
    reference: tuple[str, ...] = ()
    needs_baseline: bool = False
    explanation: str = ""
    benign_when: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()
    remediation: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


class Alert(NamedTuple):
    """A candidate: the product adds scope, devices and history, and folds repeats into one alert.

    A named tuple, for a busy capture makes tens of thousands of them.

    Attributes:
        summary: What happened, with the names of this case.
        evidence: The events that show it, in their order; the first names source and destination when
            `source` and `destination` are empty.
        source: Address of who did it.
        destination: Address of whom it was done to; empty beside a `source` when it was done to many.
        key: What makes it another alert than the last one of this detection, beside source and destination.
        learn: What becomes normal when an operator learns it, from `Baseline.learn_key`.
        details: Facts to show: name and text.
    """

    summary: str
    evidence: tuple[Event, ...]
    source: str = ""
    destination: str = ""
    key: tuple[str, ...] = ()
    protocol: str = ""
    severity: Severity | None = None
    count: int = 1  # type: ignore[assignment]  # nobody counts members of an alert
    learn: tuple[tuple[str, ...], ...] = ()
    details: tuple[tuple[str, str], ...] = ()


class Detection:
    """A rule with a memory.

    A subclass gives `meta` and overrides `observe`; the type of its first parameter (a union for several)
    says which events it gets. State lives in the instance; one instance serves one scope.
    """

    meta: ClassVar[DetectionMeta]
    subscribes: ClassVar[tuple[type[Event], ...]] = ()
    only: ClassVar[Mapping[type[Event], Mapping[str, Collection[str]]]] = {}
    """Which events of a kind it wants at all: field and allowed texts. Others are never built for it, which keeps
    detections cheap that look at few of many."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Read which events `observe` wants, unless `subscribes` says it."""
        super().__init_subclass__(**kwargs)
        if "subscribes" not in cls.__dict__ and "observe" in cls.__dict__:
            cls.subscribes = _event_types(cls)

    def observe(self, event: Any, context: Context) -> Iterable[Alert]:
        """Judge one event.

        Args:
            event: One of the subscribed kinds, in the order of packets.
            context: What is known around it.
        """
        raise NotImplementedError

    def finish(self, context: Context) -> Iterator[Alert]:
        """Give what only shows at the end of the input; nothing by default."""
        del context
        return iter(())


def _event_types(cls: type[Detection]) -> tuple[type[Event], ...]:
    # The one annotation that counts, instead of `inspect.signature` and `get_type_hints`: it is done at every start, for
    # every detection.
    hint = cls.observe.__annotations__.get(cls.observe.__code__.co_varnames[1])
    if isinstance(hint, str):
        hint = eval(hint, cls.observe.__globals__)  # noqa: S307 - a name that the detection's own file wrote
    kinds = get_args(hint) if get_origin(hint) in {Union, UnionType} else (hint,)
    found = tuple(kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Event))
    if len(found) != len(kinds):
        raise TypeError(f"{cls.__name__}.observe: annotate its first parameter with classes of sdk.events")
    return found


def documentation(docstring: str) -> dict[str, str]:
    """Split a detection module's docstring into its sections.

    Returns:
        Keys of ``explanation``, ``benign_when``, ``misses``, ``remediation`` that the text has, each with its
        paragraph on one line.
    """
    found: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in inspect.cleandoc(docstring).splitlines():
        if line in _SECTIONS:
            current = found.setdefault(_SECTIONS[line], [])
        elif line and not line[0].isspace():
            current = None
        elif current is not None and line.strip():
            current.append(line.strip())
    return {name: " ".join(lines) for name, lines in found.items()}
