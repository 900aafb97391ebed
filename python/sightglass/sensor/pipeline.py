"""From the engine's events to what is there, normal, wrong and weak, for one scope."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sightglass import engine
from sightglass.baseline import Learned
from sightglass.detection.judge import Judge, World
from sightglass.detection.registry import detection_classes
from sightglass.detection.rules import all_rules
from sightglass.inventory import Inventory
from sightglass.inventory.inventory import Scope
from sightglass.model import CaptureInfo, Evidence, PluginSummary, ProtocolSummary, Summary, UnknownTraffic

if TYPE_CHECKING:
    from sightglass.model import Activity, Alert, Connection, Device, FileTransfer, ProcessValue

Row = tuple[Any, ...]
FINALS = {"event": ["final"]}
"""Rows that hold totals."""
Progress = Callable[[int, int], None]
"""Called with frames and bytes read so far."""
Extract = Callable[[str, bytes | None], None]
"""Called for every file in transfer, in the order of `Result.files`, with its name and what it held where that was kept."""
MAX_FILES = 100_000
"""Files that are listed; more are counted."""


@dataclass(slots=True)
class Result:
    """What an analysis found, in model values; lists are in the order of first sight."""

    summary: Summary
    devices: list[Device]
    connections: list[Connection]
    activities: list[Activity]
    alerts: list[Alert]
    values: list[ProcessValue]
    files: list[FileTransfer] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    stopped: bool = False
    frames: dict[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    """Evidence of each alert by its id: capture's index and frame number."""


class Pipeline:
    """Learns from captures, then judges others."""

    def __init__(self, *, site: str = "default", zone: str = "default") -> None:
        """Prepare detections and rules for a scope."""
        self.scope = Scope(site, zone)
        self.learned = Learned()
        self.rules, self.faults = all_rules()
        self.world = World(self.learned, site, zone)
        self.detections = [detection() for detection in detection_classes()]

    def _evidence(self, source: int, frame: int, ts_ns: int) -> Evidence:
        return Evidence(str(source), frame, ts_ns)

    def learn(
        self, paths: Sequence[Path | str], *, workers: int = 1, filter_expression: str | None = None
    ) -> None:
        """Take all that captures hold as normal; raises no alert.

        Raises:
            CaptureError: A capture cannot be read at all.
        """
        self.learned.learn()
        judge = Judge(self.detections, self.rules, self.world, self._evidence)
        run = engine.analyze(
            paths,
            workers=workers,
            filter_expression=filter_expression,
            values=False,
            activities=judge.wants_totals("activity"),
            hashes=False,
        )
        for batch in run:
            for table in judge.tables:
                if table in batch.tables:
                    judge.take_table(table, batch.tables[table])
        judge.finish()
        self.learned.judge()
        self.world.now_ns = 0
        self.detections = [detection() for detection in detection_classes()]

    def run(
        self,
        paths: Sequence[Path | str],
        *,
        workers: int = 1,
        filter_expression: str | None = None,
        values: bool = True,
        detail: bool = True,
        intervals: bool = False,
        progress: Progress | None = None,
        keep: Callable[[str, engine.Table], None] | None = None,
        extract: Extract | None = None,
        interrupted: Callable[[], bool] = lambda: False,
    ) -> Result:
        """Analyze captures as one network.

        Args:
            paths: Capture files, folders, or ``-``.
            workers: Threads of the engine.
            filter_expression: Frames to look at.
            values: Whether to follow process values.
            detail: Whether connections, activities and values are wanted, beside devices and alerts.
            intervals: Whether `keep` is also given what each minute brought.
            progress: Told how far it is.
            keep: Given every table, for the history.
            extract: Given the contents of files in transfer; without it none are kept.
            interrupted: Asked between batches; true ends the analysis and keeps what was found.

        Raises:
            CaptureError: A capture cannot be read at all.
            ValueError: The filter cannot be understood.
        """
        judge = Judge(self.detections, self.rules, self.world, self._evidence)
        run = engine.analyze(
            paths,
            workers=workers,
            filter_expression=filter_expression,
            rules=[rule.compiled for rule in self.rules],
            values=values and detail,
            activities=detail or judge.wants_totals("activity"),
            intervals=intervals and keep is not None,
            hashes=detail,
            contents=extract is not None,
        )
        inventory = Inventory(self.scope, self._evidence)
        collected: dict[str, list[Row]] = {"flow": []}
        if detail:
            collected |= {"activity": [], "value": []}
        takers: dict[str, Callable[[list[Row]], None]] = {
            "endpoint": inventory.endpoints,
            "arp": inventory.arps,
            "observation": inventory.observed,
            "relation": inventory.relations,
        }
        stopped = False
        files: list[Row] = []
        beyond = 0
        for batch in run:
            if not stopped and interrupted():
                stopped = True
                run.stop()
            for name, table in batch.tables.items():
                if keep is not None:
                    keep(name, table)
                if name in takers:
                    takers[name](table.rows(FINALS if name == "endpoint" else None))
                elif name in collected:
                    collected[name].extend(table.rows(None if name == "value" else FINALS))
                if name == "file" and (detail or extract is not None):
                    room = MAX_FILES - len(files)
                    rows = table.rows()
                    files.extend(rows[:room])
                    beyond += len(rows[room:])
                    if extract is not None:
                        for row, content in zip(rows[:room], batch.contents, strict=False):
                            extract(row[7], content)
                if name in judge.tables:
                    judge.take_table(name, table)
            if keep is not None:
                for name, table in batch.intervals.items():
                    keep(name, table)
            if progress is not None:
                progress(batch.frames, batch.bytes)
        judge.finish()
        inventory.flows(collected["flow"])
        devices = inventory.build(detail=detail)
        counted = run.summary()
        labels = [_label(capture) for capture in counted["captures"]]
        by_id = {device.id: device for device in devices}

        def address_of(address: str) -> tuple[str, str]:
            device = by_id.get(inventory.by_address.get(address, ""))
            return (device.id, device.name) if device is not None else ("", "")

        assemble = _Assembly(self.scope, inventory.by_address, labels)
        raised = judge.alerts(address_of)
        alerts = [assemble.labelled_alert(alert) for alert in raised]
        summary = assemble.summary(counted, judge, inventory.not_admitted)
        summary.loss["files_not_listed"] = beyond
        return Result(
            summary=summary,
            devices=[assemble.labelled_device(device) for device in devices] if detail else devices,
            connections=assemble.connections(collected["flow"]) if detail else [],
            activities=assemble.activities(collected["activity"]) if detail else [],
            alerts=alerts,
            values=assemble.values(collected["value"]) if detail else [],
            files=assemble.files(files),
            warnings=[
                *(text for capture in counted["captures"] for text in capture["warnings"]),
                *counted["skipped"],
                *(each["warning"] for each in counted["plugins"].values() if each["warning"]),
                *counted["plugins_refused"],
            ],
            stopped=stopped,
            frames={
                alert.id: tuple((int(each.capture), each.frame) for each in alert.evidence)
                for alert in raised
            },
        )


def _label(capture: dict[str, Any]) -> str:
    info = CaptureInfo(capture["name"], capture["sha256"])
    return info.label


class _Assembly:
    """Makes model values of totals, with device ids for addresses and labels for captures."""

    def __init__(self, scope: Scope, by_address: dict[str, str], labels: list[str]) -> None:
        self.scope = scope
        self.by_address = by_address
        self.labels = labels

    def label(self, evidence: Evidence) -> Evidence:
        source = int(evidence.capture)
        name = self.labels[source] if source < len(self.labels) else evidence.capture
        return Evidence(name, evidence.frame, evidence.ts_ns)

    def labelled_alert(self, alert: Alert) -> Alert:
        return replace(alert, evidence=tuple(self.label(each) for each in alert.evidence))

    def labelled_device(self, device: Device) -> Device:
        attributes = tuple(replace(each, evidence=self.label(each.evidence)) for each in device.attributes)
        return replace(device, attributes=attributes)

    def frames(self, source: int, *at: tuple[int, int]) -> tuple[Evidence, ...]:
        name = self.labels[source] if source < len(self.labels) else str(source)
        seen = dict.fromkeys(at)
        return tuple(Evidence(name, frame, ts_ns) for frame, ts_ns in seen)

    def connections(self, rows: Iterable[Row]) -> list[Connection]:
        """Fold flows with the same ends and service into one."""
        from sightglass.model import Connection

        folded: dict[Row, list[Any]] = {}
        for row in rows:
            client, server = row[4] or row[8], row[6] or row[9]
            key = (client, server, row[3], row[7], row[11], row[10])
            known = folded.get(key)
            if known is None:
                folded[key] = [row[12], row[13], row[14], row[15], row[16], row[17], row[18], row[19], row[20],
                               row[21], row[22], 1]  # fmt: skip
                continue
            for index, column in ((2, 14), (3, 15), (4, 16), (5, 17)):
                known[index] += row[column]
            if row[18] < known[6]:
                known[6], known[8], known[10] = row[18], row[20], row[22]
            if row[19] > known[7]:
                known[7], known[9] = row[19], row[21]
            known[11] += 1
            if known[0] in {"", "port"} and row[12]:
                known[0] = row[12]
            known[1] = row[13]
        scope = self.scope
        found = []
        for (client, server, transport, port, protocol, vlan), known in folded.items():
            how, state, packets_client, packets_server, bytes_client, bytes_server = known[:6]
            first_ts_ns, last_ts_ns, first_frame, last_frame, source, flows = known[6:]
            guessed = how == "port"
            found.append(
                Connection(
                    client=self.by_address.get(client, ""),
                    server=self.by_address.get(server, ""),
                    client_address=client,
                    server_address=server,
                    transport=transport,
                    port=port,
                    protocol=protocol,
                    vlan=vlan,
                    packets=packets_client + packets_server,
                    bytes=bytes_client + bytes_server,
                    first_seen_ns=first_ts_ns,
                    last_seen_ns=last_ts_ns,
                    site=scope.site,
                    zone=scope.zone,
                    network=scope.network,
                    recognised_by="port" if guessed else how,
                    bytes_client=bytes_client,
                    bytes_server=bytes_server,
                    flows=flows,
                    state=state,
                    evidence=self.frames(source, (first_frame, first_ts_ns), (last_frame, last_ts_ns)),
                )
            )
        return found

    def activities(self, rows: Iterable[Row]) -> list[Activity]:
        """Totals of the engine's activities."""
        from sightglass.model import Activity

        scope = self.scope
        found = []
        for row in rows:
            client, server = row[1] or row[2], row[3] or row[4]
            requests, ok, errors, happened = row[12], row[13], row[14], row[15]
            count = requests or happened or ok + errors
            outcome = "error" if errors else "ok" if ok else "event" if happened else "unanswered"
            found.append(
                Activity(
                    client=self.by_address.get(client, ""),
                    server=self.by_address.get(server, ""),
                    protocol=row[6],
                    address=row[7],
                    function=row[9],
                    code=row[10],
                    category=row[11],
                    outcome=outcome,
                    count=count,
                    first_seen_ns=row[17],
                    last_seen_ns=row[18],
                    site=scope.site,
                    zone=scope.zone,
                    network=scope.network,
                    object=row[8],
                    client_address=client,
                    server_address=server,
                    vlan=row[5],
                    ok=ok,
                    errors=errors,
                    last_error=row[16],
                    evidence=self.frames(row[22], (row[19], row[17]), (row[20], row[18])),
                )
            )
        return found

    def values(self, rows: Iterable[Row]) -> list[ProcessValue]:
        """Fold variables of one server that several clients read."""
        from sightglass.model import ProcessValue

        folded: dict[Row, list[Any]] = {}
        for row in rows:
            server = row[0] or row[1]
            key = (server, row[3], row[4], row[5], row[6])
            known = folded.get(key)
            if known is None:
                folded[key] = [*row[7:12], row[12], row[13], row[14]]
                continue
            known[1], known[2] = min(known[1], row[8]), max(known[2], row[9])
            known[3] += row[10]
            known[4] += row[11]
            if row[12] > known[5]:
                known[0], known[5], known[6], known[7] = row[7], row[12], row[13], row[14]
        scope = self.scope
        return [
            ProcessValue(
                server=self.by_address.get(server, ""),
                protocol=protocol,
                address=address,
                type=kind,
                last=_number(last),
                minimum=_number(minimum),
                maximum=_number(maximum),
                changes=changes,
                site=scope.site,
                zone=scope.zone,
                network=scope.network,
                object=name,
                server_address=server,
                samples=samples,
                last_seen_ns=ts_ns,
                evidence=self.frames(source, (frame, ts_ns)),
            )
            for (server, protocol, address, name, kind), (
                last, minimum, maximum, changes, samples, ts_ns, frame, source,
            ) in folded.items()
        ]  # fmt: skip

    def files(self, rows: Iterable[Row]) -> list[FileTransfer]:
        """Files in transfer, in the order in which they ended."""
        from sightglass.model import FileTransfer

        scope = self.scope
        found = []
        for row in rows:
            client, server = row[1] or row[3], row[2] or row[4]
            found.append(
                FileTransfer(
                    client=self.by_address.get(client, ""),
                    server=self.by_address.get(server, ""),
                    client_address=client,
                    server_address=server,
                    protocol=row[0],
                    direction=row[6],
                    name=row[7],
                    size=row[8],
                    sha256=row[9],
                    complete=row[10],
                    last_seen_ns=row[11],
                    site=scope.site,
                    zone=scope.zone,
                    network=scope.network,
                    vlan=row[5],
                    capture=self.labels[row[14]] if row[14] < len(self.labels) else str(row[14]),
                    first_frame=row[13],
                    last_frame=row[12],
                )
            )
        return found

    def summary(self, counted: dict[str, Any], judge: Judge, not_admitted: int) -> Summary:
        loss = dict(counted["loss"])
        loss["senders_not_admitted"] = not_admitted
        loss["alerts_beyond_cap"] = judge.dropped
        loss["detection_faults"] = sum(judge.faults.values())
        plugins = {name: _plugin(each) for name, each in counted["plugins"].items()}
        if plugins or counted["plugins_refused"]:
            loss["plugins_refused"] = len(counted["plugins_refused"])
            loss["plugin_faults"] = sum(sum(each.faults.values()) for each in plugins.values())
            loss["plugin_bytes_left_out"] = sum(each.bytes_left_out for each in plugins.values())
        return Summary(
            packets=counted["packets"],
            bytes=counted["bytes"],
            first_ts_ns=counted["first_ts_ns"],
            last_ts_ns=counted["last_ts_ns"],
            site=self.scope.site,
            zone=self.scope.zone,
            loss=loss,
            protocols={
                name: ProtocolSummary(
                    counts["messages"],
                    counts["flows"],
                    counts["functions"],
                    counts["bytes"],
                    counts["malformed"],
                    counts["unknown_functions"],
                )
                for name, counts in counted["protocols"].items()
            },
            unknown=tuple(
                UnknownTraffic(
                    each["layer"],
                    each["number"],
                    each["flows"],
                    each["packets"],
                    each["bytes"],
                    smallest=each["smallest"] or 0,
                    mean=each["mean"] or 0,
                    largest=each["largest"] or 0,
                    entropy=each["entropy"],
                    entropy_bytes=each["entropy_bytes"],
                    sample=each["sample"],
                )
                for each in counted["unknown"]
            ),
            captures=tuple(
                CaptureInfo(
                    capture["name"],
                    capture["sha256"],
                    capture["packets"],
                    capture["cut"],
                    tuple(capture["warnings"]),
                )
                for capture in counted["captures"]
            ),
            not_judged=judge.not_judged(),
            plugins=plugins,
        )


def _plugin(counts: dict[str, Any]) -> PluginSummary:
    return PluginSummary(
        package=counts["package"],
        asked=counts["asked"],
        claimed=counts["claimed"],
        bytes=counts["bytes"],
        bytes_left_out=counts["bytes_left_out"],
        faults={name: counts[name] for name in ("exceptions", "too_slow", "wrong_returns")},
        switched_off=counts["switched_off"],
        first_fault=counts["first_fault"] or "",
        first_fault_frame=counts["first_fault_frame"],
    )


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def changes(result: Result) -> Iterator[Any]:
    """The change records that bring a store to what an analysis found."""
    from sightglass.model import Site, Zone
    from sightglass.model import changes as record

    summary = result.summary
    yield record.SiteUpserted(Site(summary.site))
    yield record.ZoneUpserted(Zone(summary.site, summary.zone))
    yield from map(record.DeviceUpserted, result.devices)
    yield from map(record.ConnectionUpserted, result.connections)
    yield from map(record.ActivityRolledUp, result.activities)
    yield from map(record.ValueRolledUp, result.values)
    yield from map(record.AlertRaised, result.alerts)
    yield record.SummaryReplaced(summary)
