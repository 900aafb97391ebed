"""The login page and the console's files."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from string import Template

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from sightglass.portal.auth.access import StateDep

router = APIRouter(include_in_schema=False)

_PAGE = Template("""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sightglass</title>
<style>
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 15vh auto; padding: 0 1.5rem }
h1 { font-size: 1.4rem }
code { background: color-mix(in srgb, currentColor 12%, transparent); padding: .1em .35em }
</style>
<h1>$title</h1>
$body
</html>
""")

_LOGIN = _PAGE.substitute(
    title="Sign in to Sightglass",
    body="<p>Open the link that the program printed in its terminal when it started. It works once.</p>",
)
_USED = _PAGE.substitute(
    title="This link does not work any more",
    body=(
        "<p>A link signs in once. Stop the program with <kbd>Ctrl-C</kbd> and start it again"
        " to get a new one.</p>"
    ),
)
_NOT_BUILT = _PAGE.substitute(
    title="The console is not part of this installation",
    body=(
        "<p>This copy of Sightglass was installed without its built console. Run <code>make setup</code>"
        " in the source tree, or install a release. The interface for programs works: see"
        " <a href='/api/v1/openapi.json'>/api/v1/openapi.json</a>.</p>"
    ),
)


@router.get("/login")
def login(request: Request, state: StateDep, token: str = "") -> Response:
    """Trade the one-time link for a session."""
    if token:
        secret = state.sessions.redeem(token)
        if secret is not None:
            answer = RedirectResponse("/", HTTPStatus.SEE_OTHER)
            answer.set_cookie(
                state.cookie,
                secret,
                path="/",
                httponly=True,
                samesite="strict",
                secure=request.url.scheme == "https",
            )
            return answer
    if state.sessions.user(request.cookies.get(state.cookie)) is not None:
        return RedirectResponse("/", HTTPStatus.SEE_OTHER)
    status = HTTPStatus.FORBIDDEN if token else HTTPStatus.OK
    return HTMLResponse(_USED if token else _LOGIN, status, {"Cache-Control": "no-store"})


def serve(app: FastAPI, folder: Path) -> None:
    """Serve the built console; every path that is no file is a page of the console.

    The files hold no plant data, so they need no session; the data they show does.

    Args:
        app: Gets the routes, after those of the API.
        folder: The build's output; a page says so when it is missing.
    """
    app.include_router(router)
    root = folder.resolve()

    @app.get("/{path:path}", include_in_schema=False)
    def console(path: str) -> Response:
        """A file of the console, its page for every other path."""
        if path == "api" or path.startswith("api/"):
            return Response(status_code=HTTPStatus.NOT_FOUND)
        index = root / "index.html"
        if not index.is_file():
            return HTMLResponse(_NOT_BUILT, HTTPStatus.SERVICE_UNAVAILABLE)
        wanted = _inside(root, path)
        if wanted is None:
            return FileResponse(index, headers={"Cache-Control": "no-cache"})
        # The build puts a hash into the names below assets/, so those never change.
        keep = "public, max-age=31536000, immutable" if path.startswith("assets/") else "no-cache"
        return FileResponse(wanted, headers={"Cache-Control": keep})


def _inside(root: Path, path: str) -> Path | None:
    if not path or "\x00" in path:
        return None
    try:
        wanted = (root / path).resolve()
    except OSError:
        return None
    return wanted if wanted.is_relative_to(root) and wanted.is_file() else None
