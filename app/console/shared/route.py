"""Declare the roles of each console route and check them before every request.

A route without a declaration is refused to every role. A role without access gets one of two answers. **403** where
the existence is public: pages that the navigation or the manual names (`/console/statistik`). **404**, the same as
for a missing row, where the existence reveals something: the whole route with `hidden=True`, or inside a view by
raising `NotFound` (an incident of another agency, a sealed case). When in doubt: hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import csrf
from app.accounts.models import ROLES
from app.accounts.request_user import is_inside, member_or_none
from app.accounts.sessions import SignedInStaff
from app.console import console
from app.core.errors import Forbidden, Invalid, NotFound, Unauthorized

STAFF = frozenset(ROLES)
"""All roles."""
SIGNED_OUT: frozenset[str] = frozenset()
"""Declaration of pages that are open before signing in."""
DESK = frozenset({"operator", "supervisor"})
"""Roles that handle incidents at 112."""


@dataclass(frozen=True, slots=True)
class Access:
    """Declaration of a route; `first_step`: the password alone is enough (second step, signing out)."""

    roles: frozenset[str]
    hidden: bool
    first_step: bool


LARGEST_BODY = 65_536
"""Greatest size of a request body, in bytes."""
ROUTES: dict[str, Access] = {}
"""Declarations by endpoint; a test compares them with the URL map."""

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


def console_route(
    rule: str,
    *,
    roles: Collection[str],
    methods: Collection[str] = ("GET",),
    hidden: bool = False,
    first_step: bool = False,
) -> Callable[[View], View]:
    """Register a view on the console and declare the roles that may use it.

    Args:
        rule: path below `/console`.
        roles: `STAFF`, `DESK`, some of `ROLES`, or `SIGNED_OUT`.
        methods: anything but GET is checked against forgery (`app/accounts/csrf.py`).
        hidden: answer 404 instead of 403 to other roles (see above).
        first_step: the password alone is enough.

    Raises:
        ValueError: a role that does not exist, or an endpoint declared in two ways.
    """
    access = Access(frozenset(roles), hidden, first_step)
    if not access.roles <= STAFF:
        raise ValueError(f"{rule}: unknown role")

    def register(view: View) -> View:
        endpoint = f"{console.name}.{view.__name__}"
        if ROUTES.setdefault(endpoint, access) != access:
            raise ValueError(f"{endpoint}: declared in two ways")
        console.add_url_rule(rule, view_func=view, methods=list(methods))
        return view

    return register


def current() -> SignedInStaff:
    """Return the signed-in member.

    Raises:
        Unauthorized: signed out.
    """
    member = member_or_none()
    if member is None:
        raise Unauthorized("signed_out")
    return member


@console.before_request
def guard() -> ResponseReturnValue | None:
    """Check forgery first, then the sign-in, then the role."""
    request.max_content_length = LARGEST_BODY
    access = ROUTES.get(request.endpoint or "")
    if access is None:
        raise Forbidden("undeclared_route")
    if request.method not in {"GET", "HEAD", "OPTIONS"}:
        csrf.check()
    if not access.roles:
        return None
    member = member_or_none()
    if member is None:
        return _redirect_to("console.sign_in", "signed_out")
    if not access.first_step and not is_inside(member):
        return _redirect_to("console.second_step", "second_step_missing")
    if member.role not in access.roles:
        raise NotFound if access.hidden else Forbidden("role")
    return None


def wants_json() -> bool:
    """Return whether a script sent the request and needs JSON instead of a page."""
    return request.path.startswith("/console/api/") or request.accept_mimetypes.best == "application/json"


def sent_object() -> dict[str, Any]:
    """Return the JSON object that a script sent.

    Raises:
        Invalid: the body is no object, or nested too deeply.
    """
    try:
        body = request.get_json(silent=True)
    except RecursionError:
        body = None
    if not isinstance(body, dict):
        raise Invalid([("", "object_needed")])
    return body


def _redirect_to(endpoint: str, code: str) -> ResponseReturnValue:
    if wants_json():
        raise Unauthorized(code)
    back = request.full_path.rstrip("?") if request.method == "GET" else ""
    return redirect(url_for(endpoint, next=back or None), 303)
