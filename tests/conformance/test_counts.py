"""Our message counts beside those of an independent dissector, over every real capture."""

from __future__ import annotations

from functools import lru_cache

import pytest

from tests.conformance import differences
from tests.conformance.counts import RULES
from tests.conformance.score import Score, score
from tests.conformance.truth import REASON, available

POOLED_SHARE = 0.979
"""Of all cells. Half of the others are segments that captures hold in another order, which TShark leaves out."""
COMMANDS = ("bacnet", "cip", "dnp3", "enip", "modbus", "profinet", "s7comm")
COMMANDS_SHARE = 0.99

pytestmark = [pytest.mark.captures, pytest.mark.skipif(not available(), reason=REASON)]


@lru_cache(maxsize=1)
def scores() -> dict[str, Score]:
    return score(sorted(RULES))


def documented() -> frozenset[tuple[str, ...]]:
    return differences.documented(differences.TRUTH)


def test_nearly_all_cells_agree() -> None:
    assert _share(scores()) >= POOLED_SHARE
    assert _share({protocol: scores()[protocol] for protocol in COMMANDS}) >= COMMANDS_SHARE


def _share(of: dict[str, Score]) -> float:
    return sum(each.right for each in of.values()) / sum(each.cells for each in of.values())


@pytest.mark.parametrize("protocol", sorted(RULES))
def test_every_difference_is_documented(protocol: str) -> None:
    wrong = {(capture, protocol, field, value) for capture, field, value, _, _ in scores()[protocol].wrong}
    assert wrong <= documented(), sorted(wrong - documented())


def test_no_documented_difference_has_gone() -> None:
    wrong = {
        (capture, protocol, field, value)
        for protocol, each in scores().items()
        for capture, field, value, _, _ in each.wrong
    }
    assert documented() <= wrong, sorted(documented() - wrong)
