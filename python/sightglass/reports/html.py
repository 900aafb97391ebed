"""The report: one page that needs nothing else, for people who run the plant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from importlib.resources import files
from itertools import islice

from sightglass.model import Alert, Device, DeviceKind, Finding, ProtocolSummary, rfc3339
from sightglass.reports.map_svg import map_svg
from sightglass.reports.markup import amount, counted, esc, table
from sightglass.reports.plant_map import EDGE_KEYS, build_map
from sightglass.store import (
    AlertFilter,
    ConnectionFilter,
    DeviceFilter,
    FindingFilter,
    Related,
    Store,
)
from sightglass.store.statistics import merged_summary

_MAX_ROWS = 2000  # of one table; more is for the workbook
_MAX_MAP_NODES = 250  # more cannot be read on paper
_URGENT = ("critical", "high")
_MAP_NOTE = (
    "Each box is a device, each line a pair that talks. Lanes follow the Purdue model: the process is at the "
    "bottom, the office at the top."
)


def report_page(store: Store) -> Iterator[str]:
    """Write the page, part by part.

    Returns:
        Pieces of HTML; joined they are the whole page.
    """
    devices = list(store.each_device(DeviceFilter(), "address"))
    related = store.related(device.id for device in devices)
    names = {device.id: device.name for device in devices}
    yield _head(store)
    yield _numbers(store)
    yield _first_things(store)
    yield _map_section(store, devices, related)
    yield _alert_section(store)
    yield _finding_section(store, names)
    yield _device_section(devices, related)
    yield _protocol_section(store)
    yield _limits_section(store)
    yield "</main></body></html>\n"


def _head(store: Store) -> str:
    summary = merged_summary(store)
    sites = sorted({item.site for item in store.summaries()})
    style = files("sightglass.reports").joinpath("report.css").read_text(encoding="utf-8")
    title = "Network report" + (f": {', '.join(sites)}" if sites and sites != ["default"] else "")
    when = "no packets"
    if summary.first_ts_ns is not None and summary.last_ts_ns is not None:
        when = f"{_moment(summary.first_ts_ns)} to {_moment(summary.last_ts_ns)}"
    captures = ", ".join(f"<code>{esc(capture.label)}</code>" for capture in summary.captures[:20])
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{esc(title)}</title><style>{style}</style></head><body><main>"
        f"<header><h1>{esc(title)}</h1>"
        f"<p>Traffic of {esc(when)}.<br>Read from {captures or 'no capture'}.</p></header>\n"
    )


def _moment(ts_ns: int) -> str:
    return f"{rfc3339(ts_ns)[:19].replace('T', ' ')} UTC"


def _numbers(store: Store) -> str:
    summary = merged_summary(store)
    devices = store.group(DeviceFilter(), "kind").get("device", 0)
    severities = store.group(AlertFilter(open=True), "severity")
    confirmed = store.group(FindingFilter(), "confidence").get("confirmed", 0)
    tiles = (
        (amount(devices), "devices on the network"),
        (amount(sum(severities.values())), "open alerts"),
        (amount(sum(severities.get(name, 0) for name in _URGENT)), "of them critical or high"),
        (amount(confirmed), "confirmed weaknesses"),
        (amount(len(summary.protocols)), "protocols recognised"),
        (amount(summary.packets), "packets read"),
    )
    body = "".join(f"<li><strong>{esc(number)}</strong> {esc(text)}</li>" for number, text in tiles)
    return f'<ul class="tiles">{body}</ul>\n'


def _first_things(store: Store) -> str:
    """What somebody should do today."""
    items = [
        f"{_severity(alert.severity.value)} {esc(alert.summary or alert.title)}."
        f" {esc(alert.remediation[0]) if alert.remediation else ''}"
        for alert in store.each_alert(AlertFilter(open=True, severity=_URGENT))
    ][:8]
    exploited = store.group(FindingFilter(kev=True), "device")
    if exploited:
        items.append(
            f"{_severity('critical')} {counted(len(exploited), 'device has', 'devices have')} weaknesses that are "
            "known to be exploited; see <a href='#findings'>Weaknesses</a>."
        )
    if not items:
        return "<section><h2>To do first</h2><p>Nothing urgent was found.</p></section>\n"
    return f"<section><h2>To do first</h2><ol>{''.join(f'<li>{item}' for item in items)}</ol></section>\n"


def _map_section(store: Store, devices: list[Device], related: Mapping[str, Related]) -> str:
    found = build_map(devices, store.traffic(ConnectionFilter(), EDGE_KEYS), related, _MAX_MAP_NODES)
    if not found.nodes:
        return ""
    crossing = sum(edge.crossing for edge in found.edges)
    notes = [_MAP_NOTE]
    if crossing:
        notes.append(
            f"{counted(crossing, 'pair, drawn dashed, goes', 'pairs, drawn dashed, go')} past the DMZ, from the "
            "plant to the office or outside."
        )
    if found.hidden_nodes:
        notes.append(f"{counted(found.hidden_nodes, 'device', 'devices')} with the least to tell not drawn.")
    return f'<section id="map"><h2>Network map</h2><p>{esc(" ".join(notes))}</p><div class="scroll">{map_svg(found)}</div></section>\n'


def _alert_section(store: Store) -> str:
    alerts = list(islice(store.each_alert(AlertFilter(open=True)), _MAX_ROWS))
    closed = sum(store.group(AlertFilter(open=False), "status").values())
    note = (
        f"<p>Not listed: {counted(closed, 'alert', 'alerts')} closed, learned or muted.</p>" if closed else ""
    )
    if not alerts:
        return f"<section id=alerts><h2>Alerts</h2><p>No open alerts.</p>{note}</section>\n"
    return f"<section id=alerts><h2>Alerts</h2>{''.join(map(_alert, alerts))}{note}</section>\n"


def _alert(alert: Alert) -> str:
    frames = ", ".join(f"{esc(item.capture)} frame {item.frame}" for item in alert.evidence[:6])
    steps = "".join(f"<li>{esc(step)}" for step in alert.remediation)
    return (
        f"<article><h3>{_severity(alert.severity.value)} {esc(alert.title)}</h3>"
        f"<p>{esc(alert.summary)}</p>"
        f"<p class=note>{esc(_when(alert))}{', ' + esc(', '.join(alert.attack)) if alert.attack else ''}</p>"
        f"{f'<p>{esc(alert.explanation)}</p>' if alert.explanation else ''}"
        f"{f'<ol>{steps}</ol>' if steps else ''}"
        f"{f'<p class=note>Seen in {frames}</p>' if frames else ''}</article>\n"
    )


def _when(alert: Alert) -> str:
    first, last = _moment(alert.first_seen_ns), _moment(alert.last_seen_ns)
    moments = first if first == last else f"{first} to {last}"
    return moments if alert.count == 1 else f"{moments}, {amount(alert.count)} times"


def _finding_section(store: Store, names: dict[str, str]) -> str:
    grouped: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in store.each_finding(FindingFilter(), "-score"):
        grouped[finding.advisory, finding.cve].append(finding)
    if not grouped:
        return "<section id=findings><h2>Weaknesses</h2><p>No known weakness was matched.</p></section>\n"
    rows = []
    for (advisory, cve), found in islice(grouped.items(), _MAX_ROWS):
        first = found[0]
        devices = ", ".join(sorted({names.get(item.device, item.device) for item in found})[:12])
        more = f" and {len(found) - 12} more" if len(found) > 12 else ""
        exploited = " <strong>known to be exploited</strong>" if first.kev else ""
        rows.append(
            (
                _severity(first.severity) + ("" if first.score is None else f" {first.score}"),
                f"{esc(cve or advisory)}{exploited}<br><span class=note>{esc(advisory)}</span>",
                esc(first.title),
                esc(devices + more),
                esc(", ".join(sorted({item.confidence.value for item in found}))),
                esc(first.remediation or first.fixed_in),
            )
        )
    columns = ("Score", "Weakness", "What", "Devices", "Sure", "What helps")
    return f"<section id=findings><h2>Weaknesses</h2>{table(columns, rows)}</section>\n"


def _device_section(devices: list[Device], related: Mapping[str, Related]) -> str:
    present = [device for device in devices if device.kind is DeviceKind.DEVICE]
    rows = [_device(device, related.get(device.id, Related())) for device in present[:_MAX_ROWS]]
    left = len(present) - len(rows)
    note = f"<p>All devices, {left} more, are in devices.csv.</p>" if left > 0 else ""
    columns = (
        "Name",
        "Type",
        "Vendor and model",
        "Firmware",
        "Address",
        "Level",
        "Zone",
        "Protocols",
        "Alerts",
    )
    return f"<section id=devices><h2>Devices</h2>{table(columns, rows)}{note}</section>\n"


def _device(device: Device, related: Related) -> tuple[str, ...]:
    level = "" if device.purdue_level is None else f"{device.purdue_level:g}"
    marks = (" ★" if device.important else "") + ("" if device.authorized else " (not authorised)")
    return (
        esc(device.name + marks),
        esc(device.type),
        esc(f"{device.vendor} {device.model}".strip()),
        esc(device.firmware),
        "<br>".join(esc(address) for address in (*device.ips[:4], *device.macs[:2])),
        esc(level),
        esc(device.zone),
        esc(", ".join(device.protocols[:8])),
        f"{related.alerts} {_severity(related.worst_alert)}" if related.alerts else "",
    )


def _protocol_section(store: Store) -> str:
    protocols = merged_summary(store).protocols
    rows = [
        (esc(name), esc(amount(counts.messages)), esc(amount(counts.flows)), esc(_most_used(counts)))
        for name, counts in sorted(protocols.items(), key=lambda item: (-item[1].messages, item[0]))
    ]
    body = table(("Protocol", "Messages", "Flows", "Most used functions"), rows) if rows else "<p>None.</p>"
    return f"<section id=protocols><h2>Protocols</h2>{body}</section>\n"


def _most_used(counts: ProtocolSummary) -> str:
    ranked = sorted(counts.functions.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(name for name, _ in ranked[:6])


def _limits_section(store: Store) -> str:
    """What this report cannot say: losses, unknown traffic, detections that had nothing to judge by."""
    summary = merged_summary(store)
    items = [
        f"{esc(name.replace('_', ' '))}: {esc(amount(count))}"
        for name, count in sorted(summary.loss.items())
        if count
    ]
    items += [
        f"{esc(capture.name)}: {esc(text)}" for capture in summary.captures for text in capture.warnings
    ]
    items += [
        f"{esc(part.transport)} port {part.port}: {esc(amount(part.bytes, 'B'))} of no protocol that is known"
        for part in summary.unknown[:20]
    ]
    if summary.not_judged:
        items.append(f"Not judged, for nothing was learned before: {esc(', '.join(summary.not_judged))}")
    body = f"<ul>{''.join(f'<li>{item}' for item in items)}</ul>" if items else "<p>Everything was read.</p>"
    return f"<section id=limits><h2>What this report does not know</h2>{body}</section>\n"


def _severity(name: str) -> str:
    if not name:
        return ""
    known = name if name in {"critical", "high", "medium", "low", "informational"} else "other"
    return f'<span class="severity {known}">{esc(name)}</span>'
