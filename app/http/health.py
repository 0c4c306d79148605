"""Report health, readiness and metrics to process supervisors, proxies and administrators."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, Response, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from app.core.clock import now
from app.core.errors import NotFound
from app.core.heartbeat import last_beats
from app.http.operation import operation
from app.http.response import as_json
from app.notifications.webpush.backlog import backlogs

if TYPE_CHECKING:
    from app import Siaga

LATE_S = 15.0
"""Seconds without a heartbeat after which a process counts as not working."""
OUTBOX_LATE_S = 60.0
"""Seconds that a push or job may be overdue before the worker counts as too slow."""
_LOOPBACK = {"127.0.0.1", "::1", ""}
health = Blueprint("health", __name__)


def init_app(app: Siaga) -> None:
    """Register the health routes."""
    app.register_blueprint(health)


@health.get("/healthz")
@operation(
    operation_id="healthz",
    summary="This process answers",
    responses={200: "text/plain"},
)
def healthz() -> Response:
    """Answer 200 while this process runs.

    Database and worker are left out, so that a proxy keeps sending reports here while they are away.
    """
    return Response("ok\n", 200, {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"})


@health.get("/readyz")
@operation(
    operation_id="readyz",
    summary="Whether the whole works",
    responses={200: "Readiness", 503: "Readiness"},
)
def readyz() -> Response:
    """Return whether all parts work; 503 with the checks that failed."""
    checks = _checks()
    ready = all(check["ok"] for check in checks.values())
    return as_json({"ready": ready, "checks": checks}, 200 if ready else 503).response()


@health.get("/metrics")
@operation(
    operation_id="metrics",
    summary="Figures for Prometheus, from the machine itself alone",
    responses={200: "text/plain"},
    problems=(404,),
)
def metrics() -> Response:
    """Return metrics for Prometheus, to this machine alone unless `metrics_public` is set.

    Raises:
        NotFound: requested from another machine, or through a proxy.
    """
    app = cast("Siaga", current_app)
    forwarded = any(name in request.headers for name in ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"))
    if not app.settings.metrics_public and (forwarded or request.remote_addr not in _LOOPBACK):
        raise NotFound
    from app.http.metrics import CONTENT_TYPE, exposition

    return Response(exposition(app), 200, {"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"})


def _checks() -> dict[str, dict[str, Any]]:
    try:
        with cast("Siaga", current_app).database.read() as session:
            beats, due = last_beats(session), backlogs(session)
    except SQLAlchemyError:
        return {"database": {"ok": False}}
    oldest_s = max(backlog.oldest_s for backlog in due.values())
    return {
        "database": {"ok": True},
        "worker": _heartbeat_check(beats.get("worker")),
        "live": _heartbeat_check(beats.get("live")),
        "outbox": {"ok": oldest_s <= OUTBOX_LATE_S, "oldest_s": round(oldest_s, 1)},
    }


def _heartbeat_check(at: datetime | None) -> dict[str, Any]:
    if at is None:
        return {"ok": False, "age_s": None}
    age_s = (now() - at).total_seconds()
    return {"ok": age_s <= LATE_S, "age_s": round(age_s, 1)}
