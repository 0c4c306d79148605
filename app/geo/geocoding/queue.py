"""Queue requests to the external geocoder, at most one in `PACE` for the whole system.

An endpoint stores the words and responds at once. A worker takes the turn, sends the request and stores the answer;
the client's next poll finds it. Answers are kept for a month, so that the same words are sent once a month.
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
"""Public servers allow one request a second; the extra 0.1 s allows for clock differences."""
WAITED_FOR: Final = timedelta(seconds=30)
"""Age after which clients no longer poll; older words are not sent."""
MOST_WAITING: Final = 20
KEPT: Final = {"found": timedelta(days=30), "none": timedelta(days=1), "failed": timedelta(seconds=60)}


@dataclass(frozen=True, slots=True)
class GeocodeRequest:
    """State of a request: `waiting`, `found`, `none`, `failed`, or `busy` when too many wait already."""

    state: str
    places: Sequence[dict[str, Any]] = ()


def ask(session: Session, words: str) -> GeocodeRequest:
    """Return the stored answer for some words, or queue them for the worker."""
    key = " ".join(words.replace("\x00", " ").casefold().split())[:MOST_SIGNS]
    if not any(sign.isalnum() for sign in key):
        return GeocodeRequest("none")
    moment = now()
    row = session.get(GeocodeAnswer, key, with_for_update=True)
    if (
        row is not None
        and row.state in KEPT
        and moment - (row.answered_at or row.requested_at) < KEPT[row.state]
    ):
        return GeocodeRequest(row.state, json.loads(row.places))
    if row is not None and row.state in {"waiting", "asking"} and moment - row.requested_at < WAITED_FOR:
        return GeocodeRequest("waiting")
    waiting = select(func.count()).where(
        GeocodeAnswer.state == "waiting", GeocodeAnswer.requested_at > moment - WAITED_FOR
    )
    if (session.scalar(waiting) or 0) >= MOST_WAITING:
        return GeocodeRequest("busy")
    session.merge(
        GeocodeAnswer(
            words=key, state="waiting", places="[]", requested_at=moment, started_at=None, answered_at=None
        )
    )
    session.info[NEWS] = True
    return GeocodeRequest("waiting")


def take_turn(database: Database) -> str | None:
    """Claim the next words to send; return None when none wait or `PACE` has not passed."""
    moment = now()
    waiting = (
        select(GeocodeAnswer)
        .where(GeocodeAnswer.state == "waiting", GeocodeAnswer.requested_at > moment - WAITED_FOR)
        .order_by(GeocodeAnswer.requested_at, GeocodeAnswer.words)
        .limit(1)
    )
    with database.read() as session:  # usually none wait, and reading takes no lock
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
    """Store the answer for some words; `places` is None when the request failed."""
    state = "failed" if places is None else "found" if places else "none"
    kept = json.dumps(list(places or ()), ensure_ascii=False)
    with database.write() as session:
        session.execute(
            update(GeocodeAnswer)
            .where(GeocodeAnswer.words == words, GeocodeAnswer.state == "asking")
            .values(state=state, places=kept, answered_at=now())
        )


def erase_old(session: Session) -> None:
    """Delete answers and requests older than 30 days."""
    session.execute(delete(GeocodeAnswer).where(GeocodeAnswer.requested_at < now() - KEPT["found"]))
