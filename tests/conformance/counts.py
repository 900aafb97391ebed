"""Turns our decoded messages into the counts that the truth files hold, field by field."""

from __future__ import annotations

import pkgutil
from collections import Counter
from collections.abc import Iterable
from importlib import import_module

from tests.conformance import fields
from tests.conformance.fields import Fields, Message, Values

RULES: dict[str, Fields] = {
    module.name: import_module(f"{fields.__name__}.{module.name}").FIELDS
    for module in pkgutil.iter_modules(fields.__path__)
}
"""Truth protocol -> truth field -> our protocols and the values that one of their messages adds."""


def count(messages: Iterable[Message]) -> dict[str, dict[str, Counter[str]]]:
    """Counts of all fields that have a rule."""
    by_protocol: dict[str, list[tuple[str, str, Values]]] = {}
    for protocol, rules in RULES.items():
        for field, (own, values) in rules.items():
            for name in own.split():
                by_protocol.setdefault(name, []).append((protocol, field, values))
    found: dict[str, dict[str, Counter[str]]] = {}
    for message in messages:
        for protocol, field, values in by_protocol.get(message["protocol"], []):
            counter = found.setdefault(protocol, {}).setdefault(field, Counter())
            try:
                counter.update(values(message))
            except (KeyError, TypeError):
                counter["(missing field)"] += 1
    return found
