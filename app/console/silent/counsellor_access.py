"""Restrict the counsellor pages to cleared staff of UPTD PPA.

All other staff get the answer of a missing row.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from flask import current_app
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.accounts.sessions import SignedInStaff
from app.console.shared.route import console_route, current
from app.core.clock import now
from app.core.errors import Invalid, NotFound
from app.core.ids import is_id
from app.silent.access import CaseAccess, Viewer, case_access_of, viewer_kind
from app.silent.counsellor_case import Counsellor
from app.silent.crypto.master_key import MasterKey
from app.silent.encrypted_fields import load_master_key, require_master_key, with_master_key

if TYPE_CHECKING:
    from app import Siaga

Result = TypeVar("Result")
View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


def viewer() -> Viewer:
    """Return the signed-in staff member as a viewer of the silent channel."""
    return _viewer_from(current())


def is_counsellor(member: SignedInStaff | None) -> bool:
    """Return whether the staff member may use the counsellor pages."""
    return member is not None and viewer_kind(_viewer_from(member)) == "counsellor"


def case_access(session: Session, case_id: str, *, need: str = "row") -> CaseAccess:
    """Return the parts of a case that the signed-in staff member may see (table in app/silent/access.py).

    Raises:
        NotFound: no such case, or no access; both answers are the same.
    """
    if not is_id(case_id):
        raise NotFound
    return case_access_of(session, viewer(), case_id, now(), need=need)


def counsellor_route(rule: str, *, methods: Collection[str] = ("GET",)) -> Callable[[View], View]:
    """Register a view below `/console/pendamping`, for counsellors only."""

    def register(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            if not is_counsellor(current()):
                raise NotFound
            return view(*args, **kwargs)

        return cast(
            "View",
            console_route(f"/pendamping{rule}", roles={"agency"}, methods=methods, hidden=True)(guarded),
        )

    return register


def acting_counsellor() -> Counsellor:
    """Return the signed-in counsellor and the current time, for the case log."""
    return Counsellor(current().id, now())


def with_installation_key(act: Callable[[MasterKey], Result]) -> Result:
    """Run the transaction of `act` with the master key of this installation (`with_master_key`)."""
    return with_master_key(load_master_key(cast("Siaga", current_app).secrets), act)


def require_installation_key() -> None:
    """Ensure that dispatch summaries can be read.

    Raises:
        Unavailable: a key service does not answer.
    """
    require_master_key(cast("Siaga", current_app).secrets)


def required_text(body: dict[str, Any], name: str, *, most: int = 64) -> str:
    """Return a member of the body that must be a text of at most `most` characters.

    Raises:
        Invalid: it is not a text, or longer.
    """
    value = body.get(name)
    if not isinstance(value, str) or len(value) > most:
        raise Invalid([(f"/{name}", "text")])
    return value


def _viewer_from(member: SignedInStaff) -> Viewer:
    return Viewer(member.id, member.role, member.agency, member.cleared)
