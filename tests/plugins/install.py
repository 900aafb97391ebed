"""Installs a package of the examples as a wheel would: its files, its version and its entry points."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "plugins"


def install(package: Path, target: Path) -> None:
    """Lay a package and its metadata into a folder of the search path."""
    project = tomllib.loads((package / "pyproject.toml").read_text(encoding="utf-8"))
    for module in project["tool"]["setuptools"]["packages"]:
        data = project["tool"]["setuptools"]["package-data"][module]
        for pattern in ("*.py", "py.typed", *data):
            for path in (package / module).glob(pattern):
                to = target / module / path.relative_to(package / module)
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, to)
    meta = project["project"]
    entry_points(target, meta["name"], meta["version"], meta["entry-points"]["sightglass.dissectors"])


def entry_points(target: Path, name: str, version: str, dissectors: dict[str, str]) -> None:
    """The metadata of an installed distribution."""
    info = target / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    lines = [f"{key} = {value}" for key, value in dissectors.items()]
    (info / "entry_points.txt").write_text("\n".join(["[sightglass.dissectors]", *lines, ""]))
