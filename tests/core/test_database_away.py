"""A database that is away costs one look at a time, and what was known before is still told."""

import time
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from app.agencies.routing import RoutingTable
from app.core.errors import Unavailable
from app.public.api.city import CityRegister

pytestmark = pytest.mark.both_engines


class Away:
    """A database of which every look fails after a while, as behind a network that swallows packets."""

    def __init__(self):
        self.looks = 0

    def read(self):
        self.looks += 1
        time.sleep(0.05)
        raise OperationalError("SELECT", {}, Exception("away"))


def test_pages_do_not_each_ask_a_city_that_is_away():
    away = Away()
    register = CityRegister(away, Path("root.pub"))
    assert all(register.city().tiles for _ in range(50))
    assert away.looks == 1


def test_routes_stay_as_last_seen(database):
    table = RoutingTable(database)
    known = table.routes()
    table._database = away = Away()
    table._read_at = float("-inf")
    assert all(table.routes() == known for _ in range(50))
    assert away.looks == 1


def test_a_table_that_was_never_read_says_so_and_costs_one_look():
    """A process that starts while the database is away: fifty reports are told so at once, not after fifty waits."""
    table = RoutingTable(away := Away())
    with pytest.raises(Unavailable):
        table.routes()
    table._away_until = float("inf")  # a test on a slow machine may take longer than the pause
    for _ in range(50):
        with pytest.raises(Unavailable):
            table.routes()
    assert away.looks == 1


def test_a_table_that_was_never_read_is_read_when_the_database_is_back(database):
    table = RoutingTable(away := Away())
    with pytest.raises(Unavailable):
        table.routes()
    table._database = database
    table._away_until = float("-inf")
    assert table.routes()
    assert away.looks == 1
