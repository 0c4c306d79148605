"""Serve the case list, the case page and its state changes.

Staff who are not cleared get the answer of a case that does not exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.accounts.models import ROLES
from app.accounts.request_user import database
from app.console.dispatch.queue import agency_names
from app.console.shared.layout import gazetteer, viewer_of
from app.console.shared.page import locale
from app.console.shared.place_map import drawing_at
from app.console.shared.route import console_route, current, wants_json
from app.console.silent.queue_rows import case_html, case_rows_of
from app.core.clock import now
from app.core.errors import Conflict, NotFound, SiagaError
from app.core.i18n import say
from app.core.ids import is_id
from app.geo.geocoding.place_label import KnownPlace, place_words
from app.reports.report_number import spoken_number
from app.silent import dispatch_case
from app.silent.access import viewer_kind
from app.silent.crypto.master_key import MasterKey
from app.silent.dispatch_summary import Contact, DispatchSummary
from app.silent.encrypted_fields import load_master_key, require_master_key, with_master_key
from app.silent.safe_contact import may_contact

if TYPE_CHECKING:
    from app import Siaga

ALARM_STOPPING = ("open", "accept")
"""Actions that stop the alarms; refused while the key is unavailable and the case cannot be read."""
DANGER = (
    *("happening_now", "weapon", "threat_to_kill", "fears_death"),
    *("injured", "children", "suspect_near", "can_talk"),
)
"""Questions of the dispatch summary, in the order a crew needs them."""


@console_route("/kasus", roles=ROLES, hidden=True)
def case_list() -> ResponseReturnValue:
    """Show the open cases to cleared staff."""
    with database().read() as session:
        return render_template(
            "console/case_list.html", rows=case_rows_of(session), agencies=agency_names(session)
        )


@console_route("/api/kasus", roles=ROLES, hidden=True)
def case_rows() -> ResponseReturnValue:
    """Return the open cases to cleared staff, ready to insert into the queue."""
    with database().read() as session:
        found = case_rows_of(session)
        names = agency_names(session)
        return jsonify(
            rows=[
                {
                    "id": row["id"],
                    "open": True,
                    "stamp": row["stamp"],
                    "priority": row["priority"],
                    "received_at": row["received_at"],
                    "html": case_html(row, names),
                }
                for row in found
            ]
        )


@console_route("/kasus/<case_id>", roles=ROLES, hidden=True)
def case_page(case_id: str) -> ResponseReturnValue:
    """Show a case and log the view."""
    return _page(case_id)


@console_route("/kasus/<case_id>/<move>", roles=ROLES, methods=["POST"], hidden=True)
def move_case(case_id: str, move: str) -> ResponseReturnValue:
    """Apply an operator's state change or an agency's step."""
    if not is_id(case_id) or move not in dispatch_case.MOVES | dispatch_case.STEPS:
        raise NotFound
    if move in ALARM_STOPPING:
        _need_key()
    try:
        with database().write() as session:
            _move(session, case_id, move)
    except Conflict as fault:
        if wants_json():
            raise
        return _page(case_id, fault=fault), fault.status
    if wants_json():
        return jsonify(done=True)
    if move == "close" or request.form.get("back") == "queue":
        where = "case_list" if current().role == "agency" else "queue"
        return redirect(url_for(f"console.{where}"), 303)
    return redirect(url_for("console.case_page", case_id=case_id), 303)


def _move(session: Session, case_id: str, move: str) -> None:
    if move in dispatch_case.MOVES:
        sent = request.form.get("version", "")
        version = int(sent) if sent.isdecimal() and len(sent) < 10 else -1
        dispatch_case.apply_move(session, viewer_of(current()), case_id, move, version=version)
    else:
        dispatch_case.apply_step(session, viewer_of(current()), case_id, move)


def _need_key() -> None:
    """Fetch the key before the case log is locked. Staff without access go on to the common 404."""
    if viewer_kind(viewer_of(current())) is not None:
        require_master_key(cast("Siaga", current_app).secrets)


def _page(case_id: str, *, fault: SiagaError | None = None) -> str:
    if not is_id(case_id):
        raise NotFound
    opened, names = with_master_key(
        load_master_key(cast("Siaga", current_app).secrets), lambda master_key: _look(master_key, case_id)
    )
    block, place = opened.block, opened.block.position
    gate = may_contact(block.contact, "call", now(), code_word_known=False)
    own = next(
        (row for row in opened.agencies if row.agency == dispatch_case.AGENCY_OF_VIEWER.get(opened.viewer)),
        None,
    )
    return render_template(
        "console/case.html",
        opened=opened,
        case=opened.case,
        number=spoken_number(opened.case.number),
        block=block,
        danger=DANGER,
        gate=gate,
        contact_words=_contact_words(block.contact),
        signal=opened.signal,
        place=_place_words(block),
        drawing=drawing_at(gazetteer(), place.lat, place.lon, place.accuracy_m or 0.0) if place else None,
        moves=[name for name in dispatch_case.MOVES if _may(opened, name)],
        steps=dispatch_case.steps_from(own),
        agencies=names,
        fault=fault,
        conflict=fault if isinstance(fault, Conflict) else None,
    )


def _look(master_key: MasterKey, case_id: str) -> tuple[dispatch_case.CaseView, dict[str, str]]:
    with database().write() as session:
        view = dispatch_case.view_case(session, master_key, viewer_of(current()), case_id)
        return view, agency_names(session)


def _contact_words(contact: Contact) -> str:
    """Return the contact rules of the reporter as a sentence to read before calling."""
    language = locale()
    if contact.channel == "none":
        return say(language, "case.contact.none")
    words = say(
        language,
        "case.contact.window",
        channel=say(language, f"case.channel.{contact.channel}"),
        start=f"{contact.from_hour:02}.00",
        end=f"{contact.until_hour:02}.00",
    )
    return f"{words} {say(language, 'case.contact.code_word')}" if contact.code_word else words


def _may(opened: dispatch_case.CaseView, name: str) -> bool:
    return opened.viewer == "operator" and opened.case.state in dispatch_case.MOVES[name][0]


def _place_words(block: DispatchSummary) -> str:
    """Return the place to read aloud: by position, or by the kelurahan that the reporter named."""
    places, label = gazetteer(), KnownPlace()
    if block.position is not None:
        found = places.place_of(block.position.lat, block.position.lon)
        name = places.by_code[found.kelurahan].name if found.kelurahan else None
        label = KnownPlace(None, name, found.exact, found.inside_city, found.plus_code)
    elif block.kelurahan and block.kelurahan in places.by_code:
        label = KnownPlace(None, places.by_code[block.kelurahan].name, True)
    return place_words(locale(), label)
