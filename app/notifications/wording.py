"""Writes the words of a push: that an incident moved on, without what happened, where, or to whom."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol

from app.core.domain import SILENT_KIND
from app.core.i18n import DEFAULT, known, say, words

UNSPOKEN_KINDS: Final = frozenset({SILENT_KIND})
"""Kinds without any push, since the person holding the phone may be the one the survivor hides from."""

UNSPOKEN_AGENCIES: Final = frozenset({"uptdppa"})
"""Agencies that no reporter's phone names, for any kind, because their name reveals what happened."""

PADDED_TO: Final = 1024
"""Bytes of a bucket, so that the length of a push reveals nothing to a push service."""

SIMULATION: Final = "simulation"
"""Key in `data` of a simulated incident, whose words begin by stating it."""


class News(Protocol):
    """A push to one subscription: a due row of the outbox."""

    @property
    def wording(self) -> str: ...
    @property
    def data(self) -> str: ...
    @property
    def locale(self) -> str: ...
    @property
    def tag(self) -> str: ...
    @property
    def receipt(self) -> str: ...
    @property
    def incident_id(self) -> str | None: ...
    @property
    def report_id(self) -> str | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How one kind of push is delivered. `tag`: a newer push of the same tag replaces the older on the screen."""

    tag: str
    urgency: str
    ttl_s: int
    to_staff: bool = False


_STEP = Wording(tag="step", urgency="high", ttl_s=3600)
WORDINGS: Final[Mapping[str, Wording]] = {
    "opened": _STEP,
    "forwarded": _STEP,
    "accepted": _STEP,
    "en_route": _STEP,
    "on_scene": _STEP,
    "lead": _STEP,
    "hand_over": _STEP,
    "reassigning": _STEP,
    "waiting": _STEP,
    "reopen": _STEP,
    "closed": Wording(tag="step", urgency="normal", ttl_s=86400),
    "ask_still_ongoing": Wording(tag="still_ongoing", urgency="high", ttl_s=1800),
    "message": Wording(tag="message", urgency="high", ttl_s=86400),
    "forwarded_task": Wording(tag="task", urgency="high", ttl_s=900, to_staff=True),
    "lead_task": Wording(tag="task", urgency="high", ttl_s=900, to_staff=True),
    "cancelled_task": Wording(tag="task", urgency="high", ttl_s=900, to_staff=True),
    "unopened": Wording(tag="unopened", urgency="high", ttl_s=600, to_staff=True),
    "unanswered": Wording(tag="unanswered", urgency="high", ttl_s=600, to_staff=True),
    "unanswered_task": Wording(tag="task", urgency="high", ttl_s=900, to_staff=True),
    "declined": Wording(tag="unanswered", urgency="high", ttl_s=600, to_staff=True),
}
"""Code of the words (`push.<code>` in the locales) → how the push is delivered."""


def payload(news: News) -> bytes:
    """Return the message readable by both kinds of browser (declarative Web Push, and our service worker).

    Many recipients of an event get the same words, so all but the address and the receipt is cached.
    """
    common = _common(news.wording, news.data, known(news.locale), news.tag)
    own = f'"navigate":"{_address(news)}","data":{{"receipt":"{news.receipt}"}}'  # ids and base64url: no escapes
    return padded(f"{common}{own}}}}}".encode())


def padded(content: bytes) -> bytes:
    """Fill JSON with spaces, which it allows at its end, so that every message has one length when encrypted.

    Encryption adds one byte that ends the record (RFC 8188, section 2): a bucket is `PADDED_TO` with that byte.
    """
    return content + b" " * (-(len(content) + 1) % PADDED_TO)


@lru_cache(maxsize=256)
def _common(wording: str, data: str, locale: str, tag: str) -> str:
    title, body = spoken(wording, data, locale)
    notification = {
        "title": title,
        "body": body,
        "tag": tag,
        "lang": locale,
        "dir": "ltr",
        "silent": False,
    }
    text = json.dumps({"web_push": 8030, "notification": notification}, ensure_ascii=False)
    return text.removesuffix("}}") + ","


def spoken(wording: str, data: str, locale: str) -> tuple[str, str]:
    """Return title and body; they name the agency where it is known and the wording has a variant for it."""
    values = {"agency": "", **json.loads(data)}
    body = f"push.{wording}.named"
    if not values["agency"] or body not in words(DEFAULT):
        body = f"push.{wording}.body"
    title = say(locale, f"push.{wording}.title", **values)
    if values.get(SIMULATION):
        title = say(locale, "simulation.said", words=title)
    return title, say(locale, body, **values)


def _address(news: News) -> str:
    if WORDINGS[news.wording].to_staff:
        return f"/console/kejadian/{news.incident_id}" if news.incident_id else "/console/"
    return f"/laporan/{news.report_id}" if news.report_id else "/"
