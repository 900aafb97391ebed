"""DICOM: pynetdicom as storage and query provider and as user."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian, generate_uid
from pynetdicom import AE, build_role, evt
from pynetdicom.sop_class import (
    CTImageStorage,
    ModalityPerformedProcedureStep,
    PatientRootQueryRetrieveInformationModelFind,
    PatientRootQueryRetrieveInformationModelGet,
    PatientRootQueryRetrieveInformationModelMove,
    Verification,
)

from tests.interop.wire import HOST, SERVER_IP, Wire, pick, rows

CLASSES = (
    Verification,
    CTImageStorage,
    PatientRootQueryRetrieveInformationModelFind,
    PatientRootQueryRetrieveInformationModelGet,
    PatientRootQueryRetrieveInformationModelMove,
    ModalityPerformedProcedureStep,
)


def image() -> Dataset:
    found = Dataset()
    found.SOPClassUID, found.SOPInstanceUID = CTImageStorage, generate_uid()
    found.PatientName, found.PatientID = "Nobody^Test", "T-1"
    found.EncapsulatedDocument = bytes(20_000)
    found.file_meta = FileMetaDataset()
    found.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return found


def find(event: evt.Event) -> Iterator[tuple[int, Dataset | None]]:
    for number in range(3):
        answer = Dataset()
        answer.QueryRetrieveLevel, answer.PatientID = "PATIENT", f"T-{number}"
        yield 0xFF00, answer


def get(event: evt.Event) -> Iterator[Any]:
    yield 1
    yield 0xFF00, image()


def move(event: evt.Event) -> Iterator[Any]:
    yield None, None


def create(event: evt.Event) -> tuple[int, Dataset]:
    return 0x0000, event.attribute_list


def change(event: evt.Event) -> tuple[int, Dataset | None]:
    return 0x0112, None


HANDLERS = [
    (evt.EVT_C_ECHO, lambda _event: 0x0000),
    (evt.EVT_C_STORE, lambda event: 0xA700 if event.request.MessageID == 3 else 0x0000),
    (evt.EVT_C_FIND, find),
    (evt.EVT_C_GET, get),
    (evt.EVT_C_MOVE, move),
    (evt.EVT_N_CREATE, create),
    (evt.EVT_N_SET, change),
]


def talk(port: int) -> list[tuple[str, int]]:
    """What the user did, and the status of every answer."""
    done: list[tuple[str, int]] = []
    user = AE(ae_title="MODALITY1")
    for each in CLASSES:
        user.add_requested_context(each, [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
    link = user.associate(
        HOST,
        port,
        ae_title="ARCHIVE",
        ext_neg=[build_role(CTImageStorage, scu_role=True, scp_role=True)],
        evt_handlers=[(evt.EVT_C_STORE, lambda _event: 0x0000)],
    )
    assert link.is_established
    query = Dataset()
    query.QueryRetrieveLevel, query.PatientID = "PATIENT", "*"
    done.append(("c_echo", link.send_c_echo(msg_id=1).Status))
    done.append(("c_store", link.send_c_store(image(), msg_id=2).Status))
    done.append(("c_store", link.send_c_store(image(), msg_id=3).Status))
    found = link.send_c_find(query, PatientRootQueryRetrieveInformationModelFind, msg_id=4)
    done += [("c_find", status.Status) for status, _ in found]
    got = link.send_c_get(query, PatientRootQueryRetrieveInformationModelGet, msg_id=5)
    done += [("c_get", status.Status) for status, _ in got]
    moved = link.send_c_move(query, "NOWHERE", PatientRootQueryRetrieveInformationModelMove, msg_id=6)
    done += [("c_move", status.Status) for status, _ in moved]
    step = generate_uid()
    status, _ = link.send_n_create(query, ModalityPerformedProcedureStep, step, msg_id=7)
    done.append(("n_create", status.Status))
    status, _ = link.send_n_set(query, ModalityPerformedProcedureStep, step, msg_id=8)
    done.append(("n_set", status.Status))
    link.release()
    return done


def test_dimse(tmp_path: Path) -> None:
    provider = AE(ae_title="ARCHIVE")
    for each in CLASSES:
        provider.add_supported_context(each, scu_role=True, scp_role=True)
    server = provider.start_server((HOST, 0), block=False, evt_handlers=HANDLERS)
    try:
        with Wire() as wire:
            done = talk(wire.tcp(server.server_address[1], 104))
    finally:
        server.shutdown()
    for port in (104, 20_104):
        found = rows(wire.recording.write(tmp_path / f"{port}.pcapng", port), "dicom")
        assert not any("anomalies" in row for row in found)
        commands = [row for row in found if "message_id" in row]
        answers = [row for row in commands if row["kind"] == "response"]
        # The store that the provider sends while it answers the get has the user's own answer.
        sub_operation = [row for row in answers if row["dst"].startswith(SERVER_IP)]
        assert pick(sub_operation, "function", "status") == [("c_store", 0)]
        assert pick([row for row in answers if row not in sub_operation], "function", "status") == done
        requests = [row for row in commands if row["kind"] == "request" and row["dst"].startswith(SERVER_IP)]
        assert pick(requests, "function", "message_id") == [
            ("c_echo", 1),
            ("c_store", 2),
            ("c_store", 3),
            ("c_find", 4),
            ("c_get", 5),
            ("c_move", 6),
            ("n_create", 7),
            ("n_set", 8),
        ]
        assert requests[5]["move_destination"] == "NOWHERE"
        assert pick(found[:2], "function", "called_ae_title", "calling_ae_title") == [
            ("a_associate_rq", "ARCHIVE", "MODALITY1"),
            ("a_associate_ac", "ARCHIVE", "MODALITY1"),
        ]
        offered = [context["abstract_syntax"]["uid"] for context in found[0]["presentation_contexts"]]
        assert sorted(offered) == sorted(CLASSES)
        accepted = [context["result"] for context in found[1]["presentation_contexts"]]
        assert accepted == [0] * len(CLASSES)
        assert pick(found[-2:], "function") == [("a_release_rq",), ("a_release_rp",)]


def test_a_refused_association(tmp_path: Path) -> None:
    provider = AE(ae_title="ARCHIVE")
    provider.require_called_aet = True
    provider.add_supported_context(Verification)
    server = provider.start_server((HOST, 0), block=False)
    try:
        with Wire() as wire:
            user = AE(ae_title="STRANGER")
            user.add_requested_context(Verification)
            link = user.associate(HOST, wire.tcp(server.server_address[1], 104), ae_title="OTHER")
            assert link.is_rejected
    finally:
        server.shutdown()
    found = rows(wire.recording.write(tmp_path / "refused.pcapng"), "dicom")
    assert pick(found, "kind", "function") == [("request", "a_associate_rq"), ("response", "a_associate_rj")]
    # Rejected for good by the service user: called AE title not recognised (PS3.8, 9.3.4).
    assert pick(found[1:], "result", "source", "reason") == [(1, 1, 7)]
