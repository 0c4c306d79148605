"""List open incidents by priority, doubt and waiting time.

The SQL is explicit and the same on both engines; it walks the partial index `ix_incident_queue` and stops after one
page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from app.core.i18n import DEFAULT
from app.core.raw_sql import Plain, iso
from app.geo.geocoding.place_label import KnownPlace, place_words
from app.incidents.reporter.read_receipts import needs_of_incidents
from app.reports.report_number import spoken_number

PAGE: Final = 30
_NAMES: Final = (
    *("id", "day", "number", "kind", "priority", "state", "version", "source", "lat", "lon", "accuracy_m"),
    *("landmark", "kelurahan", "kelurahan_exact", "plus_code", "inside_city", "reports"),
    *("received_at", "opened_at", "forwarded_at", "closed_at", "open_within_s", "accept_within_s"),
    *("lead", "simulation", "doubt", "unseen", "signal", "signalled_at"),
)
_SELECT: Final = (
    f"SELECT {', '.join(f'i.{name}' for name in _NAMES)}, k.name"
    " FROM incident i LEFT JOIN kelurahan k ON k.code = i.kelurahan WHERE"
)
_ORDER: Final = "ORDER BY i.priority, i.doubt, i.received_at, i.id LIMIT :page"
_FIRST = Plain(f"{_SELECT} i.closed_at IS NULL {_ORDER}")
_NEXT = Plain(
    f"{_SELECT} i.closed_at IS NULL"
    f" AND (i.priority, i.doubt, i.received_at, i.id) > (:priority, :doubt, :received_at, :id) {_ORDER}"
)
_OF_AGENCY = Plain(
    f"{_SELECT} i.closed_at IS NULL AND i.id IN"
    f" (SELECT incident_id FROM assignment WHERE agency = :agency AND ended_at IS NULL) {_ORDER}"
)
_CALLING = Plain(f"{_SELECT} i.closed_at IS NOT NULL AND i.unseen > 0 ORDER BY i.closed_at DESC LIMIT :page")


class After(NamedTuple):
    """Sort key of the last row of the previous page."""

    priority: int
    doubt: int
    received_at: datetime
    id: str

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> After:
        """Return the sort key of a row that `page` returned."""
        return cls(row["priority"], row["doubt"], datetime.fromisoformat(row["received_at"]), row["id"])


def page(
    session: Session, *, after: After | None = None, size: int = PAGE, locale: str = DEFAULT
) -> list[dict[str, Any]]:
    """Return one page of open incidents as JSON-ready rows, starting after `after`."""
    query, values = (_FIRST, {}) if after is None else (_NEXT, after._asdict())
    return _rows(session, query.rows(session, {**values, "page": size}), locale)


def calling(session: Session, *, size: int = PAGE, locale: str = DEFAULT) -> list[dict[str, Any]]:
    """Return closed incidents with unread news from their reporters."""
    return _rows(session, _CALLING.rows(session, {"page": size}), locale)


def place_of(row: Mapping[str, Any]) -> tuple[int, int, str, str]:
    """Return the sort key of a row; a closed incident waits from its last news."""
    return row["priority"], row.get("doubt", 0), row.get("waits_from", row["received_at"]), row["id"]


def of_agency(
    session: Session, agency: str, *, size: int = PAGE, locale: str = DEFAULT
) -> list[dict[str, Any]]:
    """Return the open incidents in which an agency has an open assignment."""
    return _rows(session, _OF_AGENCY.rows(session, {"agency": agency, "page": size}), locale)


def rows_of(session: Session, ids: Sequence[str], *, locale: str = DEFAULT) -> list[dict[str, Any]]:
    """Return the queue rows of given incidents, open or closed, unordered, for the event stream."""
    return _rows(session, _chosen(len(ids)).rows(session, _listed(ids)), locale) if ids else []


def _rows(session: Session, found: list[tuple[Any, ...]], locale: str) -> list[dict[str, Any]]:
    rows = [_row(values, locale) for values in found]
    forwarded = {row["id"]: row["agencies"] for row in rows if row["forwarded_at"]}
    if forwarded:
        assigned = _assigned(len(forwarded)).rows(session, _listed(list(forwarded)))
        for incident_id, agency, state, leads in assigned:
            forwarded[incident_id].append({"agency": agency, "state": state, "leads": bool(leads)})
    needs = needs_of_incidents(session, [row["id"] for row in rows]) if rows else {}
    for row in rows:
        row["needs"] = needs.get(row["id"], [])
    return rows


def _row(values: tuple[Any, ...], locale: str) -> dict[str, Any]:
    row: dict[str, Any] = dict(zip(_NAMES, values, strict=False))
    for name in ("received_at", "opened_at", "forwarded_at", "closed_at", "signalled_at"):
        row[name] = iso(row[name])
    for name in ("kelurahan_exact", "inside_city", "simulation"):
        row[name] = bool(row[name])
    row["number"] = spoken_number(row["number"])
    row["waits_from"] = (row["signalled_at"] or row["closed_at"]) if row["closed_at"] else row["received_at"]
    row["place"] = place_words(
        locale,
        KnownPlace(row["landmark"], values[-1], row["kelurahan_exact"], row["inside_city"], row["plus_code"]),
    )
    row["agencies"] = []
    return row


def _listed(ids: Sequence[str]) -> dict[str, str]:
    return {f"id_{index}": incident_id for index, incident_id in enumerate(ids)}


@cache
def _chosen(count: int) -> Plain:
    return Plain(f"{_SELECT} i.id IN ({', '.join(f':id_{index}' for index in range(count))})")


@cache
def _assigned(count: int) -> Plain:
    return Plain(
        "SELECT incident_id, agency, state, leads FROM assignment"
        f" WHERE incident_id IN ({', '.join(f':id_{index}' for index in range(count))})"
        " ORDER BY leads DESC, notified_at, agency"
    )
