"""One-time login links and the sessions they start; kept in memory, gone with the process."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

IDLE_S = 12 * 3600  # a shift: an unused session ends
_MAX_SESSIONS = 64  # one operator's browsers; the oldest goes first


@dataclass(slots=True)
class _Session:
    user: str
    used_at_s: float


class Sessions:
    """Hands out one-time links and knows who is signed in.

    Only hashes are kept, so a memory dump or a debug log holds nothing that opens a session.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Start with nobody signed in.

        Args:
            clock: Seconds that never step back.
        """
        self._clock = clock
        self._links: dict[bytes, str] = {}
        self._sessions: dict[bytes, _Session] = {}
        self._lock = Lock()

    def new_link_token(self, user: str = "operator") -> str:
        """Make a token that signs its bearer in once."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._links[_digest(token)] = user
        return token

    def redeem(self, token: str) -> str | None:
        """Trade a link's token for a session.

        Returns:
            The session's secret for the cookie, None when the token is unknown or was used.
        """
        with self._lock:
            user = self._take_link(_digest(token))
            if user is None:
                return None
            secret = secrets.token_urlsafe(32)
            while len(self._sessions) >= _MAX_SESSIONS:
                del self._sessions[min(self._sessions, key=lambda key: self._sessions[key].used_at_s)]
            self._sessions[_digest(secret)] = _Session(user, self._clock())
            return secret

    def _take_link(self, wanted: bytes) -> str | None:
        for known in self._links:
            if hmac.compare_digest(known, wanted):
                return self._links.pop(known)
        return None

    def user(self, secret: str | None) -> str | None:
        """Who holds this session secret; None when nobody does or it was idle too long."""
        if not secret:
            return None
        key = _digest(secret)
        with self._lock:
            session = self._sessions.get(key)
            if session is None:
                return None
            now = self._clock()
            if now - session.used_at_s > IDLE_S:
                del self._sessions[key]
                return None
            session.used_at_s = now
            return session.user

    def end(self, secret: str | None) -> None:
        """Sign out."""
        if secret:
            with self._lock:
                self._sessions.pop(_digest(secret), None)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
