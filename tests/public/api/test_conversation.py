"""Questions, answers, positions and needs.

Shown truly on both sides, over by themselves, erased, never about violence at home.
"""

import re

import pytest

from app.core.i18n import LOCALES, say
from app.incidents.reporter import messages, questions, shared_position
from app.incidents.reporter.question_table import QUESTIONS, REPLIES


class Reporter:
    """A phone that reported: posts with its own token."""

    def __init__(self, client, kind="fire", **more):
        self.client = client
        received = client.post("/api/v1/reports", json={"kind": kind, **more}).json
        self.id, self.headers = received["id"], {"Authorization": f"Bearer {received['track_token']}"}

    def see(self):
        return self.client.get(f"/api/v1/reports/{self.id}", headers=self.headers).json

    def post(self, path, **body):
        return self.client.post(f"/api/v1/reports/{self.id}/{path}", json=body, headers=self.headers)


@pytest.fixture
def reporter(client):
    return Reporter(client)


@pytest.fixture
def ask(desk):
    def put(reporter, what="question", question=None):
        with desk.database.write() as session:
            return questions.ask_reporter(
                session, desk.operator, reporter.id, what=what, question=question
            ).id

    return put


def incident_of(desk, reporter):
    with desk.database.read() as session:
        return questions.both(session, reporter.id)[1].id


def test_a_question_is_asked_by_key_and_its_answer_is_there_at_once(desk, reporter, inside):
    first, incident_id = inside("operator"), incident_of(desk, reporter)
    page = first.get(f"/console/kejadian/{incident_id}").text
    assert 'data-digit="1"' in page
    first.post(f"/console/laporan/{reporter.id}/ask_reporter", {"ask": "question:people_inside"})
    requests = reporter.see()["ask"]
    assert (requests["words"], requests["answer"]) == ("Adakah orang di dalam?", None)
    assert reporter.post("answers", ask=requests["id"], answer="yes").status_code == 201
    page = first.get(f"/console/kejadian/{incident_id}").text
    assert re.search(r'class="answer a-yes">\s*Ya', page)
    assert [
        event.name for event in desk.events(incident_id) if event.name in {"ask_reporter", "answer_question"}
    ] == [
        "ask_reporter",
        "answer_question",
    ]


def test_questions_come_in_the_language_of_the_report(client, ask):
    english = Reporter(client, locale="en")
    ask(english, question="people_inside")
    assert english.see()["ask"]["words"] == "Is anybody inside?"


def test_a_newer_question_replaces_and_an_answer_to_the_old_one_is_refused(reporter, ask):
    old, new = ask(reporter, question="smoke"), ask(reporter, question="hurt")
    assert reporter.see()["ask"]["id"] == new
    assert reporter.post("answers", ask=old, answer="yes").status_code == 409
    assert reporter.post("answers", ask=new, answer="no").status_code == 201
    changed = reporter.post("answers", ask=new, answer="unknown").json["ask"]
    assert changed["answer"] == "unknown"
    ask(reporter, question="alone")
    assert reporter.post("answers", ask=new, answer="unknown").status_code == 201, (
        "sent again after a lost answer"
    )
    assert reporter.post("answers", ask=new, answer="no").status_code == 409


def test_an_answer_is_for_one_report_alone(client, reporter, ask):
    requests, other = ask(reporter, question="smoke"), Reporter(client)
    assert other.post("answers", ask=requests, answer="yes").status_code == 404
    assert other.post("positions", ask=requests, lat=0.13, lon=117.49).status_code == 404


def test_delivered_is_fetched_and_read_is_seen_each_with_its_time(desk, reporter, inside):
    incident_id = incident_of(desk, reporter)
    with desk.database.write() as session:
        sent = messages.send_message(session, desk.operator, reporter.id, text="Keluar dulu").id
    first = inside("operator")
    assert "belum sampai di HP" in first.get(f"/console/kejadian/{incident_id}").text
    reporter.see()
    assert re.search(r"[^m] sampai di HP \d", first.get(f"/console/kejadian/{incident_id}").text)
    before = reporter.see()["messages"][0]
    assert before["delivered_at"]
    assert before["read_at"] is None
    reporter.post("seen", ids=[sent])
    assert reporter.see()["messages"][0]["read_at"]
    names = [event.name for event in desk.events(incident_id)]
    assert (names.count("talk_delivered"), names.count("talk_read")) == (1, 1)


def test_the_reporter_sees_that_the_room_has_read(desk, reporter, inside):
    reporter.post("messages", text="Api di atap")
    assert reporter.see()["messages"][0]["read_at"] is None
    inside("operator").get(f"/console/kejadian/{incident_of(desk, reporter)}")
    assert reporter.see()["messages"][0]["read_at"]


def test_sharing_runs_fifteen_minutes_and_stops_by_itself(desk, reporter, ask, clock, inside):
    requests = ask(reporter, "share")
    assert reporter.post("positions", ask=requests, lat=0.13, lon=117.49).status_code == 409, (
        "nobody agreed yet"
    )
    until = reporter.post("answers", ask=requests, answer="yes").json["sharing"]["until"]
    assert (
        reporter.post("positions", ask=requests, lat=0.131, lon=117.491, accuracy_m=12, age_s=3).status_code
        == 201
    )
    first, incident_id = inside("operator"), incident_of(desk, reporter)
    page = first.get(f"/console/kejadian/{incident_id}").text
    assert "sisa 15 menit" in page
    assert "0.13100, 117.49100" in page
    ask(reporter, question="smoke")
    assert reporter.see()["sharing"]["until"] == until, "a question does not end it"
    clock.forward(minutes=15)
    assert reporter.see()["sharing"] is None
    assert reporter.post("positions", ask=requests, lat=0.13, lon=117.49).status_code == 409
    with desk.database.write() as session:
        assert (shared_position.end_over(session), shared_position.end_over(session)) == (1, 0)
    assert desk.events(incident_id)[-1].name == "stop_sharing"


@pytest.mark.parametrize("side", ["reporter", "room"])
def test_either_side_stops_a_sharing(desk, reporter, ask, inside, side):
    requests = ask(reporter, "share")
    reporter.post("answers", ask=requests, answer="yes")
    if side == "reporter":
        assert reporter.post("sharing-stops", ask=requests).json["sharing"] is None
    else:
        inside("operator").post(f"/console/laporan/{reporter.id}/stop_sharing", {"ask": requests})
    assert reporter.see()["sharing"] is None
    assert reporter.post("positions", ask=requests, lat=0.13, lon=117.49).status_code == 409


def test_positions_are_erased_a_day_after_closing(desk, reporter, ask, clock):
    requests = ask(reporter, "position")
    reporter.post("positions", ask=requests, lat=0.13, lon=117.49)
    incident_id = incident_of(desk, reporter)
    desk.move(incident_id, "open")
    desk.move(incident_id, "close", resolution="resolved")

    def kept():
        with desk.database.write() as session:
            shared_position.erase_old(session)
            return len(shared_position.of_reports(session, [reporter.id]))

    clock.forward(hours=23)
    assert kept() == 1
    clock.forward(hours=2)
    assert kept() == 0


def test_who_cannot_speak_is_not_called_and_every_reader_sees_it(desk, client, inside):
    mute = Reporter(client, contact={"phone": "+6281234567890", "may_call": True})
    incident_id = incident_of(desk, mute)
    first = inside("operator")
    assert 'href="tel:+6281234567890"' in first.get(f"/console/kejadian/{incident_id}").text
    assert mute.post("needs", no_voice=True).json["needs"] == ["no_voice"]
    first.post(f"/console/laporan/{mute.id}/set_need", {"on": "1"})
    page = first.get(f"/console/kejadian/{incident_id}").text
    assert 'href="tel:+6281234567890"' not in page
    assert "Jangan telepon: kirim pesan." in page
    row = first.get("/console/antrean").text
    assert '<span class="tag">Jangan telepon</span>' in row
    assert '<span class="tag">Penerjemah</span>' in row
    desk.move(incident_id, "open")
    desk.move(incident_id, "forward", to=["damkar"])
    own = desk.assignments(incident_id)["damkar"].id
    task = inside("agency", "damkar").get(f"/console/tugas/{own}").text
    assert "Pelapor tidak bisa bicara atau mendengar. Jangan telepon." in task
    assert "Perlu penerjemah" in task
    assert mute.post("needs", no_voice=False).json["needs"] == ["interpreter"]


def test_nothing_is_asked_about_violence_at_home(desk, reporter, inside):
    incident_id = incident_of(desk, reporter)
    desk.move(incident_id, "open")
    desk.move(incident_id, "set_kind", kind="violence_home")
    first = inside("operator")
    answer = first.post(f"/console/laporan/{reporter.id}/ask_reporter", {"ask": "photo"})
    assert answer.status_code == 422
    assert "tidak ditanya lewat halaman" in answer.text
    assert reporter.see()["ask"] is None


def test_a_silent_case_has_none_of_it_and_the_same_members(client):
    silent = Reporter(client, "violence_home")
    seen = silent.see()
    assert (seen["ask"], seen["sharing"], seen["needs"]) == (None, None, [])
    assert seen.keys() == Reporter(client).see().keys()
    assert silent.post("needs", no_voice=True).status_code == 404
    assert silent.post("seen", ids=[silent.id]).status_code == 404


def test_every_question_and_reply_has_words_in_both_languages():
    for code in (*(f"q.{question}" for question in QUESTIONS), *(f"r.{reply}" for reply in REPLIES)):
        assert len({say(locale, f"ask.{code}") for locale in LOCALES}) == len(LOCALES)
