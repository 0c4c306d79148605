"""Who was called about an incident stands on its page with what came of it, whichever the means."""

from datetime import timedelta

import pytest

from app.core.clock import now
from app.core.ids import new_id
from app.notifications.webpush.models import Notification, PushSubscription

pytestmark = pytest.mark.engine("sqlite")


def pushed(desk, staff_id, incident_id, **answer):
    """Write a push to somebody's phone as the outbox and the sender leave it."""
    moment = now()
    keys = {"endpoint": f"https://push.example/{new_id()}", "p256dh": "p", "auth": "a", "locale": "id"}
    phone = PushSubscription(id=new_id(), staff_id=staff_id, created_at=moment, renewed_at=moment, **keys)
    with desk.database.write() as session:
        session.add(phone)
        session.flush()
        session.add(
            Notification(
                id=new_id(),
                subscription_id=phone.id,
                event_seq=1,
                incident_id=incident_id,
                wording="unopened",
                data="{}",
                tag="t",
                ttl_s=60,
                receipt=new_id(),
                created_at=moment,
                next_at=moment,
                **answer,
            )
        )


def test_a_push_stands_with_its_answer_and_when_it_was_shown(desk, inside):
    first, other = inside("operator", name="jaga-satu"), inside("operator", name="jaga-dua")
    incident_id, elsewhere = desk.report("fire"), desk.report("flood")
    pushed(
        desk, first.staff_id, incident_id, state="sent", answer="201", shown_at=now() + timedelta(seconds=2)
    )
    pushed(desk, other.staff_id, incident_id, state="gone", answer="410", attempts=2)
    page = first.get(f"/console/kejadian/{incident_id}").text
    card = page.split('id="h-rings"')[1].split("</section>")[0]
    for words in ("jaga-satu", "notifikasi", "sudah dikirim", "tampil di HP", "201", "jaga-dua", "410"):
        assert words in card
    assert "HP tidak lagi terdaftar" in card
    assert 'id="h-rings"' not in first.get(f"/console/kejadian/{elsewhere}").text
