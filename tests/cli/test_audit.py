"""`./siaga audit` tells in words and by its exit status whether the log is whole."""

import pytest
from sqlalchemy import delete, update

from app.core.models import Event, EventHead


@pytest.fixture
def run(siaga_command):
    return siaga_command


def test_the_head_is_noted_and_the_log_verified(desk, run):
    desk.forwarded("fire")
    noted = run("audit", "anchor")
    assert noted.returncode == 0, noted.stderr
    head = noted.stdout.split()[1]
    whole = run("audit", "verify", "--head", head)
    assert whole.returncode == 0
    assert whole.stdout.startswith("whole: 3 events, 1 anchors, head 3:")
    with desk.database.write() as session:
        session.execute(delete(Event).where(Event.seq == 3))
        session.execute(update(EventHead).values(seq=2, hash=session.get_one(Event, 2).hash))
    cut = run("audit", "verify")
    assert cut.returncode == 1
    assert cut.stdout.startswith("NOT WHOLE: event 3 is gone")
    assert run("audit", "anchor").returncode == 1


@pytest.mark.engine("sqlite")
def test_faults_of_the_command_are_sentences(desk, run):
    desk.report("fire")
    assert "--head is a number" in run("audit", "verify", "--head", "x").stderr
    assert "does not exist" in run("audit", "verify", "--anchors", "nowhere").stderr
