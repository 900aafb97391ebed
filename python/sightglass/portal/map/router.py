"""Route of the map."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from sightglass.portal.auth.access import Reader, StateDep
from sightglass.portal.devices.schemas import DeviceQuery
from sightglass.portal.map.schemas import MapOut, map_out
from sightglass.reports.plant_map import EDGE_KEYS, build_map
from sightglass.store import ConnectionFilter

router = APIRouter(prefix="/map", tags=["map"])


@router.get("")
def get_map(query: Annotated[DeviceQuery, Query()], state: StateDep, _user: Reader) -> MapOut:
    """Devices that match the filter in Purdue lanes, and who of them talks with whom."""
    devices = list(state.store.each_device(query.to_filter()))
    related = state.store.related(device.id for device in devices)
    traffic = state.store.traffic(ConnectionFilter(protocol=tuple(query.protocol)), EDGE_KEYS)
    return map_out(build_map(devices, traffic, related))
