"""S11: four hostile rosters are refused, and help is asked for all the same."""

import base64
import json
import re
from datetime import timedelta

import pytest

from app.core.clock import now
from app.silent.crypto import key_files
from app.silent.crypto.signed_roster import RosterKey, point
from tests.support.phone import wait_for
from tests.support.silent_flow import open_tile, step

WHICH = (
    "unsigned",
    *(pytest.param(which, marks=pytest.mark.long) for which in ("expired", "changed", "older")),
)


def rosters(refuge):
    """S11: signed by another, expired, with a key that is not what it says, older than the last seen."""
    stranger = key_files.new_key()
    until = now() + timedelta(days=9)
    swapped = refuge.sign(3)
    payload = json.loads(keys_text(swapped["payload"]))
    payload["keys"][0]["id"] = "0" * 16
    return {
        "unsigned": refuge.sign(
            3, root=stranger, members=[RosterKey(point(stranger.public_key()), "counsellor", until)]
        ),
        "expired": refuge.sign(3, days=-1),
        "changed": {**swapped, "payload": text_of(json.dumps(payload))},
        "older": refuge.sign(1),
    }


def keys_text(payload):
    return base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()


def text_of(words):
    return base64.urlsafe_b64encode(words.encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("which", WHICH)
def test_a_hostile_roster_is_refused_and_help_is_asked_for_all_the_same(refuge, hostile, which):
    page = hostile(rosters(refuge)[which])
    if which == "older":
        page.evaluate("siaga.database.put('settings', { key: 'roster_seen', value: 2 })")
    open_tile(page)
    before = len(refuge.cases())
    step(page, "coming")
    page.get_by_text("belum bisa dilindungi").wait_for()
    assert not page.get_by_role("button", name="Lanjut").is_visible(), "the story is not asked for"
    assert not page.get_by_text("Boleh dihubungi?").count(), "nor a way that needs a number"
    page.get_by_role("button", name="Kirim sekarang").tap()
    page.locator("#hush .state h1").filter(has_text=re.compile("^Terkirim")).wait_for()
    assert page.get_by_role("button", name="Buka kasus saya").is_visible()
    assert not page.get_by_role("button", name="Tambah cerita").count()
    wait_for(lambda: len(refuge.cases()) > before)
    case = refuge.cases()[-1]
    assert refuge.block(case).position is not None
    assert refuge.sealed(case) == {}
