"""Two operators press at the same moment: one wins, the other is told who and when. On both engines."""

import threading

import pytest

from app.core.db import Database, open_engine
from app.core.errors import Conflict
from app.incidents.actor import Actor
from app.incidents.lifecycle import commands

pytestmark = pytest.mark.both_engines

ROUNDS = 8


class Race:
    """Several people and one incident."""

    def __init__(self, database, incident_id, version):
        self.database, self.incident_id, self.version = database, incident_id, version
        self.won, self.conflicts, self.others = [], [], []

    def press(self, name, person, start):
        start.wait()
        try:
            with self.database.write() as session:
                if name == "open":
                    commands.open_incident(session, person, self.incident_id, version=self.version)
                else:
                    commands.close(
                        session, person, self.incident_id, version=self.version, resolution="resolved"
                    )
            self.won.append(person.name)
        except Conflict as fault:
            self.conflicts.append(fault.extra)
        except Exception as fault:  # noqa: BLE001  counted by the test
            self.others.append(fault)


@pytest.mark.parametrize("name", ["open", "close"])
def test_of_many_at_once_exactly_one_wins(desk, hire, settings, name):
    people = [Actor(hire(f"racer-{n}"), f"racer-{n}", "operator") for n in range(4)]
    database = Database(open_engine(settings.sqlalchemy_url))
    for _ in range(ROUNDS):
        incident_id = desk.report("fire")
        if name == "close":
            desk.move(incident_id, "open")
        race = Race(database, incident_id, desk.incident(incident_id).version)
        start = threading.Barrier(len(people))
        threads = [threading.Thread(target=race.press, args=(name, person, start)) for person in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert not race.others
        assert len(race.won) == 1
        assert len(race.conflicts) == len(people) - 1
        last = desk.events(incident_id)[-1]
        assert {data["who"] for data in race.conflicts} == set(race.won)
        assert {data["at"] for data in race.conflicts} == {last.at.isoformat()}
        assert desk.incident(incident_id).version == race.version + 1
    database.engine.dispose()
