"""What is put off when every thread is busy, in which order, and what never is."""

import threading

import pytest

from app.http.edge import Edge
from app.http.load_shedding import CLASSES, PATIENCE_S, Load

THREADS = 16
WAITS = {
    "statistics": ("GET", "/console/pengawas/statistik"),
    "polling": ("GET", "/api/v1/reports/01a20eb3-758b-76e8-9e10-02467ddfd76f"),
    "photos": ("PATCH", "/api/v1/reports/01a20eb3/media/01a20eb4"),
}
NEVER = [
    ("POST", "/api/v1/reports"),
    ("POST", "/lapor"),
    ("POST", "/api/v1/calls"),
    ("POST", "/api/v1/reports/01a20eb3/messages"),
    ("POST", "/api/v1/reports/01a20eb3/signals"),
    ("POST", "/api/v1/receipts"),
    ("GET", "/"),
    ("GET", "/api/v1/city"),
    ("GET", "/healthz"),
    ("GET", "/metrics"),
    ("GET", "/console/antrean"),
    ("GET", "/console/api/changes"),
    ("POST", "/console/masuk"),
    ("POST", "/console/kejadian/01a20eb3/forward"),
]


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def load(clock):
    return Load(THREADS, clock=clock)


def refused(load, method, path):
    found = load.put_off(method, path)
    return found[0] if found else None


def test_statistics_go_first_then_polling_then_photos(load, clock):
    order = []
    for _ in range(THREADS):
        load.enter()
        clock.now += PATIENCE_S * 2
        order += [name for name, requests in WAITS.items() if refused(load, *requests) and name not in order]
    assert order == [class_.name for class_ in CLASSES] == ["statistics", "polling", "photos"]


def test_the_map_waits_with_the_photos(load, clock):
    for _ in range(THREADS):
        load.enter()
    clock.now += 1
    assert refused(load, "GET", "/peta/0f3a/15/27079/16370") == "photos"


def test_nothing_that_helps_somebody_is_ever_put_off(load, clock):
    for _ in range(THREADS * 3):
        load.enter()
    clock.now += 3600
    assert [requests for requests in NEVER if load.put_off(*requests)] == []


def test_a_burst_is_no_overload(load, clock):
    for _ in range(20):
        for _ in range(THREADS):
            load.enter()
        clock.now += PATIENCE_S * 0.9
        assert not refused(load, *WAITS["statistics"])
        for _ in range(THREADS):
            load.leave()
        clock.now += 0.001


def test_it_ends_when_the_threads_are_free_again(load, clock):
    for _ in range(THREADS):
        load.enter()
    clock.now += 1
    assert refused(load, *WAITS["photos"])
    for _ in range(THREADS):
        load.leave()
    assert not any(refused(load, *requests) for requests in WAITS.values())


def test_pauses_are_spread(load, clock):
    for _ in range(THREADS):
        load.enter()
    clock.now += 1
    pauses = {load.put_off(*WAITS["polling"])[1] for _ in range(200)}
    assert min(pauses) >= 10
    assert len(pauses) == 5


def test_the_edge_answers_what_waits_and_takes_the_report(clock):
    """Real threads, all held in the application.

    Then one that polls, one that looks at statistics, one that reports.
    """
    free, inside = threading.Event(), threading.Semaphore(0)

    def slow(environ, start_response):
        inside.release()
        free.wait(30)
        start_response("200 OK", [])
        return [b"ok"]

    def report(environ, start_response):
        start_response("201 Created", [])
        return [b"stored"]

    edge = Edge(slow, tls=False, load=Load(4, clock=clock), direct={("POST", "/api/v1/reports"): report})
    held = [threading.Thread(target=ask, args=(edge, "GET", "/api/v1/city")) for _ in range(4)]
    try:
        for thread in held:
            thread.start()
        assert all(inside.acquire(timeout=30) for _ in held)
        clock.now += 1
        status, headers, body = ask(edge, "GET", WAITS["polling"][1])
        assert status == "503 Service Unavailable"
        assert 10 <= int(headers["Retry-After"]) < 15
        assert headers["Content-Type"].startswith("application/problem+json")
        assert b"112" in body
        status, headers, body = ask(edge, *WAITS["statistics"])
        assert status == "503 Service Unavailable"
        assert headers["Content-Type"].startswith("text/html")
        assert ask(edge, "POST", "/api/v1/reports")[::2] == ("201 Created", b"stored")
    finally:
        free.set()
        for thread in held:
            thread.join(30)
    assert ask(edge, "GET", WAITS["polling"][1])[0] == "200 OK"


def ask(edge, method, path):
    answer = {}

    def start_response(status, headers, *_):
        answer["status"], answer["headers"] = status, dict(headers)

    body = b"".join(edge({"REQUEST_METHOD": method, "PATH_INFO": path}, start_response))
    return answer["status"], answer["headers"], body
