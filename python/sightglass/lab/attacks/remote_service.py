"""A Windows host made to run a program from afar (ATT&CK for ICS T0886)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightglass.lab.attacks.base import Attack
from sightglass.lab.protocols import dcerpc
from sightglass.lab.stack.tcp import TcpSession

if TYPE_CHECKING:
    from sightglass.lab.sim import Script

OPEN, CREATE, START = 15, 12, 19
REGISTER_TASK, RUN_TASK = 1, 12


class RemoteService(Attack):
    """A service created and started, or a task registered and run, over DCE/RPC."""

    name = "remote-service"
    expected = ("windows-remote-control",)
    summary = "a service or task is set up on the SCADA server from another host"
    insiders = ("hmi", "engineering", "historian")

    def script(self) -> Script:
        """Bind to the interface and call what the seed chose."""
        self.protocol("dcerpc")
        target = self.pick("scada")
        port = self.rng.randrange(49_664, 49_700)
        services = self.rng.random() < 0.5
        interface = dcerpc.SERVICES if services else dcerpc.TASKS
        operations = (OPEN, CREATE, START) if services else (REGISTER_TASK, RUN_TASK)
        session = TcpSession(self.world.net, self.source, target.host, port, tag=self.record)
        yield from session.connect()
        answer = dcerpc.bind_ack(1, port, self.rng.randrange(1, 1 << 16))
        yield from session.exchange(dcerpc.bind(1, interface), answer)
        for number, operation in enumerate(operations, 2):
            arguments = self.rng.randbytes(16 * self.rng.randint(3, 15))
            request = dcerpc.call(number, "request", operation, arguments)
            response = dcerpc.call(number, "response", operation, self.rng.randbytes(32))
            yield from session.exchange(request, response)
            yield self.world.net.jitter_ns(0.01, 0.2)
        yield from session.close()
