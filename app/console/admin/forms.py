"""The administrator's forms: staff, routing, agencies, numbers. Plain forms; a fault comes back on its page."""

from __future__ import annotations

from collections.abc import Callable

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.accounts import staff
from app.accounts.request_user import database
from app.agencies import admin as agency_admin
from app.console.admin import lists
from app.console.shared.route import console_route, current
from app.core.errors import Conflict, Forbidden, Invalid, NotFound, SiagaError

KEEPER = {"administrator"}
PageWithFault = Callable[..., str]


@console_route("/staf", roles=KEEPER, methods=["POST"])
def add_staff() -> ResponseReturnValue:
    """Add somebody; the password is told to them by mouth and changed by them."""
    form = request.form
    return _do(
        lambda session: staff.add_staff(
            session,
            form.get("name", ""),
            form.get("role", ""),
            form.get("agency") or None,
            form.get("password", ""),
            by=current().id,
        ),
        lists.staff_page,
        "staff_list",
    )


@console_route("/staf/<name>/<act>", roles=KEEPER, methods=["POST"])
def change_staff(name: str, act: str) -> ResponseReturnValue:
    """Disable, enable, clear, give another password, or forget a lost second step."""
    me = current().id
    acts: dict[str, Callable[[Session], None]] = {
        "matikan": lambda session: staff.disable(session, name, by=me),
        "hidupkan": lambda session: staff.enable(session, name, by=me),
        "kode": lambda session: staff.reset_totp(session, name, by=me),
        "izinkan": lambda session: staff.set_cleared(session, name, cleared=True, by=me),
        "cabut": lambda session: staff.set_cleared(session, name, cleared=False, by=me),
        "sandi": lambda session: staff.set_password(session, name, request.form.get("password", ""), by=me),
    }
    if act not in acts:
        raise NotFound
    if staff.tidy_name(name) == current().name and act != "sandi":
        raise Forbidden("not_oneself")
    return _do(acts[act], lists.staff_page, "staff_list")


@console_route("/rute/<kind>", roles=KEEPER, methods=["POST"])
def change_route(kind: str) -> ResponseReturnValue:
    """Change a row of THE TABLE."""
    form = request.form
    change = agency_admin.RouteChange(
        lead=form.get("lead", ""),
        supports=form.getlist("supports"),
        priority=_number("priority"),
        open_within_s=_number("open_within_s"),
        accept_within_s=_number("accept_within_s"),
    )
    return _do(
        lambda session: agency_admin.set_route(session, current().id, kind, change),
        lists.routing_page,
        "routing_list",
    )


@console_route("/instansi", roles=KEEPER, methods=["POST"])
def add_agency() -> ResponseReturnValue:
    """Add an agency."""
    code = request.form.get("code", "").strip()
    return _do(
        lambda session: agency_admin.add_agency(session, current().id, code, _agency()),
        lists.agency_page,
        "agency_list",
    )


@console_route("/instansi/<code>", roles=KEEPER, methods=["POST"])
def change_agency(code: str) -> ResponseReturnValue:
    """Change an agency."""
    return _do(
        lambda session: agency_admin.set_agency(session, current().id, code, _agency()),
        lists.agency_page,
        "agency_list",
    )


@console_route("/nomor", roles=KEEPER, methods=["POST"])
def add_number() -> ResponseReturnValue:
    """Add a number to the directory."""
    return _set_number(request.form.get("code", "").strip())


@console_route("/nomor/<code>", roles=KEEPER, methods=["POST"])
def change_number(code: str) -> ResponseReturnValue:
    """Change a number of the directory."""
    return _set_number(code)


@console_route("/nomor/<code>/hapus", roles=KEEPER, methods=["POST"])
def remove_number(code: str) -> ResponseReturnValue:
    """Take a number out of the directory."""
    return _do(
        lambda session: agency_admin.remove_number(session, current().id, code),
        lists.number_page,
        "number_list",
    )


def _set_number(code: str) -> ResponseReturnValue:
    name, phone = request.form.get("name", ""), request.form.get("phone", "")
    return _do(
        lambda session: agency_admin.set_number(session, current().id, code, name=name, phone=phone),
        lists.number_page,
        "number_list",
    )


def _agency() -> agency_admin.AgencyChange:
    form = request.form
    return agency_admin.AgencyChange(
        name=form.get("name", ""),
        short_name=form.get("short_name", ""),
        phone=form.get("phone", ""),
        alternate=form.get("alternate", ""),
        active=form.get("active") == "1",
    )


def _number(field: str) -> int:
    sent = request.form.get(field, "")
    return int(sent) if sent.isdecimal() and len(sent) < 7 else -1


def _do(work: Callable[[Session], object], page: PageWithFault, endpoint: str) -> ResponseReturnValue:
    """Do one change; on a fault show the page again with the fault on it."""
    fault: SiagaError
    try:
        with database().write() as session:
            work(session)
    except (Conflict, Invalid) as found:
        fault = found
        return page(fault=fault), fault.status
    return redirect(url_for(f"console.{endpoint}", ok="1"), 303)
