"""MQTT 3.1.1: paho as client of the amqtt broker."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path

from paho.mqtt import client as paho

from tests.interop.brokers import broker
from tests.interop.wire import CLIENT_IP, HOST, SERVER_IP, Wire, pick, rows


def talk(port: int, version: int) -> None:
    got: list[str] = []
    both = threading.Event()
    subscribed = threading.Event()
    client = paho.Client(client_id="client-1", protocol=version)
    client.on_subscribe = lambda *_: subscribed.set()

    def keep(_client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        got.append(message.topic)
        if len(got) == 2:
            both.set()

    client.on_message = keep
    client.connect(HOST, port, keepalive=30)
    client.loop_start()
    client.subscribe([("plant/+/level", 1), ("plant/alarm", 2)])
    assert subscribed.wait(5)
    for qos, topic in enumerate(["plant/tank1/temperature", "plant/tank1/level", "plant/alarm"]):
        client.publish(topic, f"value {qos}", qos=qos, retain=qos == 1).wait_for_publish(5)
    assert both.wait(5)
    client.unsubscribe("plant/alarm")
    client.disconnect()
    client.loop_stop()


def test_packets_of_version_3_1_1(tmp_path: Path) -> None:
    with broker() as port, Wire() as wire:
        talk(wire.tcp(port, 1883), paho.MQTTv311)
    for port in (1883, 21_883):
        found = rows(wire.recording.write(tmp_path / f"{port}.pcapng", port), "mqtt")
        assert not any("anomalies" in row for row in found)
        sent = [row for row in found if row["dst"].startswith(SERVER_IP)]
        assert pick(sent[:1], "function", "protocol_level", "client_id", "keep_alive") == [
            ("connect", 4, "client-1", 30)
        ]
        published = [row for row in sent if row["function"] == "publish"]
        assert pick(published, "topic", "qos", "retain", "payload") == [
            ("plant/tank1/temperature", 0, False, "value 0"),
            ("plant/tank1/level", 1, True, "value 1"),
            ("plant/alarm", 2, False, "value 2"),
        ]
        subscribed = next(row for row in sent if row["function"] == "subscribe")
        assert pick(subscribed["topics"], "topic", "qos") == [("plant/+/level", 1), ("plant/alarm", 2)]
        names = Counter(row["function"] for row in found)
        for asked, answered in (("connect", "connack"), ("subscribe", "suback"), ("unsubscribe", "unsuback")):
            assert names[asked] == names[answered] == 1
        assert names["disconnect"] == 1
        got = [row for row in found if row["function"] == "publish" and row["dst"].startswith(CLIENT_IP)]
        assert sorted(row["topic"] for row in got) == ["plant/alarm", "plant/tank1/level"]
