"""Our message counts beside those of an independent dissector, over every real capture."""

from __future__ import annotations

from functools import lru_cache

import pytest

from tests.conformance import differences
from tests.conformance.counts import RULES
from tests.conformance.score import Score, score
from tests.conformance.truth import REASON, available

POOLED_SHARE = 0.985

pytestmark = [pytest.mark.captures, pytest.mark.skipif(not available(), reason=REASON)]


@lru_cache(maxsize=1)
def scores() -> dict[str, Score]:
    return score(sorted(RULES))


def documented() -> frozenset[tuple[str, ...]]:
    return differences.documented(differences.TRUTH)


def test_nearly_all_cells_agree() -> None:
    right = sum(each.right for each in scores().values())
    cells = sum(each.cells for each in scores().values())
    assert right >= POOLED_SHARE * cells, f"{right} of {cells}"


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
