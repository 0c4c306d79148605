"""What a thief of the tables, and a reader of lock screens, learn of somebody who asked for help in silence.

Nothing.
"""

import json
import re

import pytest
from sqlalchemy import inspect, select, text

from app.core.clock import now
from app.core.ids import new_id
from app.notifications.webpush.models import Notification, PushSubscription
from app.reports.models import Report
from app.silent import counsellor_reply
from app.silent.counsellor_case import Counsellor, take_case
from app.silent.crypto.signed_roster import unb64
from app.silent.models import SilentCase
from tests.support.receipt_holder import She
from tests.support.silent import BLOCK, receipt

SECRET = {
    "block": {**BLOCK, "position": {"lat": 0.1764321, "lon": 117.4987654}},
    "description": "kenari-kata-22d1",
    "location": {"landmark": "kenari-gang-4af0"},
    "contact": {"name": "kenari-nama-0c7e", "phone": "0813 7777 0112", "may_call": True},
}
PLACES, WORDS = ("0.1764", "117.4987"), ("kenari", "77770112")
CODES = ("utf-8", "utf-16-le")
NUMBER = rb"(?<![0-9])(?<![0-9]\0)"
"""Where a number begins, in one byte a character or two: the seconds of a time, 50.176412, hold no place."""
ENDPOINT = "https://fcm.googleapis.com/fcm/send/kotak-surat"
KEYS = {
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}
"""The example of RFC 8291, appendix A."""


def cells(database):
    """Yield every value of every table, as bytes."""
    with database.read() as session:
        for table in inspect(session.connection()).get_table_names():
            for row in session.execute(text(f'SELECT * FROM "{table}"')):
                for value in row:
                    content = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                    yield table, content


def test_no_column_of_any_table_holds_a_place_a_phone_or_a_receipt(quiet, database):
    """S9, without the outer key; the same words of a fire are found, so we looked."""
    three = receipt()
    quiet.send(receipt=three, **SECRET)
    quiet.send(words={"words": "kenari", "phone": "0813 7777 0112"}, receipt=receipt())
    secrets = [three["lookup"].encode(), three["proof"].encode()]
    secrets += [unb64(three["lookup"]), unb64(three["proof"])]
    secrets += [word.encode(code) for word in WORDS for code in CODES]
    patterns = [re.escape(secret) for secret in secrets]
    patterns += [NUMBER + re.escape(place.encode(code)) for place in PLACES for code in CODES]
    telling = re.compile(b"|".join(patterns))
    assert [table for table, content in cells(database) if telling.search(content)] == []
    quiet.post(json.dumps(SECRET | {"kind": "fire"}), new_id())
    assert {table for table, content in cells(database) if telling.search(content)} == {"report", "incident"}


@pytest.mark.parametrize("code", CODES)
def test_the_search_finds_a_place_however_it_is_written_and_no_seconds(code):
    for place in PLACES:
        telling = re.compile(NUMBER + re.escape(place.encode(code)))
        for written in (place, f'{{"lat":{place}}}', f"-{place}4321", f"POINT({place} 1)", f"x{place}"):
            assert telling.search(written.encode(code)), written
    assert not re.search(
        NUMBER + re.escape(PLACES[0].encode(code)), "2026-11-27 17:40:50.176412".encode(code)
    )


@pytest.fixture
def phone(client):
    """A phone with pushes on: what it sends along with every request."""
    device = {"Siaga-Device": f"{new_id()}.{'a1' * 16}"}
    wish = {"endpoint": ENDPOINT, "keys": KEYS, "locale": "id"}
    answer = client.put("/api/v1/push-subscriptions", json=wish, headers=device)
    assert answer.status_code in {200, 201, 204}, answer.text
    return device


def test_no_push_is_ever_made_for_a_case_and_no_subscription_is_tied_to_one(
    quiet, inside, database, phone, hire
):
    """S6, and more: not equal pushes but none, whatever happens to her case and whatever she chose."""
    client, she = quiet.client, She(quiet.client, quiet.seals)
    contact = {"channel": "push", "from_hour": 0, "until_hour": 24, "code_word": False}
    client.environ_base.update({"HTTP_SIAGA_DEVICE": phone["Siaga-Device"]})
    she.call_for_help(block={**BLOCK, "contact": contact})
    operator = inside("operator", cleared=True)
    for version, move in enumerate(("open", "forward"), start=1):
        assert operator.post(f"/console/kasus/{she.id}/{move}", {"version": version}).status_code == 303
    police = inside("agency", "polres", cleared=True)
    for step in ("accept", "en_route", "on_scene", "done"):
        assert police.post(f"/console/kasus/{she.id}/{step}", {}).status_code == 303, step
    counsellor = Counsellor(hire("pendamping", "agency", "uptdppa", cleared=True), now())
    with database.write() as session:
        case = session.get_one(SilentCase, she.id)
        take_case(session, counsellor, case)
        item = new_id()
        sealed = she.sealed("Kami di sini", f"chat|{item}", to_her=True)
        assert counsellor_reply.store_reply(session, counsellor, case, item_id=item, sealed=sealed)
        version = case.version
    she.write("Terima kasih")
    assert operator.post(f"/console/kasus/{she.id}/close", {"version": version}).status_code == 303
    with database.read() as session:
        assert session.scalars(select(Notification)).all() == []
        columns = inspect(session.connection())
        silent = [name for name in columns.get_table_names() if name.startswith(("silent", "case", "sealed"))]
        tied = [column["name"] for name in silent for column in columns.get_columns(name)]
        assert not [name for name in tied if "device" in name or "subscription" in name or "endpoint" in name]
        mine = session.scalars(select(PushSubscription.device_id)).one()
    assert not [table for table, content in cells(database) if table in silent and mine.encode() in content]
    fire = client.post("/api/v1/reports", json={"kind": "fire"}).json["id"]
    with database.read() as session:
        incident = session.get_one(Report, fire).incident_id
    assert operator.post(f"/console/kejadian/{incident}/open", {"version": 1}).status_code == 303
    with database.read() as session:
        assert len(session.scalars(select(Notification)).all()) == 1, "of a fire the same phone is told"
