"""What we agree on is never less than what is committed, and the page says what the table says."""

from __future__ import annotations

import pytest

from tests.conformance import scoreboard
from tests.conformance.copies import copies
from tests.conformance.score import score
from tests.conformance.scoreboard import NDPI, Row
from tests.conformance.truth import REASON, all_truth, available

SMALL = 40_000
"""Bytes of captures that are also read from a perturbed copy in every run of the tests; all are by the scoreboard."""

needs_captures = pytest.mark.skipif(not available(), reason=REASON)


def test_the_page_is_made_of_the_table() -> None:
    assert scoreboard.PAGE.read_text(encoding="utf-8") == scoreboard.page(scoreboard.load())


def test_captures_made_by_ourselves_agree() -> None:
    found = scoreboard.own()
    assert found
    assert all(right == cells for cells, right in found.values())


@needs_captures
@pytest.mark.captures
def test_no_number_has_dropped() -> None:
    now = scoreboard.as_captured()
    fewer = [
        f"{row.source} {row.protocol}: {row.right} of {row.cells}, now {each.right if each else 0}"
        for row in scoreboard.load()
        for each in [now.get((row.source, row.protocol))]
        if each is None or each.right < row.right or (each.cells < row.cells and row.source != NDPI)
    ]
    assert not fewer, "run `python -m tests.conformance.scoreboard`, and say why in the CHANGELOG"


@needs_captures
@pytest.mark.captures
@pytest.mark.parametrize(
    ("foreign_ports", "protocols"),
    [
        (False, ["modbus", "dnp3", "enip", "cip", "s7comm", "bacnet", "iec104", "mqtt"]),
        # Of the others, one-sided and out-of-spec exchanges are known by their registered ports alone.
        (True, ["dnp3", "enip", "cip", "s7comm", "bacnet"]),
    ],
    ids=["registered", "foreign"],
)
def test_perturbed_copies_of_small_captures_count_as_before(
    foreign_ports: bool, protocols: list[str]
) -> None:
    small = {truth.path for truth in all_truth() if truth.path.stat().st_size <= SMALL}
    plain = {name: set(each.wrong) for name, each in score(protocols, only=small).items()}
    with copies(perturbed=True, foreign_ports=foreign_ports) as read:
        turned = {name: set(each.wrong) for name, each in score(protocols, only=small, read=read).items()}
    assert [cell for name in protocols for cell in turned[name] - plain[name]] == []


def test_shares_are_never_rounded_up_to_all() -> None:
    assert scoreboard.share(99_999, 100_000) == "99.99"
    assert scoreboard.share(1, 1) == "100.00"
    assert scoreboard.share(0, 0) == "0.00"


def test_a_protocol_without_cells_keeps_its_row() -> None:
    rows = [Row("a", "a", scoreboard.TSHARK, 4, 3, 4, 3, 1), Row("b", "b", scoreboard.TSHARK, 0, 0, 0, 0, 0)]
    text = scoreboard.page(rows)
    assert "| a | 4 | 75.00 % | 100.00 % | 75.00 % | 25.00 % |" in text
    assert "| b | 0 | 0.00 %" in text
    assert "| **all** | 4 | 75.00 %" in text
