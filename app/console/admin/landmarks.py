"""The gazetteer: what places are called.

The room and administrators read it; supervisors and administrators keep it.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.request_user import database
from app.console.dispatch.queue import village_names
from app.console.shared.layout import READERS
from app.console.shared.page import locale
from app.console.shared.route import DESK, console_route, current
from app.core.errors import Invalid, NotFound, SiagaError
from app.core.ids import is_id
from app.geo.geocoding import queue as geocoding_queue
from app.geo.models import LANDMARK_KINDS, Kelurahan, Landmark
from app.geo.places import landmarks
from app.geo.places.index_cache import Atlas, Atlases, Found
from app.incidents.models import Incident
from app.incidents.queue.queue import rows_of

SEEKERS = READERS | {"administrator"}
KEEPERS = {"supervisor", "administrator"}
SHOWN = 100
"""Landmarks in the list while nothing is searched."""


def atlases() -> Atlases:
    """Return what this process knows of places."""
    found: Atlases = current_app.extensions.setdefault("siaga.atlases", Atlases(database()))
    return found


def atlas() -> Atlas:
    """Return kelurahan and landmarks."""
    return atlases().atlas()


@console_route("/tempat", roles=SEEKERS)
def landmark_list() -> ResponseReturnValue:
    """Show the places of the gazetteer, or those that `cari` means."""
    return _page()


@console_route("/kejadian/<incident_id>/tempat", roles=DESK)
def placing(incident_id: str) -> ResponseReturnValue:
    """Search a place for an incident; each that is found can be put on it."""
    asked = request.args.get("cari", "").strip()
    found, outside = sought(asked)
    with database().read() as session:
        incident = session.get(Incident, incident_id) if is_id(incident_id) else None
        if incident is None:
            raise NotFound
        return render_template(
            "console/placing.html",
            incident=incident,
            row=rows_of(session, [incident.id], locale=locale())[0],
            asked=asked,
            found=found,
            outside=outside,
            villages=village_names(),
        )


@console_route("/tempat", roles=KEEPERS, methods=["POST"])
def add_landmark() -> ResponseReturnValue:
    """Add a place."""
    return _do(lambda session: landmarks.add_landmark(session, current().id, _change()))


@console_route("/tempat/<landmark_id>", roles=KEEPERS, methods=["POST"])
def change_landmark(landmark_id: str) -> ResponseReturnValue:
    """Change a place."""
    return _do(lambda session: landmarks.set_landmark(session, current().id, _known(landmark_id), _change()))


@console_route("/tempat/<landmark_id>/hapus", roles=KEEPERS, methods=["POST"])
def remove_landmark(landmark_id: str) -> ResponseReturnValue:
    """Take a place out."""
    return _do(lambda session: landmarks.remove_landmark(session, current().id, _known(landmark_id)))


@console_route("/tempat/kelurahan/<code>", roles=KEEPERS, methods=["POST"])
def change_spellings(code: str) -> ResponseReturnValue:
    """Change how else people write a kelurahan."""
    return _do(lambda session: landmarks.set_spellings(session, current().id, code, _spellings()))


def _page(*, fault: SiagaError | None = None) -> str:
    asked = request.args.get("cari", "").strip()
    found, outside = sought(asked)
    with database().read() as session:
        query = select(Landmark).order_by(Landmark.name, Landmark.id).limit(SHOWN)
        if asked:
            query = query.where(Landmark.id.in_([item.id for item in found if is_id(item.id)]))
        rows = session.scalars(query).all()
        villages = session.scalars(select(Kelurahan).order_by(Kelurahan.name)).all()
    order = {item.id: place for place, item in enumerate(found)}
    wanted = {item.id for item in found}
    return render_template(
        "console/places.html",
        asked=asked,
        points=[item for item in found if item.kind in {"point", "address"}],
        outside=outside,
        rows=sorted(rows, key=lambda row: order.get(row.id, 0)),
        villages=[village for village in villages if not asked or village.code in wanted],
        names={village.code: village.name for village in villages},
        place_of=atlas().gazetteer.place_of,
        kinds=LANDMARK_KINDS,
        may_change=current().role in KEEPERS,
        typed=request.form if fault else {},
        fault=fault,
    )


def sought(asked: str) -> tuple[list[Found], str]:
    """Return what somebody's words mean, our own places first, and how far a question outside has come."""
    if not asked:
        return [], ""
    atlases().forget()
    found = atlas().find(asked, most=20)
    if found or not current_app.settings.geocoder_url:  # type: ignore[attr-defined]
        return found, ""
    with database().write() as session:
        told = geocoding_queue.ask(session, asked)
    return [atlas().found_at("address", **place) for place in told.places], told.state


def _do(work: Callable[[Session], object]) -> ResponseReturnValue:
    try:
        with database().write() as session:
            work(session)
    except Invalid as fault:
        return _page(fault=fault), fault.status
    atlases().forget()
    return redirect(url_for("console.landmark_list", ok="1"), 303)


def _known(landmark_id: str) -> str:
    if not is_id(landmark_id):
        raise NotFound
    return landmark_id


def _change() -> landmarks.LandmarkChange:
    form = request.form
    return landmarks.LandmarkChange(
        kind=form.get("kind", ""),
        name=form.get("name", ""),
        lat=degree("lat"),
        lon=degree("lon"),
        spellings=_spellings(),
    )


def _spellings() -> tuple[str, ...]:
    return tuple(part.strip() for part in request.form.get("spellings", "").split(";") if part.strip())


def degree(field: str) -> float | None:
    """Return degrees that a form carries, None where they are none."""
    try:
        number = float(request.form.get(field, "").strip().replace(",", "."))
    except ValueError:
        return None
    return number if abs(number) <= 180 else None
