"""Addresses that we do not know are asked for outside: in turns, bounded to the city, politely, and nowhere inside."""

import itertools
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from app.core.clock import as_if, now
from app.core.db import Database, open_engine
from app.geo.geocoding import queue as geocoding_queue
from app.geo.geocoding.nominatim import GeocoderClient
from config import Settings, SettingsError

HERE = {"display_name": "Jalan Contoh 7, Bontang", "lat": "0.1322", "lon": "117.4911"}
SAMARINDA = {"display_name": "Jalan Contoh, Samarinda", "lat": "-0.5021", "lon": "117.1537"}
CONTACT = "siaga112@example.org"


class Nominatim:
    """A Nominatim on loopback that keeps what it was asked."""

    def __init__(self):
        self.requests, self.status, self.places, self.headers = [], 200, [HERE, SAMARINDA], {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.requests.append((self.path, self.headers["User-Agent"]))
                content = json.dumps(outer.places).encode()
                self.send_response(outer.status)
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/nominatim"


@pytest.fixture
def nominatim():
    made = Nominatim()
    yield made
    made.server.shutdown()
    made.server.server_close()


def asker(database, nominatim, *, inside=("127.0.0.1",)):
    return GeocoderClient(database, nominatim.url, CONTACT, inside)


def ask(database, words="Jalan Contoh 7"):
    with database.write() as session:
        return geocoding_queue.ask(session, words)


def test_the_answer_is_what_lies_in_the_city_and_is_asked_for_once(database, nominatim):
    assert ask(database).state == "waiting"
    asker(database, nominatim).step()
    answer = ask(database, "  JALAN contoh 7 ")
    assert answer.state == "found"
    assert list(answer.places) == [{"name": "Jalan Contoh 7, Bontang", "lat": 0.1322, "lon": 117.4911}]
    asker(database, nominatim).step()
    ((path, agent),) = nominatim.requests
    requests = parse_qs(urlsplit(path).query)
    assert urlsplit(path).path == "/nominatim/search"
    assert (requests["q"], requests["bounded"], requests["countrycodes"]) == (
        ["jalan contoh 7"],
        ["1"],
        ["id"],
    )
    assert "viewbox" in requests
    assert agent == f"bontang-siaga-112 ({CONTACT})"


def test_the_whole_system_asks_once_a_second_whoever_asks(database, settings):
    """Two workers with databases of their own, a tenth of a second apart, for ten seconds: each start is a turn."""
    other = Database(open_engine(settings.sqlalchemy_url))
    for number in range(15):
        ask(database, f"Jalan {number}")
    begin, starts = now(), []
    for tenth in range(100):
        moment = begin + timedelta(seconds=tenth / 10)
        with as_if(moment):
            starts += [moment for item in (database, other) if geocoding_queue.take_turn(item)]
    other.engine.dispose()
    assert len(starts) == 10
    assert all(later - item >= timedelta(seconds=1) for item, later in itertools.pairwise(starts))


def test_a_flood_of_questions_is_bounded_and_old_ones_are_not_asked(database):
    answer = [ask(database, f"Jalan {number}").state for number in range(geocoding_queue.MOST_WAITING + 5)]
    assert answer.count("waiting") == geocoding_queue.MOST_WAITING
    assert answer[-1] == "busy"
    with as_if(now() + geocoding_queue.WAITED_FOR):
        assert geocoding_queue.take_turn(database) is None
        assert ask(database, "Jalan baru").state == "waiting"
        assert geocoding_queue.take_turn(database) == "jalan baru"


@pytest.mark.parametrize(
    ("status", "headers"), [(503, {}), (429, {}), (302, {"Location": "http://127.0.0.1:1/inside"})]
)
@pytest.mark.engine("sqlite")
def test_a_geocoder_that_refuses_or_leads_elsewhere_is_a_failure_told_as_one(
    database, nominatim, status, headers
):
    nominatim.status, nominatim.headers = status, headers
    ask(database)
    asker(database, nominatim).step()
    assert ask(database).state == "failed"
    assert len(nominatim.requests) == 1


@pytest.mark.engine("sqlite")
def test_an_address_inside_is_not_reached_unless_it_was_named(database, nominatim):
    ask(database)
    asker(database, nominatim, inside=()).step()
    assert ask(database).state == "failed"
    assert nominatim.requests == []


@pytest.mark.parametrize(
    "source",
    [
        {"SIAGA_GEOCODER_URL": "http://nominatim.example.org"},
        {"SIAGA_GEOCODER_URL": "file:///etc/passwd"},
        {"SIAGA_GEOCODER_URL": "http://10.0.0.1", "SIAGA_GEOCODER_INSIDE": "10.0.0.2"},
    ],
)
def test_a_setting_that_is_not_safe_is_told_at_the_start(source):
    with pytest.raises(SettingsError):
        Settings.from_mapping(source)


def test_it_is_off_until_somebody_turns_it_on():
    assert Settings().geocoder_url == ""
    named = {"SIAGA_GEOCODER_URL": "http://10.0.0.1", "SIAGA_GEOCODER_INSIDE": "10.0.0.1"}
    assert Settings.from_mapping(named).geocoder_inside == ("10.0.0.1",)


@pytest.mark.engine("sqlite")
def test_a_phone_asks_looks_again_and_finds(client, app, database, nominatim):
    def search(words):
        return client.post("/api/v1/geo/search", json={"q": words}).json

    from dataclasses import replace

    assert search("Jalan Contoh 7") == {"places": [], "outside": "off"}
    app.settings = replace(app.settings, geocoder_url=nominatim.url, geocoder_inside=("127.0.0.1",))
    assert search("Jalan Contoh 7") == {"places": [], "outside": "waiting"}
    asker(database, nominatim).step()
    answer = search("Jalan Contoh 7")
    assert (answer["outside"], answer["places"][0]["kind"], answer["places"][0]["kelurahan_name"]) == (
        "found",
        "address",
        "Api-Api",
    )
    assert search("Loktuan")["outside"] == "off"
    assert len(nominatim.requests) == 1
