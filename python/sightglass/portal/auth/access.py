"""Access as a parameter type: a route without one of these stands out, and a test refuses it."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request

from sightglass.portal.state import PortalState
from sightglass.portal.web.problems import ProblemError


@dataclass(frozen=True, slots=True)
class User:
    """Who is asking."""

    name: str


def _state(request: Request) -> PortalState:
    found = request.app.state.portal
    assert isinstance(found, PortalState)
    return found


def _reader(request: Request, state: Annotated[PortalState, Depends(_state)]) -> User:
    name = state.sessions.user(request.cookies.get(state.cookie))
    if name is None:
        raise ProblemError(
            HTTPStatus.UNAUTHORIZED, "Not signed in. Open the link that the program printed when it started."
        )
    return User(name)


def _editor(user: Annotated[User, Depends(_reader)], state: Annotated[PortalState, Depends(_state)]) -> User:
    if not state.store.writable:
        raise ProblemError(
            HTTPStatus.FORBIDDEN, "This state is open for reading only; start with --edit to change it."
        )
    return user


StateDep = Annotated[PortalState, Depends(_state)]
"""What the routes work on. It gives no access: a route takes `Reader` or `Editor` beside it."""
Reader = Annotated[User, Depends(_reader)]
"""Somebody who is signed in."""
Editor = Annotated[User, Depends(_editor)]
"""Somebody who is signed in, on a store that takes edits."""
