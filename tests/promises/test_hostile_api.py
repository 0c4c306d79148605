"""Whatever is sent to whatever operation of openapi.json: a problem document or a stored result, never a 5xx."""

import base64
import json
import os
import time
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric import ec

from app.core.ids import new_id
from app.public.api.openapi import describe
from app.public.api.phone_exchange import SIGNATURE, signature
from app.silent.crypto.signed_roster import point
from tests.support import hostile_input

SECRET = "kata-sandi-bursa-telepon-yang-panjang"
PLACE = {"lat": 0.1331, "lon": 117.4902, "accuracy_m": 18, "age_s": 4}
HEADERS = (
    "Idempotency-Key",
    "Siaga-Device",
    "Authorization",
    "Accept-Language",
    "Accept",
    "Upload-Offset",
    "Range",
    "If-None-Match",
    "Cookie",
    SIGNATURE,
)
"""Headers that some operation reads."""


def b64(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def key():
    return b64(point(ec.generate_private_key(ec.SECP256R1()).public_key()))


RECEIPT = {"lookup": b64(os.urandom(32)), "proof": b64(os.urandom(32)), "pad": ""}
SENT = {
    "send_report": {
        "kind": "fire",
        "location": {**PLACE, "source": "gps", "landmark": "Pasar", "kelurahan": "Loktuan"},
        "description": "Api",
        "answers": {"people_trapped": "yes"},
        "made_at": "2026-11-23T10:15:02+08:00",
        "contact": {"name": "x", "phone": "+6281234567890", "may_call": True},
        "locale": "id",
        "pad": "",
        "block": {"position": PLACE, "weapon": "yes", "contact": {"channel": "call", "from_hour": 9}},
        "sealed": "AAAA",
        "receipt": {**RECEIPT, "public": key()},
    },
    "write_message": {"id": new_id(), "text": "Api besar"},
    "signal": {"signal": "safe"},
    "begin_photo": {"id": new_id(), "bytes": 1000, "type": "image/jpeg", "sha256": "a" * 64},
    "send_piece": b"\xff\xd8\xff",
    "call": {**PLACE, "made_at": "2026-11-23T10:15:02+08:00"},
    "subscribe": {
        "endpoint": "https://fcm.googleapis.com/x",
        "keys": {"p256dh": key(), "auth": b64(bytes(16))},
        "locale": "id",
    },
    "unsubscribe": {"endpoint": "https://fcm.googleapis.com/x"},
    "appeal": {"words": "Itu bukan saya"},
    "confirm_same": {"incident": new_id()},
    "answer_question": {"ask": new_id(), "answer": "yes"},
    "share_position": {"ask": new_id(), **PLACE},
    "stop_sharing": {"ask": new_id()},
    "mark_read": {"ids": [new_id()]},
    "set_need": {"no_voice": True},
    "answer_still_ongoing": {"question": new_id(), "answer": "yes"},
    "line": {"call": "c1", "event": "ringing", "number": "+628110000", "at": "2026-11-23T10:15:02+08:00"},
    "push_receipt": {"receipt": "abc", "what": "shown"},
    "search_places": {"q": "pasar"},
    "open_case": {**RECEIPT, "before": new_id()},
    "write_sealed": {**RECEIPT, "id": new_id(), "purpose": "chat", "sealed": "AAAA"},
    "send_sealed_piece": {**RECEIPT, "file": new_id(), "index": 0, "final": False, "content": "A" * 40},
    "change_contact": {
        **RECEIPT,
        "contact": {"channel": "call", "from_hour": 9, "until_hour": 11, "code_word": True},
    },
    "erase_sealed": RECEIPT,
}
"""Operation → a body that would do, with every member that its shape has."""


class Interface:
    """The document of an application, and its operations by name."""

    def __init__(self, app):
        document = describe(app)
        self.schemas = document["components"]["schemas"]
        self.operations = {
            operation["operationId"]: (method, path, operation)
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
        }

    def shape_of(self, schema):
        """Return the object that a schema describes, through references and alternatives."""
        while "$ref" in schema:
            schema = self.schemas[schema["$ref"].rpartition("/")[2]]
        for branch in schema.get("anyOf", ()) if "properties" not in schema else ():
            if "$ref" in branch:
                return self.shape_of(branch)
        return schema

    def missing(self, schema, tree, where=""):
        """Return the members of a schema that the tree does not have."""
        for name, inner in self.shape_of(schema).get("properties", {}).items():
            if name not in tree:
                yield f"{where}/{name}"
            elif isinstance(tree[name], dict):
                yield from self.missing(inner, tree[name], f"{where}/{name}")


def test_every_member_of_every_operation_is_tried(app):
    interface, lacking = Interface(app), []
    for name, (_, _, described) in interface.operations.items():
        content = described.get("requestBody", {}).get("content", {})
        assert bool(content) == (name in SENT), f"say in this file what {name} takes"
        for kind in content.values():
            lacking += [f"{name}{member}" for member in interface.missing(kind.get("schema", {}), SENT[name])]
        lacking += [
            f"{name} {parameter['name']}"
            for parameter in described.get("parameters", ())
            if parameter["in"] == "header" and parameter["name"] not in HEADERS
        ]
    assert not lacking, "add these members to SENT, or these headers to HEADERS"


class Doors:
    """The public interface, with one report and one silent case behind it."""

    def __init__(self, app):
        self.client, self.faults, self.requests = app.test_client(), [], 0
        self.operations = Interface(app).operations
        report = self.client.post("/api/v1/reports", json={"kind": "fire"}).json
        self.client.post("/api/v1/reports", json=SENT["send_report"] | {"kind": "violence_home"})
        self.report = report["id"]
        self.track = {"Authorization": f"Bearer {report['track_token']}"}
        self.device = {"Siaga-Device": f"{new_id()}.{'1f' * 16}"}

    def send(self, name, content=None, *, kind="application/json", path=None, **headers):
        method, described, operation = self.operations[name]
        path = path or described.format(report_id=self.report, media_id=SENT["begin_photo"]["id"])
        given = self.track if "{report_id}" in described else self.device if operation.get("security") else {}
        if name == "line":
            given = {SIGNATURE: signature(SECRET, content or b"", at=int(time.time()))}
        if name == "send_piece":
            given = given | {"Upload-Offset": "0"}
        self.requests += 1
        answer = self.client.open(
            path,
            method=method.upper(),
            data=content,
            content_type=kind,
            headers=given | headers,
            environ_base={
                "REMOTE_ADDR": f"10.{self.requests >> 16}.{self.requests >> 8 & 255}.{self.requests & 255}"
            },
        )
        received = answer.mimetype == "application/problem+json" or method == "head"
        if name != "readyz" and (answer.status_code >= 500 or (answer.status_code >= 400 and not received)):
            self.faults.append(
                f"{name} {path} {kind} {headers} {(content or b'')[:150]!r}: {answer.status_code}"
            )


def send_bodies(doors, values):
    """Send every member of every operation with every value, then bodies and types that are none."""
    for name, tree in SENT.items():
        raw = isinstance(tree, bytes)
        for content in hostile_input.BODIES if raw else hostile_input.naughty_json(tree, values):
            doors.send(name, content, kind="application/offset+octet-stream" if raw else "application/json")
        for kind in hostile_input.TYPES:
            doors.send(name, b'{"kind": "fire", "signal": "safe", "text": "a"}', kind=kind)
    quiet = {name: value for name, value in SENT["send_report"].items() if name != "kind"}
    for path in hostile_input.leaves(quiet):
        for value in (*hostile_input.STRICT, *hostile_input.VALUES[:4]):
            changed = hostile_input.changed(quiet, path, value) | {"kind": "violence_home"}
            doors.send("send_report", json.dumps(changed).encode())


def send_headers(doors):
    """Send every operation with strange headers and at strange addresses."""
    for name, (_, path, _) in doors.operations.items():
        for header in HEADERS:
            for word in hostile_input.CORE[1:4]:
                plain = (
                    word.encode("utf-8", "replace").decode("latin-1").translate({0: None, 10: None, 13: None})
                )
                doors.send(name, b'{"kind": "fire"}', **{header: plain[:4000]})
        for word in hostile_input.ADDRESSES if "{" in path else ():
            doors.send(name, b"{}", path=path.replace("{report_id}", word).replace("{media_id}", word))


def test_nothing_that_is_sent_breaks_an_operation(settings, make_app, long):
    """Every value for every member with --all, some for each by turns without."""
    app = make_app(replace(settings, exchange_secret=SECRET))
    doors, whole = Doors(app), app.database.is_sqlite
    values = (*hostile_input.CORE, *hostile_input.VALUES)
    send_bodies(
        doors, (values if long else hostile_input.Turns(values, 8)) if whole else hostile_input.STRICT
    )
    if whole:
        send_headers(doors)
    assert not doors.faults, "\n".join(doors.faults[:40])
    assert doors.requests > 500
