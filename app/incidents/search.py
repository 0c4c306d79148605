"""Find incidents by number, Plus Code, kelurahan or words."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.domain import KINDS
from app.core.i18n import LOCALES, say
from app.core.ids import new_id
from app.geo.districts.locate import Gazetteer
from app.incidents.models import Incident
from app.reports.models import Report

MOST = 50
BACK = timedelta(days=90)
"""Search window; ids carry their time, so the primary key bounds the search."""
_NUMBER = re.compile(r"(?:b[\s-]*)?0*(\d{1,6})", re.IGNORECASE)
_PLUS = re.compile(r"[23456789CFGHJMPQRVWX]{2,8}\+[23456789CFGHJMPQRVWX]{0,7}", re.IGNORECASE)


def find(
    session: Session, search_text: str, gazetteer: Gazetteer, *, at: datetime | None = None
) -> list[str]:
    """Return the ids of at most `MOST` matching incidents, newest first."""
    words = " ".join(search_text.replace("\x00", " ").split())[:200]
    if not words:
        return []
    oldest = new_id(at_ms=int(((at or now()) - BACK).timestamp() * 1000))[:13] + "-7000-8000-000000000000"
    query = (
        select(Incident.id)
        .where(Incident.id > oldest, _matches(words, gazetteer, oldest))
        .order_by(Incident.id.desc())
        .limit(MOST)
    )
    return list(session.scalars(query))


def _matches(words: str, gazetteer: Gazetteer, oldest: str) -> ColumnElement[bool]:
    number = _NUMBER.fullmatch(words)
    if number:
        value = int(number[1])
        by_report_number = select(Report.incident_id).where(Report.id > oldest, Report.number == value)
        return or_(Incident.number == value, Incident.id.in_(by_report_number))
    plus = _PLUS.search(words)
    if plus:
        return Incident.plus_code.contains(plus[0].upper(), autoescape=True)
    kelurahan = gazetteer.match(words)
    if kelurahan:
        return Incident.kelurahan == kelurahan
    return _text_matches(words, oldest)


def _text_matches(words: str, oldest: str) -> ColumnElement[bool]:
    """Match incidents whose reports contain every word (at most 6), in any order and case, or whose kind matches."""
    conditions: list[ColumnElement[Any]] = [
        or_(
            func.lower(Report.description).contains(word, autoescape=True),
            func.lower(Report.landmark).contains(word, autoescape=True),
        )
        for word in words.lower().split()[:6]
    ]
    by_words = Incident.id.in_(select(Report.incident_id).where(Report.id > oldest, *conditions))
    return or_(by_words, Incident.kind.in_(_kinds(words.lower())))


def _kinds(words: str) -> list[str]:
    """Return the kinds with a matching name in any language, so `banjir` also finds floods without a description."""
    return [kind for kind in KINDS if any(words in say(locale, f"kind.{kind}").lower() for locale in LOCALES)]
