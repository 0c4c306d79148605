"""The drill page: who may start one, what it asks for, and the bar on every console page while it is on."""

import re

from sqlalchemy import select

from app.accounts.drills import Drill
from app.accounts.models import ROLES, Staff
from app.core.models import Event
from app.incidents.control_room.paper_pack import render
from app.incidents.models import Incident

BAR = "SIMULASI berlangsung: Gladi pasar"
PAGES = {"agency": "/console/tugas", "administrator": "/console/staf"}


def staff_id(database, role="operator"):
    with database.read() as session:
        return session.scalars(select(Staff.id).where(Staff.role == role)).first()


def begin(first, database, **more):
    form = {"name": "Gladi pasar", "minutes": "60", "staff": [staff_id(database)]} | more
    return first.post("/console/simulasi/start_drill", form)


def incidents(database):
    with database.read() as session:
        return session.scalars(select(Incident)).all()


def test_a_drill_is_started_shown_everywhere_and_ended(inside, database):
    people = {role: inside(role, "damkar" if role == "agency" else None) for role in ROLES}
    lead = people["supervisor"]
    assert begin(lead, database).status_code == 303
    for role, item in people.items():
        assert BAR in item.get(PAGES.get(role, "/console/instansi")).text, role
        assert item.get("/console/api/watch").json["drill"].startswith(BAR)
    assert begin(people["administrator"], database).status_code == 409
    assert lead.post("/console/simulasi/stop_drill").status_code == 303
    for role, entry in people.items():
        assert BAR not in entry.get(PAGES.get(role, "/console/instansi")).text, role
    with database.read() as session:
        drill = session.scalars(select(Drill)).one()
        names = session.scalars(
            select(Event.name).where(Event.name.like("%_drill")).order_by(Event.seq)
        ).all()
    assert (drill.started_by, drill.ended_by) == (staff_id(database, "supervisor"),) * 2
    assert names == ["start_drill", "stop_drill"]


def test_only_a_supervisor_or_an_administrator_plays(inside, database):
    for role in set(ROLES) - {"supervisor", "administrator"}:
        first = inside(role, "damkar" if role == "agency" else None)
        assert begin(first, database).status_code in {403, 404}, role
        assert first.post("/console/simulasi/laporan", {"kind": "fire"}).status_code in {403, 404}
    assert incidents(database) == []


def test_what_is_missing_is_told_and_nothing_starts(inside, database):
    lead = inside("supervisor")
    inside("operator")
    for wrong in ({"name": ""}, {"minutes": "7"}, {"staff": []}, {"staff": ["x"]}, {"name": "a" * 81}):
        answer = begin(lead, database, **wrong)
        assert (answer.status_code, 'id="fault"' in answer.text) == (422, True), wrong
    with database.read() as session:
        assert session.scalars(select(Drill)).all() == []


def test_a_rehearsed_report_comes_in_marked_and_only_while_the_drill_is_on(inside, database):
    lead = inside("supervisor")
    inside("operator")
    form = {"kind": "fire", "words": "Api di pasar", "landmark": "Pasar"}
    assert lead.post("/console/simulasi/laporan", form).status_code == 409
    begin(lead, database)
    assert lead.post("/console/simulasi/laporan", form | {"kind": "violence_home"}).status_code == 422
    assert lead.post("/console/simulasi/laporan", form).status_code == 303
    (incident,) = incidents(database)
    assert incident.simulation
    marked = re.compile(r'<body class="[^"]*\brehearsal\b')
    for path in (f"/console/kejadian/{incident.id}", f"/console/pengawas/tinjauan/{incident.id}"):
        assert marked.search(lead.get(path).text), path
    with database.read() as session:
        assert "rehearsal" in re.findall(r'<article class="([^"]*)"', render(session))[0]


def test_a_real_incident_carries_no_mark(inside, client, database):
    client.post("/api/v1/reports", json={"kind": "fire"})
    (incident,) = incidents(database)
    text = inside("supervisor").get(f"/console/kejadian/{incident.id}").text
    assert not re.search(r'<body class="[^"]*\brehearsal\b', text)
    with database.read() as session:
        assert 'rehearsal"' not in render(session)
