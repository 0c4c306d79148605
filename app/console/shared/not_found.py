"""An address below `/console` that leads nowhere: staff get the console's own 404, and a way back."""

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
    """Return the page that a missing row gets too, None for everybody who is not signed in, and for scripts.

    No route was matched, so the console's own context and headers are asked for by name.
    """
    is_ours = (
        isinstance(fault, NotFound) and request.url_rule is None and request.path.startswith("/console/")
    )
    if not is_ours or wants_json() or not cookie_token():
        return None
    try:
        if inside_or_none() is None:
            return None
        facts: dict[str, Any] = {}
        for processor in current_app.template_context_processors[console.name]:
            facts |= current_app.ensure_sync(processor)()
        return seal(make_response(fault_page(404, "not_found", **facts), 404))
    except SQLAlchemyError:
        return None
