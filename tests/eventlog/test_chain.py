"""Whoever touches the log is found out: edited, deleted, inserted, reordered, cut, or written anew from end to end."""

import pytest
from sqlalchemy import delete, insert, select, update

from app.core.models import Event, EventHead
from app.eventlog.anchors import FILE, AnchorsBroken, read_anchors
from app.eventlog.log import GENESIS, NewEvent, link, tail
from app.eventlog.verify import verify
from app.eventlog.write_anchor import anchor_head

pytestmark = pytest.mark.both_engines


@pytest.fixture
def log(desk, secrets, settings):
    """A log of some events whose head was anchored twice."""
    desk.forwarded("fire", "damkar", "polres")
    anchor_head(desk.database, secrets, settings.data)
    desk.assignment(desk.forwarded("flood", "bpbd"), "bpbd", "accept")
    anchor_head(desk.database, secrets, settings.data)
    return desk.database


@pytest.fixture
def found(log, secrets, settings):
    """What verifying finds, as pairs."""

    def look():
        verdict = verify(log, read_anchors(settings.data / FILE, secrets))
        return [(finding.code, finding.seq) for finding in verdict.findings]

    return look


def rows(session):
    return session.scalars(select(Event).order_by(Event.seq)).all()


def rewrite(session, since=1):
    """Compute every link anew from `since`, as somebody would who has the code and the database."""
    last = session.scalar(select(Event.hash).where(Event.seq == since - 1)) or GENESIS
    for row in session.scalars(select(Event).where(Event.seq >= since).order_by(Event.seq)).all():
        happening = NewEvent(
            name=row.name,
            at=row.at,
            actor=row.actor,
            actor_id=row.actor_id,
            incident_id=row.incident_id,
            report_id=row.report_id,
        )
        last = link(last, row.seq, tail(happening, row.data))
        session.execute(update(Event).where(Event.seq == row.seq).values(hash=last))
    seq = session.scalars(select(Event.seq).order_by(Event.seq.desc()).limit(1)).one()
    session.execute(update(EventHead).values(seq=seq, hash=last))


def test_a_log_that_nobody_touched_is_whole(log, found, secrets, settings):
    assert found() == []
    anchors = read_anchors(settings.data / FILE, secrets)
    assert [anchor.seq for anchor in anchors] == [3, 7]
    anchor_head(log, secrets, settings.data)
    assert len(read_anchors(settings.data / FILE, secrets)) == 2, "the same head twice is one anchor"


@pytest.mark.parametrize(
    "values",
    [{"data": "{}"}, {"actor_id": None}, {"name": "closed"}, {"report_id": None, "incident_id": None}],
)
def test_an_edit_is_found_where_it_is(log, found, values):
    with log.write() as session:
        session.execute(update(Event).where(Event.seq == 2).values(values))
    assert found() == [("broken", 2)]


def test_a_deletion_is_found(log, found):
    with log.write() as session:
        session.execute(delete(Event).where(Event.seq == 4))
    assert found() == [("missing", 4)]


def test_a_deletion_with_the_rest_moved_up_is_found(log, found):
    with log.write() as session:
        session.execute(delete(Event).where(Event.seq == 4))
        for seq in (5, 6, 7):
            session.execute(update(Event).where(Event.seq == seq).values(seq=seq - 1))
    assert ("broken", 4) in found()
    assert ("anchor", 7) in found()


def test_an_insertion_is_found(log, found):
    with log.write() as session:
        for seq in (7, 6, 5, 4, 3):
            session.execute(update(Event).where(Event.seq == seq).values(seq=seq + 1))
        row = session.get_one(Event, 2)
        session.execute(
            insert(Event).values(
                seq=3, at=row.at, name="noted", actor="staff", actor_id=row.actor_id, data="{}", hash="f" * 64
            )
        )
    assert {("broken", 3), ("broken", 4), ("anchor", 3)} <= set(found())


def test_an_event_behind_the_end_is_found(log, found):
    with log.write() as session:
        last = session.get_one(Event, 7)
        rest = tail(NewEvent(name="noted", at=last.at, actor="system"), "{}")
        row = {"seq": 8, "at": last.at, "name": "noted", "actor": "system", "data": "{}"}
        session.execute(insert(Event).values(row | {"hash": link(last.hash, 8, rest)}))
    assert found() == [("beyond_head", 8)]


def test_reordering_is_found(log, found):
    with log.write() as session:
        for seq, to in ((4, 99), (5, 4), (99, 5)):
            session.execute(update(Event).where(Event.seq == seq).values(seq=to))
    assert {("broken", 4), ("broken", 5)} <= set(found())


def test_a_cut_is_found_by_the_head(log, found):
    with log.write() as session:
        session.execute(delete(Event).where(Event.seq > 4))
    assert found()[0] == ("head", 7)


def test_a_cut_with_the_head_put_back_is_found_by_the_anchor(log, found):
    with log.write() as session:
        session.execute(delete(Event).where(Event.seq > 4))
        session.execute(update(EventHead).values(seq=4, hash=session.get_one(Event, 4).hash))
    assert found() == [("anchor", 7)]


def test_an_emptied_log_is_found(log, found):
    with log.write() as session:
        session.execute(delete(Event))
        session.execute(update(EventHead).values(seq=0, hash=GENESIS))
    assert found() == [("anchor", 3), ("anchor", 7)]


def test_a_log_written_anew_is_found_by_the_anchor_and_anchors_no_more(log, found, secrets, settings):
    with log.write() as session:
        session.execute(update(Event).where(Event.seq == 2).values(actor_id=None))
        session.flush()
        rewrite(session, since=2)
    assert found() == [("anchor", 3), ("anchor", 7)]
    assert anchor_head(log, secrets, settings.data) is None, "what contradicts is not anchored over"


@pytest.mark.engine("sqlite")
def test_the_file_of_anchors_cannot_be_written_by_others(log, secrets, settings):
    file = settings.data / FILE
    lines = file.read_text().splitlines(keepends=True)
    for forged in (lines[::-1], lines[1:], [lines[0].replace(" 3 ", " 2 "), lines[1]], [*lines, "x\n"]):
        file.write_text("".join(forged))
        with pytest.raises(AnchorsBroken):
            read_anchors(file, secrets)
    assert anchor_head(log, secrets, settings.data) is None
