"""Content rules: one TOML file each under ``content/rules``, checked here, matched in the engine."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sightglass.content.attack import techniques
from sightglass.content.root import ContentMissingError, content_file
from sightglass.engine import Plugins, installed, protocols, rule_errors
from sightglass.model import Engine, Severity
from sightglass.sdk import DetectionMeta

_KEYS = {
    "id", "title", "engine", "status", "severity", "attack", "reference", "explanation", "benign_when", "misses",
    "remediation", "references", "match", "test",
}  # fmt: skip
_NEEDED = ("id", "title", "engine", "severity", "explanation", "remediation", "match")


_OF_MESSAGE = {"function", "code", "category", "error", "anomaly", "address", "object"}
"""Conditions that every message answers, beside the fields of its protocol."""


class RuleFaultError(ValueError):
    """A rule that cannot be used; the text names file and field."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A content rule with all it says about itself."""

    meta: DetectionMeta
    event: str
    where: dict[str, Any]
    tests: tuple[dict[str, Any], ...]
    path: str

    @property
    def compiled(self) -> dict[str, Any]:
        """What the engine needs of it."""
        return {"id": self.meta.id, "event": self.event, "where": self.where}


def load_rule(path: Path, name: str) -> Rule:
    """Read and check one rule.

    Args:
        path: The file.
        name: How the rule must be called: folder and file name joined by a hyphen, or the file name alone.

    Raises:
        RuleFaultError: It cannot be used.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleFaultError(f"{path.name}: {error}") from error
    for field in sorted(data.keys() - _KEYS):
        raise RuleFaultError(f"{path.name}: field {field} is not known; there are {', '.join(sorted(_KEYS))}")
    for field in _NEEDED:
        if not data.get(field):
            raise RuleFaultError(f"{path.name}: field {field} is missing")
    if data["id"] != name:
        raise RuleFaultError(f"{path.name}: field id: is {data['id']!r}, but the file's place says {name!r}")
    for technique in data.get("attack", []):
        if technique not in techniques():
            raise RuleFaultError(
                f"{path.name}: field attack: {technique} is not in ATT&CK for ICS as shipped"
            )
    match = data["match"]
    if not isinstance(match, dict) or not isinstance(match.get("event"), str):
        raise RuleFaultError(f'{path.name}: field match.event is missing, e.g. event = "modbus.request"')
    try:
        meta = DetectionMeta(
            id=data["id"],
            title=data["title"],
            severity=Severity(data["severity"]),
            engine=Engine(data["engine"]),
            attack=tuple(data.get("attack", [])),
            status=data.get("status", "experimental"),
            reference=tuple(data.get("reference", [])),
            explanation=data["explanation"],
            benign_when=tuple(data.get("benign_when", [])),
            misses=tuple(data.get("misses", [])),
            remediation=tuple(data["remediation"]),
            references=tuple(data.get("references", [])),
        )
    except ValueError as error:
        raise RuleFaultError(f"{path.name}: {error}") from error
    rule = Rule(meta, match["event"], match.get("where", {}), tuple(data.get("test", [])), path.name)
    fault = rule_errors([rule.compiled]) or _field_fault(rule)
    if fault:
        raise RuleFaultError(f"{path.name}: match: {fault}")
    return rule


@lru_cache(maxsize=4)
def _documented(_plugins: Plugins) -> dict[str, frozenset[str]]:
    """Fields of each protocol that the engine and plug-ins decode."""
    return {
        each["name"]: frozenset(field["name"] for field in each["fields"])
        for each in protocols()
        if each["decoded"]
    }


def _field_fault(rule: Rule) -> str:
    """What a rule asks that no message can answer: such a rule would keep silent for ever."""
    protocol = rule.event.partition(".")[0]
    documented = _documented(installed()).get(protocol)
    if documented is None:
        return f"event: {protocol} is not decoded"
    for field in rule.where:
        # A dotted name leads into a structure; its first part is the documented field.
        name = field.partition(".")[0]
        if name not in documented and name not in _OF_MESSAGE:
            return f"where.{field}: no such field of {protocol}"
    return ""


@lru_cache(maxsize=1)
def builtin_rules() -> tuple[tuple[Rule, ...], tuple[str, ...]]:
    """The rules shipped, by id, and the faults of those that cannot be used: one bad rule never stops the rest."""
    rules: list[Rule] = []
    faults: list[str] = []
    try:
        folder = content_file("rules")
    except ContentMissingError:
        return (), ()
    for path in sorted(folder.rglob("*.toml")):
        try:
            rules.append(load_rule(path, f"{path.parent.name}-{path.stem}"))
        except RuleFaultError as fault:
            faults.append(str(fault))
    return tuple(rules), tuple(faults)


def plugin_rules(plugins: Plugins) -> tuple[tuple[Rule, ...], tuple[str, ...]]:
    """The rules that plug-ins bring for their protocols, ``PROTOCOL-FILE`` by name, and the faults of bad ones."""
    rules: list[Rule] = []
    faults: list[str] = []
    taken = {rule.meta.id for rule in builtin_rules()[0]}
    for plugin in plugins.loaded:
        for path in plugin.rule_files():
            name = f"{plugin.protocol.replace('_', '-')}-{path.stem}"
            try:
                if name in taken:
                    raise RuleFaultError(f"{path.name}: {name} is the id of another rule")  # noqa: TRY301
                rules.append(load_rule(path, name))
            except RuleFaultError as fault:
                faults.append(f"{plugin.protocol}: {fault}")
            else:
                taken.add(name)
    return tuple(rules), tuple(faults)


def all_rules() -> tuple[tuple[Rule, ...], tuple[str, ...]]:
    """The rules shipped and those that installed plug-ins bring, and the faults of both."""
    own, own_faults = builtin_rules()
    brought, faults = plugin_rules(installed())
    return (*own, *brought), (*own_faults, *faults)
