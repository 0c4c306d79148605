"""Answer unknown addresses below `/console` with the console's own 404 page for signed-in staff."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, make_response, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, NotFound

from app.accounts.request_user import cookie_token, inside_or_none
from app.console import console
from app.console.shared.page import fault_page, seal
from app.console.shared.route import wants_json


def unknown(fault: HTTPException) -> Response | None:
    """Return the 404 page of a missing row, None for scripts and for users who are signed out.

    No route was matched, so the context and headers of the console are added here.
    """
    is_ours = (
        isinstance(fault, NotFound) and request.url_rule is None and request.path.startswith("/console/")
    )
    if not is_ours or wants_json() or not cookie_token():
        return None
    try:
        if inside_or_none() is None:
            return None
        context: dict[str, Any] = {}
        for processor in current_app.template_context_processors[console.name]:
            context |= current_app.ensure_sync(processor)()
        return seal(make_response(fault_page(404, "not_found", **context), 404))
    except SQLAlchemyError:
        return None
