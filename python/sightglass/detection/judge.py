"""Runs detections over events and folds what they say into alerts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sightglass.detection.registry import texts
from sightglass.detection.rules import Rule
from sightglass.model import Alert as Raised
from sightglass.model import Device, Evidence
from sightglass.model.key import stable_key
from sightglass.sdk import Alert, Detection, DetectionMeta, Stage, events

MAX_ALERTS = 10_000
"""Different alerts of one scope; more are counted in `Judge.dropped`."""
MAX_EVIDENCE = 64
"""Frames kept of one alert: the first, one of each burst between, and the last."""
BURST_NS = 60 * 1_000_000_000
"""Frames closer than this belong to one burst."""

EvidenceOf = Callable[[int, int, int], Evidence]
Frame = tuple[int, int, int]
"""A frame of evidence: its time, its number, and the index of its capture."""


class Table(Protocol):
    """Events of one kind, as the engine hands them over."""

    def rows(self, only: Mapping[str, Sequence[str]] | None = None) -> list[tuple[Any, ...]]:
        """Rows whose columns hold one of the given texts."""
        ...


class Memory(Protocol):
    """What was learned; the baseline implements it."""

    @property
    def stage(self) -> Stage:
        """Stage of learning now."""
        ...

    def is_new(self, baseline: str, key: tuple[str, ...]) -> bool:
        """Whether a key is not normal; while learning it becomes normal."""
        ...


@dataclass(slots=True)
class World:
    """What detections may ask; implements `sdk.Context`."""

    learned: Memory
    site: str = "default"
    zone: str = "default"
    now_ns: int = 0
    find_device: Callable[[str], Device | None] = lambda _address: None
    roles: dict[str, set[str]] = field(default_factory=dict)

    @property
    def stage(self) -> Stage:
        """Stage of learning now."""
        return self.learned.stage

    def device(self, address: str) -> Device | None:
        """The device that has this address, as far as the inventory is built."""
        return self.find_device(address)

    def has_role(self, address: str, role: str) -> bool:
        """Whether the host with this address was seen in a role: ``modbus_server``, ``s7comm_client`` ..."""
        return role in self.roles.get(address, ())

    def is_new(self, baseline: str, key: tuple[str, ...], *, learnable: bool) -> bool:
        """Ask and teach the baseline."""
        del learnable
        return self.learned.is_new(baseline, key)


@dataclass(slots=True)
class _Open:
    """An alert that grows."""

    meta: DetectionMeta
    alert: Alert
    source: str
    destination: str
    protocol: str
    count: int
    evidence: list[Frame]


@dataclass(frozen=True, slots=True)
class _Subscription:
    """A detection with the columns and texts it wants of a kind of event."""

    detection: Detection
    only: dict[str, list[str]]
    checks: tuple[tuple[int, Collection[str]], ...]

    @classmethod
    def of(cls, detection: Detection, kind: type[events.Event]) -> _Subscription:
        names = kind.columns()
        only = detection.only.get(kind, {})
        listed = {name: sorted(texts) for name, texts in only.items()}
        return cls(
            detection, listed, tuple((names.index(name), frozenset(texts)) for name, texts in only.items())
        )


class Judge:
    """All detections of one scope."""

    def __init__(
        self, detections: Sequence[Detection], rules: Sequence[Rule], world: World, evidence_of: EvidenceOf
    ) -> None:
        """Prepare.

        Args:
            detections: One instance each, made for this scope.
            rules: Content rules; their matches come from the engine.
            world: What detections may ask.
            evidence_of: Makes evidence of source, frame and time.
        """
        self.world = world
        self.detections = list(detections)
        self._rules = {rule.meta.id: rule for rule in rules}
        self._evidence_of = evidence_of
        self._open: dict[tuple[str, ...], _Open] = {}
        self.dropped = 0
        self.faults: dict[str, int] = {}
        self._by_event: dict[type[events.Event], list[_Subscription]] = {}
        for detection in self.detections:
            if detection.meta.needs_baseline and world.stage is Stage.UNJUDGED:
                continue
            for kind in detection.subscribes:
                self._by_event.setdefault(kind, []).append(_Subscription.of(detection, kind))

    @property
    def tables(self) -> frozenset[str]:
        """Names of the engine's tables that somebody wants."""
        return frozenset(kind.table for kind in self._by_event) | {"match"}

    def wants_totals(self, table: str) -> bool:
        """Whether some detection wants rows with the totals of a kind of event."""
        return any(
            "final" in subscription.only.get("event", ("final",))
            for subscription in self._by_event.get(events.EVENTS[table], [])
        )

    def not_judged(self) -> tuple[str, ...]:
        """Ids of detections that need a baseline and have none."""
        if self.world.stage is not Stage.UNJUDGED:
            return ()
        return tuple(sorted(each.meta.id for each in self.detections if each.meta.needs_baseline))

    def take(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        """Judge rows of one of the engine's tables, in their order."""
        kind = events.EVENTS[table]
        kept = rows if isinstance(rows, list) else list(rows)
        for subscription in self._by_event.get(kind, []):
            checks = subscription.checks
            self._feed(
                subscription, kind, (row for row in kept if all(row[at] in texts for at, texts in checks))
            )
        if kind is events.Match:
            for row in kept:
                self._matched(kind.from_row(row))

    def take_table(self, name: str, table: Table) -> None:
        """Judge a table of the engine; only rows that somebody wants are taken out of it."""
        kind = events.EVENTS[name]
        for subscription in self._by_event.get(kind, []):
            self._feed(subscription, kind, table.rows(subscription.only))
        if kind is events.Match:
            for row in table.rows():
                self._matched(kind.from_row(row))

    def _feed(
        self, subscription: _Subscription, kind: type[events.Event], rows: Iterable[Sequence[Any]]
    ) -> None:
        world = self.world
        from_row = kind.from_row
        detection = subscription.detection
        for row in rows:
            event: Any = from_row(row)
            world.now_ns = max(world.now_ns, event.ts_ns)
            self._ask(detection, event)

    def finish(self) -> None:
        """Let detections say what only shows at the end."""
        for detection in self.detections:
            try:
                for alert in detection.finish(self.world):
                    self._raise(detection.meta, alert)
            except Exception:  # noqa: BLE001 - a plugin's fault must not stop the others
                self._fault(detection.meta.id)

    def _ask(self, detection: Detection, event: events.Event) -> None:
        try:
            for alert in detection.observe(event, self.world):
                self._raise(detection.meta, alert)
        except Exception:  # noqa: BLE001 - a plugin's fault must not stop the others
            self._fault(detection.meta.id)

    def _fault(self, detection: str) -> None:
        # A plugin's fault must not stop the others; it is counted and shown.
        if detection not in self.faults:
            import structlog

            structlog.get_logger().error("detection_failed", detection=detection, exc_info=True)
        self.faults[detection] = self.faults.get(detection, 0) + 1

    def _matched(self, event: Any) -> None:
        rule = self._rules.get(event.rule)
        if rule is None or self.world.stage is Stage.LEARNING:
            return
        what = event.function.replace("_", " ")
        about = " ".join(part for part in (event.address, event.object) if part)
        summary = f"{event.client} to {event.server}: {what}" + (f" ({about})" if about else "")
        details = (("function", event.function), ("object", about), ("matched", event.detail.strip()))
        alert = Alert(summary, (event,), details=tuple(each for each in details if each[1]))
        self._raise(rule.meta, alert)

    def _raise(self, meta: DetectionMeta, alert: Alert) -> None:
        if self.world.stage is Stage.LEARNING:
            return
        first = alert.evidence[0] if alert.evidence else None
        source = alert.source or getattr(first, "client", "") or getattr(first, "subject", "")
        # Who names a source alone means many destinations: a scan is one alert.
        destination = alert.destination or ("" if alert.source else getattr(first, "server", ""))
        protocol = alert.protocol or getattr(first, "protocol", "")
        frames = _frames(alert.evidence)
        key = (meta.id, source, destination, *alert.key)
        known = self._open.get(key)
        if known is None:
            if len(self._open) >= MAX_ALERTS:
                self.dropped += 1
                return
            known = self._open[key] = _Open(meta, alert, source, destination, protocol, 0, [])
        known.count += alert.count
        # The latest words count: a scan's numbers grow. The worst severity stays.
        severity = known.alert.severity
        if severity is not None and (alert.severity is None or severity.rank > alert.severity.rank):
            alert = alert._replace(severity=severity)
        known.alert = alert
        for frame in frames:
            _keep(known.evidence, frame)

    def alerts(self, address_of: Callable[[str], tuple[str, str]]) -> list[Raised]:
        """All alerts, in the order of their first sight.

        Args:
            address_of: Gives device id and name of an address, ``""`` each where there is none.
        """
        world = self.world
        raised = []
        for key, known in self._open.items():
            meta = known.meta
            source, source_name = address_of(known.source)
            destination, destination_name = address_of(known.destination)
            told = _told(meta, self.detections)
            raised.append(
                Raised(
                    id=stable_key(world.site, world.zone, *key)[:16],
                    detection=meta.id,
                    title=meta.title,
                    engine=meta.engine,
                    severity=known.alert.severity or meta.severity,
                    first_seen_ns=min((frame[0] for frame in known.evidence), default=0),
                    last_seen_ns=max((frame[0] for frame in known.evidence), default=0),
                    site=world.site,
                    zone=world.zone,
                    learnable=bool(known.alert.learn),
                    summary=known.alert.summary,
                    source=source,
                    source_address=known.source,
                    source_name=source_name,
                    destination=destination,
                    destination_address=known.destination,
                    destination_name=destination_name,
                    protocol=known.protocol,
                    count=known.count,
                    attack=meta.attack,
                    explanation=meta.explanation or told.get("explanation", ""),
                    benign_when=meta.benign_when or _listed(told.get("benign_when", "")),
                    remediation=meta.remediation or _listed(told.get("remediation", "")),
                    evidence=tuple(
                        self._evidence_of(source_at, frame, ts_ns)
                        for ts_ns, frame, source_at in known.evidence
                    ),
                    details=known.alert.details,
                    learn_keys=known.alert.learn,
                )
            )
        return sorted(raised, key=lambda alert: (alert.first_seen_ns, alert.id))


def _told(meta: DetectionMeta, detections: Sequence[Detection]) -> dict[str, str]:
    for detection in detections:
        if detection.meta is meta:
            return texts(type(detection))  # type: ignore[arg-type]  # every class is hashable
    return {}


def _listed(text: str) -> tuple[str, ...]:
    parts = (part.strip().rstrip(".") for part in text.split(";"))
    return tuple(f"{part[0].upper()}{part[1:]}." for part in parts if part)


_SPANS = frozenset(kind for kind in events.EVENTS.values() if "first_ts_ns" in kind.columns())
"""Kinds of events that stand for several frames."""


def _frames(evidence: Iterable[Any]) -> list[Frame]:
    """First and last frame of each event, each with its own time, in time order."""
    frames = []
    for event in evidence:
        if type(event) in _SPANS:
            frames.append((event.first_ts_ns, event.first_frame, event.source))
        frames.append((event.ts_ns, event.frame, event.source))
    if len(frames) > 1:
        frames.sort()
    return frames


def _keep(kept: list[Frame], frame: Frame) -> None:
    """First and last frame, and the first of each burst between, in time order."""
    if frame in kept[-2:]:
        return
    if kept and frame < kept[0]:
        # Told later, but it happened first.
        kept[: 1 if len(kept) == MAX_EVIDENCE else 0] = [frame]
        return
    if (len(kept) < 2 or frame[0] - kept[-2][0] >= BURST_NS) and len(kept) < MAX_EVIDENCE:
        kept.append(frame)
        return
    kept[-1] = max(kept[-1], frame)
