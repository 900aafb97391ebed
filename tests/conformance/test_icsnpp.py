"""Our decoding as rows of the ICSNPP logs, beside the counted ones."""

from __future__ import annotations

from functools import lru_cache

import pytest

from tests.conformance import differences
from tests.conformance.icsnpp import TOP, Agreement, Log, agreements, compare, logs
from tests.conformance.icsnpp_logs import row
from tests.conformance.truth import REASON, available

SHARE = 0.98

needs_captures = pytest.mark.skipif(not available(), reason=REASON)


@lru_cache(maxsize=1)
def scores() -> dict[str, Agreement]:
    return agreements()


@needs_captures
@pytest.mark.captures
@pytest.mark.parametrize("protocol", sorted({log.protocol for log in logs().values()}))
def test_nearly_all_cells_agree(protocol: str) -> None:
    one = scores()[protocol]
    assert one.right >= SHARE * one.cells, one.wrong


@needs_captures
@pytest.mark.captures
def test_differences_are_documented_and_still_there() -> None:
    wrong = {cell[:4] for one in scores().values() for cell in one.wrong}
    assert wrong == differences.documented(differences.ICSNPP)


def test_a_long_list_is_compared_as_far_as_it_goes() -> None:
    log = Log("x.log", "modbus", lambda messages: (row(tid=each["tid"]) for each in messages), ("tid",))
    messages = [{"tid": number} for number in range(TOP + 5)]
    listed = {str(number): 1 for number in range(TOP)}
    expected = {"rows": TOP + 5, "fields": {"tid": listed}}
    assert not compare("a/b", log, expected, messages).wrong
    wrong = compare("a/b", log, {"rows": 1, "fields": {"tid": {"0": 2}}}, messages[:2]).wrong
    assert [cell[1:] for cell in wrong] == [
        ("x.log", "rows", "", 1, 2),
        ("x.log", "tid", "0", 2, 1),
        ("x.log", "tid", "1", 0, 1),
    ]
