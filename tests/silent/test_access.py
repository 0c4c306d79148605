"""Every role, every door of a case, every part of it: what the table says, and for everybody else no case at all."""

import re
from itertools import product

import pytest
from sqlalchemy import text

from app.accounts.models import ROLES
from app.core.clock import now
from app.core.errors import NotFound
from app.core.ids import new_id
from app.reports.report_number import spoken_number
from app.silent.access import FIELDS, TABLE, VIEWERS, Viewer, case_access_of
from app.silent.models import CaseCounsellor, SilentCase
from tests.support.silent import BLOCK

AGENCIES = ("damkar", "psc119", "polres", "uptdppa")
PEOPLE = [(role, None) for role in ROLES if role != "agency"] + [("agency", code) for code in AGENCIES]
SEERS = [(role, agency, cleared) for (role, agency), cleared in product(PEOPLE, (False, True))]
ROOMS = {("operator", None, True), ("agency", "polres", True), ("agency", "uptdppa", True)}
"""Whose open cases have a page in the room; written apart from the table."""
MOVES = ("open", "forward", "close", "accept", "en_route", "on_scene", "done", "decline")
TELLING = re.compile(
    r"(?<![\d.])0[.,]17640*(?!\d)|(?<!\d)117[.,]49870*(?!\d)|Gang Melati|813[ -]?7777[ -]?0112"
)
"""Her place as a whole number: the seconds that /metrics counts may begin with the same figures."""
SECRET = {
    "block": {**BLOCK, "position": {"lat": 0.1764, "lon": 117.4987}},
    "location": {"landmark": "Gang Melati"},
    "contact": {"phone": "0813 7777 0112"},
}


@pytest.fixture
def case_id(quiet):
    return quiet.send(**SECRET).json["id"]


def close(database, case_id):
    with database.write() as session:
        case = session.get_one(SilentCase, case_id)
        case.state, case.closed_at = "closed", now()


def same(answer, case_id, other, missing):
    """Whether two answers are byte for byte the same but for the id that was asked for."""
    mine = (answer.status_code, answer.data.replace(case_id.encode(), b"ID"))
    return mine == (other.status_code, other.data.replace(missing.encode(), b"ID"))


def test_the_table_says_every_viewer_and_state_and_gives_class_two_to_nobody_but_the_counsellor_on_the_case():
    for viewer, state, part in product(VIEWERS, ("open", "closed"), FIELDS):
        sees = part in TABLE.get((viewer, state), ())
        if part in {"words", "sealed", "links"}:
            assert sees is (viewer == "on_case"), (viewer, state, part)
        elif viewer in {"operator", "police", "counsellor"}:
            assert sees is (state == "open"), (viewer, state, part)


@pytest.mark.parametrize("closed", [False, True])
def test_each_seer_gets_what_the_table_says_and_no_more(database, hire, case_id, closed):
    if closed:
        close(database, case_id)
    wanted = {"operator": "operator", "polres": "police", "uptdppa": "counsellor"}
    for role, agency, cleared in SEERS:
        viewer = Viewer(hire(f"s-{new_id()[-8:]}", role, agency, cleared=cleared), role, agency, cleared)
        row = wanted.get(agency or role) if cleared else None
        expected = TABLE.get((row, "closed" if closed else "open"), frozenset())
        for part in FIELDS:
            with database.read() as session:
                try:
                    found = case_access_of(session, viewer, case_id, now(), need=part).fields
                except NotFound:
                    found = frozenset()
            assert (part in found) is (part in expected), (role, agency, cleared, part)


@pytest.mark.parametrize("closed", [False, True])
def test_whoever_may_not_see_it_gets_the_bytes_of_a_case_that_never_was(inside, database, case_id, closed):
    if closed:
        close(database, case_id)
    for role, agency, cleared in SEERS:
        if (role, agency, cleared) in ROOMS and not closed:
            continue
        person, missing = inside(role, agency, name=f"s-{new_id()[-8:]}", cleared=cleared), new_id()
        who = (role, agency, cleared)
        for path in (
            "/console/kasus/{}",
            "/console/kejadian/{}",
            "/console/pendamping/kasus/{}",
            "/console/darurat/{}",
        ):
            answers = [person.client.get(path.format(item)) for item in (case_id, missing)]
            assert same(answers[0], case_id, answers[1], missing), (who, path)
            assert answers[0].status_code in {303, 403, 404} or not TELLING.search(answers[0].text), (
                who,
                path,
            )
        for move in MOVES:
            answers = [
                person.post(f"/console/kasus/{item}/{move}", {"version": 1}) for item in (case_id, missing)
            ]
            assert same(answers[0], case_id, answers[1], missing), (who, move)
            assert answers[0].status_code == 404, (who, move)
    with database.read() as session:
        kept = session.execute(text("SELECT count(*) FROM case_link WHERE actor = 'staff'")).scalar_one()
    assert kept == 0, "nothing was opened, nothing moved"


def test_no_other_page_export_or_answer_of_any_role_holds_a_trace_of_it(
    app, inside, case_id, client, database
):
    with database.read() as session:
        number = spoken_number(session.get_one(SilentCase, case_id).number)
    paths = sorted(
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and not rule.arguments and rule.endpoint != "console.sign_out"
    )
    paths += ["/console/antrean?cari=Melati", f"/console/antrean?cari={number}"]
    paths += ["/console/api/changes?after=0"]
    for role, agency, cleared in SEERS:
        if (role, agency, cleared) in ROOMS:
            continue
        person = inside(role, agency, name=f"s-{new_id()[-8:]}", cleared=cleared)
        for path in paths:
            answer = person.client.get(path)
            assert case_id.encode() not in answer.data, (role, agency, path)
            assert not TELLING.search(answer.get_data(as_text=True)), (role, agency, path)
    for path in paths:
        answer = client.get(path)
        assert case_id.encode() not in answer.data, path
        assert not TELLING.search(answer.get_data(as_text=True)), path


def test_counts_log_pushes_and_figures_stand_as_if_nothing_had_been_told(inside, quiet, database):
    supervisor = inside("supervisor")

    def figures():
        queue = re.findall(r'data-count="\w+">(\d+)<', supervisor.get("/console/antrean").text)
        changes = supervisor.get("/console/api/changes?after=0").json
        metrics = quiet.client.get("/metrics").text
        stored = [
            line for line in metrics.splitlines() if re.match(r"siaga_(incident|report|push|job)", line)
        ]
        with database.read() as session:
            tables = ("event", "incident", "report", "notification", "job", "day_counter")
            rows = [session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in tables]
        return queue, changes["seq"], changes["incidents"], stored, rows

    before = figures()
    for _ in range(3):
        quiet.send(words={"words": "Tolong"})
    assert figures() == before


def test_a_counsellor_of_another_case_sees_the_block_and_nothing_that_is_sealed(
    inside, database, quiet, case_id
):
    other = quiet.send().json["id"]
    counsellor = inside("agency", "uptdppa", cleared=True)
    with database.write() as session:
        session.add(CaseCounsellor(case_id=other, staff_id=counsellor.staff_id, taken_at=now()))
    page = counsellor.get(f"/console/kasus/{case_id}").text
    assert "0.17640" in page
    assert not re.search(r"Gang Melati|81377770112", page)
