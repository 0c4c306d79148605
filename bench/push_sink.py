"""Serves a push service that accepts all pushes at once (HTTP/2, TLS), to measure the sender alone."""

from __future__ import annotations

from typing import Any

counted = {"taken": 0, "bytes": 0}


async def app(scope: Any, protocol: Any) -> None:
    """Accept a push (201), or return the number of accepted pushes (GET /count)."""
    if scope.method == "GET":
        protocol.response_str(200, [("content-type", "text/plain")], f"{counted['taken']}")
        return
    body = await protocol()
    counted["taken"] += 1
    counted["bytes"] += len(body)
    protocol.response_empty(201, [("location", "/message/1")])
