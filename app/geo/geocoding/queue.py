"""The geocoder outside, asked in turns.

At most one request in `PACE` by the whole system, whoever and however many ask.

A door writes the words and answers at once; a worker takes the turn, asks, and writes the answer; whoever looks
again finds it. Answers are kept, so that the same words are asked once a month.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.db import NEWS, Database
from app.geo.models import GeocodeAnswer, GeocodeTurn
from app.geo.places.fuzzy_search import MOST_SIGNS

PACE: Final = timedelta(seconds=1.1)
"""One request a second is what public servers allow; a little more makes up for clocks that differ."""
WAITED_FOR: Final = timedelta(seconds=30)
"""Behind it nobody looks any more; words that had no turn by then are not asked."""
MOST_WAITING: Final = 20
KEPT: Final = {"found": timedelta(days=30), "none": timedelta(days=1), "failed": timedelta(seconds=60)}


@dataclass(frozen=True, slots=True)
class GeocodeRequest:
    """What is known of some words: `waiting`, `found`, `none`, `failed`, or `busy`: too many wait already."""

    state: str
    places: Sequence[dict[str, Any]] = ()


def ask(session: Session, words: str) -> GeocodeRequest:
    """Return what the geocoder said, or let it be asked. Nothing is asked here."""
    key = " ".join(words.replace("\x00", " ").casefold().split())[:MOST_SIGNS]
    if not any(sign.isalnum() for sign in key):
        return GeocodeRequest("none")
    moment = now()
    row = session.get(GeocodeAnswer, key, with_for_update=True)
    if row is not None and row.state in KEPT and moment - (row.answered_at or row.asked_at) < KEPT[row.state]:
        return GeocodeRequest(row.state, json.loads(row.places))
    if row is not None and row.state in {"waiting", "asking"} and moment - row.asked_at < WAITED_FOR:
        return GeocodeRequest("waiting")
    waiting = select(func.count()).where(
        GeocodeAnswer.state == "waiting", GeocodeAnswer.asked_at > moment - WAITED_FOR
    )
    if (session.scalar(waiting) or 0) >= MOST_WAITING:
        return GeocodeRequest("busy")
    session.merge(
        GeocodeAnswer(
            words=key, state="waiting", places="[]", asked_at=moment, started_at=None, answered_at=None
        )
    )
    session.info[NEWS] = True
    return GeocodeRequest("waiting")


def take_turn(database: Database) -> str | None:
    """Return words that may be asked for now, by this process alone; None when none wait or it is nobody's turn."""
    moment = now()
    waiting = (
        select(GeocodeAnswer)
        .where(GeocodeAnswer.state == "waiting", GeocodeAnswer.asked_at > moment - WAITED_FOR)
        .order_by(GeocodeAnswer.asked_at, GeocodeAnswer.words)
        .limit(1)
    )
    with database.read() as session:  # mostly nobody waits, and a look takes no lock
        if session.scalars(waiting).first() is None:
            return None
    with database.write() as session:
        turn = session.get(GeocodeTurn, 1, with_for_update=True)
        if turn is None or turn.next_at > moment:
            return None
        row = session.scalars(waiting.with_for_update()).first()
        if row is None:
            return None
        turn.next_at = moment + PACE
        row.state, row.started_at = "asking", moment
        return row.words


def answer(database: Database, words: str, places: Sequence[dict[str, Any]] | None) -> None:
    """Write what was found; None: it could not be asked."""
    state = "failed" if places is None else "found" if places else "none"
    kept = json.dumps(list(places or ()), ensure_ascii=False)
    with database.write() as session:
        session.execute(
            update(GeocodeAnswer)
            .where(GeocodeAnswer.words == words, GeocodeAnswer.state == "asking")
            .values(state=state, places=kept, answered_at=now())
        )


def erase_old(session: Session) -> None:
    """Erase what is too old to be told, and what nobody waits for any more."""
    session.execute(delete(GeocodeAnswer).where(GeocodeAnswer.asked_at < now() - KEPT["found"]))
