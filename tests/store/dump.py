"""All that a store holds, for comparing."""

from __future__ import annotations

from typing import Any

from sightglass.store import (
    ActivityFilter,
    AlertFilter,
    ConnectionFilter,
    DeviceFilter,
    FindingFilter,
    Store,
    ValueFilter,
)


def dump(store: Store) -> dict[str, Any]:
    """Everything, in the store's own order."""
    return {
        "devices": list(store.each_device(DeviceFilter())),
        "connections": list(store.each_connection(ConnectionFilter())),
        "activities": list(store.each_activity(ActivityFilter())),
        "alerts": list(store.each_alert(AlertFilter())),
        "findings": list(store.each_finding(FindingFilter())),
        "values": list(store.each_value(ValueFilter())),
        "summaries": store.summaries(),
        "sites": store.sites(),
        "zones": store.zones(),
        "baseline": list(store.baseline()),
        "related": dict(store.related(device.id for device in store.each_device(DeviceFilter()))),
    }
