"""Routes of connections."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from sightglass.portal.auth.access import Reader, StateDep
from sightglass.portal.connections.schemas import ConnectionOut, ConnectionQuery, connection
from sightglass.portal.shared import Stubs
from sightglass.portal.web.csv import CSV_ANSWER, csv_answer
from sightglass.portal.web.paging import FormatQuery, PageOf, PageQuery, page_of
from sightglass.store.shapes import connection_shape

router = APIRouter(prefix="/connections", tags=["connections"])


@router.get("", response_model=PageOf[ConnectionOut], responses=CSV_ANSWER)
def list_connections(
    query: Annotated[ConnectionQuery, Query()],
    page: PageQuery,
    state: StateDep,
    _user: Reader,
    form: FormatQuery = "json",
) -> Response | PageOf[ConnectionOut]:
    """Connections that match the filter, most bytes first."""
    where = query.to_filter()
    if form == "csv":
        return csv_answer("connections", state.store.each_connection(where, page.sort), connection_shape)
    stubs = Stubs(state.store)
    return page_of(state.store.connections(where, page), lambda item: connection(item, stubs))
