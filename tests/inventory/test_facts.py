"""What was said about a device: everything is kept, the most trusted is shown."""

from __future__ import annotations

import pytest

from sightglass.inventory import facts as facts_module
from sightglass.inventory.classify import Behaviour, classify
from sightglass.inventory.facts import Facts, Said
from sightglass.model import Evidence


def said(name: str, value: str, confidence: int = 80, protocol: str = "s7comm", path: str = "") -> Said:
    return Said(path, name, value, protocol, confidence, 0, 1, 10)


def at(source: int, frame: int, ts_ns: int) -> Evidence:
    return Evidence(str(source), frame, ts_ns)


def of(*values: Said) -> Facts:
    facts = Facts()
    for value in values:
        facts.add(value)
    return facts


def test_the_most_trusted_value_is_shown_and_the_other_kept() -> None:
    facts = of(
        said("firmware", "V2.0", 60, "snmp"),
        said("firmware", "V2.9", 90),
        said("firmware", "V1.0", 20, "http"),
    )
    assert facts.best("firmware") == "V2.9"
    assert [value.value for value in facts.attributes(at)] == ["V2.9", "V2.0", "V1.0"]


def test_a_repeated_value_is_one() -> None:
    assert len(of(said("serial", "1"), said("serial", "1")).values) == 1


def test_the_first_name_that_has_a_value_wins() -> None:
    facts = of(said("order_number", "6ES7 315"), said("model", "CPU 315", 10))
    assert facts.best("model", "order_number") == "CPU 315"
    assert facts.best("name", "order_number") == "6ES7 315"
    assert facts.best("name") == ""


def test_parts_become_modules_and_say_nothing_about_the_device() -> None:
    facts = of(
        said("model", "1756-L61", path="slot 10"),
        said("model", "1756-EN2T", path="slot 2"),
        said("serial", "7", path="slot 2"),
    )
    assert facts.best("model") == ""
    assert [(part.slot, part.model, part.serial) for part in facts.modules()] == [
        ("slot 2", "1756-EN2T", "7"),
        ("slot 10", "1756-L61", ""),
    ]


def test_changing_names_cannot_fill_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts_module, "MAX_VALUES", 3)
    facts = of(*(said("name", str(n)) for n in range(10)))
    assert len(facts.values) == 3
    assert facts.dropped == 7


def test_numbers_and_prefixes_get_names_from_tables() -> None:
    facts = of(said("vendor_id", "1", protocol="cip"))
    facts.name_vendors(["00:00:bc:00:00:01"], 0, 1, 10)
    vendors = {
        (value.protocol, value.value): value.confidence
        for value in facts.values.values()
        if value.name == "vendor"
    }
    assert any(protocol == "cip" and "Rockwell" in value for protocol, value in vendors)
    assert any(protocol == "oui" for protocol, _ in vendors)
    # What the device says of itself counts more than who made its network card.
    assert "Rockwell" in facts.best("vendor")


@pytest.mark.parametrize(
    ("behaviour", "values", "kind"),
    [
        (Behaviour(served={"s7comm"}), [], "PLC"),
        (Behaviour(served={"dnp3"}), [], "RTU"),
        (Behaviour(served={"bacnet"}), [], "HVAC"),
        (Behaviour(asked={"modbus": {"10.0.0.1"}}, categories={"read", "write"}), [], "HMI"),
        (Behaviour(asked={"modbus": {"10.0.0.1", "10.0.0.2"}}, categories={"read"}), [], "Historian"),
        (
            Behaviour(asked={"s7comm": {"10.0.0.1"}}, categories={"program_download", "write"}),
            [],
            "Engineering Station",
        ),
        (Behaviour(sent={"stp"}), [], "Switch"),
        (Behaviour(served={"http"}), [said("model", "SCALANCE X208")], "Switch"),
        (Behaviour(served={"s7comm"}), [said("order_number", "ET200S IM151-8")], "I/O Adapter"),
        (Behaviour(), [said("order_number", "1756-L61")], "PLC"),
        (Behaviour(), [said("model", "BMX P34 2020")], "PLC"),
        (Behaviour(), [said("product_name", "1734-AENT")], "I/O Adapter"),
        (Behaviour(), [said("model", "SCALANCE S615")], "Firewall"),
        (Behaviour(), [said("model", "DCS-930L")], "IP Camera"),
        (Behaviour(), [], "Unknown"),
    ],
)
def test_type_follows_the_strongest_evidence(behaviour: Behaviour, values: list[Said], kind: str) -> None:
    assert classify(of(*values), behaviour, router=False, external=False).type == kind


def test_controllers_stand_on_level_one_and_printers_do_not() -> None:
    assert classify(of(), Behaviour(served={"modbus"}), router=False, external=False).purdue_level == 1
    assert classify(of(), Behaviour(served={"ipp"}), router=False, external=False).purdue_level == 4
    assert classify(of(), Behaviour(), router=False, external=False).purdue_level is None
    assert classify(of(), Behaviour(), router=False, external=True).purdue_level == 5
