"""How the system is: for supervisors of processes, proxies, and people who look after it."""

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
"""A process that was not heard of for so long is not working."""
OUTBOX_LATE_S = 60.0
"""A push or job that has been due for so long: the worker does not keep up."""
_LOOPBACK = {"127.0.0.1", "::1", ""}
health = Blueprint("health", __name__)


def init_app(app: Siaga) -> None:
    """Hang the routes into the application."""
    app.register_blueprint(health)


@health.get("/healthz")
@operation(
    operation_id="healthz",
    summary="This process answers",
    responses={200: "text/plain"},
)
def healthz() -> Response:
    """Tell that this process answers; nothing else is asked, so that a proxy keeps sending reports here."""
    return Response("ok\n", 200, {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"})


@health.get("/readyz")
@operation(
    operation_id="readyz",
    summary="Whether the whole works",
    responses={200: "Readiness", 503: "Readiness"},
)
def readyz() -> Response:
    """Tell whether the whole works: 503 and the names of what is late or away."""
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
    """Figures for Prometheus: from this machine alone unless the settings say otherwise.

    Raises:
        NotFound: asked from elsewhere, or through a proxy.
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
        "worker": _heard(beats.get("worker")),
        "live": _heard(beats.get("live")),
        "outbox": {"ok": oldest_s <= OUTBOX_LATE_S, "oldest_s": round(oldest_s, 1)},
    }


def _heard(at: datetime | None) -> dict[str, Any]:
    if at is None:
        return {"ok": False, "age_s": None}
    age_s = (now() - at).total_seconds()
    return {"ok": age_s <= LATE_S, "age_s": round(age_s, 1)}
