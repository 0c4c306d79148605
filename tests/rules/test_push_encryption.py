"""A push can be read by the browser it is for, and by nobody on the way."""

import os

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from app.notifications.webpush.encryption import PADDED_TO, encrypt, padded, seal
from tests.push_standards import to_bytes, to_text


def test_the_example_of_the_standard():
    """RFC 8291, appendix A."""
    sender = ec.derive_private_key(
        int.from_bytes(to_bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), ec.SECP256R1()
    )
    body = seal(
        b"When I grow up, I want to be a watermelon\x02",
        receiver=to_bytes(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
        ),
        auth=to_bytes("BTBZMqHH6r4Tts7J_aSIgg"),
        sender=sender,
        salt=to_bytes("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert to_text(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8w"
        "EqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


@settings(max_examples=40, deadline=None)
@given(content=st.binary(min_size=1, max_size=3000))
def test_another_implementation_reads_what_we_wrote(content):
    browser, auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
    body = encrypt(padded(content), p256dh=to_text(_point(browser)), auth=to_text(auth))
    assert http_ece.decrypt(body, private_key=browser, auth_secret=auth) == content
    assert len(body) <= 4096


def test_the_length_of_a_push_says_nothing():
    lengths = {len(padded(bytes(count))) for count in (1, 200, 700, PADDED_TO - 1)}
    assert lengths == {PADDED_TO}
    assert len(padded(bytes(PADDED_TO))) == 2 * PADDED_TO


def test_the_same_words_never_look_the_same():
    browser, auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
    bodies = [encrypt(b"x\x02", p256dh=to_text(_point(browser)), auth=to_text(auth)) for _ in range(3)]
    assert len({body[:16] for body in bodies}) == len({body[21:86] for body in bodies}) == 3


def test_a_key_off_the_curve_is_refused():
    with pytest.raises(ValueError):
        encrypt(b"x\x02", p256dh=to_text(b"\x04" + bytes(63) + b"\x01"), auth=to_text(bytes(16)))


def _point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
