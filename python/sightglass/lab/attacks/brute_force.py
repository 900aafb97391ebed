"""Passwords tried one after the other (ATT&CK for ICS T0859, T0812)."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, ClassVar

from sightglass.lab.attacks.base import Attack
from sightglass.lab.protocols import text
from sightglass.lab.stack.tcp import TcpSession

if TYPE_CHECKING:
    from sightglass.lab.plant import Device
    from sightglass.lab.sim import Script

USERS = ("admin", "root", "operator", "user", "service", "USER")
WORDS = ("admin", "1234", "password", "plant", "letmein", "default", "0000", "service", "system", "changeme")


class BruteForce(Attack):
    """Refused log-ins over HTTP, FTP or Telnet, by seed."""

    name = "brute-force"
    expected = ("brute-force",)
    possible: ClassVar[tuple[str, ...]] = (
        "new-controller-connection",
        "new-function",
        "unauthorised-write",
        "failed-login",
    )
    summary = "many refused log-ins in a row"
    insiders = ("hmi", "historian", "engineering")

    def script(self) -> Script:
        """Try 40 to 120 passwords on a switch or a controller."""
        steps = {"http": self._http, "ftp": self._ftp, "telnet": self._telnet}
        kind = self.rng.choice(sorted(steps))
        self.protocol(kind)
        target = self.pick("modicon" if kind == "ftp" else "switch")
        for _ in range(self.rng.randint(40, 120)):
            user = self.rng.choice(USERS)
            word = self.rng.choice(WORDS) + str(self.rng.randrange(100))
            yield from steps[kind](target, user, word)
            yield self.world.net.jitter_ns(0.05, 0.5)

    def _session(self, target: Device, port: int) -> TcpSession:
        return TcpSession(self.world.net, self.source, target.host, port, tag=self.record)

    def _http(self, target: Device, user: str, word: str) -> Script:
        session = self._session(target, text.HTTP_PORT)
        yield from session.connect()
        secret = base64.b64encode(f"{user}:{word}".encode()).decode()
        headers = (f"Authorization: Basic {secret}",)
        request = text.http_request(
            "GET", target.host.ip_text, "/config.html", "python-requests/2.31.0", headers
        )
        refuse = ('WWW-Authenticate: Basic realm="switch"',)
        response = text.http_response(
            "GET", 401, "WebServer/2.1", "text/html", b"<html>denied</html>", refuse
        )
        yield from session.exchange(request, response)
        yield from session.close()

    def _ftp(self, target: Device, user: str, word: str) -> Script:
        session = self._session(target, text.FTP_PORT)
        yield from session.connect()
        yield from session.send(text.ftp_response("connect", 220, "FTP server ready."), from_client=False)
        yield self.world.net.jitter_ns(0.005, 0.02)
        first = text.ftp_response("user", 331, "Password required")
        yield from session.exchange(text.ftp_request("user", user), first)
        second = text.ftp_response("pass", 530, "Login incorrect.")
        yield from session.exchange(text.ftp_request("pass", word), second)
        yield from session.close()

    def _telnet(self, target: Device, user: str, word: str) -> Script:
        session = self._session(target, text.TELNET_PORT)
        yield from session.connect()
        yield from session.send(text.telnet(b"\r\nUser: ", "response"), from_client=False)
        yield self.world.net.jitter_ns(0.005, 0.02)
        for line, answer in ((user, b"Password: "), (word, b"\r\nLogin incorrect\r\n")):
            request = text.telnet(f"{line}\r\n".encode(), "request")
            yield from session.exchange(request, text.telnet(answer, "response"))
        yield from session.close(by_client=False)
