"""The summary of an analysis, for people and for programs."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from sightglass.model import DeviceKind, rfc3339

if TYPE_CHECKING:
    from sightglass.model import Alert, Device, Finding, Summary
    from sightglass.sensor.pipeline import Result

SCHEMA_VERSION = 1
SHOWN_DEVICES = 40
SHOWN_ALERTS = 20
SHOWN_FINDINGS = 15
_RANK = {"critical": 0, "high": 1, "medium": 2, "low": 3, "informational": 4}
_COLOURS = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan", "informational": "dim"}


def _plugins(summary: Summary) -> dict[str, Any]:
    if not summary.plugins:
        return {}
    from sightglass.store.shapes import plugin_shape

    return {name: plugin_shape(each) for name, each in sorted(summary.plugins.items())}


def as_json(result: Result, findings: list[Finding]) -> str:
    """One JSON object with the totals."""
    summary = result.summary
    kinds = Counter(device.kind.value for device in result.devices)
    there = [device for device in result.devices if device.kind is DeviceKind.DEVICE]
    whole: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "packets": summary.packets,
        "bytes": summary.bytes,
        "first_time": rfc3339(summary.first_ts_ns) if summary.first_ts_ns is not None else None,
        "last_time": rfc3339(summary.last_ts_ns) if summary.last_ts_ns is not None else None,
        "site": summary.site,
        "zone": summary.zone,
        "loss": summary.loss,
        "protocols": {
            name: {
                "messages": each.messages,
                "flows": each.flows,
                "functions": each.functions,
                "bytes": each.bytes,
                "malformed": each.malformed,
                "unknown_functions": each.unknown_functions,
            }
            for name, each in summary.protocols.items()
        },
        "unknown": [
            {
                "transport": each.transport,
                "port": each.port,
                "flows": each.flows,
                "packets": each.packets,
                "bytes": each.bytes,
                "smallest": each.smallest,
                "mean": each.mean,
                "largest": each.largest,
                "entropy": each.entropy,
                "sample": each.sample,
            }
            for each in summary.unknown
        ],
        "plugins": _plugins(summary),
        "captures": [
            {"name": each.name, "sha256": each.sha256, "packets": each.packets, "cut": each.cut}
            for each in summary.captures
        ],
        "counts": {
            "devices": kinds["device"],
            "external": kinds["external"],
            "referred": kinds["referred"],
            "alerts": len(result.alerts),
            "findings": len(findings),
        },
        "devices_by_type": dict(sorted(Counter(device.type for device in there).items())),
        "alerts": [
            {
                "id": alert.id,
                "detection": alert.detection,
                "severity": alert.severity.value,
                "summary": alert.summary,
                "count": alert.count,
            }
            for alert in result.alerts
        ],
        "findings_by_confidence": dict(sorted(Counter(each.confidence.value for each in findings).items())),
        "not_judged": list(summary.not_judged),
        "stopped": result.stopped,
    }
    return json.dumps(whole, ensure_ascii=False)


def as_tables(result: Result, findings: list[Finding]) -> None:
    """Tables on stdout."""
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(highlight=False, soft_wrap=False)
    summary = result.summary
    there = [device for device in result.devices if device.kind is DeviceKind.DEVICE]
    others = len(result.devices) - len(there)
    span = ""
    if summary.first_ts_ns is not None and summary.last_ts_ns is not None:
        seconds = (summary.last_ts_ns - summary.first_ts_ns) / 1e9
        span = f" over {_duration(seconds)} from {rfc3339(summary.first_ts_ns)[:19]}Z"
    console.print(
        f"[bold]{summary.packets:,} packets[/bold], {summary.bytes:,} bytes{span}; "
        f"[bold]{len(there)} devices[/bold], {others} outside or only referred to"
    )

    if there:
        table = Table(box=box.SIMPLE_HEAD, title="Devices", title_justify="left", title_style="bold")
        for name in ("Address", "Name", "Type", "Level", "Vendor", "Model", "Firmware", "Protocols"):
            # An address in pieces cannot be read or copied; the texts beside it can do with less room.
            table.add_column(
                name,
                overflow="fold",
                no_wrap=name in {"Address", "Level"},
                justify="right" if name == "Level" else "left",
            )
        for device in sorted(there, key=_device_key)[:SHOWN_DEVICES]:
            level = "" if device.purdue_level is None else f"{device.purdue_level:g}"
            table.add_row(
                *map(
                    escape,
                    (
                        device.address,
                        device.name if device.name != device.address else "",
                        device.type,
                        level,
                        device.vendor,
                        device.model,
                        device.firmware,
                        " ".join(device.protocols),
                    ),
                )
            )
        console.print(table)
        if len(there) > SHOWN_DEVICES:
            console.print(f"and {len(there) - SHOWN_DEVICES} more; --out DIR writes all of them")

    if summary.protocols:
        table = Table(box=box.SIMPLE_HEAD, title="Protocols", title_justify="left", title_style="bold")
        for name in ("Protocol", "Messages", "Flows", "Most used functions"):
            table.add_column(
                name, justify="right" if name in {"Messages", "Flows"} else "left", overflow="fold"
            )
        for name, counts in sorted(summary.protocols.items(), key=lambda item: -item[1].messages):
            most = sorted(counts.functions.items(), key=lambda item: (-item[1], item[0]))[:4]
            functions = ", ".join(f"{function} {count:,}" for function, count in most)
            table.add_row(name, f"{counts.messages:,}", f"{counts.flows:,}", escape(functions))
        console.print(table)

    _alerts(console, result.alerts)
    _weak(console, result.devices, findings)
    if summary.unknown:
        largest = ", ".join(
            f"{each.transport} {each.port} ({each.bytes:,} B)" for each in summary.unknown[:6]
        )
        console.print(f"Not understood: {len(summary.unknown)} kinds of traffic, most of it {largest}")
    for name, plugin in sorted(summary.plugins.items()):
        faults = sum(plugin.faults.values())
        broken = f", [red]{faults} faults[/red]" if faults else ""
        console.print(
            f"Plug-in {name} ({escape(plugin.package)}): {plugin.claimed:,} flows, {plugin.bytes:,} B{broken}"
        )
    lost = {name: count for name, count in summary.loss.items() if count}
    if lost:
        console.print(
            "Loss and damage: " + ", ".join(f"{name} {count:,}" for name, count in sorted(lost.items()))
        )
    if summary.not_judged:
        console.print(f"Not judged without --learn: {', '.join(summary.not_judged)}")


def _alerts(console: Any, alerts: list[Alert]) -> None:
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    if not alerts:
        console.print("No alerts.")
        return
    table = Table(box=box.SIMPLE_HEAD, title="Alerts", title_justify="left", title_style="bold")
    for name in ("Severity", "Alert", "What", "Times", "First frame"):
        table.add_column(
            name, overflow="fold", justify="right" if name in {"Times", "First frame"} else "left"
        )
    ordered = sorted(alerts, key=lambda alert: (_RANK[alert.severity.value], alert.first_seen_ns, alert.id))
    for alert in ordered[:SHOWN_ALERTS]:
        colour = _COLOURS[alert.severity.value]
        frame = str(alert.evidence[0].frame) if alert.evidence else ""
        table.add_row(
            f"[{colour}]{alert.severity.value}[/{colour}]",
            escape(alert.title),
            escape(alert.summary),
            f"{alert.count:,}",
            frame,
        )
    console.print(table)
    if len(alerts) > SHOWN_ALERTS:
        console.print(f"and {len(alerts) - SHOWN_ALERTS} more")


def _weak(console: Any, devices: list[Device], findings: list[Finding]) -> None:
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    if not findings:
        return
    names = {device.id: device.name for device in devices}
    table = Table(box=box.SIMPLE_HEAD, title="Vulnerabilities", title_justify="left", title_style="bold")
    for name in ("Device", "CVE", "Score", "Exploited", "Confidence", "Fixed in", "Advisory"):
        table.add_column(name, overflow="fold")
    order = {"confirmed": 0, "probable": 1, "possible": 2}
    ranked = sorted(
        findings, key=lambda each: (not each.kev, order[each.confidence.value], -(each.score or 0), each.cve)
    )
    for each in ranked[:SHOWN_FINDINGS]:
        table.add_row(
            *map(
                escape,
                (
                    names.get(each.device, each.device),
                    each.cve,
                    "" if each.score is None else f"{each.score:.1f}",
                    "yes" if each.kev else "",
                    each.confidence.value,
                    each.fixed_in,
                    each.advisory,
                ),
            )
        )
    console.print(table)
    if len(findings) > SHOWN_FINDINGS:
        console.print(f"and {len(findings) - SHOWN_FINDINGS} more")


def _device_key(device: Device) -> tuple[float, int, tuple[int, ...] | str]:
    level = 9.0 if device.purdue_level is None else device.purdue_level
    parts = device.address.split(".")
    if len(parts) == 4 and all(part.isdigit() for part in parts):
        return (level, 0, tuple(int(part) for part in parts))
    return (level, 1, (0, *device.address.encode()))


def _duration(seconds: float) -> str:
    for length, name in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * length:
            return f"{seconds / length:.1f} {name}"
    return f"{seconds:.1f} seconds"
