"""Whoever touches the silent channel's chain is found out, and the file that finds it tells nothing of cases."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text, update

from app.core.clock import as_if, now
from app.core.ids import new_id
from app.eventlog.anchors import FILE, read_anchors
from app.eventlog.log import GENESIS, link
from app.eventlog.write_anchor import anchor_head
from app.silent import case_log
from app.silent.case_log_anchor import CaseChain
from app.silent.dispatch_summary import DispatchSummary
from app.silent.intake import SilentReport, store_silent_report
from app.silent.models import CaseLogEntry

pytestmark = pytest.mark.both_engines


@pytest.fixture
def anchored(database, secrets, settings):
    """Anchor the heads; `later` hours from now."""

    def write(later=0, **more):
        with as_if(now() + timedelta(hours=later)):
            return anchor_head(database, secrets, settings.data, beside=CaseChain(secrets), **more)

    return write


@pytest.fixture
def chain(database, secrets, anchored):
    """Two cases, three links each, anchored after the second: the database."""
    for _ in range(2):
        store_silent_report(database, secrets, SilentReport(key=new_id(), body="", block=DispatchSummary()))
    anchored()
    return database


@pytest.fixture
def found(chain, secrets, settings):
    """What verifying finds: the first broken link, the first anchored one that is lost."""

    def look():
        heads = [anchor.sealed for anchor in read_anchors(settings.data / FILE, secrets)]
        verdict = CaseChain(secrets).verify(chain, heads)
        return verdict.broken, verdict.lost

    return look


def rewrite(session, since=1):
    """Compute every link anew from `since`, as somebody would who has the code and the database."""
    last = session.scalar(select(CaseLogEntry.hash).where(CaseLogEntry.seq == since - 1)) or GENESIS
    rows = session.scalars(
        select(CaseLogEntry).where(CaseLogEntry.seq >= since).order_by(CaseLogEntry.seq)
    ).all()
    seq = since - 1
    for row in rows:
        tail = case_log._tail(row.at, row.name, row.actor, row.actor_id, row.case_id, row.data)
        seq, last = row.seq, link(last, row.seq, tail)
        session.execute(update(CaseLogEntry).where(CaseLogEntry.seq == seq).values(hash=last))
    put_head(session, seq, last)


def put_head(session, seq, digest):
    session.execute(text("UPDATE case_link_head SET seq = :seq, hash = :hash"), {"seq": seq, "hash": digest})


def move(session, seq, to):
    session.execute(update(CaseLogEntry).where(CaseLogEntry.seq == seq).values(seq=to))


def test_a_chain_that_nobody_touched_is_whole(found, anchored):
    assert found() == (None, None)
    assert anchored(always=True) is not None


@pytest.mark.parametrize(
    "values", [{"data": "{}"}, {"actor": "staff"}, {"name": "closed"}, {"case_id": None}, {"hash": "f" * 64}]
)
def test_an_edit_is_found(chain, found, values):
    with chain.write() as session:
        session.execute(update(CaseLogEntry).where(CaseLogEntry.seq == 2).values(values))
    assert found() == (2, None)


def test_a_deletion_is_found_also_with_the_rest_moved_up(chain, found):
    with chain.write() as session:
        session.execute(delete(CaseLogEntry).where(CaseLogEntry.seq == 3))
    assert found() == (3, None)
    with chain.write() as session:
        for seq in (4, 5, 6):
            move(session, seq, seq - 1)
        rewrite(session, since=3)
    assert found() == (None, 6), "every link holds, and still"


def test_an_insertion_is_found(chain, found):
    with chain.write() as session:
        for seq in (6, 5, 4, 3):
            move(session, seq, seq + 1)
        at = session.get_one(CaseLogEntry, 2).at
        session.add(CaseLogEntry(seq=3, at=at, actor="system", name="viewed", data="{}", hash="f" * 64))
    assert found() == (3, 6)
    with chain.write() as session:
        rewrite(session, since=3)
    assert found() == (None, 6)


def test_reordering_is_found(chain, found):
    with chain.write() as session:
        for seq, to in ((4, 99), (5, 4), (99, 5)):
            move(session, seq, to)
    assert found() == (4, None)
    with chain.write() as session:
        rewrite(session, since=4)
    assert found() == (None, 6)


def test_a_cut_is_found_also_with_the_head_put_back(chain, found, anchored):
    with chain.write() as session:
        session.execute(delete(CaseLogEntry).where(CaseLogEntry.seq > 4))
    assert found() == (5, 6)
    with chain.write() as session:
        put_head(session, 4, session.get_one(CaseLogEntry, 4).hash)
    assert found() == (None, 6)
    assert anchored(always=True) is None, "what contradicts is not anchored over"


def test_an_emptied_chain_is_found(chain, found):
    with chain.write() as session:
        session.execute(delete(CaseLogEntry))
        put_head(session, 0, GENESIS)
    assert found() == (None, 6)


def test_the_file_tells_neither_how_many_links_there_are_nor_whether_one_came(
    database, secrets, settings, anchored
):
    """Same length, never the same, and lines come by the log of ordinary events and the clock alone."""
    heads = []
    for hour in range(4):
        if hour in {1, 2}:
            store_silent_report(
                database, secrets, SilentReport(key=new_id(), body="", block=DispatchSummary())
            )
        for later in (hour * 1.01, hour * 1.01 + 0.5):
            anchored(later)
        heads = [anchor.sealed for anchor in read_anchors(settings.data / FILE, secrets)]
        assert len(heads) == hour + 1, "one an hour, whatever happened"
    assert len({len(head) for head in heads}) == 1
    assert len(set(heads)) == len(heads)
    read = [CaseChain(secrets).read(head)[0] for head in heads]
    assert read == [0, 3, 6, 6]


@pytest.mark.engine("sqlite")
def test_a_line_without_its_sealed_head_or_of_before_it_had_one(database, secrets, settings, anchored):
    file = settings.data / FILE
    anchor_head(database, secrets, settings.data)
    anchored()
    old, new = read_anchors(file, secrets)
    assert (old.sealed, bool(new.sealed)) == ("", True), "an installation of before is anchored on"
    file.write_text(file.read_text().replace(f" {new.sealed}", ""))
    assert anchored() is None, "taken out of a line, the line does not hold"
