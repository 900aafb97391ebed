"""Which file is read when a capture is scored: itself, or a perturbed copy of it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conformance.perturb import perturb
from tests.conformance.truth import all_truth


def as_it_is(path: Path) -> Path:
    """The capture itself."""
    return path


@contextmanager
def copies(*, perturbed: bool = False, foreign_ports: bool = False) -> Iterator[Callable[[Path], Path]]:
    """Gives what to read instead of a capture; copies are gone afterwards.

    Args:
        perturbed: Read a perturbed copy, see `perturb`.
        foreign_ports: The same, with the servers on ports that nobody registered.
    """
    if not (perturbed or foreign_ports):
        yield as_it_is
        return
    conversations = {truth.path: truth.data.get("conversations", ()) for truth in all_truth()}
    with tempfile.TemporaryDirectory(prefix="perturbed-") as folder:

        def copy(path: Path) -> Path:
            target = Path(folder) / f"{path.parent.name}__{path.name.removesuffix('.gz')}"
            if not target.exists():
                known = conversations.get(path, ())
                perturb(path, target, foreign_ports=foreign_ports, conversations=known)
            return target

        yield copy
