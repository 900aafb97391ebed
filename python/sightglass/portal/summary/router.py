"""Route of the overview."""

from __future__ import annotations

from fastapi import APIRouter

from sightglass.model import rfc3339
from sightglass.portal.alerts.schemas import alert_summary
from sightglass.portal.auth.access import Reader, StateDep
from sightglass.portal.devices.schemas import FacetValue, summary
from sightglass.portal.summary.schemas import CaptureOut, ScopeSummary, SummaryOut
from sightglass.store import (
    ActivityFilter,
    AlertFilter,
    ConnectionFilter,
    DeviceFilter,
    FindingFilter,
    PageRequest,
    Store,
    ValueFilter,
)
from sightglass.store.filters import Filter
from sightglass.store.shapes import summary_shape
from sightglass.store.statistics import protocol_totals

router = APIRouter(prefix="/summary", tags=["summary"])

_ONE = PageRequest(limit=1)
_FEW = PageRequest(limit=5)


@router.get("")
def get_summary(state: StateDep, _user: Reader) -> SummaryOut:
    """What was read, what is there, what is wrong and what is weak, in numbers."""
    store = state.store
    kinds = store.group(DeviceFilter(), "kind")
    present, is_open = DeviceFilter(kind=("device",)), AlertFilter(open=True)
    summaries = store.summaries()
    first = [item.first_ts_ns for item in summaries if item.first_ts_ns is not None]
    last = [item.last_ts_ns for item in summaries if item.last_ts_ns is not None]
    totals = protocol_totals(store)
    risky = store.devices(DeviceFilter(kind=("device",)), PageRequest("-risk", 5)).items
    related = store.related(device.id for device in risky)
    open_alerts = store.alerts(is_open, _FEW)
    return SummaryOut(
        title=state.title,
        editable=store.writable,
        revision=store.revision,
        packets=sum(item.packets for item in summaries),
        bytes=sum(item.bytes for item in summaries),
        first_time=rfc3339(min(first)) if first else None,
        last_time=rfc3339(max(last)) if last else None,
        devices=kinds.get("device", 0),
        external=kinds.get("external", 0),
        referred=kinds.get("referred", 0),
        connections=store.connections(ConnectionFilter(), _ONE).total,
        activities=store.activities(ActivityFilter(), _ONE).total,
        alerts=store.alerts(AlertFilter(), _ONE).total,
        open_alerts=open_alerts.total,
        findings=store.findings(FindingFilter(), _ONE).total,
        values=store.values(ValueFilter(), _ONE).total,
        devices_by_type=_counts(store, present, "type"),
        devices_by_vendor=_counts(store, present, "vendor"),
        devices_by_level=_counts(store, present, "purdue_level"),
        open_alerts_by_severity=_counts(store, is_open, "severity"),
        open_alerts_by_engine=_counts(store, is_open, "engine"),
        findings_by_severity=_counts(store, FindingFilter(), "severity"),
        findings_by_confidence=_counts(store, FindingFilter(), "confidence"),
        activities_by_category=_counts(store, ActivityFilter(), "category"),
        protocols=[name for name, _ in sorted(totals.items(), key=lambda item: (-item[1].messages, item[0]))],
        latest_alerts=[alert_summary(alert) for alert in open_alerts.items],
        riskiest_devices=[summary(device, related.get(device.id)) for device in risky if device.risk],
        scopes=_scopes(store),
    )


def _counts(store: Store, where: Filter, field: str) -> list[FacetValue]:
    counts = sorted(store.group(where, field).items(), key=lambda item: (-item[1], str(item[0])))
    return [FacetValue(value=value, count=count) for value, count in counts]


def _scopes(store: Store) -> list[ScopeSummary]:
    found = []
    for item in store.summaries():
        shape = summary_shape(item)
        captures = [CaptureOut(**capture) for capture in shape["captures"]]
        names = ("site", "zone", "packets", "bytes", "first_time", "last_time", "loss", "not_judged")
        found.append(ScopeSummary(**{name: shape[name] for name in names}, captures=captures))
    return found
