"""Errors as problem details (RFC 9457), mapped in one place."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from sightglass.store import BadQueryError, ReadOnlyError, UnknownTargetError

MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """What went wrong, in a form for programs and people."""

    type: str = Field(default="about:blank", description="Kind of the problem.")
    title: str = Field(description="The status in words.")
    status: int = Field(description="HTTP status.")
    detail: str = Field(default="", description="What was wrong with this request, and what to do.")


class ProblemError(Exception):
    """Ends the request with a problem answer."""

    def __init__(self, status: HTTPStatus, detail: str) -> None:
        """Say which status and why.

        Args:
            status: HTTP status.
            detail: For people; holds nothing secret.
        """
        super().__init__(detail)
        self.status = status
        self.detail = detail


def problem(status: int, detail: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """Build a problem answer."""
    body = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail)
    return JSONResponse(body.model_dump(), status, headers, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Map every error that routes may raise."""
    app.add_exception_handler(ProblemError, _problem)
    app.add_exception_handler(BadQueryError, _bad_query)
    app.add_exception_handler(UnknownTargetError, _unknown)
    app.add_exception_handler(ReadOnlyError, _read_only)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _failed)


def _problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return problem(error.status, error.detail)


def _bad_query(_request: Request, error: Exception) -> Response:
    return problem(HTTPStatus.BAD_REQUEST, str(error))


def _unknown(_request: Request, error: Exception) -> Response:
    return problem(HTTPStatus.NOT_FOUND, str(error.args[0]))


def _read_only(_request: Request, _error: Exception) -> Response:
    return problem(
        HTTPStatus.FORBIDDEN, "This state is open for reading only; start with --edit to change it."
    )


def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = (f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors())
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "; ".join(faults)[:2000])


def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers) if error.headers else None
    return problem(error.status_code, str(error.detail), headers)


def _failed(_request: Request, _error: Exception) -> Response:
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "The server failed; its log on stderr says why.")
