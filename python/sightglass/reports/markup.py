"""HTML out of texts that may hold anything."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

# Controls and direction marks: invisible, and able to make a text read as another one.
_HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def esc(text: object) -> str:
    """Text for HTML content or a quoted attribute; characters that hide are shown by their code."""
    shown = _HIDDEN.sub(lambda found: f"\\u{ord(found.group()):04x}", str(text))
    return html.escape(shown, quote=True)


def short(text: str, length: int) -> str:
    """At most this many characters, the last one an ellipsis where something was cut."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table; the cells are HTML already."""
    head = "".join(f"<th scope=col>{esc(column)}" for column in columns)
    body = "\n".join("<tr>" + "".join(f"<td>{cell}" for cell in row) for row in rows)
    return f'<div class="scroll"><table><thead><tr>{head}</thead><tbody>\n{body}\n</tbody></table></div>'


def amount(number: int, unit: str = "") -> str:
    """A number that people read: 1,284 or 1.3 M."""
    if abs(number) < 100_000:
        return f"{number:,}{unit and ' ' + unit}"
    for size, prefix in ((10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "k")):
        if abs(number) >= size:
            return f"{number / size:.1f} {prefix}{unit}"
    return str(number)


def counted(number: int, one: str, many: str) -> str:
    """A number with the words that agree with it."""
    return f"{amount(number)} {one if number == 1 else many}"
