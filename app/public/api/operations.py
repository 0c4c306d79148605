"""Names the security schemes, request headers and problem statuses that operations share in `/openapi.json`.

The decorator itself is `app/http/operation.py`, because `/healthz` and its neighbours use it too.
"""

from __future__ import annotations

from typing import Any, Final

from app.http.operation import Header

TRACK: Final = "track"
"""Bearer token of the report."""
EXCHANGE: Final = "exchange"
"""Signature over the body with the secret of the telephone exchange."""
DEVICE: Final = "device"
"""Id and secret of the phone."""
SECURITY_SCHEMES: Final[dict[str, dict[str, Any]]] = {
    TRACK: {"type": "http", "scheme": "bearer", "description": "The `track_token` of the report"},
    EXCHANGE: {
        "type": "apiKey",
        "in": "header",
        "name": "Siaga-Signature",
        "description": "`t=<unix seconds>,v1=<hex>`: HMAC-SHA256 over `<t>.` and the body, with the shared secret",
    },
    DEVICE: {
        "type": "apiKey",
        "in": "header",
        "name": "Siaga-Device",
        "description": "`<uuid>.<32 hex digits>`, both made on the phone; the secret is remembered at first sight",
    },
}

DEVICE_HEADER: Final = Header(
    name="Siaga-Device",
    description="The phone's id and secret: `<uuid>.<32 hex digits>`",
    schema={"type": "string"},
)
IDEMPOTENCY_HEADER: Final = Header(
    name="Idempotency-Key",
    description=(
        "The same for 30 days is the same report. Send a UUID; a word counts for one device, or one body and address"
    ),
    schema={"type": "string"},
)
REPORT_PROBLEMS: Final = (401, 404, 413, 422, 503)
"""Statuses of every operation that changes a report: token, report, length, body, and a database that is away."""
