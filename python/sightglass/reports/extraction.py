"""Files seen in transfer, written into a folder: what `analyze --extract` leaves.

The bytes and the names come from whoever was on the wire. A name is cut to its last part and to harmless characters, a
file never takes the place of another, nothing becomes executable, and how much is written is bounded.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sightglass.model import FileTransfer
from sightglass.reports.transfers import INDEX, line, transfer_shape

__all__ = ["INDEX", "MAX_BYTES", "MAX_FILES", "MAX_NAME", "Extraction", "clean_name"]

MAX_BYTES = 4 << 30
"""Bytes that are written in all. The engine has a cap for each file (32 MiB) of its own."""
MAX_FILES = 10_000
"""Files that are written."""
MAX_NAME = 80
"""Characters of a wire's name that stay in a file's name."""
_PREFIX = 16
_TRIES = 16
_HARMFUL = re.compile(r"[^A-Za-z0-9._-]+")
_PARTS = re.compile(r"[/\\]+")


def clean_name(name: str) -> str:
    """The last part of a wire's file name, in characters that mean nothing to a file system, shell or terminal.

    Returns:
        1 to `MAX_NAME` characters of ``A-Za-z0-9._-``, the last ones where the name is longer; ``unnamed`` where
        nothing remains.
    """
    parts = [part for part in _PARTS.split(name) if part.strip(". ")]
    cleaned = _HARMFUL.sub("_", parts[-1]).strip("._-") if parts else ""
    return cleaned[-MAX_NAME:].strip("._-") or "unnamed"


@dataclass(frozen=True, slots=True)
class _Stored:
    """What became of one file: its name in the folder, or why it is not there."""

    name: str = ""
    size: int = 0
    sha256: str = ""
    reason: str = ""


class Extraction:
    """Writes files into a folder as they end, and their index at the end."""

    def __init__(self, folder: Path, *, max_bytes: int = MAX_BYTES, max_files: int = MAX_FILES) -> None:
        """Make the folder.

        Args:
            folder: Need not exist; files that it holds stay as they are.
            max_bytes: Bytes to write at most.
            max_files: Files to write at most.

        Raises:
            FileExistsError: The folder holds an index already.
            OSError: The folder cannot be made.
        """
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder = folder
        self.index = folder / INDEX
        if os.path.lexists(self.index):
            raise FileExistsError(17, "exists already", str(self.index))
        self._bytes_left = max_bytes
        self._files_left = max_files
        self._stored: list[_Stored] = []

    @property
    def left_out(self) -> int:
        """Files that are not written though they held something."""
        return sum(1 for stored in self._stored if stored.reason not in {"", "empty"})

    def take(self, name: str, content: bytes | None) -> None:
        """Write one file.

        Args:
            name: As the wire gives it.
            content: None where the engine's cap kept it from being held.

        Raises:
            OSError: It cannot be written.
        """
        self._stored.append(self._store(name, content))

    def _store(self, name: str, content: bytes | None) -> _Stored:
        if content is None:
            return _Stored(reason="beyond_cap_of_one_file")
        if not content:
            return _Stored(reason="empty")
        digest = hashlib.sha256(content).hexdigest()
        base = f"{digest[:_PREFIX]}-{clean_name(name)}"
        for number in range(1, _TRIES + 1):
            path = self.folder / (base if number == 1 else f"{base}-{number}")
            if os.path.lexists(path):
                if _holds(path, len(content), digest):
                    return _Stored(path.name, len(content), digest)
                continue
            if len(content) > self._bytes_left or self._files_left < 1:
                return _Stored(reason="beyond_cap_of_all_files")
            _write_new(path, content)
            self._bytes_left -= len(content)
            self._files_left -= 1
            return _Stored(path.name, len(content), digest)
        return _Stored(reason="name_taken")

    def write_index(self, transfers: Sequence[FileTransfer]) -> None:
        """Write ``files.jsonl``: a line for each file that was taken, in that order.

        Args:
            transfers: What is known of them, in the order in which they were taken.

        Raises:
            OSError: It cannot be written, or is there by now.
        """
        with self.index.open("x", encoding="utf-8", errors="backslashreplace", newline="") as index:
            for transfer, stored in zip(transfers, self._stored, strict=True):
                index.write(line({**transfer_shape(transfer), **_stored_shape(stored)}))


def _stored_shape(stored: _Stored) -> dict[str, Any]:
    return {
        "stored": stored.name,
        "stored_bytes": stored.size,
        "stored_sha256": stored.sha256,
        "not_stored": stored.reason,
    }


def _holds(path: Path, size: int, digest: str) -> bool:
    """Whether a file is there with this content already; a link is none."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return False
    with os.fdopen(descriptor, "rb") as file:
        return (
            os.fstat(descriptor).st_size == size and hashlib.file_digest(file, "sha256").hexdigest() == digest
        )


def _write_new(path: Path, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(content)
