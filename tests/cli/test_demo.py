"""The simulated day: believable, marked, pushed to nobody, and gone again with one command."""

import pytest
from sqlalchemy import func, select

from app.cli.demo.__main__ import casting, play, remove
from app.cli.demo.script import DAY
from app.incidents.models import INCIDENT_STATES, Assignment, Incident, Message
from app.notifications.webpush.models import Notification
from app.reports.models import Media, Report


def count(session, table, *where):
    return session.scalar(select(func.count()).select_from(table).where(*where))


@pytest.mark.engine("sqlite")
def test_the_day_fills_every_state_and_leaves_no_trace(database, hire, desk, settings):
    hire("damkar-demo", "agency", "damkar")
    real = desk.report("fire")
    assert play(casting(database), settings.data) == len(DAY) == 40
    with database.read() as session:
        assert count(session, Incident, Incident.simulation) == 40
        assert set(session.scalars(select(Incident.state))) == set(INCIDENT_STATES)
        assert count(session, Report, Report.simulation.is_(False)) == 1
        assert count(session, Media) > 10
        assert count(session, Message) > 4
        assert count(session, Notification) == 0
    assert remove(database, settings.data) == 40
    with database.read() as session:
        assert list(session.scalars(select(Incident.id))) == [real]
        assert count(session, Assignment) == 0
        assert count(session, Media) == 0
    assert not [file for file in (settings.data / "media").rglob("*") if file.is_file()]
