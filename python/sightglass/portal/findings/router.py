"""Routes of findings."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from sightglass.portal.auth.access import Reader, StateDep
from sightglass.portal.findings.schemas import FindingOut, FindingQuery, finding
from sightglass.portal.shared import Stubs
from sightglass.portal.web.csv import CSV_ANSWER, csv_answer
from sightglass.portal.web.paging import FormatQuery, PageOf, PageQuery, page_of
from sightglass.store.shapes import finding_shape

router = APIRouter(prefix="/findings", tags=["findings"])


@router.get("", response_model=PageOf[FindingOut], responses=CSV_ANSWER)
def list_findings(
    query: Annotated[FindingQuery, Query()],
    page: PageQuery,
    state: StateDep,
    _user: Reader,
    form: FormatQuery = "json",
) -> Response | PageOf[FindingOut]:
    """Weaknesses that match the filter, highest score first."""
    where = query.to_filter()
    if form == "csv":
        return csv_answer("findings", state.store.each_finding(where, page.sort), finding_shape)
    stubs = Stubs(state.store)
    return page_of(state.store.findings(where, page), lambda item: finding(item, stubs))
