"""A push service that takes everything at once: what the sender's own cost is measured against (HTTP/2, TLS)."""

from __future__ import annotations

from typing import Any

counted = {"taken": 0, "bytes": 0}


async def app(scope: Any, protocol: Any) -> None:
    """Take a push (201), or tell how many were taken (GET /count)."""
    if scope.method == "GET":
        protocol.response_str(200, [("content-type", "text/plain")], f"{counted['taken']}")
        return
    body = await protocol()
    counted["taken"] += 1
    counted["bytes"] += len(body)
    protocol.response_empty(201, [("location", "/message/1")])
