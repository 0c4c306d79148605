"""Labels order the queue and nothing else: whoever floods stands below the others, and nothing is lost or late."""

import os
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.core.ids import new_id
from app.incidents.models import Incident
from app.incidents.queue import queue as incident_queue
from app.incidents.trust.credibility import CAUTION, CROWD, FLOOD, Known, list_facts, why_verify
from app.incidents.trust.verification_label import label
from app.reports.models import Report

HERE = {"lat": 0.1331, "lon": 117.4902, "source": "gps", "accuracy_m": 18}
KNOWN = st.builds(
    Known,
    has_device=st.booleans(),
    device_is_new=st.booleans(),
    sent_recently=st.integers(1, 50),
    new_devices_recently=st.integers(0, 500),
    handled_before=st.integers(0, 9),
    strikes=st.integers(0, 5),
    source=st.sampled_from(["gps", "pin", "none"]),
    accuracy_m=st.none() | st.floats(0, 1e5),
    age_s=st.none() | st.floats(0, 1e6),
    photos=st.integers(0, 3),
    others_near=st.integers(0, 9),
)


@given(KNOWN)
def test_others_and_photos_outweigh_everything_and_each_reason_is_a_fact_that_is_shown(known):
    why = why_verify(known)
    assert why is None or why in {fact.code for fact in list_facts(known) if fact.leans < 0}
    assert why_verify(replace(known, others_near=1)) is None
    assert why_verify(replace(known, photos=1)) is None


@given(KNOWN)
def test_what_asks_for_a_look_stands_first(known):
    leans = [fact.leans for fact in list_facts(known)]
    assert leans == sorted(leans)


def device():
    return f"{new_id()}.{os.urandom(16).hex()}"


@pytest.fixture
def send_report(client, database):
    """Report as a phone does; labels are set behind the log, as the worker does."""
    while label(database):
        pass

    def _send(of, kind="fire", count=1, **more):
        received = []
        for _ in range(count):
            headers = {"Siaga-Device": of, "Idempotency-Key": new_id()} if of else {}
            answer = client.post("/api/v1/reports", json={"kind": kind} | more, headers=headers)
            assert answer.status_code == 201
            received.append(answer.json)
        return received

    return _send


def settle(database):
    while label(database):
        pass


def doubts(database):
    with database.read() as session:
        return dict(session.execute(select(Incident.doubt, func.count()).group_by(Incident.doubt)).all())


def test_a_thousand_of_one_device_are_stored_and_labelled_and_anothers_red_one_stands_above(
    send_report, database, client, long
):
    """1,000 with --all, 100 without."""
    count, flood = 1000 if long else 100, device()
    send_report(flood, count=count)
    began = time.perf_counter()
    (true,) = send_report(device(), "medical")
    settle(database)
    took_s = time.perf_counter() - began
    assert doubts(database) == {0: FLOOD, 1: count + 1 - FLOOD}, "five, and the other one"
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Report)) == count + 1
        first = [row["id"] for row in incident_queue.page(session, size=FLOOD)]
        incident = session.scalars(select(Report.incident_id).where(Report.id == true["id"])).one()
    assert incident in first
    print(f"{count} reports of one device labelled in {took_s:.1f} s")
    status = client.get(
        f"/api/v1/reports/{true['id']}", headers={"Authorization": f"Bearer {true['track_token']}"}
    )
    assert status.json["caution"] is False


def test_five_hundred_new_devices_behind_one_address_are_stored_and_those_after_the_first_hundred_labelled(
    send_report, database, long
):
    """500 with --all, 30 more than the hundred without."""
    count = 500 if long else CROWD + 30
    for _ in range(count):
        send_report(device(), "flood")
    settle(database)
    assert doubts(database) == {0: CROWD, 1: count - CROWD}


def test_who_reports_what_others_report_is_not_labelled(send_report, database):
    first, other = device(), device()
    send_report(other, "flood", location=HERE)
    send_report(first, "flood", count=FLOOD + 3, location=HERE)
    settle(database)
    assert doubts(database) == {0: FLOOD + 4}


def test_pages_of_the_queue_join_without_a_gap_whatever_is_labelled(send_report, database):
    flood = device()
    send_report(flood, count=FLOOD + 4)
    send_report(device(), "flood", count=3)
    settle(database)
    with database.read() as session:
        whole = [row["id"] for row in incident_queue.page(session, size=100)]
        joined, after = [], None
        while page := incident_queue.page(session, after=after, size=2):
            joined += [row["id"] for row in page]
            after = incident_queue.After.of(page[-1])
    assert joined == whole
    assert len(whole) == FLOOD + 7


def test_a_person_takes_the_label_off_and_puts_it_on(send_report, database, inside):
    send_report(device(), count=FLOOD)
    settle(database)
    with database.read() as session:
        row = session.scalars(select(Incident).where(Incident.doubt == 1)).first()
    operator = inside("operator")
    page = operator.get(f"/console/kejadian/{row.id}").text
    assert "perlu verifikasi" in page
    assert f"{FLOOD} laporan dari HP ini dalam 10 menit" in page
    answer = operator.post(f"/console/kejadian/{row.id}/trust", {"version": row.version})
    assert answer.status_code == 303
    assert doubts(database) == {0: FLOOD}
    operator.post(f"/console/kejadian/{row.id}/doubt", {"version": row.version + 1})
    assert doubts(database) == {0: FLOOD - 1, 1: 1}
    assert "Tanda verifikasi dicabut" in operator.get(f"/console/kejadian/{row.id}").text


def test_the_law_is_told_long_before_any_label(send_report, client):
    received = send_report(device(), count=CAUTION)
    shown = [
        client.get(
            f"/api/v1/reports/{item['id']}", headers={"Authorization": f"Bearer {item['track_token']}"}
        ).json["caution"]
        for item in received
    ]
    assert shown == [False] * (CAUTION - 1) + [True]
    assert CAUTION < FLOOD
