"""What operators said, laid over what was observed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sightglass.model import Alert, AlertStatus, Comment, Device
from sightglass.model.changes import AlertEdited, BaselineLearned, DeviceEdited

_DEVICE_FIELDS = ("name", "type", "important", "authorized", "purdue_level", "description", "location")


def edited_device(observed: Device, edits: Iterable[DeviceEdited]) -> Device:
    """The device as operators want it shown; per field the latest edit wins."""
    wanted: dict[str, object] = {}
    for edit in sorted(edits, key=lambda edit: (edit.edited_at_ns, edit.edit)):
        for field in _DEVICE_FIELDS:
            value = getattr(edit, field)
            if value is not None:
                wanted[field] = value
    return replace(observed, **wanted) if wanted else observed  # type: ignore[arg-type]  # typed by DeviceEdited


def edited_alert(raised: Alert, edits: Iterable[AlertEdited]) -> Alert:
    """The alert with the latest status and all comments, oldest first."""
    status, comments = raised.status, list(raised.comments)
    for edit in sorted(edits, key=lambda edit: (edit.edited_at_ns, edit.edit)):
        status = edit.status or status
        if edit.comment:
            comments.append(Comment(edit.edit, edit.actor, edit.comment, edit.edited_at_ns))
    return replace(raised, status=status, comments=tuple(comments))


def learned_from(alert: Alert) -> Iterable[BaselineLearned]:
    """The baseline entries that an operator's *learn* stands for; none for other verdicts."""
    if alert.status is not AlertStatus.LEARNED or not alert.learnable:
        return
    for name, *key in (keys for keys in alert.learn_keys if keys):
        yield BaselineLearned(
            site=alert.site,
            zone=alert.zone,
            network=alert.network,
            baseline=name,
            key=tuple(key),
            first_seen_ns=alert.first_seen_ns,
            actor="operator",
        )
