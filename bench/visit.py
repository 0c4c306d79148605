"""Measures a resident's first visit, on an installation of its own."""

from __future__ import annotations

from bench.first_visit import LIMITS, measure
from bench.installation import installation
from bench.intake import serving
from bench.rows import Row
from tests.support.system import free_ports


def rows(*, quick: bool = False) -> list[Row]:
    """Measure weights and the time until the call button shows."""
    with installation("sqlite", free_ports()) as place, serving(place):
        figures = measure(f"http://127.0.0.1:{place.settings.port}", rounds=1 if quick else 3)
    return [
        Row(f"first visit, {name}", f"{figures[name]:,.0f}", f"{limit:,}", figures[name] <= limit)
        for name, limit in LIMITS.items()
    ]
