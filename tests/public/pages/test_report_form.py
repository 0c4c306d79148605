"""The form without script: nothing that somebody sends by it is lost, and nothing counts twice."""

from sqlalchemy import select

from app.core.ids import new_id
from app.incidents.models import Incident, Message
from app.reports.models import Report


def reports(database):
    with database.read() as session:
        return list(session.scalars(select(Report)))


def test_words_changed_after_sending_are_one_more_report_however_often_they_are_sent(client, database):
    form = {"kind": "fire", "key": new_id(), "description": "Api kecil"}
    assert client.post("/lapor", data=form).status_code == 303
    changed = form | {"description": "Api besar"}
    ways = {client.post("/lapor", data=changed).headers["Location"] for _ in range(3)}
    assert len(ways) == 1
    assert sorted(report.description for report in reports(database)) == ["Api besar", "Api kecil"]


def test_a_form_of_a_thousand_fields_is_told_what_is_wrong(client, database):
    answer = client.post("/lapor", data={"kind": "fire"} | {f"field{n}": "x" for n in range(1000)})
    assert answer.status_code == 422
    assert "Terlalu banyak isian" in answer.text or "too_many_fields" in answer.text
    assert reports(database) == []


def test_a_kelurahan_that_nobody_knows_is_kept_as_a_landmark(client, database):
    place = {"source": "kelurahan", "kelurahan": "Kampung Baru Ujung", "landmark": "dekat sumur"}
    assert client.post("/api/v1/reports", json={"kind": "flood", "location": place}).status_code == 201
    (report,) = reports(database)
    assert report.landmark == "dekat sumur, Kampung Baru Ujung"
    with database.read() as session:
        assert session.scalars(select(Incident.landmark)).one() == report.landmark


def test_two_phones_that_count_from_one_are_two(client, database):
    for device in ("a", "b"):
        claim = f"{new_id()}.{device * 32}"
        headers = {"Idempotency-Key": "1", "Siaga-Device": claim}
        for _ in range(2):
            client.post("/api/v1/reports", json={"kind": "fire"}, headers=headers)
    assert len(reports(database)) == 2


def test_words_to_the_operator_are_kept_once_and_changed_ones_too(client, database):
    """Going back, changing the words and sending again is another message: nothing that was written is lost."""
    way = client.post("/lapor", data={"kind": "fire"}).headers["Location"]
    page = {"key": new_id()}
    for text in ("Api kecil", "Api kecil", "Api besar"):
        assert client.post(way, data=page | {"text": text}).status_code == 303
    with database.read() as session:
        assert sorted(session.scalars(select(Message.text))) == ["Api besar", "Api kecil"]


def test_words_that_cannot_be_taken_come_back_with_what_is_wrong(client, database):
    way = client.post("/lapor", data={"kind": "fire"}).headers["Location"]
    for sent, words in (
        ({"text": "z" * 2001}, "Terlalu panjang."),
        ({"text": " \x00 "}, "Belum diisi."),
        ({"signal": "boom"}, "Pilihan tidak dikenal."),
    ):
        answer = client.post(way, data=sent)
        assert answer.status_code == 422
        assert 'role="alert">' + words in answer.text
        assert sent.get("text", "") in answer.text
    with database.read() as session:
        assert list(session.scalars(select(Message))) == []
