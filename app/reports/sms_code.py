"""Reads a report from one SMS that the app wrote (pwa/js/report/sms.js): `SIAGA112 KEBAKARAN 6PGX4FMR+7M 3F9A21 K`."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final, NamedTuple

from openlocationcode import openlocationcode

from app.core.domain import KINDS
from app.core.i18n import LOCALES, words

MOST: Final = 480
"""Characters that are read: three parts of a long SMS."""
_CHECKED: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FORM: Final = re.compile(r"SIAGA112 (?P<content>.+) (?P<short>[0-9A-F]{6}) (?P<check>[0-9A-Z])")
_CODE: Final = re.compile(r"[23456789CFGHJMPQRVWX]{8}\+[23456789CFGHJMPQRVWX]{2,3}")
_NOWHERE: Final = "LOKASI"


class SmsRead(NamedTuple):
    """The content of an SMS; `place` is its free text (kelurahan, landmark)."""

    kind: str
    kind_word: str | None
    lat: float | None
    lon: float | None
    place: str | None
    short: str
    """The last six hexadecimal digits of the report's key."""


class NoReport(ValueError):
    """Raised for a text that is not a valid SMS of the app; `code` is `not_ours` or `wrong_check`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_character(text: str) -> str:
    """Return the check character over letters and digits (ISO 7064, MOD 37,36)."""
    total = 36
    for character in text.upper():
        value = _CHECKED.find(character)
        if value >= 0:
            total = (total + value) % 36 or 36
            total = (total * 2) % 37
    return _CHECKED[(37 - total) % 36]


def read_sms(text: str) -> SmsRead:
    """Read an SMS that was pasted or forwarded; ignores text before it, case and line breaks.

    Raises:
        NoReport: not in this form, or the check character does not match.
    """
    plain = " ".join(text[:MOST].upper().split())
    begin = plain.find("SIAGA112 ")
    found = _FORM.fullmatch(plain[begin:]) if begin >= 0 else None
    if found is None:
        raise NoReport("not_ours")
    if check_character(plain[begin:-2]) != found["check"]:
        raise NoReport("wrong_check")
    kind, word, rest = _kind(found["content"])
    code = _CODE.search(rest)
    lat = lon = None
    if code and openlocationcode.isFull(code[0]):
        area = openlocationcode.decode(code[0])
        lat, lon = round(area.latitudeCenter, 6), round(area.longitudeCenter, 6)
        rest = f"{rest[: code.start()]} {rest[code.end() :]}"
    place = " ".join(part for part in rest.split() if not part.startswith(_NOWHERE))
    return SmsRead(kind, word, lat, lon, place.title() or None, found["short"])


def _kind(content: str) -> tuple[str, str | None, str]:
    """Return the kind, the sent word where it is outside `KINDS`, and the remaining text."""
    for label, kind in _labels():
        if content == label or content.startswith(f"{label} "):
            return kind, None, content[len(label) :].strip()
    word, _, rest = content.partition(" ")
    return "other", word, rest


@cache
def _labels() -> tuple[tuple[str, str], ...]:
    """Return the labels of kinds as an SMS spells them, the longest first."""
    found = {_sms_spelling(words(locale)[f"kind.{kind}"]): kind for locale in LOCALES for kind in KINDS}
    return tuple(sorted(found.items(), key=lambda entry: -len(entry[0])))


def _sms_spelling(label: str) -> str:
    plain = unicodedata.normalize("NFKD", label)
    return " ".join(re.sub(r"[^A-Za-z0-9 .,-]", "", plain).strip()[:30].upper().split())
