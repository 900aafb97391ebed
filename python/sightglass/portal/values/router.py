"""Routes of values."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from sightglass.portal.auth.access import Reader, StateDep
from sightglass.portal.shared import Stubs
from sightglass.portal.values.schemas import ValueOut, ValueQuery, value
from sightglass.portal.web.csv import CSV_ANSWER, csv_answer
from sightglass.portal.web.paging import FormatQuery, PageOf, PageQuery, page_of
from sightglass.store.shapes import value_shape

router = APIRouter(prefix="/values", tags=["values"])


@router.get("", response_model=PageOf[ValueOut], responses=CSV_ANSWER)
def list_values(
    query: Annotated[ValueQuery, Query()],
    page: PageQuery,
    state: StateDep,
    _user: Reader,
    form: FormatQuery = "json",
) -> Response | PageOf[ValueOut]:
    """Process values that match the filter, by owner."""
    where = query.to_filter()
    if form == "csv":
        return csv_answer("values", state.store.each_value(where, page.sort), value_shape)
    stubs = Stubs(state.store)
    return page_of(state.store.values(where, page), lambda item: value(item, stubs))
