"""Render metrics for Prometheus: counters of this process, and figures read from the database on each scrape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.db import UtcDateTime
from app.core.heartbeat import last_beats
from app.http.request_counts import BOUNDS_S, TALLY
from app.notifications.webpush.backlog import backlogs

if TYPE_CHECKING:
    from app import Siaga

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_OPEN = text(
    "SELECT priority, state, count(*) AS incidents, min(received_at) AS oldest FROM incident "
    "WHERE closed_at IS NULL GROUP BY priority, state"
).columns(oldest=UtcDateTime())
_TODAY = text("SELECT last FROM day_counter ORDER BY day DESC LIMIT 1")
_SUBSCRIPTIONS = text("SELECT count(*) FROM push_subscription WHERE gone_at IS NULL")


def exposition(app: Siaga) -> bytes:
    """Return all metrics in the text format of Prometheus; without a database, those of this process alone."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_SiagaCollector(app))
    return generate_latest(registry)


class _SiagaCollector(Collector):
    def __init__(self, app: Siaga) -> None:
        self._database = app.database

    def collect(self) -> Iterator[Metric]:
        yield _request_metrics()
        up = GaugeMetricFamily("siaga_database_up", "Whether the database answers")
        try:
            with self._database.read() as session:
                figures = list(_database_metrics(session))
        except SQLAlchemyError:
            figures = []
        up.add_metric([], 1.0 if figures else 0.0)
        yield up
        yield from figures


def _request_metrics() -> Metric:
    family = HistogramMetricFamily(
        "siaga_request_seconds", "Answers of this process", labels=["route", "status"]
    )
    for route, status, counts, sum_s in TALLY.rows():
        reached, buckets = 0, []
        for bound, count in zip([*map(str, BOUNDS_S), "+Inf"], counts, strict=True):
            reached += count
            buckets.append((bound, float(reached)))
        family.add_metric([route, status], buckets, sum_s)
    return family


def _database_metrics(session: Session) -> Iterator[Metric]:
    moment = now()
    incidents = GaugeMetricFamily("siaga_open_incidents", "Open incidents", labels=["priority", "state"])
    oldest = GaugeMetricFamily(
        "siaga_oldest_incident_seconds", "Age of the oldest open incident", labels=["priority", "state"]
    )
    for row in session.execute(_OPEN):
        labels = [str(row.priority), row.state]
        incidents.add_metric(labels, row.incidents)
        oldest.add_metric(labels, (moment - row.oldest).total_seconds())
    yield incidents
    yield oldest
    yield GaugeMetricFamily("siaga_reports_of_day", "Last number given", value=session.scalar(_TODAY) or 0)
    yield GaugeMetricFamily(
        "siaga_push_subscriptions", "Living push subscriptions", value=session.scalar(_SUBSCRIPTIONS) or 0
    )
    beats = GaugeMetricFamily(
        "siaga_heartbeat_age_seconds", "Since a process was heard of", labels=["process"]
    )
    for name, at in last_beats(session).items():
        beats.add_metric([name], (moment - at).total_seconds())
    yield beats
    waiting = GaugeMetricFamily("siaga_backlog", "Rows that are due", labels=["table"])
    late = GaugeMetricFamily("siaga_backlog_oldest_seconds", "Age of the oldest due row", labels=["table"])
    failed = GaugeMetricFamily("siaga_given_up", "Rows that were given up", labels=["table"])
    for table, backlog in backlogs(session).items():
        waiting.add_metric([table], backlog.waiting)
        late.add_metric([table], backlog.oldest_s)
        failed.add_metric([table], backlog.failed)
    yield from (waiting, late, failed)
