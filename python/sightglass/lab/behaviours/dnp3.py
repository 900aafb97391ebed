"""The telemetry front end and its RTUs: integrity and class polls, unasked reports, time, a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightglass.lab.protocols import dnp3
from sightglass.lab.stack.tcp import TcpSession

if TYPE_CHECKING:
    from sightglass.lab.plant import Device
    from sightglass.lab.sim import Script
    from sightglass.lab.stack.host import Host
    from sightglass.lab.stack.network import Tag
    from sightglass.lab.world import World

NEED_TIME, RESTARTED = 0x1000, 0x8000  # internal indications, first byte in the high half


class Dnp3Link:
    """A master's connection to one outstation."""

    def __init__(self, world: World, master: Host, device: Device, tag: Tag | None = None) -> None:
        self.world = world
        self.device = device
        self.session = TcpSession(world.net, master, device.host, dnp3.PORT, tag=tag, keepalive_s=60.0)
        rng = world.plant.rng(f"dnp3/{device.name}")
        self.outstation = rng.randrange(2, 60)
        self.master = rng.choice([1, 100, 1024])
        self.analogs = rng.randint(8, 60)
        self.binaries = rng.randint(8, 40)
        self.indications = 0
        self._sequence = world.rng.randrange(16)
        self._unsolicited = world.rng.randrange(16)
        self._transport = {True: world.rng.randrange(64), False: world.rng.randrange(64)}

    def open(self) -> Script:
        """The TCP connection."""
        yield from self.session.connect()

    def transmit(self, application: bytes, *, from_master: bool) -> Script:
        """Send one fragment."""
        if from_master:
            link = (dnp3.FROM_MASTER, self.outstation, self.master)
        else:
            link = (dnp3.FROM_OUTSTATION, self.master, self.outstation)
        first = self._transport[from_master]
        self._transport[from_master] = first + 1 + len(application) // dnp3.SEGMENT_BYTES & 63
        yield from self.session.send(dnp3.fragment(link, first, application), from_client=from_master)

    def ask(self, function: int, objects: bytes, answer: bytes, *, ask_confirm: bool = False) -> Script:
        """A request, its response, and the confirmation when the response asks for one."""
        self._sequence = self._sequence + 1 & 15
        yield from self.transmit(dnp3.request(self._sequence, function, objects), from_master=True)
        yield self.world.net.think_ns(self.device.host)
        reply = dnp3.response(self._sequence, self.indications, answer, ask_confirm=ask_confirm)
        yield from self.transmit(reply, from_master=False)
        yield self.world.net.jitter_ns(0.001, 0.006)
        if ask_confirm:
            yield from self.transmit(dnp3.confirm(self._sequence), from_master=True)

    def integrity(self) -> Script:
        """Read all four classes: every static value."""
        process, time_s = self.device.process, self.world.process_s
        answer = (
            dnp3.binaries([process.bit(index, time_s) for index in range(self.binaries)])
            + dnp3.analogs([int(process.value(index, time_s) * 100) for index in range(self.analogs)])
            + dnp3.counters([int(process.value(index * 4 + 3, time_s)) for index in range(4)])
        )
        classes = b"".join(dnp3.CLASS_OBJECTS[number] for number in (1, 2, 3, 0))
        yield from self.ask(dnp3.READ, classes, answer)

    def events(self) -> Script:
        """Read classes 1 to 3; often nothing has happened."""
        rng, time_s = self.world.rng, self.world.process_s
        classes = b"".join(dnp3.CLASS_OBJECTS[number] for number in (1, 2, 3))
        if rng.random() < 0.5:
            yield from self.ask(dnp3.READ, classes, b"")
            return
        indexes = rng.sample(range(self.analogs), rng.randint(1, 4))
        answer = dnp3.analog_events([(i, int(self.device.process.value(i, time_s) * 100)) for i in indexes])
        yield from self.ask(dnp3.READ, classes, answer, ask_confirm=True)

    def report(self) -> Script:
        """The outstation reports a change without being asked."""
        rng, time_s = self.world.rng, self.world.process_s
        index = rng.randrange(self.binaries)
        now_ms = self.world.sim.now_ns // 1_000_000
        objects = dnp3.binary_events([(index, self.device.process.bit(index, time_s))], now_ms)
        self._unsolicited = self._unsolicited + 1 & 15
        yield from self.transmit(dnp3.unsolicited(self._unsolicited, objects), from_master=False)
        yield self.world.net.jitter_ns(0.001, 0.006)
        yield from self.transmit(dnp3.confirm(self._unsolicited, unsolicited=True), from_master=True)

    def set_time(self) -> Script:
        """Measure the delay, then write the time."""
        yield from self.ask(dnp3.DELAY_MEASURE, b"", dnp3.fine_delay(self.world.rng.randint(1, 8)))
        yield from self.ask(dnp3.WRITE, dnp3.set_time(self.world.sim.now_ns // 1_000_000), b"")

    def operate(self, index: int, code: int) -> Script:
        """Select a relay, then operate it."""
        block = dnp3.relay(index, code)
        yield from self.ask(dnp3.SELECT, block, block)
        yield from self.ask(dnp3.OPERATE, block, block)

    def enable_unsolicited(self) -> Script:
        """Let the outstation report classes 1 to 3."""
        classes = b"".join(dnp3.CLASS_OBJECTS[number] for number in (1, 2, 3))
        yield from self.ask(dnp3.ENABLE_UNSOLICITED, classes, b"")

    def close(self) -> Script:
        """End the connection."""
        yield from self.session.close()


def poll(world: World, client: Device, device: Device, period_s: float) -> Script:
    """One outstation's day."""
    yield world.later(world.rng.uniform(0.1, 3.0))
    link = Dnp3Link(world, client.host, device)
    yield from link.open()
    yield from link.integrity()
    yield from link.enable_unsolicited()
    yield from link.set_time()
    yield from world.perform(
        [
            world.every(period_s, link.events),
            world.every(period_s * 12, link.integrity),
            world.every(37.0, link.report),
            world.every(900.0, link.set_time),
            world.rarely(2, lambda: link.operate(3, world.rng.choice([3, 4]))),
        ]
    )


def start(world: World) -> None:
    """The front end polls every RTU."""
    rng = world.plant.rng("dnp3")
    for device in world.plant.of("rtu"):
        world.sim.spawn(poll(world, world.plant.one("frontend"), device, rng.choice([3.0, 5.0, 10.0])))
