"""Routes of the session."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from sightglass.portal.auth.access import Reader, StateDep
from sightglass.portal.shared import Schema

router = APIRouter(prefix="/session", tags=["session"])


class SessionOut(Schema):
    """Who is signed in."""

    user: str
    editable: bool


@router.get("")
def get_session(state: StateDep, user: Reader) -> SessionOut:
    """Who is signed in, and whether edits are possible."""
    return SessionOut(user=user.name, editable=state.store.writable)


@router.delete("", status_code=HTTPStatus.NO_CONTENT)
def end_session(request: Request, response: Response, state: StateDep, _user: Reader) -> None:
    """Sign out."""
    state.sessions.end(request.cookies.get(state.cookie))
    response.delete_cookie(state.cookie, path="/", httponly=True, samesite="strict")
