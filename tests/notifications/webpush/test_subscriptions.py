"""A subscription is hostile input: only a known push service, on its own port, with keys that are keys."""

import os

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.notifications.webpush.subscriptions import LONGEST, Reach, Subscribed
from config import PUSH_HOSTS
from tests.support.push_standards import to_text

REACH = Reach(PUSH_HOSTS)
POINT = to_text(
    ec.generate_private_key(ec.SECP256R1())
    .public_key()
    .public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
)
SECRET = to_text(os.urandom(16))


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/dG9rZW4:APA91b",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAAA",
        "https://web.push.apple.com/QPabc",
        "https://db5p.notify.windows.com/w/?token=BQY%3d",
        "https://FCM.googleapis.com:443/wp/x",
    ],
)
def test_the_services_of_the_browsers_are_reached(endpoint):
    assert REACH.allows(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/fcm/send/x",
        "https://fcm.googleapis.com:8443/fcm/send/x",
        "https://fcm.googleapis.com",
        "https://fcm.googleapis.com@10.0.0.1/x",
        "https://user:word@fcm.googleapis.com/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evilfcm.googleapis.com/x",
        "https://notify.windows.com/x",
        "https://.notify.windows.com/x",
        "https://evil.example/?https://fcm.googleapis.com/",
        "https://fcm.googleapis.com/x#part",
        "https://fcm.googleapis.com/x y",
        "https://fcm.googleapis.com/x\r\nHost: evil.example",
        "https://fcm.googleapis.com\\@evil.example/",
        "https://fcm.googleapis.com./x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://169.254.169.254/latest/meta-data",
        "https://2130706433/x",
        "ftp://fcm.googleapis.com/x",
        "//fcm.googleapis.com/x",
        "https://fcm.googleapis.com/" + "x" * LONGEST,
        "https://fcm.googleapi\u017f.com/x",
        "",
    ],
)
def test_no_other_address_is(endpoint):
    assert not REACH.allows(endpoint)


def test_this_machine_is_reached_by_tests_alone():
    assert not REACH.allows("http://127.0.0.1:9999/x")
    assert Reach((), loopback=True).allows("http://127.0.0.1:9999/x")
    assert not Reach((), loopback=True).allows("http://10.0.0.1:9999/x")


@given(st.text(max_size=120))
def test_whatever_is_sent_is_judged_without_a_fault(endpoint):
    REACH.allows(endpoint)
    REACH.allows(f"https://fcm.googleapis.com{endpoint}")


def test_keys_are_kept_in_one_spelling():
    kept = _wish(p256dh=POINT + "=", auth=SECRET.replace("-", "+").replace("_", "/")).checked(REACH)
    assert (kept.p256dh, kept.auth) == (POINT, SECRET)


@pytest.mark.parametrize(
    ("pointer", "wrong"),
    [
        ("/endpoint", {"endpoint": "https://evil.example/"}),
        ("/keys/p256dh", {"p256dh": to_text(b"\x04" + bytes(64))}),
        ("/keys/p256dh", {"p256dh": to_text(b"\x04" + b"\xff" * 64)}),
        ("/keys/p256dh", {"p256dh": POINT[:-2]}),
        ("/keys/p256dh", {"p256dh": "\x00"}),
        ("/keys/p256dh", {"p256dh": "A" * 5000}),
        ("/keys/auth", {"auth": to_text(bytes(15))}),
        ("/keys/auth", {"auth": "ключ"}),
    ],
)
def test_a_wrong_field_is_named(pointer, wrong):
    with pytest.raises(Invalid) as refused:
        _wish(**wrong).checked(REACH)
    assert [found for found, _ in refused.value.faults] == [pointer]


def _wish(**changed: str) -> Subscribed:
    right = {"endpoint": "https://fcm.googleapis.com/fcm/send/x", "p256dh": POINT, "auth": SECRET}
    return Subscribed(**{**right, **changed})
