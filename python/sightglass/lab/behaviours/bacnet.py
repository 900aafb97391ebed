"""The building's controllers and their workstation: discovery, reading, subscriptions, a set point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightglass.lab.protocols import bacnet

if TYPE_CHECKING:
    from sightglass.lab.plant import Device
    from sightglass.lab.protocols.base import Message
    from sightglass.lab.sim import Script
    from sightglass.lab.world import World

PORTS = (bacnet.PORT, bacnet.PORT)
SUBSCRIPTION_S = 600


def instance(world: World, device: Device) -> int:
    """A controller's device instance."""
    return world.plant.rng(f"bacnet/{device.name}").randrange(1_000, 400_000)


class Workstation:
    """The building management workstation."""

    def __init__(self, world: World, client: Device) -> None:
        self.world = world
        self.client = client
        self.devices = world.plant.of("bacnet")
        self._invoke = world.rng.randrange(256)

    def ask(self, device: Device, request: Message, response: Message) -> Script:
        """A confirmed request; both sides use the well-known port."""
        host, net = self.client.host, self.world.net
        yield from net.ask_udp(host, device.host, bacnet.PORT, request, response, client_port=bacnet.PORT)
        yield net.jitter_ns(0.002, 0.02)

    def next(self) -> int:
        """The next invoke id."""
        self._invoke = self._invoke + 1 & 0xFF
        return self._invoke

    def discover(self) -> Script:
        """Who-Is by broadcast; every controller answers with I-Am."""
        world = self.world
        broadcast = world.plant.cells[self.client.cell].broadcast
        world.net.cast_udp(self.client.host, broadcast, PORTS, bacnet.who_is())
        for device in self.devices:
            yield world.net.jitter_ns(0.004, 0.09)
            message = bacnet.i_am(instance(world, device), device.details["vendor_id"])
            world.net.cast_udp(device.host, broadcast, PORTS, message)

    def read(self) -> Script:
        """Present values of some inputs of every controller."""
        for device in self.devices:
            for number in range(4):
                invoke = self.next()
                reference = (bacnet.ANALOG_INPUT, number, bacnet.PRESENT_VALUE)
                value = bacnet.real(device.process.value(number, self.world.process_s))
                request = bacnet.read_property(invoke, *reference)
                yield from self.ask(device, request, bacnet.property_value(invoke, reference, value))

    def identify(self) -> Script:
        """Names, vendor, model and firmware of every controller."""
        for device in self.devices:
            texts = {
                bacnet.OBJECT_NAME: device.name,
                bacnet.VENDOR_NAME: device.vendor,
                bacnet.MODEL_NAME: device.model,
                bacnet.FIRMWARE: device.firmware,
            }
            for prop, text in texts.items():
                invoke = self.next()
                reference = (bacnet.DEVICE, instance(self.world, device), prop)
                answer = bacnet.property_value(invoke, reference, bacnet.text(text), text)
                yield from self.ask(device, bacnet.read_property(invoke, *reference), answer)

    def subscribe(self) -> Script:
        """Renew the subscriptions to changes."""
        for device in self.devices:
            for number in range(2):
                invoke = self.next()
                request = bacnet.subscribe(invoke, 7, bacnet.ANALOG_INPUT, number, SUBSCRIPTION_S)
                yield from self.ask(device, request, bacnet.simple_ack(invoke, 5))

    def operate(self) -> Script:
        """An operator changes a set point."""
        device = self.devices[0]
        invoke = self.next()
        value = bacnet.real(device.process.nudge(0, self.world.rng.choice([-0.5, 0.5])))
        reference = (bacnet.ANALOG_VALUE, 1, bacnet.PRESENT_VALUE)
        request = bacnet.write_property(invoke, reference, value, 8)
        yield from self.ask(device, request, bacnet.simple_ack(invoke, 15))

    def work(self) -> Script:
        """The workstation's day."""
        world = self.world
        yield world.later(world.rng.uniform(0.3, 2.0))
        yield from self.discover()
        yield from self.subscribe()
        yield from world.perform(
            [
                world.every(15.0, self.read),
                world.every(SUBSCRIPTION_S / 2, self.subscribe),
                world.rarely(2, self.discover),
                world.rarely(2, self.identify),
                world.rarely(2, self.operate),
            ]
        )


def notify(world: World, device: Device, client: Device) -> Script:
    """A controller's change notifications."""
    number = 0

    def change() -> Script:
        nonlocal number
        number ^= 1
        value = bacnet.real(device.process.value(number, world.process_s))
        reference = (bacnet.ANALOG_INPUT, number)
        left_s = world.rng.randint(60, SUBSCRIPTION_S)
        message = bacnet.changed(7, instance(world, device), reference, left_s, value)
        yield from world.net.send_udp(device.host, client.host, PORTS, message)

    yield world.later(3.0)
    yield from world.perform([world.every(20.0, change)])


def start(world: World) -> None:
    """Start the workstation and the controllers' notifications."""
    client = world.plant.one("bms")
    world.sim.spawn(Workstation(world, client).work())
    for device in world.plant.of("bacnet"):
        world.sim.spawn(notify(world, device, client))
