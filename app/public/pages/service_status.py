"""Serves `/status`, the public state of the service: words only, no figure that shows how much is going on."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, current_app
from sqlalchemy.exc import SQLAlchemyError

from app.core.clock import now, wita_moment
from app.core.heartbeat import SILENT_AFTER, last_beats
from app.public.pages.routes import NEVER, locale, page, resident
from app.self_test.models import LEGS
from app.self_test.status import Standing, standing

if TYPE_CHECKING:
    from app import Siaga

status = Blueprint("status", __name__)
BEHIND = ("worker", "live")
"""Processes that prove by heartbeat that they run; the web process proves it by answering."""


def init_app(app: Siaga) -> None:
    """Hang the page into the application."""
    app.register_blueprint(status)


@status.get("/status")
def service_status() -> Response:
    """Return the last test, leg by leg, and which processes run now; 503 while the database is away."""
    app = cast("Siaga", current_app)
    try:
        with app.database.read() as session:
            test = standing(session, app.settings.canary_every_h)
            beats = last_beats(session)
    except SQLAlchemyError:
        return _page("broken", None, dict.fromkeys(("database", *BEHIND), False), 503)
    alive = {name: name in beats and now() - beats[name] <= SILENT_AFTER for name in BEHIND}
    return _page(_summary(test, alive=all(alive.values())), test, {"database": True, **alive}, 200)


def _summary(test: Standing | None, *, alive: bool) -> str:
    if not alive or (test and not test.passed):
        return "broken"
    return "untested" if test is None or test.late else "fine"


def _page(summary: str, test: Standing | None, alive: dict[str, bool], code: int) -> Response:
    body = resident().shell.page(
        "keadaan.html",
        locale(),
        heading="canary.page.title",
        whole=summary,
        test=test,
        legs=LEGS,
        alive={"web": True, **alive},
        moment=wita_moment,
    )
    return page(body.encode(), keep=NEVER, status=code)
