"""Write the rows a new installation starts with: places, agencies, routing, numbers and escalation policies."""

from __future__ import annotations

from app.agencies.seed import seed_agencies
from app.core.db import Database
from app.geo.districts.cache import seed_kelurahan
from app.incidents.escalation.seed import seed_policies


def seed(database: Database) -> None:
    """Write every missing row; existing rows stay, so it may run at each start."""
    with database.write() as session:
        seed_agencies(session)
        seed_kelurahan(session)
        seed_policies(session)
