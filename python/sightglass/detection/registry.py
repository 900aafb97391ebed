"""Which detections there are: a file each under ``detections``, a class each; and content rules."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from functools import lru_cache
from types import ModuleType

from sightglass.detection import detections
from sightglass.sdk import Detection, documentation


@lru_cache(maxsize=1)
def detection_classes() -> tuple[type[Detection], ...]:
    """Every built-in detection class, by id.

    Raises:
        ValueError: Two detections have the same id, or a file's name is not its detection's id.
    """
    found: dict[str, type[Detection]] = {}
    for module in pkgutil.iter_modules(detections.__path__):
        loaded = importlib.import_module(f"{detections.__name__}.{module.name}")
        for each in _classes(loaded):
            if each.meta.id.replace("-", "_") != module.name:
                raise ValueError(
                    f"detection {each.meta.id} must stand in {each.meta.id.replace('-', '_')}.py"
                )
            if each.meta.id in found:
                raise ValueError(f"two detections are called {each.meta.id}")
            found[each.meta.id] = each
    return tuple(found[key] for key in sorted(found))


def _classes(module: ModuleType) -> list[type[Detection]]:
    return [
        each
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Detection) and each.__module__ == module.__name__
    ]


@lru_cache(maxsize=256)
def texts(detection: type[Detection]) -> dict[str, str]:
    """Explanation, benign causes, misses and remediation of a detection, from its file's docstring."""
    module = inspect.getmodule(detection)
    return documentation(module.__doc__ or "") if module is not None else {}
