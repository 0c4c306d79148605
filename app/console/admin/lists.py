"""Show the lists of staff, routing, agencies and directory numbers; `forms.py` changes them."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.accounts import staff
from app.accounts.models import ROLES
from app.accounts.request_user import database
from app.agencies.models import Agency, DirectoryNumber, Routing
from app.console.dispatch.queue import agency_names
from app.console.shared.route import console_route
from app.core.errors import SiagaError

LIST_READERS = frozenset({"supervisor", "auditor", "administrator"})


@console_route("/staf", roles=LIST_READERS)
def staff_list() -> ResponseReturnValue:
    """Show the staff."""
    return staff_page()


@console_route("/rute", roles=LIST_READERS)
def routing_list() -> ResponseReturnValue:
    """Show the agencies, priority and two time limits of each kind."""
    return routing_page()


@console_route("/instansi", roles=ROLES)
def agency_list() -> ResponseReturnValue:
    """Show the agencies with their telephones."""
    return agency_page()


@console_route("/nomor", roles=LIST_READERS)
def number_list() -> ResponseReturnValue:
    """Show the directory of numbers that residents see."""
    return number_page()


def staff_page(*, fault: SiagaError | None = None) -> str:
    """Return the page of staff; `fault` is shown on its form."""
    with database().read() as session:
        return render_template(
            "console/staff.html",
            people=staff.list_staff(session),
            clearable=staff.CLEARABLE,
            roles=ROLES,
            agencies=agency_names(session),
            fault=fault,
        )


def routing_page(*, fault: SiagaError | None = None) -> str:
    """Return the page of the routing table; `fault` is shown on its form."""
    with database().read() as session:
        order = (Routing.tile.is_(None), Routing.tile, Routing.kind)
        return render_template(
            "console/routing.html",
            routes=session.scalars(select(Routing).order_by(*order)).all(),
            agencies=agency_names(session),
            fault=fault,
        )


def agency_page(*, fault: SiagaError | None = None) -> str:
    """Return the page of agencies; `fault` is shown on its form."""
    with database().read() as session:
        return render_template(
            "console/agencies.html",
            rows=session.scalars(select(Agency).order_by(Agency.short_name)).all(),
            agencies=agency_names(session),
            fault=fault,
        )


def number_page(*, fault: SiagaError | None = None) -> str:
    """Return the page of the directory; `fault` is shown on its form."""
    with database().read() as session:
        return render_template(
            "console/numbers.html",
            rows=session.scalars(select(DirectoryNumber).order_by(DirectoryNumber.place)).all(),
            fault=fault,
        )
