"""Protocols of lines and documents, and NTP, which fits nowhere else.

HTTP, RTSP, FTP, Telnet, syslog, WS-Discovery.

Spec: RFC 9112, RFC 2326, RFC 959, RFC 854, RFC 3164, OASIS WS-Discovery 1.1 with ONVIF, RFC 5905.
"""

from __future__ import annotations

import struct

from sightglass.lab.protocols.base import Kind, Mark, Message

HTTP_PORT, RTSP_PORT, FTP_PORT, TELNET_PORT, SYSLOG_PORT, WSD_PORT, NTP_PORT = 80, 554, 21, 23, 514, 3702, 123
WSD_GROUP = bytes([239, 255, 255, 250])
NTP_EPOCH_S = 2_208_988_800  # 1900 to 1970
REASONS = {200: "OK", 302: "Found", 401: "Unauthorized", 404: "Not Found"}


def _lines(lines: list[str], body: bytes = b"") -> bytes:
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def http_request(
    method: str, host: str, path: str, agent: str, headers: tuple[str, ...] = (), body: bytes = b""
) -> Message:
    """A request with its user agent."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", f"User-Agent: {agent}", "Accept: */*", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    mark = Mark("http", method.lower(), None, "request")
    return Message(_lines(lines, body), (mark,), (("http", "user_agent", agent),))


def http_response(
    method: str, status: int, server: str, kind: str, body: bytes, headers: tuple[str, ...] = ()
) -> Message:
    """An answer to a request of this method, with the server's banner."""
    lines = [f"HTTP/1.1 {status} {REASONS[status]}", f"Server: {server}", f"Content-Type: {kind}", *headers]
    lines.append(f"Content-Length: {len(body)}")
    mark = Mark("http", method.lower(), None, "response")
    return Message(_lines(lines, body), (mark,), (("http", "server", server),))


def rtsp(method: str, kind: Kind, url: str, sequence: int, software: str, body: str = "") -> Message:
    """A request, or the answer to it; ``software`` is the user agent or the server."""
    if kind == "request":
        lines = [f"{method.upper()} {url} RTSP/1.0", f"CSeq: {sequence}", f"User-Agent: {software}"]
    else:
        lines = ["RTSP/1.0 200 OK", f"CSeq: {sequence}", f"Server: {software}"]
        if method == "options":
            lines.append("Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER")
    if body:
        lines += ["Content-Type: application/sdp", f"Content-Length: {len(body)}"]
    facts = (("rtsp", "server", software),) if kind == "response" else ()
    return Message(_lines(lines, body.encode()), (Mark("rtsp", method, None, kind),), facts)


def ftp_request(command: str, argument: str = "") -> Message:
    """A command line."""
    line = f"{command.upper()} {argument}".strip() + "\r\n"
    return Message(line.encode(), (Mark("ftp", command.lower(), None, "request"),))


def ftp_response(command: str, code: int, text: str) -> Message:
    """A reply line to a command; the greeting answers ``connect``."""
    facts = (("ftp", "banner", f"{code} {text}"),) if code == 220 else ()
    return Message(f"{code} {text}\r\n".encode(), (Mark("ftp", command.lower(), code, "response"),), facts)


def telnet(text: bytes, kind: Kind) -> Message:
    """Data of a Telnet session."""
    return Message(text, (Mark("telnet", "data", None, kind),))


def syslog(priority: int, stamp: str, host: str, program: str, text: str) -> Message:
    """A BSD syslog line."""
    line = f"<{priority}>{stamp} {host} {program}: {text}"
    return Message(
        line.encode(), (Mark("syslog", "message", None, "event"),), (("syslog", "hostname", host),)
    )


def _envelope(action: str, message_id: str, body: str, relates: str = "") -> bytes:
    namespaces = (
        'xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
        'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
        'xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" '
        'xmlns:dn="http://www.onvif.org/ver10/network/wsdl"'
    )
    related = f"<a:RelatesTo>{relates}</a:RelatesTo>" if relates else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><s:Envelope {namespaces}><s:Header>'
        f"<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/{action}</a:Action>"
        f"<a:MessageID>{message_id}</a:MessageID>{related}"
        f"<a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To></s:Header>"
        f"<s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def wsd_probe(message_id: str) -> Message:
    """Look for ONVIF video transmitters."""
    body = "<d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe>"
    return Message(_envelope("Probe", message_id, body), (Mark("wsd", "probe", None, "request"),))


def wsd_match(message_id: str, relates: str, endpoint: str, scopes: str, address: str) -> Message:
    """A camera's answer with its scopes."""
    body = (
        f"<d:ProbeMatches><d:ProbeMatch>"
        f"<a:EndpointReference><a:Address>{endpoint}</a:Address></a:EndpointReference>"
        f"<d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>{scopes}</d:Scopes>"
        f"<d:XAddrs>{address}</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion>"
        "</d:ProbeMatch></d:ProbeMatches>"
    )
    mark = Mark("wsd", "probe_matches", None, "response")
    return Message(_envelope("ProbeMatches", message_id, body, relates), (mark,))


def _ntp_stamp(ts_ns: int) -> bytes:
    whole, rest = divmod(ts_ns, 1_000_000_000)
    return struct.pack("!II", (whole + NTP_EPOCH_S) & 0xFFFFFFFF, (rest << 32) // 1_000_000_000)


def ntp(mode: int, stratum: int, ts_ns: int, origin_ns: int = 0, reference: bytes = b"LOCL") -> Message:
    """Version 4; mode 3 is a client, 4 a server. ``origin_ns`` is the client's stamp in an answer."""
    head = struct.pack("!BBbbII", 4 << 3 | mode, stratum, 6, -20, 0x0120, 0x0A00) + reference
    origin = _ntp_stamp(origin_ns) if origin_ns else bytes(8)
    reference_stamp = _ntp_stamp(ts_ns - 37_000_000_000) if mode == 4 else bytes(8)
    received = _ntp_stamp(ts_ns - 40_000) if mode == 4 else bytes(8)
    name, kind = ("client", "request") if mode == 3 else ("server", "response")
    mark = Mark("ntp", name, mode, "request" if kind == "request" else "response")
    return Message(head + reference_stamp + origin + received + _ntp_stamp(ts_ns), (mark,))
