"""What the API answers over the sample plant."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from sightglass.model import Device
from sightglass.model.changes import DeviceUpserted
from sightglass.portal.app import PREFIX
from sightglass.portal.schema import openapi_text
from sightglass.store import Store
from sightglass.store.memory import MemoryStore
from tests.portal.conftest import Connect
from tests.strategies import HOSTILE

_LISTS = ("devices", "connections", "activities", "alerts", "findings", "values")
_ROOT = Path(__file__).parents[2]


def _get(client: TestClient, path: str, **params: object) -> Any:
    answer = client.get(f"{PREFIX}/{path}", params=params)  # type: ignore[arg-type]  # lists and numbers are fine
    assert answer.status_code == 200, answer.text
    return answer.json()


def _device(client: TestClient, name: str) -> Any:
    (found,) = _get(client, "devices", q=name)["items"]
    return found


def test_the_committed_description_is_that_of_the_code() -> None:
    assert (_ROOT / "schema" / "openapi.json").read_text(encoding="utf-8") == openapi_text()


def test_every_operation_and_answer_is_described() -> None:
    description = json.loads(openapi_text())
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            assert operation["description"].strip(), (method, path)
            assert operation["tags"], (method, path)
    for name, schema in description["components"]["schemas"].items():
        assert schema.get("description"), name


@pytest.mark.parametrize("kind", _LISTS)
def test_pages_give_every_row_once(client: TestClient, kind: str) -> None:
    whole = _get(client, kind, limit=1000)
    assert whole["next"] is None
    assert whole["total"] == len(whole["items"]) > 5
    seen, cursor = [], None
    while True:
        page = _get(client, kind, limit=4, **({"cursor": cursor} if cursor else {}))
        assert page["total"] == whole["total"]
        seen += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == whole["items"]


@pytest.mark.parametrize("kind", _LISTS)
def test_csv_holds_the_rows_of_the_filter(client: TestClient, kind: str) -> None:
    answer = client.get(f"{PREFIX}/{kind}", params={"format": "csv", "limit": 1})
    assert answer.headers["content-type"].startswith("text/csv")
    assert f'filename="{kind}.csv"' in answer.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert len(rows) - 1 == _get(client, kind)["total"]
    assert {len(row) for row in rows} == {len(rows[0])}
    none = client.get(f"{PREFIX}/{kind}", params={"format": "csv", "q": "no such text anywhere"})
    assert len(none.text.splitlines()) == 1


@pytest.mark.parametrize("kind", _LISTS)
def test_what_cannot_be_asked_is_a_problem(client: TestClient, kind: str) -> None:
    for params, status in (
        ({"sort": "nonsense"}, 400),
        ({"cursor": "nonsense"}, 400),
        ({"limit": "0"}, 422),
        ({"limit": "1001"}, 422),
        ({"format": "xml"}, 422),
        ({"q": "x" * 201}, 422),
        ({"sort": "nonsense", "format": "csv"}, 400),
    ):
        answer = client.get(f"{PREFIX}/{kind}", params=params)
        assert answer.status_code == status, params
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status
        assert answer.json()["detail"]


@pytest.mark.parametrize(
    "path", ["devices/none", "devices/none/alerts", "alerts/none", "nothing", "devices/a/b/c"]
)
def test_what_is_not_there_is_a_problem(client: TestClient, path: str) -> None:
    answer = client.get(f"{PREFIX}/{path}")
    assert answer.status_code == 404
    if "none" in path:
        assert answer.headers["content-type"] == "application/problem+json"


def test_filters_reach_the_store(client: TestClient) -> None:
    found = _get(client, "devices", type=["RTU", "Printer"], sort="-name")
    assert [item["name"] for item in found["items"]] == ["PUMPHOUSE-RTU-2", "PUMPHOUSE-RTU-1", "PRN-2F"]
    assert _get(client, "devices", purdue_level=-1, kind="device")["total"] == 2
    assert {item["severity"] for item in _get(client, "alerts", severity="high")["items"]} == {"high"}
    assert _get(client, "alerts", open="true")["total"] == 7
    assert _get(client, "findings", kev="true")["total"] == 3
    assert _get(client, "connections", protocol="")["total"] == 1
    assert _get(client, "activities", category="control")["total"] == 2


def test_facets_count_what_the_filter_leaves(client: TestClient) -> None:
    facets = _get(client, "devices/facets", zone="dmz")
    assert facets["zone"] == [{"value": "dmz", "count": 3}]
    assert {item["value"] for item in facets["type"]} == {"Firewall", "Historian", "Terminal Station"}
    assert facets["purdue_level"] == [{"value": 3.5, "count": 3}]


def test_a_device_shows_contradictions_with_their_frames(client: TestClient) -> None:
    row = _device(client, "FILLER-03-PLC")
    assert "attributes" not in row
    device = _get(client, f"devices/{row['id']}")
    firmware = device["attributes"]["firmware"]
    assert [(value["value"], value["protocol"]) for value in firmware] == [
        ("V2.9.4", "s7comm"),
        ("V2.9.2", "http"),
    ]
    assert all(value["frame"] > 0 and value["capture"] and value["time"].endswith("Z") for value in firmware)
    modules = _get(client, f"devices/{_device(client, 'PACKER-01-PLC')['id']}")["modules"]
    assert [module["slot"] for module in modules] == ["slot 0", "slot 1", "slot 3"]


def test_a_devices_lists_are_about_it(client: TestClient) -> None:
    device = _device(client, "FILLER-01-PLC")["id"]
    for kind, ends in (
        ("connections", ("client", "server")),
        ("activities", ("client", "server")),
        ("alerts", ("source", "destination")),
        ("findings", ("device",)),
    ):
        items = _get(client, f"devices/{device}/{kind}")["items"]
        assert items
        assert all(device in {item[end] for end in ends} for item in items)


def test_an_alert_explains_itself(client: TestClient) -> None:
    row = _get(client, "alerts")["items"][0]
    alert = _get(client, f"alerts/{row['id']}")
    assert alert["severity"] == "critical"
    assert {technique["id"] for technique in alert["techniques"]} == set(alert["attack"])
    assert all(technique["name"] for technique in alert["techniques"])
    assert alert["explanation"]
    assert alert["remediation"]
    assert alert["evidence"][0]["frame"] > 0
    assert alert["source_device"]["name"] == "ENG-WS-01"
    assert alert["details"] == [
        {"name": "function", "text": "pi_service P_PROGRAM"},
        {"name": "rack / slot", "text": "0 / 1"},
    ]


def test_a_verdict_is_kept_with_its_author(client: TestClient) -> None:
    path = f"{PREFIX}/alerts/{_get(client, 'alerts')['items'][0]['id']}"
    answer = client.patch(path, json={"status": "active", "comment": "  <b>looking</b>  "})
    assert answer.status_code == 200
    assert answer.json()["status"] == "active"
    assert [(item["author"], item["text"]) for item in answer.json()["comments"]] == [
        ("operator", "<b>looking</b>")
    ]
    assert client.get(path).json() == answer.json()


@pytest.mark.parametrize(
    ("patch", "status"),
    [
        ({"status": "solved"}, 422),
        ({}, 422),
        ({"comment": "   "}, 422),
        ({"comment": "x" * 4001}, 422),
        ({"severity": "low"}, 422),
        ({"status": "learned"}, 409),
    ],
    ids=str,
)
def test_a_verdict_that_makes_no_sense_is_refused(
    client: TestClient, patch: dict[str, str], status: int
) -> None:
    path = f"{PREFIX}/alerts/{_get(client, 'alerts')['items'][0]['id']}"
    before = client.get(path).json()
    assert client.patch(path, json=patch).status_code == status
    assert client.get(path).json() == before


def test_learning_an_alert_teaches_the_baseline(client: TestClient, store: Store) -> None:
    known = len(list(store.baseline()))
    (alert,) = _get(client, "alerts", detection="write-from-new-client")["items"]
    assert client.patch(f"{PREFIX}/alerts/{alert['id']}", json={"status": "learned"}).status_code == 200
    assert len(list(store.baseline())) == known + 1


def test_an_operators_name_for_a_device_wins(client: TestClient) -> None:
    device = _device(client, "PRN-2F")["id"]
    path = f"{PREFIX}/devices/{device}"
    answer = client.patch(path, json={"name": "Label printer", "important": True, "purdue_level": 3})
    assert answer.status_code == 200
    found = client.get(path).json()
    assert (found["name"], found["important"], found["purdue_level"]) == ("Label printer", True, 3.0)
    assert client.patch(path, json={"purdue_level": 9}).status_code == 422
    assert client.patch(path, json={"name": ""}).status_code == 422
    assert client.patch(path, json={"vendor": "mine"}).status_code == 422
    assert client.patch(f"{PREFIX}/devices/none", json={"name": "x"}).status_code == 404


def test_a_store_to_read_only_refuses_edits(connect: Connect, sql_store: Store) -> None:
    client = connect(sql_store)
    assert _get(client, "summary")["editable"] is False
    device = _device(client, "PRN-2F")["id"]
    assert client.patch(f"{PREFIX}/devices/{device}", json={"name": "x"}).status_code == 403
    alert = _get(client, "alerts")["items"][0]["id"]
    assert client.patch(f"{PREFIX}/alerts/{alert}", json={"status": "closed"}).status_code == 403


@pytest.mark.parametrize(
    "path", ["summary", "devices?limit=5", "map", "protocols", "unknown", "devices/facets"]
)
def test_both_stores_answer_alike(connect: Connect, sql_store: Store, path: str) -> None:
    one, other = (connect(over).get(f"{PREFIX}/{path}").json() for over in (None, sql_store))
    if path == "summary":
        one, other = ({**answer, "editable": None} for answer in (one, other))
    assert one == other


def test_the_summary_adds_up(client: TestClient) -> None:
    summary = _get(client, "summary")
    assert summary["devices"] + summary["external"] + summary["referred"] == _get(client, "devices")["total"]
    assert sum(item["count"] for item in summary["devices_by_type"]) == summary["devices"]
    assert sum(item["count"] for item in summary["open_alerts_by_severity"]) == summary["open_alerts"] == 7
    assert summary["latest_alerts"][0]["severity"] == "critical"
    assert summary["scopes"][0]["captures"][0]["cut"] is True
    assert summary["scopes"][0]["not_judged"] == ["new-port"]


def test_the_map_joins_devices_and_shows_what_goes_past_the_dmz(client: TestClient) -> None:
    drawn = _get(client, "map")
    nodes = {node["id"]: node for node in drawn["nodes"]}
    assert len(nodes) == _get(client, "devices")["total"]
    for edge in drawn["edges"]:
        assert edge["first"] in nodes
        assert edge["second"] in nodes
    crossing = [
        {nodes[edge["first"]]["name"], nodes[edge["second"]]["name"]}
        for edge in drawn["edges"]
        if edge["crossing"]
    ]
    assert {"OFFICE-03", "UTILITY-01-PLC"} in crossing
    assert {"ENG-WS-01", "FILLER-01-PLC"} not in crossing
    only = _get(client, "map", zone="dmz")
    assert {node["zone"] for node in only["nodes"]} == {"dmz"}


def test_unknown_traffic_keeps_guesses_apart(client: TestClient) -> None:
    items = _get(client, "unknown")["items"]
    assert [(item["port"], item["guess"]) for item in items] == [(4321, ""), (5353, "mdns")]
    assert "mdns" not in {item["name"] for item in _get(client, "protocols")["items"]}


def test_an_etag_saves_the_second_answer(client: TestClient) -> None:
    first = client.get(f"{PREFIX}/devices")
    again = client.get(f"{PREFIX}/devices", headers={"if-none-match": f'W/{first.headers["etag"]}, "x"'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    device = first.json()["items"][0]["id"]
    client.patch(f"{PREFIX}/devices/{device}", json={"description": "changed"})
    changed = client.get(f"{PREFIX}/devices", headers={"if-none-match": first.headers["etag"]})
    assert changed.status_code == 200


def test_an_empty_store_answers_everywhere(connect: Connect) -> None:
    client = connect(MemoryStore())
    for path in (*_LISTS, "summary", "map", "protocols", "unknown", "events", "health", "devices/facets"):
        answer = client.get(f"{PREFIX}/{path}")
        assert answer.status_code == 200, path
        if path in _LISTS:
            assert answer.json() == {"items": [], "next": None, "total": 0}


_PARAMETERS = [
    (path, parameter["name"])
    for path, methods in json.loads(openapi_text())["paths"].items()
    for parameter in methods.get("get", {}).get("parameters", ())
]
_ODD = (
    "",
    "-1",
    "0",
    "1e400",
    "NaN",
    "true",
    "99999999999999999999999",
    "null",
    "[]",
    "\u0000",
    "%00",
    "9" * 4000,
)


def test_no_parameter_value_breaks_a_route(connect: Connect, sql_store: Store) -> None:
    client = connect(sql_store)
    assert len(_PARAMETERS) > 60
    for template, name in _PARAMETERS:
        path = template.format(device_id="x%00'", alert_id="x")
        for value in (*_ODD, HOSTILE[5], HOSTILE[7]):
            answer = client.get(path, params={name: value})
            assert answer.status_code in {200, 400, 404, 422}, (path, name, value, answer.text)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_any_query_text_is_answered(client: TestClient, text: str) -> None:
    for name in ("q", "type", "cursor", "sort", "zone", "purdue_level"):
        assert client.get(f"{PREFIX}/devices", params={name: text}).status_code in {200, 400, 422}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_stay_text(connect: Connect, text: str) -> None:
    store = MemoryStore()
    device = Device(id="d", site="s", zone="z", name=text or "x", vendor=text, type=text, description=text)
    store.apply([DeviceUpserted(device)])
    client = connect(store)
    found = client.get(f"{PREFIX}/devices")
    assert found.headers["content-type"] == "application/json"
    assert found.json()["items"][0]["vendor"] == text
    sheet = client.get(f"{PREFIX}/devices", params={"format": "csv"}).text
    (row,) = list(csv.DictReader(io.StringIO(sheet, newline="")))
    cell = row["vendor"]
    assert cell in {text, f"'{text}"}
    try:
        float(cell)
    except ValueError:
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_a_broken_store_gives_a_problem_without_its_insides(connect: Connect, store: Store) -> None:
    class Broken(MemoryStore):
        def devices(self, where: object, page: object) -> Any:
            raise RuntimeError("secret path /etc/plant")

    answer = connect(Broken()).get(f"{PREFIX}/devices")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text


def test_packets_of_an_alert_are_served_where_they_are_kept(connect: Connect, tmp_path: Path) -> None:
    client = connect(evidence=tmp_path)
    first, second = (item["id"] for item in _get(client, "alerts")["items"][:2])
    (tmp_path / f"{first}.pcapng").write_bytes(b"\x0a\x0d\x0d\x0a")
    (tmp_path.parent / "outside.pcapng").write_bytes(b"x")
    answer = client.get(f"{PREFIX}/alerts/{first}/packets")
    assert (answer.status_code, answer.content) == (200, b"\x0a\x0d\x0d\x0a")
    assert answer.headers["content-disposition"] == f'attachment; filename="{first}.pcapng"'
    assert answer.headers["cache-control"] == "no-store"
    assert client.get(f"{PREFIX}/alerts/{first}").json()["packets_bytes"] == 4
    assert client.get(f"{PREFIX}/alerts/{second}").json()["packets_bytes"] == 0
    for other in (second, "..%2Foutside", "%2e%2e/outside"):
        assert client.get(f"{PREFIX}/alerts/{other}/packets").status_code == 404
