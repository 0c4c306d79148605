"""Apply the administrator's forms for staff, routing, agencies and directory numbers.

A form with a fault returns its page with the fault on it.
"""

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

ADMINISTRATOR = {"administrator"}
PageWithFault = Callable[..., str]


@console_route("/staf", roles=ADMINISTRATOR, methods=["POST"])
def add_staff() -> ResponseReturnValue:
    """Add a member of staff, who receives the first password in person and changes it."""
    form = request.form
    return _save(
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


@console_route("/staf/<name>/<act>", roles=ADMINISTRATOR, methods=["POST"])
def change_staff(name: str, act: str) -> ResponseReturnValue:
    """Disable, enable or clear a member, set a new password, or reset a lost second step."""
    me = current().id
    changes: dict[str, Callable[[Session], None]] = {
        "matikan": lambda session: staff.disable(session, name, by=me),
        "hidupkan": lambda session: staff.enable(session, name, by=me),
        "kode": lambda session: staff.reset_totp(session, name, by=me),
        "izinkan": lambda session: staff.set_cleared(session, name, cleared=True, by=me),
        "cabut": lambda session: staff.set_cleared(session, name, cleared=False, by=me),
        "sandi": lambda session: staff.set_password(session, name, request.form.get("password", ""), by=me),
    }
    if act not in changes:
        raise NotFound
    if staff.tidy_name(name) == current().name and act != "sandi":
        raise Forbidden("not_oneself")
    return _save(changes[act], lists.staff_page, "staff_list")


@console_route("/rute/<kind>", roles=ADMINISTRATOR, methods=["POST"])
def change_route(kind: str) -> ResponseReturnValue:
    """Change the routing of a kind."""
    form = request.form
    change = agency_admin.RouteChange(
        lead=form.get("lead", ""),
        supports=form.getlist("supports"),
        priority=_number("priority"),
        open_within_s=_number("open_within_s"),
        accept_within_s=_number("accept_within_s"),
    )
    return _save(
        lambda session: agency_admin.set_route(session, current().id, kind, change),
        lists.routing_page,
        "routing_list",
    )


@console_route("/instansi", roles=ADMINISTRATOR, methods=["POST"])
def add_agency() -> ResponseReturnValue:
    """Add an agency."""
    code = request.form.get("code", "").strip()
    return _save(
        lambda session: agency_admin.add_agency(session, current().id, code, _form_agency()),
        lists.agency_page,
        "agency_list",
    )


@console_route("/instansi/<code>", roles=ADMINISTRATOR, methods=["POST"])
def change_agency(code: str) -> ResponseReturnValue:
    """Change an agency."""
    return _save(
        lambda session: agency_admin.set_agency(session, current().id, code, _form_agency()),
        lists.agency_page,
        "agency_list",
    )


@console_route("/nomor", roles=ADMINISTRATOR, methods=["POST"])
def add_number() -> ResponseReturnValue:
    """Add a number to the directory."""
    return _set_number(request.form.get("code", "").strip())


@console_route("/nomor/<code>", roles=ADMINISTRATOR, methods=["POST"])
def change_number(code: str) -> ResponseReturnValue:
    """Change a number of the directory."""
    return _set_number(code)


@console_route("/nomor/<code>/hapus", roles=ADMINISTRATOR, methods=["POST"])
def remove_number(code: str) -> ResponseReturnValue:
    """Remove a number from the directory."""
    return _save(
        lambda session: agency_admin.remove_number(session, current().id, code),
        lists.number_page,
        "number_list",
    )


def _set_number(code: str) -> ResponseReturnValue:
    name, phone = request.form.get("name", ""), request.form.get("phone", "")
    return _save(
        lambda session: agency_admin.set_number(session, current().id, code, name=name, phone=phone),
        lists.number_page,
        "number_list",
    )


def _form_agency() -> agency_admin.AgencyChange:
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


def _save(change: Callable[[Session], object], page: PageWithFault, endpoint: str) -> ResponseReturnValue:
    """Commit one change and redirect; on a fault return the page with the fault on it."""
    fault: SiagaError
    try:
        with database().write() as session:
            change(session)
    except (Conflict, Invalid) as found:
        fault = found
        return page(fault=fault), fault.status
    return redirect(url_for(f"console.{endpoint}", ok="1"), 303)
