"""A file or program block that was seen in transfer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileTransfer:
    """One transfer of a file, firmware image or program block.

    Attributes:
        client: Id of the device that asked for the transfer; ``""`` when its address belongs to none.
        server: Id of the device that holds or takes the file; ``""`` likewise.
        protocol: Short name, as `decode` shows it.
        direction: ``download`` into the server, ``upload`` out of it.
        name: As the wire gives it, cleaned of control characters; ``""`` unknown.
        size: Bytes seen.
        sha256: Lower-case hexadecimal of all bytes; ``""`` when pieces are missing.
        complete: Whether the end of the transfer was seen, without loss.
        last_seen_ns: Packet time of the last piece, Unix nanoseconds.
        capture: As in `CaptureInfo.label`.
        first_frame: Frame of the first piece, `last_frame` of the last; 1-based in the capture.
    """

    client: str
    server: str
    client_address: str
    server_address: str
    protocol: str
    direction: str
    name: str
    size: int
    sha256: str
    complete: bool
    last_seen_ns: int
    site: str
    zone: str
    network: str = "main"
    vlan: int | None = None
    capture: str = ""
    first_frame: int = 0
    last_frame: int = 0
