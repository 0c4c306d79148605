"""Encodes events as server-sent events: one message with the incident, and one with the number only."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.core.clock import now
from app.core.stream_ticket import ROOM, agency_scope


@dataclass(frozen=True, slots=True)
class Frame:
    """An encoded event, ready to be written to any stream."""

    seq: int
    scopes: frozenset[str]
    """Scopes that see it besides the control room."""
    seen: bytes
    passed: bytes
    """Message for all other scopes: the number only, so that a lost event still shows as a gap."""

    def to(self, scope: str) -> bytes:
        """Return the message for a stream of `scope`."""
        return self.seen if scope == ROOM or scope in self.scopes else self.passed


def frame(seq: int, at: datetime, name: str, row: Mapping[str, Any] | None, agencies: Iterable[str]) -> Frame:
    """Return the frame of an event; `row` is the incident as the queue shows it now."""
    content = {"seq": seq, "at": at.isoformat(), "name": name, "incident": row}
    return Frame(
        seq,
        frozenset(agency_scope(code) for code in agencies),
        message("incident", content, seq),
        message("pass", {"seq": seq}, seq),
    )


def message(event: str, content: Mapping[str, Any], seq: int | None = None) -> bytes:
    """Return a message in the event stream format (HTML Standard, section 9.2)."""
    number = "" if seq is None else f"id: {seq}\n"
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False, default=_plain)
    return f"{number}event: {event}\ndata: {text}\n\n".encode()


def heartbeat(seq: int, *, fresh: bool) -> bytes:
    """Return a heartbeat message; `fresh` is False while the database cannot be read."""
    return message("heartbeat", {"seq": seq, "at": now().isoformat(), "fresh": fresh})


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
