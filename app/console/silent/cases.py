"""Cases of the silent channel: a list, a page, the moves. For whoever is not cleared there is no case at all."""

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
from app.console.silent.queue_rows import AS_ASSIGNED, case_html, case_rows_of
from app.core.clock import now
from app.core.errors import Conflict, NotFound, SiagaError
from app.core.i18n import say
from app.core.ids import is_id
from app.geo.geocoding.place_label import KnownPlace, place_words
from app.reports.report_number import spoken_number
from app.silent import dispatch_case
from app.silent.access import desk_of
from app.silent.crypto.master_key import OuterKey
from app.silent.dispatch_block import Block, Contact
from app.silent.encrypted_fields import need_key, outer_key, with_key
from app.silent.safe_contact import may_contact

if TYPE_CHECKING:
    from app import Siaga

MOVES = {"buka": "open", "teruskan": "forward", "tutup": "close"}
STEPS = {"terima": "accept", "jalan": "move", "tiba": "arrive", "selesai": "finish", "tolak": "decline"}
READING = ("buka", "terima")
"""What says that somebody has it in hand: not while nobody can read it, or the bells would stop."""
DANGER = (
    *("happening_now", "weapon", "threat_to_kill", "fears_death"),
    *("injured", "children", "suspect_near", "can_talk"),
)
"""Questions of the block, in the order a crew needs them."""


@console_route("/kasus", roles=ROLES, hidden=True)
def case_list() -> ResponseReturnValue:
    """Show the open cases of a cleared room."""
    with database().read() as session:
        return render_template(
            "console/case_list.html", rows=case_rows_of(session), agencies=agency_names(session)
        )


@console_route("/api/kasus", roles=ROLES, hidden=True)
def case_rows() -> ResponseReturnValue:
    """Tell a cleared room its open cases, ready to be put among the rows of the queue."""
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
    """Show a case; the look is one link of its chain."""
    return _page(case_id)


@console_route("/kasus/<case_id>/<move>", roles=ROLES, methods=["POST"], hidden=True)
def move_case(case_id: str, move: str) -> ResponseReturnValue:
    """Make a move of the room, or an agency's step."""
    if not is_id(case_id) or move not in MOVES | STEPS:
        raise NotFound
    if move in READING:
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
    if move == "tutup" or request.form.get("back") == "queue":
        where = "case_list" if current().role == "agency" else "queue"
        return redirect(url_for(f"console.{where}"), 303)
    return redirect(url_for("console.case_page", case_id=case_id), 303)


def _move(session: Session, case_id: str, move: str) -> None:
    if move in MOVES:
        sent = request.form.get("version", "")
        version = int(sent) if sent.isdecimal() and len(sent) < 10 else -1
        dispatch_case.move(session, viewer_of(current()), case_id, MOVES[move], version=version)
    else:
        dispatch_case.step(session, viewer_of(current()), case_id, STEPS[move])


def _need_key() -> None:
    """Ask for the key before the chain is locked. Whoever has no room goes on to the 404 of everybody."""
    if desk_of(viewer_of(current())) is not None:
        need_key(cast("Siaga", current_app).secrets)


def _page(case_id: str, *, fault: SiagaError | None = None) -> str:
    if not is_id(case_id):
        raise NotFound
    opened, names = with_key(
        outer_key(cast("Siaga", current_app).secrets), lambda outer: _look(outer, case_id)
    )
    block, place = opened.block, opened.block.position
    gate = may_contact(block.contact, "call", now(), code_word_known=False)
    own = next((row for row in opened.agencies if row.agency == dispatch_case.OWN.get(opened.viewer)), None)
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
        moves=[name for name in MOVES if _may(opened, name)],
        steps=[name for name, step in STEPS.items() if step in dispatch_case.steps_from(own)],
        agencies=names,
        as_assigned=_as_assigned,
        fault=fault,
        conflict=fault if isinstance(fault, Conflict) else None,
    )


def _look(outer: OuterKey, case_id: str) -> tuple[dispatch_case.Opened, dict[str, str]]:
    with database().write() as session:
        return dispatch_case.look(session, outer, viewer_of(current()), case_id), agency_names(session)


def _contact_words(contact: Contact) -> str:
    """Return what she allowed, as it is read out before anybody dials."""
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


def _may(opened: dispatch_case.Opened, name: str) -> bool:
    return opened.viewer == "operator" and opened.case.state in dispatch_case.MOVES[MOVES[name]][0]


def _as_assigned(state: str) -> str:
    return AS_ASSIGNED.get(state, state)


def _place_words(block: Block) -> str:
    """Return the place as it is read out: by position, else by the kelurahan that she named."""
    places, told = gazetteer(), KnownPlace()
    if block.position is not None:
        found = places.place_of(block.position.lat, block.position.lon)
        name = places.by_code[found.kelurahan].name if found.kelurahan else None
        told = KnownPlace(None, name, found.exact, found.inside_city, found.plus_code)
    elif block.kelurahan and block.kelurahan in places.by_code:
        told = KnownPlace(None, places.by_code[block.kelurahan].name, True)
    return place_words(locale(), told)
