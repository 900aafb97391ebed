"""Route of raw events."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query

from sightglass.model import parse_rfc3339, rfc3339
from sightglass.portal.auth.access import Reader, StateDep
from sightglass.portal.events.schemas import EventPage, EventQueryIn
from sightglass.portal.state import PortalState
from sightglass.portal.web.problems import ProblemError

router = APIRouter(prefix="/events", tags=["events"])


@router.get("")
def list_events(query: Annotated[EventQueryIn, Query()], state: StateDep, _user: Reader) -> EventPage:
    """Raw events out of history, newest first; empty when the result folder has no history."""
    addresses = _addresses(query, state)
    since, until = _time("since", query.since), _time("until", query.until)
    if state.history is None:
        return EventPage(kind=query.kind, columns=[], items=[], next=None, total=0)
    from sightglass.history.reader import EventQuery, HistoryReader

    wanted = EventQuery(addresses, tuple(query.protocol), since, until, query.limit + 1, query.offset)
    with HistoryReader(state.history) as reader:
        rows = reader.events(query.kind, wanted)
        columns, total = reader.columns(query.kind), reader.count(query.kind)
    more = query.offset + query.limit if len(rows) > query.limit else None
    items = [_with_time(row) for row in rows[: query.limit]]
    return EventPage(kind=query.kind, columns=list(columns), items=items, next=more, total=total)


def _addresses(query: EventQueryIn, state: PortalState) -> tuple[str, ...]:
    if not query.device:
        return tuple(query.address)
    device = state.store.device(query.device)
    if device is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, f"No device {query.device[:64]}.")
    return (*query.address, *(device.ips or device.macs))


def _time(name: str, text: str) -> int | None:
    if not text:
        return None
    try:
        return parse_rfc3339(text)
    except ValueError as error:
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, f"{name}: {error}") from error


def _with_time(row: dict[str, Any]) -> dict[str, Any]:
    ts_ns = row.get("ts_ns", row.get("last_ts_ns"))
    return {**row, "time": rfc3339(ts_ns) if isinstance(ts_ns, int) else ""}
