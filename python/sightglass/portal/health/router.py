"""Route of health."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import Field

from sightglass.portal.auth.access import Reader, StateDep
from sightglass.portal.shared import Schema

router = APIRouter(prefix="/health", tags=["health"])


class Health(Schema):
    """State of the portal."""

    status: Literal["ok"]
    revision: int = Field(description="Rises with every change of the state.")
    editable: bool
    history: bool = Field(description="Whether events can be asked for.")


@router.get("")
def get_health(state: StateDep, _user: Reader) -> Health:
    """Answers while the portal can read its state."""
    return Health(
        status="ok",
        revision=state.store.revision,
        editable=state.store.writable,
        history=state.history is not None,
    )
