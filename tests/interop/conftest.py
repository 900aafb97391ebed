"""Which files are collected, and the bounds of every test."""

from __future__ import annotations

import importlib
import importlib.util
import os
import signal
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest

HERE = Path(__file__).parent
LIMIT_S = 40

# The modules that each file talks to; `make interop` installs them.
NEEDS: dict[str, tuple[str, ...]] = {
    "test_ads.py": ("pyads",),
    "test_amqp.py": ("proton",),
    "test_bacnet.py": ("bacpypes3",),
    "test_coap.py": ("aiocoap",),
    "test_dicom.py": ("pynetdicom", "pydicom"),
    "test_hl7.py": ("hl7",),
    "test_iec104.py": ("c104",),
    "test_modbus.py": ("pymodbus",),
    "test_mqtt.py": ("paho", "amqtt"),
    "test_ocpp.py": ("ocpp", "websockets"),
    "test_opcua.py": ("asyncua",),
    "test_s7comm.py": ("snap7",),
    "test_snmp.py": ("pysnmp",),
}


def _missing(modules: tuple[str, ...]) -> bool:
    return any(importlib.util.find_spec(module) is None for module in modules)


# Where nobody installed them, the tests are not there; in CI a missing package is a failure of its import.
collect_ignore = (
    [] if os.environ.get("CI") == "true" else [name for name, needs in NEEDS.items() if _missing(needs)]
)

# What the packages warn of while they load is theirs; our own tests turn warnings into errors.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    for module in sorted({module for needs in NEEDS.values() for module in needs}):
        if not _missing((module,)):
            importlib.import_module(module)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the packages warn in these tests."""
    for item in items:
        if item.path.parent == HERE:
            item.add_marker(pytest.mark.filterwarnings("ignore"))


@pytest.fixture(autouse=True)
def _limit() -> Iterator[None]:
    """End a conversation that hangs, wherever it waits."""

    def late(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"a conversation took more than {LIMIT_S} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, LIMIT_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
