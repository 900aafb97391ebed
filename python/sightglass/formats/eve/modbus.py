"""``modbus``: a request with its response.

Names of functions, access types, categories and diagnostics are those of Suricata's Modbus parser. Differs: `error_flags`
tells of the function, the length and the exception code only; a message in a serial line's framing has transaction 0.
"""

from __future__ import annotations

from collections.abc import Sequence

from sightglass.formats.eve.event_type import EventType, answered
from sightglass.formats.shapes import (
    INTEGER,
    STRING,
    Json,
    hex_of_bits,
    hex_of_registers,
    known,
    record,
)

_FUNCTIONS = {
    1: ("RdCoils", "READ | COILS"),
    2: ("RdDiscreteInputs", "READ | DISCRETES"),
    3: ("RdHoldRegs", "READ | HOLDING"),
    4: ("RdInputRegs", "READ | INPUT"),
    5: ("WrSingleCoil", "WRITE | COILS | SINGLE"),
    6: ("WrSingleReg", "WRITE | HOLDING | SINGLE"),
    7: ("RdExcStatus", "NONE"),
    8: ("Diagnostic", "NONE"),
    9: ("Program484", "NONE"),
    10: ("Poll484", "NONE"),
    11: ("GetCommEventCtr", "NONE"),
    12: ("GetCommEventLog", "NONE"),
    13: ("ProgramController", "NONE"),
    14: ("PollController", "NONE"),
    15: ("WrMultCoils", "WRITE | COILS | MULTIPLE"),
    16: ("WrMultRegs", "WRITE | HOLDING | MULTIPLE"),
    17: ("ReportServerID", "NONE"),
    18: ("Program884", "NONE"),
    19: ("ResetCommLink", "NONE"),
    20: ("RdFileRec", "NONE"),
    21: ("WrFileRec", "NONE"),
    22: ("MaskWrReg", "WRITE | HOLDING"),
    23: ("RdWrMultRegs", "READ | WRITE | HOLDING | MULTIPLE"),
    24: ("RdFIFOQueue", "NONE"),
    43: ("MEI", "NONE"),
}
_EXCEPTIONS = {
    1: "IllegalFunction",
    2: "IllegalDataAddr",
    3: "IllegalDataValue",
    4: "ServerDeviceFail",
    5: "Ack",
    6: "ServerDeviceBusy",
    7: "NegAck",
    8: "MemParityErr",
    10: "GatewayPathUnavailable",
    11: "GatewayTargetFailToResp",
}
_DIAGNOSTICS = {
    0: "RetQueryData",
    1: "RestartCommOpt",
    2: "RetDiagReg",
    3: "ChangeInputDelimiter",
    4: "ForceListenOnlyMode",
    10: "ClearCtrDiagReg",
    11: "RetBusMsgCount",
    12: "RetBusCommErrCount",
    13: "RetBusExcErrCount",
    14: "RetServerMsgCount",
    15: "RetServerNoRespCount",
    16: "RetServerNAKCount",
    17: "RetServerBusyCount",
    18: "RetBusCharOverrunCount",
    20: "ClearOverrunCounterFlag",
}
_MEI = {13: "CANOpenGenRefReqResp", 14: "RdDevId"}
_RESERVED = {9, 10, 13, 14, 18, 19, 41, 42, 90, 91, 125, 126, 127}
_BIT_FUNCTIONS = {1, 2, 5, 15}
_FLAGS = {
    "unknown_function": "FUNC_CODE",
    "bad_length": "DATA_LENGTH",
    "unknown_exception": "EXC_CODE",
}
_CODE_AND_DATA = record({"raw": INTEGER, "code": STRING, "data": STRING}, "raw", "code")
_MESSAGE = {
    "transaction_id": INTEGER,
    "protocol_id": INTEGER,
    "unit_id": INTEGER,
    "function_raw": INTEGER,
    "function_code": STRING,
    "access_type": STRING,
    "category": STRING,
    "error_flags": STRING,
    "data": STRING,
    "diagnostic": _CODE_AND_DATA,
    "mei": _CODE_AND_DATA,
    "exception": record({"raw": INTEGER, "code": STRING}, "raw", "code"),
    "read": record({"address": INTEGER, "quantity": INTEGER, "data": STRING}),
    "write": record(
        {
            "address": INTEGER,
            "quantity": INTEGER,
            "data": {"type": ["integer", "string"]},
            "and_mask": INTEGER,
            "or_mask": INTEGER,
        }
    ),
}
_REQUIRED = ("transaction_id", "protocol_id", "function_raw", "function_code", "access_type", "category")
SCHEMA = record(
    {"request": record(_MESSAGE, *_REQUIRED), "response": record(_MESSAGE, *_REQUIRED)},
)


def _category(code: int) -> str:
    if code in _RESERVED:
        return "RESERVED"
    if 65 <= code <= 72 or 100 <= code <= 110:
        return "USER_DEFINED"
    return "PUBLIC_ASSIGNED" if code in _FUNCTIONS else "PUBLIC_UNASSIGNED"


def _data(message: Json, code: int) -> str | None:
    values = message.get("values")
    if values is None:
        return None
    return hex_of_bits(values) if code in _BIT_FUNCTIONS else hex_of_registers(values)


def _read(message: Json, code: int) -> Json:
    if message["kind"] == "response":
        return known(data=_data(message, code))
    prefix = "read_" if code == 23 else ""
    return known(address=message.get(f"{prefix}address"), quantity=message.get(f"{prefix}quantity"))


def _write(message: Json, code: int) -> Json:
    data = message.get("value") if code in {5, 6} else _data(message, code)
    names = ("address", "quantity", "and_mask", "or_mask")
    return known(**{name: message.get(name) for name in names}, data=data)


def _one(message: Json) -> Json:
    code = message.get("code", 0)
    name, access = _FUNCTIONS.get(code, ("Unknown", "NONE"))
    flags = [flag for mark, flag in _FLAGS.items() if mark in message.get("anomalies", ())]
    shown = known(
        transaction_id=message.get("transaction_id", 0),
        protocol_id=0,
        unit_id=message.get("unit_id"),
        function_raw=code,
        function_code=name,
        access_type=access,
        category=_category(code),
        error_flags=" | ".join(flags) or "NONE",
    )
    if "exception" in message:
        raw = message["exception"]
        shown["exception"] = {"raw": raw, "code": _EXCEPTIONS.get(raw, "Unknown")}
    elif code == 8 and "sub_function" in message:
        raw = message["sub_function"]
        shown["diagnostic"] = known(raw=raw, code=_DIAGNOSTICS.get(raw, "Reserved"), data=message.get("data"))
    elif code == 43 and "mei_type" in message:
        raw = message["mei_type"]
        shown["mei"] = known(raw=raw, code=_MEI.get(raw, "Unknown"), data=message.get("data"))
    else:
        if "READ" in access and (read := _read(message, code)):
            shown["read"] = read
        answer = code == 23 and message["kind"] == "response"
        if "WRITE" in access and not answer and (write := _write(message, code)):
            shown["write"] = write
        if access == "NONE" and isinstance(message.get("data"), str):
            shown["data"] = message["data"]
    return shown


def _content(messages: Sequence[Json]) -> Json | None:
    return {
        message["kind"]: _one(message) for message in messages if message["kind"] in {"request", "response"}
    }


EVENT = EventType(
    "modbus", ("modbus",), _content, SCHEMA, step=answered("transaction_id", "unit_id", "code", "framing")
)
