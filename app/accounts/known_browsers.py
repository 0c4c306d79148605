"""Where somebody signs in from, and whether they did so before from there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_hex

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import StaffSession
from app.core.clock import now
from app.core.secrets import Secrets

KNOWN_FOR = timedelta(days=180)
ADDRESS_KNOWN_FOR = timedelta(days=30)
_MARKS_KEPT = 16
"""A desk is shared: one browser remembers so many members of staff."""
_MARK_LENGTH = 32
_KINDS = (
    ("edge", "Edg/"), ("opera", "OPR/"), ("samsung", "SamsungBrowser/"), ("firefox", "Firefox/"),
    ("chrome", "Chrome/"), ("safari", "Safari/"),
)  # fmt: skip
_SYSTEMS = (
    ("android", "Android"), ("iphone", "iPhone"), ("ipad", "iPad"), ("windows", "Windows"), ("mac", "Mac OS"),
    ("linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFingerprint:
    """Where a request comes from: a keyed hash of the address, the kind of browser, and its own cookie."""

    address_hash: str
    browser: str
    known: str = ""
    """The cookie: an id and one mark for each member of staff who was inside from this browser."""

    @property
    def browser_id(self) -> str:
        return self.known.split(".", 1)[0]


def browser_kind(user_agent: str) -> str:
    """Return kind and system of a browser, such as `firefox-linux`; nothing else of it is kept."""
    kind = next((code for code, sign in _KINDS if sign in user_agent), "other")
    system = next((code for code, sign in _SYSTEMS if sign in user_agent), "other")
    return f"{kind}-{system}"


def is_known_browser(keep: Secrets, fingerprint: ClientFingerprint, staff_id: str) -> bool:
    """Tell whether this member of staff was inside from this very browser before."""
    return _mark(keep, fingerprint.browser_id, staff_id) in fingerprint.known.split(".")[1:]


def remembered(keep: Secrets, fingerprint: ClientFingerprint, staff_id: str) -> str:
    """Return the cookie that also remembers this member of staff."""
    usable = re.fullmatch(r"[0-9a-f]{16}(\.[0-9a-f]{32}){0,16}", fingerprint.known) is not None
    browser_id, *marks = fingerprint.known.split(".") if usable else [token_hex(8)]
    mark = _mark(keep, browser_id, staff_id)
    return ".".join([browser_id, mark, *(old for old in marks if old != mark)][: _MARKS_KEPT + 1])


def is_known_address(session: Session, fingerprint: ClientFingerprint, staff_id: str) -> bool:
    """Tell whether this member of staff was inside from this address lately."""
    found = session.scalar(
        select(StaffSession.id)
        .where(
            StaffSession.staff_id == staff_id,
            StaffSession.address_hash == fingerprint.address_hash,
            StaffSession.second_factor_at > now() - ADDRESS_KNOWN_FOR,
        )
        .limit(1)
    )
    return found is not None


def _mark(keep: Secrets, browser_id: str, staff_id: str) -> str:
    return keep.sign("known-browser", browser_id, staff_id)[:_MARK_LENGTH]
