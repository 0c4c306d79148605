"""*Masih berlangsung?*: asked by one press, answered by one tap, one answer per device, told with its times."""

import uuid

import pytest

from app.core.clock import now
from app.core.ids import new_id
from app.notifications.webpush.models import Notification, PushSubscription
from app.reports.models import Report


def seen_text(page):
    """Return a page's text with white space collapsed, as a browser shows it."""
    return " ".join(page.text.split())


@pytest.fixture
def subscribed(database):
    """Let the phone of a report have push on."""

    def _subscribed(report_id):
        moment = now()
        with database.write() as session:
            device = session.get_one(Report, report_id).device_id
            session.add(
                PushSubscription(
                    id=new_id(),
                    device_id=device,
                    endpoint=f"https://push.example/{device}",
                    p256dh="x",
                    auth="x",
                    locale="id",
                    created_at=moment,
                    renewed_at=moment,
                )
            )

    return _subscribed


HERE = {"lat": 0.1331, "lon": 117.4902, "source": "gps"}


def phone():
    return f"{uuid.uuid4()}.{uuid.uuid4().hex}"


def send(client, device, **more):
    headers = {"Idempotency-Key": new_id(), "Siaga-Device": device}
    answer = client.post("/api/v1/reports", json={"kind": "fire", "location": HERE} | more, headers=headers)
    return answer.json["id"], {"Authorization": f"Bearer {answer.json['track_token']}"}


def requests(client, received):
    return client.get(f"/api/v1/reports/{received[0]}", headers=received[1]).json["still"]


def say(client, received, question, answer):
    body = {"question": question, "answer": answer}
    return client.post(f"/api/v1/reports/{received[0]}/still", json=body, headers=received[1])


def test_the_room_asks_and_reads_what_each_device_said_last(client, desk, inside):
    received = send(client, phone())
    other = send(client, phone())
    with desk.database.read() as session:
        incident_id = session.get_one(Report, received[0]).incident_id
    assert requests(client, received) is None
    first = inside("operator")
    assert first.post(f"/console/kejadian/{incident_id}/ask_still_ongoing").status_code == 303
    question = requests(client, received)["id"]
    assert requests(client, other) is None
    assert say(client, other, question, "yes").status_code == 404
    assert say(client, received, question, "yes").status_code == 201
    assert requests(client, received) is None
    assert "Ya 1 (" in seen_text(first.get(f"/console/kejadian/{incident_id}"))
    say(client, received, question, "no")
    page = seen_text(first.get(f"/console/kejadian/{incident_id}"))
    assert "Ya 0, Tidak 1 (" in page
    assert "belum menjawab 0" in page


def test_soon_after_nobody_is_asked_again(client, desk, inside):
    received = send(client, phone())
    with desk.database.read() as session:
        incident_id = session.get_one(Report, received[0]).incident_id
    first = inside("operator")
    first.post(f"/console/kejadian/{incident_id}/ask_still_ongoing")
    assert first.post(f"/console/kejadian/{incident_id}/ask_still_ongoing").status_code == 409


def test_whoever_is_near_with_push_on_is_asked_too_in_words_fit_for_a_lock_screen(
    client, desk, inside, subscribed
):
    received, near, quiet = (
        send(client, phone()),
        send(client, phone()),
        send(client, phone(), kind="medical"),
    )
    subscribed(near[0])
    subscribed(quiet[0])
    with desk.database.read() as session:
        incident_id = session.get_one(Report, received[0]).incident_id
    inside("operator").post(f"/console/kejadian/{incident_id}/ask_still_ongoing")
    assert requests(client, near)
    assert requests(client, quiet) is None
    with desk.database.read() as session:
        (push,) = session.query(Notification).filter_by(wording="ask_still_ongoing").all()
    assert push.report_id == near[0]
