"""A password guessed once or twice (ATT&CK for ICS T0812)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightglass.lab.attacks.brute_force import BruteForce

if TYPE_CHECKING:
    from sightglass.lab.sim import Script


class GuessedLogin(BruteForce):
    """Default accounts tried by hand, all refused."""

    name = "guessed-login"
    expected = ("failed-login",)
    possible = ()
    summary = "a few log-ins with default accounts are refused"

    def script(self) -> Script:
        """One to three tries over HTTP or FTP."""
        kind = self.rng.choice(["ftp", "http"])
        self.protocol(kind)
        target = self.pick("modicon" if kind == "ftp" else "switch")
        step = self._ftp if kind == "ftp" else self._http
        for user in self.rng.sample(["admin", "root", "USER"], self.rng.randint(1, 3)):
            yield from step(target, user, user)
            yield self.world.net.jitter_ns(2.0, 8.0)
