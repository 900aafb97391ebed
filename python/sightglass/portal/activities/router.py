"""Routes of activities."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from sightglass.portal.activities.schemas import ActivityOut, ActivityQuery, activity
from sightglass.portal.auth.access import Reader, StateDep
from sightglass.portal.shared import Stubs
from sightglass.portal.web.csv import CSV_ANSWER, csv_answer
from sightglass.portal.web.paging import FormatQuery, PageOf, PageQuery, page_of
from sightglass.store.shapes import activity_shape

router = APIRouter(prefix="/activities", tags=["activities"])


@router.get("", response_model=PageOf[ActivityOut], responses=CSV_ANSWER)
def list_activities(
    query: Annotated[ActivityQuery, Query()],
    page: PageQuery,
    state: StateDep,
    _user: Reader,
    form: FormatQuery = "json",
) -> Response | PageOf[ActivityOut]:
    """Activities that match the filter, most frequent first."""
    where = query.to_filter()
    if form == "csv":
        return csv_answer("activities", state.store.each_activity(where, page.sort), activity_shape)
    stubs = Stubs(state.store)
    return page_of(state.store.activities(where, page), lambda item: activity(item, stubs))
