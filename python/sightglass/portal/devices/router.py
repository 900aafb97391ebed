"""Routes of devices."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Response

from sightglass.model import Device
from sightglass.model.changes import DeviceEdited
from sightglass.portal.activities.schemas import ActivityOut, activity
from sightglass.portal.alerts.schemas import AlertSummary, alert_summary
from sightglass.portal.auth.access import Editor, Reader, StateDep
from sightglass.portal.connections.schemas import ConnectionOut, connection
from sightglass.portal.devices.schemas import (
    DeviceDetail,
    DeviceFacets,
    DevicePatch,
    DeviceQuery,
    DeviceSummary,
    FacetValue,
    detail,
    summary,
)
from sightglass.portal.findings.schemas import FindingOut, finding
from sightglass.portal.shared import Stubs
from sightglass.portal.state import PortalState
from sightglass.portal.web.csv import CSV_ANSWER, csv_answer
from sightglass.portal.web.paging import FormatQuery, PageOf, PageQuery, page_of
from sightglass.portal.web.problems import ProblemError
from sightglass.store import (
    ActivityFilter,
    AlertFilter,
    ConnectionFilter,
    DeviceFilter,
    FindingFilter,
    Page,
)
from sightglass.store.shapes import device_shape

router = APIRouter(prefix="/devices", tags=["devices"])


def _find(state: PortalState, device_id: str) -> Device:
    device = state.store.device(device_id)
    if device is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, f"No device {device_id[:64]}.")
    return device


def _detail(state: PortalState, device: Device) -> DeviceDetail:
    return detail(device, state.store.related((device.id,)).get(device.id))


def _rows(state: PortalState, page: Page[Device]) -> PageOf[DeviceSummary]:
    related = state.store.related(device.id for device in page.items)
    return page_of(page, lambda device: summary(device, related.get(device.id)))


@router.get("", response_model=PageOf[DeviceSummary], responses=CSV_ANSWER)
def list_devices(
    query: Annotated[DeviceQuery, Query()],
    page: PageQuery,
    state: StateDep,
    _user: Reader,
    form: FormatQuery = "json",
) -> Response | PageOf[DeviceSummary]:
    """Devices that match the filter, by name unless `sort` says otherwise."""
    where = query.to_filter()
    if form == "csv":
        return csv_answer("devices", state.store.each_device(where, page.sort), device_shape)
    return _rows(state, state.store.devices(where, page))


@router.get("/facets")
def device_facets(query: Annotated[DeviceQuery, Query()], state: StateDep, _user: Reader) -> DeviceFacets:
    """Values of the filterable fields among the devices that match the filter, most frequent first."""
    where = query.to_filter()
    return DeviceFacets(**{field: _facet(state, where, field) for field in DeviceFacets.model_fields})


def _facet(state: PortalState, where: DeviceFilter, field: str) -> list[FacetValue]:
    counts = state.store.group(where, field)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
    return [FacetValue(value=value, count=count) for value, count in ordered]


@router.get("/{device_id}")
def get_device(device_id: str, state: StateDep, _user: Reader) -> DeviceDetail:
    """One device with every attribute's candidate values and the frames that show them."""
    return _detail(state, _find(state, device_id))


@router.patch("/{device_id}")
def edit_device(device_id: str, patch: DevicePatch, state: StateDep, user: Editor) -> DeviceDetail:
    """Say what a device really is; an operator's word wins over what was observed."""
    device = _find(state, device_id)
    record = DeviceEdited(
        device=device.id,
        edit=secrets.token_hex(16),
        edited_at_ns=state.clock_ns(),
        actor=user.name,
        **patch.model_dump(exclude_none=True),
    )
    state.store.apply([record])
    return _detail(state, _find(state, device.id))


@router.get("/{device_id}/connections")
def device_connections(
    device_id: str, page: PageQuery, state: StateDep, _user: Reader
) -> PageOf[ConnectionOut]:
    """Connections with this device on either end, most bytes first."""
    where = ConnectionFilter(device=(_find(state, device_id).id,))
    stubs = Stubs(state.store)
    return page_of(state.store.connections(where, page), lambda item: connection(item, stubs))


@router.get("/{device_id}/activities")
def device_activities(device_id: str, page: PageQuery, state: StateDep, _user: Reader) -> PageOf[ActivityOut]:
    """Activities with this device on either end, most frequent first."""
    where = ActivityFilter(device=(_find(state, device_id).id,))
    stubs = Stubs(state.store)
    return page_of(state.store.activities(where, page), lambda item: activity(item, stubs))


@router.get("/{device_id}/alerts")
def device_alerts(device_id: str, page: PageQuery, state: StateDep, _user: Reader) -> PageOf[AlertSummary]:
    """Alerts with this device as source or destination, worst first."""
    where = AlertFilter(device=(_find(state, device_id).id,))
    return page_of(state.store.alerts(where, page), alert_summary)


@router.get("/{device_id}/findings")
def device_findings(device_id: str, page: PageQuery, state: StateDep, _user: Reader) -> PageOf[FindingOut]:
    """Weaknesses of this device, highest score first."""
    where = FindingFilter(device=(_find(state, device_id).id,))
    stubs = Stubs(state.store)
    return page_of(state.store.findings(where, page), lambda item: finding(item, stubs))
