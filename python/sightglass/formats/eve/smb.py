"""``smb``: a command of SMB 1, 2 or 3 with its response.

Differs from Suricata: `id` is the message id of SMB 2 or the multiplex id of SMB 1, not a counter; `dialect` is there on the
event of the negotiation only; times and sizes of files, NTLM and DCE/RPC inside are not part of it (NTLM and DCE/RPC
have events of their own). What is encrypted, and the NetBIOS session below, give no event.
"""

from __future__ import annotations

from collections.abc import Sequence

from sightglass.formats.eve.event_type import EventType, Step
from sightglass.formats.shapes import INTEGER, STRING, Json, array, known, record

_NATIVE = record({"native_os": STRING, "native_lm": STRING})
SCHEMA = record(
    {
        "id": INTEGER,
        "dialect": STRING,
        "command": STRING,
        "status": STRING,
        "status_code": STRING,
        "session_id": INTEGER,
        "tree_id": INTEGER,
        "filename": STRING,
        "disposition": STRING,
        "share": STRING,
        "share_type": STRING,
        "client_dialects": array(STRING),
        "server_guid": STRING,
        "fuid": STRING,
        "request": _NATIVE,
        "response": _NATIVE,
    },
    "command",
)
# MS-SMB2 2.2.1: the commands under the names that Suricata gives them.
_SMB2 = (
    *("NEGOTIATE_PROTOCOL", "SESSION_SETUP", "SESSION_LOGOFF", "TREE_CONNECT", "TREE_DISCONNECT", "CREATE"),
    *("CLOSE", "FLUSH", "READ", "WRITE", "LOCK", "IOCTL", "CANCEL", "KEEPALIVE", "FIND", "CHANGE_NOTIFY"),
    *("GET_INFO", "SET_INFO", "OPLOCK_BREAK"),
)
# MS-CIFS 2.2.2.1, where Suricata's name is not ours in capitals.
_SMB1 = {
    0x71: "TREE_DISCONNECT",
    0x72: "NEGOTIATE_PROTOCOL",
    0x73: "SESSION_SETUP_ANDX",
    0x74: "LOGOFF_ANDX",
    0x75: "TREE_CONNECT_ANDX",
    0x25: "TRANS",
    0x26: "TRANS_SECONDARY",
    0x32: "TRANS2",
    0x33: "TRANS2_SECONDARY",
    0xA0: "NT_TRANS",
    0xA1: "NT_TRANS_SECONDARY",
}
_STATUS = {
    0x00000000: "STATUS_SUCCESS",
    0x00000103: "STATUS_PENDING",
    0x80000005: "STATUS_BUFFER_OVERFLOW",
    0x80000006: "STATUS_NO_MORE_FILES",
    0xC0000016: "STATUS_MORE_PROCESSING_REQUIRED",
}
_DISPOSITIONS = (
    *("FILE_SUPERSEDE", "FILE_OPEN", "FILE_CREATE", "FILE_OPEN_IF", "FILE_OVERWRITE", "FILE_OVERWRITE_IF"),
)
_SHARES = {1: "FILE", 2: "PIPE", 3: "PRINT"}
_DIALECTS = {
    0x0202: "2.02",
    0x0210: "2.10",
    0x02FF: "2.??",
    0x0300: "3.00",
    0x0302: "3.02",
    0x0311: "3.11",
}
_SMB2_NAME = "smb2"


def _command(message: Json) -> str:
    code = message["code"]
    if message["protocol"] == _SMB2_NAME:
        return f"SMB2_COMMAND_{_SMB2[code]}" if code < len(_SMB2) else f"SMB2_COMMAND_UNKNOWN_{code:#04x}"
    return f"SMB1_COMMAND_{_SMB1.get(code, message['function'].upper())}"


def _status(response: Json) -> Json:
    code = response.get("status")
    if code is None:
        return {}
    name = _STATUS.get(code)
    own = response.get("status_name")
    if name is None and own and own not in {"ok", "unknown"}:
        name = f"STATUS_{own.upper()}"
    return known(status=name, status_code=f"{code:#x}")


def _dialects(value: object) -> list[str] | None:
    if not isinstance(value, list) or not value:
        return None
    return [_DIALECTS.get(each, f"{each:#06x}") if isinstance(each, int) else str(each) for each in value]


def _native(message: Json) -> Json | None:
    return known(native_os=message.get("native_os"), native_lm=message.get("native_lanman")) or None


def _step(message: Json) -> Step | None:
    if message["kind"] not in {"request", "response"} or "code" not in message:
        return None
    key = tuple(
        message.get(name) for name in ("protocol", "code", "message_id", "multiplex_id", "process_id")
    )
    pending = message.get("status") == 0x103 and message["kind"] == "response"  # the final response follows
    return Step(key, message["kind"] == "request", message["kind"] == "response" and not pending)


def _content(messages: Sequence[Json]) -> Json | None:
    if "code" not in messages[0]:
        return None
    request = next((message for message in messages if message["kind"] == "request"), {})
    response = next((message for message in reversed(messages) if message["kind"] == "response"), {})
    both = {**request, **response}
    disposition = request.get("disposition")
    dialect = response.get("dialect")
    identifier = both.get("message_id", both.get("multiplex_id"))
    return known(
        id=identifier,
        dialect=_DIALECTS.get(dialect) if isinstance(dialect, int) else None,
        command=_command(messages[0]),
        **_status(response),
        session_id=both.get("session_id", both.get("user_id")),
        tree_id=both.get("tree_id"),
        filename=both.get("file_name"),
        disposition=_DISPOSITIONS[disposition]
        if isinstance(disposition, int) and disposition < len(_DISPOSITIONS)
        else None,
        share=both.get("path"),
        share_type=_SHARES.get(response.get("share_type", 0)),
        client_dialects=_dialects(request.get("dialects")),
        server_guid=response.get("server_guid"),
        fuid=both.get("file_id") if isinstance(both.get("file_id"), str) else None,
        request=_native(request),
        response=_native(response),
    )


EVENT = EventType("smb", ("smb", "smb2"), _content, SCHEMA, step=_step)
