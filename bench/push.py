"""Measures the cost of a push, beside `webpush()` as documented.

The app's cost includes claiming, encrypting, sending over TLS and recording.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import certifi
import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import insert, text

from app.accounts.models import Device
from app.core.clock import now
from app.core.ids import new_id
from app.eventlog.log import NewEvent, append
from app.incidents.lifecycle.notify import incident_pushed
from app.incidents.models import Incident
from app.notifications.webpush.models import PushSubscription
from app.notifications.webpush.outbox import enqueue
from app.notifications.webpush.sender import Sender, encrypt
from app.notifications.wording import padded
from bench.installation import ROOT, Installation, installation, wait_for
from bench.rows import Row
from tests.support.authority import certify
from tests.support.system import free_ports

if TYPE_CHECKING:
    from pywebpush import WebPusher

TIMES = 40
WHOLE_S = 8.0
MANY = 20_000


@dataclass(frozen=True, slots=True)
class Sink:
    """A push service that accepts all pushes: its address, and the authority that certifies it."""

    origin: str
    authority: Path
    """File with its own authority only, which costs `webpush()` the least."""
    authorities: Path
    """File with its own and the usual authorities, as for real push services; `webpush()` reads it for each message."""


def rows(*, quick: bool = False) -> list[Row]:
    """Measure both ways to the same service; the sender has one core, the service the other."""
    count = 4_000 if quick else MANY
    _pin_to_core(0)
    table = [encryption(200 if quick else 1_000)]
    for engine in ("sqlite", "postgresql"):
        with installation(engine, free_ports()) as place, sink(place.settings.data) as service:
            tries = 40 if quick else 100
            usual_us = documented(place, service, service.authorities, tries)
            cheapest_us = documented(place, service, service.authority, tries)
            ours_us, took_s = ours(place, service, count)
        times, whole_s = usual_us / ours_us, took_s * MANY / count
        table += [
            Row(
                f"push, CPU a message, {engine}",
                f"{ours_us:.0f} µs, {times:.0f} times",
                f"{TIMES} times",
                times >= TIMES,
                f"webpush() {usual_us:.0f} µs; trusting one authority alone {cheapest_us:.0f} µs, "
                f"{cheapest_us / ours_us:.0f} times",
            ),
            Row(
                f"push, {MANY:,} messages, {engine}",
                f"{whole_s:.1f} s",
                f"{WHOLE_S:.0f} s",
                whole_s <= WHOLE_S,
                f"{count:,} sent in {took_s:.1f} s",
            ),
        ]
    return table


def encryption(count: int) -> Row:
    """Compare the CPU of one encryption by pywebpush, with a new or a kept object, with http_ece, which it calls."""
    keys, content = [_keys() for _ in range(count)], padded(b"{}")
    kept = [_pusher(pair) for pair in keys]
    ways: dict[str, Callable[[int], object]] = {
        "ours": lambda n: encrypt(content, **keys[n]),
        "kept": lambda n: kept[n].encode(content),
        "below": lambda n: _http_ece(content, **keys[n]),
    }
    spent = dict.fromkeys(ways, 0.0)
    for n in range(count):
        for way, call in random.sample(list(ways.items()), len(ways)):
            began = time.thread_time()
            call(n)
            spent[way] += time.thread_time() - began
    ours_us, kept_us, below_us = (spent[way] / count * 1e6 for way in ways)
    return Row(
        "push, CPU of one encryption by pywebpush",
        f"{ours_us:.0f} µs",
        "1.6 times http_ece",
        ours_us <= 1.6 * below_us,
        f"object kept {kept_us:.0f} µs, http_ece alone {below_us:.0f} µs",
    )


def _http_ece(content: bytes, *, p256dh: str, auth: str) -> bytes:
    """Encrypt with http_ece directly."""
    private = ec.generate_private_key(ec.SECP256R1())
    return bytes(
        http_ece.encrypt(content, private_key=private, dh=_decode(p256dh), auth_secret=_decode(auth))
    )


def _decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def documented(place: Installation, service: Sink, trusted: Path, count: int) -> float:
    """Return microseconds of CPU a message of `webpush()` in a loop, as documented."""
    os.environ["REQUESTS_CA_BUNDLE"] = str(trusted)
    from pywebpush import webpush

    keys = _keys()
    began = time.process_time()
    for index in range(count):
        webpush(
            subscription_info={"endpoint": f"{service.origin}/push/{index}", "keys": keys},
            data='{"web_push":8030,"notification":{"title":"Laporan B-0001","body":"Diteruskan ke Damkar."}}',
            vapid_private_key=str(place.secrets.vapid_file),
            vapid_claims={"sub": place.settings.push_subject},
        )
    spent = time.process_time() - began
    del os.environ["REQUESTS_CA_BUNDLE"]
    return spent / count * 1e6


def ours(place: Installation, service: Sink, count: int) -> tuple[float, float]:
    """Return microseconds of CPU a message and seconds for all, from a full outbox to the last answer on disk."""
    _fill(place, service, count)
    settings = replace(place.settings, push_allow_loopback=True, push_authorities=service.authorities)
    sender = Sender(settings, place.secrets, place.database)
    cpu, wall = time.process_time(), time.perf_counter()
    while sender.step():
        pass
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    sender.close()
    with place.database.read() as session:
        sent = session.execute(text("SELECT count(*) FROM notification WHERE state = 'sent'")).scalar_one()
    if sent != count:
        raise RuntimeError(f"{sent} of {count} were taken")
    return cpu / count * 1e6, wall


@contextmanager
def sink(folder: Path) -> Iterator[Sink]:
    """Run the service over HTTP/2 and TLS on the last core."""
    authority, port = folder / "authority.pem", free_ports()
    pem = certify(folder, authority).read_bytes()
    authorities = folder / "authorities.pem"
    authorities.write_bytes(authority.read_bytes() + Path(certifi.where()).read_bytes())
    at = pem.index(b"-----BEGIN CERTIFICATE")
    (folder / "sink.key").write_bytes(pem[:at])
    (folder / "sink.pem").write_bytes(pem[at:])
    command = [
        *(sys.executable, "-m", "granian", "--interface", "rsgi", "--http", "auto", "--no-ws"),
        *("--host", "127.0.0.1", "--port", str(port), "--log-level", "error"),
        *("--ssl-certificate", str(folder / "sink.pem"), "--ssl-keyfile", str(folder / "sink.key")),
        "bench.push_sink:app",
    ]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    _pin_to_core(-1, process.pid)
    try:
        wait_for(port)
        yield Sink(f"https://127.0.0.1:{port}", authority, authorities)
    finally:
        process.terminate()
        process.wait(15)


def _fill(place: Installation, service: Sink, count: int) -> None:
    """Write `count` subscriptions, and one event with a push to each of them."""
    incident_id, moment = new_id(), now()
    devices = [new_id() for _ in range(count)]
    keys = [_keys() for _ in range(200)]
    with place.database.write() as session:
        session.add(_incident(incident_id))
        session.execute(
            insert(Device), [{"id": key, "secret_hash": "", "first_seen_at": moment} for key in devices]
        )
        subscriptions: list[dict[str, Any]] = [
            {
                "id": new_id(),
                "device_id": device,
                "endpoint": f"{service.origin}/push/{'x' * 140}{device}",
                **keys[number % len(keys)],
                "locale": "id",
                "created_at": moment,
                "renewed_at": moment,
            }
            for number, device in enumerate(devices)
        ]
        session.execute(insert(PushSubscription), subscriptions)
        event = NewEvent(name="opened", at=moment, actor="system", incident_id=incident_id)
        (seq,) = append(session, event)
        for begin in range(0, count, 5000):
            enqueue(
                session,
                event_seq=seq,
                incident=incident_pushed(session, incident_id),
                wording="opened",
                devices=devices[begin : begin + 5000],
            )


def _incident(incident_id: str) -> Incident:
    return Incident(
        id=incident_id,
        day="2026-11-23",
        number=1,
        kind="flood",
        priority=2,
        state="opened",
        version=2,
        source="none",
        kelurahan_exact=False,
        inside_city=True,
        reports=1,
        received_at=now(),
        open_within_s=30,
        accept_within_s=180,
        simulation=False,
    )


def _pusher(keys: dict[str, str]) -> WebPusher:
    from pywebpush import WebPusher

    return WebPusher({"endpoint": "", "keys": keys})


def _keys() -> dict[str, str]:
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    raw = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {
        "p256dh": urlsafe_b64encode(raw).rstrip(b"=").decode(),
        "auth": urlsafe_b64encode(os.urandom(16)).rstrip(b"=").decode(),
    }


def _pin_to_core(which: int, pid: int = 0) -> None:
    """Pin a process to one core, where the system can: the sender to the first, the service to the last."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(pid, {range(os.cpu_count() or 1)[which]})
