"""A caller who does not speak answers on a page that came by SMS: any phone, no script, no sound."""

import re

import pytest
from sqlalchemy import select

from app.core.ids import new_id
from app.incidents.escalation.needed_rings import ring_is_needed
from app.incidents.reporter import questions, yes_no_link
from app.incidents.reporter.conversation_models import Ask
from app.notifications.gateway.providers import carriers
from app.notifications.gateway.sender import Ringer
from app.reports.models import Report
from tests.support.gateway_server import TOKEN, FakePhone

NUMBER = "+628115940777"


@pytest.fixture
def gateway(app):
    phone = FakePhone()
    phone.settings = before = app.settings
    for name, value in {"gateway_url": phone.url, "gateway_token": TOKEN}.items():
        object.__setattr__(app.settings, name, value)
    yield phone
    for name in ("gateway_url", "gateway_token"):
        object.__setattr__(before, name, "")
    phone.stop()


@pytest.fixture
def operator(inside):
    return inside("operator")


@pytest.fixture
def ghost(operator, database):
    """Somebody called and said nothing; the id of the report that the operator made of it."""

    def made(**fields):
        call = {"key": new_id(), "class": "ghost", "kind": "other", "words": "", "phone": NUMBER} | fields
        operator.post("/console/telepon", call)
        with database.read() as session:
            return session.scalars(select(Report.id).where(Report.key == call["key"])).first()

    return made


def invite(operator, report_id):
    return operator.post(f"/console/laporan/{report_id}/send_answer_page", {})


def carry(settings, database):
    ringer = Ringer(database, carriers(settings), ring_is_needed)
    while ringer.step():
        pass
    ringer.close()


def asks(database, report_id):
    with database.read() as session:
        return [
            (row.question, row.answer, row.read_at is not None)
            for row in questions.of_reports(session, [report_id])
        ]


def test_an_sms_brings_the_page_and_two_taps_bring_two_answers(client, database, operator, ghost, gateway):
    report_id = ghost()
    assert "Kirim halaman ya/tidak lewat SMS" in operator.get(invite_page(database, report_id)).text
    assert invite(operator, report_id).status_code == 303
    carry(gateway.settings, database)
    ((by, words),) = gateway.heard(NUMBER)
    assert by == "sms"
    assert len(words) <= 160
    path = re.search(r"/j/\S+", words)[0]
    page = client.get(path)
    assert "Apakah Anda aman sekarang?" in page.text
    assert page.headers["Refresh"] == "10"
    assert page.headers["Cache-Control"] == "no-store"
    assert "<script" not in page.text or "/j/" not in page.text.split("<script")[1].split("</script>")[0]
    assert asks(database, report_id) == [("safe_now", None, True)]
    (ask_id,) = re.findall(r'name="ask" value="([^"]+)"', page.text)
    assert client.post(path, data={"ask": ask_id, "answer": "no"}).location == path
    assert asks(database, report_id) == [("safe_now", "no", True)]
    operator.post(f"/console/laporan/{report_id}/ask_reporter", {"ask": "question:weapon"})
    late = client.post(path, data={"ask": ask_id, "answer": "yes"})
    assert late.status_code == 303, "the page shows the newer question instead"
    newer = client.get(path)
    assert "Adakah senjata?" in newer.text
    (ask_id,) = re.findall(r'name="ask" value="([^"]+)"', newer.text)
    client.post(path, data={"ask": ask_id, "answer": "unknown"})
    assert asks(database, report_id) == [("safe_now", "no", True), ("weapon", "unknown", True)]
    assert "Halaman ya/tidak diminta dikirim lewat SMS" in operator.get(invite_page(database, report_id)).text


def invite_page(database, report_id):
    with database.read() as session:
        return f"/console/kejadian/{session.get_one(Report, report_id).incident_id}"


def test_only_the_whole_mark_of_this_report_opens_it(app, client, ghost):
    first, other = ghost(), ghost()
    way = yes_no_link.way(app.secrets, first)
    assert client.get(way).status_code == 200
    track = app.secrets.sign("track", first)
    mark = way.rsplit("/", 1)[1]
    for wrong in (
        mark[:-1],
        mark + "0",
        mark.upper(),
        "x",
        track,
        track[:22],
        yes_no_link.way(app.secrets, other)[-22:],
    ):
        if wrong != mark:
            assert client.get(f"/j/{first}/{wrong}").status_code == 404
            assert client.post(f"/j/{first}/{wrong}", data={"answer": "yes"}).status_code == 404
    assert client.get(f"/j/{new_id()}/{mark}").status_code == 404


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"ask": "x", "answer": "yes"},
        {"ask": new_id(), "answer": "yes"},
        {"ask": "\x00", "answer": "maybe"},
        {"ask": "' OR 1=1 --", "answer": "<script>"},
        {"answer": "yes" * 20000},
    ],
)
def test_anything_else_changes_nothing_and_shows_the_page_again(client, database, operator, ghost, sent):
    report_id = ghost()
    invite(operator, report_id)
    answer = client.post(yes_no_link.way(client.application.secrets, report_id), data=sent)
    assert answer.status_code in {303, 413}
    assert asks(database, report_id) == [("safe_now", None, False)]


def test_without_a_number_nothing_is_sent(database, operator, ghost):
    report_id = ghost(phone="")
    answer = invite(operator, report_id)
    assert answer.status_code == 422
    assert "Nomor penelepon tidak diketahui" in answer.text
    with database.read() as session:
        assert session.scalars(select(Ask)).all() == []


def test_when_it_is_closed_the_page_says_so_and_asks_no_more(app, client, database, operator, ghost):
    report_id = ghost(**{"class": "prank"})
    page = client.get(yes_no_link.way(app.secrets, report_id))
    assert "Selesai. Telepon 112" in page.text
    assert "Refresh" not in page.headers
