"""Export statistics, the month for the national centre and the event log; each export is logged."""

from __future__ import annotations

import json
from collections.abc import Iterator

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.request_user import database
from app.console.oversight.audit import requested_search
from app.console.oversight.shared import NAMES, OVERSIGHT, current_query, values_of
from app.console.oversight.spreadsheet import Cell, Table, as_csv, as_xlsx
from app.console.shared.layout import current_actor
from app.console.shared.page import locale
from app.console.shared.route import console_route
from app.core.clock import WITA, now, wita_day
from app.core.errors import Invalid, NotFound
from app.core.i18n import say, words
from app.incidents import audit_search
from app.incidents.actor import names_of
from app.statistics import daily_rollup, trends
from app.statistics.national_export import lines, month_of
from app.statistics.percentiles import CLASSES, Answer
from app.statistics.response_times import LEGS

FORMS = ("csv", "xlsx")


@console_route("/pengawas/statistik.<form>", roles=OVERSIGHT)
def export_statistics(form: str) -> ResponseReturnValue:
    """Download the statistics of the query: in all, by day, and by every dimension."""
    _require_format(form)
    selection = current_query()
    with database().write() as session:
        audit_search.record_export(session, current_actor(), "statistics", selection.first, selection.last)
    with database().read() as session:
        values = values_of(session)
        parts: list[tuple[str, dict[str, Answer]]] = [
            (_text("oversight.all"), {_text("oversight.all"): daily_rollup.ask(session, selection)}),
            (_text("oversight.col.day"), trends.by_day(session, selection)),
        ]
        for dimension in NAMES:
            found = trends.by_dimension(session, selection, dimension)
            named = {values[dimension].get(value, value): item for value, item in found.items()}
            parts.append((_text(f"oversight.dim.{dimension}"), named))
    file = f"statistik-{selection.first}-{selection.last}"
    if form == "xlsx":
        return as_xlsx([_sheet(name, found) for name, found in parts], file)
    rows: list[list[Cell]] = [[name, *row] for name, found in parts for row in _rows(found)]
    return as_csv(Table("", [_text("oversight.cut_title"), *_column_names()], rows), file)


@console_route("/pengawas/nasional.<form>", roles=OVERSIGHT)
def export_national(form: str) -> ResponseReturnValue:
    """Download a month for the national centre: reports by day, class and kind."""
    _require_format(form)
    month = request.args.get("bulan", "") or wita_day(now())[:7]
    try:
        first, last = month_of(month)
    except ValueError:
        raise Invalid([("/bulan", "day")], "day") from None
    with database().write() as session:
        audit_search.record_export(session, current_actor(), "national", first, last)
        found = lines(session, first, last)
    columns = ("day", "class", "kind", "reports", "incidents")
    rows: list[list[Cell]] = [
        [
            item.day,
            _text(f"oversight.class.{item.label}"),
            _text(f"kind.{item.kind}"),
            item.reports,
            item.incidents,
        ]
        for item in found
    ]
    table = Table("112", [_text(f"oversight.national.{name}") for name in columns], rows)
    file = f"112-6474-{month}"
    return as_xlsx([table], file) if form == "xlsx" else as_csv(table, file)


@console_route("/pengawas/audit.<form>", roles=OVERSIGHT)
def export_audit(form: str) -> ResponseReturnValue:
    """Download the events of the search with the hash of each."""
    _require_format(form)
    with database().write() as session:
        search = requested_search(session)
        audit_search.record_export(session, current_actor(), "audit", search.first, search.last)
    with database().read() as session:
        events = list(audit_search.search_all(session, search))
        names = names_of(session, (event.actor_id for event in events if event.actor == "staff"))
    book = words(locale())
    columns = ("seq", "at", "name", "event", "actor", "who", "incident", "report", "facts", "hash")
    rows: list[list[Cell]] = [
        [
            event.seq,
            event.at.astimezone(WITA).isoformat(timespec="milliseconds"),
            event.name,
            book.get(f"console.event.{event.name}", event.name),
            event.actor,
            names.get(event.actor_id or "", ""),
            event.incident_id or "",
            event.report_id or "",
            json.dumps(json.loads(event.data), ensure_ascii=False, sort_keys=True),
            event.hash,
        ]
        for event in events
    ]
    table, file = Table("audit", columns, rows), f"audit-{search.first}-{search.last}"
    return as_xlsx([table], file) if form == "xlsx" else as_csv(table, file)


def _text(key: str) -> str:
    return say(locale(), key)


def _column_names() -> list[str]:
    heads = [
        _text("oversight.col.value"),
        _text("oversight.national.incidents"),
        _text("oversight.col.reports"),
    ]
    heads += [_text(f"oversight.class.{name}") for name in CLASSES]
    return heads + [
        f"{_text(f'oversight.leg.{leg}')}: {words}"
        for leg in LEGS
        for words in (
            _text("oversight.col.n"),
            *(f"p{share} ({_text('console.seconds')})" for share in (50, 90, 95)),
        )
    ]


def _sheet(name: str, found: dict[str, Answer]) -> Table:
    return Table(name, _column_names(), _rows(found))


def _rows(found: dict[str, Answer]) -> Iterator[list[Cell]]:
    for value, item in found.items():
        row: list[Cell] = [value, item.incidents, item.reports, *(item.classes[name] for name in CLASSES)]
        for leg in LEGS:
            spread = item.legs[leg]
            row += [spread.n, *(_seconds(tenths) for tenths in (spread.p50, spread.p90, spread.p95))]
        yield row


def _seconds(tenths: int | None) -> float | None:
    return None if tenths is None else tenths / 10


def _require_format(form: str) -> None:
    if form not in FORMS:
        raise NotFound
