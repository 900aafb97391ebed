"""The plant: which devices there are, their addresses and names; everything follows from the seed."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from sightglass.lab.process import Process
from sightglass.lab.stack.host import Host
from sightglass.lab.stack.packet import ip_bytes, ip_text

Model = dict[str, Any]  # one table of models.toml; its keys differ by role


@dataclass(frozen=True, slots=True)
class Role:
    """How many devices of a kind stand in which cell."""

    role: str
    models: str
    cell: str
    name: str
    type: str
    purdue_level: float
    fewest: int
    most: int


ROLES = (
    Role("s7", "s7", "process", "PLC-{area}-{n:02d}", "plc", 1, 2, 3),
    Role("logix", "logix", "process", "CLX-{area}-{n:02d}", "plc", 1, 1, 2),
    Role("modicon", "modicon", "process", "MOD-{area}-{n:02d}", "plc", 1, 2, 3),
    Role("hmi", "computer", "process", "HMI-{area}{n}", "hmi", 2, 2, 2),
    Role("scada", "server", "process", "SCADA-{site}{n}", "scada_server", 2, 1, 1),
    Role("historian", "server", "process", "HIST-{site}{n}", "historian", 3, 1, 1),
    Role("engineering", "computer", "process", "ENG-{site}{n}", "engineering_station", 2, 1, 1),
    Role("domain", "server", "process", "DC-{site}{n}", "domain_controller", 3, 1, 1),
    Role("switch", "switch", "process", "SW-{area}-{n:02d}", "switch", 2, 1, 1),
    Role("printer", "printer", "process", "PRN-{site}{n}", "printer", 3, 1, 1),
    Role("gateway", "gateway", "process", "FW-{site}{n}", "firewall", 3, 1, 1),
    Role("rtu", "rtu", "utilities", "RTU-{area}-{n:02d}", "rtu", 1, 1, 2),
    Role("frontend", "linux_server", "utilities", "FEP-{site}{n}", "scada_server", 2, 1, 1),
    Role("bacnet", "bacnet", "utilities", "AHU-{area}-{n:02d}", "building_controller", 1, 2, 2),
    Role("bms", "computer", "utilities", "BMS-{site}{n}", "building_management", 2, 1, 1),
    Role("camera", "camera", "cameras", "CAM-{area}-{n:02d}", "ip_camera", 3, 2, 2),
    Role("recorder", "linux_server", "cameras", "NVR-{site}{n}", "video_recorder", 3, 1, 1),
)
AREAS = ("MIX", "FILL", "BOIL", "PUMP", "PACK", "TANK", "OVEN", "COOL")
SITES = ("NORTH", "EAST", "MILL", "PORT", "HILL")
CELLS = ("process", "utilities", "cameras")


@dataclass(slots=True)
class Device:
    """One device of the plant and its interface.

    ``process`` is what a controller controls; other devices have one too and do not use it.
    """

    name: str
    role: str
    type: str
    vendor: str
    model: str
    firmware: str
    serial: str
    order_number: str
    purdue_level: float
    cell: str
    host: Host
    process: Process
    details: Model = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The device's entry in the truth file."""
        return {
            "name": self.name,
            "type": self.type,
            "vendor": self.vendor,
            "model": self.model,
            "order_number": self.order_number,
            "firmware": self.firmware,
            "serial": self.serial,
            "mac": self.host.mac_text,
            "ip": self.host.ip_text,
            "vlan": self.host.vlan,
            "purdue_level": self.purdue_level,
            "cell": self.cell,
        }


@dataclass(frozen=True, slots=True)
class Cell:
    """A broadcast domain with its subnet."""

    name: str
    prefix: bytes
    vlan: int | None

    @property
    def broadcast(self) -> bytes:
        """The directed broadcast address of the /24."""
        return self.prefix + b"\xff"


class Plant:
    """A plant built from a seed.

    Args:
        seed: Same seed, same plant.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        rng = self.rng("plant")
        self.models: dict[str, list[Model]] = load_models()
        self.domain = f"{rng.choice(SITES).lower()}.plant.example"
        self._areas = rng.sample(AREAS, len(AREAS))
        self._site = rng.choice(SITES)
        self.cells = self._make_cells(rng)
        self._numbers = {name: rng.sample(range(10, 240), 100) for name in CELLS}
        self._taken: set[bytes] = set()
        self._used: set[bytes] = set()
        self.devices: list[Device] = []
        for role in ROLES:
            for number in range(1, rng.randint(role.fewest, role.most) + 1):
                self.devices.append(self._make_device(role, number, rng))
        gateway = self.one("gateway")
        time_ip = ip_bytes(f"203.0.113.{rng.randint(2, 250)}")
        resolver_ip = ip_bytes(f"198.51.100.{rng.randint(2, 250)}")
        self.time_server = Host("ntp.example", b"", time_ip, gateway.host.vlan, "linux", rng, gateway.host)
        self.resolver = Host(
            "resolver.example", b"", resolver_ip, gateway.host.vlan, "linux", rng, gateway.host
        )
        self.external = [self.time_server, self.resolver]

    def rng(self, purpose: str) -> random.Random:
        """A source of decisions that belong to the plant, one per purpose."""
        return random.Random(f"sightglass-lab/{self.seed}/{purpose}")  # noqa: S311 - a simulation

    def of(self, role: str) -> list[Device]:
        """All devices of a role, in the order of their numbers."""
        return [device for device in self.devices if device.role == role]

    def one(self, role: str) -> Device:
        """The first device of a role that every plant has."""
        return self.of(role)[0]

    def stranger(self, cell: str, rng: random.Random) -> Host:
        """An interface that does not belong to the plant, with a free address in a cell."""
        model = rng.choice(self.models["computer"])
        place = self.cells[cell]
        number = rng.choice([n for n in range(10, 240) if place.prefix + bytes([n]) not in self._used])
        self._used.add(place.prefix + bytes([number]))
        profile = rng.choice(["linux", "windows"])
        return Host(
            "stranger", self._mac(model, rng), place.prefix + bytes([number]), place.vlan, profile, rng
        )

    @staticmethod
    def _make_cells(rng: random.Random) -> dict[str, Cell]:
        prefixes: list[bytes] = []
        while len(prefixes) < len(CELLS):
            kind = rng.randrange(3)
            first = (
                (10, rng.randrange(1, 250))
                if kind == 0
                else (192, 168)
                if kind == 1
                else (172, rng.randint(16, 31))
            )
            prefix = bytes([*first, rng.randrange(1, 250)])
            if prefix not in prefixes:
                prefixes.append(prefix)
        vlans = rng.sample(range(10, 900, 5), len(CELLS))
        # The mirrored trunk carries its native VLAN untagged; in some plants that is the process cell.
        process_vlan = None if rng.random() < 0.5 else vlans[0]
        tags = [process_vlan, vlans[1], vlans[2]]
        return {
            name: Cell(name, prefix, tag) for name, prefix, tag in zip(CELLS, prefixes, tags, strict=True)
        }

    def _mac(self, model: Model, rng: random.Random) -> bytes:
        while True:
            mac = bytes.fromhex(rng.choice(model["ouis"])) + rng.randbytes(3)
            if mac not in self._taken:
                self._taken.add(mac)
                return mac

    def _make_device(self, role: Role, number: int, rng: random.Random) -> Device:
        model = rng.choice(self.models[role.models])
        cell = self.cells[role.cell]
        mac = self._mac(model, rng)
        last = 1 if role.role == "gateway" else self._numbers[role.cell].pop()
        area = self._areas[(number + len(self.devices)) % len(self._areas)]
        name = role.name.format(area=area, site=self._site, n=number)
        self._used.add(cell.prefix + bytes([last]))
        host = Host(name, mac, cell.prefix + bytes([last]), cell.vlan, model["profile"], rng)
        return Device(
            name=name,
            role=role.role,
            type=role.type,
            vendor=model["vendor"],
            model=model["model"],
            firmware=rng.choice(model["firmware"]),
            serial=_serial(model["serial"], mac, rng),
            order_number=model.get("order_number", ""),
            purdue_level=role.purdue_level,
            cell=role.cell,
            host=host,
            process=Process(self.rng(f"process/{name}")),
            details=model,
        )


def _serial(pattern: str, mac: bytes, rng: random.Random) -> str:
    digits = "".join(rng.choice("0123456789") for _ in range(10))
    hexadecimal = "".join(rng.choice("0123456789abcdef") for _ in range(10))
    values = {f"digits{count}": digits[:count] for count in (5, 8, 9, 10)}
    values |= {f"hex{count}": hexadecimal[:count] for count in (7, 8, 10)}
    return pattern.format(letter=rng.choice("ABCDEFGHJKLMNPR"), mac=mac.hex().upper(), **values)


def load_models() -> dict[str, list[Model]]:
    """The table of makers and models that ships with the lab."""
    text = resources.files("sightglass.lab").joinpath("models.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def network_text(cell: Cell) -> str:
    """The cell's subnet, for people."""
    return f"{ip_text(cell.prefix + bytes(1))}/24"
