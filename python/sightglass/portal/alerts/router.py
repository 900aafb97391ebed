"""Routes of alerts."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import FileResponse

from sightglass.model import Alert, AlertStatus
from sightglass.model.changes import AlertEdited
from sightglass.portal.alerts.schemas import (
    AlertDetail,
    AlertPatch,
    AlertQuery,
    AlertSummary,
    alert_detail,
    alert_summary,
)
from sightglass.portal.auth.access import Editor, Reader, StateDep
from sightglass.portal.shared import Stubs
from sightglass.portal.state import PortalState
from sightglass.portal.web.csv import CSV_ANSWER, csv_answer
from sightglass.portal.web.paging import FormatQuery, PageOf, PageQuery, page_of
from sightglass.portal.web.problems import ProblemError
from sightglass.reports.result_folder import evidence_name
from sightglass.store.shapes import alert_shape

router = APIRouter(prefix="/alerts", tags=["alerts"])


def _find(state: PortalState, alert_id: str) -> Alert:
    alert = state.store.alert(alert_id)
    if alert is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, f"No alert {alert_id[:64]}.")
    return alert


_PCAPNG = "application/x-pcapng"
_PACKETS_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"content": {_PCAPNG: {"schema": {"type": "string", "format": "binary"}}}}
}


def _packets(state: PortalState, alert: Alert) -> Path | None:
    """The file with an alert's packets, where there is one."""
    name = evidence_name(alert.id)
    if state.evidence is None or Path(name).name != name:
        return None
    path = state.evidence / name
    return path if path.is_file() else None


@router.get("", response_model=PageOf[AlertSummary], responses=CSV_ANSWER)
def list_alerts(
    query: Annotated[AlertQuery, Query()],
    page: PageQuery,
    state: StateDep,
    _user: Reader,
    form: FormatQuery = "json",
) -> Response | PageOf[AlertSummary]:
    """Alerts that match the filter, worst first."""
    where = query.to_filter()
    if form == "csv":
        return csv_answer("alerts", state.store.each_alert(where, page.sort), alert_shape)
    return page_of(state.store.alerts(where, page), alert_summary)


@router.get("/{alert_id}")
def get_alert(alert_id: str, state: StateDep, _user: Reader) -> AlertDetail:
    """One alert with its explanation, what to do about it, and the frames that show it."""
    alert = _find(state, alert_id)
    packets = _packets(state, alert)
    size = packets.stat().st_size if packets is not None else 0
    return alert_detail(alert, Stubs(state.store), state.techniques, size)


@router.get("/{alert_id}/packets", response_class=FileResponse, responses=_PACKETS_ANSWER)
def get_packets(alert_id: str, state: StateDep, _user: Reader) -> FileResponse:
    """The frames that show an alert, and those around them, as a pcapng file. They may hold secrets."""
    alert = _find(state, alert_id)
    packets = _packets(state, alert)
    if packets is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, "No packets are kept of this alert.")
    return FileResponse(
        packets, media_type=_PCAPNG, filename=packets.name, headers={"Cache-Control": "no-store"}
    )


@router.patch("/{alert_id}")
def edit_alert(alert_id: str, patch: AlertPatch, state: StateDep, user: Editor) -> AlertDetail:
    """Set the status, add a comment, or both. `learned` is refused where the detection does not learn."""
    alert = _find(state, alert_id)
    status = AlertStatus(patch.status) if patch.status else None
    if status is AlertStatus.LEARNED and not alert.learnable:
        raise ProblemError(HTTPStatus.CONFLICT, "This alert cannot be learned; close or mute it instead.")
    if status is None and not patch.comment.strip():
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "Give a status, a comment, or both.")
    record = AlertEdited(
        alert=alert.id,
        edit=secrets.token_hex(16),
        edited_at_ns=state.clock_ns(),
        status=status,
        comment=patch.comment.strip(),
        actor=user.name,
    )
    state.store.apply([record])
    return get_alert(alert.id, state, user)
