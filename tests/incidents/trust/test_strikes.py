"""False reports, fairly: confirmed by a person, expiring, appealable, decided by another.

Never in the way of help.
"""

import os
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core.ids import new_id
from app.incidents.models import Incident
from app.incidents.trust.strikes import COUNTS_FOR, Strike
from app.reports.models import Report
from app.silent.models import SilentCase

PHOTO = {"bytes": 1000, "type": "image/jpeg"}


class Phone:
    """One phone and what it reported."""

    def __init__(self, client, database):
        self.client, self.database = client, database
        self.device = f"{new_id()}.{os.urandom(16).hex()}"

    def report(self, kind="fire"):
        headers = {"Siaga-Device": self.device, "Idempotency-Key": new_id()}
        answer = self.client.post("/api/v1/reports", json={"kind": kind}, headers=headers)
        assert answer.status_code == 201
        return answer.json

    def ask(self, filed, path="", **json):
        headers = {"Authorization": f"Bearer {filed['track_token']}", "Siaga-Device": self.device}
        address = f"/api/v1/reports/{filed['id']}{path}"
        return (
            self.client.post(address, json=json, headers=headers)
            if path
            else self.client.get(address, headers=headers)
        )

    def incident(self, filed):
        with self.database.read() as session:
            report = session.get_one(Report, filed["id"])
            return session.get_one(Incident, report.incident_id)


@pytest.fixture
def phone(client, database):
    return Phone(client, database)


@pytest.fixture
def operator(inside):
    return inside("operator")


def struck(phone, operator, resolution="prank"):
    """A report that was closed and, as a prank, confirmed to be false."""
    filed = phone.report()
    row = phone.incident(filed)
    operator.post(f"/console/kejadian/{row.id}/open", {"version": row.version})
    operator.post(f"/console/kejadian/{row.id}/close", {"version": row.version + 1, "resolution": resolution})
    answer = operator.post(f"/console/laporan/{filed['id']}/confirm_strike", {})
    return filed, answer


def strike_id(phone, filed):
    with phone.database.read() as session:
        return session.scalars(select(Strike.id).where(Strike.report_id == filed["id"])).one()


def test_a_person_confirms_and_the_reporter_is_told_and_may_appeal_once(phone, operator, inside):
    filed, answer = struck(phone, operator)
    assert answer.status_code == 303
    assert "laporan palsu terkonfirmasi" in operator.get(answer.location).text
    strike = phone.ask(filed).json["strike"]
    assert strike["state"] == "active"
    assert (
        phone.ask(filed, "/appeal", words="Api sungguhan, <b>padam</b> sendiri").json["state"] == "appealed"
    )
    phone.ask(filed, "/appeal", words="lain")
    chief = inside("supervisor")
    page = chief.get("/console/banding").text
    assert "Api sungguhan, &lt;b&gt;padam&lt;/b&gt; sendiri" in page
    assert chief.post(f"/console/banding/{strike_id(phone, filed)}/lift_strike", {}).status_code == 303
    assert phone.ask(filed).json["strike"]["state"] == "lifted"
    assert chief.post(f"/console/banding/{strike_id(phone, filed)}/uphold_strike", {}).status_code == 409


def test_upheld_it_counts_until_it_expires(phone, operator, inside, clock):
    filed, _ = struck(phone, operator)
    phone.ask(filed, "/appeal", words="benar")
    inside("supervisor").post(f"/console/banding/{strike_id(phone, filed)}/uphold_strike", {})
    assert phone.ask(filed).json["strike"]["state"] == "upheld"
    clock.forward(seconds=(COUNTS_FOR + timedelta(seconds=1)).total_seconds())
    assert phone.ask(filed).json["strike"]["state"] == "expired"


def test_nobody_decides_their_own_and_only_supervisors_decide(phone, inside):
    chief = inside("supervisor")
    filed, answer = struck(phone, chief)
    assert answer.status_code == 303
    assert chief.post(f"/console/banding/{strike_id(phone, filed)}/uphold_strike", {}).status_code == 403
    assert inside("operator", name="other").post(
        f"/console/banding/{strike_id(phone, filed)}/uphold_strike", {}
    ).status_code in {403, 404}


@pytest.mark.parametrize("resolution", ["ghost", "resolved", "information"])
def test_only_a_prank_is_confirmed(phone, operator, resolution):
    filed, answer = struck(phone, operator, resolution)
    assert answer.status_code == 409
    assert phone.ask(filed).json["strike"] is None


def test_no_strike_stands_between_anybody_and_help(phone, operator, database):
    for _ in range(5):
        struck(phone, operator)
    filed = phone.report("medical")
    assert phone.ask(filed, "/messages", text="tolong").status_code == 201
    assert phone.ask(filed, "/signals", signal="still_happening").status_code == 201
    photo = phone.ask(filed, "/media", id=new_id(), **PHOTO)
    assert photo.status_code == 429, "photos alone cool down"
    assert int(photo.headers["Retry-After"]) > 0
    assert phone.report("violence_home")
    with database.read() as session:
        assert session.scalars(select(SilentCase)).all()
    assert (
        Phone(phone.client, database)
        .ask(other := Phone(phone.client, database).report(), "/media", id=new_id(), **PHOTO)
        .status_code
        == 201
    ), other


@pytest.mark.parametrize("words", ["", "  ", "x" * 1001, None, 7])
def test_an_appeal_without_words_is_refused(phone, operator, words):
    filed, _ = struck(phone, operator)
    assert phone.ask(filed, "/appeal", words=words).status_code == 422


def test_without_a_strike_there_is_nothing_to_appeal(phone):
    assert phone.ask(phone.report(), "/appeal", words="halo").status_code == 404
