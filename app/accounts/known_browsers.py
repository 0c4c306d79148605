"""Recognise browsers and addresses from which a member of staff has signed in before."""

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
"""Members of staff that one browser remembers, since workstations are shared."""
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
    """Origin of a request: a keyed hash of the address, the kind of browser, and the cookie of known staff."""

    address_hash: str
    browser: str
    known: str = ""
    """The cookie: an id and one mark for each member of staff who has signed in from this browser."""

    @property
    def browser_id(self) -> str:
        return self.known.split(".", 1)[0]


def browser_kind(user_agent: str) -> str:
    """Return kind and system of a browser, such as `firefox-linux`; the rest of the user agent is dropped."""
    kind = next((code for code, sign in _KINDS if sign in user_agent), "other")
    system = next((code for code, sign in _SYSTEMS if sign in user_agent), "other")
    return f"{kind}-{system}"


def is_known_browser(secrets: Secrets, fingerprint: ClientFingerprint, staff_id: str) -> bool:
    """Return whether this member of staff has signed in from this browser before."""
    return _mark(secrets, fingerprint.browser_id, staff_id) in fingerprint.known.split(".")[1:]


def remembered(secrets: Secrets, fingerprint: ClientFingerprint, staff_id: str) -> str:
    """Return the cookie with a mark of this member of staff added."""
    usable = re.fullmatch(r"[0-9a-f]{16}(\.[0-9a-f]{32}){0,16}", fingerprint.known) is not None
    browser_id, *marks = fingerprint.known.split(".") if usable else [token_hex(8)]
    mark = _mark(secrets, browser_id, staff_id)
    return ".".join([browser_id, mark, *(old for old in marks if old != mark)][: _MARKS_KEPT + 1])


def is_known_address(session: Session, fingerprint: ClientFingerprint, staff_id: str) -> bool:
    """Return whether this member of staff has signed in from this address within 30 days."""
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


def _mark(secrets: Secrets, browser_id: str, staff_id: str) -> str:
    return secrets.sign("known-browser", browser_id, staff_id)[:_MARK_LENGTH]
