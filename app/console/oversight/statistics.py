"""Show the live overview, the statistics, and the incidents behind a point of a chart."""

from __future__ import annotations

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.accounts.request_user import database
from app.console.dispatch.queue import agency_names, village_names
from app.console.oversight import charts
from app.console.oversight.heat_map import density_map
from app.console.oversight.shared import (
    NAMES,
    OVERSIGHT,
    current_query,
    presets,
    requested_leg,
    shared,
    values_of,
)
from app.console.shared.layout import gazetteer
from app.console.shared.page import locale
from app.console.shared.route import console_route
from app.incidents.queue.changes import head
from app.incidents.queue.queue import rows_of
from app.statistics import daily_rollup, live_overview, trends
from app.statistics.from_events import chosen
from app.statistics.models import StatMark
from app.statistics.percentiles import CLASSES, Answer
from app.statistics.query import StatisticsQuery
from app.statistics.response_times import LEGS
from app.statistics.targets import Target, read_targets

LISTED = 300
"""Incidents in the list behind one point of a chart."""


@console_route("/pengawas", roles=OVERSIGHT)
def oversight_now() -> ResponseReturnValue:
    """Show waiting incidents, silent agencies, staff on duty, and the load of the day by hour."""
    idle, longest = current_app.settings.session_limits  # type: ignore[attr-defined]
    with database().read() as session:
        standings = live_overview.standings(session)
        today, yesterday = live_overview.load_by_hour(session)
        return render_template(
            "console/oversight/now.html",
            standings=standings,
            levels={
                level: sum(standing.level == level for standing in standings)
                for level in ("alert", "warn", "calm")
            },
            silent=live_overview.silent(standings),
            people=live_overview.on_duty(session, idle, longest),
            chart=charts.hourly_chart(today, yesterday),
            rows=list(zip(today, yesterday, strict=True)),
            agencies=agency_names(session),
            villages=village_names(),
            seq=head(session),
            **shared(),
        )


@console_route("/pengawas/statistik", roles=OVERSIGHT)
def statistics() -> ResponseReturnValue:
    """Show the response times of the chosen days against their targets, by one dimension."""
    selection, leg = current_query(), requested_leg()
    dimension_name = request.args.get("per", "")
    dimension = next((name for name, short in NAMES.items() if short == dimension_name), "agency")
    with database().read() as session:
        targets = read_targets(session, selection.kind)
        density = trends.density(session, selection)
        return render_template(
            "console/oversight/statistics.html",
            selection=selection,
            leg=leg,
            legs=LEGS,
            dimension=dimension,
            names=NAMES,
            values=values_of(session),
            presets=presets(),
            found=daily_rollup.ask(session, selection),
            classes=CLASSES,
            targets={(target.leg, target.share): target for target in targets},
            days=_days(session, selection, leg, targets),
            cut=trends.by_dimension(session, selection, dimension),
            density=density,
            map=density_map(gazetteer(), density),
            k=trends.K,
            pushes=trends.pushes(session, selection),
            counted_at=session.get_one(StatMark, 1).at,
            behind=head(session) - session.get_one(StatMark, 1).seq,
            **shared(),
        )


@console_route("/pengawas/kejadian", roles=OVERSIGHT)
def statistic_incidents() -> ResponseReturnValue:
    """Show the incidents behind a point of a chart, the longest wait of the chosen leg first."""
    selection, leg = current_query(), requested_leg()
    with database().read() as session:
        found = [(item, item.legs(selection.agency)) for item in chosen(session, selection)]
        found.sort(key=lambda entry: -entry[1].get(leg, -1))
        rows = {
            row["id"]: row
            for row in rows_of(session, [item.id for item, _ in found[:LISTED]], locale=locale())
        }
        return render_template(
            "console/oversight/incidents.html",
            selection=selection,
            leg=leg,
            legs=LEGS,
            values=values_of(session),
            names=NAMES,
            count=len(found),
            found=[(item, legs, rows[item.id]) for item, legs in found[:LISTED] if item.id in rows],
            targets={(target.leg, target.share): target for target in read_targets(session, selection.kind)},
            **shared(),
        )


def _days(session: Session, selection: StatisticsQuery, leg: str, targets: list[Target]) -> dict[str, object]:
    """Return the chart of one leg over the days, in tenths of a second, and the answers of its table."""
    answers = trends.by_day(session, selection)
    keys = selection.each_day()
    target = next((item for item in targets if (item.leg, item.share) == (leg, "p90")), None)
    labels = [f"{int(key[8:])}.{int(key[5:7])}." for key in keys]
    return {
        "answers": answers,
        "chart": charts.daily_chart(
            keys,
            [_tenths(answers.get(key), leg, "p90") for key in keys],
            [_tenths(answers.get(key), leg, "p50") for key in keys],
            target.seconds * 10 if target else None,
            labels,
        ),
    }


def _tenths(found: Answer | None, leg: str, share: str) -> int | None:
    return getattr(found.legs[leg], share) if found else None
