"""Logs are JSON lines that can be joined to a request, and never hold a name, a number, words or an exact place."""

import json
import urllib.error
import urllib.request
import uuid

CANARIES = ("Kenari", "81255501234", "0.133777", "117.490888", "Gang Kutilang", "rahasia-kata")
BODY = {
    "kind": "fire",
    "location": {"lat": 0.133777, "lon": 117.490888, "source": "gps", "landmark": "Gang Kutilang 7"},
    "description": "Kenari kuning terbakar",
    "answers": {"people_trapped": "yes"},
    "contact": {"name": "Kenari", "phone": "+6281255501234", "may_call": True},
    "locale": "id",
}


def ask(system, method, path, body=None, **headers):
    content = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
    requested = urllib.request.Request(f"{system.url}{path}", content, headers, method=method)
    try:
        with urllib.request.urlopen(requested, timeout=20) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as fault:
        return fault.code, fault.headers, fault.read()


def test_what_people_say_is_in_no_log_and_every_line_can_be_read(system):
    key = str(uuid.uuid4())
    status, _, content = ask(system, "POST", "/api/v1/reports", BODY, **{"Idempotency-Key": key})
    assert status == 201
    report = json.loads(content)
    token = {"Authorization": f"Bearer {report['track_token']}"}
    place = f"/api/v1/reports/{report['id']}"
    ask(system, "GET", place, **token)
    ask(system, "POST", f"{place}/messages", {"text": "Kenari masih di dalam"}, **token)
    ask(system, "POST", "/api/v1/reports", BODY | {"kind": "violence_home"})
    ask(system, "POST", "/api/v1/reports", b'{"kind": "Kenari", "description": ')
    ask(system, "POST", "/api/v1/reports", BODY | {"location": {"lat": 0.133777}})
    ask(system, "POST", "/api/v1/calls", {"lat": 0.133777, "lon": 117.490888})
    ask(system, "POST", "/lapor", b"kind=flood&description=Kenari&phone=081255501234&landmark=Gang+Kutilang")
    ask(system, "GET", "/Kenari?phone=81255501234&kata=rahasia-kata")
    ask(system, "POST", "/console/masuk", b"name=Kenari&password=rahasia-kata-sandi")
    status, headers, _ = ask(system, "POST", "/api/v1/push-subscriptions", {"endpoint": "https://Kenari/"})
    assert status >= 400
    last = headers["Request-Id"]
    system.wait_until(lambda: last in system.log("web"))
    logs = {name: system.log(name) for name in ("web", "worker", "live")}
    for name, text in logs.items():
        assert [canary for canary in CANARIES if canary in text] == [], name
        for line in filter(None, text.splitlines()):
            assert json.loads(line)["event"], name
    requests = [json.loads(line) for line in logs["web"].splitlines() if '"event":"request"' in line]
    assert len(requests) >= 11
    assert all(uuid.UUID(line["request_id"]) for line in requests)
    assert last in {line["request_id"] for line in requests}
