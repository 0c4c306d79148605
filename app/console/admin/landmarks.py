"""Search and edit landmarks and spellings of kelurahan, and search the place of an incident.

The control room, auditors and administrators may read them; supervisors and administrators may edit them.
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

SEARCHERS = READERS | {"administrator"}
EDITORS = {"supervisor", "administrator"}
SHOWN = 100
"""Landmarks in the list without a search."""


def atlases() -> Atlases:
    """Return the place indexes that this process caches."""
    found: Atlases = current_app.extensions.setdefault("siaga.atlases", Atlases(database()))
    return found


def atlas() -> Atlas:
    """Return the current index of kelurahan and landmarks."""
    return atlases().atlas()


@console_route("/tempat", roles=SEARCHERS)
def landmark_list() -> ResponseReturnValue:
    """Show the landmarks, or those that match `cari`."""
    return _render_page()


@console_route("/kejadian/<incident_id>/set_place", roles=DESK)
def placing(incident_id: str) -> ResponseReturnValue:
    """Show search results for an incident's place, each with a button that sets it."""
    search_text = request.args.get("cari", "").strip()
    found, outside = search_places(search_text)
    with database().read() as session:
        incident = session.get(Incident, incident_id) if is_id(incident_id) else None
        if incident is None:
            raise NotFound
        return render_template(
            "console/set_place.html",
            incident=incident,
            row=rows_of(session, [incident.id], locale=locale())[0],
            search_text=search_text,
            found=found,
            outside=outside,
            villages=village_names(),
        )


@console_route("/tempat", roles=EDITORS, methods=["POST"])
def add_landmark() -> ResponseReturnValue:
    """Add a landmark."""
    return _save(lambda session: landmarks.add_landmark(session, current().id, _form_landmark()))


@console_route("/tempat/<landmark_id>", roles=EDITORS, methods=["POST"])
def change_landmark(landmark_id: str) -> ResponseReturnValue:
    """Change a landmark."""
    return _save(
        lambda session: landmarks.set_landmark(
            session, current().id, _require_id(landmark_id), _form_landmark()
        )
    )


@console_route("/tempat/<landmark_id>/hapus", roles=EDITORS, methods=["POST"])
def remove_landmark(landmark_id: str) -> ResponseReturnValue:
    """Remove a landmark."""
    return _save(lambda session: landmarks.remove_landmark(session, current().id, _require_id(landmark_id)))


@console_route("/tempat/kelurahan/<code>", roles=EDITORS, methods=["POST"])
def change_spellings(code: str) -> ResponseReturnValue:
    """Change the other spellings of a kelurahan."""
    return _save(lambda session: landmarks.set_spellings(session, current().id, code, _form_spellings()))


def _render_page(*, fault: SiagaError | None = None) -> str:
    search_text = request.args.get("cari", "").strip()
    found, outside = search_places(search_text)
    with database().read() as session:
        query = select(Landmark).order_by(Landmark.name, Landmark.id).limit(SHOWN)
        if search_text:
            query = query.where(Landmark.id.in_([item.id for item in found if is_id(item.id)]))
        rows = session.scalars(query).all()
        villages = session.scalars(select(Kelurahan).order_by(Kelurahan.name)).all()
    rank = {item.id: index for index, item in enumerate(found)}
    found_ids = {item.id for item in found}
    return render_template(
        "console/places.html",
        search_text=search_text,
        points=[item for item in found if item.kind in {"point", "address"}],
        outside=outside,
        rows=sorted(rows, key=lambda row: rank.get(row.id, 0)),
        villages=[village for village in villages if not search_text or village.code in found_ids],
        names={village.code: village.name for village in villages},
        place_of=atlas().gazetteer.place_of,
        kinds=LANDMARK_KINDS,
        may_change=current().role in EDITORS,
        typed=request.form if fault else {},
        fault=fault,
    )


def search_places(search_text: str) -> tuple[list[Found], str]:
    """Return the places that match `search_text`, and the state of the geocoder request, "" without one.

    The geocoder is requested where the city's own places have no match.
    """
    if not search_text:
        return [], ""
    atlases().forget()
    found = atlas().find(search_text, most=20)
    if found or not current_app.settings.geocoder_url:  # type: ignore[attr-defined]
        return found, ""
    with database().write() as session:
        answer = geocoding_queue.ask(session, search_text)
    return [atlas().found_at("address", **place) for place in answer.places], answer.state


def _save(change: Callable[[Session], object]) -> ResponseReturnValue:
    try:
        with database().write() as session:
            change(session)
    except Invalid as fault:
        return _render_page(fault=fault), fault.status
    atlases().forget()
    return redirect(url_for("console.landmark_list", ok="1"), 303)


def _require_id(landmark_id: str) -> str:
    if not is_id(landmark_id):
        raise NotFound
    return landmark_id


def _form_landmark() -> landmarks.LandmarkChange:
    form = request.form
    return landmarks.LandmarkChange(
        kind=form.get("kind", ""),
        name=form.get("name", ""),
        lat=degree("lat"),
        lon=degree("lon"),
        spellings=_form_spellings(),
    )


def _form_spellings() -> tuple[str, ...]:
    return tuple(part.strip() for part in request.form.get("spellings", "").split(";") if part.strip())


def degree(field: str) -> float | None:
    """Return the degrees in a form field, None for text that is no angle up to 180°."""
    try:
        number = float(request.form.get(field, "").strip().replace(",", "."))
    except ValueError:
        return None
    return number if abs(number) <= 180 else None
