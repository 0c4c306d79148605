"""A push can be read by the browser it is for, and by nobody on the way."""

import json
import os
from types import SimpleNamespace

import http_ece
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.i18n import LOCALES
from app.notifications.webpush.sender import encrypt
from app.notifications.wording import PADDED_TO, WORDINGS, padded, payload
from tests.support.push_standards import decrypt, point_of, to_bytes, to_text

SENTENCE = b"When I grow up, I want to be a watermelon"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8w"
    "EqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
AUTH = to_bytes("BTBZMqHH6r4Tts7J_aSIgg")
"""RFC 8291, appendix A."""


def key_of(text):
    return ec.derive_private_key(int.from_bytes(to_bytes(text), "big"), ec.SECP256R1())


RECEIVER = key_of("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94")


class Browser:
    """A subscription whose keys a test holds."""

    def __init__(self):
        self.private, self.auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        self.keys = {"p256dh": to_text(point_of(self.private)), "auth": to_text(self.auth)}

    def read(self, body):
        return decrypt(body, private=self.private, auth=self.auth)


def test_the_library_writes_the_example_of_the_standard():
    body = http_ece.encrypt(
        SENTENCE,
        private_key=key_of("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
        dh=point_of(RECEIVER),
        auth_secret=AUTH,
        salt=to_bytes("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert to_text(body) == BODY


def test_the_receiver_of_these_tests_reads_the_example_of_the_standard():
    assert decrypt(to_bytes(BODY), private=RECEIVER, auth=AUTH) == SENTENCE


@settings(max_examples=40, deadline=None)
@given(content=st.binary(min_size=1, max_size=3000))
def test_another_implementation_reads_what_is_sent(content):
    browser = Browser()
    body = encrypt(padded(content), **browser.keys)
    assert browser.read(body) == padded(content)
    assert len(body) <= 4096


def test_no_other_browser_reads_it():
    meant, other = Browser(), Browser()
    other.auth = meant.auth
    with pytest.raises(InvalidTag):
        other.read(encrypt(SENTENCE, **meant.keys))


def test_the_length_of_a_push_says_nothing():
    overhead = 86 + 1 + 16
    lengths = {len(encrypt(padded(bytes(n)), **Browser().keys)) for n in (1, 200, 700, PADDED_TO - 1)}
    assert lengths == {PADDED_TO - 1 + overhead}
    assert len(encrypt(padded(bytes(PADDED_TO)), **Browser().keys)) == 2 * PADDED_TO - 1 + overhead


def test_every_message_of_this_house_has_one_length_and_is_still_json():
    browser = Browser()
    ways = {"tag": "t", "receipt": "r" * 22, "incident_id": "i" * 36, "report_id": "r" * 36}
    bodies = [
        encrypt(payload(SimpleNamespace(wording=code, data=details, locale=locale, **ways)), **browser.keys)
        for code in WORDINGS
        for locale in LOCALES
        for details in (
            '{"number":1}',
            '{"number":99999,"agency":"Dinas Pemadam Kebakaran dan Penyelamatan"}',
        )
    ]
    assert len({len(body) for body in bodies}) == 1
    assert {json.loads(browser.read(body))["web_push"] for body in bodies} == {8030}


def test_the_same_words_never_look_the_same():
    browser = Browser()
    bodies = [encrypt(b"x", **browser.keys) for _ in range(3)]
    assert len({body[:16] for body in bodies}) == len({body[21:86] for body in bodies}) == 3


@pytest.mark.parametrize("point", [b"\x04" + bytes(63) + b"\x01", b"", b"\x04", bytes(65), b"\x04" * 66])
def test_a_key_that_is_no_point_of_the_curve_is_refused(point):
    with pytest.raises(ValueError):
        encrypt(b"x", p256dh=to_text(point), auth=to_text(bytes(16)))
