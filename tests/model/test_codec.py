"""Model values as JSON and back."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sightglass.model
from sightglass.model import Alert, Device, Finding, Summary
from sightglass.model.codec import decode, encode
from tests.fixtures.sample_state import records
from tests.strategies import alerts, devices


def test_every_value_of_the_sample_survives_json() -> None:
    for record in records():
        (inner, *_) = [getattr(record, field.name) for field in fields(record)]
        assert decode(type(inner), json.loads(json.dumps(encode(inner)))) == inner


@given(devices())
def test_devices_with_any_text_survive_json(device: Device) -> None:
    assert decode(Device, json.loads(json.dumps(encode(device)))) == device


@given(alerts())
def test_alerts_with_any_text_survive_json(alert: Alert) -> None:
    assert decode(Alert, json.loads(json.dumps(encode(alert)))) == alert


def test_fields_of_a_newer_release_are_ignored() -> None:
    assert decode(Summary, {"packets": 3, "colour": "blue"}) == Summary(packets=3)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (Device, {"id": "a"}),
        (Device, {"id": 7, "site": "s", "zone": "z", "name": "n"}),
        (Device, []),
        (Finding, {"confidence": "certain"}),
        (Alert, None),
    ],
)
def test_what_does_not_fit_is_refused(kind: type, data: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        decode(kind, data)


def test_all_of_the_vocabulary_is_frozen_and_slotted() -> None:
    kinds = [getattr(sightglass.model, name) for name in sightglass.model.__all__]
    classes = [kind for kind in kinds if is_dataclass(kind)]
    assert len(classes) > 10
    for kind in classes:
        assert hasattr(kind, "__slots__"), kind
        assert vars(kind)["__dataclass_params__"].frozen, kind


@given(st.lists(st.text(max_size=8), max_size=4), st.lists(st.text(max_size=8), max_size=4))
def test_keys_of_different_parts_differ(one: list[str], other: list[str]) -> None:
    from sightglass.model.key import stable_key

    assert (stable_key(*one) == stable_key(*other)) is (one == other)


def test_keys_tell_numbers_nothing_and_texts_apart() -> None:
    from sightglass.model.key import stable_key

    assert len({stable_key(1), stable_key("1"), stable_key(None), stable_key("-"), stable_key("#1")}) == 5
    assert stable_key("a", 1, None) == "b949db4e29398f84eab7ae75f563cdb2"
